//! A ward on the real disk, in a folder of its own.
#![allow(clippy::disallowed_methods)] // does to the files what editors and administrators do
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use wardround::store::{Fact, Loaded, OpenError, SaveReport, Store};
use wardround::ward::Ward;

use super::{FILE, WARD, at, author, fact, options, ward_of};

pub struct Folder {
    path: PathBuf,
    /// Taken away with this, unless it is somebody else's.
    _own: Option<tempfile::TempDir>,
}

impl Folder {
    pub fn empty() -> Self {
        // Not in the host's folder for temporary files, which may be in memory: that is said of a ward.
        let own = tempfile::Builder::new().prefix("wardround-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        Self { path: own.path().to_owned(), _own: Some(own) }
    }

    /// A folder that is there already, on whatever disk.
    #[allow(dead_code)] // not every test binary has other disks
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), _own: None }
    }

    pub fn with(text: &str) -> Self {
        let folder = Self::empty();
        folder.put(text);
        folder
    }

    /// Writes the ward file, for its owner alone.
    pub fn put(&self, text: &str) {
        self.write(FILE, text);
        self.chmod(FILE, 0o600);
    }

    /// The made-up ward with so many saves behind it.
    pub fn after(saves: usize) -> Self {
        let folder = Self::with(WARD);
        let (mut store, _) = folder.open();
        for n in 0..saves {
            let report = store.save(vec![fact(&format!("n{n}"))], &author(), at(n));
            assert!(super::saved(&report), "{report:?}");
        }
        folder
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn file(&self) -> PathBuf {
        self.path().join(FILE)
    }

    pub fn journal(&self) -> PathBuf {
        self.path().join("ward.json.d/journal-000001.jsonl")
    }

    pub fn try_open(&self) -> Result<(Store, Loaded), OpenError> {
        Store::open(&self.file(), &options())
    }

    pub fn open(&self) -> (Store, Loaded) {
        self.try_open().unwrap_or_else(|error| panic!("the ward opens: {error}"))
    }

    /// Opens and saves.
    pub fn save(&self, facts: Vec<Fact>) -> SaveReport {
        self.open().0.save(facts, &author(), at(9))
    }

    pub fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    /// The file's text, if there is one.
    pub fn file_text(&self) -> Option<String> {
        fs::read_to_string(self.file()).ok()
    }

    /// The names in the folder.
    pub fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.path()).unwrap();
        names.map(|name| name.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    /// What the file holds, without its journal.
    pub fn ward(&self) -> Ward {
        ward_of(&self.text())
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), text).unwrap();
    }

    pub fn chmod(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path().join(name), Permissions::from_mode(mode)).unwrap();
    }

    pub fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path().join(name)).unwrap().permissions().mode() & 0o7777
    }

    /// Every file below with its content: what "nothing was written" is measured by.
    pub fn everything(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let kind = fs::symlink_metadata(&path).unwrap().file_type();
                if kind.is_dir() {
                    folders.push(path.clone());
                }
                let content = if kind.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
                found.insert(path, content);
            }
        }
        found
    }
}
