//! A simulated disk that forgets what was not synced: content and names are volatile until `sync`, each for itself.
//!
//! A power cut can keep any part of what was not synced. After a sync that failed, a later one says "done" of what is
//! lost, as real systems do.
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wardround::store::vfs::{Errno, FileKind, How, Identity, Result, Stat, Vfs};

/// The disk; copies are the same disk, in this thread or another.
#[derive(Clone)]
pub struct Sim(Shared);

/// What all copies of a disk have in common.
#[derive(Clone)]
struct Shared(Arc<Mutex<World>>);

impl Shared {
    fn of(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    fn look(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct World {
    nodes: Vec<Node>,
    locks: BTreeMap<usize, usize>,
    handles: usize,
    clock: i64,
    /// How many calls that change something may still be made before the power goes.
    power: Option<usize>,
    /// How many such calls have been made.
    changes: usize,
    /// Whether there is no room left but what was set aside.
    full: bool,
}

#[derive(Clone)]
struct Node {
    mode: u32,
    times: (i64, i64),
    /// Bytes for which room was set aside.
    allocated: usize,
    attributes: BTreeMap<OsString, Vec<u8>>,
    body: Body,
}

impl Node {
    fn new(mode: u32, clock: i64, body: Body) -> Self {
        Self { mode, times: (clock, clock), allocated: 0, attributes: BTreeMap::new(), body }
    }
}

#[derive(Clone)]
enum Body {
    File { now: Vec<u8>, durable: Vec<u8>, poisoned: Option<Vec<u8>> },
    Folder { now: Names, durable: Names, pending: Vec<Change> },
}

type Names = BTreeMap<OsString, usize>;

/// A change of names, kept or lost as a whole.
#[derive(Clone, Debug)]
enum Change {
    Add(OsString, usize),
    Remove(OsString),
    Move(OsString, OsString, usize),
}

/// What a power cut leaves of content that was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// What was synced last.
    Old,
    /// Everything.
    New,
    /// The first half of what was added.
    Half,
    /// The length of everything, with zeros for what was added.
    Zeros,
}

pub const CONTENTS: [Content; 4] = [Content::Old, Content::New, Content::Half, Content::Zeros];

/// An open file or folder; dropping it gives up its lock.
pub struct Handle {
    node: usize,
    id: usize,
    world: Shared,
}

impl Drop for Handle {
    fn drop(&mut self) {
        let id = self.id;
        self.world.look().locks.retain(|_, holder| *holder != id);
    }
}

/// The folder that everything is in.
pub const FOLDER: &str = "/ward";

impl Sim {
    /// A disk with a folder and these files in it, all durable.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let names: Names = files.iter().enumerate().map(|(at, (name, _))| (name.into(), at + 1)).collect();
        let folder = Body::Folder { now: names.clone(), durable: names, pending: Vec::new() };
        let mut nodes = vec![Node::new(0o700, 0, folder)];
        nodes.extend(files.iter().map(|(_, text)| {
            let bytes = text.as_bytes().to_vec();
            Node::new(0o600, 0, Body::File { now: bytes.clone(), durable: bytes, poisoned: None })
        }));
        let world = World { nodes, locks: BTreeMap::new(), handles: 0, clock: 1, power: None, changes: 0, full: false };
        Self(Shared::of(world))
    }

    /// Lets the power go after so many further calls that change something.
    pub fn cut_power_after(&self, changes: usize) {
        let mut world = self.0.look();
        world.power = Some(changes);
        world.changes = 0;
    }

    /// The disk of a program that was killed: everything it wrote is there, nothing it did not sync is durable.
    pub fn with_power(&self) -> Self {
        let world = self.0.look();
        let nodes = world.nodes.clone();
        Self(Shared::of(World { nodes, locks: BTreeMap::new(), power: None, ..*world }))
    }

    /// How many calls have changed something since [`Sim::cut_power_after`].
    pub fn changes(&self) -> usize {
        self.0.look().changes
    }

    /// How many changes of names a power cut can keep or lose.
    pub fn loose_names(&self) -> usize {
        self.0
            .look()
            .nodes
            .iter()
            .map(|node| if let Body::Folder { pending, .. } = &node.body { pending.len() } else { 0 })
            .sum()
    }

    /// The disk after a power cut now. `keep` says of each loose change of names whether it is kept.
    pub fn after_power_cut(&self, content: Content, keep: impl Fn(usize) -> bool) -> Self {
        let world = self.0.look();
        let mut number = 0;
        let nodes = world.nodes.iter().map(|node| {
            let body = match &node.body {
                Body::File { now, durable, .. } => {
                    let left = left_over(content, now, durable);
                    Body::File { now: left.clone(), durable: left, poisoned: None }
                }
                Body::Folder { durable, pending, .. } => {
                    let mut names = durable.clone();
                    for change in pending {
                        if keep(number) {
                            apply(&mut names, change);
                        }
                        number += 1;
                    }
                    Body::Folder { now: names.clone(), durable: names, pending: Vec::new() }
                }
            };
            Node { body, ..node.clone() }
        });
        let nodes = nodes.collect();
        let world = World { nodes, locks: BTreeMap::new(), power: None, changes: 0, ..*world };
        Self(Shared::of(world))
    }

    /// Somebody else writes another content into a file of the folder, durable at once.
    pub fn overwrite(&self, name: &str, bytes: &[u8]) {
        let mut world = self.0.look();
        let node = world.find(0, OsStr::new(name)).unwrap();
        world.nodes[node].body = Body::File { now: bytes.to_vec(), durable: bytes.to_vec(), poisoned: None };
    }

    /// From now on there is no room on the disk but what was set aside, or there is again.
    pub fn fill(&self, full: bool) {
        self.0.look().full = full;
    }

    /// The names in the folder.
    pub fn names(&self) -> Vec<String> {
        let world = self.0.look();
        let Body::Folder { now, .. } = &world.nodes[0].body else { panic!("the first node is the folder") };
        now.keys().map(|name| name.to_string_lossy().into_owned()).collect()
    }

    /// The content of a file, found by names from the folder on.
    pub fn text(&self, path: &[&str]) -> Option<String> {
        let world = self.0.look();
        let mut at = 0;
        for name in path {
            let Body::Folder { now, .. } = &world.nodes[at].body else { return None };
            at = *now.get(OsStr::new(name))?;
        }
        let Body::File { now, .. } = &world.nodes[at].body else { return None };
        Some(String::from_utf8_lossy(now).into_owned())
    }

    /// From now on a sync of this file or folder says "done" of what it has not written.
    pub fn poison(&self, handle: &Handle) {
        if let Body::File { now, poisoned, .. } = &mut self.0.look().nodes[handle.node].body {
            *poisoned = Some(now.clone());
        }
    }

    fn handle(&self, node: usize) -> Handle {
        let mut world = self.0.look();
        world.handles += 1;
        Handle { node, id: world.handles, world: self.0.clone() }
    }

    fn alive(&self) -> Result<()> {
        if self.0.look().power == Some(0) { Err(Errno::IO) } else { Ok(()) }
    }

    /// One call that changes something.
    fn change<T>(&self, call: impl FnOnce(&mut World) -> Result<T>) -> Result<T> {
        self.alive()?;
        let mut world = self.0.look();
        world.power = world.power.map(|left| left - 1);
        world.changes += 1;
        world.clock += 1;
        call(&mut world)
    }
}

fn left_over(content: Content, now: &[u8], durable: &[u8]) -> Vec<u8> {
    let same = now.iter().zip(durable).take_while(|(a, b)| a == b).count();
    match content {
        Content::Old => durable.to_vec(),
        Content::New => now.to_vec(),
        Content::Half => now[..same + (now.len() - same) / 2].to_vec(),
        Content::Zeros => {
            let mut bytes = now[..same].to_vec();
            bytes.resize(now.len(), 0);
            bytes
        }
    }
}

fn apply(names: &mut Names, change: &Change) {
    match change {
        Change::Add(name, node) => {
            names.insert(name.clone(), *node);
        }
        Change::Remove(name) => {
            names.remove(name);
        }
        Change::Move(from, to, node) => {
            names.remove(from);
            names.insert(to.clone(), *node);
        }
    }
}

impl World {
    fn names(&self, folder: usize) -> Result<&Names> {
        match &self.nodes[folder].body {
            Body::Folder { now, .. } => Ok(now),
            Body::File { .. } => Err(Errno::NOTDIR),
        }
    }

