//! Invitations: a link lets one person in, once, at one tenant, and nobody else.

use sadu_actors::commands::sessions::Caller;
use sadu_actors::commands::sign_in::{ClaimSignIn, CompleteSignIn, Identified, StartSignIn};
use sadu_db::handoffs::NewHandoff;
use sadu_db::hosts::HostName;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::client::key;
use crate::testapp::{TestApp, location};

/// Invites `{who}.example` at `label` as staff; answers the person and the link.
pub(crate) async fn invite(app: &TestApp, label: &str, who: &str) -> (Value, String) {
    let body = json!({ "email": format!("{who}.example"), "name": "Noura", "role": "staff" });
    let admin = app.admin(label).await;
    let made = admin
        .post("/api/v1/admin/users", &key(), &body)
        .await
        .expect(201);
    let link = made["invitation_url"].as_str().unwrap().to_owned();
    (made, link)
}

/// How often the audit log of all tenants holds this action.
pub(crate) async fn noted(behind: &mut PgConnection, action: &str) -> i64 {
    sqlx::query_scalar("select count(*) from app.audit_logs where action = $1")
        .bind(action)
        .fetch_one(behind)
        .await
        .unwrap()
}

async fn state(behind: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("select state from app.invitations order by created_at, id")
        .fetch_all(behind)
        .await
        .unwrap()
}

/// Status of the page and of the sign-in that a link leads to.
async fn opened(app: &TestApp, label: &str, link: &str) -> (u16, u16) {
    let (_, code) = link.split_once("code=").unwrap();
    let page = app.request("GET", label, &format!("/auth/invitation?code={code}"));
    let login = app.request("GET", label, &format!("/auth/login?invitation={code}"));
    (
        page.send().await.unwrap().status().as_u16(),
        login.send().await.unwrap().status().as_u16(),
    )
}

#[actix_web::test]
async fn an_invitation_lets_one_person_in_once() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    // Nobody yet: the address alone opens nothing.
    let mut browser = app.browser();
    let callback = browser.reach_callback("nakhla", "staff@masar").await;
    assert_eq!(browser.get(&callback).await.status(), 403);
    let (made, link) = invite(&app, "nakhla", "staff@masar").await;
    assert_eq!(
        (&made["status"], &made["invitation"]["state"], &made["role"]),
        (&json!("invited"), &json!("open"), &json!("staff"))
    );
    assert!(link.starts_with(&format!("{}/auth/invitation?code=", app.origin("nakhla"))));
    // The link itself is nowhere: its hash is.
    let (_, code) = link.split_once("code=").unwrap();
    let hashes: Vec<Vec<u8>> = sqlx::query_scalar("select token_hash from app.invitations")
        .fetch_all(&mut behind)
        .await
        .unwrap();
    assert_eq!(hashes, [sadu_db::seal::sha256(code.as_bytes())]);
    // Still not without the link, verified address or not.
    let callback = browser.reach_callback("nakhla", "staff@masar").await;
    assert_eq!(browser.get(&callback).await.status(), 403);
    let page = browser.get(&link).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(
        page.contains(&format!("/auth/login?invitation={code}")),
        "{page}"
    );
    let callback = browser
        .reach_callback_by_invitation("nakhla", "staff@masar", &link)
        .await;
    let finish = location(&browser.get(&callback).await);
    browser.get(&finish).await;
    let (status, me) = browser.me("nakhla").await;
    assert_eq!(
        (status, &me["id"], &me["role"]),
        (200, &made["id"], &json!("staff"))
    );
    assert_eq!(state(&mut behind).await, ["used"]);
    assert_eq!(noted(&mut behind, "user.invite").await, 1);
    assert_eq!(noted(&mut behind, "user.accept_invitation").await, 1);
    let diff: Value =
        sqlx::query_scalar("select diff from app.audit_logs where action = 'user.invite'")
            .fetch_one(&mut behind)
            .await
            .unwrap();
    assert_eq!(diff["after"]["email"], "s•••@masar.example", "{diff}");
    assert!(!diff.to_string().contains("Noura"), "{diff}");
    // Used: refused, and an administrator can find out. The person stays in.
    assert_eq!(opened(&app, "nakhla", &link).await, (403, 403));
    assert_eq!(noted(&mut behind, "invitation.reused").await, 1);
    assert_eq!(browser.me("nakhla").await.0, 200);
    // The next sign-in needs no link.
    let mut again = app.browser();
    again.sign_in("nakhla", "staff@masar").await;
    assert_eq!(again.me("nakhla").await.0, 200);
    app.stop().await;
}

