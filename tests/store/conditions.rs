//! How the file stands to its journal is told by its hash, said in types and words, and what somebody edited outside the
//! program stays marked until somebody confirms it. What need not be read of the journal is not, and no promise with it.
#![allow(clippy::disallowed_methods)] // does to the files what editors and administrators do
use std::cell::Cell;
use std::fs;
use std::rc::Rc;

use wardround::store::{Cause, ClockDoubt, Disk, Loaded, Mark, Options, Store, Wanted};
use wardround::ward::{EntryId, PatientId};

use crate::support::folder::Folder;
use crate::support::rigged::{Act, Op, Rigged};
use crate::support::{FILE, WARD, at, author, fact, fact_of, has, ids, options, saved};

fn id(id: &str) -> EntryId {
    EntryId::new(id)
}

/// The text of a file without the line of an entry.
fn without(text: &str, entry: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains(&format!("\"{entry}\""))).collect();
    let text = lines.join("\n") + "\n";
    text.replace(" },\n      ]", " }\n      ]")
}

fn marks(loaded: &Loaded) -> Vec<(String, Mark)> {
    let entries = loaded.ward.entries();
    entries.filter_map(|(_, one)| Some((one.id.to_string(), loaded.condition.mark(&one.id)?))).collect()
}

#[test]
fn each_way_a_file_can_stand_to_its_journal_has_a_name() {
    let folder = Folder::after(2);
    let two = folder.text();
    assert_eq!(folder.open().1.condition.cause, Cause::Clean);
    assert!(saved(&folder.save(vec![fact("n2")])));
    let three = folder.text();
    folder.write(FILE, &two);
    let loaded = folder.open().1;
    assert_eq!((loaded.condition.cause, marks(&loaded)), (Cause::CutShort, vec![("n2".to_owned(), Mark::Recovered)]));
    folder.write(FILE, WARD);
    let loaded = folder.open().1;
    assert_eq!((loaded.condition.cause, marks(&loaded).len()), (Cause::Older, 3));
    assert!(marks(&loaded).iter().all(|(_, mark)| *mark == Mark::AddedAgain));
    folder.write(FILE, without(&three, "n1").replace("Rowan", "Hazel"));
    let loaded = folder.open().1;
    assert_eq!((loaded.condition.cause, marks(&loaded)), (Cause::Edited, vec![("n1".to_owned(), Mark::Removed)]));
    folder.write(FILE, three.replacen("on the round", "at noon", 1));
    let loaded = folder.open().1;
    assert_eq!((loaded.condition.cause, marks(&loaded)), (Cause::Edited, vec![("n0".to_owned(), Mark::Mended)]));
    // An edit that touches nothing that was saved is accepted without a word.
    folder.write(FILE, three.replace("Rowan", "Hazel"));
    let loaded = folder.open().1;
    assert_eq!((loaded.condition.cause, loaded.notes), (Cause::Edited, vec![]));
}

#[test]
fn what_was_edited_stays_marked_whoever_saves_until_it_is_confirmed() {
    let folder = Folder::after(3);
    folder.write(FILE, without(&folder.text(), "n1").replacen("on the round", "at noon", 1));
    for save in ["x", "y"] {
        assert!(saved(&folder.save(vec![fact(save)])));
        let loaded = folder.open().1;
        assert_eq!(loaded.condition.cause, Cause::Clean);
        let marked = vec![("n0".to_owned(), Mark::Mended), ("n1".to_owned(), Mark::Removed)];
        let mut found = marks(&loaded);
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, marked, "after {save}");
        assert_eq!(loaded.notes.len(), 2, "{:?}", loaded.notes);
    }
    let (mut store, _) = folder.open();
    let report = store.accept_edit(&author(), at(8));
    assert!(saved(&report), "{report:?}");
    let loaded = folder.open().1;
    assert_eq!((loaded.notes.clone(), marks(&loaded)), (vec![], vec![]));
    assert!(!has(&loaded.ward, "n1") && folder.text().contains("at noon"));
    // It stays so for whoever reads the whole journal, and an old file does not bring it back.
    assert!(saved(&folder.save(vec![fact("z")])));
    folder.write(FILE, WARD);
    let loaded = folder.open().1;
    assert_eq!(ids(&loaded.ward), ["e1", "n0", "n2", "x", "y", "z"]);
    let n0 = loaded.ward.patient(&PatientId::new("p1")).unwrap().entry(&id("n0")).unwrap();
    assert!(n0.json().contains("at noon"), "as it was confirmed");
    // The journal has it all: who confirmed, and what was there.
    let history = folder.open().0.history().unwrap();
    assert!(history.iter().any(|record| record.op == "external-edit" && record.by.as_deref() == Some("aosei")));
    assert!(history.iter().filter(|record| record.op == "note").count() >= 6);
    // What is saved again afterwards counts again.
    assert!(saved(&folder.save(vec![fact("n1")])));
    folder.write(FILE, WARD);
    assert!(has(&folder.open().1.ward, "n1"));
}

