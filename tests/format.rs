//! The promise of the ward file: what is read is exactly what was written, what is written reads back the same, and
//! whatever is wrong is refused or marked, with its place and never with a value.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

#[path = "format/canary.rs"]
mod canary;
#[path = "format/compose.rs"]
mod compose;
#[path = "format/corrupt.rs"]
mod corrupt;
#[path = "format/fields.rs"]
mod fields;
#[path = "format/hostile.rs"]
mod hostile;
#[path = "format/properties.rs"]
mod properties;
#[path = "format/round_trip.rs"]
mod round_trip;
#[path = "format/submitted.rs"]
mod submitted;

use wardround::ward::Ward;
use wardround::ward::read::{self, Fault, Limits};

/// A ward with every kind of entry and unknown fields at every level, laid out as the program writes.
const ROWAN: &str = include_str!("format/rowan.json");

/// Reads a file that must be right.
fn ward(text: &str) -> Ward {
    read::ward(text.as_bytes(), &Limits::default()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Reads a file that must be refused.
fn faults(bytes: &[u8]) -> Vec<Fault> {
    read::ward(bytes, &Limits::default()).expect_err("the file is refused")
}

/// The smallest file around some patients.
fn file(patients: &str) -> String {
    format!(r#"{{"format": "wardround/1", "ward": {{"name": "W"}}, "patients": [{patients}]}}"#)
}

/// The smallest file around one patient's entries.
fn entries(entries: &str) -> String {
    file(&format!(r#"{{"id": "p", "name": {{"family": "F", "given": "G"}}, "entries": [{entries}]}}"#))
}

/// Takes the mark `§` out of a text: the text, and the line and column where it stood.
fn marked(text: &str) -> (String, (u32, u32)) {
    let (before, after) = text.split_once('§').expect("a mark");
    (format!("{before}{after}"), end_of(before))
}

/// The line and column after a text, counted in the plainest way.
fn end_of(text: &str) -> (u32, u32) {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
}

/// Code, line and column, path.
fn place(fault: &Fault) -> (&str, (u32, u32), &str) {
    (fault.code, (fault.position.line, fault.position.column), &fault.path)
}
