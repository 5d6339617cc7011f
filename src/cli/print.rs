//! `wardround print`: the round sheet, a ward on paper.
use super::args;
use super::host::Host;
use super::open;
use super::pipes::Pipes;
use super::status::{Failure, Status};
use crate::assess;
use crate::safe::Charset;
use crate::tui::sheet::{self, Sheet};

/// Between two pages on a printer.
const FORM_FEED: &str = "\u{c}";

/// Runs the command.
///
/// # Errors
/// The file cannot be read, the moment cannot be understood, or the sheet cannot be written.
pub fn run(args: &args::Print, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let opened = open::open(&args.file, host, args.as_of.as_deref(), pipes)?;
    let (ward, rules, moment) = (&opened.loaded.ward, &opened.rules, &opened.moment);
    let assessed = assess::ward(ward, rules, moment).patients;
    let Some(path) = &args.output else {
        let between = if pipes.columns.is_some() { "\n" } else { FORM_FEED };
        let sheet = Sheet { ward, rules, moment, charset: pipes.charset };
        pipes.answer(&sheet.text(&assessed, between))?;
        return Ok(Status::Done);
    };
    let text = Sheet { ward, rules, moment, charset: Charset::Unicode }.text(&assessed, FORM_FEED);
    let name = super::shown(path, pipes);
    sheet::write_new(path, &text).map_err(|error| Failure::file(format!("{name}: {error}")))?;
    pipes.answer(&format!("{name}\n"))?;
    Ok(Status::Done)
}
