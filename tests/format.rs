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

/// A change, and the void of one, as `record` takes them.
fn with(patient: &str, entries: &[&str]) -> wardround::ward::Patient {
    let entries: Vec<_> = entries.iter().map(|json| read::entry(json).unwrap()).collect();
    read::patient(patient).unwrap().with_entries(&entries)
}

#[test]
fn an_empty_bed_or_protocol_is_not_recorded_and_is_written_back() {
    for empty in ["", "  "] {
        let json = format!(
            r#"{{"id":"p","name":{{"family":"A","given":"B"}},"protocol":"{empty}","bed":"{empty}","entries":[]}}"#
        );
        let patient = read::patient(&json).unwrap();
        assert_eq!((&patient.fields.bed, &patient.fields.protocol), (&None, &None));
        assert!(patient.to_json().contains(&format!(r#""bed": "{empty}""#)), "{}", patient.to_json());
    }
}

#[test]
fn the_latest_change_of_a_field_is_what_the_field_holds() {
    const PATIENT: &str =
        r#"{"id":"p","name":{"family":"A","given":"B"},"protocol":"us-label","x":[1.50],"bed":"B3","entries":[]}"#;
    const FIRST: &str = r#"{"id":"c1","kind":"change","field":"protocol","from":"us-label","to":"uk-smpc","at":"2026-03-01",
        "recorded":{"at":"2026-03-01T09:00:00Z","by":"a"}}"#;
    const SECOND: &str = r#"{"id":"c2","kind":"change","field":"protocol","from":"uk-smpc","to":"eu-2025","at":"2026-04-01",
        "recorded":{"at":"2026-04-01T09:00:00Z","by":"a"}}"#;
    const VOID: &str = r#"{"id":"v","kind":"void","entry":"c2","reason":"slip"}"#;
    const VOID_FIRST: &str = r#"{"id":"w","kind":"void","entry":"c1","reason":"slip"}"#;
    let protocol = |entries: &[&str]| with(PATIENT, entries).fields.protocol.map(|id| id.to_string());
    assert_eq!(protocol(&[FIRST]).as_deref(), Some("uk-smpc"));
    assert_eq!(protocol(&[FIRST, SECOND]).as_deref(), Some("eu-2025"));
    assert_eq!(protocol(&[SECOND, FIRST]).as_deref(), Some("eu-2025"), "in whatever order they come");
    assert_eq!(protocol(&[FIRST, SECOND, VOID]).as_deref(), Some("uk-smpc"));
    assert_eq!(protocol(&[FIRST, VOID_FIRST]).as_deref(), Some("us-label"));
    let json = with(PATIENT, &[FIRST]).to_json();
    assert!(json.contains(r#""protocol": "uk-smpc""#) && json.contains("[1.50]"), "{json}");
    assert_eq!(read::patient(&json).unwrap().fields.protocol.as_deref(), Some("uk-smpc"));
    let gone = r#"{"id":"c3","kind":"change","field":"bed","from":"B3","at":"2026-03-01"}"#;
    assert_eq!(with(PATIENT, &[gone]).fields.bed, None);
    for wrong in [
        r#""field":"entries","to":[]"#,
        r#""field":"id","to":"q""#,
        r#""field":"active","to":"no""#,
        r#""field":"born","to":"soon""#,
    ] {
        let change = read::entry(&format!(r#"{{"id":"c","kind":"change","at":"2026-03-01",{wrong}}}"#)).unwrap();
        let wardround::ward::Kind::Change(change) = change.kind else { panic!("{wrong}") };
        assert!(!read::patient(PATIENT).unwrap().can_change(&change), "{wrong}");
    }
}
