//! Putting an earlier state back, through the same steps as every save: lock, journal, replacement.
use std::ffi::OsString;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::author::Author;
use super::choose::{Chosen, for_journal};
use super::compose::Fact as Written;
use super::condition::Cause;
use super::outcome::{Outcome, SaveReport, Stopped, why};
use super::overlay::RESTORE;
use super::rescue::put_back;
use super::state::State;
use super::vfs::{Errno, Vfs, again};
use super::{Store, running};

/// Which earlier state is to be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Of a damaged or missing file: the newest good one.
    Newest,
    /// The one with this revision.
    Revision(u64),
}

/// Digits of a damaged file's hash in the name under which it is kept.
const MARK: usize = 8;

impl<V: Vfs> Store<V> {
    /// Puts an earlier state back: that file and everything that was saved since. A damaged file is kept as
    /// `ward.json.bad-` and the beginning of its hash. The store must have been opened with [`super::Options::preview`]
    /// if the file is damaged or missing.
    pub fn restore(&mut self, wanted: Wanted, author: &Author, now: DateTime<Utc>) -> SaveReport {
        let _running = running::begin();
        self.try_restore(wanted, author, now).unwrap_or_else(|(outcome, refused)| self.stopped(outcome, refused))
    }

    fn try_restore(&mut self, wanted: Wanted, author: &Author, now: DateTime<Utc>) -> Result<SaveReport, Stopped> {
        let not_saved = |reason| (Outcome::NotSaved { reason }, Vec::new());
        let (desk, mut found) = self.find_even_damaged(author, now).map_err(not_saved)?;
        let chosen = self.chosen(wanted, &mut found).map_err(not_saved)?;
        let mut moved = None;
        if found.cause == Cause::Damaged {
            moved = self
                .keep_bad(&found.sha)
                .map_err(|errno| not_saved(format!("the damaged file cannot be kept: {}", why(errno))))?;
        }
        match self.finish(&desk, found, chosen, author, now) {
            Ok(report) => Ok(SaveReport { outcome: with_place(report.outcome, moved.as_deref()), ..report }),
            Err((outcome, refused)) => Err((with_place(outcome, moved.as_deref()), refused)),
        }
    }

    fn chosen(&self, wanted: Wanted, found: &mut State) -> Result<Chosen, String> {
        let (revision, then) = match wanted {
            Wanted::Newest if found.cause == Cause::Damaged => (None, found.ward.clone()),
            Wanted::Newest => return Err("the file can be read: --revision N names a state to put back".to_owned()),
            Wanted::Revision(number) => {
                let then =
                    self.copy_of(number).ok_or_else(|| format!("there is no readable copy of revision {number}"))?;
                (Some(number), then)
            }
        };
        if let (Some(own), Some(other)) = (&found.ward.lineage, &then.lineage)
            && own != other
        {
            return Err("that copy is of another ward".to_owned());
        }
        let back = put_back(then, &found.ward);
        let ids: Vec<&str> = back.reverted.iter().map(crate::ward::EntryId::as_str).collect();
        let json = json!({ "revision": revision, "reverted": ids }).to_string();
        let mut written = vec![Written { op: RESTORE.to_owned(), patient: None, json }];
        written.extend(back.new.iter().map(for_journal));
        found.unconfirmed.mended.retain(|id| !back.reverted.contains(id));
        found.ward = back.ward;
        Ok(Chosen { new: Vec::new(), written, refused: Vec::new() })
    }

    /// Gives a damaged file a second name, under which it stays; gives the name if it is its only one now.
    fn keep_bad(&self, sha: &str) -> Result<Option<String>, Errno> {
        let mut name: OsString = self.place.name.clone();
        name.push(format!(".bad-{}", sha.get(..MARK).unwrap_or(sha)));
        match again(|| self.vfs.link(&self.place.folder, &self.place.name, &self.place.folder, &name)) {
            // It is missing, or was kept before.
            Ok(()) | Err(Errno::NOENT | Errno::EXIST) => Ok(None),
            // No second names here: it is moved out of the way.
            Err(Errno::PERM | Errno::OPNOTSUPP | Errno::MLINK) => {
                again(|| self.vfs.rename_new(&self.place.folder, &self.place.name, &name))?;
                Ok(Some(name.to_string_lossy().into_owned()))
            }
            Err(errno) => Err(errno),
        }
    }
}

/// What became of a restore, with where the damaged file is if it was moved and no good one stands in its place.
fn with_place(outcome: Outcome, moved: Option<&str>) -> Outcome {
    let Some(name) = moved else { return outcome };
    let placed = |reason: String| format!("{reason}; the damaged file is now {name}");
    match outcome {
        Outcome::Saved { .. } => outcome,
        Outcome::JournalOnly { reason } => Outcome::JournalOnly { reason: placed(reason) },
        Outcome::NotSaved { reason } => Outcome::NotSaved { reason: placed(reason) },
        Outcome::NotConfirmed { reason } => Outcome::NotConfirmed { reason: placed(reason) },
    }
}
