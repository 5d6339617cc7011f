//! Screens that are a page of text over what was open: help, notices, a list to choose from, a question.
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::Data;
use super::banner::{self, Line};
use super::keymap::{Action, Mode};
use super::text::{put, span, spans_width, width};

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

    /// Lines that a page key moves: what is in sight, so that nothing is passed by.
    pub fn step(&self, lines: usize) -> usize {
        self.room(lines).max(1)
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
        let title = self.titled(top + 1..end + 1, data, columns);
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

    /// The title with which lines are in sight, and by which key others come, as far as there is room for it.
    fn titled(&self, seen: Range<usize>, data: &Data, columns: usize) -> String {
        let (title, of) = (&self.title, self.body.len());
        if seen.len() >= of {
            return format!("-{title} ");
        }
        let counted = format!("{}-{} of {of}", seen.start, seen.end - 1);
        let key = data.settings.keys.label(self.mode, Action::PageDown);
        let more = if seen.end > of || key.is_empty() { String::new() } else { format!("  {key}") };
        let word = if more.is_empty() { "" } else { ": more" };
        let all = [
            format!("-{title} lines {counted}{more}{word} "),
            format!("-{title} {counted}{more}{word} "),
            format!("-{title} {counted}{}", more.replace("  ", " ")),
        ];
        let fits = all.iter().find(|one| width(one) <= columns);
        fits.cloned().unwrap_or_else(|| format!("-{title} lines {counted} "))
    }
}
