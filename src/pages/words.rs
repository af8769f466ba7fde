//! The words of the public pages, in both languages side by side.
//!
//! Each is written for its language, not translated. A word missing in one language does not compile. Words stand in
//! groups, one a page: `w.item.give` in a template. Sentences with a value in them are put together by the template
//! from the pieces around it.

mod about;
mod checkout;
mod item;
mod order;
mod site;
mod zakat;

use sadu_domain::lang::Lang;

pub use about::About;
pub use checkout::Checkout;
pub use item::Item;
pub use order::Order;
pub use site::Site;
pub use zakat::Zakat;

/// Declares a group of words and its two languages.
macro_rules! lexicon {
    ($(#[$doc:meta])* $group:ident { $($name:ident: $ar:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $group { $(#[doc = $en] pub $name: &'static str,)+ }

        impl $group {
            /// Arabic.
            pub(super) const AR: Self = Self { $($name: $ar,)+ };
            /// English.
            pub(super) const EN: Self = Self { $($name: $en,)+ };
            /// Every word with its two texts, for tests.
            #[cfg(test)]
            pub(super) const ALL: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($name), $ar, $en),)+];
        }
    };
}
pub(in crate::pages) use lexicon;

/// All words of one language.
#[derive(Debug)]
pub struct Words {
    /// Frame, home and lists.
    pub site: Site,
    /// Item cards and the item page.
    pub item: Item,
    /// Checkout.
    pub checkout: Checkout,
    /// Thank-you, tracking and error pages.
    pub order: Order,
    /// Pages about the tenant.
    pub about: About,
    /// The zakat calculator.
    pub zakat: Zakat,
}

static AR: Words = Words {
    site: Site::AR,
    item: Item::AR,
    checkout: Checkout::AR,
    order: Order::AR,
    about: About::AR,
    zakat: Zakat::AR,
};
static EN: Words = Words {
    site: Site::EN,
    item: Item::EN,
    checkout: Checkout::EN,
    order: Order::EN,
    about: About::EN,
    zakat: Zakat::EN,
};

/// The words of `lang`.
#[must_use]
pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Ar => &AR,
        Lang::En => &EN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_written_in_its_own_script() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c));
        for (name, ar, en) in [
            About::ALL,
            Site::ALL,
            Item::ALL,
            Checkout::ALL,
            Order::ALL,
            Zakat::ALL,
        ]
        .concat()
        {
            assert!(
                arabic(ar) && !arabic(en) || name == "other_language",
                "{name}: {ar} / {en}"
            );
            assert_eq!(ar.trim(), ar, "{name}");
            assert_eq!(en.trim(), en, "{name}");
            assert!(
                !ar.contains(['\u{200E}', '\u{200F}', '\u{202A}', '\u{2066}']),
                "{name} has a bidi control"
            );
        }
    }
}
