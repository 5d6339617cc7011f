//! Several programs at once on the real disk; some are killed; one has a limit on the size of its files.
#![allow(clippy::disallowed_methods)] // reads the ward as another program would
use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wardround::store::Fact;
use wardround::ward::{Kind, PatientId};

use crate::support::broken::Breakage;
use crate::support::folder::Folder;
use crate::support::helper::{CAS, Helper, Swap, limited, together};
use crate::support::oracle::{Claims, Wrong, look, visible, whole};
use crate::support::{FILE, WARD, fact, has, options, saved};
use crate::tally::{Tally, count, full};

/// How long a host may take over the storms; a fast one needs a few seconds.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long the whole run's storm lasts.
const STORM: Duration = Duration::from_secs(10);

/// Programs that add results to one ward at the same time: the ward, and what they were answered.
fn add_together(programs: usize, results: usize, breakage: Breakage) -> (Folder, Claims) {
    let folder = Folder::with(WARD);
    let helpers: Vec<Helper> =
        (0..programs).map(|n| Helper::start(&folder.file(), &format!("h{n}"), results, breakage)).collect();
    let claims = together(helpers.into_iter().map(Helper::claims));
    (folder, claims)
}

/// Whether the file itself holds everything, without its journal.
fn in_file(folder: &Folder, claims: &Claims) -> Result<(), Wrong> {
    visible(&whole(folder.text().as_bytes())?, claims)
}

#[test]
fn programs_adding_results_at_the_same_time_lose_none() {
    let mut tally = Tally::of("F4", "programs that save at the same time");
    let each = count(100, 40);
    let (folder, claims) = add_together(8, each, Breakage::None);
    assert_eq!(claims.promised.len(), 8 * each, "not every save was acknowledged");
    tally.passes("the file", claims.promised.len(), &in_file(&folder, &claims));
    tally.passes("after the next save", 0, &look(&folder, &claims));
}

/// Without a lock saves are lost to the file; even so what was promised is in the journal, and is shown.
#[test]
fn a_broken_lock_loses_nothing_that_was_promised() {
    let mut tally = Tally::of("F4", "broken lock");
    for (fault, name) in [(Breakage::NoLock, "no lock"), (Breakage::DataFileLock, "lock on the ward file itself")] {
        let (mut caught, mut hidden) = (false, fault != Breakage::NoLock);
        // Programs may miss each other by chance: not ten times over.
        for _ in 0..10 {
            let (folder, claims) = add_together(8, count(60, 15), fault);
            let (promised, in_file) = (claims.promised.len(), in_file(&folder, &claims));
            let shown = visible(&folder.open().1.ward, &claims);
            tally.passes(name, promised, &shown);
            assert!(promised > 0, "{name}: nothing was acknowledged");
            // What the test above looks for is wrong here: forks in the journal, saves that the file lost.
            caught |= matches!(in_file, Err(Wrong::Lost(_))) || look(&folder, &claims).is_err();
            // And a reader to whom a fork is the end would have hidden them, where the journal alone has them.
            folder.write(FILE, WARD);
            let seen = Breakage::FatalChain.open(&folder.file(), &options()).reload().unwrap().ward;
            hidden |= matches!(visible(&seen, &claims), Err(Wrong::Lost(_)));
            if caught && hidden {
                break;
            }
        }
        tally.control(name, caught);
        if fault == Breakage::NoLock {
            tally.control("a fork is the end of the journal", hidden);
        }
    }
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
fn programs_changing_one_field_make_a_single_chain() {
    let mut tally = Tally::of("F4", "one field changed at the same time");
    let each = count(40, 12);
    assert_eq!(swap_together(8, each, Breakage::None), Ok(8 * each));
    tally.passes("the chain", 8 * each, &Ok(()));
    // Programs may miss each other by chance: not ten times over.
    tally.control("no lock", (0..10).any(|_| swap_together(4, 25, Breakage::NoLock).is_err()));
}

/// Programs are killed at any moment while somebody reads, until `enough` says so of kills, answers and whether half
/// a file was read; what is wrong with what comes of it.
fn storm(tally: &mut Tally, enough: impl Fn(usize, usize, bool) -> bool, breakage: Breakage) -> Result<(), Wrong> {
    let folder = Folder::with(WARD);
    let (over, half) = (AtomicBool::new(false), AtomicBool::new(false));
    let (mut claims, mut kills) = (Claims::default(), 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let bytes = fs::read(folder.file()).unwrap();
                std::thread::sleep(Duration::from_micros(200));
                half.fetch_or(whole(&bytes).is_err(), Ordering::Relaxed);
            }
        });
        let (started, mut patience) = (Instant::now(), 1);
        while !enough(kills, claims.promised.len(), half.load(Ordering::Relaxed)) && started.elapsed() < PATIENCE {
            let mut pair: Vec<Helper> =
                (0..2).map(|n| Helper::start(&folder.file(), &format!("k{kills}-{n}"), usize::MAX, breakage)).collect();
            // Any moment, from before the first save to some saves in: later and later while there are no more answers than
            // kills, for the sake of slow hosts.
            patience = if claims.promised.len() > 2 * kills { 1 } else { (patience + 1).min(100) };
            std::thread::sleep(Duration::from_millis(20 + (kills as u64 * 37) % (90 * patience)));
            for helper in &mut pair {
                helper.0.kill().unwrap();
                kills += 1;
            }
            let before = std::mem::take(&mut claims);
            claims = together([before].into_iter().chain(pair.into_iter().map(Helper::claims)));
        }
        over.store(true, Ordering::Relaxed);
    });
    tally.faults(kills);
    if half.load(Ordering::Relaxed) {
        return Err(Wrong::Otherwise("somebody read half a file".to_owned()));
    }
    look(&folder, &claims)?;
    tally.fault(claims.promised.len(), &Ok(()));
    if enough(kills, claims.promised.len(), false) {
        Ok(())
    } else {
        Err(Wrong::Otherwise(format!("{kills} kills, {} answers", claims.promised.len())))
    }
}

