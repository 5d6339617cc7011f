//! A disk on which any call can be made to fail, to do half, or to do nothing and say "done".
use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use wardround::store::vfs::{Errno, FileKind, How, Identity, Result, Stat, Vfs};

/// A call, without its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    Resolve,
    OpenFolder,
    Open(Kind),
    MakeFolder,
    List,
    Read,
    Write,
    Truncate,
    Sync,
    SyncData,
    Stat,
    StatAt,
    MayWrite,
    SetMode,
    SetOwner,
    Rename,
    RenameNew,
    Unlink,
    Link,
    Allocate,
    Attributes,
    Attribute,
    SetAttribute,
    RemoveAttribute,
    TryLock,
    IsRemote,
    IsMemory,
}

/// How something was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    There,
    New,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is made.
    Pass,
    /// It fails.
    Fail(Errno),
    /// Nothing is done, and it says "done". For a lock: "taken"; for a question: "yes".
    Pretend,
    /// For a write: only so many parts in a hundred, at least one byte.
    Part(usize),
    /// For a sync: it fails, and is simply made again.
    Retry,
    /// For a rename: the old file is cut to nothing and written anew.
    InPlace,
    /// It is made; if it fails, it says "done" all the same.
    Swallow,
    /// For a sync of a folder: nothing is done. A file's is made.
    NotOnFolders,
    /// For a sync: made again and again until it says "done".
    Insist,
    /// For a lock: that of the ward file itself, as it is now, is taken instead.
    LockDataFile,
    /// For a read: a journal ends where its chain forks.
    CutAtFork,
}

/// What to do with the next call.
pub type Rule = Box<dyn FnMut(Op) -> Act>;

/// The disk.
pub struct Rigged<V: Vfs> {
    pub inner: V,
    rule: RefCell<Rule>,
    on_failed_sync: fn(&V, &V::Handle),
    identity: Option<Identity>,
    /// The ward file that [`Act::LockDataFile`] waits for or, if true, has locked.
    data_lock: RefCell<Option<(V::Handle, bool)>>,
    /// Where the ward file is, for [`Act::LockDataFile`].
    folder: RefCell<PathBuf>,
}

impl<V: Vfs> Rigged<V> {
    pub fn new(inner: V, rule: Rule) -> Self {
        Self {
            inner,
            rule: RefCell::new(rule),
            on_failed_sync: |_, _| {},
            identity: None,
            data_lock: RefCell::default(),
            folder: RefCell::default(),
        }
    }

    /// Does this to whatever a sync failed on.
    pub fn on_failed_sync(mut self, then: fn(&V, &V::Handle)) -> Self {
        self.on_failed_sync = then;
        self
    }

    /// Acts as somebody else.
    pub fn acting_as(mut self, uid: u32, group: u32) -> Self {
        self.identity = Some(Identity { uid, groups: vec![group] });
        self
    }

    fn call<T>(&self, op: Op, make: impl FnOnce() -> Result<T>) -> Result<T> {
        let act = (self.rule.borrow_mut())(op);
        match act {
            Act::Fail(errno) => Err(errno),
            _ => make(),
        }
    }

    fn done(&self, op: Op, make: impl FnOnce() -> Result<()>) -> Result<()> {
        let act = (self.rule.borrow_mut())(op);
        match act {
            Act::Fail(errno) => Err(errno),
            Act::Pretend => Ok(()),
            Act::Swallow => make().or(Ok(())),
            _ => make(),
        }
    }

    fn lock_data_file(&self) -> Result<bool> {
        // What is held belongs to the save before.
        let waiting = self.data_lock.take().filter(|(_, taken)| !taken);
        let file = if let Some((file, _)) = waiting {
            file
        } else {
            let folder = self.inner.open_folder(&self.folder.borrow())?;
            self.inner.open(&folder, OsStr::new(super::FILE), How::Read)?
        };
        let taken = self.inner.try_lock(&file)?;
        self.data_lock.replace(Some((file, taken)));
        Ok(taken)
    }

