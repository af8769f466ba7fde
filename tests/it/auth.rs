//! Signing in and out, bearers and sockets: who gets in where, and who does not.

use serde_json::Value;

use crate::testapp::{TestApp, location};

async fn status_and_code(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap_or_default();
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[actix_web::test]
async fn a_browser_signs_in_and_out() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    assert_eq!(
        browser.sign_in("nakhla", "staff@nakhla").await,
        "/admin/inbox"
    );
    let (status, me) = browser.me("nakhla").await;
    assert_eq!(status, 200);
    assert_eq!(me["email"], "staff@nakhla.example");
    assert_eq!(
        (&me["role"], &me["via"], &me["mfa"]),
        (&"staff".into(), &"session".into(), &true.into())
    );

    let csrf = browser.csrf("nakhla").await;
    let before = browser.session("nakhla").unwrap().clone();
    let out = browser
        .request("POST", "nakhla", "/auth/logout")
        .form(&[("csrf", &csrf)]);
    let out = out.send().await.unwrap();
    assert_eq!(location(&out), "/auth/signed-out");
    browser.keep("nakhla", &out);
    assert!(browser.session("nakhla").is_none());
    // The cookie itself is worth nothing any more, also in another browser.
    let stale = app
        .request("GET", "nakhla", "/api/v1/me")
        .header("cookie", format!("__Host-sid={before}"));
    assert_eq!(
        status_and_code(stale).await,
        refused(401, "auth.invalid_token")
    );
    let page = browser
        .get(&format!("{}/auth/signed-out", app.origin("nakhla")))
        .await;
    let page = page.text().await.unwrap();
    let end = format!("{}/logout?client_id=sadu", app.origin("id"));
    assert!(page.contains(&end), "{page}");
    let home = browser
        .get(&format!(
            "{}/auth/signed-out?state=nakhla.localhost",
            app.origin("auth")
        ))
        .await;
    assert_eq!(location(&home), format!("{}/", app.origin("nakhla")));
    let nowhere = browser
        .get(&format!(
            "{}/auth/signed-out?state=evil.example",
            app.origin("auth")
        ))
        .await;
    assert_eq!(nowhere.status(), 400);
    app.stop().await;
}

#[actix_web::test]
async fn t46_a_sign_in_ends_only_where_and_in_whose_browser_it_began() {
    let app = TestApp::spawn().await;
    let (mut victim, mut thief) = (app.browser(), app.browser());
    // The thief's own sign-in, pressed upon the victim: at the callback, and at the finish.
    let callback = thief.reach_callback("nakhla", "staff@nakhla").await;
    let finish = location(&victim.get(&callback).await);
    let pressed = victim.get(&finish).await;
    assert_eq!(pressed.status(), 400);
    assert!(victim.session("nakhla").is_none());
    // The state of one tenant at the other: an answer for sidra that names nakhla's hand-off.
    let callback = thief.reach_callback("nakhla", "staff@nakhla").await;
    let elsewhere = callback.replace("state=nakhla.localhost", "state=sidra.localhost");
    assert_ne!(elsewhere, callback);
    assert_eq!(thief.get(&elsewhere).await.status(), 400);
    // The code of one tenant at the other.
    let finish = location(&thief.get(&callback).await);
    let elsewhere = finish.replace("nakhla.localhost", "sidra.localhost");
    assert_eq!(thief.get(&elsewhere).await.status(), 400);
    assert!(thief.session("sidra").is_none());
    assert_eq!(thief.get(&finish).await.status(), 303);
    // A callback works once.
    assert_eq!(thief.get(&callback).await.status(), 400);
    app.stop().await;
}

