//! Which save is running: a signal must not end the program in the middle of one.
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};

/// Read by each save that runs: several may, of several wards. Written by whoever ends the program.
static SAVING: RwLock<()> = RwLock::new(());

/// How long a signal waits for a running save.
const PATIENCE: Duration = Duration::from_secs(5);

/// Held by whoever is about to end the program: no save runs, and none begins.
#[derive(Debug)]
pub struct RunningSave(Option<RwLockWriteGuard<'static, ()>>);

impl RunningSave {
    /// Whether no save runs; false if one still did after five seconds.
    pub fn is_over(&self) -> bool {
        self.0.is_some()
    }
}

/// Waits for a running save, at most five seconds, and lets none begin while the guard lives. For the signal thread.
pub fn running_save() -> RunningSave {
    let until = Instant::now() + PATIENCE;
    loop {
        match SAVING.try_write() {
            Ok(guard) => return RunningSave(Some(guard)),
            Err(TryLockError::Poisoned(poisoned)) => return RunningSave(Some(poisoned.into_inner())),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return RunningSave(None),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// Signals that would end or stop the program, of those that somebody sends.
const HELD_BACK: [Signal; 6] =
    [Signal::SIGHUP, Signal::SIGTERM, Signal::SIGINT, Signal::SIGTSTP, Signal::SIGTTIN, Signal::SIGTTOU];

/// Held while a save runs: the saving thread is neither ended nor stopped by a signal, and the lock not held asleep.
pub(super) struct Running {
    before: Option<SigSet>,
    _saving: RwLockReadGuard<'static, ()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.before.as_ref().map(SigSet::thread_set_mask);
    }
}

/// Begins a save.
pub(super) fn begin() -> Running {
    let saving = SAVING.read().unwrap_or_else(PoisonError::into_inner);
    Running { before: hold_back(), _saving: saving }
}

/// Of these, those that stop the program.
const STOPS: [Signal; 3] = [Signal::SIGTSTP, Signal::SIGTTIN, Signal::SIGTTOU];

fn hold_back() -> Option<SigSet> {
    block(HELD_BACK)
}

fn block(signals: impl IntoIterator<Item = Signal>) -> Option<SigSet> {
    let signals: SigSet = signals.into_iter().collect();
    signals.thread_swap_mask(SigmaskHow::SIG_BLOCK).ok()
}

/// As [`held_back`], for the signals that stop the program: those that end it reach what is started.
pub fn never_stopped<T>(start: impl FnOnce() -> T) -> T {
    let before = block(STOPS);
    let started = start();
    let _ = before.as_ref().map(SigSet::thread_set_mask);
    started
}

/// Starts something, such as a thread, that none of the signals reaches which a save holds back: otherwise they would
/// end the program there in the middle of a save.
pub fn held_back<T>(start: impl FnOnce() -> T) -> T {
    let before = hold_back();
    let started = start();
    let _ = before.as_ref().map(SigSet::thread_set_mask);
    started
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    fn mask() -> SigSet {
        SigSet::thread_get_mask().expect("a mask")
    }

    #[test]
    fn signals_are_held_back_while_a_save_runs_and_no_longer() {
        let before = mask();
        let save = begin();
        assert!(HELD_BACK.into_iter().all(|signal| mask().contains(signal)));
        drop(save);
        assert_eq!(mask(), before);
        let inside = never_stopped(|| std::thread::spawn(mask)).join().expect("a mask");
        assert!(inside.contains(Signal::SIGTSTP) && !inside.contains(Signal::SIGTERM));
        let inside = held_back(|| std::thread::spawn(mask)).join().expect("a mask");
        assert!(HELD_BACK.into_iter().all(|signal| inside.contains(signal)));
        assert_eq!(mask(), before);
    }

    #[test]
    fn a_signal_waits_for_the_save() {
        let save = begin();
        let saved = AtomicBool::new(false);
        let (asks, asked) = std::sync::mpsc::channel();
        let (over, was_saved, waited) = std::thread::scope(|scope| {
            let signal = scope.spawn(|| {
                let started = Instant::now();
                asks.send(()).expect("somebody listens");
                let over = running_save().is_over();
                (over, saved.load(Ordering::SeqCst), started.elapsed())
            });
            asked.recv().expect("it asks");
            std::thread::sleep(Duration::from_millis(50));
            saved.store(true, Ordering::SeqCst);
            drop(save);
            signal.join().expect("the signal thread ends")
        });
        // Never before the end of the save, unless it took too long, as saves of other tests or a busy host may.
        assert!(if over { was_saved } else { waited >= PATIENCE }, "{over}, {was_saved}, {waited:?}");
    }
}
