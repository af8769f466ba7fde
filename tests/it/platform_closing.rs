//! A tenant is closed for good: nothing of it answers any more, and everything it had is in one archive, opened, complete, and its own.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

use sadu_db::seal::sha256;
use serde_json::{Value, json};

use crate::client::{Answer, Client, NAME, PHONE, gift, in_language, key, send};
use crate::platform::{post, seen_by};
use crate::socket::Socket;
use crate::testapp::TestApp;

fn path(app: &TestApp, act: &str) -> String {
    format!("/api/v1/platform/tenants/{}/{act}", app.a.id)
}

async fn close(app: &TestApp, root: &Client) -> Answer {
    let body = json!({ "reason": "The society was dissolved", "confirm_slug": "nakhla" });
    post(root, &path(app, "close"), &body).await
}

/// The files of an archive, as `tar` itself takes it apart.
async fn archive(app: &TestApp, root: &Client) -> BTreeMap<String, String> {
    let answer = root
        .request("POST", &path(app, "export"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let bytes = answer.bytes().await.unwrap();
    let folder = std::env::temp_dir().join(format!("sadu-archive-{}", key()));
    std::fs::create_dir(&folder).unwrap();
    let mut reader = Command::new("tar")
        .args(["-xf", "-", "-C", folder.to_str().unwrap()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut reader.stdin.take().unwrap(), &bytes).unwrap();
    assert!(reader.wait().unwrap().success());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_file() {
            files.insert(name, std::fs::read_to_string(entry.path()).unwrap());
            continue;
        }
        for piece in std::fs::read_dir(entry.path()).unwrap() {
            let piece = piece.unwrap();
            let piece_name = piece.file_name().into_string().unwrap();
            files.insert(
                format!("{name}/{piece_name}"),
                std::fs::read_to_string(piece.path()).unwrap(),
            );
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
    files
}

#[actix_web::test]
async fn a_tenant_that_is_closed_is_gone_everywhere() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let visitor = app.visitor("nakhla");
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    let (mut socket, _) = Socket::at(&app.staff("nakhla").await, None).await;
    // Not without a reason, nor for another's name, nor by a proof of identity of long ago.
    for (body, field) in [
        (json!({ "reason": "", "confirm_slug": "nakhla" }), "reason"),
        (
            json!({ "reason": "x", "confirm_slug": "sidra" }),
            "confirm_slug",
        ),
        (json!({ "reason": "x" }), "confirm_slug"),
    ] {
        let answer = post(&root, &path(&app, "close"), &body).await;
        assert_eq!(
            (answer.status, answer.json()["errors"][0]["field"].as_str()),
            (422, Some(field))
        );
    }
    assert_eq!(
        post(&root, &path(&app, "export"), &json!({}))
            .await
            .problem(),
        (409, "tenant.not_closed".into())
    );
    assert_eq!(visitor.get("/en/").await.status, 200);

    assert_eq!(close(&app, &root).await.expect(200)["was"], "active");
    let (code, _, _) = socket.until_closed(Duration::from_secs(30)).await;
    assert_eq!(code, 1008);
    for (lang, word) in [("en", "closed for good"), ("ar", "أُغلق هذا الموقع نهائياً")]
    {
        let page = in_language(visitor.request("GET", "/en/items"), lang);
        let page = send(page).await.unwrap();
        assert_eq!(page.status, 410, "{}", page.body);
        assert!(
            page.body.contains(word) && !page.body.contains("Aid Society"),
            "{}",
            page.body
        );
    }
    assert_eq!(
        visitor.order(&key(), &gift("well", 5_000)).await.problem(),
        (410, "tenant.gone".into())
    );
    assert_eq!(
        app.staff("nakhla")
            .await
            .get("/api/v1/admin/inbox")
            .await
            .problem(),
        (410, "tenant.gone".into())
    );
    let open: i64 = sqlx::query_scalar(
        "select count(*) from app.sessions where tenant_id = $1 and expires_at > now()",
    )
    .bind(app.a.id.as_uuid())
    .fetch_one(&mut app.behind().await)
    .await
    .unwrap();
    assert_eq!(open, 0);
    assert_eq!(app.visitor("sidra").get("/en/").await.status, 200);
    // For good, and once.
    let again = post(&root, &path(&app, "activate"), &json!({ "reason": "x" })).await;
    assert_eq!(again.problem(), (409, "tenant.closed".into()));
    assert_eq!(close(&app, &root).await.expect(200)["was"], "closed");
    let log = seen_by(&app, app.a.id).await;
    assert_eq!(log.len(), 1);
    assert_eq!(
        (
            log[0].0.as_str(),
            &log[0].1["sessions_ended"],
            &log[0].1["reason"]
        ),
        (
            "tenant.close",
            &json!(1),
            &json!("The society was dissolved")
        )
    );
    app.stop().await;
}

#[actix_web::test]
async fn the_archive_has_everything_opened_and_nothing_of_anybody_else() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    let mut placed = Vec::new();
    for _ in 0..3 {
        placed.push(
            app.visitor("nakhla")
                .order(&key(), &gift("well", 1_000))
                .await
                .expect(201),
        );
    }
    let theirs = app
        .visitor("sidra")
        .order(&key(), &gift("well", 1_000))
        .await
        .expect(201);
    // More than a piece of one table.
    sqlx::query(
        "insert into app.idempotency_keys (tenant_id, actor, route, key, body_hash, status, response, op_id)
         select $1, 'guest', 'POST /nothing', 'k' || n, sha256('x'), 200, '{}', gen_random_uuid() from generate_series(1, 1203) as g (n)",
    )
    .bind(app.a.id.as_uuid())
    .execute(&mut app.behind().await)
    .await
    .unwrap();
    let migrator = app.database.url("sadu_migrator");
    for (tenant, host) in [(app.a.id, "nakhla.example"), (app.b.id, "sidra.example")] {
        sadu_db::register_domain(&migrator, tenant, host)
            .await
            .unwrap();
    }
    close(&app, &root).await.expect(200);
    let mut files = archive(&app, &root).await;

    let manifest: Value = serde_json::from_str(&files.remove("manifest.json").unwrap()).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), files.len());
    for entry in listed {
        let content = &files[entry["name"].as_str().unwrap()];
        assert_eq!(entry["sha256"], hex::encode(sha256(content.as_bytes())));
        assert_eq!(
            entry["rows"].as_u64().unwrap() as usize,
            content.lines().count()
        );
    }
    // Every table of the catalog with a row of this tenant, and as many rows as there are.
    let mut behind = app.behind().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'app'::regnamespace and relkind in ('r', 'p') and not relispartition",
    )
    .fetch_all(&mut behind)
    .await
    .unwrap();
    let mut compared = 0;
    for table in tables
        .iter()
        .filter(|table| !sadu_db::export::LEFT_OUT.contains(&table.as_str()))
    {
        let own = if table == "tenants" {
            "id"
        } else {
            "tenant_id"
        };
        let sql = format!(
            "select count(*) from app.{table} where {own} = '{}'",
            app.a.id
        );
        let there: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&mut behind)
            .await
            .unwrap();
        let start = format!("{table}/");
        let lines: Vec<&str> = files
            .iter()
            .filter(|(name, _)| name.starts_with(&start))
            .flat_map(|(_, text)| text.lines())
            .collect();
        assert_eq!(lines.len() as i64, there, "{table}");
        let once: std::collections::BTreeSet<&&str> = lines.iter().collect();
        assert_eq!(once.len(), lines.len(), "{table} has a row twice");
        compared += 1;
    }
    assert!(compared >= 18, "{compared}");
    assert!(files.contains_key("idempotency_keys/00003.jsonl"));

    // Names of its own, which are the platform's rows.
    let domains: Vec<Value> = files["tenant_domains/00001.jsonl"]
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(domains.len(), 1);
    assert_eq!(
        (&domains[0]["host"], &domains[0]["state"]),
        (&json!("nakhla.example"), &json!("live"))
    );

    // People are readable; what opens doors is not there, and nothing of the neighbour's.
    let donors: Vec<Value> = files["donors/00001.jsonl"]
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        donors
            .iter()
            .any(|donor| donor["name"] == NAME && donor["phone"] == PHONE),
        "{donors:?}"
    );
    let all = files.values().cloned().collect::<String>();
    for reference in placed
        .iter()
        .map(|order| order["reference"].as_str().unwrap())
    {
        assert!(all.contains(reference));
    }
    for secret in [
        theirs["reference"].as_str().unwrap(),
        &app.b.id.to_string(),
        "sidra.example",
        "txt_token",
        "_sealed\"",
        "token_hash",
        "csrf_secret",
        "wrapped",
    ] {
        assert!(!all.contains(secret), "{secret}");
    }
    let log = seen_by(&app, app.a.id).await;
    let actions: Vec<&str> = log.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["tenant.close", "tenant.export"]);
    // They stand for no work, which the books would miss.
    sqlx::query("delete from app.idempotency_keys where route = 'POST /nothing'")
        .execute(&mut behind)
        .await
        .unwrap();
    app.stop().await;
}

