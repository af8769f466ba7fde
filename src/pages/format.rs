//! Money, numbers, days and clock times as the pages write them.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sadu_domain::arabic;
use sadu_domain::lang::Lang;
use sadu_domain::money::Fils;
use sadu_domain::tenant::Digits;
use sadu_domain::tenant::offset;

/// How numbers are written on one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numerals {
    /// Language of the page.
    pub lang: Lang,
    /// The tenant's digits; they show on Arabic pages only.
    pub digits: Digits,
}

impl Numerals {
    /// `text` with the digits of this page.
    #[must_use]
    pub fn digits(self, text: String) -> String {
        if self.is_arabic_indic() {
            arabic::arabic_digits(&text)
        } else {
            text
        }
    }

    /// Arabic-Indic digits are shown.
    #[must_use]
    pub fn is_arabic_indic(self) -> bool {
        self.lang == Lang::Ar && self.digits == Digits::Arabic
    }

    /// `amount` with all three decimals: checkout, receipts, instructions.
    #[must_use]
    pub fn exact(self, amount: Fils) -> Amount {
        Amount {
            amount,
            numerals: self,
            trim: false,
            big: false,
        }
    }

    /// `amount` without `.000`: cards and the item page.
    #[must_use]
    pub fn short(self, amount: Fils) -> Amount {
        Amount {
            trim: true,
            ..self.exact(amount)
        }
    }

    /// `845.6 MB`, `20 GB`: to a tenth of the next smaller step, never rounded up.
    #[must_use]
    pub fn bytes(self, bytes: i64) -> String {
        const STEPS: [(i64, &str, &str); 4] = [
            (1_000_000_000_000, "تيرابايت", "TB"),
            (1_000_000_000, "غيغابايت", "GB"),
            (1_000_000, "ميغابايت", "MB"),
            (1_000, "كيلوبايت", "KB"),
        ];
        let step = STEPS.iter().find(|(size, _, _)| bytes >= *size);
        let (size, ar, en) = step.copied().unwrap_or((1, "بايت", "B"));
        let unit = if self.lang == Lang::Ar { ar } else { en };
        let tenth = bytes % size * 10 / size;
        let whole = bytes / size;
        let number = if tenth == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{tenth}")
        };
        self.digits(format!("{number} {unit}"))
    }

    /// `25 November 2026`, `25 نوفمبر 2026`.
    #[must_use]
    pub fn day(self, day: NaiveDate) -> String {
        const AR: [&str; 12] = [
            "يناير",
            "فبراير",
            "مارس",
            "أبريل",
            "مايو",
            "يونيو",
            "يوليو",
            "أغسطس",
            "سبتمبر",
            "أكتوبر",
            "نوفمبر",
            "ديسمبر",
        ];
        const EN: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let names = if self.lang == Lang::Ar { &AR } else { &EN };
        let month = usize::try_from(day.month0())
            .ok()
            .and_then(|index| names.get(index))
            .copied()
            .unwrap_or_default();
        self.digits(format!("{} {month} {}", day.day(), day.year()))
    }
}

/// An amount of money as HTML. Its number is a `<bdi>` of its own, so that scripts find it and bidi leaves it alone.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    amount: Fils,
    numerals: Numerals,
    trim: bool,
    big: bool,
}

impl Amount {
    /// The same amount with its figure and its unit styled apart.
    #[must_use]
    pub const fn big(self) -> Self {
        Self { big: true, ..self }
    }

    /// As a form sends it back: `1250.000`.
    #[must_use]
    pub fn decimal(&self) -> String {
        self.amount.to_decimal()
    }

    /// Without markup.
    #[must_use]
    pub fn plain(&self) -> String {
        self.numerals
            .digits(self.amount.display_plain(self.numerals.lang))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = self.numerals.lang;
        let number = if self.trim {
            self.amount.format_trim(lang)
        } else {
            self.amount.format(lang)
        };
        let number = self.numerals.digits(number);
        let class = if self.big { r#" class="num""# } else { "" };
        match lang {
            Lang::Ar => write!(
                f,
                r#"<span class="money"><bdi dir="ltr"{class}>{number}</bdi> <span class="unit">د.ك</span></span>"#
            ),
            Lang::En => write!(
                f,
                r#"<span class="money"><span class="unit">KWD</span> <bdi dir="ltr"{class}>{number}</bdi></span>"#
            ),
        }
    }
}

impl HtmlSafe for Amount {}

/// `at` on the clock of `timezone`, as `14:02`.
///
/// The zones of the Gulf keep one offset all year, so they need no time zone database; any other zone is shown in UTC
/// and says so.
#[must_use]
pub fn clock(at: DateTime<Utc>, timezone: &str) -> String {
    match offset(timezone) {
        Some(offset) => at.with_timezone(&offset).format("%H:%M").to_string(),
        None => at.format("%H:%M UTC").to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const fn page(lang: Lang, digits: Digits) -> Numerals {
        Numerals { lang, digits }
    }

    #[test]
    fn bytes_are_written_in_the_step_that_people_read() {
        let en = |bytes| page(Lang::En, Digits::Latin).bytes(bytes);
        let written = [0, 999, 1_000, 845_678_900, 999_999_999, 1_000_000_000].map(en);
        assert_eq!(
            written,
            ["0 B", "999 B", "1 KB", "845.6 MB", "999.9 MB", "1 GB"]
        );
        assert_eq!(en(1_000_000_000_000_000), "1000 TB");
        let ar = page(Lang::Ar, Digits::Arabic).bytes(1_540_000_000);
        assert_eq!(ar, "١٫٥ غيغابايت");
    }

    #[test]
    fn amounts_are_isolated_and_carry_their_unit() {
        let amount = Fils::new(1_808_500);
        assert_eq!(
            page(Lang::Ar, Digits::Latin).short(amount).to_string(),
            r#"<span class="money"><bdi dir="ltr">1,808.500</bdi> <span class="unit">د.ك</span></span>"#
        );
        assert_eq!(
            page(Lang::En, Digits::Arabic)
                .exact(Fils::new(20_000))
                .big()
                .to_string(),
            r#"<span class="money"><span class="unit">KWD</span> <bdi dir="ltr" class="num">20.000</bdi></span>"#
        );
        assert!(
            page(Lang::Ar, Digits::Arabic)
                .short(Fils::new(20_000))
                .to_string()
                .contains(">٢٠<")
        );
    }

    #[test]
    fn kuwait_is_three_hours_ahead_the_whole_year() {
        for at in ["2026-01-31T22:02:00Z", "2026-07-31T22:02:00Z"] {
            let at: DateTime<Utc> = at.parse().unwrap();
            assert_eq!(clock(at, "Asia/Kuwait"), "01:02");
            assert_eq!(sadu_domain::tenant::local_day(at, "Asia/Kuwait").day(), 1);
            assert_eq!(clock(at, "Europe/Paris"), "22:02 UTC");
        }
    }

    #[test]
    fn days_name_their_month() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        assert_eq!(page(Lang::En, Digits::Latin).day(day), "25 November 2026");
        assert_eq!(page(Lang::Ar, Digits::Latin).day(day), "25 نوفمبر 2026");
    }
}
