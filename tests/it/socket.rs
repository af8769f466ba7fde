//! [`Socket`]: a staff client over a WebSocket implementation that is not the server's.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::client::Client;

/// Longest wait for a frame that must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Time between two acknowledgements.
const PACE: Duration = Duration::from_millis(100);

/// An open socket.
pub(crate) struct Socket {
    ws: WebSocketStream<TcpStream>,
    pending: Option<i64>,
    acked: Instant,
    /// Sub-protocol that the server chose.
    pub(crate) protocol: Option<String>,
}

/// What comes over it.
#[derive(Debug)]
pub(crate) enum Frame {
    Json(Value),
    /// Closed, with code and reason; 1006 when the connection just ended.
    Closed(u16, String),
    /// Nothing within the time given.
    Silence,
}

impl Socket {
    /// Opens the inbox with the client's bearer in the sub-protocol list; the status when it is refused, 0 when nobody is there.
    pub(crate) async fn open(client: &Client) -> Result<Self, u16> {
        let offer = client.token.as_ref();
        let offer = offer.map(|t| format!("sadu.v1, bearer.{t}"));
        let headers: Vec<(&'static str, String)> = offer
            .into_iter()
            .map(|o| ("sec-websocket-protocol", o))
            .collect();
        Self::open_with(client, &headers).await
    }

    /// Opens the inbox with just these headers.
    pub(crate) async fn open_with(
        client: &Client,
        headers: &[(&'static str, String)],
    ) -> Result<Self, u16> {
        match TcpStream::connect(("127.0.0.1", client.port)).await {
            Ok(stream) => Self::over(stream, client, headers).await,
            Err(_) => Err(0),
        }
    }

    /// The same, over this connection.
    pub(crate) async fn over(
        stream: TcpStream,
        client: &Client,
        headers: &[(&'static str, String)],
    ) -> Result<Self, u16> {
        let mut request = format!("ws://127.0.0.1:{}/ws/inbox", client.port)
            .into_client_request()
            .unwrap();
        let all = request.headers_mut();
        all.insert("host", HeaderValue::from_str(&client.host).unwrap());
        // Of its own page, unless told otherwise; an empty one is none.
        let origin = format!("http://{}", client.host);
        all.insert("origin", HeaderValue::from_str(&origin).unwrap());
        for (name, value) in headers {
            all.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        if all.get("origin").is_some_and(HeaderValue::is_empty) {
            all.remove("origin");
        }
        match client_async(request, stream).await {
            Ok((ws, response)) => Ok(Self {
                ws,
                pending: None,
                acked: Instant::now() - PACE,
                protocol: response
                    .headers()
                    .get("sec-websocket-protocol")
                    .map(|p| p.to_str().unwrap().to_owned()),
            }),
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(_) => Err(0),
        }
    }

    /// Opens, says hello, and takes the welcome.
    pub(crate) async fn at(client: &Client, after_seq: Option<i64>) -> (Self, Value) {
        let mut socket = Self::open(client).await.unwrap();
        let welcome = socket.hello(after_seq, None).await;
        (socket, welcome)
    }

    /// Says hello; answers the welcome.
    pub(crate) async fn hello(&mut self, after_seq: Option<i64>, epoch: Option<&str>) -> Value {
        self.say(&json!({ "type": "hello", "after_seq": after_seq, "epoch": epoch }))
            .await;
        let welcome = self.json().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        welcome
    }

    /// Says something.
    pub(crate) async fn say(&mut self, what: &Value) {
        // A socket that was just closed shows it at the next read.
        let _ = self.ws.send(Message::text(what.to_string())).await;
    }

    /// Acknowledges, at once or with what comes within a moment: a client may say 20 things a second.
    pub(crate) async fn ack(&mut self, seq: i64) {
        self.pending = Some(seq);
        if self.acked.elapsed() >= PACE {
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        if let Some(seq) = self.pending.take() {
            self.acked = Instant::now();
            self.say(&json!({ "type": "ack", "seq": seq })).await;
        }
    }

    /// The next frame, or silence.
    pub(crate) async fn within(&mut self, time: Duration) -> Frame {
        let end = Instant::now() + time;
        loop {
            let due = self.pending.map_or(end, |_| self.acked + PACE);
            if let Ok(frame) = timeout_at(due.min(end), self.next()).await {
                return frame;
            }
            if Instant::now() >= end {
                return Frame::Silence;
            }
            self.flush().await;
        }
    }

    async fn next(&mut self) -> Frame {
        loop {
            match self.ws.next().await {
                Some(Ok(Message::Text(text))) => {
                    return Frame::Json(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(Message::Close(close))) => {
                    return close.map_or(Frame::Closed(1005, String::new()), |c| {
                        Frame::Closed(c.code.into(), c.reason.to_string())
                    });
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Frame::Closed(1006, String::new()),
            }
        }
    }

    /// The next frame, which must be JSON.
    pub(crate) async fn json(&mut self) -> Value {
        match self.within(PATIENCE).await {
            Frame::Json(value) => value,
            other => panic!("expected a frame, got {other:?}"),
        }
    }

    /// Events until `n` have come, each acknowledged with its frame. Frames of other types fail.
    pub(crate) async fn events(&mut self, n: usize) -> Vec<Value> {
        let mut all = Vec::new();
        while all.len() < n {
            let frame = self.json().await;
            assert_eq!(
                frame["type"],
                "events",
                "after {} events: {frame}",
                all.len()
            );
            all.extend(frame["events"].as_array().unwrap().iter().cloned());
            self.ack(seq(all.last().unwrap())).await;
        }
        all
    }

    /// Nothing may come for this long.
    pub(crate) async fn quiet(&mut self, time: Duration) {
        match self.within(time).await {
            Frame::Silence => {}
            other => panic!("expected silence, got {other:?}"),
        }
    }

    /// Reads on, acknowledging nothing, until it is closed; answers code, reason and the last number that came.
    pub(crate) async fn until_closed(&mut self, time: Duration) -> (u16, String, i64) {
        let end = Instant::now() + time;
        let mut last = 0;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.within(left).await {
                Frame::Json(value) => {
                    if let Some(event) = value["events"].as_array().and_then(|e| e.last()) {
                        last = seq(event);
                    }
                }
                Frame::Closed(code, reason) => return (code, reason, last),
                Frame::Silence => panic!("still open after {time:?}"),
            }
        }
    }
}

/// Number of an event.
pub(crate) fn seq(event: &Value) -> i64 {
    event["seq"].as_i64().unwrap()
}

/// The numbers of events.
pub(crate) fn seqs(events: &[Value]) -> Vec<i64> {
    events.iter().map(seq).collect()
}
