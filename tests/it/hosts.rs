//! The host is the tenant: which spellings are one, which are nobody's, and what is never asked.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::testapp::TestApp;

/// Sends these lines as they are; answers the status and the rest.
async fn raw(port: u16, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let status = text.split(' ').nth(1).unwrap_or_default();
    (status.parse().unwrap_or_default(), text)
}

async fn site(port: u16, target: &str, hosts: &[&str], more: &str) -> (u16, String) {
    let hosts: String = hosts.iter().map(|h| format!("Host: {h}\r\n")).collect();
    let head = format!("GET {target} HTTP/1.1\r\n{hosts}{more}Connection: close\r\n\r\n");
    raw(port, &head).await
}

#[actix_web::test]
async fn t55_one_tenant_has_one_host_however_it_is_spelt() {
    let app = TestApp::spawn().await;
    let port = app.node.port;
    for host in [
        "nakhla.localhost",
        "NAKHLA.LocalHost",
        "nakhla.localhost:80",
        "nakhla.localhost.",
        "nakhla.localhost.:8080",
    ] {
        let (status, text) = site(port, "/api/v1/site", &[host], "").await;
        assert_eq!(status, 200, "{host}: {text}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn t55_an_unknown_host_is_nobodys() {
    let app = TestApp::spawn().await;
    let port = app.node.port;
    let hosts = [
        "nowhere.localhost",
        "localhost",
        "127.0.0.1",
        "a.nakhla.localhost",
        "nakhla.localhost.example",
        "nakhla_localhost",
        "nakhla..localhost",
        "نخلة.localhost",
        "[::1]",
        "nakhla.localhost:80:80",
        "nakhla.localhost@sidra.localhost",
    ];
    let mut bodies = std::collections::BTreeSet::new();
    for host in hosts {
        let same = "X-Request-Id: the-same-request\r\n";
        let (status, text) = site(port, "/api/v1/site", &[host], same).await;
        assert!(matches!(status, 404 | 400), "{host}: {text}");
        if status == 404 {
            let body = text.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned();
            assert!(!body.contains("Aid"), "{body}");
            bodies.insert(body);
        }
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    for reserved in sadu::config::site::RESERVED {
        let host = format!("{reserved}.localhost:{port}");
        let answer = Client::new(port, &host).get("/api/v1/site").await;
        assert_eq!(answer.status, 404, "{reserved}");
    }
    // Two hosts are none, and an address that contradicts the host is none.
    let two = site(
        port,
        "/api/v1/site",
        &["nakhla.localhost", "sidra.localhost"],
        "",
    )
    .await;
    assert!(matches!(two.0, 400 | 404), "{}", two.1);
    let twice = site(
        port,
        "/api/v1/site",
        &["nakhla.localhost", "nakhla.localhost"],
        "",
    )
    .await;
    assert!(matches!(twice.0, 400 | 404), "{}", twice.1);
    let other = site(
        port,
        "http://sidra.localhost/api/v1/site",
        &["nakhla.localhost"],
        "",
    )
    .await;
    assert!(matches!(other.0, 400 | 404), "{}", other.1);
    let same = site(
        port,
        "http://nakhla.localhost/api/v1/site",
        &["nakhla.localhost"],
        "",
    )
    .await;
    assert_eq!(same.0, 200, "{}", same.1);
    app.stop().await;
}

#[actix_web::test]
async fn t56_forwarded_names_are_never_asked() {
    let app = TestApp::spawn().await;
    let visitor = app.visitor("nakhla");
    let here = visitor.item("well").await["id"].clone();
    for (name, value) in [
        ("x-forwarded-host", "sidra.localhost"),
        ("forwarded", "host=sidra.localhost"),
        ("x-host", "sidra.localhost"),
        ("x-original-host", "sidra.localhost"),
    ] {
        let request = visitor
            .request("GET", "/api/v1/items/well")
            .header(name, value);
        let answer = crate::client::send(request).await.unwrap();
        assert_eq!(answer.expect(200)["id"], here, "{name}");
    }
    app.stop().await;
}

/// Two hosts by turns, over one connection and over many; every answer is of its own tenant.
#[actix_web::test]
async fn t60_hosts_by_turns_never_mix() {
    let app = TestApp::spawn().await;
    let (a, b) = (app.visitor("nakhla"), app.visitor("sidra"));
    let (id_a, id_b) = (
        a.item("well").await["id"].clone(),
        b.item("well").await["id"].clone(),
    );
    assert_ne!(id_a, id_b);
    for _ in 0..crate::testapp::scale(5_000, 100) {
        assert_eq!(a.item("well").await["id"], id_a);
        assert_eq!(b.item("well").await["id"], id_b);
        // The same connections, another host.
        assert_eq!(a.at(&b.host).item("well").await["id"], id_b);
    }
    app.stop().await;
}
