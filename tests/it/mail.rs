//! Mail: who is told of what, in both languages, once; and what happens when the mail server or the worker goes away.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sadu_actors::mail::Mailer;
use sadu_domain::job::{JobData, OrderPlaced};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::auth_invitations::invite;
use crate::client::{Client, NAME, PHONE, gift, key, transfer};
use crate::deployment::Deployment;
use crate::testapp::{TestApp, scale};
use crate::worker::{LEFT, count, until, worker, worker_with};

/// What was mailed, newest first, as programs read it.
pub(crate) async fn mailed(at: &Client) -> Vec<Value> {
    let page = at.at(&format!("mail.localhost:{}", at.port));
    page.json("/messages.json").await["data"]
        .as_array()
        .unwrap()
        .clone()
}

pub(crate) fn text<'a>(mail: &'a Value, field: &str) -> &'a str {
    mail[field].as_str().unwrap()
}

/// The administrator has been here, so that there is somebody to tell.
pub(crate) async fn active_admin(app: &TestApp) {
    let admin = app.admin("nakhla").await;
    assert_eq!(admin.get("/api/v1/me").await.status, 200);
}

#[actix_web::test]
async fn an_invitation_goes_to_the_person_and_its_link_is_the_one_that_counts() {
    let app = TestApp::spawn().await;
    let worker = worker(&app, 4).await;
    let (_, link) = invite(&app, "nakhla", "staff@masar").await;
    let visitor = app.visitor("nakhla");
    until("the mail", async || !mailed(&visitor).await.is_empty()).await;
    let mails = mailed(&visitor).await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(text(mail, "to"), "staff@masar.example");
    assert_eq!(text(mail, "from"), "جمعية العون");
    // Both languages, the tenant's own first, each with the link; plain text and HTML alike.
    let (arabic, english) = (
        "دعوة للعمل مع جمعية العون",
        "An invitation to work with Aid Society",
    );
    assert_eq!(text(mail, "subject"), format!("{arabic} · {english}"));
    for part in [text(mail, "text"), text(mail, "html")] {
        let (ar, en) = (part.find(arabic).unwrap(), part.rfind(english).unwrap());
        assert!(ar < en, "{part}");
        assert_eq!(part.matches(&link).count(), 2, "{part}");
    }
    let (_, code) = link.split_once("code=").unwrap();
    let opened = app.request("GET", "nakhla", &format!("/auth/invitation?code={code}"));
    assert_eq!(opened.send().await.unwrap().status(), 200);
    // Nothing that opens anything is on its way through the database.
    let mut behind = app.behind().await;
    let traces: String = sqlx::query_scalar(
        "select coalesce(string_agg(t::text, ' '), '') from (select row_to_json(o) as t from app.outbox o
           union all select row_to_json(j) from jobs._private_jobs j union all select row_to_json(n) from app.notifications n) x",
    )
    .fetch_one(&mut behind)
    .await
    .unwrap();
    assert!(
        !traces.contains(code) && !traces.contains("masar"),
        "{traces}"
    );
    // The page that shows it, and the message as its reader sees it.
    let page = visitor.at(&format!("mail.localhost:{}", visitor.port));
    let list = page.get("/").await;
    assert!(list.body.contains(english) && list.body.contains("staff@masar.example"));
    let shown = page
        .get(&format!("/messages/{}", text(mail, "number")))
        .await;
    assert_eq!(shown.body, text(mail, "html"));
    assert!(
        shown
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert_eq!(
        page.get("/messages/00000000-0000-7000-8000-000000000000")
            .await
            .status,
        404
    );
    worker.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn an_invitation_that_was_taken_back_is_not_mailed() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let (made, _) = invite(&app, "nakhla", "staff@masar").await;
    let path = format!(
        "/api/v1/admin/users/{}/withdraw",
        made["id"].as_str().unwrap()
    );
    let admin = app.admin("nakhla").await;
    admin
        .post(&path, &key(), &serde_json::json!({}))
        .await
        .expect(200);
    let worker = worker(&app, 4).await;
    until("all done", async || count(&mut behind, LEFT).await == 0).await;
    assert_eq!(mailed(&app.visitor("nakhla")).await, [] as [Value; 0]);
    worker.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_new_order_is_told_of_without_its_donor_and_only_once() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    active_admin(&app).await;
    let visitor = app.visitor("nakhla");
    let order = visitor
        .order(&key(), &gift("well", 25_500))
        .await
        .expect(201);
    let worker = worker(&app, 4).await;
    until("the mail", async || !mailed(&visitor).await.is_empty()).await;
    let mail = mailed(&visitor).await.remove(0);
    assert_eq!(text(&mail, "to"), "admin@nakhla.example");
    let id = text(&order, "id");
    let link = format!("{}/admin/inbox/{id}", app.origin("nakhla"));
    for part in [text(&mail, "text"), text(&mail, "html")] {
        for expected in [
            text(&order, "reference"),
            "25.500",
            "تبرع جديد",
            "New gift",
            &link,
        ] {
            assert!(part.contains(expected), "{expected}: {part}");
        }
        for donor in [NAME, PHONE, &PHONE[4..], "Latifa"] {
            assert!(!part.contains(donor), "{donor}: {part}");
        }
    }
    // The same job once more, as after a crash between sending and being done: nobody hears of it again.
    until("it is done", async || count(&mut behind, LEFT).await == 0).await;
    sqlx::query("insert into app.outbox (tenant_id, id, kind, payload) values ($1, $2, $3, $4)")
        .bind(app.a.id.as_uuid())
        .bind(id.parse::<uuid::Uuid>().unwrap())
        .bind(OrderPlaced::KIND)
        .bind(serde_json::json!({ "order": id }))
        .execute(&mut behind)
        .await
        .unwrap();
    until("done again", async || count(&mut behind, LEFT).await == 0).await;
    assert_eq!(mailed(&visitor).await.len(), 1);
    let told = "select count(*) from app.notifications where sent_at is not null and tries = 1";
    assert_eq!(count(&mut behind, told).await, 1);
    worker.stop().await;
    app.stop().await;
}

