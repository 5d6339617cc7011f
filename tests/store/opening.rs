//! What cannot be opened says why, and is not touched; what cannot be saved to opens and says why.
#![allow(clippy::disallowed_methods)] // does to the files what editors and administrators do
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use wardround::store::vfs::Vfs;
use wardround::store::{CreateError, OpenError, Options, Outcome, Store};
use wardround::ward::Ward;

use crate::support::folder::Folder;
use crate::support::rigged::{Act, Op, Rigged};
use crate::support::sim::{FOLDER, Sim};
use crate::support::{FILE, WARD, at, author, fact, has, open, options, path, save, saved};

#[test]
fn a_damaged_file_with_a_journal_is_refused_and_nothing_is_written() {
    let whole = Folder::after(3).text();
    let cut = &whole[..whole.len() / 2];
    let cases = [
        ("empty", Some("")),
        ("damaged", Some("\0\0\0\0\0\0\0\0")),
        ("damaged", Some(cut)),
        ("damaged", Some("<<<<<<< mine")),
        ("missing", None),
    ];
    for (word, text) in cases {
        let folder = Folder::after(3);
        match text {
            Some(text) => folder.write(FILE, text),
            None => fs::remove_file(folder.file()).unwrap(),
        }
        let before = folder.everything();
        let Err(error) = folder.try_open() else { panic!("{word}: it opened") };
        assert!(matches!(&error, OpenError::Damaged { what, saved: 3, .. } if *what == word), "{word}: {error:?}");
        let words = error.to_string();
        assert!(words.contains(word) && words.contains("Nothing was written"), "{words}");
        assert!(words.contains("`wardround restore ward.json --newest` puts that back"), "{words}");
        assert_eq!(folder.everything(), before, "{word}");
        // And what it says works.
        folder.write(FILE, WARD);
        let (_, loaded) = folder.open();
        assert!((0..3).all(|n| has(&loaded.ward, &format!("n{n}"))), "{word}");
    }
}

#[test]
fn a_file_that_is_no_ward_is_refused_without_a_value_from_it() {
    for text in ["", "CANARY7f3a", "[\"CANARY7f3a\"]", r#"{"format":"wardround/1","CANARY7f3a":1,"CANARY7f3a":2}"#] {
        let folder = Folder::with(text);
        let before = folder.everything();
        let Err(error) = folder.try_open() else { panic!("{text} opened") };
        assert!(matches!(error, OpenError::Faults { .. }), "{error:?}");
        assert!(!error.to_string().contains("CANARY7f3a"), "{error}");
        assert_eq!(folder.everything(), before);
    }
    let Err(error) = Folder::empty().try_open() else { panic!("nothing opened") };
    assert!(matches!(error, OpenError::Missing { .. }), "{error:?}");
}

#[test]
fn a_file_that_broke_while_it_was_open_is_not_written_to() {
    let folder = Folder::after(2);
    let (mut store, _) = folder.open();
    folder.write(FILE, "");
    let before = folder.everything();
    let report = store.save(vec![fact("x")], &author(), at(5));
    assert!(matches!(&report.outcome, Outcome::NotSaved { reason } if reason.contains("empty")), "{report:?}");
    let mut after = folder.everything();
    // The lock says who holds it; nothing else may change.
    let lock = folder.path().join("ward.json.d/lock");
    after.insert(lock.clone(), before[&lock].clone());
    assert_eq!(after, before);
}

#[test]
fn what_is_no_file_is_refused_at_once() {
    let folder = Folder::empty();
    let pipe = folder.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let nowhere = folder.path().join("nowhere");
    symlink("gone", &nowhere).unwrap();
    for path in [pipe, nowhere, folder.path().to_owned(), "/dev/null".into(), "/".into(), "/dev/zero".into()] {
        let (sender, receiver) = mpsc::channel();
        let opened = path.clone();
        std::thread::spawn(move || sender.send(Store::open(&opened, &options()).map(|_| ())));
        let answer = receiver.recv_timeout(Duration::from_secs(120));
        let answer = answer.unwrap_or_else(|_| panic!("{} hangs", path.display()));
        assert!(matches!(answer, Err(OpenError::NotAFile { .. })), "{}: {answer:?}", path.display());
    }
}

/// Opens, is told why it is read-only, tries to save all the same, and finds that nothing was written.
fn is_read_only(folder: &Folder, why: &str) {
    let before = folder.everything();
    let (mut store, loaded) = folder.open();
    let reason = loaded.read_only.unwrap_or_else(|| panic!("{why}: it can be saved to"));
    assert!(reason.contains(why), "{why}: {reason}");
    let report = store.save(vec![fact("x")], &author(), at(5));
    assert!(matches!(&report.outcome, Outcome::NotSaved { reason } if reason.contains(why)), "{report:?}");
    assert_eq!(folder.everything(), before, "{why}");
}

