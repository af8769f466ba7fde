//! One file a target of the table in the performance page.

pub(crate) mod campaign;
pub(crate) mod live;
pub(crate) mod orders;
pub(crate) mod quota;
pub(crate) mod reads;
