//! The account that transfers go to is another one: every administrator is told, and whoever else the tenant names. A thief who has one
//! account here cannot keep that from the others.

use sadu_db::{tenants, users};
use sadu_domain::job::BankChanged;
use sadu_domain::lang::Lang;
use sadu_domain::tenant::{BankDetails, Tenant};

use crate::worker::job::{Job, JobCtx, JobError};
use crate::worker::letter::{Letter, Part, spoken};

impl Job for BankChanged {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        let mut tx = ctx.read().await?;
        let settings = tenants::load(&mut tx).await?.settings;
        let mut told = users::addresses_of_admins(&mut tx).await?;
        let who = match self.by {
            Some(id) => Some(users::member(&mut tx, id).await?.user.name),
            None => None,
        };
        tx.commit().await?;
        let Some(account) = settings.bank else {
            return Err(JobError::Stale("the account"));
        };
        for address in settings.notify_emails {
            if !told.contains(&address) {
                told.push(address);
            }
        }
        let handle = ctx.tenant().await?;
        let tenant = &handle.snapshot().tenant;
        let address = format!("{}/admin/settings/bank", ctx.origin(&tenant.slug));
        for to in told {
            let letter = Letter::write(tenant, &spoken(tenant), &address, |lang| {
                part(lang, tenant, &account, who.as_deref())
            })?;
            ctx.mail(&to, letter).await?;
        }
        Ok(())
    }
}

fn part(lang: Lang, tenant: &Tenant, account: &BankDetails, who: Option<&str>) -> Part {
    let (name, bank) = (tenant.name.get(lang), account.bank.get(lang));
    let number = account.iban.masked();
    match lang {
        Lang::Ar => Part {
            lang,
            title: format!("تغيّر الحساب البنكي: {name}"),
            says: vec![
                format!("يرى الناس الآن هذا الحساب حين يحوّلون: {bank}، \u{2068}{number}\u{2069}."),
                format!("غيّره: {}.", who.unwrap_or("إدارة المنصة")),
                "إن لم يكن هذا التغيير منكم فصحّحوا الحساب فوراً، وراجعوا من يدخل إلى حسابات الإدارة.".to_owned(),
            ],
            action: "راجع الحساب",
            why: "تصل هذه الرسالة إلى كل المديرين ومن تُرسل إليهم الإشعارات، كلما تغيّر الحساب الذي يُحوَّل إليه.",
        },
        Lang::En => Part {
            lang,
            title: format!("The bank account changed: {name}"),
            says: vec![
                format!("Whoever makes a transfer now sees this account: {bank}, {number}."),
                format!("Changed by: {}.", who.unwrap_or("the platform")),
                "If this was none of you, put the account right at once, and look at who signs in as an administrator.".to_owned(),
            ],
            action: "Look at the account",
            why: "This goes to every administrator and whoever gets notifications, each time the account for transfers changes.",
        },
    }
}
