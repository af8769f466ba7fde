//! A tenant's keys are taken away, and nobody else's, on a single server and in a cluster.

use std::time::Duration;

use sadu_domain::ids::TenantId;
use sadu_gateways::counters::{Counters, Lock};
use sadu_gateways::erasure::{ErasureError, erase};
use sadu_gateways::keys::{CounterName, Key, Owner};
use secrecy::SecretString;

use crate::support::{RedisServer, patient, until};

const NAME: CounterName = CounterName::new("locks");
const SOON: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_secs(3_600);

/// Leaves a lock for each of these, and of the platform's as well; answers how many keys there are.
async fn fill(
    server: &RedisServer,
    url: &SecretString,
    tenants: &[TenantId],
    each: usize,
) -> usize {
    let counters = Counters::redis(url, patient()).unwrap();
    until("Redis is there", SOON, || {
        counters.health().up == Some(true)
    })
    .await;
    let lock = Lock::new(3, LONG, LONG);
    for tenant in tenants {
        for n in 0..each {
            let key = Key::counter(*tenant, NAME, n.to_string());
            let _ = counters.hit(&key, &lock).await;
        }
    }
    let _ = counters
        .hit(&Key::counter(Owner::Platform, NAME, "x"), &lock)
        .await;
    keys(server)
}

fn keys(server: &RedisServer) -> usize {
    let answer = server.say("DBSIZE");
    answer.trim().trim_start_matches(':').parse().unwrap()
}

#[tokio::test]
async fn every_key_of_a_tenant_goes_and_no_other() {
    let server = RedisServer::start();
    server.allow("+scan");
    let url = server.url_for("sadu:secret");
    let (a, b) = (TenantId::new(), TenantId::new());
    // More than a page.
    assert_eq!(fill(&server, &url, &[a, b], 1_500).await, 3_001);
    assert_eq!(erase(&url, a).await.unwrap(), 1_500);
    assert_eq!(keys(&server), 1_501);
    // Nothing there is no failure.
    assert_eq!(erase(&url, a).await.unwrap(), 0);
    assert_eq!(erase(&url, TenantId::new()).await.unwrap(), 0);
    assert_eq!(keys(&server), 1_501);
}

#[tokio::test]
async fn in_a_cluster_too() {
    let server = RedisServer::start_with(&["--cluster-enabled", "yes"]);
    server.become_cluster().await;
    server.allow("+scan +cluster|slots");
    let url = server.url_for("sadu:secret");
    let (a, b) = (TenantId::new(), TenantId::new());
    assert_eq!(fill(&server, &url, &[a, b], 20).await, 41);
    assert_eq!(erase(&url, a).await.unwrap(), 20);
    assert_eq!(keys(&server), 21);
}

#[tokio::test]
async fn who_may_not_look_for_keys_is_told_so() {
    let server = RedisServer::start();
    server.allow("");
    let url = server.url_for("sadu:secret");
    let a = TenantId::new();
    let there = fill(&server, &url, &[a], 3).await;
    let refused = erase(&url, a).await.unwrap_err();
    assert!(matches!(refused, ErasureError::Refused(_)), "{refused}");
    assert!(refused.to_string().contains("scan"), "{refused}");
    assert_eq!(keys(&server), there);
}
