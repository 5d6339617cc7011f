//! The file last opened, remembered in the XDG state folder, so that `wardround` alone opens it again.
#![allow(clippy::disallowed_methods)] // no ward file, and nothing of a patient: only where the last one was
use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::host::Host;
use super::status::Failure;

/// Its name in the state folder.
const NAME: &str = "last-file";

/// The file to open where none was named.
///
/// # Errors
/// None was opened yet, or it is gone.
pub fn file(named: Option<&Path>, host: &Host) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let last = host.state.as_ref().and_then(|state| fs::read(state.join(NAME)).ok()).filter(|path| !path.is_empty());
    let last = last.map(|path| PathBuf::from(OsString::from_vec(path)));
    let Some(last) = last else {
        return Err(Failure::usage(
            "no file was named, and none was opened before.\n\
             `wardround demo` opens a made-up ward to try; `wardround new FILE` makes an empty one.",
        ));
    };
    if last.exists() {
        return Ok(last);
    }
    Err(Failure::file(format!(
        "no file was named, and the one last opened is gone: {}.\n\
         `wardround FILE` opens another; `wardround demo` a made-up ward to try.",
        last.display()
    )))
}

/// Remembers a file that was opened. That it cannot be remembered changes nothing.
pub fn remember(file: &Path, host: &Host) {
    if let Some(state) = &host.state
        && let Ok(whole) = fs::canonicalize(file)
    {
        let _ = write(state, NAME, whole.as_os_str().as_bytes());
    }
}

/// Replaces a note of this name in one step: a reader finds the old one or the new one, never half of one.
pub fn write(state: &Path, name: &str, note: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(state)?;
    let new = state.join(format!("{name}.{}", std::process::id()));
    let _ = fs::remove_file(&new);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)
        .and_then(|mut file| file.write_all(note))
        .and_then(|()| fs::rename(&new, state.join(name)));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}
