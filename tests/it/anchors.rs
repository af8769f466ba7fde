//! Five ways to tamper with an audit log as somebody who has all of the database, and what finds each: the chain itself, or the
//! anchors that are kept elsewhere.

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use sadu::keeping::look;
use sadu_actors::anchors::Anchors;
use sadu_db::TenantCtx;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::client::{Client, gift, key, transfer};
use crate::testapp::TestApp;
use crate::tools;

/// Gives the log of nakhla some entries.
async fn work(app: &TestApp, admin: &Client, times: usize) {
    let visitor = app.visitor("nakhla");
    for _ in 0..times {
        let order = visitor.order(&key(), &gift("school", 1_000)).await;
        let id = order.expect(201)["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/admin/orders/{id}/confirm-transfer");
        let answer = admin.post(&path, &key(), &transfer(1_000, &key())).await;
        answer.expect(200);
    }
}

async fn run(behind: &mut PgConnection, sql: String) {
    behind
        .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
}

/// Works out every hash anew from an entry on, and the head with them: the whole of what is in the database then agrees.
pub(crate) fn rehash(tenant: &str, from: i64) -> String {
    format!(
        "do $$ declare r record; p bytea := coalesce((select hash from app.audit_logs where tenant_id = '{tenant}' and seq = {from} - 1), '\\x00');
         begin
           for r in select * from app.audit_logs where tenant_id = '{tenant}' and seq >= {from} order by seq loop
             update app.audit_logs set prev_hash = p, hash = sha256(p || convert_to(jsonb_build_array(tenant_id, seq, extract(epoch from at)::text,
               actor_id, actor_role, via, ip, user_agent, request_id, action, object_type, object_id, diff)::text, 'UTF8'))
              where tenant_id = r.tenant_id and seq = r.seq returning hash into p;
           end loop;
           update app.audit_heads set hash = p, seq = (select max(seq) from app.audit_logs where tenant_id = '{tenant}') where tenant_id = '{tenant}';
         end $$"
    )
}

