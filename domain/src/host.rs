//! [`CustomHost`]: a name that a tenant may bring along, in its one spelling (security.md, ISO-2). Only what can be known without
//! asking anybody is decided here; who owns the name is proven by DNS.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::error::Code;

/// What stands before the name in DNS for its proof.
const PROOF: &str = "_plat-verify.";
/// Longest name, in bytes, so that its proof fits in DNS as well.
const LONGEST: usize = 253 - PROOF.len();
/// Names that no public DNS serves (RFC 6761, RFC 2606, RFC 8375), whatever the public suffix list says.
const SPECIAL: [&str; 11] = [
    "localhost",
    "local",
    "internal",
    "invalid",
    "test",
    "example",
    "onion",
    "alt",
    "arpa",
    "lan",
    "home",
];

/// A whole domain name, lower-case ASCII, under a known public suffix and none of the platform's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CustomHost(String);

impl CustomHost {
    /// Reads what somebody typed. International names become their ASCII form, so that every spelling of one name is one name.
    ///
    /// # Errors
    /// `domain.invalid` for what is no name, `domain.not_allowed` for one that is never a tenant's.
    pub fn parse(text: &str, base_domain: &str) -> Result<Self, Code> {
        let typed = text.trim();
        let typed = typed.strip_suffix('.').unwrap_or(typed);
        let ascii = idna::domain_to_ascii_strict(typed).map_err(|_| Code::DomainInvalid)?;
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if ascii.len() > LONGEST || !ascii.split('.').all(label) {
            return Err(Code::DomainInvalid);
        }
        let last = ascii.rsplit('.').next().unwrap_or_default();
        // A name that ends in a number is an address in some spelling.
        let is_address = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
        if is_address || SPECIAL.contains(&last) || is_ours(&ascii, base_domain) {
            return Err(Code::DomainNotAllowed);
        }
        if !ascii.contains('.') {
            return Err(Code::DomainInvalid);
        }
        match psl::suffix(ascii.as_bytes()) {
            Some(suffix) if suffix.is_known() && suffix.as_bytes() != ascii.as_bytes() => {
                Ok(Self(ascii))
            }
            _ => Err(Code::DomainNotAllowed),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its proof stands in DNS.
    #[must_use]
    pub fn proof_name(&self) -> String {
        format!("{PROOF}{}", self.0)
    }
}

impl fmt::Display for CustomHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The TXT record that proves a claim.
#[must_use]
pub fn proof(token: &str) -> String {
    format!("sadu-verify={token}")
}

/// The base domain, what is under it, and what it is under.
fn is_ours(name: &str, base: &str) -> bool {
    let under = |name: &str, base: &str| {
        name == base
            || name
                .strip_suffix(base)
                .is_some_and(|rest| rest.ends_with('.'))
    };
    under(name, base) || under(base, name)
}

/// Whether an address is one of the public internet. What is not is never where a tenant's visitors come in.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let inside = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match ip.segments() {
        // IPv4 in IPv6, and its translations.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            inside(high, low)
        }
        [0x2002, high, low, ..] => inside(high, low),
        // Documentation, Teredo, benchmarks, local translation.
        [0x2001, second, ..] => second > 0x01ff && second != 0x0db8,
        // Global unicast is 2000::/3; everything else is for special purposes.
        [first, ..] => (0x2000..0x4000).contains(&first) && first != 0x3fff,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const BASE: &str = "sadu.org";

    fn parsed(text: &str) -> Result<String, Code> {
        CustomHost::parse(text, BASE).map(|host| host.to_string())
    }

    #[test]
    fn every_spelling_of_a_name_is_one_name() {
        for (text, name) in [
            ("give.nakhla.org", "give.nakhla.org"),
            (" GIVE.Nakhla.ORG. ", "give.nakhla.org"),
            ("nakhla.com.kw", "nakhla.com.kw"),
            ("ｎakhla.org", "nakhla.org"),
            ("bücher.de", "xn--bcher-kva.de"),
            ("BÜCHER.de", "xn--bcher-kva.de"),
            ("xn--bcher-kva.de", "xn--bcher-kva.de"),
            ("نخلة.com", "xn--mgbtf8fl.com"),
            ("me.github.io", "me.github.io"),
        ] {
            let host = parsed(text);
            if text == "نخلة.com" {
                assert!(host.unwrap().starts_with("xn--"), "{text}");
            } else {
                assert_eq!(host, Ok(name.to_owned()), "{text}");
            }
        }
        let host = CustomHost::parse("Nakhla.org", BASE).unwrap();
        assert_eq!(host.proof_name(), "_plat-verify.nakhla.org");
    }

    #[test]
    fn what_is_no_name_is_not_read() {
        let long = format!("{}.org", vec!["a".repeat(60); 4].join("."));
        for text in [
            "",
            ".",
            "nakhla",
            "nakhla..org",
            ".nakhla.org",
            "-nakhla.org",
            "nakhla.org:443",
            "nakhla.org/x",
            "https://nakhla.org",
            "a@nakhla.org",
            "na khla.org",
            "na_khla.org",
            "*.nakhla.org",
            "nakhla.org\n",
            "nakhla.org\0",
            "xn--a.org",
            "[::1]",
            "%6eakhla.org",
            long.as_str(),
        ] {
            if text.ends_with('\n') {
                // White space around it is a slip of the hand.
                assert!(parsed(text).is_ok());
            } else {
                assert_eq!(parsed(text), Err(Code::DomainInvalid), "{text:?}");
            }
        }
    }

    #[test]
    fn names_that_are_never_a_tenants_are_refused() {
        for text in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "１２７.0.0.1",
            "localhost",
            "x.localhost",
            "printer.local",
            "db.internal",
            "x.test",
            "masar.example",
            "sadu.org",
            "SADU.org.",
            "nakhla.sadu.org",
            "platform.sadu.org",
            "org",
            "com.kw",
            "co.uk",
            "github.io",
            "x.nosuchsuffix",
        ] {
            let refused = parsed(text).unwrap_err();
            let expected = [Code::DomainNotAllowed, Code::DomainInvalid];
            assert!(expected.contains(&refused), "{text}: {refused}");
        }
        // What the platform itself is under is not a tenant's either.
        let under = CustomHost::parse("sadu.org", "prod.sadu.org");
        assert_eq!(under, Err(Code::DomainNotAllowed));
    }

    #[test]
    fn only_the_public_internet_is_public() {
        for public in [
            "8.8.8.8",
            "94.187.0.1",
            "2001:4860:4860::8888",
            "2a00:1450::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for not in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "2001::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "3fff::1",
        ] {
            assert!(!is_public(not.parse().unwrap()), "{not}");
        }
        assert!(is_public("::ffff:8.8.8.8".parse().unwrap()));
    }
}
