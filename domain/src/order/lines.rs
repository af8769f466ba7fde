//! The lines of a requested order: which item, how much of it, and whether it can be had.

use super::parse::{OrderContext, OrderRejection};
use super::request::NewLine;
use super::{OrderKind, OrderLine};
use crate::catalog::{Item, ItemStatus, ItemTotals};
use crate::error::{Code, FieldError};
use crate::ids::ItemId;
use crate::lang::{Bilingual, Lang};
use crate::money::{Fils, WholeNumber};
use crate::tenant::TenantKind;

/// Most lines of one order.
pub const MAX_LINES: usize = 20;
/// Most pieces of one line.
pub const MAX_QUANTITY: i64 = 999;

/// The sound lines, and the first item that cannot be had; everything else goes to `errors`.
pub(super) fn parse_lines(
    new: &[NewLine],
    kind: OrderKind,
    context: &OrderContext<'_>,
    errors: &mut Vec<FieldError>,
) -> (Vec<OrderLine>, Option<OrderRejection>) {
    if new.is_empty() {
        errors.push(FieldError::new("items", Code::OrderLinesEmpty));
    }
    if new.len() > MAX_LINES {
        errors.push(FieldError::new("items", Code::OrderTooManyLines));
        return (Vec::new(), None);
    }
    let mut lines: Vec<OrderLine> = Vec::with_capacity(new.len());
    let mut closed = None;
    for (index, line) in new.iter().enumerate() {
        let found = (context.find)(line.item.trim()).filter(|(item, _)| is_known(item.status));
        let Some((item, totals)) = found else {
            errors.push(FieldError::new(
                format!("items[{index}].item"),
                Code::ItemNotFound,
            ));
            continue;
        };
        if !fits(kind, item, context.tenant.kind) {
            errors.push(FieldError::new(
                format!("items[{index}].item"),
                Code::OrderKindMismatch,
            ));
            continue;
        }
        if !is_open(item) {
            let field = Some(format!("items[{index}].item"));
            closed.get_or_insert(OrderRejection::Closed {
                code: Code::ItemClosed,
                field,
            });
            continue;
        }
        match parse_line(line, item, context.tenant.settings.line_cap) {
            Ok(parsed) => {
                if exceeds_stock(&lines, &parsed, totals) {
                    let field = Some(format!("items[{index}].quantity"));
                    closed.get_or_insert(OrderRejection::Closed {
                        code: Code::ItemOutOfStock,
                        field,
                    });
                }
                lines.push(parsed);
            }
            Err(fault) => errors.push(fault.at(index)),
        }
    }
    (lines, closed)
}

/// Drafts are nobody's business; what was once public answers that it is closed.
const fn is_known(status: ItemStatus) -> bool {
    !matches!(status, ItemStatus::Draft | ItemStatus::Review)
}

/// Goods are ordered, anywhere; gifts are made to charities.
fn fits(kind: OrderKind, item: &Item, tenant: TenantKind) -> bool {
    match kind {
        OrderKind::Order => !item.kind.is_giving(),
        OrderKind::Donation | OrderKind::Pledge => {
            item.kind.is_giving() && tenant == TenantKind::Charity
        }
    }
}

/// Open, and with a way to say how much: goods without a price cannot be sold yet.
const fn is_open(item: &Item) -> bool {
    item.accepts_gifts() && (item.takes_amount() || item.takes_quantity())
}

fn exceeds_stock(before: &[OrderLine], line: &OrderLine, totals: &ItemTotals) -> bool {
    let (Some(wanted), Some(available)) = (line.quantity, totals.available()) else {
        return false;
    };
    let already = |id: ItemId| {
        before
            .iter()
            .filter(|l| l.item_id == id)
            .filter_map(|l| l.quantity)
            .sum::<i64>()
    };
    already(line.item_id).saturating_add(wanted) > available
}

/// What is wrong with a line, and at which of its fields.
struct Fault {
    field: &'static str,
    code: Code,
    message: Bilingual,
}

impl Fault {
    fn new(field: &'static str, code: Code) -> Self {
        Self {
            field,
            code,
            message: code.detail(),
        }
    }

