//! The home screen: who needs something now, what, and why.
//!
//! ```text
//! the ward, the moment, the user, the file
//! how many need something
//! >1 ANC flags 1-2 of 4 ---- columns ------
//!   rows
//!  2 Overdue bloods ... 5 Checks due
//! the selected patient's banner
//! why the row is there, in two lines
//! the keys
//! ```
//! The selection is a patient's row by its name, never a place: nothing that happens to the list changes whom Enter opens.
mod card;
mod reduced;
pub mod rows;
pub mod why;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::banner::{self, FileState};
use super::columns::{Grid, RowText};
use super::data::Data;
use super::data::board::{Pane, Row, RowKey};
use super::keymap::{Action, Mode};
use super::size;
use super::stack::{Need, Window, hand_over, in_sight, share};
use super::text::{Line, put};
use crate::assess::{Flag, Task};
use crate::ward::PatientId;

/// Lines of a pane that is not focused.
const LEAST: usize = 2;

/// What is selected and focused on the home screen.
#[derive(Debug, Clone)]
pub struct Home {
    focus: Pane,
    zoom: bool,
    panes: [List; 5],
    /// Whether the first-run card is shown: until the first key.
    pub card: bool,
    /// The first row in sight of the one list of a small terminal.
    top: usize,
}

/// One pane's selection and its first row in sight.
#[derive(Debug, Clone, Default)]
struct List {
    selected: Option<Selected>,
    top: usize,
}

/// The selected row by its name, and where it is now.
#[derive(Debug, Clone)]
struct Selected {
    key: RowKey,
    /// Its place; `None` if the patient has left the pane. They stay selected until somebody moves on.
    at: Option<usize>,
    /// Its last place, from where one moves on.
    last: usize,
}

/// How the screen is shared out.
struct Layout<'a> {
    head: Vec<Line>,
    panes: Vec<PaneLayout<'a>>,
    card: Vec<Line>,
    who: Vec<Line>,
    why: Vec<Line>,
}

struct PaneLayout<'a> {
    asked: Asked<'a>,
    lines: usize,
    shown: Range<usize>,
}

/// The rows of a pane at one width, each put into words once, when its height is asked for.
struct Asked<'a> {
    data: &'a Data,
    pane: Pane,
    rows: &'a [Row],
    grid: Grid,
    /// Lines that the cells of a row may take.
    most: usize,
    known: RefCell<HashMap<usize, Rc<InWords>>>,
}

/// A row in words, and its lines while it is not selected.
struct InWords {
    text: RowText,
    lines: Vec<Line>,
}

impl Asked<'_> {
    fn row(&self, i: usize) -> Option<Rc<InWords>> {
        let known = self.known.borrow().get(&i).cloned();
        known.or_else(|| {
            let text = rows::text(self.data, self.rows.get(i)?)?;
            let lines = text.lines(&self.grid, false, self.most, self.data.theme);
            let row = Rc::new(InWords { text, lines });
            self.known.borrow_mut().insert(i, Rc::clone(&row));
            Some(row)
        })
    }

    fn height(&self, i: usize) -> usize {
        self.row(i).map_or(1, |row| row.lines.len())
    }

    /// How many lines the pane would fill, up to what there is.
    fn wanted(&self, free: usize) -> usize {
        let mut lines = 0;
        for row in 0..self.rows.len() {
            if lines >= free {
                break;
            }
            lines += self.height(row);
        }
        lines.min(free)
    }
}

impl Home {
    /// The home screen of a ward, with the keys in the pane of what is most urgent.
    pub fn new(data: &Data) -> Self {
        let mut home =
            Self { focus: data.board.most_urgent(), zoom: false, panes: Default::default(), card: false, top: 0 };
        home.follow(data);
        home
    }

    /// Finds the selected rows again after anything was assessed again. A pane without a selection selects its first row.
    pub fn follow(&mut self, data: &Data) {
        for pane in Pane::ALL {
            let rows = data.board.rows(pane);
            let Some(list) = self.panes.get_mut(pane.index()) else { continue };
            let first = || select(data, rows, 0);
            list.selected = match list.selected.take() {
                None => first(),
                Some(old) if data.assessment(&old.key.patient).is_none() => Some(Selected { at: None, ..old }),
                Some(old) => {
                    let theirs =
                        |row: &Row| data.assessed.get(row.patient).is_some_and(|one| one.patient == old.key.patient);
                    let named = |row: &Row| theirs(row) && key(data, row).is_some_and(|key| key == old.key);
                    let at = rows.iter().position(named).or_else(|| rows.iter().position(theirs));
                    match at {
                        Some(at) => select(data, rows, at),
                        None => Some(Selected { at: None, ..old }),
                    }
                }
            };
        }
    }

    /// The selected patient.
    pub fn patient(&self) -> Option<&PatientId> {
        self.selected().map(|selected| &selected.key.patient)
    }

