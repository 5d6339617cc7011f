//! What the forms say: how long ago a time was, why nothing is saved.
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::safe::Safe;
use crate::ward::{Moment, When};
use crate::words;

/// Hours up to which a span is said in hours: what is counted from a last dose is counted in them.
const HOURS_SAID: i64 = 120;

/// Why a form saves nothing more.
pub(super) const SEALED: &str = "Nothing more can be saved now: the last save was not confirmed.";

/// Why a read-back is taken back when other initials are given than those of whoever read it.
pub(super) const SOMEBODY_ELSE: &str = "Somebody else types now: read it back again before you save.";

/// Text from a file or a keyboard, safe to show.
pub(super) fn safe(text: &str) -> String {
    Safe::new(text).to_string()
}

/// The same for text of several lines, each of them safe.
pub(super) fn safe_lines(text: &str) -> String {
    text.split('\n').map(safe).collect::<Vec<_>>().join("\n")
}

/// A time with what it is from now: `= today, Sat 21-Nov-2026 08:05, 22 min ago`.
pub(super) fn in_words(at: &When, moment: &Moment) -> String {
    let day = at.date(moment.zone);
    let near = match (moment.today() - day).num_days() {
        0 => "today, ",
        1 => "yesterday, ",
        -1 => "tomorrow, ",
        _ => "",
    };
    let stamp = format!("{} {}", day.format("%a"), words::when(at, moment.zone));
    match at.instant(moment.zone) {
        Ok(Some(instant)) => format!("= {near}{stamp}, {}", ago(instant, moment.at)),
        _ if near.is_empty() => format!("= {stamp}, {}", days_from(day, moment.today())),
        _ => format!("= {near}{stamp}"),
    }
}

fn days_from(day: NaiveDate, today: NaiveDate) -> String {
    let days = (today - day).num_days();
    if days >= 0 { format!("{days} days ago") } else { format!("in {} days", -days) }
}

/// `22 min ago`, `51 h ago`, `12 days ago`.
fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let passed = now - at;
    if passed < TimeDelta::zero() {
        return format!("in {}", span(-passed));
    }
    if passed < TimeDelta::minutes(1) { "now".to_owned() } else { format!("{} ago", span(passed)) }
}

/// A span in one unit, rounded down: `22 min`, `51 h`, `12 days`. Hours are whole hours passed, never rounded up.
fn span(span: TimeDelta) -> String {
    if span.num_minutes() < 60 {
        format!("{} min", span.num_minutes())
    } else if span.num_hours() < HOURS_SAID {
        format!("{} h", span.num_hours())
    } else {
        format!("{} days", span.num_days())
    }
}
