//! Reading, checking and saving, each beside what the machine needs for the same bytes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)] // a bench measures and prints
mod support;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use support::{SEED, best, moment, side_by_side, tell};
use wardround::assess;
use wardround::cli::demo::made_up::{self, Size};
use wardround::rules::Rules;
use wardround::store::{Author, Fact, Options, Store};
use wardround::ward::read::{self, Limits};
use wardround::ward::{PatientId, Ward, write};

/// How long a save of a file of 1 MB may take beyond the disk's own sync.
const SAVE: Duration = Duration::from_millis(10);

fn read(text: &str) -> Ward {
    read::owned(text.as_bytes().to_vec(), &Limits::default()).unwrap()
}

/// Parsing and writing, beside the fastest reader of JSON that throws everything away, and one that keeps every value.
fn parsing(name: &str, text: &str) {
    println!("{name}: {} kB", text.len() / 1000);
    let raw = || serde_json::from_str::<&RawValue>(text).unwrap().get().len();
    let (took, raw) = side_by_side(7, || read(text), raw);
    tell("parse, beside RawValue", took, None, Some(("RawValue", raw)));
    let (took, ignored) = side_by_side(7, || read(text), || serde_json::from_str::<IgnoredAny>(text).unwrap());
    tell("parse, beside IgnoredAny", took, None, Some(("IgnoredAny", ignored)));
    let ward = read(text);
    let (took, copied) = side_by_side(7, || write::ward(black_box(&ward)), || black_box(text).to_owned());
    tell("write", took, None, Some(("a copy", copied)));
    let rules = Rules::builtin().unwrap();
    let check = || (read::content_faults(&ward).len(), assess::content_faults(&ward, &rules, &moment()).len());
    tell("check, once it is read", best(7, check), None, None);
}

/// Saving one count into a ward of about 1 MB, beside writing and syncing its line alone.
fn saving(name: &str, folder: &Path) {
    let Ok(folder) = tempfile::tempdir_in(folder) else { return println!("{name}: {} is not there", folder.display()) };
    let file = folder.path().join("ward.json");
    let ward = read(&made_up::of(11, Size::Ward, SEED, &moment()));
    Store::create(&file, &ward, &Author::current(), moment().at).unwrap();
    let size = fs::metadata(&file).unwrap().len();
    println!("{name}: {} kB", size / 1000);
    tell("open, with its journal", best(7, || Store::open(&file, &Options::default()).unwrap()), None, None);
    let (mut store, _) = Store::open(&file, &Options::default()).unwrap();
    let mut number = 0;
    let mut line = File::create(folder.path().join("line")).unwrap();
    let save = || {
        number += 1;
        let text = format!(
            r#"{{"id":"new{number}","kind":"result","test":"anc","at":"2026-11-21T03:10","value":3.1,"unit":"10*9/L"}}"#
        );
        let entry = read::entry(&text).unwrap();
        store.save(vec![Fact::Entry { patient: PatientId::new("p000003"), entry }], &Author::current(), moment().at)
    };
    let sync = || {
        line.write_all(&[b'x'; 300]).unwrap();
        line.sync_data().unwrap();
    };
    let (took, synced) = side_by_side(30, save, sync);
    tell("save one count", took, Some(SAVE + synced), Some(("one fdatasync", synced)));
}

fn main() {
    for size in [Size::Ward, Size::Clinic, Size::List] {
        parsing(size.word(), &made_up::ward(size, SEED, &moment()));
    }
    saving("save on a tmpfs", Path::new("/dev/shm"));
    saving("save on the disk", &std::env::current_dir().unwrap().join("target"));
}
