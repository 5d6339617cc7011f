//! Nobody's entry is lost to somebody else's: another program, an editor with an old copy, a restored backup.
#![allow(clippy::disallowed_methods)] // does to the files what editors and administrators do
use std::fs;
use std::os::unix::fs::{MetadataExt, chown, symlink};

use wardround::store::{Fact, Loaded, Outcome, Standing, Store};
use wardround::ward::{EntryId, Patient, PatientFields, PatientId};

use crate::support::folder::Folder;
use crate::support::{FILE, WARD, at, author, fact, fact_of, has, hasty, ids, options, saved};

fn new_patient(id: &str) -> Patient {
    let mut fields = PatientFields::default();
    fields.name.family = "Mensah".into();
    fields.name.given = "Kofi".into();
    Patient::compose(PatientId::new(id), fields)
}

#[test]
fn two_programs_that_save_in_turn_lose_nothing() {
    let folder = Folder::with(WARD);
    let ((mut one, _), (mut other, _)) = (folder.open(), folder.open());
    for n in 0..4 {
        assert!(saved(&one.save(vec![fact(&format!("one{n}"))], &author(), at(n))));
        assert!(other.changed() && !one.changed());
        let report = other.save(vec![fact(&format!("other{n}"))], &author(), at(n));
        assert!(saved(&report));
        assert!(has(&report.ward.unwrap(), &format!("one{n}")), "a save shows what others saved");
        assert!(one.changed() && !other.changed());
    }
    assert_eq!(folder.ward().entries().count(), 9);
    let loaded = one.reload().unwrap();
    assert!(!one.changed() && loaded.notes.is_empty(), "{:?}", loaded.notes);
    assert_eq!((loaded.revision, loaded.ward.revision, loaded.saved_at), (8, 8, Some(at(3))));
}

/// Whoever looks at the ward then sees at once of whom something changed, and holds nobody twice.
#[test]
fn after_a_save_whoever_did_not_change_is_the_same_in_memory() {
    let folder = Folder::with(WARD);
    let (mut store, loaded) = folder.open();
    let mut before = loaded.ward;
    for n in 0..3 {
        let after = store.save(vec![fact(&format!("n{n}"))], &author(), at(n)).ward.unwrap();
        let same: Vec<_> = before.patients.iter().zip(&after.patients).map(|(a, b)| std::ptr::eq(a, b)).collect();
        assert_eq!(same, [false, true], "save {n}");
        assert!(after.revision > before.revision && after == folder.ward());
        before = after;
    }
}

#[test]
fn an_old_copy_over_the_file_loses_nothing() {
    let folder = Folder::after(2);
    let old = folder.text();
    assert!(saved(&folder.save(vec![fact("later"), fact_of("p2", "later2", "x")])));
    folder.write(FILE, &old);
    let (mut store, loaded) = folder.open();
    assert!(has(&loaded.ward, "later") && has(&loaded.ward, "later2"));
    assert_eq!(loaded.notes, ["2 entries recovered, please verify"]);
    folder.write(FILE, WARD);
    let loaded = store.reload().unwrap();
    assert_eq!(loaded.notes, ["the file is older than the journal: 4 entries saved since, added again"]);
    let report = store.save(vec![fact("next")], &author(), at(9));
    assert_eq!(report.outcome, Outcome::Saved { revision: 4 }, "the count goes on");
    assert_eq!(ids(&folder.ward()), ["e1", "later", "later2", "n0", "n1", "next"]);
    assert_eq!(folder.open().1.notes, Vec::<String>::new(), "once is enough");
}

#[test]
fn an_edit_by_hand_holds_but_what_was_saved_still_counts() {
    let folder = Folder::after(2);
    let text = folder.text();
    let cut: Vec<&str> = text.lines().filter(|line| !line.contains("\"n1\"")).collect();
    let edited = cut.join("\n").replace("round\" },", "round\" }").replace("Rowan", "Hazel").replace("3.10", "3.20");
    folder.write(FILE, edited);
    let (mut store, loaded) = folder.open();
    assert_eq!(loaded.ward.name, "Hazel Ward");
    assert!(has(&loaded.ward, "n1"));
    let note =
        "removed from the file outside this program, and still counted: 1 entry; `restore --accept-edit` confirms it";
    assert_eq!(loaded.notes, [note]);
    assert!(saved(&store.save(vec![fact("next")], &author(), at(9))));
    assert!(folder.text().contains("3.20") && folder.text().contains("Hazel"));
    assert!(has(&folder.ward(), "n1"));
}

