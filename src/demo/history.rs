//! Writes what happened, step by step in the order of its times, through the functions that the product's commands use.
//!
//! Totals, events and the ledger move together in each step, as they do when staff confirm a transfer; everything is one
//! transaction, so that a tenant is there with its whole history or not at all.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sadu_db::payments::{self, Allocation, PaymentRow, TRANSFER_ACCOUNT};
use sadu_db::seal::TenantKeys;
use sadu_db::{TotalsDelta, WriteTx, orders, subjects};
use sadu_domain::catalog::Item;
use sadu_domain::event::{EventKind, ItemChanged, OrderChanged, OrderPayment, SubjectWork};
use sadu_domain::ids::{EventSubject, ItemId, PaymentId, UserId};
use sadu_domain::money::{Fils, Money};
use sadu_domain::order::{OrderEvent, OrderKind, OrderStatus, PaymentMethod, transition};
use sadu_domain::payment::{allocate, settle};

use super::dice::Dice;
use super::draft::Draft;
use super::plan::End;
use super::{DemoError, clock};

/// Account of cash that couriers bring.
const CASH_ACCOUNT: &str = "cash_on_delivery";

/// What happens to an order.
#[derive(Debug, Clone, Copy)]
enum Act {
    Place,
    Claim,
    Pay(Fils),
    End(OrderEvent),
}

#[derive(Debug, Clone, Copy)]
struct Step {
    at: DateTime<Utc>,
    order: usize,
    act: Act,
}

/// What the steps need besides their order.
pub(super) struct Book<'a> {
    pub(super) items: &'a [Item],
    pub(super) keys: &'a TenantKeys,
    /// Who confirms and claims.
    pub(super) staff: &'a [UserId],
    /// When the history ends.
    pub(super) now: DateTime<Utc>,
}

/// Writes the life of every order.
pub(super) async fn write(
    tx: &mut WriteTx,
    book: &Book<'_>,
    drafts: &mut [Draft],
    dice: &mut Dice,
) -> Result<(), DemoError> {
    let mut raised = HashMap::new();
    let mut banked: u32 = 0;
    for step in steps(drafts, book.now, dice) {
        let Some(draft) = drafts.get_mut(step.order) else {
            continue;
        };
        // After a placing the tenant's number has moved, and each step has its own time.
        tx.turn_to(step.at).await?;
        match step.act {
            Act::Place => place(tx, book, draft).await?,
            Act::Claim => claim(tx, book, draft, dice).await?,
            Act::End(event) => end(tx, book, draft, event).await?,
            Act::Pay(amount) => {
                banked += 1;
                let credited = pay(tx, book, draft, amount, banked, dice).await?;
                tell_funded(tx, book.items, &credited, &mut raised)?;
            }
        }
    }
    tx.turn_to(book.now).await?;
    Ok(())
}

/// Every step of every order, oldest first.
fn steps(drafts: &[Draft], now: DateTime<Utc>, dice: &mut Dice) -> Vec<Step> {
    let mut steps = Vec::new();
    for (order, draft) in drafts.iter().enumerate() {
        let mut step = |at, act| steps.push(Step { at, order, act });
        let placed = draft.placed_at;
        step(placed, Act::Place);
        let banking = clock::banking(placed, now, dice);
        let lapse = draft.expires_at.unwrap_or(placed) + TimeDelta::minutes(3);
        match draft.promise.end {
            End::Waits | End::Pledged => {}
            End::Claimed => step(placed + (now - placed) / 3, Act::Claim),
            End::Paid => step(banking, Act::Pay(draft.total)),
            End::Short(fils) => step(banking, Act::Pay(Fils::new(fils))),
            End::Cancelled => step(banking, Act::End(OrderEvent::Cancel)),
            End::Expired => step(lapse, Act::End(OrderEvent::Expire)),
            End::PaidLate => {
                step(lapse, Act::End(OrderEvent::Expire));
                step(clock::banking(lapse, now, dice), Act::Pay(draft.total));
            }
        }
    }
    steps.sort_by_key(|step| (step.at, step.order));
    steps
}

async fn place(tx: &mut WriteTx, book: &Book<'_>, draft: &Draft) -> Result<(), DemoError> {
    let row = draft.row(book.items, book.keys)?;
    orders::place(tx.tx(), draft.placed_at, &[row]).await?;
    if draft.kind == OrderKind::Pledge {
        // Its event is numbered already; the totals go with it.
        tx.turn_to(draft.placed_at).await?;
        for line in &draft.lines {
            let delta = TotalsDelta {
                pledged: line.amount.get(),
                ..TotalsDelta::default()
            };
            tx.add(line.item_id, delta);
        }
    }
    Ok(())
}

