//! A bucket with Object Lock, through S3's own protocol.
//!
//! Names are listed with all their versions, because a mark of deletion or a later version can be put over a locked one by whoever
//! may write: the oldest version of a name is the one that counts, and it cannot be removed.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{ObjectLockEnabled, ObjectLockMode, ObjectVersion};

use super::{BucketConfig, Kept, StorageError};

/// Longest wait for one answer, with its retries.
const DEADLINE: Duration = Duration::from_secs(20);
/// Tries of one question.
const TRIES: u32 = 3;

#[derive(Debug, Clone)]
pub(super) struct Bucket {
    client: Client,
    bucket: String,
    retention: Duration,
}

impl Bucket {
    pub(super) async fn connect(config: BucketConfig) -> Self {
        let shared = settings(config.endpoint.as_ref()).load().await;
        let own = aws_sdk_s3::config::Builder::from(&shared)
            .force_path_style(config.endpoint.is_some())
            .build();
        Self {
            client: Client::from_conf(own),
            bucket: config.bucket,
            retention: config.retention,
        }
    }

    pub(super) async fn check(&self) -> Result<(), StorageError> {
        let asked = self
            .client
            .get_object_lock_configuration()
            .bucket(&self.bucket)
            .send()
            .await;
        let locked = match asked {
            Ok(answer) => answer
                .object_lock_configuration()
                .and_then(|lock| lock.object_lock_enabled())
                .is_some_and(|state| *state == ObjectLockEnabled::Enabled),
            Err(error) if error.code() == Some("ObjectLockConfigurationNotFoundError") => false,
            Err(error) => return Err(failed("object lock", &error)),
        };
        if locked {
            Ok(())
        } else {
            Err(StorageError::NotLocked(self.bucket.clone()))
        }
    }

    pub(super) async fn put_new(&self, name: &str, bytes: Vec<u8>) -> Result<bool, StorageError> {
        let until = SystemTime::now()
            .checked_add(self.retention)
            .unwrap_or_else(SystemTime::now);
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(name)
            .content_type("application/json")
            .if_none_match("*")
            .object_lock_mode(ObjectLockMode::Compliance)
            .object_lock_retain_until_date(DateTime::from(until))
            .body(ByteStream::from(bytes))
            .send()
            .await;
        match put {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(false),
            Err(error) => Err(failed("put", &error)),
        }
    }

    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<Kept>, StorageError> {
        let mut oldest: HashMap<String, ObjectVersion> = HashMap::new();
        let (mut key, mut version) = (None, None);
        loop {
            let page = self
                .client
                .list_object_versions()
                .bucket(&self.bucket)
                .prefix(prefix)
                .set_key_marker(key)
                .set_version_id_marker(version)
                .send()
                .await
                .map_err(|error| failed("list", &error))?;
            for found in page.versions() {
                let Some(name) = found.key() else { continue };
                let older = oldest
                    .get(name)
                    .is_none_or(|known| known.last_modified() >= found.last_modified());
                if older {
                    oldest.insert(name.to_owned(), found.clone());
                }
            }
            if page.is_truncated() != Some(true) {
                break;
            }
            key = page.next_key_marker().map(str::to_owned);
            version = page.next_version_id_marker().map(str::to_owned);
            if key.is_none() {
                break;
            }
        }
        Ok(oldest
            .into_iter()
            .map(|(name, found)| Kept {
                name,
                version: found.version_id().map(str::to_owned),
            })
            .collect())
    }

    pub(super) async fn read(
        &self,
        name: &str,
        version: Option<&str>,
    ) -> Result<Vec<u8>, StorageError> {
        let answer = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(name)
            .set_version_id(version.map(str::to_owned))
            .send()
            .await
            .map_err(|error| failed("get", &error))?;
        whole(answer.body).await
    }
}

/// As AWS' tools find their settings, with few tries and an end to waiting.
pub(super) fn settings(endpoint: Option<&String>) -> ConfigLoader {
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
        .timeout_config(TimeoutConfig::builder().operation_timeout(DEADLINE).build());
    match endpoint {
        Some(endpoint) => loader.endpoint_url(endpoint),
        None => loader,
    }
}

/// All of a body.
pub(super) async fn whole(body: ByteStream) -> Result<Vec<u8>, StorageError> {
    let body = body.collect().await.map_err(|_| StorageError::Bucket {
        what: "get",
        code: "the answer broke off".to_owned(),
    })?;
    Ok(body.to_vec())
}

/// S3's code, or what kept us from hearing one. Never the request: it carries a signature.
pub(super) fn failed<E: ProvideErrorMetadata, R>(
    what: &'static str,
    error: &SdkError<E, R>,
) -> StorageError {
    let code = match error.code() {
        Some(code) => code.to_owned(),
        None => match error {
            SdkError::TimeoutError(_) => "no answer in time",
            SdkError::DispatchFailure(_) => "not reached, or no credentials",
            SdkError::ConstructionFailure(_) => "not asked",
            _ => "an answer that is none",
        }
        .to_owned(),
    };
    StorageError::Bucket { what, code }
}
