//! How a typed line is drawn: below it what the word that was begun could become, and what the line means so far.
//!
//! ```text
//!  > Line   okafor anc 1.32 wbc 4.1 today 08
//!             Tab: ...
//!    refused: at "08": not a time: four digits of 24 hours, such as 0810
//! ```
use super::Form;
use super::context::FormContext;
use super::line;
use super::sheet::Scene;
use super::view::{Body, Canvas, MARGIN};
use crate::tui::text::{indent, span};

impl Canvas {
    /// What stands below a typed line.
    pub(super) fn below_line(&self, form: &Form, ctx: &FormContext, body: &mut Body) {
        let Some(typed) = &form.line else { return };
        let text = form.line_text();
        let scene = form.scene(ctx);
        let offers = line::complete(&text, typed, &scene).offers;
        if !offers.is_empty() && form.problem.is_none() {
            body.rows.extend(self.paragraph(&format!("Tab: {}", offers.join("   ")), MARGIN, self.theme.dim()));
        }
        match form.look(ctx) {
            _ if text.trim().is_empty() => {
                body.rows.push(Vec::new());
                for example in line::EXAMPLES {
                    body.rows.extend(self.paragraph(example, MARGIN, self.theme.dim()));
                }
            }
            Ok(look) => body.rows.extend(self.preview(&look, body.rows.len())),
            Err(problem) => {
                body.rows.push(Vec::new());
                body.rows.extend(self.paragraph(&problem.why, MARGIN, self.theme.invalid()));
            }
        }
    }

    /// Those whom a line could be about.
    pub(super) fn choices(&self, form: &Form, at: usize, scene: &Scene) -> Body {
        let mut body = Body { rows: Vec::new(), sight: 0..0, top: 0, cursor: None };
        let Some(typed) = &form.line else { return body };
        for (i, who) in line::choices(typed, scene).iter().enumerate() {
            let first = body.rows.len();
            let style = if i == at { self.theme.selection() } else { self.theme.text() };
            let mut rows = self.paragraph(who, MARGIN, style);
            if let (true, Some(row)) = (i == at, rows.first_mut()) {
                let words = row.split_off(1);
                *row = indent(0, [vec![span(" > ", style)], words].concat());
            }
            body.rows.extend(rows);
            if i == at {
                body.sight = first..body.rows.len();
            }
        }
        body
    }
}
