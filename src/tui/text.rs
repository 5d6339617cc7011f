//! Text in lines. The widget library cuts what does not fit without a word; here a number, a date, a dose or a name
//! is whole or absent: text is wrapped at its spaces, and a number stays with its unit.
//!
//! All text comes here as [`crate::safe::Safe`] text or as words of the program's own.
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{self, Span};
use unicode_segmentation::UnicodeSegmentation;

use crate::safe;

/// A line of text in its styles.
pub type Line = Vec<Span<'static>>;

/// Units after which a number must not stand at the end of a line.
const UNITS: &[&str] = &[
    "mg",
    "mg/day",
    "mg/L",
    "kg",
    "cm",
    "h",
    "d",
    "min",
    "ms",
    "days",
    "day",
    "weeks",
    "%",
    "/min",
    "/uL",
    "x10^9/L",
    "ug/L",
    "ng/L",
    "umol/L",
    "mmol/L",
    "mmol/mol",
    "U/L",
    "mmHg",
    "mm[Hg]",
    "Cel",
    "C",
    "micrograms",
    "micrograms/L",
    "million",
    "late",
];

/// How many cells a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(|grapheme| usize::from(grapheme.cell_width())).sum()
}

/// How many cells spans take.
pub fn spans_width(spans: &[Span]) -> usize {
    spans.iter().map(|span| width(&span.content)).sum()
}

/// Text with a style.
pub fn span(text: impl Into<String>, style: Style) -> Span<'static> {
    Span::styled(text.into(), style)
}

/// Text with a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// So many spaces.
pub fn blank(count: usize) -> Span<'static> {
    Span::raw(" ".repeat(count))
}

/// A piece of text that only ever stands whole on a line, unless it is longer than a whole line.
struct Word {
    spans: Vec<Span<'static>>,
    width: usize,
}

/// Wraps text at its spaces into lines of at most `columns` cells. Numbers stay with their units; a word longer than a
/// line is broken between two letters, since it would be lost otherwise.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let lines = wrap_spans(&[span(text, Style::new())], columns);
    lines.into_iter().map(|line| line.iter().map(|span| &*span.content).collect()).collect()
}

/// [`wrap`] for text in several styles. A space at the end or start of a span is a space of the text.
pub fn wrap_spans(spans: &[Span], columns: usize) -> Vec<Vec<Span<'static>>> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let (mut line, mut used) = (Vec::new(), 0);
    for word in words(spans) {
        if used > 0 && used + 1 + word.width > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(blank(1));
            used += 1;
        }
        if word.width <= columns {
            used += word.width;
            line.extend(word.spans);
            continue;
        }
        for part in broken(&word, columns) {
            if used > 0 {
                lines.push(std::mem::take(&mut line));
            }
            used = spans_width(&part);
            line = part;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The words of a text: what stands between its spaces, with a number and its unit as one.
fn words(spans: &[Span]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut last = String::new();
    let mut open = false;
    for part in spans {
        for (i, text) in part.content.split(' ').enumerate() {
            open &= i == 0;
            if text.is_empty() {
                continue;
            }
            let piece = span(text, part.style);
            match words.last_mut() {
                Some(word) if open => {
                    word.width += width(text);
                    word.spans.push(piece);
                    last.push_str(text);
                }
                Some(word) if glued(&last, text) => {
                    word.width += 1 + width(text);
                    word.spans.extend([span(" ", part.style), piece]);
                    text.clone_into(&mut last);
                }
                _ => {
                    words.push(Word { width: width(text), spans: vec![piece] });
                    text.clone_into(&mut last);
                }
            }
            open = true;
        }
        open &= !part.content.ends_with(' ');
    }
    words
}

/// Whether a line must not end between these two words: a number and its unit, a day and its time, the groups of a
/// long number.
fn glued(before: &str, after: &str) -> bool {
    let bare = |text: &str| text.trim_matches(|c| matches!(c, '(' | ')' | ',' | ';' | ':' | '.')).to_owned();
    let (before, after) = (bare(before), bare(after));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = before.trim_start_matches(['<', '>']);
    let is_number = number.starts_with(|c: char| c.is_ascii_digit()) && number.bytes().all(is_numeric);
    let is_date = before.len() == 11 && before.bytes().filter(|b| *b == b'-').count() == 2;
    let is_clock = after.len() == 5 && after.bytes().filter(|b| *b == b':').count() == 1;
    let is_since = before == "since" && after.len() == 11 && after.ends_with(|c: char| c.is_ascii_digit());
    // `+44 1632 960 111`: as people write the number of another country.
    let of_a_phone = digits(before.strip_prefix('+').unwrap_or(&before)) && digits(&after);
    is_number && UNITS.contains(&after.as_str()) || of_a_phone || is_date && is_clock || is_since
}

fn is_numeric(byte: u8) -> bool {
    // `26/14 mmHg` is one figure.
    byte.is_ascii_digit() || matches!(byte, b'.' | b'/')
}

/// What is never parted: a letter with what sits on it, or the mark of a character that is not shown, unless the mark
/// alone is wider than a line.
fn letters(text: &str, columns: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mark =
            safe::mark_at_start(rest).filter(|mark| rest.get(..*mark).is_some_and(|mark| width(mark) <= columns));
        let length = mark.or_else(|| rest.graphemes(true).next().map(str::len))?;
        let (letter, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(letter)
    })
}

