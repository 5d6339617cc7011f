//! The pass over a file: top level, ward, patients, entries, in whatever order their fields stand.
use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};

use crate::ward::json::{Cursor, Str, Syntax, Value};
use crate::ward::text::{Fields, Json, Span, Text, place};
use crate::ward::write::FORMAT;
use crate::ward::{Entry, Patient, PatientId, Ward};

use super::draft::{Draft, Wrong};
use super::fault::{Fault, Position, Problem};
use super::lines::{Lines, fault};
use super::{Limits, entry, patient};

/// A fault before its place is put into lines and columns.
struct Found {
    at: usize,
    path: String,
    problem: Problem,
    /// The line of the earlier of two that cannot both be.
    earlier: Option<u32>,
}

/// Reads one text.
pub(super) struct Reader<'a> {
    source: &'a Text,
    pub cursor: Cursor<'a>,
    /// The draft of the entry, and that of everything else.
    pub draft: Draft<'a>,
    pub outer: Draft<'a>,
    lines: Lines<'a>,
    /// How paths begin.
    pub root: &'static str,
    /// Faults of content are told like those of structure.
    pub refuse_content: bool,
    limits: Limits,
    found: Vec<Found>,
    more: usize,
    /// Index of the patient and of the entry that are being read.
    patient: Option<usize>,
    entry: Option<usize>,
    patients: Vec<Patient>,
    seen: Seen,
}

/// Where each id stands: patients and their entries by hash, so that the ids need no second copy.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    patients: HashMap<u64, usize>,
    entries: HashMap<u64, (u32, u32)>,
}

