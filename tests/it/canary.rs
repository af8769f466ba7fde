//! A whole journey with a donor whose every detail is a canary, at the loudest level of the log: not one of them sings in logs,
//! figures, problems, the audit log, the event stream or jobs (INP-13, T78's sibling).

use serde_json::{Value, json};

use crate::client::{Answer, Client, key, send, transfer};
use crate::deployment::Deployment;
use crate::node;

const NAME: &str = "Kanariya Zuqzuqi";
const NAME_AR: &str = "كنارية الزقزوقي";
const PHONE: &str = "+96530087651";
const EMAIL: &str = "kanariya.zuqzuqi@birds.example";
const NOTE: &str = "the yellow one sings at dawn";
const PASSWORD: &str = "hunter-of-canaries";
const IBAN: &str = "KW74NBOK0000000000001000372151";

/// Every form in which a canary may turn up.
fn songs() -> Vec<String> {
    let percent = EMAIL.replace('@', "%40");
    let local = PHONE.strip_prefix("+965").unwrap();
    [
        "Kanariya",
        "Zuqzuqi",
        "kanariya",
        "zuqzuqi",
        "كنارية",
        "الزقزوقي",
        PHONE,
        local,
        "300 87651",
        "3008 7651",
        EMAIL,
        &percent,
        NOTE,
        "sings at dawn",
        PASSWORD,
        IBAN,
    ]
    .iter()
    .map(|song| (*song).to_owned())
    .collect()
}

fn silent(what: &str, text: &str) {
    for song in songs() {
        if let Some(line) = text.lines().find(|line| line.contains(&song)) {
            panic!("{what} sings {song:?}: {line}");
        }
    }
}

fn order() -> Value {
    json!({
        "kind": "donation",
        "items": [{ "item": "school", "amount": 5_000 }],
        "donor": { "name": NAME, "phone": PHONE, "email": EMAIL, "anonymous": true },
        "payment_method": "transfer",
        "lang": "ar",
        "note": NOTE,
    })
}

/// Bodies that are refused, each with a canary where it should not be.
fn refused() -> Vec<Value> {
    let bend = |path: &str, value: Value| {
        let mut body = order();
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let mut unknown = order();
    unknown[NAME] = json!(PHONE);
    vec![
        bend("/donor/phone", json!("+9653008765")),
        bend("/donor/phone", json!(NAME)),
        bend("/donor/email", json!(format!("{EMAIL}@@"))),
        bend("/donor/name", json!(NAME.repeat(20))),
        bend("/items/0/item", json!(NAME)),
        bend("/items/0/amount", json!(NAME)),
        bend("/kind", json!(NAME_AR)),
        bend("/payment_method", json!(EMAIL)),
        bend("/lang", json!(PHONE)),
        bend("/note", json!(NOTE.repeat(500))),
        unknown,
        json!(NAME),
        json!([PHONE]),
    ]
}

/// Asks; problems may not sing.
async fn ask(said: &mut Vec<Answer>, request: reqwest::RequestBuilder) -> Answer {
    let answer = send(request.header("x-request-id", "canary-journey"))
        .await
        .unwrap();
    said.push(answer.clone());
    answer
}

async fn visit(visitor: &Client, said: &mut Vec<Answer>) -> Value {
    let post = |body: &Value| {
        visitor
            .request("POST", "/api/v1/orders")
            .header("idempotency-key", key())
            .json(body)
    };
    let placed = ask(said, post(&order())).await.expect(201);
    for body in refused() {
        let answer = ask(said, post(&body)).await;
        assert!(
            (400..500).contains(&answer.status),
            "{body}: {}",
            answer.body
        );
    }
    let cut = format!("{{\"donor\":{{\"name\":\"{NAME}\",\"phone\":\"{PHONE}");
    let raw = |kind: &'static str| {
        visitor
            .request("POST", "/api/v1/orders")
            .header("idempotency-key", key())
            .header("content-type", kind)
            .body(cut.clone())
    };
    ask(said, raw("application/json")).await;
    ask(said, raw("text/plain")).await;
    let form = [
        ("name", NAME),
        ("phone", "3008 7651"),
        ("email", EMAIL),
        ("note", NOTE),
    ];
    for path in ["/ar/checkout?item=school", "/en/track"] {
        ask(said, visitor.request("POST", path).form(&form)).await;
    }
    let reference = placed["reference"].as_str().unwrap();
    for path in [
        format!("/api/v1/orders/{reference}?phone_last4=7651"),
        format!("/api/v1/orders/{reference}?phone_last4=0000"),
        format!("/api/v1/orders/{reference}?token={PASSWORD}"),
        format!("/api/v1/orders/{EMAIL}"),
        format!("/api/v1/items?q={EMAIL}&kind={PHONE}&cursor={PHONE}"),
        format!("/api/v1/items/{PASSWORD}"),
        format!("/api/v1/nowhere/{EMAIL}?phone={PHONE}"),
        format!("/auth/login?return_to=/admin/{EMAIL}"),
        format!("/auth/finish?code={PASSWORD}"),
        format!("/en/track?reference={PHONE}"),
    ] {
        ask(said, visitor.request("GET", &path)).await;
    }
    placed
}

