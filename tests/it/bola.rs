//! Ids of one tenant used at the other (T37, T51) in paths, and what may be asked for at all. A foreign id is answered as one that
//! never was, byte for byte, headers included; only the id itself may differ. Ids in bodies and cursors are in [`crate::bola_bodies`].
//!
//! The paths come from the sources (`routes`), which `authz` holds against the OpenAPI document; what an id stands for and
//! what a good body is comes from `places`.

use std::collections::BTreeSet;

use reqwest::RequestBuilder;
use sadu_db::testing::tally;
use sqlx::AssertSqlSafe;

use crate::authz_rows::{ROWS, Who};
use crate::client::{Answer, PHONE, key, send};
use crate::places::{Body, Place, body, is_owned, proof};
use crate::routes;
use crate::testapp::TestApp;

/// An answer as it must not differ: without the time, and with what was asked for taken out.
fn plain(answer: &Answer, place: &Place) -> (u16, Vec<(String, String)>, String) {
    let without = |text: &str| {
        let mut ids: Vec<&str> = place.ids().collect();
        ids.sort_by_key(|id| std::cmp::Reverse(id.len()));
        ids.into_iter()
            .fold(text.to_owned(), |text, id| text.replace(id, "«id»"))
    };
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        // Whether a connection ends says only whether the body had come by the time its sender was refused.
        .filter(|(name, _)| *name != "date" && *name != "connection")
        .map(|(name, value)| (name.to_string(), without(value.to_str().unwrap())))
        .collect();
    // The order of a reply's headers is that of a hash table.
    headers.sort();
    (answer.status, headers, without(&answer.body))
}

fn filled(request: RequestBuilder, body: Body) -> RequestBuilder {
    let request = request.header("x-request-id", "the-same-request");
    match body {
        Body::None => request,
        Body::Json(json) => request.header("idempotency-key", key()).json(&json),
        Body::Form(fields) => request.form(&fields),
    }
}

/// Owned ids in a pattern.
fn ids_in(pattern: &str) -> Vec<String> {
    pattern
        .split('{')
        .skip(1)
        .map(|rest| rest.split(['}', ':']).next().unwrap().to_owned())
        .filter(|name| is_owned(name))
        .collect()
}

#[tokio::test]
async fn t37_a_foreign_id_is_a_missing_id() {
    let app = TestApp::spawn().await;
    let foreign = Place::furnish(&app, "nakhla").await;
    let missing = foreign.nowhere();
    let before = rows_of(&app, &app.a.id.to_string()).await;
    let staff = app.staff("sidra").await;
    let admin = app.admin("sidra").await;
    let guest = app.visitor("sidra");
    let mut cases = 0;
    for route in routes::all() {
        if ids_in(&route.path).is_empty() || route.host.is_some() {
            continue;
        }
        for caller in [&guest, &staff, &admin] {
            let mut answers = Vec::new();
            for place in [&foreign, &missing] {
                let request = caller.request(&route.method, &place.path(&route.path));
                let request = filled(request, body(&route.method, &route.path));
                answers.push(plain(&send(request).await.unwrap(), place));
            }
            assert_eq!(answers[0], answers[1], "{route}");
            // Who may not call a route is sent away before the id is looked at; everybody else finds nothing.
            let row = ROWS
                .iter()
                .find(|row| row.1 == route.path && row.0 == route.method);
            let who = row.map_or(Who::Anyone, |row| row.2);
            let nobody = caller.token.is_none() && who != Who::Anyone;
            let too_little = caller.token == staff.token && who == Who::Admin;
            assert!(
                answers[0].0 == 404
                    || (nobody && matches!(answers[0].0, 401 | 303))
                    || (too_little && answers[0].0 == 403),
                "{route}: {}",
                answers[0].0
            );
            cases += 1;
        }
    }
    assert_eq!(rows_of(&app, &app.a.id.to_string()).await, before);
    tally("isolation cases", cases);
    println!("foreign ids in paths: {cases} cases, all as missing ones");
    app.stop().await;
}

