//! The cursor's smallest steps: white space, words, numbers, strings, escapes.
use super::{Cursor, Syntax};
use crate::ward::fault::Problem;

/// Whether a byte ends the plain part of a string: a quotation mark, a backslash, a control character.
fn stops(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// How many bytes come before the first that stops. Eight are looked at together: a byte that is zero after `^` borrows
/// from its highest bit when one is taken away, and a control character when 0x20 is.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut length = 0;
    while let Some(eight) = bytes.get(length..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*eight);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = control | zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')));
        if found != 0 {
            // The lowest mark is exact; higher ones may be borrows.
            return length + found.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = bytes.get(length..).unwrap_or_default();
    length + rest.iter().position(|b| stops(*b)).unwrap_or(rest.len())
}

impl Cursor<'_> {
    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    pub(super) fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    pub(super) fn word(&mut self, word: &'static str) -> Result<(), Syntax> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        if word.as_bytes().starts_with(rest) {
            return Err(Syntax::new(self.text.len(), Problem::Truncated));
        }
        Err(self.wrong(Problem::Expected("a value")))
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<(), Syntax> {
        self.take(b"-");
        if !self.take(b"0") {
            self.digits()?;
        }
        if self.take(b".") {
            self.digits()?;
        }
        if self.take(b"eE") {
            self.take(b"+-");
            self.digits()?;
        }
        if self.byte().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-' | b'_')) {
            return Err(self.wrong(Problem::BadNumber));
        }
        Ok(())
    }

    #[inline]
    fn take(&mut self, any: &[u8]) -> bool {
        let found = self.byte().is_some_and(|b| any.contains(&b));
        self.at += usize::from(found);
        found
    }

    #[inline]
    fn digits(&mut self) -> Result<(), Syntax> {
        let start = self.at;
        while self.byte().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.wrong(Problem::BadNumber)) } else { Ok(()) }
    }

    /// A string; the cursor stands at its first quotation mark.
    #[inline]
    pub(super) fn string(&mut self) -> Result<(), Syntax> {
        self.at += 1;
        self.escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += plain_length(rest);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.escaped = true;
                    self.escape()?;
                }
                _ => return Err(self.wrong(Problem::ControlCharacter)),
            }
        }
    }

    /// One escape; the cursor stands at its backslash, and at the backslash if it is faulty.
    fn escape(&mut self) -> Result<(), Syntax> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = match rest.get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') => self.unicode_escape(rest)?,
            Some(_) => return Err(self.wrong(Problem::BadEscape)),
            None => return Err(Syntax::new(self.text.len(), Problem::Truncated)),
        };
        self.at += length;
        Ok(())
    }

    /// The length of a `\u` escape, or of the two that make one character.
    fn unicode_escape(&self, rest: &[u8]) -> Result<usize, Syntax> {
        let lone = || Syntax::new(self.at, Problem::LoneSurrogate);
        let cut = || Syntax::new(self.text.len(), Problem::Truncated);
        match hex(rest) {
            None if is_cut(rest) => Err(cut()),
            None => Err(self.wrong(Problem::BadEscape)),
            Some(0xD800..=0xDBFF) => match rest.get(6..).unwrap_or_default() {
                second if matches!(hex(second), Some(0xDC00..=0xDFFF)) => Ok(12),
                second if is_cut(second) => Err(cut()),
                _ => Err(lone()),
            },
            Some(0xDC00..=0xDFFF) => Err(lone()),
            Some(_) => Ok(6),
        }
    }
}

/// Whether the text ends inside what may become a `\uXXXX`.
fn is_cut(rest: &[u8]) -> bool {
    let begins = |(i, byte): (usize, &u8)| match i {
        0 => *byte == b'\\',
        1 => *byte == b'u',
        _ => byte.is_ascii_hexdigit(),
    };
    rest.len() < 6 && rest.iter().enumerate().all(begins)
}

/// The number of a `\uXXXX` at the beginning of `bytes`.
fn hex(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes.get(..6)? else { return None };
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}

/// The text that an escaped string means; the string has been checked.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let (character, length) = one_escape(escape);
        text.push(character);
        rest = escape.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// The character that an escape means, and its length after the backslash.
fn one_escape(escape: &str) -> (char, usize) {
    let simple = match escape.as_bytes().first() {
        Some(b'u') => return unicode(escape),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(other) => char::from(*other),
        None => char::REPLACEMENT_CHARACTER,
    };
    (simple, 1)
}

fn unicode(escape: &str) -> (char, usize) {
    let unit = |range: std::ops::Range<usize>| escape.get(range).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let first = unit(1..5).unwrap_or_default();
    if !(0xD800..0xDC00).contains(&first) {
        return (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5);
    }
    let second = unit(7..11).unwrap_or(0xDC00);
    let code = 0x10000 + ((first - 0xD800) << 10) + second.saturating_sub(0xDC00);
    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11)
}
