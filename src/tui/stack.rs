//! Panes one above the other: how many lines each gets, and which of its rows are in sight.
use std::ops::Range;

/// What a pane asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Lines that show all of it.
    pub lines: usize,
    /// Lines that it has even if another pane is focused, should it want so many.
    pub least: usize,
}

/// Shares out `lines` among panes. Everybody has what they need at least; then the focused pane grows to what it
/// wants, and the rest goes round, from the first.
///
/// If there is not even the least for each, lines go round from the focused pane on.
pub fn share(lines: usize, needs: &[Need], focus: usize) -> Vec<usize> {
    let wanted: Vec<usize> = needs.iter().map(|need| need.lines).collect();
    let mut given = vec![0; needs.len()];
    let mut left = lines;
    let order: Vec<usize> = (0..needs.len()).map(|i| (focus + i) % needs.len()).collect();
    let most = needs.iter().map(|need| need.least).max().unwrap_or_default();
    for round in 0..most {
        for &pane in order.iter().filter(|pane| needs.get(**pane).is_some_and(|need| need.least > round)) {
            give(&mut given, &wanted, pane, 1, &mut left);
        }
    }
    give(&mut given, &wanted, focus, left, &mut left);
    while left > 0 {
        let before = left;
        for pane in 0..needs.len() {
            give(&mut given, &wanted, pane, 1, &mut left);
        }
        if left == before {
            break;
        }
    }
    given
}

/// Gives the lines that other panes cannot fill, because their next row is taller, to the focused one. `used` says how
/// many of its lines a pane fills.
pub fn hand_over(given: &mut [usize], needs: &[Need], focus: usize, used: impl Fn(usize, usize) -> usize) {
    let wanted: Vec<usize> = needs.iter().map(|need| need.lines).collect();
    let mut spare = 0;
    for (pane, has) in given.iter_mut().enumerate().filter(|(pane, _)| *pane != focus) {
        let fills = used(pane, *has).min(*has);
        spare += *has - fills;
        *has = fills;
    }
    let most = spare;
    give(given, &wanted, focus, most, &mut spare);
}

fn give(given: &mut [usize], wanted: &[usize], pane: usize, most: usize, left: &mut usize) {
    if let (Some(has), Some(wants)) = (given.get_mut(pane), wanted.get(pane)) {
        let more = most.min(*left).min(wants.saturating_sub(*has));
        *has += more;
        *left -= more;
    }
}

/// A list of rows of different heights, of which some are in sight.
pub struct Window<H: Fn(usize) -> usize> {
    /// How many rows there are.
    pub rows: usize,
    /// Lines for them.
    pub lines: usize,
    /// The height of a row in lines. A row taller than `lines` counts as exactly that.
    pub height: H,
}

impl<H: Fn(usize) -> usize> Window<H> {
    /// The rows in sight, with `top` as the first if that shows the selected one. If it does not, the window jumps by
    /// half its lines, so that not every step repaints it all. No line is left empty while rows are hidden above.
    pub fn rows(&self, top: usize, selected: Option<usize>) -> Range<usize> {
        if self.rows == 0 || self.lines == 0 {
            return 0..0;
        }
        let latest = self.first_before(self.rows, self.lines);
        let mut first = top.min(latest);
        if let Some(selected) = selected.filter(|row| *row < self.rows) {
            if selected < first {
                first = self.first_before(selected + 1, (self.lines / 2).max(1)).min(selected);
            } else if selected >= self.end(first) {
                let half = self.first_after(selected, (self.lines / 2).max(1));
                first = self.first_before(half, self.lines).min(selected);
            }
            first = first.min(latest);
        }
        first..self.end(first)
    }

    /// How many of its lines these rows fill.
    pub fn filled(&self, rows: Range<usize>) -> usize {
        rows.map(|row| self.tall(row)).sum()
    }

    fn tall(&self, row: usize) -> usize {
        (self.height)(row).clamp(1, self.lines.max(1))
    }

    /// The first row such that all from it up to `end` (not included) fit into `lines`; at least one row.
    fn first_before(&self, end: usize, lines: usize) -> usize {
        let (mut first, mut used) = (end, 0);
        while first > 0 {
            used += self.tall(first - 1);
            if used > lines {
                break;
            }
            first -= 1;
        }
        first.min(end.saturating_sub(1))
    }

