//! What `Safe` promises, over every code point there is.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::widgets::{List, Paragraph, Widget};
use unicode_properties::{GeneralCategory as G, UnicodeGeneralCategory};
use unicode_width::UnicodeWidthChar;

use super::*;

fn shown(text: &str) -> String {
    Safe::new(text).to_string()
}

#[test]
fn safe_text_in_ascii_is_what_its_source_would_be() {
    for text in
        ["plain", "Zoë\u{202E}", "‹U+202E›", "a ‹ b › c", "\u{202E}\u{1B}[2J", "<\u{202E}U+41>", "‹‹U+1›", "‹U+202E"]
    {
        let once = Safe::ascii(text).to_string();
        let again = Safe::in_ascii(&shown(text));
        // Text that imitates a mark was marked for UTF-8, and stays so.
        let same = if text.contains("‹U+") { once.replace("<U+003C>", "<U+2039>") } else { once };
        assert_eq!(again, same, "{text}");
        assert!(again.is_ascii());
    }
    assert_eq!(Safe::in_ascii("<U+202E>"), "<U+003C>U+202E>", "no mark of UTF-8 text");
}

#[test]
fn ordinary_text_is_not_touched() {
    for text in [
        "OKAFOR, Adaeze",
        "ANC 0.40 x10^9/L < 1.50 & \"RED\"",
        "Zoë Ó Súilleabháin",
        "Zoe\u{308}",
        "Đặng Thị Bích",
        "عائشة",
        "شیرین\u{200C}بانو",
        "ශ්\u{200D}රී",
        "अक्षय",
        "ขวัญ",
        "김민준",
        "\u{1100}\u{1161}\u{11A8}",
        "李小龙",
        "Clozaril® 25 µg ✓ ½ №",
        "─│┌ ≥ →",
    ] {
        let safe = Safe::new(text);
        assert_eq!(safe.as_str(), text);
        assert!(!safe.has_marks() && matches!(safe.text, Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn hostile_text_is_marked_and_never_dropped() {
    for (text, expected) in [
        ("\u{1B}[2J", "‹U+001B›[2J"),
        ("a\u{9B}2Jb", "a‹U+009B›2Jb"),
        ("a\nb\tc\u{7F}", "a‹U+000A›b‹U+0009›c‹U+007F›"),
        ("1.32\u{202E}04", "1.32‹U+202E›04"),
        ("A\u{200B}B\u{2060}C\u{FEFF}\u{AD}", "A‹U+200B›B‹U+2060›C‹U+FEFF›‹U+00AD›"),
        ("A\u{A0}B\u{2009}C\u{3000}", "A‹U+00A0›B‹U+2009›C‹U+3000›"),
        ("A\u{2028}\u{2029}", "A‹U+2028›‹U+2029›"),
        ("\u{115F}\u{1160}\u{3164}\u{FFA0}\u{2800}", "‹U+115F›‹U+1160›‹U+3164›‹U+FFA0›‹U+2800›"),
        ("❤\u{FE0F}", "❤‹U+FE0F›"),
        ("\u{E0041}\u{E000}\u{10FFFF}", "‹U+E0041›‹U+E000›‹U+10FFFF›"),
        ("🙂👍🏽🇬🇧", "‹U+1F642›‹U+1F44D›‹U+1F3FD›‹U+1F1EC›‹U+1F1E7›"),
        // A mark needs a letter: nothing may change what was written by somebody else before it.
        ("\u{301}a", "‹U+0301›a"),
        ("0.4\u{336}0", "0.4‹U+0336›0"),
        (" \u{301}", " ‹U+0301›"),
        ("e\u{301}\u{302}\u{303}\u{304}\u{305}", "e\u{301}\u{302}\u{303}‹U+0304›‹U+0305›"),
        ("\u{200B}\u{301}", "‹U+200B›‹U+0301›"),
        ("a\u{34F}b", "a‹U+034F›b"),
        ("ｶ\u{FF9E}", "ｶ‹U+FF9E›"),
        // Joiners only where they can be seen.
        ("a\u{200D}b", "a‹U+200D›b"),
        ("دا\u{200C}د", "دا‹U+200C›د"),
        ("م\u{200D}ح", "م‹U+200D›ح"),
        ("ක්\u{200D}", "ක්‹U+200D›"),
        ("ක්\u{200D}\u{200D}ර", "ක්‹U+200D›‹U+200D›ර"),
        ("ک\u{200C}\u{200C}ک", "ک‹U+200C›‹U+200C›ک"),
    ] {
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn a_text_cannot_pass_for_a_mark() {
    assert_eq!(shown("‹U+202E›"), "‹U+2039›U+202E›");
    assert_eq!(shown("‹x›"), "‹x›");
    assert_eq!(Safe::ascii("<U+202E>").as_str(), "<U+003C>U+202E>");
    assert_eq!(Safe::ascii("<0.1").as_str(), "<0.1");
    assert_eq!(shown("<U+202E>"), "<U+202E>");
}

#[test]
fn ascii_holds_only_ascii() {
    assert_eq!(Safe::ascii("Zoë\u{202E}").as_str(), "Zo<U+00EB><U+202E>");
    assert_eq!(Safe::within("Zoe", Charset::Ascii).as_str(), "Zoe");
}

/// The rule of `rule.rs` once more, from the other end: no forbidden category, nothing invisible, and nothing that the
/// widget library lays out in other cells than we measure.
#[test]
fn every_code_point() {
    let mut kept = 0_u32;
    let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
    for c in '\0'..=char::MAX {
        let mut bytes = [0; 4];
        let text = &*c.encode_utf8(&mut bytes);
        if !Walk::new(text, Charset::Unicode).all(|step| step.kept) {
            continue;
        }
        kept += 1;
        let category = c.general_category();
        let forbidden = matches!(
            category,
            G::Control
                | G::Format
                | G::Surrogate
                | G::PrivateUse
                | G::Unassigned
                | G::LineSeparator
                | G::ParagraphSeparator
                | G::NonspacingMark
                | G::SpacingMark
                | G::EnclosingMark
        );
        assert!(!forbidden && (category != G::SpaceSeparator || c == ' '), "{c:?} was kept");
        let width = Safe::new(text).width();
        assert!(c.width().is_some_and(|w| w > 0) && width > 0, "{c:?} was kept and has no width");
        buffer.reset();
        line([Safe::new(text), Safe::new("|")]).render(buffer.area, &mut buffer);
        assert_eq!(buffer[(u16::try_from(width).unwrap(), 0)].symbol(), "|", "{c:?} is laid out elsewhere");
    }
    // All letters of the living scripts, and not one code point in four: a rule turned round would show here.
    assert!((140_000..250_000).contains(&kept), "{kept} kept");
}

#[test]
fn every_mark_is_whole() {
    for c in ('\0'..=char::MAX).step_by(61) {
        let text = c.to_string();
        let (safe, ascii) = (Safe::new(&text), Safe::ascii(&text));
        let mark = format!("‹U+{:04X}›", u32::from(c));
        assert!(safe.as_str() == text || safe.as_str() == mark && safe.width() == mark.chars().count(), "{mark}");
        assert!(ascii.as_str() == text || ascii.as_str() == format!("<U+{:04X}>", u32::from(c)));
    }
}

/// What is kept is laid out by the widget library in just the cells that we measure.
#[test]
fn width_is_that_of_the_cells() {
    for text in
        ["Zoe\u{308}", "김민준", "李小龙", "ශ්\u{200D}රී", "ｶ", "عائشة لا", "क्षि", "a\u{202E}b", "\u{1100}\u{1161}"]
    {
        let safe = Safe::new(text);
        let expected = safe.width();
        assert!(safe.fits(expected) && !safe.fits(expected - 1));
        let line = line([safe, Safe::new("|")]);
        for widget in 0..3 {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
            match widget {
                0 => line.clone().render(buffer.area, &mut buffer),
                1 => Paragraph::new(line.clone()).render(buffer.area, &mut buffer),
                _ => Widget::render(List::new([line.clone()]), buffer.area, &mut buffer),
            }
            assert_eq!(buffer.content().iter().position(|cell| cell.symbol() == "|"), Some(expected), "{text}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn nothing_moves_what_stands_after_it(text in "\\PC{0,6}[\\p{Arabic}\\p{Devanagari}\\p{Hangul}]{0,6}\\p{M}{0,4}") {
        let safe = Safe::new(&text);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 1));
        let expected = safe.width();
        line([safe, Safe::new("|end")]).render(buffer.area, &mut buffer);
        let cells = buffer.content().get(expected..expected + 4).unwrap();
        proptest::prop_assert_eq!(cells.iter().map(ratatui::buffer::Cell::symbol).collect::<String>(), "|end");
    }
}

#[test]
fn padding_counts_cells() {
    assert_eq!(Safe::new("李").padded(4).as_str(), "李  ");
    assert_eq!(Safe::new("HOLLOWAY").padded(4).as_str(), "HOLLOWAY");
}

#[test]
fn marks_have_a_style_of_their_own() {
    let spans = Safe::new("A\u{202E}B").spans(Style::new(), Color::Red);
    let parts: Vec<_> = spans.iter().map(|s| (s.content.as_ref(), s.style.fg)).collect();
    assert_eq!(parts, [("A", None), ("‹U+202E›", Some(Color::Red)), ("B", None)]);
}

#[test]
fn json_says_the_same_in_other_letters() {
    let hostile: String = ('\0'..=char::MAX).step_by(7).collect();
    let value = serde_json::json!({ "name": hostile, "zoë": "Zoë\u{202E}\u{1F642}\u{7F}" });
    let text = serde_json::to_string_pretty(&value).unwrap();
    let out = json(&text);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap(), value);
    assert!(out.contains(r"Zoë\u202e\ud83d\ude42\u007f"));
    assert!(Walk::new(&out, Charset::Unicode).all(|step| step.kept || step.c == '\n'));
    assert!(matches!(json("{\n  \"a\": 1\n}"), Cow::Borrowed(_)));
}
