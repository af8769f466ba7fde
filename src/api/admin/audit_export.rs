//! The audit log as a file: JSON lines with hashes, CSV for a spreadsheet, and what an outsider needs to check either.
//!
//! A log never changes, so it is read in pieces up to where it ended when the export began, and no connection waits for a slow
//! reader. The export is an entry of the log itself, written before the first byte leaves; it asks for a fresh proof of identity.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use chrono::{SecondsFormat, Utc};
use futures::stream;
use sadu_actors::TenantHandle;
use sadu_actors::anchors::Anchors;
use sadu_actors::commands::audit::NoteAuditExport;
use sadu_db::audit::{self, AuditRecord};
use sadu_db::audit_chain;
use sadu_domain::access::Permission;
use sadu_domain::error::{Code, FieldError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::audit::{allow, state};
use super::audit_wire::AuditItem;
use crate::auth::TenantAdmin;
use crate::csv;
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;
use crate::state::App;

/// Entries read at once.
const PIECE: usize = 500;

/// How a reader checks the file without us.
const METHOD: &str = "Each line of the JSONL export is one entry. `canonical` is the text that was hashed: a JSON array of tenant, \
     seq, seconds since 1970, actor id, actor role, via, ip, user agent, request id, action, object type, object id, diff. Check: \
     hash = SHA-256(bytes of prev_hash followed by canonical in UTF-8); the fields of the line are those of canonical; seq is 1, 2, 3 … \
     without a gap; prev_hash is the hash of the line before (one zero byte, 00, before the first); the last line's seq and hash are \
     the head. An anchor was kept outside the database when it was made: the entry with its seq must have its hash, and `signature` \
     (Ed25519, by `key`) is of the lines `sadu audit anchor v1`, tenant, seq, hash and at, each ended by a line feed. \
     scripts/verify-audit checks the file.";

/// Which form.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `jsonl`, `csv` or `verification`.
    format: Option<String>,
}

impl ExportQuery {
    /// The form that is asked for.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Jsonl,
    Csv,
    Verification,
}

impl Format {
    fn parse(text: Option<&str>) -> ApiResult<Self> {
        match text {
            None | Some("jsonl") => Ok(Self::Jsonl),
            Some("csv") => Ok(Self::Csv),
            Some("verification") => Ok(Self::Verification),
            Some(_) => Err(ApiError::fields(vec![FieldError::new(
                "format",
                Code::RequestFieldInvalid,
            )])),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Verification => "verification",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Jsonl => "application/jsonl",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Verification => "application/json",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Verification => "verification.json",
        }
    }
}

/// The audit log as a file. Needs a fresh proof of identity, and is an entry of the log itself.
#[utoipa::path(get, path = "/api/v1/admin/audit/export", tag = "admin", params(ExportQuery), responses(
    (status = 200, description = "`jsonl`: one entry a line, with the text that was hashed. `csv`: for a spreadsheet. `verification`: where the chain ends, and how to check it."),
    (status = 403, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn export(
    admin: TenantAdmin,
    tenant: TenantRef,
    app: web::Data<App>,
    query: web::Query<ExportQuery>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    answer(&admin, (&tenant, &app), query.format(), &request).await
}

/// The same, for the page.
///
/// # Errors
/// `auth.step_up_required`, `request.invalid` for an unknown form.
pub async fn answer(
    admin: &TenantAdmin,
    (tenant, app): (&TenantHandle, &App),
    format: Option<&str>,
    request: &HttpRequest,
) -> ApiResult<HttpResponse> {
    allow(admin, Permission::Exports)?;
    allow(admin, Permission::AuditRead)?;
    admin
        .demand_step_up()
        .map_err(|denied| ApiError::code(denied.code()))?;
    let format = Format::parse(format)?;
    let note = NoteAuditExport {
        actor: admin.actor(request),
        format: format.name(),
    };
    tenant.execute(note).await?;
    let mut tx = tenant.read().await?;
    let until = audit_chain::head(&mut tx).await?.map_or(0, |(seq, _)| seq);
    tx.commit().await?;
    let slug = tenant.snapshot().tenant.slug.clone();
    let day = Utc::now().format("%Y-%m-%d");
    let name = format!("audit-{slug}-{day}-{until}.{}", format.extension());
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, format.content_type()))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if format == Format::Verification {
        let state = state(tenant, app).await?;
        let file = json!({
            "tenant": { "id": tenant.id(), "slug": slug },
            "made_at": Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
            "state": state,
            "signing_key": app.anchors.as_ref().map(Anchors::public_key),
            "method": METHOD,
        });
        return Ok(response.body(serde_json::to_string_pretty(&file).unwrap_or_default()));
    }
    Ok(response.streaming(pieces(tenant.clone(), format, until)))
}

