//! Who comes first.
use std::cmp::Ordering;

use super::outcome::{Assessment, DueStatus, Severity};
use crate::ward::Patient;

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

/// Compares text with runs of digits as numbers.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (left, right) = (take_run(&mut a), take_run(&mut b));
        if left.is_empty() || right.is_empty() {
            return left.cmp(right);
        }
        let digits = |s: &str| s.starts_with(|c: char| c.is_ascii_digit());
        let order = if digits(left) && digits(right) {
            let (l, r) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
            l.len().cmp(&r.len()).then_with(|| l.cmp(r)).then_with(|| left.len().cmp(&right.len()))
        } else {
            left.cmp(right)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Takes a run of digits, or of anything else, off the front.
fn take_run<'t>(text: &mut &'t str) -> &'t str {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    let (run, rest) = text.split_at(end);
    *text = rest;
    run
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn beds_in_natural_order() {
        let mut beds = ["B10", "B3", "B03", "A1", "B3a", "10", "9", ""];
        beds.sort_by(|a, b| natural(a, b));
        assert_eq!(beds, ["", "9", "10", "A1", "B3", "B3a", "B03", "B10"]);
    }
}
