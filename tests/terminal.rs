//! The screen as people meet it: the real program on a real pseudo-terminal.
// A test that cannot go on fails; ward files are made and read on the disk.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

#[path = "support/inert.rs"]
mod inert;
#[path = "support/pty.rs"]
mod pty;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use inert::{is_inert, without_commands};
use pty::{Running, Start};
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Over the list of keys.
const KEYS: &str = ": the keys that work here";

/// What leaving the terminal writes, from its clearing on.
const LEFT: &str = "\x1b[2J\x1b[H\x1b[?25h\x1b[?2004l\x1b[?1049l";

/// A home of its own. Not in the host's folder for temporary files, which may be in memory: that is said of a ward.
fn home() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// A ward in a home of its own.
struct Ward {
    home: TempDir,
    /// For a socket, whose path must not be long.
    brief: TempDir,
}

impl Ward {
    /// One patient, nothing recorded.
    fn new() -> Self {
        Self::of(&[("Okafor", "Adaeze")])
    }

    /// Patients of these names (family, given), who have no protocol: everybody is on the screen, whatever the day is.
    fn of(names: &[(&str, &str)]) -> Self {
        let brief = tempfile::tempdir_in("/tmp").or_else(|_| tempfile::tempdir()).unwrap();
        let ward = Self { home: home(), brief };
        ward.write(names, "");
        ward
    }

    /// Writes the file, as an editor does; `padding` makes it larger.
    fn write(&self, names: &[(&str, &str)], padding: &str) {
        let patient = |(index, (family, given)): (usize, &(&str, &str))| {
            json!({
                "id": format!("patient-{index}"),
                "name": { "family": family, "given": given },
                "born": "1988-04-12",
                "sex": "female",
                "identifiers": [{ "system": "nhs-number", "value": "9990000018" }],
                "bed": format!("B{index}"),
                "entries": [],
            })
        };
        let ward = json!({
            "format": "wardround/1",
            "ward": { "name": "Rowan Ward", "time_zone": "Europe/London", "padding": padding },
            "patients": names.iter().enumerate().map(patient).collect::<Vec<_>>(),
        });
        std::fs::write(self.file(), ward.to_string()).unwrap();
        std::fs::set_permissions(self.file(), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// What is in the file now; it is whole at every moment.
    fn read(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.file()).unwrap()).unwrap()
    }

    /// The entries of a patient in the file.
    fn entries(&self, patient: usize) -> Vec<Value> {
        self.read()["patients"][patient]["entries"].as_array().unwrap().clone()
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("ward.json")
    }

    /// The screen of this ward, once it is there.
    fn opened(&self, start: Start) -> Running {
        let running = start.run(self.home.path());
        running.gets(0, "Rowan Ward");
        running
    }

    fn open(&self) -> Running {
        self.opened(Start::with(&["ward.json"]))
    }
}

/// The terminal is as it was before: nothing of the ward on it, cursor, echo and lines back.
fn is_given_back(running: &Running) {
    assert!(String::from_utf8_lossy(&running.all()).contains(LEFT));
    assert!(running.is_cooked());
    assert!(!running.screen().contains("Rowan"), "{}", running.screen());
}

#[test]
fn leaving_gives_the_terminal_back() {
    let ward = Ward::new();
    let mut running = ward.open();
    assert!(!running.is_cooked());
    running.types("q");
    assert_eq!(running.ends(), 0);
    is_given_back(&running);
    // Each frame is one piece between the marks of synchronised output; no title, no clipboard, no questions.
    let bytes = String::from_utf8(running.all()).unwrap();
    assert_eq!(bytes.matches("\x1b[?2026h").count() + 1, bytes.matches("\x1b[?2026l").count());
    for never in ["\x1b]", "\x1bP", "\x1b[c", "\x1b[6n", "\x1b[?1000h", "\x1b[?1003h"] {
        assert!(!bytes.contains(never), "{never:?}");
    }
}

#[test]
fn signals_give_the_terminal_back_and_end_the_program() {
    let ward = Ward::new();
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::QUIT, 131)] {
        let mut running = ward.open();
        running.signals(signal);
        assert_eq!(running.ends(), status);
        is_given_back(&running);
    }
}

