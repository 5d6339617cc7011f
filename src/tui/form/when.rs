//! Reading a date or a time as people type it, and refusing what could be read in two ways.
//!
//! `today` or `t`, `yesterday 0810` or `y 0810`, `-2d`, `-2h`, `08:10`, `20-Nov`, `20-Nov-2026 0810`, `mon 0810`, `2026-11-20T08:10`. A date
//! with slashes is refused: nobody can tell its day from its month. So is a weekday that could be today, or one to come.
use chrono::{Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Weekday};

use crate::ward::{Moment, When};
use crate::words;

/// What a date field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WhenRule {
    /// Whether a time belongs to it.
    pub precision: Precision,
    /// Whether it may lie in the future: a planned dose may, a sample may not.
    pub future: bool,
    /// Whether the year must be typed: a date of birth is never the most recent such day.
    pub full_date: bool,
    /// What an empty field means.
    pub empty: Empty,
}

/// How exactly a time is to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    /// A day.
    Day,
    /// A day and a time: what is counted in hours.
    Time,
    /// A day, and a time if it is known.
    DayOrTime,
}

/// What an empty date field means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// Now.
    Now,
    /// Today.
    Today,
    /// When blood was taken whose result is awaited.
    Awaited(When),
    /// Nothing: it is left out, or has to be typed.
    Nothing,
}

impl WhenRule {
    /// When it was, or now: a sample, a checklist. Never in the future.
    pub(super) const HAPPENED: Self =
        Self { precision: Precision::DayOrTime, future: false, full_date: false, empty: Empty::Now };
    /// A time that has to be typed, because hours are counted from it.
    pub(super) const HOUR: Self =
        Self { precision: Precision::Time, future: false, full_date: false, empty: Empty::Nothing };
    /// The day from which something holds; it may be planned.
    pub(super) const FROM: Self =
        Self { precision: Precision::Day, future: true, full_date: false, empty: Empty::Today };
    /// A date of birth.
    pub(super) const BORN: Self =
        Self { precision: Precision::Day, future: false, full_date: true, empty: Empty::Nothing };
    /// A past day, or none.
    pub(super) const PAST_DAY: Self =
        Self { precision: Precision::Day, future: false, full_date: false, empty: Empty::Nothing };

    /// What the field holds if nothing is typed.
    pub(super) fn default(self, moment: &Moment) -> Option<When> {
        match self.empty {
            Empty::Now => Some(When::Instant(to_the_minute(moment))),
            Empty::Today => Some(When::Date(moment.today())),
            Empty::Awaited(at) => Some(at),
            Empty::Nothing => None,
        }
    }

    /// What may be typed, for a field that means nothing while it is empty.
    pub(super) fn examples(self) -> &'static str {
        match self.precision {
            _ if self.full_date => "such as 12-Apr-1988",
            Precision::Day => "such as today, yesterday, 20-Nov",
            Precision::Time => "such as 0810, yesterday 2100, 20-Nov 0810, now",
            Precision::DayOrTime => "such as today, yesterday 2100, 20-Nov-2026",
        }
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// The reason, in words for beside the field.
    pub(super) fn read(self, typed: &str, moment: &Moment) -> Result<When, String> {
        let (day, time) = self.parts(typed, moment)?;
        let at = match (self.precision, time) {
            (Precision::Day, Some(_)) => return refuse("a day only, without a time"),
            (Precision::Time, None) => return refuse("the time too, such as 20-Nov 0810: hours are counted from it"),
            (_, None) => When::Date(day),
            (_, Some(Clock::At(time))) => on_the_wards_clock(day.and_time(time), moment)?,
            (_, Some(Clock::Exact(at))) => at,
        };
        if self.future || !is_future(&at, moment) { Ok(at) } else { refuse(in_the_future(&at, typed)) }
    }

    /// Day and time of what was typed. A time alone is today's.
    fn parts(self, typed: &str, moment: &Moment) -> Result<(NaiveDate, Option<Clock>), String> {
        let text = typed.trim().to_lowercase();
        if text.contains(['/', '\\']) || is_dotted(&text) {
            return refuse("day and month cannot be told apart: type the month as letters, 5-Apr-2026");
        }
        if let Some((date, _)) = text.split_once('t').filter(|(date, _)| iso(date).is_some()) {
            return iso_time(&typed.trim().to_uppercase(), date, moment);
        }
        let mut words = text.split_whitespace();
        let (first, second) = (words.next().unwrap_or_default(), words.next());
        if words.next().is_some() {
            return refuse(HOW);
        }
        if let (Some(time), None) = (before_now(first, moment), second) {
            return Ok((time.date(moment.zone), Some(Clock::Exact(time))));
        }
        match second {
            Some(time) => Ok((self.day(first, moment)?, Some(Clock::At(clock_or_why(time)?)))),
            None if looks_like_a_clock(first) => Ok((moment.today(), Some(Clock::At(clock_or_why(first)?)))),
            None => Ok((self.day(first, moment)?, None)),
        }
    }

