//! What is read back before it is saved: the facts, what they say, and what they would mean.
use super::context::FormContext;
use super::meaning::{self, Meaning};
use super::scroll::Scroll;
use super::sheet::{Draft, Problem, Scene};
use super::sheets::{self, LINE};
use super::{Form, compose, line, rulebook};
use crate::tui::keymap::Mode;
use crate::tui::saving::Fact;

/// What is read back.
#[derive(Debug, Clone)]
pub(super) struct ReadBack {
    pub facts: Vec<Fact>,
    pub draft: Draft,
    pub meaning: Meaning,
    /// What others saved of the same kind since the form was opened, in clauses.
    pub meanwhile: Vec<String>,
    /// What is asked about it, whatever else is said.
    pub doubts: Vec<String>,
    /// Where it stands, if it is longer than its room.
    pub scroll: Scroll,
}

impl ReadBack {
    /// Why No is chosen.
    pub(super) fn cautions(&self) -> Vec<&str> {
        let clauses = self.draft.cautions.iter().chain(&self.meaning.cautions).chain(&self.meanwhile);
        clauses.chain(&self.doubts).map(String::as_str).collect()
    }

    /// Whether No is chosen.
    pub(super) fn no_is_chosen(&self) -> bool {
        !self.cautions().is_empty()
    }

    /// Which keys work: those that save only at its end.
    pub(super) fn mode(&self) -> Mode {
        match self.scroll.at_end() {
            false => Mode::ReadOn,
            true if self.no_is_chosen() => Mode::ReadBackNo,
            true => Mode::ReadBack,
        }
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
        let doubts = doubts(&facts, &scene);
        Ok(ReadBack { facts, draft, meaning, meanwhile, doubts, scroll: Scroll::default() })
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
            && doubts(&shown.facts, &scene) == shown.doubts
    }
}

fn doubts(facts: &[Fact], scene: &Scene) -> Vec<String> {
    rulebook::doubt(facts, scene).map(str::to_owned).into_iter().collect()
}
