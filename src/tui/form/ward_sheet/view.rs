//! How the sheet is drawn between the banner of the row that has the keys and the footer.
//!
//! ```text
//! -Entry sheet 1-14 of 24   5 cells typed ---------------- +2 columns -----------
//!                        Opened       Bristol      Pulse        Temperature
//!                                                  /min         C
//!  B3 OKAFOR, Adaeze     yesterday    4            96
//! >B4 MENSAH, Kofi      [18-Nov      ]
//! Opened: 18-Nov   = Wed 18-Nov-2026, 2 days ago
//! ```
use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::context::{FormContext, Notice};
use super::super::field::Field;
use super::super::rulebook;
use super::super::say::safe;
use super::super::scroll::window;
use super::super::view::{Body, Canvas, MARGIN};
use super::cells::{self, Column};
use super::{Stage, WardSheet};
use crate::tui::stack::{Window, in_sight};
use crate::tui::text::{Line, blank, indent, put, span, spans_width, width, wrap};
use crate::tui::theme::Theme;
use crate::ward::{Patient, PatientId};
use crate::words;

/// Cells of a column's content at least: a date whole.
const CELL: usize = 11;
/// Lines for the cell that has the keys.
const SAID: usize = 2;
/// Cells of the names at most, where that leaves less than half of them to the columns.
const MOST: usize = 30;

/// For the name of the row that has the keys, and of any other, where there is no room for it: as wide, so that columns
/// stay where they are.
const ABOVE: &str = "name above";
const LONG: &str = "long name ";

impl WardSheet {
    /// Draws what is between the banner and the footer.
    pub fn view(&self, frame: &mut Frame, area: Rect, ctx: &FormContext, theme: Theme) {
        let area = area.intersection(frame.area());
        let lines = usize::from(area.height);
        let canvas = Canvas { theme, columns: area.width.into(), lines };
        let rows = match &self.stage {
            Stage::Fill | Stage::Leave => self.grid(&canvas, lines, ctx),
            Stage::Columns(at) => self.choice(&canvas, *at),
            Stage::ReadBack(read_back) => page(&canvas, "read it back", canvas.read_back(read_back, save_all(&canvas))),
            Stage::Saving(read_back) => page(&canvas, "saving", canvas.saving(read_back)),
        };
        for (y, row) in rows.into_iter().take(lines).enumerate() {
            put(frame.buffer_mut(), area, y, row);
        }
    }

    /// Takes the room that it is drawn in, after every change: a read-back that is longer is saved only from its end.
    pub fn settle(&mut self, (columns, lines): (usize, usize), theme: Theme) {
        let canvas = Canvas { theme, columns, lines };
        if let Stage::ReadBack(read_back) = &mut self.stage {
            let (body, foot) = canvas.read_back(read_back, save_all(&canvas));
            read_back.scroll.lay(columns, body.rows.len(), lines.saturating_sub(1 + foot.len()));
        }
    }

    fn grid(&self, canvas: &Canvas, lines: usize, ctx: &FormContext) -> Vec<Line> {
        let said = self.said(canvas, ctx);
        let (names, wide) = self.names(canvas, ctx);
        let shown = self.in_sight(canvas.columns.saturating_sub(wide));
        // One row at least is in sight, whatever has to be said of its cell: that names the column as well.
        let titles = self.titles(canvas, &shown, wide);
        let titles = titles.get(..titles.len().min(lines.saturating_sub(2 + said.len()))).unwrap_or_default();
        let free = lines.saturating_sub(1 + titles.len() + said.len());
        let window = Window { rows: self.rows.len(), lines: free, height: |_| 1 };
        let seen = window.rows(self.row.saturating_sub(free / 2), Some(self.row));
        let hidden = self.shown().len().saturating_sub(shown.len());
        let mut all = vec![self.title(canvas, &in_sight(&seen, self.rows.len()), hidden)];
        all.extend(titles.iter().cloned());
        for row in seen {
            all.push(self.row(canvas, row, names.get(row).map_or("", String::as_str), &shown, wide));
        }
        all.resize(lines.saturating_sub(said.len()).max(all.len()), Vec::new());
        all.extend(said);
        all
    }

