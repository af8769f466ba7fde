//! T80: fifty tenants that look alike, sixty-four workers doing everything that visitors, staff and administrators do, faults
//! on. Every answer, header and frame is searched for whatever belongs to another tenant: its ids, its references, its canary.

use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sadu_db::testing::tally;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::client::{Answer, Client, PHONE, gift, key, send, transfer};
use crate::ledger;
use crate::seed;
use crate::socket::{Frame, Socket};
use crate::testapp::{TestApp, scale};

const TENANTS: usize = 50;
const WORKERS: usize = 64;
/// Messages of actors in a thousand that panic.
const FAULTS: u32 = 4;

/// One tenant of the fifty.
struct Tenant {
    label: String,
    id: sadu_domain::ids::TenantId,
    visitor: Client,
    staff: Client,
    /// Orders placed so far: id and reference.
    orders: RwLock<Vec<(String, String)>>,
}

/// Whose everything is.
struct Marks {
    ids: RwLock<HashMap<String, usize>>,
    prefixes: HashMap<String, usize>,
    looked_at: AtomicUsize,
    leaks: RwLock<Vec<String>>,
}

impl Marks {
    fn own(&self, id: &str, tenant: usize) {
        self.ids.write().unwrap().insert(id.to_owned(), tenant);
    }

    /// Searches what tenant `mine` was told.
    fn look(&self, mine: usize, what: &str, text: &str) {
        self.looked_at.fetch_add(1, Ordering::Relaxed);
        let ids = self.ids.read().unwrap();
        let mut foreign = Vec::new();
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            let owner = match word.len() {
                36 => ids.get(word).copied(),
                16 => self.prefixes.get(&word[..3]).copied().filter(|_| {
                    word[3..].starts_with('-')
                        && word[4..].bytes().filter(u8::is_ascii_digit).count() == 10
                }),
                _ => word
                    .strip_prefix("canary-")
                    .and_then(|rest| rest.split('-').next())
                    .and_then(|number| number.parse().ok()),
            };
            if owner.is_some_and(|owner| owner != mine) {
                foreign.push(word);
            }
        }
        if !foreign.is_empty() {
            let leak = format!("{what} of tenant {mine} holds {foreign:?}");
            self.leaks.write().unwrap().push(leak);
        }
    }

    fn look_at(&self, mine: usize, what: &str, answer: &Answer) {
        self.look(mine, what, &answer.body);
        self.look(mine, what, &format!("{:?}", answer.headers));
    }
}

fn prefix(n: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJK";
    let letter = |n: usize| char::from(LETTERS[n % LETTERS.len()]);
    format!("T{}{}", letter(n / LETTERS.len()), letter(n))
}

async fn furnish(app: &TestApp) -> (Vec<Tenant>, Marks) {
    let token = app.token("admin@nakhla").await;
    let mut marks = Marks {
        ids: RwLock::default(),
        prefixes: HashMap::new(),
        looked_at: AtomicUsize::new(0),
        leaks: RwLock::default(),
    };
    let mut tenants = Vec::new();
    for n in 0..TENANTS {
        let label = format!("soak-{n}");
        // The same people work for all of them, each as another user: a token opens every door, so that nothing but the
        // tenant of the host keeps them apart.
        let seeded = seed::tenant_with(
            &app.node.app.db,
            &label,
            &prefix(n),
            &seed::master(),
            "nakhla",
        )
        .await;
        let visitor = app.visitor(&label);
        let staff = visitor.clone().with_token(token.clone());
        let (me, items) = (
            staff.json("/api/v1/me").await,
            visitor.json("/api/v1/items?limit=100").await,
        );
        for item in items["data"].as_array().unwrap() {
            marks.own(item["id"].as_str().unwrap(), n);
        }
        marks.own(me["id"].as_str().unwrap(), n);
        marks.own(&seeded.id.to_string(), n);
        marks.prefixes.insert(prefix(n), n);
        let orders = RwLock::default();
        let id = seeded.id;
        tenants.push(Tenant {
            label,
            id,
            visitor,
            staff,
            orders,
        });
    }
    (tenants, marks)
}

