//! Whether journal, file and generations are what they say they are.
use std::path::Path;

use super::condition::Cause;
use super::journal::Journal;
use super::open_error::OpenError;
use super::outcome::why;
use super::overlay::fact;
use super::place::Place;
use super::recent::{CHECKPOINT, read_journal};
use super::state::State;
use super::vfs::Vfs;
use super::{Disk, Options, Store};

/// What was found on going through everything that was ever saved. Counts only: no value of a patient.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Records of the journal whose hash is right.
    pub records: usize,
    /// Of these, facts of patients.
    pub facts: usize,
    /// Facts that this version cannot read.
    pub foreign: usize,
    /// Lines of the journal that are no whole record: their hash is wrong.
    pub damaged_lines: usize,
    /// How often a record is not chained to the one before.
    pub forks: usize,
    /// Whether the journal ends in the beginning of a record: a save was cut short there, or runs now.
    pub ends_torn: bool,
    /// Entries in the file, and what only the journal has.
    pub entries: usize,
    /// Facts of the journal that the file lacks.
    pub not_in_file: usize,
    /// Entries that the file has otherwise than the journal.
    pub otherwise: usize,
    /// Edits outside the program that nobody has confirmed, in entries and patients.
    pub unconfirmed: usize,
    /// Earlier states of the file that are kept.
    pub copies: usize,
    /// Of these, those that cannot be read.
    pub unreadable_copies: usize,
    /// Why the file cannot be read.
    pub file: Option<OpenError>,
    /// Whether the journal belongs to another ward.
    pub is_of_another: bool,
}

impl Verified {
    /// Whether everything is as the program left it.
    pub fn is_sound(&self) -> bool {
        let counted = [
            self.foreign,
            self.damaged_lines,
            self.forks,
            self.not_in_file,
            self.otherwise,
            self.unconfirmed,
            self.unreadable_copies,
        ];
        counted.iter().all(|number| *number == 0) && self.file.is_none() && !self.is_of_another
    }

    /// What was found wrong, in words.
    pub fn words(&self) -> Vec<String> {
        let counted = [
            (self.damaged_lines, "damaged lines in the journal: their hash is wrong"),
            (self.forks, "forks in the journal: programs saved without seeing each other, or lines were cut out"),
            (self.foreign, "facts in the journal that this version cannot read"),
            (self.not_in_file, "facts of the journal that the file lacks: they count, the next save adds them"),
            (
                self.otherwise,
                "entries that the file has otherwise than the journal: the file's count, `log` shows both",
            ),
            (self.unconfirmed, "patients and entries edited outside this program, which nobody has confirmed"),
            (self.unreadable_copies, "earlier copies of the file that cannot be read"),
        ];
        let counted =
            counted.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
        let other = self.is_of_another.then(|| "the journal belongs to another ward file".to_owned());
        self.file.iter().map(ToString::to_string).chain(other).chain(counted).collect()
    }
}

impl Store<Disk> {
    /// Goes through file, journal and generations of a ward. Nothing is written.
    ///
    /// # Errors
    /// There is neither a file nor a journal, or they cannot be read.
    pub fn verify(path: &Path, options: &Options) -> Result<Verified, OpenError> {
        Self::verify_on(Disk, path, options)
    }
}

impl<V: Vfs> Store<V> {
    /// As [`Store::verify`], on any disk.
    ///
    /// # Errors
    /// As there.
    pub fn verify_on(vfs: V, path: &Path, options: &Options) -> Result<Verified, OpenError> {
        let name = || path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let disk = |errno| OpenError::Disk { name: name(), reason: why(errno) };
        let place = Place::find(&vfs, path).map_err(disk)?;
        let journal = read_journal(&vfs, &place, None).map_err(disk)?;
        let mut found = of_journal(&journal);
        let options = Options { preview: false, ..options.clone() };
        match State::read_whole(&vfs, &place, &options) {
            Ok(state) => found.take(&state),
            Err(error @ OpenError::Damaged { .. }) => found.file = Some(error),
            Err(error) => return Err(error),
        }
        let (store, loaded) = Self::open_on(vfs, path, &Options { preview: true, ..options })?;
        let copies = store.copies(&loaded.ward)?;
        found.copies = copies.len();
        found.unreadable_copies = copies.iter().filter(|copy| copy.differs.is_none()).count();
        Ok(found)
    }
}

impl Verified {
    fn take(&mut self, state: &State) {
        self.entries = state.ward.entries().count();
        self.not_in_file = state.overlay.entries.len() + state.overlay.patients.len() + state.overlay.homeless.len();
        self.otherwise = state.overlay.differing.len();
        let left = &state.unconfirmed;
        self.unconfirmed = left.patients.len() + left.removed.len() + left.mended.len();
        self.is_of_another = state.cause == Cause::OtherWard;
    }
}

fn of_journal(journal: &Journal) -> Verified {
    let facts: Vec<_> = journal.lines.iter().filter(|line| line.op != CHECKPOINT).filter_map(fact).collect();
    Verified {
        records: journal.lines.len(),
        facts: facts.len(),
        foreign: facts.iter().filter(|fact| fact.is_err()).count(),
        damaged_lines: journal.unreadable,
        forks: journal.forks,
        ends_torn: journal.tail.torn > 0,
        ..Verified::default()
    }
}
