//! A round sheet as a file of its own: only its owner reads it, and no other file is touched.
#![allow(clippy::disallowed_methods)] // a new file beside the ward's; never the ward's own
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::ward::Moment;

/// Why a sheet was not written, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A file of that name is there.
    #[error("not written: a file of that name is there already, and is left alone. Give another name, or remove it")]
    Exists,
    /// The system refused.
    #[error("not written: {0}. `wardround print FILE --output PATH` writes it elsewhere")]
    Refused(String),
}

/// The name of a ward's sheet of a moment: `rowan-round-2026-11-21-0312.txt`.
pub fn name(ward_file: &str, moment: &Moment) -> String {
    let stem = ward_file.strip_suffix(".json").unwrap_or(ward_file);
    format!("{stem}-round-{}.txt", moment.local().format("%Y-%m-%d-%H%M"))
}

/// Writes a sheet to a new file that only its owner reads. What is there already is left alone; what could not be
/// written whole is taken away again.
///
/// # Errors
/// The file is there, or cannot be written.
pub fn write_new(path: &Path, text: &str) -> Result<(), WriteError> {
    let refused = |error: &io::Error| {
        let text = error.to_string();
        WriteError::Refused(text.split(" (os error").next().unwrap_or_default().to_lowercase())
    };
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| {
            if error.kind() == ErrorKind::AlreadyExists { WriteError::Exists } else { refused(&error) }
        })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| {
        let _ = fs::remove_file(path);
        refused(&error)
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_sheet_is_its_owners_alone_and_overwrites_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        assert_eq!(write_new(&path, "one\n"), Ok(()));
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
        assert_eq!(write_new(&path, "two\n"), Err(WriteError::Exists));
        assert_eq!(fs::read_to_string(&path).expect("readable"), "one\n");
        let link = folder.path().join("b.txt");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &link).expect("a link");
        assert_eq!(write_new(&link, "x"), Err(WriteError::Exists), "a link is not followed");
        let nowhere = folder.path().join("none/c.txt");
        assert!(matches!(write_new(&nowhere, "x"), Err(WriteError::Refused(_))));
    }

    #[test]
    fn it_is_named_after_the_ward_and_the_moment() {
        let at = "2026-11-21T03:12:00Z".parse().expect("a time");
        let moment = Moment { at, zone: chrono_tz::Europe::London };
        assert_eq!(name("rowan.json", &moment), "rowan-round-2026-11-21-0312.txt");
    }
}