#[test]
fn where_there_is_nothing_to_confirm_nothing_is_written() {
    let folder = Folder::after(1);
    let before = (folder.text(), fs::read(folder.journal()).unwrap());
    let report = folder.open().0.accept_edit(&author(), at(8));
    assert!(!saved(&report));
    assert_eq!((folder.text(), fs::read(folder.journal()).unwrap()), before);
}

/// How many bytes of files are read on opening.
fn reads(folder: &Folder) -> usize {
    let count = Rc::new(Cell::new(0));
    let counter = Rc::clone(&count);
    let rule = Box::new(move |op| {
        counter.set(counter.get() + usize::from(op == Op::Read));
        Act::Pass
    });
    let _ = Store::open_on(Rigged::new(Disk, rule), &folder.file(), &options()).unwrap();
    count.get()
}

/// Fills the journal up to where a new segment begins, without the time that thousands of saves take.
fn long_journal() -> Folder {
    let folder = Folder::with(WARD);
    let (mut store, _) = folder.open();
    let facts = (0..8_000).map(|n| fact_of("p1", &format!("n{n}"), "x")).collect();
    assert!(saved(&store.save(facts, &author(), at(0))));
    for n in 0..4 {
        assert!(saved(&store.save(vec![fact(&format!("m{n}"))], &author(), at(n))));
    }
    folder
}

#[test]
fn a_long_segment_is_followed_by_a_checkpoint_and_then_not_read() {
    let folder = long_journal();
    let second = folder.path().join("ward.json.d/journal-000002.jsonl");
    let text = fs::read_to_string(&second).unwrap();
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(text.contains("\"op\":\"checkpoint\""));
    let (mut store, loaded) = folder.open();
    assert_eq!((loaded.condition.cause, loaded.notes.len(), loaded.ward.entries().count()), (Cause::Clean, 0, 8_005));
    let short = reads(&folder);
    // A file that the newest segment accounts for lacks only what stands there.
    let before = folder.text();
    assert!(saved(&store.save(vec![fact("later")], &author(), at(9))));
    folder.write(FILE, before);
    let loaded = folder.open().1;
    assert_eq!((loaded.condition.cause, has(&loaded.ward, "later")), (Cause::CutShort, true));
    // Read once, and once more when nobody is saving.
    assert!(reads(&folder) <= 2 * short);
    // Any other file has it read whole.
    folder.write(FILE, WARD);
    let loaded = folder.open().1;
    assert_eq!((loaded.condition.cause, loaded.ward.entries().count()), (Cause::Older, 8_006));
    assert!(reads(&folder) > 2 * short);
    assert_eq!(loaded.condition.forks, 0, "{:?}", loaded.notes);
}

