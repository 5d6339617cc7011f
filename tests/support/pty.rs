//! The real program on a real pseudo-terminal: keys in, and what a terminal makes of the bytes that come out.
//!
//! Nothing here sleeps for a fixed time: everything waits until something is so, and fails after [`PATIENCE`]. As on a
//! terminal that knows synchronised output, no half frame is ever seen, in however many pieces it comes.
// A test that cannot go on fails; not every test uses all of this.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, dead_code)]

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal};

/// How long something may take before the test fails. Only a failing test takes so long. Shorter than the time after
/// which the screen is blanked.
const PATIENCE: Duration = Duration::from_secs(100);

/// What begins and ends a frame.
const FRAME: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// How the program is started: in an empty environment, with a home of its own.
pub struct Start {
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    shell: Option<String>,
    program: PathBuf,
    columns: u16,
    rows: u16,
}

impl Start {
    /// The program with these arguments, on a UTF-8 terminal of 80x24 with colours.
    pub fn with(arguments: &[&str]) -> Self {
        Self {
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            environment: [("TERM", "xterm-256color"), ("LANG", "C.UTF-8")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            shell: None,
            program: env!("CARGO_BIN_EXE_wardround").into(),
            columns: 80,
            rows: 24,
        }
    }

    /// Sets a variable; an empty value takes it away.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(set, _)| set != name);
        if !value.is_empty() {
            self.environment.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Another size of the terminal.
    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        (self.columns, self.rows) = (columns, rows);
        self
    }

    /// Has a shell with job control start it: in the script `"$@"` is the program with its arguments.
    pub fn under_shell(mut self, script: &str) -> Self {
        self.shell = Some(script.to_owned());
        self
    }

    /// Has tmux run it: what is typed and what is seen goes through tmux, whose socket and settings are in a folder of
    /// their own in this one. A socket that was used before may still be that of a server which is about to end: who
    /// comes then is turned away.
    ///
    /// Its only settings are that the program has all lines, and that tmux ends with who looks at it.
    pub fn inside_tmux(self, folder: &Path) -> Self {
        let own = tempfile::Builder::new().prefix("").rand_bytes(4).tempdir_in(folder).expect("a folder").keep();
        let (socket, settings) = (own.join("tmux"), own.join("tmux.conf"));
        std::fs::write(&settings, "set -g status off\nset -g destroy-unattached on\n").expect("settings of tmux");
        let (socket, settings) = (socket.display(), settings.display());
        self.under_shell(&format!("exec tmux -S '{socket}' -f '{settings}' new-session \"$@\""))
    }

    /// Another program in its place.
    pub fn program(mut self, program: PathBuf) -> Self {
        self.program = program;
        self
    }

    /// Starts it.
    pub fn run(self, home: &Path) -> Running {
        let size = PtySize { rows: self.rows, cols: self.columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let program = &self.program;
        let mut command = match &self.shell {
            None => CommandBuilder::new(program),
            Some(script) => {
                let mut shell = CommandBuilder::new("/bin/sh");
                shell.args(["-m", "-c", script, "sh"]);
                shell.arg(program);
                shell
            }
        };
        command.args(&self.arguments);
        command.env_clear();
        command.env("HOME", home);
        command.cwd(home);
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let name = pair.master.tty_name().expect("a name");
        let seen = Arc::new((Mutex::new(Seen::new(self.columns, self.rows)), Condvar::new()));
        let reader = read(pair.master.try_clone_reader().expect("a reader"), Arc::clone(&seen));
        let writer = pair.master.take_writer().expect("a writer");
        Running { child, ended: None, seen, name, line: Some(Line { master: pair.master, writer, reader }) }
    }
}

/// Everything that came out so far.
struct Seen {
    /// What is on the screen or was, up to the end of the last whole frame.
    bytes: Vec<u8>,
    /// The beginning of a frame whose end has not come.
    held: Vec<u8>,
    screen: vt100::Parser,
    /// Nothing more will come.
    over: bool,
    /// The test hangs up: the reader lets go.
    let_go: bool,
}

impl Seen {
    fn new(columns: u16, rows: u16) -> Self {
        let screen = vt100::Parser::new(rows, columns, 0);
        Self { bytes: Vec::new(), held: Vec::new(), screen, over: false, let_go: false }
    }

    /// Shows what came, up to the beginning of a frame that is not yet whole; at the end, everything.
    fn takes(&mut self, bytes: &[u8], over: bool) {
        self.held.extend_from_slice(bytes);
        let whole = if over { self.held.len() } else { whole_frames(&self.held) };
        let shown: Vec<u8> = self.held.drain(..whole).collect();
        self.screen.process(&shown);
        self.bytes.extend(shown);
        self.over = over;
    }
}

/// How many bytes there are before a frame that is not whole, or may be about to begin.
fn whole_frames(bytes: &[u8]) -> usize {
    let (from, to) = FRAME;
    let last = |wanted: &[u8]| bytes.windows(wanted.len()).rposition(|part| part == wanted);
    match last(from) {
        Some(begun) if last(to).is_none_or(|ended| ended < begun) => begun,
        _ => (1..from.len())
            .rev()
            .find(|count| bytes.ends_with(&from[..*count]))
            .map_or(bytes.len(), |count| bytes.len() - count),
    }
}

type Shared = Arc<(Mutex<Seen>, Condvar)>;

fn read(mut from: Box<dyn Read + Send>, seen: Shared) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = [0; 1 << 14];
        loop {
            let count = match from.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read.unwrap_or(0),
            };
            let mut seen_now = seen.0.lock().unwrap();
            let over = count == 0 || seen_now.let_go;
            seen_now.takes(&buffer[..count], over);
            seen.1.notify_all();
            if seen_now.over {
                break;
            }
        }
    })
}

