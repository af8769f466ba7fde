//! What happens to a picture between its upload and its publication (security.md INP-5).
//!
//! Reading order: [`process`] (the job: original in, variants and a verdict out) · `apart` (a child process with little memory, little
//! time and nothing to reach) · `child` (what that process does) · `draw` (bytes → new drawings of the same pixels) · `answer` (what
//! the child says, and how far it is believed). [`take_in`] puts into the bucket what a browser did not put there itself, [`take_in_logo`]
//! a tenant's logo.
//! Called by the worker and by `cli`; calls `gateways`' storage and the tenant's repository.

mod answer;
mod apart;
pub mod child;
mod draw;
mod intake;
mod jpeg;
mod logo;
mod process;

pub use apart::{Apart, ENVIRONMENT, draw_apart};
pub use draw::Drawing;
pub(crate) use intake::find;
pub use intake::{IntakeError, Original, take_in};
pub use logo::{OriginalLogo, take_in_logo};
pub use process::{ProcessError, Studio, process};
