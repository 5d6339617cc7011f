//! A save, step by step. Up to the commit point nothing that anybody reads has changed; after it, what was to be saved
//! is in the journal for good, and the file is replaced.
use std::ffi::OsStr;

use chrono::{DateTime, SecondsFormat, Utc};

use super::append::Target;
use super::attributes::Attributes;
use super::author::Author;
use super::choose::{Chosen, accept, choose};
use super::compose::{Fact as Written, Save};
use super::condition::Cause;
use super::conflict::{Batch, Fact};
use super::generations::{self, Generation, keep};
use super::journal::Tail;
use super::line::sha256;
use super::lock::{self, Held, LockError};
use super::merge::add;
use super::outcome::{ClockDoubt, Outcome, Refusal, SaveReport, Stopped, after_commit, casts_doubt, doubt, why};
use super::place::folder_in;
use super::preflight::{folder_obstacle, obstacle};
use super::replace::replace;
use super::rescue::new_file;
use super::state::State;
use super::vfs::{self, Errno, How, Stat, Vfs, again};
use super::{Options, Store, running};
use crate::ward::{Ward, read, write};

/// Old generations are taken away after each save with a revision that is a multiple of this.
const TIDY_EVERY: u64 = 16;

/// What a save has in its hands once it has the lock.
pub(super) struct Desk<H> {
    held: Held<H>,
    /// Where generations are kept; none if there is no room for a folder.
    backups: Option<H>,
    attributes: Attributes,
}

/// The next file.
struct Next {
    ward: Ward,
    text: String,
    sha: String,
}

impl<V: Vfs> Store<V> {
    /// Saves facts: one lock, one write to the journal, one replacement of the file, whatever others saved meanwhile
    /// included. Facts can be refused one by one; the outcome holds of the others. A `change` whose `from` is not what
    /// the field holds is refused as [`Refusal::Changed`].
    pub fn save(&mut self, facts: Vec<Fact>, author: &Author, now: DateTime<Utc>) -> SaveReport {
        self.save_batch(facts.into(), author, now)
    }

    /// As [`Store::save`], unless what the batch rests on ([`super::Seen`]) is no longer the newest of its kind: then
    /// the facts of that patient are refused as [`Refusal::Changed`].
    pub fn save_batch(&mut self, batch: Batch, author: &Author, now: DateTime<Utc>) -> SaveReport {
        self.run(|found| choose(found, batch), author, now)
    }

    /// Confirms, in the author's name, what somebody has edited in the file outside this program: what was removed counts
    /// no longer, what was changed counts as the file has it. The journal keeps both, and who confirmed it.
    pub fn accept_edit(&mut self, author: &Author, now: DateTime<Utc>) -> SaveReport {
        self.run(|found| accept(found).map_err(|reason| (Outcome::NotSaved { reason }, Vec::new())), author, now)
    }

    fn run(
        &mut self,
        choose: impl FnOnce(&mut State) -> Result<Chosen, Stopped>,
        author: &Author,
        now: DateTime<Utc>,
    ) -> SaveReport {
        let _running = running::begin();
        self.try_save(choose, author, now).unwrap_or_else(|(outcome, refused)| self.stopped(outcome, refused))
    }

    /// The report of a save that ended early.
    pub(super) fn stopped(&mut self, outcome: Outcome, refused: Vec<(usize, Refusal)>) -> SaveReport {
        if matches!(outcome, Outcome::NotConfirmed { .. }) {
            self.distrust = Some("the disk failed during a save: close the program and check".to_owned());
        }
        SaveReport { outcome, refused, ward: None }
    }

    fn try_save(
        &mut self,
        choose: impl FnOnce(&mut State) -> Result<Chosen, Stopped>,
        author: &Author,
        now: DateTime<Utc>,
    ) -> Result<SaveReport, Stopped> {
        let not_saved = |reason| (Outcome::NotSaved { reason }, Vec::new());
        let (desk, mut found) = self.find(author, now).map_err(not_saved)?;
        let chosen = choose(&mut found)?;
        if chosen.written.is_empty() {
            return self.confirm(found, chosen.refused);
        }
        self.finish(&desk, found, chosen, author, now)
    }

    /// Makes the next file, writes the journal, replaces the file.
    pub(super) fn finish(
        &mut self,
        desk: &Desk<V::Handle>,
        mut found: State,
        chosen: Chosen,
        author: &Author,
        now: DateTime<Utc>,
    ) -> Result<SaveReport, Stopped> {
        let Chosen { new, written, refused } = chosen;
        let stopped = |outcome| (outcome, refused.clone());
        let next = self.compose(&mut found, new, now).map_err(|reason| stopped(Outcome::NotSaved { reason }))?;
        found.tail = self.commit(&found, &next, &written, desk, author, now).map_err(stopped)?;
        let outcome = match self.put(desk, &found, &next) {
            Ok(()) => Outcome::Saved { revision: next.ward.revision },
            Err(errno) => after_commit(errno),
        };
        if matches!(outcome, Outcome::NotConfirmed { .. }) {
            return Err((outcome, refused));
        }
        let ward = self.remember(found, next, now, matches!(outcome, Outcome::Saved { .. }));
        Ok(SaveReport { outcome, refused, ward: Some(ward) })
    }

