//! Sessions after sign-in: their host, their CSRF proof, their sockets, and their end.

use std::time::Duration;

use serde_json::Value;

use crate::testapp::{Browser, TestApp};

async fn code(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap_or_default();
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

async fn staff(app: &TestApp) -> Browser<'_> {
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    browser
}

#[actix_web::test]
async fn t41_a_cookie_counts_on_its_own_host_alone() {
    let app = TestApp::spawn().await;
    let browser = staff(&app).await;
    let cookie = format!("__Host-sid={}", browser.session("nakhla").unwrap());
    let at = |label: &str, path: &str| app.request("GET", label, path).header("cookie", &cookie);
    assert_eq!(
        at("nakhla", "/api/v1/me").send().await.unwrap().status(),
        200
    );
    assert_eq!(
        code(at("sidra", "/api/v1/me")).await,
        (401, "auth.invalid_token".into())
    );
    // Another host of the same tenant is another host: 401, and an entry in the audit log.
    let mut behind = app.behind().await;
    sqlx::query("update app.sessions set host = 'elsewhere.example'")
        .execute(&mut behind)
        .await
        .unwrap();
    tokio::time::sleep(crate::testapp::FORGOTTEN).await;
    assert_eq!(
        code(at("nakhla", "/api/v1/me")).await,
        (401, "auth.invalid_token".into())
    );
    let noted: i64 = sqlx::query_scalar(
        "select count(*) from app.audit_logs where action = 'session.foreign_host'",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(noted, 1);
    // Two cookies of one name are none.
    let twice = app
        .request("GET", "nakhla", "/api/v1/me")
        .header("cookie", format!("{cookie}; {cookie}"));
    assert_eq!(code(twice).await, (401, "auth.invalid_token".into()));
    app.stop().await;
}

#[actix_web::test]
async fn t44_an_unsafe_request_proves_that_it_is_ours() {
    let app = TestApp::spawn().await;
    let browser = staff(&app).await;
    let mut other = app.browser();
    other.sign_in("sidra", "staff@sidra").await;
    let cookie = format!("__Host-sid={}", browser.session("nakhla").unwrap());
    let csrf = browser.csrf("nakhla").await;
    let foreign = other.csrf("sidra").await;
    let own = app.origin("nakhla");
    let refused = 403;
    type Case<'a> = (
        &'a str,
        Vec<(&'static str, &'a str)>,
        Vec<(&'static str, &'a str)>,
        u16,
    );
    let cases: Vec<Case<'_>> = vec![
        ("no proof at all", vec![], vec![], refused),
        ("origin alone", vec![("origin", &own)], vec![], refused),
        (
            "token alone",
            vec![("x-csrf-token", &csrf)],
            vec![],
            refused,
        ),
        (
            "another site",
            vec![("origin", "http://evil.example"), ("x-csrf-token", &csrf)],
            vec![],
            refused,
        ),
        (
            "the tenant next door",
            vec![("sec-fetch-site", "same-site"), ("x-csrf-token", &csrf)],
            vec![],
            refused,
        ),
        (
            "no site",
            vec![("origin", "null"), ("x-csrf-token", &csrf)],
            vec![],
            refused,
        ),
        (
            "the token of another tenant",
            vec![("origin", &own), ("x-csrf-token", &foreign)],
            vec![],
            refused,
        ),
        (
            "the token of another tenant, in the form",
            vec![("origin", &own)],
            vec![("csrf", &foreign)],
            refused,
        ),
        (
            "two tokens",
            vec![("origin", &own)],
            vec![("csrf", &csrf), ("csrf", &csrf)],
            refused,
        ),
        (
            "a wrong header beside a right form",
            vec![("origin", &own), ("x-csrf-token", "x")],
            vec![("csrf", &csrf)],
            refused,
        ),
        (
            "our form",
            vec![("origin", &own)],
            vec![("csrf", &csrf)],
            303,
        ),
    ];
    for (name, headers, form, expected) in cases {
        let mut request = app
            .request("POST", "nakhla", "/auth/logout")
            .header("cookie", &cookie);
        for (header, value) in headers {
            request = request.header(header, value);
        }
        let answer = request.form(&form).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), expected, "{name}");
    }
    assert_eq!(browser.me("nakhla").await.0, 401);
    app.stop().await;
}