#[test]
fn an_entry_mended_by_hand_is_used_and_both_are_told() {
    let folder = Folder::after(1);
    folder.write(FILE, folder.text().replace("seen on the round", "seen at noon"));
    let (store, loaded) = folder.open();
    assert!(loaded.notes.iter().any(|note| note.contains("otherwise than the journal")), "{:?}", loaded.notes);
    let history = store.history().unwrap();
    let told: Vec<_> = history.iter().map(|record| (record.seq.is_some(), record.standing)).collect();
    let file = (false, Standing::FileOnly);
    assert_eq!(told, [(true, Standing::Differs), file, file]);
    assert_eq!((history[0].by.as_deref(), &*history[0].op), (Some("aosei"), "note"));
    let Some(Fact::Entry { entry, .. }) = &history[2].fact else { panic!("the file's entry") };
    assert!(entry.json().contains("noon"));
}

#[test]
fn the_same_id_again_is_saved_once_and_with_other_content_refused() {
    let folder = Folder::after(1);
    let (mut store, _) = folder.open();
    let (text, journal) = (folder.text(), fs::read(folder.journal()).unwrap());
    let report = store.save(vec![fact("n0")], &author(), at(5));
    assert_eq!((report.outcome, report.refused), (Outcome::Saved { revision: 1 }, vec![]));
    let report = store.save(vec![fact_of("p1", "n0", "other")], &author(), at(5));
    assert!(matches!(report.outcome, Outcome::NotSaved { .. }) && report.refused.len() == 1, "{report:?}");
    let report = store.save(vec![fact_of("p2", "n0", "seen on the round")], &author(), at(5));
    assert!(matches!(report.outcome, Outcome::NotSaved { .. }), "another patient's: {report:?}");
    assert_eq!((folder.text(), fs::read(folder.journal()).unwrap()), (text, journal), "nothing was written");

    let batch = vec![
        fact("n0"),
        fact_of("p1", "n0", "other"),
        fact_of("nobody", "n2", "x"),
        fact("n3"),
        fact("n3"),
        fact_of("p1", "n3", "other"),
        fact_of("p9", "early", "x"),
        Fact::Patient(new_patient("p9").with_entries(&[crate::support::note("n4", "x")])),
        fact_of("p9", "n5", "x"),
        Fact::Patient(new_patient("p1")),
    ];
    let report = store.save(batch, &author(), at(6));
    assert_eq!(report.outcome, Outcome::Saved { revision: 2 });
    let refused: Vec<usize> = report.refused.iter().map(|(at, _)| *at).collect();
    assert_eq!(refused, [1, 2, 5, 6, 9], "{:?}", report.refused);
    assert_eq!(ids(&folder.ward()), ["e1", "n0", "n3", "n4", "n5"]);
    assert_eq!(report.ward.unwrap(), folder.ward());
    let again = store.save(vec![Fact::Patient(new_patient("p9"))], &author(), at(7));
    assert_eq!(again.outcome, Outcome::Saved { revision: 2 });
}

#[test]
fn a_new_patient_comes_back_from_the_journal_whole() {
    let folder = Folder::with(WARD);
    let patient = new_patient("p9").with_entries(&[crate::support::note("n1", "x")]);
    assert!(saved(&folder.save(vec![Fact::Patient(patient), fact_of("p9", "n2", "y")])));
    folder.write(FILE, WARD);
    let (_, loaded) = folder.open();
    let back = loaded.ward.patient(&PatientId::new("p9")).unwrap();
    assert!(back.entry(&EntryId::new("n1")).is_some() && back.entry(&EntryId::new("n2")).is_some());
    assert_eq!(loaded.notes, ["1 patient and 2 entries recovered, please verify"]);
}

#[test]
fn entries_of_people_who_are_gone_from_the_file_are_told() {
    let folder = Folder::after(1);
    folder.write(FILE, WARD.replace("\"p1\"", "\"p7\""));
    let (store, loaded) = folder.open();
    assert!(loaded.notes.iter().any(|note| note.contains("patients who are not in the file")), "{:?}", loaded.notes);
    assert_eq!(store.history().unwrap()[0].standing, Standing::JournalOnly);
}

