//! Cells in, bytes out: what the widget library wants drawn, as the fewest bytes that say it, in one write a frame.
//!
//! Every byte that reaches the terminal after it was entered is made here, so this is the last gate for hostile text:
//! a cell whose text is not safe is shown as `?`. The library's own backend lets control characters pass, writes 25
//! bytes for an unchanged frame, and drops reverse and bold together with the colours under `NO_COLOR`.
mod colour;
mod lines;

use std::borrow::Cow;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use self::colour::colour_code;
use self::lines::{EMPTY, Moves, Seen};
use super::Capabilities;
use crate::safe;

/// Tells the terminal to show what follows only once it is complete, and that it is.
const FRAME: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// Which bold, dim and so on are used, with their codes. No blinking and no hidden text: they are never sent.
const MODIFIERS: [(Modifier, &str); 6] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

/// Columns and rows of a terminal that does not say.
const USUAL_SIZE: (u16, u16) = (80, 24);

/// From how many cells on it is shorter to clear the rest of a row than to write spaces.
const WORTH_CLEARING: usize = 4;

/// From how many changed cells on rows are looked for that only moved.
const WORTH_MOVING: usize = 60;

/// Where the bytes of a frame go.
pub trait Device {
    /// Columns and rows, if the device knows.
    fn size(&self) -> Option<(u16, u16)>;

    /// Writes a whole frame.
    ///
    /// # Errors
    /// The terminal is gone, or was left already.
    fn write(&mut self, frame: &[u8]) -> io::Result<()>;
}

/// How the next character will look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Pen {
    text: Color,
    ground: Color,
    modifiers: Modifier,
}

impl Pen {
    /// No colour, nothing set.
    const PLAIN: Self = Self { text: Color::Reset, ground: Color::Reset, modifiers: Modifier::empty() };

    /// Whether a space in this style is just empty.
    fn is_clear(self) -> bool {
        let seen = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
        self.ground == Color::Reset && !self.modifiers.intersects(seen)
    }
}

/// A cell to be drawn.
struct Piece<'a> {
    at: Position,
    text: Cow<'a, str>,
    pen: Pen,
}

impl Piece<'_> {
    /// What it will show, if that is one character one cell wide.
    fn seen(&self) -> Option<Seen> {
        let mut text = self.text.chars();
        text.next().filter(|_| text.next().is_none()).map(|c| normal(c, self.pen))
    }

    fn is_empty(&self) -> bool {
        self.text == " " && self.pen.is_clear()
    }
}

/// What a cell shows; of an empty one the style does not matter.
fn normal(c: char, pen: Pen) -> Seen {
    if c == ' ' && pen.is_clear() { EMPTY } else { (c, pen) }
}

/// All that changes while a frame is made.
type State = (Vec<u8>, Pen, Option<Position>, Vec<Option<Seen>>);

/// The widget library's way to the terminal.
#[derive(Debug)]
pub struct Output<D> {
    device: D,
    capabilities: Capabilities,
    frame: Vec<u8>,
    pen: Pen,
    /// Where the next character goes, if that is certain.
    at: Option<Position>,
    /// What the screen shows, row by row, where that is certain.
    shows: Vec<Option<Seen>>,
    columns: usize,
    /// Whether the cursor can be seen.
    cursor: bool,
}

impl<D: Device> Output<D> {
    /// An output to a terminal that was just entered: empty, nothing styled, the cursor hidden.
    pub fn new(device: D, capabilities: Capabilities) -> Self {
        let (frame, shows, pen) = (Vec::new(), Vec::new(), Pen::default());
        let mut output = Self { device, capabilities, frame, pen, at: None, shows, columns: 0, cursor: false };
        output.note_empty();
        output
    }

    /// Forgets what the terminal looked like: it was left and entered again.
    pub fn forget(&mut self) {
        self.frame.clear();
        self.shows.clear();
        (self.pen, self.at, self.cursor) = (Pen::default(), None, false);
    }

    /// The device.
    #[cfg(test)]
    fn device(&self) -> &D {
        &self.device
    }

