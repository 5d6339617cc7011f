//! `wardround demo`: a made-up ward whose dates end today, kept where people can type into it.
//!
//! Each day has its own folder in the XDG data folder, so a ward whose day is past stays as it was left and a new one
//! is made beside it. Nothing is ever deleted.
mod ago;
pub mod made_up;
pub mod script;

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use self::made_up::Size;
use super::host::Host;
use super::pipes::{Pipes, reason};
use super::site;
use super::status::Failure;
use crate::store::{Author, Store};
use crate::ward::Moment;
use crate::ward::read::{self, Limits};
use crate::words;

/// The ward file in the folder of its day.
const FILE: &str = "ward.json";

/// Of a made-up ward: the same one every time.
const SEED: u64 = 999;

/// The demo ward of today, made if it is not there yet: that of the script, or a made-up one of some size. With `fresh`,
/// it is made again and the one that was there is moved aside.
///
/// # Errors
/// There is no place to keep it, or it could not be made.
pub fn prepare(fresh: bool, size: Option<Size>, host: &Host, pipes: &mut Pipes<'_>) -> Result<PathBuf, Failure> {
    let Some(data) = &host.data else {
        return Err(Failure::file(
            "there is no place for the demo ward: neither XDG_DATA_HOME nor HOME names a folder",
        ));
    };
    let zone = host.zone.unwrap_or(chrono_tz::Tz::UTC);
    let moment = Moment { at: (host.clock)(), zone };
    let wards = data.join("demo");
    let name = size.map_or_else(|| moment.today().to_string(), |size| format!("{}-{}", moment.today(), size.word()));
    let folder = wards.join(&name);
    let file = folder.join(FILE);
    let disk = |error: io::Error| Failure::file(format!("{}: {}", folder.display(), reason(&error)));
    if fresh && folder.exists() {
        let aside = free_name(&wards, &name);
        #[allow(clippy::disallowed_methods)] // a made-up ward is moved as a whole, its journal with it
        fs::rename(&folder, &aside).map_err(disk)?;
        pipes.message(&format!("the demo ward that was there is kept in {}", aside.display()));
    }
    if file.exists() {
        return Ok(file);
    }
    if let Some((day, old)) = newest_before(&wards, moment.today()) {
        let (day, old) = (words::date(day), old.display());
        pipes.message(&format!("the demo ward of {day} is past its day: it is kept in {old}, and a new one is made"));
    }
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(disk)?;
    make(&file, size, &moment)?;
    Ok(file)
}

fn make(file: &Path, size: Option<Size>, moment: &Moment) -> Result<(), Failure> {
    let defect = |what: String| Failure::file(format!("the demo ward could not be made: {what}"));
    let text = match size {
        Some(size) => made_up::ward(size, SEED, moment),
        None => script::ward(&site::builtin()?, moment).map_err(|error| defect(error.to_string()))?,
    };
    let ward = read::owned(text.into_bytes(), &Limits::default())
        .map_err(|faults| defect(faults.first().map(ToString::to_string).unwrap_or_default()))?;
    Store::create(file, &ward, &Author::current(), moment.at).map_err(|error| defect(error.to_string()))
}

/// A name beside one that is taken, which nothing has yet: `2026-11-21.1`.
fn free_name(wards: &Path, taken: &str) -> PathBuf {
    let mut number = 1_u32;
    loop {
        let name = wards.join(format!("{taken}.{number}"));
        if !name.exists() {
            return name;
        }
        number += 1;
    }
}

/// The newest demo ward of a day before this one.
fn newest_before(wards: &Path, day: NaiveDate) -> Option<(NaiveDate, PathBuf)> {
    let folders = fs::read_dir(wards).ok()?.flatten();
    let days =
        folders.filter_map(|folder| Some((folder.file_name().to_str()?.parse::<NaiveDate>().ok()?, folder.path())));
    days.filter(|(made, folder)| *made < day && folder.join(FILE).exists()).max()
}