/// A program that was stopped is woken to be ended, and takes the terminal when it wakes: not from who ends it.
#[test]
fn who_is_woken_and_ended_gives_the_terminal_back() {
    let ward = Ward::new();
    for _ in 0..10 {
        let mut running = ward.open();
        running.signals(Signal::CONT);
        running.signals(Signal::TERM);
        assert_eq!(running.ends(), 143);
        is_given_back(&running);
    }
}

/// The line is up and nobody reads: the program hangs in a write, and still ends when it is told to.
#[test]
#[cfg(target_os = "linux")] // looks for the moment in which it hangs
fn a_terminal_that_takes_nothing_cannot_hold_up_the_end() {
    let ward = Ward::new();
    let mut running = ward.open();
    let threads = format!("/proc/{}/task", running.process());
    let all_wait = || {
        std::fs::read_dir(&threads).unwrap().all(|thread| {
            let stat = std::fs::read_to_string(thread.unwrap().path().join("stat")).unwrap();
            stat.rsplit(')').next().unwrap().trim_start().starts_with('S')
        })
    };
    // How often its threads have run so far. What it has written only root could read.
    let runs = || -> u64 {
        let of = |thread: std::fs::DirEntry| {
            let status = std::fs::read_to_string(thread.path().join("status")).unwrap();
            let counts = status.lines().filter_map(|line| line.split_once("ctxt_switches:"));
            counts.map(|(_, count)| count.trim().parse::<u64>().unwrap()).sum::<u64>()
        };
        std::fs::read_dir(&threads).unwrap().map(|thread| of(thread.unwrap())).sum()
    };
    running.while_nobody_reads(|running| {
        // Each leaves the screen and comes back: far more than a line holds. Once that is full, and no thread has anything
        // to do any more and none runs any more, one of them waits for somebody to read. The signal may wake it, and it may
        // find room for a little more then: whoever ends the program gives the terminal back all the same.
        let before = runs();
        running.types(&"\x1a".repeat(3000));
        let (mut waited, mut last) = (0, before);
        let until = std::time::Instant::now() + std::time::Duration::from_secs(100);
        while waited < 10 {
            assert!(std::time::Instant::now() < until, "it does not hang");
            std::thread::sleep(std::time::Duration::from_millis(30));
            let now = runs();
            let hangs = running.is_full() && all_wait() && now > before && now == last;
            (waited, last) = (if hangs { waited + 1 } else { 0 }, now);
        }
        running.signals(Signal::TERM);
        assert_eq!(running.status(), 143);
    });
    assert_eq!(running.ends(), 143);
    assert!(running.is_cooked());
}

#[test]
fn after_a_hang_up_nothing_is_written() {
    let ward = Ward::new();
    let mut running = ward.open();
    let mark = running.mark();
    running.signals(Signal::HUP);
    assert_eq!(running.ends(), 129);
    assert_eq!(besides_frames(&running.since(mark)), "");
    // The control: what is written on leaving would be seen, after a frame that was cut short as well.
    for before in ["", "\x1b[?2026h\x1b[2Jhalf"] {
        assert_eq!(besides_frames(format!("{before}\x1b[?2026l\x1b[m{LEFT}").as_bytes()).matches(LEFT).count(), 1);
    }
}

/// What was written besides frames. One may have been on its way (the minute passes), and is cut short then.
fn besides_frames(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split("\x1b[?2026h");
    let before = parts.next().unwrap_or_default().to_owned();
    parts.fold(before, |sum, part| sum + part.split_once("\x1b[?2026l").map_or("", |(_, after)| after))
}

#[test]
fn a_dropped_line_ends_the_program() {
    let ward = Ward::new();
    let before = std::fs::read(ward.file()).unwrap();
    let mut running = ward.open();
    running.hangs_up();
    assert_eq!(running.ends(), 129);
    assert_eq!(std::fs::read(ward.file()).unwrap(), before);
}

