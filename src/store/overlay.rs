//! What the journal has and the file lacks is laid over it: after a crash, a full disk, an editor with an old copy.
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::conflict::Fact;
use super::journal::Journal;
use super::line::Line;
use super::merge::{Index, Verdict, add};
use crate::ward::{Entry, EntryId, PatientId, Ward, read};

/// What laying the journal over a file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Overlay {
    /// Patients that only the journal has.
    pub patients: Vec<PatientId>,
    /// Entries that only the journal has.
    pub entries: Vec<EntryId>,
    /// Entries that the file has otherwise than the journal: mended by hand, and the file holds.
    pub differing: Vec<EntryId>,
    /// Entries of patients whom nobody has.
    pub homeless: Vec<EntryId>,
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

/// The `op` of a line that confirms what was edited outside this program.
pub(super) const EDIT: &str = "external-edit";
/// The `op` of a line that says that an earlier state was put back.
pub(super) const RESTORE: &str = "restore";

/// The fact of such a line: what of an edit somebody has confirmed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Confirmed {
    /// Patients and entries that are gone from the file, and count no longer.
    #[serde(default)]
    pub patients: Vec<String>,
    #[serde(default)]
    pub removed: Vec<String>,
    /// Entries as the file has them now.
    #[serde(default)]
    pub mended: Vec<Box<RawValue>>,
}

/// What people have confirmed of edits outside this program, as far as nobody has saved the same again since.
#[derive(Default)]
struct Edits {
    gone: HashSet<String>,
    mended: HashMap<String, Entry>,
}

impl Edits {
    fn of(journal: &Journal) -> Self {
        let mut edits = Self::default();
        for line in &journal.lines {
            if line.op != EDIT && line.op != RESTORE {
                if !edits.gone.is_empty()
                    && let Some(Ok(fact)) = fact(line)
                {
                    edits.saved_again(&fact);
                }
                continue;
            }
            if line.op == RESTORE {
                edits.put_back(line);
                continue;
            }
            let confirmed = line.fact.as_deref().and_then(|json| serde_json::from_str::<Confirmed>(json).ok());
            let Confirmed { patients, removed, mended } = confirmed.unwrap_or_default();
            edits.gone.extend(patients.into_iter().map(|id| format!("patient {id}")));
            edits.gone.extend(removed);
            let mended = mended.iter().filter_map(|json| read::entry(json.get()).ok());
            edits.mended.extend(mended.map(|entry| (entry.id.to_string(), entry)));
        }
        edits
    }

    /// An earlier state was put back: what it has otherwise is as it was first saved.
    fn put_back(&mut self, line: &Line) {
        #[derive(Default, Deserialize)]
        struct Restored {
            #[serde(default)]
            reverted: Vec<String>,
        }
        let restored = line.fact.as_deref().and_then(|json| serde_json::from_str::<Restored>(json).ok());
        for id in restored.unwrap_or_default().reverted {
            self.mended.remove(&id);
        }
    }

    fn saved_again(&mut self, fact: &Fact) {
        match fact {
            Fact::Entry { entry, .. } => {
                self.gone.remove(entry.id.as_str());
            }
            Fact::Patient(patient) => {
                self.gone.remove(&format!("patient {}", patient.id));
                for entry in &patient.entries {
                    self.gone.remove(entry.id.as_str());
                }
            }
        }
    }

    /// The fact as it counts now; `None` if it counts no longer.
    fn applied(&self, fact: Result<Fact, ()>) -> Option<Result<Fact, ()>> {
        let is_gone = match &fact {
            Err(()) => false,
            Ok(Fact::Patient(patient)) => self.gone.contains(&format!("patient {}", patient.id)),
            Ok(Fact::Entry { patient, entry }) => {
                self.gone.contains(entry.id.as_str()) || self.gone.contains(&format!("patient {patient}"))
            }
        };
        let mended = |fact| match fact {
            Fact::Entry { patient, entry } => {
                let entry = self.mended.get(entry.id.as_str()).cloned().unwrap_or(entry);
                Fact::Entry { patient, entry }
            }
            patient @ Fact::Patient(_) => patient,
        };
        (!is_gone).then(|| fact.map(mended))
    }
}

/// Adds to a ward what the journal has and it lacks.
pub(super) fn lay_over(ward: &mut Ward, journal: &Journal) -> Overlay {
    let mut overlay = Overlay::default();
    if journal.lines.is_empty() {
        return overlay;
    }
    let edits = Edits::of(journal);
    let mut index = Index::of(ward);
    let mut facts = Vec::new();
    for line in journal.lines.iter().filter(|line| !stands(&index, line)) {
        match fact(line).and_then(|fact| edits.applied(fact)) {
            None => {}
            Some(Err(())) => overlay.foreign += 1,
            // Entries one by one: of a patient who is in the file some may be there.
            Some(Ok(Fact::Patient(mut patient))) => {
                let entries = std::mem::take(&mut patient.entries);
                let id = patient.id.clone();
                facts.push(Fact::Patient(patient));
                let entries = entries.into_iter().map(|entry| Fact::Entry { patient: id.clone(), entry });
                facts.extend(entries.filter_map(|fact| edits.applied(Ok(fact))?.ok()));
            }
            Some(Ok(entry)) => facts.push(entry),
        }
    }
    let verdicts = index.judge(&facts);
    drop(index);
    let mut lacking = Vec::new();
    for (fact, verdict) in facts.into_iter().zip(verdicts) {
        match (verdict, &fact) {
            (Verdict::New, Fact::Patient(patient)) => overlay.patients.push(patient.id.clone()),
            (Verdict::New, Fact::Entry { entry, .. }) => overlay.entries.push(entry.id.clone()),
            (Verdict::NoSuchPatient, Fact::Entry { entry, .. }) => overlay.homeless.push(entry.id.clone()),
            // A patient's fields change; that is no difference.
            (Verdict::OtherContent | Verdict::OtherPatient, Fact::Entry { entry, .. }) => {
                overlay.differing.push(entry.id.clone());
            }
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
