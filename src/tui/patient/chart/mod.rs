//! Counts over time, with the lines of the bands, the doses on the same time axis, and the lowest count and the falls
//! marked.
//!
//! ```text
//!   4.5 |⠉⠒⠤⣀
//!       |    ⠉⠒⠤⣀
//!   2.0 |· · · · ·⠉⢆· · · · · GREEN from 2.0
//!   1.5 |· · · · · · ·⢆ · · · RED under 1.5
//!     0 |             ⢣
//!       |o   o     o   v X    X lowest  v lower band
//!  dose  12.5  100     250    mg a day
//!        19-Oct-2026 21-Nov-2026
//! ```
//! The scale is straight, and a count never stands on the wrong side of a line (`scale`). On a terminal without UTF-8, and
//! on the Linux console, a row stands for half a unit, or on few lines for a band, and the marks are the counts. The
//! numbers are in the list below: none is rounded into the chart.
mod canvas;
mod plain;
mod scale;

use chrono::{Duration, NaiveDate, NaiveDateTime};
use ratatui::text::Span;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::items::local;
use crate::assess::{BloodCount, DoseDay, FlagKind, Severity};
use crate::tui::data::Data;
use crate::tui::text::{Line, blank, span, width};
use crate::ward::{EntryId, Kind, Patient};
use crate::words;
use canvas::Canvas;
use scale::Scale;

/// Cells before the plot: the value and the axis.
const AXIS: usize = 7;
/// Cells at most that the plot takes: wider than this nobody can follow it.
const WIDEST: usize = 110;
/// Cells at least.
const NARROWEST: usize = 24;
/// Lines of a plot in dots, at least and at most.
const LINES: (usize, usize) = (5, 10);
/// Days that are shown where a section is one of several; alone it shows all.
const DAYS: i64 = 182;

/// What a chart is drawn from.
pub struct Source<'a> {
    /// The screen's data.
    pub data: &'a Data,
    /// Whose.
    pub patient: &'a Patient,
    /// Blood counts, oldest first.
    pub counts: &'a [BloodCount],
    /// Doses of the newest course, oldest first.
    pub doses: &'a [DoseDay],
}

/// Which count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// Neutrophils.
    Anc,
    /// White cells.
    Wbc,
}

/// How much room there is for a chart, and how far back it goes.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Columns of the screen.
    pub columns: usize,
    /// Lines at most.
    pub lines: usize,
    /// Every count, and not only those of half a year.
    pub all: bool,
}

/// One count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    at: NaiveDateTime,
    value: Decimal,
    severity: Severity,
    mark: Mark,
}

/// What a count is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// A count.
    Count,
    /// In a lower band than the one before, or a fall that the protocol names.
    Fall,
    /// The lowest.
    Lowest,
}

impl Mark {
    fn letter(self) -> char {
        match self {
            Self::Count => 'o',
            Self::Fall => 'v',
            Self::Lowest => 'X',
        }
    }
}

/// A chart that is about to be drawn.
struct Chart<'a> {
    data: &'a Data,
    test: Test,
    points: Vec<Point>,
    /// Where bands begin, best first, with the words for the line.
    bounds: Vec<(Decimal, String)>,
    doses: Vec<(NaiveDateTime, Decimal)>,
    first: NaiveDateTime,
    last: NaiveDateTime,
    /// Cells of the plot.
    plot: usize,
}

/// The lines of a chart, or none: fewer than two counts, no bands to draw, or not enough room.
pub fn lines(source: &Source, test: Test, room: Room) -> Vec<Line> {
    Chart::new(source, test, room).and_then(|chart| chart.draw(room.lines)).unwrap_or_default()
}

/// `lowest 0.40 on 21-Nov-2026`, of all counts.
pub fn lowest(source: &Source) -> Option<String> {
    let (count, _) = source
        .counts
        .iter()
        .filter_map(|count| Some((count, value(source, count.anc.as_ref())?)))
        .min_by_key(|(_, value)| *value)?;
    let shown = words::count(source.patient, count.anc.as_ref(), source.data.rules.tests(), source.data.charset())?;
    Some(format!("lowest {shown} on {}", words::date(count.at.date(source.data.moment.zone))))
}

