//! What can be put back: earlier states of the file, what each lacks and has, and the newest good state of a damaged one.
//!
//! A restore takes nothing away. The state is the union of everything that was ever saved, so what is put back is the
//! earlier file *and* every fact that was saved since, less what somebody confirmed to have removed. It undoes what the
//! journal knows nothing of: damage, a missing file, an edit by hand.
use std::collections::HashSet;
use std::ffi::OsStr;

use chrono::{DateTime, Utc};

use super::conflict::Fact;
use super::generations::{self, Generation};
use super::journal::Journal;
use super::line::sha256;
use super::merge::{Index, add};
use super::open_error::{Newest, OpenError};
use super::outcome::why;
use super::overlay::{Overlay, lay_over};
use super::place::{Place, file_mode};
use super::recent::read_journal;
use super::vfs::{self, FileKind, How, Stat, Vfs, Whole, again};
use super::{Options, Store};
use crate::ward::{EntryId, Ward, read};

/// The mode of a new ward file in a folder that a group shares, and in any other.
const SHARED: u32 = 0o660;
const PRIVATE: u32 = 0o600;
const KEEP_GROUP: u32 = 0o2000;

/// The newest good state of a damaged file.
pub(super) struct Rescue {
    pub ward: Ward,
    pub journal: Journal,
    pub overlay: Overlay,
    pub newest: Newest,
}

/// The newest generation that can be read, or the file as it was made, and everything that was saved since.
pub(super) fn rescue<V: Vfs>(vfs: &V, place: &Place<V::Handle>, options: &Options) -> Option<Rescue> {
    let journal = read_journal(vfs, place, None).ok()?;
    let (mut ward, revision) = newest_good(vfs, place, options, &journal).or_else(|| as_made(&journal, options))?;
    let overlay = lay_over(&mut ward, &journal);
    ward.revision = ward.revision.max(journal.tail.revision());
    let newest = Newest { revision, patients: overlay.patients.len(), entries: overlay.entries.len() };
    Some(Rescue { ward, journal, overlay, newest })
}

fn newest_good<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    options: &Options,
    journal: &Journal,
) -> Option<(Ward, Option<u64>)> {
    let backups = backups(vfs, place).ok()?;
    let lineage = &journal.last.as_ref()?.lineage;
    let ours = |ward: &Ward| ward.lineage.as_ref().is_none_or(|own| own == lineage);
    let all = generations::list(vfs, place, &backups).ok()?;
    all.iter().find_map(|one| {
        let (ward, _) = read_generation(vfs, &backups, one, options)?;
        ours(&ward).then_some((ward, Some(one.revision)))
    })
}

/// The ward that the first line of the journal holds, if this program made the file.
fn as_made(journal: &Journal, options: &Options) -> Option<(Ward, Option<u64>)> {
    let made = journal.lines.iter().find(|line| line.op == "created")?;
    Some((read::ward(made.fact.as_deref()?.as_bytes(), &options.limits).ok()?, None))
}

fn backups<V: Vfs>(vfs: &V, place: &Place<V::Handle>) -> vfs::Result<V::Handle> {
    let side = place.open_side(vfs)?;
    again(|| vfs.open(&side, OsStr::new(generations::FOLDER), How::Folder))
}

/// Whether a file is also kept as a generation: a save was cut short before it was replaced.
pub(super) fn is_a_generation<V: Vfs>(vfs: &V, place: &Place<V::Handle>, file: &Stat) -> bool {
    let all = backups(vfs, place).and_then(|backups| generations::list(vfs, place, &backups));
    all.is_ok_and(|all| all.iter().any(|one| one.stat.id == file.id))
}

/// A generation's ward and the hash of its text.
fn read_generation<V: Vfs>(
    vfs: &V,
    backups: &V::Handle,
    one: &Generation,
    options: &Options,
) -> Option<(Ward, String)> {
    let file = again(|| vfs.open(backups, &one.name, How::Read)).ok()?;
    let bytes = vfs.read_all(&file, 0, options.limits.bytes as u64).ok()?;
    let sha = sha256(&bytes);
    Some((read::owned(bytes, &options.limits).ok()?, sha))
}

/// An earlier state of the file, beside the present one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The file's count of saves then.
    pub revision: u64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Its length in bytes.
    pub bytes: u64,
    /// Whether a save is known to have found or made it just so; otherwise somebody edited it.
    pub is_as_saved: bool,
    /// How it differs from the present state; `None` if it cannot be read.
    pub differs: Option<Differs>,
}

/// How an earlier state differs from the present one, in entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Differs {
    /// Entries that it lacks.
    pub lacks: usize,
    /// Entries that only it has.
    pub has: usize,
    /// Entries that it has otherwise.
    pub otherwise: usize,
}

