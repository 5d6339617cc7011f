//! What people come for on a real terminal: find, a count up to its notice, since, the round, the sheet, another user's
//! save, the keys; in several kinds of terminal, and inside tmux.
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::trial::lines_in_sight;
use super::{KEYS, Running, Start, Ward, opens, reads_back};

/// Where the program runs.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// A kind of terminal, as `TERM` names it.
    Term(&'static str),
    /// Inside tmux, on a modern terminal.
    Tmux,
}

impl Place {
    /// A modern terminal, the Linux console, screen, and tmux where it is installed.
    #[allow(clippy::print_stderr)] // a place that is left out is said
    fn all() -> Vec<Self> {
        let mut all = ["xterm-256color", "linux", "screen"].map(Self::Term).to_vec();
        match Command::new("tmux").arg("-V").output() {
            Ok(version) if version.status.success() => all.push(Self::Tmux),
            _ => eprintln!("skipped inside tmux: tmux is not installed"),
        }
        all
    }

    /// The screen of a ward in this place, once it is there.
    fn opens(self, ward: &Ward) -> Running {
        let sockets = || -> Vec<_> {
            let folders = std::fs::read_dir(ward.brief.path()).unwrap().flatten();
            folders.map(|folder| folder.path().join("tmux")).filter(|socket| socket.exists()).collect()
        };
        let before = sockets();
        let start = Start::with(&["ward.json"]).env("XDG_STATE_HOME", state(ward).to_str().unwrap());
        let running = ward.opened(match self {
            Self::Term(term) => start.env("TERM", term),
            Self::Tmux => start.inside_tmux(ward.brief.path()),
        });
        // The control: it is tmux that runs it, and one of its own.
        let is_new = sockets().iter().any(|socket| !before.contains(socket));
        assert_eq!(is_new, matches!(self, Self::Tmux), "{self:?}");
        running
    }

    /// Leaves the ward from home.
    fn leaves(self, mut running: Running) {
        running.types("q");
        assert_eq!(running.ends(), 0, "{self:?}");
        assert!(!running.screen().contains("OKAFOR"), "{self:?}: {}", running.screen());
    }
}

/// Where the program keeps what is remembered from one time to the next.
fn state(ward: &Ward) -> std::path::PathBuf {
    ward.home.path().join("state")
}

/// Somebody's row is the selected one.
fn is_selected(running: &Running, name: &str) {
    running.sees_line(&format!("{name} is selected"), |line| line.starts_with('>') && line.contains(name));
}

const NAMES: [(&str, &str); 3] = [("Okafor", "Adaeze"), ("Briggs", "Thomas"), ("Mensah", "Kofi")];

#[test]
fn half_a_name_or_a_slip_of_it_opens_the_patient_in_every_place() {
    const SLIP: &str = "not exactly what was typed";
    for place in Place::all() {
        let ward = Ward::of(&NAMES);
        let mut running = place.opens(&ward);
        for (typed, family, bed) in [("men", "MENSAH, Kofi", "Bed B2"), ("brigsg", "BRIGGS, Thomas", "Bed B1")] {
            running.types("/");
            running.types(typed);
            // A letter at a time may be drawn: all of them, and what stands below.
            running.sees(&format!("Find: {typed}_"));
            is_selected(&running, family);
            if typed == "brigsg" {
                running.sees(SLIP);
            }
            assert_eq!(running.screen().contains(SLIP), typed == "brigsg", "{place:?}");
            running.types("\r");
            running
                .sees_line("the patient is open", |line| line.starts_with(&format!(" {family}")) && line.contains(bed));
            running.types("\x1b");
            running.sees("-2 Overdue bloods");
        }
        place.leaves(running);
    }
}

#[test]
fn round_since_and_sheet_in_every_place() {
    for place in Place::all() {
        let ward = Ward::of(&NAMES);
        let mut running = place.opens(&ward);
        running.sees("This card is shown once: any key goes on.");
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
        assert!(sheets(&ward).is_empty(), "{place:?}: nothing is written before it is confirmed");
        running.types("y");
        running.sees("Written: ward-round-");
        place.leaves(running);
        sheet_is_right(&ward);
        // What is remembered holds nothing of a patient, and the card does not come again.
        for file in std::fs::read_dir(state(&ward).join("wardround")).unwrap().flatten() {
            let text = std::fs::read_to_string(file.path()).unwrap();
            assert!(!text.contains("Okafor") && !text.contains("patient-0"), "{text}");
        }
        let running = place.opens(&ward);
        running.sees("OKAFOR");
        assert!(!running.screen().contains("shown once"), "{}", running.screen());
        place.leaves(running);
    }
}

