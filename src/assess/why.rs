//! Why something is due: the figures behind it, put into words only when somebody looks.
//!
//! A ward of thousands has ten dates each, and a screen shows twenty rows.
use std::fmt;

use chrono::NaiveDate;

use super::stamp::{days_between, shown};
use crate::ward::Text;

/// Why something is due. `to_string` says it, with the arithmetic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Seldom, and in words already.
    Words(Box<str>),
    /// A count after a sample, by the phase of its age.
    Sample {
        /// The day of the sample.
        sample: NaiveDate,
        /// Day 0 of the schedule.
        epoch: NaiveDate,
        /// The phase in words.
        phase: Text,
        /// Days between counts.
        days: i64,
        /// The day that this gives.
        due: NaiveDate,
    },
    /// So many days after what was recorded last.
    Last {
        /// When something was recorded last.
        last: NaiveDate,
        /// The rule in words.
        rule: Text,
        /// Days between.
        days: i64,
        /// The day that this gives.
        due: NaiveDate,
    },
    /// Nothing was ever recorded.
    Nothing {
        /// The first dose.
        since: NaiveDate,
    },
    /// The day after a higher dose.
    Raised {
        /// The first day of that dose.
        on: NaiveDate,
    },
    /// One of several fixed days.
    Slot {
        /// The rule in words.
        rule: Text,
        /// When something was recorded last.
        last: Option<NaiveDate>,
        /// Which of the days.
        slot: Slot,
        /// The day that this gives.
        due: NaiveDate,
    },
}

/// A fixed day of a treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// A day of the treatment.
    Day(i32),
    /// So many calendar months after a day.
    Month(u32, NaiveDate),
}

impl Why {
    /// What is in words already.
    pub(super) fn words(words: impl Into<Box<str>>) -> Self {
        Self::Words(words.into())
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Sample { sample, epoch, phase, days, due } => {
                let (age, sample, due) = (days_between(*epoch, *sample), shown(*sample), shown(*due));
                let epoch = shown(*epoch);
                write!(f, "last sample {sample}, day {age} from {epoch}: {phase}; {sample} + {days} d = {due}")
            }
            Self::Last { last, rule, days, due } => {
                let (last, due) = (shown(*last), shown(*due));
                write!(f, "last {last}; {rule}; {last} + {days} d = {due}")
            }
            Self::Nothing { since } => write!(f, "nothing recorded since the first dose on {}", shown(*since)),
            Self::Raised { on } => write!(f, "dose raised on {}: the day after", shown(*on)),
            Self::Slot { rule, last, slot, due } => {
                match last {
                    Some(last) => write!(f, "{rule}; last {}; ", shown(*last))?,
                    None => write!(f, "{rule}; nothing recorded yet; ")?,
                }
                match slot {
                    Slot::Day(day) => write!(f, "day {day}")?,
                    Slot::Month(month, from) => write!(f, "month {month} from {}", shown(*from))?,
                }
                write!(f, " = {}", shown(*due))
            }
        }
    }
}
