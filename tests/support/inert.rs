//! Reads what goes to a terminal, byte by byte.
#![allow(clippy::expect_used)] // a test that cannot go on fails

use wardround::safe::Safe;

/// Takes the program's own commands out: what is left is text.
pub fn without_commands(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let mut parts = text.split("\x1b[");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && !matches!(c, ';' | '?')).expect("a command has an end");
        let (command, text) = part.split_at(end + 1);
        let own = matches!(&command[end..], "H" | "C" | "m" | "J" | "K" | "L" | "M")
            || matches!(command, "?25l" | "?25h" | "?2026h" | "?2026l" | "?1049h" | "?1049l" | "?2004h" | "?2004l");
        assert!(own, "a command that is not the program's: {command:?}");
        rest.push_str(text);
    }
    rest
}

/// Nothing in a text but what may be seen. Marks are taken out first: they are safe, and may not be imitated.
pub fn is_inert(text: &str, breaks: &[&str]) {
    let text = breaks.iter().fold(text.to_owned(), |text, part| text.replace(part, " "));
    let text = text.replace("‹U+", "U+").replace("<U+", "U+");
    let safe = Safe::new(&text);
    assert!(!safe.has_marks(), "{:?}", safe.as_str());
}
