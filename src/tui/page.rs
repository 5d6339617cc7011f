//! Screens that are a page of text over what was open: help, notices, a list to choose from, a question.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::Data;
use super::banner::{self, Line};
use super::keymap::Mode;
use super::text::{put, span, spans_width};

/// A page: lines that stay at the top, a title, and lines of which as many are shown as fit.
pub struct Page {
    /// Above the title: whose page it is.
    pub head: Vec<Line>,
    /// The title.
    pub title: String,
    /// The text.
    pub body: Vec<Line>,
    /// The first line of the text in sight.
    pub top: usize,
    /// Whose keys stand in the footer.
    pub mode: Mode,
}

impl Page {
    /// The last line that may be the first in sight.
    pub fn last_top(&self, lines: usize) -> usize {
        self.body.len().saturating_sub(self.room(lines))
    }

    fn room(&self, lines: usize) -> usize {
        lines.saturating_sub(self.head.len() + 2)
    }

    /// Draws it.
    pub fn view(self, data: &Data, buf: &mut Buffer, area: Rect) {
        let theme = data.theme;
        let (columns, lines) = (usize::from(area.width), usize::from(area.height));
        let room = self.room(lines);
        let top = self.top.min(self.last_top(lines));
        let of = self.body.len();
        let end = (top + room).min(of);
        let title = if of > room {
            format!("-{} lines {}-{end} of {of} ", self.title, top + 1)
        } else {
            format!("-{} ", self.title)
        };
        let mut line = vec![span(title, theme.title_focused())];
        let used = spans_width(&line);
        line.push(span(String::from(theme.rule()).repeat(columns.saturating_sub(used)), theme.title()));
        let body = self.body.into_iter().skip(top).take(room);
        let mut all: Vec<Line> = self.head.into_iter().chain([line]).chain(body).collect();
        // It may stand over something else.
        all.resize(lines.saturating_sub(1).max(all.len()), Vec::new());
        for (y, line) in all.into_iter().enumerate() {
            put(buf, area, y, line);
        }
        put(buf, area, lines.saturating_sub(1), banner::footer(self.mode, columns, data));
    }
}