    /// What stands at the head of the rows, and cells for it. A name for which there is no room beside the column that has
    /// the keys is left to the banner, which has that of the row with the keys whole: its row has the bed.
    fn names(&self, canvas: &Canvas, ctx: &FormContext) -> (Vec<String>, usize) {
        let column = self.columns.get(self.column).map_or(CELL, wide);
        let room = canvas.columns.saturating_sub(column + 4).min(MOST.max(canvas.columns / 2));
        // Where nobody has a bed, that is said of nobody.
        let beds = ctx.ward.has_beds();
        let name = |row: usize, id: &PatientId| {
            let patient = ctx.ward.patient(id);
            let bed = patient.filter(|_| beds).map_or_else(String::new, |patient| format!("{} ", bed(patient)));
            let name = patient.map_or_else(|| "no longer in the file".to_owned(), rulebook::name);
            let whole = canvas.own(&format!("{bed}{name}"));
            if width(&whole) <= room {
                return whole;
            }
            let words = if row == self.row { ABOVE } else { LONG };
            let short = format!("{}{words}", canvas.own(&bed));
            if width(&short) <= room { short } else { words.to_owned() }
        };
        let names: Vec<String> = self.rows.iter().enumerate().map(|(row, id)| name(row, id)).collect();
        let wide = names.iter().map(|name| width(name)).max().unwrap_or_default() + 2;
        (names, wide)
    }

    /// As much as there is room for of how many rows are in sight, cells typed and columns left out.
    fn title(&self, canvas: &Canvas, seen: &str, hidden: usize) -> Line {
        let typed = self.cells.count();
        let (more, how) = match hidden {
            0 => (String::new(), ""),
            1 => ("  +1 column".to_owned(), ": arrows go there"),
            _ => (format!("  +{hidden} columns"), ": arrows go there"),
        };
        let all = [
            format!("Entry sheet {seen}  {typed} typed{more}{how}"),
            format!("Entry sheet {seen}  {typed} typed{more}"),
            format!("Sheet {seen}  {typed} typed{more}"),
        ];
        let fits = all.iter().find(|text| width(text) + 2 <= canvas.columns);
        canvas.title(fits.map_or("Entry sheet", String::as_str))
    }

    /// The columns for which there is room, with the one that has the keys among them.
    fn in_sight(&self, room: usize) -> Vec<usize> {
        let shown = self.shown();
        let at = shown.iter().position(|one| *one == self.column).unwrap_or_default();
        let cells = |one: &usize| self.columns.get(*one).map_or(0, |column| wide(column) + 1);
        let mut first = 0;
        while first < at && shown.iter().skip(first).take(at + 1 - first).map(cells).sum::<usize>() > room {
            first += 1;
        }
        let mut used = 0;
        shown
            .into_iter()
            .skip(first)
            .take_while(|one| {
                used += cells(one);
                used <= room || *one == self.column
            })
            .collect()
    }

    fn titles(&self, canvas: &Canvas, shown: &[usize], at: usize) -> Vec<Line> {
        let line = |text: &dyn Fn(&Column) -> String| {
            let mut line = vec![blank(at)];
            for column in shown.iter().filter_map(|one| self.columns.get(*one)) {
                let text = canvas.own(&text(column));
                let gap = (wide(column) + 1).saturating_sub(width(&text));
                line.extend([span(text, canvas.theme.strong()), blank(gap)]);
            }
            line
        };
        let units = shown.iter().filter_map(|one| self.columns.get(*one)).any(|column| column.empty.unit().is_some());
        let mut titles = vec![line(&|column| column.title.clone())];
        titles.extend(units.then(|| line(&|column| column.empty.unit().unwrap_or_default())));
        titles
    }

    fn row(&self, canvas: &Canvas, row: usize, name: &str, shown: &[usize], at: usize) -> Line {
        let here = row == self.row;
        let style = if here { canvas.theme.selection() } else { canvas.theme.text() };
        let mut line = vec![span(if here { ">" } else { " " }, style), span(name, style)];
        line.push(blank(at.saturating_sub(spans_width(&line))));
        for (one, column) in shown.iter().filter_map(|one| Some((*one, self.columns.get(*one)?))) {
            let field = self.rows.get(row).and_then(|id| self.cells.get(id, column));
            let cells = wide(column);
            let text = field.and_then(Field::content).map(|text| canvas.typed(&text)).unwrap_or_default();
            // Whole or not at all: what is too long stands below, whole.
            let text = if width(&text) > cells { "see below".to_owned() } else { text };
            let focused = here && one == self.column;
            let shown =
                if focused { format!("{text}{}", "_".repeat(cells.saturating_sub(width(&text)))) } else { text };
            let gap = (cells + 1).saturating_sub(width(&shown));
            let style = if focused { canvas.theme.field() } else { canvas.theme.strong() };
            line.extend([span(shown, style), blank(gap)]);
        }
        line
    }

