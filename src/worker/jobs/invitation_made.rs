//! Somebody was invited: the link goes to the address that was invited.
//!
//! The link is nowhere: it is made anew from the invitation's id with the tenant's key, and must have the hash that is kept.

use sadu_db::invitations::{self, Standing};
use sadu_db::users;
use sadu_domain::job::InvitationMade;
use sadu_domain::lang::Lang;

use crate::auth::Link;
use crate::worker::job::{Job, JobCtx, JobError};
use crate::worker::letter::{Letter, Part, spoken};

impl Job for InvitationMade {
    async fn run(&self, ctx: &JobCtx) -> Result<(), JobError> {
        let mut tx = ctx.read().await?;
        let invitation = invitations::get(&mut tx, self.invitation).await?;
        let member = users::member(&mut tx, invitation.user).await?;
        tx.commit().await?;
        // Taken back, replaced or used meanwhile: there is nothing to say any more.
        if invitation.standing != Standing::Open {
            return Ok(());
        }
        let handle = ctx.tenant().await?;
        let link = Link::of(&handle.keys(), self.invitation);
        if link.hash() != invitation.token_hash {
            return Err(JobError::Stale("the link of the invitation"));
        }
        let tenant = &handle.snapshot().tenant;
        let address = link.address(&ctx.origin(&tenant.slug));
        let letter = Letter::write(tenant, &spoken(tenant), &address, |lang| {
            part(lang, tenant.name.get(lang), &member.user.name)
        })?;
        ctx.mail(&member.user.email, letter).await
    }
}

fn part(lang: Lang, tenant: &str, person: &str) -> Part {
    match lang {
        Lang::Ar => Part {
            lang,
            title: format!("دعوة للعمل مع {tenant}"),
            says: vec![
                format!("{person}،"),
                format!(
                    "دُعيت للانضمام إلى فريق {tenant}. الرابط لك وحدك، ويعمل مرة واحدة خلال سبعة أيام، وبهذا البريد نفسه."
                ),
            ],
            action: "اقبل الدعوة",
            why: "وصلتك هذه الرسالة لأن أحد المسؤولين كتب هذا العنوان. إن لم تكن تنتظرها فتجاهلها، ولن يحدث شيء.",
        },
        Lang::En => Part {
            lang,
            title: format!("An invitation to work with {tenant}"),
            says: vec![
                format!("{person},"),
                format!(
                    "You have been invited to join the team of {tenant}. The link is yours alone: it works once, within seven days, with this very address."
                ),
            ],
            action: "Accept the invitation",
            why: "You get this because an administrator entered this address. If you did not expect it, leave it be: nothing will happen.",
        },
    }
}