#[actix_web::test]
async fn closing_and_taking_away_need_a_fresh_proof() {
    let app = TestApp::spawn().await;
    app.appoint("root@platform").await;
    let mut browser = app.browser();
    browser.sign_in("platform", "root@platform").await;
    let mut behind = app.behind().await;
    sqlx::query("update plat.platform_sessions set auth_time = now() - interval '16 minutes'")
        .execute(&mut behind)
        .await
        .unwrap();
    let me = browser.request("GET", "platform", "/api/v1/platform/me");
    let csrf = send(me).await.unwrap().json()["csrf_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "reason": "x", "confirm_slug": "nakhla" });
    for act in ["close", "export"] {
        let request = browser
            .request("POST", "platform", &path(&app, act))
            .header("x-csrf-token", &csrf);
        let answer = send(request.json(&body)).await.unwrap();
        assert_eq!(
            answer.problem(),
            (403, "auth.step_up_required".into()),
            "{act}"
        );
    }
    // The form leads through the proof.
    let form = [
        ("csrf", csrf.as_str()),
        ("reason", "x"),
        ("confirm_slug", "nakhla"),
    ];
    let request = browser
        .request("POST", "platform", &format!("/tenants/{}/close", app.a.id))
        .form(&form);
    let answer = send(request).await.unwrap();
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/auth/login?again=1")
    );
    assert_eq!(app.visitor("nakhla").get("/en/").await.status, 200);
    app.stop().await;
}