    fn find(&self, folder: usize, name: &OsStr) -> Result<usize> {
        if name == "." {
            return Ok(folder);
        }
        self.names(folder)?.get(name).copied().ok_or(Errno::NOENT)
    }

    fn rename(&mut self, folder: usize, change: Change) {
        let clock = self.clock;
        let node = &mut self.nodes[folder];
        node.times = (clock, clock);
        if let Body::Folder { now, pending, .. } = &mut node.body {
            apply(now, &change);
            pending.push(change);
        }
    }

    fn add(&mut self, folder: usize, name: &OsStr, mode: u32, body: Body) -> Result<usize> {
        if self.names(folder)?.contains_key(name) {
            return Err(Errno::EXIST);
        }
        let node = self.nodes.len();
        self.nodes.push(Node::new(mode, self.clock, body));
        self.rename(folder, Change::Add(name.into(), node));
        Ok(node)
    }

    fn file(&mut self, node: usize) -> Result<&mut Vec<u8>> {
        let clock = self.clock;
        let node = &mut self.nodes[node];
        node.times = (clock, clock);
        match &mut node.body {
            Body::File { now, .. } => Ok(now),
            Body::Folder { .. } => Err(Errno::ISDIR),
        }
    }

    fn sync(&mut self, node: usize) {
        match &mut self.nodes[node].body {
            Body::Folder { now, durable, pending } => {
                durable.clone_from(now);
                pending.clear();
            }
            Body::File { now, durable, poisoned: None } => durable.clone_from(now),
            // What was there when the sync failed is lost; what was added since is written.
            Body::File { now, durable, poisoned: Some(lost) } => {
                let mut left = now.clone();
                let from = durable.len().min(left.len());
                let to = lost.len().min(left.len()).max(from);
                left[from..to].fill(0);
                *durable = left;
            }
        }
    }

