//! Facts from a draft: ids made from the moment, who typed them and when.
use chrono::TimeDelta;

use super::context::FormContext;
use super::sheet::Draft;
use crate::tui::saving::Fact;
use crate::ward::{Entry, EntryId, Kind, Patient, PatientId, Recorded, When};

/// The facts of a draft. What was part of the try before keeps its id, and its time of recording if it is the same
/// person's, so that what is saved again after a failed save can never be in the file twice.
pub(super) fn facts(draft: &Draft, patient: Option<&PatientId>, ctx: &FormContext, before: &[Fact]) -> Vec<Fact> {
    let earlier: Vec<&Entry> = before.iter().flat_map(entries).collect();
    let entries: Vec<_> = (0..)
        .zip(&draft.entries)
        .map(|(nth, (at, kind))| match known(*at, kind, &earlier) {
            Some(entry) if is_by(entry, ctx.by) => entry.clone(),
            Some(entry) => new(entry.id.clone(), *at, kind, ctx),
            // Ids order as the fields do: each is a millisecond after the one before it.
            None => new(EntryId::v7(ctx.moment.at + TimeDelta::milliseconds(nth)), *at, kind, ctx),
        })
        .collect();
    if let Some(fields) = &draft.patient {
        let id = before.iter().find_map(|fact| match fact {
            Fact::Patient(patient) if patient.fields == *fields => Some(patient.id.clone()),
            _ => None,
        });
        let patient = Patient::compose(id.unwrap_or_else(|| PatientId::v7(ctx.moment.at)), fields.clone());
        return vec![Fact::Patient(patient.with_entries(&entries))];
    }
    let Some(patient) = patient else { return Vec::new() };
    entries.into_iter().map(|entry| Fact::Entry { patient: patient.clone(), entry }).collect()
}

/// The entries that a fact brings.
pub(super) fn entries(fact: &Fact) -> &[Entry] {
    match fact {
        Fact::Patient(patient) => &patient.entries,
        Fact::Entry { entry, .. } => std::slice::from_ref(entry),
    }
}

/// The entry of the try before that says the same.
fn known<'a>(at: Option<When>, kind: &Kind, earlier: &[&'a Entry]) -> Option<&'a Entry> {
    // An answer to a flag happens when it is typed: that is no difference between two tries.
    let same = |entry: &&&Entry| entry.kind == *kind && (entry.at == at || matches!(kind, Kind::Acknowledge(_)));
    earlier.iter().find(same).copied()
}

/// Whether all of the facts would be recorded as this person's.
pub(super) fn are_by(facts: &[Fact], by: &str) -> bool {
    facts.iter().flat_map(entries).all(|entry| is_by(entry, by))
}

fn is_by(entry: &Entry, by: &str) -> bool {
    entry.recorded.as_ref().is_some_and(|recorded| *recorded.by == *by)
}

fn new(id: EntryId, at: Option<When>, kind: &Kind, ctx: &FormContext) -> Entry {
    let recorded = Recorded { at: ctx.moment.offset(), by: ctx.by.into() };
    Entry::compose(id, at, kind.clone(), Some(recorded))
}
