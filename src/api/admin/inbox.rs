//! The inbox as lists: rows to work on, the events after a number, and taking or finishing a row.

use actix_web::{HttpRequest, HttpResponse, web};
use sadu_actors::{TenantHandle, commands, inbox};
use sadu_db::orders::{self, OrderRecord, OrderView};
use sadu_db::subjects::{self, WorkState};
use sadu_db::{TenantTx, inbox_events};
use sadu_domain::access::Permission;
use sadu_domain::error::Code;
use sadu_domain::event::InboxEvent;
use sadu_domain::ids::{EventSubject, OrderId, UserId};
use sadu_domain::money::Money;
use sadu_domain::order::{OrderKind, OrderStatus, PaymentMethod};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::paging::{self, PageQuery};
use crate::api::wire::MoneyJson;
use crate::auth::Staff;
use crate::error::{ApiError, ApiResult};
use crate::lookup::LineView;
use crate::middleware::tenant::TenantRef;

/// A row of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxRow {
    #[schema(value_type = String, example = "order:0192…")]
    pub(crate) subject: EventSubject,
    pub(crate) order: OrderRow,
    /// Who has it.
    pub(crate) owner: Option<Owner>,
    pub(crate) resolved_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Event number of the newest change; a row with a lower one is older than this.
    pub(crate) version: i64,
}

/// An order as a row; nobody's name in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderRow {
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: OrderId,
    pub(crate) reference: String,
    #[schema(value_type = String)]
    pub(crate) kind: OrderKind,
    #[schema(value_type = String)]
    pub(crate) status: OrderStatus,
    #[schema(value_type = MoneyJson)]
    pub(crate) total: Money,
    #[schema(value_type = MoneyJson)]
    pub(crate) paid: Money,
    #[schema(value_type = String)]
    pub(crate) payment_method: PaymentMethod,
    #[schema(value_type = String)]
    pub(crate) lang: sadu_domain::lang::Lang,
    #[schema(value_type = Vec<Object>)]
    pub(crate) items: Vec<LineView>,
    pub(crate) expires_at: Option<chrono::DateTime<chrono::Utc>>,
    pub(crate) created_at: chrono::DateTime<chrono::Utc>,
    pub(crate) updated_at: chrono::DateTime<chrono::Utc>,
}

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
pub struct Owner {
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: UserId,
    pub(crate) name: String,
}

impl From<OrderRecord> for OrderRow {
    fn from(order: OrderRecord) -> Self {
        Self {
            id: order.id,
            kind: order.kind,
            status: order.status,
            total: Money::kwd(order.total),
            paid: Money::kwd(order.paid),
            payment_method: order.method,
            lang: order.lang,
            items: order.lines.iter().map(LineView::from).collect(),
            expires_at: order.expires_at,
            created_at: order.created_at,
            updated_at: order.updated_at,
            reference: order.reference,
        }
    }
}

impl InboxRow {
    fn new(order: OrderRecord, state: Option<WorkState>) -> Self {
        let state = state.unwrap_or(WorkState {
            owner: None,
            resolved_at: None,
            version: 0,
        });
        Self {
            subject: EventSubject::Order(order.id),
            version: order.version.max(state.version),
            owner: state.owner.map(|(id, name)| Owner { id, name }),
            resolved_at: state.resolved_at,
            order: OrderRow::from(order),
        }
    }
}

/// Which rows.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InboxQuery {
    /// `all`, `transfers` (waiting for money) or `paid`.
    pub(crate) view: Option<String>,
    /// A reference, whole or read out loosely.
    pub(crate) q: Option<String>,
    /// Rows wanted: 20 unless told, at most 100.
    pub(crate) limit: Option<u32>,
    /// Of the page before.
    pub(crate) cursor: Option<String>,
}

/// A page of rows, and the event number it is true at: apply events after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxPage {
    pub(crate) data: Vec<InboxRow>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) as_of_seq: i64,
}

/// Rows of the inbox, newest first.
#[utoipa::path(get, path = "/api/v1/admin/inbox", tag = "admin", params(InboxQuery), responses((status = 200, body = InboxPage)))]
pub async fn list(
    _staff: Staff,
    tenant: TenantRef,
    query: web::Query<InboxQuery>,
) -> ApiResult<HttpResponse> {
    Ok(HttpResponse::Ok().json(page(&tenant, &query).await?))
}

