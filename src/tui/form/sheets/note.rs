//! Free text about a patient.
use super::super::field::Field;
use super::super::say::safe_lines;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use crate::ward::Kind;
use crate::words;

pub(super) fn fields() -> Vec<Field> {
    vec![Field::when("at", "When", WhenRule::HAPPENED), Field::note("text", "Note").required()]
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when it was"))?;
    let text = values.text("text").ok_or_else(|| Problem::new("text", "has to be typed"))?;
    let mut draft = Draft::default();
    draft.line("When", words::when(&at, scene.moment().zone));
    draft.line("Note", safe_lines(text));
    draft.entry(Some(at), Kind::Note(text.into()));
    Ok(draft)
}
