//! What the preview of a link shows.

use crate::client::{gift, key, transfer};
use crate::testapp::TestApp;

/// The head of a PNG: its signature, and how wide and high it is.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[actix_web::test]
async fn a_preview_is_a_picture_that_moves_with_the_figures() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let fetch = async |path: &str| {
        let answer = visitor.request("GET", path).send().await.unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name).unwrap();
            value.to_str().unwrap().to_owned()
        };
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header("content-type"), "image/png");
        assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
        let keep = header("cache-control");
        (keep, answer.bytes().await.unwrap())
    };
    let named = async || {
        let page = visitor.get("/en/items/well").await.body;
        let (_, rest) = page.split_once("og:image\" content=\"").unwrap();
        let address: url::Url = rest.split('"').next().unwrap().parse().unwrap();
        format!("{}?{}", address.path(), address.query().unwrap())
    };
    let first = named().await;
    let (keep, before) = fetch(&first).await;
    assert_eq!(size(&before), (1_200, 630));
    assert!(before.len() < 120_000, "{} bytes", before.len());
    assert!(keep.contains("immutable"), "{keep}");

    // A gift arrives: another address and another picture, and the old address is not kept for what it no longer shows.
    let staff = app.staff("nakhla").await;
    let placed = visitor
        .order(&key(), &gift("well", 5_000))
        .await
        .expect(201);
    let path = format!(
        "/api/v1/admin/orders/{}/confirm-transfer",
        placed["id"].as_str().unwrap()
    );
    staff
        .post(&path, &key(), &transfer(5_000, "B-9"))
        .await
        .expect(200);
    visitor.shows("well", "raised", 5_000).await;
    let second = named().await;
    assert_ne!(first, second);
    let (_, after) = fetch(&second).await;
    assert_ne!(before, after);
    let (keep, now) = fetch(&first).await;
    assert_eq!((keep.as_str(), now), ("no-cache", after));

    assert_eq!(size(&fetch("/card.png").await.1), (1_200, 630));
    for hidden in ["/card/draft.png", "/card/nowhere.png"] {
        assert_eq!(visitor.get(hidden).await.status, 404, "{hidden}");
    }
    app.stop().await;
}
