//! Which kinds of jobs this program runs. Jobs of another kind stay in the outbox, for the program that knows them.

use graphile_worker::{JobDefinition, TaskHandler, WorkerOptions};
use sadu_db::jobs::Kind;
use sadu_domain::job::{
    BankChanged, DayPassed, HourPassed, InvitationMade, MediaUploaded, OrderPayment, OrderPlaced,
};

use super::job::{Job, Moved};

/// Kinds of jobs.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: Vec<Kind>,
    definitions: Vec<fn() -> JobDefinition>,
}

impl Registry {
    /// Every kind of the product.
    #[must_use]
    pub fn product() -> Self {
        Self::default()
            .with::<OrderPlaced>()
            .with::<OrderPayment>()
            .with::<InvitationMade>()
            .with::<BankChanged>()
            .with::<HourPassed>()
            .with::<DayPassed>()
            .with::<MediaUploaded>()
    }

    /// One kind more.
    #[must_use]
    pub fn with<J: Job>(mut self) -> Self {
        self.kinds.push(Kind::of::<J>());
        self.definitions.push(Moved::<J>::definition);
        self
    }

    pub(super) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    pub(super) fn define(&self, library: WorkerOptions) -> WorkerOptions {
        library.define_jobs(self.definitions.iter().map(|definition| definition()))
    }
}
