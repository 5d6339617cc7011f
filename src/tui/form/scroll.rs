//! What is longer than its room: where it stands, and whether its end is in sight.
use std::ops::Range;

use crate::tui::keymap::Action;

/// A place in rows of which only some are in sight. Until it was laid out nobody has seen anything of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Scroll {
    /// The first row in sight.
    pub top: usize,
    /// Columns and rows of what was laid out.
    size: (usize, usize),
    /// Rows that are in sight at a time.
    room: usize,
}

impl Scroll {
    /// Moves. A page is never more than what was in sight, so that no row is passed by unseen.
    pub(super) fn turn(&mut self, action: Action) {
        let page = self.room.max(1);
        self.top = match action {
            Action::Up => self.top.saturating_sub(1),
            Action::Down => self.top + 1,
            Action::PageUp => self.top.saturating_sub(page),
            Action::PageDown => self.top + page,
            _ => self.top,
        };
        self.top = self.top.min(self.last_top());
    }

    /// Takes what was laid out: so many rows, of so many cells, in a room of so many lines. Rows that were wrapped in
    /// another way are read from the first again.
    pub(super) fn lay(&mut self, columns: usize, rows: usize, room: usize) {
        if self.size != (columns, rows) {
            self.top = 0;
        }
        (self.size, self.room) = ((columns, rows), room);
        self.top = self.top.min(self.last_top());
    }

    /// Whether the last row is in sight; since one gets there only row by row, all others have been.
    pub(super) fn at_end(&self) -> bool {
        self.room > 0 && self.top + self.room >= self.size.1
    }

    fn last_top(&self) -> usize {
        self.size.1.saturating_sub(self.room)
    }
}

/// The rows in sight from this one on, in a room of so many lines.
pub(super) fn window(top: usize, rows: usize, room: usize) -> Range<usize> {
    let first = top.min(rows.saturating_sub(room));
    first..(first + room).min(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_reached_by_passing_every_row() {
        let mut scroll = Scroll::default();
        assert!(!scroll.at_end(), "nothing was laid out");
        scroll.lay(40, 24, 5);
        let mut seen = Vec::new();
        while !scroll.at_end() {
            seen.extend(window(scroll.top, 24, 5));
            scroll.turn(Action::PageDown);
        }
        seen.extend(window(scroll.top, 24, 5));
        seen.dedup();
        assert!((0..24).all(|row| seen.contains(&row)), "{seen:?}");
        scroll.turn(Action::Up);
        assert!(!scroll.at_end());
    }

    #[test]
    fn another_size_begins_again_and_no_room_has_no_end() {
        let mut scroll = Scroll::default();
        scroll.lay(40, 24, 5);
        scroll.turn(Action::PageDown);
        scroll.lay(40, 24, 6);
        assert_eq!(scroll.top, 5, "the same rows, more room");
        scroll.lay(60, 18, 6);
        assert_eq!(scroll.top, 0);
        scroll.lay(60, 3, 6);
        assert!(scroll.at_end());
        scroll.lay(60, 0, 0);
        assert!(!scroll.at_end());
    }
}
