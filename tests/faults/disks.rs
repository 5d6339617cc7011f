//! Real disks that are full, that lose their power, and that fail.
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::host::{Mount, cannot_mount, ends, image, run};
use crate::support::broken::Breakage;
use crate::support::folder::Folder;
use crate::support::helper::{Helper, together};
use crate::support::oracle::{Claims, Wrong, look, visible};
use crate::support::{WARD, at, author, fact, saved};
use crate::tally::{Tally, full};

/// How long a helper may take on a disk that is gone.
const PATIENCE: Duration = Duration::from_secs(300);

/// Why these tests cannot run here.
fn obstacle(programs: &[&str]) -> Option<String> {
    let quick = (!full()).then(|| "set WARDROUND_FAULTS=full to mount disks, as root".to_owned());
    quick.or_else(|| cannot_mount(programs))
}

/// A ward whose file has some 20 kB, on a disk.
fn ward_on(mount: &Mount) -> Folder {
    let folder = Folder::at(&mount.ward());
    folder.put(&WARD.replace("Rowan Ward", &format!("Rowan Ward {}", "x".repeat(20_000))));
    folder
}

/// A helper makes so many saves, all of them answered or given up.
fn save_many(folder: &Folder, name: &str, saves: usize, breakage: Breakage) -> Claims {
    let mut helper = Helper::start(&folder.file(), name, saves, breakage);
    // It writes less than a pipe holds.
    let _ = ends(&mut helper.0, PATIENCE);
    helper.claims()
}

#[test]
fn a_disk_in_memory_of_any_size_fills_up_without_a_loss() {
    let mut tally = Tally::of("F5", "tmpfs of 16 sizes");
    if let Some(why) = obstacle(&[]) {
        return tally.skip(&why);
    }
    for size in 1..=16 {
        let size = format!("{}k", size * 64);
        let mount = Mount::tmpfs(&size).unwrap();
        let folder = ward_on(&mount);
        let first = save_many(&folder, "a", 40, Breakage::None);
        mount.fill(0);
        let claims = together([first, save_many(&folder, "b", 20, Breakage::None)]);
        // Full as it is, everything is to be seen; with room again the next save folds everything in.
        let seen = folder.try_open().map_or_else(
            |error| Err(Wrong::Otherwise(error.to_string())),
            |(_, loaded)| visible(&loaded.ward, &claims),
        );
        tally.passes(&format!("{size}, full: {claims:?}"), claims.promised.len(), &seen);
        mount.resize("8m");
        tally.passes(&format!("{size}, with room again"), 0, &look(&folder, &claims));
    }
    let mount = Mount::tmpfs("256k").unwrap();
    let folder = ward_on(&mount);
    let first = save_many(&folder, "a", 2, Breakage::DeafToErrors);
    mount.fill(0);
    let claims = together([first, save_many(&folder, "b", 20, Breakage::DeafToErrors)]);
    mount.resize("8m");
    tally.control("errors are not looked at", look(&folder, &claims).is_err());
}

#[test]
fn a_full_ext4_takes_saves_or_says_that_it_does_not() {
    let mut tally = Tally::of("F5", "full ext4");
    if let Some(why) = obstacle(&["mkfs.ext4", "losetup"]) {
        return tally.skip(&why);
    }
    let disk = match Plug::of(24, &["mkfs.ext4", "-q", "-F", "-m", "0"], "") {
        Ok(disk) => disk,
        Err(why) => return tally.skip(&why),
    };
    let mount = &disk.mount;
    for before in [0, 1, 30] {
        let folder = ward_on(mount);
        let first = save_many(&folder, "a", before, Breakage::None);
        let ballast = mount.fill(0);
        let claims = together([first, save_many(&folder, "b", 60, Breakage::None)]);
        let seen = folder.try_open().map_or_else(
            |error| Err(Wrong::Otherwise(error.to_string())),
            |(_, loaded)| visible(&loaded.ward, &claims),
        );
        tally.passes(&format!("{before} saves before, full"), claims.promised.len(), &seen);
        std::fs::remove_file(ballast).unwrap();
        tally.passes(&format!("{before} saves before, with room again"), 0, &look(&folder, &claims));
        std::fs::remove_dir_all(folder.path()).unwrap();
    }
    let folder = ward_on(mount);
    mount.fill(0);
    let claims = save_many(&folder, "a", 20, Breakage::DeafToErrors);
    tally.control("errors are not looked at", look(&folder, &claims).is_err());
}

