//! Several programs at once on the real disk; some are killed; one has a limit on the size of its files.
#![allow(clippy::disallowed_methods)] // reads the ward as another program would
use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wardround::store::{Disk, Fact, Outcome, Store};
use wardround::ward::{Kind, PatientId, Ward, read};

use crate::support::folder::Folder;
use crate::support::helper::{self, Breakage, CAS, Helper, Swap};
use crate::support::{WARD, at, author, fact, has, options, saved};

/// How long a host may take over the storms; a fast one needs a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Not a test: what a helper runs.
#[test]
fn helper() {
    helper::run();
}

/// What came of programs that added results to one ward at the same time.
#[derive(Debug, PartialEq, Eq)]
struct Together {
    /// How many were answered "saved".
    promised: usize,
    /// How many of these are not to be seen.
    lost: usize,
    /// How many of these only the journal has.
    not_in_file: usize,
    /// How many entries there are that nobody was promised.
    more: usize,
    notes: Vec<String>,
}

fn all_of(results: usize) -> Together {
    Together { promised: results, lost: 0, not_in_file: 0, more: 0, notes: vec![] }
}

fn add_together(programs: usize, results: usize, breakage: Breakage) -> Together {
    let folder = Folder::with(WARD);
    let helpers: Vec<Helper> =
        (0..programs).map(|n| Helper::start(&folder.file(), &format!("h{n}"), results, breakage)).collect();
    let promised: Vec<String> = helpers.into_iter().flat_map(Helper::promised).collect();
    let (_, loaded) = folder.open();
    let lacking = |ward: &Ward| promised.iter().filter(|id| !has(ward, id)).count();
    Together {
        promised: promised.len(),
        lost: lacking(&loaded.ward),
        not_in_file: lacking(&folder.ward()),
        more: loaded.ward.entries().count() - 1 + lacking(&loaded.ward) - promised.len(),
        notes: loaded.notes,
    }
}

#[test]
fn eight_programs_adding_fifty_results_each_lose_none() {
    assert_eq!(add_together(8, 50, Breakage::None), all_of(400));
}

#[test]
fn the_test_above_sees_programs_that_do_not_lock() {
    let found = add_together(4, 30, Breakage::NoLock);
    assert_ne!(found, all_of(120), "the control must be caught");
    // Even so: what was promised is in the journal, and is shown.
    assert!(found.promised > 0 && found.lost == 0, "{found:?}");
}

/// Programs change one field, each from what it has just seen. What is wrong with the changes in the order of the
/// journal, where each carries what was there before it: that makes the order the proof.
fn swap_together(programs: usize, swaps: usize, breakage: Breakage) -> Result<usize, String> {
    let folder = Folder::with(WARD);
    let helpers: Vec<Helper> =
        (0..programs).map(|n| Helper::start(&folder.file(), &format!("{CAS}{n}"), swaps, breakage)).collect();
    let promised: HashMap<String, Swap> =
        helpers.into_iter().flat_map(Helper::swaps).map(|swap| (swap.to.clone(), swap)).collect();
    let (store, loaded) = folder.open();
    let (mut before, mut latest_begin) = ("none".to_owned(), 0);
    for record in store.history().unwrap().iter().filter(|record| record.op == "change") {
        let Some(Fact::Entry { entry, .. }) = &record.fact else { return Err("a change without a fact".to_owned()) };
        let Kind::Change(change) = &entry.kind else { return Err("a change that is none".to_owned()) };
        let text = |raw: Option<&str>| raw.map_or("none", |raw| raw.trim_matches('"')).to_owned();
        let (from, to) = (text(change.from.as_deref()), text(change.to.as_deref()));
        if from != before {
            return Err(format!("{to} was set over {from}, where {before} was"));
        }
        let swap = promised.get(&to).ok_or("a change that nobody was promised")?;
        if swap.from != from || swap.ended < latest_begin {
            return Err(format!("{to} was promised before one began that stands before it"));
        }
        (before, latest_begin) = (to, latest_begin.max(swap.began));
    }
    let bed = loaded.ward.patient(&PatientId::new("p1")).and_then(|one| one.fields.bed.as_deref().map(str::to_owned));
    match bed {
        Some(bed) if bed == before => Ok(promised.len()),
        _ => Err("the field is not what the last change made it".to_owned()),
    }
}

#[test]
fn eight_programs_changing_one_field_make_a_single_chain() {
    assert_eq!(swap_together(8, 15, Breakage::None), Ok(120));
}

#[test]
fn the_test_above_sees_programs_that_look_without_a_lock() {
    let found = swap_together(4, 25, Breakage::NoLock);
    assert!(found.is_err(), "the control must be caught");
}

