//! Odd surroundings, one row each: what can be saved to is saved to and stays what it was; what cannot says so
//! beforehand, and nothing is written.
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use wardround::store::{Outcome, Store};

use crate::host::{Mount, lacks, run};
use crate::support::broken::Breakage;
use crate::support::folder::Folder;
use crate::support::helper::{self, task};
use crate::support::oracle::{Claims, Wrong, look};
use crate::support::{FILE, WARD, at, author, fact, has, ids, options, saved};
use crate::tally::{Tally, full};

/// A user and a group that own nothing.
const SOMEBODY: u32 = 65_533;
const GROUP: u32 = 65_532;

/// Why only root could do this; `None` if this is root.
fn not_root() -> Option<String> {
    // Root of a container may be nobody outside.
    let gives_away = || chown(Folder::with(WARD).file(), Some(SOMEBODY), Some(GROUP)).is_ok();
    (!(rustix::process::geteuid().is_root() && gives_away())).then(|| "only root can set it up".to_owned())
}

/// Saves, and asks the oracle.
fn takes_a_save(tally: &mut Tally, row: &str, folder: &Folder) {
    let before: Vec<String> = ids(&folder.open().1.ward).into_iter().filter(|id| id != "e1").collect();
    let report = folder.save(vec![fact("x")]);
    assert!(saved(&report), "{row}: {:?}", report.outcome);
    let claims = Claims::promised(before.iter().map(String::as_str).chain(["x"]));
    tally.passes(row, 1, &look(folder, &claims));
}

/// Opens and says why nothing can be saved; a save all the same writes nothing.
fn refuses(tally: &mut Tally, row: &str, folder: &Folder, why: &str) {
    let before = folder.everything();
    let (mut store, loaded) = folder.open();
    let told = loaded.read_only.unwrap_or_else(|| panic!("{row}: it can be saved to"));
    assert!(told.contains(why), "{row}: {told}");
    let report = store.save(vec![fact("x")], &author(), at(5));
    assert!(matches!(report.outcome, Outcome::NotSaved { .. }), "{row}: {:?}", report.outcome);
    let found =
        if folder.everything() == before { Ok(()) } else { Err(Wrong::Otherwise("something was written".to_owned())) };
    tally.passes(row, 0, &found);
}

/// `chattr` on a file or folder, taken back when it is dropped.
struct Attribute<'a>(&'a Path, &'static str);

impl<'a> Attribute<'a> {
    fn set(path: &'a Path, letter: &'static str) -> Option<Self> {
        run("chattr", [OsStr::new(&format!("+{letter}")), path.as_os_str()]).well.then_some(Self(path, letter))
    }
}

impl Drop for Attribute<'_> {
    fn drop(&mut self) {
        let _ = run("chattr", [OsStr::new(&format!("-{}", self.1)), self.0.as_os_str()]);
    }
}

