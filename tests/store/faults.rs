//! Every call of a save fails once, or from then on, with each errno; writes do only a part. What the answer says is
//! true: promised is there, NOT SAVED never turns up, and nothing that was there before is lost.
use std::cell::RefCell;
use std::rc::Rc;

use wardround::store::vfs::Errno;
use wardround::store::{Options, Outcome, Store};

use crate::support::broken::Breakage;
use crate::support::oracle::{Claims, Wrong, look};
use crate::support::rigged::{Act, Kind, Op, Rigged, Rule};
use crate::support::sim::{Content, Sim};
use crate::support::{FILE, WARD, at, author, fact, has, open, options, path, promised, save, saved};
use crate::tally::{Tally, full};

const ERRNOS: [Errno; 11] = [
    Errno::IO,
    Errno::NOSPC,
    Errno::INTR,
    Errno::ACCESS,
    Errno::DQUOT,
    Errno::FBIG,
    Errno::ROFS,
    Errno::NOMEM,
    Errno::MFILE,
    Errno::STALE,
    Errno::PERM,
];

/// In a quick run so many of the errnos are met not only once, but from then on.
const LASTING: usize = 4;

/// Which calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Once,
    Always,
    /// From then on, calls of the same kind.
    Kind,
}

/// A rule that lets calls pass until it is armed, and then does this to the one with that number.
#[derive(Clone, Default)]
struct Fuse(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    armed: bool,
    calls: Vec<Op>,
    blown: Option<Op>,
}

impl Fuse {
    fn arm(&self) {
        self.0.borrow_mut().armed = true;
    }

    /// The calls since it was armed.
    fn calls(&self) -> Vec<Op> {
        self.0.borrow().calls.clone()
    }

    fn rule(&self, number: usize, how: How, act: Act) -> Rule {
        let state = Rc::clone(&self.0);
        Box::new(move |op| {
            let mut state = state.borrow_mut();
            if !state.armed {
                return Act::Pass;
            }
            state.calls.push(op);
            let here = state.calls.len() == number + 1;
            if here {
                state.blown = Some(op);
            }
            let again = state.blown.is_some_and(|first| how == How::Always || how == How::Kind && first == op);
            if here || again { act } else { Act::Pass }
        })
    }
}

/// A disk with so many saves behind it.
fn disk_after(saves: usize) -> Sim {
    let disk = Sim::with(&[(FILE, WARD)]);
    let (mut store, _) = open(disk.clone());
    for n in 0..saves {
        assert!(saved(&save(&mut store, &format!("n{n}"))));
    }
    disk
}

/// The calls of a save.
fn calls(before: &Sim) -> Vec<Op> {
    let fuse = Fuse::default();
    let disk = before.after_power_cut(Content::New, |_| true);
    let (mut store, _) = open(Rigged::new(disk, fuse.rule(usize::MAX - 1, How::Once, Act::Pass)));
    fuse.arm();
    assert!(saved(&save(&mut store, "x")));
    fuse.calls()
}

/// One save in which the call with that number fails; what the oracle says of what comes of it.
fn one(before: &Sim, saves: usize, number: usize, how: How, act: Act) -> (Outcome, Result<(), Wrong>) {
    let fuse = Fuse::default();
    let disk = before.after_power_cut(Content::New, |_| true);
    let rigged = Rigged::new(disk.clone(), fuse.rule(number, how, act)).on_failed_sync(Sim::poison);
    let (mut store, _) = open(rigged);
    fuse.arm();
    let report = save(&mut store, "x");
    drop(store);
    let found = judge(&disk, saves, &report.outcome, &["x"]);
    if found.is_err() || !promised(&report) {
        return (report.outcome, found);
    }
    // What was promised has to survive a power cut as well.
    let found = judge(&disk.after_power_cut(Content::Old, |_| false), saves, &report.outcome, &["x"]);
    (report.outcome, found)
}

/// The oracle, on a disk that had so many saves before these facts.
fn judge(disk: &Sim, saves: usize, outcome: &Outcome, facts: &[&str]) -> Result<(), Wrong> {
    let mut claims = Claims::promised((0..saves).map(|n| format!("n{n}")));
    for id in facts {
        claims.answered(id, outcome);
    }
    look(disk, &claims)
}

