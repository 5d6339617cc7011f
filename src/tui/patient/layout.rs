//! How the lines of a patient's view are shared out: what is critical, what to do and whom to call come first.
use std::collections::HashMap;

use ratatui::text::Span;

use super::chart::{self, Room};
use super::items::Section;
use super::rows::Rows;
use super::{Layout, PatientView, SectionLayout};
use crate::assess::Flag;
use crate::safe::Safe;
use crate::tui::banner::{self, FileState};
use crate::tui::data::Data;
use crate::tui::keymap::{Action, Mode};
use crate::tui::size;
use crate::tui::stack::{Need, Window, share};
use crate::tui::text::{Line, blank, span, width};
use crate::ward::{Entry, EntryId, Patient, voided};
use crate::words;

/// Lines of a terminal that has room for the chart beside all else.
const TALL: usize = 36;

/// Lines below which a section that is alone has too few rows.
const FEW: usize = 6;

impl PatientView {
    /// How the lines are shared out; `said`: something was just done or cannot be done, and is said in place of the reason.
    pub(super) fn layout(&self, data: &Data, file: &FileState, said: bool, size: (usize, usize)) -> Layout {
        let layout = self.laid_out(data, file, said, false, size);
        if self.is_critical_above(data, &layout) { self.laid_out(data, file, said, true, size) } else { layout }
    }

    /// As [`Self::layout`]; `above`: a critical flag is out of sight above the selected one, which takes a line to say.
    fn laid_out(
        &self,
        data: &Data,
        file: &FileState,
        said: bool,
        above: bool,
        (columns, lines): (usize, usize),
    ) -> Layout {
        let Some(patient) = data.patient(&self.id) else { return gone(data, file, columns) };
        let mut head = banner::of_patient(data, patient, columns);
        head.extend(banner::moment_line(data, file, columns, None));
        head.extend(banner::flow_in(&banner::new_critical(data).into_iter().collect::<Vec<_>>(), columns, 2));
        let reasons = self.reasons(data, patient);
        let shown: Vec<Section> = if self.is_alone(lines) { vec![self.focus] } else { Section::ALL.to_vec() };
        if above {
            head.extend(self.critical_elsewhere(data, &data.key(Mode::Patient, Action::Up), columns));
        } else if !shown.contains(&Section::Flags) {
            head.extend(self.critical_elsewhere(data, &(Section::Flags.index() + 1).to_string(), columns));
        }
        let notes = banner::notes(data, file, columns);
        let voided = voided(&patient.entries);
        let rows = self.rows(data, patient, &voided, columns);
        // What is critical, what to do and whom to call stay in sight.
        let flags = shown.first().filter(|first| **first == Section::Flags);
        let (vital, others) = flags.map_or((0, 0), |_| self.vital(&rows));
        let left = |notes: usize| lines.saturating_sub(head.len() + notes + 1 + shown.len());
        let reserved = self.reserved(&reasons, (columns, lines));
        // What is said of the file gives way to the patient: one line that says where to read it.
        let least: usize = shown.iter().map(|section| section.least(false)).sum();
        let notes = if notes.len() > 1 && left(notes.len()).saturating_sub(reserved) < least.max(FEW).max(vital) {
            banner::notes_in_short(data, file, columns)
        } else {
            notes
        };
        // And so does the reason. What was just done keeps a line.
        let left = left(notes.len());
        let reserved = reserved.min(left.saturating_sub(vital + others)).max(usize::from(said));
        let free = left.saturating_sub(reserved);
        head.extend(notes);
        let chart = self.chart(data, patient, free, vital, (columns, lines));
        let free = free.saturating_sub(chart.len());
        let beside_chart = !chart.is_empty() && lines < TALL;
        let needs = self.needs(&rows, &shown, vital, beside_chart, free);
        let focus = shown.iter().position(|section| *section == self.focus).unwrap_or_default();
        let given = share(free, &needs, focus);
        let room = reserved + free.saturating_sub(given.iter().sum());
        let mut why = banner::reasons(&reasons, columns, room, &Self::more(data), data.theme);
        why.truncate(room);
        let sections = shown.into_iter().zip(given).map(|(section, lines)| {
            let items = self.items_of(section);
            let height = |row: usize| items.get(row).map_or(1, |item| rows.lines(*item, false).len());
            let window = Window { rows: items.len(), lines, height };
            // The flags begin with the worst while the keys are elsewhere, whichever was selected before.
            let list = self.list(section).filter(|_| section != Section::Flags || self.focus == section);
            let mut shown = window.rows(list.map_or(0, |list| list.top), list.map(|list| list.at));
            let used: usize = shown.clone().map(&window.height).sum();
            if used < lines && shown.end < items.len() {
                // As much of the next row as there is room for: it says that there is more of it.
                shown.end += 1;
            }
            let chart = if section == Section::Counts { chart.clone() } else { Vec::new() };
            SectionLayout { section, chart, lines, shown }
        });
        Layout { head, sections: sections.collect(), why }
    }

    /// The lines of the flags that stay in sight, and those of others to call: of the selected flag, if it is critical,
    /// else of the worst.
    fn vital(&self, rows: &Rows) -> (usize, usize) {
        let selected = self.item().filter(|_| self.focus == Section::Flags);
        let worst = self.items_of(Section::Flags).first().copied();
        let mut all = [selected, worst].into_iter().flatten().map(|item| rows.vital(item));
        all.find(|(lines, _)| *lines > 0).unwrap_or_default()
    }

