//! Under which rules a patient was at some time: `change` entries say; without them, today's fields hold.
use std::borrow::Cow;

use super::known::Known;
use super::stamp::Stamp;
use crate::rules::protocol::Table;
use crate::rules::{Protocol, Rules};
use crate::ward::{Ben, StepDown};

/// Reads patient fields as they were.
#[derive(Debug, Clone, Copy)]
pub(super) struct History<'k, 'a> {
    known: &'k Known<'a>,
    rules: &'k Rules,
    /// The rules of the protocol chosen today.
    present: Option<&'k Protocol>,
    /// Whether the protocol was ever another.
    protocol_changed: bool,
}

impl<'k, 'a> History<'k, 'a> {
    pub fn new(known: &'k Known<'a>, rules: &'k Rules) -> Self {
        Self {
            known,
            rules,
            present: known.protocol.and_then(|id| rules.protocol(id)),
            protocol_changed: known.changes.iter().any(|c| &*c.what.change.field == "protocol"),
        }
    }

    /// The id of the monitoring protocol in force.
    pub fn protocol_id(self, at: &Stamp) -> Option<Cow<'k, str>> {
        self.field("protocol", at, || self.known.protocol.map(Cow::Borrowed), |text| Some(Cow::Owned(text.to_owned())))
    }

    /// The monitoring protocol in force, if it is one that the rules know.
    pub fn protocol(self, at: &Stamp) -> Option<&'k Protocol> {
        if !self.protocol_changed {
            return self.present;
        }
        self.protocol_id(at).and_then(|id| self.rules.protocol(&id))
    }

    /// Whether one protocol has been in force all along.
    pub fn is_always(self, protocol: &Protocol) -> bool {
        !self.protocol_changed && self.present.is_some_and(|present| std::ptr::eq(present, protocol))
    }

    /// The table of bands that a protocol has for the patient.
    pub fn table(self, protocol: &Protocol, at: &Stamp) -> Table {
        let fields = &self.known.patient.fields;
        if self.known.changes.is_empty() {
            return protocol.table(fields.ben, fields.duffy_null);
        }
        protocol.table(self.ben(at), self.duffy_null(at))
    }

    /// Benign ethnic neutropenia as it was known.
    fn ben(self, at: &Stamp) -> Ben {
        self.field("ben", at, || Some(self.known.patient.fields.ben), Ben::parse).unwrap_or(Ben::No)
    }

    /// Duffy-null as it was known.
    fn duffy_null(self, at: &Stamp) -> bool {
        match self.before("duffy_null", at) {
            Before::Unchanged => self.known.patient.fields.duffy_null,
            Before::Was(from) => from == Some("true"),
        }
    }

    /// The step-down that was authorised, and since when it is known to have been (`None`: before the record began).
    pub fn step_down(self, at: &Stamp) -> Option<(StepDown, Option<Stamp>)> {
        let field = "step_down_authorised";
        let value = self.field(field, at, || self.known.patient.fields.step_down_authorised, StepDown::parse)?;
        let since = self
            .known
            .changes
            .iter()
            .rfind(|c| c.what.known && &*c.what.change.field == field && !c.at.later_than(at))
            .map(|c| c.at);
        Some((value, since))
    }

    /// Times at which the protocol changed, after some time and up to the moment.
    pub fn protocol_changes_after(self, at: &Stamp) -> Vec<Stamp> {
        self.known
            .changes
            .iter()
            .filter(|c| c.what.known && &*c.what.change.field == "protocol")
            .map(|c| c.at)
            .filter(|change| change.later_than(at) && !change.later_than(&self.known.now()))
            .collect()
    }

    /// The protocol just before a change of it.
    pub fn protocol_before(self, change: &Stamp) -> Option<String> {
        let made = self.known.changes.iter().find(|c| &*c.what.change.field == "protocol" && c.at == *change)?;
        word(made.what.change.from.as_deref()?)
    }

    fn field<T>(
        self,
        name: &str,
        at: &Stamp,
        present: impl FnOnce() -> Option<T>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        match self.before(name, at) {
            Before::Unchanged => present(),
            Before::Was(from) => from.and_then(word).as_deref().and_then(parse),
        }
    }

    /// The value that the first change after a time replaced.
    fn before(self, name: &str, at: &Stamp) -> Before<'k> {
        let changed = self
            .known
            .changes
            .iter()
            .filter(|c| &*c.what.change.field == name)
            .find(|c| !c.what.known || c.at.later_than(at));
        changed.map_or(Before::Unchanged, |c| Before::Was(c.what.change.from.as_deref().filter(|raw| *raw != "null")))
    }
}

/// A field at some time in the past.
enum Before<'k> {
    /// Nothing has changed since: today's value holds.
    Unchanged,
    /// The raw value; `None`: it was absent.
    Was(Option<&'k str>),
}

/// The text of a JSON string.
fn word(raw: &str) -> Option<String> {
    serde_json::from_str(raw).ok()
}
