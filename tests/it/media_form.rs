//! Pictures from browsers without scripts: one a form, on the same way as those that a script sends; and what comes twice is one.

use serde_json::{Value, json};

use crate::client::{Client, key};
use crate::pictures::{MEDIA, announcement, jpeg, look};
use crate::testapp::TestApp;

/// The media type and the bytes of a form with a file, its fields in this order.
pub(crate) fn form(fields: &[(&str, &str)], file: Option<&[u8]>) -> (&'static str, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    if let Some(file) = file {
        let head = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n";
        body.extend(head.as_bytes());
        body.extend(file);
        body.extend(b"\r\n");
    }
    body.extend(b"--XX--\r\n");
    ("multipart/form-data; boundary=XX", body)
}

async fn item(who: &Client) -> String {
    let item = json!({ "kind": "fund", "title": { "ar": "صندوق", "en": "Fund" } });
    let made = who.post("/api/v1/admin/items", &key(), &item).await;
    made.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn pictures(who: &Client, item: &str) -> Vec<Value> {
    let item = who.json(&format!("/api/v1/admin/items/{item}")).await;
    item["pictures"].as_array().unwrap().clone()
}

/// Sends a form with a token of the API; answers its status and where it leads.
async fn sent(who: &Client, item: &str, (kind, body): (&str, Vec<u8>)) -> (u16, String) {
    let request = who.request("POST", &format!("/admin/items/{item}/pictures"));
    let answer = request.header("content-type", kind).body(body).send().await;
    let answer = answer.unwrap();
    let to = answer.headers().get("location");
    let to = to.map_or_else(String::new, |to| to.to_str().unwrap().to_owned());
    (answer.status().as_u16(), to)
}

#[actix_web::test]
async fn a_picture_comes_in_an_ordinary_form() {
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    let item = item(&staff).await;
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    let (cookie, csrf) = (
        format!("__Host-sid={}", browser.session("nakhla").unwrap()),
        browser.csrf("nakhla").await,
    );
    let page = format!("/admin/items/{item}");
    let (one_time, file) = (key(), jpeg(700, 400));
    let post = async |fields: &[(&str, &str)], file: &[u8]| {
        let (kind, body) = form(fields, Some(file));
        let request = app.request("POST", "nakhla", &format!("{page}/pictures"));
        let request = request
            .header("cookie", &cookie)
            .header("origin", app.origin("nakhla"));
        let answer = request.header("content-type", kind).body(body).send().await;
        let answer = answer.unwrap();
        let to = answer.headers().get("location").cloned();
        (answer.status().as_u16(), to)
    };
    // Its proof stands first, and is the session's own.
    for fields in [
        vec![("key", one_time.as_str())],
        vec![("csrf", "x"), ("key", one_time.as_str())],
        vec![("key", one_time.as_str()), ("csrf", csrf.as_str())],
    ] {
        assert_eq!(post(&fields, &file).await.0, 403, "{fields:?}");
    }
    let good = [("csrf", csrf.as_str()), ("key", one_time.as_str())];
    // Sent twice, it is one.
    for _ in 0..2 {
        let (status, to) = post(&good, &file).await;
        assert_eq!(status, 303);
        assert_eq!(to.unwrap(), format!("{page}#pictures").as_str());
    }
    let there = pictures(&staff, &item).await;
    assert_eq!(there.len(), 1);
    let id = there[0]["id"].as_str().unwrap();
    let ready = look(&app, &staff, "nakhla", id).await;
    assert_eq!(
        (&ready["state"], &ready["w"]),
        (&json!("ready"), &json!(480))
    );
    let entries: Vec<String> = sqlx::query_scalar(
        "select action from app.audit_logs where tenant_id = $1 and object_type = 'media' and object_id = $2 order by seq",
    )
    .bind(app.a.id.as_uuid())
    .bind(id)
    .fetch_all(&mut app.behind().await)
    .await
    .unwrap();
    assert_eq!(entries, ["media.announce", "media.complete"]);
    // Another file under the same key is another thing.
    let (status, to) = post(&good, &jpeg(701, 400)).await;
    assert_eq!(status, 303);
    assert_eq!(
        to.unwrap(),
        format!("{page}?refused=idempotency.key_reused").as_str()
    );
    assert_eq!(pictures(&staff, &item).await.len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn a_form_with_a_file_is_bounded_and_says_what_is_amiss() {
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    let item = item(&staff).await;
    let page = format!("/admin/items/{item}");
    let refused = |code: &str| (303, format!("{page}?refused={code}"));
    let one_time = key();
    let fields = [("key", one_time.as_str())];
    for (file, code) in [
        (b"<svg onload='alert(1)'/>".to_vec(), "media.not_a_picture"),
        (Vec::new(), "media.not_a_picture"),
        (
            [jpeg(40, 30), vec![0; 15 * 1024 * 1024]].concat(),
            "media.too_large",
        ),
    ] {
        let answer = sent(&staff, &item, form(&fields, Some(&file))).await;
        assert_eq!(answer, refused(code));
    }
    let file = jpeg(40, 30);
    let (kind, body) = form(&fields, Some(&file));
    let cut = body[..body.len() - 30].to_vec();
    assert_eq!(sent(&staff, &item, (kind, cut)).await.0, 400);
    let json = ("application/json", b"{}".to_vec());
    assert_eq!(sent(&staff, &item, json).await.0, 415);
    assert_eq!(sent(&staff, &item, form(&[], Some(&file))).await.0, 400);
    let long = "x".repeat(300);
    let long = form(&[("key", &long)], Some(&file));
    assert_eq!(sent(&staff, &item, long).await.0, 400);
    // The neighbour's item is as unknown as none.
    let theirs = self::item(&app.staff("sidra").await).await;
    for other in [theirs, uuid::Uuid::now_v7().to_string(), "x".to_owned()] {
        let answer = sent(&staff, &other, form(&fields, Some(&file))).await;
        assert_eq!(answer.0, 404, "{other}");
    }
    // So many at a time, and no more.
    let room = app.node.app.uploads.clone();
    let taken = room.try_acquire_many(u32::try_from(room.available_permits()).unwrap());
    let busy = sent(&staff, &item, form(&fields, Some(&file))).await;
    assert_eq!(busy.0, 503);
    drop(taken);
    assert!(pictures(&staff, &item).await.is_empty());
    let kept = sent(&staff, &item, form(&fields, Some(&file))).await;
    assert_eq!(kept, (303, format!("{page}#pictures")));
    app.stop().await;
}

#[actix_web::test]
async fn an_announcement_under_a_key_is_made_once() {
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    let (item, one_time) = (item(&staff).await, key());
    let body = announcement(&item, "image/jpeg", &jpeg(50, 40));
    let first = staff.post(MEDIA, &one_time, &body).await;
    let again = staff.post(MEDIA, &one_time, &body).await;
    assert!(!first.replayed() && again.replayed());
    assert_eq!((again.status, &again.body), (201, &first.body));
    let other = announcement(&item, "image/jpeg", &jpeg(51, 40));
    let reused = staff.post(MEDIA, &one_time, &other).await;
    assert_eq!(reused.problem(), (422, "idempotency.key_reused".into()));
    // Somebody else's key of the same letters is another one.
    let admin = app.admin("nakhla").await;
    let theirs = admin.post(MEDIA, &one_time, &body).await;
    assert!(!theirs.replayed());
    assert_ne!(theirs.expect(201)["id"], first.json()["id"]);
    app.stop().await;
}
