//! How a read-back is drawn: what was typed, what it would mean, why No is chosen, and the answers. Where it is longer
//! than its room it is read on by the key that would save it, and has no answer before its end.
use super::context::FormKind;
use super::meaning::{Grave, Row};
use super::read_back::ReadBack;
use super::rulebook;
use super::scroll::window;
use super::sheet::Scene;
use super::view::{APART, Body, Canvas, MARGIN};
use crate::tui::text::{Line, blank, capital, indent, span, spans_width, width, wrap};
use crate::words;

/// Cells that a value has beside its name at least; with fewer it stands below it.
const BESIDE: usize = 20;

impl Canvas {
    /// What is read back, and what stands below it: the question with its answers, or that there is more.
    ///
    /// Where there is no room for all of it the question is left out, for the banner says of whom it is, and why No is
    /// chosen stands after the values, and again at the end if that is on another page: it is in sight when somebody
    /// answers.
    pub(super) fn read_back(&self, read_back: &ReadBack, question: Vec<Line>) -> (Body, Vec<Line>) {
        let lines = self.lines.saturating_sub(1);
        let cautions = read_back.cautions().join("; ");
        let why = |text: String| self.paragraph(&text, MARGIN, self.theme.warning());
        let mut rows = self.values(read_back);
        let mut foot = question;
        if !cautions.is_empty() {
            let so = if cautions.ends_with('?') { " So" } else { ": so" };
            foot.extend(why(format!("{}{so} No is chosen.", capital(&cautions))));
        }
        let mut answers = self.answers(read_back, false);
        let meanings = self.meanings(read_back);
        if lines < foot.len() + answers.len() + rows.len() + meanings.len() {
            answers = self.answers(read_back, true);
            if lines <= answers.len() {
                answers.clear();
            }
            foot.clear();
            let why = if cautions.is_empty() { Vec::new() } else { why(capital(&cautions)) };
            rows.extend(why.iter().cloned());
            rows.extend(meanings);
            if rows.len() + answers.len() > lines {
                rows.extend(why);
            }
        } else {
            rows.extend(meanings);
        }
        let room = lines.saturating_sub(foot.len() + answers.len());
        let below = rows.len() - window(read_back.scroll.top, rows.len(), room).end;
        foot.extend(if below == 0 { answers } else { self.more(below, answers.len()) });
        (Body { rows, sight: 0..0, top: read_back.scroll.top, cursor: None }, foot)
    }

    /// The same while it is saved.
    pub(super) fn saving(&self, read_back: &ReadBack) -> (Body, Vec<Line>) {
        let rows = [self.values(read_back), self.meanings(read_back)].concat();
        let body = Body { rows, sight: 0..0, top: read_back.scroll.top, cursor: None };
        (body, vec![self.title("Saving: not saved yet")])
    }

    /// What was typed, a name and its value in a row; the value below its name where both do not fit.
    fn values(&self, read_back: &ReadBack) -> Vec<Line> {
        let lines = &read_back.draft.lines;
        let names = lines.iter().map(|(name, _)| width(&self.own(name))).max().unwrap_or_default();
        let at = MARGIN + names + APART.len();
        let room = self.columns.saturating_sub(at + 1);
        let fits = |(_, value): &(String, String)| value.split('\n').all(|line| width(&self.own(line)) <= room);
        let stacked = room < BESIDE && !lines.iter().all(fits);
        let mut rows = Vec::new();
        for (name, value) in lines {
            let mut name = self.own(name);
            let both = || MARGIN + width(&name) + APART.len() + width(&self.own(value));
            if stacked && !value.contains('\n') && both() < self.columns {
                let value = span(self.own(value), self.theme.strong());
                rows.push(indent(MARGIN, vec![span(name, self.theme.text()), blank(APART.len()), value]));
                continue;
            }
            if stacked {
                rows.extend(self.paragraph(&name, MARGIN, self.theme.text()));
                let below = |line| self.paragraph(line, MARGIN + APART.len(), self.theme.strong());
                rows.extend(value.split('\n').flat_map(below));
                continue;
            }
            for line in value.split('\n').flat_map(|line| wrap(&self.own(line), room)) {
                let gap = blank((at - MARGIN).saturating_sub(width(&name)));
                let name = span(std::mem::take(&mut name), self.theme.text());
                rows.push(indent(MARGIN, vec![name, gap, span(line, self.theme.strong())]));
            }
        }
        rows
    }

    /// What it would mean, under its title.
    fn meanings(&self, read_back: &ReadBack) -> Vec<Line> {
        let rows = read_back.meaning.rows.iter().flat_map(|row| self.meaning(row));
        std::iter::once(self.title("What it would mean")).chain(rows).collect()
    }

