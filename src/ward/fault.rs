//! What can be wrong with a ward file, in words that never hold a value from it.
use std::{borrow::Cow, fmt};

/// Where something stands in a file: counted from 1, in lines and in characters of the line. 0 and 0: in no file yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// A fault of structure: the file is refused. Never holds a value from the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// A short fixed code, such as `duplicate-key`.
    pub code: &'static str,
    /// Where.
    pub position: Position,
    /// JSON path, with patients and entries by index: `$.patients[3].entries[0].at`.
    pub path: String,
    /// What is wrong, in words.
    pub what: String,
    /// What to do next.
    pub next: &'static str,
}

impl fmt::Display for Fault {
    /// `line 3, column 5: $.ward.name: missing-field: ... `, then what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "line {line}, column {column}: {}: {}: {}. {}", self.path, self.code, self.what, self.next)
    }
}

impl std::error::Error for Fault {}

/// A fault of content: the file opens, no rule reads what bears it, and the patient says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentFault {
    /// A short fixed code, such as `bad-date`.
    pub code: &'static str,
    /// The field, as the format names it.
    pub field: Box<str>,
    /// What is wrong, in words that hold no value from the file.
    pub what: &'static str,
}

/// Every way in which a file can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    // The bytes.
    Empty,
    TooLarge,
    ByteOrderMark,
    Utf16,
    NotUtf8,
    Nul,
    // JSON.
    Truncated,
    /// Something else was expected here: what.
    Expected(&'static str),
    BadNumber,
    BadEscape,
    LoneSurrogate,
    ControlCharacter,
    TrailingText,
    SecondDocument,
    MergeMarker,
    TooDeep,
    TooManyKeys,
    DuplicateKey,
    // The format: the file is refused.
    NotAWard,
    UnknownFormat,
    UnknownZone,
    TooManyPatients,
    TooManyItems,
    Missing,
    /// What was expected, and what stands there.
    WrongType(&'static str, &'static str),
    DuplicatePatient,
    DuplicateEntry,
    UnknownField,
    UnknownKind,
    // The content: the file opens.
    BadDate,
    BadTime,
    BadRecorded,
    NoNumber,
    TooManyDigits,
    BadNhsNumber,
    /// The words that the format has.
    UnknownWord(&'static str),
}

const MEND: &str = "Correct the file at this place, or restore an older copy of it";
const RESTORE: &str = "Restore the newest good copy of the file; nothing has been written to this one";
const SPLIT: &str = "Check that this is a ward file; divide a ward that is really so large";
const UTF8: &str = "Save the file as UTF-8 without a byte order mark";
const VERSION: &str = "Open the file with the version of wardround that wrote it";
const CONTENT: &str = "Void the entry and enter it again, or correct the file at this place";

impl Problem {
    /// Whether the file opens all the same.
    pub fn is_content(self) -> bool {
        matches!(
            self,
            Self::BadDate
                | Self::BadTime
                | Self::BadRecorded
                | Self::NoNumber
                | Self::TooManyDigits
                | Self::BadNhsNumber
                | Self::UnknownWord(_)
        )
    }

    /// The fixed code.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// What is wrong, where the words need nothing put into them.
    pub fn fixed_words(self) -> &'static str {
        self.row().1
    }

    /// What is wrong.
    pub fn words(self) -> Cow<'static, str> {
        match self {
            Self::Expected(what) => format!("{what} was expected here").into(),
            Self::WrongType(expected, found) => format!("{expected} was expected here, not {found}").into(),
            fixed => fixed.fixed_words().into(),
        }
    }

    /// What to do next.
    pub fn next(self) -> &'static str {
        self.row().2
    }

    /// Code, words, what to do next.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Empty => ("empty-file", "the file is empty", RESTORE),
            Self::TooLarge => ("too-large", "the file is larger than a ward file may be", SPLIT),
            Self::ByteOrderMark => ("byte-order-mark", "the file begins with a byte order mark", UTF8),
            Self::Utf16 => ("utf-16", "the file is UTF-16 text, not UTF-8", UTF8),
            Self::NotUtf8 => ("not-utf-8", "these bytes are no UTF-8 text", UTF8),
            Self::Nul => ("nul-bytes", "the file holds NUL bytes from here: it is damaged, or no text", RESTORE),
            Self::Truncated => ("truncated", "the file ends before the JSON does", RESTORE),
            Self::Expected(_) => ("not-json", "this is no JSON", MEND),
            Self::BadNumber => ("bad-json-number", "this is no JSON number (12, 0.4, -1.5e3)", MEND),
            Self::BadEscape => ("bad-escape", "a backslash is followed by something that JSON does not know", MEND),
            Self::LoneSurrogate => ("lone-surrogate", "this escape is half of a character", MEND),
            Self::ControlCharacter => ("control-character", "a control character inside text must be escaped", MEND),
            Self::TrailingText => ("trailing-text", "something follows the end of the JSON", MEND),
            Self::SecondDocument => ("second-document", "a second JSON document follows the first", MEND),
            Self::MergeMarker => ("merge-marker", "this line is the mark of a merge that was not finished", MEND),
            Self::TooDeep => ("too-deep", "objects and lists are nested too deeply", SPLIT),
            Self::TooManyKeys => ("too-many-keys", "one object has too many fields", SPLIT),
            Self::DuplicateKey => {
                ("duplicate-key", "this name stands twice in one object: only one can be meant", MEND)
            }
            Self::NotAWard => ("not-a-ward", "this JSON does not say that it is a ward file", SPLIT),
            Self::UnknownFormat => ("unknown-format", "the file's format is not wardround/1", VERSION),
            Self::UnknownZone => ("unknown-time-zone", "no such time zone (Europe/London, UTC, ...)", MEND),
            Self::TooManyPatients => ("too-many-patients", "the file has too many patients", SPLIT),
            Self::TooManyItems => ("too-many-items", "this list is too long", MEND),
            Self::Missing => ("missing-field", "a required field is missing", MEND),
            Self::WrongType(..) => ("wrong-type", "a value of the wrong type", MEND),
            Self::DuplicatePatient => ("duplicate-patient-id", "an earlier patient has the same id", MEND),
            Self::DuplicateEntry => ("duplicate-entry-id", "an earlier entry has the same id and other content", MEND),
            Self::UnknownField => ("unknown-field", "only `patient` and `entry` are read here", MEND),
            Self::UnknownKind => ("unknown-kind", "this kind of entry is not known to this version", VERSION),
            Self::BadDate => ("bad-date", "not a date (2026-11-21)", CONTENT),
            Self::BadTime => ("bad-time", "not a date or time (2026-11-21T08:10+00:00)", CONTENT),
            Self::BadRecorded => ("bad-recorded", "not a time with an offset (2026-11-21T08:10:05+00:00)", CONTENT),
            Self::NoNumber => ("bad-number", "not a number, or one that no count could be", CONTENT),
            Self::TooManyDigits => ("too-many-digits", "more digits than can be kept exactly", CONTENT),
            Self::BadNhsNumber => ("bad-nhs-number", "not an NHS number: the check digit is wrong", CONTENT),
            Self::UnknownWord(words) => ("unknown-word", words, CONTENT),
        }
    }
}
