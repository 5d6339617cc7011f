//! What is on the disk now: the file, strictly read, and what only the journal has.
use chrono::{DateTime, Utc};

use super::Options;
use super::condition::{Cause, Condition, Unconfirmed};
use super::journal::{Journal, Tail};
use super::line::{Line, sha256};
use super::open_error::OpenError;
use super::outcome::{Loaded, why};
use super::overlay::{Overlay, lay_over};
use super::place::Place;
use super::recent::read_journal;
use super::rescue::{is_a_generation, new_file, rescue};
use super::vfs::{Errno, FileKind, How, Stat, Vfs, Whole, again};
use crate::ward::Ward;
use crate::ward::read::{self, Fault};

/// The ward as it is on the disk.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// The file, and what only the journal has.
    pub ward: Ward,
    /// What the file was when it was read.
    pub stat: Stat,
    /// SHA-256 of the file.
    pub sha: String,
    /// The revision that the file itself names.
    pub file_revision: u64,
    /// Whether the journal has facts that the file cannot hold.
    pub leftover: bool,
    /// Whether a save is known to have found or made this file.
    pub is_known: bool,
    pub overlay: Overlay,
    /// What edits outside this program changed, and nobody has confirmed.
    pub unconfirmed: Unconfirmed,
    pub cause: Cause,
    pub tail: Tail,
    /// When the ward was last saved, by the journal or else by the disk.
    pub saved_at: Option<DateTime<Utc>>,
    /// When the last record of the journal was written.
    pub recorded_at: Option<DateTime<Utc>>,
    notes: Vec<String>,
    damaged_lines: usize,
    forks: usize,
    /// Whether somebody was saving all the time while it was read.
    is_busy: bool,
    /// Why the content forbids saving.
    pub read_only: Option<String>,
}

impl State {
    /// Reads file and journal: the file first, so that a save in between can only add to what is seen. What was read
    /// earlier, and the folder of the lock that is held, saves reading the same again.
    pub fn read<V: Vfs>(
        vfs: &V,
        place: &Place<V::Handle>,
        options: &Options,
        known: Option<(Self, &V::Handle)>,
    ) -> Result<Self, OpenError> {
        let read = Self::read_with(vfs, place, options, known, false);
        match read {
            Err(OpenError::Damaged { newest: Some(_), .. }) if options.preview => {
                Self::preview(vfs, place, options).or(read)
            }
            read => read,
        }
    }

    /// As [`State::read`], and all of the journal is read, whatever the file's hash.
    pub fn read_whole<V: Vfs>(vfs: &V, place: &Place<V::Handle>, options: &Options) -> Result<Self, OpenError> {
        Self::read_with(vfs, place, options, None, true)
    }

    fn read_with<V: Vfs>(
        vfs: &V,
        place: &Place<V::Handle>,
        options: &Options,
        known: Option<(Self, &V::Handle)>,
        whole: bool,
    ) -> Result<Self, OpenError> {
        let (bytes, stat) = match read_file(vfs, place, options) {
            Err(OpenError::Missing { .. }) => return Err(absent(vfs, place, options)),
            found => found?,
        };
        let sha = sha256(&bytes);
        if let Some((known, side)) = known
            && let Some(same) = known.still_holds(vfs, side, stat, &sha)
        {
            return Ok(same);
        }
        let journal = read_journal(vfs, place, Some(&*sha).filter(|_| !whole));
        let what = if bytes.is_empty() { "empty" } else { "damaged" };
        let ward = read::owned(bytes, &options.limits).map_err(|faults| damaged(vfs, place, options, what, faults))?;
        let mut state = Self::of_file(ward, stat, sha);
        state.note_size(options);
        state.note_surroundings(vfs, place);
        match journal {
            Ok(journal) => {
                // The end of a journal of another ward may look as if it were ours.
                let other = |last: &Line| state.ward.lineage.as_ref().is_some_and(|own| *own != last.lineage);
                let whole = journal.last.as_ref().is_some_and(other).then(|| read_journal(vfs, place, None));
                state.lay_over(&whole.and_then(Result::ok).unwrap_or(journal));
            }
            Err(errno) => {
                state.read_only = Some(format!("the journal in {}.d cannot be read: {}", place.shown(), why(errno)));
            }
        }
        if state.ward.has_unknown_kinds() {
            state.read_only = Some("a newer version of wardround wrote entries that this one does not know".to_owned());
        }
        Ok(state)
    }

