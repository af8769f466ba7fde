//! What visitors see.

pub mod view;