    /// The bytes of a file as a reader sees them to whom a fork is the end of a journal.
    fn up_to_fork(&self, file: &V::Handle) -> Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.inner.stat(file)?.size).unwrap()];
        let mut length = 0;
        while length < bytes.len() {
            match self.inner.read(file, &mut bytes[length..], length as u64)? {
                0 => break,
                read => length += read,
            }
        }
        bytes.truncate(length);
        let (mut last, mut end) = (None, 0);
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            let Ok(value) = serde_json::from_slice::<serde_json::Value>(line) else { return Ok(bytes) };
            let text = |key: &str| value.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
            if last.is_some() && text("prev") != last {
                break;
            }
            last = text("h");
            end += line.len();
        }
        bytes.truncate(end);
        Ok(bytes)
    }

    fn sync_with(&self, op: Op, handle: &V::Handle, make: impl Fn() -> Result<()>) -> Result<()> {
        let act = (self.rule.borrow_mut())(op);
        match act {
            Act::Fail(Errno::INTR) => Err(Errno::INTR),
            Act::Fail(errno) => {
                (self.on_failed_sync)(&self.inner, handle);
                Err(errno)
            }
            Act::Retry => {
                (self.on_failed_sync)(&self.inner, handle);
                make()
            }
            Act::Pretend => Ok(()),
            Act::Swallow => make().or(Ok(())),
            Act::NotOnFolders if self.inner.stat(handle)?.kind == FileKind::Folder => Ok(()),
            Act::Insist => (0..100).map(|_| make()).find(Result::is_ok).unwrap_or(Err(Errno::IO)),
            _ => make(),
        }
    }
}

impl<V: Vfs> Vfs for Rigged<V> {
    type Handle = V::Handle;

