//! The bucket of pictures.

use anyhow::{Context, ensure};
use sadu_actors::storage::objects::ObjectsConfig;
use url::Url;

use super::auth::is_local;

/// The bucket that the environment names. `S3_BUCKET`; `S3_ENDPOINT` where S3 is not AWS', and `S3_PUBLIC_ENDPOINT` where browsers reach
/// it by another address. Credentials and region are found as AWS' tools find them.
///
/// # Errors
/// A line that names the variable.
pub fn from_env(get: impl Fn(&str) -> Option<String>) -> anyhow::Result<ObjectsConfig> {
    let given = |name: &str| {
        get(name)
            .map(|value| value.trim().trim_end_matches('/').to_owned())
            .filter(|value| !value.is_empty())
    };
    let endpoint = |name: &str| {
        given(name)
            .map(|address| acceptable(name, address))
            .transpose()
    };
    Ok(ObjectsConfig {
        bucket: given("S3_BUCKET").context("S3_BUCKET is missing: the bucket of pictures")?,
        endpoint: endpoint("S3_ENDPOINT")?,
        public_endpoint: endpoint("S3_PUBLIC_ENDPOINT")?,
        credentials: None,
    })
}

/// TLS anywhere, plain on this machine.
fn acceptable(name: &str, address: String) -> anyhow::Result<String> {
    let url = Url::parse(&address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .with_context(|| format!("{name} is not of the form https://host:port"))?;
    ensure!(
        url.path() == "/" && url.query().is_none() && url.username().is_empty(),
        "{name} is a scheme, a host and a port, and nothing else"
    );
    ensure!(
        url.scheme() == "https" || is_local(&url),
        "{name} must begin with https://: it is not on this machine, and pictures would travel in the clear"
    );
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> anyhow::Result<ObjectsConfig> {
        from_env(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_bucket_is_needed_and_an_endpoint_is_not() {
        assert!(read(&[]).is_err());
        assert!(read(&[("S3_BUCKET", " ")]).is_err());
        let aws = read(&[("S3_BUCKET", "pictures")]).unwrap();
        assert_eq!((aws.bucket.as_str(), aws.endpoint), ("pictures", None));
    }

    #[test]
    fn tls_anywhere_and_plain_on_this_machine() {
        for good in [
            "https://s3.example",
            "http://127.0.0.1:9000/",
            "http://localhost:9000",
            "http://[::1]:9000",
        ] {
            let config = read(&[("S3_BUCKET", "b"), ("S3_ENDPOINT", good)]).unwrap();
            assert_eq!(config.endpoint.unwrap(), good.trim_end_matches('/'));
        }
        for bad in [
            "http://s3.example",
            "http://10.0.0.7:9000",
            "s3.example",
            "ftp://s3.example",
            "https://s3.example/bucket",
            "https://key@s3.example",
            "http://127.0.0.1.example",
        ] {
            for name in ["S3_ENDPOINT", "S3_PUBLIC_ENDPOINT"] {
                let error = read(&[("S3_BUCKET", "b"), (name, bad)]).unwrap_err();
                assert!(error.to_string().starts_with(name), "{bad}: {error}");
            }
        }
    }
}
