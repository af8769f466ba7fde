//! Orders of staff: list, one with its ledger, and confirming a transfer seen at the bank.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use sadu_actors::TenantHandle;
use sadu_actors::commands::keyed::Answer;
use sadu_actors::commands::payments::{ConfirmTransfer, Confirmed};
use sadu_db::{orders, payments};
use sadu_domain::access::Permission;
use sadu_domain::error::Code;
use sadu_domain::ids::OrderId;
use sadu_domain::money::Money;
use sadu_domain::order::OrderStatus;
use sadu_domain::transfer::{NewConfirmTransfer, parse_confirm_transfer};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::admin::inbox::{self, InboxQuery, OrderRow};
use crate::api::body;
use crate::api::keyed;
use crate::api::wire::MoneyJson;
use crate::auth::{Identity, Staff};
use crate::checkout;
use crate::error::{ApiError, ApiResult};
use crate::middleware::tenant::TenantRef;

/// The route's name in idempotency keys.
const CONFIRM: &str = "POST /admin/orders/confirm-transfer";
/// Kuwait's offset from UTC; it knows no summer time.
const KUWAIT_SECONDS: i32 = 3 * 60 * 60;

/// An order with its ledger. The donor is masked; revealing is a step of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderDetail {
    #[serde(flatten)]
    pub(crate) order: OrderRow,
    pub(crate) donor: MaskedDonor,
    /// What the donor wrote to those who carry the order out; null for who may not see a donor's details.
    pub(crate) note: Option<String>,
    pub(crate) payments: Vec<PaymentView>,
}

/// A donor, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaskedDonor {
    /// `+965 •••• 2345`.
    pub(crate) phone: String,
    /// Whether the public may see the name.
    pub(crate) anonymous: bool,
}

/// A payment of the order.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentView {
    #[schema(value_type = MoneyJson)]
    pub(crate) amount: Money,
    pub(crate) received_on: chrono::NaiveDate,
    pub(crate) posted_at: chrono::DateTime<Utc>,
}

/// The answer to a confirmation.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferConfirmed {
    id: uuid::Uuid,
    reference: String,
    #[schema(value_type = String, example = "paid")]
    status: OrderStatus,
    #[schema(value_type = MoneyJson)]
    total: Money,
    #[schema(value_type = MoneyJson)]
    paid: Money,
    /// Beyond what was due.
    #[schema(value_type = MoneyJson)]
    excess: Money,
    payment_id: uuid::Uuid,
    posted_at: chrono::DateTime<Utc>,
}

/// Orders, newest first: the inbox's rows under another name, for programs.
#[utoipa::path(get, path = "/api/v1/admin/orders", tag = "admin", params(InboxQuery), responses((status = 200, body = inbox::InboxPage)))]
pub async fn list(
    staff: Staff,
    tenant: TenantRef,
    query: web::Query<InboxQuery>,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::OrdersRead)?;
    Ok(HttpResponse::Ok().json(inbox::page(&tenant, &query).await?))
}

fn order_id(text: &str) -> ApiResult<OrderId> {
    text.parse()
        .map_err(|_| ApiError::code(Code::OrderNotFound))
}

/// One order.
#[utoipa::path(get, path = "/api/v1/admin/orders/{id}", tag = "admin", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = OrderDetail), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn show(
    staff: Staff,
    tenant: TenantRef,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::OrdersRead)?;
    Ok(HttpResponse::Ok().json(detail(&staff, &tenant, order_id(&id)?).await?))
}

