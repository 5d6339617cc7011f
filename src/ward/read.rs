//! Strict reading of `wardround/1`.

/// Where something stands in a file: counted from 1, in lines and in characters of the line.
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

/// A fault of content: the file opens, no rule reads what bears it, and the patient says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentFault {
    /// A short fixed code, such as `bad-date`.
    pub code: &'static str,
    /// The field, as the file names it.
    pub field: Box<str>,
    /// What is wrong, in words that hold no value from the file.
    pub what: &'static str,
}
