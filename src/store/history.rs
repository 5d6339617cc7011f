//! What has ever been saved, for `log`: the journal's records, and what only the file has.
use std::collections::HashSet;

use chrono::{DateTime, FixedOffset};

use super::Store;
use super::conflict::Fact;
use super::merge::Index;
use super::open_error::OpenError;
use super::outcome::why;
use super::overlay::fact;
use super::recent::{CHECKPOINT, read_journal};
use super::state::State;
use super::vfs::Vfs;
use crate::ward::PatientId;

/// One thing that was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Place in the order of saves; `None` for what only the file has.
    pub seq: Option<u64>,
    /// The revision of the file that the save made.
    pub revision: Option<u64>,
    /// When it was saved, or what the entry says of that.
    pub at: Option<DateTime<FixedOffset>>,
    /// Who saved it, or whom the entry names.
    pub by: Option<String>,
    /// The entry's kind, `patient`, or `created`.
    pub op: String,
    /// Whose it is.
    pub patient: Option<PatientId>,
    /// What was saved; `None` where this version cannot read it.
    pub fact: Option<Fact>,
    /// What the file says of it.
    pub standing: Standing,
}

/// What the file says of something that was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The same.
    Same,
    /// Nothing: it is in the journal alone.
    JournalOnly,
    /// The journal says nothing of it: written by hand, or before there was a journal.
    FileOnly,
    /// Something else under that id: mended by hand. What the file says is a record of its own.
    Differs,
}

impl<V: Vfs> Store<V> {
    /// Everything in journal and file: the journal in its order, then what only the file has, in its order.
    ///
    /// # Errors
    /// As on opening.
    pub fn history(&self) -> Result<Vec<Record>, OpenError> {
        let state = State::read(&self.vfs, &self.place, &self.options, None)?;
        let journal = read_journal(&self.vfs, &self.place, None)
            .map_err(|errno| OpenError::Disk { name: format!("{}.d", self.place.shown()), reason: why(errno) })?;
        let pending: HashSet<&str> = state.overlay.entries.iter().map(crate::ward::EntryId::as_str).collect();
        let index = Index::of(&state.ward);
        let mut same: HashSet<String> = HashSet::new();
        let mut records = Vec::new();
        for line in journal.lines.iter().filter(|line| line.op != CHECKPOINT) {
            let fact = fact(line).and_then(Result::ok);
            let entries = match &fact {
                Some(Fact::Entry { entry, .. }) => std::slice::from_ref(entry),
                Some(Fact::Patient(patient)) => &patient.entries,
                None => &[],
            };
            let mut standing = Standing::Same;
            for entry in entries {
                match index.entry(entry.id.as_str()) {
                    Some((_, known)) if !known.same_content(entry) => standing = Standing::Differs,
                    Some(_) if !pending.contains(entry.id.as_str()) => {
                        same.insert(entry.id.to_string());
                    }
                    _ => standing = Standing::JournalOnly,
                }
            }
            records.push(Record {
                seq: Some(line.seq),
                revision: Some(line.rev),
                at: Some(line.at),
                by: Some(line.by.clone()),
                op: line.op.clone(),
                patient: line.patient.as_deref().map(PatientId::new),
                fact,
                standing,
            });
        }
        let only_file = state
            .ward
            .entries()
            .filter(|(_, entry)| !same.contains(entry.id.as_str()) && !pending.contains(entry.id.as_str()));
        records.extend(only_file.map(|(patient, entry)| Record {
            seq: None,
            revision: None,
            at: entry.recorded.as_ref().map(|recorded| recorded.at),
            by: entry.recorded.as_ref().map(|recorded| recorded.by.to_string()),
            op: entry.kind.name().to_owned(),
            patient: Some(patient.id.clone()),
            fact: Some(Fact::Entry { patient: patient.id.clone(), entry: entry.clone() }),
            standing: Standing::FileOnly,
        }));
        Ok(records)
    }
}
