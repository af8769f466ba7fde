//! Pictures as staff send and keep them. A picture is announced, sent to the bucket by the browser itself, said to be there, and then
//! looked at by the worker. The page of the editor takes the same steps for a browser without scripts (`crate::media::take_in`).

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use sadu_actors::TenantHandle;
use sadu_actors::commands::media::{AnnounceMedia, CompleteMedia, EditMedia, RemoveMedia};
use sadu_actors::storage::StorageError;
use sadu_actors::storage::objects::{Announced, Key, UPLOAD};
use sadu_db::media::{Media, NewMedia};
use sadu_domain::access::Permission;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::{ItemId, MediaId};
use sadu_domain::lang::Bilingual;
use sadu_domain::media::{ALT_MAX, MediaState, ORIGINAL_MAX};
use sadu_domain::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::wire::BilingualJson;
use crate::api::{body, keyed};
use crate::auth::Staff;
use crate::error::{ApiError, ApiResult};
use crate::media::{IntakeError, find};
use crate::middleware::tenant::TenantRef;
use crate::state::App;

/// The route's name in idempotency keys; the form shares it.
pub const ANNOUNCE: &str = "POST /admin/media";

/// What is to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUpload {
    /// The item that it shows.
    item: uuid::Uuid,
    /// `image/jpeg`, `image/png` or `image/webp`.
    #[serde(rename = "type")]
    content_type: String,
    /// Its length; at most 15 MiB.
    bytes: i64,
    /// Its SHA-256, in 64 hexadecimal digits.
    sha256: String,
}

/// How to send it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Upload {
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: MediaId,
    pub(crate) url: String,
    #[schema(example = "PUT")]
    pub(crate) method: &'static str,
    /// To be sent just so: `[name, value]`. Browsers set `content-length` themselves.
    pub(crate) headers: Vec<(String, String)>,
    /// Until when the upload may begin.
    pub(crate) expires_at: DateTime<Utc>,
}

/// What stays when it is left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MediaChange {
    /// What it shows, in both languages; at most 200 characters each.
    #[schema(value_type = Option<BilingualJson>)]
    pub(crate) alt: Option<Bilingual>,
    /// On which item; brings back what was removed within a day.
    pub(crate) item: Option<uuid::Uuid>,
    /// Its place among the pictures of the item, from 0.
    pub(crate) position: Option<u16>,
}

/// A picture as its editors see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaJson {
    #[schema(value_type = uuid::Uuid)]
    id: MediaId,
    #[schema(value_type = Option<uuid::Uuid>)]
    item: Option<ItemId>,
    /// `pending`, `ready` or `rejected`.
    #[schema(value_type = String)]
    state: MediaState,
    /// Why it was refused: a code, and what to do.
    #[schema(value_type = Option<Object>)]
    reason: Option<Reason>,
    #[schema(value_type = BilingualJson)]
    alt: Bilingual,
    /// Where staff see it, once it is ready.
    url: Option<String>,
    /// In pixels.
    w: Option<u32>,
    /// In pixels.
    h: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Reason {
    code: Code,
    message: Bilingual,
}

impl MediaJson {
    /// As the wire has it.
    #[must_use]
    pub fn new(media: Media) -> Self {
        let shown = media
            .drawn
            .as_ref()
            .and_then(|drawn| drawn.variants.iter().find(|v| v.format.as_str() == "jpg"));
        Self {
            id: media.id,
            item: media.item,
            state: media.state,
            reason: media.refusal.map(|refusal| Reason {
                code: refusal.code(),
                message: refusal.code().detail(),
            }),
            url: shown.map(|variant| format!("/admin/media/{}/{}", media.id, variant.name())),
            w: shown.map(|variant| variant.w),
            h: shown.map(|variant| variant.h),
            alt: media.alt,
        }
    }
}

/// The id of a picture, as a path has it.
///
/// # Errors
/// `not_found` for what is none.
pub fn media_id(text: &str) -> ApiResult<MediaId> {
    text.parse().map_err(|_| ApiError::code(Code::NotFound))
}

/// What is announced, checked field by field.
fn parse(body: &NewUpload, staff: &Staff) -> ApiResult<NewMedia> {
    let mut errors = Vec::new();
    let mut amiss = |field: &str, code| errors.push(FieldError::new(field, code));
    let content_type = body.content_type.parse();
    if content_type.is_err() {
        amiss("type", Code::MediaNotAPicture);
    }
    if body.bytes > ORIGINAL_MAX {
        amiss("bytes", Code::MediaTooLarge);
    } else if body.bytes < 1 {
        amiss("bytes", Code::MediaBroken);
    }
    if hex::decode(&body.sha256).map_or(0, |digest| digest.len()) != 32 {
        amiss("sha256", Code::RequestFieldInvalid);
    }
    match content_type {
        Ok(content_type) if errors.is_empty() => Ok(NewMedia {
            id: MediaId::new(),
            item: ItemId::from_uuid(body.item),
            content_type,
            bytes: body.bytes,
            sha256: body.sha256.to_ascii_lowercase(),
            by: Some(staff.user_id),
        }),
        _ => Err(ApiError::fields(errors)),
    }
}

/// The bucket did not do what it was asked.
fn unavailable(error: &StorageError) -> ApiError {
    tracing::error!(%error, "the bucket of pictures failed");
    ApiError::code(Code::MediaUnavailable)
}

impl From<IntakeError> for ApiError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Act(error) => error.into(),
            IntakeError::Storage(error) => unavailable(&error),
        }
    }
}

