//! Generations: the file as it was before each save, under a second name in `ward.json.d/backups/`. A hard link, so that
//! keeping one costs no copying: the next save gives the file's name to another inode.
//!
//! They are ordered and named by revision. An edit by hand keeps the revision that it found, so the name of what no
//! save has made also holds the beginning of its hash.
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use chrono::{DateTime, Datelike, Utc};

use super::place::{Place, adopt, file_mode};
use super::vfs::{Errno, FileKind, How, Result, Stat, Vfs, Whole, again};
use crate::ward::read;

/// The folder's name.
pub(super) const FOLDER: &str = "backups";
/// Of the latest revisions, so many are kept.
const REVISIONS: usize = 20;
/// The last of a day, of so many days.
const DAYS: usize = 14;
/// The last of a month, of so many months.
const MONTHS: usize = 12;
/// All together may be so many times as large as the file.
const TIMES: u64 = 10;
/// So much is kept however small the file is.
const ALWAYS: u64 = 16 << 20;
/// So many are kept when the disk is full.
pub(super) const FEW: usize = 3;
/// Digits of a hash in a name.
const MARK: usize = 8;

/// An earlier state of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Generation {
    pub name: OsString,
    pub revision: u64,
    pub stat: Stat,
}

impl Generation {
    /// When it was written.
    pub fn at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.stat.mtime.0, self.stat.mtime.1).unwrap_or_default()
    }
}

/// The name of a generation; `mark` is the hash of a file that no save has made.
fn name<H>(place: &Place<H>, revision: u64, mark: Option<&str>) -> OsString {
    let mut name = place.name.clone();
    name.push(format!(".r{revision:010}"));
    if let Some(mark) = mark.and_then(|sha| sha.get(..MARK)) {
        name.push(format!(".{mark}"));
    }
    name
}

/// The revision in a generation's name.
fn revision<H>(place: &Place<H>, name: &OsStr) -> Option<u64> {
    let rest = name.to_str()?.strip_prefix(place.name.to_str()?)?.strip_prefix(".r")?;
    let (digits, mark) = rest.split_once('.').unwrap_or((rest, "00000000"));
    let plain = mark.len() == MARK && mark.bytes().all(|b| b.is_ascii_hexdigit());
    (digits.len() >= 10 && plain && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// All generations, newest first.
pub(super) fn list<V: Vfs>(vfs: &V, place: &Place<V::Handle>, backups: &V::Handle) -> Result<Vec<Generation>> {
    let mut found = Vec::new();
    for name in again(|| vfs.list(backups))? {
        let Some(revision) = revision(place, &name) else { continue };
        match again(|| vfs.stat_at(backups, &name)) {
            Ok(stat) if stat.kind == FileKind::File => found.push(Generation { name, revision, stat }),
            Ok(_) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno),
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse((one.revision, one.stat.mtime)));
    Ok(found)
}

/// Keeps the file as it is under a second name.
pub(super) fn keep<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    backups: &V::Handle,
    (revision, mark): (u64, Option<&str>),
    like: &Stat,
) -> Result<()> {
    let name = name(place, revision, mark);
    match again(|| vfs.link(&place.folder, &place.name, backups, &name)) {
        Ok(()) => {}
        Err(Errno::EXIST) => return Ok(()),
        // No second names on this file system, or none for us, or too many.
        Err(Errno::PERM | Errno::OPNOTSUPP | Errno::MLINK | Errno::XDEV) => copy(vfs, place, backups, &name, like)?,
        Err(errno) => return Err(errno),
    }
    again(|| vfs.sync(backups))
}

/// A copy instead of a link: synced before it gets its name, so that what has the name is whole.
fn copy<V: Vfs>(vfs: &V, place: &Place<V::Handle>, backups: &V::Handle, name: &OsStr, like: &Stat) -> Result<()> {
    if again(|| vfs.stat_at(backups, name)).is_ok() {
        return Ok(());
    }
    let part = OsStr::new("part");
    let _ = again(|| vfs.unlink(backups, part));
    let from = again(|| vfs.open(&place.folder, &place.name, How::Read))?;
    let bytes = vfs.read_all(&from, 0, u64::MAX)?;
    let to = again(|| vfs.open(backups, part, How::New(file_mode(like.mode))))?;
    let filled = vfs
        .write_all(&to, &bytes)
        .map_err(|(_, errno)| errno)
        .and_then(|()| adopt(vfs, &to, like, file_mode(like.mode)))
        .and_then(|()| again(|| vfs.sync(&to)))
        .and_then(|()| again(|| vfs.rename(backups, part, name)));
    if filled.is_err() {
        let _ = again(|| vfs.unlink(backups, part));
    }
    filled
}

/// Takes away what is kept no longer; `good` says whether a generation can be read: the newest that can always stays.
pub(super) fn prune<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    backups: &V::Handle,
    keeps: impl Fn(&[Generation]) -> BTreeSet<usize>,
    good: impl Fn(&Generation) -> bool,
) -> Result<usize> {
    let all = list(vfs, place, backups)?;
    let keeps = keeps(&all);
    let newest_good = all.iter().position(good);
    let mut gone = 0;
    for (_, one) in all.iter().enumerate().filter(|(at, _)| !keeps.contains(at) && newest_good != Some(*at)) {
        gone += usize::from(again(|| vfs.unlink(backups, &one.name)).is_ok());
    }
    Ok(gone)
}