#[test]
fn sleep_leaves_the_screen_and_waking_draws_it_again() {
    let ward = Ward::new();
    let script = "\"$@\"; echo asleep:$?; read go; fg >/dev/null; echo over:$?";
    let mut running = ward.opened(Start::with(&["ward.json"]).under_shell(script));
    running.types("\x1a");
    running.sees("asleep:");
    is_given_back(&running);
    let mark = running.mark();
    running.types("go\n");
    running.gets(mark, "\x1b[?1049h");
    running.sees("Rowan Ward");
    running.sees("Okafor".to_uppercase().as_str());
    running.types("q");
    running.sees("over:0");
    running.ends();
}

#[test]
fn sleep_where_nobody_could_wake_it_is_no_trap() {
    let ward = Ward::new();
    let mut running = ward.open();
    let mark = running.mark();
    running.types("\x1a");
    running.gets(mark, "\x1b[?1049h");
    running.sees("Rowan Ward");
    running.types("q");
    assert_eq!(running.ends(), 0);
}

#[test]
fn a_storm_of_sizes_ends_in_the_last_one() {
    let ward = Ward::new();
    let mut running = ward.open();
    for step in 0..200 {
        running.resizes(20 + step * 7 % 180, 5 + step * 3 % 55);
    }
    running.resizes(20, 5);
    running.sees_no("Rowan Ward");
    running.resizes(100, 30);
    running.sees("Rowan Ward");
    running.types("q");
    assert_eq!(running.ends(), 0);
}

#[test]
fn a_size_that_comes_back_is_drawn_whole() {
    let ward = Ward::new();
    let mut running = ward.open();
    running.sees("OKAFOR");
    let before = running.screen();
    let mark = running.mark();
    running.loses_its_screen();
    running.gets(mark, "OKAFOR");
    let words = |screen: &str| screen.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert_eq!(words(&running.screen()), words(&before));
    running.types("q");
    assert_eq!(running.ends(), 0);
}

#[test]
fn without_colour_the_words_are_the_same() {
    let ward = Ward::new();
    let screen = |start: Start| {
        let mut running = ward.opened(start);
        let screen = running.screen();
        running.types("q");
        running.ends();
        (screen, styles(&running.all()))
    };
    let (coloured, with) = screen(Start::with(&["ward.json"]));
    let (plain, without) = screen(Start::with(&["ward.json"]).env("NO_COLOR", "1"));
    let words = |screen: &str| screen.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert_eq!(words(&coloured), words(&plain));
    let is_colour = |code: &u8| (30..=49).contains(code) || (90..=107).contains(code);
    assert!(with.iter().any(is_colour), "the control: {with:?}");
    assert!(!without.iter().any(is_colour), "{without:?}");
    assert!(without.contains(&1), "bold stays: {without:?}");
}

/// The numbers of all style commands.
fn styles(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    text.split("\x1b[")
        .filter_map(|part| part.split_once('m'))
        .filter(|(codes, _)| codes.bytes().all(|b| b.is_ascii_digit() || b == b';'))
        .flat_map(|(codes, _)| codes.split(';').filter_map(|code| code.parse().ok()).collect::<Vec<_>>())
        .collect()
}

#[test]
fn a_plain_locale_gets_plain_ascii() {
    let ward = Ward::of(&[("Ó Súilleabháin", "Zoë")]);
    for locale in ["C", "POSIX", ""] {
        let mut running = ward.opened(Start::with(&["ward.json"]).env("LANG", locale));
        running.sees("<U+00EB>");
        running.types("q");
        assert_eq!(running.ends(), 0);
        assert!(running.all().is_ascii(), "LANG={locale}");
    }
}

#[test]
fn no_screen_is_said_in_one_line() {
    let ward = Ward::new();
    for term in ["dumb", ""] {
        let mut running = Start::with(&["ward.json"]).env("TERM", term).run(ward.home.path());
        assert_eq!(running.ends(), 2);
        let text = String::from_utf8(running.all()).unwrap();
        assert!(text.starts_with("wardround: ") && text.trim_end().lines().count() == 1, "{text:?}");
        assert!(!text.contains('\x1b'), "{text:?}");
    }
    let piped = Start::with(&["ward.json"]).under_shell("\"$@\" | cat").run(ward.home.path());
    piped.sees("needs a terminal");
}