    /// The selected row, if it is (still) in the pane.
    pub fn row<'a>(&self, data: &'a Data) -> Option<&'a Row> {
        data.board.rows(self.focus).get(self.selected()?.at?)
    }

    /// The due task that the selected row is about.
    pub fn task(&self, data: &Data) -> Option<Task> {
        let row = self.row(data)?;
        let assessment = data.assessed.get(row.patient)?;
        row.what.tasks(assessment).first().and_then(|i| assessment.due.get(*i)).map(|due| due.task)
    }

    /// The flag of the selected row.
    pub fn flag<'a>(&self, data: &'a Data) -> Option<&'a Flag> {
        let row = self.row(data)?;
        row.what.flags().next().and_then(|flag| data.assessed.get(row.patient)?.flags.get(flag))
    }

    fn selected(&self) -> Option<&Selected> {
        self.panes.get(self.focus.index())?.selected.as_ref()
    }

    /// Does what a key of this screen does to the selection; whether it was such a key.
    pub fn act(&mut self, action: Action, digit: Option<usize>, data: &Data, size: (usize, usize)) -> bool {
        if size::is_reduced(size) {
            return self.act_reduced(action, digit, data, size);
        }
        let page = || self.layout(data, &FileState::default(), size).rows_in(self.focus).max(1);
        match action {
            Action::Up => self.step(data, -1),
            Action::Down => self.step(data, 1),
            Action::PageUp => self.step(data, -isize::try_from(page()).unwrap_or(1)),
            Action::PageDown => self.step(data, isize::try_from(page()).unwrap_or(1)),
            Action::First => self.step(data, isize::MIN),
            Action::Last => self.step(data, isize::MAX),
            other => return self.turn_to(other, digit),
        }
        true
    }

    /// Does what a key does to the focus; whether it was such a key.
    fn turn_to(&mut self, action: Action, digit: Option<usize>) -> bool {
        match action {
            Action::Next => self.turn(1),
            Action::Previous => self.turn(Pane::ALL.len() - 1),
            Action::Pane => self.focus = digit.and_then(|i| Pane::ALL.get(i)).copied().unwrap_or(self.focus),
            Action::Zoom => self.zoom = !self.zoom,
            _ => return false,
        }
        true
    }

    fn turn(&mut self, by: usize) {
        let next = (self.focus.index() + by) % Pane::ALL.len();
        self.focus = Pane::ALL.get(next).copied().unwrap_or(self.focus);
    }

    fn step(&mut self, data: &Data, by: isize) {
        let rows = data.board.rows(self.focus);
        let Some(list) = self.panes.get_mut(self.focus.index()) else { return };
        let end = rows.len().saturating_sub(1);
        let to = match &list.selected {
            // The row under the selection has gone: the one that took its place comes first.
            Some(Selected { at: None, last, .. }) => (*last).min(end),
            Some(Selected { at: Some(at), .. }) => at.saturating_add_signed(by).min(end),
            None => 0,
        };
        if let Some(selected) = select(data, rows, to) {
            list.selected = Some(selected);
        }
    }

    /// Moves each pane's window so that its selected row is in sight.
    pub fn settle(&mut self, data: &Data, file: &FileState, size: (usize, usize)) {
        if size::is_reduced(size) {
            self.settle_reduced(data, file, size);
            return;
        }
        let tops: Vec<(Pane, usize)> =
            self.layout(data, file, size).panes.iter().map(|pane| (pane.asked.pane, pane.shown.start)).collect();
        for (pane, top) in tops {
            if let Some(list) = self.panes.get_mut(pane.index()) {
                list.top = top;
            }
        }
    }

    fn layout<'a>(&self, data: &'a Data, file: &FileState, (columns, lines): (usize, usize)) -> Layout<'a> {
        let head = banner::of_ward(data, file, columns);
        let card = if self.card { card::lines(data, columns) } else { Vec::new() };
        let who = why::who(self, data, columns);
        let reasons = why::reasons(self, data);
        let reserved = banner::reserved(&reasons, columns, lines, self.zoom);
        let shown: Vec<Pane> = if self.zoom { vec![self.focus] } else { Pane::ALL.to_vec() };
        let free = lines.saturating_sub(head.len() + card.len() + who.len() + reserved + 1 + shown.len());
        let asked = |pane: &Pane| Asked {
            data,
            pane: *pane,
            rows: data.board.rows(*pane),
            grid: Grid::new(columns, data.longest(), rows::columns(*pane)),
            most: self.most(*pane),
            known: RefCell::default(),
        };
        let asked: Vec<Asked<'a>> = shown.iter().map(asked).collect();
        let needs: Vec<Need> = asked.iter().map(|asked| Need { lines: asked.wanted(free), least: LEAST }).collect();
        let focus = shown.iter().position(|pane| *pane == self.focus).unwrap_or_default();
        let mut given = share(free, &needs, focus);
        let in_sight = |i: usize, lines: usize| -> (Range<usize>, usize) {
            let Some(asked) = asked.get(i) else { return (0..0, 0) };
            let window = Window { rows: asked.rows.len(), lines, height: |row| asked.height(row) };
            let list = self.panes.get(asked.pane.index());
            let at = list.and_then(|list| list.selected.as_ref()).and_then(|selected| selected.at);
            let rows = window.rows(list.map_or(0, |list| list.top), at);
            let used = window.filled(rows.clone());
            (rows, used)
        };
        hand_over(&mut given, &needs, focus, |pane, lines| in_sight(pane, lines).1);
        let room = reserved + free.saturating_sub(given.iter().sum());
        let why = banner::reasons(&reasons, columns, room, &why::more(data), data.theme);
        let ranges: Vec<Range<usize>> = given.iter().enumerate().map(|(i, lines)| in_sight(i, *lines).0).collect();
        let panes = asked.into_iter().zip(given).zip(ranges);
        let panes = panes.map(|((asked, lines), shown)| PaneLayout { asked, lines, shown });
        Layout { head, panes: panes.collect(), card, who, why }
    }

    /// Lines that the cells of a row may take: all that they need only in a pane that has the screen for itself. The
    /// lines under the panes say the rest of the selected row.
    fn most(&self, pane: Pane) -> usize {
        match (self.zoom, pane == self.focus) {
            (true, _) => usize::MAX,
            (false, true) => 2,
            (false, false) => 1,
        }
    }

    /// Draws the screen.
    pub fn view(&self, data: &Data, file: &FileState, said: Option<&str>, buf: &mut Buffer, area: Rect) {
        self.draw(data, file, said, true, buf, area);
    }

    /// Draws the screen behind something that has a selection of its own: nobody is marked as selected here.
    pub fn view_behind(&self, data: &Data, file: &FileState, buf: &mut Buffer, area: Rect) {
        self.draw(data, file, None, false, buf, area);
    }

    fn draw(&self, data: &Data, file: &FileState, said: Option<&str>, marks: bool, buf: &mut Buffer, area: Rect) {
        let (columns, lines) = (usize::from(area.width), usize::from(area.height));
        if size::is_reduced((columns, lines)) {
            self.view_reduced(data, file, said, buf, area);
            return;
        }
        let layout = self.layout(data, file, (columns, lines));
        let mut y = 0;
        for line in layout.head {
            put(buf, area, y, line);
            y += 1;
        }
        for pane in &layout.panes {
            put(buf, area, y, self.title(data, pane, marks));
            y += 1;
            for (i, line) in self.rows(data, pane, marks).into_iter().take(pane.lines).enumerate() {
                put(buf, area, y + i, line);
            }
            y += pane.lines;
        }
        let why = match said {
            Some(said) => banner::said(said, columns, layout.why.len(), data),
            None => layout.why,
        };
        let foot: Vec<Line> = layout.card.into_iter().chain(layout.who).chain(why).collect();
        let from = lines.saturating_sub(foot.len() + 1);
        for (i, line) in foot.into_iter().enumerate() {
            put(buf, area, from + i, line);
        }
        put(buf, area, lines.saturating_sub(1), banner::footer(Mode::Home, columns, data));
    }

    fn title(&self, data: &Data, pane: &PaneLayout<'_>, marks: bool) -> Line {
        let Asked { pane: which, rows, grid, .. } = &pane.asked;
        let name = format!("{} {} {}", which.index() + 1, which.title(), in_sight(&pane.shown, rows.len()));
        grid.title(&name, !rows.is_empty(), marks && *which == self.focus, data.theme)
    }

    fn rows(&self, data: &Data, pane: &PaneLayout<'_>, marks: bool) -> Vec<Line> {
        let asked = &pane.asked;
        let at = self.selected().and_then(|selected| selected.at).filter(|_| marks && asked.pane == self.focus);
        let mut lines = Vec::new();
        for i in pane.shown.clone() {
            let Some(row) = asked.row(i) else { continue };
            let selected = at == Some(i);
            if row.lines.len() > pane.lines {
                let more = format!("more: {}", data.key(Mode::Home, Action::Open));
                lines.push(row.text.brief(&asked.grid, selected, &more, data.theme));
            } else if selected {
                lines.extend(row.text.lines(&asked.grid, true, asked.most, data.theme));
            } else {
                lines.extend(row.lines.iter().cloned());
            }
        }
        lines
    }
}

impl Layout<'_> {
    fn rows_in(&self, pane: Pane) -> usize {
        self.panes.iter().find(|one| one.asked.pane == pane).map_or(0, |one| one.shown.len())
    }
}

fn key(data: &Data, row: &Row) -> Option<RowKey> {
    data.assessed.get(row.patient).map(|assessment| row.what.key(assessment))
}

fn select(data: &Data, rows: &[Row], at: usize) -> Option<Selected> {
    rows.get(at).and_then(|row| key(data, row)).map(|key| Selected { key, at: Some(at), last: at })
}
