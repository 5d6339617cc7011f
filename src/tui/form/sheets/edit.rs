//! An entry that was wrong, typed again: its form as it was filled, and why it is changed. Saving voids the old entry and
//! adds the new one, both or neither.
use super::super::context::FormKind;
use super::super::field::Field;
use super::super::pasted::with_line_ends;
use super::super::rulebook;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values, observation};
use super::super::when::WhenRule;
use super::{checklist, sample};
use crate::ward::{
    Answer, Checklist, Course, CourseEvent, Entry, EntryId, Kind, MedicineEvent, Observation, Outcome, Patient, Reason,
    Sample, Void, When,
};
use crate::words;

/// The field of the reason.
const REASON: &str = "edit:reason";

/// What a field of the filled form holds.
enum Held {
    Text(String),
    YesNo(bool),
    Choice(String),
}

/// The form in which an entry is typed; `None`: it is not typed in one, and can only be voided.
pub(in super::super) fn form_of(entry: &Entry, patient: &Patient) -> Option<FormKind> {
    if rulebook::is_void(patient, &entry.id) {
        return None;
    }
    Some(match &entry.kind {
        Kind::Course(_) => FormKind::Course,
        Kind::Dose(_) => FormKind::Dose,
        Kind::Break(_) => FormKind::Break,
        Kind::Resume => FormKind::Resume,
        Kind::Observation(_) => FormKind::Results,
        Kind::Checklist(list) => FormKind::Checklist(list.list.to_string()),
        Kind::Medicine(_) => FormKind::Medicine,
        Kind::Sample(_) => FormKind::SampleTaken,
        Kind::Supply(_) => FormKind::Supply,
        Kind::Note(_) => FormKind::Note,
        _ => return None,
    })
}

fn found<'a>(id: &EntryId, scene: &Scene<'a>) -> Option<(&'a Entry, &'a Patient, FormKind)> {
    let patient = scene.patient?;
    let entry = patient.entry(id)?;
    Some((entry, patient, form_of(entry, patient)?))
}

pub(super) fn fields(id: &EntryId, scene: &Scene) -> (Vec<Field>, &'static str) {
    let Some((entry, _, kind)) = found(id, scene) else { return (Vec::new(), "") };
    let (mut fields, focus) = match &entry.kind {
        Kind::Observation(known) => (result(known, scene), VALUE),
        _ => super::fields(&Scene { kind: &kind, ..*scene }),
    };
    for (id, held) in held(entry, scene) {
        if let Some(at) = fields.iter().position(|field| *field.id == *id) {
            let field = fields.remove(at);
            fields.insert(at, fill(field, held));
        }
    }
    fields.push(Field::text(REASON, "Why it is changed").required());
    (fields, focus)
}

fn fill(field: Field, held: Held) -> Field {
    match held {
        Held::Text(text) => field.holding(&text),
        Held::YesNo(yes) => field.answered(yes),
        Held::Choice(value) => field.chosen(&value),
    }
}

/// The field of a result's number.
const VALUE: &str = "edit:value";

/// The fields of one result: its time, its number in the unit in which it was typed, and where it came from.
fn result(known: &Observation, scene: &Scene) -> Vec<Field> {
    let mut fields = vec![Field::when("at", "Sample taken", WhenRule::HAPPENED)];
    fields.extend(Field::amount(&known.test, scene.ctx.rules.tests()).map(|mut field| {
        let tests = scene.ctx.rules.tests();
        let unit = tests.get(&known.test).zip(known.unit.as_deref());
        if let Some(unit) = unit.and_then(|(test, unit)| tests.unit_typed(test, unit)) {
            field.take_unit(unit);
        }
        field.id = VALUE.into();
        field.required()
    }));
    fields.push(Field::text("source", "Source"));
    fields
}

fn held(entry: &Entry, scene: &Scene) -> Vec<(String, Held)> {
    let text = |id: &str, text: &str| (id.to_owned(), Held::Text(text.to_owned()));
    let choice = |id: &str, value: &str| (id.to_owned(), Held::Choice(value.to_owned()));
    let at = |id: &str| {
        let at = entry.at.map(|at| words::when(&at, scene.moment().zone)).unwrap_or_default();
        (id.to_owned(), Held::Text(at))
    };
    match &entry.kind {
        Kind::Course(course) => self::course(course).into_iter().chain([at("at")]).collect(),
        Kind::Dose(dose) => {
            let parts = [("morning", &dose.morning_mg), ("midday", &dose.midday_mg), ("evening", &dose.evening_mg)];
            let parts = parts.into_iter().filter_map(|(id, mg)| Some(text(id, &mg.as_ref()?.written())));
            parts.chain([at("from")]).collect()
        }
        Kind::Break(pause) => vec![at("last_dose"), text("reason", pause.reason.as_deref().unwrap_or_default())],
        Kind::Resume => vec![at("at")],
        Kind::Observation(known) => {
            let value = format!("{}{}", known.comparator.map_or("", crate::ward::Comparator::as_str), known.value);
            vec![at("at"), text(VALUE, &value), text("source", known.source.as_deref().unwrap_or_default())]
        }
        Kind::Checklist(list) => answers(list, scene).into_iter().chain([at("at")]).collect(),
        Kind::Medicine(medicine) => {
            let event = if medicine.event == MedicineEvent::Start { "start" } else { "stop" };
            vec![choice("event", event), text("name", &medicine.name), at("at")]
        }
        Kind::Sample(taken) => blood(taken).into_iter().chain([at("at")]).collect(),
        Kind::Supply(supply) => vec![text("days", &supply.days.written()), at("at")],
        Kind::Note(note) => vec![text("text", note), at("at")],
        _ => Vec::new(),
    }
}