#[test]
fn an_arrow_cut_in_two_is_one_key() {
    let ward = Ward::of(&[("Okafor", "Adaeze"), ("Briggs", "Thomas"), ("Mensah", "Kofi")]);
    let mut running = ward.open();
    let selected = |name: &'static str| move |line: &str| line.starts_with('>') && line.contains(name);
    running.sees_line("the first is selected", selected("OKAFOR"));
    // What comes more than 30 ms after an ESC is another key, and a busy host may hold up this test for so long: then it
    // is tried again. The list of keys shows that everything typed before it was taken.
    let is_one_key = |running: &mut Running| {
        running.types("\x1b");
        running.types("[B");
        running.types("?");
        running.sees(KEYS);
        running.types("\x1b");
        running.sees_no(KEYS);
        running.screen().lines().any(selected("BRIGGS"))
    };
    assert!((0..100).any(|_| is_one_key(&mut running)), "{}", running.screen());
    running.types("\x1b[");
    running.types("A");
    running.sees_line("the first is selected again", selected("OKAFOR"));
    running.types("q");
    assert_eq!(running.ends(), 0);
}

#[test]
fn nobody_there_leaves_no_patient_on_the_screen() {
    let ward = Ward::new();
    let mut running = ward.opened(Start::with(&["ward.json", "--blank-after", "1", "--leave-after", "10000"]));
    running.gets(0, "OKAFOR");
    running.sees("any key shows the ward again");
    let text = running.screen();
    for word in ["OKAFOR", "Adaeze", "Rowan", "999", "1988", "B0"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let blanked = String::from_utf8(running.all()).unwrap();
    let after = &blanked[blanked.rfind("\x1b[2J").unwrap()..];
    assert!(!after.contains("OKAFOR"), "{after:?}");
    // What wakes it does nothing else.
    let mark = running.mark();
    running.types("q");
    running.gets(mark, "OKAFOR");
}

#[test]
fn nobody_there_for_long_ends_it() {
    let ward = Ward::new();
    let mut running = ward.opened(Start::with(&["ward.json", "--blank-after", "1", "--leave-after", "2"]));
    assert_eq!(running.ends(), 0);
    is_given_back(&running);
    assert!(String::from_utf8(running.all()).unwrap().ends_with("without a key.\r\n"));
}

/// Opens a form by its key. A shared account, as root's is, is asked for initials first.
fn opens(running: &mut Running, key: &str, form: &str) {
    const WHO: &str = "Your initials:";
    running.types(key);
    running.sees_line("a form, or whose initials", |line| line.contains(form) || line.contains(WHO));
    if running.screen().contains(WHO) {
        running.types("tt\r");
        running.sees(form);
    }
}

/// Opens a blood count of the selected patient and types an ANC, up to its being read back.
fn reads_back(running: &mut Running, anc: &str) {
    opens(running, "a", "Blood count: type it");
    running.types(anc);
    running.sees_line("the ANC is typed", |line| line.contains("> ANC") && line.contains(anc));
    running.types("\r");
    running.sees("Save this?");
}

#[test]
fn open_move_add_a_result_see_it_in_the_file_quit() {
    let ward = Ward::of(&[("Okafor", "Adaeze"), ("Briggs", "Thomas")]);
    let mut running = ward.open();
    running.types("j");
    running.sees_line("the second is selected", |line| line.starts_with('>') && line.contains("BRIGGS"));
    reads_back(&mut running, "2.50");
    running.sees("BRIGGS, Thomas");
    assert!(ward.entries(1).is_empty(), "nothing is saved before it is confirmed");
    running.types("y");
    running.sees_no("NOT SAVED YET");
    let entries = ward.entries(1);
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!((entry["kind"].as_str(), entry["test"].as_str()), (Some("result"), Some("anc")));
    assert!(std::fs::read_to_string(ward.file()).unwrap().contains("2.50"), "the digits typed are the digits kept");
    assert!(ward.entries(0).is_empty());
    running.types("q");
    assert_eq!(running.ends(), 0);
    is_given_back(&running);
}

#[test]
fn one_line_names_a_patient_shows_what_it_means_and_is_read_back() {
    let ward = Ward::of(&[("Okafor", "Adaeze"), ("Briggs", "Thomas")]);
    let mut running = ward.open();
    opens(&mut running, ":", "About nobody yet");
    running.types("bri\tanc 2.50 yesterday 12:00");
    running.sees_line("the name is completed", |line| line.contains("> Line   briggs anc 2.50 yesterday 12:00"));
    running.sees("BRIGGS, Thomas");
    running.sees("What it would mean");
    assert!(ward.entries(1).is_empty());
    running.types("\r");
    running.sees("Save this?");
    running.types("y");
    running.sees_no("NOT SAVED YET");
    assert_eq!(ward.entries(1)[0]["test"].as_str(), Some("anc"));
    assert!(ward.entries(0).is_empty());
    running.types("q");
    assert_eq!(running.ends(), 0);
}

/// The demo ward of today, in a home of its own.
fn demo(settings: &str) -> (TempDir, Running) {
    let home = home();
    let config = home.path().join(".config/wardround");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("settings.toml"), settings).unwrap();
    let running = Start::with(&["demo"]).run(home.path());
    running.gets(0, "Demo Ward");
    (home, running)
}

