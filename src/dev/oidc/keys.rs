//! The signing key of the development provider: made at the first start, kept in the state folder, readable by its owner alone.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaPublicKeyComponents};
use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Value, json};

use crate::auth::jwks::Key;

/// File in the state folder: PKCS #8, DER.
const FILE: &str = "oidc-signing-key.der";

/// The key pair with its published half.
pub(super) struct SigningKey {
    pair: KeyPair,
    kid: String,
    jwk: Value,
}

impl SigningKey {
    /// Loads the key of `folder`, or makes one.
    ///
    /// # Errors
    /// When the file cannot be read, written or understood: a damaged key is never silently replaced.
    pub(super) fn load_or_make(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(der) => KeyPair::from_pkcs8(&der)
                .map(Self::new)
                .map_err(|_| anyhow::anyhow!("{FILE} in the state folder is not an RSA key")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let pair = KeyPair::generate(KeySize::Rsa2048).context("making an RSA key")?;
                let der = pair.as_der().context("encoding the RSA key")?;
                write_closed(&path, der.as_ref())?;
                Ok(Self::new(pair))
            }
            Err(error) => Err(error).with_context(|| format!("reading {FILE}")),
        }
    }

    fn new(pair: KeyPair) -> Self {
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let print = digest::digest(&digest::SHA256, pair.public_key().as_ref());
        let kid: String = BASE64URL.encode(print.as_ref()).chars().take(16).collect();
        let jwk = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
            "n": BASE64URL.encode(&public.n), "e": BASE64URL.encode(&public.e),
        });
        Self { pair, kid, jwk }
    }

    /// The key set document.
    pub(super) fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk] })
    }

    /// The public half, as a verifier takes it.
    pub(super) fn public(&self) -> Option<Key> {
        Key::from_jwk(&self.jwk).map(|(_, key)| key)
    }

    /// A compact JWT of these claims.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub(super) fn sign(&self, typ: &str, claims: &Value) -> anyhow::Result<String> {
        let head = json!({"alg": "RS256", "typ": typ, "kid": self.kid});
        let message = format!(
            "{}.{}",
            BASE64URL.encode(head.to_string()),
            BASE64URL.encode(claims.to_string())
        );
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &rand::SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .context("signing")?;
        Ok(format!("{message}.{}", BASE64URL.encode(signature)))
    }
}

/// Writes beside the target and renames, so that a crash leaves either no key or a whole one.
fn write_closed(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .with_context(|| format!("creating {FILE}"))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path).with_context(|| format!("keeping {FILE}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_outlives_a_restart_and_is_closed() {
        let folder = std::env::temp_dir().join(format!("sadu-oidc-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let first = SigningKey::load_or_make(&folder).unwrap();
        let second = SigningKey::load_or_make(&folder).unwrap();
        assert_eq!(first.kid, second.kid);
        assert_eq!(first.jwks(), second.jwks());
        let mode = fs::metadata(folder.join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(folder.join(FILE), b"damaged").unwrap();
        assert!(SigningKey::load_or_make(&folder).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
