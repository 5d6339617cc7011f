//! Which characters must never reach a terminal, written down once more, apart from the program's own rule; and what a
//! text was before it was made safe.
use unicode_properties::{GeneralCategory as G, UnicodeGeneralCategory};
use wardround::safe::mark_at_start;

/// A character that must never be sent, whatever stands around it.
pub fn is_forbidden(c: char) -> bool {
    let invisible = matches!(c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180f}' | '\u{e0100}'..='\u{e01ef}');
    let category = c.general_category();
    let joiner = matches!(c, '\u{200c}' | '\u{200d}');
    invisible
        || category == G::SpaceSeparator && c != ' '
        || category == G::Format && !joiner
        || matches!(
            category,
            G::Control | G::Surrogate | G::PrivateUse | G::Unassigned | G::LineSeparator | G::ParagraphSeparator
        )
}

/// What a text was before it was made safe, with marks that begin with `open`.
pub fn decoded(safe: &str, open: char) -> String {
    let (mut out, mut rest) = (String::new(), safe);
    while let Some(c) = rest.chars().next() {
        let mark = mark_at_start(rest).filter(|_| c == open).and_then(|length| rest.get(..length));
        let hex = mark.map(|mark| mark.trim_matches(['‹', '›', '<', '>', 'U', '+']));
        let meant = hex.and_then(|hex| char::from_u32(u32::from_str_radix(hex, 16).ok()?));
        out.push(meant.unwrap_or(c));
        rest = &rest[mark.map_or(c.len_utf8(), str::len)..];
    }
    out
}
