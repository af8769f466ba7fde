//! The demo against a real Postgres: its figures are the promised ones, and all of them are the ledger's.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use sadu_db::orders::{OrderRecord, OrderView};
use sadu_db::platform::sign_in;
use sadu_db::testing::{TestCluster, TestDatabase};
use sadu_db::{
    DbConfig, Jobs, PlatformTx, TlsPolicy, inbox_events, orders, payments, tenants, users,
};
use sadu_domain::catalog::{ItemStatus, ItemTotals};
use sadu_domain::event::EventKind;
use sadu_domain::money::Fils;
use sadu_domain::order::{OrderKind, OrderStatus, PaymentMethod};

use super::*;

const SLUGS: [&str; 3] = ["nakhla", "sidra", "masar"];
const ISSUER: &str = "http://id.localhost:8080";

struct World {
    database: TestDatabase,
    db: Db,
    seeded: Seeded,
    took: Duration,
}

fn master() -> MasterKey {
    MasterKey::new(&[7; 32]).unwrap()
}

async fn world(now: DateTime<Utc>) -> World {
    let database = TestCluster::shared().await.unwrap().fresh().await.unwrap();
    let mut config = DbConfig::new(database.url("sadu_web"));
    config.platform_url = Some(database.url("sadu_platform"));
    let db = Db::connect(config).await.unwrap();
    let begun = Instant::now();
    let seeded = seed(&db, &master(), ISSUER, now).await.unwrap();
    let migrator = database.url("sadu_migrator");
    for (tenant, host) in &seeded.domains {
        sadu_db::register_domain(&migrator, *tenant, host)
            .await
            .unwrap();
    }
    for made in &seeded.made {
        sadu_db::forget_jobs(&migrator, made.id).await.unwrap();
    }
    World {
        database,
        db,
        seeded,
        took: begun.elapsed(),
    }
}

/// Everything a tenant sees of itself, through the restricted role.
struct Seen {
    tenant: Tenant,
    items: Vec<(Item, ItemTotals)>,
    ledger: std::collections::HashMap<sadu_domain::ids::ItemId, (Fils, i64)>,
    orders: Vec<OrderRecord>,
    events: Vec<sadu_domain::event::InboxEvent>,
    head: i64,
    users: Vec<users::User>,
}

impl Seen {
    fn item(&self, slug: &str) -> (&Item, &ItemTotals) {
        let (item, totals) = self.items.iter().find(|(i, _)| i.slug == slug).unwrap();
        (item, totals)
    }

    fn raised(&self, slug: &str) -> i64 {
        self.item(slug).1.raised.get()
    }
}

async fn context(db: &Db, slug: &str) -> TenantCtx {
    let found = hosts::resolve(db, HostName::Slug(slug)).await.unwrap();
    ctx(found.unwrap().tenant)
}

async fn see(db: &Db, slug: &str) -> Seen {
    let mut tx = db.tenant(context(db, slug).await).await.unwrap();
    let totals = catalog::totals_since(&mut tx, -1).await.unwrap();
    let items = catalog::list(&mut tx).await.unwrap();
    assert_eq!(items.len(), totals.len());
    let stretch = inbox_events::after(&mut tx, 0, 100_000).await.unwrap();
    let seen = Seen {
        tenant: tenants::load(&mut tx).await.unwrap(),
        items: items
            .into_iter()
            .map(|i| (totals[&i.id], i))
            .map(|(t, i)| (i, t))
            .collect(),
        ledger: catalog::ledger_totals(&mut tx).await.unwrap(),
        orders: orders::list(&mut tx, OrderView::All, None, 10_000)
            .await
            .unwrap(),
        events: stretch.events,
        head: stretch.head,
        users: users::members(&mut tx, None, 100)
            .await
            .unwrap()
            .into_iter()
            .map(|m| m.user)
            .collect(),
    };
    tx.commit().await.unwrap();
    seen
}

