//! Entries: what happened to a patient, one fact each. An entry is never edited and never removed; a mistake is
//! answered by a `void`, a correction by a `void` and a new entry. So state is a fold over entries, and merging two
//! copies of a ward is their union.
use chrono::{DateTime, FixedOffset, NaiveDate};

use super::fault::{ContentFault, Position};
use super::text::Json;
use super::{Comparator, EntryId, Number, Text, When, json, write};

/// One recorded fact about one patient.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Unique in the file.
    pub id: EntryId,
    /// When it happened: the sample's time, the dose's day, the last dose before a break. A `void` has none.
    pub at: Option<When>,
    /// When and by whom it was typed; may be missing in a hand-written file.
    pub recorded: Option<Recorded>,
    /// What happened.
    pub kind: Kind,
    /// Where it stands in the file that was read; zero for a new one.
    pub position: Position,
    /// The entry as JSON text, exactly as it was read or composed: what is written back.
    pub(crate) json: Json,
}

impl Entry {
    /// A new entry, with the JSON text that the file will hold. It is what reading that text gives: times to the
    /// second, words of the format as such.
    #[must_use]
    pub fn compose(id: EntryId, at: Option<When>, kind: Kind, recorded: Option<Recorded>) -> Self {
        let text = write::entry(&id, at, &kind, recorded.as_ref());
        super::read::entry(&text).unwrap_or_else(|_| Self {
            id,
            at,
            recorded,
            kind,
            position: Position::default(),
            json: Json::whole(text),
        })
    }

    /// What stands in the place of an entry that cannot be read, in a file that is refused.
    pub(crate) fn nothing() -> Self {
        let (id, kind) = (EntryId::new(""), Kind::Unknown(Text::default()));
        Self { id, at: None, recorded: None, kind, position: Position::default(), json: Json::default() }
    }

    /// The entry as JSON text: unknown fields and digits as they were read.
    pub fn json(&self) -> &str {
        self.json.as_str()
    }

    /// The JSON text on one line, for a journal.
    pub fn json_line(&self) -> String {
        write::one_line(self.json()).into_owned()
    }

    /// Whether both say the same: white space and the order of fields are ignored, `recorded` counts only where
    /// both have it. Digits and unknown fields count.
    pub fn same_content(&self, other: &Self) -> bool {
        json::same(self.json(), other.json(), Some("recorded"))
    }
}

impl PartialEq for Entry {
    /// The same letters and the same meaning, wherever they stand in a file.
    fn eq(&self, other: &Self) -> bool {
        let Self { id, at, recorded, kind, position: _, json } = self;
        (id, at, recorded, kind, json) == (&other.id, &other.at, &other.recorded, &other.kind, &other.json)
    }
}

/// When and by whom an entry was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The clock of the host that recorded it.
    pub at: DateTime<FixedOffset>,
    /// The account, or the initials given for a shared one.
    pub by: Text,
}

/// The kinds of entry of `wardround/1`.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A course of clozapine starts or stops.
    Course(Course),
    /// The prescribed dose from that day on.
    Dose(Dose),
    /// Doses are being missed since `at`, the time of the last dose.
    Break(Break),
    /// A break ended.
    Resume,
    /// A measured quantity: blood or vital sign.
    Observation(Observation),
    /// One completed checklist.
    Checklist(Checklist),
    /// Another medicine, or smoking, starts or stops.
    Medicine(Medicine),
    /// Blood was taken and the result is awaited, or it was not to be had.
    Sample(Sample),
    /// Clozapine was supplied.
    Supply(Supply),
    /// Somebody has seen a flag and says what was done.
    Acknowledge(Acknowledgement),
    /// Free text.
    Note(Text),
    /// A patient field was changed.
    Change(Change),
    /// Another entry was wrong.
    Void(Void),
    /// A known kind whose content cannot be read: kept and shown, read by no rule.
    Unreadable {
        /// The `kind` as written.
        kind: Text,
        /// What is wrong with it; elsewhere, because hardly any entry is faulty.
        fault: Box<ContentFault>,
    },
    /// A kind that this version does not know: the file opens read-only.
    Unknown(Text),
}