fn differs(then: &Ward, now: &Ward) -> Differs {
    let before = Index::of(then);
    let mut differs = Differs::default();
    let mut common = 0;
    for (_, entry) in now.entries() {
        match before.entry(entry.id.as_str()) {
            None => differs.lacks += 1,
            Some((_, known)) => {
                common += 1;
                differs.otherwise += usize::from(!known.same_content(entry));
            }
        }
    }
    differs.has = then.entries().count().saturating_sub(common);
    differs
}

/// An earlier state with everything that was saved since.
pub(super) struct PutBack {
    pub ward: Ward,
    /// What of it neither the present state nor the journal has.
    pub new: Vec<Fact>,
    /// Entries that are again as they were then.
    pub reverted: Vec<EntryId>,
}

/// Adds to an earlier state what the present one has and it lacks.
pub(super) fn put_back(then: Ward, now: &Ward) -> PutBack {
    let (before, after) = (Index::of(&then), Index::of(now));
    let reverted = now
        .entries()
        .filter(|(_, entry)| before.entry(entry.id.as_str()).is_some_and(|(_, known)| !known.same_content(entry)));
    let reverted = reverted.map(|(_, entry)| entry.id.clone()).collect();
    let missing = lacking(now, &before, &then);
    let new = lacking(&then, &after, now);
    let (mut ward, revision) = (then.clone(), now.revision.max(then.revision));
    drop((before, after));
    add(&mut ward, missing);
    (ward.revision, ward.lineage) = (revision, now.lineage.clone().or(then.lineage));
    PutBack { ward, new, reverted }
}

/// The facts of one ward that another lacks.
fn lacking(of: &Ward, index: &Index<'_>, other: &Ward) -> Vec<Fact> {
    let there: HashSet<_> = other.patients.iter().map(|patient| &patient.id).collect();
    let mut facts = Vec::new();
    for patient in &of.patients {
        if !there.contains(&patient.id) {
            let mut alone = patient.clone();
            alone.entries.retain(|entry| index.entry(entry.id.as_str()).is_none());
            facts.push(Fact::Patient(alone));
            continue;
        }
        let entries = patient.entries.iter().filter(|entry| index.entry(entry.id.as_str()).is_none());
        facts.extend(entries.map(|entry| Fact::Entry { patient: patient.id.clone(), entry: entry.clone() }));
    }
    facts
}

impl<V: Vfs> Store<V> {
    /// The earlier states of the file that are kept, newest first, beside the present state of the ward.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn copies(&self, now: &Ward) -> Result<Vec<Copy>, OpenError> {
        let disk = |errno| OpenError::Disk { name: format!("{}.d", self.place.shown()), reason: why(errno) };
        let backups = match backups(&self.vfs, &self.place) {
            Err(vfs::Errno::NOENT) => return Ok(Vec::new()),
            backups => backups.map_err(disk)?,
        };
        let journal = read_journal(&self.vfs, &self.place, None).map_err(disk)?;
        // What a save found may have been edited before; only the first found what nobody could know.
        let first = journal.lines.first().map(|line| line.base.as_str());
        let known = |sha: &str| first == Some(sha) || journal.lines.iter().any(|line| line.next == sha);
        let copy = |one: &Generation| {
            let read = read_generation(&self.vfs, &backups, one, &self.options);
            Copy {
                revision: one.revision,
                at: one.at(),
                bytes: one.stat.size,
                is_as_saved: read.as_ref().is_some_and(|(_, sha)| known(sha)),
                differs: read.map(|(ward, _)| differs(&ward, now)),
            }
        };
        Ok(generations::list(&self.vfs, &self.place, &backups).map_err(disk)?.iter().map(copy).collect())
    }

    /// The newest copy of a revision that can be read.
    pub(super) fn copy_of(&self, revision: u64) -> Option<Ward> {
        let backups = backups(&self.vfs, &self.place).ok()?;
        let all = generations::list(&self.vfs, &self.place, &backups).ok()?;
        // The list is newest first.
        let mut of_it = all.iter().filter(|one| one.revision == revision);
        of_it.find_map(|one| Some(read_generation(&self.vfs, &backups, one, &self.options)?.0))
    }
}

/// What the new file is to be: owner as this process, group as the folder gives it.
pub(super) fn new_file<V: Vfs>(vfs: &V, place: &Place<V::Handle>) -> vfs::Result<Stat> {
    let folder = again(|| vfs.stat(&place.folder))?;
    let me = vfs.identity();
    let shared = folder.mode & KEEP_GROUP != 0;
    let gid = if shared { folder.gid } else { me.groups.first().copied().unwrap_or(folder.gid) };
    let mode = file_mode(if shared { SHARED } else { PRIVATE });
    Ok(Stat { kind: FileKind::File, mode, uid: me.uid, gid, size: 0, links: 1, fixed: false, ..folder })
}
