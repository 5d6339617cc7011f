//! Identifiers: of entries, of patients in the file, and of people in the health service.
use std::fmt;

use chrono::{DateTime, Utc};
use uuid::{NoContext, Timestamp, Uuid};

use super::text::Short;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Short);

        impl $name {
            /// Takes any text: hand-written files choose their own ids.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(Short::new(text.as_ref()))
            }
            /// A new id (`UUIDv7`): unique without asking anybody, and in the order of time.
            pub fn v7(at: DateTime<Utc>) -> Self {
                let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
                let time = Timestamp::from_unix(NoContext, seconds, at.timestamp_subsec_nanos());
                Self::new(Uuid::new_v7(time).to_string())
            }
            /// The id as it stands in the file.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

text_id! {
    /// The id of an entry, unique in the file; a `UUIDv7` for those that the program makes.
    EntryId
}
text_id! {
    /// The id of a patient in the file: any text, unique in it. Not an identifier of the health service.
    PatientId
}

/// Number of digits of an NHS number.
const NHS_DIGITS: usize = 10;

/// A number of the English NHS, checked by Modulus 11 (NHS Data Dictionary, "NHS Number").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NhsNumber([u8; NHS_DIGITS]);

impl NhsNumber {
    /// Reads ten digits, spaces allowed between them. `None` if there are not ten digits or the check digit is
    /// wrong: a bad number is marked, never corrected.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = [0; NHS_DIGITS];
        let mut count = 0;
        for c in text.chars().filter(|c| *c != ' ') {
            let digit = u8::try_from(c.to_digit(10)?).ok()?;
            *digits.get_mut(count)? = digit;
            count += 1;
        }
        let sum: usize = (0..9).map(|i| (10 - i) * usize::from(digits[i])).sum();
        let check = (11 - sum % 11) % 11;
        (count == NHS_DIGITS && check == usize::from(digits[9])).then_some(Self(digits))
    }
}

impl fmt::Display for NhsNumber {
    /// Grouped 3-3-4, as the NHS prints it: `999 000 0018`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, digit) in self.0.iter().enumerate() {
            if i == 3 || i == 6 {
                f.write_str(" ")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::NhsNumber;

    #[test]
    fn the_check_digit_decides() {
        let number = NhsNumber::parse("9990000018").expect("a valid number");
        assert_eq!(number.to_string(), "999 000 0018");
        assert!(NhsNumber::parse("999 000 0018").is_some());
        for bad in ["9990000019", "999000001", "99900000188", "999000001x", ""] {
            assert!(NhsNumber::parse(bad).is_none(), "{bad}");
        }
    }
}