    fn put(&mut self, text: &str) {
        self.frame.extend_from_slice(text.as_bytes());
    }

    fn put_code(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a `Vec` cannot fail.
        let _ = self.frame.write_fmt(arguments);
    }

    /// Goes to a cell by the shortest way: over a few cells by writing them once more, on the row it is on and to the
    /// start of the next row by a relative way.
    fn go_to(&mut self, to: Position) {
        match self.at {
            Some(at) if at == to => {}
            Some(at) if at.y == to.y && at.x < to.x => match (to.x - at.x, self.once_more(at, to)) {
                (1..=4, Some(again)) => self.frame.extend(again),
                (1, _) => self.put("\x1b[C"),
                (cells, _) => self.put_code(format_args!("\x1b[{cells}C")),
            },
            Some(at) if at.y + 1 == to.y && to.x == 0 => self.put("\r\n"),
            _ => self.put_code(format_args!("\x1b[{};{}H", u32::from(to.y) + 1, u32::from(to.x) + 1)),
        }
        self.at = Some(to);
    }

    /// What stands between two cells of a row, if it is certain and looks the same in the style that is set.
    fn once_more(&self, from: Position, to: Position) -> Option<Vec<u8>> {
        let between = self.shows.get(self.place(from)..self.place(to))?;
        let same = |(c, pen): Seen| (pen == self.pen || c == ' ' && pen.is_clear() && self.pen.is_clear()).then_some(c);
        let byte = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
        between.iter().map(|shown| shown.and_then(same).and_then(byte)).collect()
    }

    fn place(&self, at: Position) -> usize {
        usize::from(at.y) * self.columns + usize::from(at.x)
    }

    /// Notes that the screen is empty.
    fn note_empty(&mut self) {
        let (columns, rows) = self.device.size().unwrap_or(USUAL_SIZE);
        self.columns = columns.into();
        self.shows.clear();
        self.shows.resize(self.columns * usize::from(rows), Some(EMPTY));
    }

    /// Notes what a cell, and as many after it as `width` says, now show.
    fn note(&mut self, at: Position, width: u16, shown: Option<char>) {
        let place = self.place(at);
        let shown = shown.map(|c| normal(c, self.pen));
        if let Some(cells) = self.shows.get_mut(place..place + usize::from(width)) {
            cells.fill(shown);
        }
    }

    /// The style of a cell, as far as it is shown.
    fn pen_of(&self, cell: &Cell) -> Pen {
        let colour = |colour| if self.capabilities.colour { colour } else { Color::Reset };
        Pen { text: colour(cell.fg), ground: colour(cell.bg), modifiers: cell.modifier & shown() }
    }

    /// How many of these cells lie on the first one's row, if that row is empty from there on once they are drawn.
    fn ends_row(&self, pieces: &[Piece]) -> Option<usize> {
        let at = pieces.first()?.at;
        let count = pieces.iter().take_while(|piece| piece.at.y == at.y).count();
        let mut drawn = pieces.get(..count)?.iter().peekable();
        let first = self.place(at);
        let shows = self.shows.get(first..first + self.columns.checked_sub(at.x.into())?)?;
        let empty = (at.x..).zip(shows).all(|(x, shown)| match drawn.next_if(|piece| piece.at.x == x) {
            Some(piece) => piece.is_empty(),
            None => *shown == Some(EMPTY),
        });
        empty.then_some(count)
    }

    /// Empties the rest of a row.
    fn end_row(&mut self, at: Position) {
        self.go_to(at);
        self.take_clear_pen();
        self.put("\x1b[K");
        let place = self.place(at);
        if let Some(cells) = self.shows.get_mut(place..place + self.columns.saturating_sub(at.x.into())) {
            cells.fill(Some(EMPTY));
        }
    }

    /// Drops a style in which an emptied cell would not be just empty.
    fn take_clear_pen(&mut self) {
        if !self.pen.is_clear() {
            self.put("\x1b[m");
            self.pen = Pen::default();
        }
    }

