//! Reading one entry: every kind of the format.
use crate::ward::json::{Cursor, Member, Shape, Str};
use crate::ward::text::{Json, Text};
use crate::ward::{
    Acknowledgement, Answer, Break, Change, Checklist, Comparator, Course, CourseEvent, Details, Dose, Entry, EntryId,
    Kind, Medicine, MedicineEvent, Number, Observation, ObservationStatus, Outcome, Reason, Recorded, Sample, Supply,
    Void, When,
};

use super::draft::Draft;
use super::field::Field;
use crate::ward::fault::{Position, Problem};

/// An entry's id, from a draft.
fn id(draft: &mut Draft) -> Option<EntryId> {
    if draft.id_may_lack && draft.get(Field::Id).is_none() {
        return Some(EntryId::new(""));
    }
    draft.required_string(Field::Id).map(|(text, _)| EntryId::new(text.decode()))
}

/// Makes an entry of a draft, at the end of `into`: an entry is large, and is not moved about. What is wrong with it
/// is noted in the draft; without an id or a kind there is none. Whether there is one.
pub(super) fn entry<'a>(
    draft: &mut Draft<'a>,
    cursor: &mut Cursor<'a>,
    json: Json,
    position: Position,
    into: &mut Vec<Entry>,
) -> bool {
    let id = id(draft);
    let Some((word, _)) = draft.required_string(Field::Kind) else { return false };
    let word = word.decode();
    let known = KINDS.contains(&&*word);
    let (at, recorded, kind) = if known { known_parts(&word, draft, cursor) } else { unknown_parts(&word, draft) };
    let Some(id) = id else { return false };
    let kind = match (kind, draft.content().next()) {
        (Some(kind), None) => kind,
        (_, Some(wrong)) => Kind::Unreadable { kind: Text::from(word), fault: Box::new(wrong.content_fault()) },
        (None, None) => return false,
    };
    into.push(Entry { id, at, recorded, kind, position, json });
    true
}

/// When it happened, when it was recorded, what it was.
type Parts = (Option<When>, Option<Recorded>, Option<Kind>);

#[inline]
fn known_parts<'a>(word: &str, draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Parts {
    let at = match word {
        "break" => draft.required_time(Field::LastDose),
        "void" => lenient_time(draft),
        _ => draft.required_time(Field::At),
    };
    (at, recorded(draft), kind(word, draft, cursor))
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
fn unknown_parts(word: &str, draft: &mut Draft) -> Parts {
    let known = draft.wrongs.len();
    let at = lenient_time(draft);
    let recorded = recorded(draft);
    draft.wrongs.truncate(known);
    (at, recorded, Some(Kind::Unknown(word.into())))
}

/// A time where the format asks for none.
fn lenient_time(draft: &Draft) -> Option<When> {
    let member = draft.get(Field::At).filter(|member| member.shape == Shape::Text)?;
    When::parse(&member.string(draft.text).decode()).ok()
}

fn recorded(draft: &mut Draft) -> Option<Recorded> {
    let member = draft.get(Field::Recorded)?;
    if member.shape != Shape::Object {
        draft.wrong_type(member, "recorded", "an object");
        return None;
    }
    let (at, by) = (draft.recorded_part("at"), draft.recorded_part("by"));
    let by = by.and_then(|by| draft.as_string(by, "recorded.by")).map(|(by, _)| draft.strings.share(by));
    let Some(at) = at else {
        draft.wrong(member.span.start, "recorded.at", Problem::BadRecorded);
        return None;
    };
    let (text, place) = draft.as_string(at, "recorded.at")?;
    if let Ok(When::Instant(at)) = When::parse(&text.decode()) {
        return Some(Recorded { at, by: by.unwrap_or_default() });
    }
    draft.wrong(place, "recorded.at", Problem::BadRecorded);
    None
}

#[inline]
fn kind<'a>(word: &str, draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Option<Kind> {
    match word {
        "result" => observation(draft).map(Kind::Observation),
        "dose" => Some(Kind::Dose(dose(draft))),
        "checklist" => checklist(draft, cursor).map(Kind::Checklist),
        "course" => course(draft).map(Kind::Course),
        "acknowledge" => acknowledgement(draft).map(Kind::Acknowledge),
        "sample" => sample(draft, cursor).map(Kind::Sample),
        "void" => void(draft).map(Kind::Void),
        "break" => Some(Kind::Break(Break { reason: draft.text(Field::Reason) })),
        "resume" => Some(Kind::Resume),
        "medicine" => medicine(draft).map(Kind::Medicine),
        "supply" => supply(draft).map(Kind::Supply),
        "note" => draft.required_text(Field::Text).map(Kind::Note),
        "change" => change(draft).map(Kind::Change),
        _ => None,
    }
}

/// The one number that may also be written as text.
fn value(draft: &mut Draft) -> Option<Number> {
    let member = draft.required(Field::Value)?;
    match member.shape {
        Shape::Number => draft.digits(member.span.of(draft.text), member.span.start, "value"),
        Shape::Text => draft.digits(&member.string(draft.text).decode(), member.span.start, "value"),
        _ => {
            draft.wrong_type(member, "value", "a number, or its digits as text,");
            None
        }
    }
}