#[test]
fn a_low_count_is_saved_and_opens_its_notice_in_every_place() {
    for place in Place::all() {
        let ward = Ward::of(&NAMES);
        let mut running = place.opens(&ward);
        running.types("j");
        is_selected(&running, "BRIGGS");
        reads_back(&mut running, "0.40");
        running.sees("BRIGGS, Thomas");
        assert!(ward.entries(1).is_empty(), "{place:?}: nothing is saved before it is confirmed");
        running.types("y");
        running.sees("Needs somebody now");
        running.sees("BRIGGS, Thomas");
        let entries = ward.entries(1);
        assert_eq!(entries.len(), 1, "{place:?}");
        assert_eq!((entries[0]["test"].as_str(), entries[0]["value"].as_f64()), (Some("anc"), Some(0.4)));
        assert!(ward.entries(0).is_empty() && ward.entries(2).is_empty(), "{place:?}");
        running.types("\x1b");
        running.sees_no("Needs somebody now");
        place.leaves(running);
    }
}

#[test]
fn the_keys_are_listed_and_left_in_every_place() {
    for place in Place::all() {
        let ward = Ward::of(&NAMES);
        let mut running = place.opens(&ward);
        running.types("j");
        is_selected(&running, "BRIGGS");
        running.types("?");
        running.sees(KEYS);
        running.sees_line("how to enter a count", |line| {
            line.trim_start().starts_with("a ") && line.contains("blood count")
        });
        running.sees_line("more than a screen of keys", |line| lines_in_sight(line).is_some());
        let (until, of) = lines_in_sight(&running.screen()).expect("it stays");
        assert!(until < of, "{place:?}");
        running.types("\x1b[6~");
        running.sees_line("the next page", |line| lines_in_sight(line).is_some_and(|(now, _)| now > until));
        running.types("\x1b");
        running.sees_no(KEYS);
        is_selected(&running, "BRIGGS");
        place.leaves(running);
    }
}

/// The round sheets beside the ward file.
fn sheets(ward: &Ward) -> Vec<std::fs::DirEntry> {
    let files = std::fs::read_dir(ward.home.path()).unwrap().flatten();
    files.filter(|file| file.file_name().to_string_lossy().contains("-round-")).collect()
}

/// There is one sheet beside the ward file, its owner's alone, and everybody is on it.
fn sheet_is_right(ward: &Ward) {
    let sheets = sheets(ward);
    assert_eq!(sheets.len(), 1);
    assert_eq!(sheets[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(sheets[0].path()).unwrap();
    for (family, given) in NAMES {
        assert!(text.contains(&format!("{}, {given}", family.to_uppercase())), "{text}");
    }
}

#[test]
fn another_users_save_is_marked_and_typing_goes_on_in_every_place() {
    for place in Place::all() {
        let ward = Ward::of(&NAMES);
        let mut first = place.opens(&ward);
        let mut second = ward.open();
        // The second types about the first patient in the list; the first is typing too.
        opens(&mut first, "a", "Blood count: type it");
        first.types("3.1");
        first.sees_line("half a count is typed", |line| line.contains("> ANC") && line.contains("3.1"));
        reads_back(&mut second, "3.20");
        second.types("y");
        second.sees("Saved ");
        first.sees_line("the form is untouched", |line| line.contains("> ANC") && line.contains("3.1"));
        first.types("7");
        first.sees_line("typing goes on where it was", |line| line.contains("> ANC") && line.contains("3.17"));
        second.types("q");
        assert_eq!(second.ends(), 0);
        assert_eq!(ward.entries(0).len(), 1, "{place:?}: nothing of the first is saved");
        first.types("\x1b");
        first.sees("leave and lose it");
        first.types("y");
        first.sees("new from others: 1 patient");
        first.types("3");
        first.sees("NEW:");
        first.types("x");
        first.sees_no("new from others");
        place.leaves(first);
    }
}
