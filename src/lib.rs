//! Sadu.
