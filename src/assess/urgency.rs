//! Who comes first.
use std::cmp::Ordering;

use super::outcome::{Assessment, DueStatus, Severity};
use crate::ward::{Patient, natural};

/// Orders two patients, the more urgent first: open critical flags, open warnings, cannot assess, then most days overdue,
/// due today, soonest due; ties by bed in natural order, name, id.
pub fn by_urgency(a: (&Patient, &Assessment), b: (&Patient, &Assessment)) -> Ordering {
    urgency(a.1).cmp(&urgency(b.1)).then_with(|| by_place(a.0, b.0))
}

/// By bed in natural order, name, id.
fn by_place(a: &Patient, b: &Patient) -> Ordering {
    by_bed(a, b)
        .then_with(|| a.fields.name.family.cmp(&b.fields.name.family))
        .then_with(|| a.fields.name.given.cmp(&b.fields.name.given))
        .then_with(|| a.id.cmp(&b.id))
}

/// Puts assessments in order of urgency. What decides is worked out once for each, and keys are sorted, not people.
pub(super) fn most_urgent_first(assessed: Vec<(&Patient, Assessment)>) -> Vec<Assessment> {
    let mut order: Vec<_> =
        assessed.iter().enumerate().map(|(i, (patient, one))| (urgency(one), *patient, i)).collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| by_place(a.1, b.1)));
    let mut assessed: Vec<Option<Assessment>> = assessed.into_iter().map(|(_, one)| Some(one)).collect();
    order.into_iter().filter_map(|(_, _, i)| assessed.get_mut(i)?.take()).collect()
}

/// Smaller is more urgent.
fn urgency(one: &Assessment) -> impl Ord + use<> {
    use std::cmp::Reverse;
    let open = |severity| one.flags.iter().filter(|f| f.severity == severity && f.acknowledged.is_none()).count();
    let overdue = one.due.iter().map(|due| due.days_overdue).max().unwrap_or(0);
    let due_today = one.due.iter().any(|due| due.status == DueStatus::Due);
    let soonest = one.due.iter().filter_map(|due| due.due).min();
    (
        Reverse(open(Severity::Critical)),
        Reverse(open(Severity::Warning)),
        Reverse(!one.cannot_assess.is_empty()),
        Reverse(overdue),
        Reverse(due_today),
        soonest.is_none(),
        soonest,
    )
}

/// Beds in natural order: B3 before B10; no bed last.
fn by_bed(a: &Patient, b: &Patient) -> Ordering {
    match (&a.fields.bed, &b.fields.bed) {
        (Some(a), Some(b)) => natural(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}
