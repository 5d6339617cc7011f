//! Keys and pasted text, read by a thread of their own.
//!
//! Before every read the terminal is polled, so that a hang-up ends the thread: the widget library's own reader never
//! returns once the terminal is gone, and takes a whole processor for that.
mod parser;

use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

pub use parser::{Input, Parser};

use super::saving::never_stopped;

/// How long an `ESC` waits for the rest of its sequence. A key held down repeats no faster, and nobody notices.
const ESCAPE_WAITS: Timespec = Timespec { tv_sec: 0, tv_nsec: 30_000_000 };

/// Answers at once.
const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

/// How many reads of typed-ahead keys are dropped at once.
const MOST_DROPPED: usize = 1000;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key, or pasted text.
    Input(Input),
    /// The terminal has another size.
    Resized,
    /// The program was stopped, and runs again.
    Continued,
    /// The terminal is gone.
    Closed,
}

/// What the terminal has for us.
#[derive(Debug, PartialEq, Eq)]
enum Ready {
    /// Bytes.
    Bytes,
    /// Nothing, for as long as was asked.
    Nothing,
    /// The terminal is gone.
    Gone,
}

/// The keyboard.
#[derive(Debug, Clone)]
pub struct Keyboard {
    /// Whoever reads, and until it is sent or dropped, holds the lock.
    parser: Arc<Mutex<Parser>>,
}

impl Keyboard {
    /// Starts the thread. It sends every input, and [`Event::Closed`] when the terminal is gone.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(events: Sender<Event>) -> io::Result<Self> {
        let keyboard = Self { parser: Arc::default() };
        let own = keyboard.clone();
        // A stop is for the thread that saves, which holds it back while it does.
        never_stopped(|| thread::Builder::new().name("keyboard".to_owned()).spawn(move || own.run(&events)))?;
        Ok(keyboard)
    }

    fn run(&self, events: &Sender<Event>) {
        loop {
            let waits = self.with(|parser| parser.waits());
            let sent = match ready(waits.then_some(&ESCAPE_WAITS)) {
                Ready::Gone => break,
                Ready::Bytes => self.with(|parser| read(parser).is_some_and(|inputs| send(events, inputs))),
                Ready::Nothing => self.with(|parser| send(events, parser.nothing_followed())),
            };
            if !sent {
                break;
            }
        }
        // Nobody may be there to hear it any more.
        let _ = events.send(Event::Closed);
    }

    /// Drops everything that was typed up to now and has not been sent: it was meant for another screen.
    pub fn drop_typed_ahead(&self) {
        self.with(|parser| {
            // A terminal that never stops sending is read on by the thread.
            for _ in 0..MOST_DROPPED {
                if ready(Some(&AT_ONCE)) != Ready::Bytes || read(parser).is_none() {
                    break;
                }
            }
            parser.drop_begun();
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut Parser) -> T) -> T {
        act(&mut self.parser.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn send(events: &Sender<Event>, inputs: impl IntoIterator<Item = Input>) -> bool {
    inputs.into_iter().all(|input| events.send(Event::Input(input)).is_ok())
}

/// Reads what is there. Nothing is there if somebody else has read it since it was announced; `None`: the terminal is
/// gone.
fn read(parser: &mut Parser) -> Option<Vec<Input>> {
    let mut buffer = [0; 4096];
    if ready(Some(&AT_ONCE)) != Ready::Bytes {
        return Some(Vec::new());
    }
    match rustix::io::read(io::stdin(), &mut buffer) {
        Ok(count) => Some(parser.feed(buffer.get(..count)?)),
        Err(Errno::INTR | Errno::AGAIN) => Some(Vec::new()),
        Err(_) => None,
    }
}

fn ready(wait: Option<&Timespec>) -> Ready {
    let stdin = io::stdin();
    let mut polled = [PollFd::new(&stdin, PollFlags::IN)];
    loop {
        match poll(&mut polled, wait) {
            Ok(0) => return Ready::Nothing,
            Ok(_) => break,
            // A signal cut the wait short.
            Err(Errno::INTR) => {}
            Err(_) => return Ready::Gone,
        }
    }
    let [polled] = polled;
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    if polled.revents().intersects(gone) { Ready::Gone } else { Ready::Bytes }
}