    /// Sets the style of a cell, if that is to be seen.
    fn take_pen(&mut self, piece: &Piece) {
        let pen = piece.pen;
        if pen == self.pen || piece.is_empty() && self.pen.is_clear() {
            return;
        }
        let mut codes = Codes::default();
        if pen.modifiers.contains(self.pen.modifiers) {
            codes.modifiers(pen.modifiers - self.pen.modifiers);
            codes.colours(pen, self.pen);
        } else {
            codes.push("0");
            codes.modifiers(pen.modifiers);
            codes.colours(pen, Pen::default());
        }
        let codes = if codes.0 == "0" { "" } else { &codes.0 };
        self.put_code(format_args!("\x1b[{codes}m"));
        self.pen = pen;
    }

    /// Writes a cell's text, if it is safe, and notes where that leaves the cursor.
    fn put_symbol(&mut self, symbol: &str, at: Position) {
        let Some(width) = safe::cell(symbol, self.capabilities.charset).and_then(|width| width.try_into().ok()) else {
            self.put("?");
            self.note(at, 1, None);
            self.at = None;
            return;
        };
        self.put(symbol);
        let mut alone = symbol.chars();
        let shown = alone.next().filter(|_| width == 1 && alone.next().is_none());
        self.note(at, width, shown);
        // Terminals do not agree on the width of other scripts, so after them the next cell is gone to by its number:
        // nobody's name can push a value into another column.
        let sure = symbol.is_ascii() || symbol.chars().all(|c| matches!(c, '\u{2500}'..='\u{259F}'));
        self.at = sure.then(|| Position::new(at.x.saturating_add(width), at.y));
    }
}

/// Rows that only moved.
impl<D: Device> Output<D> {
    fn state(&self) -> State {
        (self.frame.clone(), self.pen, self.at, self.shows.clone())
    }

    fn set(&mut self, state: State) {
        (self.frame, self.pen, self.at, self.shows) = state;
    }

    /// Draws cells, in the order of reading.
    fn put_all(&mut self, pieces: &[Piece]) {
        let mut rest = pieces;
        while let Some(piece) = rest.first() {
            let drawn = if let Some(cells) = self.ends_row(rest).filter(|cells| *cells >= WORTH_CLEARING) {
                self.end_row(piece.at);
                cells
            } else {
                self.go_to(piece.at);
                self.take_pen(piece);
                self.put_symbol(&piece.text, piece.at);
                1
            };
            rest = rest.get(drawn..).unwrap_or_default();
        }
    }

    /// The first row that changes, what the rows from there to the last that changes are to show, and which of them to
    /// move; `None` if that brings nothing, the terminal cannot, or anything in these rows is not certain.
    fn moved(&self, pieces: &[Piece]) -> Option<(usize, Vec<Seen>, Moves)> {
        let size = self.device.size().map(|(columns, rows)| (columns.into(), usize::from(columns) * usize::from(rows)));
        if !self.capabilities.moves_lines
            || pieces.len() < WORTH_MOVING
            || size != Some((self.columns, self.shows.len()))
        {
            return None;
        }
        let row = |piece: &Piece| usize::from(piece.at.y);
        let (first, last) = (pieces.first().map(row)?, pieces.last().map(row)?);
        let from = first * self.columns;
        let old: Vec<Seen> = self.shows.get(from..(last + 1) * self.columns)?.iter().copied().collect::<Option<_>>()?;
        let mut wanted = old.clone();
        for piece in pieces {
            let place = self.place(piece.at).checked_sub(from)?;
            let sure = safe::cell(&piece.text, self.capabilities.charset) == Some(1);
            *wanted.get_mut(place)? = piece.seen().filter(|_| sure)?;
        }
        let rows = |cells| <[Seen]>::chunks(cells, self.columns).collect::<Vec<_>>();
        let moves = lines::moves(&rows(&old), &rows(&wanted))?;
        Some((first, wanted, moves))
    }

