//! The machine as the commands see it.
use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::store::{Author, Options};

/// The machine as the commands see it; nothing else in the program looks at its clock or its folders.
#[derive(Debug, Clone)]
pub struct Host {
    /// The clock.
    pub clock: fn() -> DateTime<Utc>,
    /// The host's time zone, where it is known.
    pub zone: Option<Tz>,
    /// Where the demo ward is kept, and a site's own protocols.
    pub data: Option<PathBuf>,
    /// Where a site's settings are.
    pub config: Option<PathBuf>,
    /// A folder of a site's own protocols that the command line names.
    pub protocols: Option<PathBuf>,
    /// Where the file last opened is remembered.
    pub state: Option<PathBuf>,
    /// Whether somebody asked to save on network file systems too.
    pub network_fs: bool,
    /// What the environment claims of who is there ([`crate::store::CLAIMS`]).
    pub claims: BTreeMap<String, String>,
}

impl Host {
    /// Who is there.
    pub fn author(&self) -> Author {
        Author::current().claiming(&self.claims)
    }

    /// How the store is to open a ward here.
    pub fn options(&self) -> Options {
        Options { network_fs: self.network_fs, ..Options::default() }
    }
}
