//! Any text as a name: what is shown holds nothing forbidden, tells what was written, fits its lines, and is never cut
//! inside a mark.
use wardround::safe::{self, Charset, LONGEST_MARK, Safe};
use wardround::tui::text::{width, wrap};

use crate::characters::{decoded, is_forbidden};

pub fn run(data: &[u8]) {
    let Some((columns, data)) = data.split_first() else { return };
    let columns = LONGEST_MARK + usize::from(*columns);
    is_shown(&String::from_utf8_lossy(data), columns);
    // Each three bytes as a code point: characters that lossy text seldom has.
    let wide = data.chunks_exact(3).filter_map(|c| char::from_u32(u32::from_be_bytes([0, c[0] % 0x11, c[1], c[2]])));
    is_shown(&wide.collect::<String>(), columns);
}

fn is_shown(text: &str, columns: usize) {
    for (charset, open) in [(Charset::Unicode, '‹'), (Charset::Ascii, '<')] {
        let start = format!("{open}U+");
        let safe = Safe::within(text, charset);
        let shown = safe.as_str();
        assert!(!shown.chars().any(is_forbidden), "{shown:?}");
        assert!(charset == Charset::Unicode || shown.is_ascii(), "{shown:?}");
        assert!(safe.has_marks() || shown == text, "{shown:?}");
        assert_eq!(decoded(shown, open), text);
        assert_eq!(safe.width(), width(shown));
        let lines = wrap(shown, columns);
        assert_eq!(lines.concat().replace(' ', ""), shown.replace(' ', ""));
        for line in lines {
            assert!(width(&line) <= columns, "{line:?}");
            let cut = |(at, _): (usize, &str)| safe::mark_at_start(&line[at..]).is_none();
            assert!(!line.match_indices(&start).any(cut), "cut: {line:?}");
        }
    }
    let json = serde_json::Value::from(text).to_string();
    let sent = safe::json(&json);
    assert!(!sent.chars().any(|c| is_forbidden(c) && c != '\n'), "{sent:?}");
    assert_eq!(serde_json::from_str::<String>(&sent).expect("still JSON"), text);
}