#[test]
fn modes_links_and_things_that_are_no_files() {
    let mut tally = Tally::of("F10", "modes, links, no files");
    for (mode, why) in [(0o444, "ward.json is read-only"), (0o400, "ward.json is read-only")] {
        let folder = Folder::after(1);
        folder.chmod(FILE, mode);
        refuses(&mut tally, &format!("file {mode:o}"), &folder, why);
    }
    for (mode, why) in [(0o555, "the folder is read-only"), (0o777, "everybody on this host can write")] {
        let folder = Folder::after(1);
        folder.chmod(".", mode);
        refuses(&mut tally, &format!("folder {mode:o}"), &folder, why);
        folder.chmod(".", 0o700);
    }
    // World-readable: it opens with a word, and the next save ends that.
    let folder = Folder::with(WARD);
    folder.chmod(FILE, 0o664);
    assert!(folder.open().1.notes.iter().any(|note| note.contains("every user of this host")));
    takes_a_save(&mut tally, "world-readable", &folder);
    assert_eq!(folder.mode(FILE), 0o660);

    // A folder of a group: files stay the group's.
    let folder = Folder::with(WARD);
    folder.chmod(".", 0o2770);
    folder.chmod(FILE, 0o660);
    takes_a_save(&mut tally, "setgid folder", &folder);
    assert_eq!((folder.mode(FILE), folder.mode("ward.json.d")), (0o660, 0o2770));

    let (folder, links) = (Folder::with(WARD), Folder::empty());
    let link = links.path().join("ward.json");
    symlink(folder.file(), &link).unwrap();
    assert!(saved(&Folder::at(links.path()).save(vec![fact("x")])));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    tally.passes("symlink", 1, &look(&folder, &Claims::promised(["x"])));

    // A second name elsewhere is split off, which is said; it keeps what it was.
    let (folder, links) = (Folder::with(WARD), Folder::empty());
    fs::hard_link(folder.file(), links.path().join("copy")).unwrap();
    takes_a_save(&mut tally, "second name", &folder);
    assert_eq!(fs::read_to_string(links.path().join("copy")).unwrap(), WARD);

    let folder = Folder::empty();
    rustix::fs::mknodat(rustix::fs::CWD, folder.file(), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    assert!(folder.try_open().is_err());
    tally.passes("a pipe", 0, &Ok(()));
    assert!(Store::open(Path::new("/dev/zero"), &options()).is_err());
    tally.passes("a device", 0, &Ok(()));
    let folder = Folder::empty();
    fs::create_dir(folder.file()).unwrap();
    assert!(folder.try_open().is_err());
    tally.passes("a folder", 0, &Ok(()));
    let folder = Folder::after(1);
    fs::rename(folder.path().join("ward.json.d"), folder.path().join("was")).unwrap();
    symlink("was", folder.path().join("ward.json.d")).unwrap();
    assert!(!saved(&folder.save(vec![fact("x")])), "a journal behind a symlink");
    tally.passes("journal behind a symlink", 0, &Ok(()));

    // A store that asks nothing beforehand replaces a file that was made read-only.
    let folder = Folder::after(1);
    folder.chmod(FILE, 0o444);
    let report = Breakage::AsksNothing.open(&folder.file(), &options()).save(vec![fact("x")], &author(), at(3));
    tally.control("nothing is asked beforehand", saved(&report));
}

#[test]
fn owners_groups_and_protected_files() {
    let mut tally = Tally::of("F10", "owners, groups, chattr");
    if let Some(why) = not_root() {
        return tally.skip(&why);
    }
    // Root saves to somebody else's ward and leaves it to them.
    let folder = Folder::with(WARD);
    for name in [".", FILE] {
        chown(folder.path().join(name), Some(SOMEBODY), Some(GROUP)).unwrap();
    }
    takes_a_save(&mut tally, "somebody else's", &folder);
    for path in folder.everything().keys() {
        let found = fs::metadata(path).unwrap();
        assert_eq!((found.uid(), found.gid()), (SOMEBODY, GROUP), "{}", path.display());
    }
    // In a folder of a group the new file is the group's, whoever saved.
    let folder = Folder::with(WARD);
    chown(folder.path(), None, Some(GROUP)).unwrap();
    chown(folder.file(), None, Some(GROUP)).unwrap();
    folder.chmod(".", 0o2770);
    folder.chmod(FILE, 0o660);
    takes_a_save(&mut tally, "setgid folder of a group", &folder);
    let found = fs::metadata(folder.file()).unwrap();
    assert_eq!((found.gid(), found.permissions().mode() & 0o777), (GROUP, 0o660));
    let journal = fs::metadata(folder.journal()).unwrap();
    assert_eq!((journal.gid(), journal.permissions().mode() & 0o777), (GROUP, 0o660));

    if let Some(why) = lacks(&["chattr"]) {
        return tally.skip(&why);
    }
    let folder = Folder::after(1);
    let file = folder.file();
    let Some(fixed) = Attribute::set(&file, "i") else { return tally.skip("chattr does nothing here") };
    refuses(&mut tally, "immutable file", &folder, "protected by chattr");
    drop(fixed);
    let appends = Attribute::set(&file, "a").unwrap();
    refuses(&mut tally, "append-only file", &folder, "protected by chattr");
    drop(appends);
    takes_a_save(&mut tally, "the same file, no longer protected", &folder);
    let folder = Folder::after(1);
    let fixed = Attribute::set(folder.path(), "i").unwrap();
    refuses(&mut tally, "immutable folder", &folder, "protected by chattr");
    drop(fixed);

    // A journal that nobody can cut or delete takes saves like any other.
    let folder = Folder::after(1);
    let journal = folder.journal();
    let appends = Attribute::set(&journal, "a").unwrap();
    assert!(fs::write(&journal, "").is_err() && fs::remove_file(&journal).is_err());
    takes_a_save(&mut tally, "append-only journal", &folder);
    drop(appends);
}

#[test]
fn somebody_without_rights_is_told_beforehand() {
    let mut tally = Tally::of("F10", "a user without rights");
    if let Some(why) = not_root().or_else(|| lacks(&["setpriv"])) {
        return tally.skip(&why);
    }
    // The helper has to be where that user may read it.
    let programs = Folder::empty();
    programs.chmod(".", 0o755);
    let program = programs.path().join("program");
    // Copied by somebody else: a file that this process has open for writing cannot be started.
    assert!(run("cp", [std::env::current_exe().unwrap().as_os_str(), program.as_os_str()]).well);
    let as_somebody = [&*format!("--reuid={SOMEBODY}"), &*format!("--regid={GROUP}"), "--clear-groups"];
    let may_read = as_somebody.map(OsStr::new).into_iter().chain(["test", "-x"].map(OsStr::new));
    if !run("setpriv", may_read.chain([program.as_os_str()])).well {
        return tally.skip("another user cannot come to this folder");
    }
    for (row, folder_mode, file_mode, may) in [
        ("another's file in a group folder", 0o2770, 0o660, true),
        ("sticky folder", 0o3770, 0o660, false),
        ("a file that the group only reads", 0o2770, 0o640, false),
        ("a folder that the group only reads", 0o2750, 0o660, false),
    ] {
        let folder = Folder::with(WARD);
        for name in [".", FILE] {
            chown(folder.path().join(name), None, Some(GROUP)).unwrap();
        }
        folder.chmod(".", folder_mode);
        folder.chmod(FILE, file_mode);
        let helper = helper::command(&task(&folder.file(), "x", 1, Breakage::None));
        let mut command = std::process::Command::new("setpriv");
        command.args(as_somebody).arg(&program);
        command.args(helper.get_args()).envs(helper.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let claims = helper::claims(crate::host::run_with(&mut command, "").text.lines().map(str::to_owned));
        assert_eq!(
            (claims.promised.len(), claims.refused.len()),
            if may { (1, 0) } else { (0, 1) },
            "{row}: {claims:?}"
        );
        tally.passes(row, claims.promised.len(), &look(&folder, &claims));
    }
}

#[test]
fn access_lists_and_notes_stay() {
    let mut tally = Tally::of("F10", "access lists, attributes");
    if let Some(why) = lacks(&["setfacl", "getfacl", "setfattr", "getfattr"]) {
        return tally.skip(&why);
    }
    let kept = |folder: &Folder| {
        let list = run("getfacl", [OsStr::new("-cpn"), folder.file().as_os_str()]).text;
        let note =
            run("getfattr", ["-n", "user.note", "--only-values", "--absolute-names", &folder.file().to_string_lossy()])
                .text;
        (list.contains(&format!("user:{SOMEBODY}:r--")), note)
    };
    let folder = Folder::with(WARD);
    let file = folder.file();
    let entry = format!("u:{SOMEBODY}:r");
    let set = run("setfacl", [OsStr::new("-m"), entry.as_ref(), file.as_os_str()]).well
        && run("setfattr", [OsStr::new("-n"), "user.note".as_ref(), "-v".as_ref(), "kept".as_ref(), file.as_os_str()])
            .well;
    if !set {
        return tally.skip("this file system has no access lists or attributes");
    }
    takes_a_save(&mut tally, "access list and attribute", &folder);
    assert_eq!(kept(&folder), (true, "kept".to_owned()));
    let report = Breakage::NoAttributes.open(&file, &options()).save(vec![fact("y")], &author(), at(3));
    tally.control(
        "access list and attributes are not copied",
        saved(&report) && kept(&folder) != (true, "kept".to_owned()),
    );
}

#[test]
fn disks_in_memory_and_mounted_folders() {
    let mut tally = Tally::of("F10", "tmpfs, bind mounts");
    if let Some(why) = (!full()).then(|| "set WARDROUND_FAULTS=full to mount disks, as root".to_owned()) {
        return tally.skip(&why);
    }
    if let Some(why) = crate::host::cannot_mount(&[]) {
        return tally.skip(&why);
    }
    let mount = Mount::tmpfs("8m").unwrap();
    let folder = Folder::at(&mount.ward());
    folder.put(WARD);
    takes_a_save(&mut tally, "tmpfs", &folder);

    // A folder, and a file alone, that a container has from outside.
    let folder = Folder::after(1);
    let bound = Mount::bind(folder.path()).unwrap();
    let inside = Folder::at(bound.path());
    takes_a_save(&mut tally, "bound folder", &inside);
    assert!(has(&folder.open().1.ward, "x"));

    let folder = Folder::after(1);
    let outside = Folder::with(WARD);
    let bound = Mount::bind_file(&folder.file(), &outside.file()).unwrap();
    let (mut store, _) = outside.open();
    let mut claims = Claims::default();
    let report = store.save(vec![fact("x")], &author(), at(5));
    // It cannot be replaced, and the journal beside it is none the worse for that.
    assert!(matches!(report.outcome, Outcome::JournalOnly { .. }), "{:?}", report.outcome);
    claims.note("x", &report);
    drop((store, bound));
    tally.passes("bound file", 1, &look(&outside, &claims));
}
