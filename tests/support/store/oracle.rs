//! What has to be true of a ward after any fault: everything promised is there, nothing is invented, the file is whole,
//! nothing is called damaged, the next save folds everything in, no temporary file is left.
use std::sync::atomic::{AtomicUsize, Ordering};

use wardround::store::vfs::Vfs;
use wardround::store::{Loaded, OpenError, Outcome, SaveReport, Store};
use wardround::ward::{Ward, read};

use super::folder::Folder;
use super::sim::Sim;
use super::{FILE, at, author, fact, has, ids, options, path, saved};

/// How the ids of the oracle's own saves begin.
const NEXT: &str = "next";

static SAVES: AtomicUsize = AtomicUsize::new(0);

/// What is wrong with what a fault left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Saves that were acknowledged and are not to be seen.
    Lost(Vec<String>),
    /// Anything else, in words.
    Otherwise(String),
}

/// What programs were told before and during a fault.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// Acknowledged: has to be there.
    pub promised: Vec<String>,
    /// Answered NOT CONFIRMED or not at all: may be there.
    pub uncertain: Vec<String>,
    /// Answered NOT SAVED: may never turn up.
    pub refused: Vec<String>,
    /// They were not entries of these tests: the same cannot be handed in again.
    pub of_others: bool,
}

impl Claims {
    /// Nothing but these promises.
    pub fn promised<S: ToString>(ids: impl IntoIterator<Item = S>) -> Self {
        Self { promised: ids.into_iter().map(|id| id.to_string()).collect(), ..Self::default() }
    }

    /// Notes what came of a save of one fact.
    pub fn note(&mut self, id: &str, report: &SaveReport) {
        self.answered(id, &report.outcome);
    }

    /// Notes an answer.
    pub fn answered(&mut self, id: &str, outcome: &Outcome) {
        let kept = match outcome {
            Outcome::Saved { .. } | Outcome::JournalOnly { .. } => &mut self.promised,
            Outcome::NotSaved { .. } => &mut self.refused,
            Outcome::NotConfirmed { .. } => &mut self.uncertain,
        };
        kept.push(id.to_owned());
    }
}

/// A ward as a fault left it.
pub trait Left {
    /// The disk that it is on.
    type Disk: Vfs;
    /// The bytes of the ward file.
    fn text(&self) -> Option<String>;
    /// The names in its folder.
    fn names(&self) -> Vec<String>;
    /// Opens it with a store that has no fault.
    fn opened(&self) -> Result<(Store<Self::Disk>, Loaded), OpenError>;
}

impl Left for Sim {
    type Disk = Self;

    fn text(&self) -> Option<String> {
        Self::text(self, &[FILE])
    }

    fn names(&self) -> Vec<String> {
        Self::names(self)
    }

    fn opened(&self) -> Result<(Store<Self>, Loaded), OpenError> {
        Store::open_on(self.clone(), &path(), &options())
    }
}

impl Left for Folder {
    type Disk = wardround::store::Disk;

    fn text(&self) -> Option<String> {
        self.file_text()
    }

    fn names(&self) -> Vec<String> {
        Self::names(self)
    }

    fn opened(&self) -> Result<(Store, Loaded), OpenError> {
        self.try_open()
    }
}

/// The oracle.
///
/// # Errors
/// What is wrong.
pub fn look(left: &impl Left, claims: &Claims) -> Result<(), Wrong> {
    let otherwise = |what: &str| Wrong::Otherwise(what.to_owned());
    let on_disk = whole(left.text().ok_or_else(|| otherwise("there is no file"))?.as_bytes())?;
    let (mut store, loaded) = left.opened().map_err(|error| Wrong::Otherwise(error.to_string()))?;
    visible(&loaded.ward, claims)?;
    if let Some(note) = loaded.notes.iter().find(|note| note.contains("please check")) {
        return Err(Wrong::Otherwise(format!("called damage: {note}")));
    }
    let seen = ids(&loaded.ward);
    if seen != ids(&on_disk) && loaded.notes.is_empty() {
        return Err(otherwise("recovered without a word"));
    }
    let next = format!("{NEXT}{}", SAVES.fetch_add(1, Ordering::Relaxed));
    let report = store.save(vec![fact(&next)], &author(), at(2));
    if !saved(&report) {
        return Err(Wrong::Otherwise(format!("the next save fails: {:?}", report.outcome)));
    }
    let after = whole(left.text().ok_or_else(|| otherwise("no file after the next save"))?.as_bytes())?;
    if !seen.iter().all(|id| has(&after, id)) || !has(&after, &next) {
        return Err(Wrong::Otherwise(format!("the next save leaves something out: {seen:?}, {:?}", ids(&after))));
    }
    // Who was refused tries again with the same id, and who was promised may do so.
    let again = if claims.of_others { 0 } else { 3 };
    for id in claims.refused.iter().chain(&claims.promised).chain(&claims.uncertain).take(again) {
        if !store.save(vec![fact(id)], &author(), at(3)).refused.is_empty() {
            return Err(Wrong::Otherwise(format!("{id} cannot be saved again")));
        }
    }
    match left.names().into_iter().find(|name| name.contains(".tmp-")) {
        Some(name) => Err(Wrong::Otherwise(format!("a temporary file is left: {name}"))),
        None => Ok(()),
    }
}

/// The ward in these bytes, which have to be a whole file.
///
/// # Errors
/// That they are not.
pub fn whole(bytes: &[u8]) -> Result<Ward, Wrong> {
    read::ward(bytes, &read::Limits::default()).map_err(|_| Wrong::Otherwise("half a file".to_owned()))
}

/// Whether a ward shows everything that was promised, and nothing that was never written.
///
/// # Errors
/// What is wrong.
pub fn visible(ward: &Ward, claims: &Claims) -> Result<(), Wrong> {
    let lost: Vec<String> = claims.promised.iter().filter(|id| !has(ward, id)).cloned().collect();
    if !lost.is_empty() {
        return Err(Wrong::Lost(lost));
    }
    if let Some(id) = claims.refused.iter().find(|id| has(ward, id)) {
        return Err(Wrong::Otherwise(format!("{id}: NOT SAVED, and there after all")));
    }
    let known = |id: &String| {
        id == "e1" || id.starts_with(NEXT) || claims.promised.contains(id) || claims.uncertain.contains(id)
    };
    match ids(ward).iter().find(|id| !known(id)) {
        Some(id) => Err(Wrong::Otherwise(format!("{id} is invented"))),
        None => Ok(()),
    }
}
