//! Finding somebody by any part of name, bed or number; also those who are no longer on the ward.
//!
//! Whoever matches exactly comes first, then those who nearly do, and each of these says so. The first is selected until
//! somebody moves; then the same person stays selected for as long as they match.
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::banner::{self, FileState};
use super::data::Data;
use super::data::query::{Match, Only, Query};
use super::keymap::{Action, Mode};
use super::people::{self, People};
use super::size;
use super::stack::in_sight;
use super::text::{Line, blank, flow, indent, put, span, spans_width, width, wrap};
use super::theme::Theme;
use crate::safe::Safe;
use crate::ward::PatientId;
use crate::words;

/// Longest query: nobody types more, and a paste may.
const LONGEST: usize = 60;

/// Lines of a terminal of 24 that stay in sight above it: the ward, and most of its first pane.
const ABOVE: usize = 10;

/// What has been typed, and who matches.
#[derive(Debug, Clone)]
pub struct Find {
    query: String,
    found: People<Found>,
    /// Whether somebody chose the selected patient by moving to them.
    chosen: bool,
    /// Whether the ward stays in sight above it. Over a patient it does not: there is one name on that screen, and it
    /// is not the selected one.
    pops_up: bool,
}

/// Somebody who matches.
#[derive(Debug, Clone)]
struct Found {
    patient: PatientId,
    how: Match,
}

impl people::Row for Found {
    fn patient(&self) -> &PatientId {
        &self.patient
    }
}

impl Find {
    /// Starts with everybody, over the ward or over something else.
    pub fn new(data: &Data, over_the_ward: bool) -> Self {
        let (query, found) = (String::new(), People::default());
        let mut find = Self { query, found, chosen: false, pops_up: over_the_ward };
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

    /// Whether what it was opened over stays in sight above it.
    pub fn pops_up(&self) -> bool {
        self.pops_up
    }

    /// What was typed, as a filter; `None` if nothing was.
    pub fn only(&self) -> Option<Only> {
        let words = self.query.trim().to_owned();
        (!words.is_empty()).then(|| Only::new(words))
    }

    /// Who is selected.
    pub fn patient(&self) -> Option<&PatientId> {
        self.found.patient()
    }

    /// Searches again after the ward changed; the same patient stays selected if they still match.
    pub fn search(&mut self, data: &Data) {
        let chosen = std::mem::replace(&mut self.chosen, true);
        self.look(data);
        self.chosen = chosen && self.chosen;
    }

    fn look(&mut self, data: &Data) {
        let query = Query::new(&self.query);
        // As long as nothing is typed it is everybody, and nobody's card is made.
        let how = |at: usize| if query.is_empty() { Some(Match::Start) } else { query.matches(data.cards().get(at)?) };
        let all = data.ward.patients.iter().enumerate();
        // Nearly matching never comes before exactly, not even on the ward before off it; then by bed. One number: on a list
        // of thousands all of them are sorted at every key.
        let order = |gone: bool, how: Match, rank: u32| {
            u64::from(how == Match::Nearly) << 40 | u64::from(gone) << 39 | (how as u64) << 32 | u64::from(rank)
        };
        let mut found: Vec<(u64, Match, &PatientId)> = all
            .filter_map(|(at, patient)| {
                let how = how(at)?;
                Some((order(!patient.fields.active, how, data.bed_rank(at)), how, &patient.id))
            })
            .collect();
        found.sort_unstable_by_key(|(order, ..)| *order);
        let found = found.into_iter().map(|(_, how, id)| Found { patient: id.clone(), how }).collect();
        self.chosen = self.found.replace(found, self.chosen);
    }

    /// Does what a key does to the selection; whether it was such a key.
    pub fn act(&mut self, action: Action) -> bool {
        let moved = self.found.act(action);
        self.chosen |= moved;
        moved
    }

    /// Moves the window so that the selected row is in sight.
    pub fn settle(&mut self, data: &Data, file: &FileState, size: (usize, usize)) {
        let shown = self.layout(data, file, size).shown;
        self.found.settle(shown);
    }

    /// The lines above the rows, which rows are in sight, and how many lines those have, on a terminal of this size.
    fn layout(&self, data: &Data, file: &FileState, (columns, lines): (usize, usize)) -> Layout {
        let above = if self.pops_up { size::above(ABOVE, (columns, lines)) } else { 0 };
        // Where the ward is in sight above it, so is its first line.
        let mut head = if above > 0 { Vec::new() } else { banner::moment_line(data, file, columns, None) };
        let typed = Safe::within(&self.query, data.charset()).to_string();
        let theme = data.theme;
        let prompt = vec![span("Find: ", theme.strong()), span(typed, theme.text()), span("_", theme.field())];
        let prompt = banner::flow_in(&[prompt], columns, 2);
        let free = lines.saturating_sub(above + head.len() + prompt.len() + 2);
        let shown = self.found.shown(free, |found| Self::row(found, data, columns).len());
        head.push(self.title(&shown, columns, theme));
        head.extend(prompt);
        Layout { above, head, shown, free }
    }

    fn title(&self, shown: &Range<usize>, columns: usize, theme: Theme) -> Line {
        let found = self.found.rows();
        let nearly = found.iter().filter(|one| one.how == Match::Nearly).count();
        let nearly = if nearly > 0 { format!(", {nearly} of them not exactly") } else { String::new() };
        let title = format!("-Found {}{nearly} ", in_sight(shown, found.len()));
        let rule = String::from(theme.rule()).repeat(columns.saturating_sub(width(&title)));
        vec![span(title, theme.title_focused()), span(rule, theme.title())]
    }

    /// Draws it into an area, or into the lower part of it where what was open stays in sight above.
    pub fn view(&self, data: &Data, file: &FileState, buf: &mut Buffer, area: Rect) {
        let (columns, lines) = (usize::from(area.width), usize::from(area.height));
        let Layout { above, head: mut all, shown, free } = self.layout(data, file, (columns, lines));
        let end = all.len() + free;
        if self.found.rows().is_empty() {
            let nobody = "Nobody matches. Any part of a name, bed or number will do.";
            let lines = wrap(nobody, columns.saturating_sub(1)).into_iter();
            all.extend(lines.map(|line| vec![blank(1), span(line, data.theme.text())]));
        }
        all.extend(self.found.lines(shown, data.theme, |found| Self::row(found, data, columns)));
        all.resize(end, Vec::new());
        all.push(banner::footer(Mode::Find, columns, data));
        for (y, line) in all.into_iter().enumerate() {
            put(buf, area, above + y, line);
        }
    }

    /// Who it is, with a free cell before each line.
    fn row(found: &Found, data: &Data, columns: usize) -> Vec<Line> {
        const BED: usize = 7;
        let theme = data.theme;
        let Some(patient) = data.patient(&found.patient) else { return vec![Vec::new()] };
        let mut first = vec![span(data.bed(patient), theme.text())];
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
        let lines = flow(&items, columns.saturating_sub(BED + 1), 2).into_iter().enumerate();
        lines
            .map(|(i, line)| match i {
                0 if !first.is_empty() => std::iter::once(blank(1)).chain(first.iter().cloned()).chain(line).collect(),
                _ => indent(BED + 1, line),
            })
            .collect()
    }
}

/// How the area is shared out.
struct Layout {
    /// Lines of what was open that stay in sight.
    above: usize,
    head: Vec<Line>,
    shown: Range<usize>,
    /// Lines for rows.
    free: usize,
}
