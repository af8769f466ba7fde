//! One file a kind of job.

mod invitation_made;
mod order_placed;