/// The file, piece by piece. A failure on the way breaks the connection: a file that ends is a whole one.
fn pieces(
    tenant: TenantHandle,
    format: Format,
    until: i64,
) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::try_unfold(Some(0_i64), move |after| {
        let tenant = tenant.clone();
        async move {
            let Some(after) = after else {
                return Ok(None);
            };
            let found = read(&tenant, after, until).await.map_err(|error| {
                tracing::warn!(tenant.id = %tenant.id(), error = %error, "an export of the audit log broke off");
                std::io::Error::other("the export broke off")
            })?;
            let mut text = String::new();
            if after == 0 && format == Format::Csv {
                text.push_str(csv::BOM);
                csv::push_line(&mut text, HEADINGS);
            }
            let next = found
                .last()
                .map(|last| last.seq)
                .filter(|_| found.len() == PIECE);
            for record in found {
                match format {
                    Format::Csv => push_csv(&mut text, &record),
                    Format::Jsonl | Format::Verification => push_json(&mut text, record),
                }
            }
            // An empty piece would end the answer.
            Ok((!text.is_empty()).then(|| (Bytes::from(text), next)))
        }
    })
}

async fn read(tenant: &TenantHandle, after: i64, until: i64) -> ApiResult<Vec<AuditRecord>> {
    let mut tx = tenant.read().await?;
    let limit = i64::try_from(PIECE).unwrap_or(i64::MAX);
    let found = audit::slice(&mut tx, after, until, limit).await?;
    tx.commit().await?;
    Ok(found)
}

/// One line: the entry, and the text that was hashed.
#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    item: AuditItem,
    canonical: String,
}

fn push_json(text: &mut String, mut record: AuditRecord) {
    let canonical = std::mem::take(&mut record.canonical);
    let line = Line {
        item: AuditItem::from(record),
        canonical,
    };
    text.push_str(&serde_json::to_string(&line).unwrap_or_default());
    text.push('\n');
}

const HEADINGS: [&str; 14] = [
    "seq",
    "at",
    "actor_id",
    "actor_name",
    "actor_role",
    "via",
    "ip",
    "user_agent",
    "request_id",
    "action",
    "object_type",
    "object_id",
    "diff",
    "hash",
];

fn push_csv(text: &mut String, record: &AuditRecord) {
    let seq = record.seq.to_string();
    let at = record.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let ip = record.actor.ip.map(|ip| ip.to_string());
    let diff = match &record.diff {
        Value::Object(map) if map.is_empty() => String::new(),
        diff => diff.to_string(),
    };
    let hash = hex::encode(&record.hash);
    let or_empty = |value: &'_ Option<String>| value.clone().unwrap_or_default();
    let values = [
        seq,
        at,
        record.actor.id.clone(),
        or_empty(&record.actor_name),
        record.actor.role.clone(),
        or_empty(&record.actor.via),
        or_empty(&ip),
        or_empty(&record.actor.user_agent),
        or_empty(&record.actor.request_id),
        record.action.clone(),
        record.object_type.clone(),
        or_empty(&record.object_id),
        diff,
        hash,
    ];
    csv::push_line(text, values.iter().map(String::as_str));
}
