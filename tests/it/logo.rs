//! The tenant's logo: sent in a form, drawn anew, shown at the head of its pages and to programs, and taken away.

use image::ImageFormat;
use serde_json::{Value, json};

use crate::auth_invitations::invite;
use crate::browser::Browser;
use crate::client::{Answer, Client, key, says, send};
use crate::mail::{mailed, text};
use crate::media_form::form;
use crate::pictures::{
    MEDIA, drawing, encoded, exif, jpeg, look, upload as sent, with_segment, work,
};
use crate::testapp::{FORGOTTEN, TestApp};
use crate::worker::{until, worker};

const PAGE: &str = "/admin/settings/logo?lang=en";
/// What stands at the head where there is no logo.
const MARK: &str = "<img src=\"/weave/mark.svg";
const DONE: &str = "/admin/settings/logo?done=";

async fn signed_in(app: &TestApp) -> (Browser<'_>, String) {
    let mut browser = app.browser();
    browser.sign_in("nakhla", "admin@nakhla").await;
    let csrf = browser.csrf("nakhla").await;
    (browser, csrf)
}

async fn upload(browser: &Browser<'_>, csrf: &str, file: &[u8]) -> Answer {
    let (kind, body) = form(&[("csrf", csrf)], Some(file));
    let sent = browser.request("POST", "nakhla", PAGE);
    send(sent.header("content-type", kind).body(body))
        .await
        .unwrap()
}

/// Its status, and where it leads.
async fn remove(browser: &Browser<'_>, csrf: &str) -> (u16, String) {
    let path = "/admin/settings/logo/remove";
    let asked = browser.request("POST", "nakhla", path);
    let answer = send(asked.form(&[("csrf", csrf)])).await.unwrap();
    let to = answer.headers.get("location");
    let to = to.map_or_else(String::new, |to| to.to_str().unwrap().to_owned());
    (answer.status, to)
}

async fn id(app: &TestApp) -> String {
    let id: uuid::Uuid = sqlx::query_scalar(
        "select id from app.media where tenant_id = $1 and purpose = 'logo' and removed_at is null order by uploaded_at desc limit 1",
    )
    .bind(app.a.id.as_uuid())
    .fetch_one(&mut app.behind().await)
    .await
    .unwrap();
    id.to_string()
}

async fn entries(app: &TestApp) -> Vec<(String, Value)> {
    sqlx::query_as("select action, diff from app.audit_logs where tenant_id = $1 and object_type = 'logo' order by seq")
        .bind(app.a.id.as_uuid())
        .fetch_all(&mut app.behind().await)
        .await
        .unwrap()
}