/// A fingerprint of everything that a tenant has, but for when somebody was last seen: that is noted behind the answers.
pub(crate) async fn rows_of(app: &TestApp, tenant: &str) -> Vec<(String, i64, Option<String>)> {
    let mut behind = app.behind().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.columns
         where table_schema = 'app' and column_name = 'tenant_id'
           and table_name in (select tablename from pg_tables where schemaname = 'app') order by 1",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let sql = format!(
            "select count(*), md5(string_agg(r, '|' order by r)) from (
               select (to_jsonb(t) - 'last_seen_at')::text as r from app.{table} t where tenant_id::text = $1) rows"
        );
        let (n, hash) = sqlx::query_as(AssertSqlSafe(sql))
            .bind(tenant)
            .fetch_one(&mut behind)
            .await
            .unwrap();
        found.push((table, n, hash));
    }
    assert!(
        found.iter().any(|(_, n, _)| *n > 0),
        "the fingerprint sees nothing"
    );
    found
}

#[test]
fn t37_every_query_parameter_of_the_contract_is_known() {
    // Whether it can name something of one tenant; if so, a test of this file tries another tenant's.
    let known = [
        ("limit", false),
        ("kind", false),
        ("status", false),
        ("tag", false),
        ("sort", false),
        ("view", false),
        ("lang", false),
        ("after_seq", false),
        ("phone_last4", false),
        ("action", false),
        ("from", false),
        ("to", false),
        ("format", false),
        // t39
        ("q", true),
        ("items", true),
        ("token", true),
        ("actor", true),
        ("object", true),
        // t53
        ("cursor", true),
    ];
    let document = serde_json::to_value(<sadu::api::docs::Contract as utoipa::OpenApi>::openapi());
    let mut found = BTreeSet::new();
    for item in document.unwrap()["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] == "query" {
                    found.insert(parameter["name"].as_str().unwrap().to_owned());
                }
            }
        }
    }
    for name in &found {
        assert!(
            known.iter().any(|(known, _)| known == name),
            "say in tests/it/bola.rs whether {name} can name something of a tenant"
        );
    }
}

#[tokio::test]
async fn t51_a_reference_of_another_tenant_is_unknown_on_every_page() {
    let app = TestApp::spawn().await;
    let foreign = Place::furnish(&app, "nakhla").await;
    let missing = foreign.nowhere();
    let here = app.visitor("sidra");
    let last4 = proof()["phone_last4"].as_str().unwrap().to_owned();
    assert!(PHONE.ends_with(&last4));
    let reference = |place: &Place| place.path("{reference}");
    let pages: [&dyn Fn(&str) -> RequestBuilder; 5] = [
        &|r| here.request("GET", &format!("/en/o/{r}")),
        &|r| here.request("GET", &format!("/ar/o/{r}")),
        &|r| here.request("GET", &format!("/api/v1/orders/{r}?phone_last4={last4}")),
        &|r| {
            here.request("POST", "/en/track")
                .form(&[("reference", r), ("last4", &last4)])
        },
        &|r| {
            here.request("POST", "/ar/track")
                .form(&[("reference", r), ("last4", &last4)])
        },
    ];
    for (n, page) in pages.iter().enumerate() {
        let mut answers = Vec::new();
        for place in [&foreign, &missing] {
            let request = page(&reference(place)).header("x-request-id", "the-same-request");
            answers.push(plain(&send(request).await.unwrap(), place));
        }
        assert_eq!(answers[0], answers[1], "page {n}");
        assert_eq!(answers[0].0, 404, "page {n}");
    }
    // At its own place it is found.
    let own = app.visitor("nakhla");
    let found = own
        .get(&format!(
            "/api/v1/orders/{}?phone_last4={last4}",
            reference(&foreign)
        ))
        .await;
    assert_eq!(found.expect(200)["total"]["amount"], 7_000);
    app.stop().await;
}
