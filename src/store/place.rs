//! Where a ward lives: the open folder, the file's name in it, and the names that belong to it.
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use super::vfs::{Errno, Result, Stat, Vfs, again};

/// The folder that holds a ward file, and the file's name there. Found once: a symlink to the file stays, and its
/// target is what is read and replaced.
#[derive(Debug)]
pub(super) struct Place<H> {
    pub folder: H,
    pub name: OsString,
}

/// Bits of a mode that a ward's files may have: nothing for other users of the host.
const NOT_FOR_OTHERS: u32 = 0o770;

impl<H> Place<H> {
    /// Resolves a path, whose file need not be there.
    pub fn find<V: Vfs<Handle = H>>(vfs: &V, path: &Path) -> Result<Self> {
        let resolved = match again(|| vfs.resolve(path)) {
            Err(Errno::NOENT) => {
                let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                again(|| vfs.resolve(parent))?.join(path.file_name().ok_or(Errno::NOENT)?)
            }
            found => found?,
        };
        let name = resolved.file_name().ok_or(Errno::ISDIR)?.to_owned();
        let folder = resolved.parent().ok_or(Errno::ISDIR)?;
        Ok(Self { folder: again(|| vfs.open_folder(folder))?, name })
    }

    /// `ward.json.d`, the folder of the lock and the journal.
    pub fn side_name(&self) -> OsString {
        let mut name = self.name.clone();
        name.push(".d");
        name
    }

    /// `.ward.json.tmp-`, how the names of temporary files begin.
    pub fn temporary_prefix(&self) -> OsString {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(".tmp-");
        name
    }

    /// The name of a new temporary file.
    pub fn temporary_name(&self) -> OsString {
        let mut name = self.temporary_prefix();
        name.push(format!("{:016x}", uuid::Uuid::now_v7().as_u64_pair().1));
        name
    }

    /// The file's name for people.
    pub fn shown(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    /// Opens `ward.json.d`.
    pub fn open_side<V: Vfs<Handle = H>>(&self, vfs: &V) -> Result<H> {
        again(|| vfs.open(&self.folder, &self.side_name(), super::vfs::How::Folder))
    }

    /// Takes away what a save that was cut short left. Only under the lock: temporary files exist only there.
    pub fn clean<V: Vfs<Handle = H>>(&self, vfs: &V) {
        let prefix = self.temporary_prefix();
        for name in again(|| vfs.list(&self.folder)).unwrap_or_default() {
            if name.as_bytes().starts_with(prefix.as_bytes()) {
                let _ = again(|| vfs.unlink(&self.folder, &name));
            }
        }
    }
}

/// Permission bits of a file that stands beside or in place of one with these.
pub(super) fn file_mode(like: u32) -> u32 {
    like & NOT_FOR_OTHERS
}

/// Permission bits of the folder beside a file with these: whoever may read the file may enter, and new files keep
/// the group.
pub(super) fn folder_mode(like: u32) -> u32 {
    let open = like & 0o660;
    let enter = (open & 0o440) >> 2;
    let keep_group = if open & 0o060 == 0 { 0 } else { 0o2000 };
    open | enter | keep_group
}

/// Gives a new file or folder the owner and group of the ward file where this process may, and a mode.
///
/// # Errors
/// If the group cannot be kept: others would be locked out of their ward.
pub(super) fn adopt<V: Vfs>(vfs: &V, handle: &V::Handle, like: &Stat, mode: u32) -> Result<()> {
    let mine = again(|| vfs.stat(handle))?;
    if mine.gid != like.gid {
        again(|| vfs.set_owner(handle, None, Some(like.gid)))?;
    }
    if mine.uid != like.uid && vfs.identity().is_root() {
        let _ = again(|| vfs.set_owner(handle, Some(like.uid), None));
    }
    again(|| vfs.set_mode(handle, mode))
}

/// Opens a folder of the ward's own in another, and makes it if it is not there.
pub(super) fn folder_in<V: Vfs>(vfs: &V, parent: &V::Handle, name: &OsStr, like: &Stat) -> Result<V::Handle> {
    let open = || again(|| vfs.open(parent, name, super::vfs::How::Folder));
    match open() {
        Err(Errno::NOENT) => {}
        opened => return opened,
    }
    let mode = folder_mode(like.mode);
    match again(|| vfs.make_folder(parent, name, mode)) {
        Ok(()) => {
            let folder = open()?;
            adopt(vfs, &folder, like, mode)?;
            Ok(folder)
        }
        Err(Errno::EXIST) => open(),
        Err(errno) => Err(errno),
    }
}

/// The number of a journal segment from its name.
pub(super) fn segment_number(name: &OsStr) -> Option<u32> {
    let digits = name.to_str()?.strip_prefix("journal-")?.strip_suffix(".jsonl")?;
    (digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// The name of a journal segment.
pub(super) fn segment_name(number: u32) -> OsString {
    OsString::from_vec(format!("journal-{number:06}.jsonl").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_open_to_others() {
        assert_eq!([0o664, 0o600, 0o640].map(file_mode), [0o660, 0o600, 0o640]);
        assert_eq!([0o664, 0o600, 0o640].map(folder_mode), [0o2770, 0o700, 0o2750]);
    }

    #[test]
    fn segments_are_told_from_other_files() {
        assert_eq!(segment_number(&segment_name(12)), Some(12));
        for other in
            ["journal-1.jsonl", "journal-000001.jsonl~", "journal-00000x.jsonl", "lock", "journal--00001.jsonl"]
        {
            assert_eq!(segment_number(OsStr::new(other)), None, "{other}");
        }
    }
}
