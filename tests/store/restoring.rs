//! A damaged, missing or mangled file is made good again, through the same steps as every save, and nothing is lost by
//! it; `verify` sees what is wrong. Each fault is put there on purpose.
#![allow(clippy::disallowed_methods)] // does to the files what editors, disks and administrators do
use std::fs;

use wardround::store::vfs::Errno;
use wardround::store::{Cause, Mark, OpenError, Options, Outcome, Store, Verified, Wanted};
use wardround::ward::{Patient, PatientFields, PatientId};

use crate::support::folder::Folder;
use crate::support::rigged::{Act, Op, Rigged};
use crate::support::sim::{CONTENTS, Sim};
use crate::support::{FILE, WARD, at, author, fact, has, ids, options, path, save, saved, ward_of};

fn preview() -> Options {
    Options { preview: true, ..options() }
}

fn verify(folder: &Folder) -> Verified {
    Store::verify(&folder.file(), &options()).unwrap()
}

#[test]
fn a_damaged_file_is_shown_as_it_was_last_good_and_put_back_when_asked() {
    let whole = Folder::after(3).text();
    let cut = &whole[..whole.len() / 2];
    for (text, bad) in [(Some(""), true), (Some("\0\0\0\0"), true), (Some(cut), true), (None, false)] {
        let folder = Folder::after(3);
        match text {
            Some(text) => folder.write(FILE, text),
            None => fs::remove_file(folder.file()).unwrap(),
        }
        let before = folder.everything();
        let Err(error) = folder.try_open() else { panic!("it opened") };
        let OpenError::Damaged { newest: Some(newest), .. } = &error else { panic!("{error:?}") };
        assert_eq!((newest.revision, newest.entries), (Some(2), 1), "{error}");
        assert!(error.to_string().contains("revision 2 with 1 entry from the journal"), "{error}");
        let (mut store, loaded) = Store::open(&folder.file(), &preview()).unwrap();
        assert_eq!((loaded.condition.cause, ids(&loaded.ward).len()), (Cause::Damaged, 4));
        assert!(loaded.read_only.as_ref().unwrap().contains("restore ward.json --newest"), "{:?}", loaded.read_only);
        assert!(!saved(&store.save(vec![fact("x")], &author(), at(4))), "nobody saves to it");
        assert_eq!(folder.everything(), before, "nothing was written");
        let report = store.restore(Wanted::Newest, &author(), at(5));
        assert!(saved(&report), "{report:?}");
        assert_eq!(ids(&folder.ward()), ["e1", "n0", "n1", "n2"]);
        let kept: Vec<_> =
            folder.everything().into_iter().filter(|(path, _)| path.to_string_lossy().contains(".bad-")).collect();
        assert_eq!(kept.len(), usize::from(bad));
        assert!(kept.iter().all(|(_, bytes)| bytes == text.unwrap_or_default().as_bytes()), "kept as it was");
        // And the ward goes on.
        assert!(saved(&store.save(vec![fact("x")], &author(), at(6))));
        let loaded = folder.open().1;
        assert_eq!((loaded.condition.cause, loaded.notes), (Cause::Clean, vec![]));
        assert!(verify(&folder).is_sound(), "{:?}", verify(&folder).words());
    }
}

#[test]
fn the_newest_generation_that_can_be_read_is_taken_or_else_the_journals_first_line() {
    let folder = Folder::empty();
    let ward = wardround::ward::Ward::new("Rowan Ward", None, None);
    Store::create(&folder.file(), &ward, &author(), at(0)).unwrap();
    let added = Patient::compose(PatientId::new("p1"), PatientFields::default());
    assert!(saved(&folder.save(vec![wardround::store::Fact::Patient(added)])));
    for n in 0..3 {
        assert!(saved(&folder.save(vec![fact(&format!("n{n}"))])));
    }
    let damage = |spoilt: usize| {
        let backups = fs::read_dir(folder.path().join("ward.json.d/backups")).unwrap();
        let mut backups: Vec<_> = backups.map(|entry| entry.unwrap().path()).collect();
        backups.sort();
        for path in backups.iter().rev().take(spoilt) {
            fs::write(path, "{").unwrap();
        }
        folder.write(FILE, "");
        let (_, loaded) = Store::open(&folder.file(), &preview()).unwrap();
        assert_eq!(ids(&loaded.ward), ["n0", "n1", "n2"], "{spoilt} spoilt");
        let Err(OpenError::Damaged { newest, .. }) = folder.try_open() else { panic!("it opened") };
        newest.unwrap().revision
    };
    assert_eq!([damage(0), damage(1), damage(9)], [Some(3), Some(2), None]);
}