    /// The newest good state of a damaged file. It can be looked at, not saved to.
    fn preview<V: Vfs>(vfs: &V, place: &Place<V::Handle>, options: &Options) -> Result<Self, OpenError> {
        let disk = |errno| OpenError::Disk { name: place.shown(), reason: why(errno) };
        let (bytes, stat) = match read_file(vfs, place, options) {
            Err(OpenError::Missing { .. }) => (Vec::new(), new_file(vfs, place).map_err(disk)?),
            found => found?,
        };
        let rescue = rescue(vfs, place, options).ok_or(OpenError::Missing { name: place.shown() })?;
        let name = place.shown();
        let mut state = Self::of_file(rescue.ward, stat, sha256(&bytes));
        state.lay_over(&rescue.journal);
        state.cause = Cause::Damaged;
        state.overlay = rescue.overlay;
        let newest = rescue.newest;
        state.read_only = Some(format!(
            "{name} is missing or damaged. This is {newest}; `wardround restore {name} --newest` puts it back"
        ));
        Ok(state)
    }

    /// What a file holds, without any journal.
    pub fn of_file(ward: Ward, stat: Stat, sha: String) -> Self {
        Self {
            file_revision: ward.revision,
            leftover: false,
            is_known: true,
            ward,
            stat,
            sha,
            overlay: Overlay::default(),
            unconfirmed: Unconfirmed::default(),
            cause: Cause::Clean,
            tail: Tail::default(),
            saved_at: DateTime::from_timestamp(stat.mtime.0, stat.mtime.1),
            recorded_at: None,
            notes: Vec::new(),
            damaged_lines: 0,
            forks: 0,
            is_busy: false,
            read_only: None,
        }
    }

    /// The same where somebody is saving all the time: what only the journal has is theirs, on its way to the file.
    pub fn while_somebody_saves(mut self) -> Self {
        self.is_busy = true;
        self
    }

    /// This state, if neither file nor journal has changed since.
    fn still_holds<V: Vfs>(mut self, vfs: &V, side: &V::Handle, stat: Stat, sha: &str) -> Option<Self> {
        if self.read_only.is_some() || sha != self.sha || !self.tail.is_current(vfs, side) {
            return None;
        }
        self.stat = stat;
        Some(self)
    }

    /// As the caller sees it.
    pub fn loaded(self, obstacle: Option<String>) -> Loaded {
        let mut condition = Condition {
            cause: self.cause,
            patients: self.overlay.patients,
            entries: self.overlay.entries,
            unconfirmed: self.unconfirmed,
            homeless: self.overlay.homeless,
            foreign: self.overlay.foreign,
            damaged_lines: self.damaged_lines,
            forks: self.forks,
        };
        // What was removed by hand has a mark of its own; what others are saving right now has none.
        if self.is_busy || condition.cause == Cause::Edited {
            (condition.patients, condition.entries) = (Vec::new(), Vec::new());
        }
        Loaded {
            revision: self.ward.revision,
            ward: self.ward,
            notes: condition.words().into_iter().chain(self.notes).collect(),
            condition,
            read_only: self.read_only.or(obstacle),
            saved_at: self.saved_at,
            recorded_at: self.recorded_at,
        }
    }

