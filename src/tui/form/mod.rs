//! The forms: what people type, checked, read back, and handed over to be saved.
//!
//! A form has three stages. In the first its fields are typed, each with the reason beside it why it is refused. Then
//! everything is read back: for whom, which values, and what they would mean. Then it waits for what became of the
//! save. Nothing is saved that was not read back, and a form with something in it closes only when it was asked.
//!
//! The screen draws the patient's banner above a form and the footer (from the table of keys, by [`Form::mode`]) below
//! it; a form draws what is between.
mod compose;
mod conflict;
mod context;
mod field;
mod line;
mod line_view;
mod meaning;
mod number;
mod pasted;
mod read_back;
mod read_back_view;
mod reading;
mod rulebook;
mod say;
mod scroll;
mod sheet;
mod sheets;
mod typing;
mod view;
mod ward_sheet;
mod when;

pub use context::{FormContext, FormEvent, FormKind};
pub use ward_sheet::WardSheet;

use ratatui::crossterm::event::KeyEvent;

pub use when::past;

use super::keymap::{self, Action, Mode};
use super::saving::{Fact, Outcome, SaveReport};
use crate::ward::{Entry, Moment, Patient, PatientId};
use conflict::{Dispute, Known};
use context::Notice;
use field::{Control, Field};
use line::Line;
use read_back::ReadBack;
use reading::Reading;
use say::{SEALED, SOMEBODY_ELSE};
use scroll::Scroll;
use sheet::{Problem, Scene};

/// Whether an entry can be typed again in its form: it stands, and was not a change, an answer or a void.
pub fn can_edit(entry: &Entry, patient: &Patient) -> bool {
    sheets::edit::form_of(entry, patient).is_some()
}

/// An open form.
#[derive(Debug, Clone)]
pub struct Form {
    kind: FormKind,
    patient: Option<PatientId>,
    title: String,
    fields: Vec<Field>,
    /// Whom a typed line is about.
    line: Option<Line>,
    /// The moment of the read-back: what was typed as `now` or `-2h` keeps its meaning while nothing is changed.
    read_at: Option<Moment>,
    /// What the patient's own fields held when they were shown, as JSON text.
    base: Vec<(&'static str, Option<String>)>,
    /// The patient's entries when the form was opened: others are news.
    known: Known,
    /// Which field has the keys.
    focus: usize,
    stage: Stage,
    /// A read-back was asked for: from then on a field that has to be typed says so.
    asked: bool,
    /// What lies between fields, found when the read-back was asked for.
    problem: Option<Problem>,
    /// What has to be said: an outcome, a refused paste.
    notice: Option<Notice>,
    /// The facts of the last save that was asked for.
    tried: Vec<Fact>,
    /// Nothing can be saved any more, and why.
    sealed: Option<String>,
}

/// Where a form stands.
#[derive(Debug, Clone)]
enum Stage {
    /// Its fields are typed.
    Edit,
    /// A typed line could be about several patients: which row is selected.
    Choose(usize),
    /// It was left with something in it, and asks.
    Leave,
    /// It reads back what would be saved.
    ReadBack(ReadBack),
    /// It waits for what became of the save.
    Saving(ReadBack),
    /// Somebody else has changed what it rests on, and it asks what is to hold.
    Conflict(Box<Dispute>),
}

impl Form {
    /// Opens a form, for a patient unless it is a new one.
    pub fn open(kind: FormKind, patient: Option<&PatientId>, ctx: &FormContext) -> Self {
        let about = patient.and_then(|id| ctx.ward.patient(id));
        let scene = Scene { kind: &kind, patient: about, ctx, base: &[] };
        let (fields, first) = sheets::fields(&scene);
        let title = sheets::title(&scene);
        let focus = fields.iter().position(|field| &*field.id == first).unwrap_or_default();
        let line = (kind == FormKind::Line).then(|| Line::about(patient.cloned()));
        Self {
            patient: patient.cloned(),
            title,
            fields,
            focus,
            base: about.filter(|_| kind == FormKind::Person).map(sheets::person::base).unwrap_or_default(),
            known: Known::of(about),
            line,
            read_at: None,
            stage: Stage::Edit,
            asked: false,
            problem: None,
            notice: None,
            tried: Vec::new(),
            sealed: None,
            kind,
        }
    }

    /// Which form this is.
    pub fn kind(&self) -> &FormKind {
        &self.kind
    }

    /// Which keys work now: those of the field, of the read-back, or of the question before leaving.
    pub fn mode(&self) -> Mode {
        match &self.stage {
            Stage::Edit if self.line.is_some() => Mode::Line,
            Stage::Choose(_) => Mode::Menu,
            Stage::Edit => match self.fields.get(self.focus).map(|field| &field.control) {
                Some(Control::YesNo { .. }) => Mode::FormYesNo,
                Some(Control::Choice { .. }) => Mode::FormChoice,
                Some(Control::Typed { .. }) if self.focused_units() > 1 => Mode::FormNumber,
                Some(Control::Typed { reading: Reading::Note, .. }) => Mode::FormNote,
                _ => Mode::Form,
            },
            Stage::Leave => Mode::FormLeave,
            Stage::ReadBack(read_back) => read_back.mode(),
            Stage::Saving(_) => Mode::Saving,
            Stage::Conflict(_) => Mode::Conflict,
        }
    }