fn observation(draft: &mut Draft) -> Option<Observation> {
    let test = draft.required_text(Field::Test);
    let value = value(draft);
    let read = Observation {
        unit: draft.text(Field::Unit),
        comparator: draft.word(Field::Comparator, "the comparator is neither < nor >", |word| match word {
            "<" => Some(Comparator::Less),
            ">" => Some(Comparator::Greater),
            _ => None,
        }),
        status: draft.word(Field::Status, "the status is neither final nor amended", |word| match word {
            "final" => Some(ObservationStatus::Final),
            "amended" => Some(ObservationStatus::Amended),
            _ => None,
        }),
        details: Details {
            assay: draft.text(Field::Assay),
            upper_limit: draft.number(Field::UpperLimit),
            hours_post_dose: draft.number(Field::HoursPostDose),
        }
        .kept(),
        source: draft.text(Field::Source),
        test: test?,
        value: value?,
    };
    Some(read)
}

fn dose(draft: &mut Draft) -> Dose {
    Dose {
        morning_mg: draft.number(Field::MorningMg),
        midday_mg: draft.number(Field::MiddayMg),
        evening_mg: draft.number(Field::EveningMg),
    }
}

fn course(draft: &mut Draft) -> Option<Course> {
    let event = draft.required_word(Field::Event, "the event is neither start nor stop", |word| match word {
        "start" => Some(CourseEvent::Start),
        "stop" => Some(CourseEvent::Stop),
        _ => None,
    });
    let read = Course {
        reason: draft.string(Field::Reason).map(|(text, _)| Reason::from(&*text.decode())),
        regimen: draft.text(Field::Regimen),
        high_risk: draft.flag(Field::HighRisk).unwrap_or(false),
        event: event?,
    };
    Some(read)
}

fn medicine(draft: &mut Draft) -> Option<Medicine> {
    let event = draft.required_word(Field::Event, "the event is neither start nor stop", |word| match word {
        "start" => Some(MedicineEvent::Start),
        "stop" => Some(MedicineEvent::Stop),
        _ => None,
    });
    let name = draft.required_text(Field::Name);
    Some(Medicine { event: event?, name: name? })
}

fn checklist<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Option<Checklist> {
    let list = draft.required_text(Field::List);
    let member = draft.required(Field::Answers)?;
    if !draft.open(cursor, member, "answers", Shape::Object) {
        return None;
    }
    let parts = std::mem::take(&mut draft.parts);
    let one = |part: &Member| {
        let item = draft.strings.share(Str::at(draft.text, part.key));
        Some((item, answer(draft, *part)?))
    };
    let answers = parts.iter().filter_map(one).collect();
    draft.parts = parts;
    Some(Checklist { list: list?, answers })
}

fn answer(draft: &mut Draft, part: Member) -> Option<Answer> {
    match part.shape {
        Shape::True => Some(Answer::YesNo(true)),
        Shape::False => Some(Answer::YesNo(false)),
        Shape::Number => draft.digits(part.span.of(draft.text), part.span.start, "answers").map(Answer::Number),
        Shape::Text => {
            let text = part.string(draft.text);
            Some(match When::parse(&text.decode()) {
                Ok(When::Date(date)) => Answer::Date(date),
                _ => Answer::Text(draft.strings.share(text)),
            })
        }
        Shape::Null | Shape::List | Shape::Object => {
            draft.wrong_type(part, "answers", "true, false, a number or text");
            None
        }
    }
}

fn sample<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Option<Sample> {
    let outcome =
        draft.required_word(Field::Outcome, "the outcome is none of taken, declined and failed", |word| match word {
            "taken" => Some(Outcome::Taken),
            "declined" => Some(Outcome::Declined),
            "failed" => Some(Outcome::Failed),
            _ => None,
        });
    let tests = tests(draft, cursor);
    Some(Sample { tests, outcome: outcome? })
}

fn tests<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Vec<Text> {
    let Some(member) = draft.get(Field::Tests) else { return Vec::new() };
    if !draft.open(cursor, member, "tests", Shape::List) {
        return Vec::new();
    }
    let parts = std::mem::take(&mut draft.parts);
    let mut tests = Vec::with_capacity(parts.len());
    for (i, part) in parts.iter().enumerate() {
        match part.shape {
            Shape::Text => tests.push(draft.strings.share(part.string(draft.text))),
            _ => draft.wrong_type(*part, format!("tests[{i}]"), "text"),
        }
    }
    draft.parts = parts;
    tests
}

fn supply(draft: &mut Draft) -> Option<Supply> {
    draft.required(Field::Days)?;
    draft.number(Field::Days).map(|days| Supply { days })
}

fn acknowledgement(draft: &mut Draft) -> Option<Acknowledgement> {
    let flag = draft.required_text(Field::Flag);
    let action = draft.text(Field::Action).unwrap_or_default();
    let close = draft.flag(Field::Close).unwrap_or(false);
    Some(Acknowledgement { flag: flag?, action, close })
}

fn change(draft: &mut Draft) -> Option<Change> {
    let field = draft.required_text(Field::Changed);
    let raw = |field| draft.get(field).map(|member| Text::from(member.span.of(draft.text)));
    let (from, to) = (raw(Field::From), raw(Field::To));
    Some(Change { field: field?, from, to })
}

fn void(draft: &mut Draft) -> Option<Void> {
    let entry = draft.required_string(Field::Entry).map(|(text, _)| EntryId::new(text.decode()));
    let reason = draft.text(Field::Reason).unwrap_or_default();
    Some(Void { entry: entry?, reason })
}
