//! What goes to the store and what comes back, under the names that the screen uses.
use chrono::{DateTime, Utc};

pub use crate::store::{Batch, Conflict, Fact, Loaded, Outcome, Refusal, SaveReport, Seen, running_save};

use super::session::Keeper;
use crate::store::{Author, Store};

/// A ward file, and who is at the keyboard.
#[derive(Debug)]
pub struct OnDisk {
    store: Store,
    author: Author,
}

impl OnDisk {
    /// An open ward file in the hands of its author.
    pub fn new(store: Store, author: Author) -> Self {
        Self { store, author }
    }
}

impl Keeper for OnDisk {
    fn save(&mut self, batch: Batch, now: DateTime<Utc>) -> SaveReport {
        self.store.save_batch(batch, &self.author, now)
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
