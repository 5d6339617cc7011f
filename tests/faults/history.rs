//! What has gone wrong in programs like this one, each by its number there: what would have caught it, here.
use crate::support::broken::Breakage;
use crate::support::folder::Folder;
use crate::support::helper::{Helper, limited, together};
use crate::support::oracle::{Claims, Wrong, look, visible, whole};
use crate::support::sim::{Content, Sim};
use crate::support::{FILE, WARD, at, author, fact, has, open, options, save, saved};
use crate::tally::Tally;

/// Taskwarrior 2264: the disk was full, the file was empty afterwards, and an empty file meant "nothing to do".
#[test]
fn taskwarrior_2264_a_full_disk_leaves_no_empty_file_and_an_empty_file_is_no_new_ward() {
    let mut tally = Tally::of("F13", "Taskwarrior 2264");
    let disk = Sim::with(&[(FILE, WARD)]);
    let (mut store, _) = open(disk.clone());
    assert!(saved(&save(&mut store, "n0")));
    disk.fill(true);
    let mut claims = Claims::promised(["n0"]);
    for n in 1..20 {
        let id = format!("n{n}");
        claims.note(&id, &save(&mut store, &id));
        assert!(disk.text(&[FILE]).is_some_and(|text| whole(text.as_bytes()).is_ok()), "after save {n}");
    }
    disk.fill(false);
    tally.passes("full", claims.promised.len(), &look(&disk, &claims));

    let folder = Folder::after(1);
    folder.write(FILE, "");
    assert!(folder.try_open().is_err(), "empty is damaged, never new");
    tally.passes("empty", 0, &Ok(()));
    let broken = Sim::with(&[(FILE, WARD)]);
    broken.fill(true);
    let (mut store, _) = wardround::store::Store::open_on(
        Breakage::InPlace.before(Breakage::DeafToErrors.before(broken.clone())),
        &crate::support::path(),
        &options(),
    )
    .unwrap();
    let report = save(&mut store, "x");
    let mut claims = Claims::default();
    claims.note("x", &report);
    broken.fill(false);
    tally.control("file written in place, errors are not looked at", look(&broken, &claims).is_err());
}

/// Taskwarrior 1420: on a disk that was nearly full a part of the file was written, and the rest was gone.
#[test]
fn taskwarrior_1420_a_file_of_which_only_a_part_fits_stays_what_it_was() {
    let mut tally = Tally::of("F13", "Taskwarrior 1420");
    let folder = Folder::with(&WARD.replace("Rowan Ward", &format!("Rowan Ward {}", "x".repeat(9_000))));
    assert!(saved(&folder.save(vec![fact("n0")])));
    let before = folder.text();
    let answer = limited(&folder.file(), 5_000, true).unwrap();
    assert!(answer.starts_with("Saved in journal"), "{answer}");
    assert_eq!(folder.text(), before);
    tally.passes("a part fits", 2, &look(&folder, &Claims::promised(["n0", "limit5000"])));
}

/// Taskwarrior 1735: programs that ran at the same time tore the file to pieces.
#[test]
fn taskwarrior_1735_programs_at_the_same_time_tear_nothing() {
    let mut tally = Tally::of("F13", "Taskwarrior 1735");
    let together_by = |programs: usize, each: usize, fault: Breakage| {
        let folder = Folder::with(WARD);
        let helpers: Vec<Helper> =
            (0..programs).map(|n| Helper::start(&folder.file(), &format!("h{n}"), each, fault)).collect();
        let half = (0..300).any(|_| whole(folder.text().as_bytes()).is_err());
        let claims = together(helpers.into_iter().map(Helper::claims));
        (folder, claims, half)
    };
    let (folder, claims, half) = together_by(3, 12, Breakage::None);
    assert!(!half, "a reader saw half a file");
    tally.passes("together", claims.promised.len(), &look(&folder, &claims));
    // Programs may miss each other by chance: not ten times over.
    let caught = (0..10).any(|_| {
        let (folder, claims, half) = together_by(6, 30, Breakage::NoLock);
        half || look(&folder, &claims).is_err()
    });
    tally.control("no lock", caught);
}

/// A crate for atomic writes did not sync the folder after the rename: the old file came back with the power.
#[test]
fn atomic_write_file_a_new_name_is_durable_before_it_is_called_saved() {
    let mut tally = Tally::of("F13", "atomic-write-file: folder not synced");
    let cut = |fault: Breakage| {
        let disk = Sim::with(&[(FILE, WARD)]);
        let (mut store, _) = open(fault.before(disk.clone()));
        let report = save(&mut store, "x");
        assert!(saved(&report));
        let left = disk.after_power_cut(Content::Old, |_| false);
        (
            left.text(&[FILE]).is_some_and(|text| has(&crate::support::ward_of(&text), "x")),
            look(&left, &Claims::promised(["x"])),
        )
    };
    let (in_file, found) = cut(Breakage::None);
    assert!(in_file, "the file itself, not the journal alone");
    tally.passes("power cut", 1, &found);
    let (in_file, found) = cut(Breakage::NoFolderSync);
    tally.control("no fsync of folders", !in_file && found.is_err());
}

/// jj keeps working where locks do nothing, as on a folder that two hosts share: whoever reads both sees both.
#[test]
fn jj_bad_locking_two_that_did_not_see_each_other_are_merged() {
    let mut tally = Tally::of("F13", "jj: bad locking");
    let (here, there) = (Folder::after(1), Folder::empty());
    std::fs::create_dir(there.path().join("ward.json.d")).unwrap();
    for name in [FILE, "ward.json.d/journal-000001.jsonl"] {
        std::fs::copy(here.path().join(name), there.path().join(name)).unwrap();
    }
    let common = std::fs::read_to_string(here.journal()).unwrap();
    assert!(saved(&here.save(vec![fact("here")])));
    assert!(saved(&there.open().0.save(vec![fact("there")], &author(), at(4))));
    // The journals come together; of the files one wins.
    let other = std::fs::read_to_string(there.journal()).unwrap();
    let both = std::fs::read_to_string(here.journal()).unwrap() + other.strip_prefix(&common).unwrap();
    here.write("ward.json.d/journal-000001.jsonl", both);
    let claims = Claims::promised(["n0", "here", "there"]);
    let (mut store, loaded) = here.open();
    tally.passes("merged", 3, &visible(&loaded.ward, &claims));
    assert!(loaded.notes.iter().any(|note| note.contains("fork")), "it is said: {:?}", loaded.notes);
    let cut = Breakage::FatalChain.open(&here.file(), &options()).reload().unwrap().ward;
    tally.control("a fork is the end of the journal", matches!(visible(&cut, &claims), Err(Wrong::Lost(_))));
    assert!(saved(&store.save(vec![fact("next")], &author(), at(9))));
    assert!(["n0", "here", "there", "next"].iter().all(|id| has(&here.ward(), id)), "the next save folds both in");
}
