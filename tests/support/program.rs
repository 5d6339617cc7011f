//! The real program in an emptied environment: its own home, no locale, no zone, no terminal.
// A test looks at files from outside; not every test uses all of this.
#![allow(clippy::disallowed_methods, clippy::expect_used, dead_code)]

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A home of its own, with a folder for ward files.
pub struct World {
    folder: TempDir,
}

/// What the program did.
#[derive(Debug)]
pub struct Ran {
    /// Exit status; `None` if a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl World {
    pub fn new() -> Self {
        // The host's folder for temporary files may be in memory, and that would be said of the ward.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let wards = folder.path().join("wards");
        fs::create_dir(&wards).expect("a folder");
        // Whatever the umask of who runs the tests.
        fs::set_permissions(&wards, Permissions::from_mode(0o755)).expect("ours");
        Self { folder }
    }

    /// A file in the folder of wards.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("wards").join(name)
    }

    /// Writes a ward file that only its owner reads, and gives its path.
    pub fn ward(&self, text: &str) -> PathBuf {
        let path = self.path("ward.json");
        fs::write(&path, text).expect("writable");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("ours");
        path
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The program, not yet started.
    pub fn command<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.home())
            .env("XDG_DATA_HOME", self.home().join("data"))
            .env("XDG_CONFIG_HOME", self.home().join("config"))
            .env("XDG_STATE_HOME", self.home().join("state"))
            .env("RUST_BACKTRACE", "full")
            .current_dir(self.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        self.command(args).output().expect("the program starts").into()
    }

    /// Runs the program with this on its standard input.
    pub fn run_with<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>, input: &str) -> Ran {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let ran = child.wait_with_output().expect("it ends").into();
        let _ = writer.join().expect("no panic");
        ran
    }

    /// Every file below the folder of wards with its bytes; folders and other things by name alone.
    pub fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        collect(&self.path(""), &mut found);
        found.sort();
        found
    }
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("readable").flatten() {
        let kind = entry.file_type().expect("a kind");
        let bytes = if kind.is_file() { fs::read(entry.path()).unwrap_or_default() } else { Vec::new() };
        found.push((entry.path(), bytes));
        if kind.is_dir() {
            collect(&entry.path(), found);
        }
    }
}