/// Programs are killed at any moment while somebody reads, until `enough` says so of kills, answers and whether half
/// a file was read; what is wrong with what comes of it.
fn storm(enough: fn(usize, usize, bool) -> bool, breakage: Breakage) -> Result<(), String> {
    let folder = Folder::with(WARD);
    let (over, half) = (AtomicBool::new(false), AtomicBool::new(false));
    let (mut promised, mut kills) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let bytes = fs::read(folder.file()).unwrap();
                std::thread::sleep(Duration::from_micros(200));
                half.fetch_or(read::ward(&bytes, &read::Limits::default()).is_err(), Ordering::Relaxed);
            }
        });
        let started = Instant::now();
        while !enough(kills, promised.len(), half.load(Ordering::Relaxed)) && started.elapsed() < PATIENCE {
            let mut pair: Vec<Helper> =
                (0..2).map(|n| Helper::start(&folder.file(), &format!("k{kills}-{n}"), usize::MAX, breakage)).collect();
            // Any moment, from before the first save to some saves in: later and later, for the sake of slow hosts.
            std::thread::sleep(Duration::from_millis(20 + (kills as u64 * 37) % 90 + kills as u64));
            for helper in &mut pair {
                helper.0.kill().unwrap();
                kills += 1;
            }
            promised.extend(pair.into_iter().flat_map(Helper::promised));
        }
        over.store(true, Ordering::Relaxed);
    });
    if half.load(Ordering::Relaxed) {
        return Err("somebody read half a file".to_owned());
    }
    let (mut store, loaded) = folder.try_open().map_err(|error| error.to_string())?;
    if let Some(note) = loaded.notes.iter().find(|note| note.contains("please check")) {
        return Err(format!("called damage: {note}"));
    }
    let lost = promised.iter().filter(|id| !has(&loaded.ward, id)).count();
    if lost > 0 {
        return Err(format!("{lost} of {} are lost", promised.len()));
    }
    let report = store.save(vec![fact("next")], &author(), at(1));
    if !saved(&report) || !promised.iter().all(|id| has(&folder.ward(), id)) {
        return Err(format!("after the next save: {:?}", report.outcome));
    }
    if enough(kills, promised.len(), false) {
        Ok(())
    } else {
        Err(format!("{kills} kills, {} answers", promised.len()))
    }
}

#[test]
fn programs_killed_at_any_moment_lose_nothing_that_was_answered() {
    assert_eq!(storm(|kills, answers, _| kills >= 30 && answers >= 60, Breakage::None), Ok(()));
}

#[test]
fn the_test_above_sees_files_that_are_written_in_place() {
    let found = storm(|_, _, half| half, Breakage::InPlace).expect_err("the control must be caught");
    assert!(found.contains("half a file"), "{found}");
}

/// A save by a program whose files may have so many bytes; its answer.
fn limited(folder: &Folder, bytes: u64, careful: bool) -> Option<String> {
    let file = folder.file();
    let task = format!("limit\n{bytes}\n{careful}\n{}", file.display());
    let output = helper::command(&task).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("outcome ").map(str::to_owned))
}

#[test]
fn a_limit_on_the_size_of_files_is_an_answer_and_not_the_end() {
    let long = "x".repeat(20_000);
    let ward = WARD.replace("Rowan Ward", &format!("Rowan Ward {long}"));
    let folder = Folder::with(&ward);
    assert!(saved(&folder.save(vec![fact("n0")])));
    let journal = fs::metadata(folder.journal()).unwrap().len();
    for (bytes, words) in [
        (1, "NOT SAVED: file size limit reached."),
        (journal, "NOT SAVED: file size limit reached."),
        (journal + 300, "NOT SAVED: file size limit reached."),
        (10_000, "Saved in journal; ward.json not updated: file size limit reached."),
        (1_000_000, "Saved"),
    ] {
        let answer = limited(&folder, bytes, true).unwrap_or_else(|| panic!("{bytes}: no answer"));
        assert!(answer.starts_with(words), "{bytes}: {answer}");
        let (_, loaded) = folder.open();
        let id = format!("limit{bytes}");
        assert_eq!(has(&loaded.ward, &id), words.starts_with("Saved"), "{bytes}: {answer}");
        assert!(has(&loaded.ward, "n0") && folder.ward().revision > 0);
    }
    // The control: where the signal is not caught, the program is simply gone.
    assert_eq!(limited(&folder, 10_000, false), None);
}

/// What a helper with a limit does.
pub fn save_with_limit(file: &std::path::Path, bytes: u64, careful: bool) -> Outcome {
    let limit = rustix::process::Rlimit { current: Some(bytes), maximum: Some(bytes) };
    rustix::process::setrlimit(rustix::process::Resource::Fsize, limit).unwrap();
    let facts = vec![fact(&format!("limit{bytes}{}", if careful { "" } else { "-careless" }))];
    if careful {
        Store::open(file, &options()).unwrap().0.save(facts, &author(), at(1)).outcome
    } else {
        Store::open_on(Disk, file, &options()).unwrap().0.save(facts, &author(), at(1)).outcome
    }
}
