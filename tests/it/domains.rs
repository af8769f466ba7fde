//! Names of a tenant's own (security.md, ISO-2): T61 to T63, against a DNS server that speaks the protocol.

use std::net::SocketAddr;
use std::time::Duration;

use sadu_actors::dns::Dns;
use sadu_db::{Db, DbConfig};
use serde_json::{Value, json};

use crate::client::{Answer, Client, send};
use crate::dns::DnsServer;
use crate::node::Options;
use crate::testapp::TestApp;

const DOMAINS: &str = "/api/v1/admin/domains";
/// An address of the public internet.
const PUBLIC: &str = "94.187.0.9";

async fn with_dns() -> (TestApp, DnsServer) {
    let dns = DnsServer::start();
    let options = Options {
        dns_port: Some(dns.port),
        ..Options::default()
    };
    (TestApp::with(options).await, dns)
}

async fn claim(admin: &Client, host: &str) -> Answer {
    send(
        admin
            .request("POST", DOMAINS)
            .json(&json!({ "host": host })),
    )
    .await
    .unwrap()
}

async fn verify(admin: &Client, host: &str) -> Answer {
    send(admin.request("POST", &format!("{DOMAINS}/{host}/verify")))
        .await
        .unwrap()
}

async fn release(admin: &Client, host: &str) -> Answer {
    send(admin.request("DELETE", &format!("{DOMAINS}/{host}")))
        .await
        .unwrap()
}

/// Sets the record that a claim asks for.
fn prove(dns: &DnsServer, claimed: &Value) {
    let record = &claimed["record"];
    assert_eq!(record["type"], "TXT");
    let value = record["value"].as_str().unwrap();
    dns.txt(record["name"].as_str().unwrap(), &["v=spf1 -all", value]);
}

async fn taken_into_service(admin: &Client, dns: &DnsServer, host: &str) {
    dns.leads_to(host, &[PUBLIC]);
    prove(dns, &claim(admin, host).await.expect(201));
    verify(admin, host).await.expect(200);
}

/// What `state` a name has, as the tenant reads it.
async fn state(admin: &Client, host: &str) -> Value {
    let list = admin.json(DOMAINS).await;
    let rows = list["data"].as_array().unwrap();
    let row = rows.iter().find(|row| row["host"] == host);
    row.map_or(Value::Null, |row| row["state"].clone())
}

#[actix_web::test]
async fn a_name_is_served_once_dns_proves_it() {
    let (app, dns) = with_dns().await;
    let (admin, host) = (app.admin("nakhla").await, "give.nakhla.org");
    let visitor = app.visitor("nakhla").at(host);
    assert_eq!(visitor.get("/api/v1/site").await.status, 404);
    let claimed = claim(&admin, host).await.expect(201);
    assert_eq!(claimed["record"]["name"], "_plat-verify.give.nakhla.org");
    // Not claimed, no record, a record of somebody else's, the right one at another name: not in service.
    assert_eq!(
        verify(&admin, "other.nakhla.org").await.problem(),
        (404, "domain.not_found".into())
    );
    for (name, text) in [
        (
            "_plat-verify.give.nakhla.org",
            "sadu-verify=somebody-elses-record-of-some-length",
        ),
        (
            "give.nakhla.org",
            claimed["record"]["value"].as_str().unwrap(),
        ),
        (
            "_plat-verify.nakhla.org",
            claimed["record"]["value"].as_str().unwrap(),
        ),
    ] {
        dns.txt(name, &[text]);
        assert_eq!(
            verify(&admin, host).await.problem(),
            (409, "domain.unproven".into())
        );
        assert_eq!(visitor.get("/api/v1/site").await.status, 404, "{name}");
    }
    // The right record, while the name leads into a private network.
    prove(&dns, &claimed);
    for private in [
        "10.0.0.7",
        "127.0.0.1",
        "169.254.169.254",
        "::1",
        "fd00::7",
        "::ffff:10.0.0.7",
    ] {
        dns.leads_to(host, &[PUBLIC, private]);
        let answer = verify(&admin, host).await;
        assert_eq!(
            answer.problem(),
            (422, "domain.private_address".into()),
            "{private}"
        );
        assert_eq!(
            claim(&admin, host).await.problem(),
            (422, "request.invalid".into()),
            "{private}"
        );
    }
    dns.leads_to(host, &[PUBLIC, "2a00:1450::7"]);
    // A refused claim changed nothing: the record is still the one that was asked for.
    verify(&admin, host).await.expect(200);
    assert_eq!(state(&admin, host).await, "live");
    visitor.json("/api/v1/site").await;
    for spelling in [
        "GIVE.Nakhla.org",
        "give.nakhla.org.",
        "give.nakhla.org:8080",
    ] {
        assert_eq!(
            visitor.at(spelling).get("/api/v1/site").await.status,
            200,
            "{spelling}"
        );
    }
    let page = send(admin.request("GET", "/admin/domains")).await.unwrap();
    assert!(
        page.status == 200 && page.body.contains(host),
        "{}",
        page.body
    );
    app.stop().await;
}