    fn day(self, word: &str, moment: &Moment) -> Result<NaiveDate, String> {
        let today = moment.today();
        if self.full_date && (relative(word).is_some() || weekday(word).is_some()) {
            return refuse("the whole date, such as 12-Apr-1988");
        }
        if let Some(days) = relative(word) {
            return TimeDelta::try_days(days).and_then(|days| today.checked_add_signed(days)).ok_or_else(|| HOW.into());
        }
        if let Some(weekday) = weekday(word) {
            return self.last(weekday, today);
        }
        if let Some(date) = iso(word) {
            return in_range(date);
        }
        let mut fields = word.split('-');
        let (number, month, year) = (fields.next().unwrap_or_default(), fields.next(), fields.next());
        let (Some(number), Some(month), None) = (small(number), month.and_then(month_of), fields.next()) else {
            return refuse(HOW);
        };
        match year {
            None if self.full_date => refuse("the year too, such as 12-Apr-1988"),
            None => most_recent(number, month, today),
            Some(year) => {
                let year = four_digits(year).ok_or("the year in four digits, such as 20-Nov-2026")?;
                NaiveDate::from_ymd_opt(year, month, number).ok_or_else(|| NO_SUCH_DAY.into()).and_then(in_range)
            }
        }
    }

    /// The last such weekday before today, where it can only be that one.
    fn last(self, weekday: Weekday, today: NaiveDate) -> Result<NaiveDate, String> {
        if today.weekday() == weekday {
            return refuse(format!("today is a {weekday}: type today, or -7d"));
        }
        let back = i64::from(today.weekday().days_since(weekday));
        let past = today.checked_sub_signed(TimeDelta::days(back)).ok_or(NO_SUCH_DAY)?;
        if self.future {
            return refuse(format!("which {weekday}? type the date, such as {}", words::date(past)));
        }
        Ok(past)
    }
}

/// Reads a past day or time as people type it: `yesterday 0810`, `-8h`, `20-Nov`.
///
/// # Errors
/// Why it is none, in words.
pub fn past(typed: &str, moment: &Moment) -> Result<When, String> {
    WhenRule::HAPPENED.read(typed, moment)
}

/// Whether a word of a typed line is one of a date or a time, rightly or wrongly written.
pub(super) fn is_of_a_time(word: &str) -> bool {
    let word = word.to_lowercase();
    let dated = || {
        let mut parts = word.split('-');
        parts.next().is_some_and(|day| small(day).is_some()) && parts.next().is_some_and(|m| month_of(m).is_some())
    };
    let clock = looks_like_a_clock(&word) && (word.contains(':') || word.len() == 4);
    let iso_like = word.split('t').next().is_some_and(|date| iso(date).is_some());
    let span = |letter| span(&word, letter).is_some();
    word == "now"
        || relative(&word).is_some()
        || span('h')
        || weekday(&word).is_some()
        || clock
        || iso_like
        || dated()
        || word.matches('/').count() == 2
}

/// Whether a word is a time of day, which may stand after a day.
pub(super) fn is_a_clock(word: &str) -> bool {
    looks_like_a_clock(word) && (word.contains(':') || word.len() == 4)
}

/// `now`, and so many hours before it.
fn before_now(word: &str, moment: &Moment) -> Option<When> {
    let hours = if word == "now" { 0 } else { span(word, 'h')? };
    let back = TimeDelta::try_hours(hours)?;
    to_the_minute(moment).checked_add_signed(back).map(When::Instant)
}

/// A signed count before a letter: `-2h`, `+3d`.
fn span(word: &str, letter: char) -> Option<i64> {
    let (sign, rest) = word.strip_prefix('-').map(|r| (-1, r)).or(word.strip_prefix('+').map(|r| (1, r)))?;
    let count = rest.strip_suffix(letter).filter(|d| d.len() <= 4 && d.bytes().all(|b| b.is_ascii_digit()))?;
    count.parse::<i64>().ok().map(|count| sign * count)
}

