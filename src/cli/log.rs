//! `wardround log`: every entry ever saved: when, by whom, about whom, what; voided ones with the reason.
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use super::host::Host;
use super::open;
use super::pipes::Pipes;
use super::site;
use super::status::{Failure, Status};
use super::table::Table;
use crate::safe::{Charset, Safe};
use crate::store::{Fact, Record, Standing, Store};
use crate::ward::{Entry, EntryId, Kind, Patient, PatientFields, PatientId, voided};
use crate::words::{self, Describe};

/// Runs the command.
///
/// # Errors
/// The file cannot be read; no such patient.
pub fn run(file: &Path, patient: Option<&str>, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let (store, loaded) = Store::open(file, &host.options()).map_err(|error| open::refused(&error))?;
    open::tell(&loaded, pipes);
    let wanted = patient.map(PatientId::new);
    let mut records = store.history().map_err(|error| open::refused(&error))?;
    let known = |id: &PatientId| {
        loaded.ward.patient(id).is_some() || records.iter().any(|record| record.patient.as_ref() == Some(id))
    };
    if wanted.as_ref().is_some_and(|id| !known(id)) {
        return Err(Failure::usage("no patient in the file has that id"));
    }
    records.retain(|record| wanted.is_none() || record.patient == wanted);
    records.sort_by_key(|record| record.at);
    let rules = site::rules_with_messages(host, pipes)?;
    let zone = open::zone(&loaded.ward, host, pipes);
    let mut log = Log {
        people: loaded.ward.patients.iter().map(|patient| (&patient.id, patient)).collect(),
        nobody: &Patient::compose(PatientId::new(""), PatientFields::default()),
        describe: Describe { rules: &rules, zone, charset: pipes.charset },
        voids: loaded.ward.patients.iter().flat_map(|patient| voided(&patient.entries)).collect(),
        mended: records.iter().filter(|record| record.standing == Standing::Differs).flat_map(ids).collect(),
        table: Table::default(),
    };
    for record in &records {
        log.record(record);
    }
    pipes.answer(&log.table.text(pipes.columns))?;
    Ok(Status::Done)
}

/// Rows in the making.
struct Log<'a> {
    people: HashMap<&'a PatientId, &'a Patient>,
    /// Stands for a patient who is not in the file.
    nobody: &'a Patient,
    describe: Describe<'a>,
    /// Entries that are void, with the entry that says so.
    voids: BTreeMap<&'a EntryId, &'a Entry>,
    /// Entries of which file and journal say different things.
    mended: BTreeSet<&'a EntryId>,
    table: Table,
}

impl Log<'_> {
    fn record(&mut self, record: &Record) {
        let patient = record.patient.as_ref();
        match &record.fact {
            Some(Fact::Entry { entry, .. }) => self.entry(record, patient, entry),
            Some(Fact::Patient(added)) => {
                let name = words::name(&added.fields.name, self.describe.charset);
                self.row(record, patient, "patient", "", format!("added: {name}"));
                for entry in &added.entries {
                    self.entry(record, patient, entry);
                }
            }
            None if record.op == "created" => {
                self.row(record, patient, "ward", "", "the ward file was made".to_owned());
            }
            None if record.op == "restore" => {
                self.row(record, patient, "restore", "", "an earlier state of the file was put back".to_owned());
            }
            None if record.op == "external-edit" => {
                self.row(
                    record,
                    patient,
                    "edit",
                    "",
                    "an edit of the file outside this program was confirmed".to_owned(),
                );
            }
            None => self.row(record, patient, &record.op, "", "CANNOT BE READ by this version".to_owned()),
        }
    }

    fn entry(&mut self, record: &Record, patient: Option<&PatientId>, entry: &Entry) {
        let whose = patient.and_then(|id| self.people.get(id).copied()).unwrap_or(self.nobody);
        let mut text = self.describe.entry(entry, whose);
        if let Some(void) = self.voids.get(&entry.id) {
            text.push_str("  VOID: ");
            text.push_str(&self.why_void(void));
        }
        match record.standing {
            Standing::JournalOnly => text.push_str("  (in the journal, not in the file)"),
            Standing::Differs => text.push_str("  (as it was saved; the file says otherwise)"),
            Standing::FileOnly if self.mended.contains(&entry.id) => text.push_str("  (as the file has it now)"),
            Standing::FileOnly | Standing::Same => {}
        }
        let happened = entry.at.map(|at| words::when(&at, self.describe.zone)).unwrap_or_default();
        self.row(record, patient, entry.kind.name(), &happened, text);
    }

    /// The reason of a void, with who gave it.
    fn why_void(&self, void: &Entry) -> String {
        let reason = match &void.kind {
            Kind::Void(void) => Safe::within(&void.reason, self.describe.charset).to_string(),
            _ => String::new(),
        };
        let by = void.recorded.as_ref().map(|recorded| Safe::within(&recorded.by, self.describe.charset).to_string());
        by.map(|by| format!("{reason} ({by})")).unwrap_or(reason)
    }

    fn row(&mut self, record: &Record, patient: Option<&PatientId>, kind: &str, happened: &str, text: String) {
        let charset = self.describe.charset;
        let by = record.by.as_deref().unwrap_or(words::NOT_RECORDED);
        let cells = [
            self.recorded(record.at),
            Safe::within(by, charset).to_string(),
            patient.map(|id| who(self.people.get(id).copied(), id, charset)).unwrap_or_default(),
            Safe::within(kind, charset).to_string(),
            happened.to_owned(),
        ];
        self.table.row(cells, text);
    }

    fn recorded(&self, at: Option<DateTime<FixedOffset>>) -> String {
        at.map_or_else(
            || words::NOT_RECORDED.to_owned(),
            |at| words::date_time(at.with_timezone(&self.describe.zone).naive_local()),
        )
    }
}

/// Every entry of a record.
fn ids(record: &Record) -> Vec<&EntryId> {
    match &record.fact {
        Some(Fact::Entry { entry, .. }) => vec![&entry.id],
        Some(Fact::Patient(patient)) => patient.entries.iter().map(|entry| &entry.id).collect(),
        None => Vec::new(),
    }
}

/// A patient by name; one who is not in the file by id.
fn who(patient: Option<&Patient>, id: &PatientId, charset: Charset) -> String {
    patient.map_or_else(
        || Safe::within(id.as_str(), charset).to_string(),
        |patient| words::name(&patient.fields.name, charset),
    )
}
