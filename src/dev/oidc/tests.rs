//! The provider through its HTTP surface: what it grants, and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header;
use actix_web::test::TestRequest;
use actix_web::{App, test, web};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::Value;
use url::Url;

use super::{DevProvider, DevSettings, configure};
use crate::auth::jwks::Key;
use crate::auth::jwt::{Audience, Expect, Unverified};

const ISSUER: &str = "http://id.localhost:8080";
const BACK: &str = "http://auth.localhost:8080/auth/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn provider() -> web::Data<DevProvider> {
    let folder = std::env::temp_dir().join(format!("sadu-idp-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    let settings = DevSettings {
        issuer: ISSUER.into(),
        client_id: "sadu".into(),
        client_secret: "s3cret&+ %".to_owned().into(),
        redirect_uri: BACK.into(),
        post_logout_redirect_uri: "http://auth.localhost:8080/auth/signed-out".into(),
        audience: "sadu-api".into(),
        form_action: "http://*.localhost:8080".into(),
    };
    let provider = DevProvider::new(settings, &folder).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    web::Data::new(provider)
}

fn query(change: &[(&str, &str)]) -> String {
    let challenge = B64.encode(
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes()).as_ref(),
    );
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", "sadu"),
        ("redirect_uri", BACK),
        ("scope", "openid email profile offline_access"),
        ("state", "st-1"),
        ("nonce", "no-1"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| !change.iter().any(|(other, _)| other == name));
    pairs.extend(change.iter().filter(|(_, value)| !value.is_empty()));
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn get(path: &str) -> TestRequest {
    TestRequest::get()
        .uri(path)
        .insert_header((header::HOST, "id.localhost:8080"))
}

fn post(path: &str, form: &[(&str, &str)]) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header((header::HOST, "id.localhost:8080"))
        .set_form(form)
}

fn location(response: &ServiceResponse<impl MessageBody>) -> Url {
    let value = response
        .headers()
        .get(header::LOCATION)
        .expect("a redirect");
    Url::parse(value.to_str().unwrap()).unwrap()
}

fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(n, _)| n == name)
        .map(|(_, value)| value.into_owned())
}

macro_rules! call {
    ($app:expr, $request:expr) => {
        test::call_service($app, $request.to_request()).await
    };
}

macro_rules! json {
    ($app:expr, $request:expr) => {{
        let response = call!($app, $request);
        let status = response.status().as_u16();
        let body: Value = test::read_body_json(response).await;
        (status, body)
    }};
}

macro_rules! app {
    () => {
        test::init_service(App::new().configure(configure(provider()))).await
    };
}

macro_rules! code {
    ($app:expr, $user:literal) => {{
        let path = format!("/authorize?{}", query(&[]));
        let form = [("username", $user), ("password", "demo")];
        let response = call!($app, post(&path, &form));
        assert_eq!(response.status().as_u16(), 303);
        let back = location(&response);
        assert!(back.as_str().starts_with(BACK));
        assert_eq!(param(&back, "state").as_deref(), Some("st-1"));
        assert_eq!(param(&back, "iss").as_deref(), Some(ISSUER));
        param(&back, "code").unwrap()
    }};
}

fn redeem<'a>(code: &'a str, change: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("client_id", "sadu"),
        ("client_secret", "s3cret&+ %"),
    ];
    form.retain(|(name, _)| !change.iter().any(|(other, _)| other == name));
    form.extend(change);
    form
}

#[actix_web::test]
async fn a_sign_in_gives_tokens_that_our_verifier_believes() {
    let app = app!();
    let (_, discovery) = json!(&app, get("/.well-known/openid-configuration"));
    assert_eq!(discovery["issuer"], ISSUER);
    let (_, jwks) = json!(&app, get("/jwks"));
    let (kid, key) = Key::from_jwk(&jwks["keys"][0]).unwrap();

    let page = call!(&app, get(&format!("/authorize?{}", query(&[]))));
    assert_eq!(page.status().as_u16(), 200);
    let csp = page.headers().get(header::CONTENT_SECURITY_POLICY).unwrap();
    assert!(csp.to_str().unwrap().starts_with("default-src 'none'"));

    let code = code!(&app, "admin@nakhla");
    let (status, tokens) = json!(&app, post("/token", &redeem(&code, &[])));
    assert_eq!(status, 200, "{tokens}");
    let now = chrono::Utc::now().timestamp();
    let id = Unverified::parse(tokens["id_token"].as_str().unwrap()).unwrap();
    assert_eq!(id.kid(), kid);
    let expect = Expect::Id {
        client_id: "sadu",
        nonce: "no-1",
        marked: false,
    };
    let claims = id.verify(&key, ISSUER, &expect, now).unwrap();
    assert_eq!(claims.subject, "dev|admin@nakhla");
    assert_eq!(claims.verified_email(), Some("admin@nakhla.example"));
    assert_eq!(claims.all["amr"], serde_json::json!(["pwd", "mfa"]));
    assert!(claims.auth_time.is_some());

    let audience = Audience::Aud("sadu-api".into());
    let access = Unverified::parse(tokens["access_token"].as_str().unwrap()).unwrap();
    let claims = access
        .verify(&key, ISSUER, &Expect::Access(&audience), now)
        .unwrap();
    assert!(claims.expires_at - now <= 15 * 60);
}

