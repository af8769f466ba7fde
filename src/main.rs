//! Sadu.
fn main() {}
