//! Faults of content: what is wrong with an entry that has the right shape. No rule reads such an entry; on a form or
//! in `record` it is refused, in a file it is kept and shown.
use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::calendar::Calendar;
use super::outcome::CannotAssess;
use super::stamp::Stamp;
use crate::rules::{AnswerKind, Rules, TestDef, UnitFault};
use crate::ward::read::ContentFault;
use crate::ward::{Answer, Checklist, Dose, Entry, Kind, Moment, Observation, Patient, Ward};

/// What makes an entry unreadable for every rule, if anything does.
pub(super) fn fault(entry: &Entry, rules: &Rules, calendar: &Calendar) -> Option<CannotAssess> {
    if is_ahead(entry, &calendar.moment) {
        let why = "recorded later than now: until then no rule reads it - not assessed";
        let entry = Some(entry.id.clone());
        return Some(CannotAssess { code: "future-date", why: why.to_owned(), entry });
    }
    let found = match (time(entry, rules, calendar), &entry.kind) {
        (Err(fault), _) => Some(fault),
        (Ok(None), _) => None,
        (Ok(Some(_)), Kind::Observation(observation)) => {
            value(entry, observation, rules.tests().get(&observation.test), rules).err()
        }
        (Ok(Some(_)), _) => readable(entry, rules).err(),
    };
    found.map(|fault| *fault)
}

/// By how much two clocks may differ before one of them is called wrong.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);

/// Whether an entry says that it was recorded after the moment, by more than clocks differ.
fn is_ahead(entry: &Entry, moment: &Moment) -> bool {
    entry.recorded.as_ref().is_some_and(|recorded| recorded.at.to_utc() - moment.at > CLOCKS_DIFFER)
}

/// How many entries say that they were recorded after the moment. If the moment is now, a clock is or was wrong, and
/// no rule reads them until it comes.
pub fn recorded_ahead(ward: &Ward, moment: &Moment) -> usize {
    ward.entries().filter(|(_, entry)| is_ahead(entry, moment)).count()
}

/// When an entry that the rules may read happened; `None` for a `void`, which has no time.
pub(super) fn time(entry: &Entry, rules: &Rules, calendar: &Calendar) -> Result<Option<Stamp>, Box<CannotAssess>> {
    match &entry.kind {
        Kind::Unreadable { kind, fault } => {
            return cannot(entry, fault.code, format!("{kind}, field {}: {}", fault.field, fault.what));
        }
        Kind::Unknown(_) => {
            return cannot(entry, "unknown-kind", "an entry of a kind that a newer version wrote".to_owned());
        }
        _ => {}
    }
    let Some(at) = &entry.at else { return Ok(None) };
    match calendar.stamp(at) {
        Err(e) => cannot(entry, "no-such-time", format!("{}: {e}", entry.kind.name())),
        Ok(at) if at.later_than(&calendar.now()) && has_happened(&entry.kind) => {
            cannot(entry, "future-date", format!("{}: dated in the future - not assessed", what(&entry.kind, rules)))
        }
        Ok(at) => Ok(Some(at)),
    }
}

/// The value of a result in its test's canonical unit. `test` is what the rules know of the test.
pub(super) fn value(
    entry: &Entry,
    observation: &Observation,
    test: Option<&TestDef>,
    rules: &Rules,
) -> Result<Decimal, Box<CannotAssess>> {
    let known = test.ok_or(UnitFault::UnknownTest);
    let value = known.and_then(|test| rules.tests().value_of(test, observation));
    value.or_else(|fault| cannot(entry, code_of(&fault), format!("{}: {fault}", what(&entry.kind, rules))))
}

/// Whether the rules can read what an entry says, if it is no result.
pub(super) fn readable(entry: &Entry, rules: &Rules) -> Result<(), Box<CannotAssess>> {
    match &entry.kind {
        Kind::Dose(dose) if is_negative(dose) => {
            cannot(entry, "implausible", "dose: less than nothing - not assessed".to_owned())
        }
        Kind::Supply(supply) if supply.days.exact() <= Decimal::ZERO => {
            cannot(entry, "implausible", "supply: of no days - not assessed".to_owned())
        }
        Kind::Checklist(list) if rules.checklist(&list.list).is_none() => {
            cannot(entry, "unknown-list", "checklist not known - not assessed".to_owned())
        }
        _ => Ok(()),
    }
}

