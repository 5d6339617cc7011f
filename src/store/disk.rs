//! The real disk: each method of [`Vfs`] is the system call of its name.
use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    self, Access, AtFlags, FallocateFlags, FileType, FlockOperation, Gid, Mode, OFlags, RenameFlags, StatxFlags, Uid,
    XattrFlags,
};

use super::vfs::{Errno, FileKind, How, Identity, Result, Stat, Vfs};

/// The disks of this host.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

/// Magic numbers of file systems whose locks or replies cannot be relied on (Linux `statfs(2)`, `linux/magic.h`).
const REMOTE: &[u64] = &[
    0x6969,      // NFS
    0x517b,      // SMB
    0xff53_4d42, // CIFS
    0xfe53_4d42, // SMB2
    0x6573_5546, // FUSE
    0x0102_1997, // 9P
    0x00c3_6400, // Ceph
    0x5346_414f, // AFS
    0x7375_7245, // Coda
];

/// Magic numbers of file systems in memory: tmpfs and ramfs.
const MEMORY: &[u64] = &[0x0102_1994, 0x8584_58f6];

/// The most that an extended attribute, or the list of their names, can hold (`linux/limits.h`).
const LARGEST_ATTRIBUTE: usize = 1 << 16;

/// Permission bits with set-user-id, set-group-id and sticky.
const MODE_BITS: u32 = 0o7777;

impl Vfs for Disk {
    type Handle = OwnedFd;

    fn resolve(&self, path: &Path) -> Result<PathBuf> {
        path.canonicalize().map_err(|e| Errno::from_io_error(&e).unwrap_or(Errno::IO))
    }

    fn open_folder(&self, path: &Path) -> Result<OwnedFd> {
        fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
    }

    fn open(&self, folder: &OwnedFd, name: &OsStr, how: How) -> Result<OwnedFd> {
        let always = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let (flags, mode) = match how {
            How::Read => (OFlags::RDONLY, 0),
            How::Folder => (OFlags::RDONLY | OFlags::DIRECTORY, 0),
            How::Append => (OFlags::RDWR | OFlags::APPEND, 0),
            How::New(mode) => (OFlags::RDWR | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL, mode),
        };
        fs::openat(folder, name, flags | always, Mode::from_bits_truncate(mode))
    }

    fn make_folder(&self, folder: &OwnedFd, name: &OsStr, mode: u32) -> Result<()> {
        fs::mkdirat(folder, name, Mode::from_bits_truncate(mode))
    }