#[test]
fn why_somebody_is_overdue_is_seen() {
    let (_home, mut running) = demo("");
    running.types("2j");
    running.sees_line("an overdue row is selected", |line| line.starts_with('>') && line.contains(" d late"));
    running.types("\r");
    running.sees(">3 Now and due");
    running.types("\r");
    running.sees("Why it is due");
    running.sees_line("the rule by its key", |line| line.contains('#'));
    running.sees("Source ");
    running.types("\x1b");
    running.sees(">3 Now and due");
}

#[test]
fn the_chart_is_seen_in_every_terminal() {
    for (term, locale, dots) in [
        ("xterm-256color", "C.UTF-8", true),
        ("xterm", "C", false),
        ("linux", "C.UTF-8", false),
        ("screen", "C.UTF-8", true),
    ] {
        let home = home();
        let mut running = Start::with(&["demo"]).env("TERM", term).env("LANG", locale).run(home.path());
        running.gets(0, "Demo Ward");
        running.types("\r2");
        running.sees("X lowest  v lower band");
        let shown = running.screen();
        assert_eq!(shown.contains('\u{2809}'), dots, "{term}: {shown}");
        assert!(locale != "C" || shown.is_ascii(), "{shown}");
    }
}

#[test]
fn what_if_shows_another_protocol_and_saves_nothing() {
    let (home, mut running) = demo("");
    let wards = home.path().join(".local/share/wardround/demo");
    let day = std::fs::read_dir(wards).unwrap().next().expect("the ward of today").unwrap();
    let file = day.path().join("ward.json");
    let before = std::fs::read(&file).unwrap();
    running.types("\rw");
    running.sees("NOT SAVED. 1 of 6");
    running.types("\x1b[C");
    running.sees("NOT SAVED. 2 of 6");
    running.types("\x1b");
    running.sees_no("NOT SAVED");
    running.types("q");
    assert_eq!(running.ends(), 0);
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_site_s_own_keys_and_contacts_are_on_the_screen() {
    let (_home, mut running) = demo(
        "theme = \"green\"\n[[contacts]]\nlabel = \"Haematology on call\"\nnumber = \"01632 960 111\"\n\
         [keys]\nwhat-if = \"x\"\n",
    );
    // The wrong one is said, and the ward is open all the same.
    running.sees_wrapped("theme: allowed:");
    running.types("\r");
    running.sees("x what-if");
    running.types("\r");
    running.sees("Haematology on call 01632 960 111");
    running.types("\x1b");
    running.sees("x what-if");
    running.types("x");
    running.sees("What if ");
}

/// Reads back what is typed, and saves it.
fn confirms(running: &mut Running) {
    running.types("\r");
    running.sees("Save this?");
    running.types("y");
    running.sees_no("NOT SAVED YET");
}

#[test]
fn a_change_of_bed_is_saved_with_what_was_there_and_taken_back() {
    let ward = Ward::of(&[("Okafor", "Adaeze"), ("Briggs", "Thomas")]);
    let mut running = ward.open();
    opens(&mut running, "F", "The patient's own fields: type it");
    running.types("C1");
    running.sees_line("the new bed", |line| line.contains("> Bed") && line.contains("C1"));
    confirms(&mut running);
    let change = &ward.entries(0)[0];
    assert_eq!(
        (change["kind"].as_str(), change["from"].as_str(), change["to"].as_str()),
        (Some("change"), Some("B0"), Some("C1"))
    );
    assert_eq!(ward.read()["patients"][0]["bed"].as_str(), Some("C1"));
    running.types("u");
    running.sees("Take back: type it");
    running.types("wrong bed");
    running.sees_line("the reason is typed", |line| line.contains("wrong bed"));
    confirms(&mut running);
    assert_eq!(ward.read()["patients"][0]["bed"].as_str(), Some("B0"));
    assert_eq!(ward.entries(0)[1]["kind"].as_str(), Some("void"), "nothing is ever removed");
    running.types("q");
    assert_eq!(running.ends(), 0);
}

#[test]
fn a_low_count_opens_a_notice_is_sent_again_and_typed_again() {
    let ward = Ward::new();
    let mut running = ward.open();
    reads_back(&mut running, "0.40");
    running.types("y");
    running.sees("Needs somebody now");
    running.types("r");
    running.sees("Repeat FBC sent: the count may be falsely low");
    confirms(&mut running);
    let kinds = |ward: &Ward| -> Vec<String> {
        ward.entries(0).iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&ward), ["result", "sample", "acknowledge"]);
    // The same count typed again: the first entry of the history from the end.
    running.types("\r");
    running.sees("History, every entry");
    running.types("6G");
    running.sees_line("the count is selected", |line| line.starts_with('>') && line.contains("ANC 0.40"));
    running.types("e");
    running.sees("Change an entry: type it");
    running.types("2.40\t\t");
    running.sees("> Why it is changed");
    running.types("misheard");
    running.sees_line("the reason is typed", |line| line.contains("misheard"));
    confirms(&mut running);
    let entries = ward.entries(0);
    assert_eq!(kinds(&ward)[3..], ["void", "result"]);
    assert_eq!((entries[0]["value"].as_f64(), entries[4]["value"].as_f64()), (Some(0.4), Some(2.4)));
}

