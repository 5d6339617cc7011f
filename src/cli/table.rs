//! Rows of text in columns that are as wide as their widest cell. Nothing is ever cut: the last cell of a row is
//! wrapped under itself on a terminal, and runs on in a file.
use crate::tui::text::{width, wrap};

/// The least room, in cells, in which a last cell is wrapped beside the others; with less it goes under them.
const LEAST: usize = 30;

/// How far a last cell stands in that goes under the others.
const INDENT: usize = 4;

/// A table of safe texts.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<(Vec<String>, String)>,
}

impl Table {
    /// Adds a row: its cells, and the text at its end. All must have been made safe.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>, last: String) {
        self.rows.push((cells.into_iter().collect(), last));
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, two spaces between columns. `columns`: the width of the terminal, if it is one.
    pub fn text(&self, columns: Option<usize>) -> String {
        let count = self.rows.iter().map(|(cells, _)| cells.len()).max().unwrap_or_default();
        let widest = |n: usize| self.rows.iter().filter_map(|(cells, _)| cells.get(n)).map(|cell| width(cell)).max();
        let widths: Vec<usize> = (0..count).map(|n| widest(n).unwrap_or_default()).collect();
        let mut out = String::new();
        for (cells, last) in &self.rows {
            let mut head = String::new();
            for (cell, wide) in cells.iter().zip(&widths) {
                head.push_str(cell);
                head.extend(std::iter::repeat_n(' ', wide.saturating_sub(width(cell)) + 2));
            }
            push_hanging(&mut out, &head, last, columns);
        }
        out
    }
}

/// Adds a head and a text after it, whose further lines stand under its first.
pub fn push_hanging(out: &mut String, head: &str, text: &str, columns: Option<usize>) {
    let at = width(head);
    let Some(columns) = columns.filter(|columns| *columns > LEAST) else {
        out.push_str(format!("{head}{text}").trim_end());
        out.push('\n');
        return;
    };
    let beside = columns >= at + LEAST;
    let indent = if beside { at } else { INDENT };
    let mut lines = wrap(text, columns - indent).into_iter().filter(|line| !line.is_empty());
    let first = if beside { lines.next() } else { None };
    out.push_str(format!("{head}{}", first.unwrap_or_default()).trim_end());
    out.push('\n');
    for line in lines {
        out.extend([" ".repeat(indent).as_str(), &line, "\n"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::default();
        table.row(["!!", "B3"].map(str::to_owned), "NO DOSE for 51 h: retitrate from 12.5 mg once a day".to_owned());
        table.row(["", "A10"].map(str::to_owned), String::new());
        table.row(["ÅÅÅ", ""].map(str::to_owned), "x".to_owned());
        table
    }

    #[test]
    fn columns_stand_under_each_other() {
        let text = table().text(None);
        assert_eq!(text, "!!   B3   NO DOSE for 51 h: retitrate from 12.5 mg once a day\n     A10\nÅÅÅ       x\n");
        assert_eq!(Table::default().text(None), "");
    }

    #[test]
    fn a_terminal_gets_lines_that_fit_and_numbers_stay_whole() {
        let text = table().text(Some(42));
        assert!(
            text.starts_with("!!   B3   NO DOSE for 51 h: retitrate from\n          12.5 mg once a day\n"),
            "{text}"
        );
        assert!(text.lines().all(|line| width(line) <= 42), "{text}");
        let text = table().text(Some(31));
        assert!(text.starts_with("!!   B3\n    NO DOSE for 51 h: retitrate\n    from 12.5 mg once a day\n"), "{text}");
    }
}