/// A file system whose power can be cut.
struct Plug {
    mount: Mount,
    _image: TempDir,
}

/// The file systems: a name, how it is made, how it is mounted.
const SYSTEMS: [(&str, u64, &[&str], &str); 4] = [
    ("ext4", 48, &["mkfs.ext4", "-q", "-F"], ""),
    ("ext4 noauto_da_alloc", 48, &["mkfs.ext4", "-q", "-F"], "noauto_da_alloc"),
    ("ext4 data=writeback", 48, &["mkfs.ext4", "-q", "-F"], "data=writeback"),
    ("xfs", 304, &["mkfs.xfs", "-q", "-f"], ""),
];

impl Plug {
    fn of(megabytes: u64, mkfs: &[&str], options: &str) -> Result<Self, String> {
        let home = TempDir::new().unwrap();
        let image = image(home.path(), "disk", megabytes, mkfs)?;
        Ok(Self { mount: Mount::image(&image, options)?, _image: home })
    }

    /// Two programs save; the power goes so many milliseconds after so many of their saves, and comes back. What they
    /// were answered.
    fn cut(
        &mut self,
        folder: &Path,
        number: usize,
        (saves, after): (usize, u64),
        flush: bool,
        breakage: Breakage,
    ) -> Result<Claims, String> {
        let file = folder.join(crate::support::FILE);
        let mut helpers: Vec<Helper> =
            (0..2).map(|n| Helper::start(&file, &format!("c{number}-{n}"), 4000, breakage)).collect();
        let promised = Arc::default();
        let readers: Vec<_> = helpers.iter_mut().map(|helper| helper.reads_and_counts(&promised)).collect();
        let until = Instant::now() + PATIENCE;
        while promised.load(Ordering::Relaxed) < saves && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(after));
        let how = if flush { "shutdown -f" } else { "shutdown" };
        let ran = run("xfs_io", ["-x", "-c", how, &self.mount.path().to_string_lossy()]);
        for helper in &mut helpers {
            let _ = ends(&mut helper.0, PATIENCE);
        }
        if !ran.well || ran.text.contains("foreign") || ran.text.contains("not supported") {
            return Err(format!("xfs_io: {}", ran.text.trim()));
        }
        let claims = together(readers.into_iter().map(|reader| reader.join().unwrap()));
        self.mount.down()?;
        self.mount.up()?;
        Ok(claims)
    }
}

#[test]
fn a_power_cut_on_a_real_disk_loses_nothing_that_was_answered() {
    for (name, megabytes, mkfs, options) in SYSTEMS {
        let mut tally = Tally::of("F6", name);
        if let Some(why) = obstacle(&["xfs_io", "losetup", mkfs[0]]) {
            tally.skip(&why);
            continue;
        }
        let mut plug = match Plug::of(megabytes, mkfs, options) {
            Ok(plug) => plug,
            Err(why) => {
                tally.skip(&why);
                continue;
            }
        };
        let mut claims = Claims::default();
        for number in 0..12 {
            // Three cuts on one ward, then a new one: its journal and its folder are new then, too.
            let folder = Folder::at(&plug.mount.path().join(format!("ward{}", number / 3)));
            if number % 3 == 0 {
                claims = Claims::default();
                std::fs::create_dir(folder.path()).unwrap();
                folder.chmod(".", 0o700);
                folder.put(WARD);
                assert!(run("sync", [OsStr::new("-f"), plug.mount.path().as_os_str()]).well);
            }
            // Each third at any moment from before the first save on; the others with saves behind them.
            let when = (number % 3 * 4, (number as u64 * 61) % 230);
            let told = plug.cut(folder.path(), number, when, number % 2 == 0, Breakage::None).unwrap();
            let acknowledged = told.promised.len();
            claims = together([claims, told]);
            tally.passes(
                &format!("{name}, cut {number} after {when:?} saves, ms"),
                acknowledged,
                &look(&folder, &claims),
            );
            // The oracle has handed some of them in again.
            claims.uncertain.append(&mut claims.refused);
        }
        // A disk may write something by itself just before the power goes: not ten times over.
        let lost = (0..10).any(|number| {
            let folder = Folder::at(&plug.mount.path().join(format!("control{number}")));
            std::fs::create_dir(folder.path()).unwrap();
            folder.chmod(".", 0o700);
            folder.put(WARD);
            assert!(run("sync", [OsStr::new("-f"), plug.mount.path().as_os_str()]).well);
            let told = plug.cut(folder.path(), 99, (8, 0), false, Breakage::NoSync).unwrap();
            !told.promised.is_empty() && look(&folder, &told).is_err()
        });
        tally.control("no fsync", lost);
    }
}

