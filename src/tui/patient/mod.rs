//! One patient: what is flagged and what to do, counts with their bands, what is due, doses, checks, and every entry.
//!
//! ```text
//! the banner: who, where, under which rules, on which day
//! the ward, the moment, the user, the file
//! >1 Flags 2 ------------------
//!   rows
//!  2 Blood counts ... 6 History, every entry
//! why, and by whose rule, in two lines
//! the keys
//! ```
mod chart;
pub mod items;
mod layout;
pub mod reading;
mod rows;
mod what_if;

use std::ops::Range;
use std::rc::Rc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use self::items::{Item, ItemKey, Section};
use self::rows::{More, Rows};
use super::banner::{self, FileState};
use super::data::Data;
use super::home::why::sentence;
use super::keymap::{Action, Mode};
use super::stack::in_sight;
use super::text::{Line, put, span, spans_width, width};
use crate::assess::{self, BloodCount, Detail, Flag, Task};
use crate::rules::RuleInfo;
use crate::safe::Safe;
use crate::ward::{Entry, EntryId, Patient, PatientId, voided};
use crate::words;

/// At most so many lines are taken by head, reasons, title, keys and some counts when one section is alone.
const ZOOM_TAKES: usize = 16;

/// A patient's view: who, and what is selected.
#[derive(Debug, Clone)]
pub struct PatientView {
    /// Whose.
    pub id: PatientId,
    focus: Section,
    zoom: bool,
    /// Blood counts, oldest first.
    counts: Rc<[BloodCount]>,
    /// What only this view needs to know.
    detail: Detail,
    items: [Vec<Item>; 6],
    lists: [List; 6],
}

/// One section's selection and its first row in sight.
#[derive(Debug, Clone, Default)]
struct List {
    selected: Option<ItemKey>,
    at: usize,
    top: usize,
}

struct Layout {
    head: Vec<Line>,
    sections: Vec<SectionLayout>,
    why: Vec<Line>,
}

struct SectionLayout {
    section: Section,
    /// Drawn above the rows.
    chart: Vec<Line>,
    lines: usize,
    shown: Range<usize>,
}

impl PatientView {
    /// Opens a patient, with the keys in the flags if there are any, else in what is due.
    pub fn open(id: PatientId, data: &Data) -> Self {
        let mut view = Self {
            id,
            focus: Section::Flags,
            zoom: false,
            counts: Rc::default(),
            detail: Detail::default(),
            items: Default::default(),
            lists: Default::default(),
        };
        view.follow(data);
        if view.items_of(Section::Flags).is_empty() {
            view.focus = if view.items_of(Section::Now).is_empty() { Section::History } else { Section::Now };
        }
        view
    }

    /// Sorts the items again after anything changed, and finds the selected ones.
    pub fn follow(&mut self, data: &Data) {
        let Some(patient) = data.patient(&self.id) else {
            self.items = Default::default();
            return;
        };
        let assessment = data.assessment(&self.id);
        self.counts = if assessment.is_some() { data.counts(patient) } else { Rc::default() };
        self.detail = assess::detail(patient, &data.rules, &data.moment);
        self.items = items::of(patient, assessment, &self.counts, data.moment.zone);
        for (list, items) in self.lists.iter_mut().zip(&self.items) {
            let key = |item: &Item| item.key(patient, assessment, &self.counts);
            let found =
                list.selected.as_ref().and_then(|old| items.iter().position(|item| key(item).as_ref() == Some(old)));
            list.at = found.unwrap_or_else(|| list.at.min(items.len().saturating_sub(1)));
            list.selected = items.get(list.at).and_then(key);
        }
    }

