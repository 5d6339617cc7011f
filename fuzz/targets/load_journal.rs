//! Any bytes in the journal: no panic; every record before the damage is kept; and the next save is answered truly.
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use chrono::DateTime;
use wardround::store::{Author, Fact, Options, Outcome, Store};
use wardround::ward::{PatientId, Ward, read};

const WARD: &str = r#"{ "format": "wardround/1", "ward": { "name": "Rowan" }, "patients": [
  { "id": "p", "name": { "family": "Okafor", "given": "Adaeze" }, "entries": [] } ] }"#;
const JOURNAL: &str = "ward.json.d/journal-000001.jsonl";

/// The journal of three saves, whose entries the file does not have.
static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = folder(&[]);
    fs::remove_dir_all(folder.path().join("ward.json.d")).unwrap();
    for n in 0..3 {
        assert!(matches!(save(folder.path(), &format!("n{n}")), Some(Outcome::Saved { .. })));
    }
    fs::read(folder.path().join(JOURNAL)).unwrap()
});

fn folder(journal: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ward.json"), WARD).unwrap();
    fs::create_dir(folder.path().join("ward.json.d")).unwrap();
    fs::write(folder.path().join(JOURNAL), journal).unwrap();
    folder
}

fn save(folder: &Path, id: &str) -> Option<Outcome> {
    let (mut store, _) = Store::open(&folder.join("ward.json"), &Options::default()).ok()?;
    let entry =
        read::entry(&format!(r#"{{ "id": "{id}", "kind": "note", "at": "2026-11-20", "text": "sleeps" }}"#)).unwrap();
    let fact = Fact::Entry { patient: PatientId::new("p"), entry };
    let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    Some(store.save(vec![fact], &Author::new(1000, "aosei"), now).outcome)
}

fn opened(folder: &Path) -> Option<Ward> {
    Store::open(&folder.join("ward.json"), &Options::default()).ok().map(|(_, loaded)| loaded.ward)
}

fn has(ward: &Ward, id: &str) -> bool {
    ward.entries().any(|(_, entry)| entry.id.as_str() == id)
}

pub fn run(data: &[u8]) {
    let Some((how, data)) = data.split_first() else { return };
    let good = &*GOOD;
    let place = || usize::from(data.first().copied().unwrap_or(0)) * good.len() / 256;
    let (journal, whole) = match how % 4 {
        0 => (data.to_vec(), 0),
        1 => ([good.as_slice(), data].concat(), good.len()),
        2 => (good[..place()].to_vec(), place()),
        _ => {
            let damaged: Vec<u8> = good.iter().copied().take(place()).chain(data.iter().copied()).collect();
            let rest = good.get(damaged.len()..).unwrap_or_default();
            ([damaged.as_slice(), rest].concat(), place())
        }
    };
    let kept = good[..whole].split(|byte| *byte == b'\n').count() - 1;
    let folder = folder(&journal);
    let Some(ward) = opened(folder.path()) else { return };
    for n in 0..kept.min(3) {
        assert!(has(&ward, &format!("n{n}")), "record {n} stood before the damage");
    }
    if let Some(Outcome::Saved { .. } | Outcome::JournalOnly { .. }) = save(folder.path(), "next") {
        let after = opened(folder.path()).expect("what was saved can be read");
        assert!(has(&after, "next"), "what was answered saved is there");
        for (_, entry) in ward.entries() {
            assert!(has(&after, entry.id.as_str()), "what was there is there");
        }
    }
}