    /// How many names a file has.
    fn links(&self, node: usize) -> u64 {
        let of = |folder: &Node| match &folder.body {
            Body::Folder { now, .. } => now.values().filter(|other| **other == node).count() as u64,
            Body::File { .. } => 0,
        };
        self.nodes.iter().map(of).sum()
    }

    fn stat(&self, node: usize) -> Stat {
        let found = &self.nodes[node];
        let (kind, size) = match &found.body {
            Body::File { now, .. } => (FileKind::File, now.len() as u64),
            Body::Folder { .. } => (FileKind::Folder, 0),
        };
        Stat {
            id: (1, node as u64),
            kind,
            mode: found.mode,
            uid: 1000,
            gid: 1000,
            size,
            links: self.links(node),
            mtime: (found.times.0, 0),
            ctime: (found.times.1, 0),
            fixed: false,
        }
    }
}

impl Vfs for Sim {
    type Handle = Handle;

    fn resolve(&self, path: &Path) -> Result<PathBuf> {
        self.alive()?;
        Ok(path.to_owned())
    }

    fn open_folder(&self, path: &Path) -> Result<Handle> {
        self.alive()?;
        if path == Path::new(FOLDER) { Ok(self.handle(0)) } else { Err(Errno::NOENT) }
    }

    fn open(&self, folder: &Handle, name: &OsStr, how: How) -> Result<Handle> {
        let node = if let How::New(mode) = how {
            let empty = Body::File { now: Vec::new(), durable: Vec::new(), poisoned: None };
            self.change(|world| world.add(folder.node, name, mode, empty))?
        } else {
            self.alive()?;
            self.0.look().find(folder.node, name)?
        };
        Ok(self.handle(node))
    }

    fn make_folder(&self, folder: &Handle, name: &OsStr, mode: u32) -> Result<()> {
        let empty = Body::Folder { now: Names::new(), durable: Names::new(), pending: Vec::new() };
        self.change(|world| world.add(folder.node, name, mode, empty).map(|_| ()))
    }

    fn list(&self, folder: &Handle) -> Result<Vec<OsString>> {
        self.alive()?;
        Ok(self.0.look().names(folder.node)?.keys().cloned().collect())
    }

