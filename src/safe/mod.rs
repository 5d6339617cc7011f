//! The one way for text to reach a terminal.
//!
//! Names, notes and whatever else comes from a file or a keyboard may hold characters that steer a terminal, reverse
//! what is read or cannot be seen. A [`Safe`] text shows each of them as a visible mark (`‹U+202E›`); it never passes
//! one on, and never drops one. What `cli` writes and what `tui` draws are made of `Safe` texts only.
mod rule;

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::ops::Range;

use ratatui::buffer::CellWidth;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use rule::Walk;

/// How many cells the longest mark takes: `‹U+10FFFF›`.
pub const LONGEST_MARK: usize = 10;

/// What the terminal's locale can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    /// UTF-8.
    #[default]
    Unicode,
    /// Anything else (`LANG=C`). To such a terminal a byte of another character may be a command.
    Ascii,
}

impl Charset {
    /// What stands around a mark.
    fn mark(self) -> (char, char) {
        match self {
            Self::Unicode => ('‹', '›'),
            Self::Ascii => ('<', '>'),
        }
    }
}

/// Text that is safe to show: every character is one that a terminal shows as itself, or a visible mark for one that
/// it would not.
///
/// ```
/// use wardround::safe::Safe;
///
/// assert_eq!(Safe::new("OKAFOR, Adaeze").as_str(), "OKAFOR, Adaeze");
/// assert_eq!(Safe::new("OKAFOR\u{202E}").as_str(), "OKAFOR‹U+202E›");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Safe<'a> {
    text: Cow<'a, str>,
    /// Where the marks are, in bytes of `text`.
    marks: Vec<Range<usize>>,
}

impl<'a> Safe<'a> {
    /// Text for a UTF-8 terminal.
    pub fn new(text: &'a str) -> Self {
        Self::within(text, Charset::Unicode)
    }

    /// Text for a terminal that shows only ASCII: every other character becomes a mark (`<U+00EB>`).
    pub fn ascii(text: &'a str) -> Self {
        Self::within(text, Charset::Ascii)
    }

    /// Text for a terminal with this character set.
    pub fn within(text: &'a str, charset: Charset) -> Self {
        if is_plain(text) {
            return Self { text: Cow::Borrowed(text), marks: Vec::new() };
        }
        let (open, close) = charset.mark();
        let (mut shown, mut marks) = (String::with_capacity(text.len() + 16), Vec::new());
        for step in Walk::new(text, charset) {
            if step.kept {
                shown.push(step.c);
                continue;
            }
            let start = shown.len();
            // Writing to a `String` cannot fail.
            let _ = write!(shown, "{open}U+{:04X}{close}", u32::from(step.c));
            marks.push(start..shown.len());
        }
        if marks.is_empty() {
            return Self { text: Cow::Borrowed(text), marks };
        }
        Self { text: Cow::Owned(shown), marks }
    }

    /// Text that is safe for a UTF-8 terminal already, for one that shows only ASCII: its marks are written anew, not
    /// marked again.
    ///
    /// ```
    /// use wardround::safe::Safe;
    ///
    /// assert_eq!(Safe::in_ascii(Safe::new("ZO\u{CB}\u{202E}").as_str()), "ZO<U+00CB><U+202E>");
    /// ```
    pub fn in_ascii(safe: &str) -> String {
        let (open, close) = Charset::Unicode.mark();
        let (mut out, mut done) = (String::with_capacity(safe.len()), 0);
        for (at, _) in safe.match_indices(open) {
            let Some(end) = safe.get(at..).and_then(mark_at_start).map(|bytes| at + bytes) else { continue };
            out.push_str(&Safe::ascii(safe.get(done..at).unwrap_or_default()).text);
            out.push_str(&safe.get(at..end).unwrap_or_default().replace(open, "<").replace(close, ">"));
            done = end;
        }
        out.push_str(&Safe::ascii(safe.get(done..).unwrap_or_default()).text);
        out
    }

    /// The text to show.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether something in it had to be marked.
    pub fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// How many cells it takes, marks included; the same measure by which the widget library lays it out.
    pub fn width(&self) -> usize {
        width(&self.text)
    }

    /// Whether it can be shown whole in so many cells. If not, leave it out or wrap it: nothing is ever cut.
    pub fn fits(&self, width: usize) -> bool {
        self.width() <= width
    }

    /// The text with spaces after it, up to so many cells. A wider text stays as it is.
    #[must_use]
    pub fn padded(self, width: usize) -> Self {
        let missing = width.saturating_sub(self.width());
        if missing == 0 {
            return self;
        }
        let mut text = self.text.into_owned();
        text.extend(std::iter::repeat_n(' ', missing));
        Self { text: Cow::Owned(text), marks: self.marks }
    }

