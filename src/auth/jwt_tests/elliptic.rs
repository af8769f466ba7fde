//! Tokens signed on P-256, and what a forger makes of them: signatures that are none, keys and algorithms mixed up.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING,
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _,
};
use serde_json::json;

use super::*;

/// The order of the curve's group.
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

static ON_P256: LazyLock<Vec<u8>> = LazyLock::new(|| pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING));
static ANOTHER: LazyLock<Vec<u8>> = LazyLock::new(|| pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING));
static ON_P384: LazyLock<Vec<u8>> = LazyLock::new(|| pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING));

fn pkcs8(how: &'static EcdsaSigningAlgorithm) -> Vec<u8> {
    let document = EcdsaKeyPair::generate_pkcs8(how, &rand::SystemRandom::new()).unwrap();
    document.as_ref().to_vec()
}

fn pair(how: &'static EcdsaSigningAlgorithm, pkcs8: &[u8]) -> EcdsaKeyPair {
    EcdsaKeyPair::from_pkcs8(how, pkcs8).unwrap()
}

fn signed(how: &'static EcdsaSigningAlgorithm, pkcs8: &[u8], message: &str) -> Vec<u8> {
    let signature = pair(how, pkcs8).sign(&rand::SystemRandom::new(), message.as_bytes());
    signature.unwrap().as_ref().to_vec()
}

/// The public point, as its key set has it.
fn point() -> Vec<u8> {
    let pair = pair(&ECDSA_P256_SHA256_FIXED_SIGNING, &ON_P256);
    pair.public_key().as_ref().to_vec()
}

fn jwk_of(point: &[u8]) -> Value {
    json!({"kty":"EC","crv":"P-256","kid":"e1","use":"sig","alg":"ES256",
        "x":B64.encode(&point[1..33]),"y":B64.encode(&point[33..])})
}

/// The elliptic key of the issuer's set.
pub(super) fn key() -> Key {
    Key::from_jwk(&jwk_of(&point())).unwrap().1
}

fn elliptic_head() -> Value {
    json!({"alg":"ES256","typ":"JWT","kid":"e1"})
}

fn text() -> String {
    message(&elliptic_head().to_string(), &id_claims().to_string())
}

fn token(message: &str, signature: &[u8]) -> String {
    format!("{message}.{}", B64.encode(signature))
}

fn good() -> String {
    let text = text();
    token(
        &text,
        &signed(&ECDSA_P256_SHA256_FIXED_SIGNING, &ON_P256, &text),
    )
}

#[test]
fn a_token_on_p256_passes() {
    id(&good()).unwrap();
    let claims = access_claims().to_string();
    let text = message(&elliptic_head().to_string(), &claims);
    access(&token(
        &text,
        &signed(&ECDSA_P256_SHA256_FIXED_SIGNING, &ON_P256, &text),
    ))
    .unwrap();
}

#[test]
fn keys_that_are_no_points_are_left_out() {
    let point = point();
    let with = |name: &str, value: Value| with(jwk_of(&point), name, value);
    assert!(Key::from_jwk(&jwk_of(&point)).is_some());
    let mut beside = point.clone();
    beside[64] ^= 1;
    let larger = pair(&ECDSA_P384_SHA384_FIXED_SIGNING, &ON_P384);
    let larger = larger.public_key().as_ref();
    for (name, bad) in [
        ("beside the curve", jwk_of(&beside)),
        ("the origin", jwk_of(&[0; 65])),
        ("coordinates past the field", jwk_of(&[0xFF; 65])),
        (
            "a coordinate without its leading zero",
            with("x", json!(B64.encode(&point[2..33]))),
        ),
        (
            "a coordinate with a zero too many",
            with(
                "y",
                json!(B64.encode([[0_u8].as_slice(), &point[33..]].concat())),
            ),
        ),
        (
            "of P-384",
            json!({"kty":"EC","crv":"P-384","kid":"e1","x":B64.encode(&larger[1..49]),"y":B64.encode(&larger[49..])}),
        ),
        ("P-384 in name", with("crv", json!("P-384"))),
        ("secp256k1 in name", with("crv", json!("secp256k1"))),
        ("without a curve", without(jwk_of(&point), "crv")),
        ("without y", without(jwk_of(&point), "y")),
        ("for ES384", with("alg", json!("ES384"))),
        ("for RS256", with("alg", json!("RS256"))),
        ("for encryption", with("use", json!("enc"))),
        ("an RSA key in name", with("kty", json!("RSA"))),
        ("an Edwards key in name", with("kty", json!("OKP"))),
        ("no kid", without(jwk_of(&point), "kid")),
    ] {
        assert!(Key::from_jwk(&bad).is_none(), "{name}");
    }
}

pub(super) fn forged() -> Vec<Forged> {
    signatures().into_iter().chain(mixed_up()).collect()
}

