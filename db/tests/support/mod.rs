//! Two tenants that look alike, seeded in every table, and the doors through which the tests knock.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

pub mod attack;
pub mod counters;
pub mod rows;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use sadu_db::handoffs::NewHandoff;
use sadu_db::notifications::Notice;
use sadu_db::payments::{Allocation, PaymentRow, TRANSFER_ACCOUNT};
use sadu_db::seal::MasterKey;
use sadu_db::sessions::NewSession;
use sadu_db::testing::{PgBouncer, TestCluster, TestDatabase};
use sadu_db::{
    Db, DbConfig, Job, TenantCtx, TenantTx, TotalsDelta, WriteTx, WriterSet, content, domains,
    handoffs, idempotency, invitations, items, media, notifications, orders, payments, proofs,
    sessions, subjects, tenants, users,
};
use sadu_domain::access::Role;
use sadu_domain::content::{PageDraft, PageName};
use sadu_domain::event::EventKind;
use sadu_domain::ids::{
    EventSubject, ItemId, MediaId, OrderId, PaymentId, ProofId, SessionId, TenantId, UserId,
};
use sadu_domain::lang::Bilingual;
use sadu_domain::media::PictureType;
use sadu_domain::money::Fils;
use sadu_domain::order::PaymentMethod;
use sadu_domain::proof::{Proof, ProofKind};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

/// How often: the full number with `SADU_SCALE=full`, a twentieth of it otherwise.
pub fn scale(full: usize) -> usize {
    match std::env::var("SADU_SCALE").as_deref() {
        Ok("full") => full,
        _ => full.div_ceil(20),
    }
}

/// One seeded tenant.
#[derive(Debug, Clone)]
pub struct Seeded {
    pub tenant: TenantId,
    /// Stands in rows of this tenant alone.
    pub marker: String,
    pub user: UserId,
    pub fund: ItemId,
    /// Has 1,000 pieces.
    pub product: ItemId,
    pub orders: Vec<OrderId>,
}

impl Seeded {
    pub fn ctx(&self) -> TenantCtx {
        TenantCtx::vouch(self.tenant)
    }
}

/// How the product reaches Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Direct,
    /// Through PgBouncer in transaction mode, where four connections serve everybody.
    PgBouncer,
}

pub struct World {
    /// Ends with the world.
    pub bouncer: Option<PgBouncer>,
    pub database: TestDatabase,
    pub db: Db,
    pub a: Seeded,
    pub b: Seeded,
}

/// The key that wraps the tenants' keys in tests.
pub fn master() -> MasterKey {
    MasterKey::new(&[7; 32]).unwrap()
}

