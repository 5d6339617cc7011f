//! What a file has beside content, owner and mode: its access list (ACL) and other extended attributes. A replaced file
//! loses them unless they are given to the new one.
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use super::place::Place;
use super::vfs::{Errno, How, Result, Vfs, again};

/// The access list. To lose it is to let somebody in, or to lock somebody out.
const ACL: &str = "system.posix_acl_access";
/// Attributes of these kinds are copied where that can be done.
const COPIED: &[&str] = &["user.", "security."];

/// The extended attributes of a ward file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    acl: Option<Vec<u8>>,
    others: Vec<(OsString, Vec<u8>)>,
}

impl Attributes {
    /// Those of the ward file.
    ///
    /// # Errors
    /// The access list cannot be read: it could not be kept.
    pub fn read<V: Vfs>(vfs: &V, place: &Place<V::Handle>) -> Result<Self> {
        let file = match again(|| vfs.open(&place.folder, &place.name, How::Read)) {
            Err(Errno::NOENT) => return Ok(Self::default()),
            file => file?,
        };
        let names = match again(|| vfs.attributes(&file)) {
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => return Ok(Self::default()),
            names => names?,
        };
        let mut found = Self::default();
        for name in names {
            if name == ACL {
                found.acl = Some(again(|| vfs.attribute(&file, &name))?);
            } else if COPIED.iter().any(|kind| name.as_bytes().starts_with(kind.as_bytes()))
                && let Ok(value) = again(|| vfs.attribute(&file, &name))
            {
                found.others.push((name, value));
            }
        }
        Ok(found)
    }

    /// Gives them to the file that is to replace it. To be done before its mode is set: an access list changes that.
    ///
    /// # Errors
    /// The access list could not be given, or one that came from the folder not taken away.
    pub fn give<V: Vfs>(&self, vfs: &V, file: &V::Handle) -> Result<()> {
        for (name, value) in &self.others {
            let _ = again(|| vfs.set_attribute(file, name, value));
        }
        let given = match &self.acl {
            Some(acl) => again(|| vfs.set_attribute(file, OsStr::new(ACL), acl)),
            None => match again(|| vfs.remove_attribute(file, OsStr::new(ACL))) {
                Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
                removed => removed,
            },
        };
        // That is no fault of the disk: the new file is not used.
        given.map_err(|errno| if matches!(errno, Errno::OPNOTSUPP | Errno::INVAL) { Errno::PERM } else { errno })
    }
}
