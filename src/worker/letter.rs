//! What a mail says, in one language or the same in both. Plain text and HTML are made from one [`Letter`], so that
//! they cannot say different things.

use askama::Template;
use sadu_domain::lang::Lang;
use sadu_domain::tenant::Tenant;

use crate::pages::palette::Rgb;

/// One language's part.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Which language.
    pub(super) lang: Lang,
    /// What it is about: also this language's half of the subject.
    pub(super) title: String,
    /// Paragraphs.
    pub(super) says: Vec<String>,
    /// What a button says; it leads to the letter's address.
    pub(super) action: &'static str,
    /// Why this came.
    pub(super) why: &'static str,
}

/// A mail of a tenant.
#[derive(Debug)]
pub(super) struct Letter {
    /// The tenant's name, as the sender and the head.
    pub(super) from: String,
    /// One line.
    pub(super) subject: String,
    /// As plain text.
    pub(super) text: String,
    /// As HTML.
    pub(super) html: String,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct Text<'a> {
    parts: &'a [Part],
    address: &'a str,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    lang: Lang,
    subject: &'a str,
    parts: &'a [Part],
    address: &'a str,
    name: &'a str,
    /// Address of the tenant's logo.
    logo: Option<String>,
    colour: Rgb,
    ink: Rgb,
}

impl Letter {
    /// A letter of this tenant in these languages, whose buttons lead to `address`; `part` writes one language's part.
    ///
    /// # Errors
    /// When a template cannot be filled in, which does not depend on what stands in it.
    pub(super) fn write(
        tenant: &Tenant,
        langs: &[Lang],
        address: &str,
        part: impl Fn(Lang) -> Part,
    ) -> Result<Self, askama::Error> {
        let parts: Vec<Part> = langs.iter().copied().map(part).collect();
        let titles: Vec<&str> = parts.iter().map(|part| part.title.as_str()).collect();
        let subject = titles.join(" · ");
        let first = langs.first().copied().unwrap_or(tenant.default_lang);
        let name = tenant.name.get(first);
        let colour = Rgb::from(tenant.branding.primary);
        Ok(Self {
            text: Text {
                parts: &parts,
                address,
            }
            .render()?,
            html: Html {
                lang: first,
                subject: &subject,
                parts: &parts,
                address,
                name,
                logo: logo(tenant, address),
                colour,
                ink: colour.on_colour(),
            }
            .render()?,
            from: name.to_owned(),
            subject,
        })
    }
}

/// Where a mail finds the tenant's logo: at the host that its button leads to.
fn logo(tenant: &Tenant, address: &str) -> Option<String> {
    let path = tenant.logo.as_ref()?.path();
    let origin = url::Url::parse(address).ok()?.origin();
    Some(format!("{}{path}", origin.ascii_serialization()))
}

/// The languages of those who work for a tenant: its own first, then the other where it speaks that too.
pub(super) fn spoken(tenant: &Tenant) -> Vec<Lang> {
    let first = tenant.default_lang;
    [first, first.other()]
        .into_iter()
        .filter(|lang| *lang == first || tenant.speaks(*lang))
        .collect()
}
