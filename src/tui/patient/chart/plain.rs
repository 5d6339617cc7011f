//! The plot in plain characters. A count stands in the row between two lines to which it belongs, never on a line.
use rust_decimal::Decimal;

use super::{Chart, Mark};
use crate::assess::Severity;
use crate::tui::text::{Line, blank, span};

/// A row of the plot: the counts from `from` (included) up to the row above it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Level {
    from: Decimal,
    /// A band begins here: a line is drawn under the row.
    line: Option<String>,
}

/// The plot on at most so many lines: half a unit to a row, so that the scale is straight, or where that is too much a
/// row to a band and to each whole number above the best.
pub(super) fn plot(chart: &Chart, lines: usize) -> Option<Vec<Line>> {
    let highest = chart.points.iter().map(|point| point.value).max()?;
    let tall = |levels: &[Level]| levels.len() + chart.bounds.len();
    [halves(highest, &chart.bounds), wholes(highest, &chart.bounds)]
        .into_iter()
        .find(|levels| tall(levels) <= lines)
        .map(|levels| draw(chart, &levels))
}

/// Rows of half a unit, up to at most two and a half times the best band: a very high count stands in the highest row.
fn halves(highest: Decimal, bounds: &[(Decimal, String)]) -> Vec<Level> {
    let half = Decimal::new(5, 1);
    let best = bounds.first().map_or(Decimal::ONE, |(from, _)| *from);
    let top = highest.min(best * Decimal::new(25, 1)).max(best);
    let mut froms: Vec<Decimal> = bounds.iter().map(|(from, _)| *from).collect();
    let mut from = Decimal::ZERO;
    while from <= top {
        froms.push(from.normalize());
        from += half;
    }
    levels(froms, bounds)
}

/// A row for each band, and at most three for whole numbers above the best: a very high count is no reason to squeeze
/// the rest.
fn wholes(highest: Decimal, bounds: &[(Decimal, String)]) -> Vec<Level> {
    let best = bounds.first().map_or(Decimal::ZERO, |(from, _)| *from);
    let more = (1..=3).map(|more| best + Decimal::from(more)).filter(|from| highest >= *from);
    let froms = more.chain(bounds.iter().map(|(from, _)| *from)).chain([Decimal::ZERO]).collect();
    levels(froms, bounds)
}

/// Rows from the highest to the lowest.
fn levels(mut froms: Vec<Decimal>, bounds: &[(Decimal, String)]) -> Vec<Level> {
    froms.sort_by_key(|from| std::cmp::Reverse(*from));
    froms.dedup();
    let line = |from: &Decimal| bounds.iter().find(|(bound, _)| bound == from).map(|(_, said)| said.clone());
    froms.into_iter().map(|from| Level { line: line(&from), from }).collect()
}

fn draw(chart: &Chart, levels: &[Level]) -> Vec<Line> {
    let theme = chart.data.theme;
    let mut lines = Vec::new();
    for (i, level) in levels.iter().enumerate() {
        let above = i.checked_sub(1).and_then(|above| levels.get(above)).map(|above| above.from);
        let holds = |value: Decimal| value >= level.from && above.is_none_or(|above| value < above);
        let mut cells: Vec<Option<(Mark, Severity)>> = vec![None; chart.plot];
        for point in chart.points.iter().filter(|point| holds(point.value)) {
            if let Some(cell) = cells.get_mut(chart.column(point.at)) {
                *cell = (*cell).max(Some((point.mark, point.severity)));
            }
        }
        let value = if level.line.is_some() { String::new() } else { level.from.to_string() };
        let mut row = vec![span(chart.head(i, &value), theme.dim())];
        row.extend(cells.into_iter().map(|cell| match cell {
            None => blank(1),
            Some((Mark::Count, _)) => span("o", theme.strong()),
            Some((mark, severity)) => span(mark.letter(), theme.severity(severity)),
        }));
        if i == 0 {
            chart.beside(&mut row, super::LEGEND);
        }
        lines.push(super::merged(row));
        if let Some(said) = &level.line {
            let dashes: String = "- ".chars().cycle().take(chart.plot).collect();
            lines.push(vec![span(format!("{:>5} +{dashes} {said}", level.from.to_string()), theme.dim())]);
        }
    }
    lines
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
        for levels in [halves(decimal("2.0"), &bounds), wholes(decimal("2.0"), &bounds)] {
            let row = |anc: &str| levels.iter().position(|level| decimal(anc) >= level.from);
            assert_eq!([row("2.0"), row("1.999"), row("1.5"), row("1.499")], [Some(0), Some(1), Some(1), Some(2)]);
            assert_eq!(levels.iter().filter(|level| level.line.is_some()).count(), 2);
        }
    }
}
