//! The tenant's own row, its keys, and the counters that are not events.

use sadu_domain::ids::MediaId;
use sadu_domain::lang::Bilingual;
use sadu_domain::media::Drawn;
use sadu_domain::tenant::{Logo, Tenant};
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::error::DbError;
use crate::seal::{MasterKey, TenantKeys};
use crate::tx::TenantTx;

#[derive(FromRow)]
struct TenantRow {
    id: Uuid,
    slug: String,
    name_ar: String,
    name_en: String,
    tagline_ar: String,
    tagline_en: String,
    kind: String,
    status: String,
    branding: Json<sadu_domain::tenant::Branding>,
    settings: Json<sadu_domain::tenant::Settings>,
    timezone: String,
    default_lang: String,
    reference_prefix: String,
    licence: Option<Json<sadu_domain::tenant::Licence>>,
    phone: Option<String>,
    logo_id: Option<Uuid>,
    logo_drawn: Option<Json<Drawn>>,
    config_version: i64,
}

/// The tenant of this transaction.
///
/// # Errors
/// `NotFound` when there is none; `Corrupt` when a stored value is not of its type.
pub async fn load(tx: &mut TenantTx) -> Result<Tenant, DbError> {
    let row: TenantRow = sqlx::query_as(
        "select t.id, t.slug, t.name_ar, t.name_en, t.tagline_ar, t.tagline_en, t.kind, t.status, t.branding, t.settings, t.timezone,
                t.default_lang, t.reference_prefix, t.licence, t.phone, l.id as logo_id, l.drawn as logo_drawn, c.config_version
           from app.tenants t join app.tenant_counters c on c.tenant_id = t.id
           left join lateral (
             select m.id, m.drawn from app.media m
              where m.tenant_id = $1 and m.purpose = 'logo' and m.state = 'ready' and m.removed_at is null
              order by m.uploaded_at desc, m.id desc limit 1) l on true
          where t.id = $1",
    )
    .bind(tx.tenant().as_uuid())
    .fetch_one(tx.conn()?)
    .await?;
    if row.id != tx.tenant().as_uuid() {
        return Err(DbError::ForeignRow);
    }
    Ok(Tenant {
        id: tx.tenant(),
        slug: row.slug,
        name: Bilingual {
            ar: row.name_ar,
            en: row.name_en,
        },
        tagline: Bilingual {
            ar: row.tagline_ar,
            en: row.tagline_en,
        },
        kind: parse(&row.kind, "tenant kind")?,
        status: parse(&row.status, "tenant status")?,
        branding: row.branding.0,
        logo: row.logo_id.zip(row.logo_drawn).map(|(id, drawn)| Logo {
            id: MediaId::from_uuid(id),
            drawn: drawn.0,
        }),
        settings: row.settings.0,
        currency: sadu_domain::money::Currency::Kwd,
        timezone: row.timezone,
        default_lang: parse(&row.default_lang, "language")?,
        prefix: parse(&row.reference_prefix, "reference prefix")?,
        licence: row.licence.map(|l| l.0),
        phone: row.phone,
        version: row.config_version,
    })
}

/// The parts of a tenant's settings that are saved one by one, each with a revision of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Branding, languages, contact.
    Settings,
    /// The account that transfers go to.
    Bank,
    /// Questions, policy, delivery, the price of gold.
    Terms,
}

/// How often a form was saved, beginning with 1.
///
/// # Errors
/// `NotFound` when there is no such tenant.
pub async fn revision(tx: &mut TenantTx, form: Form) -> Result<i64, DbError> {
    let select = match form {
        Form::Settings => "select settings_revision from app.tenants where id = $1",
        Form::Bank => "select bank_revision from app.tenants where id = $1",
        Form::Terms => "select terms_revision from app.tenants where id = $1",
    };
    Ok(sqlx::query_scalar(select)
        .bind(tx.tenant().as_uuid())
        .fetch_one(tx.conn()?)
        .await?)
}