/// Whether a generation is a ward that can be read.
pub(super) fn good<V: Vfs>(vfs: &V, backups: &V::Handle, one: &Generation, limits: &read::Limits) -> bool {
    let bytes =
        again(|| vfs.open(backups, &one.name, How::Read)).and_then(|file| vfs.read_all(&file, 0, limits.bytes as u64));
    bytes.is_ok_and(|bytes| read::owned(bytes, limits).is_ok())
}

/// Which generations (newest first) are kept beside a file of so many bytes: the latest revisions, the last of each
/// day and of each month; and of these no more than ten times the file.
pub(super) fn kept(all: &[Generation], file: u64) -> BTreeSet<usize> {
    let last_of = |key: &dyn Fn(DateTime<Utc>) -> i32, most: usize| -> Vec<usize> {
        let mut seen = BTreeSet::new();
        (0..all.len()).filter(|at| all.get(*at).is_some_and(|one| seen.insert(key(one.at())))).take(most).collect()
    };
    let days = last_of(&|at| at.num_days_from_ce(), DAYS);
    let months = last_of(&|at| at.year() * 12 + i32::try_from(at.month0()).unwrap_or(0), MONTHS);
    // A few of the latest come first, then what reaches far back, then the rest of the latest.
    let order = (0..FEW).chain(days).chain(months).chain(FEW..REVISIONS).filter(|at| *at < all.len());
    let mut room = file.saturating_mul(TIMES).max(ALWAYS);
    let mut kept = BTreeSet::new();
    for at in order {
        let size = all.get(at).map_or(0, |one| one.stat.size);
        if !kept.contains(&at) && (at == 0 || size <= room) {
            room = room.saturating_sub(size);
            kept.insert(at);
        }
    }
    kept
}

/// The newest few: what is kept on a full disk.
pub(super) fn few(all: &[Generation]) -> BTreeSet<usize> {
    (0..FEW.min(all.len())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(saves: impl Iterator<Item = (u64, i64, u64)>) -> Vec<Generation> {
        let stat = |seconds, size| Stat {
            id: (0, 0),
            kind: FileKind::File,
            mode: 0o600,
            uid: 0,
            gid: 0,
            size,
            links: 1,
            mtime: (seconds, 0),
            ctime: (seconds, 0),
            fixed: false,
        };
        let mut all: Vec<Generation> = saves
            .map(|(revision, at, size)| Generation { name: OsString::new(), revision, stat: stat(at, size) })
            .collect();
        all.reverse();
        all
    }

    const DAY: i64 = 86_400;

    #[test]
    fn the_latest_and_the_last_of_days_and_months_are_kept() {
        // Two saves a day for two years.
        let all = all((0..1_460).map(|n| (n, i64::try_from(n).unwrap_or(0) * DAY / 2, 1_000)));
        let kept = kept(&all, 1_000);
        assert!((0..20).all(|at| kept.contains(&at)), "the last 20");
        let days: BTreeSet<i64> = kept.iter().map(|at| all[*at].stat.mtime.0 / DAY).collect();
        assert!((716..730).all(|day| days.contains(&day)), "{days:?}");
        let months: BTreeSet<(i32, u32)> =
            kept.iter().map(|at| (all[*at].at().year(), all[*at].at().month())).collect();
        assert_eq!(months.len(), 12, "{months:?}");
        assert!(kept.len() <= 20 + 14 + 12);
    }

    #[test]
    fn they_are_no_more_than_ten_times_the_file() {
        let size = 8 << 20;
        let all = all((0..60).map(|n| (n, i64::try_from(n).unwrap_or(0) * DAY, size)));
        let kept = kept(&all, size);
        assert_eq!(kept.len(), 10, "{kept:?}");
        assert!(kept.contains(&0) && kept.contains(&1) && kept.contains(&2));
    }

    #[test]
    fn names_hold_the_revision() {
        let place = Place { folder: (), name: "ward.json".into() };
        assert_eq!(name(&place, 412, None), "ward.json.r0000000412");
        assert_eq!(name(&place, 412, Some("0123456789abcdef")), "ward.json.r0000000412.01234567");
        for mark in [None, Some("0123456789abcdef")] {
            for number in [0, 412, u64::MAX] {
                assert_eq!(revision(&place, &name(&place, number, mark)), Some(number));
            }
        }
        for other in ["ward.json", "ward.json.r41", "ward.json.r000000041x", "other.json.r0000000412", "part"] {
            assert_eq!(revision(&place, OsStr::new(other)), None, "{other}");
        }
    }
}
