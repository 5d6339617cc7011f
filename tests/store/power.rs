//! The power goes at every call of a save, and any part of what was not synced is lost or kept.
use crate::support::broken::Breakage;
use crate::support::oracle::{Claims, Wrong, look};
use crate::support::rigged::{Act, Op, Rigged};
use crate::support::sim::{CONTENTS, Content, Sim};
use crate::support::{FILE, WARD, open, promised, save, saved};
use crate::tally::{Tally, count};
use wardround::store::vfs::{Errno, Vfs};

/// A way to stand between store and disk.
type Between<V> = fn(Sim) -> V;

/// After every cut in each of three saves: what the oracle says of every state that can be left.
fn every_cut<V: Vfs>(tally: &mut Tally, between: Between<V>) -> Vec<(String, Wrong)> {
    let mut broken = Vec::new();
    for before in 0..3 {
        for after in 0.. {
            let disk = Sim::with(&[(FILE, WARD)]);
            let (mut store, _) = open(between(disk.clone()));
            let mut claims = Claims::promised((0..before).map(|n| format!("n{n}")));
            for id in &claims.promised {
                assert!(saved(&save(&mut store, id)));
            }
            disk.cut_power_after(after);
            claims.note("last", &save(&mut store, "last"));
            // Who refuses for want of power has told nobody.
            claims.uncertain.append(&mut claims.refused);
            for (what, left) in remains(&disk) {
                let found = look(&left, &claims);
                tally.fault(claims.promised.len(), &found);
                broken.extend(found.err().map(|wrong| (format!("{before} saves, cut after {after}, {what}"), wrong)));
            }
            if disk.changes() < after {
                break;
            }
        }
    }
    broken
}

/// What a power cut can leave: each kind of content, with no, all, one or all but one of the loose names.
fn remains(disk: &Sim) -> Vec<(String, Sim)> {
    let names = disk.loose_names();
    let mut left = Vec::new();
    for content in CONTENTS {
        // The number past the last is no name: none but it, and all but it.
        for n in 0..=names {
            for others in [false, true] {
                let cut = disk.after_power_cut(content, |at| (at == n) != others);
                left.push((format!("{content:?} content, names kept: {others} but number {n} of {names}"), cut));
            }
        }
    }
    left
}

#[test]
fn no_promise_is_lost_and_no_file_is_half() {
    let mut tally = Tally::of("F1", "power cut at every call");
    let broken = every_cut(&mut tally, |disk| disk);
    assert!(broken.is_empty(), "{broken:?}");
    assert!(tally.number() > 500, "only {} states", tally.number());
}

/// The test above is known to see stores that do not sync, or do not replace.
#[test]
fn controls() {
    let mut tally = Tally::of("F1", "controls");
    let lost = |(_, wrong): &(String, Wrong)| matches!(wrong, Wrong::Lost(_));
    let half = |(_, wrong): &(String, Wrong)| *wrong == Wrong::Otherwise("half a file".to_owned());
    let no_sync = every_cut(&mut Tally::none(), |disk| Breakage::NoSync.before(disk));
    tally.control("no fsync", no_sync.iter().any(lost) && no_sync.iter().any(half));
    let no_names = every_cut(&mut Tally::none(), |disk| Breakage::NoFolderSync.before(disk));
    tally.control("no fsync of folders", no_names.iter().any(lost));
    let in_place = every_cut(&mut Tally::none(), |disk| Breakage::InPlace.before(disk));
    tally.control("file written in place", in_place.iter().any(half));
}

/// What the file's own syncs hide as long as it can be replaced: the journal alone has to carry the promise.
#[test]
fn a_promise_of_the_journal_alone_survives() {
    let mut tally = Tally::of("F1", "journal alone");
    let cut = |left_out: Option<Op>, before: usize| {
        let disk = Sim::with(&[(FILE, WARD)]);
        let mut claims = Claims::promised((0..before).map(|n| format!("n{n}")));
        for id in &claims.promised {
            assert!(saved(&save(&mut open(disk.clone()).0, id)));
        }
        let rule = move |op| match op {
            Op::Rename => Act::Fail(Errno::NOSPC),
            op if Some(op) == left_out => Act::Pretend,
            _ => Act::Pass,
        };
        let (mut store, _) = open(Rigged::new(disk.clone(), Box::new(rule)));
        let report = save(&mut store, "last");
        assert!(promised(&report));
        claims.note("last", &report);
        look(&disk.after_power_cut(Content::Old, |_| false), &claims)
    };
    for before in 0..2 {
        tally.passes(&format!("{before} saves before"), before + 1, &cut(None, before));
    }
    tally.control("a new journal is not synced", cut(Some(Op::Sync), 0).is_err());
    tally.control("the journal is not synced", cut(Some(Op::SyncData), 1).is_err());
}

/// The power goes again, at every call of the save that finds what the first cut left.
fn second_cuts(half: usize) {
    let mut tally = Tally::of("F1", &format!("second cut in the recovery, half {half}"));
    let mut first_states = 0;
    for first in 0.. {
        let disk = Sim::with(&[(FILE, WARD)]);
        let (mut store, _) = open(disk.clone());
        assert!(saved(&save(&mut store, "n0")));
        disk.cut_power_after(first);
        let mut claims = Claims::promised(["n0"]);
        claims.note("n1", &save(&mut store, "n1"));
        claims.uncertain.append(&mut claims.refused);
        for (what, left) in remains(&disk) {
            first_states += 1;
            if first_states % count(2, 94) == half {
                let broken = recovery(&mut tally, &left, &claims, Breakage::None);
                assert!(broken.is_empty(), "cut after {first}, {what}, {broken:?}");
            }
        }
        if disk.changes() < first {
            break;
        }
    }
    assert!(tally.number() > count(8_000, 150), "only {} states", tally.number());
}

#[test]
fn a_second_cut_in_the_recovery_loses_nothing() {
    second_cuts(0);
    let mut tally = Tally::of("F1", "second cut, control");
    let disk = Sim::with(&[(FILE, WARD)]);
    assert!(saved(&save(&mut open(disk.clone()).0, "n0")));
    let broken = recovery(&mut Tally::none(), &disk, &Claims::promised(["n0"]), Breakage::NoSync);
    tally.control("no fsync", broken.iter().any(|(_, wrong)| matches!(wrong, Wrong::Lost(_))));
}

#[test]
fn a_second_cut_in_the_recovery_loses_nothing_of_the_other_half() {
    second_cuts(1);
}

/// A save on what a first cut left, cut at every call; what the oracle says of what can be left then.
fn recovery(tally: &mut Tally, first: &Sim, claims: &Claims, breakage: Breakage) -> Vec<(String, Wrong)> {
    let mut broken = Vec::new();
    for second in 0.. {
        let disk = first.after_power_cut(Content::New, |_| true);
        let mut claims = claims.clone();
        let (mut store, _) = open(breakage.before(disk.clone()));
        disk.cut_power_after(second);
        claims.note("n2", &save(&mut store, "n2"));
        claims.uncertain.append(&mut claims.refused);
        for (what, left) in remains(&disk) {
            let found = look(&left, &claims);
            tally.fault(claims.promised.len(), &found);
            broken.extend(found.err().map(|wrong| (format!("then after {second}, {what}"), wrong)));
        }
        if disk.changes() < second {
            return broken;
        }
    }
    broken
}