#[actix_web::test]
async fn an_invitation_is_for_its_address_alone() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let (_, link) = invite(&app, "nakhla", "staff@masar").await;
    let mut other = app.browser();
    let callback = other
        .reach_callback_by_invitation("nakhla", "admin@masar", &link)
        .await;
    let refused = other.get(&callback).await;
    assert_eq!(refused.status(), 403);
    let text = refused.text().await.unwrap();
    assert!(text.contains("for another address"), "{text}");
    assert!(other.session("nakhla").is_none());
    assert_eq!(state(&mut behind).await, ["open"]);
    app.stop().await;
}

#[actix_web::test]
async fn an_address_that_nobody_verified_opens_no_invitation() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let (_, link) = invite(&app, "nakhla", "staff@masar").await;
    let (_, code) = link.split_once("code=").unwrap();
    let hash = sadu_db::seal::sha256(code.as_bytes());
    let directory = &app.node.app.directory;
    let tenant = directory
        .resolve("nakhla.localhost", HostName::Slug("nakhla"))
        .await
        .unwrap();
    let complete = async |n: u8, verified_email: Option<&str>| {
        let id = uuid::Uuid::new_v4();
        let begun = NewHandoff {
            id,
            host: "nakhla.localhost".into(),
            nonce_hash: [n; 32],
            oidc_nonce: "n".into(),
            verifier_sealed: vec![1; 40],
            return_to: "/admin".into(),
            invitation_hash: Some(hash),
        };
        tenant.execute(StartSignIn(begun)).await.unwrap();
        let claimed = tenant.execute(ClaimSignIn(id)).await.unwrap().unwrap();
        assert_eq!(claimed.invitation_hash, Some(hash));
        let complete = CompleteSignIn {
            id,
            who: Identified {
                issuer: "https://id.example".into(),
                subject: "somebody".into(),
                verified_email: verified_email.map(str::to_owned),
            },
            mfa: true,
            auth_time: chrono::Utc::now(),
            code_hash: [n; 32],
            refresh_sealed: None,
            invitation: claimed.invitation_hash,
            caller: Caller::default(),
        };
        tenant.execute(complete).await.unwrap()
    };
    assert!(!complete(1, None).await);
    assert!(!complete(2, Some("staff@masar.example.evil.example")).await);
    assert_eq!(state(&mut behind).await, ["open"]);
    assert!(complete(3, Some("Staff@Masar.example")).await);
    assert_eq!(state(&mut behind).await, ["used"]);
    app.stop().await;
}

#[actix_web::test]
async fn t52_an_invitation_of_one_tenant_is_unknown_at_the_other() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let (_, link) = invite(&app, "nakhla", "staff@masar").await;
    assert_eq!(opened(&app, "sidra", &link).await, (403, 403));
    // As if it had never been: the same answer as for a link that nobody made.
    let (_, code) = link.split_once("code=").unwrap();
    let nonsense = "A".repeat(43);
    let body = async |code: &str| {
        let page = app.request("GET", "sidra", &format!("/auth/invitation?code={code}"));
        page.send().await.unwrap().text().await.unwrap()
    };
    assert_eq!(body(code).await, body(&nonsense).await);
    // The same address may be invited at both, and each link opens its own.
    let (_, theirs) = invite(&app, "sidra", "staff@masar").await;
    assert_eq!(opened(&app, "nakhla", &theirs).await, (403, 403));
    assert_eq!(state(&mut behind).await, ["open", "open"]);
    assert_eq!(noted(&mut behind, "invitation.reused").await, 0);
    assert_eq!(opened(&app, "nakhla", &link).await, (200, 303));
    app.stop().await;
}