    /// Everything that can be asked beforehand; then the lock, and what is on the disk now.
    fn find(&mut self, author: &Author, now: DateTime<Utc>) -> Result<(Desk<V::Handle>, State), String> {
        if let Some(reason) = self.distrust.as_ref().or(self.read_only.as_ref()) {
            return Err(reason.clone());
        }
        let file = again(|| self.vfs.stat_at(&self.place.folder, &self.place.name))
            .map_err(|errno| format!("{}: {}", self.place.shown(), why(errno)))?;
        self.check(&file)?;
        let held = self.lock(&file, author, now)?;
        self.place.clean(&self.vfs);
        let known = self.known.take().map(|known| (known, &held.side));
        let found = State::read(&self.vfs, &self.place, &self.options, known)
            .map_err(|error| error.to_string().trim_end_matches('.').to_owned())?;
        self.check(&found.stat)?;
        match &found.read_only {
            Some(reason) => Err(reason.clone()),
            None => Ok((self.desk(held, &found.stat)?, found)),
        }
    }

    /// As `find`, of a file that may be damaged or missing: then what is found is its newest good state.
    pub(super) fn find_even_damaged(
        &mut self,
        author: &Author,
        now: DateTime<Utc>,
    ) -> Result<(Desk<V::Handle>, State), String> {
        if let Some(reason) = &self.distrust {
            return Err(reason.clone());
        }
        let (file, obstacle) = match again(|| self.vfs.stat_at(&self.place.folder, &self.place.name)) {
            Ok(file) => (file, self.check(&file)),
            Err(Errno::NOENT) => {
                let file = new_file(&self.vfs, &self.place).map_err(why)?;
                (file, folder_obstacle(&self.vfs, &self.place, &file, self.options.network_fs).map_or(Ok(()), Err))
            }
            Err(errno) => return Err(why(errno)),
        };
        obstacle?;
        let held = self.lock(&file, author, now)?;
        self.place.clean(&self.vfs);
        self.known = None;
        let options = Options { preview: true, ..self.options.clone() };
        let found = State::read(&self.vfs, &self.place, &options, None)
            .map_err(|error| error.to_string().trim_end_matches('.').to_owned())?;
        match found.read_only.as_ref().filter(|_| found.cause != Cause::Damaged) {
            Some(reason) => Err(reason.clone()),
            None => Ok((self.desk(held, &found.stat)?, found)),
        }
    }

    fn desk(&self, held: Held<V::Handle>, file: &Stat) -> Result<Desk<V::Handle>, String> {
        let attributes = Attributes::read(&self.vfs, &self.place).map_err(|errno| {
            format!("the access list (ACL) of {} cannot be kept: {}", self.place.shown(), why(errno))
        })?;
        let backups = match folder_in(&self.vfs, &held.side, OsStr::new(generations::FOLDER), file) {
            Ok(backups) => Some(backups),
            Err(errno) if !casts_doubt(errno) => None,
            Err(errno) => return Err(format!("{}.d/{}: {}", self.place.shown(), generations::FOLDER, why(errno))),
        };
        Ok(Desk { held, backups, attributes })
    }

    fn check(&self, file: &Stat) -> Result<(), String> {
        obstacle(&self.vfs, &self.place, file, self.options.network_fs).map_or(Ok(()), Err)
    }

    fn lock(&self, file: &Stat, author: &Author, now: DateTime<Utc>) -> Result<Held<V::Handle>, String> {
        let since = now.to_rfc3339_opts(SecondsFormat::Secs, false);
        let holder = format!("{}, process {}, since {since}\n", author.name(), std::process::id());
        lock::acquire(&self.vfs, &self.place, file, self.options.lock_wait, &holder).map_err(|error| match error {
            LockError::Busy(by) => format!("busy: held by {by}"),
            LockError::Disk(errno) => format!("{}.d: {}", self.place.shown(), why(errno)),
        })
    }

    /// Makes the next file, and checks it.
    fn compose(&self, found: &mut State, new: Vec<Fact>, now: DateTime<Utc>) -> Result<Next, String> {
        let ward = &mut found.ward;
        add(ward, new);
        ward.revision = ward.revision.max(found.tail.revision()).saturating_add(1);
        ward.lineage.get_or_insert_with(|| new_lineage(now));
        let text = write::ward(ward);
        if text.len() as u64 > self.options.read_only_over {
            return Err("the file would grow too large to be saved safely".to_owned());
        }
        // Our own mistakes must not reach the disk: what is written has to read back as what was meant.
        // What was meant is kept, not what was read back: it shares all that did not change with the state before.
        match read::ward(text.as_bytes(), &self.options.limits) {
            Ok(back) if back == *ward => Ok(Next { sha: sha256(text.as_bytes()), ward: ward.clone(), text }),
            _ => Err("the new file would not read back as what was meant; please report this".to_owned()),
        }
    }

