//! The keys that work here, from the one table; and what has to be said of the file and of the program.
use ratatui::style::Style;

use super::app::Data;
use super::banner::{FileState, Line, moment_line};
use super::keymap::{Keymap, Mode};
use super::page::Page;
use super::text::{blank, indent, span, width, wrap};

/// The help over a screen.
#[derive(Debug, Clone)]
pub struct Help {
    /// Whose keys.
    pub about: Mode,
    /// The first line in sight.
    pub top: usize,
}

/// What the program is and is not.
const ABOUT: &[&str] = &[
    "wardround reminds, flags and explains. It never blocks, never works out a dose to give, never authorises supply, \
     and is no substitute for the licensed monitoring service or for local policy.",
    "!! critical: act now.  ! warning: act today.  + overdue.  * due today.  ?? cannot be assessed: ask.",
];

impl Help {
    /// The page.
    pub fn page(&self, data: &Data, file: &FileState, columns: usize) -> Page {
        const KEYS: usize = 16;
        let theme = data.theme;
        // First what has to be said of the file: it does not wait behind thirty keys.
        let mut body: Vec<Line> = Vec::new();
        for said in file.said(data) {
            body.extend(paragraph(&said.content, said.style, columns));
            body.push(Vec::new());
        }
        for (keys, help) in keys(self.about, &data.settings.keys) {
            let gap = KEYS.saturating_sub(width(&keys)).max(2);
            let words = wrap(help, columns.saturating_sub(KEYS + 4));
            let mut words = words.into_iter().map(|text| span(text, theme.text()));
            let first = vec![blank(1), span(keys, theme.key()), blank(gap)];
            body.push(first.into_iter().chain(words.next()).collect());
            body.extend(words.map(|text| indent(KEYS + 1, vec![text])));
        }
        for text in ABOUT {
            body.push(Vec::new());
            body.extend(paragraph(text, theme.text(), columns));
        }
        Page {
            head: moment_line(data, file, columns, None),
            title: format!("{}: the keys that work here", self.about.title()),
            body,
            top: self.top,
            mode: Mode::Help,
        }
    }
}

/// A text in whole words, a cell from the left.
fn paragraph(text: &str, style: Style, columns: usize) -> impl Iterator<Item = Line> {
    wrap(text, columns.saturating_sub(2)).into_iter().map(move |line| indent(1, vec![span(line, style)]))
}

/// The keys of a mode with what they do; two rows of the table that do the same are one here.
fn keys(mode: Mode, keymap: &Keymap) -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = Vec::new();
    for row in keymap.here(mode) {
        match all.iter_mut().find(|(_, help)| *help == row.help) {
            Some((keys, _)) => *keys = format!("{keys}, {}", row.labels()),
            None => all.push((row.labels(), row.help)),
        }
    }
    all
}