/// Answers an answer, or nothing when the client gave up in the middle.
async fn ask(request: reqwest::RequestBuilder) -> Option<Answer> {
    if rand::random_range(0..25) == 0 {
        let patience = Duration::from_micros(rand::random_range(0..8_000));
        return tokio::time::timeout(patience, send(request))
            .await
            .ok()?
            .ok();
    }
    Some(send(request).await.unwrap())
}

/// A status that may be met while faults are on.
fn is_expected(status: u16) -> bool {
    matches!(
        status,
        200 | 201 | 204 | 302 | 303 | 404 | 409 | 422 | 429 | 500 | 503
    )
}

/// Does one thing at random.
async fn act(tenants: &[Tenant], marks: &Marks) {
    let n = rand::random_range(0..tenants.len());
    let (tenant, other) = (
        &tenants[n],
        &tenants[(n + rand::random_range(1..tenants.len())) % tenants.len()],
    );
    let one_of = |of: &Tenant| {
        let orders = of.orders.read().unwrap();
        (!orders.is_empty()).then(|| orders[rand::random_range(0..orders.len())].clone())
    };
    let (mine, foreign) = (one_of(tenant), one_of(other));
    let last4 = &PHONE[PHONE.len() - 4..];
    let (visitor, staff) = (&tenant.visitor, &tenant.staff);
    let (what, request) = match (rand::random_range(0..14), mine, foreign) {
        (0, ..) => ("home", visitor.request("GET", "/en/")),
        (1, ..) => ("items", visitor.request("GET", "/api/v1/items?limit=3")),
        (2, ..) => ("page", visitor.request("GET", "/ar/items/school")),
        (3, Some((id, _)), _) => (
            "order",
            staff.request("GET", &format!("/api/v1/admin/orders/{id}")),
        ),
        (4, Some((_, reference)), _) => (
            "status",
            visitor.request(
                "GET",
                &format!("/api/v1/orders/{reference}?phone_last4={last4}"),
            ),
        ),
        (5, Some((id, _)), _) => (
            "confirm",
            staff
                .request(
                    "POST",
                    &format!("/api/v1/admin/orders/{id}/confirm-transfer"),
                )
                .header("idempotency-key", key())
                .json(&transfer(1_000, &format!("canary-{n}-{}", key()))),
        ),
        (6, Some((id, _)), _) => (
            "claim",
            staff.request("POST", &format!("/api/v1/admin/inbox/order:{id}/claim")),
        ),
        (7, _, Some((id, reference))) => {
            // What belongs to another is not there, whatever is broken at the moment.
            let path = match rand::random_range(0..3) {
                0 => format!("/api/v1/admin/orders/{id}"),
                1 => format!("/api/v1/orders/{reference}?phone_last4={last4}"),
                _ => format!("/en/o/{reference}"),
            };
            if let Some(answer) = ask(staff.request("GET", &path)).await {
                assert!(
                    matches!(answer.status, 404 | 429 | 500 | 503),
                    "{path}: {}",
                    answer.body
                );
            }
            return;
        }
        (8, ..) => (
            "inbox",
            staff.request("GET", "/api/v1/admin/inbox?limit=50"),
        ),
        (9, ..) => ("desk", staff.request("GET", "/admin/inbox")),
        (10, ..) => ("log", staff.request("GET", "/api/v1/admin/audit?limit=50")),
        (11, ..) => (
            "events",
            staff.request("GET", "/api/v1/admin/inbox/events?after_seq=0"),
        ),
        (12, ..) => return listen(n, tenant, marks).await,
        _ => return place(n, tenant, marks).await,
    };
    if let Some(answer) = ask(request).await {
        assert!(
            is_expected(answer.status),
            "{what}: {} {}",
            answer.status,
            answer.body
        );
        marks.look_at(n, what, &answer);
    }
}

