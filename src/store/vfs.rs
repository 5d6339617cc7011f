//! What the store asks of a disk: one method for one system call, so that a simulated disk can stand in for the real
//! one and any call can be made to fail.
//!
//! All names are single path components below an open folder; a last component that is a symlink is never followed.
//! A handle is closed when it is dropped, which also gives up its lock.
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

pub use rustix::io::Errno;

/// What a call gives, or the errno with which it failed.
pub type Result<T> = std::result::Result<T, Errno>;

/// The disk.
pub trait Vfs {
    /// An open file or folder.
    type Handle;

    /// The path without symlinks (`realpath`).
    ///
    /// # Errors
    /// Those of `realpath`.
    fn resolve(&self, path: &Path) -> Result<PathBuf>;

    /// Opens the folder at a resolved path.
    ///
    /// # Errors
    /// Those of `open`.
    fn open_folder(&self, path: &Path) -> Result<Self::Handle>;

    /// Opens a name in a folder; never waits, as on a pipe.
    ///
    /// # Errors
    /// Those of `openat`.
    fn open(&self, folder: &Self::Handle, name: &OsStr, how: How) -> Result<Self::Handle>;

    /// Makes a folder.
    ///
    /// # Errors
    /// Those of `mkdirat`.
    fn make_folder(&self, folder: &Self::Handle, name: &OsStr, mode: u32) -> Result<()>;

    /// The names in a folder, without `.` and `..`, in any order.
    ///
    /// # Errors
    /// Those of `getdents`.
    fn list(&self, folder: &Self::Handle) -> Result<Vec<OsString>>;

    /// Reads from a place in a file; 0 at its end.
    ///
    /// # Errors
    /// Those of `pread`.
    fn read(&self, file: &Self::Handle, into: &mut [u8], offset: u64) -> Result<usize>;

    /// Writes at the end of a file; may write less than all.
    ///
    /// # Errors
    /// Those of `write`.
    fn write(&self, file: &Self::Handle, bytes: &[u8]) -> Result<usize>;

    /// Cuts a file to a length in bytes.
    ///
    /// # Errors
    /// Those of `ftruncate`.
    fn truncate(&self, file: &Self::Handle, length: u64) -> Result<()>;

    /// Makes a file's content and attributes, or a folder's names, durable.
    ///
    /// # Errors
    /// Those of `fsync`. Never call it again on that file afterwards: it may answer "done" for what is lost.
    fn sync(&self, handle: &Self::Handle) -> Result<()>;

    /// Makes a file's content and length durable.
    ///
    /// # Errors
    /// Those of `fdatasync`; as for [`Vfs::sync`].
    fn sync_data(&self, file: &Self::Handle) -> Result<()>;

    /// What an open file or folder is.
    ///
    /// # Errors
    /// Those of `fstat`.
    fn stat(&self, handle: &Self::Handle) -> Result<Stat>;

    /// What a name in a folder is; a symlink is itself.
    ///
    /// # Errors
    /// Those of `fstatat`.
    fn stat_at(&self, folder: &Self::Handle, name: &OsStr) -> Result<Stat>;

    /// Whether this process may write to a name in a folder (`.` is the folder itself).
    ///
    /// # Errors
    /// Those of `faccessat`: the reason why not.
    fn may_write(&self, folder: &Self::Handle, name: &OsStr) -> Result<()>;

    /// Sets permission bits.
    ///
    /// # Errors
    /// Those of `fchmod`.
    fn set_mode(&self, handle: &Self::Handle, mode: u32) -> Result<()>;

    /// Sets the owner, the group, or both.
    ///
    /// # Errors
    /// Those of `fchown`.
    fn set_owner(&self, handle: &Self::Handle, uid: Option<u32>, gid: Option<u32>) -> Result<()>;

    /// Gives a file another name in the same folder, in place of what had that name.
    ///
    /// # Errors
    /// Those of `renameat`.
    fn rename(&self, folder: &Self::Handle, from: &OsStr, to: &OsStr) -> Result<()>;

    /// As [`Vfs::rename`], but fails with `EEXIST` if the new name is taken.
    ///
    /// # Errors
    /// Those of `renameat2`.
    fn rename_new(&self, folder: &Self::Handle, from: &OsStr, to: &OsStr) -> Result<()>;

    /// Takes a name away.
    ///
    /// # Errors
    /// Those of `unlinkat`.
    fn unlink(&self, folder: &Self::Handle, name: &OsStr) -> Result<()>;

    /// Gives a file a second name, in the same folder or another.
    ///
    /// # Errors
    /// Those of `linkat`.
    fn link(&self, from: &Self::Handle, name: &OsStr, to: &Self::Handle, new: &OsStr) -> Result<()>;

    /// Sets room on the disk aside for bytes of a file, written or not, and leaves its length as it is.
    ///
    /// # Errors
    /// Those of `fallocate`; `EOPNOTSUPP` where the file system has no such thing.
    fn allocate(&self, file: &Self::Handle, offset: u64, length: u64) -> Result<()>;

