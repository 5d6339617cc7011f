//! The pass over a file: top level, ward, patients, entries, in whatever order their fields stand.
use std::fmt::Write as _;

use crate::ward::json::{Cursor, Member, Shape, Syntax};
use crate::ward::text::{Fields, Json, Span, Text, place};
use crate::ward::write::FORMAT;
use crate::ward::{Entry, Patient, PatientId, Patients, Ward};

use super::draft::{Draft, Wrong};
use super::field::Field;
use super::lines::{Lines, fault};
use super::seen::{Seen, Twice};
use super::{Limits, entry, patient};
use crate::ward::fault::{Fault, Position, Problem};

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
    /// A whole ward is read, not a lone patient or entry.
    whole: bool,
    /// Index of the patient and of the entry that are being read.
    patient: Option<usize>,
    entry: Option<usize>,
    patients: Patients,
    /// Room for one patient's entries while they are read.
    entries: Vec<Entry>,
    seen: Seen,
}

/// What the top level says.
#[derive(Default)]
struct Top {
    format: Option<Member>,
    ward: Option<Member>,
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
            draft: Draft::new(source),
            outer: Draft::new(source),
            lines: Lines::new(source.as_bytes()),
            root,
            refuse_content: false,
            limits: *limits,
            found: Vec::new(),
            more: 0,
            whole: false,
            patient: None,
            entry: None,
            patients: Patients::default(),
            entries: Vec::new(),
            seen: Seen::default(),
        }
    }

    /// The whole text as a ward.
    pub fn ward(mut self) -> Result<Ward, Vec<Fault>> {
        self.whole = true;
        let ward = self.top();
        self.finish(ward)
    }

    /// The whole text as one entry.
    pub fn lone_entry(mut self) -> Result<Entry, Vec<Fault>> {
        let mut entry = Vec::new();
        let read = self.one_entry(&mut entry).and_then(|_| self.cursor.end());
        self.finish(read.map(|()| entry.pop()))
    }

    /// The whole text as one patient.
    pub fn lone_patient(mut self) -> Result<Patient, Vec<Fault>> {
        let patient = self.one_patient().and_then(|patient| self.cursor.end().map(|()| patient));
        let patient = patient.map(|patient| {
            let mut alone = Patients::default();
            alone.extend(patient);
            self.settle(&mut alone);
            alone.pop()
        });
        self.finish(patient)
    }

    /// What was read, or every fault in the order of the text.
    pub fn finish<T>(mut self, read: Result<Option<T>, Syntax>) -> Result<T, Vec<Fault>> {
        self.take_duplicates();
        let read = match read {
            Ok(read) => read,
            Err(syntax) => {
                self.note(syntax.at(), "", syntax.problem());
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

    fn wrong_type(&mut self, member: Member, field: &str, expected: &'static str) {
        self.note(member.span.start as usize, field, Problem::WrongType(expected, member.shape.words()));
    }

    fn note_wrongs(&mut self, wrongs: &[Wrong]) {
        let all = self.refuse_content;
        for wrong in wrongs.iter().filter(|wrong| all || !wrong.problem.is_content()) {
            self.note(wrong.at as usize, &wrong.field, wrong.problem);
        }
    }

    /// Notes the names that were found to stand twice in what has just been read.
    fn take_duplicates(&mut self) {
        if self.cursor.duplicates.is_empty() {
            return;
        }
        for at in std::mem::take(&mut self.cursor.duplicates) {
            self.note(at, "", Problem::DuplicateKey);
        }
    }

    /// Whether an object comes; anything else is passed over and noted.
    pub fn object_comes(&mut self, bracket: u8, expected: &'static str, field: &str) -> Result<bool, Syntax> {
        if self.cursor.peek() == Some(bracket) {
            return Ok(true);
        }
        let member = self.cursor.member(Span::default())?;
        self.wrong_type(member, field, expected);
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
        while let Some(key) = self.cursor.next_key(&mut object)? {
            self.top_field(&mut top, key)?;
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

    fn top_field(&mut self, top: &mut Top, key: Span) -> Result<(), Syntax> {
        let name = self.cursor.name(key).decode();
        if name == "patients" {
            top.patients = true;
            return self.read_patients();
        }
        let member = self.cursor.member(key)?;
        match &*name {
            // Of a name that stands twice the first is read; it is a fault in any case.
            "format" => top.format = top.format.or(Some(member)),
            "ward" => top.ward = top.ward.or(Some(member)),
            "lineage" if member.shape == Shape::Text => {
                top.lineage = Some(member.string(self.source).decode().into());
            }
            "lineage" => self.wrong_type(member, "lineage", "text"),
            "revision" => match member.span.of(self.source).parse() {
                Ok(revision) => top.revision = revision,
                Err(_) => self.wrong_type(member, "revision", "a whole number"),
            },
            _ => top.others.push((key, member.span)),
        }
        Ok(())
    }

    /// Whether this is a file of our format. If not, nothing else that was found means anything.
    fn right_format(&mut self, top: &Top) -> bool {
        let right = |member: Member| member.shape == Shape::Text && member.string(self.source).is(FORMAT);
        if top.format.is_some_and(right) {
            return true;
        }
        self.found.clear();
        self.more = 0;
        match top.format {
            None => self.note(0, "", Problem::NotAWard),
            Some(member) if member.shape == Shape::Text => {
                self.note(member.span.start as usize, "format", Problem::UnknownFormat);
            }
            Some(member) => self.wrong_type(member, "format", "text"),
        }
        false
    }

    fn assemble(&mut self, top: Top, start: usize) -> Option<Ward> {
        let Some(member) = top.ward else {
            self.note(start, "ward", Problem::Missing);
            return None;
        };
        if member.shape != Shape::Object {
            self.wrong_type(member, "ward", "an object");
            return None;
        }
        // Cannot fail: it was read before.
        let _ = self.cursor.read_again(member.span, |cursor| self.outer.read(cursor));
        let mut patients = std::mem::take(&mut self.patients);
        self.settle(&mut patients);
        let name = self.outer.required_string(Field::Name);
        let site = self.outer.string(Field::Site);
        let time_zone = self.time_zone();
        for wrong in std::mem::take(&mut self.outer.wrongs) {
            self.note(wrong.at as usize, &format!("ward.{}", wrong.field), wrong.problem);
        }
        Some(Ward {
            name: name?.0.decode().into(),
            site: site.map(|(site, _)| site.decode().into()),
            time_zone,
            lineage: top.lineage,
            revision: top.revision,
            patients,
            own_fields: self.outer.raw(self.source),
            other_fields: Fields { text: self.source.clone(), start: place(start), list: top.others.into() },
        })
    }

    /// The ward's zone. One that nobody knows refuses the file: every date would be a guess.
    fn time_zone(&mut self) -> Option<chrono_tz::Tz> {
        let (zone, at) = self.outer.string(Field::TimeZone)?;
        let known = zone.decode().parse().ok();
        if known.is_none() {
            self.outer.wrong(at, "time_zone", Problem::UnknownZone);
        }
        known
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
                return Err(Syntax::new(self.cursor.at(), Problem::TooManyPatients));
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
        let Some((id, _)) = self.outer.required_string(Field::Id) else { return PatientId::new("") };
        let id = PatientId::new(id.decode());
        let earlier = self.seen.patient(&id, &self.patients);
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
        let mut entries = std::mem::take(&mut self.entries);
        self.outer.begin(start);
        let mut object = self.cursor.begin_object()?;
        while let Some(key) = self.cursor.next_key(&mut object)? {
            if self.cursor.name(key).is("entries") {
                self.read_entries(&mut entries)?;
            } else {
                self.outer.read_field(&mut self.cursor, key)?;
            }
            self.take_duplicates();
        }
        // Exactly as much memory as they need; the list that grew is used again.
        let mut exact = Vec::with_capacity(entries.len());
        exact.append(&mut entries);
        self.entries = entries;
        Ok(Some(self.make_patient(exact, position)))
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
            let read = self.one_entry(entries)?;
            self.keep_entry(read, entries);
            self.entry = None;
        }
        Ok(())
    }

    /// Remembers where an entry stands. While faults are still told one by one, a faulty entry keeps its place too,
    /// so that the others' paths are right; the file is refused in any case.
    fn keep_entry(&mut self, read: bool, entries: &mut Vec<Entry>) {
        match entries.last() {
            Some(entry) if read => self.seen.entry(entry, place(self.patients.len()), place(entries.len() - 1)),
            _ if self.more == 0 => entries.push(Entry::nothing()),
            _ => {}
        }
    }

    /// Entry ids that stand twice.
    fn settle(&mut self, patients: &mut Patients) {
        for Twice { patient, entry, at, earlier } in std::mem::take(&mut self.seen).settle(patients) {
            self.patient = self.whole.then_some(patient as usize);
            self.entry = Some(entry as usize);
            self.note_with(at as usize, "id", Problem::DuplicateEntry, Some(earlier));
        }
        (self.patient, self.entry) = (None, None);
    }

    /// Reads the entry at the cursor to the end of `into`. Whether there is one; what is wrong with it has been noted.
    pub fn one_entry(&mut self, into: &mut Vec<Entry>) -> Result<bool, Syntax> {
        self.cursor.peek();
        let start = self.cursor.at();
        if !self.object_comes(b'{', "an object", "")? {
            return Ok(false);
        }
        self.draft.read(&mut self.cursor)?;
        self.take_duplicates();
        let json = Json { text: self.source.clone(), span: Span::new(start, self.cursor.at()) };
        let position = self.lines.position(start);
        let read = entry::entry(&mut self.draft, &mut self.cursor, json, position, into);
        if !self.draft.wrongs.is_empty() {
            let wrongs = std::mem::take(&mut self.draft.wrongs);
            self.note_wrongs(&wrongs);
        }
        Ok(read)
    }
}
