//! Where a count stands in a chart: on a straight scale, and never on the wrong side of the line of a band.
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A straight scale from nothing to `top` over rows, with the lines of bands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    /// The value of the highest row. What is higher stands there too.
    pub top: Decimal,
    /// How many rows there are; row 0 is the lowest.
    rows: usize,
    /// Where bands begin, lowest first, and the row of the line of each.
    lines: Vec<(Decimal, usize)>,
}

impl Scale {
    /// A scale for counts up to `highest` and bands that begin at `bounds`; `None` if there are too few rows to keep a row
    /// free between two lines. A count far above the best band is no reason to squeeze all others.
    pub fn new(highest: Decimal, bounds: &[Decimal], rows: usize) -> Option<Self> {
        let best = bounds.iter().max().copied().unwrap_or(Decimal::TWO);
        let half = Decimal::new(5, 1);
        let most = best * Decimal::new(25, 1);
        let least = best + half;
        // The next half above.
        let top = ((highest.clamp(least, most) / half).ceil() * half).normalize();
        let mut sorted: Vec<Decimal> = bounds.to_vec();
        sorted.sort();
        let mut lines: Vec<(Decimal, usize)> = Vec::new();
        for bound in sorted {
            let least = lines.last().map_or(1, |(_, row)| row + 2);
            lines.push((bound, linear(bound, top, rows)?.max(least)));
        }
        // There must be a row above the highest line.
        lines.last().is_none_or(|(_, row)| row + 1 < rows).then_some(Self { top, rows, lines })
    }

    /// The row of a count: as high as it is, above the line of the band it is in, and under the next one.
    pub fn row(&self, value: Decimal) -> usize {
        let row = linear(value, self.top, self.rows).unwrap_or_default();
        let above = self.lines.iter().rev().find(|(bound, _)| value >= *bound).map_or(0, |(_, line)| line + 1);
        let under = self.lines.iter().find(|(bound, _)| value < *bound).map_or(self.rows, |(_, line)| *line);
        row.clamp(above, under.saturating_sub(1).max(above))
    }

    /// Where bands begin, lowest first, and the row of the line of each.
    pub fn lines(&self) -> &[(Decimal, usize)] {
        &self.lines
    }
}

/// The row of a value on a straight scale.
fn linear(value: Decimal, top: Decimal, rows: usize) -> Option<usize> {
    let last = Decimal::from(rows.checked_sub(1)?);
    (value.clamp(Decimal::ZERO, top) * last).checked_div(top)?.round().to_usize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).expect("a number")
    }

    #[test]
    fn a_count_is_as_high_as_it_is() {
        let scale = Scale::new(decimal("4.1"), &[decimal("2.0"), decimal("1.5")], 21).expect("room");
        assert_eq!(scale.top, decimal("4.5"));
        assert_eq!([scale.row(decimal("0")), scale.row(decimal("4.5")), scale.row(decimal("9"))], [0, 20, 20]);
        assert_eq!(scale.row(decimal("3.15")), 14);
    }

    #[test]
    fn too_few_rows_are_no_scale() {
        let bounds = ["0.5", "1.0", "1.5"].map(decimal);
        assert_eq!(Scale::new(decimal("3"), &bounds, 6), None);
        assert!(Scale::new(decimal("3"), &bounds, 8).is_some());
        assert_eq!(Scale::new(decimal("3"), &bounds, 0), None);
    }

    proptest! {
        /// No rounding shows a count on the better side of a line, or on the line.
        #[test]
        fn a_count_is_on_its_side_of_every_line(value in 0u32..12_000, rows in 12usize..60, ben: bool) {
            let value = Decimal::new(i64::from(value), 3);
            let bounds = if ben { vec![decimal("1.0"), decimal("0.5")] } else { vec![decimal("1.5"), decimal("1.0"), decimal("0.5")] };
            let scale = Scale::new(Decimal::new(42, 1), &bounds, rows).expect("room");
            let row = scale.row(value);
            prop_assert!(row < rows);
            for (bound, line) in scale.lines() {
                prop_assert_eq!(value >= *bound, row > *line, "{} {} {}", value, bound, row);
                prop_assert_ne!(row, *line);
            }
        }
    }
}
