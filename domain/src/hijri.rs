//! The Hijri calendar as it is written in Kuwait: Umm al-Qura, moved by the tenant's offset where the moon was sighted a day apart
//! (domain.md 13). Called by the pages; the tables are those of `icu_calendar`.

use crate::lang::Lang;
use chrono::{Datelike, Days, NaiveDate};
use icu_calendar::Date;
use icu_calendar::cal::Hijri;
use std::fmt;

/// Months in Arabic and in English.
const MONTHS: [(&str, &str); 12] = [
    ("محرم", "Muharram"),
    ("صفر", "Safar"),
    ("ربيع الأول", "Rabi al-Awwal"),
    ("ربيع الآخر", "Rabi al-Akhir"),
    ("جمادى الأولى", "Jumada al-Ula"),
    ("جمادى الآخرة", "Jumada al-Akhirah"),
    ("رجب", "Rajab"),
    ("شعبان", "Shaban"),
    ("رمضان", "Ramadan"),
    ("شوال", "Shawwal"),
    ("ذو القعدة", "Dhu al-Qadah"),
    ("ذو الحجة", "Dhu al-Hijjah"),
];

/// A day of the Hijri calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HijriDay {
    /// From 1 AH on.
    pub year: i32,
    /// 1 (Muharram) to 12.
    pub month: u8,
    /// 1 to 30.
    pub day: u8,
}

impl HijriDay {
    /// The day that `day` is, `offset` days on. `None` beyond the calendars' ends.
    #[must_use]
    pub fn of(day: NaiveDate, offset: i8) -> Option<Self> {
        let by = Days::new(u64::from(offset.unsigned_abs()));
        let moved = if offset < 0 {
            day.checked_sub_days(by)
        } else {
            day.checked_add_days(by)
        }?;
        let month = u8::try_from(moved.month()).ok()?;
        let of_month = u8::try_from(moved.day()).ok()?;
        let date = Date::try_new_iso(moved.year(), month, of_month)
            .ok()?
            .to_calendar(Hijri::new_umm_al_qura());
        Some(Self {
            year: date.year().extended_year(),
            month: date.month().ordinal,
            day: date.day_of_month().0,
        })
    }

    /// `1 Ramadan 1447 AH`, `1 رمضان 1447 هـ`, in Latin digits.
    #[must_use]
    pub fn written(self, lang: Lang) -> String {
        let (ar, en) = usize::from(self.month)
            .checked_sub(1)
            .and_then(|index| MONTHS.get(index))
            .copied()
            .unwrap_or_default();
        match lang {
            Lang::Ar => format!("{} {ar} {} هـ", self.day, self.year),
            Lang::En => format!("{} {en} {} AH", self.day, self.year),
        }
    }
}

impl fmt::Display for HijriDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn hijri(day: &str, offset: i8) -> String {
        HijriDay::of(day.parse().unwrap(), offset)
            .unwrap()
            .to_string()
    }

    #[test]
    fn the_days_of_ramadan_that_were_announced() {
        assert_eq!(hijri("2026-02-18", 0), "1447-09-01");
        assert_eq!(hijri("2027-02-08", 0), "1448-09-01");
        assert_eq!(hijri("2026-02-17", 0), "1447-08-29");
    }

    #[test]
    fn a_moon_sighted_a_day_apart_moves_the_calendar() {
        assert_eq!(hijri("2026-02-17", 1), "1447-09-01");
        assert_eq!(hijri("2026-02-19", -1), "1447-09-01");
    }

    #[test]
    fn days_name_their_month() {
        let day = HijriDay::of("2026-02-18".parse().unwrap(), 0).unwrap();
        assert_eq!(day.written(Lang::En), "1 Ramadan 1447 AH");
        assert_eq!(day.written(Lang::Ar), "1 رمضان 1447 هـ");
    }

    proptest! {
        #[test]
        fn days_follow_one_another(n in 0_u64..60_000) {
            let first = NaiveDate::from_ymd_opt(1940, 1, 1).unwrap();
            let day = first.checked_add_days(Days::new(n)).unwrap();
            let (today, tomorrow) = (HijriDay::of(day, 0).unwrap(), HijriDay::of(day, 1).unwrap());
            prop_assert!((1..=30).contains(&today.day) && (1..=12).contains(&today.month));
            prop_assert!(tomorrow.day == today.day + 1 || (tomorrow.day == 1 && today.day >= 29));
            prop_assert_eq!(HijriDay::of(day.succ_opt().unwrap(), 0), Some(tomorrow));
        }
    }
}
