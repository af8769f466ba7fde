//! One file a kind of job.

mod day_passed;
mod hour_passed;
mod invitation_made;
mod order_placed;
