//! One object's fields while something is made of them, and everything that is wrong with them.
use std::borrow::Cow;

use crate::ward::json::{Cursor, Member, Str, Value};
use crate::ward::text::{Fields, Text};
use crate::ward::{Number, NumberError, When};

use super::fault::{ContentFault, Problem};

/// Something wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Place in the text, in bytes.
    pub at: u32,
    /// The field, as the format names it: `recorded.at`, `identifiers[0].value`.
    pub field: Cow<'static, str>,
    pub problem: Problem,
}

impl Wrong {
    /// As a fault of content.
    pub fn content_fault(&self) -> ContentFault {
        ContentFault { code: self.problem.code(), field: self.field.as_ref().into(), what: self.problem.fixed_words() }
    }
}

/// The fields of one object. It is used again for the next, so that reading a file does not allocate for each.
#[derive(Default)]
pub(super) struct Draft<'a> {
    /// Where the object begins.
    pub start: u32,
    pub members: Vec<Member<'a>>,
    /// Parts of a field, while they are looked at.
    pub parts: Vec<Member<'a>>,
    pub wrongs: Vec<Wrong>,
    pub strings: Strings,
    /// An entry may come without an id: it is given one later.
    pub id_may_lack: bool,
}

impl<'a> Draft<'a> {
    /// Ready for the object that begins at `start`.
    pub fn begin(&mut self, start: usize) {
        self.start = crate::ward::text::place(start);
        self.members.clear();
        self.wrongs.clear();
    }

    /// A field.
    pub fn get(&self, name: &str) -> Option<Member<'a>> {
        self.members.iter().find(|member| member.key.is(name)).copied()
    }

    /// Notes that something is wrong.
    pub fn wrong(&mut self, at: u32, field: impl Into<Cow<'static, str>>, problem: Problem) {
        self.wrongs.push(Wrong { at, field: field.into(), problem });
    }

    /// Notes a field of the wrong type.
    pub fn wrong_type(&mut self, member: &Member, field: impl Into<Cow<'static, str>>, expected: &'static str) {
        self.wrong(member.span.start, field, Problem::WrongType(expected, member.value.words()));
    }

    /// A field that must be there; notes where it is not.
    pub fn required(&mut self, name: &'static str) -> Option<Member<'a>> {
        let member = self.get(name);
        if member.is_none() {
            self.wrong(self.start, name, Problem::Missing);
        }
        member
    }

    /// A field as text, if it is there.
    pub fn string(&mut self, name: &'static str) -> Option<(Str<'a>, u32)> {
        let member = self.get(name)?;
        self.as_string(&member, name)
    }

    /// A field as text.
    pub fn required_string(&mut self, name: &'static str) -> Option<(Str<'a>, u32)> {
        let member = self.required(name)?;
        self.as_string(&member, name)
    }

    /// A value as text, and its place; notes another type.
    pub fn as_string(&mut self, member: &Member<'a>, field: &'static str) -> Option<(Str<'a>, u32)> {
        if let Value::Text(text) = member.value {
            return Some((text, member.span.start));
        }
        self.wrong_type(member, field, "text");
        None
    }

    /// A field as text to keep, if it is there.
    pub fn text(&mut self, name: &'static str) -> Option<Text> {
        self.string(name).map(|(text, _)| self.strings.share(text))
    }

    /// A field as text to keep.
    pub fn required_text(&mut self, name: &'static str) -> Option<Text> {
        self.required_string(name).map(|(text, _)| self.strings.share(text))
    }

    /// A field whose word the format has: `words` says which.
    pub fn word<T>(
        &mut self,
        name: &'static str,
        words: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let (text, at) = self.string(name)?;
        let word = parse(&text.decode());
        if word.is_none() {
            self.wrong(at, name, Problem::UnknownWord(words));
        }
        word
    }

    /// As [`Draft::word`], for a field that must be there.
    pub fn required_word<T>(
        &mut self,
        name: &'static str,
        words: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.required(name)?;
        self.word(name, words, parse)
    }

    /// Yes or no, if it is there.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let member = self.get(name)?;
        if let Value::Bool(flag) = member.value {
            return Some(flag);
        }
        self.wrong_type(&member, name, "true or false");
        None
    }

    /// A number, if it is there.
    pub fn number(&mut self, name: &'static str) -> Option<Number> {
        let member = self.get(name)?;
        if let Value::Number(digits) = member.value {
            return self.digits(digits, member.span.start, name);
        }
        self.wrong_type(&member, name, "a number");
        None
    }

    /// Keeps digits as a number; notes it if they cannot be kept exactly.
    pub fn digits(&mut self, digits: &str, at: u32, name: &'static str) -> Option<Number> {
        match Number::parse(digits) {
            Ok(number) => Some(number),
            Err(error) => {
                let too_many = error == NumberError::TooManyDigits;
                self.wrong(at, name, if too_many { Problem::TooManyDigits } else { Problem::NoNumber });
                None
            }
        }
    }

    /// A date or time that must be there.
    pub fn required_time(&mut self, name: &'static str) -> Option<When> {
        let (text, at) = self.required_string(name)?;
        let when = When::parse(&text.decode()).ok();
        if when.is_none() {
            self.wrong(at, name, Problem::BadTime);
        }
        when
    }

    /// Reads the parts of a field that is an object (`{`) or a list into `parts`; notes another type.
    pub fn open(&mut self, cursor: &mut Cursor<'a>, member: &Member<'a>, field: &'static str, list: bool) -> bool {
        self.parts.clear();
        let fits = if list { matches!(member.value, Value::List) } else { matches!(member.value, Value::Object) };
        if !fits {
            self.wrong_type(member, field, if list { "a list" } else { "an object" });
            return false;
        }
        if let Err(syntax) = cursor.revisit(member.span, &mut self.parts) {
            self.wrong(crate::ward::text::place(syntax.at), field, syntax.problem);
        }
        true
    }

    /// A part, after [`Draft::open`].
    pub fn part(&self, name: &str) -> Option<Member<'a>> {
        self.parts.iter().find(|part| part.key.is(name)).copied()
    }

    /// What is wrong with the content.
    pub fn content(&self) -> impl Iterator<Item = &Wrong> {
        self.wrongs.iter().filter(|wrong| wrong.problem.is_content())
    }

    /// The fields of the object in `text`, for writing back.
    pub fn raw(&self, text: &Text) -> Fields {
        let list = self.members.iter().map(|member| (member.key_span, member.span)).collect();
        Fields { text: text.clone(), start: self.start, list }
    }
}

/// Words that stand in entry after entry (`anc`, `10*9/L`, initials) are kept once. A word that is met again after
/// many others may be kept twice: what is bounded is the room and the time, not the copies.
pub(super) struct Strings(Vec<Text>);

/// Rooms for words.
const ROOMS: usize = 64;

/// Longer texts are hardly ever met twice.
const LONGEST_WORD: usize = 32;

impl Default for Strings {
    fn default() -> Self {
        Self(vec![Text::default(); ROOMS])
    }
}

impl Strings {
    /// The text that a JSON string means.
    pub fn share(&mut self, text: Str) -> Text {
        let text = text.decode();
        if text.len() > LONGEST_WORD {
            return text.into();
        }
        let room = text.bytes().fold(text.len(), |sum, b| sum.wrapping_mul(31).wrapping_add(b.into())) % ROOMS;
        match self.0.get_mut(room) {
            Some(kept) if **kept == *text => kept.clone(),
            Some(kept) => {
                *kept = text.into();
                kept.clone()
            }
            None => text.into(),
        }
    }
}
