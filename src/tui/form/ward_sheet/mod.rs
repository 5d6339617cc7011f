//! The ward as a sheet: patients as rows, what is asked of everybody as columns. It is filled in one go, read back on one
//! screen with what each row would mean, and saved in one save; rows that are refused stay in it.
mod cells;
mod view;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::InputRequest;

use super::context::{FormContext, FormEvent, FormKind, Notice};
use super::field::Field;
use super::read_back::ReadBack;
use super::scroll::Scroll;
use super::sheet::{Draft, Scene};
use super::{compose, meaning, rulebook, sheets};
use crate::tui::keymap::{self, Action, Mode};
use crate::tui::saving::{Fact, Outcome, SaveReport};
use crate::ward::{BedOrder, Moment, Patient, PatientId};
use crate::words;
use cells::{Cells, Column};

/// An open sheet.
#[derive(Debug, Clone)]
pub struct WardSheet {
    columns: Vec<Column>,
    cells: Cells,
    /// Who stands in the rows, in order of bed.
    rows: Vec<PatientId>,
    row: usize,
    column: usize,
    stage: Stage,
    notice: Option<Notice>,
    /// The moment of the read-back, at which everything in the sheet was measured or asked.
    read_at: Option<Moment>,
    /// The facts of the last save that was asked for.
    tried: Vec<Fact>,
    /// Nothing can be saved any more, and why.
    sealed: Option<String>,
}

/// Where the sheet stands.
#[derive(Debug, Clone)]
enum Stage {
    Fill,
    /// Which columns there are: the one that is selected.
    Columns(usize),
    Leave,
    ReadBack(ReadBack),
    Saving(ReadBack),
}

impl WardSheet {
    /// An empty sheet of everybody on the ward.
    pub fn open(ctx: &FormContext) -> Self {
        let mut sheet = Self {
            columns: cells::columns(ctx),
            cells: Cells::default(),
            rows: Vec::new(),
            row: 0,
            column: 0,
            stage: Stage::Fill,
            notice: None,
            read_at: None,
            tried: Vec::new(),
            sealed: None,
        };
        sheet.refresh(ctx);
        sheet
    }

    /// Which keys work now.
    pub fn mode(&self) -> Mode {
        match &self.stage {
            Stage::Fill => Mode::Sheet,
            Stage::Columns(_) => Mode::SheetColumns,
            Stage::Leave => Mode::FormLeave,
            Stage::ReadBack(read_back) => read_back.mode(),
            Stage::Saving(_) => Mode::Saving,
        }
    }

