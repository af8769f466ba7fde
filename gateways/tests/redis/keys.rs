//! T64: nothing that is typed reaches the shape of a key.

use std::collections::HashSet;

use proptest::prelude::*;
use sadu_domain::ids::TenantId;
use sadu_gateways::keys::{CounterName, Key, Owner};

const NAME: CounterName = CounterName::new("lookup_ip");

/// `t:{owner}:limit:name:32 hex digits`, nothing else.
fn well_formed(key: &Key, owner: &str) -> bool {
    key.as_str()
        .strip_prefix(&format!("t:{{{owner}}}:limit:lookup_ip:"))
        .is_some_and(|rest| {
            rest.len() == 32 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
}

proptest! {
    #[test]
    fn a_subject_never_changes_the_shape_of_a_key(subject in prop::collection::vec(any::<u8>(), 0..200)) {
        let tenant = TenantId::new();
        prop_assert!(well_formed(&Key::counter(tenant, NAME, &subject), &tenant.to_string()));
        prop_assert!(well_formed(&Key::counter(Owner::Platform, NAME, &subject), "platform"));
    }

    #[test]
    fn a_channel_has_one_spelling(channel in ".{0,80}") {
        if let Some(tenant) = Key::tenant_of_events(channel.as_bytes()) {
            let key = Key::events(tenant);
            prop_assert_eq!(key.as_str(), channel);
        }
    }
}

#[test]
fn subjects_that_try_to_break_out_stay_apart() {
    let (a, b) = (TenantId::new(), TenantId::new());
    let subjects = [
        "",
        "*",
        "{}",
        "?",
        "[a-z]",
        ":",
        "\n",
        "\r\nFLUSHALL\r\n",
        "\0",
        "x",
        "x:limit",
        "x}:events",
    ];
    let nasty = [
        format!("}}:events t:{{{b}"),
        format!("t:{{{b}}}:events"),
        format!("t:{{{b}}}:limit:lookup_ip:x"),
    ];
    let mut seen = HashSet::new();
    for subject in subjects
        .iter()
        .copied()
        .chain(nasty.iter().map(String::as_str))
    {
        for tenant in [a, b] {
            let key = Key::counter(tenant, NAME, subject);
            assert!(well_formed(&key, &tenant.to_string()), "{subject:?}");
            assert!(seen.insert(key), "{subject:?} shares a key");
        }
    }
    let other = Key::counter(a, CounterName::new("lookup_ref"), "x");
    assert!(seen.insert(other), "another name is another counter");
}

#[test]
fn a_channel_is_read_back_in_its_one_spelling_only() {
    let tenant = TenantId::new();
    let id = tenant.to_string();
    assert_eq!(
        Key::tenant_of_events(Key::events(tenant).as_str().as_bytes()),
        Some(tenant)
    );
    for channel in [
        String::new(),
        "t:{}:events".into(),
        "t:{*}:events".into(),
        "t:{platform}:events".into(),
        format!("t:{{{}}}:events", id.to_uppercase()),
        format!("t:{{{}}}:events", id.replace('-', "")),
        format!("t:{id}:events"),
        format!(" t:{{{id}}}:events"),
        format!("t:{{{id}}}:events\n"),
        format!("t:{{{id}}}:events:x"),
        format!("t:{{{id}}}:limit"),
    ] {
        assert_eq!(
            Key::tenant_of_events(channel.as_bytes()),
            None,
            "{channel:?}"
        );
    }
    assert_eq!(Key::tenant_of_events(b"\xff"), None);
}
