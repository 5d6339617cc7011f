//! Which save is running: a signal must not end the program in the middle of one.
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::time::{Duration, Instant};

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

/// Held while a save runs.
pub(super) fn begin() -> RwLockReadGuard<'static, ()> {
    SAVING.read().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_waits_for_the_save() {
        let save = begin();
        let signal = std::thread::spawn(|| {
            let started = Instant::now();
            (running_save().is_over(), started.elapsed())
        });
        std::thread::sleep(Duration::from_millis(100));
        drop(save);
        let (over, waited) = signal.join().expect("the signal thread ends");
        assert!(over && waited >= Duration::from_millis(50), "{over}, {waited:?}");
    }
}