    /// The selected flag, if the keys are in the flags; else the worst that nobody has dealt with.
    pub fn flag<'a>(&self, data: &'a Data) -> Option<&'a Flag> {
        let assessment = data.assessment(&self.id)?;
        match self.item() {
            Some(Item::Flag(i)) => assessment.flags.get(i),
            _ => assessment.flags.iter().find(|flag| flag.is_open()),
        }
    }

    /// The selected entry, if the keys are in a list of entries or counts.
    pub fn entry<'a>(&self, data: &'a Data) -> Option<&'a Entry> {
        self.item()?.entry(data.patient(&self.id)?, &self.counts)
    }

    /// Puts the keys on an entry of the history.
    pub fn select_entry(&mut self, id: &EntryId, data: &Data) {
        self.focus = Section::History;
        if let Some(list) = self.lists.get_mut(Section::History.index()) {
            list.selected = Some(ItemKey::Entry(id.clone()));
        }
        self.follow(data);
    }

    /// Puts the keys on a flag.
    pub fn select_flag(&mut self, key: &str, data: &Data) {
        self.focus = Section::Flags;
        if let Some(list) = self.lists.get_mut(Section::Flags.index()) {
            list.selected = Some(ItemKey::Flag(key.to_owned()));
        }
        self.follow(data);
    }

    /// Puts the keys on what is due.
    pub fn select_due(&mut self, task: Task, data: &Data) {
        self.focus = Section::Now;
        if let Some(list) = self.lists.get_mut(Section::Now.index()) {
            list.selected = Some(ItemKey::Due(task));
        }
        self.follow(data);
    }

    /// The name of the selected row.
    pub fn selected(&self) -> Option<&ItemKey> {
        self.list(self.focus)?.selected.as_ref()
    }

    /// Whether the selected row is one of the counts, which stand for one or two entries.
    pub fn is_on_a_count(&self) -> bool {
        matches!(self.item(), Some(Item::Count(_)))
    }

    fn items_of(&self, section: Section) -> &[Item] {
        self.items.get(section.index()).map_or(&[], Vec::as_slice)
    }

    fn list(&self, section: Section) -> Option<&List> {
        self.lists.get(section.index())
    }

    fn item(&self) -> Option<Item> {
        self.items_of(self.focus).get(self.list(self.focus)?.at).copied()
    }

    /// Does what a key of this screen does to the selection; whether it was such a key.
    pub fn act(&mut self, action: Action, digit: Option<usize>, data: &Data, size: (usize, usize)) -> bool {
        let page = || isize::try_from(self.page(data, size)).unwrap_or(1);
        match action {
            Action::Up => self.step(data, -1),
            Action::Down => self.step(data, 1),
            Action::PageUp => self.step(data, -page()),
            Action::PageDown => self.step(data, page()),
            Action::First => self.step(data, isize::MIN),
            Action::Last => self.step(data, isize::MAX),
            Action::Next => self.turn(1),
            Action::Previous => self.turn(Section::ALL.len() - 1),
            Action::Pane => self.focus = digit.and_then(|i| Section::ALL.get(i)).copied().unwrap_or(self.focus),
            Action::Zoom => self.zoom = !self.zoom,
            _ => return false,
        }
        true
    }

    fn turn(&mut self, by: usize) {
        let next = (self.focus.index() + by) % Section::ALL.len();
        self.focus = Section::ALL.get(next).copied().unwrap_or(self.focus);
    }

    fn page(&self, data: &Data, size: (usize, usize)) -> usize {
        let layout = self.layout(data, &FileState::default(), false, size);
        layout.sections.iter().find(|one| one.section == self.focus).map_or(1, |one| one.shown.len().max(1))
    }

    fn step(&mut self, data: &Data, by: isize) {
        let rows = self.items_of(self.focus).len();
        let section = self.focus.index();
        let items = self.items.get(section);
        let Some(list) = self.lists.get_mut(section) else { return };
        list.at = list.at.saturating_add_signed(by).min(rows.saturating_sub(1));
        list.selected = data
            .patient(&self.id)
            .and_then(|patient| items?.get(list.at)?.key(patient, data.assessment(&self.id), &self.counts));
    }

    /// Moves each section's window so that its selected row is in sight.
    pub fn settle(&mut self, data: &Data, file: &FileState, size: (usize, usize)) {
        let tops: Vec<(Section, usize)> =
            self.layout(data, file, false, size).sections.iter().map(|one| (one.section, one.shown.start)).collect();
        for (section, top) in tops {
            if let Some(list) = self.lists.get_mut(section.index()) {
                list.top = top;
            }
        }
    }

    /// Draws the view; nothing of a section is under the lines at the foot.
    pub fn view(&self, data: &Data, file: &FileState, said: Option<&str>, buf: &mut Buffer, area: Rect) {
        let (columns, lines) = (usize::from(area.width), usize::from(area.height));
        let layout = self.layout(data, file, said.is_some(), (columns, lines));
        let from = lines.saturating_sub(layout.why.len() + 1);
        let above = Rect { height: u16::try_from(from).unwrap_or(area.height).min(area.height), ..area };
        let mut y = 0;
        for line in layout.head {
            put(buf, above, y, line);
            y += 1;
        }
        if let Some(patient) = data.patient(&self.id) {
            let voided = voided(&patient.entries);
            let rows = self.rows(data, patient, &voided, columns);
            for section in &layout.sections {
                put(buf, above, y, self.title(data, section, (columns, lines)));
                let rows = self.section(data, &rows, section).into_iter().take(section.lines);
                for (i, line) in section.chart.iter().cloned().chain(rows).enumerate() {
                    put(buf, above, y + 1 + i, line);
                }
                y += 1 + section.chart.len() + section.lines;
            }
        }
        let why = match said {
            Some(said) => banner::said(said, columns, layout.why.len(), data),
            None => layout.why,
        };
        for (i, line) in why.into_iter().enumerate() {
            put(buf, area, from + i, line);
        }
        put(buf, area, lines.saturating_sub(1), banner::footer(Mode::Patient, columns, data));
    }

    fn title(&self, data: &Data, layout: &SectionLayout, (columns, lines): (usize, usize)) -> Line {
        let theme = data.theme;
        let focused = layout.section == self.focus;
        let style = if focused { theme.title_focused() } else { theme.title() };
        let rule = |count: usize| span(String::from(theme.rule()).repeat(count), style);
        let items = self.items_of(layout.section).len();
        let name =
            format!("{} {} {} ", layout.section.index() + 1, layout.section.title(), in_sight(&layout.shown, items));
        let unit = data.rules.tests().get("anc").filter(|_| layout.section == Section::Counts);
        let name = unit.map_or_else(|| name.clone(), |anc| format!("{name}{} ", anc.shown));
        let patient = data.patient(&self.id).filter(|_| layout.section == Section::Counts);
        let lowest = patient.and_then(|patient| chart::lowest(&self.charted(data, patient)));
        let with_lowest = lowest.map(|lowest| format!("{name}- {lowest} "));
        let name = with_lowest.filter(|name| width(name) < columns).unwrap_or(name);
        // On a low screen the chart gives way to what is critical. Zoomed, at least so many lines are left for it; not for
        // everybody there is one.
        let gave_way = || {
            let room = chart::Room { columns, lines: lines.saturating_sub(ZOOM_TAKES), all: true };
            let zoomed = |patient| chart::lines(&self.charted(data, patient), chart::Test::Anc, room);
            patient.is_some_and(|patient| !zoomed(patient).is_empty())
        };
        let is_bare = focused && layout.section == Section::Counts && layout.chart.is_empty() && !self.is_alone(lines);
        let chart =
            (is_bare && gave_way()).then(|| format!("{name}- {}: the chart ", data.key(Mode::Patient, Action::Zoom)));
        let name = chart.filter(|name| width(name) < columns).unwrap_or(name);
        // Where the others are not in sight.
        let next = format!("{name}- {}: the next ", data.key(Mode::Patient, Action::Next));
        let name =
            Some(next).filter(|next| self.is_alone(lines) && !self.zoom && width(next) < columns).unwrap_or(name);
        let first = if focused { span(">", theme.selection()) } else { rule(1) };
        let mut line = vec![first, span(name, style)];
        let used = spans_width(&line);
        line.push(rule(columns.saturating_sub(used)));
        line
    }

    fn section(&self, data: &Data, rows: &Rows, layout: &SectionLayout) -> Vec<Line> {
        let items = self.items_of(layout.section);
        let at = self.list(layout.section).map(|list| list.at).filter(|_| layout.section == self.focus);
        let mut lines = Vec::new();
        for (i, item) in items.iter().enumerate().skip(layout.shown.start).take(layout.shown.len()) {
            let more = self.more_of(data, layout.section, at == Some(i));
            let room = layout.lines.saturating_sub(lines.len());
            lines.extend(rows.at_most(*item, at == Some(i), room, &more));
        }
        lines
    }

    /// Where the rest of a row is. Of a flag the screen says it even if it has not the keys.
    fn more_of(&self, data: &Data, section: Section, selected: bool) -> More {
        let key = match section {
            _ if selected => data.key(Mode::Patient, Action::Open),
            Section::Flags if self.focus != section => (section.index() + 1).to_string(),
            _ => {
                let dots = span("...", data.theme.dim());
                return More { long: dots.clone(), short: dots };
            }
        };
        let said = |how: &str| span(format!("... {key}{how}"), data.theme.dim());
        More { long: said(": all of it"), short: said("") }
    }

    /// Where the rest of a text is.
    fn more(data: &Data) -> String {
        format!("... {}: all of it", data.key(Mode::Patient, Action::Open))
    }

    /// Why the selected row is there, and by whose rule.
    fn reasons(&self, data: &Data, patient: &Patient) -> Vec<Span<'static>> {
        let theme = data.theme;
        let safe = |text: &str| Safe::within(text, data.charset()).to_string();
        let assessment = data.assessment(&self.id);
        let why = |why: &str, rule: &str| {
            let cited = data.rules.rule(rule).map(|rule| source(rule, data)).unwrap_or_default();
            span(format!("Why: {} {cited}", sentence(&safe(why))), theme.text())
        };
        let mut text: Vec<Span<'static>> = Vec::new();
        match self.item() {
            Some(Item::Flag(i)) => {
                let flag = assessment.and_then(|one| one.flags.get(i));
                text.extend(flag.map(|flag| why(&flag.why, &flag.rule)));
            }
            Some(Item::Due(i)) => {
                let due = assessment.and_then(|one| one.due.get(i));
                text.extend(due.map(|due| why(&due.why.to_string(), &due.rule)));
            }
            Some(item) => text.extend(item.entry(patient, &self.counts).map(|entry| {
                let describe = data.describe();
                span(format!("Entry {}, {}.", safe(entry.id.as_str()), describe.recorded(entry)), theme.dim())
            })),
            None if assessment.is_none() => {
                text.push(span("Not on the ward: nothing is assessed and nothing is due.", theme.text()));
            }
            None => text.push(span("Nothing here.", theme.dim())),
        }
        text
    }
}

/// `Source: UK SmPC 4.4 (official), version 2026-11`.
fn source(rule: &RuleInfo, data: &Data) -> String {
    let safe = |text: &str| Safe::within(text, data.charset()).to_string();
    let evidence = words::evidence_in_short(rule, data.charset());
    format!("Source: {} ({evidence}), version {}.", safe(&rule.source), safe(&rule.version))
}