    fn resolve(&self, path: &Path) -> Result<PathBuf> {
        self.call(Op::Resolve, || self.inner.resolve(path))
    }
    fn open_folder(&self, path: &Path) -> Result<V::Handle> {
        self.folder.replace(path.to_owned());
        self.call(Op::OpenFolder, || self.inner.open_folder(path))
    }
    fn open(&self, folder: &V::Handle, name: &OsStr, how: How) -> Result<V::Handle> {
        let kind = if matches!(how, How::New(_)) { Kind::New } else { Kind::There };
        self.call(Op::Open(kind), || self.inner.open(folder, name, how))
    }
    fn make_folder(&self, folder: &V::Handle, name: &OsStr, mode: u32) -> Result<()> {
        self.call(Op::MakeFolder, || self.inner.make_folder(folder, name, mode))
    }
    fn list(&self, folder: &V::Handle) -> Result<Vec<OsString>> {
        self.call(Op::List, || self.inner.list(folder))
    }
    fn read(&self, file: &V::Handle, into: &mut [u8], offset: u64) -> Result<usize> {
        let act = (self.rule.borrow_mut())(Op::Read);
        match act {
            Act::Fail(errno) => Err(errno),
            Act::CutAtFork => {
                let bytes = self.up_to_fork(file)?;
                let rest = bytes.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
                let length = rest.len().min(into.len());
                into[..length].copy_from_slice(&rest[..length]);
                Ok(length)
            }
            _ => self.inner.read(file, into, offset),
        }
    }
    fn write(&self, file: &V::Handle, bytes: &[u8]) -> Result<usize> {
        let act = (self.rule.borrow_mut())(Op::Write);
        match act {
            Act::Fail(errno) => Err(errno),
            Act::Part(percent) => {
                let most = bytes.len().saturating_sub(1).max(1);
                self.inner.write(file, &bytes[..(bytes.len() * percent / 100).clamp(1, most)])
            }
            Act::Swallow => self.inner.write(file, bytes).or(Ok(bytes.len())),
            _ => self.inner.write(file, bytes),
        }
    }
    fn truncate(&self, file: &V::Handle, length: u64) -> Result<()> {
        self.done(Op::Truncate, || self.inner.truncate(file, length))
    }
    fn sync(&self, handle: &V::Handle) -> Result<()> {
        self.sync_with(Op::Sync, handle, || self.inner.sync(handle))
    }
    fn sync_data(&self, file: &V::Handle) -> Result<()> {
        self.sync_with(Op::SyncData, file, || self.inner.sync_data(file))
    }
    fn stat(&self, handle: &V::Handle) -> Result<Stat> {
        let act = (self.rule.borrow_mut())(Op::Stat);
        match act {
            Act::Fail(errno) => Err(errno),
            Act::Pretend => self.inner.stat(handle).map(|stat| Stat { mode: stat.mode | 0o200, ..stat }),
            _ => self.inner.stat(handle),
        }
    }
    fn stat_at(&self, folder: &V::Handle, name: &OsStr) -> Result<Stat> {
        let act = (self.rule.borrow_mut())(Op::StatAt);
        match act {
            Act::Fail(errno) => Err(errno),
            // "Anybody may write to it."
            Act::Pretend => self.inner.stat_at(folder, name).map(|stat| Stat { mode: stat.mode | 0o200, ..stat }),
            _ => self.inner.stat_at(folder, name),
        }
    }
    fn may_write(&self, folder: &V::Handle, name: &OsStr) -> Result<()> {
        self.done(Op::MayWrite, || self.inner.may_write(folder, name))
    }
    fn set_mode(&self, handle: &V::Handle, mode: u32) -> Result<()> {
        self.done(Op::SetMode, || self.inner.set_mode(handle, mode))
    }
    fn set_owner(&self, handle: &V::Handle, uid: Option<u32>, gid: Option<u32>) -> Result<()> {
        self.done(Op::SetOwner, || self.inner.set_owner(handle, uid, gid))
    }
    fn rename(&self, folder: &V::Handle, from: &OsStr, to: &OsStr) -> Result<()> {
        let act = (self.rule.borrow_mut())(Op::Rename);
        match act {
            Act::Fail(errno) => Err(errno),
            Act::InPlace => {
                let new = self.inner.open(folder, from, How::Read)?;
                let mut bytes = vec![0; usize::try_from(self.inner.stat(&new)?.size).unwrap()];
                self.inner.read(&new, &mut bytes, 0)?;
                let old = self.inner.open(folder, to, How::Append)?;
                self.inner.truncate(&old, 0)?;
                for piece in bytes.chunks(64) {
                    self.inner.write(&old, piece)?;
                }
                self.inner.unlink(folder, from)
            }
            _ => self.inner.rename(folder, from, to),
        }
    }
    fn rename_new(&self, folder: &V::Handle, from: &OsStr, to: &OsStr) -> Result<()> {
        self.call(Op::RenameNew, || self.inner.rename_new(folder, from, to))
    }
    fn unlink(&self, folder: &V::Handle, name: &OsStr) -> Result<()> {
        self.call(Op::Unlink, || self.inner.unlink(folder, name))
    }
    fn link(&self, from: &V::Handle, name: &OsStr, to: &V::Handle, new: &OsStr) -> Result<()> {
        self.done(Op::Link, || self.inner.link(from, name, to, new))
    }
    fn allocate(&self, file: &V::Handle, offset: u64, length: u64) -> Result<()> {
        self.done(Op::Allocate, || self.inner.allocate(file, offset, length))
    }
    fn attributes(&self, file: &V::Handle) -> Result<Vec<OsString>> {
        let act = (self.rule.borrow_mut())(Op::Attributes);
        match act {
            Act::Fail(errno) => Err(errno),
            Act::Pretend => Ok(Vec::new()),
            _ => self.inner.attributes(file),
        }
    }
    fn attribute(&self, file: &V::Handle, name: &OsStr) -> Result<Vec<u8>> {
        self.call(Op::Attribute, || self.inner.attribute(file, name))
    }
    fn set_attribute(&self, file: &V::Handle, name: &OsStr, value: &[u8]) -> Result<()> {
        self.done(Op::SetAttribute, || self.inner.set_attribute(file, name, value))
    }
    fn remove_attribute(&self, file: &V::Handle, name: &OsStr) -> Result<()> {
        self.done(Op::RemoveAttribute, || self.inner.remove_attribute(file, name))
    }
    fn try_lock(&self, file: &V::Handle) -> Result<bool> {
        let act = (self.rule.borrow_mut())(Op::TryLock);
        match act {
            Act::Fail(errno) => Err(errno),
            Act::Pretend => Ok(true),
            Act::LockDataFile => self.lock_data_file(),
            _ => self.inner.try_lock(file),
        }
    }
    fn is_remote(&self, folder: &V::Handle) -> Result<bool> {
        let act = (self.rule.borrow_mut())(Op::IsRemote);
        match act {
            Act::Fail(errno) => Err(errno),
            Act::Pretend => Ok(true),
            _ => self.inner.is_remote(folder),
        }
    }
    fn is_memory(&self, folder: &V::Handle) -> Result<bool> {
        let act = (self.rule.borrow_mut())(Op::IsMemory);
        if act == Act::Pretend { Ok(true) } else { self.inner.is_memory(folder) }
    }
    fn identity(&self) -> Identity {
        self.identity.clone().unwrap_or_else(|| self.inner.identity())
    }
}
