//! What the tests of the store share: a ward of two made-up people, facts, a simulated disk, broken disks.
pub mod broken;
pub mod folder;
pub mod helper;
pub mod oracle;
pub mod rigged;
pub mod sim;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use wardround::store::vfs::Vfs;
use wardround::store::{Author, Fact, Loaded, Options, Outcome, SaveReport, Store};
use wardround::ward::{Change, Entry, EntryId, Kind, PatientId, Recorded, Ward, When, read};

pub const FILE: &str = "ward.json";

/// A hand-written ward: no lineage, no revision, fields that no version knows, digits to be kept.
pub const WARD: &str = r#"{
  "format": "wardround/1",
  "ward": { "name": "Rowan Ward", "local_note": [1.50, null] },
  "patients": [
    { "id": "p1", "name": { "family": "Okafor", "given": "Adaeze" }, "shoe_size": 38.0,
      "entries": [ { "id": "e1", "kind": "result", "test": "anc", "at": "2026-11-17", "value": 3.10, "unit": "10*9/L" } ] },
    { "id": "p2", "name": { "family": "Briggs", "given": "Thomas" } }
  ]
}
"#;

pub fn author() -> Author {
    Author::new(1003, "aosei")
}

/// A clock that moves with the number of the save.
pub fn at(save: usize) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000 + 60 * i64::try_from(save).unwrap(), 0).unwrap()
}

/// A save waits its turn for as long as it takes, however slow the host.
pub fn options() -> Options {
    Options { lock_wait: Duration::from_secs(120), ..Options::default() }
}

/// For a lock that is known to be held: nobody waits for it.
pub fn hasty() -> Options {
    Options { lock_wait: Duration::from_millis(300), ..Options::default() }
}

pub fn path() -> PathBuf {
    Path::new(sim::FOLDER).join(FILE)
}

pub fn note(id: &str, text: &str) -> Entry {
    let day = When::parse("2026-11-18").unwrap();
    Entry::compose(EntryId::new(id), Some(day), Kind::Note(text.into()), None)
}

/// A fact of the first patient.
pub fn fact(id: &str) -> Fact {
    fact_of("p1", id, "seen on the round")
}

pub fn fact_of(patient: &str, id: &str, text: &str) -> Fact {
    Fact::Entry { patient: PatientId::new(patient), entry: note(id, text) }
}

/// A change of a field of the first patient, recorded by somebody at the time of a save.
pub fn change(id: &str, field: &str, from: Option<&str>, to: Option<&str>, by: &str, save: usize) -> Fact {
    let json = |value: Option<&str>| value.map(|value| format!("\"{value}\"").as_str().into());
    let kind = Kind::Change(Change { field: field.into(), from: json(from), to: json(to) });
    let recorded = Recorded { at: at(save).fixed_offset(), by: by.into() };
    let when = Some(When::Instant(recorded.at));
    Fact::Entry { patient: PatientId::new("p1"), entry: Entry::compose(EntryId::new(id), when, kind, Some(recorded)) }
}

pub fn open<V: Vfs>(disk: V) -> (Store<V>, Loaded) {
    Store::open_on(disk, &path(), &options()).unwrap_or_else(|error| panic!("the ward opens: {error}"))
}

/// Saves one fact of the first patient.
pub fn save<V: Vfs>(store: &mut Store<V>, id: &str) -> SaveReport {
    store.save(vec![fact(id)], &author(), at(1))
}

pub fn saved(report: &SaveReport) -> bool {
    matches!(report.outcome, Outcome::Saved { .. }) && report.refused.is_empty()
}

/// Whether the answer promised that the fact is safe.
pub fn promised(report: &SaveReport) -> bool {
    matches!(report.outcome, Outcome::Saved { .. } | Outcome::JournalOnly { .. })
}

/// The ids of all entries, in order.
pub fn ids(ward: &Ward) -> Vec<String> {
    let mut ids: Vec<String> = ward.entries().map(|(_, entry)| entry.id.to_string()).collect();
    ids.sort();
    ids
}

pub fn has(ward: &Ward, id: &str) -> bool {
    ward.entries().any(|(_, entry)| entry.id.as_str() == id)
}

/// The ward that a text holds, without any journal.
pub fn ward_of(text: &str) -> Ward {
    read::ward(text.as_bytes(), &read::Limits::default()).unwrap_or_else(|faults| panic!("{faults:?} in {text}"))
}