/// The first line of a journal is the whole ward as it was made: of a large one it is read when it is needed.
#[test]
fn a_large_new_ward_is_not_read_twice_at_every_start() {
    let (made, folder) = (Folder::with(WARD), Folder::empty());
    let facts = (0..11).map(|n| fact_of("p1", &format!("n{n}"), &"x".repeat(100_000))).collect();
    assert!(saved(&made.open().0.save(facts, &author(), at(0))));
    let (ward, first) = (made.open().1.ward, folder.journal());
    Store::create(&folder.file(), &ward, &author(), at(1)).unwrap();
    let second = folder.path().join("ward.json.d/journal-000002.jsonl");
    assert!(fs::read_to_string(&second).unwrap().contains("\"op\":\"checkpoint\""));
    let (loaded, text) = (folder.open().1, folder.text());
    let found = (loaded.condition.cause, loaded.notes.len(), ids(&loaded.ward).len());
    assert_eq!(found, (Cause::Clean, 0, ids(&ward).len()));
    // What is wrong with a line is seen by whoever reads it: nobody does, unless there is no checkpoint.
    let (line, checkpoint) = (fs::read(&first).unwrap(), fs::read(&second).unwrap());
    fs::write(&first, String::from_utf8_lossy(&line).replacen("xxx", "yyy", 1)).unwrap();
    assert_eq!(folder.open().1.condition.damaged_lines, 0);
    fs::remove_file(&second).unwrap();
    assert_eq!(folder.open().1.condition.damaged_lines, 1);
    fs::write(&first, line).unwrap();
    fs::write(&second, checkpoint).unwrap();
    // Saves go on after it, and a file that is gone comes back from the first line.
    assert!(saved(&folder.open().0.save(vec![fact("later")], &author(), at(2))));
    folder.write(FILE, &text);
    let loaded = folder.open().1;
    assert_eq!((loaded.condition.cause, has(&loaded.ward, "later")), (Cause::CutShort, true));
    fs::remove_file(folder.file()).unwrap();
    let (mut store, _) = Store::open(&folder.file(), &Options { preview: true, ..options() }).unwrap();
    assert!(saved(&store.restore(Wanted::Newest, &author(), at(3))));
    assert!(has(&folder.open().1.ward, "later") && fs::metadata(&first).is_ok());
}

/// A program without our lock appends to an old segment after the checkpoint: what it promised is seen all the same.
#[test]
fn what_is_added_to_an_old_segment_is_seen() {
    let folder = long_journal();
    let short = reads(&folder);
    let (one, two) = (folder.journal(), folder.path().join("ward.json.d/journal-000002.jsonl"));
    let (newest, text) = (fs::read(&two).unwrap(), folder.text());
    fs::remove_file(&two).unwrap();
    let (mut stray, _) = folder.open();
    let options_of_one = fs::read(&one).unwrap();
    // The stray program's own checkpoint is in the way: what counts is a line at the end of the first segment.
    assert!(saved(&stray.save(vec![fact("stray")], &author(), at(9))));
    let line = fs::read_to_string(&two).unwrap().lines().last().unwrap().to_owned() + "\n";
    fs::write(&one, [options_of_one, line.into_bytes()].concat()).unwrap();
    fs::write(&two, newest).unwrap();
    folder.write(FILE, text);
    let loaded = folder.open().1;
    assert!(has(&loaded.ward, "stray"), "{:?}", loaded.notes);
    assert!(reads(&folder) > short);
}

#[test]
fn a_clock_that_is_likely_wrong_is_said_and_recorded() {
    let folder = Folder::after(1);
    let last = at(0);
    let loaded = folder.open().1;
    let doubt = |minutes: i64| loaded.clock_doubt(last + chrono::TimeDelta::minutes(minutes));
    assert_eq!([doubt(-3), doubt(-1), doubt(0)], [Some(ClockDoubt::Behind), None, None]);
    assert_eq!([doubt(60 * 24 * 59), doubt(60 * 24 * 61)], [None, Some(ClockDoubt::Ahead)]);
    let journal = || fs::read_to_string(folder.journal()).unwrap();
    assert!(saved(&folder.open().0.save(vec![fact("x")], &author(), at(1))));
    assert!(!journal().contains("clock_suspect"));
    let wrong = last - chrono::TimeDelta::days(400);
    assert!(saved(&folder.open().0.save(vec![fact("y")], &author(), wrong)), "entries are taken all the same");
    assert!(journal().lines().last().unwrap().contains("\"clock_suspect\":true"));
    // A hand-written ward has no record to compare with.
    assert_eq!(Folder::with(WARD).open().1.clock_doubt(wrong), None);
}
