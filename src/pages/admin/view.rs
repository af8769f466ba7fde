//! What the templates of the inbox show: rows, one order with its ledger, and the form that confirms a transfer.
//!
//! A blank row and a blank order stand in `<template>` elements, from which the script makes its own.

use askama::Template;
use sadu_domain::ids::OrderId;
use sadu_domain::money::Fils;
use sadu_domain::order::{OrderKind, OrderStatus, PaymentMethod};

use super::desk::Shell;
use super::reveal::RevealView;
use super::when::short_day;
pub use super::when::{MONTHS, When};
use super::words::{self, Mark};
use crate::api::admin::inbox::{InboxRow, Owner};
use crate::api::admin::orders::OrderDetail;
use crate::pages::format::Amount;

/// One row of the list.
#[derive(Clone, Debug)]
pub struct RowView {
    /// `order:<uuid>`; empty in the blank.
    pub subject: String,
    /// Address of its page.
    pub href: String,
    /// Mark of its kind.
    pub kind: Mark,
    /// Mark of its state.
    pub state: Mark,
    /// What was given or ordered.
    pub title: String,
    /// Its sum.
    pub amount: Amount,
    /// Its reference.
    pub reference: String,
    /// When it was placed.
    pub at: When,
    /// Who has it.
    pub owner: Option<String>,
    /// Work on it is done.
    pub resolved: bool,
    /// It is the one shown beside the list.
    pub current: bool,
}

impl RowView {
    /// `row` on the page of `shell`; `open` is the order shown beside it.
    #[must_use]
    pub fn new(shell: &Shell<'_>, view: &str, row: &InboxRow, open: Option<OrderId>) -> Self {
        let (frame, order) = (&shell.frame, &row.order);
        let titles: Vec<&str> = order
            .items
            .iter()
            .map(|line| line.title.get(frame.lang))
            .collect();
        let title = match titles.split_first() {
            Some((first, [])) => (*first).to_owned(),
            Some((first, rest)) => shell
                .l
                .and_more
                .replace("{x}", first)
                .replace("{n}", &frame.number(rest.len())),
            None => String::new(),
        };
        let mine = |owner: &Owner| owner.id == shell.me.user_id;
        Self {
            subject: row.subject.to_string(),
            href: address(order.id, view),
            kind: words::kind(order.kind, frame.lang),
            state: words::status(order.status, frame.lang),
            title,
            amount: frame.numerals().exact(Fils::new(order.total.amount)),
            reference: order.reference.clone(),
            at: When::new(frame, order.created_at),
            owner: row.owner.as_ref().map(|owner| {
                if mine(owner) {
                    shell.l.yours.to_owned()
                } else {
                    owner.name.clone()
                }
            }),
            resolved: row.resolved_at.is_some(),
            current: open == Some(order.id),
        }
    }

    /// The blank that the script copies.
    #[must_use]
    pub fn blank(shell: &Shell<'_>) -> Self {
        Self {
            subject: String::new(),
            href: "/admin/inbox".to_owned(),
            kind: words::kind(OrderKind::Donation, shell.frame.lang),
            state: words::status(OrderStatus::Pending, shell.frame.lang),
            title: String::new(),
            amount: shell.frame.numerals().exact(Fils::ZERO),
            reference: String::new(),
            at: When::default(),
            owner: None,
            resolved: false,
            current: false,
        }
    }
}

/// Address of an order's page; the filter comes along.
#[must_use]
pub fn address(order: OrderId, view: &str) -> String {
    match view {
        "all" => format!("/admin/inbox/{order}"),
        view => format!("/admin/inbox/{order}?view={view}"),
    }
}

/// A line or a payment: a word, and an amount.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Title of the item, or day of the payment.
    pub word: String,
    /// How many.
    pub quantity: Option<String>,
    /// How much.
    pub amount: Amount,
}

/// One order beside the list.
#[derive(Clone, Debug)]
pub struct DetailView {
    /// Its id; empty in the blank.
    pub id: String,
    /// `order:<uuid>`.
    pub subject: String,
    /// Its reference.
    pub reference: String,
    /// Mark of its kind.
    pub kind: Mark,
    /// Mark of its state.
    pub state: Mark,
    /// Its sum.
    pub total: Amount,
    /// What is still due, while a transfer may be confirmed.
    pub due: Option<Amount>,
    /// How it is paid.
    pub method: &'static str,
    /// Masked phone.
    pub phone: String,
    /// Name hidden from the public.
    pub anonymous: bool,
    /// A note of the donor.
    pub note: Option<String>,
    /// When it was placed.
    pub placed: When,
    /// When it lapses.
    pub expires: Option<When>,
    /// What was promised.
    pub lines: Vec<Entry>,
    /// What arrived.
    pub payments: Vec<Entry>,
    /// Who has it.
    pub owner: Option<String>,
    /// Somebody has it, or it is done: it cannot be taken.
    pub taken: bool,
    /// Work on it is done.
    pub resolved: bool,
}

