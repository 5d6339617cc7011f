//! How a command ends: its exit status, and the one message if it could not be done.
use std::process::ExitCode;

/// Exit statuses. Of several, the greater is the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Done; nothing to do; saved.
    Done = 0,
    /// `triage`: somebody needs something. `check`: content faults.
    Found = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The file cannot be read or is not valid.
    File = 3,
    /// `record`: safe in the journal, the file could not be replaced.
    JournalOnly = 4,
    /// `record`: not saved.
    NotSaved = 5,
    /// `record`: nobody knows.
    NotConfirmed = 6,
    /// `record`: refused.
    Refused = 7,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// How the program ends.
    pub status: Status,
    /// What happened and what to do next, in lines. Holds no value of a patient.
    pub message: String,
}

impl Failure {
    /// The command line asks for something that cannot be.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { status: Status::Usage, message: message.into() }
    }

    /// Something is wrong with a file.
    pub fn file(message: impl Into<String>) -> Self {
        Self { status: Status::File, message: message.into() }
    }
}