#[tokio::test]
async fn every_figure_is_the_ledgers_and_the_promised_one() {
    let world = world(Utc::now()).await;
    println!("the demo took {} ms", world.took.as_millis());
    let made = world.seeded.made.iter().map(|made| made.slug.as_str());
    assert_eq!(made.collect::<Vec<_>>(), SLUGS);
    let mut seen = BTreeMap::new();
    for slug in SLUGS {
        let tenant = see(&world.db, slug).await;
        for (item, totals) in &tenant.items {
            let (raised, donors) = tenant.ledger.get(&item.id).copied().unwrap_or_default();
            assert_eq!(totals.raised, raised, "{slug}/{}", item.slug);
            assert_eq!(totals.donors, donors, "{slug}/{}", item.slug);
            // What orders still promise, line by line: paid parts are allocated in proportion.
            let open = |kind| {
                tenant
                    .orders
                    .iter()
                    .filter(move |o| o.kind == kind)
                    .flat_map(|o| o.lines.iter().map(move |l| (o, l)))
                    .filter(|(_, l)| l.item_id == item.id)
            };
            let pledged: i64 = open(OrderKind::Pledge).map(|(_, l)| l.amount.get()).sum();
            assert_eq!(totals.pledged.get(), pledged, "{slug}/{}", item.slug);
            let held: i64 = open(OrderKind::Order)
                .chain(open(OrderKind::Donation))
                .filter(|(o, _)| !matches!(o.status, OrderStatus::Cancelled | OrderStatus::Expired))
                .filter_map(|(_, l)| l.quantity.filter(|_| draft::counts(item.kind)))
                .sum();
            assert_eq!(totals.reserved, held, "{slug}/{}", item.slug);
        }
        let awaited: i64 = tenant
            .orders
            .iter()
            .filter(|o| {
                matches!(
                    o.status,
                    OrderStatus::AwaitingTransfer | OrderStatus::PartPaid
                )
            })
            .map(|o| o.total.get() - o.paid.get())
            .sum();
        let shown: i64 = tenant
            .items
            .iter()
            .map(|(_, t)| t.awaiting_transfer.get())
            .sum();
        assert_eq!(shown, awaited, "{slug}");
        assert!(
            tenant
                .items
                .iter()
                .all(|(_, t)| t.awaiting_transfer.get() >= 0)
        );
        seen.insert(slug, tenant);
    }

    let nakhla = &seen["nakhla"];
    assert_eq!(nakhla.raised("well"), 1_808_500);
    let (well, totals) = nakhla.item("well");
    assert_eq!(totals.remaining(well.target), Some(Fils::new(41_500)));
    let (_, orphan) = nakhla.item("orphan");
    assert_eq!((orphan.stock, orphan.reserved), (Some(120), 74));
    let (basket, totals) = nakhla.item("basket");
    assert!(totals.raised.is_positive() && Some(totals.raised) < basket.target);
    assert_eq!(nakhla.raised("dialysis"), 4_200_000);
    assert_eq!(nakhla.item("dialysis").0.status, ItemStatus::Executing);
    assert_eq!(nakhla.raised("cooler"), 950_000);
    assert_eq!(nakhla.item("cooler").0.status, ItemStatus::Completed);
    assert_eq!(nakhla.item("iftar").0.status, ItemStatus::Paused);
    assert!(nakhla.item("zakat").0.zakat_eligible);

    let masar = &seen["masar"];
    assert_eq!(masar.item("uni").1.pledged, Fils::new(2_400_000));
    assert_eq!(masar.raised("laptop"), 3_800_000);
    assert_eq!(masar.item("laptop").0.status, ItemStatus::Funded);
    assert_eq!(masar.raised("library"), 650_000);

    let sidra = &seen["sidra"];
    for (slug, price, free) in [
        ("d1", 3_750, 140),
        ("h5", 18_500, 36),
        ("c2", 2_900, 90),
        ("m12", 4_250, 60),
        ("gb", 24_000, 12),
        ("sc", 11_500, 5),
    ] {
        let (item, totals) = sidra.item(slug);
        assert_eq!(item.price, Some(Fils::new(price)), "{slug}");
        assert_eq!(totals.available(), Some(free), "{slug}");
    }

    let mut states = HashSet::new();
    for order in seen.values().flat_map(|t| &t.orders) {
        states.insert((order.kind, order.status, order.method));
    }
    use OrderKind::{Donation, Order, Pledge};
    use OrderStatus::{AwaitingTransfer, Cancelled, Expired, Paid, PartPaid, Pending};
    use PaymentMethod::{CashOnDelivery, Transfer};
    for state in [
        (Donation, AwaitingTransfer, Transfer),
        (Donation, Paid, Transfer),
        (Donation, PartPaid, Transfer),
        (Donation, Cancelled, Transfer),
        (Donation, Expired, Transfer),
        (Pledge, Pending, Transfer),
        (Order, Pending, CashOnDelivery),
        (Order, Paid, CashOnDelivery),
        (Order, Cancelled, CashOnDelivery),
    ] {
        assert!(states.contains(&state), "{state:?}");
    }
}

