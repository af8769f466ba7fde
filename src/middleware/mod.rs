//! What every request passes: `front_door` alone, so that a request pays for one layer. `host` reads the name it came by,
//! `tenant` is what handlers take from it, `request_id` what it is called, `bounds` how large and slow a request may be,
//! `headers` what every answer carries, `refusals` who was refused what.

mod bounds;
mod figures;
pub mod front_door;
pub mod headers;
pub mod host;
mod refusals;
pub mod remains;
pub mod request_id;
pub mod tenant;