    fn amount(code: Code, message: Bilingual) -> Self {
        Self {
            field: "amount",
            code,
            message,
        }
    }

    fn at(self, index: usize) -> FieldError {
        FieldError::with_message(
            format!("items[{index}].{}", self.field),
            self.code,
            self.message,
        )
    }
}

fn parse_line(new: &NewLine, item: &Item, cap: Fils) -> Result<OrderLine, Fault> {
    let (quantity, amount) = match (new.quantity, new.amount, item.price) {
        (Some(quantity), typed, Some(price)) if item.takes_quantity() => {
            let quantity = parse_quantity(quantity)?;
            let amount = price
                .checked_mul(quantity)
                .ok_or_else(|| Fault::new("quantity", Code::OrderAmountTooLarge))?;
            // A client may send what it showed; it has to agree with the price of now.
            if typed.is_some_and(|typed| typed.get() != Some(amount.get())) {
                return Err(Fault::new("amount", Code::OrderAmountMismatch));
            }
            (Some(quantity), amount)
        }
        (Some(_), _, _) => return Err(Fault::new("quantity", Code::OrderQuantityNotAccepted)),
        (None, Some(typed), _) if item.takes_amount() => (None, parse_gift_amount(typed, item)?),
        (None, Some(_), _) => return Err(Fault::new("quantity", Code::OrderAmountNotAccepted)),
        (None, None, _) if item.takes_amount() => {
            return Err(Fault::new("amount", Code::OrderAmountRequired));
        }
        (None, None, _) => return Err(Fault::new("quantity", Code::OrderQuantityInvalid)),
    };
    if !amount.is_positive() {
        return Err(Fault::new("amount", Code::OrderAmountTooSmall));
    }
    if amount > cap {
        return Err(too_large(
            cap,
            if quantity.is_some() {
                "quantity"
            } else {
                "amount"
            },
        ));
    }
    Ok(OrderLine {
        item_id: item.id,
        slug: item.slug.clone(),
        title: item.title.clone(),
        quantity,
        unit_price: quantity.and(item.price),
        amount,
    })
}

fn parse_quantity(typed: WholeNumber) -> Result<i64, Fault> {
    typed
        .get()
        .filter(|quantity| (1..=MAX_QUANTITY).contains(quantity))
        .ok_or_else(|| Fault::new("quantity", Code::OrderQuantityInvalid))
}

fn parse_gift_amount(typed: WholeNumber, item: &Item) -> Result<Fils, Fault> {
    let amount = typed
        .get()
        .map(Fils::new)
        .ok_or_else(|| Fault::new("amount", Code::OrderAmountInvalid))?;
    if let Some(min) = item.min.filter(|min| amount < *min) {
        return Err(too_small(min));
    }
    if let Some(max) = item.max.filter(|max| amount > *max) {
        return Err(too_large(max, "amount"));
    }
    Ok(amount)
}

fn too_small(min: Fils) -> Fault {
    Fault::amount(Code::OrderAmountTooSmall, smallest(min))
}

fn too_large(max: Fils, field: &'static str) -> Fault {
    Fault {
        field,
        code: Code::OrderAmountTooLarge,
        message: largest(max),
    }
}

/// What is said of an amount below `min`.
#[must_use]
pub fn smallest(min: Fils) -> Bilingual {
    Bilingual::new(
        format!("أقل مبلغ هنا {}.", min.display_plain(Lang::Ar)),
        format!(
            "The smallest amount here is {}.",
            min.display_plain(Lang::En)
        ),
    )
}

/// What is said of an amount above `max`.
#[must_use]
pub fn largest(max: Fils) -> Bilingual {
    Bilingual::new(
        format!(
            "أعلى مبلغ هنا {}. للمبالغ الأكبر تواصل معنا ويسعدنا ترتيبها معك.",
            max.display_plain(Lang::Ar)
        ),
        format!(
            "The largest amount here is {}. For more, please contact us and we will gladly arrange it.",
            max.display_plain(Lang::En)
        ),
    )
}
