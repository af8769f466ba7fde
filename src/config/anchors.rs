//! Where the audit logs' anchors are kept.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use sadu_actors::anchors::Anchors;
use sadu_actors::storage::{BucketConfig, WriteOnce};
use sadu_db::seal::MasterKey;

/// How long an anchor is locked unless told otherwise, in days: two years and some.
const RETENTION_DAYS: u64 = 800;

/// The place that the environment names; none when it names none. `SADU_ANCHOR_BUCKET` is a bucket with Object Lock
/// (`S3_ENDPOINT` where it is not AWS', `SADU_ANCHOR_RETENTION_DAYS`), `SADU_ANCHOR_DIR` a folder. `SADU_ANCHOR_TRUSTED` are public
/// keys of master keys that are gone, hexadecimal, with commas between.
///
/// # Errors
/// A line that says what is wrong.
pub async fn from_env(
    get: impl Fn(&str) -> Option<String>,
    master: &MasterKey,
) -> anyhow::Result<Option<Anchors>> {
    let given = |name: &str| get(name).filter(|value| !value.trim().is_empty());
    let place = match (given("SADU_ANCHOR_BUCKET"), given("SADU_ANCHOR_DIR")) {
        (Some(_), Some(_)) => bail!("SADU_ANCHOR_BUCKET and SADU_ANCHOR_DIR: name one of them"),
        (None, None) => return Ok(None),
        (None, Some(folder)) => WriteOnce::folder(PathBuf::from(folder)),
        (Some(bucket), None) => {
            let days: u64 = given("SADU_ANCHOR_RETENTION_DAYS")
                .map_or(Ok(RETENTION_DAYS), |days| days.parse())
                .context("SADU_ANCHOR_RETENTION_DAYS is not a number of days")?;
            ensure!(
                days > 0,
                "SADU_ANCHOR_RETENTION_DAYS is 0: nothing would be kept"
            );
            WriteOnce::bucket(BucketConfig {
                bucket,
                endpoint: given("S3_ENDPOINT"),
                retention: Duration::from_secs(days.saturating_mul(24 * 60 * 60)),
            })
            .await
        }
    };
    let trusted = given("SADU_ANCHOR_TRUSTED").map_or_else(
        || Ok(Vec::new()),
        |keys| {
            keys.split(',')
                .map(|key| {
                    hex::decode(key.trim())
                        .ok()
                        .filter(|key| key.len() == 32)
                        .context("SADU_ANCHOR_TRUSTED: a key has 64 hexadecimal digits")
                })
                .collect()
        },
    )?;
    Ok(Some(Anchors::new(place, master, trusted)?))
}
