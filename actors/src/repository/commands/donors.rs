//! Looking at a donor's details: entered in the audit log with its reason, before anything is shown.

use sadu_db::orders::{self, SealedDonor};
use sadu_db::{Actor, AuditEntry, WriteTx};
use sadu_domain::error::Code;
use sadu_domain::ids::OrderId;
use serde_json::json;

use crate::error::{Error, Result};
use crate::repository::Command;

/// Somebody looks at the donor of an order.
#[derive(Debug)]
pub struct RevealDonor {
    /// Of which order.
    pub order: OrderId,
    /// Why; nobody's details in it.
    pub reason: String,
    /// Who looks.
    pub actor: Actor,
}

impl Command for RevealDonor {
    type Output = SealedDonor;
    const NAME: &'static str = "donor.reveal";

    async fn run(self, tx: &mut WriteTx) -> Result<SealedDonor> {
        let order = orders::get(tx.tx(), self.order)
            .await
            .map_err(|e| match Error::from(e) {
                Error::NotFound(_) => Error::NotFound(Code::OrderNotFound),
                other => other,
            })?;
        let donor = orders::donor(tx.tx(), order.donor).await?;
        let mut fields = vec!["name", "phone"];
        fields.extend(donor.email.as_ref().map(|_| "email"));
        // Which fields were shown, never what stood in them.
        tx.audit(AuditEntry {
            actor: self.actor,
            action: Self::NAME,
            object_type: "order",
            object_id: Some(order.id.to_string()),
            diff: json!({ "reason": self.reason, "fields": fields }),
        });
        Ok(donor)
    }
}
