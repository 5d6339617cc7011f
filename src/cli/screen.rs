//! `wardround FILE`: the screen.
use std::path::Path;
use std::process::ExitCode;

use super::args::Look;
use super::beside::Beside;
use super::host::Host;
use super::last;
use super::open::{self, Opened};
use super::pipes::Pipes;
use super::status::{Failure, Status};
use crate::store::Options;
use crate::tui::saving::OnDisk;
use crate::tui::terminal::NoScreen;
use crate::tui::{self, RunError};

/// Shows a ward on the screen until its user leaves.
///
/// # Errors
/// The file cannot be read or is not valid; there is no terminal.
pub fn run(
    file: &Path,
    as_of: Option<&str>,
    look: &Look,
    host: &Host,
    pipes: &mut Pipes<'_>,
) -> Result<ExitCode, Failure> {
    // A damaged file is shown as it was last good: at night that is worth more than an error.
    let options = Options { preview: true, ..host.options() };
    let Opened { store, loaded, rules, settings, moment } = open::read(file, &options, host, as_of, pipes)?;
    let author = host.author();
    let user = author.name();
    last::remember(file, host);
    let beside = Beside::new(file, &user, host);
    let options = tui::Options {
        remembered: beside.read(),
        aside: Box::new(beside),
        keeper: OnDisk::new(store, author),
        file: file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned(),
        loaded,
        rules,
        moment,
        as_of: as_of.is_some(),
        clock: host.clock,
        user,
        settings: look.over(settings),
    };
    tui::run(options).map_err(|error| match error {
        RunError::NoScreen(NoScreen::NoTerminal | NoScreen::Dumb) => Failure::usage(error.to_string()),
        other => Failure { status: Status::File, message: other.to_string() },
    })
}
