//! What things are: types and rules, no I/O, no async.
