//! One file a kind of job.

mod bank_changed;
mod day_passed;
mod hour_passed;
mod invitation_made;
mod media_uploaded;
mod order_payment;
mod order_placed;
