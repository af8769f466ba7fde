//! Mail of development: a folder in place of a server, one file a message, the newest last.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Mail, MailError};

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Names it among the others; sorts by time.
    pub number: Uuid,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// What it says.
    pub mail: Mail,
}

/// The folder.
#[derive(Debug, Clone)]
pub struct MailFolder {
    root: PathBuf,
}

impl MailFolder {
    /// A folder; made with the first message.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) async fn keep(&self, mail: &Mail) -> Result<(), MailError> {
        let kept = Kept {
            number: Uuid::now_v7(),
            at: Utc::now(),
            mail: mail.clone(),
        };
        let root = self.root.clone();
        tokio::task::spawn_blocking(move || write(&root, &kept))
            .await
            .map_err(|e| MailError::Folder(e.to_string()))?
            .map_err(|e| MailError::Folder(e.to_string()))
    }

    /// What was taken, newest first, at most so many.
    ///
    /// # Errors
    /// `Folder` when it cannot be read.
    pub async fn list(&self, most: usize) -> Result<Vec<Kept>, MailError> {
        let root = self.root.clone();
        tokio::task::spawn_blocking(move || read(&root, most))
            .await
            .map_err(|e| MailError::Folder(e.to_string()))?
            .map_err(|e| MailError::Folder(e.to_string()))
    }
}

/// Whole or not at all: it gets its name once everything is in it.
fn write(root: &std::path::Path, kept: &Kept) -> std::io::Result<()> {
    std::fs::create_dir_all(root)?;
    let half = root.join(format!("{}.half", kept.number));
    std::fs::write(&half, serde_json::to_vec(kept)?)?;
    std::fs::rename(&half, root.join(format!("{}.json", kept.number)))
}

fn read(root: &std::path::Path, most: usize) -> std::io::Result<Vec<Kept>> {
    let entries = match std::fs::read_dir(root) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    files.sort();
    let newest = files.iter().rev().take(most);
    newest
        .map(|file| Ok(serde_json::from_slice(&std::fs::read(file)?)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_taken_is_shown_newest_first() {
        let root = std::env::temp_dir().join(format!("sadu-mail-{}", Uuid::new_v4()));
        let folder = MailFolder::new(root.clone());
        assert_eq!(folder.list(10).await.unwrap(), []);
        for n in 0..3 {
            let mail = Mail {
                id: format!("m{n}"),
                from_name: "Nakhla".into(),
                to: "a@b.example".into(),
                subject: "S".into(),
                text: "T".into(),
                html: "H".into(),
            };
            folder.keep(&mail).await.unwrap();
        }
        let seen: Vec<String> = folder
            .list(2)
            .await
            .unwrap()
            .into_iter()
            .map(|kept| kept.mail.id)
            .collect();
        assert_eq!(seen, ["m2", "m1"]);
        std::fs::remove_dir_all(root).unwrap();
    }
}
