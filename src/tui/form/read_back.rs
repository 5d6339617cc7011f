//! What is read back before it is saved: the facts, what they say, and what they would mean.
use super::keymap::Action;
use super::meaning::{self, Meaning};
use super::sheet::{Draft, Problem};
use super::sheets::{self, LINE};
use super::{Fact, Form, FormContext, compose, line, rulebook, view};

/// What is read back.
#[derive(Debug, Clone)]
pub(super) struct ReadBack {
    pub facts: Vec<Fact>,
    pub draft: Draft,
    pub meaning: Meaning,
    /// What others saved of the same kind since the form was opened, in clauses.
    pub meanwhile: Vec<String>,
    /// How many rows have been scrolled past.
    pub scroll: usize,
}

impl ReadBack {
    /// Why No is chosen.
    pub(super) fn cautions(&self) -> Vec<&str> {
        self.draft.cautions.iter().chain(&self.meaning.cautions).chain(&self.meanwhile).map(String::as_str).collect()
    }

    /// Whether No is chosen.
    pub(super) fn no_is_chosen(&self) -> bool {
        !self.cautions().is_empty()
    }
}

impl Form {
    /// What would be saved, and what it would mean: the read-back, and the preview of a line, which are one.
    ///
    /// # Errors
    /// The first reason why nothing can be saved, and the field that it is shown beside.
    pub(super) fn look(&self, ctx: &FormContext) -> Result<ReadBack, Problem> {
        let draft = self.draft(ctx)?;
        let facts = compose::facts(&draft, self.patient(), ctx, &self.tried);
        let scene = self.scene(ctx);
        if let Some(problem) = rulebook::refusal(&facts, &scene) {
            return Err(if self.line.is_some() { Problem::new(LINE, problem.why) } else { problem });
        }
        let meaning = meaning::of(&facts, &scene);
        let meanwhile = self.known.meanwhile(&facts, &scene);
        Ok(ReadBack { facts, draft, meaning, meanwhile, scroll: 0 })
    }

    /// What the fields say, at the moment at which they were read back.
    fn draft(&self, ctx: &FormContext) -> Result<Draft, Problem> {
        let then = FormContext { moment: self.read_at.unwrap_or(ctx.moment), ..*ctx };
        let scene = self.scene(&then);
        let Some(line) = &self.line else { return sheets::draft(&scene, &self.values(&scene)) };
        let text = self.line_text();
        line::read(&text, line, &scene).map_err(|wrong| Problem::new(LINE, wrong.said(&text)))
    }

    /// Whether what was read back is still what would be saved, and what it would mean.
    pub(super) fn still_holds(&self, shown: &ReadBack, ctx: &FormContext) -> bool {
        let scene = self.scene(ctx);
        self.draft(ctx).is_ok_and(|draft| draft == shown.draft)
            && rulebook::refusal(&shown.facts, &scene).is_none()
            && meaning::of(&shown.facts, &scene) == shown.meaning
            && self.known.meanwhile(&shown.facts, &scene) == shown.meanwhile
    }
}

impl ReadBack {
    /// Scrolls.
    pub(super) fn turn(&mut self, action: Action) {
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
            + self.cautions().iter().map(|text| 1 + text.len() / view::NARROW).sum::<usize>()
    }
}
