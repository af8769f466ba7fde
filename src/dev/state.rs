//! The state folder's secrets: made once, kept readable by its owner alone.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use sadu_db::RolePasswords;
use sadu_db::seal::MasterKey;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::config::secrets::master_key;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct State {
    master_key: String,
    oidc_client_secret: String,
    migrator_password: String,
    web_password: String,
    worker_password: String,
    /// Not in folders of before there was a worker: one for this run does, as every start sets the passwords anew.
    #[serde(default = "random")]
    jobs_password: String,
    platform_password: String,
}

fn random() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

impl State {
    pub(super) fn load_or_make(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        let file = folder.join("secrets.json");
        if file.exists() {
            let text = std::fs::read_to_string(&file)?;
            return serde_json::from_str(&text).with_context(|| {
                format!(
                    "{} is not readable; remove the folder to start over",
                    file.display()
                )
            });
        }
        let state = Self {
            master_key: random(),
            oidc_client_secret: random(),
            migrator_password: random(),
            web_password: random(),
            worker_password: random(),
            jobs_password: random(),
            platform_password: random(),
        };
        let mut out = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&file)?;
        out.write_all(serde_json::to_string_pretty(&state)?.as_bytes())?;
        out.sync_all()?;
        Ok(state)
    }

    pub(super) fn master_key(&self) -> anyhow::Result<MasterKey> {
        master_key(&self.master_key)
    }

    pub(super) fn master_hex(&self) -> &str {
        &self.master_key
    }

    pub(super) fn client_secret(&self) -> SecretString {
        self.oidc_client_secret.clone().into()
    }

    pub(super) fn role_passwords(&self) -> RolePasswords {
        RolePasswords {
            migrator: self.migrator_password.clone().into(),
            web: self.web_password.clone().into(),
            worker: self.worker_password.clone().into(),
            jobs: self.jobs_password.clone().into(),
            platform: self.platform_password.clone().into(),
        }
    }
}
