//! When something happened: a date, a local time, or a time with an offset; and the moment of looking.
use std::fmt;

use chrono::{
    DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

/// The `at` of an entry, at the precision at which it was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A date alone: it happened on that day, nobody wrote when.
    Date(NaiveDate),
    /// A time on the ward's clock, without an offset.
    Local(NaiveDateTime),
    /// An instant.
    Instant(DateTime<FixedOffset>),
}

/// Why some text is no [`When`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date (2026-11-21), a time (2026-11-21T08:10) or a time with an offset (2026-11-21T08:10+00:00)")]
pub struct WhenError;

/// A local time that the ward's clock skipped when it was put forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time that did not exist: the clock was put forward over it")]
pub struct NoSuchTime;

impl When {
    /// Reads an `at`. Seconds may be left out; nothing else may.
    ///
    /// # Errors
    /// [`WhenError`] for anything but the three shapes, or a day or time that no calendar has.
    pub fn parse(text: &str) -> Result<Self, WhenError> {
        Self::read(text.as_bytes()).ok_or(WhenError)
    }

    fn read(text: &[u8]) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let date = read_date(date)?;
        let Some((b'T', rest)) = rest.split_first() else {
            return rest.is_empty().then_some(Self::Date(date));
        };
        let (time, offset) = read_clock(rest)?;
        let local = date.and_time(time);
        if offset.is_empty() {
            return Some(Self::Local(local));
        }
        let offset = read_offset(offset)?;
        let utc = local.checked_sub_offset(offset)?;
        Some(Self::Instant(DateTime::from_naive_utc_and_offset(utc, offset)))
    }

    /// The calendar date in the ward's zone.
    pub fn date(&self, zone: Tz) -> NaiveDate {
        match self {
            Self::Date(date) => *date,
            Self::Local(local) => local.date(),
            Self::Instant(at) => at.with_timezone(&zone).date_naive(),
        }
    }

    /// The instant, or `None` for a date alone. A local time that occurs twice is the earlier one.
    ///
    /// # Errors
    /// [`NoSuchTime`] where the ward's clock skipped that time.
    pub fn instant(&self, zone: Tz) -> Result<Option<DateTime<Utc>>, NoSuchTime> {
        match self {
            Self::Date(_) => Ok(None),
            Self::Local(local) => match zone.from_local_datetime(local) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(Some(at.to_utc())),
                LocalResult::None => Err(NoSuchTime),
            },
            Self::Instant(at) => Ok(Some(at.to_utc())),
        }
    }

    /// Whether only the day was written down.
    pub fn is_date_only(&self) -> bool {
        matches!(self, Self::Date(_))
    }
}

impl fmt::Display for When {
    /// As it is written in the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Local(local) => write!(f, "{}", local.format("%Y-%m-%dT%H:%M:%S")),
            Self::Instant(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::Secs, false)),
        }
    }
}

/// How long after one thing another happened, as people say it.
///
/// ```
/// use chrono::TimeDelta;
/// use wardround::ward::Apart;
///
/// assert_eq!(Apart::new(1, Some(TimeDelta::minutes(450))).to_string(), "7 h");
/// assert_eq!(Apart::new(1, None).to_string(), "1 day");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// Less than a day: whole hours.
    Hours(i64),
    /// Days of the calendar.
    Days(i64),
}

impl Apart {
    /// From the days of the calendar between them, and the time between them where both times are known. Overnight is
    /// no day.
    pub fn new(days: i64, elapsed: Option<TimeDelta>) -> Self {
        match elapsed {
            Some(elapsed) if elapsed >= TimeDelta::zero() && elapsed < TimeDelta::hours(24) => {
                Self::Hours(elapsed.num_hours())
            }
            _ => Self::Days(days),
        }
    }
}

impl fmt::Display for Apart {
    /// `7 h`, `1 day`, `12 days`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(0) => f.write_str("less than 1 h"),
            Self::Hours(hours) => write!(f, "{hours} h"),
            Self::Days(0) => f.write_str("less than 1 day"),
            Self::Days(1) => f.write_str("1 day"),
            Self::Days(days) => write!(f, "{days} days"),
        }
    }
}

/// The number that the two digits at a place make; `None` if there is anything else.
#[inline]
fn two(text: &[u8], at: usize) -> Option<u32> {
    match text.get(at..at + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0')),
        _ => None,
    }
}

/// Exactly `YYYY-MM-DD`: chrono's own parser is more forgiving than a ward file may be.
fn read_date(text: &[u8]) -> Option<NaiveDate> {
    let [_, _, _, _, b'-', _, _, b'-', _, _] = text else { return None };
    let year = i32::try_from(two(text, 0)? * 100 + two(text, 2)?).ok()?;
    NaiveDate::from_ymd_opt(year, two(text, 5)?, two(text, 8)?).filter(|date| *date >= EARLIEST)
}

