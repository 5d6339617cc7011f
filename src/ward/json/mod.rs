//! A strict JSON cursor: one pass over the text, nothing copied, no tree built. It refuses what a lenient reader
//! would let pass and a save would then destroy: a name that stands twice, half a character, text after the end.
mod same;
mod scan;

use std::borrow::Cow;
use std::collections::HashSet;

use super::fault::Problem;
use super::text::{Fields, Span, Text};

pub(crate) use same::same;

/// Objects and lists may be nested this deeply (a format of five levels needs no more).
pub(crate) const DEPTH: usize = 32;

/// One object may have this many fields.
pub(crate) const KEYS: usize = 65_536;

/// Up to this many names of one object are compared one by one; beyond, by a table.
const FEW_KEYS: usize = 16;

/// A fault of syntax: the reading stops. Boxed, because every step of the cursor could give one, and hardly any does.
#[derive(Debug)]
pub(crate) struct Syntax(Box<(usize, Problem)>);

impl Syntax {
    #[cold]
    pub fn new(at: usize, problem: Problem) -> Self {
        Self(Box::new((at, problem)))
    }

    /// Place in the text, in bytes.
    pub fn at(&self) -> usize {
        self.0.0
    }

    /// What is wrong there.
    pub fn problem(&self) -> Problem {
        self.0.1
    }
}

/// A JSON string between its quotation marks, as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Str<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Str<'a> {
    /// The string that stands, with its quotation marks, at `span`.
    pub fn at(text: &'a str, span: Span) -> Self {
        let raw = between_marks(text, span);
        Self { raw, escaped: raw.as_bytes().contains(&b'\\') }
    }

    /// As written, escapes and all.
    pub fn raw(self) -> &'a str {
        self.raw
    }

    /// The text that is meant, escapes resolved.
    pub fn decode(self) -> Cow<'a, str> {
        if self.escaped { scan::unescape(self.raw).into() } else { self.raw.into() }
    }

    /// Whether it means this text.
    pub fn is(self, text: &str) -> bool {
        self.raw == text || self.escaped && self.decode() == text
    }
}

fn between_marks(text: &str, span: Span) -> &str {
    text.get(span.start as usize + 1..(span.end as usize).saturating_sub(1)).unwrap_or_default()
}

/// What kind of JSON value stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Number,
    True,
    False,
    Null,
    List,
    Object,
}

impl Shape {
    /// The type, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::True | Self::False => "true or false",
            Self::Null => "null",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// A field of an object, or an item of a list (whose key is the item).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    /// Where the key stands, quotation marks included.
    pub key: Span,
    /// Where the value stands.
    pub span: Span,
    pub shape: Shape,
    /// Whether the value is text with escapes.
    escaped: bool,
}

impl Member {
    /// The text that the value is.
    pub fn string(self, text: &str) -> Str<'_> {
        Str { raw: between_marks(text, self.span), escaped: self.escaped }
    }

    /// The field `key` whose value is the object at `span`.
    pub fn object(key: Span, span: Span) -> Self {
        Self { key, span, shape: Shape::Object, escaped: false }
    }
}

/// The fields of an object that is being read.
pub(crate) struct Object<'a> {
    first_key: usize,
    count: usize,
    /// A bit for each name so far: a name whose bit is not there is new.
    looks: u64,
    many: Option<HashSet<Cow<'a, str>>>,
}

/// A list that is being read: whether an item has been read.
#[derive(Default)]
pub(crate) struct List {
    begun: bool,
}

/// The cursor.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Whether the string that was read last has escapes.
    escaped: bool,
    /// Names of the open objects' fields, innermost last.
    keys: Vec<Span>,
    /// Places of names that stand twice, since they were last taken.
    pub duplicates: Vec<usize>,
}