    /// Whom the form is about, once it is known.
    pub fn patient(&self) -> Option<&PatientId> {
        self.line.as_ref().map_or(self.patient.as_ref(), Line::patient)
    }

    /// What stands in the place of the banner while the form is about nobody who is in the file.
    pub fn about_nobody(&self) -> &'static str {
        match &self.line {
            None => "A new patient",
            Some(line) if line.several().is_empty() => "About nobody yet",
            Some(_) => "About one of several patients: Enter shows them",
        }
    }

    /// Whether something has been typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        matches!(self.stage, Stage::ReadBack(_) | Stage::Saving(_) | Stage::Conflict(_))
            || self.fields.iter().any(Field::is_dirty)
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, ctx: &FormContext) -> FormEvent {
        let action = keymap::action(self.mode(), &key);
        match &mut self.stage {
            Stage::Edit => self.edit_key(key, action, ctx),
            Stage::Choose(at) => {
                let at = *at;
                self.choose_key(at, action, ctx)
            }
            Stage::Leave => match action {
                Some(Action::Leave) => FormEvent::Close,
                Some(Action::Back) => self.back_to_fields(),
                _ => FormEvent::Stay,
            },
            Stage::ReadBack(read_back) => match action {
                Some(Action::Save) => self.save(),
                Some(Action::Back) => self.back_to_fields(),
                Some(action) => {
                    read_back.scroll.turn(action);
                    FormEvent::Stay
                }
                None => FormEvent::Stay,
            },
            Stage::Saving(_) => FormEvent::Stay,
            Stage::Conflict(_) => self.conflict_key(action, ctx),
        }
    }

    /// Takes pasted text into a field that one can type into. A newline in it never submits; in a note it stays.
    pub fn paste(&mut self, text: &str, ctx: &FormContext) {
        if !matches!(self.stage, Stage::Edit) {
            return;
        }
        let taken = match self.fields.get_mut(self.focus) {
            Some(field) if field.has_lines() => field.insert(&pasted::in_lines(text)),
            Some(field) if field.takes_text() => field.insert(&pasted::in_one_line(text)),
            _ => Err("A paste goes only into a field that one can type into.".to_owned()),
        };
        self.changed(ctx);
        self.notice = taken.err().map(|words| Notice { grave: false, words });
    }

    /// What became of the save that it asked for.
    pub fn outcome(&mut self, report: &SaveReport, ctx: &FormContext) -> FormEvent {
        if !matches!(self.stage, Stage::Saving(_)) {
            return FormEvent::Stay;
        }
        if let Some(conflict) = conflict::first(&report.refused) {
            return self.dispute(conflict, ctx);
        }
        if let Some((_, refusal)) = report.refused.first() {
            return self.keep(format!("REFUSED: {refusal}. What you typed is still on this screen."));
        }
        match &report.outcome {
            Outcome::Saved { .. } | Outcome::JournalOnly { .. } => FormEvent::Close,
            // The screen says it above the form, until something was saved.
            Outcome::NotSaved { .. } => self.back_to_fields(),
            Outcome::NotConfirmed { .. } => {
                self.sealed = Some(SEALED.to_owned());
                self.back_to_fields()
            }
        }
    }

    /// The ward, the moment or who types is another one: if what was read back no longer holds, it has to be read back again.
    pub fn refresh(&mut self, ctx: &FormContext) {
        self.look_for_people(ctx);
        self.follow_fields(ctx);
        let Stage::ReadBack(shown) = &self.stage else { return };
        if !compose::are_by(&shown.facts, ctx.by) {
            self.keep(SOMEBODY_ELSE.to_owned());
        } else if !self.still_holds(shown, ctx) {
            self.keep("What it would mean has changed meanwhile: read it back again before you save.".to_owned());
        }
    }

    fn keep(&mut self, words: String) -> FormEvent {
        self.stage = Stage::Edit;
        self.notice = Some(Notice { grave: true, words });
        FormEvent::Stay
    }

    fn back_to_fields(&mut self) -> FormEvent {
        self.stage = Stage::Edit;
        FormEvent::Stay
    }

    fn save(&mut self) -> FormEvent {
        let Stage::ReadBack(read_back) = std::mem::replace(&mut self.stage, Stage::Edit) else {
            return FormEvent::Stay;
        };
        let facts = read_back.facts.clone();
        self.tried.clone_from(&facts);
        self.stage = Stage::Saving(read_back);
        FormEvent::Save(facts)
    }

    /// Where what it shows stands, if that may be longer than its room and is scrolled by hand.
    fn scroll(&mut self) -> Option<&mut Scroll> {
        match &mut self.stage {
            Stage::ReadBack(read_back) => Some(&mut read_back.scroll),
            Stage::Conflict(dispute) => Some(&mut dispute.scroll),
            Stage::Edit | Stage::Leave => self.line.as_mut().map(|line| &mut line.scroll),
            Stage::Choose(_) | Stage::Saving(_) => None,
        }
    }

    fn focused_units(&self) -> usize {
        self.fields.get(self.focus).map_or(1, Field::units)
    }

    fn scene<'a>(&'a self, ctx: &'a FormContext<'a>) -> Scene<'a> {
        let patient = self.patient().and_then(|id| ctx.ward.patient(id));
        Scene { kind: &self.kind, patient, ctx, base: &self.base }
    }
}
