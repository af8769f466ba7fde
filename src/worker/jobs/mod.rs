//! One file a kind of job.

mod order_placed;