/// The test's end of the line.
struct Line {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    reader: JoinHandle<()>,
}

/// The program while it runs. Dropping it ends it.
pub struct Running {
    child: Box<dyn Child + Send + Sync>,
    ended: Option<u32>,
    seen: Shared,
    name: PathBuf,
    line: Option<Line>,
}

impl Running {
    /// Types something.
    pub fn types(&mut self, keys: &str) {
        let line = self.line.as_mut().expect("the line is up");
        line.writer.write_all(keys.as_bytes()).unwrap();
        line.writer.flush().unwrap();
    }

    /// Pastes something, as a terminal does.
    pub fn pastes(&mut self, text: &str) {
        self.types(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Waits until the screen shows a text.
    pub fn sees(&self, text: &str) {
        self.waits(&format!("the screen shows {text:?}"), |seen| seen.screen.screen().contents().contains(text));
    }

    /// Waits until the screen shows a text, wherever its lines end: what stands before it may be of any length.
    pub fn sees_wrapped(&self, text: &str) {
        let flat = |text: &str| text.split_whitespace().collect::<String>();
        self.waits(&format!("the screen shows {text:?}"), |seen| {
            flat(&seen.screen.screen().contents()).contains(&flat(text))
        });
    }

    /// Waits until the screen no longer shows a text.
    pub fn sees_no(&self, text: &str) {
        self.waits(&format!("the screen no longer shows {text:?}"), |seen| {
            !seen.screen.screen().contents().contains(text)
        });
    }

    /// Waits until these bytes have come since a mark, whether or not they are still on the screen.
    pub fn gets(&self, mark: usize, bytes: &str) {
        self.waits(&format!("the terminal gets {bytes:?}"), |seen| {
            String::from_utf8_lossy(&seen.bytes[mark..]).contains(bytes)
        });
    }

    /// Waits until a line of the screen is as wanted.
    pub fn sees_line(&self, what: &str, wanted: impl Fn(&str) -> bool) {
        self.waits(what, |seen| seen.screen.screen().contents().lines().any(&wanted));
    }

    /// The screen's text now.
    pub fn screen(&self) -> String {
        self.seen().screen.screen().contents()
    }

    /// How many bytes have come: a mark for [`Running::since`].
    pub fn mark(&self) -> usize {
        self.seen().bytes.len()
    }

    /// The bytes that have come since a mark.
    pub fn since(&self, mark: usize) -> Vec<u8> {
        self.seen().bytes[mark..].to_vec()
    }

    /// All bytes that have come.
    pub fn all(&self) -> Vec<u8> {
        self.since(0)
    }

    /// Makes the terminal another size.
    pub fn resizes(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.seen().screen.screen_mut().set_size(rows, columns);
        self.line.as_ref().expect("the line is up").master.resize(size).unwrap();
    }

    /// Makes the terminal tiny and as large as it was, faster than the program can look: what stood on it is gone.
    pub fn loses_its_screen(&mut self) {
        {
            let mut seen = self.seen();
            let screen = seen.screen.screen_mut();
            let (rows, columns) = screen.size();
            screen.set_size(1, 1);
            screen.set_size(rows, columns);
        }
        self.signals(Signal::WINCH);
    }

    /// Sends a signal to the program (or the shell above it).
    pub fn signals(&self, signal: Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    /// Hangs up: every file that the test has open on its end of the line is closed.
    pub fn hangs_up(&mut self) {
        let line = self.line.take().expect("the line is up");
        self.seen().let_go = true;
        // The reader waits in a read; a byte from the other side wakes it.
        self.other_side().write_all(b" ").unwrap();
        line.reader.join().unwrap();
        drop(line.writer);
        drop(line.master);
    }

    /// Whether the terminal echoes and edits lines: as it was before the program came.
    pub fn is_cooked(&self) -> bool {
        use rustix::termios::LocalModes;
        let modes = rustix::termios::tcgetattr(self.other_side()).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Whether a write would wait until somebody reads, as one that waits already makes every other wait.
    pub fn is_full(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let other_side = self.other_side();
        let mut polled = [PollFd::new(&other_side, PollFlags::OUT)];
        poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() == 0
    }

    /// Does something while nobody reads what the program writes.
    pub fn while_nobody_reads(&mut self, act: impl FnOnce(&mut Self)) {
        let seen = Arc::clone(&self.seen);
        let _held = seen.0.lock().unwrap();
        act(self);
    }

    /// Waits until the program has ended, and gives its status.
    pub fn status(&mut self) -> u32 {
        let until = Instant::now() + PATIENCE;
        while !self.is_over() {
            assert!(Instant::now() < until, "the program does not end");
            thread::sleep(Duration::from_millis(5));
        }
        self.ended.unwrap()
    }

    /// Whether the program has ended.
    pub fn is_over(&mut self) -> bool {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().unwrap().map(|status| status.exit_code());
        }
        self.ended.is_some()
    }

    /// Waits until the program has ended and everything that it wrote has come, and gives its status.
    pub fn ends(&mut self) -> u32 {
        let status = self.status();
        if self.line.is_some() {
            self.waits("everything has come", |seen| seen.over);
        }
        status
    }

    fn other_side(&self) -> File {
        use std::os::unix::fs::OpenOptionsExt;
        let no_controlling_terminal = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
        OpenOptions::new().read(true).write(true).custom_flags(no_controlling_terminal).open(&self.name).unwrap()
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process()).unwrap()).unwrap()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap()
    }

    fn waits(&self, what: &str, so: impl Fn(&Seen) -> bool) {
        if let Err((why, screen)) = self.wait(so) {
            panic!("{why}: {what}. The screen:\n{screen}");
        }
    }

    /// Waits; in vain: why, and what the screen shows.
    fn wait(&self, so: impl Fn(&Seen) -> bool) -> Result<(), (&'static str, String)> {
        let until = Instant::now() + PATIENCE;
        let mut seen = self.seen();
        while !so(&seen) {
            let left = until.saturating_duration_since(Instant::now());
            let screen = || seen.screen.screen().contents();
            if seen.over {
                return Err(("the program ended before", screen()));
            }
            if left.is_zero() {
                return Err(("not in time", screen()));
            }
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
