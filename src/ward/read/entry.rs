//! Reading one entry: every kind of the format.
use crate::ward::json::{Cursor, Member, Value};
use crate::ward::text::{Json, Text};
use crate::ward::{
    Acknowledgement, Answer, Break, Change, Checklist, Comparator, Course, CourseEvent, Dose, Entry, EntryId, Kind,
    Medicine, MedicineEvent, Observation, ObservationStatus, Outcome, Reason, Recorded, Sample, Supply, Void, When,
};

use super::draft::Draft;
use super::fault::{Position, Problem};

/// An entry's id, from a draft.
fn id(draft: &mut Draft) -> Option<EntryId> {
    if draft.id_may_lack && draft.get("id").is_none() {
        return Some(EntryId::new(""));
    }
    draft.required_string("id").map(|(text, _)| EntryId::new(text.decode()))
}

/// Makes an entry of a draft. What is wrong with it is noted in the draft; without an id or a kind there is no entry.
pub(super) fn entry<'a>(
    draft: &mut Draft<'a>,
    cursor: &mut Cursor<'a>,
    json: Json,
    position: Position,
) -> Option<Entry> {
    let id = id(draft);
    let word = draft.required_text("kind");
    let read = word.as_ref().map(|word| read(word, draft, cursor));
    let (id, word) = (id?, word?);
    let Parts { at, recorded, kind } = read?;
    let kind = match (kind, draft.content().next()) {
        (Some(kind), None) => kind,
        (_, Some(wrong)) => Kind::Unreadable { kind: word, fault: wrong.content_fault() },
        (None, None) => return None,
    };
    Some(Entry { id, at, recorded, kind, position, json })
}

struct Parts {
    at: Option<When>,
    recorded: Option<Recorded>,
    kind: Option<Kind>,
}

fn read<'a>(word: &str, draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Parts {
    if !KINDS.contains(&word) {
        return unknown(word, draft, cursor);
    }
    let at = match word {
        "break" => draft.required_time("last_dose"),
        "void" => lenient_time(draft),
        _ => draft.required_time("at"),
    };
    let recorded = recorded(draft, cursor);
    let kind = kind(word, draft, cursor);
    Parts { at, recorded, kind }
}

const KINDS: [&str; 13] = [
    "result",
    "dose",
    "checklist",
    "course",
    "acknowledge",
    "sample",
    "void",
    "break",
    "resume",
    "medicine",
    "supply",
    "note",
    "change",
];

/// An entry of a kind that a newer version knows: what looks familiar is read, nothing is refused.
fn unknown<'a>(word: &str, draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Parts {
    let known = draft.wrongs.len();
    let at = lenient_time(draft);
    let recorded = recorded(draft, cursor);
    draft.wrongs.truncate(known);
    Parts { at, recorded, kind: Some(Kind::Unknown(word.into())) }
}

/// A time where the format asks for none.
fn lenient_time(draft: &Draft) -> Option<When> {
    match draft.get("at")?.value {
        Value::Text(text) => When::parse(&text.decode()).ok(),
        _ => None,
    }
}

fn recorded<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Option<Recorded> {
    let member = draft.get("recorded")?;
    if !draft.open(cursor, &member, "recorded", false) {
        return None;
    }
    let (at, by) = (draft.part("at"), draft.part("by"));
    let by = by.and_then(|by| draft.as_string(&by, "recorded.by")).map(|(by, _)| draft.strings.share(by));
    let Some(at) = at else {
        draft.wrong(member.span.start, "recorded.at", Problem::BadRecorded);
        return None;
    };
    let (text, place) = draft.as_string(&at, "recorded.at")?;
    if let Ok(When::Instant(at)) = When::parse(&text.decode()) {
        return Some(Recorded { at, by: by.unwrap_or_default() });
    }
    draft.wrong(place, "recorded.at", Problem::BadRecorded);
    None
}

fn kind<'a>(word: &str, draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Option<Kind> {
    match word {
        "result" => observation(draft).map(Kind::Observation),
        "dose" => Some(Kind::Dose(dose(draft))),
        "checklist" => checklist(draft, cursor).map(Kind::Checklist),
        "course" => course(draft).map(Kind::Course),
        "acknowledge" => acknowledgement(draft).map(Kind::Acknowledge),
        "sample" => sample(draft, cursor).map(Kind::Sample),
        "void" => void(draft).map(Kind::Void),
        "break" => Some(Kind::Break(Break { reason: draft.text("reason") })),
        "resume" => Some(Kind::Resume),
        "medicine" => medicine(draft).map(Kind::Medicine),
        "supply" => supply(draft).map(Kind::Supply),
        "note" => draft.required_text("text").map(Kind::Note),
        "change" => change(draft, cursor).map(Kind::Change),
        _ => None,
    }
}

/// The one number that may also be written as text.
fn value(draft: &mut Draft) -> Option<crate::ward::Number> {
    let member = draft.required("value")?;
    match member.value {
        Value::Number(digits) => draft.digits(digits, member.span.start, "value"),
        Value::Text(text) => draft.digits(&text.decode(), member.span.start, "value"),
        _ => {
            draft.wrong_type(&member, "value", "a number, or its digits as text,");
            None
        }
    }
}