/// Signatures of the right place and the wrong kind.
fn signatures() -> Vec<Forged> {
    let text = text();
    let right = signed(&ECDSA_P256_SHA256_FIXED_SIGNING, &ON_P256, &text);
    let (r, s) = right.split_at(32);
    let (zero, order) = ([0_u8; 32], hex::decode(ORDER).unwrap());
    let mut flipped = right.clone();
    flipped[40] ^= 1;
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("ES256: r and s zero", vec![0; 64]),
        ("ES256: r zero", [zero.as_slice(), s].concat()),
        ("ES256: s zero", [r, &zero].concat()),
        ("ES256: r the order", [order.as_slice(), s].concat()),
        ("ES256: s the order", [r, &order].concat()),
        (
            "ES256: r and s the order",
            [order.as_slice(), &order].concat(),
        ),
        ("ES256: all ones", vec![0xFF; 64]),
        ("ES256: s and r", [s, r].concat()),
        ("ES256: one bit", flipped),
        ("ES256: a byte short", right[..63].to_vec()),
        ("ES256: r alone", r.to_vec()),
        ("ES256: a byte too long", [right.as_slice(), &[0]].concat()),
        (
            "ES256: padded as of P-384",
            [[0_u8; 16].as_slice(), r, &[0; 16], s].concat(),
        ),
        ("ES256: twice", [right.as_slice(), &right].concat()),
        (
            "ES256: as ASN.1",
            signed(&ECDSA_P256_SHA256_ASN1_SIGNING, &ON_P256, &text),
        ),
        (
            "ES256: of another key",
            signed(&ECDSA_P256_SHA256_FIXED_SIGNING, &ANOTHER, &text),
        ),
        (
            "ES256: of a key on P-384",
            signed(&ECDSA_P384_SHA384_FIXED_SIGNING, &ON_P384, &text),
        ),
        (
            "ES256: of other words",
            signed(&ECDSA_P256_SHA256_FIXED_SIGNING, &ON_P256, "other"),
        ),
    ];
    rows.into_iter()
        .map(|(name, signature)| (name, token(&text, &signature), Refused::Signature))
        .collect()
}

/// Keys, algorithms and kinds of key that do not belong together.
fn mixed_up() -> Vec<Forged> {
    let claims = id_claims().to_string();
    let under = |head: Value| message(&head.to_string(), &claims);
    let elliptic = |head: Value| {
        let text = under(head);
        token(
            &text,
            &signed(&ECDSA_P256_SHA256_FIXED_SIGNING, &ON_P256, &text),
        )
    };
    let alg = |name: &str| elliptic(with(elliptic_head(), "alg", json!(name)));
    let mac = |secret: &[u8]| {
        let text = under(with(elliptic_head(), "alg", json!("HS256")));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
        token(&text, tag.as_ref())
    };
    let rsa = |head: Value| sign_with(&OURS, &RSA_PKCS1_SHA256, &under(head));
    let thief = with(elliptic_head(), "jwk", jwk_of(&point()));
    let rows = vec![
        (
            "RS256 in name, signed by the elliptic key it names",
            alg("RS256"),
            "alg",
        ),
        (
            "RS256 by our RSA key, in the elliptic key's name",
            rsa(with(head(), "kid", json!("e1"))),
            "alg",
        ),
        (
            "ES256 in name, signed by the RSA key it names",
            rsa(with(head(), "alg", json!("ES256"))),
            "alg",
        ),
        (
            "ES256 by our elliptic key, in the RSA key's name",
            elliptic(with(elliptic_head(), "kid", json!("k1"))),
            "alg",
        ),
        ("ES384", alg("ES384"), "alg"),
        ("ES256K", alg("ES256K"), "alg"),
        ("es256", alg("es256"), "alg"),
        ("ES256 with a space", alg(" ES256"), "alg"),
        ("none, with an elliptic signature", alg("none"), "alg"),
        ("HS256 keyed with the point", mac(&point()), "alg"),
        ("HS256 keyed with x", mac(&point()[1..33]), "alg"),
        ("their elliptic key in jwk", elliptic(thief), "jwk"),
    ];
    let mut rows: Vec<Forged> = rows
        .into_iter()
        .map(|(name, token, header)| (name, token, Refused::Header(header)))
        .collect();
    rows.push((
        "ES256 in name and key, an RSA signature in fact",
        rsa(elliptic_head()),
        Refused::Signature,
    ));
    rows.push((
        "ES256: claims of another token",
        {
            let text = under(elliptic_head());
            let other = with(id_claims(), "sub", json!("u-2")).to_string();
            let right = signed(&ECDSA_P256_SHA256_FIXED_SIGNING, &ON_P256, &text);
            token(&message(&elliptic_head().to_string(), &other), &right)
        },
        Refused::Signature,
    ));
    rows
}
