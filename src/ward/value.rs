//! Numbers as they were typed or sent: the digits are kept, and compared exactly.
use std::borrow::Cow;
use std::{cmp::Ordering, fmt, str::FromStr};

use rust_decimal::Decimal;

/// A decimal number that keeps the digits it was written with: 1.50 stays 1.50, and 1.4995 is under 1.5.
///
/// Never a float: a count is compared as it was reported.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(Digits);

/// Nearly every number of a ward is plain, and there are hundreds of thousands of them: those need no memory of their
/// own, and are worked out once.
#[derive(Clone, PartialEq, Eq)]
enum Digits {
    /// All digits as one whole number, and how many of them are decimals: exactly one text is written so.
    Plain(i64, u8),
    /// Anything else, as it was written.
    Long(Box<(Box<str>, Decimal)>),
}

/// Why some text is no [`Number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Something that is no plain decimal number.
    #[error("not a number")]
    NotANumber,
    /// More digits than can be held exactly; rounding could put it in a better band.
    #[error("more digits than can be kept exactly")]
    TooManyDigits,
}

impl Number {
    /// Reads a JSON number, or the same digits from a string. An exponent is accepted as JSON has it.
    ///
    /// # Errors
    /// Anything that is not a finite decimal number, or that would have to be rounded.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        if let Some((mantissa, decimals)) = plain(text.as_bytes()) {
            return Ok(Self(Digits::Plain(mantissa, decimals)));
        }
        exact(text).map(|exact| Self(Digits::Long(Box::new((text.into(), exact)))))
    }

    /// The exact value.
    #[inline]
    pub fn exact(&self) -> Decimal {
        match &self.0 {
            Digits::Plain(mantissa, decimals) => Decimal::new(*mantissa, u32::from(*decimals)),
            Digits::Long(long) => long.1,
        }
    }

    /// All digits as one whole number, and how many of them are decimals; `None` for a number that is not written plainly.
    #[inline]
    pub(crate) fn plain(&self) -> Option<(i64, u32)> {
        match &self.0 {
            Digits::Plain(mantissa, decimals) => Some((*mantissa, u32::from(*decimals))),
            Digits::Long(_) => None,
        }
    }

    /// The digits as they were written.
    pub fn written(&self) -> Cow<'_, str> {
        match &self.0 {
            Digits::Long(long) => Cow::Borrowed(&*long.0),
            Digits::Plain(mantissa, decimals) => {
                let (sign, decimals) = (if *mantissa < 0 { "-" } else { "" }, usize::from(*decimals));
                let digits = format!("{:0>1$}", mantissa.unsigned_abs(), decimals + 1);
                let (whole, fraction) = digits.split_at(digits.len() - decimals);
                let point = if decimals > 0 { "." } else { "" };
                Cow::Owned(format!("{sign}{whole}{point}{fraction}"))
            }
        }
    }
}

/// A plain decimal number, as no other text would be written: all its digits, and how many of them are decimals.
#[inline]
fn plain(text: &[u8]) -> Option<(i64, u8)> {
    let (negative, digits) = text.strip_prefix(b"-").map_or((false, text), |digits| (true, digits));
    if digits.len() > DIGITS_OF_64_BITS || matches!(digits, [b'0', b'0'..=b'9', ..] | [b'.', ..] | [.., b'.']) {
        return None;
    }
    let (mut number, mut decimals, mut point) = (0_i64, 0_u8, 0_u8);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                number = number * 10 + i64::from(byte - b'0');
                decimals += point;
            }
            b'.' if point == 0 => point = 1,
            _ => return None,
        }
    }
    // Minus nothing is no whole number.
    let is_none = digits.is_empty() || negative && number == 0;
    (!is_none).then_some((if negative { -number } else { number }, decimals))
}

/// Compares two decimals. Those of a ward have few digits, for which this is some times faster than the general way.
#[inline]
pub fn compare(a: Decimal, b: Decimal) -> Ordering {
    let (of_a, of_b) = (a.scale(), b.scale());
    let few = |one: Decimal| i32::try_from(one.mantissa()).ok().map(i64::from);
    let (Some(x), Some(y)) = (few(a), few(b)) else { return a.cmp(&b) };
    if of_a == of_b {
        return x.cmp(&y);
    }
    match (POWERS.get(of_b.saturating_sub(of_a) as usize), POWERS.get(of_a.saturating_sub(of_b) as usize)) {
        (Some(for_a), Some(for_b)) => (x * for_a).cmp(&(y * for_b)),
        _ => a.cmp(&b),
    }
}

/// Powers of ten by which any 32 bits can be multiplied in 64.
const POWERS: [i64; 10] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// Reads a JSON number without rounding.
fn exact(text: &str) -> Result<Decimal, NumberError> {
    let parts = Parts::split(text).ok_or(NumberError::NotANumber)?;
    parts.decimal().ok_or(NumberError::TooManyDigits)
}

