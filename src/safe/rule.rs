//! Which characters may reach a terminal, and how text is cut into what is kept and what is marked.
//!
//! Allowed are letters, numbers, punctuation and symbols that a terminal shows as themselves, the space U+0020, at
//! most three combining marks on a letter, and joiners where a script needs them to be read. Everything else is
//! marked, never dropped: two names must not look alike because something vanished.
use std::iter::Peekable;
use std::str::CharIndices;

use unicode_normalization::char::canonical_combining_class;
use unicode_properties::{EmojiStatus, GeneralCategoryGroup as Group, UnicodeEmoji, UnicodeGeneralCategory};
use unicode_width::UnicodeWidthChar;

use super::Charset;

/// How many combining marks one letter may carry. No living orthography needs more; stacks of them run into the
/// lines above and below.
const MARKS_ON_A_LETTER: u8 = 3;

/// The combining class of the signs (virama) after which Indic scripts use joiners.
const VIRAMA: u8 = 9;

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// What one character is to a terminal, its neighbours left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A letter: shown as itself, and marks may sit on it.
    Letter,
    /// A number, punctuation, a symbol or the space: shown as itself.
    Other,
    /// Takes no room of its own, and changes the character before it.
    Combining,
    /// U+200C and U+200D, which steer how letters join.
    Joiner,
    /// Never sent.
    Hostile,
}

fn class(c: char) -> Class {
    if c.is_ascii_alphabetic() {
        return Class::Letter;
    }
    if matches!(c, ' '..='~') {
        return Class::Other;
    }
    if looks_like_nothing(c) || is_emoji(c) || is_measured_twice(c) {
        return Class::Hostile;
    }
    let shown = match c.general_category_group() {
        Group::Letter => Class::Letter,
        Group::Mark => return Class::Combining,
        Group::Number | Group::Punctuation | Group::Symbol => Class::Other,
        _ if matches!(c, ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER) => return Class::Joiner,
        _ => return Class::Hostile,
    };
    // The vowels and finals of decomposed Hangul are letters that take no room of their own.
    if c.width() == Some(0) { Class::Combining } else { shown }
}

/// Fillers, blanks and selectors: letters, symbols and marks by their category, empty on the screen.
fn looks_like_nothing(c: char) -> bool {
    matches!(c,
        '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{2800}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{FFFC}' | '\u{13441}' | '\u{13442}' | '\u{16FE4}'
        | '\u{1D159}' | '\u{E0100}'..='\u{E01EF}')
}

/// The halfwidth sound marks of Japanese: the widget library counts them twice, and then loses what stands after them.
fn is_measured_twice(c: char) -> bool {
    matches!(c, '\u{FF9E}' | '\u{FF9F}')
}

/// Pictures, whose width no two terminals agree on. Old text symbols such as the registered mark stay.
fn is_emoji(c: char) -> bool {
    match c.emoji_status() {
        EmojiStatus::NonEmoji | EmojiStatus::NonEmojiButEmojiComponent => false,
        EmojiStatus::EmojiOther | EmojiStatus::EmojiModifierBase | EmojiStatus::EmojiOtherAndEmojiComponent => {
            c >= '\u{1F000}'
        }
        _ => true,
    }
}

/// Whether a joiner between these two is needed to read the word: after a virama, or (the non-joiner) between two
/// Arabic letters that would otherwise run together. Elsewhere it cannot be seen.
fn joins(before: char, joiner: char, after: Option<char>) -> bool {
    let Some(after) = after.filter(|&c| class(c) == Class::Letter) else { return false };
    let indic = |c| matches!(c, '\u{0900}'..='\u{0DFF}');
    if canonical_combining_class(before) == VIRAMA {
        return indic(before) && indic(after);
    }
    joiner == ZERO_WIDTH_NON_JOINER && joins_the_next(before) && joins_the_last(after)
}

/// An Arabic letter that joins the one before it.
fn joins_the_last(c: char) -> bool {
    matches!(c, '\u{0622}'..='\u{063F}' | '\u{0641}'..='\u{064A}' | '\u{066E}' | '\u{066F}' | '\u{0671}'..='\u{0673}'
        | '\u{0675}'..='\u{06D3}')
}

/// An Arabic letter that joins the one after it: not alef, dal, reh, waw and their kin.
fn joins_the_next(c: char) -> bool {
    joins_the_last(c)
        && !matches!(c,
            '\u{0622}'..='\u{0625}' | '\u{0627}' | '\u{0629}' | '\u{062F}'..='\u{0632}' | '\u{0648}'
            | '\u{0671}'..='\u{0677}' | '\u{0688}'..='\u{0699}' | '\u{06C0}' | '\u{06C3}'..='\u{06CB}' | '\u{06CD}'
            | '\u{06CF}' | '\u{06D2}' | '\u{06D3}')
}

/// One step through a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// Where the character starts, in bytes.
    pub(super) at: usize,
    /// The character.
    pub(super) c: char,
    /// Whether it may be sent as it is.
    pub(super) kept: bool,
}

/// Walks through a text and judges every character in its place.
pub(super) struct Walk<'a> {
    rest: Peekable<CharIndices<'a>>,
    text: &'a str,
    charset: Charset,
    before: Option<char>,
    marks: Option<u8>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str, charset: Charset) -> Self {
        Self { rest: text.char_indices().peekable(), text, charset, before: None, marks: None }
    }

    /// `marks` is how many more the last letter can carry, `None` if nothing here can carry one.
    fn keeps(&mut self, at: usize, c: char, next: Option<char>) -> bool {
        if self.charset == Charset::Ascii && !c.is_ascii() || self.imitates_a_mark(at, c) {
            self.marks = None;
            return false;
        }
        let (kept, marks) = match class(c) {
            Class::Letter => (true, Some(MARKS_ON_A_LETTER)),
            Class::Other => (true, None),
            Class::Combining => match self.marks.and_then(|left| left.checked_sub(1)) {
                Some(left) => (true, Some(left)),
                None => (false, None),
            },
            Class::Joiner => match (self.marks, self.before) {
                (Some(left), Some(before)) if joins(before, c, next) => (true, Some(left)),
                _ => (false, None),
            },
            Class::Hostile => (false, None),
        };
        self.marks = marks;
        kept
    }

    /// Text that is written like one of our marks would be taken for one.
    fn imitates_a_mark(&self, at: usize, c: char) -> bool {
        c == self.charset.mark().0 && self.text.get(at + c.len_utf8()..).is_some_and(|rest| rest.starts_with("U+"))
    }
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let (at, c) = self.rest.next()?;
        let next = self.rest.peek().map(|&(_, c)| c);
        let kept = self.keeps(at, c, next);
        self.before = Some(c);
        Some(Step { at, c, kept })
    }
}
