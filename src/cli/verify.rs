//! `wardround verify`: whether file, journal and earlier states are what they should be. Counts, and no value of a patient.
use std::fmt::Write;
use std::path::Path;

use super::host::Host;
use super::open;
use super::pipes::Pipes;
use super::status::{Failure, Status};
use crate::safe::Safe;
use crate::store::Store;

/// Runs the command.
///
/// # Errors
/// There is nothing that can be read.
pub fn run(file: &Path, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let found = Store::verify(file, &host.options()).map_err(|error| open::refused(&error))?;
    let name = Safe::within(&file.to_string_lossy(), pipes.charset).to_string();
    let mut answer = format!(
        "{name}: {} records, {} facts; {} entries; {} earlier copies\n",
        found.records, found.facts, found.entries, found.copies
    );
    if found.ends_torn {
        answer.push_str(
            "  the journal ends in the beginning of a record, as after a save that was cut short: no fault\n",
        );
    }
    for words in found.words() {
        let _ = writeln!(answer, "  {}", Safe::within(&words, pipes.charset));
    }
    answer.push_str(if found.is_sound() { "  sound\n" } else { "  NOT SOUND\n" });
    pipes.answer(&answer)?;
    Ok(if found.is_sound() { Status::Done } else { Status::Found })
}