#[tokio::test]
async fn the_stream_of_events_has_no_gap_and_runs_forward() {
    // A morning and a night: what is too late for today was a little earlier.
    for hour in [1, 22] {
        let now = Utc::now()
            .date_naive()
            .and_hms_opt(hour, 4, 0)
            .unwrap()
            .and_utc();
        let world = world(now).await;
        for slug in SLUGS {
            let tenant = see(&world.db, slug).await;
            let numbers: Vec<i64> = tenant.events.iter().map(|e| e.seq).collect();
            assert_eq!(numbers, (1..=tenant.head).collect::<Vec<_>>(), "{slug}");
            assert!(tenant.events.iter().all(|e| e.at <= now), "{slug}");
            assert!(tenant.events.is_sorted_by_key(|e| e.at), "{slug}");
            let of = |kind| tenant.events.iter().filter(|e| e.kind == kind).count();
            assert_eq!(of(EventKind::OrderPlaced), tenant.orders.len());
            let paid = tenant
                .orders
                .iter()
                .filter(|o| o.status == OrderStatus::Paid);
            assert_eq!(of(EventKind::OrderPaid), paid.count());
            assert_eq!(
                of(EventKind::ItemFunded),
                if slug == "sidra" { 0 } else { 2 }
            );
            // Lists go by id: it tells the time of the order too.
            assert!(
                tenant
                    .orders
                    .is_sorted_by(|a, b| a.created_at >= b.created_at),
                "{slug}"
            );
            for order in &tenant.orders {
                let newest = tenant.events.iter().rfind(|e| {
                    e.subject == sadu_domain::ids::EventSubject::Order(order.id)
                        && e.kind != EventKind::SubjectClaimed
                });
                assert_eq!(order.version, newest.unwrap().seq);
                if order.status == OrderStatus::AwaitingTransfer {
                    assert!(order.expires_at.unwrap() > now);
                }
            }
        }
    }
}

#[tokio::test]
async fn seeding_twice_changes_nothing() {
    let now = Utc::now();
    let world = world(now).await;
    let mut before = Vec::new();
    for slug in SLUGS {
        let t = see(&world.db, slug).await;
        before.push((t.tenant, t.items, t.head, t.orders.len(), t.users));
    }
    let again = seed(
        &world.db,
        &master(),
        ISSUER,
        now + chrono::TimeDelta::days(1),
    )
    .await;
    assert!(again.unwrap().made.is_empty());
    for (slug, before) in SLUGS.into_iter().zip(before) {
        let t = see(&world.db, slug).await;
        assert_eq!((t.tenant, t.items, t.head, t.orders.len(), t.users), before);
    }
}

