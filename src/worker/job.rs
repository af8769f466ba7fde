//! What a job is to the worker, and what it is given to run with.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use sadu_actors::commands::notifications::{BeginNotice, EndNotice};
use sadu_actors::mail::{Mail, MailError, Mailer};
use sadu_actors::{Directory, TenantHandle};
use sadu_db::notifications::Notice;
use sadu_db::seal::sha256;
use sadu_db::{Db, DbError, TenantCtx, TenantTx};
use sadu_domain::ids::TenantId;
use sadu_domain::job::JobData;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::letter::Letter;
use crate::config::site::SiteConfig;
use crate::media::{ProcessError, Studio};

/// A job that can be run.
pub trait Job: JobData {
    /// Does the work. It may have been done before, in part or whole: a repeat must be harmless. An error is tried again.
    fn run(&self, ctx: &JobCtx) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// Why a job was not done. Its text is kept beside the job and logged: it never holds what somebody typed.
#[derive(thiserror::Error)]
pub enum JobError {
    /// The database.
    #[error("{0}")]
    Db(#[from] DbError),
    /// A write through the tenant's repository.
    #[error("{0}")]
    Act(#[from] sadu_actors::Error),
    /// The mail server.
    #[error("{0}")]
    Mail(#[from] MailError),
    /// A mail that could not be written.
    #[error("a mail could not be written")]
    Letter(#[from] askama::Error),
    /// What the job was about is not what it was.
    #[error("{0} has changed")]
    Stale(&'static str),
    /// What a picture needs.
    #[error("{0}")]
    Picture(#[from] ProcessError),
}

/// The library keeps what `Debug` says.
impl fmt::Debug for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What all jobs of a process share.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    pub(super) db: Db,
    pub(super) directory: Arc<Directory>,
    pub(super) mailer: Mailer,
    pub(super) site: Arc<SiteConfig>,
    pub(super) studio: Studio,
}

/// What a job runs with: its tenant, proven by the row it was written in.
#[derive(Debug)]
pub struct JobCtx {
    shared: Shared,
    tenant: TenantCtx,
    id: Uuid,
}

impl JobCtx {
    /// Whose job it is.
    #[must_use]
    pub fn tenant_id(&self) -> TenantId {
        self.tenant.tenant()
    }

    /// The job's own id, the same at every try: what is remembered under it happens once.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// A transaction on the tenant's rows.
    ///
    /// # Errors
    /// `Busy` when no connection came free in time.
    pub async fn read(&self) -> Result<TenantTx, DbError> {
        self.shared.db.tenant(self.tenant).await
    }

    /// The same, where every statement sees one instant.
    ///
    /// # Errors
    /// `Busy` when no connection came free in time.
    pub(super) async fn read_at_once(&self) -> Result<TenantTx, DbError> {
        self.shared.db.tenant_snapshot(self.tenant).await
    }

    /// Where pictures are kept and drawn.
    #[must_use]
    pub fn studio(&self) -> &Studio {
        &self.shared.studio
    }

    /// The tenant's actors, for writes: events, totals and caches go with them as with any other write.
    ///
    /// # Errors
    /// `Busy` when the database does not answer in time.
    pub async fn tenant(&self) -> sadu_actors::Result<TenantHandle> {
        self.shared.directory.of(self.tenant).await
    }

    /// Where the tenant's site is: under the base domain, whatever host a request came by.
    pub(super) fn origin(&self, slug: &str) -> String {
        let site = &self.shared.site;
        site.origin(&format!("{slug}.{}", site.base_domain))
    }

    /// Mails a letter, unless this job has done so before. What may have gone out and was not noted goes out again.
    ///
    /// # Errors
    /// `Mail` when the server did not take it.
    pub(super) async fn mail(&self, to: &str, letter: Letter) -> Result<(), JobError> {
        let recipient_hash = sha256(to.as_bytes());
        let notice = Notice {
            job: self.id,
            recipient_hash,
        };
        let tenant = self.tenant().await?;
        if !tenant.execute(BeginNotice(notice)).await? {
            return Ok(());
        }
        // The same for the same person at every try, so that mail programs show a repeat once.
        let short: String = recipient_hash
            .iter()
            .take(6)
            .map(|b| format!("{b:02x}"))
            .collect();
        let mail = Mail {
            id: format!("{}.{short}", self.id),
            from_name: letter.from,
            to: to.to_owned(),
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
        };
        let sent = self.shared.mailer.send(&mail).await;
        let outcome = if sent.is_ok() { "sent" } else { "failed" };
        metrics::counter!("mail_total", "outcome" => outcome).increment(1);
        sent?;
        Ok(tenant.execute(EndNotice(notice)).await?)
    }
}

/// A job as the mover (`db::jobs`) wrote it: the outer fields are the outbox row's own columns, `job` is the writer's payload.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct Moved<J: JobData> {
    tenant: TenantId,
    id: Uuid,
    due: DateTime<Utc>,
    job: J,
}

impl<J: Job> TaskHandler for Moved<J> {
    const IDENTIFIER: &'static str = J::KIND;

    async fn run(self, library: WorkerContext) -> impl IntoTaskHandlerResult {
        let begun = Utc::now();
        if *library.job().attempts() == 1 {
            metrics::histogram!("job_wait_seconds", "kind" => J::KIND)
                .record(seconds(begun - self.due));
        }
        let result = self.attempt(&library).await;
        let outcome = if result.is_ok() { "done" } else { "failed" };
        metrics::histogram!("job_seconds", "kind" => J::KIND, "outcome" => outcome)
            .record(seconds(Utc::now() - begun));
        if let Err(error) = &result {
            tracing::warn!(what = J::KIND, tenant.id = %self.tenant, error = %error, "a job failed");
        }
        result
    }
}

impl<J: Job> Moved<J> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the job runner, one of the three places that may vouch: the tenant is the outbox row's own column"
    )]
    async fn attempt(&self, library: &WorkerContext) -> Result<(), JobError> {
        let shared = library.get_ext::<Shared>().ok_or(DbError::Busy)?.clone();
        let ctx = JobCtx {
            shared,
            tenant: TenantCtx::vouch(self.tenant),
            id: self.id,
        };
        self.job.run(&ctx).await
    }
}

fn seconds(time: chrono::TimeDelta) -> f64 {
    time.to_std().unwrap_or_default().as_secs_f64()
}
