//! `wardround protocol`: the monitoring protocols and titration regimens that the program holds, a site's own among
//! them; a page for each; and whether a file of a site's own is right.
mod page;

use std::path::Path;

use super::host::Host;
use super::pipes::Pipes;
use super::site;
use super::status::{Failure, Status};
use super::table::Table;
use crate::rules::{Added, Evidence, Protocol, Rules};
use crate::safe::Safe;
use crate::words;
use crate::words::card::{Card, protocol_kind};

/// Runs `protocol list`.
///
/// # Errors
/// The list could not be written.
pub fn list(host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let rules = site::rules_with_messages(host, pipes)?;
    let today = (host.clock)().date_naive();
    let mut table = Table::default();
    for protocol in rules.protocols() {
        let safe = |text: &str| Safe::within(text, pipes.charset).to_string();
        let effective = format!("effective from {}", words::date(protocol.effective_from));
        let checked = format!("checked on {}", words::date(protocol.checked_on));
        let cells =
            [safe(&protocol.id), protocol_kind(protocol.kind).to_owned(), safe(&protocol.version), effective, checked];
        let old = words::not_checked(&rules, protocol, today).map(|old| format!("; needs a check: {old}"));
        table.row(cells, format!("{}{}", safe(&protocol.title), old.unwrap_or_default()));
    }
    pipes.answer(&table.text(pipes.columns))?;
    Ok(Status::Done)
}

/// Runs `protocol show`: a protocol and a regimen may have the same id.
///
/// # Errors
/// No protocol and no regimen has that id.
pub fn show(id: &str, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let rules = site::rules_with_messages(host, pipes)?;
    let today = (host.clock)().date_naive();
    let card = Card { rules: &rules, today, charset: pipes.charset };
    let protocol = rules.protocol(id).map(|protocol| card.protocol(protocol));
    let regimen = rules.regimen(id).map(|regimen| card.regimen(regimen));
    let pages: Vec<String> =
        protocol.into_iter().chain(regimen).map(|parts| page::text(&parts, pipes.columns)).collect();
    if pages.is_empty() {
        return Err(Failure::usage(format!("no protocol and no regimen has that id.\n{}", ids(&rules))));
    }
    pipes.answer(&pages.join("\n\n"))?;
    Ok(Status::Done)
}

/// Runs `protocol check`: what a file of a site's own would add, or what is wrong with it.
///
/// # Errors
/// The file cannot be read, or is wrong.
pub fn check(file: &Path, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let name = Safe::within(&file.to_string_lossy(), pipes.charset).to_string();
    let mut rules = site::builtin()?;
    let text = site::read(file).map_err(|why| Failure::file(format!("{name}: {why}")))?;
    match rules.add(&name, &text) {
        Ok(added) => {
            pipes.answer(&format!("{name}: no fault; {}\n", Safe::within(&what(&rules, &added), pipes.charset)))?;
            Ok(Status::Done)
        }
        Err(error) => {
            pipes.answer(&format!("{}\n", Safe::within(&error.to_string(), pipes.charset)))?;
            Err(Failure::file("the file is wrong: the program goes on without it"))
        }
    }
}

/// `protocol our-site, version 2026-11, 23 rules, 4 of them unverified`.
fn what(rules: &Rules, added: &Added) -> String {
    let (kind, id, version, cited) = match added {
        Added::Protocol(id) => {
            let known = rules.protocol(id);
            ("protocol", id, known.map(|one| one.version.clone()), known.map(Protocol::rules))
        }
        Added::Regimen(id) => {
            let known = rules.regimen(id);
            ("regimen", id, known.map(|one| one.version.clone()), known.map(crate::rules::Regimen::rules))
        }
    };
    let cited = cited.unwrap_or_default();
    let unverified = cited.iter().filter(|rule| rule.evidence == Evidence::Unverified).count();
    let version = version.unwrap_or_default();
    format!("{kind} {id}, version {version}, {} rules, {unverified} of them unverified", cited.len())
}

/// The ids that there are.
pub fn ids(rules: &Rules) -> String {
    let protocols: Vec<&str> = rules.protocols().iter().map(|one| one.id.as_str()).collect();
    let regimens: Vec<&str> = rules.regimens().iter().map(|one| one.id.as_str()).collect();
    format!("protocols: {}\nregimens: {}", protocols.join(", "), regimens.join(", "))
}
