//! Looking an order up by its reference: shared by the JSON route, the thank-you page and the track page.
//!
//! A reference alone reveals the state. Details need the signed token of the order's own link, or the last four digits of the
//! donor's phone. Wrong digits are counted: five lock that address and, apart, that reference for a quarter of an hour; twenty
//! a day lock the reference.

use chrono::{DateTime, Utc};
use sadu_actors::{TenantHandle, checkout as placing};
use sadu_db::{orders, payments};
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;
use sadu_domain::money::Money;
use sadu_domain::order::{OrderKind, OrderLine, OrderStatus, PaymentMethod, PublicState};
use sadu_domain::reference::Reference;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::wire::MoneyJson;
use crate::checkout::{self, NextStep};
use crate::error::{ApiError, ApiResult};
use crate::limits;
use crate::middleware::tenant::Visit;
use crate::state::App;

/// What a caller brings.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    /// Last four digits of the phone, in any script.
    pub last4: Option<&'a str>,
    /// Token of the order's link.
    pub token: Option<&'a str>,
}

/// An order as its donor may see it: never a name or a phone.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    /// As shown.
    pub reference: String,
    /// `waiting`, `received` or `closed`.
    #[schema(value_type = String, example = "waiting")]
    pub state: PublicState,
    /// Only with a proof: all of it, or nothing.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = OrderDetails)]
    pub details: Option<OrderDetails>,
}

/// What a proof opens.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderDetails {
    /// Where it stands.
    #[schema(required = false, value_type = String, example = "awaiting_transfer")]
    pub status: OrderStatus,
    /// What was promised.
    #[schema(required = false, value_type = String, example = "donation")]
    pub kind: OrderKind,
    /// Its sum.
    #[schema(required = false, value_type = MoneyJson)]
    pub total: Money,
    /// Its lines.
    #[schema(required = false, value_type = Vec<Object>)]
    pub items: Vec<LineView>,
    /// What has arrived.
    #[schema(required = false, value_type = MoneyJson)]
    pub paid: Money,
    /// How it is paid; for the page.
    #[serde(skip)]
    #[schema(required = false)]
    pub method: PaymentMethod,
    /// When it was placed.
    #[schema(required = false)]
    pub created_at: DateTime<Utc>,
    /// What happened, oldest first.
    #[schema(required = false)]
    pub timeline: Vec<Step>,
    /// What is to be done now.
    #[schema(required = false)]
    pub next_step: NextStep,
}

/// One line, as shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    /// Slug of the item then.
    pub item: String,
    /// Its title then, in both languages.
    #[schema(value_type = crate::api::wire::BilingualJson)]
    pub title: sadu_domain::lang::Bilingual,
    /// How many.
    pub quantity: Option<i64>,
    /// What the line comes to.
    #[schema(value_type = MoneyJson)]
    pub amount: Money,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct Step {
    /// `placed` or `payment`.
    pub what: &'static str,
    /// When.
    pub at: DateTime<Utc>,
    /// How much, for a payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MoneyJson>)]
    pub amount: Option<Money>,
}

impl From<&OrderLine> for LineView {
    fn from(line: &OrderLine) -> Self {
        Self {
            item: line.slug.clone(),
            title: line.title.clone(),
            quantity: line.quantity,
            amount: Money::kwd(line.amount),
        }
    }
}

/// The order of a reference, as far as the proof goes.
///
/// # Errors
/// `order.not_found`, `order.contact_mismatch`, `order.locked`.
pub async fn order(
    app: &App,
    tenant: &TenantHandle,
    visit: &Visit,
    lang: Lang,
    reference: &str,
    proof: &Proof<'_>,
) -> ApiResult<OrderView> {
    let unknown = || ApiError::code(Code::OrderNotFound);
    let reference = Reference::parse(reference)
        .map_err(|_| unknown())?
        .to_string();
    let mut tx = tenant.read_at_once().await?;
    let Some(order) = orders::find_by_reference(&mut tx, &reference).await? else {
        tx.commit().await?;
        return Err(unknown());
    };
    let posted = payments::of_order(&mut tx, order.id).await?;
    let donor = match proof.last4 {
        Some(_) => Some(orders::donor(&mut tx, order.donor).await?),
        None => None,
    };
    // Before anything is asked of the counters: they may keep us waiting, a connection may not.
    tx.commit().await?;
    let opened = match (proof.token, proof.last4, donor) {
        (Some(token), _, _) if placing::opens(tenant, order.id, token) => true,
        (_, Some(last4), Some(donor)) => {
            let last4 = digits(last4)?;
            let attempt = limits::lookup(app, tenant.id(), visit.ip, &reference).await?;
            let phone = tenant
                .keys()
                .open("donors.phone", order.donor.as_uuid(), &donor.phone)?;
            if !phone.ends_with(&last4) {
                return Err(ApiError::code(Code::OrderContactMismatch));
            }
            attempt.right().await;
            true
        }
        // A token that does not fit shows no more than no token.
        _ => false,
    };
    let state = order.status.public_state();
    if !opened {
        return Ok(OrderView {
            reference,
            state,
            details: None,
        });
    }
    let mut timeline = vec![Step {
        what: "placed",
        at: order.created_at,
        amount: None,
    }];
    timeline.extend(posted.iter().map(|p| Step {
        what: "payment",
        at: p.posted_at,
        amount: Some(Money::kwd(p.amount)),
    }));
    let due = order.total.minus_or_zero(order.paid);
    let next_step = if order.status.takes_payment() && due.is_positive() {
        checkout::next_step(
            &tenant.snapshot().tenant,
            lang,
            order.method,
            Money::kwd(due),
            &reference,
            order.expires_at,
        )
    } else {
        NextStep::None
    };
    let details = OrderDetails {
        status: order.status,
        kind: order.kind,
        total: Money::kwd(order.total),
        items: order.lines.iter().map(LineView::from).collect(),
        paid: Money::kwd(order.paid),
        method: order.method,
        created_at: order.created_at,
        timeline,
        next_step,
    };
    Ok(OrderView {
        reference,
        state,
        details: Some(details),
    })
}

/// Exactly four digits, of any script.
fn digits(text: &str) -> ApiResult<String> {
    let latin = sadu_domain::arabic::latin_digits(text.trim());
    if latin.len() == 4 && latin.bytes().all(|b| b.is_ascii_digit()) {
        Ok(latin)
    } else {
        Err(ApiError::code(Code::OrderContactMismatch))
    }
}
