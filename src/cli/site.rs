//! A site's own rules: its protocol and regimen files, and its word for figures that nobody could verify.
//!
//! What is wrong with one of them is one clear message, and the program goes on without it.
#![allow(clippy::disallowed_methods)] // a site's rules and settings, and nothing of a ward
use std::fs;
use std::path::{Path, PathBuf};

use super::host::Host;
use super::pipes::{Pipes, reason};
use super::settings;
use super::status::Failure;
use crate::rules::Rules;

/// The folder of a site's own protocols in the data folder.
const PROTOCOLS: &str = "protocols";

/// The settings in the configuration folder.
const SETTINGS: &str = "settings.toml";

/// No file of a site is larger: a protocol has some ten thousand bytes.
const LARGEST: u64 = 1 << 20;

/// The embedded rules.
///
/// # Errors
/// A defect of the program.
pub fn builtin() -> Result<Rules, Failure> {
    Rules::builtin().map_err(|error| Failure::file(format!("the program's own rules cannot be read: {error}")))
}

/// What a site has of its own.
pub struct Site {
    /// The embedded rules and the site's; what could not be taken is noted in them.
    pub rules: Rules,
    /// The settings.
    pub settings: settings::Read,
    /// Where the settings are, or would be.
    pub file: Option<PathBuf>,
}

/// The embedded rules and the site's own; what could not be taken is noted in them.
///
/// # Errors
/// The folder of `--protocols` cannot be read.
pub fn rules(host: &Host) -> Result<Rules, Failure> {
    own(host).map(|site| site.rules)
}

/// The rules, and the settings.
///
/// # Errors
/// The folder of `--protocols` cannot be read.
pub fn own(host: &Host) -> Result<Site, Failure> {
    let mut rules = builtin()?;
    for file in files(host, &mut rules)? {
        let name = file.display().to_string();
        let added = read(&file).map_err(|why| format!("{name}: {why}"));
        let added = added.and_then(|text| rules.add(&name, &text).map_err(|error| error.to_string()));
        if let Err(why) = added {
            rules.leave_out(format!("left out: {why}"));
        }
    }
    let file = host.config.as_ref().map(|folder| folder.join(SETTINGS));
    let mut settings = settings::Read::default();
    if let Some(file) = file.as_ref().filter(|file| file.exists()) {
        let name = file.display().to_string();
        match read(file) {
            Ok(text) => settings = settings::read(&mut rules, &name, &text),
            Err(why) => rules.leave_out(format!("{name}: {why}; it is not read")),
        }
    }
    Ok(Site { rules, settings, file })
}

/// The same, with a message for whatever could not be taken.
///
/// # Errors
/// As there.
pub fn rules_with_messages(host: &Host, pipes: &mut Pipes<'_>) -> Result<Rules, Failure> {
    let rules = rules(host)?;
    say(&rules, pipes);
    Ok(rules)
}

/// A message for whatever of a site's own could not be taken.
pub fn say(rules: &Rules, pipes: &mut Pipes<'_>) {
    for what in rules.left_out() {
        pipes.message(what);
    }
}

/// The files of a site's own protocols, in the order of their names: those of the data folder, then those of
/// `--protocols`.
fn files(host: &Host, rules: &mut Rules) -> Result<Vec<PathBuf>, Failure> {
    let usual = host.data.as_ref().map(|data| data.join(PROTOCOLS)).filter(|folder| folder.is_dir());
    let mut files = Vec::new();
    if let Some(folder) = &usual {
        match json_files(folder) {
            Ok(found) => files.extend(found),
            Err(why) => rules.leave_out(format!("left out: {}: {why}", folder.display())),
        }
    }
    let same = |named: &PathBuf| {
        usual.as_ref().is_some_and(|usual| fs::canonicalize(usual).ok() == fs::canonicalize(named).ok())
    };
    if let Some(named) = host.protocols.as_ref().filter(|named| !same(named)) {
        let found =
            json_files(named).map_err(|why| Failure::usage(format!("--protocols {}: {why}", named.display())))?;
        files.extend(found);
    }
    Ok(files)
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| reason(&error))?;
    let files = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    Ok(files)
}

/// The text of a site's file.
///
/// # Errors
/// In words: it cannot be read, is no file, too large, or not UTF-8.
pub fn read(file: &Path) -> Result<String, String> {
    let about = fs::metadata(file).map_err(|error| reason(&error))?;
    // A pipe would make the program wait for ever.
    if !about.is_file() {
        return Err("is no file".to_owned());
    }
    if about.len() > LARGEST {
        return Err(format!("is larger than {LARGEST} bytes"));
    }
    let bytes = fs::read(file).map_err(|error| reason(&error))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        format!("is not UTF-8 at line {}", good.split(|byte| *byte == b'\n').count())
    })
}
