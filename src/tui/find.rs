//! Finding somebody by any part of name, bed or number; also those who are no longer on the ward.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::app::Data;
use super::banner::{self, FileState, Line};
use super::keymap::{Action, Mode};
use super::stack::{Window, in_sight};
use super::text::{blank, flow, indent, put, span, spans_width};
use crate::safe::Safe;
use crate::ward::{Patient, PatientId};
use crate::words;

/// Longest query: nobody types more, and a paste may.
const LONGEST: usize = 60;

/// What has been typed, and who matches.
#[derive(Debug, Clone)]
pub struct Find {
    query: String,
    found: Vec<PatientId>,
    selected: Option<PatientId>,
    top: usize,
}

impl Find {
    /// Starts with everybody.
    pub fn new(data: &Data) -> Self {
        let mut find = Self { query: String::new(), found: Vec::new(), selected: None, top: 0 };
        find.search(data);
        find
    }

    /// Takes typed or pasted text; what is no letter, digit or space of one line is left out.
    pub fn push(&mut self, text: &str, data: &Data) {
        let room = LONGEST.saturating_sub(self.query.chars().count());
        let typed = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control());
        self.query.extend(typed.take(room));
        self.search(data);
    }

    /// Takes back the last character.
    pub fn pop(&mut self, data: &Data) {
        self.query.pop();
        self.search(data);
    }

    /// Who is selected.
    pub fn patient(&self) -> Option<&PatientId> {
        self.selected.as_ref()
    }

    /// Searches again after the ward changed; the same patient stays selected if they still match.
    pub fn search(&mut self, data: &Data) {
        let query = Query::new(&self.query);
        let mut found: Vec<&Patient> = data.ward.patients.iter().filter(|patient| query.matches(patient)).collect();
        found.sort_by(|a, b| b.fields.active.cmp(&a.fields.active).then_with(|| super::app::by_bed(a, b)));
        self.found = found.into_iter().map(|patient| patient.id.clone()).collect();
        let kept = self.selected.take().filter(|id| self.found.contains(id));
        self.selected = kept.or_else(|| self.found.first().cloned());
    }

    fn at(&self) -> Option<usize> {
        let selected = self.selected.as_ref()?;
        self.found.iter().position(|id| id == selected)
    }

    /// Does what a key does to the selection; whether it was such a key.
    pub fn act(&mut self, action: Action, lines: usize) -> bool {
        let page = isize::try_from(lines.saturating_sub(6).max(1)).unwrap_or(1);
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            _ => return false,
        };
        let to = self.at().unwrap_or_default().saturating_add_signed(by).min(self.found.len().saturating_sub(1));
        self.selected = self.found.get(to).cloned();
        true
    }

    /// Moves the window so that the selected row is in sight.
    pub fn settle(&mut self, data: &Data, file: &FileState, size: (usize, usize)) {
        self.top = self.layout(data, file, size).1.start;
    }

    fn layout(
        &self,
        data: &Data,
        file: &FileState,
        (columns, lines): (usize, usize),
    ) -> (Vec<Line>, std::ops::Range<usize>, usize) {
        let mut head = banner::moment_line(data, file, columns, None);
        let typed = Safe::within(&self.query, data.charset()).to_string();
        let theme = data.theme;
        let prompt = vec![span("Find: ", theme.strong()), span(typed, theme.text()), span("_", theme.field())];
        head.extend(banner::flow_in(&[prompt], columns, 2));
        let free = lines.saturating_sub(head.len() + 2);
        let height = |row: usize| self.row(data, row, columns).len();
        let window = Window { rows: self.found.len(), lines: free, height };
        let shown = window.rows(self.top, self.at());
        (head, shown, free)
    }

    /// Draws the screen into an area of at least 80x24.
    pub fn view(&self, data: &Data, file: &FileState, buf: &mut Buffer, area: Rect) {
        let (columns, lines) = (usize::from(area.width), usize::from(area.height));
        let theme = data.theme;
        let (mut all, shown, free) = self.layout(data, file, (columns, lines));
        let title = format!("-Found {} ", in_sight(&shown, self.found.len()));
        let used = title.len();
        let rule = String::from(theme.rule()).repeat(columns.saturating_sub(used));
        all.push(vec![span(title, theme.title_focused()), span(rule, theme.title())]);
        let end = all.len() + free;
        if self.found.is_empty() {
            all.push(vec![blank(1), span("Nobody matches. Any part of a name, bed or number will do.", theme.text())]);
        }
        let at = self.at();
        for row in shown {
            let marker = if at == Some(row) { span(">", theme.selection()) } else { blank(1) };
            for (i, line) in self.row(data, row, columns).into_iter().enumerate() {
                let first = if i == 0 { marker.clone() } else { blank(1) };
                all.push(std::iter::once(first).chain(line).collect());
            }
        }
        all.truncate(end);
        for (y, line) in all.into_iter().enumerate() {
            put(buf, area, y, line);
        }
        put(buf, area, lines.saturating_sub(1), banner::footer(Mode::Find, columns, data));
    }

    fn row(&self, data: &Data, row: usize, columns: usize) -> Vec<Line> {
        const BED: usize = 7;
        let theme = data.theme;
        let Some(patient) = self.found.get(row).and_then(|id| data.patient(id)) else { return vec![Vec::new()] };
        let bed =
            patient.fields.bed.as_deref().map_or_else(String::new, |bed| Safe::within(bed, data.charset()).to_string());
        let mut first = vec![span(bed, theme.text())];
        let used = spans_width(&first);
        let mut items = banner::identity(data, patient);
        if used > BED - 1 {
            items.insert(0, std::mem::take(&mut first));
        } else {
            first.push(blank(BED - used));
        }
        if let Some(worst) = data.assessment(&patient.id).map(|one| one.severity) {
            let state = format!("{} {}", words::symbol(worst), words::severity(worst));
            items.push(vec![span(state.trim().to_owned(), theme.severity(worst))]);
        }
        let lines = flow(&items, columns.saturating_sub(BED + 1), 2);
        lines
            .into_iter()
            .enumerate()
            .map(|(i, line)| {
                if i == 0 && !first.is_empty() {
                    first.iter().cloned().chain(line).collect()
                } else {
                    indent(BED, line)
                }
            })
            .collect::<Vec<Vec<Span>>>()
    }
}