    /// One past the last row such that all from `first` on fit into `lines`; at least one row.
    fn first_after(&self, first: usize, lines: usize) -> usize {
        let (mut end, mut used) = (first, 0);
        while end < self.rows {
            used += self.tall(end);
            if used > lines {
                break;
            }
            end += 1;
        }
        end.max(first + 1).min(self.rows)
    }

    fn end(&self, first: usize) -> usize {
        self.first_after(first, self.lines)
    }
}

/// `4`, or `1-2 of 4` when some are out of sight; `0-0 of 4` is never said: `0 of 4`.
pub fn in_sight(rows: &Range<usize>, of: usize) -> String {
    match rows.len() {
        shown if shown == of => of.to_string(),
        0 => format!("0 of {of}"),
        _ => format!("{}-{} of {of}", rows.start + 1, rows.end),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_focused_pane_grows_and_nobody_is_left_out() {
        let two = |wanted: [usize; 5]| wanted.map(|lines| Need { lines, least: 2 });
        assert_eq!(share(13, &two([4, 3, 20, 3, 11]), 0), [4, 3, 2, 2, 2]);
        assert_eq!(share(13, &two([4, 3, 20, 3, 11]), 2), [2, 2, 5, 2, 2]);
        assert_eq!(share(13, &two([0, 1, 20, 0, 0]), 0), [0, 1, 12, 0, 0]);
        assert_eq!(share(13, &two([1, 1, 1, 1, 1]), 0), [1, 1, 1, 1, 1]);
        assert_eq!(share(3, &two([4, 4, 4, 4, 4]), 3), [1, 0, 0, 1, 1]);
        assert_eq!(share(3, &[], 0), Vec::<usize>::new());
        let uneven = [(9, 4), (9, 1), (9, 0)].map(|(lines, least)| Need { lines, least });
        assert_eq!(share(7, &uneven, 1), [4, 3, 0]);
    }

    #[test]
    fn lines_that_nobody_can_fill_go_to_the_focused_pane() {
        let needs = [9, 4, 9].map(|lines| Need { lines, least: 2 });
        let mut given = vec![2, 4, 2];
        hand_over(&mut given, &needs, 0, |pane, lines| if pane == 2 { 1 } else { lines });
        assert_eq!(given, [3, 4, 1]);
    }

    #[test]
    fn the_window_jumps_by_half_a_page() {
        let window = Window { rows: 100, lines: 10, height: |_| 1 };
        assert_eq!(window.rows(0, Some(9)), 0..10);
        assert_eq!(window.rows(0, Some(10)), 5..15);
        assert_eq!(window.rows(5, Some(4)), 0..10);
        assert_eq!(window.rows(50, Some(49)), 45..55);
        assert_eq!(window.rows(95, Some(99)), 90..100);
        assert_eq!(window.rows(7, None), 7..17);
    }

    #[test]
    fn rows_out_of_sight_are_counted() {
        assert_eq!(in_sight(&(0..2), 4), "1-2 of 4");
        assert_eq!(in_sight(&(0..4), 4), "4");
        assert_eq!(in_sight(&(0..0), 4), "0 of 4");
        assert_eq!(in_sight(&(0..0), 0), "0");
    }

    proptest! {
        #[test]
        fn the_selected_row_is_always_in_sight(
            heights in proptest::collection::vec(1usize..6, 1..40), lines in 1usize..20, top in 0usize..50, at in 0usize..40,
        ) {
            let selected = at.min(heights.len() - 1);
            let window = Window { rows: heights.len(), lines, height: |row| heights[row] };
            let shown = window.rows(top, Some(selected));
            prop_assert!(shown.contains(&selected), "{shown:?} {selected}");
            let used: usize = shown.clone().map(|row| heights[row].min(lines)).sum();
            prop_assert!(used <= lines || shown.len() == 1);
            prop_assert_eq!(window.rows(shown.start, Some(selected)), shown);
        }

        #[test]
        fn lines_are_shared_out_and_never_made_up(
            lines in 0usize..80, needs in proptest::collection::vec((0usize..40, 0usize..5), 0..7), focus in 0usize..7,
        ) {
            let needs: Vec<Need> = needs.into_iter().map(|(lines, least)| Need { lines, least }).collect();
            let given = share(lines, &needs, focus);
            let total: usize = given.iter().sum();
            prop_assert_eq!(total, lines.min(needs.iter().map(|need| need.lines).sum()));
            prop_assert!(given.iter().zip(&needs).all(|(has, need)| *has <= need.lines));
        }
    }
}
