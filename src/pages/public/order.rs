//! `/{lang}/o/{reference}`: the thank-you page, which is also the order's live status.
//!
//! The token of the order's own link opens it. Without one a reference tells its state and no more, so the visitor is led
//! to the track page.

mod steps;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;
use sadu_actors::TenantSnapshot;
use sadu_domain::lang::Bilingual;
use sadu_domain::money::Fils;
use sadu_domain::order::{OrderKind, OrderStatus, PaymentMethod, PublicState};
use sadu_domain::tenant::BankDetails;
use sadu_domain::tenant::local_day;
use serde::Deserialize;

use super::asked::Asked;
use super::{html, rendered, track, whatsapp};
use crate::checkout::NextStep;
use crate::error::ApiError;
use crate::lookup::{self, OrderDetails, Proof};
use crate::middleware::tenant::Visit;
use crate::pages::format::Amount;
use crate::pages::frame::{Frame, Head};
use crate::state::App;
use steps::{Step, follows, steps};

/// The query string.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    token: String,
}

/// `GET /{lang}/o/{reference}?token=`.
///
/// # Errors
/// `order.not_found` for a reference that is not ours.
pub async fn order(
    asked: Asked,
    app: web::Data<App>,
    visit: Visit,
    path: web::Path<(String, String)>,
    link: web::Query<Link>,
) -> Result<HttpResponse, ApiError> {
    let (_, reference) = path.into_inner();
    let proof = Proof {
        last4: None,
        token: Some(&link.token),
    };
    let view = lookup::order(&app, &asked.tenant, &visit, asked.lang, &reference, &proof).await?;
    let Some(details) = &view.details else {
        return track::known(&asked, &view.reference, view.state);
    };
    let shown = Shown::new(
        asked.frame(),
        &asked.snapshot,
        &view.reference,
        &link.token,
        view.state,
        details,
    );
    let words = &asked.frame().w.order;
    let title = match view.state {
        PublicState::Closed => words.status_title,
        _ if asked.frame().is_shop() => words.thanks_shop,
        _ => words.thanks,
    };
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &link.token)
        .finish();
    let head = Head::personal(title, format!("o/{}", view.reference)).with_query(query);
    let mut answer = html(rendered(
        OrderPage {
            frame: asked.frame(),
            head,
            order: shown,
        }
        .render(),
    )?);
    answer.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("private, no-store"),
    );
    Ok(answer)
}

/// The page.
#[derive(Template)]
#[template(path = "public/order.html")]
struct OrderPage<'a> {
    frame: Frame<'a>,
    head: Head,
    order: Shown<'a>,
}

/// An order as the page shows it.
struct Shown<'a> {
    frame: Frame<'a>,
    reference: &'a str,
    token: &'a str,
    state: PublicState,
    details: &'a OrderDetails,
    /// Where to transfer, while a transfer is expected.
    bank: Option<&'a BankDetails>,
    /// Day the promise lapses.
    expires: Option<String>,
    /// How it is paid, where nothing is transferred.
    arranged: Option<&'static str>,
    steps: Vec<Step>,
    lines: Vec<ShownLine<'a>>,
    total: Amount,
    paid: Option<Amount>,
    share: String,
}

/// One line.
struct ShownLine<'a> {
    title: &'a str,
    quantity: Option<i64>,
    amount: Amount,
}

impl<'a> Shown<'a> {
    fn new(
        frame: Frame<'a>,
        snapshot: &TenantSnapshot,
        reference: &'a str,
        token: &'a str,
        state: PublicState,
        details: &'a OrderDetails,
    ) -> Self {
        let expires = match &details.next_step {
            NextStep::Instructions { expires_at, .. } => *expires_at,
            NextStep::None => None,
        };
        let transfer = matches!(details.next_step, NextStep::Instructions { .. });
        let amount = |money: sadu_domain::money::Money| frame.numerals().exact(money.fils());
        let w = &frame.w.order;
        let address = format!(
            "{}/{}/o/{reference}?token={token}",
            frame.origin, frame.lang
        );
        let share = format!(
            "{}\n{} {reference}\n{} {address}",
            frame.name(),
            w.share_text,
            w.follow_at
        );
        Self {
            bank: frame.tenant.settings.bank.as_ref().filter(|_| transfer),
            expires: expires.map(|at| frame.day(&local_day(at, &frame.tenant.timezone))),
            arranged: match details.method {
                _ if transfer || state != PublicState::Waiting => None,
                PaymentMethod::CashOnDelivery => Some(w.method_cash),
                _ => Some(w.method_soon),
            },
            steps: steps(frame, state, details, &follows(snapshot, details)),
            lines: details
                .items
                .iter()
                .map(|line| ShownLine {
                    title: title(frame, &line.title),
                    quantity: line.quantity,
                    amount: amount(line.amount),
                })
                .collect(),
            total: amount(details.total),
            paid: (details.paid.amount > 0).then(|| amount(details.paid)),
            share: whatsapp(&share),
            frame,
            reference,
            token,
            state,
            details,
        }
    }

    fn state(&self) -> &'static str {
        self.state.as_str()
    }

    /// What has arrived, in fils.
    fn paid_fils(&self) -> i64 {
        self.details.paid.amount
    }

    /// A part for the state `when` is not shown now.
    fn hides(&self, when: &str) -> bool {
        self.state() != when
    }

    fn waiting_word(&self) -> &'static str {
        let w = &self.frame.w.order;
        if self.details.status == OrderStatus::PartPaid {
            w.part_paid
        } else if self.at_the_door() {
            w.waiting_cash
        } else {
            w.waiting
        }
    }

    fn waiting_more(&self) -> &'static str {
        let w = &self.frame.w.order;
        if self.at_the_door() {
            w.waiting_cash_more
        } else {
            w.waiting_more
        }
    }

    /// The same for a page that a script keeps up to date.
    fn waiting_live(&self) -> &'static str {
        let w = &self.frame.w.order;
        if self.at_the_door() {
            w.waiting_cash_live
        } else {
            w.waiting_live
        }
    }

    /// Goods that are brought.
    fn is_brought(&self) -> bool {
        self.details.kind == OrderKind::Order
    }

    /// Paid in cash when the goods arrive.
    fn at_the_door(&self) -> bool {
        self.details.method == PaymentMethod::CashOnDelivery
    }

    /// What is still to be paid.
    fn due(&self) -> Amount {
        let due = self
            .details
            .total
            .fils()
            .minus_or_zero(self.details.paid.fils());
        self.frame
            .numerals()
            .exact(if due.is_positive() { due } else { Fils::ZERO })
    }

    /// The items whose movement is worth asking again for.
    fn slugs(&self) -> String {
        self.details
            .items
            .iter()
            .map(|line| line.item.as_str())
            .collect::<Vec<_>>()
            .join(",")
    }
}

fn title<'a>(frame: Frame<'a>, title: &'a Bilingual) -> &'a str {
    title.get(frame.lang)
}