/// A configuration for `sadu_web` in this database. It waits long: a busy machine is not what these tests are about.
pub fn config(database: &TestDatabase) -> DbConfig {
    DbConfig {
        acquire_timeout: Duration::from_secs(20),
        ..DbConfig::new(database.url("sadu_web"))
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    pub async fn with(change: impl FnOnce(&mut DbConfig)) -> Self {
        Self::at(Door::Direct, change).await
    }

    pub async fn at(door: Door, change: impl FnOnce(&mut DbConfig)) -> Self {
        let cluster = TestCluster::shared().await.unwrap();
        let database = cluster.fresh().await.unwrap();
        let bouncer = match door {
            Door::Direct => None,
            Door::PgBouncer => Some(PgBouncer::start(cluster, 4).await.unwrap()),
        };
        let mut config = match &bouncer {
            Some(bouncer) => DbConfig {
                prepared: false,
                ..config(&bouncer.before(&database))
            },
            None => config(&database),
        };
        change(&mut config);
        let db = Db::connect(config).await.unwrap();
        let a = seed(&db, "alpha", "AAA").await;
        let b = seed(&db, "bravo", "BBB").await;
        let world = Self {
            bouncer,
            database,
            db,
            a,
            b,
        };
        world.look_in().await;
        world
    }

    /// Lets sessions of this database wait long for a lock, where many write at once on a busy machine.
    pub async fn patient(&self) {
        let sql = format!(
            "alter role sadu_web in database {} set lock_timeout = '60s'",
            self.database.name
        );
        self.behind()
            .await
            .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .unwrap();
    }

    /// Somebody of the platform was let into both: only the platform's own login makes such a row.
    async fn look_in(&self) {
        let mut behind = self.behind().await;
        for (of, host) in [(&self.a, "alpha.example"), (&self.b, "bravo.example")] {
            let migrator = self.database.url("sadu_migrator");
            sadu_db::register_domain(&migrator, of.tenant, host)
                .await
                .unwrap();
            sqlx::query(
                "insert into app.support_sessions (tenant_id, id, admin_id, admin_name, reason, ticket, may_write, auth_time, expires_at, code_hash,
                   code_expires_at)
                 values ($1, gen_random_uuid(), gen_random_uuid(), $2, 'x', 'x', false, now(), now() + interval '5 minutes', sha256($2::text::bytea), now())",
            )
            .bind(of.tenant.as_uuid())
            .bind(&of.marker)
            .execute(&mut behind)
            .await
            .unwrap();
        }
    }

    /// The superuser: to look behind the policies.
    pub async fn behind(&self) -> PgConnection {
        PgConnection::connect(self.database.admin_url().expose_secret())
            .await
            .unwrap()
    }

    /// Fingerprints of all rows of a tenant, table by table.
    pub async fn snapshot(&self, of: &Seeded) -> Vec<(String, String, i64)> {
        let mut behind = self.behind().await;
        let mut all = Vec::new();
        for table in attack::tables(&mut behind).await {
            let (hash, count) = attack::rows_of(&mut behind, &table, of.tenant).await;
            all.push((table.name, hash, count));
        }
        all
    }

    pub async fn tx(&self, of: &Seeded) -> TenantTx {
        self.db.tenant(of.ctx()).await.unwrap()
    }

    pub async fn write(&self, writers: &WriterSet, of: &Seeded) -> WriteTx {
        WriteTx::begin(writers, of.ctx(), Utc::now()).await.unwrap()
    }
}

/// A tenant with everything: the same names, slugs and addresses in each, so that only the tenant tells rows apart.
async fn seed(db: &Db, slug: &str, prefix: &str) -> Seeded {
    let mut seeded = Seeded {
        tenant: TenantId::new(),
        marker: format!("marker-of-{slug}"),
        user: UserId::new(),
        fund: ItemId::new(),
        product: ItemId::new(),
        orders: Vec::new(),
    };
    let mut tx = db.tenant(seeded.ctx()).await.unwrap();
    let tenant = rows::tenant(seeded.tenant, slug, prefix);
    tenants::create(&mut tx, &tenant, &master()).await.unwrap();
    let claimed = format!("claimed-by-{slug}.example");
    let token = format!("{0}-{0}-marker", seeded.marker);
    domains::claim(&mut tx, &claimed, &token).await.unwrap();
    let page = PageDraft {
        title: Bilingual::new(seeded.marker.clone(), "x"),
        body: Bilingual::new("نص", seeded.marker.clone()),
    };
    content::save(&mut tx, PageName::About, &page)
        .await
        .unwrap();
    people(&mut tx, &seeded).await;
    let fund = rows::item(seeded.fund, "water", None);
    items::create(&mut tx, &fund, None).await.unwrap();
    let product = rows::item(seeded.product, "dates", Some(2_500));
    items::create(&mut tx, &product, Some(1_000)).await.unwrap();
    tx.commit().await.unwrap();

    prove(db, &seeded).await;

    let writers = db.writers();
    let batch: Vec<_> = (0..3)
        .map(|n| rows::order(&seeded, &format!("seed-{n}")))
        .collect();
    let mut tx = writers.tenant(seeded.ctx()).await.unwrap();
    orders::place(&mut tx, Utc::now(), &batch).await.unwrap();
    tx.commit().await.unwrap();
    seeded.orders = batch.iter().map(|r| r.id).collect();
    pay(&writers, &seeded).await;
    seeded
}

/// One proof of what the fund did.
async fn prove(db: &Db, seeded: &Seeded) {
    let mut tx = db.tenant(seeded.ctx()).await.unwrap();
    let proof = Proof {
        id: ProofId::new(),
        item: seeded.fund,
        kind: ProofKind::Report,
        amount: Some(Fils::new(1)),
        taken_on: Utc::now().date_naive(),
        place: Bilingual::default(),
        caption: Bilingual::new(seeded.marker.clone(), seeded.marker.clone()),
    };
    proofs::publish(&mut tx, &proof, Utc::now()).await.unwrap();
    illustrate(&mut tx, seeded).await;
    tx.commit().await.unwrap();
}

