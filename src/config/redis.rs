//! Redis: where the processes meet (the bus) and count together (limits).
//!
//! Read once at start by the start-up code; a wrong value refuses to start. Redis itself may be away: a process starts without it.

use anyhow::{Context, ensure};
use secrecy::SecretString;
use url::Url;

use super::auth::is_local;

/// Everything about Redis that differs between deployments.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// `REDIS_URL`: `rediss://user:password@host:port`; `redis://` on this machine only. Secret, as it holds the password.
    ///
    /// The user needs no more than `~t:* &t:* -@all +hello +auth +ping +info +publish +subscribe +unsubscribe +eval +evalsha
    /// +get +set +del +time`, in a cluster also `+spublish +ssubscribe +sunsubscribe +cluster|slots`; that of `sadu delete-tenant` also
    /// `+scan`.
    pub url: SecretString,
}

impl RedisConfig {
    /// The settings of the environment where `REDIS_URL` is set; a process without it is alone.
    ///
    /// # Errors
    /// `REDIS_URL` is not acceptable.
    pub fn if_named() -> anyhow::Result<Option<Self>> {
        let env = |name: &str| std::env::var(name).ok();
        env("REDIS_URL")
            .filter(|url| !url.trim().is_empty())
            .map(|_| Self::from_env(env))
            .transpose()
    }

    /// Reads and checks the settings; `env` gives a variable's value.
    ///
    /// # Errors
    /// `REDIS_URL` is missing, or not acceptable; the message never holds its value.
    pub fn from_env(env: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let given = env("REDIS_URL")
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .context("REDIS_URL is missing")?;
        let url = Url::parse(&given)
            .ok()
            .filter(|url| matches!(url.scheme(), "redis" | "rediss") && url.has_host())
            .context("REDIS_URL is not of the form rediss://user:password@host:port")?;
        ensure!(
            url.scheme() == "rediss" || is_local(&url) || is_loopback(&url),
            "REDIS_URL must begin with rediss:// (Redis over TLS): its server is not on this machine, and passwords and \
             news would travel in the clear"
        );
        ensure!(
            url.fragment().is_none(),
            "REDIS_URL must not end in #…: the server's certificate is always checked"
        );
        Ok(Self { url: given.into() })
    }
}

/// Hosts of a scheme that the URL standard does not know are kept as text, addresses too.
fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(url: &str) -> anyhow::Result<RedisConfig> {
        RedisConfig::from_env(|name| (name == "REDIS_URL").then(|| url.to_owned()))
    }

    #[test]
    fn tls_anywhere_and_plain_on_this_machine() {
        for url in [
            "rediss://sadu:secret@cache.example:6380",
            "rediss://10.0.0.7",
            "redis://127.0.0.1:6379",
            "redis://127.8.0.1",
            "redis://[::1]:6379",
            "redis://localhost:6379/0",
            " redis://localhost ",
        ] {
            let config = read(url).unwrap();
            assert_eq!(config.url.expose_secret(), url.trim());
            assert!(!format!("{config:?}").contains("secret"));
        }
    }

    #[test]
    fn anything_else_refuses_and_does_not_show_the_password() {
        for url in [
            "",
            "cache.example:6379",
            "redis://sadu:secret@cache.example",
            "redis://sadu:secret@10.0.0.7:6379",
            "redis://sadu:secret@0.0.0.0",
            "redis://sadu:secret@localhost.example",
            "redis://sadu:secret@127.0.0.1.example",
            "redis://[fe80::1]",
            "rediss://sadu:secret@cache.example#insecure",
            "rediss://",
            "http://127.0.0.1:6379",
            "unix:///run/redis.sock",
        ] {
            let error = read(url).unwrap_err();
            assert!(!format!("{error:?}").contains("secret"), "{url}");
        }
        assert!(RedisConfig::from_env(|_| None).is_err());
    }
}
