//! `wardround demo`: a made-up ward whose dates end today, kept where people can type into it.
//!
//! Each day has its own folder in the XDG data folder, so a ward whose day is past stays as it was left and a new one
//! is made beside it. Nothing is ever deleted.
mod ago;
pub mod script;

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::open::Host;
use super::pipes::{Pipes, reason};
use super::site;
use super::status::Failure;
use crate::store::{Author, Store};
use crate::ward::Moment;
use crate::ward::read::{self, Limits};
use crate::words;

/// The ward file in the folder of its day.
const FILE: &str = "ward.json";

/// The demo ward of today, made if it is not there yet. With `fresh`, it is made again and the one that was there is
/// moved aside.
///
/// # Errors
/// There is no place to keep it, or it could not be made.
pub fn prepare(fresh: bool, host: &Host, pipes: &mut Pipes<'_>) -> Result<PathBuf, Failure> {
    let Some(data) = &host.data else {
        return Err(Failure::file(
            "there is no place for the demo ward: neither XDG_DATA_HOME nor HOME names a folder",
        ));
    };
    let zone = host.zone.unwrap_or(chrono_tz::Tz::UTC);
    let moment = Moment { at: (host.clock)(), zone };
    let wards = data.join("demo");
    let folder = wards.join(moment.today().to_string());
    let file = folder.join(FILE);
    let disk = |error: io::Error| Failure::file(format!("{}: {}", folder.display(), reason(&error)));
    if fresh && folder.exists() {
        let aside = free_name(&wards, moment.today());
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
    make(&file, &moment)?;
    Ok(file)
}

fn make(file: &Path, moment: &Moment) -> Result<(), Failure> {
    let defect = |what: String| Failure::file(format!("the demo ward could not be made: {what}"));
    let text = script::ward(&site::builtin()?, moment).map_err(|error| defect(error.to_string()))?;
    let ward = read::ward(text.as_bytes(), &Limits::default())
        .map_err(|faults| defect(faults.first().map(ToString::to_string).unwrap_or_default()))?;
    Store::create(file, &ward, &Author::current(), moment.at).map_err(|error| defect(error.to_string()))
}

/// A name for the ward of this day that nothing has yet: `2026-11-21.1`.
fn free_name(wards: &Path, day: NaiveDate) -> PathBuf {
    let mut number = 1_u32;
    loop {
        let name = wards.join(format!("{day}.{number}"));
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
