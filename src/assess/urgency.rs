//! Who comes first.
use std::cmp::Ordering;

use chrono::Datelike;

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

/// Puts assessments in order of urgency; `patients` are whose they are. What decides is worked out once for each, keys are
/// sorted and not people, and each assessment is moved to its place without a second list of them.
pub(super) fn most_urgent_first(patients: &[&Patient], assessed: &mut [Assessment]) {
    let keys = patients.iter().zip(assessed.iter()).enumerate();
    let mut order: Vec<_> = keys.map(|(i, (patient, one))| (urgency(one), *patient, i)).collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| by_place(a.1, b.1)));
    let mut comes_from: Vec<usize> = order.into_iter().map(|(_, _, i)| i).collect();
    for start in 0..comes_from.len() {
        // Round the circle of places of which each takes what stands in the next.
        let mut at = start;
        while let Some(next) = comes_from.get_mut(at).map(|from| std::mem::replace(from, at)) {
            if next == start {
                break;
            }
            assessed.swap(at, next);
            at = next;
        }
    }
}

/// Smaller is more urgent.
///
/// One number, from the highest bits down: open critical flags, open warnings, cannot assess, days overdue, due today (of
/// all these the opposite, as more comes first), the soonest day that anything is due. Thousands are compared at a start.
fn urgency(one: &Assessment) -> u128 {
    let open = |severity| one.flags.iter().filter(|f| f.severity == severity && f.is_open()).count();
    let (mut overdue, mut due_today, mut soonest) = (0, false, None);
    for due in &one.due {
        overdue = overdue.max(due.days_overdue);
        due_today |= due.status == DueStatus::Due;
        soonest = soonest.into_iter().chain(due.due).min();
    }
    let many = |count: usize| u128::from(u8::try_from(count).unwrap_or(u8::MAX));
    // A day's number is counted from the year 1; without one a patient comes last.
    let day = soonest.map_or(u32::MAX, |day| u32::try_from(day.num_days_from_ce()).unwrap_or_default());
    let overdue = u128::from(u32::try_from(overdue).unwrap_or_default());
    let more_first = [
        (many(open(Severity::Critical)), 8),
        (many(open(Severity::Warning)), 8),
        (u128::from(!one.cannot_assess.is_empty()), 1),
        (overdue, 32),
        (u128::from(due_today), 1),
    ];
    let key = more_first.into_iter().fold(0, |key, (number, bits)| key << bits | ((1 << bits) - 1 - number));
    key << 32 | u128::from(day)
}

/// Beds in natural order: B3 before B10; no bed last.
fn by_bed(a: &Patient, b: &Patient) -> Ordering {
    match (&a.fields.bed, &b.fields.bed) {
        (Some(a), Some(b)) => natural(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}
