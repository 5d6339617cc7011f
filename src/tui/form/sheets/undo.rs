//! The last save of this session taken back: each of its entries is voided, with the reason.
use super::super::field::Field;
use super::super::rulebook;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use crate::ward::{Entry, EntryId, Kind, Patient, Void};

pub(super) fn fields() -> Vec<Field> {
    vec![Field::text("reason", "Why it is taken back").required()]
}

/// Those of the entries that still stand.
fn standing<'a>(ids: &[EntryId], scene: &Scene<'a>) -> Vec<(&'a Entry, &'a Patient)> {
    let Some(patient) = scene.patient else { return Vec::new() };
    let stands = |id: &&EntryId| !rulebook::is_void(patient, id);
    ids.iter().filter(stands).filter_map(|id| Some((patient.entry(id)?, patient))).collect()
}

pub(super) fn head(ids: &[EntryId], scene: &Scene) -> Vec<String> {
    let mut lines = vec!["Your last save:".to_owned()];
    lines.extend(standing(ids, scene).into_iter().map(|(entry, of)| rulebook::entry_in_words(entry, of, scene)));
    if lines.len() == 1 {
        lines = vec!["What you saved last has been voided already.".to_owned()];
    }
    lines
}

pub(super) fn draft(ids: &[EntryId], scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let reason = values.text("reason").ok_or_else(|| Problem::new("reason", "has to be typed"))?;
    let standing = standing(ids, scene);
    if standing.is_empty() {
        return Err(Problem::new("reason", "it has been voided already"));
    }
    let mut draft = Draft::default();
    for (entry, patient) in standing {
        draft.line("Void", rulebook::entry_in_words(entry, patient, scene));
        draft.entry(None, Kind::Void(Void { entry: entry.id.clone(), reason: reason.into() }));
    }
    draft.line("Reason", safe(reason));
    Ok(draft)
}
