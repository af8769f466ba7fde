//! What we call: Redis.

pub mod bus;
