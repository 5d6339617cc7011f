//! `log`: nothing that was ever recorded is lost to sight.
use std::fs;

use crate::WARD;
use crate::program::World;

#[test]
fn every_entry_with_who_when_and_what() {
    let world = World::new();
    let ward = world.ward(WARD);
    let ran = world.run(["log".as_ref(), ward.as_os_str()]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!("log", ran.out);
}

#[test]
fn a_voided_entry_stays_with_its_reason() {
    let world = World::new();
    let ward = world.ward(WARD);
    let log = world.run(["log".as_ref(), ward.as_os_str(), "--patient".as_ref(), "p-ostrowski".as_ref()]).out;
    assert_eq!(log.lines().count(), 3, "only this patient's: {log}");
    let voided = log.lines().find(|line| line.contains("ANC 0.90")).expect("still there");
    assert!(voided.ends_with("VOID: another patient's sample (jlee)"), "{voided}");

    let restore = r#"{"patient": "p-ostrowski", "entry": {"kind": "void", "entry": "w3", "reason": "it was his"}}"#;
    let args = ["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()];
    assert_eq!(world.run_with(args, restore).code, Some(0));
    let log = world.run(["log".as_ref(), ward.as_os_str(), "--patient".as_ref(), "p-ostrowski".as_ref()]).out;
    let restored = log.lines().find(|line| line.contains("ANC 0.90")).expect("still there");
    assert!(!restored.contains("VOID"), "a void of a void restores: {restored}");
}

#[test]
fn what_an_old_copy_took_out_of_the_file_is_still_told() {
    let world = World::new();
    let ward = world.ward(WARD);
    let line = r#"{"patient": "p-okafor", "entry": {"id": "n1", "kind": "note", "at": "2024-01-17", "text": "seen"}}"#;
    let args = ["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()];
    assert_eq!(world.run_with(args, line).out, "saved n1\n");
    fs::write(&ward, WARD).expect("an editor with an old copy");
    let ran = world.run(["log".as_ref(), ward.as_os_str()]);
    let note = ran.out.lines().find(|line| line.contains("seen")).expect("from the journal");
    assert!(note.contains("(in the journal, not in the file)"), "{note}");
    assert!(!ran.err.is_empty(), "and it is said");
}
