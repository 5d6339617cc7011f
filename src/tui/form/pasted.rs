//! Text that was not typed here, as a field takes it.

/// Pasted text for a note: its lines, without the space around them and the empty ones at the end.
pub(super) fn in_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join("\n").trim_end().replace('\t', " ")
}

/// Pasted text for a field of one line: its line ends become spaces.
pub(super) fn in_one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ").replace('\t', " ")
}

/// A note of another program with the line ends of this one.
pub(super) fn with_line_ends(note: &str) -> String {
    note.replace("\r\n", "\n")
}
