//! Names and ports of the deployment.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, ensure};

use super::network::Network;

/// Labels under the base domain that are never a tenant (api.md).
pub const RESERVED: [&str; 10] = [
    "id", "mail", "platform", "auth", "www", "api", "s3", "media", "status", "admin",
];

/// People need longer than this to read and send a form, even with everything filled in for them.
const FORM_TIME: std::time::Duration = std::time::Duration::from_secs(2);
/// Open connections of a process at most, and of one address.
const CONNECTIONS: usize = 18_000;
const OF_ADDRESS: u32 = 1_024;
/// What limits are multiplied by in development.
const LENIENT: u32 = 1_000;

/// Where this deployment answers, and what development allows.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    /// `BASE_DOMAIN`: tenants are `{slug}.{BASE_DOMAIN}`; lower-case ASCII, no port.
    pub base_domain: String,
    /// `PUBLIC_SCHEME`: `https`, or `http` on this machine alone.
    pub scheme: String,
    /// `PUBLIC_PORT`: the port visitors see where it is not the scheme's own.
    pub public_port: Option<u16>,
    /// `PORT`: where to listen on loopback or behind the load balancer.
    pub port: u16,
    /// `BIND`: the address to listen on.
    pub bind: String,
    /// `OPS_PORT`: health and metrics.
    pub ops_port: u16,
    /// `TRUSTED_PROXIES`: hops in front that set `X-Forwarded-For` (0: none, the peer's address counts).
    pub trusted_proxies: usize,
    /// `PLATFORM_NETWORKS`: from where the platform's own host answers, as `10.1.0.0/16,192.0.2.7`; from anywhere when it is empty.
    pub platform_networks: Vec<Network>,
    /// `DNS_SERVERS`: who is asked about tenants' own names, as `192.0.2.53:53,[2001:db8::53]:53`; the system's own when it is empty.
    pub dns_servers: Vec<SocketAddr>,
    /// Phones with the unassigned prefix 3 are taken. `sadu dev` and tests alone.
    pub demo_phones: bool,
    /// Factor on limits that count by address. 1 except under `sadu dev`.
    pub ip_limit_factor: u32,
    /// Factor on limits that count by tenant, account and person. 1 except under `sadu dev`.
    pub rate_factor: u32,
    /// Least time between a form's opening and its sending. None under `sadu dev`, where programs fill in forms.
    pub form_time: std::time::Duration,
    /// `MAX_CONNECTIONS`: open connections of the process at most.
    pub max_connections: usize,
    /// `CONNECTIONS_PER_ADDRESS`: of one address at most; not counted where proxies stand in front.
    pub connections_per_address: u32,
}

impl SiteConfig {
    /// From the environment.
    ///
    /// # Errors
    /// A line that names the variable.
    pub fn from_env() -> anyhow::Result<Self> {
        let base_domain = std::env::var("BASE_DOMAIN")
            .context("BASE_DOMAIN is missing: the domain under which tenants have their names")?;
        let scheme = std::env::var("PUBLIC_SCHEME").unwrap_or_else(|_| "https".to_owned());
        ensure!(
            matches!(scheme.as_str(), "https" | "http"),
            "PUBLIC_SCHEME is https or http"
        );
        ensure!(
            scheme == "https" || is_local(&base_domain),
            "PUBLIC_SCHEME=http is for localhost alone"
        );
        Ok(Self {
            base_domain: base_domain.to_ascii_lowercase(),
            scheme,
            public_port: number("PUBLIC_PORT")?,
            port: number("PORT")?.unwrap_or(8080),
            bind: std::env::var("BIND").unwrap_or_else(|_| "0.0.0.0".to_owned()),
            ops_port: number("OPS_PORT")?.unwrap_or(9090),
            trusted_proxies: number("TRUSTED_PROXIES")?.map_or(0, usize::from),
            platform_networks: networks()?,
            dns_servers: dns_servers()?,
            demo_phones: false,
            ip_limit_factor: 1,
            rate_factor: 1,
            form_time: FORM_TIME,
            max_connections: number("MAX_CONNECTIONS")?.map_or(CONNECTIONS, usize::from),
            connections_per_address: number("CONNECTIONS_PER_ADDRESS")?
                .map_or(OF_ADDRESS, u32::from),
        })
    }

    /// On this machine: `http://{slug}.localhost:{port}`.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self {
            base_domain: "localhost".to_owned(),
            scheme: "http".to_owned(),
            public_port: Some(port),
            port,
            bind: "127.0.0.1".to_owned(),
            ops_port: 0,
            trusted_proxies: 0,
            platform_networks: Vec::new(),
            dns_servers: Vec::new(),
            demo_phones: true,
            ip_limit_factor: LENIENT,
            rate_factor: LENIENT,
            form_time: std::time::Duration::ZERO,
            max_connections: CONNECTIONS,
            connections_per_address: OF_ADDRESS.saturating_mul(LENIENT),
        }
    }

    /// The limits of production, where development is otherwise lenient (`SADU_LIMITS=strict`).
    #[must_use]
    pub fn strict(self) -> Self {
        Self {
            ip_limit_factor: 1,
            rate_factor: 1,
            form_time: FORM_TIME,
            connections_per_address: OF_ADDRESS,
            ..self
        }
    }

    /// The platform's own host.
    #[must_use]
    pub fn platform_host(&self) -> String {
        format!("platform.{}", self.base_domain)
    }

    /// Whether the platform's own host answers to this address. An address that is not known is not on any list.
    #[must_use]
    pub fn admits_to_platform(&self, address: Option<IpAddr>) -> bool {
        self.platform_networks.is_empty()
            || address.is_some_and(|ip| self.platform_networks.iter().any(|net| net.holds(ip)))
    }

    /// `https://{host}`, with the port where it shows.
    #[must_use]
    pub fn origin(&self, host: &str) -> String {
        match self.public_port {
            Some(port) => format!("{}://{host}:{port}", self.scheme),
            None => format!("{}://{host}", self.scheme),
        }
    }
}

/// `DNS_SERVERS`.
///
/// # Errors
/// A line that names the server that is none.
pub fn dns_servers() -> anyhow::Result<Vec<SocketAddr>> {
    let text = std::env::var("DNS_SERVERS").unwrap_or_default();
    text.split(',')
        .map(str::trim)
        .filter(|server| !server.is_empty())
        .map(|server| {
            server
                .parse()
                .with_context(|| format!("DNS_SERVERS: {server} is not address:port"))
        })
        .collect()
}

fn networks() -> anyhow::Result<Vec<Network>> {
    let text = std::env::var("PLATFORM_NETWORKS").unwrap_or_default();
    text.split(',')
        .map(str::trim)
        .filter(|block| !block.is_empty())
        .map(|block| {
            block
                .parse()
                .with_context(|| format!("PLATFORM_NETWORKS: {block}"))
        })
        .collect()
}

fn is_local(domain: &str) -> bool {
    domain == "localhost" || domain.ends_with(".localhost")
}

fn number(name: &str) -> anyhow::Result<Option<u16>> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(
            text.parse()
                .with_context(|| format!("{name} is not a number"))?,
        )),
        Err(_) => Ok(None),
    }
}
