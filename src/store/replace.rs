//! The ward file is replaced whole: a temporary file beside it, synced, takes its name in one step. At every instant,
//! for every reader, `ward.json` is a complete file.
use std::ffi::OsString;

use super::attributes::Attributes;
use super::place::{Place, adopt, file_mode};
use super::vfs::{Errno, How, Result, Stat, Vfs, Whole, again};

/// The mode of a temporary file while it is written.
const PRIVATE: u32 = 0o600;

/// Replaces the ward file by this text, keeping owner, group, mode and access list of what it replaces. Nothing but a
/// temporary file has changed on an error before the new name stands.
pub(super) fn replace<V: Vfs>(vfs: &V, place: &Place<V::Handle>, text: &str, like: (&Stat, &Attributes)) -> Result<()> {
    let temporary = write_synced(vfs, place, text, like)?;
    if let Err(errno) = again(|| vfs.rename(&place.folder, &temporary, &place.name)) {
        let _ = again(|| vfs.unlink(&place.folder, &temporary));
        return Err(errno);
    }
    again(|| vfs.sync(&place.folder))
}

/// Makes a ward file that is not there yet; `like` gives its group and mode.
pub(super) fn create<V: Vfs>(vfs: &V, place: &Place<V::Handle>, text: &str, like: &Stat) -> Result<()> {
    let temporary = write_synced(vfs, place, text, (like, &Attributes::default()))?;
    if let Err(errno) = again(|| vfs.rename_new(&place.folder, &temporary, &place.name)) {
        let _ = again(|| vfs.unlink(&place.folder, &temporary));
        return Err(errno);
    }
    again(|| vfs.sync(&place.folder))
}

/// A synced temporary file. After a failed sync a new inode is tried, once: the old one may lie from then on.
fn write_synced<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    text: &str,
    (like, attributes): (&Stat, &Attributes),
) -> Result<OsString> {
    let mut retried = false;
    loop {
        let name = place.temporary_name();
        let file = match again(|| vfs.open(&place.folder, &name, How::New(PRIVATE))) {
            Err(Errno::EXIST) if !retried => {
                retried = true;
                continue;
            }
            opened => opened?,
        };
        let filled = vfs
            .write_all(&file, text.as_bytes())
            .map_err(|(_, errno)| errno)
            .and_then(|()| attributes.give(vfs, &file))
            .and_then(|()| adopt(vfs, &file, like, file_mode(like.mode)));
        let synced = filled.map(|()| again(|| vfs.sync(&file)));
        match synced {
            Ok(Ok(())) => return Ok(name),
            Ok(Err(_)) if !retried => {
                retried = true;
                let _ = again(|| vfs.unlink(&place.folder, &name));
            }
            Ok(Err(errno)) | Err(errno) => {
                let _ = again(|| vfs.unlink(&place.folder, &name));
                return Err(errno);
            }
        }
    }
}
