//! What an administrator may do to the people who work for a tenant, and what follows from it at once.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::auth_invitations::noted;
use crate::client::{Client, key};
use crate::socket::Socket;
use crate::testapp::{TestApp, location};

/// Ids of a tenant's people by the part of their address before the at sign.
async fn person(admin: &Client, who: &str) -> String {
    let list = admin.json("/api/v1/admin/users").await;
    let people = list["data"].as_array().unwrap();
    let found = people
        .iter()
        .find(|p| p["email"].as_str().unwrap().starts_with(&format!("{who}@")));
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

fn of(id: &str, verb: &str) -> String {
    format!("/api/v1/admin/users/{id}/{verb}")
}

#[actix_web::test]
async fn a_role_changes_at_once_and_for_good() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let admin = app.admin("nakhla").await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    let before = browser.session("nakhla").unwrap().clone();
    let id = person(&admin, "staff").await;
    let to = json!({ "role": "tenant_admin" });
    let changed = admin.post(&of(&id, "role"), &key(), &to).await.expect(200);
    assert_eq!(
        (&changed["role"], &changed["status"]),
        (&json!("tenant_admin"), &json!("active"))
    );
    let left: i64 = sqlx::query_scalar("select count(*) from app.sessions")
        .fetch_one(&mut behind)
        .await
        .unwrap();
    assert_eq!(left, 0, "every session of the person ends with the change");
    let diff: Value =
        sqlx::query_scalar("select diff from app.audit_logs where action = 'user.change_role'")
            .fetch_one(&mut behind)
            .await
            .unwrap();
    assert_eq!(diff["before"]["role"], "staff", "{diff}");
    assert_eq!(
        diff["after"],
        json!({"role": "tenant_admin", "sessions_ended": 1})
    );
    assert_eq!(diff["before"]["email"], "s•••@nakhla.example");
    // What is so already is no change.
    admin.post(&of(&id, "role"), &key(), &to).await.expect(200);
    assert_eq!(noted(&mut behind, "user.change_role").await, 1);
    // The same browser gets another id, and the new role with it.
    browser.sign_in("nakhla", "staff@nakhla").await;
    assert_ne!(browser.session("nakhla").unwrap(), &before);
    assert_eq!(browser.me("nakhla").await.1["role"], "tenant_admin");
    app.stop().await;
}

#[actix_web::test]
async fn somebody_switched_off_is_out_everywhere() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let admin = app.admin("nakhla").await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    let program = app.staff("nakhla").await;
    let (mut by_token, _) = Socket::at(&program, None).await;
    let headers = [
        (
            "cookie",
            format!("__Host-sid={}", browser.session("nakhla").unwrap()),
        ),
        ("origin", app.origin("nakhla")),
    ];
    let mut by_cookie = Socket::open_with(&app.visitor("nakhla"), &headers)
        .await
        .unwrap();
    by_cookie.hello(None, None).await;
    let id = person(&admin, "staff").await;
    let off = admin
        .post(&of(&id, "disable"), &key(), &json!({}))
        .await
        .expect(200);
    assert_eq!(off["status"], "disabled");
    for socket in [&mut by_token, &mut by_cookie] {
        let (code, _, _) = socket.until_closed(Duration::from_secs(60)).await;
        assert_eq!(code, 1008);
    }
    let mut seen = (0, 0);
    for _ in 0..100 {
        seen = (
            browser.me("nakhla").await.0,
            program.get("/api/v1/me").await.status,
        );
        if seen == (401, 401) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(seen, (401, 401));
    let mut again = app.browser();
    let callback = again.reach_callback("nakhla", "staff@nakhla").await;
    assert_eq!(again.get(&callback).await.status(), 403);
    admin
        .post(&of(&id, "disable"), &key(), &json!({}))
        .await
        .expect(200);
    assert_eq!(noted(&mut behind, "user.disable").await, 1);
    let on = admin
        .post(&of(&id, "enable"), &key(), &json!({}))
        .await
        .expect(200);
    assert_eq!(on["status"], "active");
    again.sign_in("nakhla", "staff@nakhla").await;
    assert_eq!(again.me("nakhla").await.0, 200);
    assert_eq!(noted(&mut behind, "user.enable").await, 1);
    app.stop().await;
}

