//! Markdown of a tenant as HTML that may stand on its pages (security.md INP-8): parsed without raw HTML, then sanitised to a short
//! list of elements. Headings begin at the second level: the page has the first.

use crate::text;
use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

/// HTML that was sanitised here. Only [`render`] makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(Box<str>);

impl Html {
    /// To be written into a page as it is.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The elements that remain.
const TAGS: [&str; 17] = [
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
];
/// Where links may lead, besides other pages of the site.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(TAGS))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// The HTML of `source`. Markup in it is shown as the text it is; pictures leave their description.
#[must_use]
pub fn render(source: &str) -> Html {
    let mut unsafe_html = String::with_capacity(source.len().saturating_mul(2));
    html::push_html(&mut unsafe_html, Parser::new(source).filter_map(plain));
    Html(SANITISER.clean(&unsafe_html).to_string().into())
}

/// What of an event is kept.
fn plain(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => {
            Event::Text(stripped(text))
        }
        Event::Code(text) => Event::Code(stripped(text)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: below(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        other => other,
    })
}

/// An entity may stand for a character that nobody may write (`&#x202E;`).
fn stripped(text: CowStr<'_>) -> CowStr<'_> {
    if text::is_clean(&text) {
        text
    } else {
        text::stripped(&text).into()
    }
}

/// The page's own heading is the first level; whichever of the two upper ones a text begins with, it goes on from there.
const fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H2,
        HeadingLevel::H3 => HeadingLevel::H3,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H4,
    }
}

#[cfg(test)]
mod tests;
