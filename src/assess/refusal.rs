//! What a form or `record` must not take, and what it has to ask about. What a file already holds is judged more kindly:
//! there it is kept, shown, and read by no rule.
use super::calendar::Calendar;
use super::content::{fault, unread_answers};
use super::known::Known;
use super::outcome::CannotAssess;
use super::samples::{impossible, samples};
use crate::rules::Rules;
use crate::ward::{Entry, Kind, Moment, Patient};

/// Why a form or `record` must not take an entry, if it must not. What a file already holds is judged more kindly:
/// there it is kept, shown, and read by no rule.
pub fn refusal(patient: &Patient, entry: &Entry, rules: &Rules, moment: &Moment) -> Option<CannotAssess> {
    fault(entry, rules, &Calendar::new(moment)).or_else(|| match &entry.kind {
        Kind::Checklist(list) => unread_answers(entry, list, rules),
        Kind::Change(change) if !patient.can_change(change) => Some(CannotAssess {
            code: "bad-change",
            why: "change: not a field of a patient, or not a value that it can hold".to_owned(),
            entry: Some(entry.id.clone()),
        }),
        _ => None,
    })
}

/// What has to be asked about a new entry, or said of it where nobody can be asked: it is kept, and the patient marked.
/// That is an ANC above the WBC of its sample. Which of the two is wrong only the report says; a refusal would lose both.
pub fn doubt(patient: &Patient, entry: &Entry, rules: &Rules, moment: &Moment) -> Option<CannotAssess> {
    if !matches!(&entry.kind, Kind::Observation(o) if &*o.test == "anc" || &*o.test == "wbc") {
        return None;
    }
    let with = patient.with_entries(std::slice::from_ref(entry));
    let calendar = Calendar::new(moment);
    let known = Known::new(&with, rules, &calendar);
    samples(&known)
        .iter()
        .filter(|s| [s.anc, s.wbc].into_iter().flatten().any(|fact| fact.entry.id == entry.id))
        .find_map(impossible)
        .map(|fault| CannotAssess { entry: Some(entry.id.clone()), ..fault })
}
