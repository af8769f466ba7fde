//! From a request to an order that obeys every rule which needs no storage; else every broken one, at its field.
//!
//! Called by the API and the checkout page, before anything is written. Stock and over-funding are looked at here so
//! that most refusals cost no transaction; the transaction that takes the holds decides.

use chrono::NaiveDate;

use super::lines::parse_lines;
use super::request::{NewDonor, NewGift, NewOrder, NewUtm};
use super::{Attribution, GiftCard, OrderKind, OrderLine, ParsedDonor, ParsedOrder, PaymentMethod};
use crate::catalog::{Item, ItemTotals};
use crate::email;
use crate::error::{Code, FieldError};
use crate::lang::{Bilingual, Lang};
use crate::money::Fils;
use crate::phone::{Phone, PhoneError, PhonePolicy};
use crate::pii::Pii;
use crate::tenant::{Tenant, TenantStatus};
use crate::text;

/// Longest name, in characters.
const NAME_MAX: usize = 80;
/// Longest note to the staff, in characters.
const NOTE_MAX: usize = 500;
/// Longest text on a gift card, in characters.
const CARD_MAX: usize = 300;
/// Longest campaign word, in characters.
const UTM_MAX: usize = 100;

/// What an order is checked against.
#[derive(Clone, Copy)]
pub struct OrderContext<'a> {
    /// Whose page or API it came through.
    pub tenant: &'a Tenant,
    /// Finds one of the tenant's items by slug or id.
    pub find: &'a dyn Fn(&str) -> Option<(&'a Item, &'a ItemTotals)>,
    /// The day of the order where the tenant is.
    pub today: NaiveDate,
    /// Which phone numbers are taken.
    pub phones: PhonePolicy,
}

/// Why a request does not become an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRejection {
    /// Rules are broken; at least one error.
    Invalid(Vec<FieldError>),
    /// The request is sound, but what it asks for is not to be had now.
    Closed {
        /// `item.closed`, `item.out_of_stock`, `tenant.collection_suspended` or `tenant.suspended`.
        code: Code,
        /// The line at fault, e.g. `items[0].item`; `None` when it is the tenant as a whole.
        field: Option<String>,
    },
}

impl OrderRejection {
    /// The top-level code of the answer.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::RequestInvalid,
            Self::Closed { code, .. } => *code,
        }
    }
}

/// Checks everything at once, so that a person sees all that is amiss, not one thing after the other.
///
/// # Errors
/// [`OrderRejection`]. A tenant that takes no money comes first, then broken rules, then closed or sold-out items.
pub fn parse_order(
    new: NewOrder,
    context: &OrderContext<'_>,
) -> Result<ParsedOrder, OrderRejection> {
    let tenant = context.tenant;
    if !tenant.takes_money_on(context.today) {
        let code = match tenant.status {
            TenantStatus::Suspended | TenantStatus::Closed => Code::TenantSuspended,
            _ => Code::TenantCollectionSuspended,
        };
        return Err(OrderRejection::Closed { code, field: None });
    }
    let mut errors = Vec::new();
    let Some(kind) = parse_kind(&new, &mut errors) else {
        return Err(OrderRejection::Invalid(errors));
    };
    let (lines, closed) = parse_lines(&new.items, kind, context, &mut errors);
    let total = sum(&lines, &mut errors);
    let donor = parse_donor(&new.donor, context.phones, &mut errors);
    let method = parse_method(&new.payment_method, tenant, &mut errors);
    let lang = parse_lang(new.lang.as_deref(), tenant.default_lang, &mut errors);
    let note = optional_text(new.note.as_deref(), "note", NOTE_MAX, &mut errors);
    let gift = parse_gift(new.gift.as_ref(), &mut errors);
    match (donor, method) {
        (Some(donor), Some(method)) if errors.is_empty() => match closed {
            Some(closed) => Err(closed),
            None => Ok(ParsedOrder {
                kind,
                lines,
                total,
                donor,
                method,
                lang,
                note: note.map(Pii::new),
                gift: gift.map(Pii::new),
                utm: new.utm.as_ref().map(parse_utm).unwrap_or_default(),
            }),
        },
        _ => Err(OrderRejection::Invalid(errors)),
    }
}

/// What is amiss with the lines alone, for a page that settles what is wanted before it asks who wants it.
#[must_use]
pub fn check_lines(new: &NewOrder, context: &OrderContext<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if let Some(kind) = parse_kind(new, &mut errors)
        && let (
            _,
            Some(OrderRejection::Closed {
                code,
                field: Some(field),
            }),
        ) = parse_lines(&new.items, kind, context, &mut errors)
    {
        errors.push(FieldError::new(field, code));
    }
    errors
}