/// Boxed: every entry could give one, and hardly any does.
#[cold]
fn cannot<T>(entry: &Entry, code: &'static str, why: String) -> Result<T, Box<CannotAssess>> {
    Err(Box::new(CannotAssess { code, why, entry: Some(entry.id.clone()) }))
}

/// A fault in the patient's own fields.
pub(super) fn of_patient(fault: &ContentFault) -> CannotAssess {
    CannotAssess { code: fault.code, why: format!("{}: {}", fault.field, fault.what), entry: None }
}

/// What was measured, asked or done has happened; a dose, a course or a medicine may be planned.
fn has_happened(kind: &Kind) -> bool {
    matches!(kind, Kind::Observation(_) | Kind::Checklist(_) | Kind::Sample(_) | Kind::Break(_) | Kind::Acknowledge(_))
}

/// A test that nobody knows is not named: what stands in its place may be anything, a name or a number of somebody.
fn what(kind: &Kind, rules: &Rules) -> String {
    match kind {
        Kind::Observation(observation) if rules.tests().get(&observation.test).is_some() => {
            format!("result of {}", observation.test)
        }
        other => other.name().to_owned(),
    }
}

fn code_of(fault: &UnitFault) -> &'static str {
    match fault {
        UnitFault::UnknownTest => "unknown-test",
        UnitFault::MissingUnit => "missing-unit",
        UnitFault::UnknownUnit => "unknown-unit",
        UnitFault::Implausible { .. } => "implausible",
    }
}

fn is_negative(dose: &Dose) -> bool {
    [&dose.morning_mg, &dose.midday_mg, &dose.evening_mg].into_iter().flatten().any(|part| part.exact() < Decimal::ZERO)
        || dose.total_mg().is_none()
}

/// Answers of a known checklist that no rule can read: they are not "no".
pub(super) fn unread_answers(entry: &Entry, list: &Checklist, rules: &Rules) -> Option<CannotAssess> {
    let known = rules.checklist(&list.list)?;
    let unread = list.answers.iter().find(|(name, answer)| {
        known.item(name).is_none_or(|item| match (&item.answer, answer) {
            (AnswerKind::YesNo, Answer::YesNo(_))
            | (AnswerKind::Date, Answer::Date(_))
            | (AnswerKind::Text, Answer::Text(_)) => false,
            (AnswerKind::Number { min, max }, Answer::Number(n)) => !(min.0..=max.0).contains(&n.exact()),
            _ => true,
        })
    })?;
    let name = known.item(&unread.0).map_or("an item that is not known", |item| &item.label);
    Some(CannotAssess {
        code: "unread-answer",
        why: format!("checklist {}: {name}: the answer cannot be read - not assessed", known.title),
        entry: Some(entry.id.clone()),
    })
}

/// Faults of content in a whole file that the rules see, for `check`: in file order, with the entry's place. What reading
/// alone sees is in `ward::read::content_faults`.
pub fn content_faults<'w>(
    ward: &'w Ward,
    rules: &Rules,
    moment: &Moment,
) -> Vec<(&'w Patient, &'w Entry, CannotAssess)> {
    let calendar = Calendar::new(moment);
    ward.patients
        .iter()
        .flat_map(|patient| patient.entries.iter().map(move |entry| (patient, entry)))
        .filter(|(_, entry)| !matches!(entry.kind, Kind::Unreadable { .. }))
        .filter_map(|(patient, entry)| {
            let found = fault(entry, rules, &calendar).or_else(|| match &entry.kind {
                Kind::Checklist(list) => unread_answers(entry, list, rules),
                _ => None,
            })?;
            Some((patient, entry, found))
        })
        .collect()
}