impl DetailView {
    /// `order` on the page of `shell`, with the state of work on it.
    #[must_use]
    pub fn new(shell: &Shell<'_>, detail: &OrderDetail, row: Option<&InboxRow>) -> Self {
        let (frame, order) = (&shell.frame, &detail.order);
        let numerals = frame.numerals();
        let due = order.total.amount.saturating_sub(order.paid.amount).max(0);
        let over = order.paid.amount.saturating_sub(order.total.amount);
        let owner = row.and_then(|row| row.owner.as_ref());
        Self {
            id: order.id.to_string(),
            subject: format!("order:{}", order.id),
            reference: order.reference.clone(),
            kind: words::kind(order.kind, frame.lang),
            state: words::status(order.status, frame.lang),
            total: numerals.exact(Fils::new(order.total.amount)),
            due: awaits_money(order.status, order.payment_method)
                .then(|| numerals.exact(Fils::new(due))),
            method: order.payment_method.label(frame.lang),
            phone: detail.donor.phone.clone(),
            anonymous: detail.donor.anonymous,
            note: detail.note.clone(),
            placed: When::new(frame, order.created_at),
            expires: order
                .expires_at
                .filter(|_| awaits_money(order.status, order.payment_method))
                .map(|at| When::new(frame, at)),
            lines: order
                .items
                .iter()
                .map(|line| Entry {
                    word: line.title.get(frame.lang).to_owned(),
                    quantity: line.quantity.map(|n| frame.number(n)),
                    amount: numerals.exact(Fils::new(line.amount.amount)),
                })
                .collect(),
            payments: detail
                .payments
                .iter()
                .map(|payment| Entry {
                    word: shell
                        .l
                        .received_on_short
                        .replace("{x}", &short_day(frame, payment.received_on)),
                    quantity: None,
                    amount: numerals.exact(Fils::new(payment.amount.amount)),
                })
                // Money beyond what was due is never kept in silence (domain.md 3).
                .chain((over > 0).then(|| Entry {
                    word: shell.l.over_by.to_owned(),
                    quantity: None,
                    amount: numerals.exact(Fils::new(over)),
                }))
                .collect(),
            taken: owner.is_some() || row.is_some_and(|row| row.resolved_at.is_some()),
            owner: owner.map(|owner| {
                if owner.id == shell.me.user_id {
                    shell.l.yours.to_owned()
                } else {
                    owner.name.clone()
                }
            }),
            resolved: row.is_some_and(|row| row.resolved_at.is_some()),
        }
    }

    /// The blank that the script copies.
    #[must_use]
    pub fn blank(shell: &Shell<'_>) -> Self {
        let zero = shell.frame.numerals().exact(Fils::ZERO);
        Self {
            id: String::new(),
            subject: String::new(),
            reference: String::new(),
            kind: words::kind(OrderKind::Donation, shell.frame.lang),
            state: words::status(OrderStatus::Pending, shell.frame.lang),
            total: zero,
            due: Some(zero),
            method: "",
            phone: String::new(),
            anonymous: false,
            note: None,
            placed: When::default(),
            expires: None,
            lines: Vec::new(),
            payments: Vec::new(),
            owner: None,
            taken: false,
            resolved: false,
        }
    }
}

/// Whether a transfer for it may be confirmed on these pages. Cash at the door is no transfer.
#[must_use]
pub fn awaits_money(status: OrderStatus, method: PaymentMethod) -> bool {
    method != PaymentMethod::CashOnDelivery
        && matches!(
            status,
            OrderStatus::Pending
                | OrderStatus::AwaitingTransfer
                | OrderStatus::Paying
                | OrderStatus::PartPaid
                | OrderStatus::Expired
        )
}

/// The form that confirms a transfer, as it was typed or as it begins.
#[derive(Clone, Debug, Default)]
pub struct TransferForm {
    /// One-time key.
    pub key: String,
    /// Amount as typed.
    pub amount: String,
    /// `YYYY-MM-DD`.
    pub received_on: String,
    /// Latest day that may be chosen.
    pub today: String,
    /// As printed.
    pub bank_reference: String,
    /// What to mend about each field.
    pub amount_error: Option<String>,
    /// The same.
    pub received_on_error: Option<String>,
    /// The same.
    pub bank_reference_error: Option<String>,
    /// What no field can mend.
    pub refused: Option<String>,
}

impl TransferForm {
    /// Anything amiss.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        [
            &self.amount_error,
            &self.received_on_error,
            &self.bank_reference_error,
            &self.refused,
        ]
        .iter()
        .any(|error| error.is_some())
    }
}

/// One filter of the list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its word.
    pub word: &'static str,
    /// It is on.
    pub current: bool,
}

/// `/admin/inbox` and `/admin/inbox/{order}`.
#[derive(Template)]
#[template(path = "admin/inbox.html")]
pub struct InboxPage<'a> {
    /// Shell.
    pub shell: Shell<'a>,
    /// Title of the page.
    pub title: String,
    /// The filters, the present one marked.
    pub filters: [Filter; 3],
    /// The present filter.
    pub view: &'static str,
    /// The rows.
    pub rows: Vec<RowView>,
    /// Address of the rows before these.
    pub older: Option<String>,
    /// The order beside the list, and its form.
    pub open: Option<DetailView>,
    /// As it was typed or as it begins.
    pub form: TransferForm,
    /// The donor's details, or the way to them.
    pub reveal: RevealView,
    /// For the script.
    pub blank_reveal: RevealView,
    /// For the script.
    pub blank_row: RowView,
    /// For the script.
    pub blank_open: DetailView,
    /// For the script.
    pub blank_form: TransferForm,
    /// Clock time of the list.
    pub as_of: String,
}
