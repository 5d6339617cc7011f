//! Opening a ward for a command: the file, the rules, and the moment to look from on the ward's clock.
use std::path::Path;

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::host::Host;
use super::pipes::Pipes;
use super::site;
use super::status::Failure;
use crate::rules::Rules;
use crate::store::{Loaded, OpenError, Options, Store};
use crate::tui::saving;
use crate::tui::settings::Settings;
use crate::ward::{Moment, Ward, When};

/// A ward that was opened.
pub struct Opened {
    /// The file.
    pub store: Store,
    /// What was in it.
    pub loaded: Loaded,
    /// The rules.
    pub rules: Rules,
    /// What the site has set.
    pub settings: Settings,
    /// The moment to look from.
    pub moment: Moment,
}

/// Opens a ward file and says on standard error what its reader must know.
///
/// # Errors
/// The file cannot be read or is not valid; `as_of` is no time.
pub fn open(path: &Path, host: &Host, as_of: Option<&str>, pipes: &mut Pipes<'_>) -> Result<Opened, Failure> {
    let opened = read(path, &host.options(), host, as_of, pipes)?;
    site::say(&opened.rules, pipes);
    tell(&opened.loaded, pipes);
    Ok(opened)
}

/// Says on standard error what the reader of a ward must know. That it is read-only is of interest to a reader too: the
/// reason may be that the journal, and what only it holds, could not be read.
pub fn tell(loaded: &Loaded, pipes: &mut Pipes<'_>) {
    for note in &loaded.notes {
        pipes.message(note);
    }
    if let Some(why) = &loaded.read_only {
        pipes.message(&format!("read-only: {why}"));
    }
}

/// As [`open`], with the store's options, and the notes of the file and of the rules left to the caller.
///
/// # Errors
/// As there.
pub fn read(
    path: &Path,
    options: &Options,
    host: &Host,
    as_of: Option<&str>,
    pipes: &mut Pipes<'_>,
) -> Result<Opened, Failure> {
    let (store, mut loaded) = Store::open(path, options).map_err(|error| refused(&error))?;
    let zone = zone(&loaded.ward, host, pipes);
    let at = as_of.map_or_else(|| Ok((host.clock)()), |text| as_of_moment(text, zone))?;
    let moment = Moment { at, zone };
    if as_of.is_none() {
        let notes = saving::clock_notes(loaded.clock_doubt(at), &loaded.ward, &moment);
        loaded.notes.extend(notes);
    }
    let site = site::own(host)?;
    Ok(Opened { store, loaded, rules: site.rules, settings: site.settings.settings, moment })
}

/// The ward's zone, else the host's, else UTC; says so if it is not the ward's own.
pub fn zone(ward: &Ward, host: &Host, pipes: &mut Pipes<'_>) -> Tz {
    ward.time_zone.unwrap_or_else(|| {
        let (zone, whose) = host
            .zone
            .map_or((Tz::UTC, "none is known of this host either, so UTC is"), |zone| (zone, "this host's is"));
        pipes.message(&format!("the ward file names no time zone; {whose} used: {}", zone.name()));
        zone
    })
}

/// The moment that `--as-of` names. A day alone is its last second: everything known on that day is seen.
fn as_of_moment(text: &str, zone: Tz) -> Result<DateTime<Utc>, Failure> {
    let when = When::parse(text).map_err(|error| Failure::usage(format!("--as-of: {error}")))?;
    let timed = match when {
        When::Date(day) => When::Local(day.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default())),
        timed => timed,
    };
    match timed.instant(zone) {
        Ok(Some(at)) => Ok(at),
        Ok(None) => Err(Failure::usage("--as-of: not a time")),
        Err(error) => Err(Failure::usage(format!("--as-of: {error}"))),
    }
}

/// Why a file was not opened, and what to do.
pub fn refused(error: &OpenError) -> Failure {
    Failure::file(error.to_string())
}
