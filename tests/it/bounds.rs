//! How large and how slow a request may be (INP-11), over raw connections: what a well-behaved client library never sends.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::client::{gift, key};
use crate::node::Options;
use crate::testapp::TestApp;

/// Longer than every deadline, for a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(90);

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(("127.0.0.1", app.node.port))
        .await
        .unwrap()
}

fn head(app: &TestApp, method: &str, path: &str, more: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: nakhla.localhost:{}\r\naccept-language: en\r\n{more}\r\n",
        app.node.port
    )
}

fn json_head(app: &TestApp, more: &str) -> String {
    let more = format!(
        "content-type: application/json\r\nidempotency-key: {}\r\n{more}",
        key()
    );
    head(app, "POST", "/api/v1/orders", &more)
}

/// One answer: status, whether the connection ends with it, and the body as JSON.
async fn answer(stream: &mut TcpStream) -> (u16, bool, Value) {
    let mut read = Vec::new();
    let whole = async {
        loop {
            let text = String::from_utf8_lossy(&read).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let head = head.to_ascii_lowercase();
                let length = head
                    .lines()
                    .find_map(|l| l.strip_prefix("content-length: "))
                    .map_or(0, |l| l.parse().unwrap());
                if body.len() >= length {
                    let status = head[9..12].parse().unwrap();
                    let closes = head.contains("connection: close");
                    return (
                        status,
                        closes,
                        serde_json::from_str(body).unwrap_or_default(),
                    );
                }
            }
            let n = stream.read_buf(&mut read).await.unwrap();
            assert!(n > 0, "closed after {text:?}");
        }
    };
    tokio::time::timeout(PATIENCE, whole)
        .await
        .expect("an answer")
}

/// The peer ends the connection.
async fn ends(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    // A reset is an end as well.
    let _ = ended.expect("the connection ends");
}