    /// The commit point.
    fn commit(
        &mut self,
        found: &State,
        next: &Next,
        written: &[Written],
        desk: &Desk<V::Handle>,
        author: &Author,
        now: DateTime<Utc>,
    ) -> Result<Tail, Outcome> {
        let lineage = next.ward.lineage.as_deref().unwrap_or_default();
        let save = Save {
            rev: next.ward.revision,
            lineage,
            base: &found.sha,
            next: &next.sha,
            at: now,
            clock_suspect: found.recorded_at.is_some_and(|last| ClockDoubt::of(last, now).is_some()),
            author,
            unconfirmed: &found.unconfirmed,
            leftover: found.leftover,
        };
        let target = Target {
            vfs: &self.vfs,
            place: &self.place,
            side: &desk.held.side,
            like: &found.stat,
            names_are_durable: self.names_are_durable,
        };
        let tail = target.write(&found.tail, &save, written)?;
        self.names_are_durable = true;
        Ok(tail)
    }

    /// Keeps the file as a generation, and replaces it. On a full disk old generations make room, once.
    fn put(&mut self, desk: &Desk<V::Handle>, found: &State, next: &Next) -> vfs::Result<()> {
        let mark = (!found.is_known).then_some(found.sha.as_str());
        let attempt = |last: bool| {
            if let Some(backups) = desk.backups.as_ref().filter(|_| found.cause != Cause::Damaged) {
                let kept = keep(&self.vfs, &self.place, backups, (found.file_revision, mark), &found.stat);
                // Without a generation the save is as safe as with one.
                kept.or_else(|errno| if casts_doubt(errno) || is_full(errno) && !last { Err(errno) } else { Ok(()) })?;
            }
            replace(&self.vfs, &self.place, &next.text, (&found.stat, &desk.attributes))
        };
        let done = match (attempt(false), &desk.backups) {
            (Err(errno), Some(backups)) if is_full(errno) => {
                let good = |one: &Generation| generations::good(&self.vfs, backups, one, &self.options.limits);
                let _ = generations::prune(&self.vfs, &self.place, backups, generations::few, good);
                attempt(true)
            }
            (done, _) => done,
        };
        self.untidy.set(self.untidy.get() || done.is_ok() && next.ward.revision.is_multiple_of(TIDY_EVERY));
        done
    }

    /// Takes away generations that are kept no longer, if it is time. To be called once the answer is given.
    pub fn tidy(&self) {
        if !self.untidy.take() {
            return;
        }
        let backups = self
            .place
            .open_side(&self.vfs)
            .and_then(|side| again(|| self.vfs.open(&side, OsStr::new(generations::FOLDER), How::Folder)));
        let (Ok(backups), Some(file)) = (backups, self.seen.file) else { return };
        let good = |one: &Generation| generations::good(&self.vfs, &backups, one, &self.options.limits);
        let keeps = |all: &[Generation]| generations::kept(all, file.size);
        // What cannot be taken away now can be later.
        let _ = generations::prune(&self.vfs, &self.place, &backups, keeps, good);
    }

    /// Everything was there before. That it is in the file is not yet that the file is durable.
    fn confirm(&mut self, found: State, refused: Vec<(usize, Refusal)>) -> Result<SaveReport, Stopped> {
        let synced = again(|| self.vfs.open(&self.place.folder, &self.place.name, How::Read))
            .and_then(|file| again(|| self.vfs.sync(&file)))
            .and_then(|()| again(|| self.vfs.sync(&self.place.folder)));
        if let Err(errno) = synced {
            return Err((unconfirmed(errno), refused));
        }
        self.known = Some(found.clone());
        let outcome = Outcome::Saved { revision: found.ward.revision };
        Ok(SaveReport { outcome, refused, ward: Some(found.ward) })
    }

    /// After a whole save the file holds everything that it can, and the next save can start from that. What it cannot
    /// hold stays known, or the next save would say that there is no such thing.
    fn remember(&mut self, found: State, next: Next, now: DateTime<Utc>, whole: bool) -> Ward {
        self.read_only = None;
        self.seen.segment = found.tail.look();
        self.seen = self.look();
        self.known = self.seen.file.filter(|_| whole).map(|stat| {
            let mut state = State::of_file(next.ward.clone(), stat, next.sha);
            state.tail = found.tail;
            state.unconfirmed = found.unconfirmed;
            state.leftover = found.leftover;
            state.overlay.homeless = found.overlay.homeless;
            state.overlay.foreign = found.overlay.foreign;
            (state.saved_at, state.recorded_at) = (Some(now), Some(now));
            state
        });
        next.ward
    }
}

fn is_full(errno: Errno) -> bool {
    matches!(errno, Errno::NOSPC | Errno::DQUOT)
}

/// An error while confirming what was there before.
fn unconfirmed(errno: Errno) -> Outcome {
    if casts_doubt(errno) {
        Outcome::NotConfirmed { reason: doubt(errno) }
    } else {
        Outcome::NotSaved { reason: why(errno) }
    }
}

/// The mark by which copies of one ward know each other.
pub(super) fn new_lineage(now: DateTime<Utc>) -> String {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos());
    uuid::Uuid::new_v7(time).to_string()
}
