//! Any checklist of the data: each item yes, no or not asked, a day, a number, or words.
use super::super::field::Field;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use crate::rules::{AnswerKind, ChecklistDef, Item};
use crate::ward::{Answer, Checklist, Kind, When};
use crate::words;

pub(super) fn title(list: &str, scene: &Scene) -> String {
    scene.ctx.rules.checklist(list).map_or_else(|| "Checklist".to_owned(), |list| list.title.clone())
}

/// The name of an item's field: apart from that of the form's own.
pub(in super::super) fn name(item: &Item) -> String {
    format!("item:{}", item.id)
}

pub(super) fn fields(list: &str, scene: &Scene) -> Vec<Field> {
    let items = scene.ctx.rules.checklist(list).map_or(&[][..], |list| &list.items);
    let mut fields: Vec<_> = items.iter().map(|item| field(item).asked()).collect();
    fields.push(Field::when("at", "Asked", WhenRule::HAPPENED));
    fields
}

fn field(item: &Item) -> Field {
    let name = name(item);
    match &item.answer {
        AnswerKind::YesNo => Field::yes_no(&name, &item.label),
        AnswerKind::Date => Field::when(&name, &item.label, WhenRule::PAST_DAY),
        AnswerKind::Number { min, max } => Field::whole(&name, &item.label, min.0, max.0),
        AnswerKind::Text => Field::text(&name, &item.label),
    }
}

pub(super) fn draft(list: &str, scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let Some(list) = scene.ctx.rules.checklist(list) else {
        return Err(Problem::new("at", "this checklist is not known"));
    };
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when it was asked"))?;
    let day = at.date(scene.moment().zone);
    let mut draft = Draft::default();
    draft.line("Asked", words::when(&at, scene.moment().zone));
    let mut answers = Vec::new();
    for item in &list.items {
        let Some(answer) = answer(item, values) else { continue };
        if matches!(answer, Answer::Date(answered) if answered > day) {
            return Err(Problem::new(&name(item), "that is after the day on which it was asked"));
        }
        draft.line(&safe(&item.label), said(&answer));
        answers.push((item.id.as_str().into(), answer));
    }
    if answers.is_empty() {
        return Err(Problem::new(&first(list), "at least one item has to be asked"));
    }
    if answers.len() < list.items.len() {
        draft.line("Not asked", format!("{} of {} items", list.items.len() - answers.len(), list.items.len()));
    }
    draft.entry(Some(at), Kind::Checklist(Checklist { list: list.id.as_str().into(), answers }));
    Ok(draft)
}

fn first(list: &ChecklistDef) -> String {
    list.items.first().map(name).unwrap_or_default()
}

fn answer(item: &Item, values: &Values) -> Option<Answer> {
    let name = name(item);
    match &item.answer {
        AnswerKind::YesNo => values.yes_no(&name).map(Answer::YesNo),
        AnswerKind::Date => values.when(&name).and_then(|at| match at {
            When::Date(day) => Some(Answer::Date(day)),
            _ => None,
        }),
        AnswerKind::Number { .. } => values.number(&name).map(Answer::Number),
        AnswerKind::Text => values.text(&name).map(|text| Answer::Text(text.into())),
    }
}

fn said(answer: &Answer) -> String {
    match answer {
        Answer::YesNo(yes) => if *yes { "YES" } else { "no" }.to_owned(),
        Answer::Date(day) => words::date(*day),
        Answer::Number(number) => number.to_string(),
        Answer::Text(text) => safe(text),
    }
}
