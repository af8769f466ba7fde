//! The pictures of an item in its editor: sent, described, put in order and taken off, with and without JavaScript. A script sends new
//! ones to the bucket itself; without it they come through here, one a form.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::commands::media::RemoveMedia;
use sadu_db::media::Media;
use sadu_domain::access::Permission;
use sadu_domain::error::{Code, FieldError};
use sadu_domain::ids::{ItemId, MediaId};
use sadu_domain::lang::{Bilingual, Lang};
use sadu_domain::media::{MediaState, PictureType, VariantFormat};
use serde::Deserialize;

use super::inbox::allow;
use super::items::refused;
use super::picture_form::{self, Sent};
use crate::api::admin::items::{self, item_id};
use crate::api::admin::media::{ANNOUNCE, MediaChange, change_media, media_id};
use crate::auth::Staff;
use crate::checkout::idempotency_key;
use crate::error::{ApiError, ApiResult};
use crate::media::{Original, take_in};
use crate::middleware::tenant::TenantRef;
use crate::state::App;

/// One picture in the editor.
pub(super) struct PictureRow {
    pub(super) id: String,
    /// Where staff see it, once it is ready.
    pub(super) src: Option<String>,
    pub(super) w: u32,
    pub(super) h: u32,
    pub(super) alt: Bilingual,
    pub(super) pending: bool,
    /// Why it was refused.
    pub(super) refused: Option<&'static str>,
    /// It is ready, and nobody said what it shows.
    pub(super) undescribed: bool,
}

impl PictureRow {
    pub(super) fn new(media: &Media, lang: Lang) -> Self {
        let shown = media.drawn.as_ref().and_then(|drawn| {
            drawn
                .variants
                .iter()
                .find(|variant| variant.format == VariantFormat::Jpeg)
        });
        Self {
            id: media.id.to_string(),
            src: shown.map(|variant| format!("/admin/media/{}/{}", media.id, variant.name())),
            w: shown.map_or(480, |variant| variant.w),
            h: shown.map_or(320, |variant| variant.h),
            alt: media.alt.clone(),
            pending: media.state == MediaState::Pending,
            refused: media.refusal.map(|refusal| refusal.code().detail_in(lang)),
            undescribed: media.state == MediaState::Ready
                && (media.alt.ar.is_empty() || media.alt.en.is_empty()),
        }
    }
}

/// The form of one picture.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Change {
    /// `save`, `up`, `down`, `remove` or `restore`.
    #[serde(rename = "do")]
    act: String,
    /// Of which item; where the page goes back to.
    item: String,
    #[serde(rename = "alt.ar")]
    alt_ar: String,
    #[serde(rename = "alt.en")]
    alt_en: String,
}

/// `POST /admin/media/{id}`: one of the buttons beside a picture.
///
/// # Errors
/// `not_found`, the field at fault.
pub async fn change(
    staff: Staff,
    tenant: TenantRef,
    request: HttpRequest,
    id: web::Path<String>,
    form: web::Form<Change>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::MediaWrite)?;
    let id = media_id(&id)?;
    let item: ItemId = form
        .item
        .parse()
        .map_err(|_| ApiError::fields(vec![FieldError::new("item", Code::RequestFieldInvalid)]))?;
    let mut back = format!("/admin/items/{item}");
    let edit = match form.act.as_str() {
        "save" => MediaChange {
            alt: Some(Bilingual::new(form.alt_ar.clone(), form.alt_en.clone())),
            ..MediaChange::default()
        },
        "up" | "down" => MediaChange {
            position: Some(moved(&tenant, item, id, form.act == "up").await?),
            ..MediaChange::default()
        },
        "restore" => MediaChange {
            item: Some(item.as_uuid()),
            ..MediaChange::default()
        },
        "remove" => {
            let actor = staff.actor(&request);
            tenant.execute(RemoveMedia { id, actor }).await?;
            back.push_str("?removed=");
            back.push_str(&id.to_string());
            return Ok(to(back));
        }
        _ => {
            let field = FieldError::new("do", Code::RequestFieldInvalid);
            return Err(ApiError::fields(vec![field]));
        }
    };
    change_media(&tenant, &staff, &request, id, edit).await?;
    Ok(to(back))
}

/// `POST /admin/items/{id}/pictures`: a picture in an ordinary form. What comes of it is said on the item's page.
///
/// # Errors
/// `not_found`, `request.unsupported_media_type`, `busy`, `media.unavailable`.
pub async fn add(
    staff: Staff,
    tenant: TenantRef,
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::MediaWrite)?;
    let item = item_id(&id)?;
    let mut tx = tenant.read().await?;
    let status = sadu_db::items::status(&mut tx, item).await?;
    tx.commit().await?;
    status.ok_or_else(|| ApiError::code(Code::NotFound))?;
    // Held until the file is out of our hands.
    let _place = app
        .uploads
        .try_acquire()
        .map_err(|_| ApiError::code(Code::Busy))?;
    let taken = match picture_form::read(&request, body).await {
        Ok(sent) => take(&staff, &tenant, &app, &request, item, sent).await,
        Err(failure) => Err(failure),
    };
    match taken {
        Ok(_) => Ok(to(format!("/admin/items/{item}"))),
        Err(failure) => refused(item, &failure),
    }
}

async fn take(
    staff: &Staff,
    tenant: &TenantRef,
    app: &App,
    request: &HttpRequest,
    item: ItemId,
    sent: Sent,
) -> ApiResult<Media> {
    // What a browser says it is comes from the file's name; its first bytes know better.
    let content_type =
        PictureType::sniff(&sent.file).ok_or_else(|| ApiError::code(Code::MediaNotAPicture))?;
    let said = [item.as_uuid().as_bytes(), &sent.file[..]].concat();
    let actor = staff.user_id.to_string();
    let key = idempotency_key(Some(&sent.key), &actor, ANNOUNCE, &said)?;
    let original = Original {
        item,
        content_type,
        bytes: sent.file,
        by: Some(staff.user_id),
        key: Some(key),
    };
    Ok(take_in(&app.objects, tenant, original, staff.actor(request)).await?)
}

/// One place earlier or later.
async fn moved(tenant: &TenantRef, item: ItemId, id: MediaId, earlier: bool) -> ApiResult<u16> {
    let all = items::pictures(tenant, item).await?;
    let place = all
        .iter()
        .position(|media| media.id == id)
        .ok_or_else(|| ApiError::code(Code::NotFound))?;
    let place = u16::try_from(place).unwrap_or(u16::MAX);
    Ok(if earlier {
        place.saturating_sub(1)
    } else {
        place.saturating_add(1)
    })
}

fn to(back: String) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, back + "#pictures"))
        .finish()
}
