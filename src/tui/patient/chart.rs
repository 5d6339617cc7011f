//! The ANC over time, in characters, with the lines of its bands and the lowest count marked.
//!
//! ```text
//!  ANC |        o
//!  2.0 +- - - - - - - - - - - - - -  GREEN from 2.0
//!      |            o
//!  1.5 +- - - - - - - - - - - - - -  RED under 1.5
//!  0.0 |                 X
//!       26-Oct-2026  20-Nov-2026
//! ```
//! A count is drawn in the row between two lines to which it belongs, never on a line: no rounding can show it on the
//! better side. The list below has the numbers.
use chrono::NaiveDate;
use ratatui::text::Span;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::tui::app::Data;
use crate::tui::banner::Line;
use crate::tui::text::{blank, span, width};
use crate::ward::{Kind, Patient, PatientId};
use crate::words;

/// Cells before the plot: the value and the axis.
const AXIS: usize = 7;
/// Cells of `  X lowest, 20-Nov-2026`.
const NADIR: usize = 23;
/// Cells at most that the plot takes: wider than this nobody can follow it.
const WIDEST: usize = 90;

/// One count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    day: NaiveDate,
    anc: Decimal,
}

/// A row of the plot: the counts from `from` (included) up to the row above it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Level {
    from: Decimal,
    /// The lowest value of a band begins here: a line is drawn under the row.
    line: Option<String>,
}

/// The chart of a patient, or nothing if there are fewer than two counts to compare or no bands to draw.
pub fn lines(data: &Data, id: &PatientId, columns: usize) -> Vec<Line> {
    let Some(patient) = data.patient(id) else { return Vec::new() };
    let points = points(data, patient);
    let bounds = bounds(data, patient);
    if points.len() < 2 || bounds.is_empty() {
        return Vec::new();
    }
    draw(data, &points, &bounds, columns)
}

/// Every ANC that the rules read, oldest first.
fn points(data: &Data, patient: &Patient) -> Vec<Point> {
    let counts = if data.assessment(&patient.id).is_some() { data.counts(patient) } else { Vec::new() };
    let of = |count: &crate::assess::BloodCount| {
        let Kind::Observation(observation) = &patient.entry(count.anc.as_ref()?)?.kind else { return None };
        let anc = data.rules.tests().value(observation).ok()?;
        Some(Point { day: count.at.date(data.moment.zone), anc })
    };
    counts.iter().filter_map(of).collect()
}

/// Where the bands of today's protocol begin, best first, with the word of the band above and the one below.
fn bounds(data: &Data, patient: &Patient) -> Vec<(Decimal, String)> {
    let Some(protocol) = patient.fields.protocol.as_deref().and_then(|id| data.rules.protocol(id)) else {
        return Vec::new();
    };
    let bands = protocol.bands(protocol.table(patient.fields.ben, patient.fields.duffy_null));
    let mut bounds: Vec<_> = bands.iter().map(|band| (band.anc.0, band.id.clone())).collect();
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

/// The rows from the top: whole numbers above the best band, and one row for each band.
fn levels(points: &[Point], bounds: &[(Decimal, String)]) -> Vec<Level> {
    let highest = points.iter().map(|point| point.anc).max().unwrap_or_default();
    let best = bounds.first().map_or(Decimal::ZERO, |(from, _)| *from);
    let mut levels = Vec::new();
    // At most three rows above the best band's own: a very high count is no reason to squeeze the rest.
    for more in (1..=3).rev() {
        let from = best + Decimal::from(more);
        if highest >= from {
            levels.push(Level { from, line: None });
        }
    }
    levels.extend(bounds.iter().map(|(from, said)| Level { from: *from, line: Some(said.clone()) }));
    levels.push(Level { from: Decimal::ZERO, line: None });
    levels
}

fn draw(data: &Data, points: &[Point], bounds: &[(Decimal, String)], columns: usize) -> Vec<Line> {
    let theme = data.theme;
    let said = bounds.iter().map(|(_, said)| width(said)).max().unwrap_or_default();
    let plot = columns.saturating_sub(AXIS + (said + 1).max(NADIR)).min(WIDEST);
    let lowest = points.iter().map(|point| point.anc).min();
    let levels = levels(points, bounds);
    let mut lines = Vec::new();
    for (i, level) in levels.iter().enumerate() {
        let above = i.checked_sub(1).and_then(|above| levels.get(above)).map(|above| above.from);
        let mine = points.iter().filter(|point| point.anc >= level.from && above.is_none_or(|above| point.anc < above));
        let mut cells = vec![' '; plot];
        for point in mine {
            if let Some(cell) = cells.get_mut(column(points, point.day, plot)) {
                let mark = if Some(point.anc) == lowest { 'X' } else { 'o' };
                *cell = if *cell == 'X' { 'X' } else { mark };
            }
        }
        let value = match (i, &level.line) {
            (0, _) => "ANC".to_owned(),
            (_, None) => level.from.to_string(),
            (_, Some(_)) => String::new(),
        };
        let row = vec![
            span(format!("{value:>5} |"), theme.dim()),
            span(cells.into_iter().collect::<String>(), theme.strong()),
        ];
        lines.push(row);
        if let Some(said) = &level.line {
            let dashes: String = "- ".chars().cycle().take(plot).collect();
            let text = format!("{:>5} +{dashes} {said}", level.from.to_string());
            lines.push(vec![span(text, theme.dim())]);
        }
    }
    lines.push(days(data, points, plot));
    lines
}

/// The first and the last day under their counts, and the lowest count.
fn days(data: &Data, points: &[Point], plot: usize) -> Line {
    let first = points.first().map_or_else(String::new, |point| words::date(point.day));
    let last = points.last().map_or_else(String::new, |point| words::date(point.day));
    let gap = plot.saturating_sub(width(&first) + width(&last)).max(2);
    let lowest = points.iter().min_by_key(|point| point.anc);
    let nadir = lowest.map_or_else(String::new, |point| format!("  X lowest, {}", words::date(point.day)));
    let theme = data.theme;
    let line: Vec<Span<'static>> =
        vec![blank(AXIS), span(first, theme.dim()), blank(gap), span(last, theme.dim()), span(nadir, theme.dim())];
    line
}

/// The cell of a day, from the first to the last.
fn column(points: &[Point], day: NaiveDate, plot: usize) -> usize {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return 0 };
    let whole = (last.day - first.day).num_days().max(1);
    let passed = (day - first.day).num_days().clamp(0, whole);
    let cells = i64::try_from(plot.saturating_sub(1)).unwrap_or_default();
    (passed * cells / whole).to_usize().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).expect("a number")
    }

    #[test]
    fn a_count_on_a_bound_belongs_to_the_better_band_and_one_under_it_does_not() {
        let bounds =
            [("2.0", "GREEN from 2.0"), ("1.5", "RED under 1.5")].map(|(from, said)| (decimal(from), said.to_owned()));
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).expect("a day");
        let points = [("2.0", 1), ("1.999", 2), ("1.5", 3), ("1.499", 4)]
            .map(|(anc, on)| Point { day: day(on), anc: decimal(anc) });
        let levels = levels(&points, &bounds);
        let row = |anc: &str| levels.iter().position(|level| decimal(anc) >= level.from);
        assert_eq!([row("2.0"), row("1.999"), row("1.5"), row("1.499")], [Some(0), Some(1), Some(1), Some(2)]);
        assert_eq!(column(&points, day(1), 50), 0);
        assert_eq!(column(&points, day(4), 50), 49);
    }
}
