//! Everything that would stop a save and can be known beforehand, asked before the journal is touched: what was
//! refused must not turn up later as recovered.
use std::ffi::OsStr;

use super::outcome::why;
use super::place::Place;
use super::vfs::{Errno, FileKind, Identity, Stat, Vfs, again};

/// Write bits of owner, group and others.
const WRITE: u32 = 0o222;
const FOR_OTHERS: u32 = 0o002;
const STICKY: u32 = 0o1000;
const KEEP_GROUP: u32 = 0o2000;

/// Why a ward file may not be saved to, in words; `None` if it may.
pub(super) fn obstacle<V: Vfs>(vfs: &V, place: &Place<V::Handle>, file: &Stat, remote_ok: bool) -> Option<String> {
    writable(vfs, place, &place.name, file, &format!("{} is read-only", place.shown()))
        .and_then(|()| check_folder(vfs, place, file, remote_ok))
        .err()
}

/// As [`obstacle`], for a file that is still to be made.
pub(super) fn folder_obstacle<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    file: &Stat,
    remote_ok: bool,
) -> Option<String> {
    check_folder(vfs, place, file, remote_ok).err()
}

fn check_folder<V: Vfs>(vfs: &V, place: &Place<V::Handle>, file: &Stat, remote_ok: bool) -> Result<(), String> {
    let name = place.shown();
    let folder = again(|| vfs.stat(&place.folder)).map_err(why)?;
    let me = vfs.identity();
    writable(vfs, place, OsStr::new("."), &folder, "the folder is read-only")?;
    if folder.mode & FOR_OTHERS != 0 {
        return Err("everybody on this host can write to the folder: move the ward to a folder of its own".to_owned());
    }
    if folder.mode & STICKY != 0 && !me.is_root() && me.uid != file.uid && me.uid != folder.uid {
        return Err(format!("the folder lets only the owner replace {name} (sticky bit)"));
    }
    if !can_keep_group(&me, &folder, file) {
        return Err(format!("the group of {name} could not be kept: you are not in it"));
    }
    if !remote_ok && again(|| vfs.is_remote(&place.folder)).map_err(why)? {
        return Err("the folder is on a network file system, where a save cannot be made certain".to_owned());
    }
    side(vfs, place)
}

/// `ward.json.d`, if it is there.
fn side<V: Vfs>(vfs: &V, place: &Place<V::Handle>) -> Result<(), String> {
    let name = place.side_name();
    let shown = name.to_string_lossy();
    let stat = match again(|| vfs.stat_at(&place.folder, &name)) {
        Err(Errno::NOENT) => return Ok(()),
        found => found.map_err(why)?,
    };
    if stat.kind != FileKind::Folder {
        return Err(format!("{shown}, which holds the journal, is not a folder"));
    }
    if stat.mode & FOR_OTHERS != 0 {
        return Err(format!("everybody on this host can write to {shown}"));
    }
    writable(vfs, place, &name, &stat, &format!("{shown}, which holds the journal, is read-only"))
}

/// Write bits that somebody took away hold for root too.
fn writable<V: Vfs>(
    vfs: &V,
    place: &Place<V::Handle>,
    name: &OsStr,
    stat: &Stat,
    otherwise: &str,
) -> Result<(), String> {
    if stat.fixed {
        return Err(format!("{otherwise} (protected by chattr)"));
    }
    match again(|| vfs.may_write(&place.folder, name)) {
        Ok(()) if stat.mode & WRITE != 0 => Ok(()),
        Ok(()) | Err(Errno::ACCESS | Errno::PERM) => Err(otherwise.to_owned()),
        Err(errno) => Err(why(errno)),
    }
}

fn can_keep_group(me: &Identity, folder: &Stat, file: &Stat) -> bool {
    let inherited = folder.mode & KEEP_GROUP != 0 && folder.gid == file.gid;
    me.is_root() || inherited || me.groups.contains(&file.gid)
}