    /// The text as spans of one line, with the marks in a style of their own, so that they cannot be taken for part of
    /// a name. Mostly one span; there is no way to get just one, because the widget library counts some pairs of
    /// letters (Arabic lam and alef) as one cell when it puts the next span after them, and would overwrite the last.
    pub fn spans(self, style: impl Into<Style>, mark: impl Into<Style>) -> Vec<Span<'a>> {
        let (style, mark) = (style.into(), mark.into());
        if self.marks.is_empty() && self.text.width() == self.width() {
            return vec![Span::styled(self.text, style)];
        }
        let mut spans = Vec::with_capacity(2 * self.marks.len() + 1);
        let mut from = 0;
        for range in &self.marks {
            push_part(&mut spans, &self.text, from..range.start, style);
            push_part(&mut spans, &self.text, range.clone(), mark);
            from = range.end;
        }
        push_part(&mut spans, &self.text, from..self.text.len(), style);
        spans
    }

    /// The text as a line of its own.
    pub fn line(self, style: impl Into<Style>) -> Line<'a> {
        let style = style.into();
        Line::from(self.spans(style, style))
    }

    /// The same text, on its own feet.
    pub fn into_owned(self) -> Safe<'static> {
        Safe { text: Cow::Owned(self.text.into_owned()), marks: self.marks }
    }
}

/// Adds a part of a text, as one span if the widget library counts its cells as they are.
fn push_part(spans: &mut Vec<Span<'_>>, text: &str, part: Range<usize>, style: Style) {
    let Some(part) = text.get(part).filter(|part| !part.is_empty()) else { return };
    if part.width() == width(part) {
        spans.push(Span::styled(part.to_owned(), style));
    } else {
        spans.extend(part.graphemes(true).map(|letter| Span::styled(letter.to_owned(), style)));
    }
}

impl fmt::Display for Safe<'_> {
    /// The text to show, whole: widths and precisions of the format are ignored, since they count no cells.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'a> From<&'a str> for Safe<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Safe<'_> {
    fn from(text: String) -> Self {
        let safe = Safe::new(&text);
        if safe.has_marks() { safe.into_owned() } else { Self { text: Cow::Owned(text), marks: Vec::new() } }
    }
}

impl<'a> From<Safe<'a>> for Line<'a> {
    fn from(safe: Safe<'a>) -> Self {
        safe.line(Style::default())
    }
}

/// One line of several texts, each checked on its own, so that none of them can change the next:
/// `line(["Why: ".into(), reason.into()])`.
pub fn line<'a>(pieces: impl IntoIterator<Item = Safe<'a>>) -> Line<'a> {
    let plain = Style::default();
    pieces.into_iter().flat_map(|piece| piece.spans(plain, plain)).collect()
}

/// How many bytes the mark has that stands at the start of a safe text, if one does. It is shown whole or not at all: a
/// part of it would say something else.
pub fn mark_at_start(text: &str) -> Option<usize> {
    [Charset::Unicode, Charset::Ascii].into_iter().find_map(|charset| {
        let (open, close) = charset.mark();
        let (number, _) = text.strip_prefix(open)?.strip_prefix("U+")?.split_once(close)?;
        let is_number = (4..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_hexdigit());
        is_number.then_some(open.len_utf8() + "U+".len() + number.len() + close.len_utf8())
    })
}

/// How many cells the text of a cell takes; `None` if it may not be sent to a terminal. The vowels that the widget
/// library lays out in a cell of their own, after that of their letter (as in Burmese), may.
pub fn cell(text: &str, charset: Charset) -> Option<usize> {
    let alone = || !Safe::within(text, charset).has_marks();
    let after_a_letter = || !Safe::within(&format!("a{text}"), charset).has_marks();
    (alone() || after_a_letter()).then(|| width(text)).filter(|width| *width > 0)
}

/// How many cells a text takes that has been made safe.
fn width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    text.graphemes(true).map(|grapheme| usize::from(grapheme.cell_width())).sum()
}

/// Printable ASCII, and nothing that looks like a mark: by far the most of what is shown.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~')) && !text.contains("<U+")
}

/// JSON text with every character that [`Safe`] would mark written as `\u202e` instead, so that it can be shown on a
/// terminal and still says exactly the same. `json` must be valid JSON; its line breaks stay.
///
/// ```
/// assert_eq!(wardround::safe::json("{\"name\":\"A\u{202E}B\"}"), r#"{"name":"A\u202eB"}"#);
/// ```
pub fn json(json: &str) -> Cow<'_, str> {
    let sent = |c: char| matches!(c, ' '..='~' | '\n' | '\r' | '\t');
    if json.chars().all(sent) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for step in Walk::new(json, Charset::Unicode) {
        // Outside of its strings JSON is ASCII, so whatever else is hostile stands in a string, where `\u` is good.
        if sent(step.c) || step.kept {
            out.push(step.c);
            continue;
        }
        for unit in step.c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
