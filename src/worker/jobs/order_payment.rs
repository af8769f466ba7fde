//! Money came in for an order: the giver hears of it, where there is an address, in the language of the checkout.

use chrono::{TimeDelta, Utc};
use sadu_db::orders::{self, OrderRecord};
use sadu_domain::job::OrderPayment;
use sadu_domain::lang::Lang;
use sadu_domain::tenant::Tenant;

use crate::pages::format::Numerals;
use crate::worker::job::{Job, JobCtx, JobError};
use crate::worker::letter::{Letter, Part};

/// After that the news is old: a long outage is no reason to write.
const NEWS: TimeDelta = TimeDelta::days(7);

impl Job for OrderPayment {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        let mut tx = ctx.read().await?;
        let order = orders::get(&mut tx, self.order).await?;
        let donor = orders::donor(&mut tx, order.donor).await?;
        tx.commit().await?;
        let Some(sealed) = donor.email else {
            return Ok(());
        };
        if Utc::now() - order.updated_at > NEWS {
            return Ok(());
        }
        let handle = ctx.tenant().await?;
        let to = handle
            .keys()
            .open("donors.email", order.donor.as_uuid(), &sealed)?;
        let tenant = &handle.snapshot().tenant;
        let origin = ctx.origin(&tenant.slug);
        let address = format!("{origin}/{}/o/{}", order.lang, order.reference);
        let letter = Letter::write(tenant, &[order.lang], &address, |lang| {
            part(lang, tenant, &order)
        })?;
        ctx.mail(&to, letter).await
    }
}

fn part(lang: Lang, tenant: &Tenant, order: &OrderRecord) -> Part {
    let numerals = Numerals {
        lang,
        digits: tenant.settings.digits,
    };
    let (paid, total) = (
        numerals.exact(order.paid).plain(),
        numerals.exact(order.total).plain(),
    );
    let (name, reference) = (tenant.name.get(lang), &order.reference);
    match lang {
        Lang::Ar => Part {
            lang,
            title: format!("وصل المبلغ: \u{2068}{reference}\u{2069}"),
            says: vec![format!(
                "وصل إلى {name} حتى الآن \u{2068}{paid}\u{2069} من \u{2068}{total}\u{2069}. شكراً لك."
            )],
            action: "تابع حالته",
            why: "وصلتك هذه الرسالة لأنك كتبت بريدك عند الدفع.",
        },
        Lang::En => Part {
            lang,
            title: format!("Received: {reference}"),
            says: vec![format!(
                "{name} has received {paid} of {total} so far. Thank you."
            )],
            action: "See where it stands",
            why: "You get this because you left your address at checkout.",
        },
    }
}
