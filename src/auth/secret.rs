//! Random values that travel, and what is kept of them: the value goes to the browser, its SHA-256 to the database.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};

/// 256 bits that nobody can guess, as 43 characters of base64url. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    pub fn random() -> Self {
        Self(BASE64URL.encode(rand::random::<[u8; 32]>()))
    }

    /// One that is made from something only we know.
    pub fn derived(bytes: [u8; 32]) -> Self {
        Self(BASE64URL.encode(bytes))
    }

    /// One that came back: `None` unless it looks exactly like ours.
    pub fn parse(text: &str) -> Option<Self> {
        let sound = text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        sound.then(|| Self(text.to_owned()))
    }

    /// The value, for a cookie or an address.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> [u8; 32] {
        sadu_db::seal::sha256(self.0.as_bytes())
    }

    /// The S256 challenge, when it is used as a PKCE verifier.
    pub fn challenge(&self) -> String {
        BASE64URL.encode(self.hash())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let verifier = Secret::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert_eq!(
            verifier.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn only_our_own_shape_is_read() {
        let secret = Secret::random();
        assert_eq!(Secret::parse(secret.expose()), Some(secret.clone()));
        assert!(!format!("{secret:?}").contains(secret.expose()));
        for text in [
            "",
            "short",
            &"x".repeat(44),
            &format!("{}=", "x".repeat(42)),
            &"é".repeat(43),
        ] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
    }
}
