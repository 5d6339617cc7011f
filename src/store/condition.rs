//! How a file stands to its journal: told by its hash, which every record of the journal names before and after.
use serde::{Deserialize, Serialize};

use crate::ward::{EntryId, PatientId};

/// How a file stands to its journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cause {
    /// It is what the last save made of it, or there is no journal yet.
    #[default]
    Clean,
    /// A save was cut short between journal and file.
    CutShort,
    /// An older file stands in its place, such as a restored backup or an editor's old copy.
    Older,
    /// Somebody has edited it outside this program.
    Edited,
    /// The journal belongs to another ward.
    OtherWard,
    /// It is missing, empty or cannot be read: what is shown is an earlier state and the journal. Nothing can be saved.
    Damaged,
}

/// How a file stands to its journal, and which patients and entries that concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// In a word.
    pub cause: Cause,
    /// Patients that only the journal has, and who were added from it.
    pub patients: Vec<PatientId>,
    /// Entries that only the journal has, and that were added from it.
    pub entries: Vec<EntryId>,
    /// What an edit outside this program changed, and nobody has confirmed.
    pub unconfirmed: Unconfirmed,
    /// Saved entries of patients who are not in the file.
    pub homeless: Vec<EntryId>,
    /// Saved facts that this version cannot read.
    pub foreign: usize,
    /// Damaged lines in the journal, as far as it was read.
    pub damaged_lines: usize,
    /// How often programs saved without seeing each other, as far as the journal was read.
    pub forks: usize,
}

/// What an edit outside this program changed. It is shown until somebody confirms it, whoever saves in between: every
/// record of the journal carries it on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Unconfirmed {
    /// Patients who were removed, and still count.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "ids")]
    pub patients: Vec<PatientId>,
    /// Entries that were removed, and still count.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "ids")]
    pub removed: Vec<EntryId>,
    /// Entries that were changed: the file's version counts, `log` shows both.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "ids")]
    pub mended: Vec<EntryId>,
}

impl Unconfirmed {
    /// Whether there is nothing to confirm.
    pub fn is_empty(&self) -> bool {
        self.patients.is_empty() && self.removed.is_empty() && self.mended.is_empty()
    }

    /// Adds what is not there yet.
    pub(super) fn extend(&mut self, patients: &[PatientId], removed: &[EntryId], mended: &[EntryId]) {
        fn add<T: Clone + PartialEq>(to: &mut Vec<T>, more: &[T]) {
            let new: Vec<T> = more.iter().filter(|id| !to.contains(id)).cloned().collect();
            to.extend(new);
        }
        add(&mut self.patients, patients);
        add(&mut self.removed, removed);
        add(&mut self.mended, mended);
    }
}

/// Ids as a list of text.
mod ids {
    use std::fmt::Display;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<T: Display, S: Serializer>(ids: &[T], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(ids.iter().map(ToString::to_string))
    }

    pub fn deserialize<'de, T: From<String>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
        Ok(Vec::<String>::deserialize(from)?.into_iter().map(T::from).collect())
    }
}

/// What has to be said of one entry wherever it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A save of it was cut short: please verify.
    Recovered,
    /// An older file lacked it.
    AddedAgain,
    /// It was removed from the file outside this program, and nobody has confirmed that.
    Removed,
    /// It was changed in the file outside this program, and nobody has confirmed that.
    Mended,
}

impl Condition {
    /// What has to be said of an entry; `None` for nearly all.
    pub fn mark(&self, entry: &EntryId) -> Option<Mark> {
        if self.unconfirmed.mended.contains(entry) {
            return Some(Mark::Mended);
        }
        if self.unconfirmed.removed.contains(entry) {
            return Some(Mark::Removed);
        }
        let mark = if self.cause == Cause::Older { Mark::AddedAgain } else { Mark::Recovered };
        self.entries.contains(entry).then_some(mark)
    }

    /// All of it in words.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if !(self.patients.is_empty() && self.entries.is_empty()) {
            let what = count(self.patients.len(), self.entries.len());
            words.push(match self.cause {
                Cause::Older => format!("the file is older than the journal: {what} saved since, added again"),
                Cause::Damaged => format!("{what} added from the journal"),
                _ => format!("{what} recovered, please verify"),
            });
        }
        let Unconfirmed { patients, removed, mended } = &self.unconfirmed;
        if !(patients.is_empty() && removed.is_empty()) {
            let what = count(patients.len(), removed.len());
            words.push(format!("removed from the file outside this program, and still counted: {what}{CONFIRM}"));
        }
        let of = |number: usize, what: &str| (number > 0).then(|| format!("please check, {what} ({number})"));
        let changed =
            format!("entries that the file has otherwise than the journal: the file holds, `log` shows both{CONFIRM}");
        words.extend(of(mended.len(), &changed));
        words.extend(of(self.homeless.len(), "saved entries of patients who are not in the file: `log` shows them"));
        words.extend(of(self.foreign, "saved facts that this version cannot read"));
        words.extend(of(self.damaged_lines, "damaged lines in the journal: every other line was read"));
        words.extend(of(
            self.forks,
            "forks in the journal: programs saved without seeing each other, nothing was left out",
        ));
        words
    }
}

/// What ends a mark.
const CONFIRM: &str = "; `restore --accept-edit` confirms it";

/// `2 patients and 3 entries`.
pub(super) fn count(patients: usize, entries: usize) -> String {
    let of = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let (people, facts) = (of(patients, "patient", "patients"), of(entries, "entry", "entries"));
    match (patients, entries) {
        (0, _) => facts,
        (_, 0) => people,
        _ => format!("{people} and {facts}"),
    }
}