#[actix_web::test]
async fn names_are_an_administrators_who_has_just_proven_it() {
    let (app, dns) = with_dns().await;
    dns.leads_to("give.nakhla.org", &[PUBLIC]);
    let staff = app.staff("nakhla").await;
    assert_eq!(
        staff.get(DOMAINS).await.problem(),
        (403, "auth.forbidden".into())
    );
    assert_eq!(
        claim(&staff, "give.nakhla.org").await.problem(),
        (403, "auth.forbidden".into())
    );
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let mut behind = app.behind().await;
    sqlx::query("update app.sessions set auth_time = now() - interval '16 minutes'")
        .execute(&mut behind)
        .await
        .unwrap();
    let csrf = browser.csrf("nakhla").await;
    let old = browser
        .request("POST", "nakhla", DOMAINS)
        .header("x-csrf-token", &csrf)
        .json(&json!({ "host": "give.nakhla.org" }));
    // What one process believes of a session it believes for five seconds.
    tokio::time::sleep(Duration::from_millis(5200)).await;
    let old = send(old).await.unwrap();
    assert_eq!(old.problem(), (403, "auth.step_up_required".into()));
    // In a page that is the way to prove it again.
    let form = browser
        .request("POST", "nakhla", "/admin/domains")
        .form(&[("csrf", csrf.as_str()), ("host", "give.nakhla.org")]);
    let form = send(form).await.unwrap();
    assert!(form.status == 303 && form.header("location").starts_with("/auth/login?again=1"));
    app.stop().await;
}

/// T61: a name that is B's, in every spelling, and a name that two prove at the same moment.
#[actix_web::test]
async fn t61_a_name_is_one_tenants_however_it_is_spelt() {
    let (app, dns) = with_dns().await;
    let (a, b) = (app.admin("nakhla").await, app.admin("sidra").await);
    for host in ["give.sidra.org", "bücher.de"] {
        let ascii = claim(&b, host).await.expect(201)["host"]
            .as_str()
            .unwrap()
            .to_owned();
        taken_into_service(&b, &dns, &ascii).await;
    }
    for spelling in [
        "give.sidra.org",
        "GIVE.Sidra.ORG",
        " give.sidra.org. ",
        "ｇive.sidra.org",
        "bücher.de",
        "BÜCHER.DE",
        "xn--bcher-kva.de",
        "XN--BCHER-KVA.de",
    ] {
        let answer = claim(&a, spelling).await;
        assert_eq!(answer.problem(), (409, "domain.taken".into()), "{spelling}");
    }
    let theirs = a.json(DOMAINS).await;
    assert_eq!(theirs["data"], json!([]));
    assert_eq!(
        verify(&a, "give.sidra.org").await.problem(),
        (404, "domain.not_found".into())
    );
    assert_eq!(
        release(&a, "give.sidra.org").await.problem(),
        (404, "domain.not_found".into())
    );
    assert_eq!(state(&b, "give.sidra.org").await, "live");
    // Names that are nobody's to bring along.
    for (host, code) in [
        ("", "domain.invalid"),
        ("give", "domain.invalid"),
        ("https://give.nakhla.org", "domain.invalid"),
        ("give.nakhla.org:443", "domain.invalid"),
        ("a_b.nakhla.org", "domain.invalid"),
        ("127.0.0.1", "domain.not_allowed"),
        ("x.localhost", "domain.not_allowed"),
        ("sidra.localhost", "domain.not_allowed"),
        ("platform.localhost", "domain.not_allowed"),
        ("com.kw", "domain.not_allowed"),
        ("github.io", "domain.not_allowed"),
        ("db.internal", "domain.not_allowed"),
    ] {
        let answer = claim(&a, host).await;
        assert_eq!(answer.problem(), (422, "request.invalid".into()), "{host}");
        assert_eq!(answer.json()["errors"][0]["code"], code, "{host}");
    }
    // Both claimed it and both proofs are there: one of them gets it, however often it is tried.
    for n in 0..crate::testapp::scale(50, 5) {
        let host = format!("race-{n}.org");
        dns.leads_to(&host, &[PUBLIC]);
        let (one, other) = (
            claim(&a, &host).await.expect(201),
            claim(&b, &host).await.expect(201),
        );
        let value = |claimed: &Value| claimed["record"]["value"].as_str().unwrap().to_owned();
        assert_ne!(value(&one), value(&other));
        dns.txt(
            &format!("_plat-verify.{host}"),
            &[&value(&one), &value(&other)],
        );
        let (one, other) = tokio::join!(verify(&a, &host), verify(&b, &host));
        let mut outcome = [one.status, other.status];
        outcome.sort_unstable();
        assert_eq!(outcome, [200, 409], "{} {}", one.body, other.body);
        let owner = if one.status == 200 { &a } else { &b };
        assert_eq!(state(owner, &host).await, "live");
    }
    app.stop().await;
}

