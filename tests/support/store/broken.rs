//! Stores that are broken on purpose, each with one named fault: what every layer of fault tests has to catch.
use std::path::Path;

use wardround::store::vfs::Vfs;
use wardround::store::{Disk, Options, Store};

use super::rigged::{Act, Op, Rigged};

/// The fault of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakage {
    /// It has none.
    None,
    /// Nothing is ever synced.
    NoSync,
    /// Names are never synced.
    NoFolderSync,
    /// It does not lock.
    NoLock,
    /// It locks the ward file, which is replaced, instead of a file of its own.
    DataFileLock,
    /// The ward file is cut to nothing and written anew.
    InPlace,
    /// What the disk answers to a write or a sync is not looked at.
    DeafToErrors,
    /// A sync that failed is made again until it says "done".
    SyncUntilDone,
    /// Where the chain of the journal forks, reading ends.
    FatalChain,
    /// Whether it may write is not asked beforehand.
    AsksNothing,
    /// Access list and attributes are not given to the new file.
    NoAttributes,
}

impl Breakage {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::NoSync,
        Self::NoFolderSync,
        Self::NoLock,
        Self::DataFileLock,
        Self::InPlace,
        Self::DeafToErrors,
        Self::SyncUntilDone,
        Self::FatalChain,
        Self::AsksNothing,
        Self::NoAttributes,
    ];

    /// What it makes of each call.
    pub fn rule(self) -> fn(Op) -> Act {
        match self {
            Self::None => |_| Act::Pass,
            Self::NoSync => |op| if matches!(op, Op::Sync | Op::SyncData) { Act::Pretend } else { Act::Pass },
            Self::NoFolderSync => |op| if op == Op::Sync { Act::NotOnFolders } else { Act::Pass },
            Self::NoLock => |op| if op == Op::TryLock { Act::Pretend } else { Act::Pass },
            Self::DataFileLock => |op| if op == Op::TryLock { Act::LockDataFile } else { Act::Pass },
            Self::InPlace => |op| if op == Op::Rename { Act::InPlace } else { Act::Pass },
            Self::DeafToErrors => {
                |op| if matches!(op, Op::Write | Op::Sync | Op::SyncData) { Act::Swallow } else { Act::Pass }
            }
            Self::SyncUntilDone => |op| if matches!(op, Op::Sync | Op::SyncData) { Act::Insist } else { Act::Pass },
            Self::AsksNothing => {
                |op| if matches!(op, Op::Stat | Op::StatAt | Op::MayWrite) { Act::Pretend } else { Act::Pass }
            }
            Self::NoAttributes => |op| if op == Op::Attributes { Act::Pretend } else { Act::Pass },
            Self::FatalChain => |op| if op == Op::Read { Act::CutAtFork } else { Act::Pass },
        }
    }

    /// A disk with this fault in front of another.
    pub fn before<V: Vfs>(self, disk: V) -> Rigged<V> {
        Rigged::new(disk, Box::new(self.rule()))
    }

    /// The broken store on a real file.
    pub fn open(self, file: &Path, options: &Options) -> Store<Rigged<Disk>> {
        self.try_open(file, options).expect("the ward opens")
    }

    /// As [`Breakage::open`]; `None` if it does not open.
    pub fn try_open(self, file: &Path, options: &Options) -> Option<Store<Rigged<Disk>>> {
        Some(Store::open_on(self.before(Disk), file, options).ok()?.0)
    }

    /// The fault of this name.
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|fault| format!("{fault:?}") == name).unwrap_or(Self::None)
    }
}