/// What the top level says.
#[derive(Default)]
struct Top<'a> {
    format: Option<(Value<'a>, Span)>,
    ward: Option<(Value<'a>, Span)>,
    lineage: Option<String>,
    revision: u64,
    patients: bool,
    others: Vec<(Span, Span)>,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a Text, root: &'static str, limits: &Limits) -> Self {
        Self {
            source,
            cursor: Cursor::new(source),
            draft: Draft::default(),
            outer: Draft::default(),
            lines: Lines::new(source.as_bytes()),
            root,
            refuse_content: false,
            limits: *limits,
            found: Vec::new(),
            more: 0,
            patient: None,
            entry: None,
            patients: Vec::new(),
            seen: Seen::default(),
        }
    }

    /// The whole text as a ward.
    pub fn ward(mut self) -> Result<Ward, Vec<Fault>> {
        let ward = self.top();
        self.finish(ward)
    }

    /// The whole text as one entry.
    pub fn lone_entry(mut self) -> Result<Entry, Vec<Fault>> {
        let entry = self.one_entry().and_then(|entry| self.cursor.end().map(|()| entry));
        self.finish(entry)
    }

    /// The whole text as one patient.
    pub fn lone_patient(mut self) -> Result<Patient, Vec<Fault>> {
        let patient = self.one_patient().and_then(|patient| self.cursor.end().map(|()| patient));
        self.finish(patient)
    }

    /// What was read, or every fault in the order of the text.
    pub fn finish<T>(mut self, read: Result<Option<T>, Syntax>) -> Result<T, Vec<Fault>> {
        self.take_duplicates();
        let read = match read {
            Ok(read) => read,
            Err(syntax) => {
                self.note(syntax.at, "", syntax.problem);
                None
            }
        };
        match read {
            Some(read) if self.found.is_empty() => Ok(read),
            _ => Err(self.faults()),
        }
    }

    fn faults(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|found| found.at);
        let mut faults = Vec::with_capacity(self.found.len() + 1);
        for Found { at, path, problem, earlier } in self.found {
            let mut told = fault(problem, self.lines.position(at), path);
            if let Some(line) = earlier {
                told.what = format!("{} (line {line})", told.what);
            }
            faults.push(told);
        }
        if let Some(last) = faults.last_mut().filter(|_| self.more > 0) {
            last.what = format!("{}; and {} more faults", last.what, self.more);
        }
        faults
    }

    /// Notes a fault at a place; `field` is the rest of its path.
    pub fn note(&mut self, at: usize, field: &str, problem: Problem) {
        self.note_with(at, field, problem, None);
    }

    fn note_with(&mut self, at: usize, field: &str, problem: Problem, earlier: Option<u32>) {
        if self.found.len() >= self.limits.faults {
            self.more += 1;
            return;
        }
        let mut path = self.root.to_owned();
        if let Some(index) = self.patient {
            let _ = write!(path, ".patients[{index}]");
        }
        if let Some(index) = self.entry {
            let _ = write!(path, ".entries[{index}]");
        }
        if !field.is_empty() {
            path.extend([".", field]);
        }
        self.found.push(Found { at, path, problem, earlier });
    }

    fn note_wrongs(&mut self, wrongs: &[Wrong]) {
        let all = self.refuse_content;
        for wrong in wrongs.iter().filter(|wrong| all || !wrong.problem.is_content()) {
            self.note(wrong.at as usize, &wrong.field, wrong.problem);
        }
    }

    /// Notes the names that were found to stand twice in what has just been read.
    fn take_duplicates(&mut self) {
        for at in std::mem::take(&mut self.cursor.duplicates) {
            self.note(at, "", Problem::DuplicateKey);
        }
    }

    /// Whether an object comes; anything else is passed over and noted.
    pub fn object_comes(&mut self, bracket: u8, expected: &'static str, field: &str) -> Result<bool, Syntax> {
        if self.cursor.peek() == Some(bracket) {
            return Ok(true);
        }
        let (value, span) = self.cursor.spanned()?;
        self.note(span.start as usize, field, Problem::WrongType(expected, value.words()));
        Ok(false)
    }

    fn top(&mut self) -> Result<Option<Ward>, Syntax> {
        let start = self.cursor.at();
        if !self.object_comes(b'{', "an object", "")? {
            self.cursor.end()?;
            return Ok(None);
        }
        let mut top = Top::default();
        let mut object = self.cursor.begin_object()?;
        while let Some((key, span)) = self.cursor.next_key(&mut object)? {
            self.top_field(&mut top, key, span)?;
            self.take_duplicates();
        }
        self.cursor.end()?;
        if !self.right_format(&top) {
            return Ok(None);
        }
        if !top.patients {
            self.note(start, "patients", Problem::Missing);
        }
        Ok(self.assemble(top, start))
    }

    fn top_field(&mut self, top: &mut Top<'a>, key: Str<'a>, key_span: Span) -> Result<(), Syntax> {
        let name = key.decode();
        if name == "patients" {
            top.patients = true;
            return self.read_patients();
        }
        let (value, span) = self.cursor.spanned()?;
        match &*name {
            "format" => top.format = Some((value, span)),
            "ward" => top.ward = Some((value, span)),
            "lineage" => match value {
                Value::Text(text) => top.lineage = Some(text.decode().into()),
                _ => self.note(span.start as usize, "lineage", Problem::WrongType("text", value.words())),
            },
            "revision" => match value {
                Value::Number(digits) if digits.parse::<u64>().is_ok() => {
                    top.revision = digits.parse().unwrap_or_default();
                }
                _ => self.note(span.start as usize, "revision", Problem::WrongType("a whole number", value.words())),
            },
            _ => top.others.push((key_span, span)),
        }
        Ok(())
    }

    /// Whether this is a file of our format. If not, nothing else that was found means anything.
    fn right_format(&mut self, top: &Top) -> bool {
        let (at, problem) = match top.format {
            Some((Value::Text(text), _)) if text.is(FORMAT) => return true,
            Some((Value::Text(_), span)) => (span.start as usize, Problem::UnknownFormat),
            Some((value, span)) => (span.start as usize, Problem::WrongType("text", value.words())),
            None => (0, Problem::NotAWard),
        };
        self.found.clear();
        self.more = 0;
        self.note(at, if problem == Problem::NotAWard { "" } else { "format" }, problem);
        false
    }

    fn assemble(&mut self, top: Top<'a>, start: usize) -> Option<Ward> {
        let Some((value, span)) = top.ward else {
            self.note(start, "ward", Problem::Missing);
            return None;
        };
        if !matches!(value, Value::Object) {
            self.note(span.start as usize, "ward", Problem::WrongType("an object", value.words()));
            return None;
        }
        self.outer.begin(span.start as usize);
        let _ = self.cursor.revisit(span, &mut self.outer.members);
        let name = self.outer.required_string("name");
        let site = self.outer.string("site");
        let zone = self.outer.string("time_zone");
        let time_zone = zone.and_then(|(zone, at)| {
            let known = zone.decode().parse().ok();
            if known.is_none() {
                self.outer.wrong(at, "time_zone", Problem::UnknownZone);
            }
            known
        });
        for wrong in std::mem::take(&mut self.outer.wrongs) {
            self.note(wrong.at as usize, &format!("ward.{}", wrong.field), wrong.problem);
        }
        Some(Ward {
            name: name?.0.decode().into(),
            site: site.map(|(site, _)| site.decode().into()),
            time_zone,
            lineage: top.lineage,
            revision: top.revision,
            patients: std::mem::take(&mut self.patients),
            own_fields: self.outer.raw(self.source),
            other_fields: Fields { text: self.source.clone(), start: place(start), list: top.others.into() },
        })
    }

    fn read_patients(&mut self) -> Result<(), Syntax> {
        if !self.object_comes(b'[', "a list", "patients")? {
            return Ok(());
        }
        let mut list = self.cursor.begin_list()?;
        let mut index = 0;
        while self.cursor.next_item(&mut list)? {
            self.patient = Some(index);
            index += 1;
            if index > self.limits.patients {
                return Err(Syntax { at: self.cursor.at(), problem: Problem::TooManyPatients });
            }
            if let Some(patient) = self.one_patient()? {
                self.patients.push(patient);
            }
            self.patient = None;
        }
        Ok(())
    }

    /// The id of the patient in the outer draft, which no earlier patient may have.
    fn patient_id(&mut self) -> PatientId {
        let Some((id, _)) = self.outer.required_string("id") else { return PatientId::new("") };
        let id = PatientId::new(id.decode());
        let hash = self.seen.hasher.hash_one(id.as_str());
        let earlier = self.seen.patients.insert(hash, self.patients.len());
        let earlier = earlier.and_then(|index| self.patients.get(index)).filter(|earlier| earlier.id == id);
        if let Some(line) = earlier.map(|earlier| earlier.position.line) {
            self.note_with(self.outer.start as usize, "id", Problem::DuplicatePatient, Some(line));
        }
        id
    }

    /// The patient at the cursor. A faulty one is given too, as far as it goes: the file is refused in any case.
    fn one_patient(&mut self) -> Result<Option<Patient>, Syntax> {
        self.cursor.peek();
        let start = self.cursor.at();
        let position = self.lines.position(start);
        if !self.object_comes(b'{', "an object", "")? {
            return Ok(None);
        }
        let mut entries = Vec::new();
        self.outer.begin(start);
        let mut object = self.cursor.begin_object()?;
        while let Some((key, key_span)) = self.cursor.next_key(&mut object)? {
            if key.is("entries") {
                self.read_entries(&mut entries)?;
            } else {
                let (value, span) = self.cursor.spanned()?;
                self.outer.members.push(crate::ward::json::Member { key, key_span, value, span });
            }
            self.take_duplicates();
        }
        entries.shrink_to_fit();
        Ok(Some(self.make_patient(entries, position)))
    }

    fn make_patient(&mut self, entries: Vec<Entry>, position: Position) -> Patient {
        let id = self.patient_id();
        let fields = patient::fields(&mut self.outer, &mut self.cursor);
        let faults = patient::content_faults(&self.outer);
        let wrongs = std::mem::take(&mut self.outer.wrongs);
        self.note_wrongs(&wrongs);
        Patient { id, fields, entries, faults, position, raw: self.outer.raw(self.source) }
    }

    fn read_entries(&mut self, entries: &mut Vec<Entry>) -> Result<(), Syntax> {
        if !self.object_comes(b'[', "a list", "entries")? {
            return Ok(());
        }
        let mut list = self.cursor.begin_list()?;
        let mut index = 0;
        while self.cursor.next_item(&mut list)? {
            self.entry = Some(index);
            index += 1;
            if let Some(entry) = self.one_entry()? {
                self.keep_entry(entry, entries);
            }
            self.entry = None;
        }
        Ok(())
    }

    /// Keeps an entry, unless it stands there already. The same id with other content, at whichever patient, is a
    /// fault: one of the two would be lost in a merge.
    fn keep_entry(&mut self, entry: Entry, entries: &mut Vec<Entry>) {
        let here = (place(self.patients.len()), place(entries.len()));
        let hash = self.seen.hasher.hash_one(entry.id.as_str());
        let Some((patient, index)) = self.seen.entries.insert(hash, here) else {
            entries.push(entry);
            return;
        };
        let others: &[Entry] = if patient == here.0 {
            entries
        } else {
            self.patients.get(patient as usize).map(|patient| &*patient.entries).unwrap_or_default()
        };
        match others.get(index as usize).filter(|other| other.id == entry.id) {
            Some(other) if !other.same_content(&entry) => {
                let line = other.position.line;
                self.note_with(self.draft.start as usize, "id", Problem::DuplicateEntry, Some(line));
            }
            Some(_) if patient == here.0 => {
                self.seen.entries.insert(hash, (patient, index));
            }
            _ => entries.push(entry),
        }
    }

    /// The entry at the cursor; `None` if it is faulty, which has been noted.
    pub fn one_entry(&mut self) -> Result<Option<Entry>, Syntax> {
        self.cursor.peek();
        let start = self.cursor.at();
        if !self.object_comes(b'{', "an object", "")? {
            return Ok(None);
        }
        self.draft.begin(start);
        self.cursor.members(&mut self.draft.members)?;
        if !self.cursor.duplicates.is_empty() {
            self.take_duplicates();
        }
        let json = Json { text: self.source.clone(), span: Span::new(start, self.cursor.at()) };
        let position = self.lines.position(start);
        let entry = entry::entry(&mut self.draft, &mut self.cursor, json, position);
        if self.draft.wrongs.is_empty() {
            return Ok(entry);
        }
        let wrongs = std::mem::take(&mut self.draft.wrongs);
        self.note_wrongs(&wrongs);
        Ok(entry)
    }
}
