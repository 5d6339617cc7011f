//! The terminal: taking it, giving it back in every circumstance, and one write a frame in between.
//!
//! What is taken: the alternate screen, raw mode, bracketed paste. No mouse (people select text over SSH), no title, no
//! clipboard, no queries. Giving back clears the alternate screen first, so that no patient is left on it.
mod elevated;
mod environment;
mod output;

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ratatui::Frame;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::Signal;
use rustix::termios::{OptionalActions, QueueSelector, SpecialCodeIndex, Termios};

pub use elevated::is_elevated;
pub use environment::{Capabilities, NoScreen};
pub use output::{Device, Output};

/// Alternate screen, bracketed paste, no cursor, no style, empty.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[m\x1b[2J\x1b[H";

/// Ends a frame that may have been cut short, clears, and undoes [`ENTER`] from its end to its start.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[2J\x1b[H\x1b[?25h\x1b[?2004l\x1b[?1049l";

/// The modes to give back. Apart from [`TTY`], so that they can be given back while a write hangs.
static COOKED: Mutex<Option<Termios>> = Mutex::new(None);

/// Where frames go while the terminal is ours. Whoever writes to it holds the lock.
static TTY: Mutex<Option<OwnedFd>> = Mutex::new(None);

/// Somebody is ending the program: the terminal is not taken again.
static OVER: AtomicBool = AtomicBool::new(false);

/// The terminal has hung up: nothing is written to it any more.
static GONE: AtomicBool = AtomicBool::new(false);

/// A thread that panicked leaves these in order: what is in them is replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the terminal can show, if there is one on standard input and output.
///
/// # Errors
/// [`NoScreen`]: say so and exit with status 2.
pub fn capabilities() -> Result<Capabilities, NoScreen> {
    if !rustix::termios::isatty(io::stdin()) || !rustix::termios::isatty(io::stdout()) {
        return Err(NoScreen::NoTerminal);
    }
    environment()
}

/// What the environment says that the terminal can do, whether or not there is one.
///
/// # Errors
/// [`NoScreen::Dumb`].
#[allow(clippy::disallowed_methods)] // this room reads the environment
pub fn environment() -> Result<Capabilities, NoScreen> {
    Capabilities::from_environment(|name| std::env::var(name).ok())
}

/// Whether the terminal has no braille characters, for all that its locale says.
#[allow(clippy::disallowed_methods)] // this room reads the environment
pub fn lacks_dots() -> bool {
    environment::lacks_dots(|name| std::env::var(name).ok())
}

/// The terminal while it is ours. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Terminal {
    library: ratatui::Terminal<Output<Tty>>,
}

impl Terminal {
    /// Takes the terminal. Everything that can fail is to be done before.
    ///
    /// # Errors
    /// The terminal is gone or does not do as it is told.
    pub fn enter(capabilities: Capabilities) -> io::Result<Self> {
        let library = ratatui::Terminal::new(Output::new(Tty, capabilities))?;
        let terminal = Self { library };
        take()?;
        Ok(terminal)
    }

    /// Draws a frame: one write, or none if nothing changed.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.library.draw(view).map(|_| ())
    }

    /// Really clears the screen: the next frame is drawn whole.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        self.library.clear()
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.library.size().map_or((80, 24), |size| (size.width, size.height))
    }

    /// Gives the terminal back and sleeps until somebody wakes the program (`fg`), then takes it again. Under a parent
    /// that could not wake it, the system ignores the signal and this returns at once.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // The whole group, as the terminal's own Ctrl-Z does: a wrapper script sleeps along.
        rustix::process::kill_current_process_group(Signal::TSTP)?;
        self.resume()
    }

    /// Takes the terminal again after the program was stopped by somebody else, and forgets what was on it.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        if lock(&TTY).is_none() || !is_raw() {
            take()?;
        }
        self.library.backend_mut().forget();
        self.library.clear()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// The file descriptor behind the frames.
#[derive(Debug)]
pub struct Tty;

impl Device for Tty {
    fn size(&self) -> Option<(u16, u16)> {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
        (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
    }

    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        let tty = lock(&TTY);
        write_all(tty.as_ref(), frame)
    }
}

