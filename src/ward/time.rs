//! When something happened: a date, a local time, or a time with an offset; and the moment of looking.
use std::fmt;

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
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
        let Some((date, time)) = text.split_once('T') else {
            return parse_date(text).map(Self::Date).ok_or(WhenError);
        };
        let date = parse_date(date).ok_or(WhenError)?;
        let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
        let (clock, offset) = time.split_at(zone_at);
        let local = date.and_time(parse_clock(clock).ok_or(WhenError)?);
        if offset.is_empty() {
            return Ok(Self::Local(local));
        }
        let offset = parse_offset(offset).ok_or(WhenError)?;
        match local.and_local_timezone(offset) {
            LocalResult::Single(at) => Ok(Self::Instant(at)),
            _ => Err(WhenError),
        }
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

/// Exactly `YYYY-MM-DD`: chrono's own parser is more forgiving than a ward file may be.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return None;
    }
    NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
        .filter(|date| *date >= EARLIEST)
}

/// Clozapine was first made in 1958; any older date in a ward file but a birth is a slip, and year 0 breaks calendars.
const EARLIEST: NaiveDate = match NaiveDate::from_ymd_opt(1850, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

/// `HH:MM` or `HH:MM:SS` with an optional fraction.
fn parse_clock(text: &str) -> Option<chrono::NaiveTime> {
    let digits = |s: &str| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || !digits(hour) || !digits(minute) {
        return None;
    }
    let second = match second {
        None => 0,
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            if !digits(whole) || fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            whole.parse().ok()?
        }
    };
    chrono::NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, second)
}

/// `Z` or `+HH:MM`.
fn parse_offset(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let (sign, rest) = text.split_at(1);
    let clock = parse_clock(rest).filter(|_| rest.len() == 5)?;
    let seconds = i32::try_from(chrono::Timelike::num_seconds_from_midnight(&clock)).ok()?;
    FixedOffset::east_opt(if sign == "-" { -seconds } else { seconds })
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
        ] {
            assert_eq!(When::parse(bad), Err(WhenError), "{bad}");
        }
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
