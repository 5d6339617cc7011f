//! What the journal has and the file lacks is laid over it: after a crash, a full disk, an editor with an old copy.
use std::borrow::Cow;

use serde::Deserialize;

use super::journal::{Journal, Line};
use super::merge::{Index, Verdict, add};
use super::outcome::Fact;
use crate::ward::{PatientId, Ward, read};

/// What laying the journal over a file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Overlay {
    /// Ids of patients that only the journal has.
    pub patients: Vec<String>,
    /// Ids of entries that only the journal has.
    pub entries: Vec<String>,
    /// How many entries the file has otherwise than the journal: mended by hand, and the file holds.
    pub differing: usize,
    /// How many entries are of patients whom nobody has.
    pub homeless: usize,
    /// How many facts of the journal this version cannot read.
    pub foreign: usize,
}

impl Overlay {
    /// Whether the file lacks nothing.
    pub fn is_empty(&self) -> bool {
        self.patients.is_empty() && self.entries.is_empty()
    }
}

#[derive(Deserialize)]
struct Id<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// The fact of a line; `None` if the line has none of a patient, an error if it cannot be read.
pub(super) fn fact(line: &Line) -> Option<Result<Fact, ()>> {
    let (patient, json) = (line.patient.as_deref()?, line.fact.as_deref()?);
    let fact = if line.op == PATIENT {
        read::patient(json).map(Fact::Patient)
    } else {
        read::entry(json).map(|entry| Fact::Entry { patient: PatientId::new(patient), entry })
    };
    Some(fact.map_err(|_| ()))
}

/// The `op` of a line whose fact is a whole patient.
pub(super) const PATIENT: &str = "patient";

/// Adds to a ward what the journal has and it lacks.
pub(super) fn lay_over(ward: &mut Ward, journal: &Journal) -> Overlay {
    let mut overlay = Overlay::default();
    if journal.lines.is_empty() {
        return overlay;
    }
    let mut index = Index::of(ward);
    let mut facts = Vec::new();
    for line in journal.lines.iter().filter(|line| !stands(&index, line)) {
        match fact(line) {
            None => {}
            Some(Err(())) => overlay.foreign += 1,
            // Entries one by one: of a patient who is in the file some may be there.
            Some(Ok(Fact::Patient(mut patient))) => {
                let entries = std::mem::take(&mut patient.entries);
                let id = patient.id.clone();
                facts.push(Fact::Patient(patient));
                facts.extend(entries.into_iter().map(|entry| Fact::Entry { patient: id.clone(), entry }));
            }
            Some(Ok(entry)) => facts.push(entry),
        }
    }
    let verdicts = index.judge(&facts);
    drop(index);
    let mut lacking = Vec::new();
    for (fact, verdict) in facts.into_iter().zip(verdicts) {
        match (verdict, &fact) {
            (Verdict::New, Fact::Patient(patient)) => overlay.patients.push(patient.id.to_string()),
            (Verdict::New, Fact::Entry { entry, .. }) => overlay.entries.push(entry.id.to_string()),
            (Verdict::NoSuchPatient, _) => overlay.homeless += 1,
            // A patient's fields change; that is no difference.
            (Verdict::OtherContent | Verdict::OtherPatient, Fact::Entry { .. }) => overlay.differing += 1,
            _ => {}
        }
        if verdict == Verdict::New {
            lacking.push(fact);
        }
    }
    add(ward, lacking);
    overlay
}

/// Whether the ward has the entry of this line letter for letter, which needs no reading.
fn stands(index: &Index<'_>, line: &Line) -> bool {
    let (Some(patient), Some(fact)) = (&line.patient, &line.fact) else { return true };
    let id = serde_json::from_str::<Id<'_>>(fact).ok().filter(|_| line.op != PATIENT);
    let known = id.and_then(|id| index.entry(&id.id));
    known.is_some_and(|(owner, entry)| owner.as_str() == patient && entry.json_line() == **fact)
}