impl Kind {
    /// The word of the file format for this kind.
    pub fn name(&self) -> &str {
        match self {
            Self::Course(_) => "course",
            Self::Dose(_) => "dose",
            Self::Break(_) => "break",
            Self::Resume => "resume",
            Self::Observation(_) => "result",
            Self::Checklist(_) => "checklist",
            Self::Medicine(_) => "medicine",
            Self::Sample(_) => "sample",
            Self::Supply(_) => "supply",
            Self::Acknowledge(_) => "acknowledge",
            Self::Note(_) => "note",
            Self::Change(_) => "change",
            Self::Void(_) => "void",
            Self::Unreadable { kind, .. } | Self::Unknown(kind) => kind,
        }
    }
}

/// A start or stop of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Start: the first dose of the course, its day 1. Stop: the last.
    pub event: CourseEvent,
    /// Why it started or stopped.
    pub reason: Option<Reason>,
    /// On a start: the id of the titration regimen.
    pub regimen: Option<Text>,
    /// On a start: a rechallenge at high risk, which some protocols monitor more tightly.
    pub high_risk: bool,
}

/// What a course entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CourseEvent {
    /// The first dose.
    Start,
    /// The last dose.
    Stop,
}

/// Why a course started or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The first course.
    Initiation,
    /// Retitration after a break.
    Restart,
    /// A new attempt after a stop for neutropenia or another harm.
    Rechallenge,
    /// Stopped for neutropenia.
    Neutropenia,
    /// Stopped for myocarditis.
    Myocarditis,
    /// Any other words.
    Other(Text),
}

impl Reason {
    /// The words of the file.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Initiation => "initiation",
            Self::Restart => "restart",
            Self::Rechallenge => "rechallenge",
            Self::Neutropenia => "neutropenia",
            Self::Myocarditis => "myocarditis",
            Self::Other(text) => text,
        }
    }
}

impl From<&str> for Reason {
    fn from(text: &str) -> Self {
        match text {
            "initiation" => Self::Initiation,
            "restart" => Self::Restart,
            "rechallenge" => Self::Rechallenge,
            "neutropenia" => Self::Neutropenia,
            "myocarditis" => Self::Myocarditis,
            other => Self::Other(other.into()),
        }
    }
}

/// The prescribed dose of a day, in mg. A part left out is not prescribed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dose {
    /// Morning dose, mg.
    pub morning_mg: Option<Number>,
    /// Midday dose, mg.
    pub midday_mg: Option<Number>,
    /// Evening dose, mg.
    pub evening_mg: Option<Number>,
}

impl Dose {
    /// The dose of the whole day, mg; `None` if it is beyond what can be held exactly.
    pub fn total_mg(&self) -> Option<rust_decimal::Decimal> {
        [&self.morning_mg, &self.midday_mg, &self.evening_mg]
            .into_iter()
            .flatten()
            .try_fold(rust_decimal::Decimal::ZERO, |sum, part| sum.checked_add(part.exact()))
    }
}

/// Doses are being missed; the entry's `at` is the last dose taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Why.
    pub reason: Option<Text>,
}

/// A measured quantity, as it was typed or sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The test's id, such as `anc`. May be unknown to the rules: kept, assessed by none.
    pub test: Text,
    /// The number, with its digits.
    pub value: Number,
    /// The unit as written; a missing one is never guessed.
    pub unit: Option<Text>,
    /// The laboratory could only bound it.
    pub comparator: Option<Comparator>,
    /// Final or amended.
    pub status: Option<ObservationStatus>,
    /// Who sent it: laboratory, telephone.
    pub source: Option<Text>,
    /// What few results have; see [`Details::kept`].
    pub details: Option<Box<Details>>,
}

impl Observation {
    /// The assay, such as `hs-TnT`: troponin assays are not interchangeable.
    pub fn assay(&self) -> Option<&Text> {
        self.details.as_ref()?.assay.as_ref()
    }

