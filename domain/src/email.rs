//! E-mail addresses: enough of a check to catch slips and keep header injection out. Whether an address exists is only
//! known by writing to it.

/// The address with its domain in lower case; `None` when it cannot be one.
///
/// ASCII only: look-alike letters of other scripts are a way to pose as somebody else.
#[must_use]
pub fn parse(input: &str) -> Option<String> {
    let text = input.trim();
    if text.len() > 254 {
        return None;
    }
    let (local, domain) = text.rsplit_once('@')?;
    let local_ok = (1..=64).contains(&local.len())
        && local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let domain_ok = domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
        && domain
            .rsplit('.')
            .next()
            .is_some_and(|top| top.bytes().any(|b| b.is_ascii_alphabetic()) && top.len() > 1);
    (local_ok && domain_ok).then(|| format!("{local}@{}", domain.to_ascii_lowercase()))
}

/// The address as audit entries and logs may show it: its first character and its domain.
#[must_use]
pub fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first = local.chars().next().map(String::from).unwrap_or_default();
            format!("{first}•••@{domain}")
        }
        None => "•••".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_does_not_name_its_person() {
        assert_eq!(masked("fatima.ali@example.com"), "f•••@example.com");
        assert_eq!(masked("@example.com"), "•••@example.com");
        assert_eq!(masked("nobody"), "•••");
    }

    #[test]
    fn ordinary_addresses() {
        assert_eq!(
            parse(" Fatima.Ali+gift@Example.COM ").as_deref(),
            Some("Fatima.Ali+gift@example.com")
        );
        assert_eq!(parse("a@b.kw").as_deref(), Some("a@b.kw"));
        assert_eq!(
            parse("o'hara@mail.example.co").as_deref(),
            Some("o'hara@mail.example.co")
        );
    }

    #[test]
    fn slips_and_attacks() {
        for text in [
            "",
            "a",
            "a@b",
            "@b.com",
            "a@",
            "a b@c.com",
            "a@b..com",
            ".a@b.com",
            "a..b@c.com",
            "a@-b.com",
            "a@b.c",
            "a@b.com\r\nBcc: x@y.com",
            "a@b.com,c@d.com",
            "\"a\"@b.com",
            "fаtima@b.com",
            "a@b.123",
            "a@bücher.com",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&format!("{}@b.com", "a".repeat(65))), None);
        assert_eq!(parse(&format!("a@{}.com", "b.".repeat(200))), None);
    }
}
