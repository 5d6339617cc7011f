//! The cursor's smallest steps: white space, words, numbers, strings, escapes.
use super::{Cursor, Str, Syntax};
use crate::ward::read::Problem;

/// Bytes that end the plain part of a string: a quotation mark, a backslash, a control character.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        stops[byte] = true;
        byte += 1;
    }
    stops[b'"' as usize] = true;
    stops[b'\\' as usize] = true;
    stops
};

impl<'a> Cursor<'a> {
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

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
            return Err(Syntax { at: self.text.len(), problem: Problem::Truncated });
        }
        Err(self.wrong(Problem::Expected("a value")))
    }

    pub(super) fn number(&mut self) -> Result<&'a str, Syntax> {
        let start = self.at;
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
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn take(&mut self, any: &[u8]) -> bool {
        let found = self.byte().is_some_and(|b| any.contains(&b));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), Syntax> {
        let start = self.at;
        while self.byte().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.wrong(Problem::BadNumber)) } else { Ok(()) }
    }

    /// A string; the cursor stands at its first quotation mark.
    pub(super) fn string(&mut self) -> Result<Str<'a>, Syntax> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(|b| STOPS[usize::from(*b)]).unwrap_or(rest.len());
            match self.byte() {
                Some(b'"') => {
                    let raw = self.text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(Str { raw, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
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
            None => return Err(Syntax { at: self.text.len(), problem: Problem::Truncated }),
        };
        self.at += length;
        Ok(())
    }

    /// The length of a `\u` escape, or of the two that make one character.
    fn unicode_escape(&self, rest: &[u8]) -> Result<usize, Syntax> {
        let lone = Syntax { at: self.at, problem: Problem::LoneSurrogate };
        match hex(rest) {
            None if rest.len() < 6 && rest.get(2..).unwrap_or_default().iter().all(u8::is_ascii_hexdigit) => {
                Err(Syntax { at: self.text.len(), problem: Problem::Truncated })
            }
            None => Err(self.wrong(Problem::BadEscape)),
            Some(0xD800..=0xDBFF) => match rest.get(6..).and_then(hex) {
                Some(0xDC00..=0xDFFF) => Ok(12),
                _ => Err(lone),
            },
            Some(0xDC00..=0xDFFF) => Err(lone),
            Some(_) => Ok(6),
        }
    }
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
