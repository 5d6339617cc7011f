//! The order in which people count beds.
use std::cmp::Ordering;

use super::{Name, Patient, PatientId};

/// Where somebody stands in the order of beds as people count them (B9 before B10), then of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BedOrder<'a> {
    bed: Option<&'a str>,
    family: String,
    given: String,
    id: &'a PatientId,
}

impl<'a> BedOrder<'a> {
    /// Of one patient: what is compared is put into small letters once.
    pub fn of(patient: &'a Patient) -> Self {
        let Name { family, given } = &patient.fields.name;
        let bed = patient.fields.bed.as_deref();
        Self { bed, family: family.to_lowercase(), given: given.to_lowercase(), id: &patient.id }
    }
}

impl PartialOrd for BedOrder<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BedOrder<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let beds = match (self.bed, other.bed) {
            (Some(a), Some(b)) => natural(a, b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        beds.then_with(|| self.family.cmp(&other.family))
            .then_with(|| self.given.cmp(&other.given))
            .then_with(|| self.id.cmp(other.id))
    }
}

/// Text order in which runs of digits count as numbers.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    // Beds mostly begin alike: letters and signs that are the same are passed over before anything is looked at closely.
    let alike = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y && x.is_ascii() && !x.is_ascii_digit()).count();
    (a, b) = (a.get(alike..).unwrap_or_default(), b.get(alike..).unwrap_or_default());
    loop {
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else {
            return a.len().cmp(&b.len());
        };
        if x == y && x.is_ascii_alphabetic() {
            a = a.get(1..).unwrap_or_default();
            b = b.get(1..).unwrap_or_default();
        } else if x.is_ascii_digit() && y.is_ascii_digit() {
            let (left, rest_a) = digits(a);
            let (right, rest_b) = digits(b);
            let by_value = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
            if by_value != Ordering::Equal {
                return by_value;
            }
            (a, b) = (rest_a, rest_b);
        } else {
            let order = x.to_lowercase().cmp(y.to_lowercase());
            if order != Ordering::Equal {
                return order;
            }
            a = a.get(x.len_utf8()..).unwrap_or_default();
            b = b.get(y.len_utf8()..).unwrap_or_default();
        }
    }
}

/// The digits at the start without leading zeros, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn beds_are_counted_as_people_count_them() {
        let mut beds = ["B10", "B9", "A1", "b2", "B03", "C", "B1a", "10", "9", "", "B1"];
        beds.sort_by(|a, b| natural(a, b));
        assert_eq!(beds, ["", "9", "10", "A1", "B1", "B1a", "b2", "B03", "B9", "B10", "C"]);
    }
}