/// Writes to the terminal while it is ours and has not hung up.
fn write_all(tty: Option<&OwnedFd>, mut bytes: &[u8]) -> io::Result<()> {
    let tty = tty.ok_or(io::ErrorKind::NotConnected)?;
    while !bytes.is_empty() {
        if GONE.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        match rustix::io::write(tty, bytes) {
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            // Another program left the terminal in a mode in which a full one does not wait.
            Err(Errno::AGAIN) => wait_for_room(tty)?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn wait_for_room(tty: &OwnedFd) -> io::Result<()> {
    match poll(&mut [PollFd::new(tty, PollFlags::OUT)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Sets raw mode and writes [`ENTER`], remembering what to give back. Whoever ends the program meanwhile finds all of it
/// done, or none.
fn take() -> io::Result<()> {
    let tty = io::stdout().as_fd().try_clone_to_owned()?;
    // This changes nothing. In the background it stops the program: here, where it holds no lock that whoever ends the
    // program may wait for.
    rustix::termios::tcsetattr(io::stdin(), OptionalActions::Now, &rustix::termios::tcgetattr(io::stdin())?)?;
    let mut held = lock(&TTY);
    {
        let mut cooked = lock(&COOKED);
        if OVER.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::NotConnected.into());
        }
        let now = rustix::termios::tcgetattr(io::stdin())?;
        let raw = raw(cooked.get_or_insert(now));
        rustix::termios::tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
    }
    write_all(Some(held.insert(tty)), ENTER)
}

/// No echo, no signals from keys, no line editing; a read never waits, since whoever reads has polled before.
fn raw(cooked: &Termios) -> Termios {
    let mut raw = cooked.clone();
    raw.make_raw();
    raw.special_codes[SpecialCodeIndex::VMIN] = 0;
    raw.special_codes[SpecialCodeIndex::VTIME] = 0;
    raw
}

/// Whether the terminal still has the modes that we gave it; a shell changes them while we are stopped.
fn is_raw() -> bool {
    use rustix::termios::LocalModes;
    rustix::termios::tcgetattr(io::stdin())
        .is_ok_and(|now| !now.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO))
}

/// Gives the terminal back, from whatever thread and however often. Nothing is printed and no error matters: the
/// terminal may be dead. May wait for a write that hangs, but only after the modes are back.
pub(super) fn give_back() {
    if GONE.load(Ordering::SeqCst) {
        return;
    }
    if let Some(cooked) = lock(&COOKED).take() {
        // Keys that were typed ahead were meant for a form, not for the shell.
        let _ = rustix::termios::tcflush(io::stdin(), QueueSelector::IFlush);
        let _ = rustix::termios::tcsetattr(io::stdin(), OptionalActions::Now, &cooked);
    }
    let mut held = lock(&TTY);
    if let Some(tty) = held.take() {
        let _ = write_all(Some(&tty), LEAVE);
    }
}

/// As [`give_back`], and the terminal is not taken again: the program ends.
pub(super) fn give_back_for_good() {
    OVER.store(true, Ordering::SeqCst);
    give_back();
}

/// The terminal has hung up: from now on nothing is written to it.
pub(super) fn hung_up() {
    GONE.store(true, Ordering::SeqCst);
}

/// Whether the terminal has hung up.
pub(super) fn is_gone() -> bool {
    GONE.load(Ordering::SeqCst)
}

/// Makes a panic give the terminal back, if it is ours, and say where it happened, and nothing of what the program held:
/// a panic's own words may quote a name.
pub fn guard_against_panics() {
    std::panic::set_hook(Box::new(|panic| {
        give_back();
        if is_gone() {
            return;
        }
        let place = panic.location().map_or_else(String::new, |at| format!(" {}:{}", at.file(), at.line()));
        let text = format!("wardround: stopped by a fault of its own (fault{place}). What was saved is safe.\n");
        let _ = rustix::io::write(io::stderr(), text.as_bytes());
    }));
}

/// Keeps what the process holds to itself, before a ward is read: new files for user and group only, no core dump, and
/// no reading of its memory by other programs of the user.
pub fn protect_process() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o007));
    // None of these can fail for a process on itself, and without them the ward is still to be seen.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
