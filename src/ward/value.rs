//! Numbers as they were typed or sent: the digits are kept, and compared exactly.
use std::{fmt, str::FromStr};

use rust_decimal::Decimal;

/// A decimal number that keeps the digits it was written with: 1.50 stays 1.50, and 1.4995 is under 1.5.
///
/// Never a float: a count is compared as it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    digits: Box<str>,
    exact: Decimal,
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
        let mantissa_digits = text
            .split(['e', 'E'])
            .next()
            .unwrap_or_default()
            .strip_prefix('-')
            .unwrap_or_else(|| text.split(['e', 'E']).next().unwrap_or_default());
        let well_formed = mantissa_digits.starts_with(|c: char| c.is_ascii_digit())
            && mantissa_digits.ends_with(|c: char| c.is_ascii_digit())
            && mantissa_digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        if !well_formed {
            return Err(NumberError::NotANumber);
        }
        let exact = if text.contains(['e', 'E']) {
            Decimal::from_scientific(text).map_err(|_| NumberError::NotANumber)?
        } else {
            Decimal::from_str_exact(text).map_err(|_| NumberError::TooManyDigits)?
        };
        Ok(Self { digits: text.into(), exact })
    }

    /// The exact value.
    pub fn exact(&self) -> Decimal {
        self.exact
    }

    /// The digits as they were written.
    pub fn as_str(&self) -> &str {
        &self.digits
    }
}

impl FromStr for Number {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)
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
    use super::{Number, NumberError};

    #[test]
    fn digits_are_kept_and_nothing_is_rounded() {
        assert_eq!(Number::parse("1.50").map(|n| n.to_string()), Ok("1.50".to_owned()));
        assert_eq!(Number::parse("1.4999999999999999999999999999999"), Err(NumberError::TooManyDigits));
        assert!(Number::parse("1.4995").unwrap().exact() < Number::parse("1.5").unwrap().exact());
        for bad in ["", "1,5", "1.", ".5", "NaN", "1_000", " 1", "+1", "1.2.3", "1e999", "0x1", "--1"] {
            assert!(Number::parse(bad).is_err(), "{bad}");
        }
    }
}