#[test]
fn read_only_files_and_folders_open_and_say_so() {
    let folder = Folder::with(WARD);
    folder.chmod(FILE, 0o444);
    is_read_only(&folder, "ward.json is read-only");
    folder.chmod(FILE, 0o600);
    folder.chmod(".", 0o555);
    is_read_only(&folder, "the folder is read-only");
    folder.chmod(".", 0o777);
    is_read_only(&folder, "everybody on this host can write");
    folder.chmod(".", 0o700);
    // The control: nothing else was in the way.
    assert!(saved(&folder.save(vec![fact("x")])));
    folder.chmod("ward.json.d", 0o777);
    let reason = folder.open().1.read_only.unwrap();
    assert!(reason.contains("everybody on this host can write to ward.json.d"), "{reason}");
    folder.chmod("ward.json.d", 0o500);
    let reason = folder.open().1.read_only.unwrap();
    assert!(reason.contains("ward.json.d, which holds the journal, is read-only"), "{reason}");
}

#[test]
fn a_journal_folder_that_is_none_is_not_followed() {
    let elsewhere = Folder::empty();
    let folder = Folder::with(WARD);
    symlink(elsewhere.path(), folder.path().join("ward.json.d")).unwrap();
    let (mut store, loaded) = folder.open();
    assert!(loaded.read_only.is_some());
    assert!(!saved(&store.save(vec![fact("x")], &author(), at(5))));
    assert!(elsewhere.everything().is_empty());
}

#[test]
fn what_is_planted_where_the_store_keeps_its_files_is_not_used() {
    for name in ["lock", "journal-000001.jsonl"] {
        let folder = Folder::with(WARD);
        let side = folder.path().join("ward.json.d");
        fs::create_dir(&side).unwrap();
        let path = side.join(name);
        let other = folder.path().join("other");
        fs::write(&other, "").unwrap();
        symlink(&other, &path).unwrap();
        assert!(!saved(&folder.save(vec![fact("x")])), "{name} is a symlink");
        assert_eq!(fs::read(&other).unwrap(), b"");
        fs::remove_file(&path).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(!saved(&folder.save(vec![fact("x")])), "{name} is a pipe");
        assert_eq!(folder.text(), WARD, "{name}");
        fs::remove_file(&path).unwrap();
        assert!(saved(&folder.save(vec![fact("x")])), "the control: nothing else was in the way");
    }
}

#[test]
fn who_could_not_replace_the_file_or_keep_its_group_is_told_beforehand() {
    // The simulated files are of user and group 1000.
    let reason = |mode: u32, uid: u32, group: u32| {
        let disk = Sim::with(&[(FILE, WARD)]);
        disk.set_mode(&disk.open_folder(Path::new(FOLDER)).unwrap(), mode).unwrap();
        open(Rigged::new(disk, Box::new(|_| Act::Pass)).acting_as(uid, group)).1.read_only.unwrap_or_default()
    };
    assert_eq!(reason(0o770, 1001, 1000), "");
    assert!(reason(0o1770, 1001, 1000).contains("sticky"));
    assert_eq!((reason(0o1770, 1000, 1000), reason(0o1770, 0, 0)), (String::new(), String::new()));
    assert!(reason(0o770, 1001, 1001).contains("group"));
    assert_eq!((reason(0o2770, 1001, 1001), reason(0o770, 0, 0)), (String::new(), String::new()));
}

