//! The times of the demo's script: relative to the moment at which the ward is made.
use chrono::{Days, Months, NaiveDate, NaiveTime, TimeDelta};

/// A time relative to the moment at which the ward is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ago {
    /// So many days after today (negative: before), at a time of day or on the day as such.
    Day {
        /// How many.
        days: i64,
        /// Of an event without one, nobody wrote down when on that day.
        clock: Option<NaiveTime>,
    },
    /// So long before the moment.
    Before(TimeDelta),
}

impl Ago {
    /// Reads `-3d`, `+2d 21:00`, `-51h`, `-25min`. Anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(hours) = text.strip_prefix('-').and_then(|t| t.strip_suffix('h')) {
            return hours.parse().ok().and_then(TimeDelta::try_hours).map(Self::Before);
        }
        if let Some(minutes) = text.strip_prefix('-').and_then(|t| t.strip_suffix("min")) {
            return minutes.parse().ok().and_then(TimeDelta::try_minutes).map(Self::Before);
        }
        let (days, clock) = split_clock(text)?;
        days.strip_suffix('d')?.parse().ok().map(|days| Self::Day { days, clock })
    }

    /// Reads a time that goes by the course of treatment: `D8 07:10` its eighth day, `M3 07:15` three calendar months
    /// after its first.
    pub fn of_course(text: &str, start: NaiveDate, today: NaiveDate) -> Option<Self> {
        let (number, clock) = split_clock(text.get(1..)?)?;
        let at = match text.get(..1)? {
            "D" => day(start, number.parse::<i64>().ok()? - 1),
            "M" => start.checked_add_months(Months::new(number.parse().ok()?))?,
            _ => return None,
        };
        Some(Self::Day { days: (at - today).num_days(), clock })
    }
}

/// What stands before a time of day, and the time if there is one: `-3d 08:10`, `-3d`.
fn split_clock(text: &str) -> Option<(&str, Option<NaiveTime>)> {
    match text.split_once(' ') {
        Some((day, clock)) => Some((day, Some(NaiveTime::parse_from_str(clock, "%H:%M").ok()?))),
        None => Some((text, None)),
    }
}

/// So many days after a day (negative: before).
pub fn day(from: NaiveDate, days: i64) -> NaiveDate {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 { from.checked_sub_days(distance) } else { from.checked_add_days(distance) }.unwrap_or(from)
}
