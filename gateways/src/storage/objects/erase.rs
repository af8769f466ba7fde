//! Everything of one tenant in the bucket, with all versions and marks of deletion: counted, and taken away when the tenant is deleted.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use sadu_domain::ids::TenantId;

use super::{Key, Objects};
use crate::storage::StorageError;
use crate::storage::s3::failed;

/// Where the next page of a list begins.
#[derive(Debug, Clone, Default)]
struct After {
    key: Option<String>,
    version: Option<String>,
}

/// A page of a list, and where the next begins.
type Page = (Vec<ObjectIdentifier>, Option<After>);

impl Objects {
    /// How many objects the tenant has, each version and each mark of deletion as one.
    ///
    /// # Errors
    /// Whatever kept them from being listed.
    pub async fn count(&self, tenant: TenantId) -> Result<usize, StorageError> {
        self.walk(tenant, false).await
    }

    /// Takes away all of them; answers how many there were.
    ///
    /// # Errors
    /// Whatever kept one from being removed; the others of its page are gone then.
    pub async fn erase(&self, tenant: TenantId) -> Result<usize, StorageError> {
        self.walk(tenant, true).await
    }

    async fn walk(&self, tenant: TenantId, remove: bool) -> Result<usize, StorageError> {
        let prefix = Key::prefix(tenant);
        let (mut seen, mut after) = (0_usize, Some(After::default()));
        while let Some(from) = after {
            let (found, next) = match self.versions(&prefix, from.clone()).await {
                Err(StorageError::Bucket { code, .. }) if code == "NotImplemented" => {
                    self.names(&prefix, from).await?
                }
                other => other?,
            };
            seen = seen.saturating_add(found.len());
            if remove && !found.is_empty() {
                self.remove_all(found).await?;
            }
            after = next;
        }
        Ok(seen)
    }

    async fn versions(&self, prefix: &str, from: After) -> Result<Page, StorageError> {
        let page = self
            .client
            .list_object_versions()
            .bucket(&self.bucket)
            .prefix(prefix)
            .set_key_marker(from.key)
            .set_version_id_marker(from.version)
            .send()
            .await
            .map_err(|error| failed("list", &error))?;
        let versions = page.versions().iter().map(|v| (v.key(), v.version_id()));
        let marks = page.delete_markers().iter();
        let found = versions
            .chain(marks.map(|m| (m.key(), m.version_id())))
            .filter_map(|(key, version)| identified(key, version))
            .collect();
        let next = After {
            key: page.next_key_marker().map(str::to_owned),
            version: page.next_version_id_marker().map(str::to_owned),
        };
        let more = page.is_truncated() == Some(true) && next.key.is_some();
        Ok((found, more.then_some(next)))
    }

    /// Where a store has no versions.
    async fn names(&self, prefix: &str, from: After) -> Result<Page, StorageError> {
        let page = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(prefix)
            .set_start_after(from.key)
            .send()
            .await
            .map_err(|error| failed("list", &error))?;
        let found: Vec<ObjectIdentifier> = page
            .contents()
            .iter()
            .filter_map(|object| identified(object.key(), None))
            .collect();
        let next = found.last().map(|last| After {
            key: Some(last.key().to_owned()),
            version: None,
        });
        Ok((found, next.filter(|_| page.is_truncated() == Some(true))))
    }

    async fn remove_all(&self, found: Vec<ObjectIdentifier>) -> Result<(), StorageError> {
        let objects = Delete::builder()
            .set_objects(Some(found))
            .quiet(true)
            .build()
            .map_err(|error| StorageError::Bucket {
                what: "delete",
                code: error.to_string(),
            })?;
        let answer = self
            .client
            .delete_objects()
            .bucket(&self.bucket)
            .delete(objects)
            .send()
            .await
            .map_err(|error| failed("delete", &error))?;
        match answer.errors().first() {
            None => Ok(()),
            Some(error) => Err(StorageError::Bucket {
                what: "delete",
                code: error.code().unwrap_or("refused").to_owned(),
            }),
        }
    }
}

fn identified(key: Option<&str>, version: Option<&str>) -> Option<ObjectIdentifier> {
    ObjectIdentifier::builder()
        .key(key?)
        .set_version_id(version.map(str::to_owned))
        .build()
        .ok()
}
