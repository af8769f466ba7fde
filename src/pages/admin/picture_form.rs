//! A picture that comes in an ordinary form, for browsers without scripts. It is held in memory until it is in the bucket, so it is
//! bounded in size, in time, and in how many may come at once.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use futures::StreamExt;
use multer::{Constraints, Field, Multipart, SizeLimit};
use sadu_domain::error::Code;
use sadu_domain::media::ORIGINAL_MAX;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::error::{ApiError, ApiResult};

/// Forms whose files a process holds in memory at a time: 15 MiB each.
pub const AT_ONCE: usize = 4;
/// Longest that one may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Largest form. What is beyond the largest file is read and thrown away, so that a browser that sends too much hears why.
const HEARD_OUT: u64 = 48 * 1024 * 1024;
/// Longest of the fields that are texts.
const TEXT: usize = 255;

/// What came.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// The form's one-time key.
    pub(super) key: String,
    /// The file.
    pub(super) file: Vec<u8>,
}

/// Reads a form with a file.
///
/// # Errors
/// `request.unsupported_media_type` for another kind of body, `request.timeout`, `request.too_large`, `media.too_large`,
/// `request.malformed`.
pub(super) async fn read(request: &HttpRequest, mut body: web::Payload) -> ApiResult<Sent> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let boundary = kind
        .and_then(|kind| multer::parse_boundary(kind.to_str().ok()?).ok())
        .ok_or_else(|| ApiError::code(Code::RequestUnsupportedMediaType))?;
    let (into, out) = mpsc::channel(1);
    // A body stays on its thread; the reader of forms wants one that could move.
    let hand_over = async move {
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| error.to_string());
            if into.send(chunk).await.is_err() {
                break;
            }
        }
        drop(into);
        std::future::pending::<()>().await;
    };
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(HEARD_OUT));
    let form = Multipart::with_constraints(ReceiverStream::new(out), boundary, limits);
    tokio::select! {
        sent = fields(form) => sent,
        () = hand_over => Err(ApiError::code(Code::RequestMalformed)),
        () = tokio::time::sleep(PATIENCE) => Err(ApiError::code(Code::RequestTimeout)),
    }
}

async fn fields(mut form: Multipart<'_>) -> ApiResult<Sent> {
    let most = usize::try_from(ORIGINAL_MAX).unwrap_or(usize::MAX);
    let (mut sent, mut too_large) = (Sent::default(), false);
    while let Some(field) = form.next_field().await.map_err(amiss)? {
        match field.name() {
            Some("file") => match whole(field, most).await? {
                Some(file) => sent.file = file,
                None => too_large = true,
            },
            Some("key") => {
                let text = whole(field, TEXT).await?;
                let text = text.and_then(|text| String::from_utf8(text).ok());
                sent.key = text.ok_or_else(|| ApiError::code(Code::RequestMalformed))?;
            }
            _ => {
                whole(field, TEXT).await?;
            }
        }
    }
    if too_large {
        return Err(ApiError::code(Code::MediaTooLarge));
    }
    Ok(sent)
}

/// What is in a field; `None` where that is more than `most` bytes.
async fn whole(mut field: Field<'_>, most: usize) -> ApiResult<Option<Vec<u8>>> {
    let mut content = Some(Vec::new());
    while let Some(chunk) = field.chunk().await.map_err(amiss)? {
        content = content.filter(|content| content.len().saturating_add(chunk.len()) <= most);
        if let Some(content) = &mut content {
            content.extend_from_slice(&chunk);
        }
    }
    Ok(content)
}

/// A body that came too slowly is told by the front door.
fn amiss(error: multer::Error) -> ApiError {
    tracing::debug!(%error, "a form with a file was not read");
    ApiError::code(match error {
        multer::Error::StreamSizeExceeded { .. } => Code::RequestTooLarge,
        _ => Code::RequestMalformed,
    })
}
