//! Users, hand-offs and sessions against a real database, as the restricted role, with a look-alike tenant beside.
#![cfg(feature = "embedded")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests"
)]

use chrono::{Duration, Utc};
use sadu_db::handoffs::{self, Finish, NewHandoff, Ready};
use sadu_db::sessions::{self, NewSession};
use sadu_db::testing::{TestCluster, TestDatabase};
use sadu_db::{Db, DbConfig, TenantCtx, TenantTx, users};
use sadu_domain::access::Role;
use sadu_domain::ids::{SessionId, TenantId, UserId};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

const ISSUER: &str = "https://id.example";

struct World {
    db: Db,
    behind: PgConnection,
    a: TenantId,
    b: TenantId,
    user: UserId,
}

/// Two tenants; in each, `m@example.com` is invited.
async fn world() -> World {
    let database: TestDatabase = TestCluster::shared().await.unwrap().fresh().await.unwrap();
    let db = Db::connect(DbConfig::new(database.url("sadu_web")))
        .await
        .unwrap();
    let mut behind = PgConnection::connect(database.admin_url().expose_secret())
        .await
        .unwrap();
    let (a, b) = (TenantId::new(), TenantId::new());
    let user = UserId::new();
    for (tenant, slug, prefix, id) in [(a, "a", "AAA", user), (b, "b", "BBB", UserId::new())] {
        let sql = format!(
            "insert into app.tenants (id, slug, name_ar, name_en, kind, status, branding, settings, reference_prefix)
             values ('{tenant}', '{slug}', 'x', 'x', 'shop', 'active', '{{}}', '{{}}', '{prefix}');
             insert into app.tenant_counters (tenant_id) values ('{tenant}');"
        );
        behind
            .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .unwrap();
        let mut tx = db.tenant(TenantCtx::vouch(tenant)).await.unwrap();
        users::invite(&mut tx, id, "M@example.com", "Maryam", Role::Staff)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    World {
        db,
        behind,
        a,
        b,
        user,
    }
}

fn ready(code_hash: [u8; 32], user: UserId) -> Ready {
    Ready {
        code_hash,
        user,
        mfa: true,
        auth_time: Utc::now(),
        refresh_sealed: Some(vec![5; 60]),
    }
}

impl World {
    async fn tx(&self, tenant: TenantId) -> TenantTx {
        self.db.tenant(TenantCtx::vouch(tenant)).await.unwrap()
    }

    async fn sql(&mut self, sql: &'static str) {
        self.behind.execute(sql).await.unwrap();
    }

    async fn session(&self, hash: u8) -> bool {
        let mut tx = self.tx(self.a).await;
        let found = sessions::find(&mut tx, &[hash; 32]).await.unwrap();
        tx.commit().await.unwrap();
        found.is_some()
    }

    async fn begin_session(&self, hash: u8) -> SessionId {
        let id = SessionId::new();
        let mut tx = self.tx(self.a).await;
        let new = NewSession {
            id,
            token_hash: [hash; 32],
            user_id: self.user,
            host: "a.example".into(),
            mfa: true,
            auth_time: Utc::now(),
            csrf_secret: [7; 32],
            refresh_sealed: None,
            expires_at: Utc::now() + Duration::hours(12),
        };
        sessions::insert(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn activate(&self) {
        let mut tx = self.tx(self.a).await;
        let bound = users::bind_identity(&mut tx, "m@example.com", ISSUER, "s-1")
            .await
            .unwrap();
        assert_eq!(bound.unwrap().id, self.user);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_invitation_is_bound_once_and_in_its_own_tenant() {
    let mut world = world().await;
    world.activate().await;
    let mut tx = world.tx(world.a).await;
    // Somebody else with the same address finds nothing left to bind.
    let again = users::bind_identity(&mut tx, "m@example.com", ISSUER, "s-2").await;
    assert_eq!(again.unwrap(), None);
    let found = users::find_by_identity(&mut tx, ISSUER, "s-1")
        .await
        .unwrap();
    assert_eq!(found.unwrap().email, "m@example.com");
    let other = users::find_by_identity(&mut tx, "https://other.example", "s-1").await;
    assert_eq!(other.unwrap(), None);
    tx.commit().await.unwrap();
    // The look-alike of the other tenant was not touched, and the identity is nobody there.
    let mut tx = world.tx(world.b).await;
    assert_eq!(
        users::find_by_identity(&mut tx, ISSUER, "s-1")
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        users::members(&mut tx, None, 9).await.unwrap()[0]
            .user
            .status,
        "invited"
    );
    tx.commit().await.unwrap();
    world.sql("update app.users set status = 'disabled'").await;
    let mut tx = world.tx(world.a).await;
    assert_eq!(
        users::find_by_identity(&mut tx, ISSUER, "s-1")
            .await
            .unwrap(),
        None
    );
    tx.commit().await.unwrap();
    let mut tx = world.tx(world.b).await;
    let disabled = users::bind_identity(&mut tx, "m@example.com", ISSUER, "s-3").await;
    assert_eq!(disabled.unwrap(), None);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_session_ends_by_time_idleness_removal_and_choice() {
    let mut world = world().await;
    world.activate().await;
    let id = world.begin_session(1).await;
    assert!(world.session(1).await);
    assert!(!world.session(2).await);
    let mut tx = world.tx(world.b).await;
    assert!(sessions::find(&mut tx, &[1; 32]).await.unwrap().is_none());
    assert!(!sessions::end(&mut tx, id).await.unwrap());
    tx.commit().await.unwrap();

    world
        .sql("update app.sessions set last_seen_at = now() - interval '29 minutes'")
        .await;
    assert!(world.session(1).await);
    let mut tx = world.tx(world.a).await;
    sessions::touch(&mut tx, id).await.unwrap();
    let seen = sessions::find(&mut tx, &[1; 32]).await.unwrap().unwrap();
    assert!(Utc::now() - seen.last_seen_at < Duration::minutes(1));
    tx.commit().await.unwrap();

    world
        .sql("update app.sessions set last_seen_at = now() - interval '31 minutes'")
        .await;
    assert!(!world.session(1).await);
    world.sql("update app.sessions set last_seen_at = now(), expires_at = now() - interval '1 second'").await;
    assert!(!world.session(1).await);
    let mut tx = world.tx(world.a).await;
    sessions::sweep(&mut tx).await.unwrap();
    assert!(!sessions::end(&mut tx, id).await.unwrap());
    tx.commit().await.unwrap();

    world.begin_session(3).await;
    world.sql("update app.users set status = 'disabled'").await;
    assert!(!world.session(3).await);
    world.sql("update app.users set status = 'active'").await;
    world.begin_session(4).await;
    let mut tx = world.tx(world.a).await;
    sessions::end_by_token(&mut tx, &[3; 32]).await.unwrap();
    assert_eq!(sessions::end_all_of(&mut tx, world.user).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(!world.session(4).await);
}

#[tokio::test]
async fn a_handoff_goes_forward_once() {
    let world = world().await;
    world.activate().await;
    let id = Uuid::new_v4();
    let new = NewHandoff {
        id,
        host: "a.example".into(),
        nonce_hash: [1; 32],
        oidc_nonce: "n".into(),
        verifier_sealed: vec![9; 40],
        return_to: "/admin".into(),
        invitation_hash: None,
    };
    let mut tx = world.tx(world.a).await;
    handoffs::start(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();

    // Two callbacks at the same moment, and one that asks the wrong tenant: one of them gets the verifier.
    let claim = async |tenant| {
        let mut tx = world.tx(tenant).await;
        let claimed = handoffs::claim(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        claimed
    };
    let (one, two, other) = tokio::join!(claim(world.a), claim(world.a), claim(world.b));
    assert!(other.is_none());
    assert_eq!(one.iter().chain(two.iter()).count(), 1);
    let claimed = one.or(two).unwrap();
    assert_eq!(claimed.verifier_sealed, vec![9; 40]);

    let mut tx = world.tx(world.a).await;
    let code = [2; 32];
    assert!(
        handoffs::ready(&mut tx, id, &ready(code, world.user))
            .await
            .unwrap()
    );
    assert!(
        !handoffs::ready(&mut tx, id, &ready([3; 32], world.user))
            .await
            .unwrap()
    );
    // Another browser, another host, another code.
    for (code, nonce, host) in [
        ([2; 32], [9; 32], "a.example"),
        ([2; 32], [1; 32], "b.example"),
        ([9; 32], [1; 32], "a.example"),
    ] {
        let finish = handoffs::finish(&mut tx, &code, &nonce, host)
            .await
            .unwrap();
        assert!(matches!(finish, Finish::Unknown));
    }
    let finish = handoffs::finish(&mut tx, &code, &[1; 32], "a.example")
        .await
        .unwrap();
    let Finish::Done {
        user_id,
        mfa,
        return_to,
        refresh_sealed,
        ..
    } = finish
    else {
        panic!("{finish:?}");
    };
    assert_eq!(
        (user_id, mfa, return_to.as_str()),
        (world.user, true, "/admin")
    );
    assert_eq!(refresh_sealed, Some(vec![5; 60]));
    let again = handoffs::finish(&mut tx, &code, &[1; 32], "a.example")
        .await
        .unwrap();
    assert!(matches!(again, Finish::Replayed(replayed) if replayed == id));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_late_callback_and_a_late_code_find_nothing() {
    let mut world = world().await;
    world.activate().await;
    let id = Uuid::new_v4();
    let new = NewHandoff {
        id,
        host: "a.example".into(),
        nonce_hash: [1; 32],
        oidc_nonce: "n".into(),
        verifier_sealed: vec![9; 40],
        return_to: "/admin".into(),
        invitation_hash: None,
    };
    let mut tx = world.tx(world.a).await;
    handoffs::start(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    world
        .sql("update app.auth_handoffs set expires_at = now() - interval '1 second'")
        .await;
    let mut tx = world.tx(world.a).await;
    assert!(handoffs::claim(&mut tx, id).await.unwrap().is_none());
    assert!(handoffs::host_of(&mut tx, id).await.unwrap().is_none());
    assert!(
        handoffs::ready(&mut tx, id, &ready([2; 32], world.user))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    world
        .sql("update app.auth_handoffs set expires_at = now() - interval '1 second'")
        .await;
    let mut tx = world.tx(world.a).await;
    let finish = handoffs::finish(&mut tx, &[2; 32], &[1; 32], "a.example")
        .await
        .unwrap();
    assert!(matches!(finish, Finish::Unknown));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_renewal_is_claimed_once_when_it_is_due() {
    let mut world = world().await;
    world.activate().await;
    let id = world.begin_session(1).await;
    let claim = async || {
        let mut tx = world.tx(world.a).await;
        let claimed = sessions::claim_renewal(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        claimed
    };
    assert_eq!(claim().await, None);
    world
        .sql("update app.sessions set verified_at = now() - interval '16 minutes', refresh_sealed = 'abc'")
        .await;
    let mut tx = world.tx(world.a).await;
    let session = sessions::find(&mut tx, &[1; 32]).await.unwrap().unwrap();
    assert!(session.renewal_due);
    tx.commit().await.unwrap();
    let claim = async || {
        let mut tx = world.tx(world.a).await;
        let claimed = sessions::claim_renewal(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        claimed
    };
    let (one, two) = tokio::join!(claim(), claim());
    assert_eq!(one.or(two), Some(b"abc".to_vec()));
    assert_eq!(claim().await, None);
    let mut tx = world.tx(world.a).await;
    assert!(
        !sessions::find(&mut tx, &[1; 32])
            .await
            .unwrap()
            .unwrap()
            .renewal_due
    );
    sessions::keep_refresh(&mut tx, id, b"next").await.unwrap();
    tx.commit().await.unwrap();
}
