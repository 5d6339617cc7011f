//! All code points there are through the display function, and all characters over the drawing path.
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::style::Style;
use unicode_properties::{GeneralCategory as G, UnicodeGeneralCategory};
use wardround::safe::{Charset, Safe};
use wardround::tui::terminal::{Capabilities, Output};
use wardround::tui::text::{put, span, width};

use crate::characters::{decoded, is_forbidden};
use crate::inert::{is_inert, without_commands};
use crate::screen::{Kept, is_what_the_terminal_shows};
use crate::wards::characters;

#[test]
fn no_code_point_gets_through_wherever_it_stands() {
    for c in '\0'..=char::MAX {
        is_safe(&c.to_string());
        is_safe(&format!("a{c}b"));
        // What can be kept beside a letter of another script.
        if matches!(c.general_category(), G::Format | G::NonspacingMark | G::SpacingMark | G::EnclosingMark) {
            for text in [format!("م{c}ح"), format!("क्{c}ष"), format!(" {c}"), format!("‹{c}U+")] {
                is_safe(&text);
            }
        }
    }
}

fn is_safe(text: &str) {
    let (unicode, ascii) = (Safe::new(text), Safe::ascii(text));
    assert!(!unicode.as_str().chars().any(is_forbidden), "{text:?} is shown as {unicode:?}");
    assert!(ascii.as_str().is_ascii() && !ascii.as_str().chars().any(is_forbidden), "{text:?} is shown as {ascii:?}");
    // Nothing unmarked stands for anything but itself.
    assert!(unicode.has_marks() || unicode.as_str() == text, "{text:?} is shown as {unicode:?}");
    assert!(ascii.has_marks() || ascii.as_str() == text, "{text:?} is shown as {ascii:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two texts never show as the same: what is shown tells what was written.
    #[test]
    fn what_is_shown_tells_what_was_written(
        text in "([‹›<>U+0-9A-F]|U\\+202E|‹U\\+|<U\\+|[\u{202e}\u{200d}\u{301}\u{336}\u{a0}\u{1b}]|[aeम्ك中]|\\PC|.){0,12}"
    ) {
        let safe = Safe::new(&text);
        prop_assert_eq!(&decoded(safe.as_str(), '‹'), &text);
        prop_assert_eq!(decoded(Safe::ascii(&text).as_str(), '<'), text);
    }
}

/// Lines of at most so many cells that hold the text of every character, each after a letter.
fn lines(columns: usize) -> Vec<String> {
    let (mut lines, mut used) = (vec![String::new()], 0);
    for c in characters() {
        let text = format!("x{c}");
        let safe = Safe::new(&text);
        let wide = safe.width();
        if used + wide > columns {
            lines.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(line) = lines.last_mut() {
            line.push_str(safe.as_str());
        }
    }
    lines
}

/// Every character over the real drawing path: the bytes hold no command but our own, and a terminal that obeys
/// them shows every plain character in its place.
#[test]
fn every_character_over_the_drawing_path() {
    const SIZE: (u16, u16) = (1000, 200);
    let all = lines(usize::from(SIZE.0));
    for frame_of_lines in all.chunks(usize::from(SIZE.1)) {
        let mut kept = Kept { bytes: Vec::new(), size: SIZE };
        let capabilities = Capabilities { colour: true, charset: Charset::Unicode, moves_lines: true };
        let mut terminal = Terminal::new(Output::new(&mut kept, capabilities)).unwrap();
        let drawn = terminal.draw(|frame| {
            let area = frame.area();
            for (y, line) in frame_of_lines.iter().enumerate() {
                assert!(width(line) <= usize::from(SIZE.0));
                put(frame.buffer_mut(), area, y, vec![span(line.clone(), Style::new())]);
            }
        });
        let cells = drawn.unwrap().buffer.clone();
        drop(terminal);
        is_inert(&without_commands(&kept.bytes), &["\r\n"]);
        is_what_the_terminal_shows(&cells, &kept.bytes);
    }
}