/// An ext4 on a file that has no room to grow: what the disk answers to a sync is a real error.
struct Failing {
    inner: Mount,
    outer: Mount,
}

impl Failing {
    /// With a journal of its own it stops at the first error; without one it goes on, and its second sync says "done".
    fn new(journal: bool) -> Result<Self, String> {
        let outer = Mount::tmpfs("24m")?;
        let features = if journal { "has_journal" } else { "^has_journal" };
        let mkfs = ["mkfs.ext4", "-q", "-F", "-O", features, "-E", "nodiscard,lazy_itable_init=0"];
        let image = image(outer.path(), "disk", 64, &mkfs)?;
        Ok(Self { inner: Mount::image(&image, "")?, outer })
    }

    /// The disk has room again, and what was only in memory is gone.
    fn mended(&mut self, ballast: &Path) -> Result<(), String> {
        std::fs::remove_file(ballast).unwrap();
        self.outer.resize("96m");
        self.inner.down()?;
        self.inner.up()
    }
}

/// Saves on a disk that takes so many more bytes; what was answered, and what the oracle says when it is mended.
fn failing(journal: bool, level: u64, breakage: Breakage) -> Result<(Claims, Result<(), Wrong>), String> {
    let mut disk = Failing::new(journal)?;
    let folder = ward_on(&disk.inner);
    assert!(saved(&folder.open().0.save(vec![fact("n0")], &author(), at(0))));
    assert!(run("sync", [OsStr::new("-f"), disk.inner.path().as_os_str()]).well);
    let ballast = disk.outer.fill(level);
    let claims = together([Claims::promised(["n0"]), save_many(&folder, "a", 400, breakage)]);
    disk.mended(&ballast)?;
    let found = look(&folder, &claims);
    Ok((claims, found))
}

#[test]
fn a_disk_that_fails_is_never_called_saved() {
    let mut tally = Tally::of("F7", "real errors of a disk");
    let cannot = obstacle(&["mkfs.ext4", "losetup"]).or_else(|| Failing::new(true).err());
    if let Some(why) = cannot {
        return tally.skip(&why);
    }
    let mut answers = BTreeMap::new();
    // Without a journal a disk may be in pieces after a part of its writes, which nobody promises to survive: it
    // fails at once.
    for (journal, level) in [(true, 0), (true, 16), (true, 64), (true, 512), (true, 2048), (false, 0)] {
        let (claims, found) = failing(journal, level << 10, Breakage::None).unwrap();
        *answers.entry(claims.uncertain.is_empty() && claims.refused.is_empty()).or_insert(0) += 1;
        let what = format!("journal {journal}, {level} kB left: {claims:?}");
        tally.passes(&what, claims.promised.len(), &found);
    }
    assert!(answers.contains_key(&false), "the disk never failed");
    for (fault, name) in [
        (Breakage::SyncUntilDone, "a sync that failed is made again"),
        (Breakage::DeafToErrors, "errors are not looked at"),
    ] {
        let (claims, found) = failing(false, 0, fault).unwrap();
        tally.control(name, claims.promised.len() > 1 && found.is_err());
    }
}