    /// Moves lines, on the terminal and in what it is known to show.
    fn move_lines(&mut self, first: usize, moves: &Moves) {
        self.take_clear_pen();
        for (row, count) in &moves.delete {
            self.line_command(first + row, *count, 'M');
            let (from, cells) = ((first + row) * self.columns, count * self.columns);
            let to = (from + cells).min(self.shows.len());
            self.shows.drain(from.min(to)..to);
            self.shows.resize(self.shows.len() + to - from.min(to), Some(EMPTY));
        }
        for (row, count) in &moves.insert {
            self.line_command(first + row, *count, 'L');
            let (all, from) = (self.shows.len(), (first + row) * self.columns);
            self.shows.splice(from..from, std::iter::repeat_n(Some(EMPTY), count * self.columns));
            self.shows.truncate(all);
        }
    }

    fn line_command(&mut self, row: usize, count: usize, command: char) {
        let count = if count == 1 { String::new() } else { count.to_string() };
        self.put_code(format_args!("\x1b[{}H\x1b[{count}{command}", row + 1));
        // Terminals do not agree on whether this takes the cursor to the first column.
        self.at = None;
    }

    /// What of these rows the screen does not show yet.
    fn changes(&self, first: usize, wanted: &[Seen]) -> Vec<Piece<'static>> {
        let shows = self.shows.get(first * self.columns..).unwrap_or_default();
        let differ = wanted.iter().zip(shows).enumerate().filter(|(_, (wanted, shown))| Some(**wanted) != **shown);
        let at = |place: usize| {
            let (x, y) = (place % self.columns, first + place / self.columns);
            Some(Position::new(x.try_into().ok()?, y.try_into().ok()?))
        };
        let piece = |(place, ((c, pen), _)): (usize, (&Seen, _))| {
            Some(Piece { at: at(place)?, text: Cow::Owned(c.to_string()), pen: *pen })
        };
        differ.filter_map(piece).collect()
    }
}

fn shown() -> Modifier {
    MODIFIERS.iter().fold(Modifier::empty(), |all, (modifier, _)| all | *modifier)
}

/// The numbers of one style command.
#[derive(Default)]
struct Codes(String);

impl Codes {
    fn push(&mut self, code: &str) {
        if !self.0.is_empty() {
            self.0.push(';');
        }
        self.0.push_str(code);
    }

    fn modifiers(&mut self, modifiers: Modifier) {
        for (_, code) in MODIFIERS.iter().filter(|(modifier, _)| modifiers.contains(*modifier)) {
            self.push(code);
        }
    }

    fn colours(&mut self, new: Pen, old: Pen) {
        if new.text != old.text {
            self.push(&colour_code(new.text, 30));
        }
        if new.ground != old.ground {
            self.push(&colour_code(new.ground, 40));
        }
    }
}

impl<D: Device> Backend for Output<D> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let pieces: Vec<Piece> = content
            .map(|(x, y, cell)| Piece {
                at: Position::new(x, y),
                text: Cow::Borrowed(cell.symbol()),
                pen: self.pen_of(cell),
            })
            .collect();
        let Some((first, wanted, moves)) = self.moved(&pieces) else {
            self.put_all(&pieces);
            return Ok(());
        };
        // Both ways are written, and the shorter one is sent.
        let before = self.state();
        self.put_all(&pieces);
        let unmoved = self.state();
        self.set(before);
        self.move_lines(first, &moves);
        self.put_all(&self.changes(first, &wanted));
        if self.frame.len() >= unmoved.0.len() {
            self.set(unmoved);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.cursor) {
            self.put("\x1b[?25l");
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.cursor, true) {
            self.put("\x1b[?25h");
        }
        Ok(())
    }

    /// Where it was put last: the terminal is never asked.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.go_to(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        if self.pen != Pen::default() {
            self.put("\x1b[m");
            self.pen = Pen::default();
        }
        self.put("\x1b[2J");
        self.at = None;
        self.note_empty();
        Ok(())
    }

    /// Only the whole screen is ever cleared: there is no inline view.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = self.device.size().unwrap_or(USUAL_SIZE);
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    /// Sends the frame in one write; an unchanged one sends nothing.
    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        self.frame.splice(0..0, FRAME.0.iter().copied());
        self.frame.extend_from_slice(FRAME.1);
        let written = self.device.write(&self.frame);
        self.frame.clear();
        written
    }
}

#[cfg(test)]
mod tests;
