//! What the disk and the host say about a ward's files: who owns them and who may read them, the file system, the room
//! left, who is saving, swap. For `wardround doctor`, which words it. It looks, and changes nothing but in [`narrow`].
#![allow(clippy::disallowed_methods)] // the kernel's own tables are no file of a ward
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{fstatfs, fstatvfs};

use super::disk::Disk;
use super::lock;
use super::place::{Place, segment_number};
use super::vfs::{FileKind, How, Result, Stat, Vfs, again};

/// Permission bits of those who are neither the owner nor in the group.
const OTHERS: u32 = 0o007;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The folder that the file stands in.
    pub folder: Item,
    /// The file, the folder beside it, and what is in that.
    pub items: Vec<Item>,
    /// Segments of the journal.
    pub segments: usize,
    /// Bytes in them.
    pub journal_bytes: u64,
    /// Who is saving at this moment; `None` if nobody is.
    pub saving: Option<String>,
    /// The file system.
    pub file_system: FileSystem,
    /// Bytes that this user can still write.
    pub free_bytes: u64,
    /// Files that can still be made; `None` where the file system has no limit.
    pub free_files: Option<u64>,
    /// Swap spaces that anybody who takes the disk could read.
    pub open_swap: Vec<String>,
}

/// A file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name, without the folder that the ward file stands in.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Permission bits.
    pub mode: u32,
    /// Who owns it.
    pub owner: String,
    /// Its group.
    pub group: String,
}

impl Item {
    fn new(name: &OsStr, stat: &Stat) -> Self {
        Self {
            name: name.to_string_lossy().into_owned(),
            is_folder: stat.kind == FileKind::Folder,
            mode: stat.mode,
            owner: user(stat.uid),
            group: group(stat.gid),
        }
    }

    /// Whether everybody on this host can read, write or enter it.
    pub fn is_open_to_others(&self) -> bool {
        self.mode & OTHERS != 0
    }
}

/// A file system, as far as saving on it is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSystem {
    /// One that saves are tested on.
    Known(&'static str),
    /// In memory: gone when the host restarts.
    Memory,
    /// Over a network, or served by a program: what it answers cannot be relied on.
    Remote,
    /// Another, by its number in `statfs(2)`.
    Other(u64),
}

/// Numbers of local file systems (`linux/magic.h`).
const LOCAL: &[(u64, &str)] =
    &[(0xef53, "ext4"), (0x5846_5342, "xfs"), (0x9123_683e, "btrfs"), (0x794c_7630, "overlay"), (0xf2f5_2010, "f2fs")];
const MEMORY: &[u64] = &[0x0102_1994, 0x8584_58f6];

/// Looks at a ward file and all that belongs to it.
///
/// # Errors
/// Those of the disk: there is no such file, or it may not be looked at.
pub fn survey(path: &Path) -> Result<Survey> {
    let place = Place::find(&Disk, path)?;
    let folder = again(|| Disk.stat(&place.folder))?;
    let file = again(|| Disk.stat_at(&place.folder, &place.name))?;
    let side = place.open_side(&Disk).ok();
    let mut items = vec![Item::new(&place.name, &file)];
    let (mut segments, mut journal_bytes) = (0, 0);
    if let Some(side) = &side {
        let within = place.side_name();
        items.push(Item::new(&within, &again(|| Disk.stat(side))?));
        each(side, &within, 1, &mut |_, name, stat| {
            if Path::new(name).file_name().and_then(segment_number).is_some() {
                segments += 1;
                journal_bytes += stat.size;
            }
            items.push(Item::new(name, stat));
        })?;
    }
    let room = fstatvfs(&place.folder)?;
    Ok(Survey {
        folder: Item::new(OsStr::new("."), &folder),
        items,
        segments,
        journal_bytes,
        saving: side.as_ref().and_then(|side| lock::holder(&Disk, side)),
        file_system: file_system(&place.folder)?,
        free_bytes: room.f_bavail.saturating_mul(room.f_frsize),
        free_files: (room.f_files > 0).then_some(room.f_favail),
        open_swap: open_swap(),
    })
}

