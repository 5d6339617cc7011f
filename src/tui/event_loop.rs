//! The loop around a session: terminal, keyboard, signals and clock.
//!
//! Everything that waits is taken before one frame is drawn, and nothing is drawn if nothing changed.
use std::collections::VecDeque;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use super::input::{Event, Keyboard};
use super::saving::Keeper;
use super::session::{Ending, Next, Now, Session};
use super::terminal::{self, NoScreen, Terminal};
use super::{Options, signals};

/// Status of a program whose terminal has hung up.
const HUNG_UP: u8 = 129;

/// Why there was no session.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no terminal to show it on.
    #[error(transparent)]
    NoScreen(#[from] NoScreen),
    /// The terminal or the system does not do as it is told.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
}

/// Shows a ward until somebody leaves it, and gives the program's exit status. Threads and handlers that it starts end
/// with the program.
///
/// # Errors
/// [`RunError`]; the ward was not shown.
pub fn run<K: Keeper>(options: Options<K>) -> Result<ExitCode, RunError> {
    let capabilities = terminal::capabilities()?;
    let clock = options.clock;
    let theme = options.settings.theme(capabilities).without_dots(terminal::lacks_dots());
    let (sender, events) = mpsc::channel();
    signals::start(sender.clone())?;
    let terminal = Terminal::enter(capabilities)?;
    let keyboard = Keyboard::start(sender)?;
    let now = move || Now { at: clock(), up: up() };
    let session = Session::new(options, theme, terminal.size(), now());
    let mut shown = Shown { session, terminal, keyboard, events, now };
    // An error of a terminal that worked until now: it is gone.
    let ending = shown.show().unwrap_or(Ending::HungUp);
    signals::leave_it_to_the_signal();
    drop(shown);
    Ok(farewell(ending))
}

/// The last words, once the terminal is given back, and the exit status.
fn farewell(ending: Ending) -> ExitCode {
    match ending {
        Ending::Quit => ExitCode::SUCCESS,
        Ending::HungUp => ExitCode::from(HUNG_UP),
        Ending::Idle { after, typing } => {
            let lost = if typing { " What was in the form was not saved." } else { "" };
            let minutes = match after.as_secs().div_ceil(60) {
                1 => "a minute".to_owned(),
                minutes => format!("{minutes} minutes"),
            };
            // Nobody may be there to read it.
            let _ = writeln!(io::stderr(), "wardround: left after {minutes} without a key.{lost}");
            ExitCode::SUCCESS
        }
    }
}

/// How long the host has been up, asleep or not.
fn up() -> Duration {
    #[cfg(target_os = "linux")]
    let clock = rustix::time::ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let clock = rustix::time::ClockId::Monotonic;
    Duration::try_from(rustix::time::clock_gettime(clock)).unwrap_or_default()
}

/// A session on a terminal.
struct Shown<K, N> {
    session: Session<K>,
    terminal: Terminal,
    keyboard: Keyboard,
    events: Receiver<Event>,
    now: N,
}

impl<K: Keeper, N: Fn() -> Now> Shown<K, N> {
    /// Draws, sleeps until something happens, takes everything that did, and again.
    fn show(&mut self) -> io::Result<Ending> {
        loop {
            let mut waiting = self.drop_typed_ahead();
            self.draw()?;
            if waiting.is_empty() {
                self.session.prepare();
                match self.events.recv_timeout(self.session.sleeps((self.now)())) {
                    Ok(event) => waiting.push_back(event),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return Ok(Ending::HungUp),
                }
            }
            waiting.extend(self.events.try_iter());
            if let Some(ending) = self.take(waiting)? {
                return Ok(ending);
            }
        }
    }

    /// Draws the screen, if it is another than the last.
    fn draw(&mut self) -> io::Result<()> {
        if self.session.just_blanked() {
            self.terminal.clear()?;
        }
        match self.session.view() {
            Some(view) => self.terminal.draw(view),
            None => Ok(()),
        }
    }

    /// Drops the keys that were typed for the screen before the one to be drawn, and keeps what else has happened. Before
    /// it is drawn: whoever answers it has seen it.
    fn drop_typed_ahead(&mut self) -> VecDeque<Event> {
        if !self.session.drops_typed_ahead() {
            return VecDeque::new();
        }
        self.keyboard.drop_typed_ahead();
        self.events.try_iter().filter(|event| !matches!(event, Event::Input(_))).collect()
    }

    /// Takes the time that has passed, and everything that happened in it.
    fn take(&mut self, waiting: VecDeque<Event>) -> io::Result<Option<Ending>> {
        let passed = self.session.pass((self.now)());
        if let Some(ending) = self.follow(passed)? {
            return Ok(Some(ending));
        }
        for event in waiting {
            match event {
                Event::Continued => self.terminal.resume()?,
                // It may have been another in between: what it cut off is gone, whatever the size is now.
                Event::Resized => self.terminal.clear()?,
                Event::Input(_) | Event::Closed => {}
            }
            let next = self.session.take(event, || self.terminal.size(), (self.now)());
            if let Some(ending) = self.follow(next)? {
                return Ok(Some(ending));
            }
        }
        Ok(None)
    }

    fn follow(&mut self, next: Next) -> io::Result<Option<Ending>> {
        match next {
            Next::Go => Ok(None),
            Next::Suspend => {
                self.terminal.suspend()?;
                self.session.awake((self.now)());
                Ok(None)
            }
            Next::Leave(ending) => {
                if ending == Ending::HungUp {
                    terminal::hung_up();
                }
                Ok(Some(ending))
            }
        }
    }
}
