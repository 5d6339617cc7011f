//! The forms: what people type, checked, read back, and handed over to be saved.
//!
//! A form has three stages. In the first its fields are typed, each with the reason beside it why it is refused. Then
//! everything is read back: for whom, which values, and what they would mean. Then it waits for what became of the
//! save. Nothing is saved that was not read back, and a form with something in it closes only when it was asked.
//!
//! The screen draws the patient's banner above a form and the footer (from the table of keys, by [`Form::mode`]) below
//! it; a form draws what is between.
mod compose;
mod field;
mod meaning;
mod number;
mod rulebook;
mod say;
mod sheet;
mod sheets;
mod view;
mod when;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::InputRequest;

use super::keymap::{self, Action, Mode};
use super::saving::{Fact, Outcome, SaveReport};
use super::settings::Settings;
use crate::rules::Rules;
use crate::ward::{EntryId, Moment, PatientId, Ward};
use field::{Control, Field, Value};
use meaning::Meaning;
use sheet::{Draft, Problem, Scene, Values};

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
    /// A course of clozapine starts or stops.
    Course,
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

/// An open form.
#[derive(Debug, Clone)]
pub struct Form {
    kind: FormKind,
    patient: Option<PatientId>,
    title: String,
    fields: Vec<Field>,
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
    /// It was left with something in it, and asks.
    Leave,
    /// It reads back what would be saved.
    ReadBack(ReadBack),
    /// It waits for what became of the save.
    Saving(ReadBack),
}

/// What is read back.
#[derive(Debug, Clone)]
struct ReadBack {
    facts: Vec<Fact>,
    draft: Draft,
    meaning: Meaning,
    /// How many rows have been scrolled past.
    scroll: usize,
}

impl ReadBack {
    /// Why No is chosen.
    fn cautions(&self) -> Vec<&str> {
        self.draft.cautions.iter().chain(&self.meaning.cautions).map(String::as_str).collect()
    }

    fn no_is_chosen(&self) -> bool {
        !self.cautions().is_empty()
    }
}

/// Something that has to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Notice {
    grave: bool,
    words: String,
}

impl Form {
    /// Opens a form, for a patient unless it is a new one.
    pub fn open(kind: FormKind, patient: Option<&PatientId>, ctx: &FormContext) -> Self {
        let about = patient.and_then(|id| ctx.ward.patient(id));
        let scene = Scene { kind: &kind, patient: about, ctx };
        let (fields, first) = sheets::fields(&scene);
        let title = sheets::title(&scene);
        let focus = fields.iter().position(|field| &*field.id == first).unwrap_or_default();
        Self {
            kind,
            patient: patient.cloned(),
            title,
            fields,
            focus,
            stage: Stage::Edit,
            asked: false,
            problem: None,
            notice: None,
            tried: Vec::new(),
            sealed: None,
        }
    }

    /// Which form this is.
    pub fn kind(&self) -> &FormKind {
        &self.kind
    }

    /// Which keys work now: those of the field, of the read-back, or of the question before leaving.
    pub fn mode(&self) -> Mode {
        match &self.stage {
            Stage::Edit => match self.fields.get(self.focus).map(|field| &field.control) {
                Some(Control::YesNo { .. }) => Mode::FormYesNo,
                Some(Control::Choice { .. }) => Mode::FormChoice,
                Some(Control::Typed { .. }) if self.focused_units() > 1 => Mode::FormNumber,
                _ => Mode::Form,
            },
            Stage::Leave => Mode::FormLeave,
            Stage::ReadBack(read_back) if read_back.no_is_chosen() => Mode::ReadBackNo,
            Stage::ReadBack(_) => Mode::ReadBack,
            Stage::Saving(_) => Mode::Saving,
        }
    }