#[test]
fn a_revision_put_back_undoes_edits_by_hand_and_loses_nothing() {
    let folder = Folder::after(3);
    let mangled =
        folder.text().replace("seen on the round", "gone").replace("Okafor", "Mangled").replace("3.10", "31.0");
    folder.write(FILE, mangled);
    assert!(saved(&folder.save(vec![fact("later")])));
    let (mut store, loaded) = folder.open();
    assert_eq!(loaded.condition.mark(&wardround::ward::EntryId::new("n0")), Some(Mark::Mended));
    let copies = store.copies(&loaded.ward).unwrap();
    assert_eq!(copies.iter().map(|copy| copy.revision).collect::<Vec<_>>(), [3, 2, 1, 0]);
    assert_eq!(copies.iter().map(|copy| copy.is_as_saved).collect::<Vec<_>>(), [false, true, true, true]);
    let differs = copies[1].differs.unwrap();
    assert_eq!((differs.lacks, differs.has, differs.otherwise), (2, 0, 3));
    let report = store.restore(Wanted::Revision(2), &author(), at(9));
    assert_eq!(report.outcome, Outcome::Saved { revision: 5 });
    let text = folder.text();
    assert!(text.contains("Okafor") && text.contains("3.10"), "{text}");
    let loaded = folder.open().1;
    assert_eq!(ids(&loaded.ward), ["e1", "later", "n0", "n1", "n2"], "what was saved since is there");
    let marked = |id: &str| loaded.condition.mark(&wardround::ward::EntryId::new(id));
    // n2 was saved after revision 2: only the mangled file has it otherwise, and that still waits.
    assert_eq!([marked("n0"), marked("n1"), marked("n2")], [None, None, Some(Mark::Mended)]);
    let report = store.restore(Wanted::Revision(77), &author(), at(9));
    assert!(
        matches!(&report.outcome, Outcome::NotSaved { reason } if reason.contains("no readable copy")),
        "{report:?}"
    );
    let report = store.restore(Wanted::Newest, &author(), at(9));
    assert!(matches!(&report.outcome, Outcome::NotSaved { reason } if reason.contains("can be read")), "{report:?}");
}

#[test]
fn verify_sees_what_is_wrong_and_says_no_value() {
    let folder = Folder::after(4);
    let sound = verify(&folder);
    assert!(sound.is_sound(), "{:?}", sound.words());
    assert_eq!((sound.records, sound.facts, sound.entries, sound.copies), (4, 4, 5, 4));
    let journal = fs::read_to_string(folder.journal()).unwrap();
    let line = |n: usize| journal.lines().nth(n).unwrap();
    let spoil = |text: &str| {
        fs::write(folder.journal(), text).unwrap();
        let found = verify(&folder);
        assert!(!found.is_sound());
        assert!(found.words().iter().all(|words| !words.contains("round") && !words.contains("Okafor")));
        found
    };
    let flipped = journal.replacen("\"n1\"", "\"n9\"", 1);
    assert_eq!((spoil(&flipped).damaged_lines, spoil(&flipped).forks), (1, 1));
    let cut_out = [line(0), line(2), line(3), ""].join("\n");
    assert_eq!((spoil(&cut_out).damaged_lines, spoil(&cut_out).forks), (0, 1));
    let swapped = [line(0), line(2), line(1), line(3), ""].join("\n");
    assert!(spoil(&swapped).forks > 0);
    fs::write(folder.journal(), format!("{journal}{}", &line(3)[..50])).unwrap();
    assert!(verify(&folder).ends_torn && verify(&folder).is_sound(), "a save that was cut short is no fault");
    fs::write(folder.journal(), &journal).unwrap();
    let text = folder.text();
    folder.write(FILE, WARD);
    assert_eq!(verify(&folder).not_in_file, 4);
    folder.write(FILE, text.replacen("the round", "noon", 1));
    assert_eq!((verify(&folder).otherwise, verify(&folder).unconfirmed), (1, 1));
    folder.write(FILE, "");
    assert!(matches!(verify(&folder).file, Some(OpenError::Damaged { .. })));
    folder.write(FILE, &text);
    fs::write(folder.path().join("ward.json.d/backups/ward.json.r0000000001"), "").unwrap();
    assert_eq!(verify(&folder).unreadable_copies, 1);
}

