//! How large and how slow a request may be (security.md, INP-11), and that it ends where everybody thinks it does. The size of a body is the extractors' (`api::body`), the time
//! of a head the connection's (`wire`).

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, RequestHead, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::{Version, header};
use actix_web::web::Bytes;
use futures::Stream;
use sadu_domain::error::Code;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::error::ApiError;

/// Largest head, in bytes.
const HEAD: usize = 16 * 1024;
/// Most pairs in a query.
const PAIRS: usize = 100;
/// How long a body may take whatever its size, …
const GRACE: Duration = Duration::from_secs(10);
/// … and how many bytes a second must come after that.
const RATE: u64 = 1024;

/// Whether somebody in front could see another end of this request than we do: two kinds of length, or a transfer coding that is
/// not plainly `chunked`, or one in a version that has none. What a connection brings after such a request cannot be trusted.
pub(super) fn is_ambiguous(head: &RequestHead) -> bool {
    let Some(coding) = head.headers.get(header::TRANSFER_ENCODING) else {
        return false;
    };
    head.headers.contains_key(header::CONTENT_LENGTH)
        || head.version < Version::HTTP_11
        || !coding.as_bytes().eq_ignore_ascii_case(b"chunked")
}

/// Whether a head is within bounds.
///
/// # Errors
/// `request.head_too_large`; `request.malformed` for a query of too many pairs, an address with a NUL in it, and a request
/// whose end is ambiguous.
pub(super) fn head(head: &RequestHead) -> Result<(), ApiError> {
    if is_ambiguous(head) {
        return Err(ApiError::code(Code::RequestMalformed));
    }
    let line = head
        .uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    let size = head.headers.iter().fold(line, |size, (name, value)| {
        size.saturating_add(name.as_str().len())
            .saturating_add(value.len())
            .saturating_add(4)
    });
    if size > HEAD {
        return Err(ApiError::code(Code::RequestHeadTooLarge));
    }
    // No text that we keep holds a NUL, and Postgres takes none: it can name nothing.
    if head
        .uri
        .path_and_query()
        .is_some_and(|target| target.as_str().contains("%00"))
    {
        return Err(ApiError::code(Code::RequestMalformed));
    }
    let query = head.uri.query().unwrap_or_default();
    if query.bytes().filter(|b| *b == b'&').count() >= PAIRS {
        return Err(ApiError::code(Code::RequestMalformed));
    }
    Ok(())
}

/// Says afterwards whether a body came too slowly.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace(Rc<Cell<bool>>);

impl Pace {
    /// Whether it was cut off.
    pub(super) fn was_late(&self) -> bool {
        self.0.get()
    }
}

/// Holds the body of a request to its pace; none where there is no body. What a socket says is no body.
pub(super) fn hold(request: &mut ServiceRequest) -> Option<Pace> {
    let headers = request.headers();
    let has_body = headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get(header::CONTENT_LENGTH)
            .is_some_and(|length| length.as_bytes() != b"0");
    if !has_body {
        return None;
    }
    let pace = Pace::default();
    let held = Held {
        body: request.take_payload(),
        pace: pace.clone(),
        begun: Instant::now(),
        received: 0,
        alarm: None,
    };
    request.set_payload(Payload::Stream {
        payload: Box::pin(held),
    });
    Some(pace)
}

struct Held {
    body: Payload,
    pace: Pace,
    begun: Instant,
    received: u64,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Stream for Held {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Poll::Ready(next) = Pin::new(&mut this.body).poll_next(cx) {
            if let Some(Ok(bytes)) = &next {
                let more = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                this.received = this.received.saturating_add(more);
            }
            return Poll::Ready(next);
        }
        let due = this.begun + GRACE + Duration::from_secs(this.received / RATE);
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if alarm.deadline() != due {
            alarm.as_mut().reset(due);
        }
        ready!(alarm.as_mut().poll(cx));
        this.pace.0.set(true);
        let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
        Poll::Ready(Some(Err(PayloadError::Io(late))))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use futures::StreamExt as _;

    use super::*;

    fn code(request: TestRequest) -> Option<Code> {
        head(request.to_http_request().head()).err().map(|e| e.code)
    }

    /// The HTTP library refuses these as well, so no request over a connection shows that we do.
    #[test]
    fn an_end_that_is_said_twice_is_refused() {
        let chunked = || TestRequest::post().insert_header(("transfer-encoding", "chunked"));
        let coded = |coding| TestRequest::post().insert_header(("transfer-encoding", coding));
        assert_eq!(code(chunked()), None);
        assert_eq!(code(coded("Chunked")), None);
        for ambiguous in [
            chunked().insert_header(("content-length", "4")),
            chunked().insert_header(("content-length", "0")),
            chunked().version(Version::HTTP_10),
            coded("gzip, chunked"),
            coded("identity"),
            coded(""),
        ] {
            assert_eq!(code(ambiguous), Some(Code::RequestMalformed));
        }
    }

    #[test]
    fn heads_have_an_end() {
        let with = |n: usize| TestRequest::default().insert_header(("x-filler", "y".repeat(n)));
        assert_eq!(code(with(15_000)), None);
        assert_eq!(code(with(17_000)), Some(Code::RequestHeadTooLarge));
        let long = format!("/{}", "a".repeat(17_000));
        assert_eq!(
            code(TestRequest::with_uri(&long)),
            Some(Code::RequestHeadTooLarge)
        );
        let query = |n: usize| format!("/?{}", vec!["a=b"; n].join("&"));
        assert_eq!(code(TestRequest::with_uri(&query(100))), None);
        assert_eq!(
            code(TestRequest::with_uri(&query(101))),
            Some(Code::RequestMalformed)
        );
    }

    #[test]
    fn only_a_body_is_held() {
        let held = |request: TestRequest| hold(&mut request.to_srv_request()).is_some();
        assert!(!held(TestRequest::get()));
        assert!(!held(
            TestRequest::get().insert_header(("content-length", "0"))
        ));
        assert!(held(
            TestRequest::post()
                .set_payload("x")
                .insert_header(("content-length", "1"))
        ));
        assert!(held(
            TestRequest::post().insert_header(("transfer-encoding", "chunked"))
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_dribbles_is_cut_off_and_one_that_keeps_pace_is_not() {
        for (pause_s, bytes, whole) in [(1, 1_100, true), (1, 100, false), (20, 1, false)] {
            let chunks = futures::stream::iter(0..40).then(move |_| async move {
                tokio::time::sleep(Duration::from_secs(pause_s)).await;
                Ok(Bytes::from(vec![0; bytes]))
            });
            let mut request = TestRequest::post()
                .insert_header(("transfer-encoding", "chunked"))
                .to_srv_request();
            request.set_payload(Payload::Stream {
                payload: Box::pin(chunks),
            });
            let pace = hold(&mut request).unwrap();
            let mut body = request.take_payload();
            let mut came = 0;
            while let Some(Ok(_)) = body.next().await {
                came += 1;
            }
            assert_eq!((came == 40, pace.was_late()), (whole, !whole), "{bytes}");
        }
    }
}
