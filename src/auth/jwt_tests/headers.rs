//! Forged headers and forged shapes.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    self, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
};
use base64::Engine;
use serde_json::json;

use super::*;

pub(super) fn headers() -> Vec<Forged> {
    let claims = id_claims().to_string();
    let good = raw(&head().to_string(), &claims);
    let public = signature::RsaPublicKeyComponents::<Vec<u8>>::from(OURS.public_key());
    let mac = |text: &str, secret: &[u8]| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
        format!("{text}.{}", B64.encode(tag.as_ref()))
    };
    let hs = message(&with(head(), "alg", json!("HS256")).to_string(), &claims);
    let none = message(&with(head(), "alg", json!("none")).to_string(), &claims);
    let thief = with(head(), "jwk", jwk(&THEIRS, "k1")).to_string();
    let alg = |name: &str| h("alg", json!(name));
    vec![
        ("none, unsigned", format!("{none}."), Refused::Malformed),
        (
            "none, old signature",
            format!("{none}.{}", good.rsplit('.').next().unwrap()),
            Refused::Header("alg"),
        ),
        ("None", alg("None"), Refused::Header("alg")),
        ("nOnE", alg("nOnE"), Refused::Header("alg")),
        (
            "HS256 keyed with our modulus",
            mac(&hs, &public.n),
            Refused::Header("alg"),
        ),
        (
            "HS256 keyed with our DER",
            mac(&hs, OURS.public_key().as_ref()),
            Refused::Header("alg"),
        ),
        (
            "HS256 with an empty key",
            mac(&hs, b""),
            Refused::Header("alg"),
        ),
        ("HS512", alg("HS512"), Refused::Header("alg")),
        (
            "RS512, honestly signed",
            sign_with(
                &OURS,
                &RSA_PKCS1_SHA512,
                &message(&with(head(), "alg", json!("RS512")).to_string(), &claims),
            ),
            Refused::Header("alg"),
        ),
        (
            "PS256, honestly signed",
            sign_with(
                &OURS,
                &RSA_PSS_SHA256,
                &message(&with(head(), "alg", json!("PS256")).to_string(), &claims),
            ),
            Refused::Header("alg"),
        ),
        (
            "RS256 in name, PSS in fact",
            sign_with(
                &OURS,
                &RSA_PSS_SHA256,
                &message(&head().to_string(), &claims),
            ),
            Refused::Signature,
        ),
        (
            "RS256 in name, SHA-512 in fact",
            sign_with(
                &OURS,
                &RSA_PKCS1_SHA512,
                &message(&head().to_string(), &claims),
            ),
            Refused::Signature,
        ),
        ("ES256", alg("ES256"), Refused::Header("alg")),
        ("EdDSA", alg("EdDSA"), Refused::Header("alg")),
        ("rs256", alg("rs256"), Refused::Header("alg")),
        ("alg with a space", alg("RS256 "), Refused::Header("alg")),
        (
            "alg a list",
            h("alg", json!(["RS256"])),
            Refused::Header("alg"),
        ),
        ("alg null", h("alg", json!(null)), Refused::Header("alg")),
        (
            "no alg",
            raw(&without(head(), "alg").to_string(), &claims),
            Refused::Header("alg"),
        ),
        (
            "their key in jwk",
            sign_with(&THEIRS, &RSA_PKCS1_SHA256, &message(&thief, &claims)),
            Refused::Header("jwk"),
        ),
        ("jwk null", h("jwk", json!(null)), Refused::Header("jwk")),
        (
            "jku",
            h("jku", json!("https://evil.example/jwks")),
            Refused::Header("jku"),
        ),
        (
            "jku of the issuer itself",
            h("jku", json!("https://id.example/jwks")),
            Refused::Header("jku"),
        ),
        (
            "x5u",
            h("x5u", json!("https://evil.example/c")),
            Refused::Header("x5u"),
        ),
        ("x5c", h("x5c", json!(["MIIB"])), Refused::Header("x5c")),
        ("crit", h("crit", json!(["exp"])), Refused::Header("crit")),
        ("crit empty", h("crit", json!([])), Refused::Header("crit")),
        ("b64 false", h("b64", json!(false)), Refused::Header("b64")),
        ("zip", h("zip", json!("DEF")), Refused::Header("zip")),
        ("enc", h("enc", json!("A256GCM")), Refused::Header("enc")),
        (
            "no kid",
            raw(&without(head(), "kid").to_string(), &claims),
            Refused::Header("kid"),
        ),
        ("kid empty", h("kid", json!("")), Refused::Header("kid")),
        ("kid a number", h("kid", json!(1)), Refused::Header("kid")),
        (
            "kid very long",
            h("kid", json!("k".repeat(257))),
            Refused::Header("kid"),
        ),
        (
            "kid of another issuer",
            h("kid", json!("k2")),
            Refused::UnknownKey,
        ),
        (
            "kid a path",
            h("kid", json!("../../dev/null")),
            Refused::UnknownKey,
        ),
        (
            "our kid, their signature",
            sign_with(
                &THEIRS,
                &RSA_PKCS1_SHA256,
                &message(&head().to_string(), &claims),
            ),
            Refused::Signature,
        ),
        (
            "typ of something else",
            h("typ", json!("logout+jwt")),
            Refused::Header("typ"),
        ),
        ("typ a number", h("typ", json!(1)), Refused::Header("typ")),
        (
            "alg twice",
            raw(r#"{"alg":"RS256","alg":"none","kid":"k1"}"#, &claims),
            Refused::Malformed,
        ),
        (
            "kid twice",
            raw(r#"{"alg":"RS256","kid":"k2","kid":"k1"}"#, &claims),
            Refused::Malformed,
        ),
        (
            "kid twice, once escaped",
            raw(r#"{"alg":"RS256","kid":"k2","k\u0069d":"k1"}"#, &claims),
            Refused::Malformed,
        ),
        ("header a list", raw("[]", &claims), Refused::Malformed),
        (
            "header with a tail",
            raw(&format!("{} x", head()), &claims),
            Refused::Malformed,
        ),
    ]
}

pub(super) fn shapes() -> Vec<Forged> {
    let good = raw(&head().to_string(), &id_claims().to_string());
    let parts: Vec<&str> = good.split('.').collect();
    let (head64, body64, sig64) = (parts[0], parts[1], parts[2]);
    let other = raw(
        &head().to_string(),
        &with(id_claims(), "sub", json!("u-2")).to_string(),
    );
    let mut flipped = B64.decode(sig64).unwrap();
    flipped[7] ^= 1;
    vec![
        ("empty", String::new(), Refused::Malformed),
        ("dots", "..".into(), Refused::Malformed),
        (
            "two parts",
            format!("{head64}.{body64}"),
            Refused::Malformed,
        ),
        ("four parts", format!("{good}.x"), Refused::Malformed),
        (
            "five parts, as encrypted ones",
            format!("{head64}.{body64}.{sig64}.{sig64}.{sig64}"),
            Refused::Malformed,
        ),
        (
            "no signature",
            format!("{head64}.{body64}."),
            Refused::Malformed,
        ),
        (
            "no claims",
            format!("{head64}..{sig64}"),
            Refused::Malformed,
        ),
        (
            "padded",
            format!("{head64}=.{body64}.{sig64}"),
            Refused::Malformed,
        ),
        ("space before", format!(" {good}"), Refused::Malformed),
        ("newline after", format!("{good}\n"), Refused::Malformed),
        (
            "standard alphabet",
            format!("{head64}.{body64}.++//{sig64}"),
            Refused::Malformed,
        ),
        (
            "one bit of the signature",
            format!("{head64}.{body64}.{}", B64.encode(&flipped)),
            Refused::Signature,
        ),
        (
            "short signature",
            format!("{head64}.{body64}.{}", B64.encode(&flipped[..255])),
            Refused::Signature,
        ),
        (
            "zero signature",
            format!("{head64}.{body64}.{}", B64.encode([0_u8; 256])),
            Refused::Signature,
        ),
        (
            "claims of another token",
            format!("{head64}.{}.{sig64}", other.split('.').nth(1).unwrap()),
            Refused::Signature,
        ),
        (
            "over 8 KiB",
            c("pad", json!("x".repeat(MAX_TOKEN))),
            Refused::TooLong,
        ),
        (
            "claims a list",
            raw(&head().to_string(), "[]"),
            Refused::Malformed,
        ),
        (
            "claims not JSON",
            raw(&head().to_string(), "sub=u-1"),
            Refused::Malformed,
        ),
        (
            "JSON serialisation",
            json!({"protected":head64,"payload":body64,"signature":sig64}).to_string(),
            Refused::Malformed,
        ),
    ]
}