#[test]
fn whatever_call_fails_the_answer_is_true() {
    let mut tally = Tally::of("F2", "each call of a save fails");
    let mut count = [0_usize; 4];
    for saves in 0..2 {
        let before = disk_after(saves);
        let calls = calls(&before);
        for (number, op) in calls.iter().enumerate() {
            for (at, errno) in ERRNOS.into_iter().enumerate() {
                let lasts = full() || at < LASTING;
                let hows = if lasts { &[How::Once, How::Kind, How::Always][..] } else { &[How::Once] };
                for how in hows.iter().copied() {
                    let (outcome, found) = one(&before, saves, number, how, Act::Fail(errno));
                    let what = format!("{saves} saves before, call {number} ({op:?}) {how:?} {errno:?}: {outcome:?}");
                    let acknowledged = saves + usize::from(kind(&outcome) < 2);
                    tally.passes(&what, acknowledged, &found);
                    count[kind(&outcome)] += 1;
                    if errno == Errno::INTR && how == How::Once {
                        assert_eq!(kind(&outcome), 0, "call {number} ({op:?}) is not made again after EINTR");
                    }
                }
            }
        }
    }
    assert!(count.iter().all(|n| *n > 10), "all four outcomes are met: {count:?}");
}

/// Reading writes nothing and hides nothing: it fails, or shows everything.
#[test]
fn whatever_call_fails_while_a_ward_is_opened_it_is_whole_or_refused() {
    let mut tally = Tally::of("F2", "each call of an opening fails");
    let (mut refused, mut number) = (0, 0);
    for at in 0.. {
        for errno in ERRNOS {
            for how in [How::Once, How::Always] {
                let (fuse, disk) = (Fuse::default(), disk_after(2));
                fuse.arm();
                let opened = Store::open_on(
                    Rigged::new(disk.clone(), fuse.rule(at, how, Act::Fail(errno))),
                    &path(),
                    &options(),
                );
                number = fuse.calls().len();
                refused += usize::from(opened.is_err());
                let shown = opened.map_or(Ok(()), |(_, loaded)| {
                    let lost: Vec<String> =
                        ["n0", "n1"].iter().filter(|id| !has(&loaded.ward, id)).map(ToString::to_string).collect();
                    if lost.is_empty() { Ok(()) } else { Err(Wrong::Lost(lost)) }
                });
                tally.passes(&format!("call {at} of an opening, {errno:?} {how:?}"), 2, &shown);
                let left = judge(&disk, 2, &Outcome::Saved { revision: 2 }, &[]);
                assert_eq!(left, Ok(()), "after call {at} of an opening, {errno:?} {how:?}");
            }
        }
        if number <= at {
            break;
        }
    }
    assert!(refused > 20, "only {refused} were refused");
}

fn kind(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Saved { .. } => 0,
        Outcome::JournalOnly { .. } => 1,
        Outcome::NotSaved { .. } => 2,
        Outcome::NotConfirmed { .. } => 3,
    }
}

#[test]
fn a_write_that_does_only_a_part_is_carried_on() {
    let mut tally = Tally::of("F2", "short writes");
    for saves in 0..2 {
        let before = disk_after(saves);
        for (number, op) in calls(&before).into_iter().enumerate().filter(|(_, op)| *op == Op::Write) {
            // One byte, half of them, all but one: of this write, or of this one and all after it.
            for (percent, how) in [(0, How::Kind), (50, How::Kind), (100, How::Kind), (0, How::Once), (50, How::Once)] {
                let (outcome, found) = one(&before, saves, number, how, Act::Part(percent));
                tally.passes(&format!("call {number} ({op:?}), {percent} %: {outcome:?}"), saves + 1, &found);
                assert_eq!(kind(&outcome), 0);
            }
        }
    }
}

/// The disk fills up in the middle of the journal's lines; gives what was answered, and what is wrong with it.
fn torn(before: &Sim, percent: usize, ids: &[&str]) -> (Outcome, Result<(), Wrong>) {
    let number = calls(before).iter().position(|op| *op == Op::SyncData).unwrap() - 1;
    let fuse = Fuse::default();
    let (state, mut full) = (Rc::clone(&fuse.0), false);
    let rule: Rule = Box::new(move |op| {
        let mut state = state.borrow_mut();
        if state.armed {
            state.calls.push(op);
        }
        match op {
            Op::Write if full => Act::Fail(Errno::NOSPC),
            Op::Write if state.calls.len() == number + 1 => {
                full = true;
                Act::Part(percent)
            }
            _ => Act::Pass,
        }
    });
    let disk = before.after_power_cut(Content::New, |_| true);
    let (mut store, _) = open(Rigged::new(disk.clone(), rule));
    fuse.arm();
    let report = store.save(ids.iter().map(|id| fact(id)).collect(), &author(), at(1));
    let found = judge(&disk, 1, &report.outcome, ids);
    (report.outcome, found)
}

