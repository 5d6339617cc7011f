//! What became of a save, and the words for it.
use chrono::{DateTime, TimeDelta, Utc};

use super::condition::Condition;
use super::conflict::Conflict;
use super::vfs::Errno;
use crate::ward::Ward;

/// What became of a save.
#[derive(Debug, Clone, PartialEq)]
pub struct SaveReport {
    /// One of four; it holds of every fact that was not refused.
    pub outcome: Outcome,
    /// Facts that were refused, by their place in what was to be saved, and why.
    pub refused: Vec<(usize, Refusal)>,
    /// The ward as it is now, with what others saved in the meantime; absent if nothing was saved.
    pub ward: Option<Ward>,
}

/// A save that ended early: the outcome, and the facts that were refused.
pub(super) type Stopped = (Outcome, Vec<(usize, Refusal)>);

/// Why a fact was refused. Its words hold no value of a patient.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Its id is there, with other content.
    #[error("something else was saved under this id")]
    OtherContent,
    /// Its id is that of an entry of another patient.
    #[error("another patient has an entry with this id")]
    OtherPatient,
    /// There is no such patient.
    #[error("no such patient in this ward")]
    NoSuchPatient,
    /// Somebody else has changed what it rests on.
    #[error("{0}")]
    Changed(Box<Conflict>),
    /// A `change` that the format cannot make, or that says it was recorded before the field's latest one, which
    /// therefore would still hold.
    #[error("the change would have no effect: check the value, and this host's clock")]
    NoEffect,
}

/// The four outcomes of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// In the journal and in the file.
    Saved {
        /// The file's count of saves.
        revision: u64,
    },
    /// Safe in the journal; the file could not be replaced.
    JournalOnly {
        /// Why.
        reason: String,
    },
    /// Nothing was written.
    NotSaved {
        /// Why.
        reason: String,
    },
    /// The disk failed under it: nobody knows.
    NotConfirmed {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// What the screen says, and what to do about it.
    pub fn words(&self) -> String {
        match self {
            Self::Saved { .. } => "Saved".to_owned(),
            Self::JournalOnly { reason } => {
                format!("Saved in journal; ward.json not updated: {reason}. Tell IT. Do not enter it again.")
            }
            Self::NotSaved { reason } => format!("NOT SAVED: {reason}. Your entry is still on this screen."),
            Self::NotConfirmed { reason } => {
                format!("NOT CONFIRMED: {reason}. Write it on paper. Check after reopening.")
            }
        }
    }
}

/// A ward as it was read from the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The ward: the file, and what only the journal has.
    pub ward: Ward,
    /// What the reader must know: "1 entry recovered, please verify".
    pub notes: Vec<String>,
    /// How the file stands to its journal, and which entries that concerns: what the screen marks rows by.
    pub condition: Condition,
    /// Why nothing can be saved, in words.
    pub read_only: Option<String>,
    /// When the ward was last saved.
    pub saved_at: Option<DateTime<Utc>>,
    /// When the last record of the journal was written, by the clock of the host.
    pub recorded_at: Option<DateTime<Utc>>,
    /// The file's count of saves.
    pub revision: u64,
}

impl Loaded {
    /// A ward of which there is nothing else to say.
    pub fn of(ward: Ward) -> Self {
        Self {
            revision: ward.revision,
            ward,
            notes: Vec::new(),
            condition: Condition::default(),
            read_only: None,
            saved_at: None,
            recorded_at: None,
        }
    }

    /// Whether the host's clock may be wrong, by what the journal says. Entries can still be made.
    pub fn clock_doubt(&self, now: DateTime<Utc>) -> Option<ClockDoubt> {
        ClockDoubt::of(self.recorded_at?, now)
    }
}

/// Why the host's clock may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockDoubt {
    /// It shows an earlier time than when something was last saved.
    Behind,
    /// It shows a time so long after something was last saved that a wrong clock is the likelier reason.
    Ahead,
}

