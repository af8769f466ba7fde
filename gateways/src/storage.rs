//! Where things are kept that are no rows: pictures in a bucket ([`objects`]), and what nobody may change or take away
//! ([`WriteOnce`]): written once, under a name of its own, for as long as was promised.
//!
//! The latter has two kinds: a bucket with Object Lock (compliance mode: not even the account's owner removes a locked version before its time),
//! and a folder, which is as good as whoever has its password, but on another machine than the database's. Called by `actors`'
//! anchors.
//!
//! **Invariant:** what is read is the first thing that was ever written under a name. A later version, or a mark of deletion, hides
//! nothing.

#[cfg(feature = "embedded")]
pub mod embedded;
mod folder;
pub mod objects;
mod s3;

use std::path::PathBuf;
use std::time::Duration;

use self::folder::Folder;
use self::s3::Bucket;

/// A place where everything is written once.
#[derive(Debug, Clone)]
pub struct WriteOnce(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Folder(Folder),
    Bucket(Bucket),
}

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name, from the place's root.
    pub name: String,
    /// Which version of it, in a bucket.
    version: Option<String>,
}

/// A bucket with Object Lock.
#[derive(Debug, Clone)]
pub struct BucketConfig {
    /// Its name.
    pub bucket: String,
    /// Where S3 is, when it is not AWS; addresses then have the bucket in their path.
    pub endpoint: Option<String>,
    /// How long each thing is locked.
    pub retention: Duration,
}

/// Why something was not kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A name that is none: letters, digits, `.`, `-`, `_` and `/` alone.
    #[error("not a name: {0}")]
    Name(String),
    /// The folder said no.
    #[error("{0}")]
    Folder(#[from] std::io::Error),
    /// The bucket said no, or did not answer; in the provider's words, which hold no secret.
    #[error("{what}: {code}")]
    Bucket {
        /// What was asked.
        what: &'static str,
        /// S3's code.
        code: String,
    },
    /// The bucket does not lock what it is given: it is no place for this.
    #[error("bucket {0} has no Object Lock; it is turned on when a bucket is made")]
    NotLocked(String),
    /// The bucket forgets what is overwritten or deleted.
    #[error(
        "bucket {0} keeps no versions: turn its versioning on, so that what is deleted by mistake can come back"
    )]
    NotVersioned(String),
}

impl WriteOnce {
    /// In a folder; made when it is missing.
    #[must_use]
    pub fn folder(root: PathBuf) -> Self {
        Self(Kind::Folder(Folder::new(root)))
    }

    /// In a bucket. Credentials and region are found as AWS' tools find them.
    pub async fn bucket(config: BucketConfig) -> Self {
        Self(Kind::Bucket(Bucket::connect(config).await))
    }

    /// Looks whether the place can do what it promises.
    ///
    /// # Errors
    /// `NotLocked` for a bucket without Object Lock, and whatever keeps it from being reached.
    pub async fn check(&self) -> Result<(), StorageError> {
        match &self.0 {
            Kind::Folder(folder) => folder.check().await,
            Kind::Bucket(bucket) => bucket.check().await,
        }
    }

    /// Keeps something under a name. Answers whether it was new: what is there already stays as it is.
    ///
    /// # Errors
    /// Whatever kept it from being written.
    pub async fn put_new(&self, name: &str, bytes: Vec<u8>) -> Result<bool, StorageError> {
        let name = named(name)?;
        match &self.0 {
            Kind::Folder(folder) => folder.put_new(name, bytes).await,
            Kind::Bucket(bucket) => bucket.put_new(name, bytes).await,
        }
    }

    /// Everything whose name begins with `prefix`, in order of name.
    ///
    /// # Errors
    /// Whatever kept it from being listed.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Kept>, StorageError> {
        let prefix = named(prefix)?;
        let mut kept = match &self.0 {
            Kind::Folder(folder) => folder.list(prefix).await?,
            Kind::Bucket(bucket) => bucket.list(prefix).await?,
        };
        kept.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(kept)
    }

    /// What is kept.
    ///
    /// # Errors
    /// Whatever kept it from being read.
    pub async fn read(&self, kept: &Kept) -> Result<Vec<u8>, StorageError> {
        let name = named(&kept.name)?;
        match &self.0 {
            Kind::Folder(folder) => folder.read(name).await,
            Kind::Bucket(bucket) => bucket.read(name, kept.version.as_deref()).await,
        }
    }
}

/// A name that means the same everywhere and leads nowhere else.
fn named(name: &str) -> Result<&str, StorageError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/');
    let good = name.bytes().all(plain) && !name.starts_with('/') && !name.contains("..");
    if good && name.len() <= 512 {
        Ok(name)
    } else {
        Err(StorageError::Name(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for good in ["audit/0192/00000000000000000007.ab.json", "audit/"] {
            assert!(named(good).is_ok(), "{good}");
        }
        for bad in ["/etc/passwd", "a/../b", "a b", "ا", "a\\b", "a\0"] {
            assert!(named(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_folder_keeps_what_came_first() {
        let root = std::env::temp_dir().join(format!("sadu-kept-{}", uuid::Uuid::new_v4()));
        let place = WriteOnce::folder(root.clone());
        place.check().await.unwrap();
        assert_eq!(place.list("audit/").await.unwrap(), []);
        let put = async |name: &str, text: &str| place.put_new(name, text.into()).await.unwrap();
        assert!(put("audit/b/2.json", "two").await);
        assert!(put("audit/a/1.json", "one").await);
        assert!(!put("audit/a/1.json", "another").await);
        let kept = place.list("audit/").await.unwrap();
        let names: Vec<_> = kept.iter().map(|k| k.name.as_str()).collect();
        assert_eq!(names, ["audit/a/1.json", "audit/b/2.json"]);
        assert_eq!(place.read(&kept[0]).await.unwrap(), b"one");
        assert_eq!(place.list("audit/b").await.unwrap().len(), 1);
        let mode = std::fs::metadata(root.join("audit/a/1.json"))
            .unwrap()
            .permissions();
        assert!(mode.readonly());
        std::fs::remove_dir_all(&root).unwrap();
    }
}
