//! `POST /admin/inbox/find` and `GET /admin/inbox/{order}/donor`: an order by what a caller can read out, its reference or
//! their phone. A phone is never part of an address: the form is posted, and what it finds has an address of its own.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;
use sadu_db::orders::{self, OrderRecord};
use sadu_domain::access::Permission;
use sadu_domain::ids::OrderId;
use sadu_domain::phone::{Phone, PhonePolicy};
use sadu_domain::reference::Reference;
use serde::Deserialize;

use super::desk::{Asked, Shell};
use super::inbox::{allow, back_to, order_id};
use super::view::RowView;
use crate::api::admin::inbox::{InboxRow, rows};
use crate::auth::Staff;
use crate::error::ApiResult;
use crate::state::App;

/// Orders shown of one phone.
const MOST: i64 = 100;

/// The form as it arrives; the guard has looked at its `csrf` field.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    q: String,
}

/// What was found, or why nothing was.
#[derive(Template)]
#[template(path = "admin/found.html")]
struct FoundPage<'a> {
    shell: Shell<'a>,
    title: &'static str,
    rows: Vec<RowView>,
    typed: &'a str,
    error: Option<String>,
}

/// Goes to the order of a reference, to the one order of a phone or to the list of its orders.
///
/// # Errors
/// `forbidden`. What names no order is said on the page, with what was typed.
pub async fn find(
    staff: Staff,
    asked: Asked,
    app: web::Data<App>,
    typed: web::Form<Typed>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::OrdersRead)?;
    let text = typed.q.trim();
    let phones = PhonePolicy {
        allow_demo: app.site.demo_phones,
    };
    let found = if let Some(reference) = Reference::find_in(text) {
        let mut tx = asked.tenant.read_at_once().await?;
        let found = orders::find_by_reference(&mut tx, &reference.to_string()).await?;
        tx.commit().await?;
        Some(found.into_iter().collect())
    } else if let Ok(phone) = Phone::parse(text, phones) {
        let codes = asked.tenant.keys().lookups(phone.as_e164());
        let mut tx = asked.tenant.read_at_once().await?;
        let found = orders::find_by_phone(&mut tx, &codes, MOST).await?;
        tx.commit().await?;
        Some(found)
    } else {
        None
    };
    match found.as_deref() {
        Some([only]) => return Ok(back_to(only.id)),
        Some([newest, ..]) => {
            return Ok(HttpResponse::SeeOther()
                .insert_header((
                    header::LOCATION,
                    format!("/admin/inbox/{}/donor", newest.id),
                ))
                .finish());
        }
        Some([]) | None => {}
    }
    let shell = asked.shell(&staff, "inbox");
    let example = format!("{}-229-5041-781", shell.frame.tenant.prefix);
    let error = found
        .is_none()
        .then(|| shell.d.find_unclear.replace("{x}", &example));
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = FoundPage {
        title: shell.d.found,
        rows: Vec::new(),
        typed: text,
        error,
        shell,
    };
    let mut answer = asked.answer(status, page.render())?;
    answer.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(answer)
}

/// Every order of the phone that this order has, newest first.
///
/// # Errors
/// `order.not_found`.
pub async fn of_donor(
    staff: Staff,
    asked: Asked,
    order: web::Path<String>,
) -> ApiResult<HttpResponse> {
    allow(&staff, Permission::OrdersRead)?;
    let found = same_donor(&asked, order_id(&order)?).await?;
    let shell = asked.shell(&staff, "inbox");
    let page = FoundPage {
        title: if shell.frame.is_shop() {
            shell.d.found_buyer
        } else {
            shell.d.found_donor
        },
        rows: found
            .iter()
            .map(|row| RowView::new(&shell, "all", row, None))
            .collect(),
        typed: "",
        error: None,
        shell,
    };
    asked.answer(StatusCode::OK, page.render())
}

async fn same_donor(asked: &Asked, order: OrderId) -> ApiResult<Vec<InboxRow>> {
    let mut tx = asked.tenant.read_at_once().await?;
    let order: OrderRecord = orders::get(&mut tx, order).await?;
    let donor = orders::donor(&mut tx, order.donor).await?;
    let found = orders::find_by_phone(&mut tx, &[donor.phone_hmac], MOST).await?;
    let rows = rows(&mut tx, found).await?;
    tx.commit().await?;
    Ok(rows)
}
