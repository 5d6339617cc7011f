//! The commit point: lines appended to the journal, and synced. From then on nothing that was acknowledged can be
//! lost, whatever becomes of the file.
use super::compose::{Fact, Lines, Save};
use super::journal::Tail;
use super::outcome::{Outcome, casts_doubt, doubt, why};
use super::place::{Place, adopt, file_mode, segment_name};
use super::recent::{self, CHECKPOINT};
use super::vfs::{Errno, FileId, How, Result, Stat, Vfs, Whole, again};

/// Room is set aside in pieces of so many bytes.
const PIECE: u64 = 1 << 20;
/// So much room is left when the next piece is set aside: more than a save takes.
const SPARE: u64 = 64 << 10;

/// Why lines are not in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AppendError {
    /// Nothing of them can be read there.
    Undone(Errno),
    /// They may be there or not.
    Doubtful(Errno),
}

impl From<AppendError> for Outcome {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Undone(errno) => Self::NotSaved { reason: why(errno) },
            AppendError::Doubtful(errno) => Self::NotConfirmed { reason: doubt(errno) },
        }
    }
}

fn compose<'a>(
    tail: &Tail,
    save: &Save<'_>,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> std::result::Result<Lines, Outcome> {
    Lines::compose(tail, save, facts).map_err(|_| Outcome::NotSaved { reason: "an entry is not JSON".to_owned() })
}

/// Where lines go.
pub(super) struct Target<'a, V: Vfs> {
    pub vfs: &'a V,
    pub place: &'a Place<V::Handle>,
    /// `ward.json.d`, locked.
    pub side: &'a V::Handle,
    /// The ward file, whose owner and mode a new segment takes.
    pub like: &'a Stat,
    /// Whether this program has already made the names of folder and journal durable.
    pub names_are_durable: bool,
}

