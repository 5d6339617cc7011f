//! The file as it was before each save is kept, and what a file has beside its content stays with it; room for the
//! journal is set aside, so that a full disk does not stop a ward.
#![allow(clippy::disallowed_methods)] // does to the files what editors and administrators do
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use wardround::store::vfs::{Errno, How, Vfs};
use wardround::store::{Disk, Outcome, Store};

use crate::support::folder::Folder;
use crate::support::rigged::{Act, Op, Rigged};
use crate::support::sim::{FOLDER, Sim};
use crate::support::{FILE, WARD, at, author, fact, has, ids, open, options, path, promised, save, saved, ward_of};

const BACKUPS: &str = "ward.json.d/backups";

fn generations(folder: &Folder) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(folder.path().join(BACKUPS)) else { return Vec::new() };
    let mut found: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

#[test]
fn each_save_keeps_the_file_that_it_found() {
    let folder = Folder::with(WARD);
    let mut texts = Vec::new();
    for n in 0..4 {
        texts.push(folder.text());
        assert!(saved(&folder.save(vec![fact(&format!("n{n}"))])));
    }
    let kept = generations(&folder);
    let names: Vec<_> = kept.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names[0], "ward.json.r0000000000");
    assert_eq!(kept.iter().map(|path| fs::read_to_string(path).unwrap()).collect::<Vec<_>>(), texts);
    assert!(
        kept.iter().all(|path| fs::metadata(path).unwrap().nlink() == 1),
        "one name each once the file is replaced"
    );
    assert_eq!((folder.mode(BACKUPS), fs::metadata(folder.file()).unwrap().nlink()), (0o700, 1));
}

#[test]
fn an_edit_by_hand_is_kept_beside_what_was_saved_under_that_revision() {
    let folder = Folder::after(2);
    let edited = folder.text().replace("Rowan", "Hazel");
    folder.write(FILE, &edited);
    assert!(saved(&folder.save(vec![fact("x")])));
    let last = generations(&folder).pop().unwrap();
    assert_eq!(fs::read_to_string(&last).unwrap(), edited);
    assert!(last.to_string_lossy().contains("ward.json.r0000000002."), "{}", last.display());
}

#[test]
fn where_links_are_not_to_be_had_a_copy_is_kept() {
    for errno in [Errno::PERM, Errno::OPNOTSUPP, Errno::MLINK, Errno::XDEV] {
        let folder = Folder::with(WARD);
        let rule = Box::new(move |op| if op == Op::Link { Act::Fail(errno) } else { Act::Pass });
        let (mut store, _) = Store::open_on(Rigged::new(Disk, rule), &folder.file(), &options()).unwrap();
        for id in ["n0", "n1"] {
            assert!(saved(&store.save(vec![fact(id)], &author(), at(1))));
        }
        let kept = generations(&folder);
        assert_eq!(kept.len(), 2, "{errno:?}: {kept:?}");
        assert_eq!(fs::read_to_string(&kept[0]).unwrap(), WARD);
        assert_eq!(fs::metadata(&kept[0]).unwrap().permissions().mode() & 0o7777, 0o600);
    }
}

#[test]
fn old_generations_go_once_the_answer_is_given_and_the_newest_good_one_never() {
    let folder = Folder::with(WARD);
    let (mut store, _) = folder.open();
    for n in 0..47 {
        assert!(saved(&store.save(vec![fact(&format!("n{n}"))], &author(), at(n))));
        store.tidy();
    }
    // After the 32nd save the last 20 were left, all of one day; 15 came since.
    assert_eq!(generations(&folder).len(), 35);
    // All of the last 20 are spoilt, by somebody who writes through an old open file.
    for path in generations(&folder).iter().rev().take(20) {
        fs::write(path, "").unwrap();
    }
    assert!(saved(&store.save(vec![fact("last")], &author(), at(48))));
    assert_eq!(generations(&folder).len(), 36, "nothing goes before the answer");
    store.tidy();
    let kept = generations(&folder);
    assert!(kept.iter().filter(|path| !fs::read(path).unwrap().is_empty()).count() >= 1, "{kept:?}");
    assert!(kept.len() < 36);
}

#[test]
fn a_full_disk_takes_generations_down_to_three_and_tries_once_more() {
    let disk = Sim::with(&[(FILE, WARD)]);
    let (mut store, _) = open(disk.clone());
    for n in 0..8 {
        assert!(saved(&save(&mut store, &format!("n{n}"))));
    }
    let mut failed = false;
    let mut data = false;
    let rule = Box::new(move |op| match op {
        Op::SyncData => {
            data = true;
            Act::Pass
        }
        Op::Write if data && !failed => {
            failed = true;
            Act::Fail(Errno::NOSPC)
        }
        _ => Act::Pass,
    });
    let (mut store, _) = open(Rigged::new(disk.clone(), rule));
    assert!(saved(&save(&mut store, "x")));
    let folder = disk.open_folder(Path::new(FOLDER)).unwrap();
    let side = disk.open(&folder, OsStr::new("ward.json.d"), How::Folder).unwrap();
    let backups = disk.open(&side, OsStr::new("backups"), How::Folder).unwrap();
    assert_eq!(disk.list(&backups).unwrap().len(), 3);
}

