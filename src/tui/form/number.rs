//! Reading a number as people type it: the digits are kept, and what could be read in two ways is refused.
use rust_decimal::Decimal;

use crate::ward::{Comparator, Number};

/// A number as it was typed, with the sign of a result that the laboratory could only bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// `<` or `>`.
    pub comparator: Option<Comparator>,
    /// The digits as typed.
    pub number: Number,
}

impl Amount {
    /// As it is shown: `<0.1`, `1.50`.
    pub(super) fn shown(&self) -> String {
        format!("{}{}", self.comparator.map_or("", Comparator::as_str), self.number)
    }

    /// The number itself.
    pub(super) fn exact(&self) -> Decimal {
        self.number.exact()
    }
}

/// Reads a number; `bounds` says whether `<` and `>` may stand before it.
///
/// # Errors
/// The reason, in words for beside the field.
pub(super) fn read(typed: &str, bounds: bool) -> Result<Amount, String> {
    let text = typed.trim();
    let (comparator, digits) = match text.split_at_checked(1) {
        Some(("<", rest)) => (Some(Comparator::Less), rest.trim_start()),
        Some((">", rest)) => (Some(Comparator::Greater), rest.trim_start()),
        _ => (None, text),
    };
    if comparator.is_some() && !bounds {
        return Err("the number itself, without < or >".to_owned());
    }
    if let Some(why) = fault(digits, comparator.is_some()) {
        return Err(why.to_owned());
    }
    match Number::parse(digits) {
        Ok(number) => Ok(Amount { comparator, number }),
        Err(error) => Err(error.to_string()),
    }
}

/// What is wrong with the digits, the likeliest slip first.
fn fault(digits: &str, bounded: bool) -> Option<&'static str> {
    let has = |wanted: fn(char) -> bool| digits.chars().any(wanted);
    if digits.is_empty() {
        return Some(if bounded { "the number after the sign" } else { "a number" });
    }
    if digits.contains(',') {
        return Some("a comma can mean two things: type a point, as in 1.32");
    }
    if digits.contains('%') {
        return Some("a percentage is no count: type the count itself");
    }
    if has(char::is_alphabetic) {
        return Some("letters are no part of a number");
    }
    if digits.starts_with(['-', '\u{2212}']) {
        return Some("a number under zero cannot be meant");
    }
    if has(char::is_whitespace) {
        return Some("no space inside a number");
    }
    if has(|c| !c.is_ascii_digit() && c != '.') {
        return Some("only digits and a point, such as 1.32");
    }
    if digits.matches('.').count() > 1 {
        return Some("two points in one number");
    }
    if digits.starts_with('.') {
        return Some("a zero before the point, as in 0.5");
    }
    if digits.ends_with('.') {
        return Some("a digit after the point");
    }
    let whole = digits.split('.').next().unwrap_or_default();
    if whole.len() > 1 && whole.starts_with('0') {
        return Some("no zeros before the number");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_slip_is_refused_with_its_reason() {
        for (typed, why) in [
            ("1,32", "a comma can mean two things: type a point, as in 1.32"),
            ("1,500", "a comma can mean two things: type a point, as in 1.32"),
            ("abc", "letters are no part of a number"),
            ("1.3x", "letters are no part of a number"),
            ("1e3", "letters are no part of a number"),
            ("-1", "a number under zero cannot be meant"),
            ("1 500", "no space inside a number"),
            ("1.2.3", "two points in one number"),
            (".5", "a zero before the point, as in 0.5"),
            ("5.", "a digit after the point"),
            ("007", "no zeros before the number"),
            ("00.4", "no zeros before the number"),
            ("42%", "a percentage is no count: type the count itself"),
            ("<", "the number after the sign"),
            ("+1", "only digits and a point, such as 1.32"),
            ("<<1", "only digits and a point, such as 1.32"),
            ("٣", "only digits and a point, such as 1.32"),
            ("", "a number"),
            ("1.4999999999999999999999999999999", "more digits than can be kept exactly"),
        ] {
            assert_eq!(read(typed, true), Err(why.to_owned()), "{typed}");
        }
        assert_eq!(read("<5", false), Err("the number itself, without < or >".to_owned()));
    }

    #[test]
    fn digits_and_bounds_are_kept() {
        for (typed, shown) in [("1.50", "1.50"), ("0", "0"), ("0.40", "0.40"), ("<0.1", "<0.1"), (" > 10 ", ">10")] {
            assert_eq!(read(typed, true).map(|amount| amount.shown()), Ok(shown.to_owned()), "{typed}");
        }
    }
}
