//! Dots in cells: a braille character has two columns of four dots, so that a curve is seen on a few lines.

/// The first braille character, which has no dot.
const EMPTY: u32 = 0x2800;

/// Bits of the dots of a cell, by row from the top, then column.
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Rows of dots in a cell.
pub const ROWS: usize = 4;

/// Columns of dots in a cell.
pub const COLUMNS: usize = 2;

/// A field of dots. Row 0 is the lowest.
#[derive(Debug, Clone)]
pub struct Canvas {
    cells: Vec<u8>,
    columns: usize,
    lines: usize,
}

impl Canvas {
    /// An empty field of so many cells and lines.
    pub fn new(columns: usize, lines: usize) -> Self {
        Self { cells: vec![0; columns * lines], columns, lines }
    }

    /// Sets a dot. One outside is not set.
    pub fn dot(&mut self, column: usize, row: usize) {
        let Some(from_top) = (self.lines * ROWS).checked_sub(row + 1) else { return };
        if column / COLUMNS >= self.columns {
            return;
        }
        let bit = BITS.get(from_top % ROWS).and_then(|row| row.get(column % COLUMNS));
        if let (Some(cell), Some(bit)) = (self.cells.get_mut(from_top / ROWS * self.columns + column / COLUMNS), bit) {
            *cell |= bit;
        }
    }

    /// Sets the dots from one to another, in a straight line.
    pub fn line(&mut self, from: (usize, usize), to: (usize, usize)) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1)).max(1);
        let between = |a: usize, b: usize, step: usize| {
            if b >= a { a + (b - a) * step / steps } else { a - (a - b) * step / steps }
        };
        for step in 0..=steps {
            self.dot(between(from.0, to.0, step), between(from.1, to.1, step));
        }
    }

    /// The dots of a cell as a character; `None` if it has none.
    pub fn cell(&self, column: usize, line: usize) -> Option<char> {
        let dots = self.cells.get(line * self.columns + column).copied().filter(|dots| *dots != 0)?;
        char::from_u32(EMPTY + u32::from(dots))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_is_where_it_was_set_and_none_is_set_outside() {
        let mut canvas = Canvas::new(2, 2);
        canvas.dot(0, 0);
        canvas.dot(3, 7);
        canvas.dot(4, 0);
        canvas.dot(0, 8);
        assert_eq!(canvas.cell(0, 1), Some('⡀'));
        assert_eq!(canvas.cell(1, 0), Some('⠈'));
        assert_eq!((canvas.cell(0, 0), canvas.cell(1, 1)), (None, None));
    }

    #[test]
    fn a_line_goes_from_end_to_end() {
        let mut canvas = Canvas::new(4, 1);
        canvas.line((0, 3), (7, 0));
        let drawn: String = (0..4).map(|column| canvas.cell(column, 0).unwrap_or(' ')).collect();
        assert_eq!(drawn.chars().next(), Some('⠉'));
        assert!(!drawn.contains(' '), "{drawn}");
    }
}
