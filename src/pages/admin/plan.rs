//! `/admin/settings/plan`: what the tenant's plan allows and what is used of it. There is nothing to change: the platform sets the plan.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use sadu_domain::access::Permission;
use sadu_domain::lang::Lang;
use sadu_domain::plan::Level;

use super::desk::{Asked, Shell};
use super::inbox::allow;
use super::sheet_words::Words as Around;
use super::words::lexicon;
use crate::api::admin::plan::standing;
use crate::auth::TenantAdmin;
use crate::error::ApiResult;
use crate::pages::plan::PlanView;

lexicon! {
    /// The page of the plan.
    Words {
        title: "خطتكم", "Your plan";
        lead: "ما تتيحه الخطة وما استُخدم منها حتى الآن. المنصة هي من يحددها.", "What the plan allows and what is used of it by now. The platform sets it.";
        counts: "لا يُعدّ ما أُرشف أو أُلغي، ولا من أُوقف حسابه. وتُعدّ الصور بأصولها وما صُنع منها؛ وما حُذف منها يبقى معدوداً يوماً، إذ يمكن إرجاعه.", "What is archived or cancelled does not count, nor do people whose account is switched off. Pictures count with all that is made of them; one that was removed counts for a day more, as it can be put back.";
        and: "، ", ", ";
        at: "ماذا يحدث عند بلوغ الحد", "What happens at a limit";
        at_lead: "لا يتوقف شيء مما لديكم: يبقى الموقع كما هو، وتصل التبرعات والطلبات كالمعتاد. ما يتوقف هو الإضافة وحدها.", "Nothing that you have stops: the site stays as it is, and gifts and orders go on coming in. Only adding stops.";
        at_items: "لا يُضاف جديد حتى تؤرشفوا ما انتهى، أو تنقلكم المنصة إلى خطة أكبر.", "Nothing new is added until you archive what is over, or the platform puts you on a larger plan.";
        at_staff: "لا يُدعى أحد ولا يُعاد تشغيل حساب موقوف، حتى توقفوا حساباً لا حاجة إليه، أو تنقلكم المنصة إلى خطة أكبر.", "Nobody is invited and no account is switched on again until you switch off one that is not needed, or the platform puts you on a larger plan.";
        at_storage: "لا تُقبل صورة أكبر مما بقي، حتى تحذفوا ما لا حاجة إليه من الصور، أو تنقلكم المنصة إلى خطة أكبر.", "A picture larger than what is left is refused until you remove some that are not needed, or the platform puts you on a larger plan.";
    }
}

/// The page.
#[derive(Template)]
#[template(path = "admin/plan.html")]
struct Page<'a> {
    shell: Shell<'a>,
    t: &'static Words,
    around: &'static Around,
    title: &'static str,
    plan: String,
    view: PlanView,
    /// Each limit and what becomes of it once it is reached.
    at: Vec<(&'static str, &'static str)>,
    /// What is used up or nearly so, and what to do; with the tone it is said in.
    warnings: Vec<(&'static str, String)>,
}

/// `GET /admin/settings/plan`.
///
/// # Errors
/// `auth.forbidden`, `busy`.
pub async fn show(admin: TenantAdmin, asked: Asked) -> ApiResult<HttpResponse> {
    allow(&admin, Permission::SettingsRead)?;
    let (plan, used) = standing(&asked.tenant).await?;
    let shell = asked.shell(&admin, "settings");
    let t = Words::of(asked.lang);
    let things = shell.frame.things();
    let view = PlanView::new(shell.frame.numerals(), things, &plan.limits, used);
    let steps = [
        (Level::Full, "danger", shell.d.room_full),
        (Level::Near, "warning", shell.d.room_near),
    ];
    let warnings = steps
        .into_iter()
        .filter_map(|(level, tone, what)| {
            let at = view.lines.iter().filter(|line| line.level == level);
            let names: Vec<&str> = at.map(|line| line.name).collect();
            let names = names.join(t.and);
            (!names.is_empty()).then(|| (tone, format!("{names}: {what}")))
        })
        .collect();
    let at = view.lines.iter().map(|line| line.name);
    let at = at.zip([t.at_items, t.at_staff, t.at_storage]).collect();
    let page = Page {
        at,
        around: Around::of(asked.lang),
        title: t.title,
        plan: plan.name.get(asked.lang).to_owned(),
        view,
        warnings,
        t,
        shell,
    };
    asked.answer(StatusCode::OK, page.render())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_in_both_languages() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{0620}'..='\u{064A}').contains(&c));
        for (name, ar, en) in Words::ALL.iter().filter(|(name, _, _)| *name != "and") {
            assert!(arabic(ar) && !arabic(en), "{name}");
        }
    }
}
