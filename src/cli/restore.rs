//! `wardround restore`: the earlier states of a ward file, and putting one back. Counts, and no value of a patient.
use super::args;
use super::host::Host;
use super::open;
use super::pipes::Pipes;
use super::status::{Failure, Status};
use super::table::Table;
use crate::safe::Safe;
use crate::store::{Cause, Copy, Differs, Loaded, Options, Outcome, Store, Wanted};
use crate::words;

/// Runs the command.
///
/// # Errors
/// There is nothing that can be read.
pub fn run(args: &args::Restore, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let options = Options { preview: true, ..host.options() };
    let (mut store, loaded) = Store::open(&args.file, &options).map_err(|error| open::refused(&error))?;
    open::tell(&loaded, pipes);
    let wanted = args.revision.map(Wanted::Revision).or(args.newest.then_some(Wanted::Newest));
    if wanted.is_none() && !args.accept_edit {
        return list(&store, &loaded, host, pipes);
    }
    let mut author = host.author();
    if let Some(initials) = &args.by {
        author = author.asserted_by(initials);
    }
    let now = (host.clock)();
    let report = match wanted {
        Some(wanted) => store.restore(wanted, &author, now),
        None => store.accept_edit(&author, now),
    };
    let (status, text) = match &report.outcome {
        Outcome::Saved { revision } => (Status::Done, format!("done: the file is now revision {revision}")),
        Outcome::JournalOnly { reason } => {
            (Status::JournalOnly, format!("in the journal only: {reason}. The file was not replaced: tell IT"))
        }
        Outcome::NotSaved { reason } => (Status::NotSaved, format!("NOT DONE: {reason}. No state was put back")),
        Outcome::NotConfirmed { reason } => {
            (Status::NotConfirmed, format!("NOT CONFIRMED: {reason}. Tell IT, and look at the file again"))
        }
    };
    pipes.answer(&format!("{}\n", Safe::within(&text, pipes.charset)))?;
    store.tidy();
    Ok(status)
}

/// The earlier states beside the present one.
fn list(store: &Store, loaded: &Loaded, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let copies = store.copies(&loaded.ward).map_err(|error| open::refused(&error))?;
    if copies.is_empty() {
        pipes.answer("no earlier copy is kept: the first save keeps one\n")?;
        return Ok(Status::Done);
    }
    let zone = open::zone(&loaded.ward, host, pipes);
    let mut table = Table::default();
    for copy in &copies {
        let at = words::date_time(copy.at.with_timezone(&zone).naive_local());
        let edited = if copy.is_as_saved { "" } else { "edited outside this program" };
        let cells = [format!("revision {}", copy.revision), at, format!("{} kB", copy.bytes.div_ceil(1000))];
        table.row(cells, [differences(copy).as_str(), edited].join(if edited.is_empty() { "" } else { "; " }));
    }
    pipes.answer(&table.text(pipes.columns))?;
    let next = if loaded.condition.cause == Cause::Damaged { "--newest" } else { "--revision N" };
    pipes.message(&format!("{next} puts one back, with every entry that was saved since; nothing was written"));
    Ok(Status::Done)
}

/// What a copy lacks and has beside the ward as it is.
fn differences(copy: &Copy) -> String {
    match copy.differs {
        None => "CANNOT BE READ".to_owned(),
        Some(Differs { lacks: 0, has: 0, otherwise: 0 }) => "the same entries as now".to_owned(),
        Some(Differs { lacks, has, otherwise }) => {
            let parts = [(lacks, "lacks"), (has, "alone has"), (otherwise, "has otherwise")];
            let said: Vec<String> = parts
                .iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, what)| format!("{what} {number}"))
                .collect();
            format!("of the entries: {}", said.join(", "))
        }
    }
}
