//! Money that arrived: staff confirm a transfer they have seen at the bank.
//!
//! In one transaction: the payment and its allocations, the order's new state, the totals (raised up, awaiting down), the events,
//! the job for the donor's message, the audit entry, and the first answer to the caller's key.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sadu_db::idempotency::IdempotencyKey;
use sadu_db::orders::{self, OrderRecord};
use sadu_db::payments::{self, Allocation, PaymentRow, TRANSFER_ACCOUNT};
use sadu_db::{Actor, AuditEntry, Job, TotalsDelta, WriteTx, items};
use sadu_domain::catalog::{Item, ItemTotals, Overfunding};
use sadu_domain::error::{Code, FieldError};
use sadu_domain::event::{EventKind, ItemChanged, OrderPayment};
use sadu_domain::ids::{EventSubject, ItemId, OrderId, PaymentId, UserId};
use sadu_domain::job;
use sadu_domain::money::{Fils, Money};
use sadu_domain::order::{OrderKind, OrderStatus, PaymentMethod, transition};
use sadu_domain::payment::{self, Settlement};
use sadu_domain::reference::Reference;

use super::keyed::{self, Answer};
use crate::error::{Error, Result};
use crate::repository::Command;

/// A transfer as staff confirm it.
pub struct ConfirmTransfer {
    /// For which order.
    pub order: OrderId,
    /// What the bank says.
    pub transfer: payment::ConfirmTransfer,
    /// Who confirms.
    pub user: UserId,
    /// The same, for the audit log.
    pub actor: Actor,
    /// The caller's key.
    pub key: IdempotencyKey,
    /// Makes the answer that is remembered under the key.
    pub render: fn(&Confirmed) -> String,
}

/// What a confirmation did.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// The order.
    pub id: OrderId,
    /// Its reference, as shown.
    pub reference: String,
    /// Where it stands now.
    pub status: OrderStatus,
    /// Its sum.
    pub total: Fils,
    /// What has arrived for it so far.
    pub paid: Fils,
    /// Beyond what was due.
    pub excess: Fils,
    /// The payment.
    pub payment: PaymentId,
    /// When it was posted.
    pub at: DateTime<Utc>,
}

impl Command for ConfirmTransfer {
    type Output = Answer;
    const NAME: &'static str = "order.confirm_transfer";

    async fn run(self, tx: &mut WriteTx) -> Result<Answer> {
        if let Some(first) = keyed::first(tx, Some(&self.key)).await? {
            return Ok(first);
        }
        let order = orders::get(tx.tx(), self.order)
            .await
            .map_err(|e| match Error::from(e) {
                Error::NotFound(_) => Error::NotFound(Code::OrderNotFound),
                other => other,
            })?;
        let confirmed = post(tx, &order, &self).await?;
        let body = (self.render)(&confirmed);
        let id = confirmed.payment.as_uuid();
        keyed::keep(tx, Some(&self.key), 200, body, id).await
    }
}

async fn post(
    tx: &mut WriteTx,
    order: &OrderRecord,
    command: &ConfirmTransfer,
) -> Result<Confirmed> {
    let amount = command.transfer.amount;
    if !order.status.takes_payment() {
        return Err(Error::Conflict(Code::OrderNotPayable));
    }
    let settlement = payment::settle(order.total, order.paid, amount);
    let excess = if let Settlement::Over { excess } = settlement {
        excess
    } else {
        Fils::ZERO
    };
    if order.kind == OrderKind::Order && excess.is_positive() {
        // Goods have a price: what is beyond it goes back by a refund, not into the sale.
        return Err(Error::Invalid(vec![FieldError::new(
            "amount",
            Code::OrderAmountMismatch,
        )]));
    }
    let status =
        transition(order.status, settlement.event()).map_err(|e| Error::Conflict(e.code()))?;
    let paid = order
        .paid
        .checked_add(amount)
        .ok_or(Error::Invalid(vec![FieldError::new(
            "amount",
            Code::OrderAmountTooLarge,
        )]))?;

    let already = payments::allocated(tx.tx(), order.id, order.lines.len()).await?;
    let shares = payment::allocate(&order.lines, amount);
    let (allocations, funded) = spread(tx, order, &already, &shares, status).await?;

    let id = PaymentId::new();
    let row = PaymentRow {
        id,
        order: order.id,
        account: TRANSFER_ACCOUNT.to_owned(),
        provider_payment_id: normal(&command.transfer.bank_reference),
        method: PaymentMethod::Transfer,
        amount,
        received_on: command.transfer.received_on,
        posted_by: Some(command.user),
        version: tx.next_seq(),
    };
    let now = tx.now();
    payments::post(tx.tx(), &row, &allocations, now).await?;
    orders::set_status(tx.tx(), order.id, status, row.version, now).await?;
    tell(tx, order, status, paid, amount, command)?;
    for (item, totals) in &funded {
        if items::mark_funded(tx.tx(), item.id).await? {
            let data = ItemChanged {
                slug: item.slug.clone(),
                title: item.title.clone(),
                raised: Money::kwd(totals.raised),
                target: item.target.map(Money::kwd),
            };
            tx.emit(EventKind::ItemFunded, EventSubject::Item(item.id), &data)?;
            tx.config_changed();
        }
    }
    Ok(Confirmed {
        id: order.id,
        reference: order.reference.clone(),
        status,
        total: order.total,
        paid,
        excess,
        payment: id,
        at: now,
    })
}