    /// Whether something has been typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        !self.cells.is_empty()
    }

    /// Whom what is shown is about: the row that has the keys; in a read-back, whoever is the only one in it.
    pub fn patient(&self) -> Option<&PatientId> {
        match &self.stage {
            Stage::ReadBack(_) | Stage::Saving(_) => {
                let mut read_back = self.cells.patients();
                read_back.next().filter(|_| read_back.next().is_none())
            }
            _ => self.rows.get(self.row),
        }
    }

    /// What stands in the place of the banner while it is about nobody, or about several.
    pub fn about_nobody(&self) -> String {
        match self.cells.patients().count() {
            0 => "Nobody is on this ward".to_owned(),
            several => format!("{several} patients, each named below"),
        }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, ctx: &FormContext) -> FormEvent {
        let action = keymap::action(self.mode(), &key);
        match &mut self.stage {
            Stage::Fill => self.fill_key(key, action, ctx),
            Stage::Columns(at) => {
                let at = *at;
                self.columns_key(at, action);
                FormEvent::Stay
            }
            Stage::Leave if action == Some(Action::Leave) => FormEvent::Close,
            Stage::ReadBack(_) if action == Some(Action::Save) => self.save(),
            Stage::Leave | Stage::ReadBack(_) if action == Some(Action::Back) => {
                self.stage = Stage::Fill;
                FormEvent::Stay
            }
            Stage::ReadBack(read_back) => {
                if let Some(action) = action {
                    read_back.scroll.turn(action);
                }
                FormEvent::Stay
            }
            Stage::Leave | Stage::Saving(_) => FormEvent::Stay,
        }
    }

    fn fill_key(&mut self, key: KeyEvent, action: Option<Action>, ctx: &FormContext) -> FormEvent {
        self.notice = None;
        match action {
            Some(Action::Back) if self.is_dirty() => self.stage = Stage::Leave,
            Some(Action::Back) => return FormEvent::Close,
            Some(Action::Open) => self.read_back(ctx),
            Some(Action::Columns) => self.stage = Stage::Columns(0),
            Some(action) => self.go(action),
            None => self.type_key(key, ctx),
        }
        FormEvent::Stay
    }

    /// Moves: Tab down the ward and on to the next column, arrows to the cell beside.
    fn go(&mut self, action: Action) {
        let shown: Vec<usize> = self.shown();
        let at = shown.iter().position(|one| *one == self.column).unwrap_or_default();
        let (rows, columns) = (self.rows.len().max(1), shown.len().max(1));
        let (mut row, mut column) = (self.row, at);
        match action {
            Action::Next if row + 1 < rows => row += 1,
            Action::Next => (row, column) = (0, (column + 1) % columns),
            Action::Previous if row > 0 => row -= 1,
            Action::Previous => (row, column) = (rows - 1, (column + columns - 1) % columns),
            Action::Up => row = row.saturating_sub(1),
            Action::Down => row = (row + 1).min(rows - 1),
            Action::PreviousChoice => column = column.saturating_sub(1),
            Action::NextChoice => column = (column + 1).min(columns - 1),
            _ => {}
        }
        self.row = row;
        self.column = shown.get(column).copied().unwrap_or(self.column);
    }

    fn shown(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|at| self.columns.get(*at).is_some_and(|column| column.shown)).collect()
    }

    fn type_key(&mut self, key: KeyEvent, ctx: &FormContext) {
        let control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('u') if control => self.change(|field| field.edit(InputRequest::DeleteLine), ctx),
            KeyCode::Backspace => self.change(|field| field.edit(InputRequest::DeletePrevChar), ctx),
            KeyCode::Char(c) if !control => self.insert(c.encode_utf8(&mut [0; 4]), ctx),
            _ => {}
        }
    }

    /// Takes pasted text into the cell that has the keys. A newline in it never submits.
    pub fn paste(&mut self, text: &str, ctx: &FormContext) {
        if matches!(self.stage, Stage::Fill) {
            self.insert(&super::pasted::in_one_line(text), ctx);
        }
    }

    fn insert(&mut self, text: &str, ctx: &FormContext) {
        let mut taken = Ok(());
        self.change(|field| taken = field.insert(text), ctx);
        self.notice = taken.err().map(|words| Notice { grave: false, words });
    }

    fn change(&mut self, change: impl FnOnce(&mut Field), _: &FormContext) {
        self.read_at = None;
        if let (Some(patient), Some(column)) = (self.rows.get(self.row), self.columns.get(self.column)) {
            self.cells.change(patient, column, change);
        }
    }

    fn columns_key(&mut self, at: usize, action: Option<Action>) {
        let last = self.columns.len().saturating_sub(1);
        match action {
            Some(Action::Up) => self.stage = Stage::Columns(at.saturating_sub(1)),
            Some(Action::Down) => self.stage = Stage::Columns((at + 1).min(last)),
            Some(Action::NextChoice) => {
                let typed = self.columns.get(at).is_some_and(|column| self.cells.has(column));
                let alone = self.shown().len() == 1;
                if let Some(column) = self.columns.get_mut(at) {
                    // What was typed is never out of sight, and something always stays.
                    column.shown = !column.shown || typed || alone;
                }
            }
            Some(Action::Open | Action::Back) => {
                self.stage = Stage::Fill;
                if !self.shown().contains(&self.column) {
                    self.column = self.shown().first().copied().unwrap_or_default();
                }
            }
            _ => {}
        }
    }

    /// The ward, the moment or who types is another one. Rows follow the ward; a read-back that no longer holds is taken back.
    pub fn refresh(&mut self, ctx: &FormContext) {
        let at = self.rows.get(self.row).cloned();
        let mut rows: Vec<&Patient> = ctx.ward.patients.iter().filter(|patient| patient.fields.active).collect();
        rows.sort_by_cached_key(|one| BedOrder::of(one));
        self.rows = rows.into_iter().map(|patient| patient.id.clone()).collect();
        // Who was typed for stays in the sheet although they left: saving says what is the matter.
        let away: Vec<PatientId> = self.cells.patients().filter(|id| !self.rows.contains(id)).cloned().collect();
        self.rows.extend(away);
        self.row = at.and_then(|id| self.rows.iter().position(|one| *one == id)).unwrap_or(self.row);
        self.row = self.row.min(self.rows.len().saturating_sub(1));
        let Stage::ReadBack(shown) = &self.stage else { return };
        let same =
            |now: ReadBack| now.draft == shown.draft && now.meaning == shown.meaning && now.doubts == shown.doubts;
        if !compose::are_by(&shown.facts, ctx.by) {
            self.keep(super::say::SOMEBODY_ELSE.to_owned());
        } else if !self.look(ctx).is_ok_and(same) {
            self.keep("What it would mean has changed meanwhile: read it back again before you save.".to_owned());
        }
    }

    fn keep(&mut self, words: String) {
        self.stage = Stage::Fill;
        self.notice = Some(Notice { grave: true, words });
    }

    /// Opens the read-back, or goes to the cell that stands in its way.
    fn read_back(&mut self, ctx: &FormContext) {
        if let Some(words) = self.sealed.clone() {
            return self.keep(words);
        }
        if self.cells.is_empty() {
            self.notice = Some(Notice { grave: false, words: "Nothing was typed yet.".to_owned() });
            return;
        }
        match self.look(ctx) {
            Ok(read_back) => {
                self.read_at.get_or_insert(ctx.moment);
                self.stage = Stage::ReadBack(read_back);
            }
            Err((row, column, why)) => {
                (self.row, self.column) = (row, column);
                self.notice = Some(Notice { grave: true, words: format!("Refused: {why}.") });
            }
        }
    }

    /// Everything that would be saved, and what it would mean row by row.
    fn look(&self, ctx: &FormContext) -> Result<ReadBack, (usize, usize, String)> {
        let mut all = ReadBack {
            facts: Vec::new(),
            draft: Draft::default(),
            meaning: meaning::Meaning::default(),
            meanwhile: Vec::new(),
            doubts: Vec::new(),
            scroll: Scroll::default(),
        };
        let at = self.read_at.unwrap_or(ctx.moment);
        all.draft.line("Measured and asked", words::date_time(at.local()));
        for (row, id) in self.rows.iter().enumerate() {
            let typed = self.cells.of(id, &self.columns);
            let Some((first, _)) = typed.first() else { continue };
            let refused = |why: String| (row, *first, why);
            let patient =
                ctx.ward.patient(id).ok_or_else(|| refused("this patient is no longer in the file".into()))?;
            let (facts, lines) = self.facts(patient, &typed, ctx).map_err(|(column, why)| (row, column, why))?;
            let kind = FormKind::VitalSigns;
            let scene = Scene { kind: &kind, patient: Some(patient), ctx, base: &[] };
            if let Some(problem) = rulebook::refusal(&facts, &scene) {
                return Err(refused(problem.why));
            }
            let who = format!("{} {}", rulebook::bed(patient), rulebook::name(patient));
            let identity = format!("{} {}", rulebook::bed(patient), rulebook::identity(patient, &ctx.moment));
            all.draft.line(&identity, lines.join(", "));
            let meaning = meaning::of(&facts, &scene);
            all.meaning.rows.extend(meaning.rows.into_iter().map(|line| line.about(&who)));
            all.doubts.extend(rulebook::doubt(&facts, &scene).map(|asked| format!("{who}: {asked}")));
            all.meaning.cautions.extend(meaning.cautions.into_iter().map(|why| format!("{who}: {why}")));
            all.facts.extend(facts);
        }
        Ok(all)
    }

    /// The facts of a row, and what they say in words.
    fn facts(
        &self,
        patient: &Patient,
        typed: &[(usize, &Field)],
        ctx: &FormContext,
    ) -> Result<(Vec<Fact>, Vec<String>), (usize, String)> {
        let then = FormContext { moment: self.read_at.unwrap_or(ctx.moment), ..*ctx };
        let (mut facts, mut lines) = (Vec::new(), Vec::new());
        for kind in cells::kinds(typed, &self.columns) {
            let scene = Scene { kind: &kind, patient: Some(patient), ctx: &then, base: &[] };
            let values = cells::values(&kind, typed, &self.columns, &scene)?;
            let first = typed.first().map_or(0, |(column, _)| *column);
            let draft = sheets::draft(&scene, &values).map_err(|problem| (first, problem.why))?;
            // The time is the same for all of them, and is said once.
            lines.extend(draft.lines.iter().skip(1).map(|(name, value)| format!("{name}: {value}")));
            let mut more = compose::facts(&draft, Some(&patient.id), ctx, &self.tried);
            facts.append(&mut more);
        }
        Ok((facts, lines))
    }

    fn save(&mut self) -> FormEvent {
        let Stage::ReadBack(read_back) = std::mem::replace(&mut self.stage, Stage::Fill) else {
            return FormEvent::Stay;
        };
        let facts = read_back.facts.clone();
        self.tried.clone_from(&facts);
        self.stage = Stage::Saving(read_back);
        FormEvent::Save(facts)
    }

    /// What became of the save that it asked for. Rows that were refused stay.
    pub fn outcome(&mut self, report: &SaveReport) -> FormEvent {
        if !matches!(self.stage, Stage::Saving(_)) {
            return FormEvent::Stay;
        }
        match &report.outcome {
            Outcome::Saved { .. } | Outcome::JournalOnly { .. } => self.saved(report),
            // The screen says it above the sheet, until something was saved.
            Outcome::NotSaved { .. } => {
                self.stage = Stage::Fill;
                FormEvent::Stay
            }
            Outcome::NotConfirmed { .. } => {
                self.sealed = Some(super::say::SEALED.to_owned());
                self.stage = Stage::Fill;
                FormEvent::Stay
            }
        }
    }

    fn saved(&mut self, report: &SaveReport) -> FormEvent {
        let refused = |at: usize| report.refused.iter().any(|(refused, _)| *refused == at);
        let stay: Vec<PatientId> =
            self.tried.iter().enumerate().filter(|(at, _)| refused(*at)).filter_map(|(_, fact)| whose(fact)).collect();
        let Some((_, why)) = report.refused.first() else { return FormEvent::Close };
        self.cells.keep_only(&stay);
        self.keep(format!("Not all was saved; the rows that were refused are still here: {why}."));
        FormEvent::Stay
    }
}

fn whose(fact: &Fact) -> Option<PatientId> {
    match fact {
        Fact::Entry { patient, .. } => Some(patient.clone()),
        Fact::Patient(_) => None,
    }
}
