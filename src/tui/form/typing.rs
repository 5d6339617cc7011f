//! What keys do while the fields of a form are typed: moving between them, changing them, asking for the read-back.
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::InputRequest;

use super::context::{FormContext, FormEvent, FormKind, Notice};
use super::field::Field;
use super::reading::Value;
use super::sheet::{Problem, Scene, Values};
use super::{Form, Stage, line, sheets};
use crate::tui::keymap::Action;

impl Form {
    pub(super) fn edit_key(&mut self, key: KeyEvent, action: Option<Action>, ctx: &FormContext) -> FormEvent {
        self.notice = None;
        match action {
            Some(Action::Open) => self.enter(ctx),
            Some(Action::Next) => self.step(ctx, true),
            Some(Action::Previous) => self.step(ctx, false),
            Some(Action::Back) if self.is_dirty() => self.stage = Stage::Leave,
            Some(Action::Back) => return FormEvent::Close,
            Some(Action::ReadBack) => self.read_back(ctx),
            Some(Action::Complete) => self.complete(ctx),
            Some(action @ (Action::Up | Action::Down | Action::PageUp | Action::PageDown)) => self.turn(action),
            Some(action) => self.change(action, ctx),
            None => self.type_key(key, ctx),
        }
        FormEvent::Stay
    }

    /// What the keys of a field that is not typed into do, and the key of the unit.
    fn change(&mut self, action: Action, ctx: &FormContext) {
        self.changed(ctx);
        let Some(field) = self.fields.get_mut(self.focus) else { return };
        match action {
            Action::Yes => field.answer(Some(true)),
            Action::No => field.answer(Some(false)),
            Action::NotAsked => field.answer(None),
            Action::NextChoice => field.turn(true),
            Action::PreviousChoice => field.turn(false),
            Action::Unit => field.next_unit(),
            Action::NewLine => {
                let taken = field.insert("\n");
                self.notice = taken.err().map(|words| Notice { grave: false, words });
            }
            _ => {}
        }
    }

    /// Scrolls what a line would mean.
    fn turn(&mut self, action: Action) {
        if let Some(scroll) = self.scroll() {
            scroll.turn(action);
        }
    }

    /// A key that is typed into the field.
    fn type_key(&mut self, key: KeyEvent, ctx: &FormContext) {
        let Some(field) = self.fields.get_mut(self.focus) else { return };
        let control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let request = match key.code {
            KeyCode::Char('u') if control => InputRequest::DeleteLine,
            KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
            KeyCode::Char(c) if !control && field.takes_text() => {
                let taken = field.insert(c.encode_utf8(&mut [0; 4]));
                self.notice = taken.err().map(|words| Notice { grave: false, words });
                return self.changed(ctx);
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
        field.edit(request);
        self.changed(ctx);
    }

    /// Enter: to the next field that is asked for, and after the last to the read-back. A field that is refused keeps
    /// the keys.
    fn enter(&mut self, ctx: &FormContext) {
        if self.line.as_ref().is_some_and(|line| !line.several().is_empty()) {
            self.stage = Stage::Choose(0);
            return;
        }
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
    pub(super) fn shown(&self, scene: &Scene) -> Vec<usize> {
        let known = scene.known();
        let read = |field: &Field| (field.id.clone(), field.value(known).unwrap_or(Value::Nothing));
        let values = Values(self.fields.iter().map(read).collect());
        let is_shown = |i: &usize| self.fields.get(*i).is_some_and(|f| !sheets::is_hidden(&f.id, scene, &values));
        (0..self.fields.len()).filter(is_shown).collect()
    }

    /// What the fields say; a field that is refused says nothing.
    pub(super) fn values(&self, scene: &Scene) -> Values {
        let known = scene.known();
        let shown = self.shown(scene).into_iter().filter_map(|i| self.fields.get(i));
        // Of the patient's own fields only those that were changed say something.
        let says = |field: &&Field| self.kind != FormKind::Person || field.is_dirty();
        Values(
            shown.filter(says).map(|field| (field.id.clone(), field.value(known).unwrap_or(Value::Nothing))).collect(),
        )
    }

    /// The first field that is refused.
    fn first_refused(&self, scene: &Scene) -> Option<usize> {
        let refused = |i: &usize| self.fields.get(*i).is_some_and(|field| field.value(scene.known()).is_err());
        self.shown(scene).into_iter().find(refused)
    }

    /// Opens the read-back, or goes to the field that stands in its way.
    pub(super) fn read_back(&mut self, ctx: &FormContext) {
        self.asked = true;
        let scene = self.scene(ctx);
        // A line says itself why it is about nobody.
        let gone = scene.patient.is_none() && self.kind != FormKind::NewPatient && self.line.is_none();
        let refusal = self.sealed.clone().or_else(|| gone.then(|| "This patient is no longer in the file.".to_owned()));
        if let Some(words) = refusal {
            self.notice = Some(Notice { grave: true, words });
            return;
        }
        if let Some(refused) = self.first_refused(&scene) {
            self.focus = refused;
            return;
        }
        if let Some(dispute) = self.found_changed(ctx) {
            self.stage = Stage::Conflict(Box::new(dispute));
            return;
        }
        match self.look(ctx) {
            Ok(read_back) => {
                self.write_out_now(ctx);
                self.read_at.get_or_insert(ctx.moment);
                self.stage = Stage::ReadBack(read_back);
            }
            Err(problem) => self.refuse(problem),
        }
    }

    /// Something was changed: what was refused is looked at again, and `now` is now.
    pub(super) fn changed(&mut self, ctx: &FormContext) {
        self.problem = None;
        self.read_at = None;
        if let Some(line) = &mut self.line {
            line.scroll.top = 0;
        }
        self.look_for_people(ctx);
    }

    /// Whom a typed line is about.
    pub(super) fn look_for_people(&mut self, ctx: &FormContext) {
        let text = self.line_text();
        if let Some(line) = &mut self.line {
            line.typed(&text, ctx);
            self.known.about(line.patient().and_then(|id| ctx.ward.patient(id)));
        }
    }

    /// The line as it is typed.
    pub(super) fn line_text(&self) -> String {
        self.fields.first().and_then(Field::content).filter(|_| self.line.is_some()).unwrap_or_default()
    }

    /// Completes the word of a line that was begun.
    fn complete(&mut self, ctx: &FormContext) {
        let text = self.line_text();
        let Some(line) = &self.line else { return };
        let completed = line::complete(&text, line, &self.scene(ctx)).line;
        if let Some(field) = self.fields.first_mut() {
            field.replace(&completed);
        }
        self.changed(ctx);
    }

    /// What keys do in the list of those whom a line could be about.
    pub(super) fn choose_key(&mut self, at: usize, action: Option<Action>, ctx: &FormContext) -> FormEvent {
        let several = self.line.as_ref().map_or(0, |line| line.several().len());
        match action {
            Some(Action::Up) => self.stage = Stage::Choose(at.saturating_sub(1)),
            Some(Action::Down) => self.stage = Stage::Choose((at + 1).min(several.saturating_sub(1))),
            Some(Action::Back) => self.stage = Stage::Edit,
            Some(Action::Open) => {
                self.stage = Stage::Edit;
                if let Some(line) = &mut self.line {
                    line.choose(at);
                }
                self.enter(ctx);
            }
            _ => {}
        }
        FormEvent::Stay
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
        let known = Scene { kind: &self.kind, patient: None, ctx, base: &[] }.known();
        for field in &mut self.fields {
            field.write_out(known);
        }
    }
}
