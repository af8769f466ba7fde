//! The domain name system, as far as a tenant's name is proven by it: TXT records, and where a name leads.
//!
//! [`Resolver`] is what the rules need; [`Dns`] is the real client. It keeps no cache: a proof is asked for as it stands now.

use std::fmt;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

/// One question, all tries together.
const DEADLINE: Duration = Duration::from_secs(5);
/// One try.
const TRY: Duration = Duration::from_secs(2);
/// Most records of one answer that are looked at.
const MOST: usize = 64;

/// DNS did not answer; nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("DNS does not answer")]
pub struct Unanswered;

/// An answer that is still to come.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<Vec<T>, Unanswered>> + Send + 'a>>;

/// What is asked of DNS. No record is an empty answer, not a failure.
pub trait Resolver: Send + Sync {
    /// The TXT records of a name, each in one piece.
    fn txt<'a>(&'a self, name: &'a str) -> Answer<'a, String>;
    /// The addresses that a name leads to, of both families.
    fn addresses<'a>(&'a self, name: &'a str) -> Answer<'a, IpAddr>;
}

/// The client of a process. Cheap to clone.
#[derive(Clone)]
pub struct Dns(Arc<dyn Resolver>);

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dns")
    }
}

impl std::ops::Deref for Dns {
    type Target = dyn Resolver;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl Dns {
    /// Asks these servers, or those of the system when none are named. Asks nobody yet.
    #[must_use]
    pub fn new(servers: &[SocketAddr]) -> Self {
        let client = match Client::new(servers) {
            Ok(client) => Some(client),
            Err(error) => {
                tracing::warn!(error = %error, "no DNS server is known: names of tenants' own cannot be proven");
                None
            }
        };
        Self(Arc::new(Real(client)))
    }

    /// With another resolver.
    #[must_use]
    pub fn with(resolver: impl Resolver + 'static) -> Self {
        Self(Arc::new(resolver))
    }
}

struct Real(Option<Client>);

struct Client(TokioResolver);

impl Client {
    fn new(servers: &[SocketAddr]) -> Result<Self, NetError> {
        let mut builder = if servers.is_empty() {
            TokioResolver::builder_tokio()?
        } else {
            let servers = servers.iter().map(|server| {
                let at = |mut connection: ConnectionConfig| {
                    connection.port = server.port();
                    connection
                };
                let connections = vec![at(ConnectionConfig::udp()), at(ConnectionConfig::tcp())];
                NameServerConfig::new(server.ip(), true, connections)
            });
            let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        options.timeout = TRY;
        options.attempts = 2;
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        Ok(Self(builder.build()?))
    }
}

/// An absolute name: nothing of the machine's search list is added.
fn absolute(name: &str) -> String {
    format!("{name}.")
}

fn none_or<T>(error: &NetError) -> Result<Vec<T>, Unanswered> {
    if error.is_no_records_found() {
        return Ok(Vec::new());
    }
    tracing::info!(error = %error, "a question to DNS went unanswered");
    Err(Unanswered)
}

impl Resolver for Real {
    fn txt<'a>(&'a self, name: &'a str) -> Answer<'a, String> {
        Box::pin(async move {
            let client = self.0.as_ref().ok_or(Unanswered)?;
            let asked = client.0.txt_lookup(absolute(name));
            let found = tokio::time::timeout(DEADLINE, asked)
                .await
                .map_err(|_| Unanswered)?;
            let lookup = match found {
                Ok(lookup) => lookup,
                Err(error) => return none_or(&error),
            };
            Ok(lookup
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::TXT(txt) => String::from_utf8(txt.txt_data.concat()).ok(),
                    _ => None,
                })
                .take(MOST)
                .collect())
        })
    }

    fn addresses<'a>(&'a self, name: &'a str) -> Answer<'a, IpAddr> {
        Box::pin(async move {
            let client = self.0.as_ref().ok_or(Unanswered)?;
            let asked = client.0.lookup_ip(absolute(name));
            let found = tokio::time::timeout(DEADLINE, asked)
                .await
                .map_err(|_| Unanswered)?;
            match found {
                Ok(lookup) => Ok(lookup.iter().take(MOST).collect()),
                Err(error) => none_or(&error),
            }
        })
    }
}
