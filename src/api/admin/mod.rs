//! JSON routes of staff and administrators. The first argument of each handler is its authority.

pub mod audit;
pub mod audit_export;
pub mod audit_wire;
pub mod bank;
pub mod content;
pub mod domains;
pub mod funding;
pub mod inbox;
pub mod items;
pub mod media;
pub mod orders;
pub mod plan;
pub mod reveal;
pub mod settings;
pub mod terms;
pub mod user_wire;
pub mod users;
