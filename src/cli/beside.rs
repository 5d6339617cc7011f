//! What the screen keeps for one user and one ward: times in the XDG state folder, round sheets beside the ward file.
#![allow(clippy::disallowed_methods)] // no ward file, and nothing of a patient but the sheet that somebody asked for
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use super::host::Host;
use super::last;
use crate::tui::aside::{Aside, Remembered};
use crate::tui::sheet;

/// The file that says that the card was seen; it is empty.
const CARD: &str = "card-seen";

/// The state folder, and the folder of the ward file.
#[derive(Debug)]
pub struct Beside {
    state: Option<PathBuf>,
    /// Named after the file and the user, in a way that tells neither.
    rounds: String,
    folder: PathBuf,
}

impl Beside {
    /// What is kept for this user of this file.
    pub fn new(file: &Path, user: &str, host: &Host) -> Self {
        let whole = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        let mut hash = Sha256::new();
        hash.update(whole.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(user.as_bytes());
        let digest = hash.finalize().iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let folder = whole.parent().map_or_else(PathBuf::new, Path::to_owned);
        Self { state: host.state.clone(), rounds: format!("round-{digest:016x}"), folder }
    }

    /// What was remembered. What cannot be read was not.
    pub fn read(&self) -> Remembered {
        let Some(state) = &self.state else { return Remembered { card_seen: true, ..Remembered::default() } };
        let text = fs::read_to_string(state.join(&self.rounds)).unwrap_or_default();
        let time = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
            DateTime::parse_from_rfc3339(line).ok().map(|at| at.to_utc())
        };
        Remembered { began: time("began"), last: time("last"), card_seen: state.join(CARD).exists() }
    }
}

impl Aside for Beside {
    fn remember(&mut self, what: Remembered) {
        let Some(state) = &self.state else { return };
        let line = |name: &str, at: Option<DateTime<Utc>>| {
            at.map_or_else(String::new, |at| format!("{name} {}\n", at.to_rfc3339_opts(SecondsFormat::Secs, true)))
        };
        let text = line("began", what.began) + &line("last", what.last);
        if !text.is_empty() {
            let _ = last::write(state, &self.rounds, text.as_bytes());
        }
        if what.card_seen && !state.join(CARD).exists() {
            let _ = last::write(state, CARD, b"");
        }
    }

    fn write_sheet(&mut self, name: &str, text: &str) -> Result<(), String> {
        sheet::write_new(&self.folder.join(name), text).map_err(|error| error.to_string())
    }
}
