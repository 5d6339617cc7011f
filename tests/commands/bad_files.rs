//! Files that are no ward: one message, exit 3, nothing written, nothing hangs.
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::program::World;
use crate::{QUIET, WARD};

/// Every command that opens a file, with an argument in place of it.
const COMMANDS: [&[&str]; 6] = [
    &["triage", "FILE"],
    &["triage", "FILE", "--json"],
    &["explain", "FILE", "p-okafor"],
    &["check", "FILE"],
    &["log", "FILE"],
    &["record", "FILE", "--stdin"],
];

fn refused(world: &World, file: &Path, about: &str) {
    let before = world.everything();
    for command in COMMANDS {
        let args = command.iter().map(|arg| if *arg == "FILE" { file.as_os_str() } else { arg.as_ref() });
        let began = Instant::now();
        let ran = world.run(args);
        assert_eq!(ran.code, Some(3), "{about}, {command:?}: {}{}", ran.out, ran.err);
        assert!(began.elapsed() < Duration::from_secs(300), "{about}, {command:?} took too long");
        assert!(ran.err.starts_with("wardround: "), "{about}: {}", ran.err);
        assert_eq!(ran.err.matches("wardround: ").count(), 1, "one message: {}", ran.err);
        assert!(!ran.err.contains("panic"), "{}", ran.err);
        if !command.contains(&"check") {
            assert_eq!(ran.out, "", "{about}");
        }
    }
    assert!(world.everything() == before, "{about}: something was written");
}

