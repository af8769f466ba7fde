//! What every handler can reach: the directory of tenants and the settings of this deployment. Made once in `startup`.

use std::sync::Arc;

use sadu_actors::Directory;
use sadu_actors::anchors::Anchors;
use sadu_actors::counters::Counters;
use sadu_actors::dns::Dns;
use sadu_actors::storage::objects::Objects;
use sadu_db::Db;
use tokio::sync::Semaphore;

use crate::config::site::SiteConfig;
use crate::middleware::headers::Policy;
use crate::pages::public::card::Cards;
use crate::pages::public::logo::Logos;
use crate::ws::sockets::Sockets;

/// The state of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// Host → tenant.
    pub directory: Arc<Directory>,
    /// For readiness only; tenants' rows are reached through their handles.
    pub db: Db,
    /// Names, ports and what development allows.
    pub site: Arc<SiteConfig>,
    /// Counters of the limits.
    pub counters: Counters,
    /// Open sockets of staff.
    pub sockets: Sockets,
    /// Who owns a name.
    pub dns: Dns,
    /// Pictures for previews of links.
    pub cards: Cards,
    /// Logos of tenants.
    pub logos: Logos,
    /// Anchors of the audit logs, where this deployment keeps any.
    pub anchors: Option<Anchors>,
    /// The bucket of pictures.
    pub objects: Objects,
    /// What pages may load, and from where.
    pub policy: Policy,
    /// Room for files that come in forms and are held in memory meanwhile.
    pub uploads: Arc<Semaphore>,
    /// Readiness, and the end of it.
    pub draining: Arc<std::sync::atomic::AtomicBool>,
}