/// Takes from everybody else what they may do to a ward file and all that belongs to it; owner and group keep what they
/// have. Gives the names of what was changed.
///
/// # Errors
/// Those of the disk: only the owner may do it.
pub fn narrow(path: &Path) -> Result<Vec<String>> {
    let place = Place::find(&Disk, path)?;
    let mut changed = Vec::new();
    let mut take = |folder: &OwnedFd, own: &OsStr, shown: &OsStr, stat: &Stat| -> Result<()> {
        if stat.mode & OTHERS != 0 && matches!(stat.kind, FileKind::File | FileKind::Folder) {
            let handle = again(|| Disk.open(folder, own, How::Read))?;
            again(|| Disk.set_mode(&handle, stat.mode & !OTHERS))?;
            changed.push(shown.to_string_lossy().into_owned());
        }
        Ok(())
    };
    let file = again(|| Disk.stat_at(&place.folder, &place.name))?;
    take(&place.folder, &place.name, &place.name, &file)?;
    if let Ok(side) = place.open_side(&Disk) {
        let name = place.side_name();
        take(&place.folder, &name, &name, &again(|| Disk.stat(&side))?)?;
        narrow_below(&side, &name, 1, &mut take)?;
    }
    Ok(changed)
}

/// What takes permissions away: the folder, the name in it, the name to show, and what it is.
type Take<'a> = &'a mut dyn FnMut(&OwnedFd, &OsStr, &OsStr, &Stat) -> Result<()>;

/// Narrows everything below a folder, so many folders deep: what lies in a closed folder is closed only as long as
/// nobody opens or copies the folder.
fn narrow_below(folder: &OwnedFd, shown: &OsStr, depth: usize, take: Take) -> Result<()> {
    let mut all = Vec::new();
    each(folder, shown, 0, &mut |own, shown, stat| all.push((own.to_owned(), shown.to_owned(), *stat)))?;
    for (own, shown, stat) in all {
        take(folder, &own, &shown, &stat)?;
        if stat.kind == FileKind::Folder && depth > 0 {
            let below = again(|| Disk.open(folder, &own, How::Folder))?;
            narrow_below(&below, &shown, depth - 1, take)?;
        }
    }
    Ok(())
}

/// Every file below a folder, so many folders deep: its path in the folder, its name to show, and what it is.
fn each(folder: &OwnedFd, shown: &OsStr, depth: usize, look: &mut dyn FnMut(&OsStr, &OsStr, &Stat)) -> Result<()> {
    let mut names = again(|| Disk.list(folder))?;
    names.sort();
    for name in names {
        // Somebody may have taken it away meanwhile.
        let Ok(stat) = again(|| Disk.stat_at(folder, &name)) else { continue };
        let whole = joined(shown, &name);
        look(&name, &whole, &stat);
        if stat.kind == FileKind::Folder && depth > 0 {
            let below = again(|| Disk.open(folder, &name, How::Folder))?;
            let mut below_look = |own: &OsStr, shown: &OsStr, stat: &Stat| look(&joined(&name, own), shown, stat);
            each(&below, &whole, depth - 1, &mut below_look)?;
        }
    }
    Ok(())
}

fn joined(folder: &OsStr, name: &OsStr) -> OsString {
    Path::new(folder).join(name).into_os_string()
}

fn file_system(folder: &OwnedFd) -> Result<FileSystem> {
    if again(|| Disk.is_remote(folder))? {
        return Ok(FileSystem::Remote);
    }
    // Numbers of 32 bits, which some hosts give as negative ones.
    let number = fstatfs(folder)?.f_type.cast_unsigned() & 0xffff_ffff;
    if MEMORY.contains(&number) {
        return Ok(FileSystem::Memory);
    }
    let known = LOCAL.iter().find(|(known, _)| *known == number);
    Ok(known.map_or(FileSystem::Other(number), |(_, name)| FileSystem::Known(name)))
}

/// Swap that is neither in memory nor on an encrypted device, by its name.
fn open_swap() -> Vec<String> {
    let table = fs::read_to_string("/proc/swaps").unwrap_or_default();
    table
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| !is_closed(name))
        .map(str::to_owned)
        .collect()
}

fn is_closed(device: &str) -> bool {
    let device = fs::canonicalize(device).unwrap_or_else(|_| device.into());
    let Some(name) = device.file_name().and_then(OsStr::to_str) else { return false };
    let mapped = fs::read_to_string(format!("/sys/class/block/{name}/dm/uuid")).unwrap_or_default();
    name.starts_with("zram") || mapped.starts_with("CRYPT-")
}

/// The name of an account; its number if it has none.
fn user(uid: u32) -> String {
    let known = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid)).ok().flatten();
    known.map_or_else(|| format!("uid {uid}"), |user| user.name)
}

fn group(gid: u32) -> String {
    let known = nix::unistd::Group::from_gid(nix::unistd::Gid::from_raw(gid)).ok().flatten();
    known.map_or_else(|| format!("gid {gid}"), |group| group.name)
}
