//! The commands, one file each, and the machine as they see it.
//!
//! A command gets its arguments, the [`Host`] (clock, zone, folders) and the [`Pipes`]; it answers on standard output,
//! and fails with one message that holds no value of a patient.
pub mod args;
mod beside;
mod check;
mod config;
pub mod demo;
mod doctor;
mod explain;
mod host;
mod last;
mod log;
mod new;
mod open;
mod pipes;
mod print;
mod protocol;
mod record;
mod restore;
mod screen;
mod settings;
mod site;
mod status;
mod table;
mod triage;
mod verify;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
pub use host::Host;
pub use pipes::Pipes;
pub use status::{Failure, Status};

/// Runs the program with these arguments (the first is its name) and gives its exit status.
pub fn run(args: impl IntoIterator<Item = OsString>, host: &Host, pipes: &mut Pipes<'_>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, pipes).into(),
    };
    let host = &Host { protocols: cli.protocols.clone(), network_fs: cli.network_fs_i_know, ..host.clone() };
    match dispatch(&cli, host, pipes) {
        Ok(status) => status,
        Err(failure) => {
            pipes.message(&failure.message);
            failure.status.into()
        }
    }
}

fn dispatch(cli: &Cli, host: &Host, pipes: &mut Pipes<'_>) -> Result<ExitCode, Failure> {
    let status = match &cli.command {
        None => {
            let file = last::file(cli.file.as_deref(), host)?;
            return screen::run(&file, cli.as_of.as_deref(), &cli.look, host, pipes);
        }
        Some(Command::Demo { fresh, size, path, look }) => {
            let file = demo::prepare(*fresh, *size, host, pipes)?;
            if *path {
                pipes.answer(&format!("{}\n", shown(&file, pipes)))?;
                return Ok(Status::Done.into());
            }
            return screen::run(&file, None, look, host, pipes);
        }
        Some(Command::Triage(args)) => triage::run(args, host, pipes),
        Some(Command::Record(args)) => record::run(args, host, pipes),
        Some(Command::Explain(args)) => explain::run(args, host, pipes),
        Some(Command::Check { file }) => check::run(file, host, pipes),
        Some(Command::Doctor { file, fix }) => doctor::run(file, *fix, host, pipes),
        Some(Command::Log { file, patient }) => {
            let file = last::file(file.as_deref(), host)?;
            log::run(&file, patient.as_deref(), host, pipes)
        }
        Some(Command::Print(args)) => print::run(args, host, pipes),
        Some(Command::Config { show: _, look }) => config::run(look, host, pipes),
        Some(Command::Restore(args)) => restore::run(args, host, pipes),
        Some(Command::Verify { file }) => verify::run(file, host, pipes),
        Some(Command::New(args)) => new::run(args, host, pipes),
        Some(Command::Protocol { command }) => match command {
            args::Protocol::List => protocol::list(host, pipes),
            args::Protocol::Show { id } => protocol::show(id, host, pipes),
            args::Protocol::Check { file } => protocol::check(file, pipes),
        },
    };
    status.map(Into::into)
}

/// Help and version on standard output; what is wrong with a command line on standard error.
fn usage(error: &clap::Error, pipes: &mut Pipes<'_>) -> Status {
    let text = error.render().to_string();
    if !error.use_stderr() {
        let answered = pipes.answer(&text);
        return answered.map_or_else(|failure| failure.status, |()| Status::Done);
    }
    pipes.message(text.strip_prefix("error: ").unwrap_or(&text));
    Status::Usage
}

/// A path as it may be shown.
fn shown(path: &Path, pipes: &Pipes<'_>) -> String {
    crate::safe::Safe::within(&path.to_string_lossy(), pipes.charset).to_string()
}