async fn place(n: usize, tenant: &Tenant, marks: &Marks) {
    let mut body = gift(["school", "general"][rand::random_range(0..2)], 1_000);
    body["note"] = Value::String(format!("canary-{n}-note"));
    let request = tenant.visitor.request("POST", "/api/v1/orders");
    let Some(answer) = ask(request.header("idempotency-key", key()).json(&body)).await else {
        return;
    };
    marks.look_at(n, "placed", &answer);
    assert!(
        is_expected(answer.status),
        "placed: {} {}",
        answer.status,
        answer.body
    );
    if answer.status == 201 {
        let placed = answer.json();
        let text = |name: &str| placed[name].as_str().unwrap().to_owned();
        marks.own(&text("id"), n);
        tenant
            .orders
            .write()
            .unwrap()
            .push((text("id"), text("reference")));
    }
}

/// Holds a socket for a moment.
async fn listen(n: usize, tenant: &Tenant, marks: &Marks) {
    let Ok(mut socket) = Socket::open(&tenant.staff).await else {
        return;
    };
    socket
        .say(&serde_json::json!({ "type": "hello", "after_seq": 0, "epoch": null }))
        .await;
    let end = Instant::now() + Duration::from_millis(400);
    while Instant::now() < end {
        match socket.within(Duration::from_millis(100)).await {
            Frame::Json(frame) => {
                marks.look(n, "frame", &frame.to_string());
                if let Some(last) = frame["events"].as_array().and_then(|events| events.last()) {
                    socket.ack(crate::socket::seq(last)).await;
                }
            }
            Frame::Closed(..) => return,
            Frame::Silence => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t80_fifty_tenants_under_load_and_faults_hold_nothing_of_each_other() {
    crate::actors::hush();
    let app = TestApp::spawn().await;
    let (tenants, marks) = furnish(&app).await;
    // The probe can see: another's order, reference and canary.
    let strange = Uuid::now_v7().to_string();
    marks.own(&strange, 1);
    for sign in [strange.as_str(), "TAB-229-5041-781", "canary-1-note"] {
        marks.look(0, "probe", &format!("<b>{sign}</b>"));
        marks.look(1, "probe", sign);
    }
    assert_eq!(std::mem::take(&mut *marks.leaks.write().unwrap()).len(), 3);

    let end = Instant::now() + Duration::from_secs(scale(600, 10) as u64);
    app.node.faults.set_panics(FAULTS);
    let workers = (0..WORKERS).map(|_| async {
        let mut done = 0_usize;
        while Instant::now() < end {
            act(&tenants, &marks).await;
            done += 1;
        }
        done
    });
    let done: usize = futures::future::join_all(workers).await.into_iter().sum();
    app.node.faults.set_panics(0);

    let looked_at = marks.looked_at.into_inner();
    let leaks = marks.leaks.into_inner().unwrap();
    let orders: usize = tenants.iter().map(|t| t.orders.read().unwrap().len()).sum();
    println!(
        "T80: {TENANTS} tenants, {WORKERS} workers, {done} actions, {orders} orders, {} answers searched, {} leaks",
        looked_at,
        leaks.len()
    );
    tally("answers of the mixed soak searched", looked_at);
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(orders > 0, "no order went through");
    let mut behind: PgConnection = app.behind().await;
    for tenant in &tenants {
        let kept: i64 = sqlx::query_scalar("select count(*) from app.orders where tenant_id = $1")
            .bind(tenant.id.as_uuid())
            .fetch_one(&mut behind)
            .await
            .unwrap();
        assert!(
            kept as usize >= tenant.orders.read().unwrap().len(),
            "{}",
            tenant.label
        );
        ledger::verify(&mut behind, tenant.id).await;
    }
    app.stop().await;
}