#[test]
fn the_ward_sheet_saves_everybody_in_one_go() {
    let ward = Ward::of(&[("Okafor", "Adaeze"), ("Briggs", "Thomas")]);
    let mut running = ward.open();
    opens(&mut running, "A", "Entry sheet 2");
    running.types("t\ty");
    running.sees("2 typed");
    running.types("\r");
    running.sees("Save all of this?");
    assert!(ward.entries(0).is_empty() && ward.entries(1).is_empty());
    running.types("y");
    running.sees_no("NOT SAVED YET");
    for patient in [0, 1] {
        assert_eq!(ward.entries(patient)[0]["list"].as_str(), Some("constipation"));
    }
}

#[test]
fn keys_typed_ahead_confirm_nothing() {
    let ward = Ward::new();
    let mut running = ward.open();
    opens(&mut running, "a", "Blood count: type it");
    running.types("1.32\ry\ryy\x1b[200~y\ny\x1b[201~");
    running.sees("Save this?");
    // A key after it is taken: it goes back to the form, which would be closed if it had been saved.
    running.types("\x1b");
    running.sees("Blood count: type it");
    assert!(ward.entries(0).is_empty());
    running.types("\r");
    running.sees("Save this?");
    running.types("y");
    running.sees_no("NOT SAVED YET");
    assert_eq!(ward.entries(0).len(), 1, "the control: the same keys, once the question is there");
}

#[test]
fn a_pasted_line_end_submits_nothing() {
    let ward = Ward::new();
    let mut running = ward.open();
    opens(&mut running, "a", "Blood count: type it");
    let mark = running.mark();
    running.pastes("1.32\r\ny\ny\n");
    running.types("\t");
    running.sees("> WBC");
    let text = without_commands(&running.since(mark));
    assert!(!text.contains("Save this?"), "{text}");
    assert!(ward.entries(0).is_empty());
}