#[actix_web::test]
async fn a_code_that_comes_twice_ends_the_session_that_it_began() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    let callback = browser.reach_callback("nakhla", "admin@nakhla").await;
    let finish = location(&browser.get(&callback).await);
    assert_eq!(browser.get(&finish).await.status(), 303);
    // Somebody saw the address and tries it too.
    assert_eq!(app.browser().get(&finish).await.status(), 400);
    let mut behind = app.behind().await;
    let left: i64 = sqlx::query_scalar("select count(*) from app.sessions")
        .fetch_one(&mut behind)
        .await
        .unwrap();
    assert_eq!(left, 0);
    let actions: Vec<String> = sqlx::query_scalar("select action from app.audit_logs order by seq")
        .fetch_all(&mut behind)
        .await
        .unwrap();
    assert_eq!(
        actions,
        [
            "user.bind_identity",
            "session.begin",
            "session.code_replayed"
        ]
    );
    app.stop().await;
}

#[actix_web::test]
async fn who_is_not_invited_stays_outside() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    let callback = browser.reach_callback("nakhla", "admin@sidra").await;
    let answer = browser.get(&callback).await;
    assert_eq!(answer.status(), 403);
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("You have no account here")
    );
    // The provider's own refusal is told as such.
    let callback = browser.reach_callback("nakhla", "staff@nakhla").await;
    let (start, _) = callback.split_once("?code=").unwrap();
    let (_, state) = callback.split_once("&state=").unwrap();
    let cancelled = browser
        .get(&format!("{start}?error=access_denied&state={state}"))
        .await;
    assert_eq!(cancelled.status(), 400);
    let wrong_issuer = browser.reach_callback("nakhla", "staff@nakhla").await;
    let (wrong_issuer, _) = wrong_issuer.split_once("&iss=").unwrap();
    assert_eq!(
        browser
            .get(&format!("{wrong_issuer}&iss=https%3A%2F%2Fevil.example"))
            .await
            .status(),
        400
    );
    app.stop().await;
}

#[actix_web::test]
async fn without_a_second_factor_nobody_works_here() {
    let app = TestApp::spawn().await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "nomfa@nakhla").await;
    let (status, problem) = browser.me("nakhla").await;
    assert_eq!(
        (status, &problem["code"]),
        (403, &"auth.mfa_required".into())
    );
    let token = app.token("nomfa@nakhla").await;
    let me = app
        .request("GET", "nakhla", "/api/v1/me")
        .bearer_auth(token);
    assert_eq!(status_and_code(me).await, refused(403, "auth.mfa_required"));
    app.stop().await;
}

#[actix_web::test]
async fn t42_a_bearer_counts_where_its_person_is_a_member() {
    let app = TestApp::spawn().await;
    let token = app.token("admin@nakhla").await;
    let me = |label: &str, token: &str| app.request("GET", label, "/api/v1/me").bearer_auth(token);
    let mine = me("nakhla", &token).send().await.unwrap();
    let mine: Value = mine.json().await.unwrap();
    assert_eq!(
        (&mine["role"], &mine["via"]),
        (&"tenant_admin".into(), &"bearer".into())
    );
    let foreign = me("sidra", &token).send().await.unwrap();
    assert_eq!(foreign.status(), 401);
    assert!(foreign.headers().contains_key("www-authenticate"));
    let foreign: Value = foreign.json().await.unwrap();
    assert_eq!(foreign["code"], "auth.invalid_token");
    for bad in [
        format!("{token}x"),
        token.replace('.', ".."),
        "x".into(),
        format!("{}.", &token[..token.rfind('.').unwrap()]),
    ] {
        assert_eq!(
            status_and_code(me("nakhla", &bad)).await,
            refused(401, "auth.invalid_token"),
            "{bad}"
        );
    }
    let basic = app
        .request("GET", "nakhla", "/api/v1/me")
        .basic_auth("admin@nakhla", Some("demo"));
    assert_eq!(
        status_and_code(basic).await,
        refused(401, "auth.invalid_token")
    );
    let nobody = app.request("GET", "nakhla", "/api/v1/me");
    assert_eq!(status_and_code(nobody).await, refused(401, "auth.required"));
    app.stop().await;
}
