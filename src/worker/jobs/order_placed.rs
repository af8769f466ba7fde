//! An order was placed: those who look after orders are told. Nothing of the donor is in the message: whoever may see that, sees it
//! in the inbox.

use chrono::{TimeDelta, Utc};
use sadu_db::orders::{self, OrderRecord};
use sadu_db::{tenants, users};
use sadu_domain::job::OrderPlaced;
use sadu_domain::lang::Lang;
use sadu_domain::order::OrderKind;
use sadu_domain::tenant::Tenant;

use crate::pages::format::Numerals;
use crate::worker::job::{Job, JobCtx, JobError};
use crate::worker::letter::{Letter, Part, spoken};

/// A notice that is older says nothing that the inbox has not said long ago: after an outage nobody's mailbox is flooded.
const NEWS: TimeDelta = TimeDelta::days(1);

impl Job for OrderPlaced {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        let mut tx = ctx.read().await?;
        let order = orders::get(&mut tx, self.order).await?;
        let settings = tenants::load(&mut tx).await?.settings;
        // Who is to be told is the tenant's own choice; where it made none, those who may do everything.
        let told = if settings.notify_emails.is_empty() {
            users::addresses_of_admins(&mut tx).await?
        } else {
            settings.notify_emails
        };
        tx.commit().await?;
        if Utc::now() - order.created_at > NEWS {
            return Ok(());
        }
        let handle = ctx.tenant().await?;
        let tenant = &handle.snapshot().tenant;
        let address = format!("{}/admin/inbox/{}", ctx.origin(&tenant.slug), order.id);
        for to in told {
            let letter = Letter::write(tenant, &spoken(tenant), &address, |lang| {
                part(lang, tenant, &order)
            })?;
            ctx.mail(&to, letter).await?;
        }
        Ok(())
    }
}

fn part(lang: Lang, tenant: &Tenant, order: &OrderRecord) -> Part {
    let numerals = Numerals {
        lang,
        digits: tenant.settings.digits,
    };
    let amount = numerals.exact(order.total).plain();
    let reference = &order.reference;
    match lang {
        Lang::Ar => {
            let what = match order.kind {
                OrderKind::Order => "طلب جديد",
                OrderKind::Donation => "تبرع جديد",
                OrderKind::Pledge => "تعهد جديد",
            };
            Part {
                lang,
                title: format!("{what}: \u{2068}{reference}\u{2069}"),
                says: vec![format!("المبلغ: \u{2068}{amount}\u{2069}")],
                action: "افتحه في صندوق الوارد",
                why: "تصل هذه الرسالة إلى من يتابع الطلبات. بيانات المتبرع في صندوق الوارد وحده.",
            }
        }
        Lang::En => {
            let what = match order.kind {
                OrderKind::Order => "New order",
                OrderKind::Donation => "New gift",
                OrderKind::Pledge => "New pledge",
            };
            Part {
                lang,
                title: format!("{what}: {reference}"),
                says: vec![format!("Amount: {amount}")],
                action: "Open it in the inbox",
                why: "This goes to those who look after orders. What is known of the giver is in the inbox alone.",
            }
        }
    }
}
