//! The database from nothing: bootstrap, migrate, and what the logins may and may not do.
#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use sadu_db::testing::TestCluster;
use sadu_db::{Db, DbConfig};

#[tokio::test]
async fn a_fresh_database_is_ready_for_the_web_login() {
    let cluster = TestCluster::shared().await.unwrap();
    let database = cluster.fresh().await.unwrap();
    let db = Db::connect(DbConfig::new(database.url("sadu_web")))
        .await
        .unwrap();
    assert!(db.ready().await.unwrap());
    db.close().await;
}

#[tokio::test]
async fn a_login_that_could_see_past_the_policies_refuses() {
    let cluster = TestCluster::shared().await.unwrap();
    let database = cluster.fresh().await.unwrap();
    for (url, fault) in [
        (database.admin_url(), "superuser"),
        (database.url("sadu_migrator"), "owning role"),
    ] {
        let refusal = Db::connect(DbConfig::new(url))
            .await
            .unwrap_err()
            .to_string();
        assert!(refusal.contains(fault), "{refusal}");
    }
}
