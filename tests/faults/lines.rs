//! The real program on a line that drops, stalls or changes its size, and signals in the middle of a save.
use std::time::{Duration, Instant};

use rustix::fs::FlockOperation;
use rustix::process::{Pid, Signal, kill_process};
use wardround::store::{Outcome, Store};

use crate::pty::{Running, Start};
use crate::support::broken::Breakage;
use crate::support::folder::Folder;
use crate::support::helper::{Helper, together};
use crate::support::oracle::{Claims, Wrong, look, visible};
use crate::support::{FILE, WARD, at, author, fact, hasty, ids, saved};
use crate::tally::{Tally, count};

/// How long a host may take over what a fast one does at once.
const PATIENCE: Duration = Duration::from_secs(120);

/// A ward of some 100 kB, which takes a while to save, on the screen.
fn opened(size: usize) -> (Folder, Running) {
    let folder = Folder::with(
        &WARD.replace("\"local_note\"", &format!("\"padding\": \"{}\", \"local_note\"", "x".repeat(size))),
    );
    let running = Start::with(&[FILE]).run(folder.path());
    running.gets(0, "Rowan Ward");
    (folder, running)
}

/// Types a count of the selected patient up to the question, and says yes.
fn types_a_count(running: &mut Running) {
    running.types("a");
    running.sees_line("a form, or who types it", |line| {
        line.contains("Blood count: type it") || line.contains("Who is typing?")
    });
    if running.screen().contains("Who is typing?") {
        // At an account that several people use, as root's.
        running.types("ao\r");
        running.sees("Blood count: type it");
    }
    running.types("2.50");
    running.sees_line("the ANC is typed", |line| line.contains("> ANC") && line.contains("2.50"));
    running.types("\r");
    running.sees("Save this?");
    running.types("y");
}

/// After the end of a program that was to save at most one entry: what the oracle says. `told`: the screen said so.
fn one_or_none(folder: &Folder, told: bool) -> (usize, Result<(), Wrong>) {
    let Ok((_, loaded)) = folder.try_open() else { return (0, Err(Wrong::Otherwise("it does not open".to_owned()))) };
    let new: Vec<String> = ids(&loaded.ward).into_iter().filter(|id| id != "e1").collect();
    if told && new.is_empty() {
        return (1, Err(Wrong::Lost(vec!["what the screen called saved".to_owned()])));
    }
    if new.len() > 1 {
        return (0, Err(Wrong::Otherwise("saved twice".to_owned())));
    }
    let claims = Claims { of_others: true, ..Claims::promised(&new) };
    (usize::from(told), look(folder, &claims))
}

#[test]
fn a_line_dropped_at_any_time_loses_nothing_that_was_called_saved() {
    let mut tally = Tally::of("F8", "line dropped");
    for number in 0..count(20, 4) {
        let (folder, mut running) = opened(100_000);
        types_a_count(&mut running);
        // A third of them wait for the answer; the others hang up at some time in the save.
        let told = number % 3 == 0;
        if told {
            running.sees_no("NOT SAVED YET");
        } else {
            std::thread::sleep(Duration::from_millis(number as u64 * 7 % 60));
        }
        running.hangs_up();
        assert_eq!(running.ends(), 129);
        let (acknowledged, found) = one_or_none(&folder, told);
        tally.passes(&format!("dropped, {number}"), acknowledged, &found);
    }
    // What the screen calls saved and is not there is seen.
    let caught = matches!(one_or_none(&Folder::after(0), true), (_, Err(Wrong::Lost(_))));
    tally.control("it is called saved before it is", caught);
}

#[test]
fn a_signal_in_a_save_waits_for_its_end() {
    let mut tally = Tally::of("F8", "signals in a save");
    for number in 0..count(20, 4) {
        let (signal, status) = [(Signal::TERM, 143), (Signal::HUP, 129)][number % 2];
        let (folder, mut running) = opened(200_000);
        types_a_count(&mut running);
        std::thread::sleep(Duration::from_millis(number as u64 * 5 % 50));
        running.signals(signal);
        assert_eq!(running.ends(), status);
        let (acknowledged, found) = one_or_none(&folder, false);
        tally.passes(&format!("{signal:?}, {number}"), acknowledged, &found);
    }
}

/// Waits until the entry is in the file.
fn is_in_file(folder: &Folder) {
    let until = Instant::now() + PATIENCE;
    while folder.ward().entries().count() < 2 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(folder.ward().entries().count(), 2, "it is saved whatever the terminal does");
}

#[test]
fn who_does_not_read_holds_up_no_save() {
    let mut tally = Tally::of("F8", "a reader that stalls, a storm of sizes");
    let (folder, mut running) = opened(1000);
    types_a_count(&mut running);
    running.while_nobody_reads(|_| {
        is_in_file(&folder);
        std::thread::sleep(Duration::from_secs(count(5, 0) as u64));
    });
    running.sees_no("NOT SAVED YET");
    let (acknowledged, found) = one_or_none(&folder, true);
    tally.passes("stalled", acknowledged, &found);

    // Every size holds the whole question: one that is wrapped anew and no longer in sight to its end takes no `y`.
    let (folder, mut running) = opened(200_000);
    types_a_count(&mut running);
    storms(&mut running, (80, 24));
    is_in_file(&folder);
    running.sees_no("NOT SAVED YET");
    storms(&mut running, (20, 5));
    running.resizes(80, 24);
    running.sees("Rowan Ward");
    let (acknowledged, found) = one_or_none(&folder, true);
    tally.passes("sizes", acknowledged, &found);

    // On a screen that is at times too small to ask, the answer is taken or not: what was typed is saved, or it is there
    // still and says that it is not.
    let (folder, mut running) = opened(200_000);
    types_a_count(&mut running);
    storms(&mut running, (20, 5));
    running.resizes(80, 24);
    let unsaved = "NOT SAVED YET";
    running.sees_line("it is saved, or it is not yet", |line| {
        line.contains(unsaved) || line.contains("as at") && line.contains(" saved ")
    });
    let told = !running.screen().contains(unsaved);
    running.hangs_up();
    assert_eq!(running.ends(), 129);
    let (acknowledged, found) = one_or_none(&folder, told);
    tally.passes("small sizes", acknowledged, &found);
}

