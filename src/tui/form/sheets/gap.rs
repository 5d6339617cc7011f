//! Doses missed since the last one taken, and the end of the break.
use chrono::{DateTime, Utc};

use super::super::field::Field;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use super::super::{rulebook, say};
use crate::ward::{Break, Kind, When};
use crate::words;

pub(super) fn break_fields() -> Vec<Field> {
    vec![
        Field::when("last_dose", "Last dose taken", WhenRule::HOUR).required(),
        Field::text("reason", "Why doses are missed"),
    ]
}

pub(super) fn break_draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("last_dose").ok_or_else(|| Problem::new("last_dose", "the last dose that was taken"))?;
    let mut draft = Draft::default();
    draft.line("Last dose", words::when(&at, scene.moment().zone));
    if let Some(hours) = instant(&at, scene).map(|last| (scene.moment().at - last).num_hours()) {
        draft.line("Since then", format!("{hours} h"));
    }
    if let Some(reason) = values.text("reason") {
        draft.line("Why", say::safe(reason));
    }
    if let Some(open) = scene.patient.and_then(|patient| rulebook::open_break(patient, scene.moment())) {
        let since = words::when(&open, scene.moment().zone);
        draft.cautions.push(format!("doses are recorded as missed since {since} already"));
    }
    draft.entry(Some(at), Kind::Break(Break { reason: values.text("reason").map(Into::into) }));
    Ok(draft)
}

pub(super) fn resume_fields() -> Vec<Field> {
    vec![Field::when("at", "First dose taken again", WhenRule::HOUR).required()]
}

fn last_dose(scene: &Scene) -> Option<When> {
    rulebook::open_break(scene.patient?, scene.moment())
}

fn instant(at: &When, scene: &Scene) -> Option<DateTime<Utc>> {
    at.instant(scene.moment().zone).ok().flatten()
}

pub(super) fn resume_head(scene: &Scene) -> Vec<String> {
    vec![match last_dose(scene) {
        Some(at) => format!("Last dose before the break   {}", say::in_words(&at, scene.moment())),
        None => "No missed doses are recorded: nothing can be resumed.".to_owned(),
    }]
}

/// Whole hours between the last dose and the first one after it; `None` if either is not known to the hour.
fn hours(scene: &Scene, at: &When) -> Option<i64> {
    Some((instant(at, scene)? - instant(&last_dose(scene)?, scene)?).num_hours())
}

pub(super) fn resume_remark(scene: &Scene, values: &Values) -> Option<String> {
    let hours = hours(scene, &values.when("at")?).filter(|hours| *hours >= 0)?;
    Some(format!("Without clozapine for {hours} h"))
}

pub(super) fn resume_draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "the first dose taken again"))?;
    let last = last_dose(scene).ok_or_else(|| Problem::new("at", "enter the missed doses first"))?;
    let before = match (instant(&at, scene), instant(&last, scene)) {
        (Some(at), Some(last)) => at < last,
        _ => at.date(scene.moment().zone) < last.date(scene.moment().zone),
    };
    if before {
        return Err(Problem::new("at", "that is before the last dose of the break"));
    }
    let mut draft = Draft::default();
    draft.line("Last dose", words::when(&last, scene.moment().zone));
    draft.line("Resumed", words::when(&at, scene.moment().zone));
    if let Some(hours) = hours(scene, &at) {
        draft.line("Gap", format!("{hours} h"));
    }
    draft.entry(Some(at), Kind::Resume);
    Ok(draft)
}