#[actix_web::test]
async fn the_last_administrator_stays_one_and_nobody_changes_their_own_role() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let admin = app.admin("nakhla").await;
    let own = person(&admin, "admin").await;
    let staff = person(&admin, "staff").await;
    let down = json!({ "role": "staff" });
    let alone = (409, "user.last_admin".to_owned());
    assert_eq!(
        admin.post(&of(&own, "role"), &key(), &down).await.problem(),
        alone
    );
    assert_eq!(
        admin
            .post(&of(&own, "disable"), &key(), &json!({}))
            .await
            .problem(),
        alone
    );
    // A second administrator on paper, who has never come, does not count.
    let up = json!({ "role": "tenant_admin" });
    admin
        .post(&of(&staff, "role"), &key(), &up)
        .await
        .expect(200);
    assert_eq!(
        admin.post(&of(&own, "role"), &key(), &down).await.problem(),
        alone
    );
    // One who has come does; but one's own role is still somebody else's matter.
    let second = app.staff("nakhla").await;
    second.json("/api/v1/me").await;
    let hands_off = (403, "user.own_role".to_owned());
    assert_eq!(
        admin.post(&of(&own, "role"), &key(), &down).await.problem(),
        hands_off
    );
    assert_eq!(
        admin
            .post(&of(&own, "disable"), &key(), &json!({}))
            .await
            .problem(),
        hands_off
    );
    assert_eq!(noted(&mut behind, "user.change_role").await, 1);
    // Both take the other's role at the same moment: one of them comes first.
    let (theirs, mine) = (of(&staff, "role"), of(&own, "role"));
    let (one, two) = futures::join!(
        admin.post(&theirs, "one", &down),
        second.post(&mine, "two", &down),
    );
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [200, 403], "{} {}", one.body, two.body);
    let left: i64 = sqlx::query_scalar(
        "select count(*) from app.users where tenant_id = $1 and role = 'tenant_admin' and status = 'active'",
    )
    .bind(app.a.id.as_uuid())
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert_eq!(left, 1);
    app.stop().await;
}

#[actix_web::test]
async fn only_an_administrator_with_a_fresh_proof_changes_people() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let admin = app.admin("nakhla").await;
    let staff = app.staff("nakhla").await;
    let id = person(&admin, "nomfa").await;
    let foreign = person(&app.admin("sidra").await, "staff").await;
    let invite = json!({ "email": "x@y.kw", "name": "Ali", "role": "staff" });
    let writes = [
        ("/api/v1/admin/users".to_owned(), invite),
        (of(&id, "invite"), json!({})),
        (of(&id, "withdraw"), json!({})),
        (of(&id, "role"), json!({ "role": "tenant_admin" })),
        (of(&id, "disable"), json!({})),
        (of(&id, "enable"), json!({})),
    ];
    let without = app.token("nomfa@nakhla").await;
    let without = app.visitor("nakhla").with_token(without);
    let next_door = app.admin("sidra").await.at(&admin.host);
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    sqlx::query("update app.sessions set auth_time = now() - interval '16 minutes'")
        .execute(&mut behind)
        .await
        .unwrap();
    tokio::time::sleep(crate::testapp::FORGOTTEN).await;
    let csrf = browser.csrf("nakhla").await;
    for (path, body) in &writes {
        let refusal = async |who: &Client| who.post(path, &key(), body).await.problem();
        assert_eq!(
            refusal(&staff).await,
            (403, "auth.forbidden".into()),
            "{path}"
        );
        assert_eq!(
            refusal(&without).await,
            (403, "auth.mfa_required".into()),
            "{path}"
        );
        assert_eq!(
            refusal(&next_door).await,
            (401, "auth.invalid_token".into()),
            "{path}"
        );
        assert_eq!(
            refusal(&app.visitor("nakhla")).await,
            (401, "auth.required".into()),
            "{path}"
        );
        // Authority comes before anything that is wrong with the request.
        let stale = browser
            .request("POST", "nakhla", path)
            .header("x-csrf-token", &csrf)
            .body("not JSON");
        let stale = crate::client::send(stale).await.unwrap();
        assert_eq!(
            stale.problem(),
            (403, "auth.step_up_required".into()),
            "{path}"
        );
    }
    assert_eq!(
        staff.get("/api/v1/admin/users").await.problem(),
        (403, "auth.forbidden".into())
    );
    // Foreign and missing are told alike.
    for verb in ["invite", "withdraw", "disable", "enable"] {
        let answer = async |id: &str| {
            let answer = admin.post(&of(id, verb), &key(), &json!({})).await;
            let mut body = answer.json();
            body["request_id"] = Value::Null;
            (answer.status, body)
        };
        let (status, body) = answer(&foreign).await;
        assert_eq!(
            (status, &body["code"]),
            (404, &json!("user.not_found")),
            "{verb}"
        );
        assert_eq!(
            answer(&Uuid::now_v7().to_string()).await,
            (status, body.clone())
        );
        assert_eq!(answer("nonsense").await, (status, body));
    }
    let written: i64 =
        sqlx::query_scalar("select count(*) from app.audit_logs where action like 'user.%' and action <> 'user.bind_identity'")
            .fetch_one(&mut behind)
            .await
            .unwrap();
    assert_eq!(written, 0);
    app.stop().await;
}

