//! What goes to the store and what comes back, under the names that the screen uses.
use chrono::{DateTime, Utc};

use crate::ward::{Entry, Patient, PatientId, Ward};

/// Something to save.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A new patient.
    Patient(Patient),
    /// An entry of a patient.
    Entry {
        /// Whose.
        patient: PatientId,
        /// What.
        entry: Entry,
    },
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq)]
pub struct SaveReport {
    /// One of four.
    pub outcome: Outcome,
    /// Facts that were refused, by their place in what was to be saved, and why.
    pub refused: Vec<(usize, Refusal)>,
    /// The ward as it is now, with what others saved in the meantime.
    pub ward: Option<Ward>,
}

/// Why a fact was refused, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

/// The four outcomes of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// In the journal and in the file.
    Saved {
        /// The file's count of saves.
        revision: u64,
    },
    /// Safe in the journal; the file could not be replaced.
    JournalOnly {
        /// Why.
        reason: String,
    },
    /// Nothing was written.
    NotSaved {
        /// Why.
        reason: String,
    },
    /// The disk failed under it: nobody knows.
    NotConfirmed {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// What the screen says, and what to do about it.
    pub fn words(&self) -> String {
        match self {
            Self::Saved { .. } => "Saved".to_owned(),
            Self::JournalOnly { reason } => {
                format!("Saved in journal; ward.json not updated: {reason}. Tell IT. Do not enter it again.")
            }
            Self::NotSaved { reason } => format!("NOT SAVED: {reason}. Your entry is still on this screen."),
            Self::NotConfirmed { reason } => {
                format!("NOT CONFIRMED: {reason}. Write it on paper. Check after reopening.")
            }
        }
    }
}

/// A ward as it was read from the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The ward.
    pub ward: Ward,
    /// What the reader must know: "1 entry recovered, please verify".
    pub notes: Vec<String>,
    /// Why nothing can be saved, in words.
    pub read_only: Option<String>,
    /// When the file was last saved.
    pub saved_at: Option<DateTime<Utc>>,
    /// The file's count of saves.
    pub revision: u64,
}

/// Held by whoever is about to end the program: no save runs, and none begins.
#[derive(Debug)]
pub struct RunningSave;

/// Waits for a running save.
pub fn running_save() -> RunningSave {
    RunningSave
}
