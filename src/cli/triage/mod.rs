//! `wardround triage`: the list of the screen as text or JSON, and in the exit status whether somebody needs something.
mod json;
mod text;

use std::collections::HashMap;

use super::args;
use super::host::Host;
use super::open;
use super::pipes::Pipes;
use super::status::{Failure, Status};
use crate::assess::{self, Assessment, Severity, WardAssessment};
use crate::ward::{Patient, PatientId};

/// Runs the command.
///
/// # Errors
/// The file cannot be read, or the moment cannot be understood.
pub fn run(args: &args::Triage, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let opened = open::open(&args.file, host, args.as_of.as_deref(), pipes)?;
    let ward = &opened.loaded.ward;
    let assessed = assess::ward(ward, &opened.rules, &opened.moment);
    let people = People(ward.patients.iter().map(|patient| (&patient.id, patient)).collect());
    let text = if args.json {
        json::triage((&ward.name, &people), &assessed, &opened.rules, &opened.moment)
            .map_err(|_| Failure::file("the list could not be written as JSON"))?
    } else {
        let (rules, moment, charset) = (&opened.rules, &opened.moment, pipes.charset);
        text::Writer { ward, people: &people, rules, moment, charset }.triage(&assessed, pipes.columns)
    };
    pipes.answer(&text)?;
    Ok(status(&assessed))
}

/// Whether anybody needs anything: an open or seen flag to act on, something due, awaited, undated or not assessed.
fn status(assessed: &WardAssessment) -> Status {
    let needs = |one: &Assessment| {
        let awaited = one.due.iter().any(|due| due.sampled_at().is_some());
        one.severity >= Severity::Warning || one.needs_something() || awaited
    };
    if assessed.patients.iter().any(needs) { Status::Found } else { Status::Done }
}

/// The patients by id: an assessment names them so, and a register has many.
struct People<'a>(HashMap<&'a PatientId, &'a Patient>);

impl<'a> People<'a> {
    fn get(&self, id: &PatientId) -> Option<&'a Patient> {
        self.0.get(id).copied()
    }
}
