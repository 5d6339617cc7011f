//! Strict reading of `wardround/1`: one pass, nothing guessed. Faults of structure refuse the file, and all of them
//! are told; faults of content are kept with what bears them. No fault ever holds a value from the file.
mod content;
mod draft;
mod entry;
mod field;
mod file;
mod lines;
mod patient;
mod seen;
mod submitted;

pub use super::fault::{ContentFault, Fault, Position};
pub use content::content_faults;
pub use submitted::{Submitted, submitted};

use super::text::Text;
use super::{Entry, Patient, Ward};
use file::Reader;

/// How large a ward file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Patients.
    pub patients: usize,
    /// Faults that are told one by one; of the rest only the number is told.
    pub faults: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 512 * 1024 * 1024, patients: 200_000, faults: 1_000 }
    }
}

/// Reads a ward file.
///
/// # Errors
/// Every fault of structure, in the order of the file; a fault of syntax is the last.
pub fn ward(bytes: &[u8], limits: &Limits) -> Result<Ward, Vec<Fault>> {
    lines::check_bytes(bytes, limits)?;
    let text = str::from_utf8(bytes).map_err(|error| lines::not_utf8(bytes, error.valid_up_to()))?;
    Reader::new(&Text::from(text), "$", limits).ward()
}

/// Reads a ward file without copying its text, which the ward then shares: half the memory of [`ward`].
///
/// # Errors
/// As [`ward`].
pub fn owned(bytes: Vec<u8>, limits: &Limits) -> Result<Ward, Vec<Fault>> {
    lines::check_bytes(&bytes, limits)?;
    match String::from_utf8(bytes) {
        Ok(text) => Reader::new(&Text::from(text), "$", limits).ward(),
        Err(error) => Err(lines::not_utf8(error.as_bytes(), error.utf8_error().valid_up_to())),
    }
}

/// Reads one entry, such as a journal's. A fault of content is kept in it.
///
/// # Errors
/// Every fault of structure.
pub fn entry(json: &str) -> Result<Entry, Vec<Fault>> {
    let limits = Limits::default();
    lines::check_bytes(json.as_bytes(), &limits)?;
    Reader::new(&Text::from(json), "$", &limits).lone_entry()
}

/// Reads one patient with their entries, such as a journal's.
///
/// # Errors
/// Every fault of structure.
pub fn patient(json: &str) -> Result<Patient, Vec<Fault>> {
    let limits = Limits::default();
    lines::check_bytes(json.as_bytes(), &limits)?;
    Reader::new(&Text::from(json), "$", &limits).lone_patient()
}
