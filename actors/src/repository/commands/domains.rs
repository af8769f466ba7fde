//! The writes on a tenant's own names: claimed, put into service once DNS proves the claim, given up.
//!
//! Called by `src/api/admin/domains`. DNS was asked before: nothing here waits for it inside a transaction.

use sadu_db::domains::{self, Activation};
use sadu_db::{Actor, AuditEntry, WriteTx};
use sadu_domain::error::Code;
use sadu_domain::host::CustomHost;
use serde_json::json;

use crate::error::{Error, Result};
use crate::repository::Command;

fn entry(
    actor: Actor,
    action: &'static str,
    host: &CustomHost,
    diff: serde_json::Value,
) -> AuditEntry {
    AuditEntry {
        actor,
        action,
        object_type: "domain",
        object_id: Some(host.to_string()),
        diff,
    }
}

/// Claims a name with a fresh token.
#[derive(Debug)]
pub struct ClaimDomain {
    /// The name.
    pub host: CustomHost,
    /// What DNS must hold; random.
    pub token: String,
    /// Who.
    pub actor: Actor,
}

impl Command for ClaimDomain {
    type Output = ();
    const NAME: &'static str = "domain.claim";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        if !domains::available(tx.tx(), self.host.as_str()).await? {
            return Err(Error::Conflict(Code::DomainTaken));
        }
        domains::claim(tx.tx(), self.host.as_str(), &self.token).await?;
        tx.audit(entry(self.actor, "domain.claim", &self.host, json!({})));
        Ok(())
    }
}

/// Puts a claimed name into service.
#[derive(Debug)]
pub struct VerifyDomain {
    /// The name.
    pub host: CustomHost,
    /// The TXT records that DNS holds for its proof.
    pub seen: Vec<String>,
    /// Who.
    pub actor: Actor,
}

impl Command for VerifyDomain {
    type Output = ();
    const NAME: &'static str = "domain.verify";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        match domains::activate(tx.tx(), self.host.as_str(), &self.seen).await? {
            Activation::Live => {}
            Activation::NoClaim => return Err(Error::NotFound(Code::DomainNotFound)),
            Activation::Unproven => return Err(Error::Conflict(Code::DomainUnproven)),
            Activation::Taken => return Err(Error::Conflict(Code::DomainTaken)),
        }
        domains::drop_claim(tx.tx(), self.host.as_str()).await?;
        let diff = json!({ "after": "live" });
        tx.audit(entry(self.actor, "domain.verify", &self.host, diff));
        Ok(())
    }
}

/// Gives a name up, or a claim on it.
#[derive(Debug)]
pub struct ReleaseDomain {
    /// The name.
    pub host: CustomHost,
    /// Who.
    pub actor: Actor,
}

impl Command for ReleaseDomain {
    type Output = ();
    const NAME: &'static str = "domain.release";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        let claimed = domains::drop_claim(tx.tx(), self.host.as_str()).await?;
        let released = domains::release(tx.tx(), self.host.as_str()).await?;
        if !claimed && !released {
            return Err(Error::NotFound(Code::DomainNotFound));
        }
        let diff = json!({ "served": released });
        tx.audit(entry(self.actor, "domain.release", &self.host, diff));
        Ok(())
    }
}
