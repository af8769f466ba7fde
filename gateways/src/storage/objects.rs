//! Pictures in a bucket: private, reached by addresses that are signed for one thing and a short while.
//!
//! A browser sends an original to the bucket itself. What it may send was said before: the signature holds its length, its type and
//! its SHA-256, and that nothing lies there yet, so another body is refused by the bucket (security.md INP-5). Called by `src/media`.
//!
//! **Invariant:** a key is made by [`Key`] alone, from ids of this product; nothing that a client sent is ever part of one.

mod erase;
mod key;

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{
    Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::BucketVersioningStatus;
use secrecy::{ExposeSecret, SecretString};

use super::StorageError;
use super::s3::{failed, settings, whole};

pub use key::Key;

/// How long an upload may begin after it was announced.
pub const UPLOAD: Duration = Duration::from_secs(15 * 60);
/// How long an address leads to a variant (security.md ISO-4: at most five minutes).
pub const DOWNLOAD: Duration = Duration::from_secs(300);

/// Where pictures are kept.
#[derive(Debug, Clone)]
pub struct ObjectsConfig {
    /// Name of the bucket.
    pub bucket: String,
    /// Where S3 is, when it is not AWS; addresses then have the bucket in their path.
    pub endpoint: Option<String>,
    /// Where browsers reach it, when that is elsewhere.
    pub public_endpoint: Option<String>,
    /// Key and secret, where they are not found as AWS' tools find them.
    pub credentials: Option<(String, SecretString)>,
}

/// A bucket of pictures.
#[derive(Debug, Clone)]
pub struct Objects {
    client: Client,
    /// Signs addresses as browsers reach them.
    signer: Client,
    bucket: String,
    origin: String,
}

/// What a browser is told to send, and where to.
#[derive(Debug, Clone)]
pub struct SignedUpload {
    /// The address.
    pub url: String,
    /// Headers to be sent just so; the signature holds each of them.
    pub headers: Vec<(String, String)>,
}

/// What an upload was announced as.
#[derive(Debug, Clone, Copy)]
pub struct Announced<'a> {
    /// Its media type.
    pub content_type: &'a str,
    /// Its length in bytes.
    pub length: i64,
    /// Its SHA-256, in base64 as S3 has it.
    pub sha256: &'a str,
}

impl Objects {
    /// Prepares to speak to the bucket; it need not be up yet.
    ///
    /// # Errors
    /// `Bucket` when no address can be signed: no credentials, no region.
    pub async fn connect(config: ObjectsConfig) -> Result<Self, StorageError> {
        let public = config.public_endpoint.as_ref().or(config.endpoint.as_ref());
        let signer = client(&config, public).await;
        let client = client(&config, config.endpoint.as_ref()).await;
        let mut objects = Self {
            client,
            signer,
            bucket: config.bucket,
            origin: String::new(),
        };
        let probe = objects.presign("probe").await?;
        // scheme://authority/…
        objects.origin = probe.uri().split('/').take(3).collect::<Vec<_>>().join("/");
        Ok(objects)
    }

    /// The origin that browsers meet there, for the content security policy.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Looks whether the bucket keeps what is overwritten or deleted.
    ///
    /// # Errors
    /// `NotVersioned`, and whatever keeps it from being asked.
    pub async fn check(&self) -> Result<(), StorageError> {
        let answer = self
            .client
            .get_bucket_versioning()
            .bucket(&self.bucket)
            .send()
            .await
            .map_err(|error| failed("versioning", &error))?;
        if answer.status() == Some(&BucketVersioningStatus::Enabled) {
            Ok(())
        } else {
            Err(StorageError::NotVersioned(self.bucket.clone()))
        }
    }

    /// An address that takes this one body, once.
    ///
    /// # Errors
    /// `Bucket` when it cannot be signed.
    pub async fn sign_upload(
        &self,
        key: &Key,
        announced: Announced<'_>,
    ) -> Result<SignedUpload, StorageError> {
        let signed = self
            .signer
            .put_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .content_type(announced.content_type)
            .content_length(announced.length)
            .checksum_sha256(announced.sha256)
            .if_none_match("*")
            .presigned(within(UPLOAD)?)
            .await
            .map_err(|error| failed("sign", &error))?;
        Ok(SignedUpload {
            url: signed.uri().to_owned(),
            headers: signed
                .headers()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        })
    }

    /// An address that shows what lies under a key, for five minutes.
    ///
    /// # Errors
    /// `Bucket` when it cannot be signed.
    pub async fn sign_download(&self, key: &Key) -> Result<String, StorageError> {
        Ok(self.presign(key.as_str()).await?.uri().to_owned())
    }

    async fn presign(&self, key: &str) -> Result<PresignedRequest, StorageError> {
        self.signer
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .presigned(within(DOWNLOAD)?)
            .await
            .map_err(|error| failed("sign", &error))
    }

    /// How long what lies under a key is; `None` where nothing does.
    ///
    /// # Errors
    /// Whatever kept it from being asked.
    pub async fn length(&self, key: &Key) -> Result<Option<i64>, StorageError> {
        let asked = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .send()
            .await;
        match asked {
            Ok(answer) => Ok(answer.content_length()),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(failed("head", &error)),
        }
    }

    /// What lies under a key.
    ///
    /// # Errors
    /// Whatever kept it from being read whole.
    pub async fn read(&self, key: &Key) -> Result<Vec<u8>, StorageError> {
        let answer = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .send()
            .await
            .map_err(|error| failed("get", &error))?;
        whole(answer.body).await
    }

    /// Puts something under a key, over whatever was there.
    ///
    /// # Errors
    /// Whatever kept it from being written.
    pub async fn write(
        &self,
        key: &Key,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> Result<(), StorageError> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .content_type(content_type)
            .cache_control("private, max-age=31536000, immutable")
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|error| failed("put", &error))?;
        Ok(())
    }

    /// Takes away what lies under a key; an older version stays for as long as the bucket keeps those. Nothing there is no failure.
    ///
    /// # Errors
    /// Whatever kept it from being removed.
    pub async fn remove(&self, key: &Key) -> Result<(), StorageError> {
        let asked = self
            .client
            .delete_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .send()
            .await;
        match asked {
            Ok(_) => Ok(()),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => Err(failed("delete", &error)),
        }
    }
}

async fn client(config: &ObjectsConfig, endpoint: Option<&String>) -> Client {
    let mut loader = settings(endpoint);
    if let Some((id, secret)) = &config.credentials {
        let own = Credentials::new(id, secret.expose_secret(), None, None, "settings");
        loader = loader
            .credentials_provider(own)
            .region(Region::new("us-east-1"));
    }
    let shared = loader.load().await;
    let own = aws_sdk_s3::config::Builder::from(&shared)
        .force_path_style(endpoint.is_some())
        // The SHA-256 of an upload is its own; no second sum is signed beside it.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .build();
    Client::from_conf(own)
}

fn within(time: Duration) -> Result<PresigningConfig, StorageError> {
    PresigningConfig::expires_in(time).map_err(|error| StorageError::Bucket {
        what: "sign",
        code: error.to_string(),
    })
}

/// HEAD answers without a body, so without a code.
fn is_absent<E: ProvideErrorMetadata>(
    error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>,
) -> bool {
    matches!(error.code(), Some("NoSuchKey" | "NotFound"))
        || error
            .raw_response()
            .is_some_and(|answer| answer.status().as_u16() == 404)
}

#[cfg(all(test, feature = "embedded"))]
mod tests;
