//! What goes to the store and what comes back, under the names that the screen uses.
use chrono::{DateTime, Utc};

pub use crate::store::{
    Batch, ClockDoubt, Conflict, Fact, Loaded, Outcome, Refusal, SaveReport, Seen, never_stopped, running_save,
};

use crate::assess;
use crate::store::{Author, Store};
use crate::ward::{Moment, Ward};

/// Where facts are saved and the ward is read.
pub trait Keeper {
    /// Saves facts.
    fn save(&mut self, batch: Batch, now: DateTime<Utc>) -> SaveReport;

    /// Who types from now on, by their initials; `None`: nobody says who.
    fn identify(&mut self, initials: Option<&str>) {
        let _ = initials;
    }

    /// Whether somebody else has changed the ward.
    fn changed(&self) -> bool;

    /// Reads the ward again.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    fn reload(&mut self) -> Result<Loaded, String>;
}

/// A ward file, and who is at the keyboard.
#[derive(Debug)]
pub struct OnDisk {
    store: Store,
    account: Author,
    /// The account, with the initials that were given.
    author: Author,
}

impl OnDisk {
    /// An open ward file in the hands of its author.
    pub fn new(store: Store, author: Author) -> Self {
        Self { store, account: author.clone(), author }
    }
}

impl Keeper for OnDisk {
    fn save(&mut self, batch: Batch, now: DateTime<Utc>) -> SaveReport {
        self.store.save_batch(batch, &self.author, now)
    }

    fn identify(&mut self, initials: Option<&str>) {
        let account = self.account.clone();
        self.author = initials.map_or_else(|| account.clone(), |initials| account.clone().asserted_by(initials));
    }

    fn changed(&self) -> bool {
        // A moment in which nobody waits for an answer.
        self.store.tidy();
        self.store.changed()
    }

    fn reload(&mut self) -> Result<Loaded, String> {
        self.store.reload().map_err(|error| error.to_string())
    }
}

/// What makes the host's clock doubtful: what the journal says, and entries that no rule reads now, because they say
/// that they were recorded later. Notes for the reader of a ward, on opening and whenever it is read again.
pub fn clock_notes(doubt: Option<ClockDoubt>, ward: &Ward, now: &Moment) -> Vec<String> {
    let number = assess::recorded_ahead(ward, now);
    let ahead = (number > 0).then(|| {
        format!(
            "please check this host's clock: entries are recorded later than now, and no rule reads them until then \
             ({number}); `check` lists them"
        )
    });
    doubt.map(|doubt| doubt.words().to_owned()).into_iter().chain(ahead).collect()
}
