//! `wardround check`: everything that is wrong with a ward file, each with its place, a code, and what to do.
use std::fmt::Write;
use std::path::Path;

use super::host::Host;
use super::open;
use super::pipes::Pipes;
use super::site;
use super::status::{Failure, Status};
use crate::assess::{self, CannotAssess};
use crate::safe::Safe;
use crate::store::Store;
use crate::ward::read::{self, Fault};
use crate::ward::{Entry, Moment, Patient, Ward};

/// Runs the command.
///
/// # Errors
/// The file cannot be read at all.
pub fn run(file: &Path, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let name = Safe::within(&file.to_string_lossy(), pipes.charset).to_string();
    let loaded = match Store::open(file, &host.options()) {
        Ok((_, loaded)) => loaded,
        Err(error) if error.faults().is_empty() => return Err(open::refused(&error)),
        Err(error) => {
            pipes.answer(&list(&name, error.faults()))?;
            return Err(open::refused(&error));
        }
    };
    open::tell(&loaded, pipes);
    let ward = &loaded.ward;
    let moment = Moment { at: (host.clock)(), zone: open::zone(ward, host, pipes) };
    let mut faults = read::content_faults(ward);
    let unassessed = assess::content_faults(ward, &site::rules_with_messages(host, pipes)?, &moment);
    faults.extend(unassessed.into_iter().map(|(patient, entry, fault)| unread(ward, patient, entry, fault)));
    faults.sort_by(|a, b| (a.position, &a.path, a.code).cmp(&(b.position, &b.path, b.code)));
    faults.dedup();
    if faults.is_empty() {
        let (patients, entries) = (ward.patients.len(), ward.entries().count());
        pipes.answer(&format!("{name}: no fault; {patients} patients, {entries} entries\n"))?;
        return Ok(Status::Done);
    }
    pipes.answer(&list(&name, &faults))?;
    pipes.message(&format!("{}: the file opens; what is listed is kept and shown, and no rule reads it", faults.len()));
    Ok(Status::Found)
}

/// A fault that the rules see, with its place in the file.
fn unread(ward: &Ward, patient: &Patient, entry: &Entry, fault: CannotAssess) -> Fault {
    let patient_at = ward.patients.iter().position(|one| std::ptr::eq(one, patient));
    let entry_at = patient.entries.iter().position(|one| std::ptr::eq(one, entry));
    let place = entry.position.line > 0;
    let path = patient_at.zip(entry_at).filter(|_| place).map(|(p, e)| format!("$.patients[{p}].entries[{e}]"));
    Fault {
        code: fault.code,
        position: entry.position,
        path: path.unwrap_or_else(|| "in the journal".to_owned()),
        what: fault.why,
        next: "Void the entry and enter it again, or correct the file at this place",
    }
}

/// A line for each fault, such as an editor can follow. Faults hold no value from the file.
fn list(name: &str, faults: &[Fault]) -> String {
    let mut out = String::new();
    for fault in faults {
        let (line, column) = (fault.position.line, fault.position.column);
        let (path, what) = (Safe::new(&fault.path), Safe::new(&fault.what));
        let _ = writeln!(out, "{name}:{line}:{column}: {}: {path}: {what}. {}", fault.code, fault.next);
    }
    out
}