async fn sent(app: &TestApp, request: &str) -> (u16, bool, Value) {
    let mut stream = connect(app).await;
    // The answer may come before all was sent.
    let _ = stream.write_all(request.as_bytes()).await;
    answer(&mut stream).await
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_the_shape_of_errors() {
    let app = TestApp::spawn().await;
    let json = |body: &str| {
        format!(
            "{}{body}",
            json_head(&app, &format!("content-length: {}\r\n", body.len()))
        )
    };
    let array = |n: usize| format!("[{}]", vec!["1"; n].join(","));
    let filler = |n: usize| {
        head(
            &app,
            "GET",
            "/api/v1/site",
            &format!("x-filler: {}\r\n", "y".repeat(n)),
        )
    };
    let query = |n: usize| {
        let pairs: Vec<String> = (0..n).map(|n| format!("x{n}=a")).collect();
        head(
            &app,
            "GET",
            &format!("/api/v1/items?{}", pairs.join("&")),
            "",
        )
    };
    let large = format!("{{\"note\":\"{}\"}}", "x".repeat(300 * 1024));
    let cases = [
        (
            "a body over 256 KiB",
            json(&large),
            413,
            "request.too_large",
        ),
        (
            "a body nested too deeply",
            json(&format!("{}1{}", "[".repeat(33), "]".repeat(33))),
            400,
            "request.malformed",
        ),
        (
            "an array without end",
            json(&format!("{{\"items\":{}}}", array(1_001))),
            413,
            "request.too_large",
        ),
        (
            "a head over 16 KiB",
            filler(17 * 1024),
            431,
            "request.head_too_large",
        ),
        ("101 pairs", query(101), 400, "request.malformed"),
    ];
    for (what, request, status, code) in cases {
        let (got, closes, problem) = sent(&app, &request).await;
        assert_eq!(
            (got, problem["code"].as_str()),
            (status, Some(code)),
            "{what}: {problem}"
        );
        assert_eq!(closes, status != 400, "{what}");
        assert_eq!(problem["status"], status);
        assert!(
            !problem["request_id"].as_str().unwrap().is_empty(),
            "{what}"
        );
    }
    // What Postgres could not even be asked for, wherever it stands.
    let admin = app.admin("nakhla").await;
    for path in [
        "/api/v1/admin/audit?actor=%00%C3%94",
        "/api/v1/admin/audit?action=a%00",
        "/api/v1/items?q=%00",
        "/api/v1/items/%00",
    ] {
        let refused = admin.get(path).await;
        assert_eq!(
            refused.problem(),
            (400, "request.malformed".into()),
            "{path}"
        );
    }
    // A page says it to people; a head that fits no buffer at all is answered before anything of it is read.
    let page = head(
        &app,
        "GET",
        "/ar/",
        &format!("x-filler: {}\r\n", "y".repeat(17 * 1024)),
    );
    assert_eq!(sent(&app, &page).await.0, 431);
    assert_eq!(sent(&app, &filler(200 * 1024)).await.0, 431);
    // What is just within is not refused for its size.
    assert_eq!(sent(&app, &filler(15 * 1024)).await.0, 200);
    assert_eq!(sent(&app, &query(100)).await.0, 200);
    let (status, _, problem) = sent(&app, &json(&format!("{{\"items\":{}}}", array(1_000)))).await;
    assert_ne!(
        (status, problem["code"].as_str()),
        (413, Some("request.too_large"))
    );
    let chunked = format!(
        "{}{:x}\r\n{}\r\n0\r\n\r\n",
        json_head(&app, "transfer-encoding: chunked\r\n"),
        large.len(),
        large
    );
    assert_eq!(sent(&app, &chunked).await.0, 413);
    app.stop().await;
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let app = TestApp::spawn().await;
    let start = &head(&app, "GET", "/api/v1/site", "")[..40];
    let late = |answer: (u16, bool, Value)| {
        let (status, closes, problem) = answer;
        assert_eq!(
            (status, problem["code"].as_str()),
            (408, Some("request.timeout"))
        );
        assert!(closes && problem["status"] == 408);
    };
    // The first of a connection: silent, begun, and byte by byte; and one after another.
    let mut silent = connect(&app).await;
    let mut begun = connect(&app).await;
    begun.write_all(start.as_bytes()).await.unwrap();
    let mut second = connect(&app).await;
    let whole = head(&app, "GET", "/api/v1/site", "");
    second.write_all(whole.as_bytes()).await.unwrap();
    assert_eq!(answer(&mut second).await.0, 200);
    second.write_all(start.as_bytes()).await.unwrap();
    let (mut dribble, mut hand) = connect(&app).await.into_split();
    let dribbling = tokio::spawn(async move {
        while hand.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    late(answer(&mut begun).await);
    ends(&mut begun).await;
    late(answer(&mut second).await);
    ends(&mut second).await;
    ends(&mut silent).await;
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, dribble.read_to_end(&mut rest)).await;
    let _ = ended.expect("the connection ends");
    dribbling.await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn a_body_that_dribbles_is_cut_off_and_a_slow_one_is_taken() {
    let app = TestApp::spawn().await;
    let body = gift("well", 1_000).to_string();
    let length = |n: usize| json_head(&app, &format!("content-length: {n}\r\n"));
    let mut stalled = connect(&app).await;
    stalled.write_all(length(10_000).as_bytes()).await.unwrap();
    let mut chunked = connect(&app).await;
    let head = json_head(&app, "transfer-encoding: chunked\r\n");
    chunked
        .write_all(format!("{head}1\r\n[\r\n").as_bytes())
        .await
        .unwrap();
    // A person on a poor line: within the ten seconds that every body has.
    let mut slow = connect(&app).await;
    slow.write_all(length(body.len()).as_bytes()).await.unwrap();
    for part in body.as_bytes().chunks(body.len().div_ceil(5)) {
        slow.write_all(part).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(answer(&mut slow).await.0, 201);
    for stream in [&mut stalled, &mut chunked] {
        let (status, closes, problem) = answer(stream).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (408, Some("request.timeout"))
        );
        assert!(closes);
        ends(stream).await;
    }
    app.stop().await;
}

/// Answers that nobody takes: a peer with the smallest buffers asks for far more than fits into them, then reads a little now
/// and then, so that to its kernel it is alive.
#[tokio::test]
async fn a_peer_that_hardly_reads_its_answers_is_cut_off() {
    let app = TestApp::spawn().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket
        .connect(([127, 0, 0, 1], app.node.port).into())
        .await
        .unwrap();
    let one = head(&app, "GET", "/ar/items/well", "");
    let asked = 2_000;
    let (mut half, mut hand) = stream.split();
    let ask = async {
        for _ in 0..asked {
            if hand.write_all(one.as_bytes()).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let began = Instant::now();
    let trickle = async {
        let (mut taken, mut total) = (vec![0; 64 * 1024], 0);
        loop {
            // What is left in the buffers is taken at once when the other side must be gone.
            let early = began.elapsed() < Duration::from_secs(30);
            let (most, pause) = if early { (256, 500) } else { (taken.len(), 0) };
            match half.read(&mut taken[..most]).await {
                Ok(0) | Err(_) => return total,
                Ok(n) => total += n,
            }
            assert!(began.elapsed() < PATIENCE, "still open after {total} bytes");
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    };
    let total = tokio::select! {
        total = trickle => total,
        () = ask => unreachable!(),
    };
    println!(
        "cut off after {:.0} s and {total} bytes",
        began.elapsed().as_secs_f64()
    );
    assert!(total < asked * 2_000, "it was given all: {total} bytes");
    app.stop().await;
}

#[tokio::test]
async fn an_address_holds_so_many_connections() {
    let options = Options {
        connections_per_address: Some(4),
        ..Options::default()
    };
    let app = TestApp::with(options).await;
    let whole = head(&app, "GET", "/api/v1/site", "");
    let mut held = Vec::new();
    while held.len() < 4 {
        let mut stream = connect(&app).await;
        stream.write_all(whole.as_bytes()).await.unwrap();
        assert_eq!(answer(&mut stream).await.0, 200);
        held.push(stream);
    }
    let mut fifth = connect(&app).await;
    let (status, closes, problem) = answer(&mut fifth).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (429, Some("rate_limited"))
    );
    assert!(closes);
    ends(&mut fifth).await;
    drop(held.pop());
    let began = Instant::now();
    loop {
        let mut stream = connect(&app).await;
        let _ = stream.write_all(whole.as_bytes()).await;
        let mut first = [0; 12];
        if stream.read_exact(&mut first).await.is_ok() && first.ends_with(b"200") {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "the place is not free again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(held);
    app.stop().await;
}