impl<'a> Cursor<'a> {
    /// A cursor at the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, escaped: false, keys: Vec::new(), duplicates: Vec::new() }
    }

    /// Where the cursor stands, in bytes.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no white space; `None` at the end.
    pub fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.byte()
    }

    /// The name that stands, with its quotation marks, at `key`, before its value is read.
    pub fn name(&self, key: Span) -> Str<'a> {
        Str { raw: between_marks(self.text, key), escaped: self.escaped }
    }

    /// Any value.
    ///
    /// # Errors
    /// A fault of syntax.
    pub fn value(&mut self) -> Result<Shape, Syntax> {
        match self.peek() {
            Some(b'"') => self.string().map(|()| Shape::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Shape::Number),
            Some(b'{') => self.skip_object().map(|()| Shape::Object),
            Some(b'[') => self.skip_list().map(|()| Shape::List),
            Some(b't') => self.word("true").map(|()| Shape::True),
            Some(b'f') => self.word("false").map(|()| Shape::False),
            Some(b'n') => self.word("null").map(|()| Shape::Null),
            Some(b'N' | b'I' | b'+' | b'.') => Err(self.wrong(Problem::BadNumber)),
            _ => Err(self.wrong(Problem::Expected("a value"))),
        }
    }

    /// The value of a field or the item of a list, with its place.
    ///
    /// # Errors
    /// A fault of syntax.
    pub fn member(&mut self, key: Span) -> Result<Member, Syntax> {
        self.skip_space();
        let start = self.at;
        let shape = self.value()?;
        Ok(Member { key, span: Span::new(start, self.at), shape, escaped: shape == Shape::Text && self.escaped })
    }

    /// Enters an object.
    ///
    /// # Errors
    /// Anything else stands here, or it is nested too deeply.
    pub fn begin_object(&mut self) -> Result<Object<'a>, Syntax> {
        self.open(b'{', "an object")?;
        Ok(Object { first_key: self.keys.len(), count: 0, looks: 0, many: None })
    }

    /// Where the name of the next field stands, the cursor before its value; `None` after the last.
    ///
    /// # Errors
    /// A fault of syntax, or too many fields. A name that stands twice is noted in `duplicates`.
    pub fn next_key(&mut self, object: &mut Object<'a>) -> Result<Option<Span>, Syntax> {
        match self.peek() {
            Some(b'}') => {
                self.close();
                self.keys.truncate(object.first_key);
                return Ok(None);
            }
            Some(b',') if object.count > 0 => self.at += 1,
            _ if object.count > 0 => return Err(self.wrong(Problem::Expected("a comma or the end of the object"))),
            _ => {}
        }
        if self.peek() != Some(b'"') {
            return Err(self.wrong(Problem::Expected("a name in quotation marks")));
        }
        let start = self.at;
        self.string()?;
        let key = Span::new(start, self.at);
        self.note_key(object, key)?;
        if self.peek() != Some(b':') {
            return Err(self.wrong(Problem::Expected("a colon")));
        }
        self.at += 1;
        self.skip_space();
        Ok(Some(key))
    }

    /// Enters a list.
    ///
    /// # Errors
    /// Anything else stands here, or it is nested too deeply.
    pub fn begin_list(&mut self) -> Result<List, Syntax> {
        self.open(b'[', "a list")?;
        Ok(List::default())
    }

    /// Whether there is a next item, the cursor before it.
    ///
    /// # Errors
    /// A fault of syntax.
    pub fn next_item(&mut self, list: &mut List) -> Result<bool, Syntax> {
        match self.peek() {
            Some(b']') => {
                self.close();
                return Ok(false);
            }
            Some(b',') if list.begun => {
                self.at += 1;
                self.skip_space();
            }
            _ if list.begun => return Err(self.wrong(Problem::Expected("a comma or the end of the list"))),
            _ => {}
        }
        list.begun = true;
        Ok(true)
    }

    /// Reads an object's fields into `into`.
    ///
    /// # Errors
    /// A fault of syntax.
    pub fn members(&mut self, into: &mut Vec<Member>) -> Result<(), Syntax> {
        let mut object = self.begin_object()?;
        while let Some(key) = self.next_key(&mut object)? {
            into.push(self.member(key)?);
        }
        Ok(())
    }

    /// Reads a list's items into `into`.
    ///
    /// # Errors
    /// A fault of syntax, or too many items.
    pub fn items(&mut self, into: &mut Vec<Member>) -> Result<(), Syntax> {
        let mut list = self.begin_list()?;
        while self.next_item(&mut list)? {
            if into.len() >= KEYS {
                return Err(Syntax::new(self.at, Problem::TooManyItems));
            }
            into.push(self.member(Span::new(self.at, self.at))?);
        }
        Ok(())
    }

    /// Reads again what stands at `span`, which has been read before; the cursor stays where it is.
    pub fn read_again<T>(&mut self, span: Span, read: impl FnOnce(&mut Self) -> T) -> T {
        let (at, depth, known) = (self.at, self.depth, self.duplicates.len());
        (self.at, self.depth) = (span.start as usize, 0);
        let result = read(self);
        (self.at, self.depth) = (at, depth);
        self.duplicates.truncate(known);
        result
    }

    /// The parts of an object or a list that has been read before.
    ///
    /// # Errors
    /// Too many items; everything else was found when it was first read.
    pub fn revisit(&mut self, span: Span, into: &mut Vec<Member>) -> Result<(), Syntax> {
        into.clear();
        self.read_again(span, |cursor| match cursor.byte() {
            Some(b'[') => cursor.items(into),
            _ => cursor.members(into),
        })
    }

    /// The end of the text; nothing may follow the document.
    ///
    /// # Errors
    /// Something does.
    pub fn end(&mut self) -> Result<(), Syntax> {
        match self.peek() {
            None => Ok(()),
            Some(b'{' | b'[') => Err(self.wrong(Problem::SecondDocument)),
            Some(_) => Err(self.wrong(Problem::TrailingText)),
        }
    }

    /// The fault at the cursor: the end of the text, NUL bytes and marks of a merge have their own names.
    pub fn wrong(&self, problem: Problem) -> Syntax {
        let problem = match self.byte() {
            None => Problem::Truncated,
            Some(0) => Problem::Nul,
            Some(b'<' | b'=' | b'>' | b'|') if self.is_merge_marker() => Problem::MergeMarker,
            Some(_) => problem,
        };
        Syntax::new(self.at, problem)
    }

    fn is_merge_marker(&self) -> bool {
        let (before, after) = self.text.split_at_checked(self.at).unwrap_or((self.text, ""));
        let starts_line = before.is_empty() || before.ends_with('\n');
        starts_line && ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| after.starts_with(mark))
    }

    fn open(&mut self, bracket: u8, what: &'static str) -> Result<(), Syntax> {
        if self.peek() != Some(bracket) {
            return Err(self.wrong(Problem::Expected(what)));
        }
        if self.depth >= DEPTH {
            return Err(Syntax::new(self.at, Problem::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.at += 1;
    }

    // Recursion is bounded by `DEPTH`.
    fn skip_object(&mut self) -> Result<(), Syntax> {
        let mut object = self.begin_object()?;
        while self.next_key(&mut object)?.is_some() {
            self.value()?;
        }
        Ok(())
    }

    fn skip_list(&mut self) -> Result<(), Syntax> {
        let mut list = self.begin_list()?;
        while self.next_item(&mut list)? {
            self.value()?;
        }
        Ok(())
    }

    /// Remembers a name of an object, or notes that it stands there already. The string just read was the name.
    fn note_key(&mut self, object: &mut Object<'a>, key: Span) -> Result<(), Syntax> {
        object.count += 1;
        if object.count > KEYS {
            return Err(Syntax::new(key.start as usize, Problem::TooManyKeys));
        }
        let few = self.keys.get(object.first_key..).unwrap_or_default();
        if object.many.is_none() && (object.count > FEW_KEYS || self.escaped) {
            object.many = Some(few.iter().map(|earlier| Str::at(self.text, *earlier).decode()).collect());
        }
        let look = self.look(key);
        let twice = match &mut object.many {
            Some(many) => !many.insert(self.name(key).decode()),
            None => object.looks & look != 0 && few.iter().any(|earlier| self.same_letters(*earlier, key)),
        };
        object.looks |= look;
        if twice {
            self.duplicates.push(key.start as usize);
        } else if object.many.is_none() {
            self.keys.push(key);
        }
        Ok(())
    }

    /// One bit for a name: by its length, its first letter and its last. Those of one object hardly ever share it.
    fn look(&self, key: Span) -> u64 {
        let bytes = self.text.as_bytes().get(key.start as usize + 1..key.end as usize).unwrap_or_default();
        let [first, .., last, _] = bytes else { return 1 };
        let sum = bytes.len() + usize::from(*first) * 5 + usize::from(*last) * 11;
        1 << (sum % 64)
    }

    /// Whether two names are written alike. Most differ in length or in their first letter.
    fn same_letters(&self, a: Span, b: Span) -> bool {
        let bytes = |span: Span| self.text.as_bytes().get(span.start as usize..span.end as usize).unwrap_or_default();
        let (a, b) = (bytes(a), bytes(b));
        a.len() == b.len() && a.get(1) == b.get(1) && a == b
    }
}

/// The fields of an object that the program has composed itself.
pub(crate) fn fields(json: String) -> Fields {
    let text = Text::from(json);
    let mut members = Vec::new();
    let _ = Cursor::new(&text).members(&mut members);
    let list = members.iter().map(|member| (member.key, member.span)).collect();
    Fields { list, start: 0, text: text.clone() }
}
