//! `GET /api/v1/site`: who this is, and what can be done here.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use sadu_domain::lang::Bilingual;
use sadu_domain::tenant::Logo;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::wire::{BilingualJson, json};
use crate::error::ApiResult;
use crate::kept::{AnswerCache, AnswerKey};
use crate::middleware::tenant::TenantRef;

/// The tenant, as programs see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Site {
    #[schema(value_type = BilingualJson)]
    name: Bilingual,
    #[schema(value_type = BilingualJson)]
    tagline: Bilingual,
    #[schema(value_type = String, example = "charity")]
    kind: sadu_domain::tenant::TenantKind,
    /// Whether gifts and orders are taken now.
    collecting: bool,
    #[schema(value_type = BilingualJson)]
    hero: Bilingual,
    #[schema(value_type = Object)]
    branding: sadu_domain::tenant::Branding,
    /// Path of the logo on this host, a JPEG; none where the tenant has no logo.
    #[schema(example = "/logo.jpg?v=0199f0a0-0000-7000-8000-000000000000")]
    logo: Option<String>,
    #[schema(value_type = Vec<String>, example = json!(["ar", "en"]))]
    languages: Vec<sadu_domain::lang::Lang>,
    #[schema(value_type = String, example = "ar")]
    default_language: sadu_domain::lang::Lang,
    #[schema(value_type = String, example = "KWD")]
    currency: sadu_domain::money::Currency,
    #[schema(value_type = Option<Object>)]
    licence: Option<sadu_domain::tenant::Licence>,
    phone: Option<String>,
    #[schema(value_type = Object)]
    contact: sadu_domain::tenant::Contact,
    #[schema(value_type = String, example = "latin")]
    digits: sadu_domain::tenant::Digits,
    /// Whether days are also written in the Hijri calendar, and how many days it is moved.
    #[schema(value_type = Object)]
    hijri: sadu_domain::tenant::Hijri,
    #[schema(value_type = Vec<String>, example = json!(["transfer"]))]
    payment_methods: Vec<sadu_domain::order::PaymentMethod>,
    /// The tenant's event seq of what is shown.
    version: i64,
}

/// Name, branding, languages, currency, licence, payment methods.
#[utoipa::path(get, path = "/api/v1/site", tag = "public", responses((status = 200, body = Site), (status = 304, description = "The caller has it already")))]
pub async fn show(
    request: HttpRequest,
    tenant: TenantRef,
    cache: web::Data<AnswerCache>,
) -> ApiResult<HttpResponse> {
    let snapshot = tenant.snapshot();
    let t = &snapshot.tenant;
    let key = AnswerKey::json(&snapshot, "api.site", "");
    let today = t.day(Utc::now());
    cache.serve(&request, &key, &snapshot, || {
        json(&Site {
            name: t.name.clone(),
            tagline: t.tagline.clone(),
            kind: t.kind,
            collecting: t.takes_money_on(today),
            hero: t.settings.hero.clone(),
            branding: t.branding.clone(),
            logo: t.logo.as_ref().map(Logo::path),
            languages: t.settings.languages.clone(),
            default_language: t.default_lang,
            currency: t.currency,
            licence: t.licence_on(today).cloned(),
            phone: t.phone.clone(),
            contact: t.settings.contact.clone(),
            digits: t.settings.digits,
            hijri: t.settings.hijri,
            payment_methods: t.offered_methods().collect(),
            version: snapshot.version,
        })
    })
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/site", web::get().to(show));
}
