//! The worker: what is to happen after a commit, in a process of its own (`sadu worker`; `sadu dev` runs one inside).
//!
//! Reading order: [`job`] (what a job is, and what it is given) · [`registry`] (which kinds there are) · [`mover`] (outbox → job
//! library) · `clock` (hours and days) · [`runner`] (the library, running them) · `letter` (what a mail says) · `jobs` (one file a kind) · [`process`] (the command).
//!
//! # A new kind of job, in three places
//! 1. `domain/src/job.rs`: a struct of ids, with `impl JobData` (`KIND`, and `MAX_TRIES` where 8 is wrong).
//! 2. `src/worker/jobs/<kind>.rs`: `impl Job for …`, the `run`. It finds its tenant in [`JobCtx`] and nowhere else, reads with
//!    `ctx.read()` and writes with `ctx.tenant().await?.execute(command)`, as a request would.
//! 3. [`Registry::product`]: one more `.with::<…>()`.
//!
//! Whoever needs it done calls `tx.enqueue(db::Job::of(&data)?)` in the transaction that makes it necessary.
//!
//! # What holds
//! - A job is in the outbox with its commit, or not at all; from there it is moved by one statement. So it is never lost.
//! - It runs **at least once**: a process that dies in the middle leaves it to another, which starts it again. `ctx.id()` is the
//!   same at every try; what must happen once is remembered under it.
//! - It runs as its row's tenant, whatever its payload says, in transactions of its own.
//! - A mail is noted before it is sent and once it was taken (`notifications`): a repeat sends what was not taken, under the same
//!   Message-ID. Only a process that dies between the server's answer and the note makes somebody get it twice.
//! - After [`JobData::MAX_TRIES`] failures, with pauses of e¹, e², … seconds, it is dead: kept, counted, replayed by the platform.
//! - A tenant has at most two running and sixteen waiting in the library; beyond that the tenants take turns.
//!
//! [`JobData::MAX_TRIES`]: sadu_domain::job::JobData::MAX_TRIES

mod clock;
pub mod job;
mod jobs;
mod letter;
pub mod mover;
pub mod process;
pub mod registry;
pub mod runner;

pub use job::{Job, JobCtx, JobError};
pub use registry::Registry;
pub use runner::{Pace, Worker, WorkerParts};
