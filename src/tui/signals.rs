//! Signals, on a thread of their own.
//!
//! Never a flag that the event loop looks at: the loop may be saving, or writing to a terminal that takes nothing. The
//! thread waits for a running save, gives the terminal back unless it has hung up, and ends the program.
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;

use super::input::Event;
use super::{saving, terminal};

/// How often, and how long each time, the end of the program waits for a terminal that takes nothing; its modes are given
/// back before that. Often and short: where the whole program was stopped or starved meanwhile, one long wait would be over
/// before whoever gives the terminal back had its turn.
const RESTORE_WAITS: (usize, Duration) = (50, Duration::from_millis(20));

/// Longer than a signal takes to end the program.
const ENDING_TAKES: Duration = Duration::from_secs(10);

/// A signal is about to end the program, with a status of its own.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Starts the thread. To be done before the terminal is taken.
///
/// # Errors
/// The system has no thread or no signal handler left.
pub fn start(events: Sender<Event>) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGWINCH, SIGCONT])?;
    let deliver = move || {
        for signal in signals.forever() {
            // If nobody listens any more, the program is ending already.
            let _ = match signal {
                SIGWINCH => events.send(Event::Resized),
                SIGCONT => events.send(Event::Continued),
                _ => end(signal),
            };
        }
    };
    // Stops are for the thread that saves, which holds them back while it does.
    saving::never_stopped(|| thread::Builder::new().name("signals".to_owned()).spawn(deliver))?;
    Ok(())
}

/// Ends the program with status 128 + the signal's number, after a running save and before the next.
fn end(signal: i32) -> ! {
    ENDING.store(true, Ordering::SeqCst);
    if signal == SIGHUP {
        terminal::hung_up();
    }
    let _no_save_begins = saving::running_save();
    let (done, restored) = mpsc::channel();
    let restore = thread::Builder::new().spawn(move || {
        terminal::give_back_for_good();
        let _ = done.send(());
    });
    if restore.is_ok() {
        let (times, wait) = RESTORE_WAITS;
        (0..times).any(|_| restored.recv_timeout(wait) != Err(RecvTimeoutError::Timeout));
    }
    signal_hook::low_level::exit(128 + signal)
}

/// If a signal is ending the program, leaves it to that one: a status of our own would hide the signal's.
pub(super) fn leave_it_to_the_signal() {
    if ENDING.load(Ordering::SeqCst) {
        thread::sleep(ENDING_TAKES);
    }
}
