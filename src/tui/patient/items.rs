//! What stands in the sections of a patient's view, newest first; and which entries were voided.
use std::cmp::Reverse;

use chrono::NaiveDateTime;

use crate::assess::{Assessment, BloodCount, DueStatus, Severity, Task};
use crate::ward::{Entry, EntryId, Kind, Patient, When};
use chrono_tz::Tz;

/// The sections, from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// What is flagged, and what cannot be assessed.
    Flags,
    /// Blood counts with their bands.
    Counts,
    /// The dose in force and what is due.
    Now,
    /// Courses, doses and breaks.
    Doses,
    /// Checklists, vital signs and other measurements.
    Checks,
    /// Every entry.
    History,
}

impl Section {
    /// All of them, from the top.
    pub const ALL: [Self; 6] = [Self::Flags, Self::Counts, Self::Now, Self::Doses, Self::Checks, Self::History];

    /// Its place from the top, from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Lines that it has even if another section is focused. The history says again what the sections above say.
    /// Beside a chart on a screen of usual height there is less for all others.
    pub fn least(self, beside_chart: bool) -> usize {
        match self {
            Self::Flags | Self::Counts if beside_chart => 1,
            _ if beside_chart => 0,
            Self::Flags => 4,
            Self::Counts | Self::Now => 3,
            Self::Doses | Self::Checks => 1,
            Self::History => 0,
        }
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Flags => "Flags",
            Self::Counts => "Blood counts",
            Self::Now => "Now and due",
            Self::Doses => "Doses and breaks",
            Self::Checks => "Checks and other results",
            Self::History => "History, every entry",
        }
    }
}

/// One row of a section; indices are those of the assessment, or of the patient's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A flag.
    Flag(usize),
    /// Something that no rule can read.
    Cannot(usize),
    /// A blood count.
    Count(usize),
    /// The dose in force.
    Dose,
    /// The newest clozapine level.
    Level,
    /// What is due.
    Due(usize),
    /// An entry.
    Entry(usize),
}

/// An item's name, which stays the same when anything is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKey {
    /// A flag by its key.
    Flag(String),
    /// What cannot be assessed, by its code and the entry.
    Cannot(&'static str, Option<EntryId>),
    /// A count, by its ANC, or by its WBC where there is no ANC.
    Count(EntryId),
    /// An entry.
    Entry(EntryId),
    /// The dose in force.
    Dose,
    /// The newest clozapine level.
    Level,
    /// What is due.
    Due(Task),
}

impl Item {
    /// The name of the item.
    pub fn key(self, patient: &Patient, assessment: Option<&Assessment>, counts: &[BloodCount]) -> Option<ItemKey> {
        match self {
            Self::Flag(i) => assessment?.flags.get(i).map(|flag| ItemKey::Flag(flag.key.clone())),
            Self::Cannot(i) => assessment?.cannot_assess.get(i).map(|one| ItemKey::Cannot(one.code, one.entry.clone())),
            Self::Count(_) => self.entry(patient, counts).map(|entry| ItemKey::Count(entry.id.clone())),
            Self::Dose => Some(ItemKey::Dose),
            Self::Level => Some(ItemKey::Level),
            Self::Due(i) => assessment?.due.get(i).map(|due| ItemKey::Due(due.task)),
            Self::Entry(i) => patient.entries.get(i).map(|entry| ItemKey::Entry(entry.id.clone())),
        }
    }

    /// The entry behind the item: for a count its ANC.
    pub fn entry<'a>(self, patient: &'a Patient, counts: &[BloodCount]) -> Option<&'a Entry> {
        match self {
            Self::Entry(i) => patient.entries.get(i),
            Self::Count(i) => {
                let count = counts.get(i)?;
                count.anc.as_ref().or(count.wbc.as_ref()).and_then(|id| patient.entry(id))
            }
            _ => None,
        }
    }
}

/// The items of every section.
pub fn of(patient: &Patient, assessment: Option<&Assessment>, blood: &[BloodCount], zone: Tz) -> [Vec<Item>; 6] {
    let mut sections: [Vec<Item>; 6] = Default::default();
    let mut history: Vec<(Reverse<Option<NaiveDateTime>>, Reverse<usize>)> =
        patient.entries.iter().enumerate().map(|(i, entry)| (Reverse(time(entry, zone)), Reverse(i))).collect();
    history.sort_unstable();
    let newest = || history.iter().map(|(_, Reverse(i))| *i);
    let of_kind = |wanted: fn(&Kind) -> bool| {
        newest()
            .filter(move |i| patient.entries.get(*i).is_some_and(|entry| wanted(&entry.kind)))
            .map(Item::Entry)
            .collect::<Vec<_>>()
    };
    let [flags, counts, now, doses, checks, all] = &mut sections;
    if let Some(assessment) = assessment {
        flags.extend(flag_order(assessment).into_iter().map(Item::Flag));
        flags.extend((0..assessment.cannot_assess.len()).map(Item::Cannot));
        counts.extend((0..blood.len()).rev().map(Item::Count));
        now.extend(assessment.dose.iter().map(|_| Item::Dose));
        now.extend(due_order(assessment).into_iter().map(Item::Due));
    }
    *doses = of_kind(|kind| matches!(kind, Kind::Course(_) | Kind::Dose(_) | Kind::Break(_) | Kind::Resume));
    checks.extend(assessment.and_then(|one| one.level.as_ref()).map(|_| Item::Level));
    checks.extend(of_kind(is_check));
    *all = newest().map(Item::Entry).collect();
    sections
}

/// What is not yet dealt with first, then the worst.
fn flag_order(assessment: &Assessment) -> Vec<usize> {
    let mut order: Vec<usize> = (0..assessment.flags.len()).collect();
    let rank = |i: &usize| {
        assessment
            .flags
            .get(*i)
            .map_or((true, Reverse(Severity::Ok)), |flag| (flag.acknowledged.is_some(), Reverse(flag.severity)))
    };
    order.sort_by_key(rank);
    order
}

/// What is late first, then what is due today, then what nobody knows a date for; of equals, the earlier.
fn due_order(assessment: &Assessment) -> Vec<usize> {
    let mut order: Vec<usize> = (0..assessment.due.len()).collect();
    let rank = |i: &usize| {
        assessment.due.get(*i).map(|due| {
            let status = match due.status {
                DueStatus::Overdue => 0,
                DueStatus::Due => 1,
                DueStatus::Undefined => 2,
                DueStatus::Upcoming => 3,
                DueStatus::None => 4,
            };
            (status, due.due)
        })
    };
    order.sort_by_key(rank);
    order
}

fn is_check(kind: &Kind) -> bool {
    match kind {
        Kind::Observation(observation) => !matches!(&*observation.test, "anc" | "wbc"),
        Kind::Checklist(_) | Kind::Medicine(_) | Kind::Supply(_) | Kind::Sample(_) => true,
        _ => false,
    }
}

/// When an entry happened, or was recorded if it has no time of its own.
fn time(entry: &Entry, zone: Tz) -> Option<NaiveDateTime> {
    let recorded = || entry.recorded.as_ref().map(|recorded| recorded.at.with_timezone(&zone).naive_local());
    entry.at.as_ref().map_or_else(recorded, |at| Some(local(at, zone)))
}

/// A time on the ward's clock; a day alone is its beginning.
pub fn local(at: &When, zone: Tz) -> NaiveDateTime {
    match at {
        When::Date(day) => (*day).into(),
        When::Local(local) => *local,
        When::Instant(at) => at.with_timezone(&zone).naive_local(),
    }
}
