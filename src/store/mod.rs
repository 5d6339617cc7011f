//! The ward file on disk: open, lock, journal, merge, save. It knows entries and nothing of their meaning.
//!
//! `ward.json` is the plain, complete file. Beside it `ward.json.d/` holds the lock and an append-only journal, the
//! second, independent copy of everything that was ever saved. A save appends to the journal and syncs it, which is the
//! commit point, and then replaces the file in one step. Reading is the file and whatever only the journal has. So
//! what was answered "saved" survives a kill, a power cut, another user's save, and an editor with an old copy.
mod append;
mod attributes;
mod author;
mod choose;
mod compose;
mod condition;
mod conflict;
mod create;
mod disk;
mod generations;
mod history;
mod journal;
mod line;
mod lock;
mod merge;
mod open_error;
mod outcome;
mod overlay;
mod place;
mod preflight;
mod recent;
mod replace;
mod rescue;
mod restore;
mod running;
mod save;
mod state;
pub mod survey;
mod verify;
pub mod vfs;

use std::path::Path;
use std::time::Duration;

pub use author::{Author, CLAIMS};
pub use condition::{Cause, Condition, Mark, Unconfirmed};
pub use conflict::{Batch, Conflict, Fact, Seen};
pub use create::CreateError;
pub use disk::Disk;
pub use history::{Record, Standing};
pub use open_error::{Newest, OpenError};
pub use outcome::{ClockDoubt, Loaded, Outcome, Refusal, SaveReport};
pub use rescue::{Copy, Differs};
pub use restore::Wanted;
pub use running::{RunningSave, held_back, never_stopped, running_save};
pub use verify::Verified;

use crate::ward::read::Limits;
use place::Place;
use state::State;
use vfs::{FileId, Stat, Vfs, again};

/// How long a reader waits for a running save before it calls an entry "recovered".
const A_MOMENT: Duration = Duration::from_millis(500);

/// How to open and save a ward.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long a save waits for another program's.
    pub lock_wait: Duration,
    /// Save on network file systems too, where locks and replies cannot be relied on.
    pub network_fs: bool,
    /// Open a damaged or missing file all the same, if there is a journal: its newest good state, to be looked at.
    pub preview: bool,
    /// What a ward file may hold at most.
    pub limits: Limits,
    /// Over so many bytes a note says that saving is slow.
    pub warn_over: u64,
    /// Over so many bytes a file is not written to.
    pub read_only_over: u64,
}

impl Default for Options {
    /// What the format promises: a warning over 64 MB, read-only over 128 MB; a save waits ten seconds.
    fn default() -> Self {
        Self {
            lock_wait: Duration::from_secs(10),
            network_fs: false,
            preview: false,
            limits: Limits::default(),
            warn_over: 64 << 20,
            read_only_over: 128 << 20,
        }
    }
}

/// A ward file that is open.
#[derive(Debug)]
pub struct Store<V: Vfs = Disk> {
    vfs: V,
    place: Place<V::Handle>,
    options: Options,
    /// What was last read or saved: spares the next save from reading an unchanged file again. It shares its patients with
    /// the ward that the caller was given.
    known: Option<State>,
    /// Why what was last read must not be written to.
    read_only: Option<String>,
    /// What the files were when they were last looked at.
    seen: Look,
    /// Whether this program has synced the names of journal and folder.
    names_are_durable: bool,
    /// Why nothing is saved any more: the disk failed under a save.
    distrust: Option<String>,
    /// Whether old generations are to be taken away, once the answer is given.
    untidy: std::cell::Cell<bool>,
}

/// What tells a changed ward from an unchanged one, without reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Look {
    file: Option<Stat>,
    side: Option<Stat>,
    /// Number, identity and length of the newest segment.
    segment: (u32, Option<(FileId, u64)>),
}

impl Store<Disk> {
    /// Opens a ward file and reads it and its journal. Nothing is written.
    ///
    /// # Errors
    /// What is wrong with the file, and what to do.
    pub fn open(path: &Path, options: &Options) -> Result<(Self, Loaded), OpenError> {
        ignore_file_size_signal();
        Self::open_on(Disk, path, options)
    }
}

impl<V: Vfs> Store<V> {
    /// As [`Store::open`], on any disk.
    ///
    /// # Errors
    /// What is wrong with the file, and what to do.
    pub fn open_on(vfs: V, path: &Path, options: &Options) -> Result<(Self, Loaded), OpenError> {
        let name = || path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let place = Place::find(&vfs, path).map_err(|errno| match errno {
            vfs::Errno::NOENT => OpenError::Missing { name: name() },
            vfs::Errno::ISDIR => OpenError::NotAFile { name: name(), what: "a folder" },
            errno => OpenError::Disk { name: name(), reason: outcome::why(errno) },
        })?;
        let options = options.clone();
        let seen = Look::default();
        let (known, read_only, distrust) = (None, None, None);
        let mut store = Self {
            vfs,
            place,
            options,
            known,
            read_only,
            seen,
            names_are_durable: false,
            distrust,
            untidy: false.into(),
        };
        let loaded = store.reload()?;
        Ok((store, loaded))
    }

    /// Reads file and journal again. Nothing is written.
    ///
    /// # Errors
    /// As on opening.
    pub fn reload(&mut self) -> Result<Loaded, OpenError> {
        let read = || (self.look().side, State::read(&self.vfs, &self.place, &self.options, None));
        let (mut side, mut state) = read();
        if state.as_ref().is_ok_and(|state| !state.overlay.is_empty()) {
            // Somebody may be between journal and file: what they are saving is not "recovered".
            match lock::quiet(&self.vfs, &self.place, A_MOMENT) {
                Ok(Some(_quiet)) => (side, state) = read(),
                Ok(None) => state = state.map(State::while_somebody_saves),
                Err(_) => {}
            }
        }
        let state = state?;
        // As it was when it was read: a change since then is still to be noticed.
        self.seen = Look { file: Some(state.stat), side, segment: state.tail.look() };
        let obstacle = preflight::obstacle(&self.vfs, &self.place, &state.stat, self.options.network_fs);
        self.read_only.clone_from(&state.read_only);
        self.known = Some(state.clone());
        Ok(state.loaded(self.distrust.clone().or(obstacle)))
    }

    /// Whether file or journal are no longer what they were when last read or saved. Cheap: nothing is read.
    pub fn changed(&self) -> bool {
        self.look() != self.seen
    }

    /// What the files are now.
    fn look(&self) -> Look {
        let side = self.place.open_side(&self.vfs).ok();
        let (number, _) = self.seen.segment;
        let segment = side.as_ref().filter(|_| number > 0).and_then(|side| {
            again(|| self.vfs.stat_at(side, &place::segment_name(number))).ok().map(|stat| (stat.id, stat.size))
        });
        Look {
            file: again(|| self.vfs.stat_at(&self.place.folder, &self.place.name)).ok(),
            side: side.and_then(|side| again(|| self.vfs.stat(&side)).ok()),
            segment: (number, segment),
        }
    }
}

/// A file-size limit of the host must be an error that can be told, not the end of the program.
fn ignore_file_size_signal() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    });
}