#[test]
fn torn_lines_are_neither_seen_nor_damage() {
    let mut tally = Tally::of("F2", "torn lines");
    let before = disk_after(1);
    for percent in 0..=100 {
        for ids in [&["x"][..], &["x", "y", "z"]] {
            let (outcome, found) = torn(&before, percent, ids);
            tally.passes(&format!("{percent} %, {ids:?}"), 1, &found);
            assert!(matches!(outcome, Outcome::NotSaved { .. }), "{percent} %: {outcome:?}");
        }
    }
}

/// What is already there is durable once it is answered "saved": somebody may have been killed before the sync.
#[test]
fn a_fact_that_was_never_answered_is_made_durable_before_it_is() {
    let lost = |honest: bool| {
        let lost = |number: &usize| {
            let disk = disk_after(1);
            let (mut store, _) = open(disk.clone());
            disk.cut_power_after(*number);
            let _ = save(&mut store, "x");
            // The program was killed, the host lives on: nothing is lost yet, and nothing synced.
            let disk = disk.with_power();
            let rule = move |op| match op {
                Op::Sync | Op::SyncData if !honest => Act::Pretend,
                _ => Act::Pass,
            };
            let (mut store, _) = open(Rigged::new(disk.clone(), Box::new(rule)));
            assert!(saved(&save(&mut store, "x")), "killed after {number}");
            let (_, loaded) = open(disk.after_power_cut(Content::Old, |_| false));
            !has(&loaded.ward, "x")
        };
        (0..40).filter(lost).collect::<Vec<usize>>()
    };
    let mut tally = Tally::of("F2", "killed before the answer");
    let found = lost(true);
    assert_eq!(found, Vec::<usize>::new());
    tally.faults(40);
    tally.control("what is known is not synced", !lost(false).is_empty());
}

/// The tests above are known to see a store that lies or forgets.
#[test]
fn controls() {
    let mut tally = Tally::of("F2", "controls");
    let before = disk_after(1);
    // A sync that failed and is simply made again says "done" of what is lost.
    let disk = before.after_power_cut(Content::New, |_| true);
    let rule: Rule = Box::new(|op| match op {
        Op::SyncData => Act::Retry,
        Op::Rename => Act::Fail(Errno::NOSPC),
        _ => Act::Pass,
    });
    let (mut store, _) = open(Rigged::new(disk.clone(), rule).on_failed_sync(Sim::poison));
    let outcome = save(&mut store, "x").outcome;
    assert_eq!(kind(&outcome), 1);
    let left = disk.after_power_cut(Content::Old, |_| false);
    let found = judge(&left, 1, &outcome, &["x"]);
    tally.control("a sync that failed is made again", found == Err(Wrong::Lost(vec!["x".to_owned()])));

    // What was refused is left in the journal.
    let disk = before.after_power_cut(Content::New, |_| true);
    let mut synced = false;
    let rule: Rule = Box::new(move |op| match op {
        Op::SyncData => {
            synced = true;
            Act::Fail(Errno::NOSPC)
        }
        Op::Open(Kind::New) if synced => Act::Fail(Errno::NOSPC),
        Op::Truncate => Act::Pretend,
        _ => Act::Pass,
    });
    let (mut store, _) = open(Rigged::new(disk.clone(), rule));
    let outcome = save(&mut store, "x").outcome;
    assert_eq!(kind(&outcome), 2);
    let found = judge(&disk, 1, &outcome, &["x"]);
    let there = Wrong::Otherwise("x: NOT SAVED, and there after all".to_owned());
    tally.control("what was refused stays in the journal", found == Err(there));

    // Errors of writes and syncs are not looked at.
    let disk = before.after_power_cut(Content::New, |_| true);
    let mut writes = 0;
    let full: Rule = Box::new(move |op| {
        writes += usize::from(op == Op::Write);
        if op == Op::Write && writes > 1 { Act::Fail(Errno::NOSPC) } else { Act::Pass }
    });
    let deaf = Breakage::DeafToErrors.before(Rigged::new(disk.clone(), full));
    let (mut store, _) = Store::open_on(deaf, &path(), &Options::default()).unwrap();
    let outcome = save(&mut store, "x").outcome;
    tally.control("errors are not looked at", kind(&outcome) == 0 && judge(&disk, 1, &outcome, &["x"]).is_err());
}
