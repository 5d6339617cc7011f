//! The ward's calendar at one moment: which day and which instant a written time is.
//!
//! A zone's offset is looked up once for a week, not once for an entry: where it is the same at both ends of a week (and a
//! day beyond), it is the same in between. A test holds that no zone changes its clock twice in that time.
use std::cell::Cell;

use chrono::{Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike};
use chrono_tz::Tz;

use super::stamp::Stamp;
use crate::ward::{Moment, NoSuchTime, When};

const SECONDS_OF_A_DAY: i64 = 86_400;

/// Days of which one offset is remembered.
const WEEK: u32 = 7;

/// Weeks of a year, the last of a day or two.
const OF_A_YEAR: usize = 53;

/// Years that are remembered: that of the moment and four before it. Other times are looked up.
const YEARS: i32 = 5;
const REMEMBERED: usize = 5 * OF_A_YEAR;

/// What is known of a week.
#[derive(Debug, Clone, Copy)]
enum Week {
    NotAsked,
    /// One offset from UTC for all of it.
    Even(FixedOffset),
    /// The clock changes in it.
    Uneven,
}

/// Places written times on the ward's calendar. It remembers what it has looked up, so one serves a whole ward.
#[derive(Debug)]
pub(super) struct Calendar {
    /// The moment of looking.
    pub moment: Moment,
    /// The moment's day on the ward.
    pub today: NaiveDate,
    first_year: i32,
    weeks: [Cell<Week>; REMEMBERED],
}

impl Calendar {
    /// The calendar of a moment.
    pub fn new(moment: &Moment) -> Self {
        let today = moment.today();
        Self {
            moment: *moment,
            today,
            first_year: today.year() - YEARS + 1,
            weeks: [const { Cell::new(Week::NotAsked) }; REMEMBERED],
        }
    }

    /// The moment as a stamp.
    pub fn now(&self) -> Stamp {
        Stamp { date: self.today, instant: Some(self.moment.at) }
    }

    /// Places an `at` on the ward's calendar.
    ///
    /// # Errors
    /// [`NoSuchTime`] where the ward's clock skipped that time.
    pub fn stamp(&self, when: &When) -> Result<Stamp, NoSuchTime> {
        let zone = self.moment.zone;
        match when {
            When::Date(date) => Ok(Stamp { date: *date, instant: None }),
            When::Local(local) => {
                let instant = match self.offset(local.date()).and_then(|offset| local.checked_sub_offset(offset)) {
                    Some(utc) => Some(utc.and_utc()),
                    None => when.instant(zone)?,
                };
                Ok(Stamp { date: local.date(), instant })
            }
            When::Instant(at) => {
                let instant = at.to_utc();
                let utc = instant.naive_utc();
                let local = self.offset(utc.date()).and_then(|offset| local_date(utc, offset));
                Ok(Stamp { date: local.unwrap_or_else(|| when.date(zone)), instant: Some(instant) })
            }
        }
    }

    /// The offset on a day and on the days beside it, if it does not change near it.
    fn offset(&self, day: NaiveDate) -> Option<FixedOffset> {
        let of_year = day.ordinal0() / WEEK;
        let place = usize::try_from(day.year() - self.first_year).ok()? * OF_A_YEAR + of_year as usize;
        let week = self.weeks.get(place)?;
        if let Week::NotAsked = week.get() {
            let begins = NaiveDate::from_yo_opt(day.year(), of_year * WEEK + 1);
            week.set(begins.map_or(Week::Uneven, |begins| look_up(self.moment.zone, begins)));
        }
        match week.get() {
            Week::Even(offset) => Some(offset),
            Week::NotAsked | Week::Uneven => None,
        }
    }
}

/// The local date. Most times are on the same day there as in UTC, which takes no calendar to see.
fn local_date(utc: NaiveDateTime, offset: FixedOffset) -> Option<NaiveDate> {
    let second = i64::from(utc.num_seconds_from_midnight()) + i64::from(offset.local_minus_utc());
    if (0..SECONDS_OF_A_DAY).contains(&second) {
        return Some(utc.date());
    }
    utc.checked_add_offset(offset).map(|local| local.date())
}

/// The week that begins on a day, with a day before it and a day after it: a local day and the same day in UTC
/// overlap by no less.
fn look_up(zone: Tz, begins: NaiveDate) -> Week {
    let at = |day: Option<NaiveDate>| Some(zone.offset_from_utc_datetime(&day?.and_time(NaiveTime::MIN)).fix());
    let (before, after) =
        (begins.checked_sub_days(Days::new(1)), begins.checked_add_days(Days::new(u64::from(WEEK) + 1)));
    match (at(before), at(after)) {
        (Some(one), Some(other)) if one == other => Week::Even(one),
        _ => Week::Uneven,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};

    use super::*;

    fn calendar(zone: Tz) -> Calendar {
        Calendar::new(&Moment { at: DateTime::parse_from_rfc3339("2026-11-21T08:00:00Z").unwrap().to_utc(), zone })
    }

    /// What a calendar gives for a time, against looking it up.
    fn compare(calendar: &Calendar, when: &When) {
        let zone = calendar.moment.zone;
        let plain = when.instant(zone).map(|instant| Stamp { date: when.date(zone), instant });
        assert_eq!(calendar.stamp(when), plain, "{when} in {zone}");
    }

    #[test]
    fn a_remembered_offset_gives_what_looking_up_gives() {
        for zone in [Tz::Europe__London, Tz::UTC, Tz::Africa__Casablanca, Tz::Australia__Lord_Howe, Tz::Asia__Kathmandu]
        {
            let calendar = calendar(zone);
            let mut at = DateTime::parse_from_rfc3339("2022-10-01T00:00:00Z").unwrap();
            while at < DateTime::parse_from_rfc3339("2027-08-01T00:00:00Z").unwrap() {
                compare(&calendar, &When::Instant(at));
                compare(&calendar, &When::Local(at.naive_utc()));
                at += Duration::minutes(97);
            }
        }
    }

    #[test]
    fn no_zone_changes_its_clock_twice_within_a_week_and_two_days() {
        for zone in chrono_tz::TZ_VARIANTS {
            let mut day = NaiveDate::from_ymd_opt(2022, 1, 1).unwrap();
            let (mut offset, mut changed) = (None, None);
            while day < NaiveDate::from_ymd_opt(2033, 1, 1).unwrap() {
                let now = zone.offset_from_utc_datetime(&day.and_time(NaiveTime::MIN)).fix();
                if offset.is_some_and(|before| before != now) {
                    let apart = changed.map_or(i64::MAX, |last: NaiveDate| (day - last).num_days());
                    assert!(apart > i64::from(WEEK) + 4, "{zone}: twice within {apart} days up to {day}");
                    changed = Some(day);
                }
                offset = Some(now);
                day = day.checked_add_days(Days::new(2)).unwrap();
            }
        }
    }
}