#[actix_web::test]
async fn five_kinds_of_tampering_are_found() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    work(&app, &admin, 6).await;
    let anchors = app.node.app.anchors.clone().unwrap();
    let db = &app.node.app.db;
    let tenant = app.a.id.to_string();
    let first = anchors.anchor_all(db).await.unwrap();
    assert!(first.made >= 1 && first.broken.is_empty(), "{first:?}");
    work(&app, &admin, 3).await;
    let second = anchors.anchor_all(db).await.unwrap();
    assert_eq!((second.made, second.broken.len()), (1, 0));
    let third = anchors.anchor_all(db).await.unwrap();
    assert_eq!((third.made, third.broken.len()), (0, 0));
    work(&app, &admin, 1).await;

    let whole = admin.json("/api/v1/admin/audit/verify").await;
    assert_eq!(whole["whole"], true);
    assert_eq!(whole["anchors"]["count"], 2);
    assert_eq!(whole["anchors"]["forged"], 0);
    let last = whole["entries"].as_i64().unwrap();
    assert_eq!(whole["anchors"]["newest"]["seq"], last - 1);

    let mut behind = app.behind().await;
    run(
        &mut behind,
        "alter table app.audit_logs disable trigger user;
         create table public.kept_logs as select * from app.audit_logs; create table public.kept_heads as select * from app.audit_heads"
            .into(),
    )
    .await;
    let of = format!("tenant_id = '{tenant}'");
    let edit = format!("update app.audit_logs set actor_id = 'nobody' where {of} and seq = 3");
    // What was done, what finds it: the chain alone, or with the anchors.
    let cases = [
        ("edit", edit.clone(), Some(3), Some(3)),
        (
            "delete in the middle",
            format!("delete from app.audit_logs where {of} and seq = 4"),
            Some(5),
            Some(5),
        ),
        (
            "cut the tail, and set the head to it",
            format!(
                "delete from app.audit_logs where {of} and seq > 5;
                 update app.audit_heads h set seq = l.seq, hash = l.hash from app.audit_logs l where h.{of} and l.{of} and l.seq = 5"
            ),
            None,
            Some(6),
        ),
        (
            "reorder",
            format!(
                "update app.audit_logs set seq = -3 where {of} and seq = 3; update app.audit_logs set seq = 3 where {of} and seq = 4;
                 update app.audit_logs set seq = 4 where {of} and seq = -3"
            ),
            Some(3),
            Some(3),
        ),
        (
            "hash the whole chain anew",
            format!("{edit}; {}", rehash(&tenant, 1)),
            None,
            Some(6),
        ),
        (
            "reorder, and hash anew from there",
            format!(
                "update app.audit_logs set seq = -3 where {of} and seq = 3; update app.audit_logs set seq = 3 where {of} and seq = 4;
                 update app.audit_logs set seq = 4 where {of} and seq = -3; {}",
                rehash(&tenant, 3)
            ),
            None,
            Some(6),
        ),
        (
            "remove the log and its head",
            format!("delete from app.audit_logs where {of}; delete from app.audit_heads where {of}"),
            None,
            Some(6),
        ),
    ];
    // The first anchor stands where the log was then.
    let first_anchor = {
        let names = anchors.known(app.a.id).await.unwrap().seqs();
        names[0]
    };
    for (what, sql, by_chain, by_both) in cases {
        run(&mut behind, sql).await;
        let ctx = TenantCtx::vouch(app.a.id);
        let alone = look(db, ctx, app.a.id, None).await.unwrap();
        assert_eq!(alone.first_bad, by_chain, "{what}: the chain alone");
        let expected = by_both.map(|seq| {
            if by_chain.is_none() {
                first_anchor
            } else {
                seq
            }
        });
        let state = admin.json("/api/v1/admin/audit/verify").await;
        assert_eq!(state["whole"], false, "{what}");
        assert_eq!(state["first_bad"].as_i64(), expected, "{what}");
        if by_chain.is_none() {
            // No anchor is made for a log that contradicts one.
            let job = anchors.anchor_all(db).await.unwrap();
            assert_eq!(job.broken, [(app.a.id, first_anchor)], "{what}");
            assert_eq!(job.made, 0, "{what}");
        }
        let other = app.admin("sidra").await;
        let theirs = other.json("/api/v1/admin/audit/verify").await;
        assert_eq!(theirs["whole"], true, "{what}");
        run(
            &mut behind,
            "delete from app.audit_logs; insert into app.audit_logs select * from public.kept_logs;
             delete from app.audit_heads; insert into app.audit_heads select * from public.kept_heads"
                .into(),
        )
        .await;
    }
    let state = admin.json("/api/v1/admin/audit/verify").await;
    assert_eq!(state["whole"], true);
    app.stop().await;
}