#[actix_web::test]
async fn what_an_administrator_takes_away_is_gone_within_seconds() {
    let app = TestApp::spawn().await;
    let browser = staff(&app).await;
    let token = app.token("staff@nakhla").await;
    let bearer = || {
        app.request("GET", "nakhla", "/api/v1/me")
            .bearer_auth(&token)
    };
    assert_eq!(browser.me("nakhla").await.1["role"], "staff");
    assert_eq!(bearer().send().await.unwrap().status(), 200);
    let mut behind = app.behind().await;
    sqlx::query("update app.users set role = 'tenant_admin' where email = 'staff@nakhla.example'")
        .execute(&mut behind)
        .await
        .unwrap();
    tokio::time::sleep(crate::testapp::FORGOTTEN).await;
    assert_eq!(browser.me("nakhla").await.1["role"], "tenant_admin");
    sqlx::query("update app.users set status = 'disabled' where email = 'staff@nakhla.example'")
        .execute(&mut behind)
        .await
        .unwrap();
    tokio::time::sleep(crate::testapp::FORGOTTEN).await;
    assert_eq!(browser.me("nakhla").await.0, 401);
    assert_eq!(code(bearer()).await, (401, "auth.invalid_token".into()));
    app.stop().await;
}

#[actix_web::test]
async fn activity_keeps_a_session_and_idleness_ends_it() {
    let app = TestApp::spawn().await;
    let browser = staff(&app).await;
    let mut behind = app.behind().await;
    sqlx::query("update app.sessions set last_seen_at = now() - interval '20 minutes'")
        .execute(&mut behind)
        .await
        .unwrap();
    assert_eq!(browser.me("nakhla").await.0, 200);
    let fresh = "select last_seen_at > now() - interval '1 minute' from app.sessions";
    for _ in 0..50 {
        if sqlx::query_scalar::<_, bool>(fresh)
            .fetch_one(&mut behind)
            .await
            .unwrap()
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(
        sqlx::query_scalar::<_, bool>(fresh)
            .fetch_one(&mut behind)
            .await
            .unwrap()
    );
    sqlx::query("update app.sessions set last_seen_at = now() - interval '31 minutes'")
        .execute(&mut behind)
        .await
        .unwrap();
    tokio::time::sleep(crate::testapp::FORGOTTEN).await;
    assert_eq!(browser.me("nakhla").await.0, 401);
    app.stop().await;
}

#[actix_web::test]
async fn a_second_sign_in_replaces_the_first() {
    let app = TestApp::spawn().await;
    let mut browser = staff(&app).await;
    let first = browser.session("nakhla").unwrap().clone();
    let callback = browser.reach_callback_again("nakhla", "admin@nakhla").await;
    let finish = crate::testapp::location(&browser.get(&callback).await);
    browser.get(&finish).await;
    assert_ne!(browser.session("nakhla").unwrap(), &first);
    let stale = app
        .request("GET", "nakhla", "/api/v1/me")
        .header("cookie", format!("__Host-sid={first}"));
    assert_eq!(code(stale).await.0, 401);
    let mut behind = app.behind().await;
    let left: i64 = sqlx::query_scalar("select count(*) from app.sessions")
        .fetch_one(&mut behind)
        .await
        .unwrap();
    assert_eq!(left, 1);
    app.stop().await;
}

#[actix_web::test]
async fn a_socket_opens_from_our_page_or_with_a_token() {
    let app = TestApp::spawn().await;
    let browser = staff(&app).await;
    let cookie = format!("__Host-sid={}", browser.session("nakhla").unwrap());
    let token = app.token("staff@nakhla").await;
    let nomfa = app.token("nomfa@nakhla").await;
    let own = app.origin("nakhla");
    let open = |headers: Vec<(&'static str, String)>| {
        let mut request = app
            .request("GET", "nakhla", "/ws/inbox")
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        async move {
            let answer = request.send().await.unwrap();
            let echoed = answer
                .headers()
                .get("sec-websocket-protocol")
                .map(|v| v.to_str().unwrap().to_owned());
            (answer.status().as_u16(), echoed)
        }
    };
    assert_eq!(
        open(vec![("cookie", cookie.clone()), ("origin", own.clone())]).await,
        (101, None)
    );
    assert_eq!(open(vec![("cookie", cookie.clone())]).await.0, 403);
    assert_eq!(
        open(vec![
            ("cookie", cookie.clone()),
            ("origin", app.origin("sidra"))
        ])
        .await
        .0,
        403
    );
    assert_eq!(
        open(vec![("cookie", cookie), ("origin", "null".into())])
            .await
            .0,
        403
    );
    let offer = |token: &str| ("sec-websocket-protocol", format!("sadu.v1, bearer.{token}"));
    assert_eq!(
        open(vec![offer(&token), ("origin", own.clone())]).await,
        (101, Some("sadu.v1".into()))
    );
    // A program says where it comes from as well (AUT-11).
    assert_eq!(open(vec![offer(&token)]).await.0, 403);
    assert_eq!(
        open(vec![offer(&token), ("origin", app.origin("sidra"))])
            .await
            .0,
        403
    );
    assert_eq!(
        open(vec![offer(&format!("{token}x")), ("origin", own.clone())])
            .await
            .0,
        401
    );
    assert_eq!(
        open(vec![offer(&nomfa), ("origin", own.clone())]).await.0,
        403
    );
    assert_eq!(open(vec![("origin", own)]).await.0, 401);
    app.stop().await;
}

/// Makes the one session's renewal due, and waits until this process asks the database again.
async fn make_due(behind: &mut sqlx::PgConnection) {
    sqlx::query("update app.sessions set verified_at = now() - interval '16 minutes'")
        .execute(behind)
        .await
        .unwrap();
    tokio::time::sleep(crate::testapp::FORGOTTEN).await;
}

#[actix_web::test]
async fn the_provider_is_asked_again_and_rotates() {
    let app = TestApp::spawn().await;
    let browser = staff(&app).await;
    let mut behind = app.behind().await;
    let kept = "select refresh_sealed from app.sessions";
    let first: Vec<u8> = sqlx::query_scalar(kept)
        .fetch_one(&mut behind)
        .await
        .unwrap();
    make_due(&mut behind).await;
    assert_eq!(browser.me("nakhla").await.0, 200);
    let mut next = first.clone();
    for _ in 0..100 {
        next = sqlx::query_scalar(kept)
            .fetch_one(&mut behind)
            .await
            .unwrap();
        if next != first {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_ne!(next, first);
    assert_eq!(browser.me("nakhla").await.0, 200);
    app.stop().await;
}

#[actix_web::test]
async fn whom_the_provider_disowns_is_out() {
    let app = TestApp::spawn().await;
    let browser = staff(&app).await;
    let mut behind = app.behind().await;
    // A token that the provider does not know: as after it was withdrawn there.
    let (tenant, session): (uuid::Uuid, uuid::Uuid) =
        sqlx::query_as("select tenant_id, id from app.sessions")
            .fetch_one(&mut behind)
            .await
            .unwrap();
    let sealed = app
        .seal(tenant, "sessions.refresh_sealed", session, "withdrawn")
        .await;
    sqlx::query("update app.sessions set refresh_sealed = $1")
        .bind(sealed)
        .execute(&mut behind)
        .await
        .unwrap();
    make_due(&mut behind).await;
    let mut status = 200;
    for _ in 0..100 {
        status = browser.me("nakhla").await.0;
        if status == 401 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status, 401);
    let noted: i64 =
        sqlx::query_scalar("select count(*) from app.audit_logs where action = 'session.disown'")
            .fetch_one(&mut behind)
            .await
            .unwrap();
    assert_eq!(noted, 1);
    app.stop().await;
}
