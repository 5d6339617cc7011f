//! What of a batch is to be done: which facts the ward lacks, which it has, which are refused and why.
use std::collections::{HashMap, HashSet};

use serde_json::value::RawValue;

use super::compose::Fact as Written;
use super::conflict::{Batch, Conflict, Fact};
use super::merge::{Index, Verdict};
use super::outcome::{Outcome, Refusal, Stopped};
use super::overlay::{Confirmed, EDIT, Overlay, PATIENT};
use super::state::State;
use crate::ward::{Entry, EntryId, Kind, Patient, PatientId};

/// What of a batch is to be done.
pub(super) struct Chosen {
    /// What the ward lacks.
    pub new: Vec<Fact>,
    /// What goes into the journal.
    pub written: Vec<Written>,
    /// Facts by their place in the batch, and why not.
    pub refused: Vec<(usize, Refusal)>,
}

/// Decides which facts are new. If all are refused, so is the save.
pub(super) fn choose(found: &State, batch: Batch) -> Result<Chosen, Stopped> {
    let verdicts = Index::of(&found.ward).judge(&batch.facts);
    let refused = refusals(found, &batch, &verdicts);
    if let Some((_, first)) = refused.first().filter(|_| refused.len() == batch.facts.len()) {
        return Err((Outcome::NotSaved { reason: first.to_string() }, refused));
    }
    let not: HashSet<usize> = refused.iter().map(|(at, _)| *at).collect();
    let mut chosen = Chosen { new: Vec::new(), written: Vec::new(), refused };
    for (at, (fact, verdict)) in batch.facts.into_iter().zip(verdicts).enumerate() {
        match verdict {
            _ if not.contains(&at) => {}
            Verdict::New => {
                chosen.written.push(for_journal(&fact));
                chosen.new.push(fact);
            }
            // A save that was never answered may have left it in the journal alone: it is written again.
            Verdict::Known if is_pending(&found.overlay, &fact) => chosen.written.push(for_journal(&fact)),
            _ => {}
        }
    }
    Ok(chosen)
}

/// Confirms what was edited outside this program: what was removed goes, what was changed stays.
pub(super) fn accept(found: &mut State) -> Result<Chosen, String> {
    let mut edit = std::mem::take(&mut found.unconfirmed);
    edit.extend(&[], &found.overlay.homeless, &[]);
    if edit.is_empty() {
        return Err("there is no edit of the file that waits to be confirmed".to_owned());
    }
    let patients: HashSet<&PatientId> = edit.patients.iter().collect();
    let removed: HashSet<&EntryId> = edit.removed.iter().collect();
    let index = Index::of(&found.ward);
    let mended = edit.mended.iter().filter_map(|id| index.entry(id.as_str()));
    let confirmed = Confirmed {
        patients: edit.patients.iter().map(ToString::to_string).collect(),
        removed: edit.removed.iter().map(ToString::to_string).collect(),
        mended: mended.filter_map(|(_, entry)| RawValue::from_string(entry.json_line()).ok()).collect(),
    };
    drop(index);
    let json = serde_json::to_string(&confirmed).map_err(|_| "an entry is not JSON".to_owned())?;
    found.ward.patients.retain(|patient| !patients.contains(&patient.id));
    for patient in &mut found.ward.patients {
        patient.entries.retain(|entry| !removed.contains(&entry.id));
    }
    found.overlay.homeless.clear();
    found.leftover &= found.overlay.foreign > 0;
    let written = vec![Written { op: EDIT.to_owned(), patient: None, json }];
    Ok(Chosen { new: Vec::new(), written, refused: Vec::new() })
}

fn refusals(found: &State, batch: &Batch, verdicts: &[Verdict]) -> Vec<(usize, Refusal)> {
    let ours: HashSet<&EntryId> = batch.facts.iter().filter_map(entry).map(|(_, entry)| &entry.id).collect();
    let unseen: HashMap<&PatientId, Conflict> = batch
        .seen
        .iter()
        .filter_map(|seen| Some((seen.patient(), seen.conflict(found.ward.patient(seen.patient())?, &ours)?)))
        .collect();
    let mut fields = Fields { found, batch, changed: HashMap::new() };
    let mut refused = Vec::new();
    for (at, (fact, verdict)) in batch.facts.iter().zip(verdicts).enumerate() {
        let refusal = verdict.refusal().or_else(|| {
            let (patient, entry) = entry(fact).filter(|_| *verdict == Verdict::New)?;
            let conflict = unseen.get(patient).map(|conflict| Refusal::Changed(Box::new(conflict.clone())));
            conflict.or_else(|| fields.refusal(patient, entry))
        });
        refused.extend(refusal.map(|refusal| (at, refusal)));
    }
    refused
}

fn entry(fact: &Fact) -> Option<(&PatientId, &Entry)> {
    match fact {
        Fact::Entry { patient, entry } => Some((patient, entry)),
        Fact::Patient(_) => None,
    }
}

/// The patients whose fields a batch changes, as its facts change them one after the other.
struct Fields<'a> {
    found: &'a State,
    batch: &'a Batch,
    changed: HashMap<PatientId, Patient>,
}

impl Fields<'_> {
    /// Why a new entry cannot be saved, if it is a change that does not fit what is there.
    fn refusal(&mut self, id: &PatientId, entry: &Entry) -> Option<Refusal> {
        let change = match &entry.kind {
            Kind::Change(change) => Some(change),
            // A void can give a field its old value back.
            Kind::Void(_) if self.is_changed(id) => None,
            _ => return None,
        };
        let patient = self.patient(id)?;
        if let Some(change) = change.filter(|change| !patient.holds(&change.field, change.from.as_deref())) {
            return Some(Refusal::Changed(Box::new(Conflict::of_field(patient, &change.field))));
        }
        let mut after = patient.clone();
        after.add(entry.clone());
        // The latest recorded change holds: one that says it was recorded before another would do nothing.
        if change.is_some_and(|change| !after.holds(&change.field, change.to.as_deref())) {
            return Some(Refusal::NoEffect);
        }
        *patient = after;
        None
    }

    /// Whether the batch changes a field of this patient.
    fn is_changed(&self, id: &PatientId) -> bool {
        let of =
            |fact| entry(fact).is_some_and(|(patient, entry)| patient == id && matches!(entry.kind, Kind::Change(_)));
        self.batch.facts.iter().any(of)
    }

    fn patient(&mut self, id: &PatientId) -> Option<&mut Patient> {
        if !self.changed.contains_key(id) {
            let added = self.batch.facts.iter().find_map(|fact| match fact {
                Fact::Patient(patient) if patient.id == *id => Some(patient),
                _ => None,
            });
            let patient = self.found.ward.patient(id).or(added)?.clone();
            self.changed.insert(id.clone(), patient);
        }
        self.changed.get_mut(id)
    }
}

/// Whether only the journal has (a part of) this fact.
fn is_pending(overlay: &Overlay, fact: &Fact) -> bool {
    let pending = |entry: &Entry| overlay.entries.contains(&entry.id);
    match fact {
        Fact::Entry { entry, .. } => pending(entry),
        Fact::Patient(patient) => overlay.patients.contains(&patient.id) || patient.entries.iter().any(pending),
    }
}

pub(super) fn for_journal(fact: &Fact) -> Written {
    match fact {
        Fact::Patient(patient) => {
            Written { op: PATIENT.to_owned(), patient: Some(patient.id.to_string()), json: patient.to_json() }
        }
        Fact::Entry { patient, entry } => Written {
            op: entry.kind.name().to_owned(),
            patient: Some(patient.to_string()),
            json: entry.json().to_owned(),
        },
    }
}
