//! What a test needs of the host beyond Rust: programs, root, disks that can be filled, torn out and mounted again.
//!
//! Everything is bounded in time and is taken away again when it is dropped, also by a test that fails.
#![allow(clippy::disallowed_methods, dead_code)] // makes files and folders of its own; not every test uses all
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a program of the host may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a program did.
pub struct Ran {
    /// Whether it ended by itself, and well.
    pub well: bool,
    /// What it wrote, messages last.
    pub text: String,
}

/// Runs a program to its end with this on its standard input. It is killed when it takes too long.
pub fn run_with(command: &mut Command, input: &str) -> Ran {
    let (mut out, mut given) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    given.write_all(input.as_bytes()).unwrap();
    given.rewind().unwrap();
    command.stdin(given).stdout(out.try_clone().unwrap()).stderr(out.try_clone().unwrap());
    let well = command.spawn().is_ok_and(|mut child| ends(&mut child, PATIENCE) == Some(true));
    let mut bytes = Vec::new();
    out.rewind().unwrap();
    out.read_to_end(&mut bytes).unwrap();
    Ran { well, text: String::from_utf8_lossy(&bytes).into_owned() }
}

/// Runs a program with these arguments.
pub fn run<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Ran {
    run_with(Command::new(program).args(arguments), "")
}

/// Waits for the end of a program: whether it was a good one; `None` if it had to be killed.
pub fn ends(child: &mut Child, patience: Duration) -> Option<bool> {
    let until = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(2)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

/// Why these programs cannot be used; `None` if they can.
pub fn lacks(programs: &[&str]) -> Option<String> {
    let found = |program: &&&str| {
        let folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin"];
        folders.iter().any(|folder| Path::new(folder).join(program).exists())
    };
    let lacking: Vec<&str> = programs.iter().filter(|program| !found(program)).copied().collect();
    (!lacking.is_empty()).then(|| format!("{} is not installed", lacking.join(", ")))
}

/// Why `strace` cannot tell what the program passes to system calls; `None` if it can.
pub fn cannot_trace() -> Option<String> {
    let refused = || (!run("strace", ["-o", "/dev/null", "true"]).well).then(|| "strace is not allowed".to_owned());
    lacks(&["strace"]).or_else(refused).or_else(|| {
        let folder = tempfile::tempdir().unwrap();
        let (log, asked_for) = (folder.path().join("calls"), "no-such-ward.json");
        let program = [env!("CARGO_BIN_EXE_wardround"), "check", asked_for];
        run("strace", [OsStr::new("-f"), "-o".as_ref(), log.as_ref()].into_iter().chain(program.map(OsStr::new)));
        let told = fs::read_to_string(&log).unwrap_or_default().lines().any(|line| {
            let call = line.split_once(' ').map_or("", |(_, call)| call.trim_start());
            !call.starts_with("execve(") && call.contains(asked_for)
        });
        assert!(told || !rustix::process::geteuid().is_root(), "root may trace, and sees nothing");
        (!told).then(|| "only root can trace a program that keeps its memory to itself".to_owned())
    })
}

/// Why a test that mounts disks cannot run here; `None` if it can.
pub fn cannot_mount(programs: &[&str]) -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some("only root can mount".to_owned());
    }
    let all: Vec<&str> = programs.iter().chain(&["mount", "umount"]).copied().collect();
    lacks(&all).or_else(|| match Mount::tmpfs("64k") {
        Ok(mount) => (!mount.resizes("128k")).then(|| "a disk cannot be given another size here".to_owned()),
        Err(why) => Some(why),
    })
}

/// A file system of its own, mounted until this is dropped.
pub struct Mount {
    folder: TempDir,
    arguments: Vec<String>,
}

impl Mount {
    /// A disk in memory of so many bytes.
    pub fn tmpfs(size: &str) -> Result<Self, String> {
        Self::of(&["-t", "tmpfs", "-o", &format!("size={size},mode=700"), "none"])
    }

    /// An image of a disk, with these options.
    pub fn image(image: &Path, options: &str) -> Result<Self, String> {
        Self::of(&[
            "-o",
            &format!("loop{}{options}", if options.is_empty() { "" } else { "," }),
            &image.to_string_lossy(),
        ])
    }

    /// A folder in a second place.
    pub fn bind(folder: &Path) -> Result<Self, String> {
        Self::of(&["--bind", &folder.to_string_lossy()])
    }

    /// A file in place of another one. Its path is that of the other.
    pub fn bind_file(file: &Path, over: &Path) -> Result<Bound, String> {
        let ran = run("mount", [OsStr::new("--bind"), file.as_os_str(), over.as_os_str()]);
        if ran.well { Ok(Bound(over.to_owned())) } else { Err(ran.text) }
    }

    fn of(arguments: &[&str]) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("wardround-disk-").tempdir().unwrap();
        let mut mount = Self { folder, arguments: arguments.iter().map(|&argument| argument.to_owned()).collect() };
        mount.up()?;
        Ok(mount)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A folder on it for a ward.
    pub fn ward(&self) -> PathBuf {
        let path = self.path().join("ward");
        if !path.exists() {
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        }
        path
    }

    /// Takes it away. What was only in memory is gone.
    pub fn down(&self) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let ran = run("umount", [self.path()]);
            if ran.well {
                return Ok(());
            }
            if Instant::now() >= until {
                return Err(format!("{} cannot be unmounted: {}", self.path().display(), ran.text.trim()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Mounts it again.
    pub fn up(&mut self) -> Result<(), String> {
        let ran = run_with(Command::new("mount").args(&self.arguments).arg(self.path()), "");
        if ran.well { Ok(()) } else { Err(format!("mount {}: {}", self.arguments.join(" "), ran.text.trim())) }
    }

    /// Gives a disk in memory another size.
    pub fn resize(&self, size: &str) {
        assert!(self.resizes(size), "it is given room");
    }

    fn resizes(&self, size: &str) -> bool {
        let option = format!("remount,size={size}");
        run("mount", [OsStr::new("-o"), option.as_ref(), self.path().as_os_str()]).well
    }

    /// Writes a file until so many bytes are left, or none.
    pub fn fill(&self, left: u64) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = fs::File::create(&path).unwrap();
        for size in [1 << 16, 1 << 12, 512, 1] {
            while self.free() > left && file.write_all(&vec![0xa5; size]).is_ok() {}
        }
        let _ = file.sync_all();
        path
    }

    /// How many bytes are free.
    pub fn free(&self) -> u64 {
        let found = rustix::fs::statvfs(self.path()).unwrap();
        found.f_bavail * found.f_frsize
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if !run("umount", [self.path()]).well {
            // Somebody may still be in it: it goes when they do.
            let _ = run("umount", [OsStr::new("-l"), self.path().as_os_str()]);
        }
    }
}

/// A file that stands in place of another until this is dropped.
pub struct Bound(PathBuf);

impl Drop for Bound {
    fn drop(&mut self) {
        let _ = run("umount", [&self.0]);
    }
}

/// A new image of a disk of so many megabytes, with a file system made by this program.
pub fn image(folder: &Path, name: &str, megabytes: u64, mkfs: &[&str]) -> Result<PathBuf, String> {
    let path = folder.join(name);
    let file = fs::File::create(&path).unwrap();
    file.set_len(megabytes << 20).unwrap();
    let ran = run_with(Command::new(mkfs[0]).args(&mkfs[1..]).arg(&path), "");
    if ran.well { Ok(path) } else { Err(format!("{}: {}", mkfs[0], ran.text.trim())) }
}

/// Nothing in and nothing out.
pub fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}
