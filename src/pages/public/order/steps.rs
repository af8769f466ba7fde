//! What happened to an order and what happens next: only what is true of the items in it.

use chrono::{DateTime, Utc};
use sadu_actors::TenantSnapshot;
use sadu_domain::catalog::{Item, ItemKind};
use sadu_domain::order::{OrderKind, OrderStatus, PaymentMethod, PublicState};
use sadu_domain::tenant::local_day;

use crate::lookup::OrderDetails;
use crate::pages::format::clock;
use crate::pages::frame::Frame;
use crate::pages::words::Order;

/// One step of the timeline. A step with `when` shows in that state alone, so that a script can switch it.
pub(super) struct Step {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) more: Option<String>,
    pub(super) when: Option<&'static str>,
}

/// What becomes of the money of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// Work begins when the whole target is there, and is reported on.
    Target,
    /// It goes into something without a target.
    Open,
    /// It is spent from a fund, which never fills.
    Fund,
    /// It is paid out as zakat.
    Zakat,
    /// It goes to a sponsorship.
    Sponsorship,
    /// Goods are prepared and brought.
    Goods,
}

impl Follow {
    fn of(item: &Item) -> Self {
        match item.kind {
            ItemKind::Product => Self::Goods,
            _ if item.target.is_some() => Self::Target,
            ItemKind::Project => Self::Open,
            ItemKind::Fund => Self::Fund,
            ItemKind::Zakat => Self::Zakat,
            ItemKind::Sponsorship => Self::Sponsorship,
        }
    }

    fn push(self, w: &Order, steps: &mut Vec<Step>) {
        let mut todo = |word, more: Option<&str>| {
            steps.push(Step {
                class: "todo",
                word,
                more: more.map(str::to_owned),
                when: None,
            });
        };
        match self {
            Self::Target => todo(w.step_work, Some(w.step_work_more)),
            Self::Open => todo(w.step_work, Some(w.step_open_more)),
            Self::Fund => todo(w.step_fund, Some(w.step_fund_more)),
            Self::Zakat => todo(w.step_zakat, Some(w.step_zakat_more)),
            Self::Sponsorship => todo(w.step_sponsor, Some(w.step_sponsor_more)),
            Self::Goods => {
                todo(w.step_prepare, None);
                todo(w.step_deliver, None);
            }
        }
    }
}

/// What follows for the lines of an order, each once, in their order. Nothing is said of an item that is no longer there.
pub(super) fn follows(snapshot: &TenantSnapshot, details: &OrderDetails) -> Vec<Follow> {
    if details.kind == OrderKind::Order {
        return vec![Follow::Goods];
    }
    let mut follows = Vec::new();
    for line in &details.items {
        let follow = snapshot.find(&line.item).map(|(item, _)| Follow::of(item));
        follows.extend(follow.filter(|follow| !follows.contains(follow)));
    }
    follows
}

/// The timeline of an order, ending in what `follows` says.
pub(super) fn steps(
    frame: Frame<'_>,
    state: PublicState,
    details: &OrderDetails,
    follows: &[Follow],
) -> Vec<Step> {
    let w = &frame.w.order;
    let at = |at: DateTime<Utc>| {
        let zone = &frame.tenant.timezone;
        let comma = if frame.is_ar() { "،" } else { "," };
        format!(
            "{}{comma} {}",
            frame.day(&local_day(at, zone)),
            frame.number(clock(at, zone))
        )
    };
    let step = |class, word, more: Option<String>, when| Step {
        class,
        word,
        more,
        when,
    };
    let mut steps = vec![step(
        "done",
        w.step_created,
        Some(at(details.created_at)),
        None,
    )];
    let full = details.paid.amount >= details.total.amount;
    for paid in details
        .timeline
        .iter()
        .filter(|step| step.what == "payment")
    {
        let sum = paid
            .amount
            .map(|money| frame.numerals().exact(money.fils()).plain())
            .unwrap_or_default();
        let word = if full { w.step_received } else { w.step_part };
        steps.push(step(
            "done",
            word,
            Some(format!("{sum} · {}", at(paid.at))),
            None,
        ));
    }
    match state {
        // Goods that are paid at the door are prepared first.
        PublicState::Waiting if details.method == PaymentMethod::CashOnDelivery => {
            steps.push(step("now", w.step_prepare, None, None));
            steps.push(step("todo", w.step_deliver_cash, None, None));
            return steps;
        }
        PublicState::Waiting => {
            steps.push(step("now", w.step_waiting, None, Some("waiting")));
            steps.push(step("done", w.step_received, None, Some("received")));
        }
        PublicState::Received => {}
        PublicState::Closed => {
            let returned = matches!(
                details.status,
                OrderStatus::Refunded | OrderStatus::ChargedBack
            );
            steps.push(step(
                "done",
                if returned {
                    w.step_refunded
                } else {
                    w.step_closed
                },
                None,
                None,
            ));
            return steps;
        }
    }
    for follow in follows {
        follow.push(w, &mut steps);
    }
    if follows
        .iter()
        .any(|follow| !matches!(follow, Follow::Goods))
    {
        let (word, more) = if follows.contains(&Follow::Target) {
            (w.step_proof, w.step_proof_more)
        } else {
            (w.step_news, w.step_news_more)
        };
        steps.push(step("todo", word, Some(more.to_owned()), None));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::words::words;
    use sadu_domain::lang::Lang;

    fn says(follow: Follow) -> String {
        let mut steps = Vec::new();
        follow.push(&words(Lang::En).order, &mut steps);
        let said = |step: &Step| format!("{} {}", step.word, step.more.clone().unwrap_or_default());
        steps.iter().map(said).collect()
    }

    #[test]
    fn only_what_has_a_target_is_waited_for() {
        assert!(says(Follow::Target).contains("fully funded"));
        for follow in [
            Follow::Open,
            Follow::Fund,
            Follow::Zakat,
            Follow::Sponsorship,
        ] {
            let said = says(follow);
            assert!(
                !said.contains("fully funded") && !said.contains("days"),
                "{said}"
            );
        }
        assert!(says(Follow::Goods).contains("Delivery"));
    }
}
