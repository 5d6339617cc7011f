//! A new ward file, where there is none.
use std::path::Path;

use chrono::{DateTime, Utc};

use super::append::Target;
use super::author::Author;
use super::compose::{Fact, Lines, Save};
use super::condition::Unconfirmed;
use super::journal::Tail;
use super::line::sha256;
use super::open_error::OpenError;
use super::outcome::why;
use super::place::Place;
use super::rescue::new_file;
use super::save::new_lineage;
use super::state::absent;
use super::vfs::{Errno, Stat, Vfs, again};
use super::{Disk, Options, Store, lock, preflight, recent, replace, running};
use crate::ward::{Ward, write};

/// Why a ward file was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// There is something of that name.
    #[error("{0} is there already. It was not changed.")]
    Exists(String),
    /// It was there once: its journal still is.
    #[error("{0}")]
    Lost(OpenError),
    /// The disk refused.
    #[error("{0} could not be made: {1}.")]
    Disk(String, String),
    /// The file was made; its journal was not.
    #[error("{0} was made, but its journal could not be begun: {1}.")]
    NoJournal(String, String),
}

impl Store<Disk> {
    /// Makes a new ward file and begins its journal.
    ///
    /// # Errors
    /// There is such a file already, or a journal of one; or the disk refused.
    pub fn create(path: &Path, ward: &Ward, author: &Author, now: DateTime<Utc>) -> Result<(), CreateError> {
        super::ignore_file_size_signal();
        Self::create_on(&Disk, path, ward, author, now)
    }
}

impl<V: Vfs> Store<V> {
    /// As [`Store::create`], on any disk.
    ///
    /// # Errors
    /// As there.
    pub fn create_on(
        vfs: &V,
        path: &Path,
        ward: &Ward,
        author: &Author,
        now: DateTime<Utc>,
    ) -> Result<(), CreateError> {
        let _running = running::begin();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let disk = |errno| CreateError::Disk(name.clone(), why(errno));
        let place = Place::find(vfs, path).map_err(disk)?;
        match again(|| vfs.stat_at(&place.folder, &place.name)) {
            Ok(_) => return Err(CreateError::Exists(name)),
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(disk(errno)),
        }
        if let lost @ OpenError::Damaged { .. } = absent(vfs, &place, &Options::default()) {
            return Err(CreateError::Lost(lost));
        }
        let like = new_file(vfs, &place).map_err(disk)?;
        if let Some(reason) = preflight::folder_obstacle(vfs, &place, &like, false) {
            return Err(CreateError::Disk(name, reason));
        }
        let mut ward = ward.clone();
        ward.lineage.get_or_insert_with(|| new_lineage(now));
        let text = write::ward(&ward);
        replace::create(vfs, &place, &text, &like).map_err(|errno| match errno {
            Errno::EXIST => CreateError::Exists(name.clone()),
            errno => disk(errno),
        })?;
        begin_journal(vfs, &place, (&ward, &text), &like, author, now)
            .map_err(|reason| CreateError::NoJournal(name.clone(), reason))
    }
}

/// The first line: the whole ward as it was made, so that file and journal can each be had from the other. A checkpoint
/// follows it if it is long.
fn begin_journal<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    (ward, text): (&Ward, &str),
    like: &Stat,
    author: &Author,
    now: DateTime<Utc>,
) -> Result<(), String> {
    let wait = Options::default().lock_wait;
    let held = lock::acquire(vfs, place, like, wait, &author.name()).map_err(|_| "its lock was refused".to_owned())?;
    let (sha, lineage) = (sha256(text.as_bytes()), ward.lineage.clone().unwrap_or_default());
    let unconfirmed = &Unconfirmed::default();
    let (rev, lineage, base, next) = (ward.revision, &*lineage, "", &*sha);
    let save = Save { rev, lineage, base, next, at: now, clock_suspect: false, author, unconfirmed, leftover: false };
    let fact = Fact { op: "created".to_owned(), patient: None, json: text.trim_end().to_owned() };
    let lines = Lines::compose(&Tail::default(), &save, &[fact]).map_err(|_| "not JSON".to_owned())?;
    let target = Target { vfs, place, side: &held.side, like, names_are_durable: false };
    let tail = target.append(&Tail::default(), &lines).map_err(|error| match error {
        super::append::AppendError::Undone(errno) | super::append::AppendError::Doubtful(errno) => why(errno),
    })?;
    if recent::is_long_line(tail.length) {
        // It only spares every start from reading that line again: ward and journal are whole without it.
        let _ = target.write_checkpoint(&tail, &save, &[]);
    }
    Ok(())
}