#[actix_web::test]
async fn a_code_is_good_once_and_for_its_own_verifier_and_address() {
    let app = app!();
    for change in [
        ("code_verifier", "x"),
        ("redirect_uri", "http://auth.localhost:8080/other"),
    ] {
        let code = code!(&app, "staff@sidra");
        let (status, error) = json!(&app, post("/token", &redeem(&code, &[change])));
        assert_eq!((status, &error["error"]), (400, &"invalid_grant".into()));
        // A failed try uses the code up.
        let (status, _) = json!(&app, post("/token", &redeem(&code, &[])));
        assert_eq!(status, 400);
    }
    let code = code!(&app, "staff@sidra");
    let wrong = redeem(&code, &[("client_secret", "x")]);
    let (status, error) = json!(&app, post("/token", &wrong));
    assert_eq!((status, &error["error"]), (401, &"invalid_client".into()));
}

#[actix_web::test]
async fn refresh_tokens_rotate_and_a_copy_ends_the_family() {
    let app = app!();
    let code = code!(&app, "admin@masar");
    let (_, tokens) = json!(&app, post("/token", &redeem(&code, &[])));
    let first = tokens["refresh_token"].as_str().unwrap().to_owned();
    let refresh = |token: &str| {
        TestRequest::post()
            .uri("/token")
            .insert_header((header::HOST, "id.localhost"))
            // The parts of Basic are form-encoded first.
            .insert_header((
                header::AUTHORIZATION,
                format!(
                    "Basic {}",
                    base64::engine::general_purpose::STANDARD.encode("sadu:s3cret%26%2B+%25")
                ),
            ))
            .set_form([("grant_type", "refresh_token"), ("refresh_token", token)])
    };
    let (status, next) = json!(&app, refresh(&first));
    assert_eq!(status, 200, "{next}");
    let second = next["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(json!(&app, refresh(&first)).0, 400);
    assert_eq!(json!(&app, refresh(&second)).0, 400);
}

#[actix_web::test]
async fn programs_sign_in_with_a_password() {
    let app = app!();
    let form = |user, password| {
        post(
            "/token",
            &[
                ("grant_type", "password"),
                ("client_id", "sadu-dev"),
                ("username", user),
                ("password", password),
            ],
        )
    };
    let (status, tokens) = json!(&app, form("nomfa@nakhla", "demo"));
    assert_eq!(status, 200);
    let claims = tokens["access_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap();
    let claims: Value = serde_json::from_slice(&B64.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
    let userinfo = TestRequest::get()
        .uri("/userinfo")
        .insert_header((header::HOST, "id.localhost"))
        .insert_header((
            header::AUTHORIZATION,
            format!("Bearer {}", tokens["access_token"].as_str().unwrap()),
        ));
    assert_eq!(json!(&app, userinfo).1["email"], "nomfa@nakhla.example");
    for (user, password) in [("nomfa@nakhla", "Demo"), ("nobody@nakhla", "demo")] {
        let (status, error) = json!(&app, form(user, password));
        assert_eq!((status, &error["error"]), (400, &"invalid_grant".into()));
    }
    let secret = [
        ("grant_type", "password"),
        ("client_id", "sadu-dev"),
        ("client_secret", "x"),
    ];
    assert_eq!(json!(&app, post("/token", &secret)).0, 401);
    let twice = [
        ("grant_type", "password"),
        ("grant_type", "password"),
        ("client_id", "sadu-dev"),
    ];
    assert_eq!(json!(&app, post("/token", &twice)).0, 400);
    let none = [("client_id", "sadu-dev")];
    assert_eq!(json!(&app, post("/token", &none)).0, 400);
}

#[actix_web::test]
async fn a_request_that_is_not_right_never_reaches_the_chooser() {
    let app = app!();
    let show = |change: &[(&str, &str)]| get(&format!("/authorize?{}", query(change)));
    // Not our client or address: no redirect at all.
    for change in [
        [("client_id", "other")],
        [("redirect_uri", "https://evil.example/cb")],
        [("redirect_uri", "http://auth.localhost:8080/auth/callback/")],
        [(
            "redirect_uri",
            "http://auth.localhost:8080/auth/callback?x=1",
        )],
    ] {
        let response = call!(&app, show(&change));
        assert_eq!(response.status().as_u16(), 400, "{change:?}");
    }
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "email"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("nonce", ""), "invalid_request"),
        (("state", ""), "invalid_request"),
        (("prompt", "none"), "login_required"),
    ] {
        let response = call!(&app, show(&[change]));
        let back = location(&response);
        assert_eq!(param(&back, "error").as_deref(), Some(error), "{change:?}");
        assert!(param(&back, "code").is_none());
    }
    let wrong = [("username", "admin@nakhla"), ("password", "nope")];
    let path = format!("/authorize?{}", query(&[]));
    let response = call!(&app, post(&path, &wrong));
    assert_eq!(response.status().as_u16(), 401);
}

#[actix_web::test]
async fn signing_out_goes_only_to_the_registered_address() {
    let app = app!();
    let path = |to: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("post_logout_redirect_uri", to)
            .append_pair("state", "s")
            .finish();
        get(&format!("/logout?{query}"))
    };
    let to = "http://auth.localhost:8080/auth/signed-out";
    let response = call!(&app, path(to));
    assert_eq!(location(&response).as_str(), format!("{to}?state=s"));
    let response = call!(&app, path("https://evil.example"));
    assert_eq!(response.status().as_u16(), 200);
}

#[actix_web::test]
async fn only_its_own_host_is_answered() {
    let app = app!();
    let other = TestRequest::get()
        .uri("/jwks")
        .insert_header((header::HOST, "nakhla.localhost:8080"));
    assert_eq!(call!(&app, other).status().as_u16(), 404);
}
