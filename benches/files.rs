//! Reading, checking, merging and saving, each beside what the machine needs for the same bytes.
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

/// Merging: a file that lacks a hundred entries of its journal, beside the same file that lacks none.
fn merging(name: &str, size: Size, folder: &Path) {
    let Ok(folder) = tempfile::tempdir_in(folder) else { return println!("{name}: {} is not there", folder.display()) };
    let file = folder.path().join("ward.json");
    Store::create(&file, &read(&made_up::ward(size, SEED, &moment())), &Author::current(), moment().at).unwrap();
    let (mut store, _) = Store::open(&file, &Options::default()).unwrap();
    let entry = |number: usize| {
        let id = format!(r#""new{number}","kind":"result","test":"anc","at":"2026-11-21T03:10""#);
        read::entry(&format!(r#"{{"id":{id},"value":3.1,"unit":"10*9/L"}}"#)).unwrap()
    };
    let of = |number: usize| PatientId::new(format!("p{:06}", number % size.patients()));
    // The journal then goes on in a segment of its own, as any ward's does once it has been saved to.
    let facts = |from: usize| {
        (from..from + 100).map(|number| Fact::Entry { patient: of(number), entry: entry(number) }).collect()
    };
    store.save(facts(0), &Author::current(), moment().at);
    let before = fs::read(&file).unwrap();
    store.save(facts(100), &Author::current(), moment().at);
    let whole = fs::read(&file).unwrap();
    let open = || Store::open(&file, &Options::default()).unwrap().1.ward.entries().count();
    let mut times = [Duration::MAX; 2];
    for _ in 0..5 {
        for (bytes, shortest) in [&before, &whole].into_iter().zip(&mut times) {
            fs::write(&file, bytes).unwrap();
            *shortest = best(1, open).min(*shortest);
        }
    }
    tell(name, times[0], None, Some(("nothing to merge", times[1])));
}

fn main() {
    for size in [Size::Ward, Size::Clinic, Size::List] {
        parsing(size.word(), &made_up::ward(size, SEED, &moment()));
    }
    println!("open, with 100 entries that only the journal has");
    for size in [Size::Ward, Size::Clinic, Size::List] {
        merging(size.word(), size, Path::new("/dev/shm"));
    }
    saving("save on a tmpfs", Path::new("/dev/shm"));
    saving("save on the disk", &std::env::current_dir().unwrap().join("target"));
}
