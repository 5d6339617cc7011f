//! Finding somebody by any part of name, bed or number; also those who are no longer on the ward.
//!
//! Whoever matches exactly comes first, then those who nearly do, and each of these says so. The first is selected until
//! somebody moves; then the same person stays selected for as long as they match.
mod query;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use self::query::{Card, Match, Query};
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
    /// What each patient of the ward is found by, in the ward's order.
    cards: Vec<Card>,
    found: Vec<Found>,
    selected: Option<PatientId>,
    /// Whether somebody chose the selected patient by moving to them.
    chosen: bool,
    top: usize,
}

/// The words that a filter of the ward goes by: exactly, with no slip forgiven.
#[derive(Debug, Clone)]
pub struct Only {
    /// As they were typed.
    pub words: String,
    query: Query,
}

impl Only {
    /// Whether the words find a patient.
    pub fn finds(&self, patient: &Patient) -> bool {
        self.query.matches(&Card::new(patient)).is_some_and(|how| how < Match::Nearly)
    }
}

/// Somebody who matches.
#[derive(Debug, Clone)]
struct Found {
    patient: PatientId,
    how: Match,
}

impl Find {
    /// Starts with everybody.
    pub fn new(data: &Data) -> Self {
        let (query, cards, found) = (String::new(), Vec::new(), Vec::new());
        let mut find = Self { query, cards, found, selected: None, chosen: false, top: 0 };
        find.search(data);
        find
    }

    /// Takes typed or pasted text; what is no letter, digit or space of one line is left out.
    pub fn push(&mut self, text: &str, data: &Data) {
        let room = LONGEST.saturating_sub(self.query.chars().count());
        let typed = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control());
        self.query.extend(typed.take(room));
        self.look(data);
    }

    /// Takes back the last character.
    pub fn pop(&mut self, data: &Data) {
        self.query.pop();
        self.look(data);
    }

    /// What was typed, as a filter; `None` if nothing was.
    pub fn only(&self) -> Option<Only> {
        let words = self.query.trim().to_owned();
        (!words.is_empty()).then(|| Only { query: Query::new(&words), words })
    }

    /// Who is selected.
    pub fn patient(&self) -> Option<&PatientId> {
        self.selected.as_ref()
    }

    /// Searches again after the ward changed; the same patient stays selected if they still match.
    pub fn search(&mut self, data: &Data) {
        self.cards = data.ward.patients.iter().map(Card::new).collect();
        let chosen = std::mem::replace(&mut self.chosen, true);
        self.look(data);
        self.chosen = chosen && self.chosen;
    }

    fn look(&mut self, data: &Data) {
        let query = Query::new(&self.query);
        let all = data.ward.patients.iter().zip(&self.cards).enumerate();
        let mut found: Vec<(bool, Match, u32, &PatientId)> = all
            .filter_map(|(at, (patient, card))| {
                Some((!patient.fields.active, query.matches(card)?, data.bed_rank(at), &patient.id))
            })
            .collect();
        // Nearly matching never comes before exactly, not even on the ward before off it.
        found.sort_unstable_by_key(|(gone, how, rank, _)| (*how == Match::Nearly, *gone, *how, *rank));
        self.found = found.into_iter().map(|(_, how, _, id)| Found { patient: id.clone(), how }).collect();
        let kept = self.selected.take().filter(|id| self.chosen && self.found.iter().any(|one| one.patient == *id));
        self.chosen = kept.is_some();
        self.selected = kept.or_else(|| self.found.first().map(|one| one.patient.clone()));
    }

    fn at(&self) -> Option<usize> {
        let selected = self.selected.as_ref()?;
        self.found.iter().position(|one| one.patient == *selected)
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
        self.selected = self.found.get(to).map(|one| one.patient.clone());
        self.chosen = true;
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
        let nearly = self.found.iter().filter(|one| one.how == Match::Nearly).count();
        let nearly = if nearly > 0 { format!(", {nearly} of them not exactly") } else { String::new() };
        let title = format!("-Found {}{nearly} ", in_sight(&shown, self.found.len()));
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
        let Some(found) = self.found.get(row) else { return vec![Vec::new()] };
        let Some(patient) = data.patient(&found.patient) else { return vec![Vec::new()] };
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
        if found.how == Match::Nearly {
            items.push(vec![span("not exactly what was typed", theme.warning())]);
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
