//! A [`Command`]: one write in a transaction of its own, with its events, jobs and audit entry.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use chrono::{SubsecRound, Utc};
use sadu_db::WriteTx;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::error::{Error, Result};
use crate::tenant::Shared;

/// One kind of write. The struct holds what was asked; `run` holds the rules and calls the SQL of `db`.
pub trait Command: Send + 'static {
    /// What the caller gets after COMMIT.
    type Output: Send + 'static;
    /// `noun.verb`, for logs and metrics.
    const NAME: &'static str;

    /// Does the work inside `tx`, which already holds the tenant's counter row. An error rolls everything back.
    fn run(self, tx: &mut WriteTx) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// A command with its caller, ready to run.
pub(crate) type Run =
    Box<dyn FnOnce(Arc<Shared>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

pub(crate) fn boxed<C: Command>(
    command: C,
    reply: oneshot::Sender<Result<C::Output>>,
    permit: Option<OwnedSemaphorePermit>,
) -> Run {
    Box::new(move |shared| {
        Box::pin(async move {
            let begun = Instant::now();
            let result = run(&shared, command).await;
            metrics::histogram!("command_seconds", "command" => C::NAME)
                .record(begun.elapsed().as_secs_f64());
            // The caller may have left; the work stands.
            let _ = reply.send(result);
            drop(permit);
        })
    })
}

async fn run<C: Command>(shared: &Shared, command: C) -> Result<C::Output> {
    // What is told live is what is read later: storage keeps microseconds.
    let now = Utc::now().trunc_subsecs(6);
    let mut tx = WriteTx::begin(&shared.home.writers, shared.ctx, now).await?;
    let base = tx.base();
    let output = match command.run(&mut tx).await {
        Ok(output) => output,
        Err(error) => {
            tx.rollback().await;
            return Err(error);
        }
    };
    let committed = match tx.commit().await {
        Ok(committed) => committed,
        Err(error) => {
            tracing::warn!(command = C::NAME, error = %error, "a command did not commit");
            return Err(Error::from(error));
        }
    };
    shared.announce(base, committed);
    Ok(output)
}
