//! The pages that a tenant writes itself, in Markdown and in both languages; and ours, where it has not.
//!
//! [`PageDraft::parse`] is what an editor's sending means, [`Rendered`] what visitors get. Rendered once, when the tenant is loaded, not
//! once a visit.

mod defaults;

use crate::error::{Code, FieldError};
use crate::form::{Errors, both};
use crate::lang::{Bilingual, Lang};
use crate::markdown::{self, Html};
use crate::text;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

pub use defaults::default;

/// Longest title, in characters.
pub const TITLE_MAX: usize = 120;
/// Longest text of one language, in characters.
pub const BODY_MAX: usize = 20_000;

wire_enum! {
    /// A page that a tenant may write.
    pub enum PageName {
        /// Who this is.
        About = "about",
        /// Questions and answers.
        Faq = "faq",
        /// Refunds, returns, delivery.
        Policies = "policies",
        /// What is known about whom, why and how long.
        Privacy = "privacy",
        /// Above the ways to reach the tenant.
        Contact = "contact",
        /// Above the figures of the transparency page.
        TransparencyIntro = "transparency-intro",
    }
}

/// A page as an editor sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageDraft {
    /// Heading; the site's own word when empty.
    pub title: Bilingual,
    /// Markdown.
    pub body: Bilingual,
}

impl PageDraft {
    /// The page as it may be stored.
    ///
    /// # Errors
    /// Each broken rule at its field.
    pub fn parse(&self, name: PageName) -> Result<Self, Vec<FieldError>> {
        let mut errors = Errors::default();
        let page = Self {
            title: both("title", &self.title, TITLE_MAX, &mut errors, text::clean),
            body: both(
                "body",
                &self.body,
                BODY_MAX,
                &mut errors,
                text::clean_markdown,
            ),
        };
        // The law asks for a notice, so there is always one.
        if name == PageName::Privacy && page.body.is_empty() && !errors.found() {
            errors.add("body.ar", Code::RequestFieldRequired);
        }
        errors.finish(page)
    }
}

/// A page as visitors get it.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Heading; empty for the site's own word.
    pub title: Bilingual,
    ar: Html,
    en: Html,
    written: Bilingual,
}

impl Rendered {
    /// Of a page that was parsed.
    #[must_use]
    pub fn of(page: &PageDraft) -> Self {
        Self {
            title: page.title.clone(),
            ar: markdown::render(&page.body.ar),
            en: markdown::render(&page.body.en),
            written: page.body.clone(),
        }
    }

    /// The text in `lang`, or in the other language where it is written in that alone.
    #[must_use]
    pub fn body(&self, lang: Lang) -> &Html {
        match self.lang(lang) {
            Lang::Ar => &self.ar,
            Lang::En => &self.en,
        }
    }

    /// The language that [`Rendered::body`] answers in.
    #[must_use]
    pub fn lang(&self, lang: Lang) -> Lang {
        self.written.lang_of(lang)
    }

    /// There is no text in either language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn pages_are_cleaned_and_keep_their_shape() {
        let draft = PageDraft {
            title: Bilingual::new("من\u{202E} نحن", " About\nus "),
            body: Bilingual::new("- أ\r\n  - ب\u{2067}\r\n\r\n\r\n\r\nج", ""),
        };
        let page = draft.parse(PageName::About).unwrap();
        assert_eq!(page.title, Bilingual::new("من نحن", "About us"));
        assert_eq!(page.body.ar, "- أ\n  - ب\n\nج");
        let shown = Rendered::of(&page);
        assert_eq!(shown.lang(Lang::En), Lang::Ar);
        assert!(shown.body(Lang::En).as_str().contains("<li>ب</li>"));
    }

    #[test]
    fn a_privacy_notice_is_never_empty() {
        let empty = PageDraft::default();
        assert!(empty.parse(PageName::Faq).is_ok());
        let errors = empty.parse(PageName::Privacy).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["body.ar"]);
    }

    #[test]
    fn what_is_too_long_is_told() {
        let long = PageDraft {
            body: Bilingual::new("", "x".repeat(BODY_MAX + 1)),
            ..PageDraft::default()
        };
        let errors = long.parse(PageName::Privacy).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert!(errors.iter().all(|error| error.field == "body.en"));
    }
}