fn observation(draft: &mut Draft) -> Option<Observation> {
    let test = draft.required_text("test");
    let value = value(draft);
    let read = Observation {
        unit: draft.text("unit"),
        comparator: draft.word("comparator", "the comparator is neither < nor >", |word| match word {
            "<" => Some(Comparator::Less),
            ">" => Some(Comparator::Greater),
            _ => None,
        }),
        status: draft.word("status", "the status is neither final nor amended", |word| match word {
            "final" => Some(ObservationStatus::Final),
            "amended" => Some(ObservationStatus::Amended),
            _ => None,
        }),
        assay: draft.text("assay"),
        upper_limit: draft.number("upper_limit"),
        hours_post_dose: draft.number("hours_post_dose"),
        source: draft.text("source"),
        test: test?,
        value: value?,
    };
    Some(read)
}

fn dose(draft: &mut Draft) -> Dose {
    Dose {
        morning_mg: draft.number("morning_mg"),
        midday_mg: draft.number("midday_mg"),
        evening_mg: draft.number("evening_mg"),
    }
}

fn course(draft: &mut Draft) -> Option<Course> {
    let event = draft.required_word("event", "the event is neither start nor stop", |word| match word {
        "start" => Some(CourseEvent::Start),
        "stop" => Some(CourseEvent::Stop),
        _ => None,
    });
    let read = Course {
        reason: draft.string("reason").map(|(text, _)| Reason::from(&*text.decode())),
        regimen: draft.text("regimen"),
        high_risk: draft.flag("high_risk").unwrap_or(false),
        event: event?,
    };
    Some(read)
}

fn medicine(draft: &mut Draft) -> Option<Medicine> {
    let event = draft.required_word("event", "the event is neither start nor stop", |word| match word {
        "start" => Some(MedicineEvent::Start),
        "stop" => Some(MedicineEvent::Stop),
        _ => None,
    });
    let name = draft.required_text("name");
    Some(Medicine { event: event?, name: name? })
}

fn checklist<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Option<Checklist> {
    let list = draft.required_text("list");
    let member = draft.required("answers")?;
    if !draft.open(cursor, &member, "answers", false) {
        return None;
    }
    let parts = std::mem::take(&mut draft.parts);
    let answers = parts.iter().filter_map(|part| Some((draft.strings.share(part.key), answer(draft, part)?))).collect();
    draft.parts = parts;
    Some(Checklist { list: list?, answers })
}

fn answer(draft: &mut Draft, part: &Member) -> Option<Answer> {
    match part.value {
        Value::Bool(yes) => Some(Answer::YesNo(yes)),
        Value::Number(digits) => draft.digits(digits, part.span.start, "answers").map(Answer::Number),
        Value::Text(text) => Some(match When::parse(&text.decode()) {
            Ok(When::Date(date)) => Answer::Date(date),
            _ => Answer::Text(draft.strings.share(text)),
        }),
        Value::Null | Value::List | Value::Object => {
            draft.wrong_type(part, "answers", "true, false, a number or text");
            None
        }
    }
}

fn sample<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Option<Sample> {
    let outcome =
        draft.required_word("outcome", "the outcome is none of taken, declined and failed", |word| match word {
            "taken" => Some(Outcome::Taken),
            "declined" => Some(Outcome::Declined),
            "failed" => Some(Outcome::Failed),
            _ => None,
        });
    let tests = tests(draft, cursor);
    Some(Sample { tests, outcome: outcome? })
}

fn tests<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Vec<Text> {
    let Some(member) = draft.get("tests") else { return Vec::new() };
    if !draft.open(cursor, &member, "tests", true) {
        return Vec::new();
    }
    let parts = std::mem::take(&mut draft.parts);
    let mut tests = Vec::with_capacity(parts.len());
    for (i, part) in parts.iter().enumerate() {
        match part.value {
            Value::Text(text) => tests.push(draft.strings.share(text)),
            _ => draft.wrong_type(part, format!("tests[{i}]"), "text"),
        }
    }
    draft.parts = parts;
    tests
}

fn supply(draft: &mut Draft) -> Option<Supply> {
    draft.required("days")?;
    draft.number("days").map(|days| Supply { days })
}

fn acknowledgement(draft: &mut Draft) -> Option<Acknowledgement> {
    let flag = draft.required_text("flag");
    let action = draft.text("action").unwrap_or_default();
    let close = draft.flag("close").unwrap_or(false);
    Some(Acknowledgement { flag: flag?, action, close })
}

fn change(draft: &mut Draft, cursor: &Cursor) -> Option<Change> {
    let field = draft.required_text("field");
    let raw = |name: &str| draft.get(name).map(|member| Text::from(member.span.of(cursor.text())));
    let (from, to) = (raw("from"), raw("to"));
    Some(Change { field: field?, from, to })
}

fn void(draft: &mut Draft) -> Option<Void> {
    let entry = draft.required_string("entry").map(|(text, _)| EntryId::new(text.decode()));
    let reason = draft.text("reason").unwrap_or_default();
    Some(Void { entry: entry?, reason })
}