/// A mail server that takes what it is given, or refuses the recipient.
struct Smtp {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Smtp {
    /// A port that nobody listens on yet.
    fn absent() -> Self {
        let any = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = any.local_addr().unwrap().port();
        Self {
            port,
            taken: Arc::default(),
        }
    }

    async fn listen(&self) -> tokio::task::JoinHandle<()> {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        let taken = self.taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, taken.clone()));
            }
        })
    }
}

async fn serve(stream: tokio::net::TcpStream, taken: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await.ok()?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            "EHLO" => b"250-test\r\n250 8BITMIME\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let mut message = String::new();
                while !message.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut message).await.ok()? == 0 {
                        return None;
                    }
                }
                taken.lock().unwrap().push(message);
                b"250 taken\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 fine\r\n",
        };
        stream.write_all(answer).await.ok()?;
    }
}

#[actix_web::test]
async fn f17_a_mail_server_that_is_away_delays_mail_and_loses_none() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    active_admin(&app).await;
    let smtp = Smtp::absent();
    let url = format!("smtp://127.0.0.1:{}", smtp.port);
    let mailer = Mailer::smtp(&url.into(), "no-reply@sadu.example").unwrap();
    let worker = worker_with(&app, 4, mailer).await;
    let visitor = app.visitor("nakhla");
    let order = visitor
        .order(&key(), &gift("well", 1_000))
        .await
        .expect(201);
    let failed = "select count(*) from jobs._private_jobs where last_error like '%the mail server did not take%'";
    until("it failed", async || count(&mut behind, failed).await == 1).await;
    let server = smtp.listen().await;
    sqlx::query("update jobs._private_jobs set run_at = now()")
        .execute(&mut behind)
        .await
        .unwrap();
    until("all done", async || count(&mut behind, LEFT).await == 0).await;
    let taken = smtp.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 1);
    // Its id is the job's, the same at every try.
    let id = format!("Message-ID: <{}.", text(&order, "id"));
    assert!(taken[0].contains(&id), "{}", taken[0]);
    let tries = "select tries::bigint from app.notifications where sent_at is not null";
    assert_eq!(count(&mut behind, tries).await, 2);
    server.abort();
    worker.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn f2_kill_9_in_the_middle_of_jobs_loses_none() {
    let (mut deployment, tenant) = Deployment::start().await;
    let visitor = deployment.client();
    let admin = node_admin(&deployment).await;
    assert_eq!(admin.get("/api/v1/me").await.status, 200);
    let (kills, each) = (scale(20, 4), 30);
    let mut orders = Vec::new();
    for _ in 0..kills {
        for _ in 0..each {
            let order = visitor
                .order(&key(), &gift("well", 1_000))
                .await
                .expect(201);
            orders.push(text(&order, "id").to_owned());
        }
        tokio::time::sleep(Duration::from_millis(rand::random_range(0..400))).await;
        deployment.kill_program();
        deployment.start_program().await;
    }
    let mut behind = deployment.behind().await;
    // Of this tenant alone: the demo tenants have jobs of their own.
    let left = format!(
        "select (select count(*) from app.outbox where tenant_id = '{0}')
              + (select count(*) from jobs._private_jobs where payload ->> 'tenant' = '{0}')",
        tenant.id
    );
    let begun = std::time::Instant::now();
    loop {
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(left.clone()))
            .fetch_one(&mut behind)
            .await
            .unwrap();
        if left == 0 {
            break;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(240),
            "{left} jobs are left"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let sent: Vec<uuid::Uuid> = sqlx::query_scalar(
        "select job_id from app.notifications where tenant_id = $1 and sent_at is not null",
    )
    .bind(tenant.id.as_uuid())
    .fetch_all(&mut behind)
    .await
    .unwrap();
    let repeated: i64 = sqlx::query_scalar(
        "select coalesce(sum(tries - 1), 0)::bigint from app.notifications where tenant_id = $1",
    )
    .bind(tenant.id.as_uuid())
    .fetch_one(&mut behind)
    .await
    .unwrap();
    for order in &orders {
        assert!(
            sent.contains(&order.parse().unwrap()),
            "nobody was told of {order}"
        );
    }
    println!(
        "F2: {kills} kills with jobs under way: {} orders, all told of; {repeated} mails were begun a second time",
        orders.len()
    );
    deployment.end().await;
}

/// An administrator of the deployment's tenant.
async fn node_admin(deployment: &Deployment) -> Client {
    let token = crate::node::token(deployment.port, "admin@nakhla").await;
    deployment.client().with_token(token)
}

#[actix_web::test]
async fn whoever_the_tenant_names_is_told_and_only_in_its_languages() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    active_admin(&app).await;
    sqlx::query(
        r#"update app.tenants set settings = settings || '{"notify_emails":["office@nakhla.example","gifts@nakhla.example"],"languages":["ar"]}'
            where slug = 'nakhla'"#,
    )
    .execute(&mut behind)
    .await
    .unwrap();
    // Made around its actors: they hear of it as they would of another process's change.
    sqlx::query("update app.tenant_counters set config_version = config_version + 1")
        .execute(&mut behind)
        .await
        .unwrap();
    app.node.app.directory.look_at(app.a.id).await;
    let visitor = app.visitor("nakhla");
    let path = "/api/v1/site";
    until("it is seen", async || {
        visitor.json(path).await["languages"] == serde_json::json!(["ar"])
    })
    .await;
    visitor
        .order(&key(), &gift("well", 1_000))
        .await
        .expect(201);
    let worker = worker(&app, 4).await;
    until("both", async || mailed(&visitor).await.len() == 2).await;
    let mails = mailed(&visitor).await;
    let mut to: Vec<&str> = mails.iter().map(|mail| text(mail, "to")).collect();
    to.sort_unstable();
    assert_eq!(to, ["gifts@nakhla.example", "office@nakhla.example"]);
    for mail in &mails {
        assert!(text(mail, "text").contains("تبرع جديد"));
        assert!(!text(mail, "text").contains("New gift"), "{mail}");
    }
    worker.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_giver_who_left_an_address_hears_that_the_money_came() {
    let app = TestApp::spawn().await;
    let mut behind = app.behind().await;
    let visitor = app.visitor("nakhla");
    let staff = app.staff("nakhla").await;
    let mut with_address = gift("well", 25_500);
    with_address["donor"]["email"] = "latifa@example.com".into();
    with_address["lang"] = "en".into();
    let mut references = Vec::new();
    for (n, body) in [with_address, gift("well", 1_000)].iter().enumerate() {
        let order = visitor.order(&key(), body).await.expect(201);
        let path = format!(
            "/api/v1/admin/orders/{}/confirm-transfer",
            text(&order, "id")
        );
        let amount = body["items"][0]["amount"].as_i64().unwrap();
        let paid = transfer(amount, &format!("B-{n}"));
        staff.post(&path, &key(), &paid).await.expect(200);
        references.push(text(&order, "reference").to_owned());
    }
    let worker = worker(&app, 4).await;
    until("all done", async || count(&mut behind, LEFT).await == 0).await;
    let mails = mailed(&visitor).await;
    assert_eq!(mails.len(), 1, "nobody else left an address");
    assert_eq!(text(&mails[0], "to"), "latifa@example.com");
    let said = text(&mails[0], "text");
    let link = format!("{}/en/o/{}", app.origin("nakhla"), references[0]);
    for expected in [
        "Aid Society has received KWD 25.500 of KWD 25.500",
        &references[0],
        &link,
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(
        !said.contains("وصل"),
        "in the language of the checkout alone: {said}"
    );
    worker.stop().await;
    app.stop().await;
}