#[test]
fn what_a_newer_version_wrote_opens_read_only() {
    let text = WARD.replace(r#""kind": "result""#, r#""kind": "hologram""#);
    let folder = Folder::with(&text);
    is_read_only(&folder, "newer version");
}

#[test]
fn large_files_warn_then_are_read_only_then_are_refused() {
    let folder = Folder::with(WARD);
    let open = |options: Options| Store::open(&folder.file(), &options).map(|(_, loaded)| loaded);
    let loaded = open(Options { warn_over: 100, ..options() }).unwrap();
    assert!(loaded.read_only.is_none() && loaded.notes.iter().any(|note| note.contains("slow")), "{:?}", loaded.notes);
    let loaded = open(Options { read_only_over: 100, ..options() }).unwrap();
    assert!(loaded.read_only.unwrap().contains("MB"));
    let mut small = options();
    small.limits.bytes = 100;
    assert!(matches!(open(small), Err(OpenError::TooLarge { .. })));
    assert_eq!((options().warn_over, options().read_only_over), (64 << 20, 128 << 20));
    assert_eq!(options().limits.bytes, 512 << 20);
}

#[test]
fn a_network_file_system_is_read_only_unless_asked_for() {
    let disk = Sim::with(&[(FILE, WARD)]);
    let remote = || Rigged::new(disk.clone(), Box::new(|op| if op == Op::IsRemote { Act::Pretend } else { Act::Pass }));
    let (mut store, loaded) = open(remote());
    assert!(loaded.read_only.unwrap().contains("network"));
    assert!(!saved(&save(&mut store, "x")));
    let asked = Options { network_fs: true, ..options() };
    let (mut store, loaded) = Store::open_on(remote(), &path(), &asked).unwrap();
    assert_eq!(loaded.read_only, None);
    assert!(saved(&save(&mut store, "x")));
}

#[test]
fn a_new_ward_never_takes_the_place_of_another() {
    let folder = Folder::empty();
    let rowan = Ward::new("Rowan Ward", None, None);
    let create = || Store::create(&folder.file(), &rowan, &author(), at(0));
    assert_eq!(create(), Ok(()));
    let (_, loaded) = folder.open();
    assert!(loaded.ward.lineage.is_some() && loaded.notes.is_empty() && loaded.read_only.is_none(), "{loaded:?}");
    assert_eq!(folder.mode(FILE), 0o600);
    let before = folder.everything();
    assert!(matches!(create(), Err(CreateError::Exists(_))));
    assert_eq!(folder.everything(), before);
    fs::remove_file(folder.file()).unwrap();
    assert!(matches!(create(), Err(CreateError::Lost(OpenError::Damaged { what: "missing", .. }))));
    assert!(!folder.file().exists());
}

#[test]
fn a_new_ward_in_a_shared_folder_is_the_groups() {
    let folder = Folder::empty();
    folder.chmod(".", 0o2770);
    Store::create(&folder.file(), &Ward::new("Rowan Ward", None, None), &author(), at(0)).unwrap();
    assert_eq!((folder.mode(FILE), folder.mode("ward.json.d")), (0o660, 0o2770));
}

#[test]
fn the_journal_of_another_ward_is_left_alone() {
    let (one, other) = (Folder::after(2), Folder::after(1));
    fs::copy(other.file(), one.file()).unwrap();
    let (_, loaded) = one.open();
    assert!(loaded.read_only.unwrap().contains("another ward"));
    assert!(!has(&loaded.ward, "n1"), "facts of one ward may not turn up in another");
}

#[test]
fn what_is_odd_about_the_surroundings_is_said() {
    let said = |folder: &Folder, what: &str| folder.open().1.notes.iter().any(|note| note.contains(what));
    let folder = Folder::after(2);
    assert!(!said(&folder, "hard link"));
    fs::hard_link(folder.file(), folder.path().join("other.json")).unwrap();
    assert!(said(&folder, "hard link"));
    assert!(saved(&folder.save(vec![fact("x")])));
    assert!(!said(&folder, "hard link"), "the save has left it behind");
    // A save that was cut short before the file was replaced leaves it with two names, and that is nothing odd.
    fs::hard_link(folder.file(), folder.path().join("ward.json.d/backups/ward.json.r0000000003")).unwrap();
    assert!(!said(&folder, "hard link"));
    let disk = Sim::with(&[(FILE, WARD)]);
    let memory = |op| if op == Op::IsMemory { Act::Pretend } else { Act::Pass };
    let loaded = open(Rigged::new(disk, Box::new(memory))).1;
    assert!(loaded.notes.iter().any(|note| note.contains("in memory only")), "{:?}", loaded.notes);
}

/// The folder is renamed while the ward is open, and another stands in its place: a save goes where the ward is.
#[test]
fn a_folder_that_is_renamed_takes_its_ward_along() {
    let home = Folder::empty();
    let (one, two) = (home.path().join("one"), home.path().join("two"));
    fs::create_dir(&one).unwrap();
    fs::write(one.join(FILE), WARD).unwrap();
    let (mut store, _) = Store::open(&one.join(FILE), &options()).unwrap();
    fs::rename(&one, &two).unwrap();
    fs::create_dir(&one).unwrap();
    fs::write(one.join(FILE), "somebody else's").unwrap();
    assert!(saved(&store.save(vec![fact("x")], &author(), at(1))));
    assert_eq!(fs::read_to_string(one.join(FILE)).unwrap(), "somebody else's");
    assert!(fs::read_to_string(two.join(FILE)).unwrap().contains("\"x\"") && two.join("ward.json.d").exists());
}

/// What is planted where generations are kept is not written through.
#[test]
fn a_folder_of_generations_that_is_none_is_not_followed() {
    let elsewhere = Folder::empty();
    let folder = Folder::after(1);
    let backups = folder.path().join("ward.json.d/backups");
    fs::remove_dir_all(&backups).unwrap();
    symlink(elsewhere.path(), &backups).unwrap();
    let text = folder.text();
    assert!(!saved(&folder.save(vec![fact("x")])));
    assert!(elsewhere.everything().is_empty() && folder.text() == text);
    assert!(!has(&folder.open().1.ward, "x"), "the journal was not touched");
    fs::remove_file(&backups).unwrap();
    assert!(saved(&folder.save(vec![fact("x")])), "the control");
}
