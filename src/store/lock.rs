//! One writer at a time: an advisory lock on a file of its own, which is never deleted or renamed and is held only
//! for a save. The ward file itself is never locked: it is replaced, and a lock on what was replaced locks nothing.
use std::ffi::OsStr;
use std::time::{Duration, Instant};

use super::place::{Place, adopt, file_mode, folder_in};
use super::vfs::{Errno, How, Result, Stat, Vfs, Whole, again};

const LOCK: &str = "lock";
/// How long to wait before the first new attempt.
const PAUSE: Duration = Duration::from_millis(1);
/// How long to wait between later ones: about as long as a save takes.
const LONGEST_PAUSE: Duration = Duration::from_millis(8);
/// After how long somebody has waited long.
const LONG: Duration = Duration::from_secs(1);

/// The lock of a ward, held until it is dropped.
#[derive(Debug)]
pub(super) struct Held<H> {
    /// `ward.json.d`.
    pub side: H,
    /// Never read: closing it gives up the lock.
    _lock: H,
}

/// Why the lock was not to be had.
#[derive(Debug)]
pub(super) enum LockError {
    /// Another program held it all the time; who, as far as it said.
    Busy(String),
    /// The disk refused.
    Disk(Errno),
}

impl From<Errno> for LockError {
    fn from(errno: Errno) -> Self {
        Self::Disk(errno)
    }
}

/// Takes the lock, waiting at most so long; `like` is the ward file, `holder` what others are told meanwhile.
pub(super) fn acquire<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    like: &Stat,
    wait: Duration,
    holder: &str,
) -> std::result::Result<Held<V::Handle>, LockError> {
    let started = Instant::now();
    loop {
        let side = folder_in(vfs, &place.folder, &place.side_name(), like)?;
        let lock = make_lock(vfs, &side, like)?;
        if !wait_for(vfs, &lock, wait.saturating_sub(started.elapsed()))? {
            return Err(LockError::Busy(read_holder(vfs, &lock)));
        }
        if is_current(vfs, place, &side, &lock)? {
            // For people only: a disk that cannot take it can still be saved to.
            let _ = again(|| vfs.truncate(&lock, 0));
            let _ = vfs.write_all(&lock, holder.as_bytes());
            return Ok(Held { side, _lock: lock });
        }
        if started.elapsed() >= wait {
            return Err(LockError::Busy("unknown".to_owned()));
        }
        std::thread::sleep(PAUSE);
    }
}

/// Takes the lock for reading's sake, if it is there and free within a moment: nobody is in the middle of a save.
/// `None` if somebody is, all that time.
///
/// # Errors
/// Those of the disk: nobody knows.
pub(super) fn quiet<V: Vfs>(vfs: &V, place: &Place<V::Handle>, wait: Duration) -> Result<Option<Held<V::Handle>>> {
    let side = place.open_side(vfs)?;
    let lock = again(|| vfs.open(&side, OsStr::new(LOCK), How::Read))?;
    let free = wait_for(vfs, &lock, wait)?;
    Ok(free.then_some(Held { side, _lock: lock }))
}

fn wait_for<V: Vfs>(vfs: &V, lock: &V::Handle, wait: Duration) -> Result<bool> {
    let started = Instant::now();
    let mut pause = PAUSE;
    loop {
        if again(|| vfs.try_lock(lock))? {
            return Ok(true);
        }
        if started.elapsed() >= wait {
            return Ok(false);
        }
        // Who has waited long asks more often than who has just come, and so has the better chance.
        pause = if started.elapsed() >= LONG { PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
        std::thread::sleep(pause);
    }
}

/// Whether what was locked is still what everybody else would lock.
fn is_current<V: Vfs>(vfs: &V, place: &Place<V::Handle>, side: &V::Handle, lock: &V::Handle) -> Result<bool> {
    let same = |held: &V::Handle, folder: &V::Handle, name: &OsStr| match again(|| vfs.stat_at(folder, name)) {
        Ok(there) => Ok(again(|| vfs.stat(held))?.id == there.id),
        Err(Errno::NOENT) => Ok(false),
        Err(errno) => Err(errno),
    };
    Ok(same(lock, side, OsStr::new(LOCK))? && same(side, &place.folder, &place.side_name())?)
}

fn make_lock<V: Vfs>(vfs: &V, side: &V::Handle, like: &Stat) -> Result<V::Handle> {
    let name = OsStr::new(LOCK);
    let open = || again(|| vfs.open(side, name, How::Append));
    let lock = match open() {
        Err(Errno::NOENT) => match again(|| vfs.open(side, name, How::New(file_mode(like.mode)))) {
            Ok(lock) => {
                adopt(vfs, &lock, like, file_mode(like.mode))?;
                lock
            }
            Err(Errno::EXIST) => open()?,
            Err(errno) => return Err(errno),
        },
        opened => opened?,
    };
    let is_file = again(|| vfs.stat(&lock))?.kind == super::vfs::FileKind::File;
    if is_file { Ok(lock) } else { Err(Errno::NOTDIR) }
}

/// Who holds the lock at this moment, as far as it said; `None` if nobody does, or nobody can tell.
pub(super) fn holder<V: Vfs>(vfs: &V, side: &V::Handle) -> Option<String> {
    let lock = again(|| vfs.open(side, OsStr::new(LOCK), How::Read)).ok()?;
    let free = again(|| vfs.try_lock(&lock)).ok()?;
    (!free).then(|| read_holder(vfs, &lock))
}

/// What the holder wrote of itself: one short line, plain characters only.
fn read_holder<V: Vfs>(vfs: &V, lock: &V::Handle) -> String {
    let mut bytes = [0; 120];
    let length = vfs.read(lock, &mut bytes, 0).unwrap_or(0);
    let line = String::from_utf8_lossy(bytes.get(..length).unwrap_or_default()).into_owned();
    let plain: String = line.chars().take_while(|c| *c != '\n').map(|c| if c.is_control() { '?' } else { c }).collect();
    if plain.is_empty() { "unknown".to_owned() } else { plain }
}
