//! Nothing of a patient leaves the ward's own files: not on a panic, not into another file, not over a network.
// A test that cannot go on fails; ward files are made, and traces read, on the disk.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

#[path = "support/host.rs"]
mod host;
#[path = "support/inert.rs"]
mod inert;
#[path = "support/pty.rs"]
mod pty;

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use inert::{is_inert, without_commands};
use pty::Start;
use ratatui::text::Line;
use tempfile::TempDir;
use wardround::tui::terminal::{self, Terminal};

/// Stands in every text of the ward, and nowhere else.
const CANARY: &str = "CANARY7f3a";

/// What leaving the terminal writes, from its clearing on.
const LEFT: &str = "\x1b[2J\x1b[H\x1b[?25h\x1b[?2004l\x1b[?1049l";

/// The name of the test that a test on a terminal starts again, to panic there.
const HELPER: &str = "WARDROUND_PRIVACY_HELPER";

/// A home with a ward in a folder of its own.
fn home() -> TempDir {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let folder = home.path().join("ward");
    fs::create_dir(&folder).unwrap();
    let ward = serde_json::json!({
        "format": "wardround/1",
        "ward": { "name": "Rowan Ward", "time_zone": "Europe/London" },
        "patients": [{
            "id": format!("p{CANARY}"), "name": { "family": CANARY, "given": CANARY }, "bed": "B3",
            "identifiers": [{ "system": "mrn", "value": CANARY }],
            "entries": [{ "id": "n", "kind": "note", "at": "2026-11-20", "text": CANARY }],
        }],
    });
    fs::write(folder.join("ward.json"), ward.to_string()).unwrap();
    fs::set_permissions(folder.join("ward.json"), fs::Permissions::from_mode(0o600)).unwrap();
    home
}

/// Not a test of its own: what [`a_panic_gives_the_terminal_back_and_says_nothing`] starts on a terminal. It takes the
/// terminal as the program does, shows a patient, and fails with a patient's name in its words.
#[test]
fn helper() {
    let Ok(how) = std::env::var(HELPER) else { return };
    terminal::protect_process();
    terminal::guard_against_panics();
    let mut screen = Terminal::enter(terminal::capabilities().unwrap()).unwrap();
    screen.draw(|frame| frame.render_widget(Line::raw(format!("on the screen: {CANARY}")), frame.area())).unwrap();
    let mut line = String::new();
    while !line.contains('x') {
        io::stdin().read_line(&mut line).unwrap();
    }
    let fails = move || panic!("{CANARY} cannot be read");
    if how == "thread" {
        let _ = std::thread::spawn(fails).join();
        std::process::exit(101);
    }
    let _ = std::panic::catch_unwind(fails);
    std::process::exit(101);
}

#[test]
fn a_panic_gives_the_terminal_back_and_says_nothing() {
    for how in ["main", "thread"] {
        let home = tempfile::tempdir().unwrap();
        let start = Start::with(&["--exact", "helper", "--nocapture", "--test-threads=1"]);
        let start = start.program(std::env::current_exe().unwrap()).env(HELPER, how).env("RUST_BACKTRACE", "full");
        let mut running = start.run(home.path());
        running.sees(CANARY);
        assert!(!running.is_cooked(), "the control: the terminal was taken");
        let mark = running.mark();
        running.types("x");
        assert_eq!(running.ends(), 101);
        assert!(running.is_cooked());
        let after = String::from_utf8(running.since(mark)).unwrap();
        assert!(after.contains(LEFT), "{after:?}");
        let (_, said) = after.split_once(LEFT).unwrap();
        assert!(said.contains("wardround: stopped by a fault of its own (fault tests/privacy.rs:"), "{said:?}");
        assert!(said.contains("What was saved is safe."), "{said:?}");
        assert!(!said.contains(CANARY) && said.trim().lines().count() == 1, "{said:?}");
        assert!(!running.screen().contains(CANARY), "{}", running.screen());
    }
}

