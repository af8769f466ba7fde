//! WebSockets. The only folder that knows `actix-web-actors` (docs/adr): a socket here is a thin actor that carries frames
//! between a browser and the tenant's inbox, and dies with its connection.

pub mod frames;
pub mod sockets;
pub mod staff;