    /// The laboratory's own upper limit of normal, in the unit of the value.
    pub fn upper_limit(&self) -> Option<&Number> {
        self.details.as_ref()?.upper_limit.as_ref()
    }

    /// For a level: hours since the last dose.
    pub fn hours_post_dose(&self) -> Option<&Number> {
        self.details.as_ref()?.hours_post_dose.as_ref()
    }
}

/// What few results have: it stands elsewhere, so that an entry stays small.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// The assay.
    pub assay: Option<Text>,
    /// The laboratory's own upper limit of normal, in the unit of the value.
    pub upper_limit: Option<Number>,
    /// For a level: hours since the last dose.
    pub hours_post_dose: Option<Number>,
}

impl Details {
    /// As an observation keeps them: nothing if there are none.
    pub fn kept(self) -> Option<Box<Self>> {
        let is_empty = matches!(self, Self { assay: None, upper_limit: None, hours_post_dose: None });
        (!is_empty).then(|| Box::new(self))
    }
}

/// FHIR `Observation.status`, of which the format has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObservationStatus {
    /// `final`
    Final,
    /// `amended`
    Amended,
}

/// A completed checklist. An item left out was not asked, which is not "no".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// The list's id, such as `constipation`.
    pub list: Text,
    /// What was asked and answered, in the order written.
    pub answers: Vec<(Text, Answer)>,
}

impl Checklist {
    /// The answer to an item; `None` if it was not asked.
    pub fn answer(&self, item: &str) -> Option<&Answer> {
        self.answers.iter().find(|(name, _)| &**name == item).map(|(_, answer)| answer)
    }
}

/// An answer to an item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes or no.
    YesNo(bool),
    /// A number, such as a Bristol type.
    Number(Number),
    /// A day, such as that of the last bowel movement.
    Date(NaiveDate),
    /// Any other words.
    Text(Text),
}

/// Another medicine, or `smoking`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Medicine {
    /// Started or stopped.
    pub event: MedicineEvent,
    /// Its name as written.
    pub name: Text,
}

/// What a medicine entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MedicineEvent {
    /// Begun.
    Start,
    /// Ended.
    Stop,
}

/// Blood was taken, or was not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Ids of the tests asked for.
    pub tests: Vec<Text>,
    /// Whether there is blood on its way.
    pub outcome: Outcome,
}

/// What became of an attempt to take blood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The result is awaited.
    Taken,
    /// The patient declined.
    Declined,
    /// No blood could be had.
    Failed,
}

/// Clozapine supplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supply {
    /// For how many days.
    pub days: Number,
}

/// A flag was seen, and what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The flag's key: its kind, a colon, and the id of the entry that made it true.
    pub flag: Text,
    /// What was done.
    pub action: Text,
    /// Closes a latched flag.
    pub close: bool,
}

/// A patient field was changed; `from` and `to` are raw JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field's name in the file.
    pub field: Text,
    /// Its value before, as JSON text; absent: it was not there.
    pub from: Option<Text>,
    /// Its value since, as JSON text; absent: it was taken away.
    pub to: Option<Text>,
}

/// An entry was wrong: no rule reads it, and it stays in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// The entry that was wrong. Voiding a void restores what it voided.
    pub entry: EntryId,
    /// Why.
    pub reason: Text,
}

#[cfg(test)]
mod tests {
    use super::{Details, Entry};

    #[test]
    fn an_entry_is_small_of_which_there_are_hundreds_of_thousands() {
        assert!(size_of::<Entry>() <= 168, "{}", size_of::<Entry>());
    }

    #[test]
    fn no_details_are_kept_as_nothing() {
        assert_eq!(Details::default().kept(), None);
        for one in [
            Details { assay: Some("hs-TnT".into()), ..Details::default() },
            Details { upper_limit: "14".parse().ok(), ..Details::default() },
            Details { hours_post_dose: "12".parse().ok(), ..Details::default() },
        ] {
            assert_eq!(one.clone().kept().as_deref(), Some(&one));
        }
    }
}
