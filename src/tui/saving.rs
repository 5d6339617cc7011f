//! What goes to the store and what comes back, under the names that the screen uses.
use chrono::{DateTime, Utc};

pub use crate::store::{
    Batch, Conflict, Fact, Loaded, Outcome, Refusal, SaveReport, Seen, never_stopped, running_save,
};

use super::session::Keeper;
use crate::store::{Author, Store};

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