/// What a result says, in the unit of the rules.
fn value(source: &Source, entry: Option<&EntryId>) -> Option<Decimal> {
    let Kind::Observation(observation) = &source.patient.entry(entry?)?.kind else { return None };
    source.data.rules.tests().value(observation).ok()
}

/// Where the bands of today's protocol begin, best first, with the word of the band above and the one below.
fn bounds(source: &Source, test: Test) -> Vec<(Decimal, String)> {
    let fields = &source.patient.fields;
    let Some(protocol) = fields.protocol.as_deref().and_then(|id| source.data.rules.protocol(id)) else {
        return Vec::new();
    };
    let bands = protocol.bands(protocol.table(fields.ben, fields.duffy_null));
    let from = |band: &crate::rules::protocol::Band| match test {
        Test::Anc => Some(band.anc.0),
        Test::Wbc => band.wbc.map(|wbc| wbc.0),
    };
    let mut bounds: Vec<_> = bands.iter().filter_map(|band| Some((from(band)?, band.id.clone()))).collect();
    bounds.sort_by_key(|(from, _)| std::cmp::Reverse(*from));
    let worst = bounds.last().map(|(_, word)| word.clone());
    let best = bounds.first().map(|(from, _)| *from);
    bounds.retain(|(from, _)| !from.is_zero());
    let last = bounds.len().saturating_sub(1);
    let said = bounds.into_iter().enumerate().map(|(i, (from, word))| match worst.as_ref().filter(|_| i == last) {
        Some(worst) if Some(from) != best => (from, format!("{worst} under {from}")),
        _ => (from, format!("{word} from {from}")),
    });
    said.collect()
}

/// Every count that the rules read, oldest first, with its mark.
fn points(source: &Source, test: Test) -> Vec<Point> {
    let zone = source.data.moment.zone;
    let falls: Vec<&EntryId> = source.data.assessment(&source.patient.id).map_or_else(Vec::new, |one| {
        one.flags.iter().filter(|flag| flag.kind == FlagKind::AncFall).map(|flag| &flag.entry).collect()
    });
    let mut before = None;
    let mut points = Vec::new();
    for count in source.counts {
        let id = if test == Test::Anc { count.anc.as_ref() } else { count.wbc.as_ref() };
        let Some(value) = value(source, id) else { continue };
        let rank = rank(source, count);
        let fell =
            rank.zip(before).is_some_and(|(now, before)| now > before) || id.is_some_and(|id| falls.contains(&id));
        before = rank.or(before);
        points.push(Point {
            at: local(&count.at, zone),
            value,
            severity: count.band.as_ref().map_or(Severity::Ok, |band| band.severity),
            mark: if fell { Mark::Fall } else { Mark::Count },
        });
    }
    let lowest = points.iter().map(|point| point.value).min();
    for point in points.iter_mut().filter(|point| Some(point.value) == lowest) {
        point.mark = Mark::Lowest;
    }
    points
}

/// The place of a count's band among those of today's protocol, 0 the best.
fn rank(source: &Source, count: &BloodCount) -> Option<usize> {
    let fields = &source.patient.fields;
    let protocol = source.data.rules.protocol(fields.protocol.as_deref()?)?;
    let word = &count.band.as_ref()?.band;
    let bands = protocol.bands(protocol.table(fields.ben, fields.duffy_null));
    bands.iter().position(|band| *band.id == **word)
}

impl<'a> Chart<'a> {
    fn new(source: &Source<'a>, test: Test, room: Room) -> Option<Self> {
        let bounds = bounds(source, test);
        let mut points = points(source, test);
        let today: NaiveDateTime = source.data.moment.today().into();
        let from = if room.all { NaiveDateTime::MIN } else { today - Duration::days(DAYS) };
        points.retain(|point| point.at >= from);
        if points.len() < 2 || bounds.is_empty() {
            return None;
        }
        let start = |day: NaiveDate| NaiveDateTime::from(day);
        let doses: Vec<_> = source
            .doses
            .iter()
            .filter(|dose| dose.change_mg.is_none_or(|change| !change.is_zero()) && start(dose.date) >= from)
            .map(|dose| (start(dose.date), dose.total_mg))
            .collect();
        let times = || points.iter().map(|point| point.at).chain(doses.iter().map(|(at, _)| *at));
        let (first, last) = (times().min()?, times().max()?.max(source.data.moment.local()));
        let beside = bounds.iter().map(|(_, said)| width(said)).max().unwrap_or_default();
        let beside = beside.max(width(LEGEND)).max(width(MG)) + 2;
        let plot = room.columns.saturating_sub(AXIS + beside).min(WIDEST);
        let chart = Self { data: source.data, test, points, bounds, doses, first, last, plot };
        (plot >= NARROWEST).then_some(chart)
    }

