//! `wardround new`: an empty ward file.
use chrono_tz::Tz;

use super::args;
use super::host::Host;
use super::pipes::Pipes;
use super::status::{Failure, Status};
use crate::safe::Safe;
use crate::store::Store;
use crate::ward::Ward;

/// Runs the command.
///
/// # Errors
/// The file is there already or cannot be made; the zone is unknown.
pub fn run(args: &args::New, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let zone = match &args.time_zone {
        None => host.zone,
        Some(name) => {
            let known: Result<Tz, _> = name.parse();
            let words = "--time-zone: no such zone; it is a name such as Europe/London";
            Some(known.map_err(|_| Failure::usage(words))?)
        }
    };
    let stem = || args.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = args.name.clone().or_else(stem).unwrap_or_else(|| "Ward".to_owned());
    let ward = Ward::new(&name, args.site.as_deref(), zone);
    Store::create(&args.file, &ward, &host.author(), (host.clock)())
        .map_err(|error| Failure::file(error.to_string()))?;
    let file = args.file.to_string_lossy();
    let file = Safe::within(&file, pipes.charset);
    pipes.answer(&format!("made {file}: an empty ward. `wardround {file}` opens it; N there adds a patient.\n"))?;
    if zone.is_none() {
        pipes.message("this host's time zone is not known, so the file names none; --time-zone sets it");
    }
    Ok(Status::Done)
}
