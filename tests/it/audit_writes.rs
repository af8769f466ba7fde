//! One write of an administrator or of staff is one entry of the audit log, with the right person, role, address and request
//! (AUD-4): every route that writes, read from the sources, so that one without a row fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::client::{Answer, Client, gift, key, send, transfer};
use crate::routes;
use crate::testapp::TestApp;

/// What is sent.
enum Sent {
    /// No body, by a program.
    Nothing,
    /// JSON, by a program.
    Json(fn() -> Value),
    /// A form, by a browser; its CSRF token and a key come with it.
    Form(&'static [(&'static str, &'static str)]),
}

/// What an `{id}` in the path stands for; each row has one of its own.
enum On {
    /// Nothing that is there before.
    Nothing,
    /// A waiting order's id.
    Order,
    /// The same as a subject: `order:…`.
    Subject,
    /// Somebody who was invited and has not come.
    Invited,
    /// Somebody who was switched off.
    Disabled,
    /// A page of the tenant's own.
    Page(&'static str),
}

/// One route that writes, done once as it should be.
struct Write {
    route: &'static str,
    account: &'static str,
    on: On,
    sent: Sent,
    /// The entry's action.
    action: &'static str,
}

fn seen_at_the_bank() -> Value {
    transfer(5_000, &key())
}

fn why() -> Value {
    json!({ "reason": "The bank asks who sent this" })
}

fn somebody() -> Value {
    json!({ "email": format!("{}@nakhla.example", key()), "name": "Noura", "role": "staff" })
}

fn administrator() -> Value {
    json!({ "role": "tenant_admin" })
}

/// The settings as they are first, but for a phone number.
fn settings() -> Value {
    let text = |ar: &str, en: &str| json!({ "ar": ar, "en": en });
    json!({
        "revision": 1, "name": text("جمعية العون", "Aid Society"), "tagline": text("معًا", "Together"), "hero": text("", ""),
        "footer": text("", ""), "primary": "#0F6B4F", "accent": "#8A4B1F", "languages": ["ar", "en"], "default_language": "ar",
        "digits": "latin", "hijri": false, "hijri_offset": 0, "phone": "22440000", "email": null, "address": text("", ""),
        "hours": text("", ""), "notify_emails": [], "licence": null,
    })
}

/// Another account.
fn bank() -> Value {
    json!({
        "revision": 1, "bank": { "ar": "بنك", "en": "Bank" }, "beneficiary": { "ar": "جمعية العون", "en": "Aid Society" },
        "iban": "KW45DEMO0000000000001000010101",
    })
}

fn terms() -> Value {
    let text = |ar: &str, en: &str| json!({ "ar": ar, "en": en });
    json!({ "revision": 1, "faq": [{ "q": text("كيف؟", "How?"), "a": text("هكذا", "So") }], "policy": text("", ""), "delivery": text("", ""), "gold_price": null })
}

fn policies() -> Value {
    json!({ "revision": 0, "title": { "ar": "", "en": "" }, "body": { "ar": "نص", "en": "Text" } })
}

/// Every route that writes. **A new one gets its row here**, and nothing else.
const WRITES: &[Write] = &[
    Write {
        route: "POST /api/v1/admin/inbox/{subject}/claim",
        account: "staff@nakhla",
        on: On::Subject,
        sent: Sent::Nothing,
        action: "subject.claim",
    },
    Write {
        route: "POST /api/v1/admin/inbox/{subject}/resolve",
        account: "admin@nakhla",
        on: On::Subject,
        sent: Sent::Nothing,
        action: "subject.resolve",
    },
    Write {
        route: "POST /api/v1/admin/orders/{id}/confirm-transfer",
        account: "staff@nakhla",
        on: On::Order,
        sent: Sent::Json(seen_at_the_bank),
        action: "order.confirm_transfer",
    },
    Write {
        route: "POST /api/v1/admin/orders/{id}/reveal",
        account: "staff@nakhla",
        on: On::Order,
        sent: Sent::Json(why),
        action: "donor.reveal",
    },
    Write {
        route: "POST /admin/inbox/{order}/claim",
        account: "staff@nakhla",
        on: On::Order,
        sent: Sent::Form(&[]),
        action: "subject.claim",
    },
    Write {
        route: "POST /admin/inbox/{order}/resolve",
        account: "admin@nakhla",
        on: On::Order,
        sent: Sent::Form(&[]),
        action: "subject.resolve",
    },
    Write {
        route: "POST /admin/inbox/{order}/confirm-transfer",
        account: "admin@nakhla",
        on: On::Order,
        sent: Sent::Form(&[
            ("amount", "5.000"),
            ("received_on", "today"),
            ("bank_reference", "by the form"),
        ]),
        action: "order.confirm_transfer",
    },
    Write {
        route: "POST /admin/inbox/{order}/reveal",
        account: "staff@nakhla",
        on: On::Order,
        sent: Sent::Form(&[("reason", "The bank asks who sent this")]),
        action: "donor.reveal",
    },
    Write {
        route: "PUT /api/v1/admin/settings",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Json(settings),
        action: "settings.edit",
    },
    Write {
        route: "PUT /api/v1/admin/settings/bank",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Json(bank),
        action: "bank.edit",
    },
    // After the one before it.
    Write {
        route: "POST /admin/settings/bank",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Form(&[
            ("revision", "2"),
            ("bank.ar", "بنك"),
            ("bank.en", "By the form"),
            ("beneficiary.ar", "جمعية العون"),
            ("beneficiary.en", "Aid Society"),
            ("iban", "KW45 DEMO 0000 0000 0000 1000 0101 01"),
        ]),
        action: "bank.edit",
    },
    Write {
        route: "PUT /api/v1/admin/settings/terms",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Json(terms),
        action: "terms.edit",
    },
    // After the one before it.
    Write {
        route: "POST /admin/settings/terms",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Form(&[
            ("revision", "2"),
            ("policy.ar", "بالنموذج"),
            ("policy.en", "By the form"),
        ]),
        action: "terms.edit",
    },
    Write {
        route: "PUT /api/v1/admin/pages/{page}",
        account: "admin@nakhla",
        on: On::Page("policies"),
        sent: Sent::Json(policies),
        action: "page.edit",
    },
    Write {
        route: "POST /admin/pages/{page}",
        account: "admin@nakhla",
        on: On::Page("contact"),
        sent: Sent::Form(&[("revision", "0"), ("body.en", "By the form")]),
        action: "page.edit",
    },
    // After the one before it.
    Write {
        route: "POST /admin/settings",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Form(&[
            ("revision", "2"),
            ("name.ar", "جمعية العون"),
            ("name.en", "Aid Society"),
            ("primary", "#0F6B4F"),
            ("accent", "#8A4B1F"),
            ("languages", "ar"),
            ("languages", "en"),
            ("default_language", "ar"),
            ("digits", "latin"),
            ("tagline.en", "By the form"),
        ]),
        action: "settings.edit",
    },
    on_users(
        "POST /api/v1/admin/users",
        On::Nothing,
        Sent::Json(somebody),
        "user.invite",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/invite",
        On::Invited,
        Sent::Nothing,
        "user.invite_again",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/withdraw",
        On::Invited,
        Sent::Nothing,
        "user.withdraw_invitation",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/role",
        On::Invited,
        Sent::Json(administrator),
        "user.change_role",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/disable",
        On::Invited,
        Sent::Nothing,
        "user.disable",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/enable",
        On::Disabled,
        Sent::Nothing,
        "user.enable",
    ),
    on_users(
        "POST /admin/users",
        On::Nothing,
        Sent::Form(&[
            ("email", "by-the-form@nakhla.example"),
            ("name", "Noura"),
            ("role", "staff"),
        ]),
        "user.invite",
    ),
    on_users(
        "POST /admin/users/{id}/invite",
        On::Invited,
        Sent::Form(&[]),
        "user.invite_again",
    ),
    on_users(
        "POST /admin/users/{id}/withdraw",
        On::Invited,
        Sent::Form(&[]),
        "user.withdraw_invitation",
    ),
    on_users(
        "POST /admin/users/{id}/role",
        On::Invited,
        Sent::Form(&[("role", "tenant_admin")]),
        "user.change_role",
    ),
    on_users(
        "POST /admin/users/{id}/disable",
        On::Invited,
        Sent::Form(&[]),
        "user.disable",
    ),
    on_users(
        "POST /admin/users/{id}/enable",
        On::Disabled,
        Sent::Form(&[]),
        "user.enable",
    ),
];

/// What an administrator does to the people who work here.
const fn on_users(route: &'static str, on: On, sent: Sent, action: &'static str) -> Write {
    Write {
        route,
        account: "admin@nakhla",
        on,
        sent,
        action,
    }
}

/// Writes that leave their entries elsewhere, and where that is tested.
const ELSEWHERE: &[&str] = &[
    // The life of an item is a chain of steps: `tests/it/catalog.rs` walks it and counts the entries of each.
    "POST /api/v1/admin/items",
    "PUT /api/v1/admin/items/{id}",
    "DELETE /api/v1/admin/items/{id}",
    "POST /api/v1/admin/items/{id}/submit",
    "POST /api/v1/admin/items/{id}/return",
    "POST /api/v1/admin/items/{id}/publish",
    "POST /api/v1/admin/items/{id}/pause",
    "POST /api/v1/admin/items/{id}/activate",
    "POST /api/v1/admin/items/{id}/execute",
    "POST /api/v1/admin/items/{id}/complete",
    "POST /api/v1/admin/items/{id}/archive",
    "POST /admin/items/new",
    "POST /admin/items/{id}",
    "POST /admin/items/{id}/delete",
    "POST /admin/items/{id}/submit",
    "POST /admin/items/{id}/return",
    "POST /admin/items/{id}/{step}",
    // A picture is announced, sent, described and taken off: `tests/it/media.rs` and `media_form.rs` count the entries of each.
    "POST /api/v1/admin/media",
    "POST /api/v1/admin/media/{id}/complete",
    "PUT /api/v1/admin/media/{id}",
    "DELETE /api/v1/admin/media/{id}",
    "POST /admin/media/{id}",
    "POST /admin/items/{id}/pictures",
    // A name of the tenant's own is proven step by step, each with its entry: `tests/it/domains.rs`.
    "DELETE /api/v1/admin/domains/{host}",
    "POST /admin/domains",
    "POST /admin/domains/{host}/release",
    "POST /admin/domains/{host}/verify",
    "POST /api/v1/admin/domains",
    "POST /api/v1/admin/domains/{host}/verify",
];

/// Ask, and change nothing: a form is posted so that no phone stands in an address.
const READS: &[&str] = &["POST /admin/inbox/find"];

#[test]
fn every_write_has_a_row() {
    let there: BTreeSet<String> = routes::all()
        .into_iter()
        .filter(|route| route.method != "GET" && route.host.is_none())
        .filter(|route| {
            route.path.starts_with("/api/v1/admin/") || route.path.starts_with("/admin/")
        })
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let rows = WRITES
        .iter()
        .map(|write| write.route)
        .chain(ELSEWHERE.iter().copied())
        .chain(READS.iter().copied());
    let named: BTreeSet<String> = rows.map(str::to_owned).collect();
    assert_eq!(
        there, named,
        "tests/it/audit_writes.rs has a row for each route that writes"
    );
}

/// What a write is done to; none when it makes something.
async fn made(on: &On, visitor: &Client, admin: &Client) -> Option<String> {
    let text = |made: &Value| made["id"].as_str().unwrap().to_owned();
    match on {
        On::Nothing => None,
        On::Page(name) => Some((*name).to_owned()),
        On::Order | On::Subject => {
            let order = visitor.order(&key(), &gift("school", 5_000)).await;
            Some(text(&order.expect(201)))
        }
        On::Invited | On::Disabled => {
            let invited = admin.post("/api/v1/admin/users", &key(), &somebody()).await;
            let id = text(&invited.expect(201));
            if matches!(on, On::Disabled) {
                let path = format!("/api/v1/admin/users/{id}/disable");
                send(admin.request("POST", &path))
                    .await
                    .unwrap()
                    .expect(200);
            }
            Some(id)
        }
    }
}

async fn act(write: &Write, by: (&Client, &Browser<'_>), path: &str, request_id: &str) -> Answer {
    let (program, browser) = by;
    let (method, _) = write.route.split_once(' ').unwrap();
    let request = match &write.sent {
        Sent::Nothing => program.request(method, path),
        Sent::Json(body) => program
            .request(method, path)
            .header("idempotency-key", key())
            .json(&body()),
        Sent::Form(fields) => {
            let today = chrono::Utc::now().date_naive().to_string();
            let (csrf, one_time) = (browser.csrf("nakhla").await, key());
            let mut form = vec![("csrf", csrf.as_str()), ("key", one_time.as_str())];
            form.extend(fields.iter().map(|(name, value)| match *value {
                "today" => (*name, today.as_str()),
                value => (*name, value),
            }));
            browser.request(method, "nakhla", path).form(&form)
        }
    };
    send(request.header("x-request-id", request_id))
        .await
        .unwrap()
}

#[actix_web::test]
async fn one_write_is_one_entry_with_who_and_from_where() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let admin = app.admin("nakhla").await;
    let mut behind = app.behind().await;
    for account in ["staff@nakhla", "admin@nakhla"] {
        let program = visitor.clone().with_token(app.token(account).await);
        let mut browser = app.browser();
        browser.sign_in("nakhla", account).await;
        let me = program.json("/api/v1/me").await;
        let my_id = me["id"].as_str().or(me["user_id"].as_str()).unwrap();
        let my_role = me["role"].as_str().unwrap();
        for write in WRITES.iter().filter(|write| write.account == account) {
            let id = made(&write.on, &visitor, &admin).await;
            let (_, pattern) = write.route.split_once(' ').unwrap();
            let path = match (&id, pattern.split_once('{')) {
                (Some(id), Some((start, rest))) => {
                    let (_, end) = rest.split_once('}').unwrap();
                    let subject = matches!(write.on, On::Subject);
                    let kind = if subject { "order:" } else { "" };
                    format!("{start}{kind}{id}{end}")
                }
                _ => pattern.to_owned(),
            };
            let count = "select count(*) from app.audit_logs where tenant_id = $1";
            let before: i64 = sqlx::query_scalar(count)
                .bind(app.a.id.as_uuid())
                .fetch_one(&mut behind)
                .await
                .unwrap();
            let request_id = key();
            let answer = act(write, (&program, &browser), &path, &request_id).await;
            assert!(answer.status < 400, "{}: {}", write.route, answer.body);
            type Row = (String, String, Option<String>, String, Option<String>);
            let rows: Vec<Row> = sqlx::query_as(
                "select actor_id, actor_role, host(ip), action, object_id from app.audit_logs where tenant_id = $1 and request_id = $2",
            )
            .bind(app.a.id.as_uuid())
            .bind(&request_id)
            .fetch_all(&mut behind)
            .await
            .unwrap();
            let expected = (
                my_id.to_owned(),
                my_role.to_owned(),
                Some("127.0.0.1".to_owned()),
                write.action.to_owned(),
                id.or_else(|| rows.first().and_then(|row| row.4.clone())),
            );
            assert_eq!(rows, [expected], "{}", write.route);
            let after: i64 = sqlx::query_scalar(count)
                .bind(app.a.id.as_uuid())
                .fetch_one(&mut behind)
                .await
                .unwrap();
            assert_eq!(after, before + 1, "{}", write.route);
            // What is refused leaves none.
            let (method, _) = write.route.split_once(' ').unwrap();
            let refused = send(visitor.request(method, &path)).await.unwrap();
            assert!(
                [303, 401, 403].contains(&refused.status),
                "{}: {}",
                write.route,
                refused.status
            );
            let still: i64 = sqlx::query_scalar(count)
                .bind(app.a.id.as_uuid())
                .fetch_one(&mut behind)
                .await
                .unwrap();
            assert_eq!(still, after, "{}", write.route);
        }
    }
    app.stop().await;
}