#[tokio::test]
async fn the_history_leaves_nobody_to_be_told() {
    let world = world(Utc::now()).await;
    let jobs = Jobs::connect(world.database.url("sadu_jobs"), TlsPolicy::AsGiven)
        .await
        .unwrap();
    assert_eq!(jobs.sums().await.unwrap(), []);
    // Of another tenant nothing is forgotten.
    let mut tx = world
        .db
        .tenant(context(&world.db, "masar").await)
        .await
        .unwrap();
    let id = tx.tenant();
    let placed = orders::list(&mut tx, OrderView::All, None, 1)
        .await
        .unwrap();
    let mut tx = WriteTx::within(tx, Utc::now()).await.unwrap();
    let order = placed[0].id;
    tx.enqueue(sadu_db::Job::of(&sadu_domain::job::OrderPlaced { order }).unwrap());
    tx.commit().await.unwrap();
    let migrator = world.database.url("sadu_migrator");
    let nakhla = context(&world.db, "nakhla").await.tenant();
    assert_eq!(sadu_db::forget_jobs(&migrator, nakhla).await.unwrap(), 0);
    assert_eq!(jobs.sums().await.unwrap()[0].waiting, 1);
    assert_eq!(sadu_db::forget_jobs(&migrator, id).await.unwrap(), 1);
    jobs.close().await;
}

#[tokio::test]
async fn a_tenant_is_there_whole_or_not_at_all() {
    let database = TestCluster::shared().await.unwrap().fresh().await.unwrap();
    let db = Db::connect(DbConfig::new(database.url("sadu_web")))
        .await
        .unwrap();
    // Somebody else has Masar's references.
    let other = Tenant {
        slug: "other".into(),
        ..masar::tenant().unwrap()
    };
    let mut tx = db.tenant(ctx(other.id)).await.unwrap();
    tenants::create(&mut tx, &other, &master()).await.unwrap();
    tx.commit().await.unwrap();
    let failed = seed(&db, &master(), ISSUER, Utc::now()).await;
    assert!(matches!(failed, Err(DemoError::Db(_))), "{failed:?}");
    let masar = hosts::resolve(&db, HostName::Slug("masar")).await.unwrap();
    assert_eq!(masar, None);
    assert!(!see(&db, "sidra").await.orders.is_empty());
}

#[tokio::test]
async fn nothing_of_one_tenant_is_in_another() {
    let world = world(Utc::now()).await;
    let mut all = Vec::new();
    for slug in SLUGS {
        all.push(see(&world.db, slug).await);
    }
    for own in &all {
        let slug = &own.tenant.slug;
        for order in &own.orders {
            let reference = Reference::parse(&order.reference).unwrap();
            assert_eq!(reference.prefix(), own.tenant.prefix);
            assert_eq!(reference.kind(), order.kind.reference_kind());
            for line in &order.lines {
                assert!(own.items.iter().any(|(i, _)| i.id == line.item_id));
            }
        }
        assert!(
            own.users
                .iter()
                .all(|u| u.email.ends_with(&format!("@{slug}.example")))
        );
        assert!(own.users.iter().all(|u| u.status == "invited"));
        for other in all.iter().filter(|t| t.tenant.id != own.tenant.id) {
            let mut tx = world.db.tenant(ctx(own.tenant.id)).await.unwrap();
            for order in &other.orders {
                let found = orders::find_by_reference(&mut tx, &order.reference).await;
                assert!(found.unwrap().is_none());
                let posted = payments::of_order(&mut tx, order.id).await.unwrap();
                assert!(posted.is_empty());
            }
            let order = &other.orders[0];
            let missing = |r: Result<(), DbError>| assert!(matches!(r, Err(DbError::NotFound)));
            missing(orders::get(&mut tx, order.id).await.map(|_| ()));
            missing(orders::donor(&mut tx, order.donor).await.map(|_| ()));
            tx.commit().await.unwrap();
        }
    }
    let domain = hosts::resolve(&world.db, HostName::Domain("masar.example"))
        .await
        .unwrap();
    assert_eq!(domain.unwrap().slug, "masar");
}

