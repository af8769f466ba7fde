//! An original was uploaded: it is looked at, drawn anew, and then shown.

use sadu_domain::job::MediaUploaded;

use crate::media::process;
use crate::worker::job::{Job, JobCtx, JobError};

impl Job for MediaUploaded {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        let tenant = ctx.tenant().await?;
        Ok(process(ctx.studio(), &tenant, self.media).await?)
    }
}
