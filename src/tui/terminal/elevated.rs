//! Whether the program was given more rights than those of whoever started it: by setuid, setgid or file capabilities.
#![allow(clippy::disallowed_methods)] // the kernel's own tables are no file of a ward
use std::fs;
use std::io::{self, ErrorKind};

use rustix::process::{getegid, geteuid, getgid, getuid};

/// The number of `AT_SECURE` in the auxiliary vector (`getauxval(3)`).
const AT_SECURE: usize = 23;

/// Whether this process runs with more rights than its user's. The kernel says so in the auxiliary vector; where it
/// does not let the process read that, the ids and the capabilities say it. To be asked before the process closes its
/// own tables.
pub fn is_elevated() -> bool {
    let ids = getuid() != geteuid() || getgid() != getegid();
    ids || is_secure(fs::read("/proc/self/auxv"), &fs::read_to_string("/proc/self/status").unwrap_or_default())
}

/// By the vector, or if it may not be read, as after starting a program with capabilities of its own, by whether there
/// are any. A program that its users may run but not read may not read it either, and has none.
fn is_secure(vector: io::Result<Vec<u8>>, status: &str) -> bool {
    match vector {
        Ok(vector) => entry(&vector, AT_SECURE).is_some_and(|value| value != 0),
        Err(error) => error.kind() == ErrorKind::PermissionDenied && has_capabilities(status),
    }
}

/// The value of an entry: pairs of a number and a value, each as large as an address.
fn entry(vector: &[u8], wanted: usize) -> Option<usize> {
    let mut words =
        vector.chunks_exact(size_of::<usize>()).filter_map(|word| Some(usize::from_ne_bytes(word.try_into().ok()?)));
    while let (Some(number), Some(value)) = (words.next(), words.next()) {
        if number == wanted {
            return Some(value);
        }
    }
    None
}

fn has_capabilities(status: &str) -> bool {
    let permitted = status.lines().find_map(|line| line.strip_prefix("CapPrm:"));
    permitted.is_some_and(|set| set.trim().bytes().any(|digit| digit != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(pairs: &[(usize, usize)]) -> Vec<u8> {
        pairs.iter().flat_map(|(number, value)| [number.to_ne_bytes(), value.to_ne_bytes()]).flatten().collect()
    }

    #[test]
    fn the_kernel_is_believed() {
        let none = "CapPrm:\t0000000000000000\n";
        let some = "CapInh:\t0000000000000000\nCapPrm:\t0000000000000002\n";
        // A value that looks like the number is none.
        for (pairs, secure) in [
            (vec![(6, 4096), (AT_SECURE, 1), (0, 0)], true),
            (vec![(6, AT_SECURE), (AT_SECURE, 0), (0, 0)], false),
            (vec![(6, AT_SECURE), (1, 1)], false),
            (vec![], false),
        ] {
            assert_eq!(is_secure(Ok(vector(&pairs)), some), secure, "{pairs:?}");
        }
        let fails = |kind: ErrorKind| Err(io::Error::from(kind));
        assert!(is_secure(fails(ErrorKind::PermissionDenied), some));
        assert!(!is_secure(fails(ErrorKind::PermissionDenied), none), "may be run, not read");
        assert!(!is_secure(fails(ErrorKind::NotFound), some), "no /proc");
    }
}
