//! T77: a tenant is deleted, and no store knows it any more: rows, keys, objects with their versions, jobs, Redis, hosts. Its anchors stay,
//! its slug stays taken, its neighbour notices nothing, and the command may be killed wherever it is.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use sadu_actors::DirectoryConfig;
use sadu_actors::erasure::{Asked, ErasureError, Stores, erase};
use sadu_actors::keys::{CounterName, Key};
use sadu_db::testing::{fingerprint, holding};
use sadu_db::{Jobs, TlsPolicy, jobs::Kind};
use sadu_domain::erasure::Refusal;
use sadu_domain::ids::TenantId;
use sadu_domain::job::OrderPlaced;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::anchors::{S3, rehash, said};
use crate::client::{Client, gift, key, send, transfer};
use crate::node::Options;
use crate::pictures::{jpeg, look, upload};
use crate::platform::post;
use crate::processes::Redis;
use crate::socket::Socket;
use crate::testapp::TestApp;

/// Stands in what the tenant wrote and in what its donor typed, and nowhere else.
const CANARY: &str = "Qanariya";
const CANARY_PHONE: &str = "+96555501987";
/// What may name a tenant that is gone, by its id, its slug and its hosts.
const REMEMBER: [&str; 2] = ["plat.platform_audit_logs", "plat.tenant_tombstones"];

/// A donor gives and staff work, with a canary in everything that somebody typed.
async fn live(app: &TestApp, label: &str, canary: &str, phone: &str) -> Vec<String> {
    let (staff, admin) = (app.staff(label).await, app.admin(label).await);
    let mut body = gift("school", 1_000);
    body["donor"] =
        json!({ "name": canary, "phone": phone, "email": format!("{canary}@example.com") });
    body["note"] = json!(format!("from {canary}"));
    let order = app.visitor(label).order(&key(), &body).await.expect(201);
    let id = order["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/admin/orders/{id}/confirm-transfer");
    staff
        .post(&path, &key(), &transfer(1_000, canary))
        .await
        .expect(200);
    let item = json!({
        "slug": format!("{}-school", canary.to_lowercase()), "kind": "project",
        "title": { "ar": "مدرسة", "en": canary }, "summary": { "ar": "ملخص", "en": canary }, "story": { "ar": "قصة", "en": canary },
        "target": 9_000_000,
    });
    let item = staff
        .post("/api/v1/admin/items", &key(), &item)
        .await
        .expect(201);
    let item = item["id"].as_str().unwrap().to_owned();
    let picture = upload(&staff, &item, "image/jpeg", &jpeg(900, 600)).await;
    assert_eq!(look(app, &staff, label, &picture).await["state"], "ready");
    let page = json!({ "revision": 0, "title": { "ar": "", "en": "" }, "body": { "ar": canary, "en": canary } });
    let request = admin.request("PUT", "/api/v1/admin/pages/about");
    send(request.json(&page)).await.unwrap().expect(200);
    vec![
        id,
        item,
        picture,
        order["reference"].as_str().unwrap().to_owned(),
    ]
}

/// Some jobs stand in the library, where a worker would have them.
async fn take_jobs(app: &TestApp) {
    let url = app.database.url("sadu_jobs");
    let jobs = Jobs::connect(url, TlsPolicy::AsGiven).await.unwrap();
    assert!(jobs.move_due(&[Kind::of::<OrderPlaced>()]).await.unwrap() >= 2);
    jobs.close().await;
}

async fn close(app: &TestApp, root: &Client) {
    let at = |act: &str| format!("/api/v1/platform/tenants/{}/{act}", app.a.id);
    let body = json!({ "reason": "The society was dissolved", "confirm_slug": "nakhla" });
    post(root, &at("close"), &body).await.expect(200);
    let archive = root.request("POST", &at("export")).send().await.unwrap();
    assert_eq!(archive.status(), 200);
    archive.bytes().await.unwrap();
}

