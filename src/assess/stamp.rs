//! A time placed on the ward's calendar, comparable even where only the day was written down.
use std::cmp::Ordering;
use std::fmt;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// When something happened: always a date, and the instant where it was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The date in the ward's zone.
    pub date: NaiveDate,
    /// The instant; `None` where only the day is known.
    pub instant: Option<DateTime<Utc>>,
}

impl Stamp {
    /// Certainly later. If one of two is date-only, neither is later on the same day.
    pub fn later_than(&self, other: &Self) -> bool {
        match (self.instant, other.instant) {
            (Some(a), Some(b)) => a > b,
            _ => self.date > other.date,
        }
    }

    /// A total order for folds: by date, a date alone before the times of its day.
    pub fn order(&self, other: &Self) -> Ordering {
        self.date.cmp(&other.date).then(self.instant.cmp(&other.instant))
    }

    /// The earliest instant that it can have been.
    pub fn earliest(&self, zone: Tz) -> DateTime<Utc> {
        self.instant.unwrap_or_else(|| midnight(self.date, zone))
    }

    /// The latest instant that it can have been: the end of the day, for a date alone.
    pub fn latest(&self, zone: Tz) -> DateTime<Utc> {
        self.instant.unwrap_or_else(|| midnight(add_days(self.date, 1), zone))
    }
}

/// The first instant of a day in a zone; where the clock skips midnight, the first that exists.
fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    (0..=24)
        .filter_map(|quarters| {
            zone.from_local_datetime(&(midnight + chrono::Duration::minutes(15 * quarters))).earliest()
        })
        .map(|at| at.to_utc())
        .next()
        .unwrap_or_else(|| midnight.and_utc())
}

/// A date some days later. Years beyond the calendar's end stay at the date: no rule reaches them.
pub(super) fn add_days(date: NaiveDate, days: i64) -> NaiveDate {
    let magnitude = Days::new(days.unsigned_abs());
    let moved = if days < 0 { date.checked_sub_days(magnitude) } else { date.checked_add_days(magnitude) };
    moved.unwrap_or(date)
}

/// Whole days from one date to a later one.
pub(super) fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// Months as they are written, January first.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date as the screen shows it: `21-Nov-2026`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown(NaiveDate);

/// A date as the screen shows it.
pub(super) fn shown(date: NaiveDate) -> Shown {
    Shown(date)
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS.get(self.0.month0() as usize).copied().unwrap_or_default();
        write!(f, "{:02}-{month}-{:04}", self.0.day(), self.0.year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ward::When;

    fn stamp(text: &str) -> Stamp {
        let (when, zone) = (When::parse(text).unwrap(), Tz::Europe__London);
        Stamp { date: when.date(zone), instant: when.instant(zone).unwrap() }
    }

    #[test]
    fn a_date_is_shown_as_everywhere() {
        for day in ["2026-11-21", "2024-02-29", "1999-01-01", "2100-12-31"] {
            let day: NaiveDate = day.parse().unwrap();
            assert_eq!(shown(day).to_string(), day.format("%d-%b-%Y").to_string());
        }
    }

    #[test]
    fn a_date_alone_is_neither_before_nor_after_a_time_of_its_day() {
        let (day, time) = (stamp("2026-03-02"), stamp("2026-03-02T20:00"));
        assert!(!day.later_than(&time) && !time.later_than(&day));
        assert!(stamp("2026-03-03").later_than(&time));
        assert_eq!(day.order(&time), Ordering::Less);
    }

    #[test]
    fn a_day_is_as_long_as_the_clock_says() {
        let spring = stamp("2026-03-29");
        let zone = Tz::Europe__London;
        assert_eq!((spring.latest(zone) - spring.earliest(zone)).num_hours(), 23);
        let skipped = Stamp { date: NaiveDate::from_ymd_opt(2018, 11, 4).unwrap(), instant: None };
        assert_eq!(skipped.earliest(Tz::America__Sao_Paulo).to_rfc3339(), "2018-11-04T03:00:00+00:00");
    }
}