/// Announces a picture: where the browser sends it, and with which headers.
#[utoipa::path(post, path = "/api/v1/admin/media", tag = "admin", params(("Idempotency-Key" = Option<String>, Header)), request_body = NewUpload,
    responses((status = 201, body = Upload), (status = 400, body = crate::error::Problem<'static>), (status = 409, body = crate::error::Problem<'static>), (status = 415, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>), (status = 503, body = crate::error::Problem<'static>)))]
pub async fn announce(
    staff: Staff,
    tenant: TenantRef,
    app: web::Data<App>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::MediaWrite)?;
    let new = parse(&body::json(&request, &bytes)?, &staff)?;
    let (key, actor) = (
        keyed::key(&staff, &request, ANNOUNCE, &bytes)?,
        staff.actor(&request),
    );
    let announce = AnnounceMedia {
        answer: begin(&app, &tenant, &new).await?,
        new,
        actor,
        key,
    };
    Ok(keyed::answered(
        HttpResponse::Created(),
        tenant.execute(announce).await?,
    ))
}

/// Signs the way of a picture into the bucket, as JSON.
async fn begin(app: &App, tenant: &TenantHandle, new: &NewMedia) -> ApiResult<String> {
    let id = new.id;
    let digest = hex::decode(&new.sha256).unwrap_or_default();
    let announced = Announced {
        content_type: new.content_type.as_str(),
        length: new.bytes,
        sha256: &BASE64.encode(digest),
    };
    let expires_at = Utc::now() + UPLOAD;
    let signed = app
        .objects
        .sign_upload(&Key::incoming(tenant.id(), id), announced)
        .await
        .map_err(|error| unavailable(&error))?;
    let upload = Upload {
        id,
        url: signed.url,
        method: "PUT",
        headers: signed.headers,
        expires_at,
    };
    Ok(serde_json::to_string(&upload).unwrap_or_default())
}

/// Says that a picture was sent; the worker looks at it next.
#[utoipa::path(post, path = "/api/v1/admin/media/{id}/complete", tag = "admin", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = MediaJson), (status = 404, body = crate::error::Problem<'static>), (status = 409, body = crate::error::Problem<'static>), (status = 503, body = crate::error::Problem<'static>)))]
pub async fn complete(
    staff: Staff,
    tenant: TenantRef,
    app: web::Data<App>,
    id: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::MediaWrite)?;
    let id = media_id(&id)?;
    let known = find(&tenant, id).await?;
    if !known.uploaded {
        let length = app
            .objects
            .length(&Key::incoming(tenant.id(), id))
            .await
            .map_err(|error| unavailable(&error))?;
        if length.is_none() {
            return Err(ApiError::code(Code::MediaNotUploaded));
        }
    }
    let actor = staff.actor(&request);
    let media = tenant.execute(CompleteMedia { id, actor }).await?;
    Ok(HttpResponse::Ok().json(MediaJson::new(media)))
}

/// One picture, and where it stands.
#[utoipa::path(get, path = "/api/v1/admin/media/{id}", tag = "admin", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = MediaJson), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn show(
    staff: Staff,
    tenant: TenantRef,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::CatalogRead)?;
    let media = find(&tenant, media_id(&id)?).await?;
    Ok(HttpResponse::Ok().json(MediaJson::new(media)))
}

/// Both languages, cleaned.
fn alt(typed: &Bilingual) -> ApiResult<Bilingual> {
    let one = |lang: &str, typed: &str| {
        text::clean(typed, ALT_MAX).map_err(|_| {
            ApiError::fields(vec![FieldError::new(
                format!("alt.{lang}"),
                Code::TextTooLong,
            )])
        })
    };
    Ok(Bilingual {
        ar: one("ar", &typed.ar)?,
        en: one("en", &typed.en)?,
    })
}

/// Changes what a picture says, its place, or its item.
#[utoipa::path(put, path = "/api/v1/admin/media/{id}", tag = "admin", params(("id" = uuid::Uuid, Path)), request_body = MediaChange,
    responses((status = 200, body = MediaJson), (status = 400, body = crate::error::Problem<'static>), (status = 404, body = crate::error::Problem<'static>), (status = 409, body = crate::error::Problem<'static>), (status = 415, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn edit(
    staff: Staff,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::MediaWrite)?;
    let change: MediaChange = body::json(&request, &bytes)?;
    let media = change_media(&tenant, &staff, &request, media_id(&id)?, change).await?;
    Ok(HttpResponse::Ok().json(MediaJson::new(media)))
}

/// What [`edit`] does, for the page of the editor too.
///
/// # Errors
/// `not_found`, the field at fault, `media.too_many`.
pub async fn change_media(
    tenant: &TenantHandle,
    staff: &Staff,
    request: &HttpRequest,
    id: MediaId,
    change: MediaChange,
) -> ApiResult<Media> {
    let command = EditMedia {
        id,
        alt: change.alt.as_ref().map(alt).transpose()?,
        item: change.item.map(ItemId::from_uuid),
        position: change.position.map(usize::from),
        actor: staff.actor(request),
    };
    Ok(tenant.execute(command).await?)
}

/// Takes a picture off its item; for a day `PUT` with `item` brings it back.
#[utoipa::path(delete, path = "/api/v1/admin/media/{id}", tag = "admin", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn remove(
    staff: Staff,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::MediaWrite)?;
    let command = RemoveMedia {
        id: media_id(&id)?,
        actor: staff.actor(&request),
    };
    tenant.execute(command).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/media", web::post().to(announce))
        .route("/media/{id}", web::get().to(show))
        .route("/media/{id}", web::put().to(edit))
        .route("/media/{id}", web::delete().to(remove))
        .route("/media/{id}/complete", web::post().to(complete));
}
