//! Faults of content with their places, for `check`: a ward keeps them without, so that an entry stays small.
use crate::ward::json::Cursor;
use crate::ward::text::Span;
use crate::ward::{Entry, Kind, Patient, Ward};

use super::draft::{Draft, Wrong};
use super::{entry, lines, patient};
use crate::ward::fault::{Fault, Position};

/// Every fault of content that reading alone can see, in the order of the file. What needs rules to be seen (an
/// unknown test or unit, a value that nobody can have) is not here. Of an entry that did not come from the file
/// the position is 0.
pub fn content_faults(ward: &Ward) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (i, patient) in ward.patients.iter().enumerate() {
        if !patient.faults.is_empty() {
            of_patient(patient, &format!("$.patients[{i}]"), &mut faults);
        }
        for (j, entry) in patient.entries.iter().enumerate() {
            if matches!(entry.kind, Kind::Unreadable { .. }) {
                of_entry(entry, &format!("$.patients[{i}].entries[{j}]"), &mut faults);
            }
        }
    }
    faults
}

fn of_patient(patient: &Patient, path: &str, faults: &mut Vec<Fault>) {
    let raw = &patient.raw;
    let mut cursor = Cursor::new(&raw.text);
    let mut draft = Draft::new(&raw.text);
    draft.begin(raw.start as usize);
    for &(key, value) in &raw.list {
        // Cannot fail: both were read before.
        let _ = cursor.read_again(key, Cursor::value);
        let _ = cursor.read_again(value, |cursor| draft.read_field(cursor, key));
    }
    patient::fields(&mut draft, &mut cursor);
    tell(&draft, patient.position, path, &raw.text, faults);
}

fn of_entry(one: &Entry, path: &str, faults: &mut Vec<Fault>) {
    let json = &one.json;
    let mut cursor = Cursor::new(&json.text);
    let mut draft = Draft::new(&json.text);
    let _ = cursor.read_again(json.span, |cursor| draft.read(cursor));
    entry::entry(&mut draft, &mut cursor, json.clone(), one.position, &mut Vec::new());
    tell(&draft, one.position, path, &json.text, faults);
}

fn tell(draft: &Draft, start: Position, path: &str, text: &str, faults: &mut Vec<Fault>) {
    let mut wrongs: Vec<&Wrong> = draft.content().collect();
    wrongs.sort_by_key(|wrong| wrong.at);
    for wrong in wrongs {
        let passed = Span { start: draft.start, end: wrong.at }.of(text);
        let in_file = start != Position::default();
        let position = if in_file { lines::advance(start, passed.as_bytes()) } else { start };
        faults.push(lines::fault(wrong.problem, position, format!("{path}.{}", wrong.field)));
    }
}