    /// The names of a file's extended attributes, its access list (ACL) among them.
    ///
    /// # Errors
    /// Those of `flistxattr`; `EOPNOTSUPP` where the file system has none.
    fn attributes(&self, file: &Self::Handle) -> Result<Vec<OsString>>;

    /// An extended attribute.
    ///
    /// # Errors
    /// Those of `fgetxattr`.
    fn attribute(&self, file: &Self::Handle, name: &OsStr) -> Result<Vec<u8>>;

    /// Sets an extended attribute.
    ///
    /// # Errors
    /// Those of `fsetxattr`.
    fn set_attribute(&self, file: &Self::Handle, name: &OsStr, value: &[u8]) -> Result<()>;

    /// Takes an extended attribute away.
    ///
    /// # Errors
    /// Those of `fremovexattr`.
    fn remove_attribute(&self, file: &Self::Handle, name: &OsStr) -> Result<()>;

    /// Takes the exclusive lock of an open file if it is free, and says whether it did.
    ///
    /// # Errors
    /// Those of `flock`, but that it is taken.
    fn try_lock(&self, file: &Self::Handle) -> Result<bool>;

    /// Whether a folder is on a file system whose locks and replies cannot be relied on (network, FUSE).
    ///
    /// # Errors
    /// Those of `fstatfs`.
    fn is_remote(&self, folder: &Self::Handle) -> Result<bool>;

    /// Whether a folder is in memory only (tmpfs), and gone when the host starts again.
    ///
    /// # Errors
    /// Those of `fstatfs`.
    fn is_memory(&self, folder: &Self::Handle) -> Result<bool>;

    /// As whom this process acts on the disk.
    fn identity(&self) -> Identity;
}

/// How to open a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// A file, to be read.
    Read,
    /// A folder.
    Folder,
    /// A file that is there, to be read and written to at its end.
    Append,
    /// A file that is not there yet, to be read and written to at its end; with permission bits, less the umask.
    New(u32),
}

/// Device and inode of a file.
pub type FileId = (u64, u64);

/// What a file or folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Which file it is.
    pub id: FileId,
    /// File, folder or something else.
    pub kind: FileKind,
    /// Permission bits, with set-group-id and sticky.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Length in bytes.
    pub size: u64,
    /// How many names it has.
    pub links: u64,
    /// Time of the last change of content: seconds and nanoseconds since 1970.
    pub mtime: (i64, u32),
    /// Time of the last change of anything.
    pub ctime: (i64, u32),
    /// Immutable or append-only (`chattr +i`, `+a`): cannot be replaced.
    pub fixed: bool,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symlink.
    Link,
    /// A pipe, socket or device.
    Other,
}

/// User and groups of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Effective user.
    pub uid: u32,
    /// Effective group and the others.
    pub groups: Vec<u32>,
}

impl Identity {
    /// Whether permissions bind it at all.
    pub fn is_root(&self) -> bool {
        self.uid == 0
    }
}

/// How often a call is made again that a signal interrupted.
const INTERRUPTIONS: usize = 100;

/// Makes a call again as long as a signal interrupts it.
pub(super) fn again<T>(call: impl Fn() -> Result<T>) -> Result<T> {
    for _ in 0..INTERRUPTIONS {
        match call() {
            Err(Errno::INTR) => {}
            done => return done,
        }
    }
    Err(Errno::INTR)
}

/// The calls as the store makes them: whole, and again after an interruption.
pub(super) trait Whole: Vfs {
    /// Reads all from a place to the end, or an error if that is more than `most` bytes.
    fn read_all(&self, file: &Self::Handle, from: u64, most: u64) -> Result<Vec<u8>> {
        const STEP: usize = 1 << 20;
        let size = again(|| self.stat(file))?.size.saturating_sub(from).min(most);
        let mut bytes = vec![0; usize::try_from(size).map_err(|_| Errno::FBIG)?.saturating_add(1)];
        let mut length = 0_usize;
        loop {
            if length == bytes.len() {
                bytes.resize(length.saturating_add(STEP), 0);
            }
            let offset = from.saturating_add(length as u64);
            let read = {
                let free = std::cell::RefCell::new(bytes.get_mut(length..).unwrap_or_default());
                again(|| self.read(file, &mut free.borrow_mut(), offset))?
            };
            length = length.saturating_add(read);
            if length as u64 > most {
                return Err(Errno::FBIG);
            }
            if read == 0 {
                bytes.truncate(length);
                return Ok(bytes);
            }
        }
    }

    /// Writes all, and says how much was written before an error.
    fn write_all(&self, file: &Self::Handle, bytes: &[u8]) -> std::result::Result<(), (usize, Errno)> {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
            match again(|| self.write(file, rest)) {
                Ok(0) => return Err((done, Errno::IO)),
                Ok(written) => done += written,
                Err(errno) => return Err((done, errno)),
            }
        }
        Ok(())
    }
}

impl<V: Vfs> Whole for V {}
