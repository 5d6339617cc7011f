//! Flows of the round on a real terminal: find, since, the round, the sheet, another user's save; in several kinds of
//! terminal, and inside tmux.
use std::os::unix::fs::PermissionsExt;

use super::{Start, Ward, opens, reads_back};

/// Kinds of terminal: a modern one, the Linux console, screen.
const TERMS: [&str; 3] = ["xterm-256color", "linux", "screen"];

const NAMES: [(&str, &str); 3] = [("Okafor", "Adaeze"), ("Briggs", "Thomas"), ("Mensah", "Kofi")];

#[test]
fn find_round_since_and_sheet_in_every_kind_of_terminal() {
    for term in TERMS {
        let ward = Ward::of(&NAMES);
        let state = ward.home.path().join("state");
        let start = Start::with(&["ward.json"]).env("TERM", term).env("XDG_STATE_HOME", state.to_str().unwrap());
        let mut running = ward.opened(start);
        running.sees("This card is shown once: any key goes on.");
        running.types("/brigsg");
        running.sees("not exactly what was typed");
        running.types("\r");
        running.sees_line("the patient is open", |line| line.starts_with(" BRIGGS, Thomas") && line.contains("Bed B1"));
        running.types("\x1b");
        running.sees_no("Bed B1");
        running.types("r");
        running.sees("Round 1 of 3, by bed");
        opens(&mut running, "o", "NOT SAVED YET");
        running.types("note of the round\r");
        running.sees("Save this?");
        running.types("\r");
        running.sees("Entered on this round:");
        running.types("n");
        running.sees("Round 2 of 3");
        running.types("\x1b");
        running.sees("The round is left at 2 of 3.");
        running.types("rnn");
        running.sees("The round is done");
        running.sees("Recorded since: 1 entry of 1 patient.");
        running.types("\r");
        running.sees_no("The round is done");
        running.types("s");
        running.sees("your last round");
        running.sees("Note: note of the round");
        running.types("\x1b");
        running.sees_no("your last round");
        running.types("P");
        running.sees("Write the round sheet?");
        running.types("y");
        running.sees("Written beside the ward file:");
        running.types("q");
        assert_eq!(running.ends(), 0, "TERM={term}");
        sheet_is_right(&ward);
        // What is remembered holds nothing of a patient, and the card does not come again.
        for file in std::fs::read_dir(state.join("wardround")).unwrap().flatten() {
            let text = std::fs::read_to_string(file.path()).unwrap();
            assert!(!text.contains("Okafor") && !text.contains("p0"), "{text}");
        }
        let again = Start::with(&["ward.json"]).env("TERM", term).env("XDG_STATE_HOME", state.to_str().unwrap());
        let mut running = ward.opened(again);
        running.sees("OKAFOR");
        assert!(!running.screen().contains("shown once"), "{}", running.screen());
        running.types("q");
        assert_eq!(running.ends(), 0);
    }
}

/// There is one sheet beside the ward file, its owner's alone, and everybody is on it.
fn sheet_is_right(ward: &Ward) {
    let files = std::fs::read_dir(ward.home.path()).unwrap().flatten();
    let sheets: Vec<_> = files.filter(|file| file.file_name().to_string_lossy().contains("-round-")).collect();
    assert_eq!(sheets.len(), 1);
    assert_eq!(sheets[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(sheets[0].path()).unwrap();
    for (family, given) in NAMES {
        assert!(text.contains(&format!("{}, {given}", family.to_uppercase())), "{text}");
    }
}

#[test]
fn another_users_save_is_marked_and_typing_goes_on() {
    let ward = Ward::of(&NAMES);
    let mut first = ward.open();
    let mut second = ward.open();
    // The second types about the first patient in the list; the first is typing too.
    reads_back(&mut first, "3.10");
    first.types("\x1b");
    first.sees("> ANC");
    reads_back(&mut second, "3.20");
    second.types("y");
    second.sees("Saved ");
    first.sees_line("the form is untouched", |line| line.contains("> ANC") && line.contains("3.10"));
    second.types("q");
    assert_eq!(second.ends(), 0);
    first.types("\x1b");
    first.sees("leave and lose it");
    first.types("y");
    first.sees("new from others: 1 patient");
    first.types("3");
    first.sees("NEW:");
    first.types("x");
    first.sees_no("new from others");
    first.types("q");
    assert_eq!(first.ends(), 0);
}

#[test]
fn inside_tmux_the_round_is_the_same() {
    let Ok(version) = std::process::Command::new("tmux").arg("-V").output() else {
        eprintln!("skipped: tmux is not installed");
        return;
    };
    assert!(version.status.success());
    let ward = Ward::of(&NAMES);
    let socket = ward.home.path().join("tmux");
    let program = env!("CARGO_BIN_EXE_wardround");
    let tmux = |args: &[&str]| {
        let ran = std::process::Command::new("tmux")
            .arg("-S")
            .arg(&socket)
            .args(["-f", "/dev/null"])
            .args(args)
            .env("HOME", ward.home.path())
            .env("LC_ALL", "C.UTF-8")
            .output()
            .expect("tmux runs");
        String::from_utf8_lossy(&ran.stdout).into_owned()
    };
    let home = ward.home.path().display();
    let command = format!("env -u XDG_STATE_HOME HOME={home} LANG=C.UTF-8 {program} {home}/ward.json");
    tmux(&["new-session", "-d", "-x", "80", "-y", "24", &command]);
    let sees = |text: &str| {
        let mut screen = String::new();
        for _ in 0..600 {
            screen = tmux(&["capture-pane", "-p"]);
            if screen.contains(text) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("tmux does not show {text:?}:\n{screen}");
    };
    sees("OKAFOR, Adaeze");
    tmux(&["send-keys", "r"]);
    sees("Round 1 of 3, by bed");
    tmux(&["send-keys", "n"]);
    sees("Round 2 of 3");
    tmux(&["send-keys", "Escape"]);
    sees("The round is left at 2 of 3.");
    tmux(&["send-keys", "s"]);
    sees("Since: _");
    tmux(&["send-keys", "Escape"]);
    tmux(&["kill-server"]);
}
