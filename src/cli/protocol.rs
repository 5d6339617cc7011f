//! `wardround protocol list`: the monitoring protocols that the program holds.
use super::open;
use super::pipes::Pipes;
use super::status::{Failure, Status};
use super::table::Table;
use crate::rules::ProtocolKind;
use crate::words;

/// Runs `protocol list`.
///
/// # Errors
/// The list could not be written.
pub fn list(pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let mut table = Table::default();
    for protocol in open::rules()?.protocols() {
        let kind = match protocol.kind {
            ProtocolKind::Licensed => "licensed",
            ProtocolKind::Guidance => "guidance",
            ProtocolKind::Unreviewed => "UNREVIEWED",
        };
        let checked = format!("checked {}", words::date(protocol.checked_on));
        table.row([protocol.id.clone(), protocol.version.clone(), kind.to_owned(), checked], protocol.title.clone());
    }
    pipes.answer(&table.text(pipes.columns))?;
    Ok(Status::Done)
}
