//! `/admin/inbox`: the list, one order beside it, and the two ways to work on it that need no amount.
//!
//! The rows and the ledger are those of the JSON routes, so that page and script always agree.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template as _;
use chrono::Utc;
use sadu_actors::commands::subjects::{ClaimSubject, ResolveSubject};
use sadu_domain::access::Permission;
use sadu_domain::error::Code;
use sadu_domain::ids::{EventSubject, OrderId};
use serde::Deserialize;

use super::desk::Asked;
use super::reveal::RevealView;
use super::transfer;
use super::view::{DetailView, Filter, InboxPage, RowView, TransferForm};
use crate::api::admin::inbox::{InboxQuery, page};
use crate::api::admin::orders;
use crate::auth::{Identity, Staff};
use crate::error::ApiError;
use crate::pages::format::clock;

/// Rows the server writes at once.
const ROWS: u32 = 30;

/// `?view=` and `?cursor=`.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    view: Option<String>,
    cursor: Option<String>,
}

/// `GET /admin/inbox`.
///
/// # Errors
/// `cursor.invalid`, `request.field_invalid` for an unknown filter.
pub async fn list(
    staff: Staff,
    asked: Asked,
    which: web::Query<Which>,
) -> Result<HttpResponse, ApiError> {
    allow(&staff, Permission::InboxRead)?;
    show_page(&staff, &asked, &which, None, StatusCode::OK).await
}

/// `GET /admin/inbox/{order}`: the same with one order beside it; on a phone the order alone.
///
/// # Errors
/// `order.not_found`, and those of the list.
pub async fn show(
    staff: Staff,
    asked: Asked,
    order: web::Path<String>,
    which: web::Query<Which>,
) -> Result<HttpResponse, ApiError> {
    allow(&staff, Permission::OrdersRead)?;
    let order = order_id(&order)?;
    let open = Some((order, Opened::default()));
    show_page(&staff, &asked, &which, open, StatusCode::OK).await
}

/// `POST /admin/inbox/{order}/claim`: takes it, unless somebody has it; the page says who.
///
/// # Errors
/// `not_found`.
pub async fn claim(
    staff: Staff,
    asked: Asked,
    order: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    allow(&staff, Permission::InboxWork)?;
    let order = order_id(&order)?;
    let command = ClaimSubject {
        subject: EventSubject::Order(order),
        user: staff.user_id,
        actor: staff.actor(&request),
    };
    asked.tenant.execute(command).await?;
    Ok(back_to(order))
}

/// `POST /admin/inbox/{order}/resolve`: marks it done.
///
/// # Errors
/// `not_found`.
pub async fn resolve(
    staff: Staff,
    asked: Asked,
    order: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    allow(&staff, Permission::InboxWork)?;
    let order = order_id(&order)?;
    let command = ResolveSubject {
        subject: EventSubject::Order(order),
        user: staff.user_id,
        actor: staff.actor(&request),
    };
    asked.tenant.execute(command).await?;
    Ok(back_to(order))
}

/// What stands in an open order besides the order.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// The form of a transfer as it was typed; else as it begins.
    pub(super) form: Option<TransferForm>,
    /// The donor's details, or the way to them.
    pub(super) reveal: RevealView,
}

/// The page with the list, and with `open` beside it; its form as typed, or as it begins.
///
/// # Errors
/// As [`list`] and [`show`].
pub(super) async fn show_page(
    me: &Identity,
    asked: &Asked,
    which: &Which,
    open: Option<(OrderId, Opened)>,
    status: StatusCode,
) -> Result<HttpResponse, ApiError> {
    let shell = asked.shell(me, "inbox");
    let view = match which.view.as_deref() {
        None | Some("all" | "") => "all",
        Some("transfers") => "transfers",
        Some("paid") => "paid",
        Some(_) => return Err(ApiError::code(Code::RequestFieldInvalid)),
    };
    let query = InboxQuery {
        view: Some(view.to_owned()),
        limit: Some(ROWS),
        cursor: which.cursor.clone(),
        ..InboxQuery::default()
    };
    let list = page(&asked.tenant, &query).await?;
    let order = open.as_ref().map(|(order, _)| *order);
    let (mut shown, mut form) = (None, transfer::begin(None));
    let mut reveal = RevealView::default();
    if let Some((order, opened)) = open {
        reveal = opened.reveal;
        let detail = orders::detail(me, &asked.tenant, order).await?;
        let of_reference = InboxQuery {
            q: Some(detail.order.reference.clone()),
            ..InboxQuery::default()
        };
        let row = page(&asked.tenant, &of_reference).await?;
        let view = DetailView::new(&shell, &detail, row.data.first());
        form = opened.form.unwrap_or_else(|| transfer::begin(view.due));
        shown = Some(view);
    }
    let title = match &shown {
        Some(open) => open.reference.clone(),
        None => shell.d.inbox.to_owned(),
    };
    let filter = |name, word| Filter {
        name,
        word,
        current: name == view,
    };
    let older = list.next_cursor.as_ref().map(|cursor| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("view", view)
            .append_pair("cursor", cursor)
            .finish();
        format!("/admin/inbox?{query}")
    });
    let page = InboxPage {
        title,
        filters: [
            filter("all", shell.d.view_all),
            filter("transfers", shell.d.view_transfers),
            filter("paid", shell.d.view_paid),
        ],
        view,
        rows: list
            .data
            .iter()
            .map(|row| RowView::new(&shell, view, row, order))
            .collect(),
        older,
        open: shown,
        form,
        reveal,
        blank_reveal: RevealView::default(),
        blank_row: RowView::blank(&shell),
        blank_open: DetailView::blank(&shell),
        blank_form: transfer::begin(None),
        as_of: shell
            .frame
            .number(clock(Utc::now(), &shell.frame.tenant.timezone)),
        shell,
    };
    asked.answer(status, page.render())
}

pub(super) fn allow(me: &Identity, permission: Permission) -> Result<(), ApiError> {
    me.demand(permission)
        .map_err(|denied| ApiError::code(denied.code()))
}

pub(super) fn order_id(text: &str) -> Result<OrderId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::code(Code::OrderNotFound))
}

/// To the order's own page, so that a reload sends no form again.
pub(super) fn back_to(order: OrderId) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/admin/inbox/{order}")))
        .finish()
}
