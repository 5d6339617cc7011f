//! A course of clozapine starts or stops.
use super::super::field::Field;
use super::super::rulebook;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::{Empty, Precision, WhenRule};
use crate::ward::{Course, CourseEvent, Kind, Reason, When};
use crate::words;

/// The day of a start, which may be planned, or of a stop; never taken for granted.
pub(super) const DAY: WhenRule =
    WhenRule { precision: Precision::DayOrTime, future: true, full_date: false, empty: Empty::Nothing };

const STARTS: [(&str, &str); 3] = [
    ("initiation", "initiation: the first course"),
    ("restart", "restart after a break of 48 h or more"),
    ("rechallenge", "rechallenge after a stop for harm"),
];

const STOPS: [(&str, &str); 3] =
    [("neutropenia", "neutropenia"), ("myocarditis", "myocarditis"), ("", "other: say why")];

fn options(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

pub(super) fn fields(scene: &Scene) -> Vec<Field> {
    let events = [("start", "start: the first dose"), ("stop", "stop: the last dose")];
    vec![
        Field::choice("event", "What happened", options(&events)).required(),
        Field::when("at", "When", DAY).required(),
        Field::choice("start_reason", "Why it starts", options(&STARTS)).required(),
        regimen(scene),
        Field::yes_no("high_risk", "Rechallenge at high risk"),
        Field::choice("stop_reason", "Why it stops", options(&STOPS)).required(),
        Field::text("stop_words", "In words"),
    ]
}

/// The titration regimen, or none: then only the largest daily dose is watched.
pub(super) fn regimen(scene: &Scene) -> Field {
    Field::choice("regimen", "Titration regimen", rulebook::regimens(scene.ctx.rules)).asked()
}

pub(super) fn is_hidden(field: &str, values: &Values) -> bool {
    let event = values.choice("event");
    match field {
        "start_reason" | "regimen" => event != Some("start"),
        "high_risk" => event != Some("start") || values.choice("start_reason") != Some("rechallenge"),
        "stop_reason" => event != Some("stop"),
        "stop_words" => event != Some("stop") || values.choice("stop_reason") != Some(""),
        _ => false,
    }
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "has to be typed"))?;
    match values.choice("event") {
        Some("start") => start(scene, values, at),
        Some("stop") => stop(scene, values, at),
        _ => Err(Problem::new("event", "choose one")),
    }
}

fn start(scene: &Scene, values: &Values, at: When) -> Result<Draft, Problem> {
    let reason = values.choice("start_reason").ok_or_else(|| Problem::new("start_reason", "choose one"))?;
    let high_risk = values.yes_no("high_risk") == Some(true);
    let mut draft = Draft::default();
    draft.line("Course starts", words::when(&at, scene.moment().zone));
    draft.line("Reason", safe(reason));
    if high_risk {
        draft.line("Risk", "high");
    }
    add_start(&mut draft, values, at, reason.into(), high_risk);
    Ok(draft)
}

/// The entry of a start, with its regimen read back.
pub(super) fn add_start(draft: &mut Draft, values: &Values, at: When, reason: Reason, high_risk: bool) {
    let regimen = values.choice("regimen").filter(|id| !id.is_empty());
    draft.line("Regimen", regimen.map_or_else(|| "none".to_owned(), safe));
    let event = CourseEvent::Start;
    let course = Course { event, reason: Some(reason), regimen: regimen.map(Into::into), high_risk };
    draft.entry(Some(at), Kind::Course(course));
}

fn stop(scene: &Scene, values: &Values, at: When) -> Result<Draft, Problem> {
    if at.date(scene.moment().zone) > scene.moment().today() {
        return Err(Problem::new("at", "that is in the future: a stop is entered once it has happened"));
    }
    let reason = match (values.choice("stop_reason"), values.text("stop_words")) {
        (Some(""), Some(words)) => words,
        (Some(""), None) => return Err(Problem::new("stop_words", "has to be typed")),
        (Some(known), _) => known,
        (None, _) => return Err(Problem::new("stop_reason", "choose one")),
    };
    let mut draft = Draft::default();
    draft.line("Course stops", words::when(&at, scene.moment().zone));
    draft.line("Reason", safe(reason));
    let event = CourseEvent::Stop;
    let course = Course { event, reason: Some(reason.into()), regimen: None, high_risk: false };
    draft.entry(Some(at), Kind::Course(course));
    Ok(draft)
}
