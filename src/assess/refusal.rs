//! What a form or `record` must not take. What a file already holds is judged more kindly: there it is kept, shown, and
//! read by no rule.
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
    fault(entry, rules, &Calendar::new(moment))
        .or_else(|| match &entry.kind {
            Kind::Checklist(list) => unread_answers(entry, list, rules),
            Kind::Change(change) if !patient.can_change(change) => Some(CannotAssess {
                code: "bad-change",
                why: "change: not a field of a patient, or not a value that it can hold".to_owned(),
                entry: Some(entry.id.clone()),
            }),
            _ => None,
        })
        .or_else(|| anc_above_wbc(patient, entry, rules, moment))
}

/// Whether a new entry would make an ANC above the WBC of its sample.
fn anc_above_wbc(patient: &Patient, entry: &Entry, rules: &Rules, moment: &Moment) -> Option<CannotAssess> {
    if !matches!(&entry.kind, Kind::Observation(o) if &*o.test == "anc" || &*o.test == "wbc") {
        return None;
    }
    let mut with = patient.clone();
    with.entries.push(entry.clone());
    let calendar = Calendar::new(moment);
    let known = Known::new(&with, rules, &calendar);
    samples(&known)
        .iter()
        .filter(|s| [s.anc, s.wbc].into_iter().flatten().any(|fact| fact.entry.id == entry.id))
        .find_map(impossible)
        .map(|fault| CannotAssess { entry: Some(entry.id.clone()), ..fault })
}