#[test]
fn programs_killed_at_any_moment_lose_nothing_that_was_answered() {
    let mut tally = Tally::of("F4", "kill storm");
    let started = Instant::now();
    let long = if full() { STORM } else { Duration::ZERO };
    let enough = |kills, answers, _| kills >= 30 && answers >= 60 && started.elapsed() >= long;
    let found = storm(&mut tally, enough, Breakage::None);
    tally.passes("the storm", 0, &found);
    let found = storm(&mut Tally::none(), |_, _, half| half, Breakage::InPlace);
    tally.control("file written in place", found == Err(Wrong::Otherwise("somebody read half a file".to_owned())));
}

/// A ward whose file is far longer than its journal, with one save behind it.
fn long_ward() -> Folder {
    let folder = Folder::with(&WARD.replace("Rowan Ward", &format!("Rowan Ward {}", "x".repeat(20_000))));
    assert!(saved(&folder.save(vec![fact("n0")])));
    folder
}

#[test]
fn a_limit_on_the_size_of_files_is_an_answer_and_not_the_end() {
    let folder = long_ward();
    let journal = fs::metadata(folder.journal()).unwrap().len();
    for (bytes, words) in [
        (1, "NOT SAVED: file size limit reached."),
        (journal, "NOT SAVED: file size limit reached."),
        (journal + 300, "NOT SAVED: file size limit reached."),
        (10_000, "Saved in journal; ward.json not updated: file size limit reached."),
        (1_000_000, "Saved"),
    ] {
        let answer = limited(&folder.file(), bytes, true).unwrap_or_else(|| panic!("{bytes}: no answer"));
        assert!(answer.starts_with(words), "{bytes}: {answer}");
        let (_, loaded) = folder.open();
        let id = format!("limit{bytes}");
        assert_eq!(has(&loaded.ward, &id), words.starts_with("Saved"), "{bytes}: {answer}");
        assert!(has(&loaded.ward, "n0") && folder.ward().revision > 0);
    }
}

#[test]
fn whatever_limit_on_the_size_of_files_the_answer_is_true() {
    let mut tally = Tally::of("F5", "file size limits");
    let whole = long_ward();
    let (journal, file) = (fs::metadata(whole.journal()).unwrap().len(), fs::metadata(whole.file()).unwrap().len());
    let around = |size: u64, step: u64| (0..16).map(move |n| (size + n * step).saturating_sub(8 * step));
    let values: Vec<u64> = around(journal + 300, 60).chain(around(file + 100, 40)).collect();
    let mut met = [0; 3];
    for bytes in values.into_iter().step_by(32 / count(32, 8)) {
        let folder = long_ward();
        let answer = limited(&folder.file(), bytes, true).unwrap_or_else(|| panic!("{bytes}: no answer"));
        let mut claims = Claims::promised(["n0"]);
        let (kind, kept) = match () {
            () if answer.starts_with("Saved in journal") => (1, &mut claims.promised),
            () if answer.starts_with("Saved") => (0, &mut claims.promised),
            () if answer.starts_with("NOT SAVED") => (2, &mut claims.refused),
            () => panic!("{bytes}: {answer}"),
        };
        met[kind] += 1;
        kept.push(format!("limit{bytes}"));
        tally.passes(&format!("{bytes} bytes: {answer}"), claims.promised.len(), &look(&folder, &claims));
    }
    assert!(met.iter().all(|n| *n > 0), "all three answers are met: {met:?}");
    // Where the signal is not caught, the program is simply gone.
    tally.control(
        "the signal of a file size limit is not caught",
        limited(&long_ward().file(), 10_000, false).is_none(),
    );
}