/// Waits until a host answers with this problem.
async fn answers(visitor: &Client, status: u16, code: &str) {
    let mut seen = (0, String::new());
    for _ in 0..500 {
        let answer = visitor.get("/api/v1/items").await;
        seen = (answer.status, answer.code());
        if seen == (status, code.to_owned()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{seen:?}, not {status} {code}");
}

#[actix_web::test]
async fn t77_a_deleted_tenant_leaves_no_row_key_object_job_or_socket() {
    let redis = Redis::start();
    let directory = DirectoryConfig {
        host_ttl: Duration::from_millis(100),
        ..DirectoryConfig::default()
    };
    let app = TestApp::with(Options {
        redis_port: Some(redis.port),
        directory,
        ..Options::default()
    })
    .await;
    sadu_db::register_domain(
        &app.database.url("sadu_migrator"),
        app.a.id,
        "nakhla.example",
    )
    .await
    .unwrap();
    let ids = live(&app, "nakhla", CANARY, CANARY_PHONE).await;
    live(&app, "sidra", "Neighbour", "+96555501988").await;
    take_jobs(&app).await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    let (mut socket, _) = Socket::at(&app.staff("nakhla").await, None).await;
    let root = app.root().await;
    let stores = Stores {
        migrator: app.database.url("sadu_migrator"),
        objects: app.node.app.objects.clone(),
        anchors: app.node.app.anchors.clone(),
        redis: Some(format!("redis://127.0.0.1:{}", redis.port).into()),
    };
    let later = |confirm| Asked {
        now: Utc::now() + TimeDelta::days(31),
        ..Asked::now("nakhla", confirm)
    };

    // Not while it is open, nor by a slip, nor early, nor while the end of its log stands nowhere else.
    let open = erase(&stores, later("nakhla")).await.unwrap_err();
    assert!(
        matches!(open, ErasureError::Refused(Refusal::NotClosed)),
        "{open}"
    );
    close(&app, &root).await;
    let (code, _, _) = socket.until_closed(Duration::from_secs(30)).await;
    assert_eq!(code, 1008);
    let slip = erase(&stores, later("sidra")).await.unwrap_err();
    assert!(matches!(slip, ErasureError::Unconfirmed), "{slip}");
    let early = erase(&stores, Asked::now("nakhla", "nakhla"))
        .await
        .unwrap_err();
    assert!(
        matches!(early, ErasureError::Refused(Refusal::TooEarly { .. })),
        "{early}"
    );
    let loose = erase(&stores, later("nakhla")).await.unwrap_err();
    assert!(
        matches!(loose, ErasureError::Unanchored { anchored: 0, .. }),
        "{loose}"
    );
    let anchors = stores.anchors.clone().unwrap();
    assert!(anchors.anchor_all(&app.node.app.db).await.unwrap().made >= 2);

    let mut behind = app.behind().await;
    let names = [
        app.a.id.to_string(),
        app.a.id.as_uuid().simple().to_string(),
        "nakhla".to_owned(),
    ];
    let inner = [vec![CANARY.to_owned(), CANARY_PHONE[1..].to_owned()], ids].concat();
    let held = holding(&mut behind, &[names.to_vec(), inner.clone()].concat())
        .await
        .unwrap();
    assert!(held.len() > 20, "{held:?}");
    let neighbour = fingerprint(&mut behind, app.b.id).await.unwrap();
    let their_objects = stores.objects.count(app.b.id).await.unwrap();
    let counter = |tenant: TenantId| Key::counter(tenant, CounterName::new("kept"), "x");
    for tenant in [app.a.id, app.b.id] {
        redis.say(&format!("SET {} 1", counter(tenant).as_str()));
    }
    assert!(their_objects > 1);
    assert!(stores.objects.count(app.a.id).await.unwrap() > 1);
    assert!(!redis.keys_of(app.a.id).is_empty());

    let erased = erase(&stores, later("nakhla")).await.unwrap();

    assert_eq!(holding(&mut behind, &inner).await.unwrap(), []);
    let mut left = holding(&mut behind, &names).await.unwrap();
    left.retain(|(table, _)| !REMEMBER.contains(&table.as_str()));
    assert_eq!(left, []);
    assert_eq!(stores.objects.count(app.a.id).await.unwrap(), 0);
    assert_eq!(redis.keys_of(app.a.id), Vec::<String>::new());
    // The neighbour has what it had.
    assert_eq!(fingerprint(&mut behind, app.b.id).await.unwrap(), neighbour);
    assert_eq!(stores.objects.count(app.b.id).await.unwrap(), their_objects);
    assert!(
        redis
            .keys_of(app.b.id)
            .contains(&counter(app.b.id).as_str().to_owned())
    );
    assert_eq!(app.visitor("sidra").get("/en/").await.status, 200);

    // What stays is the tombstone, the anchors, and the platform's own log.
    let tombstone = &erased.tombstone;
    assert!(erased.by_this_run && tombstone.objects > 1 && tombstone.jobs >= 1);
    assert_eq!(tombstone.hosts, ["nakhla.example"]);
    let kept = anchors.known(app.a.id).await.unwrap().seqs();
    assert_eq!(
        (erased.anchors, kept.last()),
        (Some(kept.len()), Some(&tombstone.audit_seq))
    );
    let run = anchors.anchor_all(&app.node.app.db).await.unwrap();
    assert_eq!(run.broken, [], "a log that is gone is no broken one");
    let log = root.json("/api/v1/platform/audit").await;
    assert_eq!(log["data"][0]["action"], "tenant.delete");
    assert_eq!(log["chain"]["first_bad"], Value::Null);
    let tenants = root.json("/api/v1/platform/tenants").await;
    assert!(!tenants.to_string().contains("nakhla"), "{tenants}");
    answers(&app.visitor("nakhla"), 404, "tenant.not_found").await;
    let again = json!({
        "slug": "nakhla", "name": { "ar": "النخلة", "en": "Nakhla" }, "kind": "charity", "template": "charity",
        "licence": { "number": "K-7/2026" }, "first_admin_email": "noura@waha.example", "plan": "growth",
    });
    let taken = root.post("/api/v1/platform/tenants", &key(), &again).await;
    assert_eq!(
        (taken.status, taken.json()["errors"][0]["field"].as_str()),
        (422, Some("slug")),
        "{}",
        taken.body
    );
    let once_more = erase(&stores, Asked::now("nakhla", "nakhla"))
        .await
        .unwrap();
    assert_eq!(
        (once_more.by_this_run, &once_more.tombstone),
        (false, tombstone)
    );
    app.stop().await;
}

/// A log that was bent is evidence: it does not go before somebody has looked.
#[actix_web::test]
async fn a_tenant_whose_log_contradicts_its_anchors_is_not_deleted() {
    let app = TestApp::spawn().await;
    let root = app.root().await;
    close(&app, &root).await;
    let stores = Stores {
        migrator: app.database.url("sadu_migrator"),
        objects: app.node.app.objects.clone(),
        anchors: app.node.app.anchors.clone(),
        redis: None,
    };
    let anchors = stores.anchors.clone().unwrap();
    anchors.anchor_all(&app.node.app.db).await.unwrap();
    bend(&app, "diff = '{}'").await;
    let asked = Asked {
        now: Utc::now() + TimeDelta::days(31),
        ..Asked::now("nakhla", "nakhla")
    };
    let refused = erase(&stores, asked).await.unwrap_err();
    assert!(
        matches!(refused, ErasureError::Contradicted(_)),
        "{refused}"
    );
    let there: i64 = sqlx::query_scalar("select count(*) from app.tenant_keys")
        .fetch_one(&mut app.behind().await)
        .await
        .unwrap();
    assert_eq!(there, 2);
    app.stop().await;
}

/// Changes every entry of nakhla's log as somebody with all of the database may, chain and all.
async fn bend(app: &TestApp, change: &str) {
    let tenant = app.a.id.to_string();
    let sql = format!(
        "alter table app.audit_logs disable trigger user; update app.audit_logs set {change} where tenant_id = '{tenant}'; {};
         alter table app.audit_logs enable trigger user",
        rehash(&tenant, 1)
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut app.behind().await)
        .await
        .unwrap();
}

fn command(app: &TestApp, arguments: &[&str], settings: &[(&str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sadu"));
    let url = |login: &str| app.database.url(login).expose_secret().to_owned();
    command
        .args(arguments)
        .env("DATABASE_URL", url("sadu_web"))
        .env("PLATFORM_DATABASE_URL", url("sadu_platform"))
        .env("MIGRATOR_DATABASE_URL", url("sadu_migrator"))
        .env("SADU_MASTER_KEY", "07".repeat(32))
        .env("S3_BUCKET", "pictures")
        .env("RUST_LOG", "off")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .envs(settings.iter().map(|(name, value)| (*name, value)));
    command
}

/// Runs the command again and again, killed a little later each time, until it comes to its end.
async fn killed_until_it_ends(app: &TestApp, settings: &[(&str, String)]) -> (usize, Output) {
    let (mut killed, mut moment) = (0, Duration::from_millis(60));
    loop {
        let arguments = ["delete-tenant", "nakhla", "--confirm", "nakhla"];
        let mut child = command(app, &arguments, settings).spawn().unwrap();
        tokio::time::sleep(moment).await;
        if child.try_wait().unwrap().is_some() {
            return (killed, child.wait_with_output().unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        moment = moment * 5 / 4;
        assert!(moment < Duration::from_secs(120), "it never ends");
    }
}

#[actix_web::test]
async fn the_command_empties_a_bucket_with_versions_and_may_be_killed_anywhere() {
    let app = TestApp::spawn().await;
    let (root, s3) = (app.root().await, S3::start().await);
    let staff = app.staff("nakhla").await;
    for _ in 0..5 {
        let order = app
            .visitor("nakhla")
            .order(&key(), &gift("school", 1_000))
            .await
            .expect(201);
        let path = format!(
            "/api/v1/admin/orders/{}/confirm-transfer",
            order["id"].as_str().unwrap()
        );
        staff
            .post(&path, &key(), &transfer(1_000, &key()))
            .await
            .expect(200);
    }
    let lock = ("x-amz-bucket-object-lock-enabled", "true");
    assert_eq!(s3.ask("PUT", "/anchors", &[lock]).await.0, 200);
    assert_eq!(s3.ask("PUT", "/pictures", &[]).await.0, 200);
    let versions = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(s3.put("/pictures?versioning", versions).await, 200);
    for tenant in [app.a.id, app.b.id] {
        for n in 0..3 {
            let path = format!("/pictures/{tenant}/media/{n}/480.jpg");
            assert_eq!(s3.put(&path, "first").await, 200);
            assert_eq!(s3.put(&path, "second").await, 200);
        }
        let (status, _) = s3
            .ask(
                "DELETE",
                &format!("/pictures/{tenant}/media/0/480.jpg"),
                &[],
            )
            .await;
        assert_eq!(status, 204);
    }
    let settings = s3.place("anchors");
    let run = |arguments: &[&str]| command(&app, arguments, &settings).output().unwrap();
    let refused = |arguments: &[&str], why: &str| {
        let output = run(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(
            said(&output).contains(why),
            "{arguments:?}: {}",
            said(&output)
        );
    };
    let delete = ["delete-tenant", "nakhla", "--confirm", "nakhla"];
    refused(&["delete-tenant", "nakhla"], "--confirm");
    refused(
        &["delete-tenant", "nakhla", "--confirm", "sidra"],
        "type it again",
    );
    refused(
        &["delete-tenant", "nobody", "--confirm", "nobody"],
        "no tenant with this slug",
    );
    refused(&delete, "it is not closed");
    close(&app, &root).await;
    refused(&delete, "it may be deleted from");
    // As if it had been closed long ago.
    bend(&app, "at = at - interval '31 days'").await;
    refused(&delete, "run `sadu anchor-audit` first");
    let anchored = run(&["anchor-audit"]);
    assert!(anchored.status.success(), "{}", said(&anchored));
    // The app's own login may do none of it.
    let by_the_app = command(&app, &delete, &settings)
        .env(
            "MIGRATOR_DATABASE_URL",
            app.database.url("sadu_web").expose_secret(),
        )
        .output()
        .unwrap();
    assert!(!by_the_app.status.success());
    let neighbour = fingerprint(&mut app.behind().await, app.b.id)
        .await
        .unwrap();
    let list = async |bucket: &str| s3.ask("GET", &format!("/{bucket}?versions"), &[]).await.1;
    let of = |listed: &str, tenant: TenantId| listed.matches(&format!("{tenant}/")).count();
    let (pictures, anchors) = (list("pictures").await, list("anchors").await);
    assert_eq!((of(&pictures, app.a.id), of(&pictures, app.b.id)), (7, 7));
    assert!(of(&anchors, app.a.id) >= 1, "{anchors}");

    let (killed, ended) = killed_until_it_ends(&app, &settings).await;
    println!("killed {killed} times before it came to its end");
    assert!(ended.status.success(), "{}", said(&ended));
    assert!(said(&ended).contains("7 objects"), "{}", said(&ended));
    let done = run(&delete);
    assert!(said(&done).contains("deleted before"), "{}", said(&done));
    let mut behind = app.behind().await;
    let mut left = holding(&mut behind, &[app.a.id.to_string()]).await.unwrap();
    left.retain(|(table, _)| !REMEMBER.contains(&table.as_str()));
    assert_eq!(left, []);
    assert_eq!(fingerprint(&mut behind, app.b.id).await.unwrap(), neighbour);
    let pictures = list("pictures").await;
    assert_eq!((of(&pictures, app.a.id), of(&pictures, app.b.id)), (0, 7));
    assert_eq!(of(&list("anchors").await, app.a.id), of(&anchors, app.a.id));
    let whole = run(&["verify-audit"]);
    assert!(whole.status.success(), "{}", said(&whole));
    app.stop().await;
}
