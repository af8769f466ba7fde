//! A day passed, for one tenant: what is kept for a time only goes.

use sadu_actors::commands::keeping::Prune;
use sadu_domain::job::DayPassed;

use crate::worker::job::{Job, JobCtx, JobError};

impl Job for DayPassed {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        let gone = ctx.tenant().await?.execute(Prune).await?;
        for (of, n) in [
            ("events", gone.events),
            ("keys", gone.keys),
            ("notices", gone.notices),
        ] {
            metrics::counter!("rows_pruned_total", "of" => of).increment(n);
        }
        Ok(())
    }
}