/// One picture of the fund, and a logo, on their way.
async fn illustrate(tx: &mut TenantTx, seeded: &Seeded) {
    let new = media::NewMedia {
        id: MediaId::new(),
        item: seeded.fund,
        content_type: PictureType::Jpeg,
        bytes: 1_000,
        sha256: "07".repeat(32),
        by: Some(seeded.user),
    };
    media::announce(tx, &new, Utc::now()).await.unwrap();
    let alt = Bilingual::new(seeded.marker.clone(), seeded.marker.clone());
    media::describe(tx, new.id, &alt).await.unwrap();
    let logo = media::logo::NewLogo {
        id: MediaId::new(),
        content_type: PictureType::Png,
        bytes: 1_000,
        sha256: "08".repeat(32),
        by: Some(seeded.user),
    };
    media::logo::announce(tx, &logo, Utc::now()).await.unwrap();
    media::uploaded(tx, logo.id, Utc::now()).await.unwrap();
}

async fn people(tx: &mut TenantTx, seeded: &Seeded) {
    users::invite(
        tx,
        seeded.user,
        "m@example.com",
        "Maryam",
        Role::TenantAdmin,
    )
    .await
    .unwrap();
    let session = NewSession {
        id: SessionId::new(),
        token_hash: sadu_db::seal::sha256(seeded.marker.as_bytes()),
        user_id: seeded.user,
        host: "same.example".into(),
        mfa: true,
        auth_time: Utc::now(),
        csrf_secret: [1; 32],
        refresh_sealed: None,
        expires_at: Utc::now() + TimeDelta::hours(1),
    };
    sessions::insert(tx, &session).await.unwrap();
    let link = sadu_db::seal::sha256(seeded.marker.as_bytes());
    invitations::issue(tx, Uuid::now_v7(), seeded.user, &link, seeded.user)
        .await
        .unwrap();
    let notice = Notice {
        job: Uuid::new_v4(),
        recipient_hash: link,
    };
    notifications::begin(tx, &notice).await.unwrap();
    let handoff = NewHandoff {
        id: Uuid::new_v4(),
        host: "same.example".into(),
        nonce_hash: [2; 32],
        oidc_nonce: seeded.marker.clone(),
        verifier_sealed: vec![3; 40],
        return_to: "/".into(),
        invitation_hash: None,
    };
    handoffs::start(tx, &handoff).await.unwrap();
}

/// The first order is paid; everything a payment brings with it happens.
async fn pay(writers: &WriterSet, seeded: &Seeded) {
    let mut tx = WriteTx::begin(writers, seeded.ctx(), Utc::now())
        .await
        .unwrap();
    let order = seeded.orders[0];
    let version = tx.next_seq();
    let amount = Fils::new(rows::GIFT);
    let now = tx.now();
    let payment = PaymentRow {
        id: PaymentId::new(),
        order,
        account: TRANSFER_ACCOUNT.into(),
        provider_payment_id: "BANK-1".into(),
        method: PaymentMethod::Transfer,
        amount,
        received_on: now.date_naive(),
        posted_by: Some(seeded.user),
        version,
    };
    let allocation = Allocation {
        line: 0,
        item: seeded.fund,
        amount,
    };
    payments::post(tx.tx(), &payment, &[allocation], now)
        .await
        .unwrap();
    let subject = EventSubject::Order(order);
    subjects::claim(tx.tx(), subject, seeded.user, version)
        .await
        .unwrap();
    let key = rows::key(&seeded.marker);
    idempotency::remember(tx.tx(), &key, 200, "{}", order.as_uuid())
        .await
        .unwrap();
    tx.add(
        seeded.fund,
        TotalsDelta {
            raised: rows::GIFT,
            awaiting_transfer: -rows::GIFT,
            donors: 1,
            ..TotalsDelta::default()
        },
    );
    tx.emit(
        EventKind::OrderPaid,
        subject,
        &serde_json::json!({ "of": seeded.marker }),
    )
    .unwrap();
    tx.enqueue(Job {
        kind: "order_paid",
        payload: serde_json::json!({ "of": seeded.marker }),
    });
    tx.audit(rows::audit(&seeded.marker));
    tx.commit().await.unwrap();
}
