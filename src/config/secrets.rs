//! Secrets of the deployment.

use anyhow::{Context, ensure};
use sadu_db::seal::MasterKey;

/// `SADU_MASTER_KEY`: 32 bytes as 64 hexadecimal digits. Wraps every tenant's data key; losing it loses names and phones.
/// `SADU_MASTER_KEY_PREVIOUS` still unwraps while `sadu rotate-keys` has not wrapped everything anew.
///
/// # Errors
/// A line that says what is wrong with it.
pub fn master_key_from_env() -> anyhow::Result<MasterKey> {
    let text = std::env::var("SADU_MASTER_KEY").context(
        "SADU_MASTER_KEY is missing: 64 hexadecimal digits, kept apart from the database",
    )?;
    let key = master_key(&text)?;
    match std::env::var("SADU_MASTER_KEY_PREVIOUS") {
        Ok(previous) if !previous.trim().is_empty() => key
            .with_previous(&bytes(&previous, "SADU_MASTER_KEY_PREVIOUS")?)
            .context("SADU_MASTER_KEY_PREVIOUS is not usable"),
        _ => Ok(key),
    }
}

/// From 64 hexadecimal digits.
///
/// # Errors
/// A line that says what is wrong with it.
pub fn master_key(text: &str) -> anyhow::Result<MasterKey> {
    MasterKey::new(&bytes(text, "SADU_MASTER_KEY")?).context("SADU_MASTER_KEY is not usable")
}

fn bytes(text: &str, name: &str) -> anyhow::Result<Vec<u8>> {
    let bytes = hex::decode(text.trim()).with_context(|| format!("{name} is not hexadecimal"))?;
    ensure!(
        bytes.len() == 32,
        "{name} has {} bytes, not 32",
        bytes.len()
    );
    Ok(bytes)
}