    fn list(&self, folder: &OwnedFd) -> Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in fs::Dir::read_from(folder)? {
            let name = OsStr::from_bytes(entry?.file_name().to_bytes()).to_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn read(&self, file: &OwnedFd, into: &mut [u8], offset: u64) -> Result<usize> {
        rustix::io::pread(file, into, offset)
    }

    fn write(&self, file: &OwnedFd, bytes: &[u8]) -> Result<usize> {
        rustix::io::write(file, bytes)
    }

    fn truncate(&self, file: &OwnedFd, length: u64) -> Result<()> {
        fs::ftruncate(file, length)
    }

    fn sync(&self, handle: &OwnedFd) -> Result<()> {
        fs::fsync(handle)
    }

    fn sync_data(&self, file: &OwnedFd) -> Result<()> {
        fs::fdatasync(file)
    }

    fn stat(&self, handle: &OwnedFd) -> Result<Stat> {
        fs::statx(handle, "", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS).map(|found| stat(&found))
    }

    fn stat_at(&self, folder: &OwnedFd, name: &OsStr) -> Result<Stat> {
        fs::statx(folder, name, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::BASIC_STATS).map(|found| stat(&found))
    }

    fn may_write(&self, folder: &OwnedFd, name: &OsStr) -> Result<()> {
        fs::accessat(folder, name, Access::WRITE_OK, AtFlags::EACCESS)
    }

    fn set_mode(&self, handle: &OwnedFd, mode: u32) -> Result<()> {
        fs::fchmod(handle, Mode::from_bits_truncate(mode))
    }

    fn set_owner(&self, handle: &OwnedFd, uid: Option<u32>, gid: Option<u32>) -> Result<()> {
        fs::fchown(handle, uid.map(Uid::from_raw), gid.map(Gid::from_raw))
    }

    fn rename(&self, folder: &OwnedFd, from: &OsStr, to: &OsStr) -> Result<()> {
        fs::renameat(folder, from, folder, to)
    }

    fn rename_new(&self, folder: &OwnedFd, from: &OsStr, to: &OsStr) -> Result<()> {
        fs::renameat_with(folder, from, folder, to, RenameFlags::NOREPLACE)
    }

    fn unlink(&self, folder: &OwnedFd, name: &OsStr) -> Result<()> {
        fs::unlinkat(folder, name, AtFlags::empty())
    }

    fn link(&self, from: &OwnedFd, name: &OsStr, to: &OwnedFd, new: &OsStr) -> Result<()> {
        fs::linkat(from, name, to, new, AtFlags::empty())
    }

    fn allocate(&self, file: &OwnedFd, offset: u64, length: u64) -> Result<()> {
        fs::fallocate(file, FallocateFlags::KEEP_SIZE, offset, length)
    }

    fn attributes(&self, file: &OwnedFd) -> Result<Vec<OsString>> {
        let mut names = vec![0_u8; LARGEST_ATTRIBUTE];
        let length = fs::flistxattr(file, &mut names[..])?;
        let names = names.get(..length).unwrap_or_default().split(|byte| *byte == 0);
        Ok(names.filter(|name| !name.is_empty()).map(|name| OsStr::from_bytes(name).to_owned()).collect())
    }

    fn attribute(&self, file: &OwnedFd, name: &OsStr) -> Result<Vec<u8>> {
        let mut value = vec![0_u8; LARGEST_ATTRIBUTE];
        let length = fs::fgetxattr(file, name, &mut value[..])?;
        value.truncate(length);
        Ok(value)
    }

    fn set_attribute(&self, file: &OwnedFd, name: &OsStr, value: &[u8]) -> Result<()> {
        fs::fsetxattr(file, name, value, XattrFlags::empty())
    }

    fn remove_attribute(&self, file: &OwnedFd, name: &OsStr) -> Result<()> {
        fs::fremovexattr(file, name)
    }

    fn try_lock(&self, file: &OwnedFd) -> Result<bool> {
        match fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(true),
            Err(Errno::WOULDBLOCK) => Ok(false),
            Err(errno) => Err(errno),
        }
    }

    fn is_remote(&self, folder: &OwnedFd) -> Result<bool> {
        Ok(REMOTE.contains(&magic(folder)?))
    }

    fn is_memory(&self, folder: &OwnedFd) -> Result<bool> {
        Ok(MEMORY.contains(&magic(folder)?))
    }

    fn identity(&self) -> Identity {
        let others = rustix::process::getgroups().unwrap_or_default();
        let groups = std::iter::once(rustix::process::getegid()).chain(others).map(Gid::as_raw).collect();
        Identity { uid: rustix::process::geteuid().as_raw(), groups }
    }
}

/// The magic number of a folder's file system. The type of the field differs between hosts; it has 32 bits everywhere.
fn magic(folder: &OwnedFd) -> Result<u64> {
    Ok(u64::try_from(fs::fstatfs(folder)?.f_type).unwrap_or(0) & 0xffff_ffff)
}

fn stat(found: &fs::Statx) -> Stat {
    use rustix::fs::StatxAttributes as Attributes;
    let mode = u32::from(found.stx_mode);
    let kind = match FileType::from_raw_mode(mode) {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => FileKind::Link,
        _ => FileKind::Other,
    };
    Stat {
        id: ((u64::from(found.stx_dev_major) << 32) | u64::from(found.stx_dev_minor), found.stx_ino),
        kind,
        mode: mode & MODE_BITS,
        uid: found.stx_uid,
        gid: found.stx_gid,
        size: found.stx_size,
        links: u64::from(found.stx_nlink),
        mtime: (found.stx_mtime.tv_sec, found.stx_mtime.tv_nsec),
        ctime: (found.stx_ctime.tv_sec, found.stx_ctime.tv_nsec),
        fixed: found.stx_attributes.intersects(Attributes::IMMUTABLE | Attributes::APPEND),
    }
}
