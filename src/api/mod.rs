//! JSON routes, one file a noun. All of them are on one page in `crate::router`.

pub mod admin;
pub mod body;
pub mod contract;
pub mod docs;
pub mod health;
pub mod items;
pub mod keyed;
pub mod live;
pub mod media;
pub mod orders;
pub mod paging;
pub mod plan;
pub mod platform;
pub mod site;
pub mod wire;
