//! The keys that work here, from the one table; and what has to be said of the file and of the program.
use ratatui::style::Style;

use super::banner::{FileState, moment_line};
use super::data::Data;
use super::keymap::{Keymap, Mode};
use super::page::Page;
use super::size;
use super::text::{Line, blank, indent, span, spans_width, width, wrap};
use crate::safe::Safe;

/// The help over a screen.
#[derive(Debug, Clone)]
pub struct Help {
    /// Whose keys.
    pub about: Mode,
    /// What was just said on the screen below.
    pub said: Option<String>,
    /// The first line in sight.
    pub top: usize,
}

/// Lines of a terminal of 24 that stay in sight above it: whose patient it is, and what is worst.
const ABOVE: usize = 8;

/// What the program is and is not.
const ABOUT: &[&str] = &[
    "wardround reminds, flags and explains. It never blocks, never works out a dose to give, never authorises supply, \
     and is no substitute for the licensed monitoring service or for local policy.",
    "!! critical: act now.  ! warning: act today.  + overdue.  * due today.  ?? cannot be assessed: ask.",
];

/// Columns of a terminal on which the keys stand in two columns.
const TWO_COLUMNS: usize = 110;

impl Help {
    /// Whether what it was opened over stays in sight above it: not a form, whose cursor would stand in it.
    pub fn pops_up(&self) -> bool {
        self.about == Mode::Find || self.about.only_shows()
    }

    /// How many lines of what it was opened over stay in sight, on a terminal of this size: at least a few, and all that
    /// it does not need.
    pub fn above(&self, data: &Data, file: &FileState, size: (usize, usize)) -> usize {
        let least = if self.pops_up() { size::above(ABOVE, size) } else { 0 };
        let needed = self.body(data, file, size.0).len() + 2;
        if least > 0 { least.max(size.1.saturating_sub(needed)) } else { 0 }
    }

    /// The page, below as many lines as [`Help::above`] says.
    pub fn page(&self, data: &Data, file: &FileState, size: (usize, usize)) -> Page {
        let over = self.above(data, file, size) > 0;
        Page {
            // Where what it was opened over is in sight, so is its first line.
            head: if over { Vec::new() } else { moment_line(data, file, size.0, None) },
            title: format!("{}: the keys that work here", self.about.title()),
            body: self.body(data, file, size.0),
            top: self.top,
            mode: Mode::Help,
        }
    }

    fn body(&self, data: &Data, file: &FileState, columns: usize) -> Vec<Line> {
        // First what has to be said: it does not wait behind thirty keys.
        let mut body: Vec<Line> = Vec::new();
        if let Some(said) = &self.said {
            body.extend(paragraph(&Safe::within(said, data.charset()).to_string(), data.theme.strong(), columns));
            body.push(Vec::new());
        }
        for said in file.said(data) {
            body.extend(paragraph(&said.content, said.style, columns));
            body.push(Vec::new());
        }
        body.extend(if columns < TWO_COLUMNS {
            self.keys(data, columns).concat()
        } else {
            beside(self.keys(data, columns / 2), columns / 2)
        });
        body.push(Vec::new());
        for text in ABOUT {
            body.extend(paragraph(text, data.theme.text(), columns));
        }
        body
    }

    /// The lines of each key.
    fn keys(&self, data: &Data, columns: usize) -> Vec<Vec<Line>> {
        const KEYS: usize = 16;
        let theme = data.theme;
        let key = |(keys, help): (String, &str)| {
            let gap = KEYS.saturating_sub(width(&keys)).max(2);
            let words = wrap(help, columns.saturating_sub(KEYS + 2));
            let mut words = words.into_iter().map(|text| span(text, theme.text()));
            let first = vec![blank(1), span(keys, theme.key()), blank(gap)];
            let mut lines: Vec<Line> = vec![first.into_iter().chain(words.next()).collect()];
            lines.extend(words.map(|text| indent(KEYS + 1, vec![text])));
            lines
        };
        keys(self.about, &data.settings.keys).into_iter().map(key).collect()
    }
}

/// The first half of the keys, and the other half beside it.
fn beside(keys: Vec<Vec<Line>>, at: usize) -> Vec<Line> {
    let half = keys.iter().map(Vec::len).sum::<usize>().div_ceil(2);
    let mut columns: [Vec<Line>; 2] = Default::default();
    for key in keys {
        let column = usize::from(columns[0].len() >= half);
        columns[column].extend(key);
    }
    let [left, right] = columns;
    let mut right = right.into_iter();
    let beside = |mut line: Line| {
        if let Some(right) = right.next() {
            line.push(blank(at.saturating_sub(spans_width(&line))));
            line.extend(right);
        }
        line
    };
    left.into_iter().map(beside).collect()
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
