//! What goes in and out of every form: which one it is, what it may look at, and what it asks for.
use crate::rules::Rules;
use crate::tui::saving::Fact;
use crate::tui::settings::Settings;
use crate::ward::{EntryId, Moment, Ward};

/// Which form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormKind {
    /// A blood count.
    BloodCount,
    /// Blood was taken, or was not to be had.
    SampleTaken,
    /// The prescribed dose.
    Dose,
    /// Doses are being missed.
    Break,
    /// The break has ended.
    Resume,
    /// Vital signs.
    VitalSigns,
    /// The checklist with this id.
    Checklist(String),
    /// What was done about the flag with this key.
    Acknowledge(String),
    /// The same, with another sample sent: a count that may be falsely low.
    Repeat(String),
    /// An entry was wrong.
    Void(EntryId),
    /// An entry was wrong, and is typed again.
    Edit(EntryId),
    /// The last save is taken back: its entries.
    Undo(Vec<EntryId>),
    /// A new patient.
    NewPatient,
    /// Free text.
    Note,
    /// A course of clozapine starts or stops.
    Course,
    /// Results of any test.
    Results,
    /// Clozapine was supplied.
    Supply,
    /// Another medicine, or smoking.
    Medicine,
    /// The patient's own fields: bed, discharge, protocol, name.
    Person,
    /// Any of these in one line, about anybody.
    Line,
}

/// What a form may look at.
#[derive(Debug, Clone, Copy)]
pub struct FormContext<'a> {
    /// The ward.
    pub ward: &'a Ward,
    /// The rules.
    pub rules: &'a Rules,
    /// Now, on the ward's clock.
    pub moment: Moment,
    /// Who is typing.
    pub by: &'a str,
    /// What the site has set.
    pub settings: &'a Settings,
}

/// What a form asks for after a key.
#[derive(Debug, Clone, PartialEq)]
pub enum FormEvent {
    /// Nothing.
    Stay,
    /// To be closed.
    Close,
    /// To save these; the form stays open until it hears the outcome.
    Save(Vec<Fact>),
}

/// Something that has to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// Whether something was refused or lost, in the style of what is wrong.
    pub grave: bool,
    /// What, in words.
    pub words: String,
}
