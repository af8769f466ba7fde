//! Times as the pages of staff show them.

use chrono::{DateTime, NaiveDate, Utc};
use sadu_domain::lang::Lang;
use sadu_domain::tenant::local_day;

use crate::pages::format::clock;
use crate::pages::frame::Frame;

/// A month's short name.
#[derive(Clone, Copy, Debug)]
pub struct Month(&'static str, &'static str);

impl Month {
    /// In a language.
    #[must_use]
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ar => self.0,
            Lang::En => self.1,
        }
    }
}

/// January to December.
pub const MONTHS: [Month; 12] = [
    Month("يناير", "Jan"),
    Month("فبراير", "Feb"),
    Month("مارس", "Mar"),
    Month("أبريل", "Apr"),
    Month("مايو", "May"),
    Month("يونيو", "Jun"),
    Month("يوليو", "Jul"),
    Month("أغسطس", "Aug"),
    Month("سبتمبر", "Sep"),
    Month("أكتوبر", "Oct"),
    Month("نوفمبر", "Nov"),
    Month("ديسمبر", "Dec"),
];

/// `24 Nov`.
pub(super) fn short_day(frame: &Frame<'_>, day: NaiveDate) -> String {
    use chrono::Datelike;
    let month = usize::try_from(day.month0())
        .ok()
        .and_then(|index| MONTHS.get(index))
        .map_or("", |month| month.get(frame.lang));
    frame.number(format!("{} {month}", day.day()))
}

/// A time as a machine and a person read it.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// RFC 3339.
    pub iso: String,
    /// `14:02` today, else `24 Nov`.
    pub text: String,
    /// `24 Nov, 14:02`.
    pub full: String,
}

impl When {
    /// In the tenant's time zone.
    #[must_use]
    pub fn new(frame: &Frame<'_>, at: DateTime<Utc>) -> Self {
        let zone = &frame.tenant.timezone;
        let (day, time) = (local_day(at, zone), frame.number(clock(at, zone)));
        let short = short_day(frame, day);
        let comma = if frame.is_ar() { "،" } else { "," };
        Self {
            iso: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            full: format!("{short}{comma} {time}"),
            text: if day == local_day(Utc::now(), zone) {
                time
            } else {
                short
            },
        }
    }
}