    fn read(&self, file: &Handle, into: &mut [u8], offset: u64) -> Result<usize> {
        self.alive()?;
        let world = self.0.look();
        let Body::File { now, .. } = &world.nodes[file.node].body else { return Err(Errno::ISDIR) };
        let rest = now.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn write(&self, file: &Handle, bytes: &[u8]) -> Result<usize> {
        self.change(|world| {
            let (full, allocated) = (world.full, world.nodes[file.node].allocated);
            let content = world.file(file.node)?;
            let room = if full { allocated.saturating_sub(content.len()).min(bytes.len()) } else { bytes.len() };
            if room == 0 && !bytes.is_empty() {
                return Err(Errno::NOSPC);
            }
            content.extend_from_slice(&bytes[..room]);
            Ok(room)
        })
    }

    fn truncate(&self, file: &Handle, length: u64) -> Result<()> {
        self.change(|world| {
            let length = usize::try_from(length).unwrap();
            world.file(file.node)?.truncate(length);
            // Room that was set aside beyond the new end is given back.
            let node = &mut world.nodes[file.node];
            node.allocated = node.allocated.min(length);
            Ok(())
        })
    }

    fn sync(&self, handle: &Handle) -> Result<()> {
        self.change(|world| {
            world.sync(handle.node);
            Ok(())
        })
    }

    fn sync_data(&self, file: &Handle) -> Result<()> {
        self.sync(file)
    }

    fn stat(&self, handle: &Handle) -> Result<Stat> {
        self.alive()?;
        Ok(self.0.look().stat(handle.node))
    }

    fn stat_at(&self, folder: &Handle, name: &OsStr) -> Result<Stat> {
        self.alive()?;
        let world = self.0.look();
        Ok(world.stat(world.find(folder.node, name)?))
    }

    fn may_write(&self, folder: &Handle, name: &OsStr) -> Result<()> {
        self.stat_at(folder, name).map(|_| ())
    }

    fn set_mode(&self, handle: &Handle, mode: u32) -> Result<()> {
        self.change(|world| {
            world.nodes[handle.node].mode = mode;
            Ok(())
        })
    }

    fn set_owner(&self, _: &Handle, _: Option<u32>, _: Option<u32>) -> Result<()> {
        self.alive()
    }

    fn rename(&self, folder: &Handle, from: &OsStr, to: &OsStr) -> Result<()> {
        self.change(|world| {
            let node = world.find(folder.node, from)?;
            world.rename(folder.node, Change::Move(from.into(), to.into(), node));
            Ok(())
        })
    }

    fn rename_new(&self, folder: &Handle, from: &OsStr, to: &OsStr) -> Result<()> {
        if self.0.look().find(folder.node, to).is_ok() { Err(Errno::EXIST) } else { self.rename(folder, from, to) }
    }

    fn unlink(&self, folder: &Handle, name: &OsStr) -> Result<()> {
        self.change(|world| {
            world.find(folder.node, name)?;
            world.rename(folder.node, Change::Remove(name.into()));
            Ok(())
        })
    }

    fn link(&self, from: &Handle, name: &OsStr, to: &Handle, new: &OsStr) -> Result<()> {
        self.change(|world| {
            let node = world.find(from.node, name)?;
            if world.names(to.node)?.contains_key(new) {
                return Err(Errno::EXIST);
            }
            world.rename(to.node, Change::Add(new.into(), node));
            Ok(())
        })
    }

    fn allocate(&self, file: &Handle, offset: u64, length: u64) -> Result<()> {
        self.change(|world| {
            if world.full {
                return Err(Errno::NOSPC);
            }
            let end = usize::try_from(offset + length).unwrap();
            let node = &mut world.nodes[file.node];
            node.allocated = node.allocated.max(end);
            Ok(())
        })
    }

    fn attributes(&self, file: &Handle) -> Result<Vec<OsString>> {
        self.alive()?;
        Ok(self.0.look().nodes[file.node].attributes.keys().cloned().collect())
    }

    fn attribute(&self, file: &Handle, name: &OsStr) -> Result<Vec<u8>> {
        self.alive()?;
        self.0.look().nodes[file.node].attributes.get(name).cloned().ok_or(Errno::NODATA)
    }

    fn set_attribute(&self, file: &Handle, name: &OsStr, value: &[u8]) -> Result<()> {
        self.change(|world| {
            world.nodes[file.node].attributes.insert(name.into(), value.into());
            Ok(())
        })
    }

    fn remove_attribute(&self, file: &Handle, name: &OsStr) -> Result<()> {
        self.change(|world| world.nodes[file.node].attributes.remove(name).map(|_| ()).ok_or(Errno::NODATA))
    }

    fn try_lock(&self, file: &Handle) -> Result<bool> {
        self.alive()?;
        let holder = *self.0.look().locks.entry(file.node).or_insert(file.id);
        Ok(holder == file.id)
    }

    fn is_remote(&self, _: &Handle) -> Result<bool> {
        Ok(false)
    }

    fn is_memory(&self, _: &Handle) -> Result<bool> {
        Ok(false)
    }

    fn identity(&self) -> Identity {
        Identity { uid: 1000, groups: vec![1000] }
    }
}