/// A word in parts of at most `columns` cells: at its glued spaces if that is enough, else between two letters.
fn broken(word: &Word, columns: usize) -> Vec<Vec<Span<'static>>> {
    let mut parts: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for (i, piece) in word.spans.iter().enumerate() {
        // Up to its next space, which is a piece of its own.
        let run = |from: usize| -> usize {
            let pieces = word.spans.iter().skip(from).take_while(|piece| piece.content != " ");
            pieces.map(|piece| width(&piece.content)).sum()
        };
        let begins = i == 0 || word.spans.get(i - 1).is_some_and(|before| before.content == " ");
        if piece.content == " " && used + 1 + run(i + 1) > columns {
            continue;
        }
        if piece.content != " " && begins && used > 0 && used + run(i) > columns {
            parts.push(Vec::new());
            used = 0;
        }
        for letter in letters(&piece.content, columns) {
            let cells = width(letter);
            if used + cells > columns && used > 0 {
                parts.push(Vec::new());
                used = 0;
            }
            if let Some(part) = parts.last_mut() {
                match part.last_mut() {
                    Some(last) if last.style == piece.style => last.content.to_mut().push_str(letter),
                    _ => part.push(span(letter, piece.style)),
                }
            }
            used += cells;
        }
    }
    parts
}

/// Puts whole items on lines, `gap` cells apart, and as many on a line as fit. An item longer than a line is wrapped.
pub fn flow(items: &[Vec<Span>], columns: usize, gap: usize) -> Vec<Vec<Span<'static>>> {
    let mut lines: Vec<Vec<Span<'static>>> = Vec::new();
    let mut used = columns;
    for item in items.iter().filter(|item| item.iter().any(|span| !span.content.is_empty())) {
        let wide = spans_width(item);
        if used + gap + wide <= columns
            && let Some(line) = lines.last_mut()
        {
            line.push(blank(gap));
            line.extend(owned(item));
            used += gap + wide;
        } else if wide <= columns {
            lines.push(owned(item));
            used = wide;
        } else {
            lines.extend(wrap_spans(item, columns));
            used = lines.last().map_or(columns, |line| spans_width(line));
        }
    }
    lines
}

/// Spans on their own feet.
pub fn owned(spans: &[Span]) -> Vec<Span<'static>> {
    spans.iter().map(|one| span(one.content.clone().into_owned(), one.style)).collect()
}

