//! `doctor` says what is wrong with host and files, mends only what it says, and names no patient.
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::program::{Ran, World};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("ours");
}

/// The line about something: its state, and what is said.
fn about<'a>(ran: &'a Ran, what: &str) -> Option<(&'a str, &'a str)> {
    ran.out.lines().find_map(|line| {
        let (state, rest) = line.split_once(' ')?;
        rest.trim_start().strip_prefix(what).map(|text| (state, text.trim()))
    })
}

/// A ward that was saved to once, in a folder for owner and group.
fn saved(world: &World) -> String {
    set_mode(&world.path(""), 0o2770);
    let file = world.ward(crate::WARD).to_str().expect("UTF-8").to_owned();
    let line = r#"{"patient": "p-okafor", "entry": {"kind": "note", "at": "2024-01-17", "text": "sleeps"}}"#;
    assert_eq!(world.run_with(["record", &file, "--stdin"], line).code, Some(0));
    file
}

#[test]
fn every_thing_that_is_looked_at_has_a_line() {
    let world = World::new();
    let file = saved(&world);
    let before = world.everything();
    let ran = world.run(["doctor", &file]);
    for what in [
        "version",
        "file",
        "saving",
        "permissions",
        "folder",
        "file system",
        "room",
        "journal",
        "lock",
        "clock",
        "swap",
        "terminal",
        "site",
    ] {
        let (state, text) = about(&ran, what).unwrap_or_else(|| panic!("{what} is missing in\n{}", ran.out));
        assert!(["ok", "warning", "FAULT"].contains(&state) && !text.is_empty(), "{}", ran.out);
    }
    for what in ["version", "saving", "permissions", "folder", "journal", "lock", "clock", "site"] {
        assert_eq!(about(&ran, what).map(|(state, _)| state), Some("ok"), "{what}: {}", ran.out);
    }
    assert_eq!(ran.err, "");
    assert_eq!(world.everything(), before, "looking changes nothing");
}

#[test]
fn fix_closes_what_is_open_to_everybody_and_nothing_else() {
    let world = World::new();
    let file = saved(&world);
    let (ward, side) = (world.path("ward.json"), world.path("ward.json.d"));
    let journal = side.join("journal-000001.jsonl");
    let backups = side.join("backups");
    let kept = fs::read_dir(&backups).expect("a folder").next().expect("the file as it was").expect("a name").path();
    for (path, open) in [(&ward, 0o664), (&side, 0o2775), (&journal, 0o644), (&backups, 0o2775), (&kept, 0o664)] {
        set_mode(path, open);
    }
    let other = world.path("notes.txt");
    fs::write(&other, "not a ward's").expect("writable");
    set_mode(&other, 0o644);
    let ran = world.run(["doctor", &file]);
    let (state, text) = about(&ran, "permissions").expect("a line");
    assert_eq!((ran.code, state), (Some(1), "warning"), "{}", ran.out);
    assert!(text.contains("ward.json, ward.json.d") && text.contains("journal-000001.jsonl"), "{text}");
    assert!(text.contains("--fix"), "{text}");
    assert_eq!(mode(&ward), 0o664, "only --fix changes it");
    let before = world.everything();
    let ran = world.run(["doctor", &file, "--fix"]);
    assert_eq!(about(&ran, "permissions").map(|(state, _)| state), Some("ok"), "{}", ran.out);
    assert_eq!(ran.err.lines().count(), 5, "{}", ran.err);
    assert_eq!([&ward, &side, &journal, &other].map(|path| mode(path)), [0o660, 0o2770, 0o640, 0o644]);
    assert_eq!([&backups, &kept].map(|path| mode(path)), [0o2770, 0o660], "what is deeper down too");
    assert_eq!(world.everything(), before, "no byte is another");
    assert_eq!(world.run(["doctor", &file, "--fix"]).err, "", "once is enough");
}

#[test]
fn a_folder_that_everybody_can_write_to_is_a_fault() {
    let world = World::new();
    let file = saved(&world);
    set_mode(&world.path(""), 0o777);
    let ran = world.run(["doctor", &file, "--fix"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(about(&ran, "folder").map(|(state, _)| state), Some("FAULT"), "{}", ran.out);
    assert_eq!(about(&ran, "saving").map(|(state, _)| state), Some("FAULT"), "{}", ran.out);
    assert_eq!(mode(&world.path("")), 0o777, "the folder may hold more than a ward");
}

#[test]
fn a_file_that_does_not_open_is_a_fault_with_its_place() {
    let world = World::new();
    let file =
        world.ward("{ \"format\": \"wardround/1\", \"ward\": { \"name\": \"CANARY7f3a\" }, \"patients\": [ 3 ] }");
    let ran = world.run(["doctor", file.to_str().expect("UTF-8")]);
    assert_eq!(ran.code, Some(3));
    let (state, text) = about(&ran, "file").expect("a line");
    assert_eq!(state, "FAULT");
    assert!(text.contains("line 1") || text.contains(":1:"), "{text}");
    assert!(!ran.out.contains("CANARY") && !ran.err.contains("CANARY"), "{} {}", ran.out, ran.err);
    let missing = world.run(["doctor", "nowhere.json"]);
    assert_eq!((missing.code, missing.out.as_str()), (Some(3), ""));
}

#[test]
fn no_value_of_a_patient_is_said() {
    let world = World::new();
    let file = saved(&world);
    let ran = world.run(["doctor", &file]);
    for value in ["Okafor", "OKAFOR", "Adaeze", "999 000", "9990000018", "Marchetti", "Rowan", "p-okafor", "0.40"] {
        assert!(!ran.out.contains(value), "{value}: {}", ran.out);
    }
}