    /// Draws on at most so many lines.
    fn draw(&self, lines: usize) -> Option<Vec<Line>> {
        let below = 1 + usize::from(!self.doses.is_empty());
        if !self.data.theme.has_dots() {
            let mut drawn = plain::plot(self, lines.checked_sub(below)?)?;
            drawn.extend(self.below());
            return Some(drawn);
        }
        let plot = lines.checked_sub(below + 1)?.min(LINES.1);
        let mut drawn = if plot >= LINES.0 { self.dots(plot)? } else { return None };
        drawn.push(self.marks());
        drawn.extend(self.below());
        Some(drawn)
    }

    /// The plot in dots.
    fn dots(&self, lines: usize) -> Option<Vec<Line>> {
        let highest = self.points.iter().map(|point| point.value).max()?;
        let bounds: Vec<Decimal> = self.bounds.iter().map(|(from, _)| *from).collect();
        let scale = Scale::new(highest, &bounds, lines * canvas::ROWS)?;
        let mut bands = Canvas::new(self.plot, lines);
        for (_, row) in scale.lines() {
            for column in (0..self.plot * canvas::COLUMNS).step_by(4) {
                bands.dot(column, *row);
            }
        }
        let mut curve = Canvas::new(self.plot, lines);
        let mut counts = vec![false; self.plot * lines];
        let places: Vec<(usize, usize)> =
            self.points.iter().map(|point| (self.column(point.at) * canvas::COLUMNS, scale.row(point.value))).collect();
        for pair in places.windows(2) {
            if let [from, to] = pair {
                curve.line(*from, *to);
            }
        }
        for (column, row) in places {
            curve.dot(column, row);
            curve.dot(column + 1, row);
            let line = lines - 1 - row / canvas::ROWS;
            if let Some(count) = counts.get_mut(line * self.plot + column / canvas::COLUMNS) {
                *count = true;
            }
        }
        let line_of = |row: usize| lines - 1 - row / canvas::ROWS;
        Some(
            (0..lines)
                .map(|line| {
                    let here: Vec<Decimal> = scale
                        .lines()
                        .iter()
                        .rev()
                        .filter(|(_, row)| line_of(*row) == line)
                        .map(|(from, _)| *from)
                        .collect();
                    let value = match here.first() {
                        Some(from) => from.to_string(),
                        None if line == 0 => scale.top.to_string(),
                        None if line + 1 == lines => "0".to_owned(),
                        None => String::new(),
                    };
                    let mut row = vec![span(self.head(line, &value), self.data.theme.dim())];
                    row.extend((0..self.plot).map(|column| self.cell(&bands, &curve, &counts, column, line)));
                    let said = |from: &Decimal| {
                        self.bounds.iter().find(|(bound, _)| bound == from).map(|(_, said)| said.clone())
                    };
                    let said: Vec<String> = here.iter().filter_map(said).collect();
                    self.beside(&mut row, &said.join(", "));
                    merged(row)
                })
                .collect(),
        )
    }

    /// The value at the left of a line, and the axis; on the first line also which count it is.
    fn head(&self, line: usize, value: &str) -> String {
        let name = if self.test == Test::Anc { "ANC" } else { "WBC" };
        // The name stands where the scale has no value.
        let value = if line == 1 && value.is_empty() { name } else { value };
        format!("{value:>5} |")
    }

