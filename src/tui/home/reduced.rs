//! The home screen of a small terminal: one list in place of five panes, the most urgent first.
//!
//! ```text
//! Rowan Ward  aosei  rowan.json
//! as at 21-Nov-2026 03:12  saved 02:57
//! >All 1-4 of 31: 4 CRITICAL 2 warning ---
//! >!! CRITICAL B3 OKAFOR, Adaeze
//!   rows, a line each
//! the selected patient's banner, why the row is there, the keys
//! ```
//! The selection is that of the large screen, so that a terminal that grows or shrinks changes nothing of it. `z` shows the
//! pane of the selected row alone.
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Home, rows, select, why};
use crate::tui::banner::{self, FileState};
use crate::tui::data::Data;
use crate::tui::data::board::{Pane, Row};
use crate::tui::keymap::{Action, Mode};
use crate::tui::size;
use crate::tui::stack::{Window, in_sight};
use crate::tui::text::{Line, at_most, blank, indent, put, span, spans_width, wrap_spans};

/// How the lines are shared out.
struct Lines {
    head: Vec<Line>,
    /// Lines for rows.
    free: usize,
    shown: Range<usize>,
    who: Vec<Line>,
    why: Vec<Line>,
}

impl Home {
    /// Does what a key does to the selection; whether it was such a key.
    pub(super) fn act_reduced(
        &mut self,
        action: Action,
        digit: Option<usize>,
        data: &Data,
        size: (usize, usize),
    ) -> bool {
        let page = || isize::try_from(self.lines(data, &FileState::default(), size).free.max(1)).unwrap_or(1);
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page(),
            Action::PageDown => page(),
            Action::First => isize::MIN,
            Action::Last => isize::MAX,
            other => return self.turn_to(other, digit),
        };
        let end = self.count(data).saturating_sub(1);
        let to = match self.place(data) {
            Some(at) => at.saturating_add_signed(by).min(end),
            None => self.nearest(data).min(end),
        };
        self.select_place(data, to);
        true
    }

    /// How many rows the list has.
    fn count(&self, data: &Data) -> usize {
        if self.zoom { data.board.rows(self.focus).len() } else { data.board.together().len() }
    }

    /// The pane of a row of the list, and its place in it.
    fn nth(&self, data: &Data, at: usize) -> Option<(Pane, usize)> {
        if self.zoom { Some((self.focus, at)) } else { data.board.together().get(at).copied() }
    }

    /// Where the selected row is in the list.
    fn place(&self, data: &Data) -> Option<usize> {
        let at = self.selected()?.at?;
        if self.zoom {
            return Some(at);
        }
        data.board.together().iter().position(|place| *place == (self.focus, at))
    }

    /// Where to go on from after the selected row has gone.
    fn nearest(&self, data: &Data) -> usize {
        let last = self.selected().map_or(0, |selected| selected.last);
        let in_pane = (self.focus, last.min(data.board.rows(self.focus).len().saturating_sub(1)));
        if self.zoom { last } else { data.board.together().iter().position(|place| *place == in_pane).unwrap_or(0) }
    }

    fn select_place(&mut self, data: &Data, to: usize) {
        let Some((pane, at)) = self.nth(data, to) else { return };
        if let (Some(list), Some(row)) = (self.panes.get_mut(pane.index()), select(data, data.board.rows(pane), at)) {
            list.selected = Some(row);
            self.focus = pane;
        }
    }

    /// Moves the window so that the selected row is in sight.
    pub(super) fn settle_reduced(&mut self, data: &Data, file: &FileState, size: (usize, usize)) {
        self.top = self.lines(data, file, size).shown.start;
    }

    fn lines(&self, data: &Data, file: &FileState, (columns, lines): (usize, usize)) -> Lines {
        let head = banner::of_small_ward(data, file, columns, (lines / 6).max(2));
        let who = if columns < size::FULL.0 {
            let known = self.patient().and_then(|id| data.patient(id));
            known.map_or_else(
                || why::who(self, data, columns),
                |patient| banner::flow_close(&banner::identity(data, patient), columns),
            )
        } else {
            why::who(self, data, columns)
        };
        let reasons = why::reasons(self, data);
        let room = columns.saturating_sub(1);
        // The title, the keys, and at least one row.
        let left = lines.saturating_sub(head.len() + who.len() + 3);
        let wanted = wrap_spans(&reasons, room).len().clamp(2, (lines / 5).max(2)).min(left);
        let more = span(why::more(data), data.theme.dim());
        let mut why = if wanted > 0 { at_most(&reasons, room, wanted, &more) } else { Vec::new() };
        why.resize(wanted, Vec::new());
        let free = (left + 1).saturating_sub(wanted);
        let height = |at: usize| self.row_lines(data, at, columns, false).len();
        let window = Window { rows: self.count(data), lines: free, height };
        let shown = window.rows(self.top, self.place(data));
        Lines { head, free, shown, who, why: why.into_iter().map(|line| indent(1, line)).collect() }
    }

    fn row_lines(&self, data: &Data, at: usize, columns: usize, selected: bool) -> Vec<Line> {
        let row = |(pane, at): (Pane, usize)| Some((pane, data.board.rows(pane).get(at)?));
        let text = |(pane, row): (Pane, &Row)| {
            Some(rows::text(data, row)?.compact(rows::columns(pane), columns, selected, data.theme))
        };
        self.nth(data, at).and_then(row).and_then(text).unwrap_or_else(|| vec![Vec::new()])
    }

    /// Draws the screen.
    pub(super) fn view_reduced(&self, data: &Data, file: &FileState, said: Option<&str>, buf: &mut Buffer, area: Rect) {
        let (columns, lines) = (usize::from(area.width), usize::from(area.height));
        let layout = self.lines(data, file, (columns, lines));
        let mut all = layout.head;
        all.push(self.reduced_title(data, &layout.shown, columns));
        let from = all.len();
        let selected = self.place(data);
        for at in layout.shown {
            all.extend(self.row_lines(data, at, columns, selected == Some(at)));
        }
        all.truncate(from + layout.free);
        let why = match said {
            Some(said) => banner::said(said, columns, layout.why.len().max(1), data),
            None => layout.why,
        };
        let foot: Vec<Line> = layout.who.into_iter().chain(why).collect();
        all.resize(lines.saturating_sub(foot.len() + 1), Vec::new());
        all.extend(foot);
        all.truncate(lines.saturating_sub(1));
        all.push(banner::footer(Mode::Home, columns, data));
        for (y, line) in all.into_iter().enumerate() {
            put(buf, area, y, line);
        }
    }

    /// What is in the list and how much of it is in sight, with as many of the counts as fit whole.
    fn reduced_title(&self, data: &Data, shown: &Range<usize>, columns: usize) -> Line {
        let theme = data.theme;
        let name =
            if self.zoom { format!("{} {}", self.focus.index() + 1, self.focus.title()) } else { "All".to_owned() };
        let mut line = vec![span(">", theme.selection())];
        line.push(span(format!("{name} {}", in_sight(shown, self.count(data))), theme.title_focused()));
        let (mut gap, mut needs) = (": ", banner::needs(data).into_iter().peekable());
        while let Some(need) = needs.next_if(|need| spans_width(&line) + gap.len() + spans_width(need) < columns) {
            line.push(span(gap, theme.title_focused()));
            line.extend(need);
            gap = " ";
        }
        line.push(blank(1));
        let free = columns.saturating_sub(spans_width(&line));
        line.push(span(String::from(theme.rule()).repeat(free), theme.title_focused()));
        line
    }
}
