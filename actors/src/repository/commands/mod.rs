//! One file a noun: the writes that run alone, in a transaction of their own.

pub mod audit;
mod bank;
mod changes;
pub mod content;
pub mod domains;
pub mod donors;
pub mod items;
pub mod keeping;
pub mod keyed;
pub mod logo;
pub mod media;
pub mod notifications;
pub mod payments;
pub mod references;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod subjects;
pub mod support;
mod terms;
pub mod users;