impl<V: Vfs> Target<'_, V> {
    /// Chains facts to the end of the journal and makes them durable; gives where it ends now. A long segment is
    /// followed by a new one, which begins with a checkpoint.
    ///
    /// # Errors
    /// What a save of them comes to.
    pub fn write(&self, tail: &Tail, save: &Save<'_>, facts: &[Fact]) -> std::result::Result<Tail, Outcome> {
        if recent::is_long(tail)
            && let Some(begun) = self.write_checkpoint(tail, save, facts)?
        {
            return Ok(begun);
        }
        self.append(tail, &compose(tail, save, facts)?).map_err(Outcome::from)
    }

    /// As [`Target::write`], in a new segment that begins with a checkpoint. `None` if one is not to be had, as on a full
    /// disk: the one there is goes on.
    ///
    /// # Errors
    /// As there.
    pub fn write_checkpoint(
        &self,
        tail: &Tail,
        save: &Save<'_>,
        facts: &[Fact],
    ) -> std::result::Result<Option<Tail>, Outcome> {
        let Ok(lengths) = recent::lengths(self.vfs, self.side) else { return Ok(None) };
        let Ok(json) = serde_json::to_string(&recent::Checkpoint::after(tail, lengths)) else { return Ok(None) };
        let checkpoint = Fact { op: CHECKPOINT.to_owned(), patient: None, json };
        let facts: Vec<&Fact> = std::iter::once(&checkpoint).chain(facts).collect();
        match self.begin_segment(tail, &compose(tail, save, facts)?) {
            Ok(begun) => Ok(Some(begun)),
            Err(AppendError::Undone(_)) => Ok(None),
            Err(doubtful) => Err(doubtful.into()),
        }
    }

    /// Appends lines to the journal and makes them durable; gives where it ends now.
    ///
    /// # Errors
    /// Whether they may be found there after all.
    pub fn append(&self, tail: &Tail, lines: &Lines) -> std::result::Result<Tail, AppendError> {
        if tail.segment == 0 {
            return self.begin_segment(tail, lines);
        }
        let segment = again(|| self.vfs.open(self.side, &segment_name(tail.segment), How::Append))
            .map_err(AppendError::Undone)?;
        let before = again(|| self.vfs.stat(&segment)).map_err(AppendError::Undone)?;
        self.set_room_aside(&segment, before.size, lines.bytes.len() as u64).map_err(AppendError::Undone)?;
        if let Err((written, errno)) = self.vfs.write_all(&segment, &lines.bytes) {
            return Err(self.withdraw(&segment, before.size, written, written >= lines.first, errno));
        }
        let length = before.size.saturating_add(lines.bytes.len() as u64);
        let synced = again(|| self.vfs.sync_data(&segment)).and_then(|()| self.sync_names());
        let Err(errno) = synced else { return Ok(lines.tail(tail.segment, before.id, length, tail.lines)) };
        // Once a sync has failed, a second one on that inode may say "done" of what is lost: a new inode, once.
        let next = tail.segment.saturating_add(1);
        self.new_segment(next, lines).map_err(|second| {
            match self.withdraw(&segment, before.size, lines.bytes.len(), true, errno) {
                AppendError::Undone(_) => second,
                doubtful @ AppendError::Doubtful(_) => doubtful,
            }
        })
    }

    /// As [`Target::append`], in a segment of its own after the last.
    ///
    /// # Errors
    /// As there.
    pub fn begin_segment(&self, tail: &Tail, lines: &Lines) -> std::result::Result<Tail, AppendError> {
        self.new_segment(tail.segment.saturating_add(1), lines)
    }

    fn new_segment(&self, number: u32, lines: &Lines) -> std::result::Result<Tail, AppendError> {
        let mode = file_mode(self.like.mode);
        let name = segment_name(number);
        let segment = again(|| self.vfs.open(self.side, &name, How::New(mode))).map_err(AppendError::Undone)?;
        self.fill_segment(&segment, mode, lines).map(|id| lines.tail(number, id, lines.bytes.len() as u64, 0)).map_err(
            |errno| match again(|| self.vfs.unlink(self.side, &name)) {
                Ok(()) if !casts_doubt(errno) => AppendError::Undone(errno),
                _ => AppendError::Doubtful(errno),
            },
        )
    }

    fn fill_segment(&self, segment: &V::Handle, mode: u32, lines: &Lines) -> Result<FileId> {
        adopt(self.vfs, segment, self.like, mode)?;
        self.set_room_aside(segment, 0, lines.bytes.len() as u64)?;
        self.vfs.write_all(segment, &lines.bytes).map_err(|(_, errno)| errno)?;
        let id = again(|| self.vfs.stat(segment))?.id;
        again(|| self.vfs.sync(segment))?;
        again(|| self.vfs.sync(self.side))?;
        again(|| self.vfs.sync(&self.place.folder))?;
        Ok(id)
    }

    /// Sets room aside, so that saves go on when the disk is full: a piece for a new segment, and the next one before
    /// the last is used up.
    fn set_room_aside(&self, segment: &V::Handle, length: u64, more: u64) -> Result<()> {
        let ahead = length.saturating_add(more).saturating_add(SPARE);
        let piece = ahead / PIECE * PIECE;
        if length > 0 && length / PIECE * PIECE == piece {
            return Ok(());
        }
        let from = if length == 0 { 0 } else { piece };
        match again(|| self.vfs.allocate(segment, from, ahead.saturating_sub(from).max(PIECE))) {
            // No room, or no such thing here: whether these lines can be written is another question.
            Err(errno) if matches!(errno, Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) || !casts_doubt(errno) => {
                Ok(())
            }
            done => done,
        }
    }

    /// Another program may have made folder or segment, and ended before it had made their names durable.
    fn sync_names(&self) -> Result<()> {
        if self.names_are_durable {
            return Ok(());
        }
        again(|| self.vfs.sync(self.side))?;
        again(|| self.vfs.sync(&self.place.folder))
    }

    /// Takes lines back that were not synced, so that what was answered NOT SAVED does not turn up later.
    fn withdraw(&self, segment: &V::Handle, length: u64, written: usize, readable: bool, why: Errno) -> AppendError {
        if casts_doubt(why) && readable {
            return AppendError::Doubtful(why);
        }
        if !readable {
            return AppendError::Undone(why);
        }
        let ours = length.saturating_add(written as u64);
        let alone = again(|| self.vfs.stat(segment)).is_ok_and(|stat| stat.size == ours);
        if alone && again(|| self.vfs.truncate(segment, length)).is_ok() {
            AppendError::Undone(why)
        } else {
            AppendError::Doubtful(why)
        }
    }
}