/// The program as a command, with this database and this place.
pub(crate) fn command(app: &TestApp, name: &str, place: &[(&str, String)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sadu"));
    let database = &app.database;
    command
        .arg(name)
        .env("DATABASE_URL", database.url("sadu_web").expose_secret())
        .env(
            "PLATFORM_DATABASE_URL",
            database.url("sadu_platform").expose_secret(),
        )
        .env("SADU_MASTER_KEY", "07".repeat(32))
        .env("RUST_LOG", "off")
        .stdin(Stdio::null());
    for (name, value) in place {
        command.env(name, value);
    }
    command.output().unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A server that speaks S3's protocol, ended with the test.
pub(crate) struct S3 {
    child: Child,
    endpoint: String,
    http: reqwest::Client,
}

impl S3 {
    pub(crate) async fn start() -> Self {
        let any = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = any.local_addr().unwrap().port();
        drop(any);
        let child = tools::python_command("moto_server")
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let s3 = Self {
            child,
            endpoint: format!("http://127.0.0.1:{port}"),
            http,
        };
        let up = async {
            while s3.http.get(&s3.endpoint).send().await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(120), up)
            .await
            .expect("the server answers");
        s3
    }

    /// Asks the server as somebody who holds its credentials; it looks at no signature.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (u16, String) {
        let answer = self.send(method, path, headers).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Sends a document.
    pub(crate) async fn put(&self, path: &str, body: &str) -> u16 {
        let request = self
            .http
            .put(format!("{}{path}", self.endpoint))
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
            )
            .body(body.to_owned());
        request.send().await.unwrap().status().as_u16()
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let mut request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.endpoint))
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
            );
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    pub(crate) fn place(&self, bucket: &str) -> Vec<(&'static str, String)> {
        vec![
            ("SADU_ANCHOR_BUCKET", bucket.to_owned()),
            ("SADU_ANCHOR_RETENTION_DAYS", "800".to_owned()),
            ("S3_ENDPOINT", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("NO_PROXY", "127.0.0.1".to_owned()),
        ]
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What stands between two tags, each time.
fn between<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    text.split(&open)
        .skip(1)
        .filter_map(|rest| rest.split(&close).next())
        .collect()
}

#[actix_web::test]
async fn anchors_in_a_locked_bucket_outlast_whoever_may_write_there() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    work(&app, &admin, 3).await;
    let s3 = S3::start().await;
    let lock = ("x-amz-bucket-object-lock-enabled", "true");
    assert_eq!(s3.ask("PUT", "/anchors", &[lock]).await.0, 200);
    assert_eq!(s3.ask("PUT", "/unlocked", &[]).await.0, 200);

    // A bucket that locks nothing is no place for anchors.
    let refused = command(&app, "anchor-audit", &s3.place("unlocked"));
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("has no Object Lock"),
        "{}",
        said(&refused)
    );
    let place = s3.place("anchors");
    let made = command(&app, "anchor-audit", &place);
    assert!(made.status.success(), "{}", said(&made));
    let again = command(&app, "anchor-audit", &place);
    assert!(
        said(&again).starts_with("0 anchors made"),
        "{}",
        said(&again)
    );
    work(&app, &admin, 1).await;
    let more = command(&app, "anchor-audit", &place);
    assert!(said(&more).starts_with("1 anchors made"), "{}", said(&more));
    let checked = command(&app, "verify-audit", &place);
    assert!(checked.status.success(), "{}", said(&checked));
    let nakhla = format!("tenant {}: whole, ", app.a.id);
    assert!(said(&checked).contains(&nakhla), "{}", said(&checked));

    // Locked for two years and more; not even its owner removes a version.
    let (_, versions) = s3.ask("GET", "/anchors?versions", &[]).await;
    let keys = between(&versions, "Key");
    let ids = between(&versions, "VersionId");
    assert!(keys.len() == 2 && ids.len() == 2, "{versions}");
    for (key, id) in keys.iter().zip(&ids) {
        let kept = s3
            .send("GET", &format!("/anchors/{key}?versionId={id}"), &[])
            .await;
        assert_eq!(kept.status(), 200);
        let said = |name: &str| kept.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(said("x-amz-object-lock-mode"), "COMPLIANCE");
        let until: chrono::DateTime<chrono::Utc> =
            said("x-amz-object-lock-retain-until-date").parse().unwrap();
        assert!(until > chrono::Utc::now() + chrono::TimeDelta::days(790));
        let (status, _) = s3
            .ask("DELETE", &format!("/anchors/{key}?versionId={id}"), &[])
            .await;
        assert!(status >= 400, "{key} was removed: {status}");
        // A mark of deletion may be put over it, and hides nothing from us.
        let (status, _) = s3.ask("DELETE", &format!("/anchors/{key}"), &[]).await;
        assert!(status < 300, "{status}");
    }
    let hidden = s3.ask("GET", "/anchors?list-type=2", &[]).await.1;
    assert!(between(&hidden, "Key").is_empty(), "{hidden}");
    let checked = command(&app, "verify-audit", &place);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(said(&checked).contains("2 anchors"), "{}", said(&checked));

    // Somebody with all of the database writes the log anew.
    let mut behind = app.behind().await;
    let tenant = app.a.id.to_string();
    run(
        &mut behind,
        format!(
            "alter table app.audit_logs disable trigger user;
             update app.audit_logs set diff = '{{}}' where tenant_id = '{tenant}' and seq = 2; {}",
            rehash(&tenant, 1)
        ),
    )
    .await;
    for name in ["verify-audit", "anchor-audit"] {
        let found = command(&app, name, &place);
        assert!(!found.status.success(), "{name}: {}", said(&found));
        assert!(said(&found).contains(&tenant), "{name}: {}", said(&found));
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_we_did_not_sign_proves_nothing() {
    let app = TestApp::spawn().await;
    let admin = app.admin("nakhla").await;
    work(&app, &admin, 2).await;
    let folder = std::env::temp_dir().join(format!("sadu-anchors-{}", key()));
    let place = sadu_actors::storage::WriteOnce::folder(folder.clone());
    let master = crate::seed::master();
    let anchors = Anchors::new(place.clone(), &master, Vec::new()).unwrap();
    let db = &app.node.app.db;
    anchors.anchor_all(db).await.unwrap();
    let (ctx, id) = (TenantCtx::vouch(app.a.id), app.a.id);
    let good = look(db, ctx, id, Some(&anchors)).await.unwrap();
    let newest = good.anchors.unwrap().newest.unwrap();

    // Another key's signature, a name that says something else, and no anchor at all.
    let stranger = sadu_db::seal::MasterKey::new(&[9; 32]).unwrap();
    let mut forged = newest.clone();
    forged.seq = 1;
    forged.hash = "ab".repeat(32);
    forged.key = hex::encode(stranger.anchor_key().unwrap().public_key());
    forged.signature = hex::encode(
        stranger
            .anchor_key()
            .unwrap()
            .sign(forged.message().as_bytes()),
    );
    let name = |seq: i64, hash: &str| format!("audit/{id}/{seq:020}.{hash}.json");
    let texts = [
        (name(1, &forged.hash), serde_json::to_vec(&forged).unwrap()),
        (
            name(2, &"cd".repeat(32)),
            serde_json::to_vec(&newest).unwrap(),
        ),
        (name(999, &newest.hash), b"{}".to_vec()),
    ];
    for (name, text) in texts {
        assert!(place.put_new(&name, text).await.unwrap());
    }
    let found = look(db, ctx, id, Some(&anchors)).await.unwrap();
    assert_eq!(found.first_bad, None);
    let compared = found.anchors.unwrap();
    assert_eq!((compared.count, compared.forged), (4, 3));
    assert_eq!(compared.newest, Some(newest.clone()));

    // Under a new master key the old signatures count only while their key is believed.
    let next = || sadu_db::seal::MasterKey::new(&[8; 32]).unwrap();
    let alone = Anchors::new(place.clone(), &next(), Vec::new()).unwrap();
    let compared = look(db, ctx, id, Some(&alone)).await.unwrap().anchors;
    assert_eq!(compared.unwrap().newest, None);
    let with_previous = next().with_previous(&[7; 32]).unwrap();
    let trusting = vec![hex::decode(&newest.key).unwrap()];
    for anchors in [
        Anchors::new(place.clone(), &with_previous, Vec::new()).unwrap(),
        Anchors::new(place.clone(), &next(), trusting).unwrap(),
    ] {
        let compared = look(db, ctx, id, Some(&anchors)).await.unwrap().anchors;
        assert_eq!(compared.unwrap().newest.as_ref(), Some(&newest));
    }
    let file = admin
        .get("/api/v1/admin/audit/export?format=verification")
        .await
        .expect(200);
    assert_eq!(
        file["signing_key"],
        json!(app.node.app.anchors.as_ref().unwrap().public_key())
    );
    assert_ne!(file["state"]["head"], Value::Null);
    std::fs::remove_dir_all(&folder).unwrap();
    app.stop().await;
}
