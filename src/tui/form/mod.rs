//! The forms: what people type, checked, read back, and handed over to be saved.
//!
//! The screen draws the patient's banner above a form and the footer (from the table of keys, by [`Form::mode`]) below
//! it; a form draws what is between.
use ratatui::Frame;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use super::keymap::Mode;
use super::saving::{Fact, SaveReport};
use super::theme::Theme;
use crate::rules::Rules;
use crate::ward::{EntryId, Moment, PatientId, Ward};

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
    /// An entry was wrong.
    Void(EntryId),
    /// A new patient.
    NewPatient,
    /// Free text.
    Note,
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

/// An open form.
#[derive(Debug, Clone)]
pub struct Form {
    kind: FormKind,
}

impl Form {
    /// Opens a form, for a patient unless it is a new one.
    pub fn open(kind: FormKind, patient: Option<&PatientId>, ctx: &FormContext) -> Self {
        let _ = (patient, ctx);
        Self { kind }
    }

    /// Which form this is.
    pub fn kind(&self) -> &FormKind {
        &self.kind
    }

    /// Which keys work now: those of the fields, or of the read-back.
    pub fn mode(&self) -> Mode {
        Mode::Form
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, ctx: &FormContext) -> FormEvent {
        let _ = ctx;
        if key.code == ratatui::crossterm::event::KeyCode::Esc { FormEvent::Close } else { FormEvent::Stay }
    }

    /// Takes pasted text; a newline in it never submits.
    pub fn paste(&mut self, text: &str) {
        let _ = text;
    }

    /// What became of the save that it asked for.
    pub fn outcome(&mut self, report: &SaveReport) -> FormEvent {
        let _ = report;
        FormEvent::Close
    }

    /// Whether something has been typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        false
    }

    /// Draws what is between the banner and the footer.
    pub fn view(&self, frame: &mut Frame, area: Rect, ctx: &FormContext, theme: Theme) {
        let _ = (frame, area, ctx, theme);
    }
}
