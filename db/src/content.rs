//! The pages that a tenant writes itself.

use sadu_domain::content::{PageDraft, PageName};
use sadu_domain::lang::Bilingual;
use sqlx::{FromRow, Row};

use crate::error::DbError;
use crate::tenants::parse;
use crate::tx::TenantTx;

/// A page as stored, with the revision of its text.
pub type Stored = (PageName, PageDraft, i64);

#[derive(FromRow)]
struct PageRow {
    tenant_id: uuid::Uuid,
    slug: String,
    title_ar: String,
    title_en: String,
    body_ar: String,
    body_en: String,
    revision: i64,
}

/// Every page that was written.
///
/// # Errors
/// `Corrupt` when a stored name is none of ours.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Stored>, DbError> {
    let rows: Vec<PageRow> = sqlx::query_as(
        "select tenant_id, slug, title_ar, title_en, body_ar, body_en, revision from app.content_pages
          where tenant_id = $1 order by slug",
    )
    .bind(tx.tenant().as_uuid())
    .fetch_all(tx.conn()?)
    .await?;
    rows.into_iter()
        .map(|row| {
            if row.tenant_id != tx.tenant().as_uuid() {
                return Err(DbError::ForeignRow);
            }
            let page = PageDraft {
                title: Bilingual::new(row.title_ar, row.title_en),
                body: Bilingual::new(row.body_ar, row.body_en),
            };
            Ok((parse(&row.slug, "page name")?, page, row.revision))
        })
        .collect()
}

/// Stores a page; returns its revision.
///
/// # Errors
/// The database's.
pub async fn save(tx: &mut TenantTx, name: PageName, page: &PageDraft) -> Result<i64, DbError> {
    let row = sqlx::query(
        "insert into app.content_pages (tenant_id, slug, title_ar, title_en, body_ar, body_en) values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, slug) do update
            set title_ar = excluded.title_ar, title_en = excluded.title_en, body_ar = excluded.body_ar, body_en = excluded.body_en,
                revision = content_pages.revision + 1, updated_at = now()
         returning revision",
    )
    .bind(tx.tenant().as_uuid())
    .bind(name.as_str())
    .bind(&page.title.ar)
    .bind(&page.title.en)
    .bind(&page.body.ar)
    .bind(&page.body.en)
    .fetch_one(tx.conn()?)
    .await?;
    Ok(row.try_get("revision")?)
}
