//! A folder: each thing is a file that is linked to its name when it is whole, and then made read-only.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Kept, StorageError};

/// What a file is called until it is whole.
const UNFINISHED: &str = ".unfinished-";

#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) async fn check(&self) -> Result<(), StorageError> {
        let root = self.root.clone();
        aside(move || {
            fs::create_dir_all(&root)?;
            let probe = root.join(format!("{UNFINISHED}{}", uuid::Uuid::new_v4()));
            File::create_new(&probe)?;
            fs::remove_file(&probe)
        })
        .await
    }

    pub(super) async fn put_new(&self, name: &str, bytes: Vec<u8>) -> Result<bool, StorageError> {
        let path = self.root.join(name);
        aside(move || put_new(&path, &bytes)).await
    }

    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<Kept>, StorageError> {
        let (root, prefix) = (self.root.clone(), prefix.to_owned());
        aside(move || {
            let mut found = Vec::new();
            walk(&root, &root, &mut found)?;
            found.retain(|kept| kept.name.starts_with(&prefix));
            Ok(found)
        })
        .await
    }

    pub(super) async fn read(&self, name: &str) -> Result<Vec<u8>, StorageError> {
        let path = self.root.join(name);
        aside(move || fs::read(path)).await
    }
}

/// Files are read and written beside the runtime.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StorageError> {
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?;
    Ok(done?)
}

fn put_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!("{UNFINISHED}{}", uuid::Uuid::new_v4()));
    let mut file = File::create_new(&unfinished)?;
    file.write_all(bytes)?;
    let mut mode = file.metadata()?.permissions();
    mode.set_readonly(true);
    file.set_permissions(mode)?;
    file.sync_all()?;
    // A link is made or is not, and never over what is there.
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    match linked {
        Ok(()) => File::open(folder)?.sync_all().map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Kept>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, found)?;
            continue;
        }
        let name = path.strip_prefix(root).ok().and_then(Path::to_str);
        if let Some(name) = name.filter(|name| !name.contains(UNFINISHED)) {
            found.push(Kept {
                name: name.to_owned(),
                version: None,
            });
        }
    }
    Ok(())
}