/// Clozapine was first made in 1958; any older date in a ward file but a birth is a slip, and year 0 breaks calendars.
const EARLIEST: NaiveDate = match NaiveDate::from_ymd_opt(1850, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

/// `HH:MM` or `HH:MM:SS`, which may have a fraction; and what follows it.
fn read_clock(text: &[u8]) -> Option<(NaiveTime, &[u8])> {
    let [_, _, b':', _, _, rest @ ..] = text else { return None };
    let (second, rest) = match rest {
        [b':', _, _, rest @ ..] => (two(text, 6)?, without_fraction(rest)?),
        [b':', ..] => return None,
        rest => (0, rest),
    };
    Some((NaiveTime::from_hms_opt(two(text, 0)?, two(text, 3)?, second)?, rest))
}

/// What follows a fraction of a second, if there is one. Nothing on a ward is decided by it.
fn without_fraction(text: &[u8]) -> Option<&[u8]> {
    let Some((b'.', rest)) = text.split_first() else { return Some(text) };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    rest.get(digits..).filter(|_| digits > 0)
}

/// `Z` or `+HH:MM`.
fn read_offset(text: &[u8]) -> Option<FixedOffset> {
    let [sign @ (b'+' | b'-'), _, _, b':', _, _] = text else {
        return (text == b"Z").then(|| FixedOffset::east_opt(0)).flatten();
    };
    let (hours, minutes) = (two(text, 1)?, two(text, 4)?);
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|_| hours < 24 && minutes < 60)?;
    FixedOffset::east_opt(if *sign == b'-' { -seconds } else { seconds })
}

/// The moment at which a ward is looked at, on the ward's clock. Everything that depends on "now" takes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The ward's zone: all calendar dates are in it.
    pub zone: Tz,
}

impl Moment {
    /// The calendar date on the ward.
    pub fn today(&self) -> NaiveDate {
        self.local().date()
    }

    /// The ward's clock.
    pub fn local(&self) -> NaiveDateTime {
        self.at.with_timezone(&self.zone).naive_local()
    }

    /// The instant with the ward's offset, as the program writes an `at`.
    pub fn offset(&self) -> DateTime<FixedOffset> {
        self.at.with_timezone(&self.zone).fixed_offset()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_shapes_and_nothing_else() {
        assert_eq!(When::parse("2024-02-29").map(|w| w.to_string()), Ok("2024-02-29".to_owned()));
        assert!(matches!(When::parse("2026-11-21T08:10"), Ok(When::Local(_))));
        assert!(matches!(When::parse("2026-11-21T08:10:05Z"), Ok(When::Instant(_))));
        assert!(matches!(When::parse("2026-11-21T08:10:05.250+05:30"), Ok(When::Instant(_))));
        for bad in [
            "2026-02-29",
            "05/04/26",
            "2026-11-21 08:10",
            "2026-11-21T8:10",
            "2026-11-21T24:00",
            "2026-11-21T08:10+0100",
            "0000-01-01",
            "2026-11-21T",
            "2026-11-21T08:10:",
            "tomorrow",
            "２026-11-21",
            "2026-11-21T08:10:05.",
            "2026-11-21T08:10:05.Z",
            "2026-11-21T08:10+24:00",
            "2026-11-21T08:10+01:60",
            "2026-11-21T08:10z",
            "2026-11-21T08:10Z ",
            "2026-11-21T08:1005",
            "2026-11-211",
            "-026-11-21",
            "",
        ] {
            assert_eq!(When::parse(bad), Err(WhenError), "{bad}");
        }
    }

    #[test]
    fn hours_within_a_day_and_days_of_the_calendar_beyond() {
        let said = |days, minutes: Option<i64>| Apart::new(days, minutes.map(TimeDelta::minutes)).to_string();
        assert_eq!(said(1, Some(7 * 60 + 32)), "7 h");
        assert_eq!(said(0, Some(59)), "less than 1 h");
        assert_eq!(said(1, Some(24 * 60 - 1)), "23 h");
        assert_eq!(said(1, Some(24 * 60)), "1 day");
        assert_eq!(said(2, Some(26 * 60)), "2 days");
        // Where nobody wrote a time.
        assert_eq!(said(0, None), "less than 1 day");
        assert_eq!(said(28, None), "28 days");
        assert_eq!(said(0, Some(-5)), "less than 1 day");
    }

    #[test]
    fn the_clock_change() {
        let zone = chrono_tz::Europe::London;
        let skipped = When::parse("2026-03-29T01:30").unwrap();
        assert_eq!(skipped.instant(zone), Err(NoSuchTime));
        let twice = When::parse("2026-10-25T01:30").unwrap();
        assert_eq!(twice.instant(zone).unwrap().unwrap().to_rfc3339(), "2026-10-25T00:30:00+00:00");
        let late = When::parse("2026-06-30T23:30:00Z").unwrap();
        assert_eq!(late.date(zone).to_string(), "2026-07-01");
    }
}
