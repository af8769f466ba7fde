//! An order was placed.

use sadu_db::orders;
use sadu_domain::job::OrderPlaced;

use crate::worker::job::{Job, JobCtx, JobError};

impl Job for OrderPlaced {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        let mut tx = ctx.read().await?;
        let order = orders::get(&mut tx, self.order).await?;
        tx.commit().await?;
        metrics::counter!("orders_placed_total", "kind" => order.kind.as_str()).increment(1);
        Ok(())
    }
}
