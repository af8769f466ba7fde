//! The authority matrix (security.md 2.3): every route × five identities × their own tenant and the one next door, by token
//! and by session. The table is `authz_rows`; the routes are read from the sources (`routes`), so that one without a row fails.
//!
//! Whoever is turned away is turned away with the same status and code whatever they send: authority comes before body,
//! content type, query and idempotency key.

use std::collections::BTreeSet;

use reqwest::RequestBuilder;

use sadu_db::testing::tally;

use crate::authz_rows::{EXCEPTIONS, ROWS, Row, Who};
use crate::cast::{Cast, Pass, Person};
use crate::places::Place;
use crate::routes::{self, Route};
use crate::testapp::TestApp;

fn route_of((method, path, _, _): &Row) -> Route {
    // A row of a reserved host begins with its label.
    let (host, path) = match path.find('/') {
        Some(0) | None => (None, (*path).to_owned()),
        Some(at) => (Some(path[..at].to_owned()), path[at..].to_owned()),
    };
    Route {
        path,
        method: (*method).to_owned(),
        host,
    }
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let rows: Vec<Route> = ROWS.iter().map(route_of).collect();
    let there = routes::all();
    let in_table: BTreeSet<Route> = rows.iter().cloned().collect();
    let list = |routes: Vec<&Route>| {
        let lines: Vec<String> = routes.into_iter().map(Route::to_string).collect();
        lines.join("\n  ")
    };
    let (missing, gone) = (
        list(there.difference(&in_table).collect()),
        list(in_table.difference(&there).collect()),
    );
    assert!(
        missing.is_empty() && gone.is_empty(),
        "tests/it/authz_rows.rs lacks\n  {missing}\nand has what is no route any more\n  {gone}"
    );
    assert_eq!(rows.len(), in_table.len(), "a row is there twice");
}

#[test]
fn the_contract_tells_of_every_json_route() {
    use utoipa::OpenApi;
    let documents = [
        sadu::api::docs::Contract::openapi(),
        sadu::api::platform::docs::Contract::openapi(),
    ];
    let mut told = BTreeSet::new();
    for document in documents {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                told.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let there: BTreeSet<String> = routes::all()
        .into_iter()
        .filter(|route| route.path.starts_with("/api/v1/"))
        .filter(|route| route.path != "/api/v1/openapi.json")
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(told, there);
}

/// Status, and for programs the code, that somebody must get; `home` is whether they are at their own tenant.
fn expected(row: &Row, person: Person, home: bool) -> (u16, &'static str) {
    let (method, path, who, status) = *row;
    let own = EXCEPTIONS
        .iter()
        .find(|(m, p, who, _)| (*m, *p, *who) == (method, path, person));
    let status = own.map_or(status, |(_, _, _, status)| *status);
    let page = match path.strip_prefix("platform") {
        Some(path) => !path.starts_with("/api/"),
        None => path.starts_with("/admin"),
    };
    let stranger = match person {
        Person::Guest => (401, "auth.required"),
        _ => (401, "auth.invalid_token"),
    };
    // A person in a browser is led to the sign-in instead.
    let stranger = if page { (303, "") } else { stranger };
    let refused = |code: &'static str| (403, if page { "" } else { code });
    match (who, person) {
        (Who::Anyone | Who::AuthHost | Who::PlatformHost, _) => (status, ""),
        (Who::Platform, Person::Root) => (status, ""),
        (Who::Platform, _) => stranger,
        (_, Person::Guest | Person::Root) => stranger,
        _ if !home => stranger,
        (_, Person::NoMfa) => refused("auth.mfa_required"),
        (Who::Admin, Person::Staff) => refused("auth.forbidden"),
        (Who::Staff | Who::Admin, Person::Staff | Person::Admin) => (status, ""),
    }
}

/// What somebody may send to a route that they may not call. All of it must be answered alike.
fn nonsense(request: RequestBuilder, method: &str, n: usize) -> RequestBuilder {
    match (method, n) {
        (_, 0) => request,
        ("GET", _) => request,
        (_, 1) => request.header("content-type", "text/plain").body("{"),
        (_, 2) => request
            .header("content-type", "application/json")
            .header("idempotency-key", "ü".repeat(300))
            .body("{\"id\":"),
        (_, 3) => request
            .header("content-type", "application/x-www-form-urlencoded")
            .body("amount=%FF&amount=2"),
        _ => request
            .header("content-type", "application/json")
            .header("idempotency-key", "one-key")
            .body("[".repeat(300 * 1024)),
    }
}

async fn asked(request: RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let problem = answer
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind == "application/problem+json");
    let code = match problem {
        true => answer.json::<serde_json::Value>().await.unwrap()["code"].clone(),
        false => serde_json::Value::Null,
    };
    (status, code.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn every_route_lets_in_whom_its_row_names_and_nobody_else() {
    let app = TestApp::spawn().await;
    let cast = Cast::assemble(&app).await;
    let here = Place::furnish(&app, "nakhla").await;
    let next_door = Place::furnish(&app, "sidra").await;
    let (mut cells, mut requests, mut wrong) = (0, 0, Vec::new());
    for row in ROWS {
        let (method, pattern, who, _) = *row;
        let route = route_of(row);
        for (person, pass) in cast.everybody() {
            for (place, home) in [(&here, true), (&next_door, false)] {
                let label = route.host.as_deref().unwrap_or(place.label);
                let path = place.path(&route.path);
                let (status, code) = expected(row, person, home);
                let is_refused = matches!(status, 401 | 403)
                    || (status == 303 && who != Who::Anyone && row.3 != 303);
                let last = match method {
                    _ if !is_refused => 0,
                    "GET" => 1,
                    _ => 4,
                };
                for n in 0..=last {
                    let path = match (method, n) {
                        ("GET", 1) => {
                            let joint = if path.contains('?') { '&' } else { '?' };
                            format!("{path}{joint}limit=x&cursor=%01&view=%FF&after_seq=y")
                        }
                        _ => path.clone(),
                    };
                    let request = pass.request(&app, method, label, &path);
                    let (got, said) = asked(nonsense(request, method, n)).await;
                    requests += 1;
                    if got != status || (is_refused && said != code) {
                        let pass = match pass {
                            Pass::Nothing => "nothing",
                            Pass::Bearer(_) => "token",
                            Pass::Cookie { .. } => "cookie",
                        };
                        wrong.push(format!(
                            "{method} {pattern} ({who:?}) by {person:?} with {pass} at {label}, variant {n}: \
                             {got} {said}, expected {status} {code}"
                        ));
                    }
                }
                cells += 1;
            }
        }
    }
    println!(
        "authority matrix: {cells} cells, {requests} requests, {} wrong",
        wrong.len()
    );
    tally("cells of the authority matrix", cells);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.stop().await;
}

#[tokio::test]
async fn routes_of_the_products_own_hosts_are_nowhere_else() {
    let app = TestApp::spawn().await;
    let cast = Cast::assemble(&app).await;
    let tenants: BTreeSet<&str> = ROWS.iter().map(|row| row.1).collect();
    for row in ROWS {
        let route = route_of(row);
        let Some(own) = &route.host else {
            continue;
        };
        let also = tenants.contains(route.path.as_str());
        for (person, pass) in cast.everybody() {
            for label in ["nakhla", "platform", "auth"] {
                if label == own || also {
                    continue;
                }
                let (status, _) =
                    asked(pass.request(&app, &route.method, label, &route.path)).await;
                assert_eq!(status, 404, "{route} at {label} by {person:?}");
            }
        }
    }
    app.stop().await;
}