#[test]
fn what_is_no_ward_is_refused() {
    let world = World::new();
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let files: &[(&str, &[u8])] = &[
        ("empty", b""),
        ("truncated", &WARD.as_bytes()[..WARD.len() / 2]),
        ("binary", &[0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0xff, 0xfe, 0x80]),
        ("foreign", br#"{ "resourceType": "Bundle", "entry": [] }"#),
        ("newer", br#"{ "format": "wardround/2", "ward": { "name": "x" }, "patients": [] }"#),
        ("a list", b"[1, 2, 3]"),
        ("deep", deep.as_bytes()),
        ("two documents", b"{}{}"),
    ];
    for (about, bytes) in files {
        let file = world.path("bad.json");
        fs::write(&file, bytes).expect("writable");
        refused(&world, &file, about);
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let world = World::new();
    refused(&world, &world.path("missing.json"), "missing");
    refused(&world, &world.path("no/such/folder.json"), "missing folder");
    fs::create_dir(world.path("folder.json")).expect("a folder");
    refused(&world, &world.path("folder.json"), "folder");
    let made = Command::new("mkfifo").arg(world.path("pipe.json")).status();
    assert!(made.expect("mkfifo").success());
    refused(&world, &world.path("pipe.json"), "pipe");
    std::os::unix::fs::symlink("nowhere.json", world.path("link.json")).expect("a link");
    refused(&world, &world.path("link.json"), "dangling link");
}

/// Runs the program with so much address space and no more.
fn bounded(world: &World, kilobytes: u32, file: &Path) -> (Option<i32>, String) {
    let program = world.command(["triage".as_ref(), file.as_os_str()]);
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("ulimit -v {kilobytes}; exec \"$0\" \"$@\"")]).arg(program.get_program());
    let output = command.args(program.get_args()).env_clear().output().expect("a shell");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_huge_file_is_refused_in_bounded_memory() {
    let world = World::new();
    let file = world.path("huge.json");
    fs::File::create(&file).and_then(|file| file.set_len(600 << 20)).expect("a hole");
    let (code, err) = bounded(&world, 300_000, &file);
    assert_eq!(code, Some(3), "600 MB: {err}");
    let keys: Vec<String> = (0..2_000_000).map(|n| format!("\"{n}\":0")).collect();
    fs::write(&file, format!("{{{}}}", keys.join(","))).expect("writable");
    let (code, err) = bounded(&world, 400_000, &file);
    assert_eq!(code, Some(3), "2 million keys: {err}");
    let (code, _) = bounded(&world, 4_000, &world.ward(QUIET));
    assert_ne!(code, Some(0), "the control: the limit is a limit");
}

#[test]
fn check_lists_every_fault_with_its_place() {
    let world = World::new();
    let clean = world.ward(QUIET);
    let ran = world.run(["check".as_ref(), clean.as_os_str()]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.ends_with("ward.json: no fault; 0 patients, 0 entries\n"), "{}", ran.out);

    world.ward(&WARD.replace("\"value\": \"9990000018\"", "\"value\": \"9990000019\""));
    let ran = world.run(["check", "ward.json"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!("check_content", ran.out);

    world.ward(&WARD.replace("\"id\": \"m2\"", "\"id\": \"o2\"").replace("\"born\": \"1988-04-12\"", "\"born\": 1988"));
    let ran = world.run(["check", "ward.json"]);
    assert_eq!(ran.code, Some(3));
    insta::assert_snapshot!("check_structure", ran.out);
    assert!(ran.err.contains("not a valid ward file"), "{}", ran.err);
}

#[test]
fn a_file_of_a_newer_version_opens_and_is_not_written_to() {
    let world = World::new();
    let ward = world.ward(&WARD.replace("\"kind\": \"void\"", "\"kind\": \"hologram\""));
    let before = world.everything();
    assert_eq!(world.run(["triage".as_ref(), ward.as_os_str()]).code, Some(1));
    let line = r#"{"patient": "p-okafor", "entry": {"id": "n1", "kind": "note", "at": "2024-01-17", "text": "x"}}"#;
    let ran = world.run_with(["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()], line);
    assert_eq!(ran.code, Some(5), "{}{}", ran.out, ran.err);
    assert!(ran.out.starts_with("not-saved n1 "), "{}", ran.out);
    assert!(world.everything().iter().any(|file| before.contains(file)), "the file is as it was");
    assert_eq!(fs::read(&ward).expect("there"), before[0].1);
}

#[test]
fn a_journal_that_is_not_read_is_said_by_every_command() {
    let world = World::new();
    let ward = world.ward(QUIET);
    let commands: [&[&str]; 4] = [&["triage"], &["triage", "--json"], &["log"], &["check"]];
    let said = |command: &[&str]| world.run(command.iter().map(AsRef::as_ref).chain([ward.as_os_str()])).err;
    for command in commands {
        assert_eq!(said(command), "", "{command:?}: the control");
    }
    fs::create_dir(world.path("ward.json.d")).expect("a folder");
    fs::create_dir(world.path("ward.json.d/journal-000001.jsonl")).expect("what no journal is");
    for command in commands {
        let err = said(command);
        assert!(err.contains("ward.json.d") && err.contains("cannot be read"), "{command:?}: {err}");
    }
}

#[test]
fn a_result_from_a_clock_that_runs_ahead_is_not_passed_over_in_silence() {
    let world = World::new();
    let ahead = "\"recorded\": { \"at\": \"2999-01-16T11:42:05+00:00\"";
    let ward = world.ward(&WARD.replacen("\"recorded\": { \"at\": \"2024-01-16T11:42:05+00:00\"", ahead, 1));
    let triage = world.run(["triage".as_ref(), ward.as_os_str()]);
    assert!(triage.err.contains("recorded later than now") && triage.err.contains("(1)"), "{}", triage.err);
    let back = world.run(["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), crate::AS_OF.as_ref()]);
    assert_eq!(back.err, "", "looking back, what came later is meant to be left out");
    let check = world.run(["check".as_ref(), ward.as_os_str()]);
    assert_eq!(check.code, Some(1));
    assert!(check.out.contains("future-date: $.patients[0].entries[3]: recorded later than now"), "{}", check.out);
}

#[test]
fn new_makes_an_empty_ward_and_leaves_what_is_there_alone() {
    let world = World::new();
    let args = ["new", "rowan.json", "--name", "Rowan Ward", "--site", "St Aldhelm's", "--time-zone", "Europe/London"];
    let ran = world.run(args);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.contains("wardround rowan.json"), "{}", ran.out);
    let triage = world.run(["triage", "rowan.json", "--as-of", "2024-01-16T12:00"]);
    assert_eq!(triage.code, Some(0));
    let heading = "Rowan Ward, St Aldhelm's    as at Tue 16-Jan-2024 12:00 Europe/London\n0 patients: ";
    assert!(triage.out.starts_with(heading), "{}", triage.out);
    assert_eq!(world.run(["check", "rowan.json"]).code, Some(0));

    let before = world.everything();
    let again = world.run(args);
    assert_eq!((again.code, again.out.as_str()), (Some(3), ""));
    assert!(again.err.contains("there already"), "{}", again.err);
    assert!(world.everything() == before);
    assert_eq!(world.run(["new", "no/such/folder.json"]).code, Some(3));
}

#[test]
fn a_new_ward_is_named_after_its_file() {
    let world = World::new();
    assert_eq!(world.run(["new", "rowan.json", "--time-zone", "UTC"]).code, Some(0));
    assert!(world.run(["triage", "rowan.json"]).out.starts_with("rowan    as at "));
}
