//! One object's fields while something is made of them, and everything that is wrong with them.
use std::borrow::Cow;

use crate::ward::json::{Cursor, Member, Shape, Str, Syntax};
use crate::ward::text::{Fields, Span, Text, place};
use crate::ward::{Number, NumberError, When};

use super::field::Field;
use crate::ward::fault::{ContentFault, Problem};

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
pub(super) struct Draft<'a> {
    pub text: &'a str,
    /// Where the object begins.
    pub start: u32,
    members: Vec<Member>,
    /// Where each known field stands among the members, from 1; 0: nowhere.
    places: [u32; Field::COUNT],
    /// Parts of `recorded`, which every entry of the program has.
    recorded: Vec<Member>,
    /// Parts of another field, while they are looked at.
    pub parts: Vec<Member>,
    pub wrongs: Vec<Wrong>,
    pub strings: Strings,
    /// An entry may come without an id: it is given one later.
    pub id_may_lack: bool,
}

impl<'a> Draft<'a> {
    /// An empty draft of objects in `text`.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            start: 0,
            members: Vec::new(),
            places: [0; Field::COUNT],
            recorded: Vec::new(),
            parts: Vec::new(),
            wrongs: Vec::new(),
            strings: Strings::default(),
            id_may_lack: false,
        }
    }

    /// Ready for the object that begins at `start`.
    pub fn begin(&mut self, start: usize) {
        self.start = place(start);
        self.members.clear();
        self.places = [0; Field::COUNT];
        self.wrongs.clear();
    }

    /// Reads the object at the cursor.
    pub fn read(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Syntax> {
        self.begin(cursor.at());
        let mut object = cursor.begin_object()?;
        while let Some(key) = cursor.next_key(&mut object)? {
            self.read_field(cursor, key)?;
        }
        Ok(())
    }

    /// Reads the field whose name stands at `key`, the cursor at its value.
    pub fn read_field(&mut self, cursor: &mut Cursor<'a>, key: Span) -> Result<(), Syntax> {
        let field = Field::of(cursor.name(key));
        let member = if field == Some(Field::Recorded) && cursor.peek() == Some(b'{') {
            let start = cursor.at();
            self.recorded.clear();
            cursor.members(&mut self.recorded)?;
            Member::object(key, Span::new(start, cursor.at()))
        } else {
            cursor.member(key)?
        };
        self.push(field, member);
        Ok(())
    }

    /// Takes a field that was read elsewhere.
    pub fn push(&mut self, field: Option<Field>, member: Member) {
        self.members.push(member);
        let number = place(self.members.len());
        // Of a name that stands twice the first is read; it is a fault in any case.
        if let Some(room) = field.and_then(|field| self.places.get_mut(field as usize)).filter(|room| **room == 0) {
            *room = number;
        }
    }

    /// A field.
    pub fn get(&self, field: Field) -> Option<Member> {
        let number = self.places.get(field as usize).copied()?;
        self.members.get((number as usize).checked_sub(1)?).copied()
    }

    /// Notes that something is wrong.
    #[cold]
    pub fn wrong(&mut self, at: u32, field: impl Into<Cow<'static, str>>, problem: Problem) {
        self.wrongs.push(Wrong { at, field: field.into(), problem });
    }

    /// Notes a field of the wrong type.
    #[cold]
    pub fn wrong_type(&mut self, member: Member, field: impl Into<Cow<'static, str>>, expected: &'static str) {
        self.wrong(member.span.start, field, Problem::WrongType(expected, member.shape.words()));
    }

    /// A field that must be there; notes where it is not.
    pub fn required(&mut self, field: Field) -> Option<Member> {
        let member = self.get(field);
        if member.is_none() {
            self.wrong(self.start, field.name(), Problem::Missing);
        }
        member
    }

    /// A field as text, if it is there.
    pub fn string(&mut self, field: Field) -> Option<(Str<'a>, u32)> {
        let member = self.get(field)?;
        self.as_string(member, field.name())
    }

    /// A field as text.
    pub fn required_string(&mut self, field: Field) -> Option<(Str<'a>, u32)> {
        let member = self.required(field)?;
        self.as_string(member, field.name())
    }

    /// A value as text, and its place; notes another type.
    pub fn as_string(&mut self, member: Member, field: &'static str) -> Option<(Str<'a>, u32)> {
        if member.shape == Shape::Text {
            return Some((member.string(self.text), member.span.start));
        }
        self.wrong_type(member, field, "text");
        None
    }

    /// A field as text to keep, if it is there.
    pub fn text(&mut self, field: Field) -> Option<Text> {
        self.string(field).map(|(text, _)| self.strings.share(text))
    }

    /// A field as text to keep.
    pub fn required_text(&mut self, field: Field) -> Option<Text> {
        self.required_string(field).map(|(text, _)| self.strings.share(text))
    }

    /// A field whose word the format has: `words` says which.
    pub fn word<T>(&mut self, field: Field, words: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let (text, at) = self.string(field)?;
        let word = parse(&text.decode());
        if word.is_none() {
            self.wrong(at, field.name(), Problem::UnknownWord(words));
        }
        word
    }

    /// As [`Draft::word`], for a field that must be there.
    pub fn required_word<T>(
        &mut self,
        field: Field,
        words: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.required(field)?;
        self.word(field, words, parse)
    }

    /// Yes or no, if it is there.
    pub fn flag(&mut self, field: Field) -> Option<bool> {
        let member = self.get(field)?;
        match member.shape {
            Shape::True => Some(true),
            Shape::False => Some(false),
            _ => {
                self.wrong_type(member, field.name(), "true or false");
                None
            }
        }
    }

    /// A number, if it is there.
    pub fn number(&mut self, field: Field) -> Option<Number> {
        let member = self.get(field)?;
        if member.shape == Shape::Number {
            return self.digits(member.span.of(self.text), member.span.start, field.name());
        }
        self.wrong_type(member, field.name(), "a number");
        None
    }

    /// Keeps digits as a number; notes it if they cannot be kept exactly.
    pub fn digits(&mut self, digits: &str, at: u32, field: &'static str) -> Option<Number> {
        match Number::parse(digits) {
            Ok(number) => Some(number),
            Err(error) => {
                let too_many = error == NumberError::TooManyDigits;
                self.wrong(at, field, if too_many { Problem::TooManyDigits } else { Problem::NoNumber });
                None
            }
        }
    }

    /// A date or time that must be there.
    pub fn required_time(&mut self, field: Field) -> Option<When> {
        let (text, at) = self.required_string(field)?;
        let when = When::parse(&text.decode()).ok();
        if when.is_none() {
            self.wrong(at, field.name(), Problem::BadTime);
        }
        when
    }

    /// Makes the parts of a field that is an object or a list ready in `parts`; notes another type.
    pub fn open(&mut self, cursor: &mut Cursor<'a>, member: Member, field: &'static str, shape: Shape) -> bool {
        self.parts.clear();
        if member.shape != shape {
            self.wrong_type(member, field, shape.words());
            return false;
        }
        if let Err(syntax) = cursor.revisit(member.span, &mut self.parts) {
            self.parts.clear();
            self.wrong(place(syntax.at()), field, syntax.problem());
            return false;
        }
        true
    }

    /// A part, after [`Draft::open`].
    pub fn part(&self, name: &str) -> Option<Member> {
        part(self.text, &self.parts, name)
    }

    /// A part of `recorded`.
    pub fn recorded_part(&self, name: &str) -> Option<Member> {
        part(self.text, &self.recorded, name)
    }

    /// What is wrong with the content.
    pub fn content(&self) -> impl Iterator<Item = &Wrong> {
        self.wrongs.iter().filter(|wrong| wrong.problem.is_content())
    }

    /// The fields of the object in `text`, for writing back.
    pub fn raw(&self, text: &Text) -> Fields {
        let list = self.members.iter().map(|member| (member.key, member.span)).collect();
        Fields { text: text.clone(), start: self.start, list }
    }
}

fn part(text: &str, parts: &[Member], name: &str) -> Option<Member> {
    parts.iter().find(|part| Str::at(text, part.key).is(name)).copied()
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
        let bytes = text.as_bytes();
        let letter = |at: usize| bytes.get(at).copied().map_or(0, usize::from);
        let room =
            (text.len() * 31 + letter(0) * 7 + letter(text.len() / 2) * 3 + letter(text.len().max(1) - 1)) % ROOMS;
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
