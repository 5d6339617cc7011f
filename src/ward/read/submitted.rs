//! What another program hands in: `{"patient": ID, "entry": {...}}` on a line. Both kinds of fault refuse it.
use crate::ward::json::Syntax;
use crate::ward::text::Text;
use crate::ward::{Entry, EntryId, Kind, PatientId, Recorded, write};

use super::field::Field;
use super::file::Reader;
use super::{Limits, lines};
use crate::ward::fault::{Fault, Problem};

/// An entry that was handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// Whose it is.
    pub patient: PatientId,
    entry: Entry,
    has_id: bool,
    has_recorded: bool,
}

/// Reads a line of JSON. The entry may lack `id` and `recorded`.
///
/// # Errors
/// Every fault of structure and of content.
pub fn submitted(line: &str) -> Result<Submitted, Vec<Fault>> {
    let limits = Limits::default();
    lines::check_bytes(line.as_bytes(), &limits)?;
    let text = Text::from(line);
    let mut reader = Reader::new(&text, "$", &limits);
    reader.refuse_content = true;
    let submitted = reader.submitted();
    reader.finish(submitted)
}

impl Submitted {
    /// The id that the entry came with.
    pub fn entry_id(&self) -> Option<&EntryId> {
        self.has_id.then_some(&self.entry.id)
    }

    /// The entry, with an id and with `recorded` if it came without; what it came with is kept as it is.
    pub fn into_entry(self, id: impl FnOnce() -> EntryId, recorded: Recorded) -> Entry {
        let before = (!self.has_id).then(|| ("id", write::quoted(id().as_str())));
        let after = (!self.has_recorded).then(move || ("recorded", write::recorded(&recorded)));
        if before.is_none() && after.is_none() {
            return self.entry;
        }
        let json = write::with_fields(&self.entry.json_line(), before, after);
        // It has just been read without fault, and what was added is our own.
        super::entry(&json).unwrap_or(self.entry)
    }
}

impl Reader<'_> {
    fn submitted(&mut self) -> Result<Option<Submitted>, Syntax> {
        if !self.object_comes(b'{', "an object", "")? {
            self.cursor.end()?;
            return Ok(None);
        }
        let start = self.cursor.at();
        self.outer.begin(start);
        let (mut patient, mut entry, mut seen) = (None, None, false);
        let mut object = self.cursor.begin_object()?;
        while let Some(key) = self.cursor.next_key(&mut object)? {
            match &*self.cursor.name(key).decode() {
                "patient" => self.outer.read_field(&mut self.cursor, key)?,
                "entry" => {
                    seen = true;
                    entry = self.submitted_entry()?;
                }
                _ => {
                    self.cursor.value()?;
                    self.note(key.start as usize, "", Problem::UnknownField);
                }
            }
        }
        self.cursor.end()?;
        if let Some((id, _)) = self.outer.required_string(Field::Patient) {
            patient = Some(PatientId::new(id.decode()));
        }
        if !seen {
            self.outer.wrong(crate::ward::text::place(start), "entry", Problem::Missing);
        }
        for wrong in std::mem::take(&mut self.outer.wrongs) {
            self.note(wrong.at as usize, &wrong.field, wrong.problem);
        }
        Ok(patient.zip(entry).map(|(patient, entry)| Submitted {
            patient,
            entry,
            has_id: self.draft.get(Field::Id).is_some(),
            has_recorded: self.draft.get(Field::Recorded).is_some(),
        }))
    }

    fn submitted_entry(&mut self) -> Result<Option<Entry>, Syntax> {
        self.root = "$.entry";
        self.draft.id_may_lack = true;
        let mut entry = Vec::new();
        self.one_entry(&mut entry)?;
        let entry = entry.pop();
        if let Some(kind) = self.draft.get(Field::Kind)
            && matches!(entry, Some(Entry { kind: Kind::Unknown(_), .. }))
        {
            self.note(kind.span.start as usize, "kind", Problem::UnknownKind);
        }
        self.root = "$";
        Ok(entry)
    }
}
