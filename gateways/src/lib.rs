//! What we call: Redis.