/// A whole session: looking, finding, entering, saving, leaving.
fn session(start: Start, home: &Path) -> pty::Running {
    let mut running = start.run(home);
    running.sees(CANARY);
    running.types("/can\x1b");
    running.types("o");
    running.sees_line("the form, or whose it is", |line| {
        line.contains("Note: type it") || line.contains("Who is typing?")
    });
    if running.screen().contains("Who is typing?") {
        running.types("AO\r");
    }
    running.sees("Note: type it");
    running.types("sleeps\r");
    running.sees("Save this?");
    running.types("\r");
    running.sees_no("NOT SAVED YET");
    running.types("?");
    running.types("\x1bq");
    running
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

#[test]
fn a_session_leaves_nothing_of_a_patient_outside_the_ward() {
    let home = home();
    let mut running = session(Start::with(&["ward/ward.json"]), home.path());
    assert_eq!(running.ends(), 0);
    let (mut inside, mut outside) = (0, 0);
    for path in files(home.path()) {
        let has = String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(CANARY);
        let ward = path.starts_with(home.path().join("ward"));
        assert!(ward || !has, "{}", path.display());
        inside += usize::from(ward && has);
        outside += usize::from(!ward);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o007, 0, "{} is open to others: {mode:o}", path.display());
    }
    assert!(inside >= 2, "the control: file and journal hold it");
    assert!(outside >= 1, "the control: the program keeps a note of the file last opened");
    let bytes = String::from_utf8(running.all()).unwrap();
    let (_, after) = bytes.split_once(LEFT).expect("it left");
    assert!(!without_commands(after.as_bytes()).contains(CANARY), "{after:?}");
    is_inert(&without_commands(bytes.as_bytes()), &["\r\n"]);
}

#[test]
#[cfg(target_os = "linux")]
fn arguments_and_environment_hold_nothing_of_a_patient() {
    let home = home();
    let running = Start::with(&["ward/ward.json"]).run(home.path());
    running.sees(CANARY);
    let of = |name: &str| fs::read(format!("/proc/{}/{name}", running.process())).unwrap_or_default();
    for name in ["cmdline", "environ", "comm"] {
        assert!(!String::from_utf8_lossy(&of(name)).contains(CANARY), "{name}");
    }
    assert!(String::from_utf8_lossy(&of("cmdline")).contains("ward.json"), "the control");
    let title = String::from_utf8_lossy(&running.all()).contains("\x1b]");
    assert!(!title, "no title is set");
}

/// What is wrong in a trace of `strace -ff -y`: a file opened for writing elsewhere than here, or a way out to a network.
fn wrong(trace: &str, allowed: &[PathBuf]) -> Vec<String> {
    let is_wrong = |line: &&str| {
        if line.contains("socket(") {
            return !line.contains("socket(AF_UNIX");
        }
        let opens = ["open(", "openat(", "creat("].iter().any(|call| line.contains(call));
        let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "creat("].iter().any(|flag| line.contains(flag));
        let failed = line.contains(" = -1 ");
        opens && writes && !failed && !opened(line).is_some_and(|path| allowed.iter().any(|one| path.starts_with(one)))
    };
    trace.lines().filter(is_wrong).map(str::to_owned).collect()
}

/// The path that a call opened: `-y` names it after the descriptor that it gave.
fn opened(line: &str) -> Option<PathBuf> {
    let (_, result) = line.rsplit_once(" = ")?;
    let (_, path) = result.split_once('<')?;
    Some(path.trim_end_matches(['>', '\n', ' ']).split('>').next()?.into())
}

#[test]
fn nothing_is_written_elsewhere_and_no_network_is_used() {
    if let Some(why) = host::cannot_trace() {
        let _ = writeln!(io::stderr(), "skipped: {why}");
        return;
    }
    let home = home();
    // A file for each thread: in one file a call that is cut short by another thread's is written in two pieces.
    let traces = tempfile::tempdir().unwrap();
    let calls = "trace=open,openat,creat,socket,connect";
    let script = format!("exec strace -ff -y -qq -e {calls} -o {}/of \"$@\"", traces.path().display());
    let mut running = session(Start::with(&["ward/ward.json"]).under_shell(&script), home.path());
    assert_eq!(running.ends(), 0);
    let trace: String = files(traces.path()).iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let real = home.path().canonicalize().unwrap();
    let mut allowed: Vec<PathBuf> =
        ["ward", ".local/state", ".local/share", ".config"].map(|name| real.join(name)).to_vec();
    allowed.extend(["/dev/tty", "/dev/pts", "/dev/null"].map(PathBuf::from));
    assert_eq!(wrong(&trace, &allowed), Vec::<String>::new());
    assert!(trace.lines().any(|line| line.contains("O_APPEND") && line.contains("journal-")), "the control:\n{trace}");
    // The control: what it looks for would be seen.
    for bad in [
        r#"7 openat(AT_FDCWD</home>, "/tmp/x", O_WRONLY|O_CREAT|O_EXCL, 0600) = 5</tmp/x>"#,
        r"7 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 5<TCP:[99]>",
    ] {
        assert_eq!(wrong(bad, &allowed).len(), 1, "{bad}");
    }
}