#[tokio::test]
async fn donors_are_sealed_with_their_tenants_key_and_nobodys_phone() {
    let world = world(Utc::now()).await;
    let sidra = context(&world.db, "sidra").await;
    let mut tx = world.db.tenant(sidra).await.unwrap();
    let foreign = tenants::keys(&mut tx, &master()).await.unwrap();
    tx.commit().await.unwrap();
    let nakhla = see(&world.db, "nakhla").await;
    let mut tx = world.db.tenant(ctx(nakhla.tenant.id)).await.unwrap();
    let keys = tenants::keys(&mut tx, &master()).await.unwrap();
    for order in &nakhla.orders {
        let donor = orders::donor(&mut tx, order.donor).await.unwrap();
        let row = order.donor.as_uuid();
        let phone = keys.open("donors.phone", row, &donor.phone).unwrap();
        assert!(phone.starts_with("+9653") && phone.len() == 12, "{phone}");
        assert_eq!(donor.phone_hmac, keys.lookup(&phone));
        assert!(
            !keys
                .open("donors.name", row, &donor.name)
                .unwrap()
                .is_empty()
        );
        assert!(foreign.open("donors.name", row, &donor.name).is_err());
    }
}

#[tokio::test]
async fn the_platform_has_its_administrator_once_appointed() {
    let world = world(Utc::now()).await;
    let migrator = world.database.url("sadu_migrator");
    let found = async |issuer: &str| {
        let mut tx = PlatformTx::begin(&world.db).await.unwrap();
        let found = sign_in::find_admin(&mut tx, issuer, "dev|root@platform")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        found.map(|admin| admin.name)
    };
    assert_eq!(found(ISSUER).await, None);
    sadu_db::appoint(&migrator, &world.seeded.root)
        .await
        .unwrap();
    assert_eq!(found(ISSUER).await.as_deref(), Some("Sadu Operations"));
    // Another port is another issuer: the account moves with it.
    let moved = PlatformAdmin {
        issuer: "http://id.localhost:9000".into(),
        ..world.seeded.root.clone()
    };
    sadu_db::appoint(&migrator, &moved).await.unwrap();
    assert_eq!(found(ISSUER).await, None);
    assert!(found(&moved.issuer).await.is_some());
    // Whoever is dismissed is nobody until appointed again.
    let dismissed = sadu_db::dismiss(&migrator, "ROOT@platform.example").await;
    assert!(dismissed.unwrap());
    assert_eq!(found(&moved.issuer).await, None);
    sadu_db::appoint(&migrator, &moved).await.unwrap();
    assert!(found(&moved.issuer).await.is_some());
}

#[test]
fn every_text_is_there_in_both_languages() {
    for slug in SLUGS {
        let specs = items::of(slug);
        assert!(specs.len() >= 5);
        for spec in specs {
            for (ar, en) in [spec.title, spec.summary, spec.story] {
                assert!(
                    ar.chars().any(|c| ('\u{0621}'..='\u{064A}').contains(&c)),
                    "{}",
                    spec.slug
                );
                assert!(
                    !en.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c)),
                    "{}",
                    spec.slug
                );
                assert!(!ar.contains(" \n") && !en.contains("  ") && !ar.contains("  "));
            }
            let paragraphs = |text: &str| text.split('\n').count();
            assert!((2..=4).contains(&paragraphs(spec.story.0)), "{}", spec.slug);
            assert_eq!(
                paragraphs(spec.story.0),
                paragraphs(spec.story.1),
                "{}",
                spec.slug
            );
            assert!(!spec.tags.is_empty() && sadu_domain::catalog::is_slug(spec.slug));
        }
    }
}