/// Not forgotten by a program that saves again and again: only a named user confirms that they are gone.
#[test]
fn entries_of_people_who_are_gone_are_told_after_any_number_of_saves() {
    let folder = Folder::after(1);
    folder.write(FILE, WARD.replace("\"p1\"", "\"p7\""));
    let (mut store, loaded) = folder.open();
    let told = |loaded: &Loaded| loaded.notes.iter().any(|note| note.contains("patients who are not in the file"));
    assert!(told(&loaded), "{:?}", loaded.notes);
    for n in 0..3 {
        // Not read again in between: the program goes on from what it saved.
        assert!(saved(&store.save(vec![fact_of("p7", &format!("m{n}"), "seen")], &author(), at(5 + n))));
        let (_, other) = folder.open();
        assert!(told(&other), "another program after {n}: {:?}", other.notes);
    }
    assert!(told(&store.reload().unwrap()));
    assert!(saved(&store.accept_edit(&author(), at(9))));
    assert!(!told(&store.reload().unwrap()) && !told(&folder.open().1));
    assert!(saved(&store.save(vec![fact_of("p7", "m9", "seen")], &author(), at(10))));
    assert!(!told(&store.reload().unwrap()) && !told(&folder.open().1));
}

/// Whatever opens can be saved to: nothing that a hand writes may lock a ward out of its own file.
#[test]
fn whatever_opens_can_be_saved_to() {
    let rowan = include_str!("../format/rowan.json");
    let odd = [
        ("as it is", WARD.to_owned()),
        ("every kind and field", rowan.replace("\"p1\"", "\"p7\"").replacen("\"id\":", "\"id\": \"p1\", \"was\":", 1)),
        ("line ends of another system", WARD.replace('\n', "\r\n")),
        ("one line", WARD.replace('\n', " ")),
        ("escapes", WARD.replace("Okafor", "Oka\\u0066or\\ud83d\\ude00\\/").replace("\"shoe", "\"\\u0073hoe")),
        ("hostile text", WARD.replace("Okafor", "\u{202e}\u{200b}Oka\\u0000\\u001bfor")),
        ("a bad unit", WARD.replace("10*9/L", "bushels")),
        ("no unit", WARD.replace(", \"unit\": \"10*9/L\"", "")),
        ("a bad date", WARD.replace("2026-11-17", "17/11/26")),
        ("a value that is no number", WARD.replace("3.10", "\"plenty\"")),
        ("digits", WARD.replace("3.10", "31.0e-1").replace("38.0", "0.000")),
        ("nothing where something may be", WARD.replace("38.0", "null").replace("\"shoe_size\"", "\"bed\"")),
        ("a bad birthday", WARD.replace("\"shoe_size\": 38.0", "\"born\": \"yesterday\", \"sex\": \"often\"")),
        (
            "a bad number of the NHS",
            WARD.replace(
                "\"shoe_size\": 38.0",
                "\"identifiers\": [{ \"system\": \"nhs-number\", \"value\": \"9990000019\" }]",
            ),
        ),
        ("a zone", WARD.replace("\"local_note\"", "\"time_zone\": \"Europe/London\", \"local_note\"")),
        (
            "marks of its own",
            WARD.replace("\"patients\"", "\"lineage\": \"l\", \"revision\": 7, \"extra\": {}, \"patients\""),
        ),
    ];
    let mut saved_to = 0;
    for (what, text) in odd {
        let folder = Folder::with(&text);
        let Ok((mut store, loaded)) = folder.try_open() else { continue };
        let before = loaded.ward.entries().count();
        let report = store.save(vec![fact("n1")], &author(), at(1));
        assert!(saved(&report), "{what}: {:?}", report.outcome);
        let report = folder.save(vec![fact("n2")]);
        assert!(saved(&report), "{what}, again: {:?}", report.outcome);
        assert_eq!(folder.ward().entries().count(), before + 2, "{what}");
        saved_to += 1;
    }
    assert!(saved_to >= 12, "only {saved_to} opened");
}

#[test]
fn digits_and_unknown_fields_survive_a_save() {
    let folder = Folder::after(1);
    let text = folder.text();
    for kept in ["\"local_note\": [1.50, null]", "\"shoe_size\": 38.0", "\"value\": 3.10"] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
}

#[test]
fn a_damaged_journal_hides_nothing_that_can_be_read() {
    let folder = Folder::after(3);
    let journal = fs::read_to_string(folder.journal()).unwrap();
    folder.write("ward.json.d/journal-000001.jsonl", journal.replace("\"n1\"", "\"n7\""));
    folder.write(FILE, WARD);
    let (mut store, loaded) = folder.open();
    assert_eq!(ids(&loaded.ward), ["e1", "n0", "n2"]);
    assert!(loaded.notes.iter().any(|note| note.contains("damaged line")), "{:?}", loaded.notes);
    assert!(loaded.notes.iter().any(|note| note.contains("fork")), "{:?}", loaded.notes);
    assert!(saved(&store.save(vec![fact("next")], &author(), at(9))));
}