/// A line with so many spaces before it.
pub fn indent(columns: usize, spans: Vec<Span<'static>>) -> Vec<Span<'static>> {
    if columns == 0 {
        return spans;
    }
    std::iter::once(blank(columns)).chain(spans).collect()
}

/// Text on at most so many lines. If it is longer, whole words are left out at its end, and `more` says where they are.
pub fn at_most(text: &[Span], columns: usize, most: usize, more: &Span<'static>) -> Vec<Vec<Span<'static>>> {
    let mut lines = wrap_spans(text, columns);
    if lines.len() <= most {
        return lines;
    }
    lines.truncate(most);
    if let Some(last) = lines.last_mut() {
        *last = ending_with(last, columns, more);
    }
    lines
}

/// A line that says at its end where the rest is, with as many of its words as there is room for before that.
pub fn ending_with(line: &[Span], columns: usize, more: &Span<'static>) -> Vec<Span<'static>> {
    let mut kept = whole_words(line, columns.saturating_sub(width(&more.content) + 1));
    kept.push(blank(1));
    kept.push(more.clone());
    kept
}

/// The words at the beginning of a text that fit on a line. Nothing, if not even the first does: a part of a number or a
/// date reads as another one.
pub fn whole_words(text: &[Span], columns: usize) -> Vec<Span<'static>> {
    let first = words(text).into_iter().find(|word| word.width > 0);
    if first.is_none_or(|word| word.width > columns) {
        return Vec::new();
    }
    wrap_spans(text, columns).into_iter().next().unwrap_or_default()
}

/// Draws a line at a row of an area, counted from its top. A row outside is not drawn. Lines are made to fit before
/// they come here; should one not, its words that fit are drawn, and no part of a word. What stood in the row before is
/// wiped out: parts of two lines would read as something else.
pub fn put(buf: &mut Buffer, area: Rect, row: usize, spans: Vec<Span<'static>>) {
    let area = area.intersection(buf.area);
    let Some(y) = u16::try_from(row).ok().filter(|row| *row < area.height) else { return };
    let columns = usize::from(area.width);
    let spans = if spans_width(&spans) <= columns { spans } else { whole_words(&spans, columns) };
    for x in area.left()..area.right() {
        if let Some(cell) = buf.cell_mut((x, area.y + y)) {
            cell.reset();
        }
    }
    buf.set_line(area.x, area.y + y, &text::Line::from(spans), area.width);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::safe::{Charset, Safe};

    #[test]
    fn a_number_stays_with_its_unit_and_a_day_with_its_time() {
        assert_eq!(wrap("raise to 112.5 mg at most", 14), ["raise to", "112.5 mg at", "most"]);
        assert_eq!(wrap("ANC 0.45 x10^9/L now", 12), ["ANC", "0.45 x10^9/L", "now"]);
        assert_eq!(wrap("taken 20-Nov-2026 19:40 by", 20), ["taken", "20-Nov-2026 19:40 by"]);
        assert_eq!(wrap("NHS 999 000 0018", 13), ["NHS", "999 000 0018"]);
        assert_eq!(wrap("Haematology +44 1632 960 111", 18), ["Haematology", "+44 1632 960 111"]);
        assert_eq!(wrap("falls by 26/14 mmHg", 15), ["falls by", "26/14 mmHg"]);
        // Where not even the two have room, each is whole.
        assert_eq!(wrap("on 20-Nov-2026 19:40, ago", 16), ["on", "20-Nov-2026", "19:40, ago"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn styles_do_not_break_words() {
        let bold = Style::new().add_modifier(ratatui::style::Modifier::BOLD);
        let spans = [span("Why:", bold), span(" ANC 0.40", Style::new()), span("!", bold)];
        let lines = wrap_spans(&spans, 9);
        let texts: Vec<String> = lines.iter().map(|line| line.iter().map(|span| &*span.content).collect()).collect();
        assert_eq!(texts, ["Why: ANC", "0.40!"]);
    }

    #[test]
    fn items_flow_whole() {
        let items = ["OKAFOR, Adaeze", "born 12-Apr-1988 (38)", "Female"].map(|text| vec![span(text, Style::new())]);
        let texts: Vec<String> =
            flow(&items, 38, 2).iter().map(|line| line.iter().map(|span| &*span.content).collect()).collect();
        assert_eq!(texts, ["OKAFOR, Adaeze  born 12-Apr-1988 (38)", "Female"]);
    }

    #[test]
    fn what_is_left_out_is_whole_words() {
        let shown = |text: &str, columns| {
            let lines = at_most(&[span(text, Style::new())], columns, 1, &span("... more", Style::new()));
            lines.iter().flatten().map(|span| &*span.content).collect::<String>()
        };
        assert_eq!(shown("dose 112.5 mg at night", 20), "dose ... more");
        // Not even the first word has room beside the mark: a part of it would read as another number.
        assert_eq!(shown("20-Nov-2026 19:40 taken, and more", 20), " ... more");
        assert_eq!(shown("ward-round-2026-11-21-0312.txt is written", 36), " ... more");
        let area = Rect::new(0, 0, 12, 1);
        let mut buf = Buffer::empty(area);
        put(&mut buf, area, 0, vec![span("20-Nov-2026 19:40 taken", Style::new())]);
        assert_eq!(buf, Buffer::empty(area));
    }

    #[test]
    fn a_mark_is_never_cut() {
        for charset in [Charset::Unicode, Charset::Ascii] {
            let name = Safe::within("Oka\u{202e}\u{10ffff}\u{1b}for\u{e000}\u{202e}", charset).to_string();
            for columns in safe::LONGEST_MARK..60 {
                let lines = wrap(&name, columns);
                assert_eq!(lines.concat(), name);
                for line in &lines {
                    assert!(width(line) <= columns, "{lines:?}");
                    let (open, close) = if charset == Charset::Unicode { ('‹', '›') } else { ('<', '>') };
                    assert_eq!(line.matches(open).count(), line.matches(close).count(), "{lines:?}");
                    assert!(!line.starts_with(close) && !line.ends_with(open), "{lines:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(text in "[a-z0-9.É中 ]{0,60}", columns in 2usize..30) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
            let without = |text: &str| text.replace(' ', "");
            prop_assert_eq!(without(&lines.concat()), without(&text));
        }
    }
}
