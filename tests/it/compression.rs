//! What a page weighs on its way, and what is never compressed.

use std::collections::BTreeMap;

use crate::client::{Client, gift, key};
use crate::testapp::TestApp;

/// The body as it travels, and its encoding.
async fn travelling(client: &Client, path: &str) -> (Vec<u8>, String) {
    let request = client.request("GET", path).header("accept-encoding", "br");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let encoding = answer.headers().get("content-encoding");
    let encoding = encoding
        .map_or("", |value| value.to_str().unwrap())
        .to_owned();
    (answer.bytes().await.unwrap().to_vec(), encoding)
}

fn read(body: &[u8], encoding: &str) -> String {
    let mut plain = Vec::new();
    match encoding {
        "br" => brotli::BrotliDecompress(&mut &*body, &mut plain).unwrap(),
        _ => plain.extend_from_slice(body),
    }
    String::from_utf8(plain).unwrap()
}

/// The addresses of stylesheets and scripts a page names.
fn named(html: &str) -> Vec<String> {
    let quoted = |start: &str| -> Vec<String> {
        let parts = html.split(start).skip(1);
        parts
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect()
    };
    [
        quoted("<link rel=\"stylesheet\" href=\""),
        quoted("<script type=\"module\" src=\""),
    ]
    .concat()
}

/// The modules a script imports, beside it.
fn imported(script: &str, path: &str) -> Vec<String> {
    let (folder, _) = path.rsplit_once('/').unwrap();
    let names = script.split(" from './").skip(1);
    names
        .filter_map(|rest| rest.split('\'').next())
        .map(|name| format!("{folder}/{name}"))
        .collect()
}

#[actix_web::test]
async fn an_item_page_weighs_less_than_a_hundred_kilobytes() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let mut weights = BTreeMap::new();
    let mut wanted = vec!["/ar/items/well".to_owned()];
    while let Some(path) = wanted.pop() {
        if weights.contains_key(&path) {
            continue;
        }
        let (body, encoding) = travelling(&visitor, &path).await;
        let text = read(&body, &encoding);
        assert_eq!(encoding == "br", text.len() >= 1_024, "{path}");
        wanted.extend(match path.rsplit_once('.') {
            Some((_, "js")) => imported(&text, &path),
            Some((_, "css")) => Vec::new(),
            _ => named(&text),
        });
        weights.insert(path, body.len());
    }
    let sum: usize = weights.values().sum();
    println!(
        "an item page: {sum} bytes of HTML, CSS and JavaScript, compressed, in {} files",
        weights.len()
    );
    assert!(weights.len() >= 6, "{weights:?}");
    assert!(sum < 100 * 1_024, "{weights:?}");
    app.stop().await;
}

#[actix_web::test]
async fn the_pages_of_one_visitor_and_of_staff_are_never_compressed() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let placed = visitor
        .order(&key(), &gift("well", 5_000))
        .await
        .expect(201);
    let link: url::Url = placed["track_url"].as_str().unwrap().parse().unwrap();
    let thanks = format!("{}?{}", link.path(), link.query().unwrap());
    let checkout = "/ar/checkout?item=well&amount=5.000".to_owned();
    for path in [checkout, thanks, "/ar/track".to_owned()] {
        let (body, encoding) = travelling(&visitor, &path).await;
        assert_eq!(encoding, "", "{path}");
        assert!(body.len() > 1_024, "{path} is long enough to be worth it");
    }
    let staff = app.staff("nakhla").await;
    for path in ["/api/v1/admin/inbox", "/api/v1/me"] {
        assert_eq!(travelling(&staff, path).await.1, "", "{path}");
    }
    app.stop().await;
}
