//! What is kept beside the ward for whoever sits here, and what is written for them. Never anything of a patient but the
//! round sheet, which they ask for: when the last round began and ended, and that the first-run card was seen.
use std::fmt::Debug;

use chrono::{DateTime, Utc};

/// What is remembered of one user and one ward file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Remembered {
    /// When the round that has not ended began.
    pub began: Option<DateTime<Utc>>,
    /// When the last round that has ended began: what was entered after that may not have been seen.
    pub last: Option<DateTime<Utc>>,
    /// Whether this user has seen the first-run card.
    pub card_seen: bool,
}

/// Where it is kept.
pub trait Aside: Debug {
    /// Keeps what is to be remembered. That it cannot be kept changes nothing.
    fn remember(&mut self, what: Remembered);

    /// Writes a round sheet to a new file beside the ward's, which only its owner reads.
    ///
    /// # Errors
    /// Why it was not written, and what to do.
    fn write_sheet(&mut self, name: &str, text: &str) -> Result<(), String>;
}

/// Keeps nothing and writes nothing: a screen without a disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Aside for Nowhere {
    fn remember(&mut self, _: Remembered) {}

    fn write_sheet(&mut self, _: &str, _: &str) -> Result<(), String> {
        Err("not written: there is no folder for it".to_owned())
    }
}
