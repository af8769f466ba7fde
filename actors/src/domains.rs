//! What DNS says of a tenant's name, before anything is written.

use sadu_domain::error::Code;
use sadu_domain::host::{CustomHost, is_public};
use sadu_gateways::dns::{Dns, Unanswered};

use crate::error::Error;

/// DNS as it stands: the records for the proof, and whether the name leads anywhere that is not public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The TXT records of the proof's name.
    pub records: Vec<String>,
    /// Some address is not of the public internet.
    pub private: bool,
}

/// Asks DNS about a name.
///
/// # Errors
/// `Unanswered` when it does not answer: nothing is known then.
pub async fn look(dns: &Dns, host: &CustomHost) -> Result<Seen, Unanswered> {
    let proof = host.proof_name();
    let (records, addresses) = futures::join!(dns.txt(&proof), dns.addresses(host.as_str()));
    Ok(Seen {
        records: records?,
        private: !addresses?.into_iter().all(is_public),
    })
}

/// The same for a person who asks: a name that leads to a private network is refused.
///
/// # Errors
/// `domain.private_address`, `domain.dns_unavailable`.
pub async fn records(dns: &Dns, host: &CustomHost) -> crate::Result<Vec<String>> {
    match look(dns, host).await {
        Ok(seen) if seen.private => Err(Error::Refused(Code::DomainPrivateAddress)),
        Ok(seen) => Ok(seen.records),
        Err(Unanswered) => Err(Error::Refused(Code::DomainDnsUnavailable)),
    }
}