/// Credits each line's share to its item, or past the item's target to the fund its rule names; moves the totals.
/// Answers the allocations, and the items that reached their target with what they then raised.
async fn spread(
    tx: &mut WriteTx,
    order: &OrderRecord,
    already: &[Fils],
    shares: &[(usize, Fils)],
    status: OrderStatus,
) -> Result<(Vec<Allocation>, Vec<(Item, ItemTotals)>)> {
    let catalog = items::list(tx.tx()).await?;
    let mut totals = items::totals_since(tx.tx(), -1).await?;
    let mut allocations = Vec::new();
    // An order is one giver of an item, however many lines and payments it has, and of a fund that its excess went to.
    let mut given: HashSet<ItemId> = payments::given_to(tx.tx(), order.id)
        .await?
        .into_iter()
        .collect();
    let waited = matches!(
        order.status,
        OrderStatus::AwaitingTransfer | OrderStatus::PartPaid
    ) && order.method == PaymentMethod::Transfer;
    for (number, line) in order.lines.iter().enumerate() {
        let share = shares
            .iter()
            .find(|(n, _)| *n == number)
            .map_or(Fils::ZERO, |(_, s)| *s);
        let before = already.get(number).copied().unwrap_or(Fils::ZERO);
        let due = line.amount.minus_or_zero(before);
        // What had been counted as expected is expected no longer.
        let released = if status == OrderStatus::Paid {
            due
        } else {
            due.min(share)
        };
        let no_longer = released.get().saturating_neg();
        if order.kind == OrderKind::Pledge && order.status != OrderStatus::Expired {
            tx.add(
                line.item_id,
                TotalsDelta {
                    pledged: no_longer,
                    ..TotalsDelta::default()
                },
            );
        } else if waited {
            tx.add(
                line.item_id,
                TotalsDelta {
                    awaiting_transfer: no_longer,
                    ..TotalsDelta::default()
                },
            );
        }
        let Ok(line_number) = i32::try_from(number) else {
            continue;
        };
        for (item, amount) in split_at_target(&catalog, &totals, line.item_id, share) {
            let donors = i64::from(given.insert(item));
            tx.add(
                item,
                TotalsDelta {
                    raised: amount.get(),
                    donors,
                    ..TotalsDelta::default()
                },
            );
            if let Some(t) = totals.get_mut(&item) {
                t.raised = t.raised.checked_add(amount).ok_or(Error::Internal)?;
            }
            allocations.push(Allocation {
                line: line_number,
                item,
                amount,
            });
        }
    }
    let funded = catalog
        .into_iter()
        .filter(|i| allocations.iter().any(|a| a.item == i.id))
        .filter_map(|i| totals.get(&i.id).map(|t| (i, *t)))
        .filter(|(i, t)| i.target.is_some_and(|target| t.raised >= target))
        .collect();
    Ok((allocations, funded))
}

fn split_at_target(
    catalog: &[Item],
    totals: &std::collections::HashMap<ItemId, ItemTotals>,
    id: ItemId,
    share: Fils,
) -> Vec<(ItemId, Fils)> {
    if !share.is_positive() {
        return Vec::new();
    }
    let whole = vec![(id, share)];
    let Some(item) = catalog.iter().find(|i| i.id == id) else {
        return whole;
    };
    let (Overfunding::Overflow(slug), Some(target), Some(now)) =
        (&item.overfunding, item.target, totals.get(&id))
    else {
        return whole;
    };
    // Zakat stays among eligible lines: a fund that is not eligible takes none of its overflow.
    let Some(fund) = catalog
        .iter()
        .find(|i| i.slug == *slug && i.id != id && (i.zakat_eligible || !item.zakat_eligible))
    else {
        return whole;
    };
    let room = target.minus_or_zero(now.raised);
    let kept = share.min(room);
    [(id, kept), (fund.id, share.minus_or_zero(kept))]
        .into_iter()
        .filter(|(_, amount)| amount.is_positive())
        .collect()
}

fn tell(
    tx: &mut WriteTx,
    order: &OrderRecord,
    status: OrderStatus,
    paid: Fils,
    amount: Fils,
    command: &ConfirmTransfer,
) -> Result<()> {
    let reference = Reference::parse(&order.reference).map_err(|_| Error::Internal)?;
    let data = OrderPayment {
        reference,
        kind: order.kind,
        status,
        total: Money::kwd(order.total),
        paid: Money::kwd(paid),
        amount: Money::kwd(amount),
        payment_method: PaymentMethod::Transfer,
        receipt: None,
    };
    let kind = if status == OrderStatus::Paid {
        EventKind::OrderPaid
    } else {
        EventKind::OrderPartPaid
    };
    tx.emit(kind, EventSubject::Order(order.id), &data)?;
    tx.enqueue(Job::of(&job::OrderPayment { order: order.id })?);
    tx.audit(AuditEntry {
        actor: command.actor.clone(),
        action: ConfirmTransfer::NAME,
        object_type: "order",
        object_id: Some(order.id.to_string()),
        diff: serde_json::json!({
            "before": { "status": order.status, "paid": order.paid },
            "after": { "status": status, "paid": paid },
            "amount": amount,
            "received_on": command.transfer.received_on,
            "bank_reference": command.transfer.bank_reference,
        }),
    });
    Ok(())
}

/// One spelling of a bank's reference, so that a second confirmation of the same line is seen as such.
fn normal(bank_reference: &str) -> String {
    bank_reference
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_uppercase()
}