/// `mon`, `monday`, and no other letters.
fn weekday(word: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| word == *name || word == &name[..3]).map(|(_, day)| *day)
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// A time of day, or an instant that was typed with its offset.
enum Clock {
    At(NaiveTime),
    Exact(When),
}

fn refuse<T>(why: impl Into<String>) -> Result<T, String> {
    Err(why.into())
}

/// Now, without its seconds, so that what is shown is what is written.
fn to_the_minute(moment: &Moment) -> chrono::DateTime<chrono::FixedOffset> {
    let now = moment.offset();
    now - TimeDelta::seconds(now.timestamp().rem_euclid(60))
        - TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()))
}

fn is_future(at: &When, moment: &Moment) -> bool {
    match at.instant(moment.zone) {
        Ok(Some(instant)) => instant > moment.at,
        _ => at.date(moment.zone) > moment.today(),
    }
}

fn in_the_future(at: &When, typed: &str) -> String {
    let bare_time = !at.is_date_only() && clock(typed.trim()).is_some();
    if bare_time {
        format!("that is in the future: if it was yesterday, type yesterday {}", typed.trim())
    } else {
        "that is in the future".to_owned()
    }
}

/// What may be typed, said when nothing of it was recognised.
const HOW: &str = "not a date: type today, yesterday 0810, -2d, -2h, 20-Nov, 20-Nov-2026 0810";

fn is_dotted(text: &str) -> bool {
    text.contains('.') && text.starts_with(|c: char| c.is_ascii_digit())
}

/// `2026-11-20T08:10`, with or without an offset.
fn iso_time(text: &str, date: &str, moment: &Moment) -> Result<(NaiveDate, Option<Clock>), String> {
    let day = iso(date).ok_or(HOW)?;
    match When::parse(text) {
        Ok(When::Local(at)) => Ok((day, Some(Clock::At(at.time())))),
        Ok(at @ When::Instant(_)) => Ok((at.date(moment.zone), Some(Clock::Exact(at)))),
        _ => refuse("not a time that a clock shows: 2026-11-20T08:10"),
    }
}

const NO_SUCH_DAY: &str = "no calendar has that day";

/// Earlier than any entry and any birth, a date is a slip; so is one decades ahead.
fn in_range(date: NaiveDate) -> Result<NaiveDate, String> {
    if (1850..=2200).contains(&date.year()) { Ok(date) } else { refuse("a year that cannot be meant") }
}

/// Days from today: `today`, `yesterday`, `tomorrow`, `-2d`, `+3d`.
fn relative(word: &str) -> Option<i64> {
    match word {
        "today" | "t" => Some(0),
        "yesterday" | "y" => Some(-1),
        "tomorrow" => Some(1),
        _ => span(word, 'd'),
    }
}

fn iso(text: &str) -> Option<NaiveDate> {
    match When::parse(text) {
        Ok(When::Date(date)) => Some(date),
        _ => None,
    }
}

/// The most recent such day that is not in the future.
fn most_recent(day: u32, month: u32, today: NaiveDate) -> Result<NaiveDate, String> {
    // Nine years back there has been a 29 February, whatever the century.
    (0..9)
        .filter_map(|back| NaiveDate::from_ymd_opt(today.year() - back, month, day))
        .find(|date| *date <= today)
        .ok_or_else(|| NO_SUCH_DAY.into())
}

fn small(text: &str) -> Option<u32> {
    ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn four_digits(text: &str) -> Option<i32> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn month_of(word: &str) -> Option<u32> {
    let at = words::MONTHS.iter().position(|month| month.eq_ignore_ascii_case(word))?;
    u32::try_from(at + 1).ok()
}

fn looks_like_a_clock(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || c == ':')
}

fn clock_or_why(word: &str) -> Result<NaiveTime, String> {
    clock(word).ok_or_else(|| "not a time: four digits of 24 hours, such as 0810".to_owned())
}

/// `0810` or `08:10`, nothing shorter: `810` could be two things.
fn clock(word: &str) -> Option<NaiveTime> {
    let digits = match word.split_once(':') {
        Some((hour, minute)) if hour.len() == 2 && minute.len() == 2 => format!("{hour}{minute}"),
        Some(_) => return None,
        None => word.to_owned(),
    };
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hour, minute) = digits.split_at(2);
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

/// A local time with the ward's offset, as entries are written; the earlier one if the clock showed it twice.
fn on_the_wards_clock(local: NaiveDateTime, moment: &Moment) -> Result<When, String> {
    match moment.zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(When::Instant(at.fixed_offset())),
        LocalResult::None => refuse("that time did not exist: the clock was put forward over it"),
    }
}