macro_rules! update {
    ($revision:literal) => {
        concat!(
            "update app.tenants
                set name_ar = $2, name_en = $3, tagline_ar = $4, tagline_en = $5, branding = $6, settings = $7, default_lang = $8,
                    licence = $9, phone = $10, updated_at = now(), ",
            $revision,
            " = ",
            $revision,
            " + 1 where id = $1 returning ",
            $revision
        )
    };
}

/// Stores what an administrator may change: names, look, languages, licence, phone and settings. The caller holds the tenant's
/// counter row, so what `form` did not change is as it was loaded. Returns the form's new revision.
///
/// # Errors
/// The database's.
pub async fn update(tx: &mut TenantTx, form: Form, tenant: &Tenant) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(match form {
        Form::Settings => update!("settings_revision"),
        Form::Bank => update!("bank_revision"),
        Form::Terms => update!("terms_revision"),
    })
    .bind(tx.tenant().as_uuid())
    .bind(&tenant.name.ar)
    .bind(&tenant.name.en)
    .bind(&tenant.tagline.ar)
    .bind(&tenant.tagline.en)
    .bind(Json(&tenant.branding))
    .bind(Json(&tenant.settings))
    .bind(tenant.default_lang.as_str())
    .bind(tenant.licence.as_ref().map(Json))
    .bind(&tenant.phone)
    .fetch_one(tx.conn()?)
    .await?)
}

/// The tenant's keys; the newest seals, all of them open.
///
/// # Errors
/// `NotFound` when the tenant has no key, `Seal` under another master key.
pub async fn keys(tx: &mut TenantTx, master: &MasterKey) -> Result<TenantKeys, DbError> {
    let tenant = tx.tenant();
    let wrapped = crate::rotation::stored(tx).await?;
    if wrapped.is_empty() {
        return Err(DbError::NotFound);
    }
    master.unwrap(tenant, &wrapped)
}

/// Makes the tenant of this transaction: its row, its counters, its key.
///
/// # Errors
/// `Constraint` when slug or reference prefix are taken.
pub async fn create(tx: &mut TenantTx, tenant: &Tenant, master: &MasterKey) -> Result<(), DbError> {
    let id = tx.tenant();
    sqlx::query(
        "insert into app.tenants (id, slug, name_ar, name_en, tagline_ar, tagline_en, kind, status, branding, settings, timezone,
                                  default_lang, reference_prefix, licence, phone)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(id.as_uuid())
    .bind(&tenant.slug)
    .bind(&tenant.name.ar)
    .bind(&tenant.name.en)
    .bind(&tenant.tagline.ar)
    .bind(&tenant.tagline.en)
    .bind(tenant.kind.as_str())
    .bind(tenant.status.as_str())
    .bind(Json(&tenant.branding))
    .bind(Json(&tenant.settings))
    .bind(&tenant.timezone)
    .bind(tenant.default_lang.as_str())
    .bind(tenant.prefix.to_string())
    .bind(tenant.licence.as_ref().map(Json))
    .bind(&tenant.phone)
    .execute(tx.conn()?)
    .await?;
    sqlx::query("insert into app.tenant_counters (tenant_id) values ($1)")
        .bind(id.as_uuid())
        .execute(tx.conn()?)
        .await?;
    let key = Uuid::now_v7();
    sqlx::query("insert into app.tenant_keys (tenant_id, id, wrapped) values ($1, $2, $3)")
        .bind(id.as_uuid())
        .bind(key)
        .bind(master.wrap_new(id, key)?)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Takes `count` numbers from the tenant's reference counter; returns the first of them. Numbers may be lost, never given twice.
///
/// # Errors
/// The database's.
pub async fn lease_references(tx: &mut TenantTx, count: i64) -> Result<i64, DbError> {
    let row = sqlx::query("update app.tenant_counters set reference = reference + $2 where tenant_id = $1 returning reference - $2 as first")
        .bind(tx.tenant().as_uuid())
        .bind(count)
        .fetch_one(tx.conn()?)
        .await?;
    Ok(row.try_get("first")?)
}

pub(crate) fn parse<T: std::str::FromStr>(text: &str, what: &'static str) -> Result<T, DbError> {
    text.parse().map_err(|_| DbError::Corrupt(what.into()))
}