impl ClockDoubt {
    /// Clocks of one host differ by less.
    const BEHIND: TimeDelta = TimeDelta::minutes(2);
    /// A ward in use is saved to more often.
    const AHEAD: TimeDelta = TimeDelta::days(60);

    /// Whether a host whose clock shows `now` may be wrong, by the time of the last record.
    pub fn of(last: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        if now < last.checked_sub_signed(Self::BEHIND)? {
            Some(Self::Behind)
        } else if now > last.checked_add_signed(Self::AHEAD)? {
            Some(Self::Ahead)
        } else {
            None
        }
    }

    /// What the reader must know.
    pub fn words(self) -> &'static str {
        match self {
            Self::Behind => "host clock may be wrong: the ward was last saved later than now. Check every due date",
            Self::Ahead => "host clock may be wrong: the ward was last saved over 60 days ago. Check every due date",
        }
    }
}

/// Errors after which what the journal holds is certain, though the file could not be replaced.
const HARMLESS: &[Errno] = &[
    Errno::NOSPC,
    Errno::DQUOT,
    Errno::FBIG,
    Errno::ACCESS,
    Errno::PERM,
    Errno::MFILE,
    Errno::NFILE,
    Errno::NOMEM,
    Errno::BUSY,
];

/// What an error after the journal was synced makes of a save. Any error that is not known to leave the disk sound
/// puts in doubt what the disk said before it.
pub(super) fn after_commit(errno: Errno) -> Outcome {
    if casts_doubt(errno) {
        Outcome::NotConfirmed { reason: doubt(errno) }
    } else {
        Outcome::JournalOnly { reason: why(errno) }
    }
}

/// The reason of what is not confirmed.
pub(super) fn doubt(errno: Errno) -> String {
    let known = [Errno::IO, Errno::ROFS, Errno::UCLEAN, Errno::STALE, Errno::NODEV, Errno::SHUTDOWN].contains(&errno);
    if known { "disk fault".to_owned() } else { format!("disk fault ({})", why(errno)) }
}

/// Whether an error leaves it open what is on the disk.
pub(super) fn casts_doubt(errno: Errno) -> bool {
    !HARMLESS.contains(&errno)
}

/// An errno in words.
pub(super) fn why(errno: Errno) -> String {
    let words = match errno {
        Errno::NOSPC => "disk full",
        Errno::DQUOT => "disk quota used up",
        Errno::FBIG => "file size limit reached",
        Errno::ACCESS | Errno::PERM => "no permission",
        Errno::ROFS => "the disk is read-only",
        Errno::MFILE | Errno::NFILE => "too many open files",
        Errno::NOMEM => "out of memory",
        // A rename onto a mount point, as of a file that a container was given by itself.
        Errno::BUSY => "the file is mounted by itself; mount its folder instead",
        Errno::NOENT => "file or folder gone",
        Errno::LOOP | Errno::NOTDIR => "a symlink or a file where a file or folder of the ward should be",
        Errno::IO | Errno::UCLEAN | Errno::STALE | Errno::NODEV | Errno::SHUTDOWN => "disk fault",
        _ => return format!("system error {}", errno.raw_os_error()),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_outcomes_say_what_to_do() {
        let reason = why(Errno::NOSPC);
        let words = [
            Outcome::Saved { revision: 3 },
            after_commit(Errno::NOSPC),
            Outcome::NotSaved { reason },
            after_commit(Errno::IO),
        ]
        .map(|outcome| outcome.words());
        assert_eq!(
            words,
            [
                "Saved",
                "Saved in journal; ward.json not updated: disk full. Tell IT. Do not enter it again.",
                "NOT SAVED: disk full. Your entry is still on this screen.",
                "NOT CONFIRMED: disk fault. Write it on paper. Check after reopening.",
            ]
        );
    }

    #[test]
    fn an_errno_that_nobody_thought_of_is_never_called_safe() {
        for errno in [Errno::ROFS, Errno::STALE, Errno::NOENT, Errno::INVAL, Errno::INTR] {
            assert!(matches!(after_commit(errno), Outcome::NotConfirmed { .. }), "{errno:?}");
        }
    }
}
