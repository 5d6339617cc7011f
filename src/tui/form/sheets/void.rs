//! An entry was wrong: it stays in the history, struck through, and no rule reads it any more.
use super::super::field::Field;
use super::super::rulebook;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use crate::ward::{Entry, EntryId, Kind, Patient, Void};

pub(super) fn fields() -> Vec<Field> {
    vec![Field::text("reason", "Why it was wrong").required()]
}

fn entry<'a>(id: &EntryId, scene: &Scene<'a>) -> Option<(&'a Entry, &'a Patient)> {
    let patient = scene.patient?;
    Some((patient.entry(id)?, patient))
}

pub(super) fn head(id: &EntryId, scene: &Scene) -> Vec<String> {
    let Some((entry, patient)) = entry(id, scene) else {
        return vec!["This entry is no longer in the file.".to_owned()];
    };
    let mut lines = vec![rulebook::entry_in_words(entry, patient, scene)];
    if matches!(entry.kind, Kind::Void(_)) {
        lines.push("Voiding it restores the entry that it voided.".to_owned());
    }
    lines
}

pub(super) fn draft(id: &EntryId, scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let (entry, patient) =
        entry(id, scene).ok_or_else(|| Problem::new("reason", "this entry is no longer in the file"))?;
    let reason = values.text("reason").ok_or_else(|| Problem::new("reason", "has to be typed"))?;
    if rulebook::is_void(patient, id) {
        return Err(Problem::new("reason", "this entry has been voided already"));
    }
    let mut draft = Draft::default();
    draft.line("Void", rulebook::entry_in_words(entry, patient, scene));
    draft.line("Reason", safe(reason));
    draft.entry(None, Kind::Void(Void { entry: id.clone(), reason: reason.into() }));
    Ok(draft)
}