/// What is searched for, folded as the names are.
struct Query {
    words: Vec<String>,
    /// All words together, if they are digits: a number typed in its groups.
    number: Option<String>,
}

impl Query {
    fn new(text: &str) -> Self {
        let words: Vec<String> = text.split_whitespace().map(fold).collect();
        let joined = words.concat();
        let is_number = words.len() > 1 && joined.bytes().all(|b| b.is_ascii_digit());
        Self { words, number: is_number.then_some(joined) }
    }

    fn matches(&self, patient: &Patient) -> bool {
        let fields = &patient.fields;
        let numbers: Vec<String> =
            fields.identifiers.iter().map(|one| fold(&one.value.split(' ').collect::<String>())).collect();
        if let Some(number) = &self.number {
            return numbers.iter().any(|one| one.contains(number.as_str()));
        }
        let texts =
            [fold(&fields.name.family), fold(&fields.name.given), fold(fields.bed.as_deref().unwrap_or_default())];
        self.words.iter().all(|word| texts.iter().chain(&numbers).any(|text| text.contains(word.as_str())))
    }
}

/// Lower case without accents.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ward::read;

    #[test]
    fn any_part_of_name_bed_or_number() {
        let patient = read::patient(
            r#"{"id":"p","name":{"family":"Núñez-Okafor","given":"Adaeze"},"bed":"B3","entries":[],
            "identifiers":[{"system":"nhs-number","value":"999 000 0018"},{"system":"mrn","value":"X77"}]}"#,
        )
        .expect("a patient");
        for query in ["", "okaf", "NUNEZ", "ada ok", "b3", "999 000 0018", "9990000018", "00018", "x77", "b3 okafor"] {
            assert!(Query::new(query).matches(&patient), "{query}");
        }
        for query in ["okafor c4", "zz", "000 999 0018"] {
            assert!(!Query::new(query).matches(&patient), "{query}");
        }
    }
}