#[actix_web::test]
async fn the_page_leads_through_the_proof_and_back() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let page = format!("{}/admin/users", app.origin("nakhla"));
    let text = browser.get(&page).await.text().await.unwrap();
    assert!(text.contains("staff@nakhla.example") && text.contains(r#"action="/admin/users""#));
    sqlx::query("update app.sessions set auth_time = now() - interval '16 minutes'")
        .execute(&mut behind)
        .await
        .unwrap();
    tokio::time::sleep(crate::testapp::FORGOTTEN).await;
    // To be read, with the way to more; no form.
    let again = "/auth/login?again=1&#38;return_to=%2Fadmin%2Fusers";
    let text = browser.get(&page).await.text().await.unwrap();
    assert!(text.contains(again), "{text}");
    assert!(!text.contains(r#"action="/admin/users""#));
    // A form that was open for too long: the same way.
    let fields = [
        ("email", "staff@masar.example"),
        ("name", "Omar"),
        ("role", "staff"),
    ];
    let refused = browser.form("nakhla", "/admin/users", &fields).await;
    assert_eq!(refused.status(), 403);
    let text = refused.text().await.unwrap();
    assert!(text.contains(again), "{text}");
    let login = format!(
        "{}/auth/login?again=1&return_to=%2Fadmin%2Fusers",
        app.origin("nakhla")
    );
    let to_provider = location(&browser.get(&login).await);
    assert!(to_provider.contains("prompt=login") && to_provider.contains("max_age=0"));
    let old = browser.session("nakhla").unwrap().clone();
    let callback = browser.reach_callback_again("nakhla", "admin@nakhla").await;
    let finish = location(&browser.get(&callback).await);
    browser.get(&finish).await;
    assert_ne!(browser.session("nakhla").unwrap(), &old);
    let made = browser.form("nakhla", "/admin/users", &fields).await;
    assert_eq!(made.status(), 201);
    let text = made.text().await.unwrap();
    assert!(text.contains("/auth/invitation?code="), "{text}");
    let made = browser.form("nakhla", "/admin/users", &fields).await;
    assert_eq!(made.status(), 422, "the same address once more");
    let admin = app.admin("nakhla").await;
    let id = person(&admin, "staff").await;
    let to = [("role", "tenant_admin")];
    let changed = browser
        .form("nakhla", &format!("/admin/users/{id}/role"), &to)
        .await;
    assert_eq!(location(&changed), "/admin/users?done=role");
    let own = person(&admin, "admin").await;
    let refused = browser
        .form("nakhla", &format!("/admin/users/{own}/disable"), &[])
        .await;
    assert_eq!(refused.status(), 409);
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("at least one administrator")
    );
    assert_eq!(noted(&mut behind, "user.invite").await, 1);
    app.stop().await;
}

#[actix_web::test]
async fn signing_out_everywhere_ends_every_session_of_the_person_and_no_other() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let (mut here, mut there, mut other) = (app.browser(), app.browser(), app.browser());
    here.sign_in("nakhla", "staff@nakhla").await;
    there.sign_in("nakhla", "staff@nakhla").await;
    other.sign_in("nakhla", "admin@nakhla").await;
    let page = format!("{}/admin/me", app.origin("nakhla"));
    let text = here.get(&page).await.text().await.unwrap();
    assert_eq!(text.matches("nakhla.localhost</bdi>").count(), 2, "{text}");
    let out = here.form("nakhla", "/auth/logout?everywhere=1", &[]).await;
    assert_eq!(location(&out), "/auth/signed-out");
    let ended = async |browser: &crate::testapp::Browser<'_>| {
        for _ in 0..100 {
            if browser.me("nakhla").await.0 == 401 {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        false
    };
    assert!(ended(&there).await);
    assert_eq!(other.me("nakhla").await.0, 200);
    // The same for programs; their own token goes on to its end.
    there.sign_in("nakhla", "staff@nakhla").await;
    let program = app.staff("nakhla").await;
    let done = program
        .post("/auth/logout?everywhere=1", &key(), &json!({}))
        .await;
    assert_eq!(done.status, 303);
    assert!(ended(&there).await);
    assert_eq!(noted(&mut behind, "session.end_all").await, 2);
    app.stop().await;
}
