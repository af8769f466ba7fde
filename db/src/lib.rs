//! Where it is kept: SQL under Row Level Security.

#[cfg(feature = "embedded")]
pub mod embedded;