    /// What a line would save, below it: all of it where there is room; else the values with their date and band in as
    /// few rows as they take, why it would be asked about, and the rest after that.
    pub(super) fn preview(&self, read_back: &ReadBack, taken: usize) -> Vec<Line> {
        let (values, meanings) = (self.values(read_back), self.meanings(read_back));
        if taken + 2 + values.len() + meanings.len() <= self.lines {
            return [vec![Vec::new()], values, meanings].concat();
        }
        let lines = read_back
            .draft
            .lines
            .iter()
            .map(|(name, value)| format!("{name} {}", value.replace('\n', words::NEW_LINE)));
        let mut rows = self.paragraph(&lines.collect::<Vec<_>>().join(APART), MARGIN, self.theme.strong());
        if let Some((severity, band)) = &read_back.meaning.band {
            let band = format!("{} {band}", words::symbol(*severity));
            self.beside_last(&mut rows, self.own(band.trim_start()), self.theme.severity(*severity));
        }
        let cautions = read_back.cautions().join("; ");
        if !cautions.is_empty() {
            rows.extend(self.paragraph(&capital(&cautions), MARGIN, self.theme.warning()));
        }
        rows.extend(meanings);
        rows
    }

    /// Puts a word after the last row, or below it where there is no room.
    fn beside_last(&self, rows: &mut Vec<Line>, word: String, style: ratatui::style::Style) {
        match rows.last_mut() {
            Some(row) if spans_width(row) + APART.len() + width(&word) < self.columns => {
                row.extend([blank(APART.len()), span(word, style)]);
            }
            _ => rows.extend(self.paragraph(&word, MARGIN, style)),
        }
    }

    /// A row of what it would mean, its words beside what stands before them.
    fn meaning(&self, row: &Row) -> Vec<Line> {
        let (margin, style) = match row.grave {
            Grave::Is(severity) => (MARGIN, self.theme.severity(severity)),
            Grave::Unknown => (MARGIN, self.theme.unknown()),
            Grave::Explains => (MARGIN + APART.len(), self.theme.text()),
            Grave::Plain => (MARGIN, self.theme.text()),
        };
        let head = self.own(&row.head);
        let beside = if head.is_empty() { 0 } else { width(&head).max("Before".len()) + APART.len() };
        let mut lines = self.paragraph(&row.words, margin + beside, style);
        if let (Some(first), false) = (lines.first_mut(), head.is_empty()) {
            let gap = blank(beside - width(&head));
            let words = first.split_off(1);
            *first = indent(margin, [vec![span(head, style), gap], words].concat());
        }
        lines
    }

    /// The question below a read-back of one patient, with whom it is about.
    pub(super) fn save_this(&self, scene: &Scene) -> Vec<Line> {
        let mut rows = vec![self.title("Save this?")];
        match (scene.kind, scene.patient) {
            (FormKind::NewPatient, _) | (_, None) => {}
            (_, Some(patient)) => {
                let who = format!("For   {}", rulebook::identity(patient, scene.moment()));
                rows.extend(self.paragraph(&who, MARGIN, self.theme.strong()));
            }
        }
        rows
    }

    /// The two answers, the one that is chosen first.
    fn answers(&self, read_back: &ReadBack, short: bool) -> Vec<Line> {
        match (read_back.no_is_chosen(), short) {
            (false, false) => self.buttons("Enter  Yes, save", "Esc  No, back to the form"),
            (false, true) => self.buttons("Enter  Yes, save", "Esc  No"),
            (true, false) => self.buttons("No, back to the form", "y  Yes, save"),
            (true, true) => self.buttons("No, back", "y  Yes, save"),
        }
    }

    /// What stands in place of the answers while there is more to read, on as many lines.
    fn more(&self, below: usize, lines: usize) -> Vec<Line> {
        let rows = if below == 1 { "1 more line".to_owned() } else { format!("{below} more lines") };
        let text = format!("> [ Enter  read on: {rows} ]");
        let mut said = vec![indent(MARGIN, vec![span(text, self.theme.selection())])];
        said.resize(lines, Vec::new());
        said
    }

    /// `> [ the one that is chosen ]     [ the other ]`, below each other where there is no room beside each other.
    fn buttons(&self, chosen: &str, other: &str) -> Vec<Line> {
        let chosen = span(format!("> [ {chosen} ]"), self.theme.selection());
        let other = span(format!("[ {other} ]"), self.theme.text());
        let room = self.columns.saturating_sub(MARGIN);
        let both = width(&chosen.content) + width(&other.content);
        match [6, 2].into_iter().find(|gap| both + gap <= room) {
            Some(gap) => vec![indent(MARGIN, vec![chosen, blank(gap), other])],
            None => vec![indent(MARGIN, vec![chosen]), indent(MARGIN + 2, vec![other])],
        }
    }
}
