//! Another medicine starts or stops; smoking counts as one.
use super::super::field::Field;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::{Empty, Precision, WhenRule};
use crate::ward::{Kind, Medicine, MedicineEvent};
use crate::words;

/// It may be planned, and it is today unless said otherwise.
const DAY: WhenRule = WhenRule { precision: Precision::DayOrTime, future: true, full_date: false, empty: Empty::Today };

pub(super) fn fields() -> Vec<Field> {
    let events = [("start", "start"), ("stop", "stop")].map(|(value, words)| (value.to_owned(), words.to_owned()));
    vec![
        Field::choice("event", "What happened", events.to_vec()).required(),
        Field::text("name", "Medicine, or smoking").required(),
        Field::when("at", "When", DAY),
    ]
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when it was"))?;
    let name = values.text("name").ok_or_else(|| Problem::new("name", "has to be typed"))?;
    let (event, said) = match values.choice("event") {
        Some("start") => (MedicineEvent::Start, "Started"),
        Some("stop") => (MedicineEvent::Stop, "Stopped"),
        _ => return Err(Problem::new("event", "choose one")),
    };
    let mut draft = Draft::default();
    draft.line(said, safe(name));
    draft.line("When", words::when(&at, scene.moment().zone));
    draft.entry(Some(at), Kind::Medicine(Medicine { event, name: name.into() }));
    Ok(draft)
}