    /// How many lines are kept free to say why the selected row is there: only one, where the chart needs the room.
    fn reserved(&self, reasons: &[Span], (columns, lines): (usize, usize)) -> usize {
        if self.focus == Section::Counts && !self.is_alone(lines) && lines < TALL {
            return 1;
        }
        banner::reserved(reasons, columns, lines, self.zoom)
    }

    /// What each section asks for. If there is not the least for all of them, the flags have it first.
    fn needs(&self, rows: &Rows, shown: &[Section], vital: usize, beside_chart: bool, free: usize) -> Vec<Need> {
        let of = |section: &Section, most: usize| {
            let least = match section {
                Section::Flags => section.least(beside_chart).max(vital),
                _ => section.least(beside_chart).min(most),
            };
            Need { lines: self.wanted(rows, *section, free), least }
        };
        let all = |most: usize| shown.iter().map(|section| of(section, most)).collect::<Vec<Need>>();
        let least = |needs: &[Need]| needs.iter().map(|need| need.least.min(need.lines)).sum::<usize>();
        (0..=3).rev().map(all).find(|needs| least(needs) <= free).unwrap_or_else(|| all(0))
    }

    /// Whether the first of the flags, among which the keys are, is critical and open, and out of sight.
    fn is_critical_above(&self, data: &Data, layout: &Layout) -> bool {
        let of_flags = layout.sections.iter().find(|section| section.section == Section::Flags);
        let is_out = of_flags.is_some_and(|flags| !flags.shown.contains(&0));
        is_out && self.focus == Section::Flags && self.open_critical(data).is_some()
    }

    /// The first flag that is critical and open.
    fn open_critical<'a>(&self, data: &'a Data) -> Option<&'a Flag> {
        data.assessment(&self.id)?.flags.iter().find(|flag| flag.is_open_critical())
    }

    /// Where the flags, or the first of them, are out of sight: that one is critical and open, and the key that shows what
    /// to do.
    fn critical_elsewhere(&self, data: &Data, key: &str, columns: usize) -> Option<Line> {
        let flag = self.open_critical(data)?;
        let theme = data.theme;
        let state = format!("{} CRITICAL", words::symbol(flag.severity));
        let title = Safe::within(&flag.title, data.charset()).to_string();
        let said = [format!("{state} {title}"), state];
        let how = [format!("{key}: what to do, whom to call"), format!("{key}: what to do")];
        let all = said.iter().flat_map(|said| how.iter().map(move |how| (said, how)));
        let (said, how) = all.into_iter().find(|(said, how)| 1 + width(said) + 2 + width(how) <= columns)?;
        Some(vec![blank(1), span(said, theme.critical()), blank(2), span(how, theme.text())])
    }

    /// Whether the section with the keys is the only one: it was asked for, or the screen is too low for six.
    pub(super) fn is_alone(&self, lines: usize) -> bool {
        self.zoom || lines < size::FULL.1
    }

    /// The chart, where there is room for it: always on a tall screen, else where its section has the keys or is alone.
    fn chart(
        &self,
        data: &Data,
        patient: &Patient,
        free: usize,
        vital: usize,
        (columns, lines): (usize, usize),
    ) -> Vec<Line> {
        let focused = self.focus == Section::Counts;
        let alone = self.is_alone(lines);
        let rooms = match alone {
            true if focused => vec![free.saturating_sub(self.counts.len().min(4))],
            false if lines >= TALL => vec![(free / 2).min(12)],
            // The flag that must not give way, or a row of one; and of the counts as many as there is room for.
            false if focused => (1..=3).rev().map(|counts| free.saturating_sub(vital.max(1) + counts)).collect(),
            _ => return Vec::new(),
        };
        let source = self.charted(data, patient);
        let room = |lines: usize| Room { columns, lines, all: alone };
        let of = |lines: usize| (lines, chart::lines(&source, chart::Test::Anc, room(lines)));
        let drawn = rooms.into_iter().map(of).find(|(_, chart)| !chart.is_empty());
        let Some((most, mut chart)) = drawn else { return Vec::new() };
        if alone {
            chart.extend(chart::lines(&source, chart::Test::Wbc, room(most.saturating_sub(chart.len()))));
        }
        chart
    }

    pub(super) fn charted<'a>(&'a self, data: &'a Data, patient: &'a Patient) -> chart::Source<'a> {
        chart::Source { data, patient, counts: &self.counts, doses: &self.detail.doses }
    }

    pub(super) fn rows<'a>(
        &'a self,
        data: &'a Data,
        patient: &'a Patient,
        voided: &'a HashMap<&'a EntryId, &'a Entry>,
        columns: usize,
    ) -> Rows<'a> {
        Rows {
            data,
            patient,
            assessment: data.assessment(&self.id),
            counts: &self.counts,
            detail: &self.detail,
            voided,
            columns: size::readable(columns),
        }
    }

    fn wanted(&self, rows: &Rows, section: Section, free: usize) -> usize {
        let mut lines = 0;
        for item in self.items_of(section) {
            if lines >= free {
                break;
            }
            lines += rows.lines(*item, false).len();
        }
        lines.min(free)
    }
}

/// The view of somebody who is no longer in the file.
fn gone(data: &Data, file: &FileState, columns: usize) -> Layout {
    let mut head = banner::of_ward(data, file, columns);
    let gone = span("This patient is no longer in the file.", data.theme.warning());
    head.extend(banner::flow_in(&[vec![gone]], columns, 2));
    Layout { head, sections: Vec::new(), why: Vec::new() }
}
