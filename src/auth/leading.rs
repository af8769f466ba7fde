//! The CSRF token of a form that carries files. Such a form is not read whole before its sender is known: its token stands first, so the
//! body is read that far and put back.

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{Error, HttpMessage};
use futures::{StreamExt, stream};

use super::csrf;

/// Bytes within which the token must have come.
const MOST: usize = 4 * 1024;

/// What separates the parts of a form with files; `None` for any other body.
pub(super) fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}

/// The token, where it is the first field. The handler reads the body from its beginning all the same.
///
/// # Errors
/// That of a body which could not be read.
pub(super) async fn token(
    req: &mut ServiceRequest,
    boundary: &str,
) -> Result<Option<String>, Error> {
    let mut body = req.take_payload();
    let mut read = BytesMut::new();
    let mut found = None;
    while found.is_none() && read.len() < MOST {
        let Some(chunk) = body.next().await else {
            break;
        };
        read.extend_from_slice(&chunk?);
        found = first(&read, boundary);
    }
    let whole = stream::iter([Ok::<Bytes, _>(read.freeze())]).chain(body);
    req.set_payload(Payload::Stream {
        payload: Box::pin(whole),
    });
    Ok(found)
}

/// The value of the first part, once it came to its end and if it is the token's.
fn first(read: &[u8], boundary: &str) -> Option<String> {
    let read = read.get(..read.len().min(MOST))?;
    let text = String::from_utf8_lossy(read);
    let part = text.strip_prefix(&format!("--{boundary}\r\n"))?;
    let (head, rest) = part.split_once("\r\n\r\n")?;
    let (value, _) = rest.split_once(&format!("\r\n--{boundary}"))?;
    let wanted = format!("form-data; name=\"{}\"", csrf::FIELD);
    let (name, said) = head.split_once(':')?;
    let is_token = name.eq_ignore_ascii_case("content-disposition") && said.trim() == wanted;
    is_token.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const FORM: &str = "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n\x00\r\n--XX--\r\n";

    fn request(kind: &'static str, chunk: usize) -> ServiceRequest {
        let chunks: Vec<Result<Bytes, actix_web::error::PayloadError>> = FORM
            .as_bytes()
            .chunks(chunk)
            .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
            .collect();
        let mut request = TestRequest::default()
            .insert_header((CONTENT_TYPE, kind))
            .to_srv_request();
        request.set_payload(Payload::Stream {
            payload: Box::pin(stream::iter(chunks)),
        });
        request
    }

    #[actix_web::test]
    async fn the_token_is_found_and_the_body_stays_whole() {
        for chunk in [1, 7, 64, 4_096] {
            let mut request = request("multipart/form-data; boundary=XX", chunk);
            assert_eq!(boundary(request.headers()).as_deref(), Some("XX"));
            let found = token(&mut request, "XX").await.unwrap();
            assert_eq!(found.as_deref(), Some("token"));
            let mut body = request.take_payload();
            let mut again = Vec::new();
            while let Some(chunk) = body.next().await {
                again.extend(chunk.unwrap());
            }
            assert_eq!(again, FORM.as_bytes());
        }
    }

    #[test]
    fn only_a_whole_first_field_of_that_name_counts() {
        assert_eq!(first(FORM.as_bytes(), "XX").as_deref(), Some("token"));
        assert_eq!(first(FORM.as_bytes(), "YY"), None);
        assert_eq!(first(&FORM.as_bytes()[..60], "XX"), None);
        for other in [
            FORM.replace("csrf", "csrf2"),
            FORM.replace("name=\"csrf\"", "name=\"csrf\"; filename=\"x\""),
            format!("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n{FORM}"),
            format!("\r\n{FORM}"),
            FORM.replace("token", &"t".repeat(MOST)),
        ] {
            assert_eq!(first(other.as_bytes(), "XX"), None);
        }
    }

    #[test]
    fn only_a_form_with_files_has_a_boundary() {
        for kind in [
            "multipart/form-data",
            "multipart/mixed; boundary=XX",
            "application/json; boundary=XX",
        ] {
            assert_eq!(boundary(request(kind, 64).headers()), None, "{kind}");
        }
        let quoted = request("Multipart/Form-Data; charset=utf-8; boundary=\"XX\"", 64);
        assert_eq!(boundary(quoted.headers()).as_deref(), Some("XX"));
    }
}
