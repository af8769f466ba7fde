//! Placing an order over HTTP: shared by the JSON route and the form, so that both keep the same rules.

use chrono::Utc;
use sadu_actors::{TenantHandle, checkout};
use sadu_db::idempotency::IdempotencyKey;
use sadu_domain::error::Code;
use sadu_domain::lang::Lang;
use sadu_domain::money::{Currency, Money};
use sadu_domain::order::{NewOrder, OrderContext, OrderRejection, PaymentMethod, parse_order};
use sadu_domain::phone::PhonePolicy;
use sadu_domain::tenant::Tenant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::site::SiteConfig;
use crate::error::{ApiError, ApiResult};

/// Where a promise goes next.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NextStep {
    /// Transfer this amount to this account, naming the reference.
    Instructions {
        /// Whose account.
        beneficiary: String,
        /// Which bank.
        bank: String,
        /// IBAN without spaces.
        iban: String,
        /// How much.
        #[schema(value_type = crate::api::wire::MoneyJson)]
        amount: Money,
        /// What to write as the purpose.
        reference: String,
        /// When the promise lapses, RFC 3339.
        expires_at: Option<chrono::DateTime<chrono::Utc>>,
    },
    /// Nothing to do now.
    None,
}

/// The answer to `POST /orders`.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderCreated {
    id: uuid::Uuid,
    #[schema(example = "NKH-229-5041-781")]
    reference: String,
    #[schema(value_type = String, example = "donation")]
    kind: sadu_domain::order::OrderKind,
    #[schema(value_type = String, example = "awaiting_transfer")]
    status: sadu_domain::order::OrderStatus,
    #[schema(value_type = crate::api::wire::MoneyJson)]
    total: Money,
    track_url: String,
    next_step: NextStep,
    created_at: chrono::DateTime<chrono::Utc>,
}

/// What is to be done for an order that is not paid: transfer instructions in `lang`, or nothing.
#[must_use]
pub fn next_step(
    tenant: &Tenant,
    lang: Lang,
    method: PaymentMethod,
    due: Money,
    reference: &str,
    expires_at: Option<chrono::DateTime<chrono::Utc>>,
) -> NextStep {
    match (&tenant.settings.bank, method) {
        (Some(bank), PaymentMethod::Transfer) => NextStep::Instructions {
            beneficiary: bank.beneficiary.get(lang).to_owned(),
            bank: bank.bank.get(lang).to_owned(),
            iban: bank.iban.as_str().to_owned(),
            amount: due,
            reference: reference.to_owned(),
            expires_at,
        },
        _ => NextStep::None,
    }
}

/// Parses and places an order; answers after COMMIT.
///
/// # Errors
/// Fields at fault, `item.closed`, `tenant.collection_suspended`, and what placing refuses.
pub async fn submit(
    tenant: &TenantHandle,
    site: &SiteConfig,
    host: &str,
    new: NewOrder,
    key: IdempotencyKey,
) -> ApiResult<checkout::Placed> {
    let snapshot = tenant.snapshot();
    let context = OrderContext {
        tenant: &snapshot.tenant,
        find: &|slug_or_id| snapshot.find(slug_or_id),
        today: snapshot.tenant.day(Utc::now()),
        phones: PhonePolicy {
            allow_demo: site.demo_phones,
        },
    };
    let order = parse_order(new, &context).map_err(|rejection| match rejection {
        OrderRejection::Invalid(fields) => ApiError::fields(fields),
        OrderRejection::Closed { code, .. } => ApiError::code(code),
    })?;
    let lang = order.lang;
    let render = |draft: &checkout::Draft| {
        let reference = draft.reference.to_string();
        let total = Money {
            amount: draft.total.get(),
            currency: Currency::Kwd,
        };
        let created = OrderCreated {
            id: draft.id.as_uuid(),
            kind: draft.kind,
            status: draft.status,
            total,
            track_url: format!(
                "{}/{lang}/o/{reference}?token={}",
                site.origin(host),
                draft.track_token
            ),
            next_step: next_step(
                &snapshot.tenant,
                lang,
                draft.method,
                total,
                &reference,
                draft.expires_at,
            ),
            created_at: draft.created_at,
            reference,
        };
        serde_json::to_string(&created).unwrap_or_default()
    };
    Ok(checkout::place_order(tenant, order, key, render).await?)
}

/// An `Idempotency-Key` as api.md wants it: 1–255 visible ASCII characters.
///
/// # Errors
/// `idempotency.key_required`, `idempotency.key_invalid`.
pub fn idempotency_key(
    given: Option<&str>,
    actor: &str,
    route: &'static str,
    body: &[u8],
) -> ApiResult<IdempotencyKey> {
    let key = given
        .filter(|k| !k.is_empty())
        .ok_or_else(|| ApiError::code(Code::IdempotencyKeyRequired))?;
    if key.len() > 255 || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ApiError::code(Code::IdempotencyKeyInvalid));
    }
    Ok(IdempotencyKey {
        actor: actor.to_owned(),
        route,
        key: key.to_owned(),
        body_hash: sadu_db::seal::sha256(body),
    })
}