/// The same, for the page. The note is written to the tenant's own people, who cannot deliver or give in a name without it. It may say who
/// the donor is or where they live, so who may not reveal a donor (somebody of the platform who looks in) is not shown it.
///
/// # Errors
/// `order.not_found`.
pub async fn detail(me: &Identity, tenant: &TenantHandle, id: OrderId) -> ApiResult<OrderDetail> {
    let mut tx = tenant.read_at_once().await?;
    let order = orders::get(&mut tx, id).await.map_err(|e| match e {
        sadu_db::DbError::NotFound => ApiError::code(Code::OrderNotFound),
        other => other.into(),
    })?;
    let donor = orders::donor(&mut tx, order.donor).await?;
    let posted = payments::of_order(&mut tx, id).await?;
    tx.commit().await?;
    let phone = tenant
        .keys()
        .open("donors.phone", order.donor.as_uuid(), &donor.phone)?;
    let phone = sadu_domain::phone::Phone::parse(
        &phone,
        sadu_domain::phone::PhonePolicy { allow_demo: true },
    )
    .map_or_else(|_| "••••".to_owned(), |p| p.masked());
    Ok(OrderDetail {
        donor: MaskedDonor {
            phone,
            anonymous: order.anonymous,
        },
        note: order
            .note
            .clone()
            .filter(|_| me.demand(Permission::DonorReveal).is_ok()),
        payments: posted
            .iter()
            .map(|p| PaymentView {
                amount: Money::kwd(p.amount),
                received_on: p.received_on,
                posted_at: p.posted_at,
            })
            .collect(),
        order: OrderRow::from(order),
    })
}

/// Posts a transfer that staff have seen in the bank's statement.
#[utoipa::path(post, path = "/api/v1/admin/orders/{id}/confirm-transfer", tag = "admin",
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    request_body(content = Object, description = "`{amount, currency, received_on, bank_reference}`"),
    responses((status = 200, body = TransferConfirmed), (status = 409, body = crate::error::Problem<'static>), (status = 422, body = crate::error::Problem<'static>)))]
pub async fn confirm_transfer(
    staff: Staff,
    tenant: TenantRef,
    id: web::Path<String>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> ApiResult<HttpResponse> {
    staff.demand(Permission::ConfirmTransfer)?;
    let new: NewConfirmTransfer = body::json(&request, &bytes)?;
    let order = order_id(&id)?;
    let answer = post_transfer(
        &tenant,
        &staff,
        &request,
        order,
        (body::key(&request), &bytes),
        &new,
    )
    .await?;
    Ok(keyed::answered(HttpResponse::Ok(), answer))
}

/// The same, for the form. `said` is the caller's key and the bytes it stands for.
///
/// # Errors
/// Fields at fault, `order.not_found`, `order.not_payable`, those of the key.
pub async fn post_transfer(
    tenant: &TenantHandle,
    staff: &Staff,
    request: &HttpRequest,
    order: OrderId,
    said: (Option<&str>, &[u8]),
    new: &NewConfirmTransfer,
) -> ApiResult<Answer> {
    // The key stands for this order and body: the same key on another order is another body.
    let mut bytes = order.as_uuid().as_bytes().to_vec();
    bytes.extend_from_slice(said.1);
    let key = checkout::idempotency_key(said.0, &staff.user_id.to_string(), CONFIRM, &bytes)?;
    let transfer = parse_confirm_transfer(new, tenant.snapshot().tenant.currency, kuwaits_day())
        .map_err(ApiError::fields)?;
    let command = ConfirmTransfer {
        order,
        transfer,
        user: staff.user_id,
        actor: staff.actor(request),
        key,
        render,
    };
    Ok(tenant.execute(command).await?)
}

/// Today in Kuwait: no transfer was received later.
#[must_use]
pub fn kuwaits_day() -> chrono::NaiveDate {
    chrono::FixedOffset::east_opt(KUWAIT_SECONDS).map_or_else(
        || Utc::now().date_naive(),
        |kuwait| Utc::now().with_timezone(&kuwait).date_naive(),
    )
}

fn render(confirmed: &Confirmed) -> String {
    let answer = TransferConfirmed {
        id: confirmed.id.as_uuid(),
        reference: confirmed.reference.clone(),
        status: confirmed.status,
        total: Money::kwd(confirmed.total),
        paid: Money::kwd(confirmed.paid),
        excess: Money::kwd(confirmed.excess),
        payment_id: confirmed.payment.as_uuid(),
        posted_at: confirmed.at,
    };
    serde_json::to_string(&answer).unwrap_or_default()
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/orders", web::get().to(list))
        .route("/orders/{id}", web::get().to(show))
        .route(
            "/orders/{id}/confirm-transfer",
            web::post().to(confirm_transfer),
        );
}
