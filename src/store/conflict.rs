//! What is to be saved, and compare and set: what was typed on the strength of something that somebody else has changed
//! meanwhile is refused, with what it is now, so that a person decides. Facts that rest on nothing are never in conflict:
//! they add up.
use std::collections::HashSet;
use std::fmt;

use chrono::{DateTime, FixedOffset};

use crate::ward::{Entry, EntryId, Kind, Patient, PatientId};

/// Something to save.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A new patient, with any entries.
    Patient(Patient),
    /// An entry of a patient.
    Entry {
        /// Whose.
        patient: PatientId,
        /// What.
        entry: Entry,
    },
}

/// What is to be saved in one go, and what those who typed it had seen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// What is to be saved.
    pub facts: Vec<Fact>,
    /// What must still be the newest of its kind; otherwise no fact of that patient is saved.
    pub seen: Vec<Seen>,
}

impl From<Vec<Fact>> for Batch {
    /// Facts that rest on nothing but their own `from`.
    fn from(facts: Vec<Fact>) -> Self {
        Self { facts, seen: Vec::new() }
    }
}

/// The entries of one kind, such as `dose`, that somebody had before their eyes when they decided something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    patient: PatientId,
    kind: String,
    ids: HashSet<EntryId>,
}

impl Seen {
    /// What of a kind this patient has, as the screen shows it. `kind` is the word of the file format.
    pub fn of(patient: &Patient, kind: &str) -> Self {
        let ids = patient.entries.iter().filter(|entry| is_of(patient, entry, kind)).map(|entry| entry.id.clone());
        Self { patient: patient.id.clone(), kind: kind.to_owned(), ids: ids.collect() }
    }

    /// The latest entry that is news to whoever had seen this; `ours` are the ids of what is being saved.
    pub(super) fn conflict(&self, patient: &Patient, ours: &HashSet<&EntryId>) -> Option<Conflict> {
        let is_news = |entry: &&Entry| !self.ids.contains(&entry.id) && !ours.contains(&entry.id);
        let news = patient.entries.iter().filter(|entry| is_of(patient, entry, &self.kind)).filter(is_news);
        let latest = news.max_by_key(|entry| entry.recorded.as_ref().map(|recorded| recorded.at))?;
        Some(Conflict::Newer { patient: patient.id.clone(), kind: self.kind.clone(), entry: latest.clone() })
    }

    /// Whose.
    pub(super) fn patient(&self) -> &PatientId {
        &self.patient
    }
}

/// Whether an entry is of a kind, or voids one that is, or voids such a void.
fn is_of(patient: &Patient, entry: &Entry, kind: &str) -> bool {
    let (mut entry, mut steps) = (entry, patient.entries.len());
    while let (Kind::Void(void), Some(voided)) = (&entry.kind, steps.checked_sub(1)) {
        let Some(next) = patient.entry(&void.entry) else { return false };
        (entry, steps) = (next, voided);
    }
    entry.kind.name() == kind
}

/// What somebody else has changed meanwhile. Its words name no value; the values are for the screen alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Conflict {
    /// A field of a patient does not hold what the `from` of a `change` says.
    Field {
        /// Whose.
        patient: PatientId,
        /// The field's name in the file.
        field: String,
        /// What it holds now, as JSON text.
        now: Option<String>,
        /// The `change` that made it so; `None` if no entry says, as after an edit by hand.
        changed: Option<Entry>,
    },
    /// Another entry of the kind that a decision rests on was added or voided.
    Newer {
        /// Whose.
        patient: PatientId,
        /// The kind.
        kind: String,
        /// The latest such entry, or the void.
        entry: Entry,
    },
}

impl Conflict {
    /// The entry that came in between, if one says so.
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Field { changed, .. } => changed.as_ref(),
            Self::Newer { entry, .. } => Some(entry),
        }
    }

    /// Who changed it, as their entry has it.
    pub fn by(&self) -> Option<&str> {
        Some(&*self.entry()?.recorded.as_ref()?.by)
    }

    /// When they did.
    pub fn at(&self) -> Option<DateTime<FixedOffset>> {
        Some(self.entry()?.recorded.as_ref()?.at)
    }

    pub(super) fn of_field(patient: &Patient, field: &str) -> Self {
        Self::Field {
            patient: patient.id.clone(),
            field: field.to_owned(),
            now: patient.raw_field(field).map(str::to_owned),
            changed: patient.last_change(field).cloned(),
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { field, .. } => write!(f, "`{field}` is no longer what it was when this was entered")?,
            Self::Newer { kind, .. } => write!(f, "there is a newer `{kind}` than the one this rests on")?,
        }
        if let Some(by) = self.by() {
            write!(f, ", by {by}")?;
        }
        if let Some(at) = self.at() {
            write!(f, ", recorded {}", at.format("%Y-%m-%d %H:%M %:z"))?;
        }
        f.write_str(": look at it again")
    }
}