#[actix_web::test]
async fn late_withdrawn_and_replaced_invitations_are_refused() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let admin = app.admin("nakhla").await;
    let (made, first) = invite(&app, "nakhla", "staff@masar").await;
    let of = |verb: &str| {
        format!(
            "/api/v1/admin/users/{}/{verb}",
            made["id"].as_str().unwrap()
        )
    };
    let again = admin
        .post(&of("invite"), &key(), &json!({}))
        .await
        .expect(200);
    let second = again["invitation_url"].as_str().unwrap();
    assert_ne!(second, first);
    assert_eq!(opened(&app, "nakhla", &first).await, (403, 403));
    assert_eq!(opened(&app, "nakhla", second).await, (200, 303));
    let withdrawn = admin
        .post(&of("withdraw"), &key(), &json!({}))
        .await
        .expect(200);
    assert_eq!(withdrawn["invitation"]["state"], "withdrawn");
    assert_eq!(opened(&app, "nakhla", second).await, (403, 403));
    // Taken back a second time is nothing new.
    admin
        .post(&of("withdraw"), &key(), &json!({}))
        .await
        .expect(200);
    assert_eq!(noted(&mut behind, "user.withdraw_invitation").await, 1);
    let third = admin
        .post(&of("invite"), &key(), &json!({}))
        .await
        .expect(200);
    let third = third["invitation_url"].as_str().unwrap();
    // Begun in time, but a week goes by at the provider.
    let mut browser = app.browser();
    let callback = browser
        .reach_callback_by_invitation("nakhla", "staff@masar", third)
        .await;
    sqlx::query("update app.invitations set expires_at = now() - interval '1 second'")
        .execute(&mut behind)
        .await
        .unwrap();
    assert_eq!(browser.get(&callback).await.status(), 403);
    assert_eq!(opened(&app, "nakhla", third).await, (403, 403));
    let list = admin.json("/api/v1/admin/users").await;
    let person = &list["data"].as_array().unwrap().last().unwrap();
    assert_eq!(person["invitation"]["state"], "expired", "{person}");
    assert_eq!(noted(&mut behind, "user.invite_again").await, 2);
    app.stop().await;
}

#[actix_web::test]
async fn when_two_come_by_one_link_the_first_one_is_out_again() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let (_, link) = invite(&app, "nakhla", "staff@masar").await;
    let (mut one, mut two) = (app.browser(), app.browser());
    let first = one
        .reach_callback_by_invitation("nakhla", "staff@masar", &link)
        .await;
    let second = two
        .reach_callback_by_invitation("nakhla", "admin@masar", &link)
        .await;
    let finish = location(&one.get(&first).await);
    one.get(&finish).await;
    assert_eq!(one.me("nakhla").await.0, 200);
    assert_eq!(two.get(&second).await.status(), 403);
    assert!(two.session("nakhla").is_none());
    let diff: Value =
        sqlx::query_scalar("select diff from app.audit_logs where action = 'invitation.reused'")
            .fetch_one(&mut behind)
            .await
            .unwrap();
    assert_eq!(diff["sessions_ended"], 1, "{diff}");
    let left: i64 = sqlx::query_scalar("select count(*) from app.sessions")
        .fetch_one(&mut behind)
        .await
        .unwrap();
    assert_eq!(left, 0);
    app.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_an_invitation_is_said_field_by_field() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    let mut behind = app.behind().await;
    let post = async |body: Value| {
        let answer = admin.post("/api/v1/admin/users", &key(), &body).await;
        let fields = answer.json()["errors"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let codes: Vec<_> = fields
            .iter()
            .map(|f| f["code"].as_str().unwrap().to_owned())
            .collect();
        (answer.status, codes.join(" "))
    };
    for (body, codes) in [
        (
            json!({}),
            "user.email_invalid user.name_invalid user.role_invalid",
        ),
        (
            json!({"email": "x@y.kw", "name": "Ali", "role": "platform_admin"}),
            "user.role_invalid",
        ),
        (
            json!({"email": "staff@NAKHLA.example", "name": "Ali", "role": "staff"}),
            "user.email_taken",
        ),
    ] {
        assert_eq!(post(body.clone()).await, (422, codes.to_owned()), "{body}");
    }
    assert_eq!(post(json!({"mail": "x@y.kw"})).await.0, 400);
    assert_eq!(noted(&mut behind, "user.invite").await, 0);
    // One key, one invitation; the link is told once.
    let body = json!({"email": "x@y.kw", "name": "Ali", "role": "staff"});
    let key = key();
    let first = admin.post("/api/v1/admin/users", &key, &body).await;
    let second = admin.post("/api/v1/admin/users", &key, &body).await;
    assert!(first.expect(201)["invitation_url"].is_string());
    assert!(second.replayed() && second.json()["invitation_url"].is_null());
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert_eq!(noted(&mut behind, "user.invite").await, 1);
    app.stop().await;
}