    fn lay_over(&mut self, journal: &Journal) {
        self.tail = journal.tail.clone();
        (self.damaged_lines, self.forks) = (journal.unreadable, journal.forks);
        let Some(last) = &journal.last else { return };
        // An edit by hand may have lost the mark; two programs without a common lock may each have made one.
        let lineage = self.ward.lineage.get_or_insert_with(|| last.lineage.clone());
        if !journal.lines.iter().chain([last]).any(|line| line.lineage == *lineage) {
            self.cause = Cause::OtherWard;
            self.read_only = Some("the journal beside the file belongs to another ward file".to_owned());
            return;
        }
        self.saved_at = Some(last.at.to_utc());
        self.recorded_at = self.saved_at;
        self.unconfirmed = last.unconfirmed.clone();
        self.overlay = lay_over(&mut self.ward, journal);
        self.leftover = last.leftover || self.overlay.foreign > 0 || !self.overlay.homeless.is_empty();
        let names = |line: &Line| line.next == self.sha || line.base == self.sha;
        self.is_known = names(last) || journal.lines.iter().any(names);
        self.cause = if last.next == self.sha && self.overlay.is_empty() {
            Cause::Clean
        } else if names(last) {
            Cause::CutShort
        } else if self.is_known {
            Cause::Older
        } else {
            Cause::Edited
        };
        let removed = if self.cause == Cause::Edited { &self.overlay } else { &Overlay::default() };
        self.unconfirmed.extend(&removed.patients, &removed.entries, &self.overlay.differing);
    }

    fn note_surroundings<V: Vfs>(&mut self, vfs: &V, place: &Place<V::Handle>) {
        if again(|| vfs.is_memory(&place.folder)) == Ok(true) {
            self.notes.push("the folder is in memory only: the ward is lost when this host starts again".to_owned());
        }
        let kept = || u64::from(self.stat.links > 1 && is_a_generation(vfs, place, &self.stat));
        if self.stat.links > 1 + kept() {
            let note = "the file has another name (a hard link), which a save leaves behind with the old content";
            self.notes.push(note.to_owned());
        }
    }

    fn note_size(&mut self, options: &Options) {
        let megabytes = self.stat.size >> 20;
        if self.stat.size > options.read_only_over {
            self.read_only = Some(format!("the file has {megabytes} MB, too many to be saved safely"));
        } else if self.stat.size > options.warn_over {
            self.notes.push(format!("the file has {megabytes} MB: saving is slow"));
        }
        if self.stat.mode & 0o004 != 0 {
            self.notes.push("every user of this host can read the file; the next save ends that".to_owned());
        }
    }
}

/// Reads the ward file, whole.
fn read_file<V: Vfs>(vfs: &V, place: &Place<V::Handle>, options: &Options) -> Result<(Vec<u8>, Stat), OpenError> {
    let name = || place.shown();
    let disk = |errno| match errno {
        Errno::NOENT => OpenError::Missing { name: name() },
        errno => OpenError::Disk { name: name(), reason: why(errno) },
    };
    let check = |stat: Stat| {
        let what = match stat.kind {
            FileKind::File if stat.size > options.limits.bytes as u64 => {
                return Err(OpenError::TooLarge { name: name(), limit_mb: options.limits.bytes as u64 >> 20 });
            }
            FileKind::File => return Ok(stat),
            FileKind::Folder => "a folder",
            FileKind::Link => "a symlink to nothing",
            FileKind::Other => "a pipe, socket or device",
        };
        Err(OpenError::NotAFile { name: name(), what })
    };
    // Looked at before it is opened: opening alone can do something to a device.
    check(again(|| vfs.stat_at(&place.folder, &place.name)).map_err(disk)?)?;
    let file = again(|| vfs.open(&place.folder, &place.name, How::Read)).map_err(disk)?;
    let stat = check(again(|| vfs.stat(&file)).map_err(disk)?)?;
    let bytes = vfs.read_all(&file, 0, options.limits.bytes as u64).map_err(disk)?;
    Ok((bytes, stat))
}

/// A file that is not there: never a new ward where a journal says that there was one.
pub(super) fn absent<V: Vfs>(vfs: &V, place: &Place<V::Handle>, options: &Options) -> OpenError {
    match damaged(vfs, place, options, "missing", Vec::new()) {
        OpenError::Faults { name, .. } => OpenError::Missing { name },
        lost => lost,
    }
}

/// A file that cannot be read: damaged if there is a journal, and otherwise never a ward.
fn damaged<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    options: &Options,
    what: &'static str,
    faults: Vec<Fault>,
) -> OpenError {
    let name = place.shown();
    match read_journal(vfs, place, None).map_or(0, |journal| journal.lines.len()) {
        0 => OpenError::Faults { name, faults },
        saved => {
            let newest = rescue(vfs, place, options).map(|rescue| rescue.newest);
            OpenError::Damaged { name, what, saved, faults, newest }
        }
    }
}
