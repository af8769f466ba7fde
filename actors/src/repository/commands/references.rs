//! Leases of reference numbers.

use sadu_db::{WriteTx, tenants};

use crate::error::Result;
use crate::repository::Command;

/// Takes `size` numbers; answers the first.
#[derive(Debug)]
pub(crate) struct LeaseReferences {
    pub(crate) size: i64,
}

impl Command for LeaseReferences {
    type Output = i64;
    const NAME: &'static str = "references.lease";

    async fn run(self, tx: &mut WriteTx) -> Result<i64> {
        Ok(tenants::lease_references(tx.tx(), self.size).await?)
    }
}