#[test]
fn a_symlink_stays_and_its_target_is_replaced() {
    let (folder, links) = (Folder::with(WARD), Folder::empty());
    let link = links.path().join("link.json");
    symlink(folder.file(), &link).unwrap();
    let (mut store, _) = Store::open(&link, &options()).unwrap();
    assert!(saved(&store.save(vec![fact("x")], &author(), at(1))));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(has(&folder.ward(), "x") && folder.journal().exists());
    assert_eq!(links.everything().len(), 1, "journal and lock are beside the file, not the link");
}

#[test]
fn the_mode_is_kept_and_others_are_shut_out() {
    for (before, after, side) in [(0o600, 0o600, 0o700), (0o640, 0o640, 0o2750), (0o664, 0o660, 0o2770)] {
        let folder = Folder::with(WARD);
        folder.chmod(FILE, before);
        let note = folder.open().1.notes.join(" ");
        assert_eq!(note.contains("every user of this host"), before == 0o664, "{note}");
        assert!(saved(&folder.save(vec![fact("x")])));
        assert_eq!((folder.mode(FILE), folder.mode("ward.json.d")), (after, side), "{before:o}");
        assert_eq!(folder.mode("ward.json.d/journal-000001.jsonl"), after, "{before:o}");
    }
}

#[test]
fn root_leaves_a_ward_to_its_owner() {
    let folder = Folder::with(WARD);
    let nobody = (Some(65_534), Some(65_534));
    if ![".", FILE].iter().all(|name| chown(folder.path().join(name), nobody.0, nobody.1).is_ok()) {
        println!("left out: only root can save to somebody else's ward and give it back");
        return;
    }
    assert!(saved(&folder.save(vec![fact("x")])));
    for path in folder.everything().keys() {
        let found = fs::metadata(path).unwrap();
        assert_eq!((Some(found.uid()), Some(found.gid())), nobody, "{}", path.display());
    }
}

#[test]
fn what_was_deleted_beside_the_file_is_made_again() {
    let folder = Folder::after(1);
    let (mut store, _) = folder.open();
    folder.write(".ward.json.tmp-0123456789abcdef", "left by a program that was killed");
    fs::remove_file(folder.path().join("ward.json.d/lock")).unwrap();
    assert!(saved(&store.save(vec![fact("x")], &author(), at(5))));
    assert!(folder.everything().keys().all(|path| !path.to_string_lossy().contains(".tmp-")));
    fs::remove_dir_all(folder.path().join("ward.json.d")).unwrap();
    assert!(saved(&store.save(vec![fact("y")], &author(), at(6))));
    let (_, loaded) = folder.open();
    assert_eq!(ids(&loaded.ward), ["e1", "n0", "x", "y"]);
}

#[test]
fn the_largest_counts_do_not_overflow() {
    let text = WARD.replace("\"patients\"", "\"revision\": 18446744073709551615, \"patients\"");
    let folder = Folder::with(&text);
    let (mut store, loaded) = folder.open();
    assert_eq!(loaded.revision, u64::MAX);
    assert!(saved(&store.save(vec![fact("x")], &author(), at(5))));
    assert!(has(&folder.ward(), "x"));
}

#[test]
fn a_busy_ward_says_who_holds_it() {
    let folder = Folder::after(1);
    let lock = fs::File::open(folder.path().join("ward.json.d/lock")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let (mut store, loaded) = Store::open(&folder.file(), &hasty()).unwrap();
    assert!(has(&loaded.ward, "n0"), "reading needs no lock");
    let report = store.save(vec![fact("x")], &author(), at(5));
    let Outcome::NotSaved { reason } = report.outcome else { panic!("{report:?}") };
    assert!(reason.starts_with("busy: held by aosei, process "), "{reason}");
    // What stands in the journal alone while somebody saves is on its way to the file, and needs no word.
    let whole = folder.text();
    folder.write(FILE, WARD);
    let (_, during) = folder.open();
    // Not only closed: a program that another test is starting may have it open for a moment more.
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::Unlock).unwrap();
    let (_, after) = folder.open();
    assert!(has(&during.ward, "n0") && has(&after.ward, "n0"));
    assert_eq!((during.notes, after.notes), (vec![], vec!["1 entry recovered, please verify".to_owned()]));
    folder.write(FILE, whole);
    assert!(saved(&store.save(vec![fact("x")], &author(), at(5))));
}
