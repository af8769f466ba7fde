//! From a failure to an answer: the only place that knows both codes and HTTP.
//!
//! JSON routes answer `application/problem+json` (RFC 9457) with the code's texts in the caller's language; pages answer a page.
//! Causes are logged where they happen and never shown.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use sadu_domain::error::{Class, Code, FieldError};
use sadu_domain::lang::Lang;
use serde::Serialize;

use crate::auth::Denied;

/// A failure of a handler.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// What went wrong.
    pub code: Code,
    /// Fields at fault.
    pub fields: Vec<FieldError>,
    /// Seconds after which to come back.
    pub retry_after: Option<u64>,
}

/// Of a JSON handler.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// Of this code.
    #[must_use]
    pub fn code(code: Code) -> Self {
        let retry_after = matches!(code.class(), Class::Busy).then_some(1);
        Self {
            code,
            fields: Vec::new(),
            retry_after,
        }
    }

    /// Of these fields.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self {
            code: Code::RequestInvalid,
            fields,
            retry_after: None,
        }
    }

    /// What actix itself refused, or what a handler answered.
    #[must_use]
    pub fn from_actix(error: &actix_web::Error) -> Self {
        if let Some(ours) = error.as_error::<Self>() {
            return ours.clone();
        }
        Self::code(match error.as_response_error().status_code() {
            StatusCode::PAYLOAD_TOO_LARGE => Code::RequestTooLarge,
            StatusCode::NOT_FOUND => Code::NotFound,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::RequestUnsupportedMediaType,
            StatusCode::METHOD_NOT_ALLOWED => Code::RequestMethodNotAllowed,
            status if status.is_client_error() => Code::RequestMalformed,
            _ => {
                tracing::error!(error = %error, "a request failed");
                Code::Internal
            }
        })
    }

    /// Come back after this long.
    #[must_use]
    pub fn later(code: Code, wait: std::time::Duration) -> Self {
        let whole = wait
            .as_secs()
            .saturating_add(u64::from(wait.subsec_nanos() > 0));
        Self {
            retry_after: Some(whole.max(1)),
            ..Self::code(code)
        }
    }

    fn status(&self) -> StatusCode {
        match self.code.class() {
            _ if self.code == Code::RequestMethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            _ if self.code == Code::TenantGone => StatusCode::GONE,
            Class::Malformed => StatusCode::BAD_REQUEST,
            Class::Unauthenticated => StatusCode::UNAUTHORIZED,
            Class::Forbidden => StatusCode::FORBIDDEN,
            Class::NotFound => StatusCode::NOT_FOUND,
            Class::Conflict => StatusCode::CONFLICT,
            Class::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Class::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Class::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Class::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Class::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Class::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Class::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.code)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }
}

impl From<sadu_actors::Error> for ApiError {
    fn from(error: sadu_actors::Error) -> Self {
        use sadu_actors::Error as E;
        match error {
            E::Invalid(fields) => Self::fields(fields),
            E::Refused(code) | E::NotFound(code) | E::Conflict(code) => Self::code(code),
            E::Blocked(code, fields) => Self {
                fields,
                ..Self::code(code)
            },
            E::RateLimited { retry_after, code } => Self::later(code, retry_after),
            E::Busy => Self::code(Code::Busy),
            E::Internal => Self::code(Code::Internal),
        }
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        Self::code(denied.code())
    }
}

impl From<sadu_db::DbError> for ApiError {
    fn from(error: sadu_db::DbError) -> Self {
        sadu_actors::Error::from(error).into()
    }
}

#[derive(Serialize, utoipa::ToSchema)]
/// `application/problem+json` (RFC 9457).
pub struct Problem<'a> {
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[schema(example = "order.amount_too_small")]
    code: &'a str,
    errors: Vec<ProblemField<'a>>,
    request_id: &'a str,
}

#[derive(Serialize, utoipa::ToSchema)]
/// One field at fault.
pub struct ProblemField<'a> {
    field: &'a str,
    code: &'a str,
    message: &'a str,
}

/// The answer to a failure, in `lang`.
#[must_use]
pub fn render(
    request: &HttpRequest,
    failure: &ApiError,
    lang: Lang,
    request_id: &str,
) -> HttpResponse {
    if wants_page(request) {
        return crate::pages::failure(request, failure);
    }
    let problem = Problem {
        kind: format!("/api/docs#{}", failure.code),
        title: failure.code.title_in(lang),
        status: failure.status().as_u16(),
        detail: failure.code.detail_in(lang),
        code: failure.code.as_str(),
        errors: failure
            .fields
            .iter()
            .map(|f| ProblemField {
                field: &f.field,
                code: f.code.as_str(),
                message: f.message.get(lang),
            })
            .collect(),
        request_id,
    };
    let mut answer = HttpResponse::build(failure.status());
    answer
        .insert_header((header::CONTENT_TYPE, "application/problem+json"))
        .insert_header((header::CONTENT_LANGUAGE, lang.as_str()));
    finish(
        answer,
        failure,
        serde_json::to_string(&problem).unwrap_or_default(),
    )
}

/// The answer on a host that is nobody's: no branding, both languages.
#[must_use]
pub fn render_plain(failure: &ApiError) -> HttpResponse {
    let body = format!(
        "{}\n{}\n",
        failure.code.detail_in(Lang::Ar),
        failure.code.detail_in(Lang::En)
    );
    let mut answer = HttpResponse::build(failure.status());
    answer.insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"));
    finish(answer, failure, body)
}

/// A failure as it goes onto a connection on which no request was read: nobody's language and host are known.
#[must_use]
pub fn bare(code: Code, retry_after: Option<u64>) -> String {
    let failure = ApiError::code(code);
    let status = failure.status();
    let problem = Problem {
        kind: format!("/api/docs#{code}"),
        title: code.title_in(Lang::En),
        status: status.as_u16(),
        detail: code.detail_in(Lang::En),
        code: code.as_str(),
        errors: Vec::new(),
        request_id: "",
    };
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let retry_after = retry_after.map_or_else(String::new, |s| format!("retry-after: {s}\r\n"));
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\ncontent-language: en\r\n{retry_after}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn finish(
    mut answer: actix_web::HttpResponseBuilder,
    failure: &ApiError,
    body: String,
) -> HttpResponse {
    if let Some(seconds) = failure.retry_after {
        answer.insert_header((header::RETRY_AFTER, HeaderValue::from(seconds)));
    }
    if failure.status() == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    answer.body(body)
}

fn wants_page(request: &HttpRequest) -> bool {
    !["/api/", "/ws/", "/psp/"]
        .iter()
        .any(|p| request.path().starts_with(p))
}
