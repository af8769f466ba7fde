//! Secrets of the deployment.

use anyhow::{Context, ensure};
use sadu_db::seal::MasterKey;

/// `SADU_MASTER_KEY`: 32 bytes as 64 hexadecimal digits. Wraps every tenant's data key; losing it loses names and phones.
///
/// # Errors
/// A line that says what is wrong with it.
pub fn master_key_from_env() -> anyhow::Result<MasterKey> {
    let text = std::env::var("SADU_MASTER_KEY").context(
        "SADU_MASTER_KEY is missing: 64 hexadecimal digits, kept apart from the database",
    )?;
    master_key(&text)
}

/// From 64 hexadecimal digits.
///
/// # Errors
/// A line that says what is wrong with it.
pub fn master_key(text: &str) -> anyhow::Result<MasterKey> {
    let bytes = hex::decode(text.trim()).context("SADU_MASTER_KEY is not hexadecimal")?;
    ensure!(
        bytes.len() == 32,
        "SADU_MASTER_KEY has {} bytes, not 32",
        bytes.len()
    );
    MasterKey::new(&bytes).context("SADU_MASTER_KEY is not usable")
}
