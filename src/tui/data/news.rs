//! What others have entered while somebody looked: it is marked until they have seen it.
//!
//! News is what came with a reload or with a save and was not there before, and was not entered in this session. It says
//! who and when beside the row's reasons; the mark goes once the selection has been on the patient and leaves them.
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::safe::Safe;
use crate::tui::saving::Fact;
use crate::ward::{Entry, EntryId, Patient, PatientId};
use crate::words::{self, Describe};

/// What others have entered, and what was entered here.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// Entries and patients of this session's own making.
    made: HashSet<String>,
    /// For each patient their new entries; none: their fields were changed, or they are new.
    of: HashMap<PatientId, Vec<EntryId>>,
    /// Of whom it made something critical.
    critical: HashSet<PatientId>,
}

impl News {
    /// Notes what is about to be saved here: it will be no news.
    pub fn made(&mut self, facts: &[Fact]) {
        self.made.extend(facts.iter().map(|fact| match fact {
            Fact::Patient(new) => new.id.as_str().to_owned(),
            Fact::Entry { entry, .. } => entry.id.as_str().to_owned(),
        }));
    }

    /// Compares patients of whom something is new with what was shown of them.
    pub fn compare<'w>(&mut self, old: impl Fn(&PatientId) -> Option<&'w Patient>, changed: &[&Patient]) {
        for patient in changed {
            let before = old(&patient.id);
            let known: HashSet<&EntryId> = before.iter().flat_map(|one| &one.entries).map(|one| &one.id).collect();
            let added: Vec<&EntryId> =
                patient.entries.iter().map(|entry| &entry.id).filter(|id| !known.contains(id)).collect();
            let (own, others): (Vec<&EntryId>, Vec<&EntryId>) =
                added.into_iter().partition(|id| self.made.contains(id.as_str()));
            let is_new = before.is_none() && !self.made.contains(patient.id.as_str());
            let changed = own.is_empty() && before.is_some_and(|before| !before.same_fields(patient));
            if !others.is_empty() || is_new || changed {
                self.of.entry(patient.id.clone()).or_default().extend(others.into_iter().cloned());
            }
        }
    }

    /// Whether somebody else has entered something about a patient that has not been seen.
    pub fn has(&self, patient: &PatientId) -> bool {
        self.of.contains_key(patient)
    }

    /// How many patients that is.
    pub fn count(&self) -> usize {
        self.of.len()
    }

    /// What others entered has made something critical of this patient.
    pub fn made_critical(&mut self, patient: PatientId) {
        self.critical.insert(patient);
    }

    /// Of whom that is, until they have been seen.
    pub fn critical(&self) -> impl Iterator<Item = &PatientId> {
        self.critical.iter()
    }

    /// The news of a patient has been seen.
    pub fn seen(&mut self, patient: &PatientId) {
        self.of.remove(patient);
        self.critical.remove(patient);
    }

    /// All of it has been seen.
    pub fn clear(&mut self) {
        self.of.clear();
        self.critical.clear();
    }

    /// Who entered what, and when: `NEW by jlee 02:57: ANC 0.40 x10^9/L.`
    pub fn words(&self, patient: &Patient, describe: &Describe, today: NaiveDate) -> Option<String> {
        let new = self.of.get(&patient.id)?;
        let entries: Vec<&Entry> = new.iter().filter_map(|id| patient.entry(id)).collect();
        let Some(last) = entries.iter().max_by_key(|entry| entry.recorded.as_ref().map(|one| one.at)) else {
            return Some("NEW: added, or changed in the file, by somebody else.".to_owned());
        };
        let who = last.recorded.as_ref().map_or_else(
            || "by somebody who is not recorded".to_owned(),
            |recorded| {
                let at = recorded.at.with_timezone(&describe.zone).naive_local();
                let by = Safe::within(&recorded.by, describe.charset).to_string();
                format!("by {by} {}", words::clock(at, today))
            },
        );
        let more = if entries.len() > 1 { format!("{} entries, the last ", entries.len()) } else { String::new() };
        Some(format!("NEW: {more}{who}: {}.", describe.entry(last, patient)))
    }
}
