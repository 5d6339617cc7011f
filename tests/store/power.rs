//! The power goes at every call of a save, and any part of what was not synced is lost or kept.
use wardround::store::vfs::{Errno, Vfs};
use wardround::store::{OpenError, Store};

use crate::support::rigged::{Act, Op, Rigged};
use crate::support::sim::{CONTENTS, Content, Sim};
use crate::support::{FILE, WARD, has, ids, open, options, path, promised, save, saved, ward_of};

/// What somebody found wrong after a power cut.
type Broken = String;

/// A way to stand between store and disk.
type Between<V> = fn(Sim) -> V;

/// After every cut in each of three saves: what was promised is there, the file is whole, the next save works. Gives
/// what was found wrong, and how many states were looked at.
fn every_cut<V: Vfs>(between: Between<V>) -> (Vec<Broken>, usize) {
    let (mut broken, mut states) = (Vec::new(), 0);
    for before in 0..3 {
        for after in 0.. {
            let disk = Sim::with(&[(FILE, WARD)]);
            let (mut store, _) = open(between(disk.clone()));
            let mut promises: Vec<String> = (0..before).map(|n| format!("n{n}")).collect();
            for id in &promises {
                assert!(saved(&save(&mut store, id)));
            }
            disk.cut_power_after(after);
            if promised(&save(&mut store, "last")) {
                promises.push("last".to_owned());
            }
            for (what, left) in remains(&disk) {
                states += 1;
                let found = look(&left, &promises);
                broken.extend(found.err().map(|wrong| format!("{before} saves, cut after {after}, {what}: {wrong}")));
            }
            if disk.changes() < after {
                break;
            }
        }
    }
    (broken, states)
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

fn look(disk: &Sim, promises: &[String]) -> Result<(), Broken> {
    let text = disk.text(&[FILE]).ok_or("no file")?;
    let (mut store, loaded) =
        Store::open_on(disk.clone(), &path(), &options()).map_err(|e: OpenError| e.to_string())?;
    for id in promises {
        if !has(&loaded.ward, id) {
            return Err(format!("{id} was promised and is lost"));
        }
    }
    if loaded.notes.iter().any(|note| note.contains("please check")) {
        return Err(format!("called damage: {:?}", loaded.notes));
    }
    let on_disk = ids(&ward_of(&text));
    let seen = ids(&loaded.ward);
    if seen != on_disk && !loaded.notes.iter().any(|note| note.contains("recovered, please verify")) {
        return Err(format!("recovered without a word: {:?}", loaded.notes));
    }
    if !saved(&save(&mut store, "next")) {
        return Err("the next save fails".to_owned());
    }
    let after = ids(&ward_of(&disk.text(&[FILE]).ok_or("no file after the next save")?));
    if !seen.iter().all(|id| after.contains(id)) || !after.contains(&"next".to_owned()) {
        return Err(format!("the next save leaves out something: {seen:?}, {after:?}"));
    }
    if disk.names().iter().any(|name| name.contains(".tmp-")) {
        return Err(format!("a temporary file is left: {:?}", disk.names()));
    }
    Ok(())
}

#[test]
fn no_promise_is_lost_and_no_file_is_half() {
    let (broken, states) = every_cut(|disk| disk);
    assert!(states > 500, "only {states} states");
    assert!(broken.is_empty(), "{} of {states}:\n{}", broken.len(), broken.join("\n"));
}

/// The test above is known to see a store that does not sync.
#[test]
fn controls() {
    let (no_sync, _) = every_cut(|disk| {
        Rigged::new(disk, Box::new(|op| if matches!(op, Op::Sync | Op::SyncData) { Act::Pretend } else { Act::Pass }))
    });
    assert!(no_sync.iter().any(|wrong| wrong.contains("is lost")), "{no_sync:?}");
    assert!(no_sync.iter().any(|wrong| wrong.contains("not a valid ward file") || wrong.contains("damaged")));
    let (in_place, _) =
        every_cut(|disk| Rigged::new(disk, Box::new(|op| if op == Op::Rename { Act::InPlace } else { Act::Pass })));
    assert!(in_place.iter().any(|wrong| wrong.contains("damaged")), "{in_place:?}");
}

/// What the file's own syncs hide as long as it can be replaced: the journal alone has to carry the promise.
#[test]
fn a_promise_of_the_journal_alone_survives() {
    let cut = |left_out: Option<Op>, before: usize| {
        let disk = Sim::with(&[(FILE, WARD)]);
        for n in 0..before {
            assert!(saved(&save(&mut open(disk.clone()).0, &format!("n{n}"))));
        }
        let rule = move |op| match op {
            Op::Rename => Act::Fail(Errno::NOSPC),
            op if Some(op) == left_out => Act::Pretend,
            _ => Act::Pass,
        };
        let (mut store, _) = open(Rigged::new(disk.clone(), Box::new(rule)));
        assert!(promised(&save(&mut store, "last")));
        look(&disk.after_power_cut(Content::Old, |_| false), &["last".to_owned()])
    };
    for before in 0..2 {
        assert_eq!(cut(None, before), Ok(()));
    }
    assert!(cut(Some(Op::Sync), 0).is_err(), "a new journal without syncs must be caught");
    assert!(cut(Some(Op::SyncData), 1).is_err(), "a journal without syncs must be caught");
}

/// The power goes again while what the first cut left is being saved to.
#[test]
fn a_second_cut_in_the_recovery_loses_nothing() {
    let mut states = 0;
    for first in 0.. {
        let disk = Sim::with(&[(FILE, WARD)]);
        let (mut store, _) = open(disk.clone());
        assert!(saved(&save(&mut store, "n0")));
        disk.cut_power_after(first);
        let mut promises = vec!["n0".to_owned()];
        promises.extend(promised(&save(&mut store, "n1")).then(|| "n1".to_owned()));
        for (content, all) in [(Content::Half, true), (Content::New, false)] {
            for second in (0..40).step_by(3) {
                let disk = disk.after_power_cut(content, |_| all);
                let mut promises = promises.clone();
                let (mut store, _) = open(disk.clone());
                disk.cut_power_after(second);
                promises.extend(promised(&save(&mut store, "n2")).then(|| "n2".to_owned()));
                for (content, all) in [(Content::Zeros, true), (Content::Old, false)] {
                    states += 1;
                    let found = look(&disk.after_power_cut(content, |_| all), &promises);
                    assert_eq!(found, Ok(()), "cut after {first}, then after {second}, {content:?}, names {all}");
                }
            }
        }
        if disk.changes() < first {
            break;
        }
    }
    assert!(states > 300, "only {states} states");
}