    /// What the cell that has the keys says, or why it is refused; or what has to be said.
    fn said(&self, canvas: &Canvas, ctx: &FormContext) -> Vec<Line> {
        let theme = canvas.theme;
        let question = "Leave and lose what you typed?   y leave   Esc stay";
        let cell = self.rows.get(self.row).zip(self.columns.get(self.column));
        let field = cell.and_then(|(id, column)| self.cells.get(id, column));
        let (words, style) = match (&self.stage, &self.notice, cell) {
            (Stage::Leave, ..) => (question.to_owned(), theme.invalid()),
            (_, Some(Notice { grave: true, words }), _) => (safe(words), theme.invalid()),
            (_, Some(Notice { words, .. }), _) => (safe(words), theme.notice()),
            (_, None, Some((_, column))) => {
                let text = field.and_then(Field::content).unwrap_or_default();
                let unit = column.empty.unit().map(|unit| format!(" {unit}")).unwrap_or_default();
                let label = &column.empty.label;
                match field.map(|field| cells::remark(field, ctx)) {
                    None => (format!("{label}{unit}"), theme.dim()),
                    Some(Ok(remark)) => {
                        (format!("{label}: {}{unit} {}", safe(&text), remark.unwrap_or_default()), theme.text())
                    }
                    Some(Err(why)) => (format!("{label}: {} refused: {why}", safe(&text)), theme.invalid()),
                }
            }
            (_, None, None) => ("Nobody is on this ward: N adds a patient.".to_owned(), theme.text()),
        };
        let mut lines: Vec<Line> = wrap(&canvas.own(&words), canvas.columns.saturating_sub(2))
            .into_iter()
            .map(|line| indent(1, vec![span(line, style)]))
            .collect();
        lines.resize(lines.len().max(SAID), Vec::new());
        lines
    }

    fn choice(&self, canvas: &Canvas, at: usize) -> Vec<Line> {
        let theme = canvas.theme;
        let mut all = vec![canvas.title("Entry sheet: which columns?")];
        for (i, column) in self.columns.iter().enumerate() {
            let marker = if i == at { span(" > ", theme.selection()) } else { blank(MARGIN) };
            let state = if column.shown { "[x] " } else { "[ ] " };
            all.push(vec![marker, span(state, theme.text()), span(canvas.own(&column.empty.label), theme.text())]);
        }
        all.push(Vec::new());
        all.extend(canvas.paragraph("A column in which something was typed stays.", MARGIN, theme.dim()));
        all
    }
}

fn wide(column: &Column) -> usize {
    let unit = column.empty.unit().map_or(0, |unit| width(&unit));
    width(&column.title).max(unit).max(CELL)
}

/// `B3`, or that there is none.
fn bed(patient: &Patient) -> String {
    patient.fields.bed.as_deref().map_or_else(|| words::NO_BED.to_owned(), safe)
}

/// The question below a read-back of several patients, who are named in it.
fn save_all(canvas: &Canvas) -> Vec<Line> {
    vec![canvas.title("Save all of this?")]
}

/// A title, as much of the text as fits, and what stands at the foot.
fn page(canvas: &Canvas, stage: &str, (body, foot): (Body, Vec<Line>)) -> Vec<Line> {
    let room = canvas.lines.saturating_sub(1 + foot.len());
    let of = body.rows.len();
    let seen = window(body.top, of, room);
    let counted = if seen.len() == of { String::new() } else { format!("  {}", in_sight(&seen, of)) };
    let mut all = vec![canvas.title_in_short("Entry sheet", stage, &counted, false)];
    all.extend(body.rows.into_iter().skip(seen.start).take(room));
    all.resize(canvas.lines.saturating_sub(foot.len()).max(all.len()), Vec::new());
    all.extend(foot);
    all
}
