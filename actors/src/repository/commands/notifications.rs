//! What a job writes down about a message: before it is sent, and once it was taken. Called by the worker.

use sadu_db::WriteTx;
use sadu_db::notifications::{self, Notice};

use crate::error::Result;
use crate::repository::Command;

/// A message is about to be sent; false when it was sent already.
#[derive(Debug, Clone, Copy)]
pub struct BeginNotice(pub Notice);

impl Command for BeginNotice {
    type Output = bool;
    const NAME: &'static str = "notice.begin";

    async fn run(self, tx: &mut WriteTx) -> Result<bool> {
        Ok(notifications::begin(tx.tx(), &self.0).await?)
    }
}

/// It was taken.
#[derive(Debug, Clone, Copy)]
pub struct EndNotice(pub Notice);

impl Command for EndNotice {
    type Output = ();
    const NAME: &'static str = "notice.end";

    async fn run(self, tx: &mut WriteTx) -> Result<()> {
        Ok(notifications::sent(tx.tx(), &self.0).await?)
    }
}
