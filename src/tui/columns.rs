//! Rows in columns that are whole or absent.
//!
//! ```text
//! >!! CRITICAL B3  OKAFOR, Adaeze       0.40 RED      20-Nov-2026 19:40 NOTHING
//!  state       bed name                 cells of the pane
//! ```
//! Bed and name have the same place in all panes. A wider terminal shows more cells; how many are not shown is said in
//! the title. A cell that is too wide for its column runs on into free room after it, and if there is none, over columns
//! that are only there where there is room; those behind stay in their places.
use ratatui::text::Span;

use super::text::{at_most, blank, flow, indent, owned, span, spans_width, whole_words, width, wrap_spans};
use super::theme::Theme;
use crate::safe::{Charset, LONGEST_MARK, Safe};

/// The mark of a row of whom somebody else has entered something, in the column of the selection.
pub const NEWS: &str = "~";

/// Cells of the state: `!! CRITICAL`, `+ 12 d late`.
const STATE: usize = 11;
/// Longest names and beds that have a column of their own; longer ones are wrapped in it.
const NAME_AT_80: usize = 20;
const NAME_AT_MOST: usize = 36;
const BED_AT_MOST: usize = 6;
/// Cells at least that a part of a sentence has behind a name.
const PART: usize = 8;
/// Columns of the terminal that the screen is made for.
const USUAL: usize = 80;

/// How many cells the column of beds has for this one: as many as the bed takes, up to a few, and a mark in it is whole.
pub fn bed(bed: &str, charset: Charset) -> usize {
    let bed = Safe::within(bed, charset);
    bed.width().min(if bed.has_marks() { LONGEST_MARK } else { BED_AT_MOST })
}

/// A column of a pane.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What stands over it.
    pub title: &'static str,
    /// Cells, with the space after it.
    pub width: usize,
    /// Left out where there is no room for it.
    pub optional: bool,
}

/// A column that is always there.
pub const fn always(title: &'static str, width: usize) -> Column {
    Column { title, width, optional: false }
}

/// A column for which there must be room.
pub const fn if_room(title: &'static str, width: usize) -> Column {
    Column { title, width, optional: true }
}

/// Where everything stands at one width.
#[derive(Debug, Clone)]
pub struct Grid {
    columns: usize,
    bed: usize,
    name: usize,
    /// Where each shown column begins.
    starts: Vec<usize>,
    titles: Vec<&'static str>,
    /// How many of the shown columns are always there: the first ones.
    fixed: usize,
    /// How many columns there is no room for.
    pub dropped: usize,
}

impl Grid {
    /// Places the columns of a pane. `longest` are the longest bed ([`bed`]) and name on the ward.
    pub fn new(columns: usize, longest: (usize, usize), pane: &[Column]) -> Self {
        let bed = longest.0;
        let most = (NAME_AT_80 + columns.saturating_sub(USUAL) / 3).min(NAME_AT_MOST);
        let name = longest.1.clamp(1, most);
        let mut grid = Self { columns, bed, name, starts: Vec::new(), titles: Vec::new(), fixed: 0, dropped: 0 };
        let mut start = grid.details();
        for column in pane {
            grid.fixed += usize::from(!column.optional);
            if column.optional && (grid.dropped > 0 || start + column.width > columns) {
                grid.dropped += 1;
                continue;
            }
            grid.starts.push(start);
            grid.titles.push(column.title);
            start += column.width;
        }
        // What is over goes to the last of those that are always there: it holds the longest texts.
        let over = columns.saturating_sub(start);
        grid.starts.iter_mut().skip(grid.fixed).for_each(|start| *start += over);
        grid
    }

    /// Where the first so many columns end.
    fn end(&self, columns: usize) -> usize {
        self.starts.get(columns).map_or(self.columns, |start| start.saturating_sub(1))
    }

    /// Cells of a row's own up to the end of the first so many columns.
    fn room(&self, columns: usize) -> usize {
        self.end(columns).saturating_sub(self.details())
    }

    /// Where the name begins.
    pub fn name_at(&self) -> usize {
        1 + STATE + 1 + if self.bed > 0 { self.bed + 1 } else { 0 }
    }

    /// Where the pane's own cells begin.
    fn details(&self) -> usize {
        self.name_at() + self.name + 1
    }

