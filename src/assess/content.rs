//! Faults of content: what is wrong with an entry that has the right shape. No rule reads such an entry; on a form or
//! in `record` it is refused, in a file it is kept and shown.
use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::outcome::CannotAssess;
use super::stamp::Stamp;
use crate::rules::{AnswerKind, Rules, UnitFault};
use crate::ward::read::ContentFault;
use crate::ward::{Answer, Checklist, Dose, Entry, Kind, Moment, Patient, Ward};

/// What makes an entry unreadable for every rule, if anything does.
pub(super) fn fault(entry: &Entry, rules: &Rules, moment: &Moment) -> Option<CannotAssess> {
    if is_ahead(entry, moment) {
        let why = "recorded later than now: until then no rule reads it - not assessed";
        return Some(CannotAssess { code: "future-date", why: why.to_owned(), entry: Some(entry.id.clone()) });
    }
    read(entry, rules, moment).err()
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

/// What the rules may read of an entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Read {
    /// When; a `void` has no time.
    pub at: Option<Stamp>,
    /// The value of an observation, in its canonical unit.
    pub value: Option<Decimal>,
}

/// Whether the rules may read an entry, and what they read first of all.
pub(super) fn read(entry: &Entry, rules: &Rules, moment: &Moment) -> Result<Read, CannotAssess> {
    let cannot = |code, why: String| Err(CannotAssess { code, why, entry: Some(entry.id.clone()) });
    match &entry.kind {
        Kind::Unreadable { kind, fault } => {
            return cannot(fault.code, format!("{kind}, field {}: {}", fault.field, fault.what));
        }
        Kind::Unknown(_) => return cannot("unknown-kind", "an entry of a kind that a newer version wrote".to_owned()),
        _ => {}
    }
    let at = match entry.at.as_ref().map(|at| Stamp::new(at, moment.zone)) {
        None => return Ok(Read::default()),
        Some(Err(e)) => return cannot("no-such-time", format!("{}: {e}", entry.kind.name())),
        Some(Ok(at)) => at,
    };
    if at.later_than(&Stamp::of(moment)) && has_happened(&entry.kind) {
        return cannot("future-date", format!("{}: dated in the future - not assessed", what(&entry.kind, rules)));
    }
    match &entry.kind {
        Kind::Observation(observation) => match rules.tests().value(observation) {
            Ok(value) => Ok(Read { at: Some(at), value: Some(value) }),
            Err(fault) => cannot(code_of(&fault), format!("{}: {fault}", what(&entry.kind, rules))),
        },
        Kind::Dose(dose) if is_negative(dose) => {
            cannot("implausible", "dose: less than nothing - not assessed".to_owned())
        }
        Kind::Supply(supply) if supply.days.exact() <= Decimal::ZERO => {
            cannot("implausible", "supply: of no days - not assessed".to_owned())
        }
        Kind::Checklist(list) if rules.checklist(&list.list).is_none() => {
            cannot("unknown-list", "checklist not known - not assessed".to_owned())
        }
        _ => Ok(Read { at: Some(at), value: None }),
    }
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
    ward.patients
        .iter()
        .flat_map(|patient| patient.entries.iter().map(move |entry| (patient, entry)))
        .filter(|(_, entry)| !matches!(entry.kind, Kind::Unreadable { .. }))
        .filter_map(|(patient, entry)| {
            let found = fault(entry, rules, moment).or_else(|| match &entry.kind {
                Kind::Checklist(list) => unread_answers(entry, list, rules),
                _ => None,
            })?;
            Some((patient, entry, found))
        })
        .collect()
}