/// A hundred sizes, none smaller than this one.
fn storms(running: &mut Running, (columns, rows): (u16, u16)) {
    for step in 0..100 {
        running.resizes(columns + step * 7 % 180, rows + step * 3 % 55);
    }
}

/// A program that was stopped in the middle of a save, and holds the lock.
fn stopped(folder: &Folder) -> Helper {
    let until = Instant::now() + PATIENCE;
    let is_held = || {
        let lock = std::fs::File::open(folder.path().join("ward.json.d/lock"));
        lock.is_ok_and(|lock| rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err())
    };
    let mut number = 0;
    while Instant::now() < until {
        number += 1;
        let helper = Helper::start(&folder.file(), &format!("s{number}"), usize::MAX, Breakage::None);
        let pid = Pid::from_raw(i32::try_from(helper.0.id()).unwrap()).unwrap();
        // It saves one thing after the other: once it holds the lock, it is in the middle of one.
        while !is_held() && Instant::now() < until {
            std::thread::sleep(Duration::from_micros(500));
        }
        kill_process(pid, Signal::STOP).unwrap();
        // A signal is not there at once: until the program stands, it may yet let go of the lock.
        let stands = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", helper.0.id())).unwrap_or_default();
            stat.rsplit(") ").next().is_none_or(|rest| rest.starts_with(['T', 'Z', 'X']) || rest.is_empty())
        };
        while !stands() {
            std::thread::sleep(Duration::from_millis(1));
        }
        // A program that another test is starting holds for a moment whatever this one had open, its look at the lock
        // too. Who stands in the middle of a save holds it for good.
        let holds_for_good = (0..20).all(|_| {
            std::thread::sleep(Duration::from_millis(10));
            is_held()
        });
        if holds_for_good {
            return helper;
        }
        let mut helper = helper;
        helper.0.kill().unwrap();
        helper.claims();
    }
    panic!("none was stopped in a save");
}

#[test]
fn a_stopped_program_that_holds_the_lock_keeps_nobody_from_reading() {
    let mut tally = Tally::of("F8", "stopped holder of the lock");
    let folder = Folder::after(1);
    let mut holder = stopped(&folder);
    let (mut store, loaded) = Store::open(&folder.file(), &hasty()).unwrap();
    assert!(loaded.ward.entries().count() > 1, "reading needs no lock");
    let outcome = store.save(vec![fact("x")], &author(), at(5)).outcome;
    assert!(matches!(&outcome, Outcome::NotSaved { reason } if reason.starts_with("busy: held by")), "{outcome:?}");
    // A store that does not lock would have gone on.
    let report = Breakage::NoLock.open(&folder.file(), &hasty()).save(vec![fact("y")], &author(), at(6));
    tally.control("no lock", saved(&report));
    holder.0.kill().unwrap();
    let told = holder.claims();
    assert!(saved(&folder.open().0.save(vec![fact("z")], &author(), at(7))), "its end frees the lock");
    let claims = together([Claims::promised(["n0", "y", "z"]), told]);
    // Helpers that were not stopped in a save have left entries too: they are looked for by nobody.
    let known = |id: &String| !id.starts_with('s') || claims.promised.contains(id);
    assert!(claims.promised.iter().all(known));
    let lost = visible(&folder.open().1.ward, &claims);
    assert!(!matches!(lost, Err(Wrong::Lost(_))), "{lost:?}");
    tally.passes("stopped", claims.promised.len(), &Ok(()));
}

/// crossterm 793: a program whose line is gone and whom nobody signals must notice by itself.
#[test]
fn crossterm_793_a_line_that_is_gone_without_a_signal_ends_the_program() {
    let mut tally = Tally::of("F13", "crossterm 793");
    let folder = Folder::after(1);
    let start = |script: &str| Start::with(&[FILE]).under_shell(script).run(folder.path());
    let mut running = start("trap '' HUP; \"$@\"");
    running.gets(0, "Rowan Ward");
    running.hangs_up();
    running.status();
    tally.passes("gone", 1, &look(&folder, &Claims::promised(["n0"])));
    // A second shell says that it has begun: the first one, which minds the jobs of its terminal, would end with an error
    // if the line went between its word and its giving way to `sleep`.
    let mut deaf = start("trap '' HUP; exec sh -c 'echo begun; exec sleep 6000'");
    deaf.gets(0, "begun");
    deaf.hangs_up();
    std::thread::sleep(Duration::from_millis(500));
    tally.control("a program that does not notice", !deaf.is_over());
}