async fn work(staff: &Client, said: &mut Vec<Answer>, id: &str) {
    let path = |verb: &str| format!("/api/v1/admin/orders/{id}/{verb}");
    let post = |verb: &str, body: &Value| {
        staff
            .request("POST", &path(verb))
            .header("idempotency-key", key())
            .json(body)
    };
    let detail = ask(said, staff.request("GET", path("").trim_end_matches('/'))).await;
    detail.expect(200);
    let short = json!({ "reason": "Zuqzuqi" });
    assert_eq!(ask(said, post("reveal", &short)).await.status, 422);
    let why = json!({ "reason": format!("The bank asks about 3008 7651 and {EMAIL}") });
    let shown = send(post("reveal", &why)).await.unwrap().expect(200);
    assert_eq!(shown["name"], NAME);
    for wrong in [
        json!({ "amount": NAME, "currency": EMAIL, "received_on": PHONE, "bank_reference": IBAN }),
        json!({ "amount": 1, "currency": EMAIL, "received_on": PHONE, "bank_reference": "" }),
    ] {
        let answer = ask(said, post("confirm-transfer", &wrong)).await;
        assert!((400..500).contains(&answer.status), "{}", answer.body);
    }
    let paid = ask(said, post("confirm-transfer", &transfer(5_000, "B-77"))).await;
    paid.expect(200);
    for path in [
        format!("/api/v1/admin/inbox?q={PHONE}"),
        format!("/api/v1/admin/inbox?view={EMAIL}"),
        format!("/api/v1/admin/audit?actor={EMAIL}&from={PHONE}"),
        format!("/api/v1/admin/orders/{EMAIL}"),
        "/api/v1/admin/inbox/events?after_seq=0".to_owned(),
        "/api/v1/admin/orders".to_owned(),
    ] {
        ask(said, staff.request("GET", &path)).await;
    }
}

async fn strangers(deployment: &Deployment, said: &mut Vec<Answer>) {
    let visitor = deployment.client();
    let stranger = visitor.request("GET", "/api/v1/admin/orders");
    ask(said, stranger.bearer_auth(PASSWORD)).await;
    let cookie = visitor.request("GET", "/api/v1/admin/orders");
    let cookie = cookie.header("cookie", format!("__Host-sid={PASSWORD}; name={EMAIL}"));
    ask(said, cookie).await;
    let agent = visitor.request("GET", "/api/v1/site");
    ask(said, agent.header("user-agent", EMAIL)).await;
    let form = [
        ("grant_type", "password"),
        ("client_id", "sadu-dev"),
        ("username", EMAIL),
        ("password", PASSWORD),
    ];
    let provider = visitor.at(&format!("id.localhost:{}", deployment.port));
    ask(said, provider.request("POST", "/token").form(&form)).await;
    let nobody = visitor.at(&format!("{PASSWORD}.localhost:{}", deployment.port));
    ask(said, nobody.request("GET", "/")).await;
}

#[actix_web::test]
async fn no_canary_sings() {
    let (deployment, tenant) = Deployment::logging("trace").await;
    let visitor = deployment.client();
    let mut said = Vec::new();
    let placed = visit(&visitor, &mut said).await;
    let staff = visitor
        .clone()
        .with_token(node::token(deployment.port, "staff@nakhla").await);
    work(&staff, &mut said, placed["id"].as_str().unwrap()).await;
    strangers(&deployment, &mut said).await;

    let problems: Vec<_> = said
        .iter()
        .filter(|answer| answer.header("content-type") == "application/problem+json")
        .collect();
    assert!(problems.len() > 20, "{}", problems.len());
    for problem in problems {
        silent("a problem", &problem.body);
    }
    for answer in &said {
        // What programs get of an order, an event or a list has nobody in it; pages show a form again as it was typed.
        if answer.header("content-type") == "application/json" {
            for song in [NAME, PHONE, EMAIL] {
                assert!(!answer.body.contains(song), "{}", answer.body);
            }
        }
    }
    let figures = deployment.figures().await;
    assert!(figures.contains("http_seconds"), "{figures}");
    silent("a figure", &figures);
    let mut behind = deployment.behind().await;
    for (what, sql) in [
        (
            "the audit log",
            "select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from app.audit_logs t where tenant_id = $1",
        ),
        (
            "the stream",
            "select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from app.inbox_events t where tenant_id = $1",
        ),
        (
            "a job",
            "select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from app.outbox t where tenant_id = $1",
        ),
        (
            "a job taken on",
            "select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from jobs._private_jobs t where $1::uuid is not null",
        ),
        (
            "a remembered answer",
            "select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from app.idempotency_keys t where tenant_id = $1",
        ),
    ] {
        let text: String = sqlx::query_scalar(sql)
            .bind(tenant.id.as_uuid())
            .fetch_one(&mut behind)
            .await
            .unwrap();
        // Jobs are there until the worker has done them, which may be now.
        assert!(
            !text.is_empty() || what.starts_with("a job"),
            "{what} is there"
        );
        silent(what, &text);
    }
    let log = deployment.log();
    let of_ours = log.lines().filter(|l| l.contains("canary-journey")).count();
    assert!(of_ours > 2, "the log tells of these requests: {of_ours}");
    silent("the log", &log);
    deployment.end().await;
}