/// A thousand saves after the disk is full: the journal has room, the file has none.
#[test]
fn a_full_disk_does_not_stop_a_ward() {
    let accepted = |sets_aside: bool| {
        let disk = Sim::with(&[(FILE, WARD)]);
        let rule =
            Box::new(move |op| if op == Op::Allocate && !sets_aside { Act::Fail(Errno::OPNOTSUPP) } else { Act::Pass });
        let (mut store, _) = open(Rigged::new(disk.clone(), rule));
        assert!(saved(&save(&mut store, "n0")));
        disk.fill(true);
        let report: Vec<_> = (1..200).map(|n| save(&mut store, &format!("n{n}"))).collect();
        let accepted: Vec<usize> = (1..200).filter(|n| promised(&report[n - 1])).collect();
        assert!(report.iter().all(|one| !saved(one)), "the file cannot be replaced");
        disk.fill(false);
        let (mut store, loaded) = open(disk.clone());
        assert!(accepted.iter().all(|n| has(&loaded.ward, &format!("n{n}"))));
        assert!(saved(&save(&mut store, "last")));
        assert_eq!(ids(&ward_of(&disk.text(&[FILE]).unwrap())).len(), accepted.len() + 3);
        accepted.len()
    };
    assert_eq!(accepted(true), 199);
    assert_eq!(accepted(false), 0, "the control: without room set aside");
}

#[test]
fn the_next_piece_is_set_aside_before_the_last_is_used_up() {
    let disk = Sim::with(&[(FILE, WARD)]);
    let (mut store, _) = open(disk.clone());
    // Fills the first piece up to less than what is left when the next one is set aside.
    let long = "x".repeat(100_000);
    for n in 0..10 {
        let note = crate::support::fact_of("p1", &format!("long{n}"), &long);
        assert!(saved(&store.save(vec![note], &author(), at(1))));
    }
    disk.fill(true);
    let report: Vec<_> = (0..90).map(|n| save(&mut store, &format!("n{n}"))).collect();
    assert!(report.iter().all(promised), "{:?}", report.iter().find(|one| !promised(one)));
}

#[test]
fn an_access_list_and_notes_of_a_file_stay_with_it() {
    let acl = OsStr::new("system.posix_acl_access");
    let note = OsStr::new("user.note");
    let other = OsStr::new("trusted.other");
    let disk = Sim::with(&[(FILE, WARD)]);
    let file = || {
        let folder = disk.open_folder(Path::new(FOLDER)).unwrap();
        disk.open(&folder, OsStr::new(FILE), How::Read).unwrap()
    };
    for name in [acl, note, other] {
        disk.set_attribute(&file(), name, b"value").unwrap();
    }
    assert!(saved(&save(&mut open(disk.clone()).0, "n0")));
    assert_eq!(disk.attribute(&file(), acl).unwrap(), b"value");
    assert_eq!(disk.attribute(&file(), note).unwrap(), b"value");
    assert!(disk.attribute(&file(), other).is_err());
    // It cannot be read: refused before the journal is touched.
    let rule = |op| if op == Op::Attribute { Act::Fail(Errno::ACCESS) } else { Act::Pass };
    let report = save(&mut open(Rigged::new(disk.clone(), Box::new(rule))).0, "n1");
    assert!(matches!(&report.outcome, Outcome::NotSaved { reason } if reason.contains("ACL")), "{report:?}");
    assert!(!has(&open(disk.clone()).1.ward, "n1"));
    // It cannot be given: the file stays as it is.
    let rule = |op| if op == Op::SetAttribute { Act::Fail(Errno::OPNOTSUPP) } else { Act::Pass };
    let report = save(&mut open(Rigged::new(disk.clone(), Box::new(rule))).0, "n2");
    assert!(matches!(report.outcome, Outcome::JournalOnly { .. }), "{report:?}");
    assert_eq!(disk.attribute(&file(), acl).unwrap(), b"value");
    let (_, loaded) = Store::open_on(disk.clone(), &path(), &options()).unwrap();
    assert!(has(&loaded.ward, "n2"));
}

/// On the real disk, where it has such lists: what `setfacl -m u:nobody:r` leaves.
#[test]
fn a_real_access_list_stays() {
    let folder = Folder::with(WARD);
    let file = fs::File::open(folder.file()).unwrap();
    // Version 2: owner rw, user 65534 r, group rw, mask rw, others nothing.
    let entry =
        |tag: u16, mode: u16, id: u32| [&tag.to_le_bytes()[..], &mode.to_le_bytes(), &id.to_le_bytes()].concat();
    let acl = [
        2_u32.to_le_bytes().to_vec(),
        entry(1, 6, u32::MAX),
        entry(2, 4, 65_534),
        entry(4, 6, u32::MAX),
        entry(16, 6, u32::MAX),
        entry(32, 0, u32::MAX),
    ]
    .concat();
    let name = "system.posix_acl_access";
    if rustix::fs::fsetxattr(&file, name, &acl, rustix::fs::XattrFlags::empty()).is_err() {
        println!("left out: this disk has no access lists");
        return;
    }
    let of = |path: &Path| {
        let mut bytes = [0; 256];
        let length = rustix::fs::getxattr(path, name, &mut bytes[..]).unwrap_or(0);
        bytes[..length].to_vec()
    };
    let before = of(&folder.file());
    let mode = folder.mode(FILE);
    assert!(saved(&folder.save(vec![fact("x")])));
    assert_eq!((of(&folder.file()), folder.mode(FILE)), (before, mode));
}
