//! Screens that are a page of text over what was open: help, notices, a list to choose from, a question.
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::banner;
use super::data::Data;
use super::keymap::{Action, Mode};
use super::text::{Line, blank, put, span, spans_width, width};

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
        let mut line = vec![span(self.titled(top + 1..end + 1, data, columns), theme.title_focused())];
        let used = spans_width(&line) + 1;
        if used < columns {
            line.extend([blank(1), span(String::from(theme.rule()).repeat(columns - used), theme.title())]);
        }
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
            return format!("-{title}");
        }
        let counted = format!("{}-{} of {of}", seen.start, seen.end - 1);
        let key = data.settings.keys.label(self.mode, Action::PageDown);
        let more = if seen.end > of || key.is_empty() { String::new() } else { format!("  {key}") };
        let word = if more.is_empty() { "" } else { ": more" };
        let in_sight = [
            format!("lines {counted}{more}{word}"),
            format!("{counted}{more}{word}"),
            format!("{counted}{}", more.replace("  ", " ")),
            counted,
        ];
        titled(title, &in_sight, columns)
    }
}

/// A title and what is in sight of how much, in the longest of its forms that fits. That is said whatever the width: it
/// is the title that gives way, a sentence of it at a time, or words if it is a single one.
fn titled(title: &str, in_sight: &[String], columns: usize) -> String {
    let words: Vec<&str> = title.split(' ').collect();
    let ends = |kept: &usize| words.get(kept - 1).is_some_and(|word| word.ends_with([':', '.', '?']));
    let is_sentences = (1..words.len()).any(|kept| ends(&kept));
    let parts = (1..words.len()).rev().filter(|kept| !is_sentences || ends(kept));
    let said = |kept: usize| {
        let said = words.get(..kept).unwrap_or_default().join(" ");
        if is_sentences { said.trim_end_matches(':').to_owned() } else { format!("{said} ...") }
    };
    let mut all = std::iter::once(title.to_owned())
        .chain(parts.map(said))
        .flat_map(|said| in_sight.iter().map(move |in_sight| format!("-{said}  {in_sight}")));
    let mut alone = in_sight.iter().map(|in_sight| format!("-{in_sight}"));
    let fits = |text: &String| width(text) <= columns;
    let shortest = || format!("-{}", in_sight.last().map(String::as_str).unwrap_or_default());
    all.find(fits).or_else(|| alone.find(fits)).unwrap_or_else(shortest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_gives_way_to_what_is_in_sight() {
        let titled = |title, columns| {
            let in_sight = ["lines 1-7 of 64  PgDn: more", "1-7 of 64  PgDn: more", "1-7 of 64 PgDn", "1-7 of 64"];
            titled(title, &in_sight.map(str::to_owned), columns)
        };
        let keys = "The ward: the keys that work here";
        assert_eq!(titled(keys, 80), "-The ward: the keys that work here  lines 1-7 of 64  PgDn: more");
        assert_eq!(titled(keys, 40), "-The ward  lines 1-7 of 64  PgDn: more");
        let what_if = "What if eu-2025? NOT SAVED. 2 of 6";
        assert_eq!(titled(what_if, 51), "-What if eu-2025? NOT SAVED. 2 of 6  1-7 of 64 PgDn");
        assert_eq!(titled(what_if, 40), "-What if eu-2025? NOT SAVED.  1-7 of 64");
        assert_eq!(titled("The card of this patient's protocol", 40), "-The card of this ...  1-7 of 64 PgDn");
        assert_eq!(titled("Before the round sheet is written: the keys", 36), "-lines 1-7 of 64  PgDn: more");
        assert_eq!(titled("Keys", 12), "-1-7 of 64");
    }
}