/// The same, for the page.
///
/// # Errors
/// `cursor.invalid`, `request.field_invalid` for an unknown view.
pub async fn page(tenant: &TenantHandle, query: &InboxQuery) -> ApiResult<InboxPage> {
    let (view, name) = match query.view.as_deref() {
        None | Some("all") => (OrderView::All, "inbox|all"),
        Some("transfers") => (OrderView::AwaitingTransfer, "inbox|transfers"),
        Some("paid") => (OrderView::Paid, "inbox|paid"),
        Some(_) => return Err(ApiError::code(Code::RequestFieldInvalid)),
    };
    let paging = PageQuery {
        limit: query.limit,
        cursor: query.cursor.clone(),
    };
    let before = paging
        .position(tenant, name)?
        .map(|p| {
            p.parse::<OrderId>()
                .map_err(|_| ApiError::code(Code::CursorInvalid))
        })
        .transpose()?;
    let mut tx = tenant.read_at_once().await?;
    let (as_of_seq, _) = inbox_events::head(&mut tx).await?;
    let mut found = match query.q.as_deref().filter(|q| !q.trim().is_empty()) {
        Some(q) => match sadu_domain::reference::Reference::find_in(q) {
            Some(reference) => orders::find_by_reference(&mut tx, &reference.to_string())
                .await?
                .into_iter()
                .collect(),
            None => Vec::new(),
        },
        None => {
            orders::list(
                &mut tx,
                view,
                before,
                i64::try_from(paging.rows().saturating_add(1)).unwrap_or(101),
            )
            .await?
        }
    };
    let more = found.len() > paging.rows();
    found.truncate(paging.rows());
    let next_cursor = found
        .last()
        .filter(|_| more)
        .map(|last| paging::seal(tenant, name, &last.id.to_string()));
    let data = rows(&mut tx, found).await?;
    tx.commit().await?;
    Ok(InboxPage {
        data,
        next_cursor,
        as_of_seq,
    })
}

/// Orders as rows, with who works on them; in the order given.
///
/// # Errors
/// The database's.
pub async fn rows(tx: &mut TenantTx, orders: Vec<OrderRecord>) -> ApiResult<Vec<InboxRow>> {
    let ids: Vec<EventSubject> = orders.iter().map(|o| EventSubject::Order(o.id)).collect();
    let states = subjects::states(tx, &ids).await?;
    Ok(orders
        .into_iter()
        .zip(states)
        .map(|(order, state)| InboxRow::new(order, state))
        .collect())
}

/// After which number.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AfterQuery {
    after_seq: i64,
}

#[derive(Serialize)]
struct Events {
    events: Vec<InboxEvent>,
    seq: i64,
    reset: bool,
}

/// Events after a number, for clients without a socket: at most 256.
#[utoipa::path(get, path = "/api/v1/admin/inbox/events", tag = "admin", params(AfterQuery), responses((status = 200, description = "`{events, seq, reset}`")))]
pub async fn events(
    _staff: Staff,
    tenant: TenantRef,
    query: web::Query<AfterQuery>,
) -> ApiResult<HttpResponse> {
    let stretch = inbox::events_after(&tenant, query.after_seq.max(0), 256).await?;
    Ok(HttpResponse::Ok().json(Events {
        events: stretch.events,
        seq: stretch.head,
        reset: stretch.gone,
    }))
}

fn subject(text: &str) -> ApiResult<EventSubject> {
    text.parse().map_err(|_| ApiError::code(Code::NotFound))
}

/// Takes a row. The answer says who has it: another, if they were first.
#[utoipa::path(post, path = "/api/v1/admin/inbox/{subject}/claim", tag = "admin", params(("subject" = String, Path)), responses((status = 200, description = "`{owner, yours}`"), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn claim(
    staff: Staff,
    tenant: TenantRef,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    staff
        .demand(Permission::InboxWork)
        .map_err(|d| ApiError::code(d.code()))?;
    let user = staff.user_id;
    let owner = tenant
        .execute(commands::subjects::ClaimSubject {
            subject: subject(&path)?,
            user,
            actor: staff.actor(&request),
        })
        .await?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "owner": owner, "yours": owner == user })))
}

/// Marks a row done.
#[utoipa::path(post, path = "/api/v1/admin/inbox/{subject}/resolve", tag = "admin", params(("subject" = String, Path)), responses((status = 204), (status = 404, body = crate::error::Problem<'static>)))]
pub async fn resolve(
    staff: Staff,
    tenant: TenantRef,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    staff
        .demand(Permission::InboxWork)
        .map_err(|d| ApiError::code(d.code()))?;
    tenant
        .execute(commands::subjects::ResolveSubject {
            subject: subject(&path)?,
            user: staff.user_id,
            actor: staff.actor(&request),
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Routes of this file.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/inbox", web::get().to(list))
        .route("/inbox/events", web::get().to(events))
        .route("/inbox/{subject}/claim", web::post().to(claim))
        .route("/inbox/{subject}/resolve", web::post().to(resolve));
}