    /// Whether something has been typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        matches!(self.stage, Stage::ReadBack(_) | Stage::Saving(_)) || self.fields.iter().any(Field::is_dirty)
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, ctx: &FormContext) -> FormEvent {
        let action = keymap::action(self.mode(), &key);
        match &mut self.stage {
            Stage::Edit => self.edit_key(key, action, ctx),
            Stage::Leave => match action {
                Some(Action::Leave) => FormEvent::Close,
                Some(Action::Back) => self.back_to_fields(),
                _ => FormEvent::Stay,
            },
            Stage::ReadBack(read_back) => match action {
                Some(Action::Save) => self.save(),
                Some(Action::Back) => self.back_to_fields(),
                Some(action) => {
                    read_back.turn(action);
                    FormEvent::Stay
                }
                None => FormEvent::Stay,
            },
            Stage::Saving(_) => FormEvent::Stay,
        }
    }

    /// Takes pasted text into a field that one can type into. A newline in it never submits.
    pub fn paste(&mut self, text: &str) {
        if !matches!(self.stage, Stage::Edit) {
            return;
        }
        let taken = match self.fields.get_mut(self.focus) {
            Some(field) if field.takes_text() => field.insert(&in_one_line(text)),
            _ => Err("A paste goes only into a field that one can type into.".to_owned()),
        };
        self.problem = None;
        self.notice = taken.err().map(|words| Notice { grave: false, words });
    }

    /// What became of the save that it asked for.
    pub fn outcome(&mut self, report: &SaveReport) -> FormEvent {
        if !matches!(self.stage, Stage::Saving(_)) {
            return FormEvent::Stay;
        }
        if let Some((_, refusal)) = report.refused.first() {
            return self.keep(format!("REFUSED: {refusal}. What you typed is still on this screen."));
        }
        match &report.outcome {
            Outcome::Saved { .. } | Outcome::JournalOnly { .. } => FormEvent::Close,
            Outcome::NotSaved { .. } => self.keep(report.outcome.words()),
            Outcome::NotConfirmed { .. } => {
                let words = format!("{} Nothing more can be saved now.", report.outcome.words());
                self.sealed = Some(words.clone());
                self.keep(words)
            }
        }
    }

    /// The ward or the moment is another one: if what was read back no longer holds, it has to be read back again.
    pub fn refresh(&mut self, ctx: &FormContext) {
        let Stage::ReadBack(shown) = &self.stage else { return };
        let scene = self.scene(ctx);
        let holds = sheets::draft(&scene, &self.values(&scene)).is_ok_and(|draft| draft == shown.draft)
            && rulebook::refusal(&shown.facts, &scene).is_none()
            && meaning::of(&shown.facts, &scene) == shown.meaning;
        if !holds {
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

    fn focused_units(&self) -> usize {
        self.fields.get(self.focus).map_or(1, Field::units)
    }

    fn scene<'a>(&'a self, ctx: &'a FormContext<'a>) -> Scene<'a> {
        let patient = self.patient.as_ref().and_then(|id| ctx.ward.patient(id));
        Scene { kind: &self.kind, patient, ctx }
    }

    fn edit_key(&mut self, key: KeyEvent, action: Option<Action>, ctx: &FormContext) -> FormEvent {
        self.notice = None;
        match action {
            Some(Action::Open) => self.enter(ctx),
            Some(Action::Next) => self.step(ctx, true),
            Some(Action::Previous) => self.step(ctx, false),
            Some(Action::Back) if self.is_dirty() => self.stage = Stage::Leave,
            Some(Action::Back) => return FormEvent::Close,
            Some(action) => self.change(action),
            None => self.type_key(key),
        }
        FormEvent::Stay
    }

    /// What the keys of a field that is not typed into do, and the key of the unit.
    fn change(&mut self, action: Action) {
        self.problem = None;
        let Some(field) = self.fields.get_mut(self.focus) else { return };
        match action {
            Action::Yes => field.answer(Some(true)),
            Action::No => field.answer(Some(false)),
            Action::NotAsked => field.answer(None),
            Action::NextChoice => field.turn(true),
            Action::PreviousChoice => field.turn(false),
            Action::Unit => field.next_unit(),
            _ => {}
        }
    }

    /// A key that is typed into the field.
    fn type_key(&mut self, key: KeyEvent) {
        let Some(field) = self.fields.get_mut(self.focus) else { return };
        let control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let request = match key.code {
            KeyCode::Char('u') if control => InputRequest::DeleteLine,
            KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
            KeyCode::Char(c) if !control && field.takes_text() => {
                self.problem = None;
                let taken = field.insert(c.encode_utf8(&mut [0; 4]));
                self.notice = taken.err().map(|words| Notice { grave: false, words });
                return;
            }
            KeyCode::Char(c) if !control => return field.choose(c),
            KeyCode::Backspace => InputRequest::DeletePrevChar,
            KeyCode::Delete => InputRequest::DeleteNextChar,
            KeyCode::Left => InputRequest::GoToPrevChar,
            KeyCode::Right => InputRequest::GoToNextChar,
            KeyCode::Home => InputRequest::GoToStart,
            KeyCode::End => InputRequest::GoToEnd,
            _ => return,
        };
        self.problem = None;
        field.edit(request);
    }

    /// Enter: to the next field that is asked for, and after the last to the read-back. A field that is refused keeps
    /// the keys.
    fn enter(&mut self, ctx: &FormContext) {
        let scene = self.scene(ctx);
        let refused = self.fields.get(self.focus).is_some_and(|field| field.value(scene.known()).is_err());
        let next = self.shown(&scene).into_iter().find(|i| *i > self.focus && self.fields[*i].asked);
        if refused {
            self.asked = true;
        } else if let Some(next) = next {
            self.focus = next;
        } else {
            self.read_back(ctx);
        }
    }

    /// To the next field that is shown, or the one before; round at the ends.
    fn step(&mut self, ctx: &FormContext, forward: bool) {
        let shown = self.shown(&self.scene(ctx));
        let next = if forward {
            shown.iter().find(|i| **i > self.focus).or(shown.first())
        } else {
            shown.iter().rev().find(|i| **i < self.focus).or(shown.last())
        };
        self.focus = next.copied().unwrap_or_default();
    }

    /// The fields that have a meaning with what is in the others.
    fn shown(&self, scene: &Scene) -> Vec<usize> {
        let known = scene.known();
        let read = |field: &Field| (field.id.clone(), field.value(known).unwrap_or(Value::Nothing));
        let values = Values(self.fields.iter().map(read).collect());
        let is_shown = |i: &usize| self.fields.get(*i).is_some_and(|f| !sheets::is_hidden(&f.id, scene, &values));
        (0..self.fields.len()).filter(is_shown).collect()
    }

    /// What the fields say; a field that is refused says nothing.
    fn values(&self, scene: &Scene) -> Values {
        let known = scene.known();
        let shown = self.shown(scene).into_iter().filter_map(|i| self.fields.get(i));
        Values(shown.map(|field| (field.id.clone(), field.value(known).unwrap_or(Value::Nothing))).collect())
    }

    /// The first field that is refused.
    fn first_refused(&self, scene: &Scene) -> Option<usize> {
        let refused = |i: &usize| self.fields.get(*i).is_some_and(|field| field.value(scene.known()).is_err());
        self.shown(scene).into_iter().find(refused)
    }

    /// Opens the read-back, or goes to the field that stands in its way.
    fn read_back(&mut self, ctx: &FormContext) {
        self.asked = true;
        let scene = self.scene(ctx);
        let gone = scene.patient.is_none() && self.kind != FormKind::NewPatient;
        let refusal = self.sealed.clone().or_else(|| gone.then(|| "This patient is no longer in the file.".to_owned()));
        if let Some(words) = refusal {
            self.notice = Some(Notice { grave: true, words });
            return;
        }
        if let Some(refused) = self.first_refused(&scene) {
            self.focus = refused;
            return;
        }
        let draft = sheets::draft(&scene, &self.values(&scene));
        let composed = draft.and_then(|draft| {
            let facts = compose::facts(&draft, self.patient.as_ref(), ctx, &self.tried);
            rulebook::refusal(&facts, &scene).map_or(Ok((draft, facts)), Err)
        });
        match composed {
            Ok((draft, facts)) => {
                let meaning = meaning::of(&facts, &scene);
                self.write_out_now(ctx);
                self.stage = Stage::ReadBack(ReadBack { facts, draft, meaning, scroll: 0 });
            }
            Err(problem) => self.refuse(problem),
        }
    }

    /// Shows a reason beside its field; one that belongs to none of them, below them all.
    fn refuse(&mut self, problem: Problem) {
        match self.fields.iter().position(|field| field.id == problem.field) {
            Some(field) => self.focus = field,
            None => self.notice = Some(Notice { grave: true, words: format!("Refused: {}.", problem.why) }),
        }
        self.problem = Some(problem);
    }

    /// An empty field that means now keeps the moment that is read back, however long that takes.
    fn write_out_now(&mut self, ctx: &FormContext) {
        let known = Scene { kind: &self.kind, patient: None, ctx }.known();
        for field in &mut self.fields {
            field.write_out(known);
        }
    }
}

impl ReadBack {
    /// Scrolls.
    fn turn(&mut self, action: Action) {
        let last = self.rows_at_least().saturating_sub(1);
        self.scroll = match action {
            Action::Up => self.scroll.saturating_sub(1),
            Action::Down => self.scroll + 1,
            Action::PageUp => self.scroll.saturating_sub(view::PAGE),
            Action::PageDown => self.scroll + view::PAGE,
            _ => self.scroll,
        }
        .min(last);
    }

    /// Rows before wrapping: there is never anything to see beyond them on a screen of the smallest size.
    fn rows_at_least(&self) -> usize {
        let cells = |text: &String| 1 + text.len() / view::NARROW;
        self.draft.lines.iter().map(|(_, value)| cells(value)).sum::<usize>()
            + self.meaning.rows.iter().map(|row| cells(&row.words)).sum::<usize>()
    }
}

/// Pasted text for a field of one line: its line ends become spaces.
fn in_one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ").replace('\t', " ")
}