#[test]
fn a_line_dropped_in_a_save_leaves_a_whole_file() {
    for _ in 0..5 {
        let ward = Ward::new();
        let mut running = ward.open();
        reads_back(&mut running, "2.50");
        running.types("y");
        running.hangs_up();
        assert_eq!(running.ends(), 129);
        let entries = ward.entries(0);
        assert!(entries.len() <= 1, "{entries:?}");
    }
}

#[test]
fn a_form_that_is_not_saved_leaves_nothing_when_the_program_is_ended() {
    let ward = Ward::new();
    let before = std::fs::read(ward.file()).unwrap();
    let mut running = ward.open();
    reads_back(&mut running, "1.32");
    running.signals(Signal::TERM);
    assert_eq!(running.ends(), 143);
    is_given_back(&running);
    assert_eq!(std::fs::read(ward.file()).unwrap(), before);
}

/// A ward of 100 kB whose program may write files of at most so many half kilobytes.
fn limited(blocks: u32) -> (Ward, Running) {
    let ward = Ward::new();
    ward.write(&[("Okafor", "Adaeze")], &"x".repeat(100_000));
    let script = format!("ulimit -f {blocks}; exec \"$@\"");
    let mut running = ward.opened(Start::with(&["ward.json"]).under_shell(&script));
    reads_back(&mut running, "2.50");
    running.types("y");
    (ward, running)
}

#[test]
fn a_full_disk_says_what_is_true() {
    // The journal has room and the file has not: it is saved, and says where.
    let (ward, mut running) = limited(100);
    running.sees("Saved in journal");
    running.sees("not enter it again.");
    assert!(ward.entries(0).is_empty());
    running.types("q");
    running.ends();
    let again = ward.open();
    again.sees("recovered");
    // Neither has: nothing is saved, and the form keeps what was typed.
    let (ward, running) = limited(0);
    running.sees("NOT SAVED");
    running.sees("2.50");
    assert!(ward.entries(0).is_empty());
}

#[test]
fn what_others_save_is_shown() {
    let ward = Ward::new();
    let running = ward.open();
    ward.write(&[("Okafor", "Adaeze"), ("Briggs", "Thomas")], "");
    running.sees("BRIGGS");
}

#[test]
fn hostile_names_do_nothing() {
    let hostile = ["\u{1b}]52;\u{7}", "\u{9b}2J", "\u{202e}", "\r\n\u{7f}"];
    let marks = ["‹U+001B›]52;‹U+0007›", "‹U+009B›2J", "‹U+202E›", "‹U+000D›‹U+000A›‹U+007F›"];
    let names: Vec<_> = hostile.iter().map(|hostile| format!("Oka{hostile}for")).collect();
    let names: Vec<_> = names.iter().map(|name| (name.as_str(), "Adaeze")).collect();
    let ward = Ward::of(&names);
    let mut running = ward.opened(Start::with(&["ward.json"]).size(120, 40));
    for mark in marks {
        running.sees(&format!("OKA{mark}FOR,"));
    }
    running.types("\r");
    running.sees("History, every entry");
    running.types("\x1bq");
    assert_eq!(running.ends(), 0);
    is_inert(&without_commands(&running.all()), &["\r\n"]);
}

#[test]
#[cfg(target_os = "linux")]
fn the_process_keeps_what_it_holds_to_itself() {
    let ward = Ward::new();
    let running = ward.open();
    let of = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", running.process())).unwrap();
    assert!(of("status").lines().any(|line| line.split_whitespace().eq(["Umask:", "0007"])));
    let core = of("limits").lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    // Nor can another program of the same user look into it, as it can into any other. Root can.
    if !rustix::process::geteuid().is_root() {
        let mut other = std::process::Command::new("sleep").arg("100").spawn().unwrap();
        let looks_into = |process: u32| std::fs::read(format!("/proc/{process}/environ")).map_err(|error| error.kind());
        let (own, others) = (looks_into(running.process()), looks_into(other.id()));
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(own, Err(std::io::ErrorKind::PermissionDenied));
        assert!(others.is_ok(), "the control: {others:?}");
    }
}

#[path = "terminal/rounds.rs"]
mod rounds;
#[path = "terminal/trial.rs"]
mod trial;
