//! Pictures from the editor's hand to the visitor's eye: announced, sent to the bucket, looked at, described, shown.

use image::ImageFormat;
use sadu_actors::storage::objects::Key;
use serde_json::{Value, json};

use crate::anchors::{S3, command, said};
use crate::client::{Client, key, send};
use crate::pictures::{
    MEDIA, announcement, complete, drawing, encoded, exif, follow, jpeg, look, put, upload,
    with_segment,
};
use crate::testapp::TestApp;

const ITEMS: &str = "/api/v1/admin/items";

async fn project(who: &Client, slug: &str) -> String {
    let item = json!({
        "kind": "project", "slug": slug, "title": { "ar": "مدرسة", "en": "School" }, "summary": { "ar": "فصول", "en": "Rooms" },
        "story": { "ar": "قصة", "en": "Story" }, "target": 900_000,
    });
    let made = who.post(ITEMS, &key(), &item).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn publish(who: &Client, item: &str) -> crate::client::Answer {
    who.post(&format!("{ITEMS}/{item}/publish"), &key(), &json!({}))
        .await
}

async fn change(who: &Client, id: &str, body: &Value) -> Value {
    let request = who.request("PUT", &format!("{MEDIA}/{id}")).json(body);
    send(request).await.unwrap().expect(200)
}

/// Waits until an item shows so many pictures.
async fn shows(visitor: &Client, slug: &str, count: usize) -> Vec<Value> {
    for _ in 0..500 {
        let answer = visitor.get(&format!("/api/v1/items/{slug}")).await;
        let media = answer.json()["media"].as_array().cloned();
        if let Some(media) = media.filter(|media| media.len() == count) {
            return media;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{slug} does not show {count} pictures");
}

async fn actions(app: &TestApp, id: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select action from app.audit_logs where tenant_id = $1 and object_type = 'media' and object_id = $2 order by seq",
    )
    .bind(app.a.id.as_uuid())
    .bind(id)
    .fetch_all(&mut app.behind().await)
    .await
    .unwrap()
}

#[actix_web::test]
async fn a_picture_goes_from_the_editor_to_visitors_of_its_tenant_alone() {
    let app = TestApp::spawn().await;
    let (staff, admin) = (app.staff("nakhla").await, app.admin("nakhla").await);
    let (visitor, neighbour) = (app.visitor("nakhla"), app.visitor("sidra"));
    let item = project(&staff, "school-with-pictures").await;

    // Sideways, with a place in it.
    let file = with_segment(&jpeg(2_000, 1_000), 0xe1, &exif(6));
    let id = upload(&staff, &item, "image/jpeg", &file).await;
    let waiting = staff.json(&format!("{MEDIA}/{id}")).await;
    assert_eq!(waiting["state"], "pending");
    let ready = look(&app, &staff, "nakhla", &id).await;
    assert_eq!(ready["state"], "ready", "{ready}");
    // Done twice, it is done once.
    assert_eq!(look(&app, &staff, "nakhla", &id).await, ready);

    // It is not published before somebody said what it shows, in both languages.
    let blocked = publish(&admin, &item).await;
    assert_eq!(blocked.problem(), (409, "item.not_ready".into()));
    let fields: Vec<Value> = blocked.json()["errors"].as_array().unwrap().clone();
    assert_eq!(fields[0]["field"], "media[0].alt.ar");
    assert_eq!(fields[0]["message"], "Describe photo 1 in Arabic");
    assert_eq!(fields.len(), 2);
    let alt = json!({ "ar": "فصل جديد", "en": "A new room" });
    change(&staff, &id, &json!({ "alt": alt })).await;
    let path = format!("/media/{id}/480.jpg");
    assert_eq!(visitor.get(&path).await.status, 404);
    assert_eq!(staff.get(&format!("/admin{path}")).await.status, 302);
    publish(&admin, &item).await.expect(200);

    let shown = shows(&visitor, "school-with-pictures", 1).await;
    // Upright: what was 2,000 × 1,000 stands.
    assert_eq!(shown[0]["alt"], alt);
    assert_eq!(
        (&shown[0]["w"], &shown[0]["h"]),
        (&json!(1_000), &json!(2_000))
    );
    assert_eq!(shown[0]["url"], format!("/media/{id}/1000.jpg"));
    for width in [480_u32, 960, 1_000] {
        let (bytes, kind) = follow(&visitor, &format!("/media/{id}/{width}.jpg")).await;
        assert_eq!(kind, "image/jpeg");
        let drawn = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!(drawn.width(), width);
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
        assert!(!holds(b"Exif") && !holds(b"SECRET-GPS"));
    }
    let led = visitor.get(&path).await;
    assert_eq!(led.header("cache-control"), "private, max-age=240");
    assert!(led.header("location").contains("X-Amz-Expires=300"));
    // The policy lets it through, and nothing else.
    let page = visitor.get("/en/items/school-with-pictures").await;
    let bucket: String = led
        .header("location")
        .split('/')
        .take(3)
        .collect::<Vec<_>>()
        .join("/");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains(&format!("img-src 'self' data: {bucket};")),
        "{policy}"
    );
    assert!(
        policy.contains(&format!("connect-src 'self' {bucket};")),
        "{policy}"
    );

    // The neighbour sees none of it: not the picture, not its row, not with its own staff.
    assert_eq!(neighbour.get(&path).await.status, 404);
    let theirs = app.staff("sidra").await;
    assert_eq!(theirs.get(&format!("/admin{path}")).await.status, 404);
    assert_eq!(theirs.get(&format!("{MEDIA}/{id}")).await.status, 404);
    // Nor does anybody see the original.
    assert_eq!(
        visitor
            .get(&format!("/media/{id}/original.jpg"))
            .await
            .status,
        404
    );

    let removed = send(staff.request("DELETE", &format!("{MEDIA}/{id}"))).await;
    assert_eq!(removed.unwrap().status, 204);
    shows(&visitor, "school-with-pictures", 0).await;
    assert_eq!(visitor.get(&path).await.status, 404);
    // And is brought back.
    change(&staff, &id, &json!({ "item": item })).await;
    shows(&visitor, "school-with-pictures", 1).await;
    assert_eq!(
        actions(&app, &id).await,
        [
            "media.announce",
            "media.complete",
            "media.edit",
            "media.remove",
            "media.edit"
        ]
    );
    app.stop().await;
}

#[actix_web::test]
async fn pictures_keep_the_order_they_are_given() {
    let app = TestApp::spawn().await;
    let (staff, visitor) = (app.staff("nakhla").await, app.visitor("nakhla"));
    let item = project(&staff, "three-pictures").await;
    let mut ids = Vec::new();
    for (n, width) in [500_u32, 510, 520].into_iter().enumerate() {
        let file = encoded(&drawing(width, 300), ImageFormat::Png);
        let id = upload(&staff, &item, "image/png", &file).await;
        assert_eq!(look(&app, &staff, "nakhla", &id).await["state"], "ready");
        let alt = json!({ "ar": format!("صورة {n}"), "en": format!("Picture {n}") });
        change(&staff, &id, &json!({ "alt": alt })).await;
        ids.push(id);
    }
    publish(&app.admin("nakhla").await, &item).await.expect(200);
    let widths =
        |shown: &[Value]| -> Vec<i64> { shown.iter().map(|m| m["w"].as_i64().unwrap()).collect() };
    let shown = shows(&visitor, "three-pictures", 3).await;
    assert_eq!(widths(&shown), [500, 510, 520]);
    change(&staff, &ids[2], &json!({ "position": 0 })).await;
    for _ in 0..500 {
        if widths(&shows(&visitor, "three-pictures", 3).await) == [520, 500, 510] {
            // Large areas of one colour are smaller as WebP.
            let (bytes, kind) = follow(&visitor, &format!("/media/{}/480.webp", ids[2])).await;
            assert_eq!(kind, "image/webp");
            assert!(image::load_from_memory_with_format(&bytes, ImageFormat::WebP).is_ok());
            return app.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the order did not change");
}

#[actix_web::test]
async fn what_is_announced_is_checked_and_what_is_sent_is_held_to_it() {
    let app = TestApp::spawn().await;
    let (staff, admin) = (app.staff("nakhla").await, app.admin("nakhla").await);
    let item = project(&staff, "announced").await;
    let file = jpeg(600, 400);
    let good = announcement(&item, "image/jpeg", &file);
    let refused = async |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        let answer = staff.post(MEDIA, &key(), &body).await;
        let error = answer.json()["errors"][0].clone();
        (answer.status, error["field"].clone(), error["code"].clone())
    };
    for (field, value, code) in [
        ("type", json!("image/svg+xml"), "media.not_a_picture"),
        ("type", json!("application/pdf"), "media.not_a_picture"),
        ("bytes", json!(15 * 1024 * 1024 + 1), "media.too_large"),
        ("bytes", json!(0), "media.broken"),
        ("sha256", json!("no"), "request.field_invalid"),
    ] {
        assert_eq!(
            refused(field, value).await,
            (422, json!(field), json!(code))
        );
    }
    let nowhere = refused("item", json!(uuid::Uuid::now_v7())).await;
    assert_eq!(nowhere.0, 422);
    // The neighbour's item is as unknown.
    let theirs = project(&app.staff("sidra").await, "theirs").await;
    assert_eq!(refused("item", json!(theirs)).await, nowhere);

    let upload = staff.post(MEDIA, &key(), &good).await.expect(201);
    let id = upload["id"].as_str().unwrap();
    assert_eq!(
        complete(&staff, id).await.problem(),
        (409, "media.not_uploaded".into())
    );
    assert_eq!(put(&upload, &jpeg(601, 400)).await, 403);
    assert_eq!(put(&upload, &file).await, 200);
    complete(&staff, id).await.expect(200);
    complete(&staff, id).await.expect(200);
    let jobs: i64 = sqlx::query_scalar("select count(*) from app.audit_logs where tenant_id = $1 and object_id = $2 and action = 'media.complete'")
        .bind(app.a.id.as_uuid())
        .bind(id)
        .fetch_one(&mut app.behind().await)
        .await
        .unwrap();
    assert_eq!(jobs, 1);
    // A picture that is on its way holds a publication back as well: it, too, will have to be described.
    assert_eq!(publish(&admin, &item).await.status, 409);
    app.stop().await;
}

/// An address takes its body once more after the first was refused and taken away. That does not stay either.
#[actix_web::test]
async fn what_was_refused_is_forgotten_with_whatever_is_sent_after_it() {
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    let item = project(&staff, "refused").await;
    let file = b"no picture at all";
    let announced = announcement(&item, "image/jpeg", file);
    let sent = staff.post(MEDIA, &key(), &announced).await.expect(201);
    let id = sent["id"].as_str().unwrap();
    assert_eq!(put(&sent, file).await, 200);
    complete(&staff, id).await.expect(200);
    assert_eq!(look(&app, &staff, "nakhla", id).await["state"], "rejected");
    let original = Key::incoming(app.a.id, id.parse().unwrap());
    let objects = &app.node.app.objects;
    assert_eq!(objects.length(&original).await.unwrap(), None);
    assert_eq!(put(&sent, file).await, 200);
    assert!(objects.length(&original).await.unwrap().is_some());

    // Its sender reads why for two days.
    let another = jpeg(600, 400);
    let next = upload(&staff, &item, "image/jpeg", &another).await;
    look(&app, &staff, "nakhla", &next).await;
    staff.json(&format!("{MEDIA}/{id}")).await;
    sqlx::query("update app.media set updated_at = now() - interval '49 hours' where id = $1")
        .bind(id.parse::<uuid::Uuid>().unwrap())
        .execute(&mut app.behind().await)
        .await
        .unwrap();
    let next = upload(&staff, &item, "image/jpeg", &another).await;
    look(&app, &staff, "nakhla", &next).await;
    assert_eq!(staff.get(&format!("{MEDIA}/{id}")).await.status, 404);
    assert_eq!(objects.length(&original).await.unwrap(), None);
    app.stop().await;
}

/// T48: no name that a client sends becomes part of a key.
#[actix_web::test]
async fn t48_no_name_leads_out_of_the_tenants_prefix() {
    let app = TestApp::spawn().await;
    let staff = app.staff("nakhla").await;
    let theirs = app.staff("sidra").await;
    let item = project(&theirs, "theirs").await;
    let file = jpeg(600, 400);
    let id = upload(&theirs, &item, "image/jpeg", &file).await;
    look(&app, &theirs, "sidra", &id).await;
    let (b, own) = (app.b.id, uuid::Uuid::now_v7());
    for name in [
        format!("..%2f..%2f..%2f{b}%2fincoming%2f{id}"),
        format!("../../../{b}/incoming/{id}"),
        format!("..%5c..%5c{b}%5cmedia%5c{id}%5c480.jpg"),
        "%2e%2e%2f480.jpg".to_owned(),
        "480.jpg%00".to_owned(),
        "480.jpg%2f..".to_owned(),
        "/480.jpg".to_owned(),
    ] {
        for id in [&id, &own.to_string()] {
            for path in [
                format!("/admin/media/{id}/{name}"),
                format!("/media/{id}/{name}"),
            ] {
                // A NUL is refused before anything is looked for.
                let status = if name.contains("%00") { 400 } else { 404 };
                assert_eq!(staff.get(&path).await.status, status, "{path}");
            }
        }
    }
    // A key is never asked for: what is not an item's id is no request, and what is signed lies under the tenant's own prefix.
    let ours = project(&staff, "ours").await;
    for body in [
        json!({ "item": format!("../{b}"), "type": "image/jpeg", "bytes": 3, "sha256": "07".repeat(32) }),
        json!({ "item": ours, "type": "image/jpeg", "bytes": 3, "sha256": "07".repeat(32), "key": format!("{b}/incoming/{id}") }),
        json!({ "item": ours, "type": "image/jpeg", "bytes": 3, "sha256": "07".repeat(32), "id": id }),
    ] {
        assert_eq!(staff.post(MEDIA, &key(), &body).await.status, 400);
    }
    let upload = staff
        .post(MEDIA, &key(), &announcement(&ours, "image/jpeg", &file))
        .await
        .expect(201);
    let prefix = format!("/{}/incoming/{}?", app.a.id, upload["id"].as_str().unwrap());
    assert!(upload["url"].as_str().unwrap().contains(&prefix));
    app.stop().await;
}

/// In front of moto, which names this answer after its question; S3, and whoever reads it, calls it `VersioningConfiguration`.
fn as_s3_names_it(moto: &str) -> String {
    use std::io::{Read, Write};
    let moto = moto.trim_start_matches("http://").to_owned();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (
                client.unwrap(),
                std::net::TcpStream::connect(&moto).unwrap(),
            );
            let (mut question, mut byte) = (Vec::new(), [0]);
            while !question.ends_with(b"\r\n\r\n") && client.read(&mut byte).unwrap() == 1 {
                question.push(byte[0]);
            }
            server.write_all(&question).unwrap();
            let mut answer = String::new();
            // moto ends the connection after each answer.
            server.read_to_string(&mut answer).unwrap();
            let lines = answer
                .split_inclusive('\n')
                .filter(|line| !line.starts_with("Content-Length"));
            let answer: String = lines.collect();
            let answer = answer.replace("GetBucketVersioningResponse", "VersioningConfiguration");
            client.write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

/// A bucket that forgets is no place for originals; moto knows versions, as S3 does.
#[actix_web::test]
async fn check_asks_for_a_bucket_that_keeps_versions() {
    let app = TestApp::spawn().await;
    let s3 = S3::start().await;
    assert_eq!(s3.ask("PUT", "/pictures", &[]).await.0, 200);
    let mut settings = s3.place("pictures");
    let endpoint = settings.iter().find(|(name, _)| *name == "S3_ENDPOINT");
    let endpoint = as_s3_names_it(&endpoint.unwrap().1);
    settings.retain(|(name, _)| !name.starts_with("SADU_ANCHOR") && *name != "S3_ENDPOINT");
    settings.push(("S3_ENDPOINT", endpoint));
    for (name, value) in [
        ("S3_BUCKET", "pictures"),
        ("BASE_DOMAIN", "localhost"),
        ("PUBLIC_SCHEME", "http"),
        ("OIDC_ISSUER", "http://127.0.0.1:9"),
        ("OIDC_CLIENT_ID", "sadu"),
        ("OIDC_CLIENT_SECRET", "0123456789abcdef0123456789abcdef"),
        ("OIDC_AUDIENCE", "sadu-api"),
    ] {
        settings.push((name, value.to_owned()));
    }
    let refused = command(&app, "check", &settings);
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("bucket pictures keeps no versions"),
        "{}",
        said(&refused)
    );
    let versions = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(s3.put("/pictures?versioning", versions).await, 200);
    let good = command(&app, "check", &settings);
    assert!(good.status.success(), "{}", said(&good));
    // Off this machine nothing travels in the clear.
    settings.retain(|(name, _)| *name != "S3_ENDPOINT");
    settings.push(("S3_ENDPOINT", "http://s3.example".to_owned()));
    let plain = command(&app, "check", &settings);
    assert!(
        said(&plain).contains("S3_ENDPOINT must begin with https://"),
        "{}",
        said(&plain)
    );
    app.stop().await;
}