/// T62: given up and claimed again, by its tenant and by the other.
#[actix_web::test]
async fn t62_a_name_that_was_given_up_needs_a_fresh_proof() {
    let (app, dns) = with_dns().await;
    let (a, b, host) = (
        app.admin("nakhla").await,
        app.admin("sidra").await,
        "give.nakhla.org",
    );
    taken_into_service(&a, &dns, host).await;
    let visitor = app.visitor("nakhla").at(host);
    assert_eq!(visitor.get("/api/v1/site").await.status, 200);
    assert_eq!(release(&a, host).await.status, 204);
    assert_eq!(visitor.get("/api/v1/site").await.status, 404);
    assert_eq!(state(&a, host).await, "released");
    assert_eq!(
        release(&a, host).await.problem(),
        (404, "domain.not_found".into())
    );
    // The old record is still in DNS, and worth nothing: there is no claim, and a new one asks for another.
    assert_eq!(
        verify(&a, host).await.problem(),
        (404, "domain.not_found".into())
    );
    let again = claim(&a, host).await.expect(201);
    assert_eq!(
        verify(&a, host).await.problem(),
        (409, "domain.unproven".into())
    );
    // For thirty days nobody else may have it, even with power over its DNS.
    assert_eq!(
        claim(&b, host).await.problem(),
        (409, "domain.taken".into())
    );
    let mut behind = app.behind().await;
    let long_ago = |days: i32| {
        sqlx::query(
            "update plat.tenant_domains set released_at = now() - make_interval(days => $1)",
        )
        .bind(days)
    };
    long_ago(29).execute(&mut behind).await.unwrap();
    assert_eq!(
        claim(&b, host).await.problem(),
        (409, "domain.taken".into())
    );
    long_ago(31).execute(&mut behind).await.unwrap();
    let theirs = claim(&b, host).await.expect(201);
    // A's claim is still open, too: whoever proves it first has it.
    prove(&dns, &theirs);
    verify(&b, host).await.expect(200);
    prove(&dns, &again);
    assert_eq!(
        verify(&a, host).await.problem(),
        (409, "domain.taken".into())
    );
    assert_eq!(state(&b, host).await, "live");
    app.stop().await;
}

/// T63: a proven name whose DNS turns, and a DNS that is away.
#[actix_web::test]
async fn t63_a_name_that_turns_is_served_no_longer() {
    let (app, dns) = with_dns().await;
    let admin = app.admin("nakhla").await;
    let (moved, emptied, kept) = ("moved.nakhla.org", "emptied.nakhla.org", "kept.nakhla.org");
    for host in [moved, emptied, kept] {
        taken_into_service(&admin, &dns, host).await;
    }
    dns.leads_to(moved, &["192.168.0.7"]);
    dns.txt(
        &format!("_plat-verify.{emptied}"),
        &["sadu-verify=of-somebody-else-altogether-x"],
    );
    let mut config = DbConfig::new(app.database.url("sadu_web"));
    config.platform_url = Some(app.database.url("sadu_platform"));
    config.acquire_timeout = Duration::from_secs(15);
    let db = Db::connect(config).await.unwrap();
    let here = |port: u16| Dns::new(&[SocketAddr::from(([127, 0, 0, 1], port))]);
    let (answers, away) = (here(dns.port), here(9));
    let mut behind = app.behind().await;
    let mut a_day_later = async || {
        sqlx::query("update plat.tenant_domains set checked_at = now() - interval '25 hours'")
            .execute(&mut behind)
            .await
            .unwrap();
    };
    // Looked at a moment ago: nothing is due.
    assert_eq!(sadu::upkeep::look_at_names(&db, &answers).await.unwrap(), 0);
    for day in 1..=3 {
        a_day_later().await;
        // DNS that is away takes nobody's name away, and counts for nothing.
        assert_eq!(sadu::upkeep::look_at_names(&db, &away).await.unwrap(), 0);
        sadu::upkeep::look_at_names(&db, &answers).await.unwrap();
        // A second look at the same time counts nothing twice.
        assert_eq!(sadu::upkeep::look_at_names(&db, &answers).await.unwrap(), 0);
        for host in [moved, emptied] {
            let expected = if day == 3 { "suspended" } else { "live" };
            assert_eq!(state(&admin, host).await, expected, "{host} on day {day}");
        }
    }
    for host in [moved, emptied] {
        assert_eq!(state(&admin, host).await, "suspended");
        // Known for half a minute at most, and unknown to a process that has not asked yet.
        let fresh = sadu_db::hosts::resolve(&db, sadu_db::hosts::HostName::Domain(host)).await;
        assert_eq!(fresh.unwrap(), None, "{host}");
    }
    assert_eq!(state(&admin, kept).await, "live");
    db.close().await;
    let noted: i64 = sqlx::query_scalar(
        "select count(*) from app.audit_logs where action = 'domain.suspend' and tenant_id = $1 and actor_id = 'system'",
    )
    .bind(app.a.id.as_uuid())
    .fetch_one(&mut app.behind().await)
    .await
    .unwrap();
    assert_eq!(noted, 2);
    // It comes back with a fresh proof.
    taken_into_service(&admin, &dns, moved).await;
    assert_eq!(state(&admin, moved).await, "live");
    app.stop().await;
}
