//! Why a ward cannot be opened, and what can be put back instead.
use super::condition::count;
use crate::ward::read::Fault;

/// Why a ward cannot be opened. Says what is wrong and what to do; never holds a value from the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no such file.
    #[error("{name} does not exist. `wardround new` makes an empty ward.")]
    Missing {
        /// The file's name.
        name: String,
    },
    /// A folder, pipe, socket or device.
    #[error("{name} is {what}, not a file. Nothing was read.")]
    NotAFile {
        /// The file's name.
        name: String,
        /// What it is.
        what: &'static str,
    },
    /// Too large to be a ward.
    #[error("{name} is larger than {limit_mb} MB: no ward file. Nothing was read.")]
    TooLarge {
        /// The file's name.
        name: String,
        /// The limit.
        limit_mb: u64,
    },
    /// The disk refused.
    #[error("{name} cannot be read: {reason}.")]
    Disk {
        /// The file's name.
        name: String,
        /// Why, in words.
        reason: String,
    },
    /// Not a valid ward file.
    #[error("{name} is not a valid ward file{}. It was not changed.", first(.faults))]
    Faults {
        /// The file's name.
        name: String,
        /// Everything that is wrong with it.
        faults: Vec<Fault>,
    },
    /// The file is gone, empty or damaged, but its journal is there.
    #[error(
        "{name} is {what}{}, but its journal in {name}.d holds {saved} saved facts. Nothing was written. {} \
         Keep {name}.d.",
        first(.faults), next(name, .newest.as_ref())
    )]
    Damaged {
        /// The file's name.
        name: String,
        /// `missing`, `empty` or `damaged`.
        what: &'static str,
        /// How many facts the journal holds.
        saved: usize,
        /// Everything that is wrong with the file.
        faults: Vec<Fault>,
        /// The newest good state that `restore` can put back.
        newest: Option<Newest>,
    },
}

/// The newest good state of a damaged file: a generation, and what the journal adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// The generation's revision; `None`: the file as it was made, as the journal has it.
    pub revision: Option<u64>,
    /// How many patients the journal adds.
    pub patients: usize,
    /// How many entries the journal adds.
    pub entries: usize,
}

impl std::fmt::Display for Newest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.revision {
            Some(revision) => write!(f, "revision {revision}")?,
            None => write!(f, "the file as it was made")?,
        }
        write!(f, " with {} from the journal", count(self.patients, self.entries))
    }
}

/// What to do about a damaged file.
fn next(name: &str, newest: Option<&Newest>) -> String {
    match newest {
        Some(newest) => {
            format!("Its newest good state is {newest}: `wardround restore {name} --newest` puts that back.")
        }
        None => {
            format!("Put the newest good copy of {name} back: what was saved since is then added from the journal.")
        }
    }
}

impl OpenError {
    /// The faults of the file, where it could be read.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Faults { faults, .. } | Self::Damaged { faults, .. } => faults,
            _ => &[],
        }
    }
}

/// The first fault in words.
fn first(faults: &[Fault]) -> String {
    faults.first().map_or_else(String::new, |fault| {
        let (line, column) = (fault.position.line, fault.position.column);
        format!(" (line {line}, column {column}: {}; {})", fault.what, fault.code)
    })
}
