//! The sizes of terminals: one place, so that all screens agree on which view they draw.

/// Columns and lines in which every screen is whole.
pub const FULL: (usize, usize) = (80, 24);

/// Columns and lines below which there is only a line that says so.
pub const SMALLEST: (usize, usize) = (40, 12);

/// Lines that a form keeps: its title, what is read or typed, and its answers.
pub const FORM: usize = 5;

/// Columns at most that a line of text has: from the end of a longer one nobody finds back to the beginning of the next.
const READABLE: usize = 132;

/// Columns for running text on a screen of so many.
pub fn readable(columns: usize) -> usize {
    columns.min(READABLE)
}

/// Whether a screen has to make do with less than [`FULL`]: one list in place of five panes, shorter heads.
pub fn is_reduced((columns, lines): (usize, usize)) -> bool {
    columns < FULL.0 || lines < FULL.1
}

/// Whether nothing can be shown whole.
pub fn is_too_small((columns, lines): (usize, usize)) -> bool {
    columns < SMALLEST.0 || lines < SMALLEST.1
}

/// How many lines of what was open stay in sight above a pop-up that leaves so many of 24: of a taller terminal as many
/// more as it has; none of a reduced one, which the pop-up fills.
pub fn above(of_24: usize, (columns, lines): (usize, usize)) -> usize {
    if is_reduced((columns, lines)) { 0 } else { of_24 * lines / FULL.1 }
}