/// The parts of a JSON number.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// `None` for what is no JSON number.
    fn split(text: &'a str) -> Option<Self> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = rest.split_once(['e', 'E']).map_or((rest, None), |(m, e)| (m, Some(e)));
        let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        let well_formed = digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && fraction.is_none_or(digits)
            && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)));
        well_formed.then_some(Self { negative, whole, fraction: fraction.unwrap_or_default(), exponent })
    }

    /// `None` if it would have to be rounded.
    fn decimal(&self) -> Option<Decimal> {
        let mut number = self.mantissa()?;
        let exponent = self.exponent.map_or(Some(0), |e| e.strip_prefix('+').unwrap_or(e).parse().ok())?;
        let mut scale = i64::try_from(self.fraction.len()).ok()?.checked_sub(exponent)?;
        if number == 0 {
            scale = scale.clamp(0, MOST_DECIMALS);
        }
        if scale < 0 {
            let power = u32::try_from(-scale).ok()?;
            number = number.checked_mul(10_i128.checked_pow(power)?)?;
            scale = 0;
        }
        while scale > MOST_DECIMALS && number % 10 == 0 {
            number /= 10;
            scale -= 1;
        }
        let signed = if self.negative { -number } else { number };
        Decimal::try_from_i128_with_scale(signed, u32::try_from(scale).ok()?).ok()
    }

    fn mantissa(&self) -> Option<i128> {
        let mut digits = self.whole.bytes().chain(self.fraction.bytes()).map(|b| b - b'0');
        if self.whole.len() + self.fraction.len() <= DIGITS_OF_64_BITS {
            return Some(digits.fold(0_i64, |number, digit| number * 10 + i64::from(digit)).into());
        }
        digits.try_fold(0_i128, |number, digit| number.checked_mul(10)?.checked_add(digit.into()))
    }
}

/// The most decimals that a `Decimal` holds.
const MOST_DECIMALS: i64 = 28;

/// Any number of so many digits fits 64 bits.
const DIGITS_OF_64_BITS: usize = 18;

impl FromStr for Number {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written())
    }
}

/// A result that the laboratory could only bound (FHIR `Quantity.comparator`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// `<`: under the number given.
    Less,
    /// `>`: over the number given.
    Greater,
}

impl Comparator {
    /// As it is written in the file and before the number on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::Greater => ">",
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{Number, NumberError, compare};

    #[test]
    fn digits_are_kept_and_nothing_is_rounded() {
        assert_eq!(Number::parse("1.50").map(|n| n.to_string()), Ok("1.50".to_owned()));
        assert_eq!(Number::parse("1.4999999999999999999999999999999"), Err(NumberError::TooManyDigits));
        assert!(Number::parse("1.4995").unwrap().exact() < Number::parse("1.5").unwrap().exact());
        for bad in
            ["", "1,5", "1.", ".5", "NaN", "1_000", " 1", "+1", "1.2.3", "1e999", "0x1", "--1", "01.5", "1e", "1e+"]
        {
            assert!(Number::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Number::parse("1.4999999999999999999999999999999e0"), Err(NumberError::TooManyDigits));
        for (written, means) in [
            ("1.5e3", "1500"),
            ("150e-2", "1.5"),
            ("0.0000000000000000000000000000000000e5", "0"),
            ("100000000000000000000e-20", "1"),
            ("-0", "0"),
            ("12345678901234567890.12345678", "12345678901234567890.12345678"),
        ] {
            let (written, means) = (Number::parse(written).unwrap(), Decimal::from_str_exact(means).unwrap());
            assert_eq!(written.exact(), means);
        }
    }

    #[test]
    fn decimals_compare_as_their_values_do() {
        let texts =
            ["0", "-0", "1.5", "1.50", "1.499", "-1.5", "1e9", "0.000000000001", "79228162514264337593543950335"];
        let all: Vec<Decimal> = texts.iter().map(|text| Number::parse(text).unwrap().exact()).collect();
        for a in &all {
            for b in &all {
                assert_eq!(compare(*a, *b), a.cmp(b), "{a} {b}");
            }
        }
    }

    #[test]
    fn every_count_with_two_decimals_is_exact() {
        for hundredths in 0..10_000 {
            let digits = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            let number = Number::parse(&digits).unwrap();
            assert_eq!((number.exact(), &*number.written()), (Decimal::new(hundredths, 2), &*digits));
        }
        for text in ["0", "-1", "-0.5", "-0", "-0.00", "0.000", "1e2", "100", "-12.50"] {
            assert_eq!(Number::parse(text).unwrap().written(), text);
        }
        for long in ["1234567890123", "12345678901234", "123456789012345", "0.1234567890123456789"] {
            let number = Number::parse(long).unwrap();
            assert_eq!((number.exact(), &*number.written()), (Decimal::from_str_exact(long).unwrap(), long));
        }
        assert_eq!(size_of::<Option<Number>>(), 16);
    }
}