async fn claim(
    tx: &mut WriteTx,
    book: &Book<'_>,
    draft: &Draft,
    dice: &mut Dice,
) -> Result<(), DemoError> {
    let user = dice.pick(book.staff).ok_or(DemoError::Text("staff"))?;
    let subject = EventSubject::Order(draft.id);
    let version = tx.next_seq();
    subjects::claim(tx.tx(), subject, user, version).await?;
    let data = SubjectWork {
        by: user,
        owner: Some(user),
        until: None,
    };
    tx.emit(EventKind::SubjectClaimed, subject, &data)?;
    Ok(())
}

/// Calls an order off or lets it lapse; what it held is free again.
async fn end(
    tx: &mut WriteTx,
    book: &Book<'_>,
    draft: &mut Draft,
    event: OrderEvent,
) -> Result<(), DemoError> {
    let status = transition(draft.status, event).map_err(|_| DemoError::Text("state"))?;
    for line in &draft.lines {
        let awaited = draft.status == OrderStatus::AwaitingTransfer;
        let delta = TotalsDelta {
            awaiting_transfer: if awaited { -line.amount.get() } else { 0 },
            reserved: -draft.pieces(line, book.items),
            ..TotalsDelta::default()
        };
        tx.add(line.item_id, delta);
    }
    let (version, now) = (tx.next_seq(), tx.now());
    orders::set_status(tx.tx(), draft.id, status, version, now).await?;
    draft.status = status;
    let kind = if status == OrderStatus::Cancelled {
        EventKind::OrderCancelled
    } else {
        EventKind::OrderExpired
    };
    let data = OrderChanged {
        reference: draft.reference,
        kind: draft.kind,
        status,
        total: Money::kwd(draft.total),
    };
    tx.emit(kind, EventSubject::Order(draft.id), &data)?;
    Ok(())
}

/// Posts money that came for an order; answers what it was credited to.
async fn pay(
    tx: &mut WriteTx,
    book: &Book<'_>,
    draft: &mut Draft,
    amount: Fils,
    banked: u32,
    dice: &mut Dice,
) -> Result<Vec<Allocation>, DemoError> {
    let settlement = settle(draft.total, draft.paid, amount);
    let status =
        transition(draft.status, settlement.event()).map_err(|_| DemoError::Text("state"))?;
    let awaited = draft.status == OrderStatus::AwaitingTransfer;
    let mut allocations = Vec::new();
    for (number, share) in allocate(&draft.lines, amount) {
        let line = draft.lines.get(number).ok_or(DemoError::Text("line"))?;
        let released = if awaited { share.get() } else { 0 };
        let delta = TotalsDelta {
            raised: share.get(),
            awaiting_transfer: -released,
            donors: 1,
            ..TotalsDelta::default()
        };
        tx.add(line.item_id, delta);
        allocations.push(Allocation {
            line: i32::try_from(number).map_err(|_| DemoError::Text("line"))?,
            item: line.item_id,
            amount: share,
        });
    }
    let (version, now) = (tx.next_seq(), tx.now());
    let cash = draft.method == PaymentMethod::CashOnDelivery;
    let payment = PaymentRow {
        id: PaymentId::new(),
        order: draft.id,
        account: if cash { CASH_ACCOUNT } else { TRANSFER_ACCOUNT }.to_owned(),
        provider_payment_id: format!("{}{banked:05}", if cash { "COD" } else { "FT26" }),
        method: draft.method,
        amount,
        received_on: clock::day(now),
        posted_by: dice.pick(book.staff),
        version,
    };
    payments::post(tx.tx(), &payment, &allocations, now).await?;
    orders::set_status(tx.tx(), draft.id, status, version, now).await?;
    draft.status = status;
    draft.paid = draft
        .paid
        .checked_add(amount)
        .ok_or(DemoError::Text("sum"))?;
    let data = OrderPayment {
        reference: draft.reference,
        kind: draft.kind,
        status,
        total: Money::kwd(draft.total),
        paid: Money::kwd(draft.paid),
        amount: Money::kwd(amount),
        payment_method: draft.method,
        receipt: None,
    };
    let kind = if status == OrderStatus::Paid {
        EventKind::OrderPaid
    } else {
        EventKind::OrderPartPaid
    };
    tx.emit(kind, EventSubject::Order(draft.id), &data)?;
    Ok(allocations)
}

/// Says once that an item reached its target.
fn tell_funded(
    tx: &mut WriteTx,
    items: &[Item],
    credited: &[Allocation],
    raised: &mut HashMap<ItemId, i64>,
) -> Result<(), DemoError> {
    for credit in credited {
        let Some(item) = items.iter().find(|item| item.id == credit.item) else {
            continue;
        };
        let sum = raised.entry(item.id).or_default();
        let before = *sum;
        *sum += credit.amount.get();
        let Some(target) = item.target else { continue };
        if before < target.get() && *sum >= target.get() {
            let data = ItemChanged {
                slug: item.slug.clone(),
                title: item.title.clone(),
                raised: Money::kwd(Fils::new(*sum)),
                target: item.target.map(Money::kwd),
            };
            tx.emit(EventKind::ItemFunded, EventSubject::Item(item.id), &data)?;
        }
    }
    Ok(())
}