    fn cell(&self, bands: &Canvas, curve: &Canvas, counts: &[bool], column: usize, line: usize) -> Span<'static> {
        let theme = self.data.theme;
        let is_count = counts.get(line * self.plot + column).copied().unwrap_or_default();
        match (curve.cell(column, line), bands.cell(column, line)) {
            (Some(dots), _) if is_count => span(dots, theme.strong()),
            (Some(dots), _) => span(dots, theme.text()),
            (None, Some(dots)) => span(dots, theme.dim()),
            (None, None) => blank(1),
        }
    }

    /// Where the counts are in time, the lowest and the falls among them.
    fn marks(&self) -> Line {
        let theme = self.data.theme;
        let mut marks: Vec<Option<(Mark, Severity)>> = vec![None; self.plot];
        for point in &self.points {
            if let Some(cell) = marks.get_mut(self.column(point.at)) {
                *cell = (*cell).max(Some((point.mark, point.severity)));
            }
        }
        let mut row = vec![span(format!("{:>5} |", ""), theme.dim())];
        row.extend(marks.into_iter().map(|mark| match mark {
            None => blank(1),
            Some((Mark::Count, _)) => span("o", theme.text()),
            Some((mark, severity)) => span(mark.letter(), theme.severity(severity)),
        }));
        self.beside(&mut row, LEGEND);
        merged(row)
    }

    /// The doses and the days under the plot.
    fn below(&self) -> Vec<Line> {
        let theme = self.data.theme;
        let mut lines = Vec::new();
        if !self.doses.is_empty() {
            let doses = self.doses.iter().map(|(at, mg)| (self.column(*at), mg.normalize().to_string())).collect();
            let mut row = vec![span(format!("{:>5}  ", "dose"), theme.dim()), span(self.placed(doses), theme.text())];
            self.beside(&mut row, MG);
            lines.push(row);
        }
        let middle = self.first + (self.last - self.first) / 2;
        let end = self.plot.saturating_sub(11);
        let mut days = vec![(0, words::date(self.first.date())), (end, words::date(self.last.date()))];
        days.insert(1, (self.column(middle), words::date(middle.date())));
        // The first and the last day are always there.
        if end < self.column(middle) + 13 || self.column(middle) < 13 {
            days.remove(1);
        }
        lines.push(vec![blank(AXIS), span(self.placed(days), theme.dim())]);
        lines
    }

    /// Words at their columns, each whole or absent; of two that would touch, the later one is there.
    fn placed(&self, words: Vec<(usize, String)>) -> String {
        let mut free = self.plot;
        let mut kept: Vec<(usize, String)> = Vec::new();
        for (at, word) in words.into_iter().rev() {
            // The newest is moved to the left rather than left out.
            let at = if kept.is_empty() { at.min(self.plot.saturating_sub(width(&word))) } else { at };
            if at + width(&word) <= free {
                free = at.saturating_sub(1);
                kept.push((at, word));
            }
        }
        let mut row = String::new();
        for (at, word) in kept.into_iter().rev() {
            row.extend(std::iter::repeat_n(' ', at.saturating_sub(width(&row))));
            row.push_str(&word);
        }
        format!("{row:<wide$}", wide = self.plot)
    }

    /// What stands at the right of a line.
    fn beside(&self, row: &mut Line, text: &str) {
        if !text.is_empty() {
            row.push(span(format!(" {text}"), self.data.theme.dim()));
        }
    }

    /// The cell of a time, from the first to the last.
    fn column(&self, at: NaiveDateTime) -> usize {
        let whole = (self.last - self.first).num_minutes().max(1);
        let passed = (at - self.first).num_minutes().clamp(0, whole);
        let cells = i64::try_from(self.plot.saturating_sub(1)).unwrap_or_default();
        (passed * cells / whole).to_usize().unwrap_or_default()
    }
}

/// What the marks mean.
const LEGEND: &str = "X lowest  v lower band";
/// The unit of the doses.
const MG: &str = "mg a day";

/// Neighbours of one style as one span.
fn merged(row: Line) -> Line {
    let mut merged: Line = Vec::new();
    for part in row {
        match merged.last_mut() {
            Some(last) if last.style == part.style => last.content.to_mut().push_str(&part.content),
            _ => merged.push(part),
        }
    }
    merged
}