fn course(course: &Course) -> Vec<(String, Held)> {
    let choice = |id: &str, value: &str| (id.to_owned(), Held::Choice(value.to_owned()));
    let reason = course.reason.as_ref().map_or("", Reason::as_str);
    if course.event == CourseEvent::Start {
        return vec![
            choice("event", "start"),
            choice("start_reason", reason),
            choice("regimen", course.regimen.as_deref().unwrap_or_default()),
            ("high_risk".to_owned(), Held::YesNo(course.high_risk)),
        ];
    }
    let known = matches!(course.reason, Some(Reason::Neutropenia | Reason::Myocarditis));
    vec![
        choice("event", "stop"),
        choice("stop_reason", if known { reason } else { "" }),
        ("stop_words".to_owned(), Held::Text(if known { String::new() } else { reason.to_owned() })),
    ]
}

fn blood(taken: &Sample) -> Vec<(String, Held)> {
    let outcome = match taken.outcome {
        Outcome::Taken => "taken",
        Outcome::Declined => "declined",
        Outcome::Failed => "failed",
    };
    let asked = |test: &crate::ward::Text| sample::field_of(test).map(|field| (field.to_owned(), Held::YesNo(true)));
    let none = ("fbc".to_owned(), Held::YesNo(false));
    let outcome = ("outcome".to_owned(), Held::Choice(outcome.to_owned()));
    [none, outcome].into_iter().chain(taken.tests.iter().filter_map(asked)).collect()
}

fn answers(list: &Checklist, scene: &Scene) -> Vec<(String, Held)> {
    let items = scene.ctx.rules.checklist(&list.list).map_or(&[][..], |known| &known.items);
    let answered = items.iter().filter_map(|item| Some((checklist::name(item), list.answer(&item.id)?)));
    answered
        .map(|(field, answer)| match answer {
            Answer::YesNo(yes) => (field, Held::YesNo(*yes)),
            Answer::Number(number) => (field, Held::Text(number.to_string())),
            Answer::Date(day) => (field, Held::Text(words::date(*day))),
            Answer::Text(text) => (field, Held::Text(text.to_string())),
        })
        .collect()
}

pub(super) fn head(id: &EntryId, scene: &Scene) -> Vec<String> {
    match found(id, scene) {
        Some((entry, patient, _)) => vec![rulebook::entry_in_words(entry, patient, scene)],
        None => vec!["This entry is not there any more, or was voided: there is nothing to change.".to_owned()],
    }
}

pub(super) fn is_hidden(id: &EntryId, field: &str, scene: &Scene, values: &Values) -> bool {
    let Some((entry, _, kind)) = found(id, scene) else { return false };
    let whole = !matches!(entry.kind, Kind::Observation(_));
    whole && field != REASON && super::is_hidden(field, &Scene { kind: &kind, ..*scene }, values)
}

pub(super) fn draft(id: &EntryId, scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let gone = || Problem::new(REASON, "this entry is not there any more, or was voided");
    let (old, patient, kind) = found(id, scene).ok_or_else(gone)?;
    let reason = values.text(REASON).ok_or_else(|| Problem::new(REASON, "has to be typed"))?;
    let void = Kind::Void(Void { entry: id.clone(), reason: reason.into() });
    let without = rulebook::with_kind(patient, None, void.clone(), scene.moment());
    let scene_without = Scene { kind: &kind, patient: Some(&without), ..*scene };
    let new = match &old.kind {
        Kind::Observation(known) => changed(known, &scene_without, values),
        _ => super::draft(&scene_without, values),
    }?;
    let mut draft = Draft { entries: Vec::new(), ..new.clone() };
    draft.lines.insert(0, ("Instead of".to_owned(), rulebook::entry_in_words(old, patient, scene)));
    draft.line("Why", safe(reason));
    draft.entry(None, void);
    for (at, kind) in new.entries {
        draft.entry(at.map(|at| as_it_was(at, old, scene)), kind);
    }
    let same = draft.entries.iter().skip(1).all(|(at, kind)| *at == old.at && says_the_same(kind, &old.kind));
    if same { Err(Problem::new("", "nothing was changed")) } else { Ok(draft) }
}

/// Whether both say the same; the line ends of a note are no difference.
fn says_the_same(new: &Kind, old: &Kind) -> bool {
    match (new, old) {
        (Kind::Note(new), Kind::Note(old)) => **new == *with_line_ends(old).trim(),
        _ => new == old,
    }
}

/// A time that was not changed keeps its seconds, and its way of being written.
fn as_it_was(at: When, old: &Entry, scene: &Scene) -> When {
    let shown = |at: &When| words::when(at, scene.moment().zone);
    old.at.filter(|before| shown(before) == shown(&at)).unwrap_or(at)
}

fn changed(known: &Observation, scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when the sample was taken"))?;
    let (amount, unit) = values.amount(VALUE).ok_or_else(|| Problem::new(VALUE, "has to be typed"))?;
    let mut draft = Draft::default();
    draft.line("Sample taken", words::when(&at, scene.moment().zone));
    let typed = observation(&known.test, amount, unit, values.text("source"));
    let same_unit = known.unit.as_deref().is_some_and(|before| {
        let tests = scene.ctx.rules.tests();
        tests.get(&known.test).is_some_and(|test| tests.unit_typed(test, before) == Some(unit))
    });
    let unit = if same_unit { known.unit.clone() } else { typed.unit };
    let (value, comparator, source) = (typed.value, typed.comparator, typed.source);
    draft.observation(at, Observation { value, unit, comparator, source, ..known.clone() }, scene);
    Ok(draft)
}
