//! Finding an order on the staff pages: by its reference, by its donor's phone, and what is said when there is none.

use crate::browser::Browser;
use crate::client::{Answer, PHONE, gift, key, send};
use crate::testapp::TestApp;

async fn find(browser: &Browser<'_>, label: &str, csrf: &str, q: &str) -> Answer {
    let form = [("csrf", csrf), ("q", q)];
    let request = browser.request("POST", label, "/admin/inbox/find");
    send(request.form(&form)).await.unwrap()
}

#[actix_web::test]
async fn a_caller_is_found_by_reference_or_phone_on_their_own_tenant_alone() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let mut body = gift("school", 5_000);
    let first = visitor.order(&key(), &body).await.expect(201);
    let mut browser = app.browser();
    browser.sign_in("nakhla", "staff@nakhla").await;
    let csrf = browser.csrf("nakhla").await;

    // One order: straight to it, however its number or the phone is read out.
    let reference = first["reference"].as_str().unwrap();
    let page = format!("/admin/inbox/{}", first["id"].as_str().unwrap());
    let loose = reference.replace('-', " ").to_lowercase();
    let local = PHONE.trim_start_matches("+965");
    for q in [reference, &loose, PHONE, local, &format!("00965 {local}")] {
        let answer = find(&browser, "nakhla", &csrf, q).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, &*page),
            "{q}"
        );
    }

    // Several: a list of that phone's, newest first, without the phone in its address.
    let second = visitor.order(&key(), &body).await.expect(201);
    body["donor"]["phone"] = "+96530009876".into();
    let other = visitor.order(&key(), &body).await.expect(201);
    let answer = find(&browser, "nakhla", &csrf, local).await;
    let list = format!("/admin/inbox/{}/donor", second["id"].as_str().unwrap());
    assert_eq!((answer.status, answer.header("location")), (303, &*list));
    for from in [&first, &second] {
        let path = format!("/admin/inbox/{}/donor", from["id"].as_str().unwrap());
        let shown = send(browser.request("GET", "nakhla", &path)).await.unwrap();
        assert_eq!(shown.status, 200);
        let at = |order: &serde_json::Value| shown.body.find(order["reference"].as_str().unwrap());
        assert!(at(&second).unwrap() < at(&first).unwrap());
        assert_eq!(at(&other), None);
    }

    // Nobody's number, and what is no number, are said; what was typed stays, as text.
    let none = find(&browser, "nakhla", &csrf, "+96530001111").await;
    assert_eq!(
        (none.status, none.header("cache-control")),
        (200, "no-store")
    );
    assert!(none.body.contains("Nothing has this number") && none.body.contains("+96530001111"));
    let unclear = find(&browser, "nakhla", &csrf, "\"><b>Latifa").await;
    assert_eq!(unclear.status, 422);
    assert!(unclear.body.contains("NKH-229-5041-781") && !unclear.body.contains("<b>Latifa"));

    // Another tenant's staff find none of it.
    let mut elsewhere = app.browser();
    elsewhere.sign_in("sidra", "staff@sidra").await;
    let csrf = elsewhere.csrf("sidra").await;
    for q in [reference, PHONE] {
        let answer = find(&elsewhere, "sidra", &csrf, q).await;
        assert_eq!(answer.status, 200, "{q}");
        assert!(answer.body.contains("Nothing has this number"), "{q}");
    }
    let missing = send(elsewhere.request("GET", "sidra", &list))
        .await
        .unwrap();
    assert_eq!(missing.status, 404);
    app.stop().await;
}