    /// The title line of a pane: its name, how much of it is in sight, and what stands over its columns. That there are
    /// more columns is said where it covers no label: a number without its unit would be worse.
    pub fn title(&self, name: &str, dropped: bool, focused: bool, theme: Theme) -> Vec<Span<'static>> {
        let style = if focused { theme.title_focused() } else { theme.title() };
        let rule = |count: usize| span(String::from(theme.rule()).repeat(count), style);
        let first = if focused { span(">", theme.selection()) } else { rule(1) };
        let mut line = vec![first, span(format!("{name} "), style)];
        let said = match self.dropped {
            _ if !dropped => String::new(),
            0 => String::new(),
            1 => " +1 column ".to_owned(),
            more => format!(" +{more} columns "),
        };
        let mut said = Some(said).filter(|said| !said.is_empty());
        let first = self.labels().next().map_or(self.columns, |(start, _)| start.saturating_sub(1));
        let free = first.saturating_sub(spans_width(&line));
        if let Some(said) = said.take_if(|said| width(said) < free) {
            line.push(rule(free - width(&said) - 1));
            line.push(span(said, theme.dim()));
        }
        for (start, title) in self.labels() {
            let used = spans_width(&line);
            if start > used && start + width(title) < self.columns {
                line.push(rule(start - used - 1));
                line.push(span(format!(" {title} "), style));
            }
        }
        let free = self.columns.saturating_sub(spans_width(&line));
        match said.filter(|said| width(said) < free) {
            Some(said) => line.extend([rule(free - width(&said) - 1), span(said, theme.dim()), rule(1)]),
            None => line.push(rule(free)),
        }
        line
    }

    /// What stands over the columns, and where.
    fn labels(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.starts.iter().copied().zip(self.titles.iter().copied()).filter(|(_, title)| !title.is_empty())
    }

    /// How many cells a row can fill.
    pub fn shown(&self) -> usize {
        self.starts.len()
    }
}

/// A cell: what it says, and shorter ways to say it. The longest that fits its column is shown. In a column that is always
/// there a cell that has no shorter way is never left out; in one for which there must be room three points say that what
/// stands there does not fit.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    ways: Vec<Vec<Span<'static>>>,
    /// Left out if even the shortest does not fit: the patient's view says it.
    omissible: bool,
    /// Says what it is about by itself: what stands over its column is not said again beside it.
    sentence: bool,
    /// Said whole, it matters more than columns for which there must be room.
    matters: bool,
}

impl Cell {
    /// A cell that is shown whatever room it takes, in a column that is always there.
    pub fn new(text: Span<'static>) -> Self {
        Self { ways: vec![vec![text]], ..Self::default() }
    }

    /// The same said shorter, for where the longer one does not fit.
    #[must_use]
    pub fn or(mut self, text: Span<'static>) -> Self {
        self.ways.push(vec![text]);
        self
    }

    /// A cell that is only shown where it fits.
    #[must_use]
    pub fn if_fits(mut self) -> Self {
        self.omissible = true;
        self
    }

    /// A cell that says what it is about by itself.
    #[must_use]
    pub fn sentence(mut self) -> Self {
        self.sentence = true;
        self
    }

    /// A cell whose longest way runs over columns for which there must be room, rather than that a shorter one is shown.
    #[must_use]
    pub fn matters(mut self) -> Self {
        self.matters = true;
        self
    }

    fn is_empty(&self) -> bool {
        self.ways.iter().flatten().all(|span| span.content.is_empty())
    }

    fn shortest(&self) -> &[Span<'static>] {
        self.ways.last().map_or(&[], Vec::as_slice)
    }

    fn longest(&self) -> &[Span<'static>] {
        self.ways.first().map_or(&[], Vec::as_slice)
    }

    fn fitting(&self, room: usize) -> Option<&[Span<'static>]> {
        self.ways.iter().find(|way| spans_width(way) <= room).map(Vec::as_slice)
    }
}

/// A row as it is to be drawn.
#[derive(Debug, Clone)]
pub struct RowText {
    /// Symbol and word.
    pub state: Span<'static>,
    /// The bed, or that there is none.
    pub bed: Span<'static>,
    /// Whether there is one. That there is none stands under the name where the column of beds has no room for it.
    pub has_bed: bool,
    /// Family and given name.
    pub name: Span<'static>,
    /// What must stand under the name: that somebody has a name like it, and the date of birth; that a value is one of
    /// several.
    pub marks: Vec<Span<'static>>,
    /// Whether somebody else has entered something about the patient that nobody here has seen.
    pub is_new: bool,
    /// The pane's own cells.
    pub cells: Vec<Cell>,
}

