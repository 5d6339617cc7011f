//! Help, version, usage.
use crate::program::World;

const COMMANDS: [&str; 10] =
    ["triage", "record", "explain", "check", "doctor", "log", "print", "new", "demo", "protocol"];

#[test]
fn help_names_every_command_and_says_how() {
    let world = World::new();
    let help = world.run(["--help"]);
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for command in COMMANDS {
        assert!(help.out.contains(&format!("\n  {command} ")), "{command} is missing in\n{}", help.out);
        let own = world.run([command, "--help"]);
        assert_eq!((own.code, own.err.as_str()), (Some(0), ""));
        assert!(own.out.contains("Usage:"), "{}", own.out);
        assert!(own.out.lines().all(|line| line.chars().count() <= 132), "{command}: too wide");
        if command != "protocol" {
            assert!(own.out.contains("Example"), "{}", own.out);
        }
    }
}

#[test]
fn the_examples_put_no_value_on_a_command_line() {
    let help = World::new().run(["record", "--help"]).out;
    let examples = help.split("Examples:").nth(1).expect("examples");
    assert!(examples.contains("--stdin"));
    assert!(!examples.contains("--value "), "{examples}");
    assert!(help.contains("can be seen by every user"));
}

#[test]
fn the_version_says_what_it_is_not() {
    let world = World::new();
    let version = world.run(["--version"]);
    assert_eq!(version.code, Some(0));
    assert!(version.out.starts_with(concat!("wardround ", env!("CARGO_PKG_VERSION"), "\n")), "{}", version.out);
    assert!(version.out.contains("not a medical device, and no substitute"), "{}", version.out);
}

#[test]
fn a_wrong_command_line_is_usage() {
    let world = World::new();
    let ward = world.ward(crate::WARD);
    let ward = ward.to_str().expect("UTF-8");
    for args in [
        &["triage"][..],
        &["triage", ward, "--as-of", "05/04/26"],
        &["triage", ward, "--as-of", "2024-03-31T01:30"],
        &["triage", ward, "--loud"],
        &["explain", ward],
        &["explain", ward, "nobody"],
        &["log", ward, "--patient", "nobody"],
        &["record", ward],
        &["record", ward, "--stdin", "--test", "anc"],
        &["record", ward, "--stdin", "--by", " "],
        &["record", ward, "--stdin", "--by", "."],
        &["record", ward, "--stdin", "--by", "1a"],
        &["record", ward, "--stdin", "--by", ".x"],
        &["new", "zone.json", "--time-zone", "Rowan/Ward"],
    ] {
        let ran = world.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}: {}", ran.err);
        assert!(ran.err.starts_with("wardround: "), "{}", ran.err);
    }
    assert!(!world.path("zone.json").exists());
}

#[test]
fn a_hostile_argument_does_not_steer_the_terminal() {
    let ran = World::new().run(["triage", "\u{1b}]0;x\u{7}\u{202e}.json", "too", "many\u{1b}[2J"]);
    assert_eq!(ran.code, Some(2));
    assert!(!ran.err.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", ran.err);
}

#[test]
fn without_a_file_the_demo_is_offered() {
    let world = World::new();
    for args in [&[][..], &["log"]] {
        let ran = world.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
        assert!(ran.err.contains("wardround demo"), "{}", ran.err);
    }
}

#[test]
fn the_file_last_opened_is_opened_again() {
    let world = World::new();
    let ward = world.ward(crate::WARD);
    let ran = world.run([&ward]);
    assert_eq!(ran.code, Some(2), "there is no terminal here");
    assert!(ran.err.contains("terminal"), "{}", ran.err);
    let log = world.run(["log"]);
    assert_eq!(log.code, Some(0), "{}", log.err);
    assert!(log.out.contains("OKAFOR, Adaeze"));
    let note = world.home().join("state/wardround/last-file");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&note).expect("a note").permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::remove_file(&ward).expect("it is there");
    let gone = world.run(["log"]);
    assert_eq!(gone.code, Some(3));
    assert!(gone.err.contains("is gone"), "{}", gone.err);
}

#[test]
fn a_file_that_cannot_be_opened_is_not_remembered() {
    let world = World::new();
    let ward = world.ward("{");
    assert_eq!(world.run([&ward]).code, Some(3));
    assert!(!world.home().join("state").exists());
}

#[test]
fn protocols_are_listed_with_what_stands_behind_them() {
    let ran = World::new().run(["protocol", "list"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    for words in ["us-label ", "uk-smpc ", "trs-article ", "UNREVIEWED", "licensed"] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
}