#[actix_web::test]
async fn a_logo_is_drawn_anew_and_stands_at_the_head_of_this_tenant_alone() {
    let app = TestApp::spawn().await;
    let (browser, csrf) = signed_in(&app).await;
    let (visitor, neighbour) = (app.visitor("nakhla"), app.visitor("sidra"));
    let card = visitor.get("/card.png").await;
    assert_eq!(visitor.get("/logo.jpg").await.status, 404);
    assert!(visitor.get("/en/").await.body.contains(MARK));

    let file = with_segment(&jpeg(1_200, 400), 0xe1, &exif(1));
    assert_eq!(upload(&browser, &csrf, &file).await.status, 303);
    let waiting = send(browser.request("GET", "nakhla", PAGE))
        .await
        .unwrap()
        .body;
    assert!(
        waiting.contains("is being drawn") && waiting.contains("data-waiting"),
        "{waiting}"
    );
    assert_eq!(
        visitor.get("/logo.jpg").await.status,
        404,
        "not before it was looked at"
    );
    let first = id(&app).await;
    work(&app, "nakhla", &first).await;

    let src = format!("/logo.jpg?v={first}");
    let home = says(&visitor, "/en/", &src).await;
    // Three times as wide as high, with the name for those who do not see it.
    assert!(
        home.contains(&format!(
            "<img src=\"{src}\" width=\"132\" height=\"44\" class=\"brand-logo\" alt=\"Aid Society\""
        )),
        "{home}"
    );
    assert!(
        home.contains(&format!("\"logo\":\"{}{src}\"", app.origin("nakhla"))),
        "{home}"
    );
    let drawn = visitor.request("GET", &src).send().await.unwrap();
    assert_eq!(drawn.headers()["content-type"], "image/jpeg");
    assert_eq!(
        drawn.headers()["cross-origin-resource-policy"],
        "cross-origin"
    );
    assert!(
        drawn.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let bytes = drawn.bytes().await.unwrap();
    let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
    assert_eq!((picture.width(), picture.height()), (480, 160));
    assert!(!bytes.windows(4).any(|part| part == b"Exif"));
    // It lies on the card of the site, which is another picture now.
    let with_logo = visitor.get("/card.png").await;
    assert_eq!(with_logo.status, 200);
    assert_ne!(with_logo.header("etag"), card.header("etag"));
    assert_eq!(neighbour.get("/logo.jpg").await.status, 404);
    assert!(!neighbour.get("/en/").await.body.contains("/logo.jpg"));

    let site = visitor.json("/api/v1/site").await;
    assert_eq!(site["logo"], json!(src));

    // Another one: the first is shown until it is ready.
    let second = encoded(&drawing(300, 300), ImageFormat::Png);
    assert_eq!(upload(&browser, &csrf, &second).await.status, 303);
    assert!(visitor.get("/en/").await.body.contains(&src));
    let newer = id(&app).await;
    work(&app, "nakhla", &newer).await;
    says(&visitor, "/en/", &format!("/logo.jpg?v={newer}")).await;

    // Away with it: the mark is back.
    assert_eq!(remove(&browser, &csrf).await, (303, format!("{DONE}saved")));
    says(&visitor, "/en/", MARK).await;
    assert_eq!(visitor.get("/logo.jpg").await.status, 404);
    let actions: Vec<String> = entries(&app)
        .await
        .into_iter()
        .map(|(action, _)| action)
        .collect();
    assert_eq!(actions, ["logo.keep", "logo.keep", "logo.remove"]);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_picture_is_told_and_changes_nothing() {
    let app = TestApp::spawn().await;
    let (browser, csrf) = signed_in(&app).await;
    let large = [jpeg(40, 30), vec![0; 15 * 1024 * 1024]].concat();
    for (file, why) in [
        (&b"<svg onload=\"alert(1)\"/>"[..], "Pictures can be JPEG"),
        (b"", "Pictures can be JPEG"),
        (&large, "at most 15 MB"),
    ] {
        let refused = upload(&browser, &csrf, file).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("e-file-error"), "{}", refused.body);
        assert!(refused.body.contains(why), "{}", refused.body);
    }
    assert_eq!(entries(&app).await, []);
    // A picture by its first bytes alone is taken in, looked at, and refused with its reason; what was shown stays.
    let good = encoded(&drawing(300, 100), ImageFormat::Png);
    upload(&browser, &csrf, &good).await;
    let shown = id(&app).await;
    work(&app, "nakhla", &shown).await;
    says(&app.visitor("nakhla"), "/en/", &shown).await;
    let small = encoded(&drawing(80, 60), ImageFormat::Png);
    let flat = encoded(&drawing(300, 20), ImageFormat::Png);
    let wide = encoded(&drawing(8_001, 40), ImageFormat::Png);
    for (file, why) in [
        (&good[..good.len() / 2], "cannot be read"),
        (&small, "at least 96 pixels"),
        (&flat, "32 on the shorter"),
        (&wide, "8,000 pixels a side"),
    ] {
        assert_eq!(upload(&browser, &csrf, file).await.status, 303);
        let bad = id(&app).await;
        assert_ne!(bad, shown);
        work(&app, "nakhla", &bad).await;
        let page = send(browser.request("GET", "nakhla", PAGE)).await.unwrap();
        let said = page.body.contains("The last picture was not taken");
        assert!(said && page.body.contains(why), "{why}: {}", page.body);
        assert!(page.body.contains(&shown), "{why}: it is shown no longer");
    }
    let home = app.visitor("nakhla").get("/en/").await.body;
    assert!(home.contains(&shown), "{home}");
    assert_eq!(entries(&app).await.len(), 5);
    // Where the plan has no room, nothing is taken in.
    sqlx::query("update app.media set drawn_bytes = 1::bigint << 45 where tenant_id = $1 and state = 'ready'")
        .bind(app.a.id.as_uuid())
        .execute(&mut app.behind().await)
        .await
        .unwrap();
    let full = upload(&browser, &csrf, &good).await;
    assert_eq!(full.status, 422);
    assert!(full.body.contains("room for pictures"), "{}", full.body);
    assert_eq!(entries(&app).await.len(), 5);
    app.stop().await;
}

#[actix_web::test]
async fn a_logo_is_out_of_reach_of_the_ways_of_items_pictures() {
    let app = TestApp::spawn().await;
    let (browser, csrf) = signed_in(&app).await;
    let file = encoded(&drawing(300, 100), ImageFormat::Png);
    upload(&browser, &csrf, &file).await;
    let logo = id(&app).await;
    work(&app, "nakhla", &logo).await;
    let visitor = app.visitor("nakhla");
    says(&visitor, "/en/", &logo).await;
    let admin: Client = app.admin("nakhla").await;
    let item = json!({ "kind": "fund", "title": { "ar": "صندوق", "en": "Fund" } });
    let item = admin
        .post("/api/v1/admin/items", &key(), &item)
        .await
        .expect(201)["id"]
        .clone();
    let path = format!("{MEDIA}/{logo}");
    let alt = json!({ "ar": "أ", "en": "a" });
    for who in [&admin, &app.staff("nakhla").await] {
        for request in [
            who.request("GET", &path),
            who.request("PUT", &path).json(&json!({ "alt": alt })),
            who.request("PUT", &path)
                .json(&json!({ "alt": alt, "item": item })),
            who.request("POST", &format!("{path}/complete")),
            who.request("DELETE", &path),
            who.request("GET", &format!("/admin/media/{logo}/300.jpg")),
            who.request("POST", &format!("/admin/media/{logo}"))
                .form(&[("do", "remove"), ("item", item.as_str().unwrap())]),
            who.request("GET", &format!("/media/{logo}/300.jpg")),
        ] {
            let answer = send(request).await.unwrap();
            assert_eq!(answer.status, 404, "{}", answer.body);
        }
    }
    // Nor does taking a logo away touch the picture of an item, or the neighbour's logo.
    let staff = app.staff("nakhla").await;
    let picture = sent(&staff, item.as_str().unwrap(), "image/png", &file).await;
    look(&app, &staff, "nakhla", &picture).await;
    let other = app.visitor("sidra");
    let mut neighbour = app.browser();
    neighbour.sign_in("sidra", "admin@sidra").await;
    let theirs = neighbour.csrf("sidra").await;
    let (kind, body) = form(&[("csrf", &theirs)], Some(&file));
    let post = neighbour
        .request("POST", "sidra", PAGE)
        .header("content-type", kind);
    assert_eq!(send(post.body(body)).await.unwrap().status, 303);
    let beside: uuid::Uuid = sqlx::query_scalar("select id from app.media where tenant_id = $1")
        .bind(app.b.id.as_uuid())
        .fetch_one(&mut app.behind().await)
        .await
        .unwrap();
    work(&app, "sidra", &beside.to_string()).await;
    says(&other, "/en/", &beside.to_string()).await;
    assert_eq!(remove(&browser, &csrf).await, (303, format!("{DONE}saved")));
    says(&visitor, "/en/", MARK).await;
    let there = admin.json(&format!("{MEDIA}/{picture}")).await;
    assert_eq!(there["state"], "ready");
    assert_eq!(other.get("/logo.jpg").await.status, 200);
    // Nothing is left to take away: that is no change, and leaves no entry.
    assert_eq!(remove(&browser, &csrf).await, (303, format!("{DONE}same")));
    assert_eq!(entries(&app).await.len(), 2);
    app.stop().await;
}

#[actix_web::test]
async fn only_an_administrator_with_a_fresh_proof_changes_the_logo() {
    let app = TestApp::spawn().await;
    let (browser, csrf) = signed_in(&app).await;
    let file = encoded(&drawing(300, 100), ImageFormat::Png);
    upload(&browser, &csrf, &file).await;
    let logo = id(&app).await;
    work(&app, "nakhla", &logo).await;
    // Without the page's own proof, or with one that is not its first field.
    for fields in [
        vec![],
        vec![("csrf", "x")],
        vec![("key", "1"), ("csrf", csrf.as_str())],
    ] {
        let (kind, body) = form(&fields, Some(&file));
        let sent = browser
            .request("POST", "nakhla", PAGE)
            .header("content-type", kind);
        assert_eq!(
            send(sent.body(body)).await.unwrap().status,
            403,
            "{fields:?}"
        );
    }
    assert_eq!(remove(&browser, "x").await.0, 403);
    let mut staff = app.browser();
    staff.sign_in("nakhla", "staff@nakhla").await;
    let theirs = staff.csrf("nakhla").await;
    assert_eq!(upload(&staff, &theirs, &file).await.status, 403);
    sqlx::query("update app.sessions set auth_time = now() - interval '16 minutes'")
        .execute(&mut app.behind().await)
        .await
        .unwrap();
    tokio::time::sleep(FORGOTTEN).await;
    let old = upload(&browser, &csrf, &file).await;
    assert_eq!(old.status, 403);
    assert!(old.body.contains("Confirm it is you"), "{}", old.body);
    assert_eq!(remove(&browser, &csrf).await.0, 403);
    assert_eq!(id(&app).await, logo);
    assert_eq!(entries(&app).await.len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn the_worker_draws_a_logo_and_mails_bear_it() {
    let app = TestApp::spawn().await;
    let worker = worker(&app, 4).await;
    let (browser, csrf) = signed_in(&app).await;
    let file = encoded(&drawing(300, 100), ImageFormat::Png);
    assert_eq!(upload(&browser, &csrf, &file).await.status, 303);
    let visitor = app.visitor("nakhla");
    let src = format!("/logo.jpg?v={}", id(&app).await);
    says(&visitor, "/en/", &src).await;
    invite(&app, "nakhla", "staff@masar").await;
    until("the mail", async || !mailed(&visitor).await.is_empty()).await;
    let mails = mailed(&visitor).await;
    let address = format!("<img src=\"{}{src}\" alt=\"\"", app.origin("nakhla"));
    assert!(text(&mails[0], "html").contains(&address), "{}", mails[0]);
    worker.stop().await;
    app.stop().await;
}