impl RowText {
    /// The lines of the row; the first bears the marker if it is selected. Its cells take at most `most` lines: what is
    /// said at greater length is shortened by whole words, and says so. Bed and name are always whole.
    pub fn lines(&self, grid: &Grid, selected: bool, most: usize, theme: Theme) -> Vec<Vec<Span<'static>>> {
        let no_bed = Some(&self.bed).filter(|bed| !self.has_bed && width(&bed.content) > grid.bed && grid.bed > 0);
        let bed = if no_bed.is_some() { blank(0) } else { self.bed.clone() };
        let bed = wrap_spans(&[bed], grid.bed);
        let name = wrap_spans(std::slice::from_ref(&self.name), grid.name);
        let cells = self.cell_lines(grid, most, theme);
        let height = bed.len().max(name.len()).max(cells.len());
        let marker = self.marker(selected, theme);
        let mut lines = Vec::with_capacity(height + 1);
        for i in 0..height {
            let mut line = if i == 0 { vec![marker.clone(), self.state.clone()] } else { Vec::new() };
            for (start, part) in
                [(1 + STATE + 1, bed.get(i)), (grid.name_at(), name.get(i)), (grid.details(), cells.get(i))]
            {
                if let Some(part) = part.filter(|part| !part.is_empty()) {
                    pad_to(&mut line, start);
                    line.extend(owned(part));
                }
            }
            lines.push(line);
        }
        for mark in no_bed.into_iter().chain(&self.marks) {
            let room = grid.columns.saturating_sub(grid.name_at());
            let mark = wrap_spans(std::slice::from_ref(mark), room);
            lines.extend(mark.into_iter().map(|line| indent(grid.name_at(), line)));
        }
        lines
    }

    /// What stands in the column of the selection.
    fn marker(&self, selected: bool, theme: Theme) -> Span<'static> {
        match (selected, self.is_new) {
            (true, _) => span(">", theme.selection()),
            (false, true) => span(NEWS, theme.warning()),
            (false, false) => blank(1),
        }
    }

    /// One line for a row that is too tall for its pane: who it is, and where there is `more`.
    pub fn brief(&self, grid: &Grid, selected: bool, more: &str, theme: Theme) -> Vec<Span<'static>> {
        let marker = self.marker(selected, theme);
        let more = span(more, theme.dim());
        let pieces = [vec![self.state.clone()], vec![self.bed.clone()], vec![self.name.clone()], vec![more.clone()]];
        let whole = flow(&pieces, grid.columns.saturating_sub(1), 2);
        let line = match (whole.len(), whole.into_iter().next()) {
            (1, Some(line)) => line,
            _ => vec![self.state.clone(), blank(2), span("a long name; ", theme.text()), more],
        };
        std::iter::once(marker).chain(line).collect()
    }

    /// The row where there is no room for columns: who it is, and behind it as many of its cells as fit whole, each with
    /// what would stand over its column.
    pub fn compact(&self, titles: &[Column], columns: usize, selected: bool, theme: Theme) -> Vec<Vec<Span<'static>>> {
        let at = 1 + STATE + 1;
        let who = flow(&[vec![self.bed.clone()], vec![self.name.clone()]], columns.saturating_sub(at), 1);
        let marker = self.marker(selected, theme);
        let mut first = vec![marker, self.state.clone()];
        pad_to(&mut first, at);
        let alone = who.len() == 1;
        let mut lines: Vec<Vec<Span>> = who.into_iter().map(|line| indent(at, line)).collect();
        if let Some(line) = lines.first_mut() {
            line.splice(..1, first);
            let cells = if alone { self.cells.as_slice() } else { &[] };
            for (cell, title) in cells.iter().zip(titles).filter(|(cell, _)| !cell.is_empty()) {
                let is_said = cell.sentence || title.title.is_empty();
                let label = if is_said { String::new() } else { format!("{} ", title.title) };
                let room = columns.saturating_sub(spans_width(line) + 2 + width(&label));
                let Some(way) = cell.fitting(room) else {
                    // What a row is about is said in part rather than not at all.
                    let dots = span("...", theme.dim());
                    let part = whole_words(cell.longest(), room.saturating_sub(width(&dots.content) + 1));
                    if is_said && spans_width(&part) >= PART {
                        line.push(blank(2));
                        line.extend(part);
                        line.extend([blank(1), dots]);
                    }
                    break;
                };
                line.extend([blank(2), span(label, theme.dim())]);
                line.extend(owned(way));
            }
        }
        for mark in &self.marks {
            let mark = wrap_spans(std::slice::from_ref(mark), columns.saturating_sub(3));
            lines.extend(mark.into_iter().map(|line| indent(3, line)));
        }
        lines
    }

    /// The lines of the cells. What is always there comes first and is as whole as it can be; of the columns for which
    /// there must be room, those that it leaves stand in their places on the first line.
    fn cell_lines(&self, grid: &Grid, most: usize, theme: Theme) -> Vec<Vec<Span<'static>>> {
        let (kept, mut lines) = self.always_there(grid, most);
        let is_cut = lines.len() > most;
        if is_cut {
            let text = lines.into_iter().flat_map(|line| line.into_iter().chain([blank(1)])).collect::<Vec<_>>();
            lines = at_most(&text, grid.room(kept), most, &span("...", theme.dim()));
        }
        if let Some(first) = lines.first_mut() {
            let optional = self.cells.iter().enumerate().take(grid.shown()).skip(grid.fixed);
            for (i, cell) in optional.filter(|(_, cell)| !cell.is_empty()) {
                let Some(start) = grid.starts.get(i).map(|start| start.saturating_sub(grid.details())) else { break };
                let (end, is_covered) = (grid.room(i + 1), i < kept);
                // An empty place would read as a result that nobody has.
                let cut = [span("...", theme.dim())];
                let (at, way) = if is_covered {
                    (start.max(spans_width(first) + 2), &cut[..])
                } else {
                    (start, cell.fitting(end.saturating_sub(start)).unwrap_or(&cut))
                };
                // A text that is cut says already that there is more.
                if is_covered && (is_cut || at + spans_width(way) > end) {
                    continue;
                }
                pad_to(first, at);
                first.extend(owned(way));
            }
        }
        lines
    }

    /// The lines of what is always there, and in front of which column it ends: whatever matters whole in the columns or
    /// in one line, else all that has to be said in the columns, else on several lines.
    fn always_there(&self, grid: &Grid, most: usize) -> (usize, Vec<Vec<Span<'static>>>) {
        let kept = || grid.fixed..=grid.shown();
        let in_columns =
            |whole: bool| kept().find_map(|kept| Some((kept, vec![self.in_columns(grid, grid.end(kept), whole)?])));
        // Cells out of their columns cover no other: what else is known of a count is worth as much.
        let in_one_line = || {
            let lines = self.flowing(grid, grid.room(grid.fixed), Cell::longest);
            (lines.len() == 1).then_some((grid.fixed, lines))
        };
        let matters = self.cells.iter().any(|cell| cell.matters);
        let whole = matters.then(|| in_columns(true).or_else(in_one_line)).flatten();
        whole.or_else(|| in_columns(false)).unwrap_or_else(|| {
            let lines = |kept: usize| (kept, self.one_after_another(grid, grid.room(kept)));
            let widest = lines(grid.shown());
            let fewest = widest.1.len();
            // Where it has to be cut, it has all the room there is.
            let narrower = kept().map(lines).find(|(_, lines)| lines.len() == fewest && fewest <= most);
            narrower.unwrap_or(widest)
        })
    }

    /// The cells that are always there in their columns, up to `end`; `None` if one does not fit, or only a shorter way of
    /// one that matters and is to be `whole`.
    fn in_columns(&self, grid: &Grid, end: usize, whole: bool) -> Option<Vec<Span<'static>>> {
        let mut line = Vec::new();
        let base = grid.details();
        let cells = self.cells.iter().take(grid.fixed).enumerate().filter(|(_, cell)| !cell.is_empty());
        for (i, cell) in cells {
            let start = *grid.starts.get(i)?;
            let next = (i + 1..grid.fixed)
                .find(|later| self.cells.get(*later).is_some_and(|cell| !cell.is_empty()))
                .and_then(|later| grid.starts.get(later));
            let room = next.map_or(end, |next| next.saturating_sub(1)).saturating_sub(start);
            match cell.fitting(room) {
                Some(way) if whole && cell.matters && way != cell.longest() => return None,
                Some(way) => {
                    pad_to(&mut line, start - base);
                    line.extend(owned(way));
                }
                None if cell.omissible => {}
                None => return None,
            }
        }
        Some(line)
    }

    /// The cells that are always there one after another, wrapped.
    fn one_after_another(&self, grid: &Grid, room: usize) -> Vec<Vec<Span<'static>>> {
        let (long, short) = (self.flowing(grid, room, Cell::longest), self.flowing(grid, room, Cell::shortest));
        if short.len() < long.len() { short } else { long }
    }

    fn flowing(&self, grid: &Grid, room: usize, way: fn(&Cell) -> &[Span<'static>]) -> Vec<Vec<Span<'static>>> {
        let cells = self.cells.iter().take(grid.fixed).filter(|cell| !cell.omissible);
        flow(&cells.map(|cell| way(cell).to_vec()).collect::<Vec<_>>(), room, 2)
    }
}

/// Spaces up to a column; at least one after what is there.
fn pad_to(line: &mut Vec<Span<'static>>, start: usize) {
    let used = spans_width(line);
    if used < start {
        line.push(blank(start - used));
    } else if used > 0 {
        line.push(blank(1));
    }
}