/// Two files were revision 1: one that a save made, and later one that somebody wrote back, changed.
#[test]
fn of_two_copies_of_a_revision_the_newest_is_put_back() {
    let folder = Folder::after(1);
    let first = folder.text();
    assert!(saved(&folder.save(vec![fact("second")])));
    let second = folder.text();
    folder.write(FILE, first.replace("Okafor", "Okafor-Smith"));
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    fs::File::options().write(true).open(folder.file()).unwrap().set_modified(later).unwrap();
    assert!(saved(&folder.save(vec![fact("third")])));
    folder.write(FILE, second);
    let (mut store, loaded) = folder.open();
    let revisions: Vec<u64> = store.copies(&loaded.ward).unwrap().iter().map(|copy| copy.revision).collect();
    assert_eq!(revisions.iter().filter(|revision| **revision == 1).count(), 2, "{revisions:?}");
    assert!(!folder.text().contains("Okafor-Smith"));
    assert!(saved(&store.restore(Wanted::Revision(1), &author(), at(9))));
    assert!(folder.text().contains("Okafor-Smith"), "{}", folder.text());
    assert_eq!(ids(&folder.ward()), ["e1", "n0", "second", "third"], "and nothing is lost");
}

/// Where a file cannot have a second name it is moved; if nothing can be put in its place, the words say where it is.
#[test]
fn a_restore_that_failed_says_where_the_damaged_file_is_now() {
    for (can_link, full) in [(true, true), (false, true), (false, false)] {
        let disk = Sim::with(&[(FILE, WARD)]);
        let (mut store, _) = Store::open_on(disk.clone(), &path(), &options()).unwrap();
        assert!(saved(&save(&mut store, "n0")));
        disk.overwrite(FILE, b"half a fi");
        let mut moved = false;
        let rule = move |op: Op| {
            moved |= op == Op::RenameNew;
            match op {
                Op::Link if !can_link => Act::Fail(Errno::PERM),
                Op::Write | Op::Allocate if full && (moved || can_link) => Act::Fail(Errno::NOSPC),
                _ => Act::Pass,
            }
        };
        let (mut store, _) = Store::open_on(Rigged::new(disk.clone(), Box::new(rule)), &path(), &preview()).unwrap();
        let report = store.restore(Wanted::Newest, &author(), at(3));
        assert_eq!(saved(&report), !full, "{report:?}");
        let words = format!("{:?}", report.outcome);
        let name = words.split("the damaged file is now ").nth(1).map(|rest| rest.split('"').next().unwrap());
        assert_eq!(name.is_some(), full && !can_link, "{words}");
        let is_there = |name: &str| disk.text(&[name]).is_some();
        assert_eq!(is_there(FILE), name.is_none(), "{words}");
        assert!(name.is_none_or(|name| name.starts_with("ward.json.bad-") && is_there(name)), "{words}");
    }
}

/// The power goes at every call of a restore: the ward is damaged as before or whole, and nothing saved is lost.
#[test]
fn a_power_cut_in_a_restore_loses_nothing() {
    let mut states = 0;
    for after in 0.. {
        let disk = Sim::with(&[(FILE, WARD)]);
        let (mut store, _) = Store::open_on(disk.clone(), &path(), &options()).unwrap();
        assert!(saved(&save(&mut store, "n0")) && saved(&save(&mut store, "n1")));
        disk.overwrite(FILE, b"half a fi");
        let (mut store, _) = Store::open_on(disk.clone(), &path(), &preview()).unwrap();
        disk.cut_power_after(after);
        let done = saved(&store.restore(Wanted::Newest, &author(), at(3)));
        for content in CONTENTS {
            for all in [false, true] {
                states += 1;
                let left = disk.after_power_cut(content, |_| all);
                let (mut store, loaded) = Store::open_on(left.clone(), &path(), &preview()).unwrap();
                assert!(has(&loaded.ward, "n0") && has(&loaded.ward, "n1"), "after {after}, {content:?}, {all}");
                assert!(!done || loaded.condition.cause != Cause::Damaged, "after {after}, {content:?}, {all}");
                if loaded.condition.cause == Cause::Damaged {
                    assert!(saved(&store.restore(Wanted::Newest, &author(), at(4))));
                }
                assert!(saved(&save(&mut store, "x")));
                let ward = ward_of(&left.text(&[FILE]).unwrap());
                assert_eq!(ids(&ward), ["e1", "n0", "n1", "x"]);
            }
        }
        if disk.changes() < after {
            break;
        }
    }
    assert!(states > 100, "only {states} states");
}
