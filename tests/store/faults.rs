//! Every call of a save fails once, or from then on, with each errno; writes do only a part. What the answer says is
//! true: promised is there, NOT SAVED never turns up, and nothing that was there before is lost.
use std::cell::RefCell;
use std::rc::Rc;

use wardround::store::vfs::Errno;
use wardround::store::{Outcome, Store};

use crate::support::rigged::{Act, Kind, Op, Rigged, Rule};
use crate::support::sim::{Content, Sim};
use crate::support::{FILE, WARD, at, author, fact, has, ids, open, options, path, promised, save, saved, ward_of};

/// So many of the errnos are met not only once, but from then on.
const LASTING: usize = 4;

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

/// One save in which the call with that number fails; what is wrong with what comes of it.
fn one(before: &Sim, saves: usize, number: usize, how: How, act: Act) -> Result<Outcome, String> {
    let fuse = Fuse::default();
    let disk = before.after_power_cut(Content::New, |_| true);
    let rigged = Rigged::new(disk.clone(), fuse.rule(number, how, act)).on_failed_sync(Sim::poison);
    let (mut store, _) = open(rigged);
    fuse.arm();
    let report = save(&mut store, "x");
    drop(store);
    judge(&disk, saves, &report.outcome, &["x"])?;
    if promised(&report) {
        // What was promised has to survive a power cut as well.
        judge(&disk.after_power_cut(Content::Old, |_| false), saves, &report.outcome, &["x"])?;
    }
    Ok(report.outcome)
}

fn judge(disk: &Sim, saves: usize, outcome: &Outcome, facts: &[&str]) -> Result<(), String> {
    ward_of(&disk.text(&[FILE]).ok_or("no file")?);
    let (mut store, loaded) = Store::open_on(disk.clone(), &path(), &options()).map_err(|error| error.to_string())?;
    let there = facts.iter().filter(|id| has(&loaded.ward, id)).count();
    match outcome {
        Outcome::Saved { .. } | Outcome::JournalOnly { .. } if there < facts.len() => {
            return Err("promised and lost".to_owned());
        }
        Outcome::NotSaved { .. } if there > 0 => return Err("NOT SAVED and there after all".to_owned()),
        _ => {}
    }
    if !(0..saves).all(|n| has(&loaded.ward, &format!("n{n}"))) {
        return Err("an earlier save is lost".to_owned());
    }
    if let Some(note) = loaded.notes.iter().find(|note| note.contains("please check")) {
        return Err(format!("called damage: {note}"));
    }
    if !saved(&store.save(vec![fact("next")], &author(), at(2))) {
        return Err("the next save fails".to_owned());
    }
    let after = ward_of(&disk.text(&[FILE]).unwrap());
    if !ids(&loaded.ward).iter().all(|id| has(&after, id)) || !has(&after, "next") {
        return Err("the next save leaves something out".to_owned());
    }
    // A save that was refused is tried again with the same id, and one that was promised changes nothing.
    if !saved(&store.save(facts.iter().map(|id| fact(id)).collect(), &author(), at(3))) {
        return Err("the same fact cannot be saved again".to_owned());
    }
    if disk.names().iter().any(|name| name.contains(".tmp-")) {
        return Err("a temporary file is left".to_owned());
    }
    Ok(())
}

#[test]
fn whatever_call_fails_the_answer_is_true() {
    let mut count = [0_usize; 4];
    for saves in 0..2 {
        let before = disk_after(saves);
        let calls = calls(&before);
        for (number, op) in calls.iter().enumerate() {
            for (at, errno) in ERRNOS.into_iter().enumerate() {
                let hows = if at < LASTING { &[How::Once, How::Kind, How::Always][..] } else { &[How::Once] };
                for how in hows.iter().copied() {
                    let outcome = one(&before, saves, number, how, Act::Fail(errno)).unwrap_or_else(|wrong| {
                        panic!("{saves} saves before, call {number} ({op:?}) {how:?} {errno:?}: {wrong}")
                    });
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
    let before = disk_after(1);
    for (number, op) in calls(&before).into_iter().enumerate().filter(|(_, op)| *op == Op::Write) {
        for percent in [0, 50, 100] {
            let outcome = one(&before, 1, number, How::Kind, Act::Part(percent));
            let outcome = outcome.unwrap_or_else(|wrong| panic!("call {number} ({op:?}), {percent} %: {wrong}"));
            assert_eq!(kind(&outcome), 0);
        }
    }
}

/// The disk fills up in the middle of the journal's lines; gives what was answered, and what is wrong with it.
fn torn(before: &Sim, percent: usize, ids: &[&str]) -> Result<Outcome, String> {
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
    judge(&disk, 1, &report.outcome, ids)?;
    Ok(report.outcome)
}

#[test]
fn torn_lines_are_neither_seen_nor_damage() {
    let before = disk_after(1);
    for percent in 0..=100 {
        for ids in [&["x"][..], &["x", "y", "z"]] {
            let outcome = torn(&before, percent, ids).unwrap_or_else(|wrong| panic!("{percent} %, {ids:?}: {wrong}"));
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
    assert_eq!(lost(true), Vec::<usize>::new());
    assert_ne!(lost(false), Vec::<usize>::new(), "the control must be caught");
}

/// The tests above are known to see a store that lies or forgets.
#[test]
fn controls() {
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
    assert_eq!(judge(&left, 1, &outcome, &["x"]), Err("promised and lost".to_owned()));

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
    assert_eq!(judge(&disk, 1, &outcome, &["x"]), Err("NOT SAVED and there after all".to_owned()));
}
