//! Where it is kept: SQL under Row Level Security.
