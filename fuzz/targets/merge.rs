//! Any facts saved by two people in either order: the same ward; saved twice: nothing new; and nothing ever vanishes.
use std::collections::BTreeMap;
use std::fs;

use chrono::DateTime;
use wardround::store::{Author, Condition, Fact, Options, Outcome, Store};
use wardround::ward::{Patient, PatientId, Ward, read};

const WARD: &str = r#"{ "format": "wardround/1", "ward": { "name": "Rowan" }, "patients": [
  { "id": "p0", "name": { "family": "Okafor", "given": "Adaeze" }, "entries": [] },
  { "id": "p1", "name": { "family": "Mensah", "given": "Kofi" }, "entries": [] } ] }"#;

/// No more facts than a long round brings.
const MOST: usize = 24;

/// A byte as a fact: which it is, is all in the byte, so that one id never has two contents.
fn fact(byte: u8) -> Fact {
    let (what, n, whose) = (byte % 4, byte / 8, byte / 4 % 2);
    let entry = match what {
        0 => format!(r#"{{ "id": "e{n}.{whose}", "kind": "note", "at": "2026-11-20", "text": "{byte}" }}"#),
        1 => format!(
            r#"{{ "id": "r{n}.{whose}", "kind": "result", "test": "anc", "at": "2026-11-20", "value": {n}.50, "unit": "10*9/L" }}"#
        ),
        2 => format!(r#"{{ "id": "v{n}.{whose}", "kind": "void", "entry": "e{n}.{whose}", "reason": "slip" }}"#),
        _ => {
            let json =
                format!(r#"{{ "id": "q{n}", "name": {{ "family": "Briggs", "given": "{n}" }}, "entries": [] }}"#);
            return Fact::Patient(read::patient(&json).unwrap());
        }
    };
    Fact::Entry { patient: PatientId::new(format!("p{whose}")), entry: read::entry(&entry).unwrap() }
}

/// Everything in a ward, in no order.
fn content(ward: &Ward) -> BTreeMap<String, BTreeMap<String, String>> {
    let entries = |patient: &Patient| patient.entries.iter().map(|e| (e.id.to_string(), e.json_line())).collect();
    ward.patients.iter().map(|patient| (patient.id.to_string(), entries(patient))).collect()
}

/// Saves each part by a program of its own, and gives what is in the ward then.
fn saved(parts: &[&[u8]]) -> BTreeMap<String, BTreeMap<String, String>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ward.json");
    fs::write(&file, WARD).unwrap();
    let mut before = BTreeMap::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let (mut store, _) = Store::open(&file, &Options::default()).unwrap();
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let report = store.save(part.iter().map(|byte| fact(*byte)).collect(), &Author::new(1000, "aosei"), now);
        assert!(matches!(report.outcome, Outcome::Saved { .. }), "{:?}", report.outcome);
        let after = content(&report.ward.expect("the ward as it is now"));
        for (patient, entries) in &before {
            let now: Option<&BTreeMap<String, String>> = after.get(patient);
            let kept = |(id, json): (&String, &String)| now.and_then(|now| now.get(id)) == Some(json);
            assert!(BTreeMap::iter(entries).all(kept), "{patient} lost an entry");
        }
        before = after;
    }
    let (_, loaded) = Store::open(&file, &Options::default()).unwrap();
    // What the host has to say of the folder (open to others, in memory) is no matter of merging.
    assert_eq!(loaded.condition, Condition::default(), "the file is what the last save made of it");
    if parts.iter().any(|part| !part.is_empty()) {
        assert_eq!(content(&loaded.ward), before, "what is on the disk is what was answered");
    }
    content(&loaded.ward)
}

pub fn run(data: &[u8]) {
    let Some((split, data)) = data.split_first() else { return };
    let data = &data[..data.len().min(MOST)];
    let (one, other) = data.split_at(usize::from(*split) % (data.len() + 1));
    let both = saved(&[one, other]);
    assert_eq!(both, saved(&[other, one]), "the order of two saves");
    assert_eq!(both, saved(&[data]), "one save or two");
    assert_eq!(both, saved(&[one, other, one, data]), "saved again");
}
