//! One write of an administrator or of staff is one entry of the audit log, with the right person, role, address and request
//! (AUD-4): every route that writes, read from the sources, so that one without a row (`audit_rows`) fails.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::audit_rows::{ELSEWHERE, On, READS, Sent, WRITES, Write, somebody};
use crate::browser::Browser;
use crate::client::{Answer, Client, gift, key, send};
use crate::routes;
use crate::testapp::TestApp;

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
        "tests/it/audit_rows.rs has a row for each route that writes"
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
