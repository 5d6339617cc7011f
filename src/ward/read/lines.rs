//! Lines and columns, and the faults of a file's bytes.
use super::Limits;
use crate::ward::fault::{Fault, Position, Problem};

/// Finds lines and columns of places in a text. Places asked for in the order of the text cost one pass in all.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    position: Position,
}

impl<'a> Lines<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, position: Position { line: 1, column: 1 } }
    }

    /// The position of a byte.
    pub fn position(&mut self, at: usize) -> Position {
        let at = at.min(self.bytes.len());
        if at < self.at {
            *self = Self::new(self.bytes);
        }
        self.position = advance(self.position, self.bytes.get(self.at..at).unwrap_or_default());
        self.at = at;
        self.position
    }
}

/// The position after `passed`, which begins at `from`.
pub(super) fn advance(from: Position, passed: &[u8]) -> Position {
    let line = from.line.saturating_add(count(passed, |b| b == b'\n'));
    let characters = |bytes: &[u8]| count(bytes, |b| b & 0xC0 != 0x80);
    let column = match passed.iter().rposition(|b| *b == b'\n') {
        Some(end) => 1_u32.saturating_add(characters(passed.get(end + 1..).unwrap_or_default())),
        None => from.column.saturating_add(characters(passed)),
    };
    Position { line, column }
}

fn count(bytes: &[u8], which: impl Fn(u8) -> bool) -> u32 {
    // In pieces whose count fits a byte, which the compiler turns into a few wide instructions.
    bytes.chunks(255).map(|piece| u32::from(piece.iter().fold(0_u8, |sum, b| sum + u8::from(which(*b))))).sum()
}

/// Refuses bytes that are no text of the right size before anything is read from them.
pub(super) fn check_bytes(bytes: &[u8], limits: &Limits) -> Result<(), Vec<Fault>> {
    let problem = match bytes {
        _ if bytes.len() > limits.bytes.min(u32::MAX as usize) => Problem::TooLarge,
        [0xEF, 0xBB, 0xBF, ..] => Problem::ByteOrderMark,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, b'{', ..] | [b'{', 0, ..] => Problem::Utf16,
        [0, ..] => Problem::Nul,
        _ if bytes.iter().all(u8::is_ascii_whitespace) => Problem::Empty,
        _ => return Ok(()),
    };
    Err(vec![fault(problem, Position { line: 1, column: 1 }, "$".to_owned())])
}

/// The fault of bytes that are no UTF-8 from `at` on.
pub(super) fn not_utf8(bytes: &[u8], at: usize) -> Vec<Fault> {
    let position = Lines::new(bytes).position(at);
    vec![fault(Problem::NotUtf8, position, "$".to_owned())]
}

/// A fault in words.
pub(super) fn fault(problem: Problem, position: Position, path: String) -> Fault {
    Fault { code: problem.code(), position, path, what: problem.words().into_owned(), next: problem.next() }
}