fn parse_kind(new: &NewOrder, errors: &mut Vec<FieldError>) -> Option<OrderKind> {
    match new.kind.parse() {
        Ok(OrderKind::Pledge) => {
            errors.push(FieldError::new("kind", Code::OrderKindUnavailable));
            None
        }
        Ok(kind) => {
            if new.schedule.is_some() {
                errors.push(FieldError::new("schedule", Code::RequestFieldInvalid));
            }
            Some(kind)
        }
        Err(_) => {
            errors.push(FieldError::new("kind", Code::OrderKindInvalid));
            None
        }
    }
}

fn sum(lines: &[OrderLine], errors: &mut Vec<FieldError>) -> Fils {
    Fils::checked_sum(lines.iter().map(|line| line.amount)).unwrap_or_else(|| {
        errors.push(FieldError::new("items", Code::OrderAmountTooLarge));
        Fils::ZERO
    })
}

fn parse_donor(
    new: &NewDonor,
    phones: PhonePolicy,
    errors: &mut Vec<FieldError>,
) -> Option<ParsedDonor> {
    let name = parse_name(new.name.as_deref().unwrap_or_default(), errors);
    let phone = match Phone::parse(new.phone.as_deref().unwrap_or_default(), phones) {
        Ok(phone) => Some(phone),
        Err(error) => {
            let code = match error {
                PhoneError::Empty => Code::DonorPhoneRequired,
                PhoneError::Invalid => Code::DonorPhoneInvalid,
            };
            errors.push(FieldError::new("donor.phone", code));
            None
        }
    };
    let typed_email = new
        .email
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let email = typed_email.and_then(email::parse);
    if typed_email.is_some() && email.is_none() {
        errors.push(FieldError::new("donor.email", Code::DonorEmailInvalid));
    }
    Some(ParsedDonor {
        name: Pii::new(name?),
        phone: Pii::new(phone?),
        email: email.map(Pii::new),
        anonymous: new.anonymous,
        hide_amount: new.hide_amount,
    })
}

fn parse_name(typed: &str, errors: &mut Vec<FieldError>) -> Option<String> {
    let code = match text::clean(typed, NAME_MAX) {
        Ok(name) if name.is_empty() => Code::DonorNameRequired,
        Ok(name) if name.chars().nth(1).is_some() => return Some(name),
        _ => Code::DonorNameInvalid,
    };
    errors.push(FieldError::new("donor.name", code));
    None
}

fn parse_method(
    word: &str,
    tenant: &Tenant,
    errors: &mut Vec<FieldError>,
) -> Option<PaymentMethod> {
    let method = word.parse().ok().filter(|method| tenant.offers(*method));
    if method.is_none() {
        let code = if word.is_empty() {
            Code::PaymentMethodRequired
        } else {
            Code::PaymentMethodUnavailable
        };
        errors.push(FieldError::new("payment_method", code));
    }
    method
}

fn parse_lang(word: Option<&str>, default: Lang, errors: &mut Vec<FieldError>) -> Lang {
    match word.map(str::parse) {
        None => default,
        Some(Ok(lang)) => lang,
        Some(Err(_)) => {
            errors.push(FieldError::new("lang", Code::OrderLangInvalid));
            default
        }
    }
}

/// A cleaned text of several lines; empty ones count as not given.
fn optional_text(
    typed: Option<&str>,
    field: &str,
    max: usize,
    errors: &mut Vec<FieldError>,
) -> Option<String> {
    match text::clean_lines(typed?, max) {
        Ok(cleaned) => (!cleaned.is_empty()).then_some(cleaned),
        Err(_) => {
            errors.push(too_long(field, max));
            None
        }
    }
}

fn too_long(field: &str, max: usize) -> FieldError {
    let message = Bilingual::new(
        format!("يُرجى اختصار النص إلى {max} حرف على الأكثر."),
        format!("Please shorten the text to {max} characters at most."),
    );
    FieldError::with_message(field, Code::TextTooLong, message)
}

fn parse_gift(new: Option<&NewGift>, errors: &mut Vec<FieldError>) -> Option<GiftCard> {
    let new = new?;
    let card = GiftCard {
        to: optional_text(new.to.as_deref(), "gift.to", NAME_MAX, errors),
        message: optional_text(new.message.as_deref(), "gift.message", CARD_MAX, errors),
    };
    (card.to.is_some() || card.message.is_some()).then_some(card)
}

fn parse_utm(new: &NewUtm) -> Attribution {
    let word =
        |typed: &Option<String>| typed.as_deref().and_then(|t| text::clean_token(t, UTM_MAX));
    Attribution {
        source: word(&new.source),
        medium: word(&new.medium),
        campaign: word(&new.campaign),
        content: word(&new.content),
        term: word(&new.term),
    }
}
