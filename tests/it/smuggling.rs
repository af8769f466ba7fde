//! T57 at the server itself: a request hides no other request. Whatever somebody in front may think of where it ends, what is
//! sent along as its tail is never answered, and the connection is over.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::testapp::TestApp;

/// Longer than every deadline, for a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// What only the answer to the second request has.
const MARK: &str = "\"collecting\":";

/// Sends everything at once; answers what came until the server had nothing more to say.
async fn told(app: &TestApp, sent: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", app.node.port))
        .await
        .unwrap();
    let _ = stream.write_all(sent.as_bytes()).await;
    let mut read = Vec::new();
    // A reset is an end as well: what came before it stays.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut read))
        .await
        .expect("the connection ends");
    String::from_utf8_lossy(&read).into_owned()
}

/// The second request: whoever gets its answer got in.
fn hidden(app: &TestApp) -> String {
    format!(
        "GET /api/v1/site HTTP/1.1\r\nHost: sidra.localhost:{}\r\nConnection: close\r\n\r\n",
        app.node.port
    )
}

/// The first request, with these lines in its head.
fn first(app: &TestApp, version: &str, lines: &str) -> String {
    format!(
        "POST /api/v1/orders HTTP/{version}\r\nHost: nakhla.localhost:{}\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n{lines}\r\n",
        app.node.port
    )
}

#[tokio::test]
async fn t57_a_request_hides_no_other_request() {
    let app = TestApp::spawn().await;
    let tail = hidden(&app);
    // That a second answer would be seen: an honest request, and another one after it.
    let honest = first(&app, "1.1", "Transfer-Encoding: chunked\r\n");
    let both = told(&app, &format!("{honest}2\r\n{{}}\r\n0\r\n\r\n{tail}")).await;
    assert_eq!(both.matches("HTTP/1.1 ").count(), 2, "{both}");
    assert!(both.contains(MARK), "{both}");

    let length = tail.len() + 5;
    let chunk = format!("{:x}\r\n{tail}\r\n0\r\n\r\n", tail.len());
    let chunked = "Transfer-Encoding: chunked\r\n";
    let rows = [
        // The end by chunks comes first, the end by length later; and the other way round.
        (
            "CL.TE",
            "1.1",
            format!("Content-Length: {length}\r\n{chunked}"),
            format!("0\r\n\r\n{tail}"),
        ),
        (
            "TE.CL",
            "1.1",
            format!("{chunked}Content-Length: 4\r\n"),
            chunk.clone(),
        ),
        (
            "TE.0",
            "1.1",
            format!("{chunked}Content-Length: 0\r\n"),
            chunk.clone(),
        ),
        (
            "identity and a length",
            "1.1",
            "Transfer-Encoding: identity\r\nContent-Length: 2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "identity alone",
            "1.1",
            "Transfer-Encoding: identity\r\n".into(),
            tail.clone(),
        ),
        ("chunked in HTTP/1.0", "1.0", chunked.into(), chunk.clone()),
        (
            "chunked in HTTP/1.0, with a length",
            "1.0",
            format!("{chunked}Content-Length: 2\r\n"),
            format!("{{}}{tail}"),
        ),
        (
            "an unknown coding",
            "1.1",
            "Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "two codings in a line",
            "1.1",
            "Transfer-Encoding: gzip, chunked\r\n".into(),
            format!("0\r\n\r\n{tail}"),
        ),
        (
            "two codings in two lines",
            "1.1",
            format!("{chunked}Transfer-Encoding: identity\r\n"),
            format!("0\r\n\r\n{tail}"),
        ),
        (
            "a coding behind a tab",
            "1.1",
            "Transfer-Encoding:\tchunked, \r\nContent-Length: 2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "a space before the colon",
            "1.1",
            "Transfer-Encoding : chunked\r\nContent-Length: 2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "a folded line",
            "1.1",
            "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "two lengths",
            "1.1",
            format!(
                "Content-Length: 2\r\nContent-Length: {}\r\n",
                tail.len() + 2
            ),
            format!("{{}}{tail}"),
        ),
        (
            "two lengths in a line",
            "1.1",
            "Content-Length: 2, 2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "a length with a sign",
            "1.1",
            "Content-Length: +2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "a negative length",
            "1.1",
            "Content-Length: -2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "a length in another base",
            "1.1",
            "Content-Length: 0x2\r\n".into(),
            format!("{{}}{tail}"),
        ),
        (
            "a size of a chunk that is none",
            "1.1",
            chunked.into(),
            format!("0x0\r\n\r\n{tail}"),
        ),
        (
            "a size of a chunk past every number",
            "1.1",
            chunked.into(),
            format!("fffffffffffffffff\r\n{tail}"),
        ),
    ];
    for (what, version, lines, body) in rows {
        let all = told(&app, &format!("{}{body}", first(&app, version, &lines))).await;
        let answers = all.matches("HTTP/1.1 ").count() + all.matches("HTTP/1.0 ").count();
        assert!(answers <= 1, "{what}: {all}");
        assert!(!all.contains(MARK), "{what}: {all}");
        assert!(all.is_empty() || all.contains(" 400 "), "{what}: {all}");
    }
    app.stop().await;
}
