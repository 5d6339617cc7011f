//! A strict JSON cursor: one pass over the text, nothing copied, no tree built. It refuses what a lenient reader
//! would let pass and a save would then destroy: a name that stands twice, half a character, text after the end.
mod same;
mod scan;

use std::borrow::Cow;
use std::collections::HashSet;

use super::read::Problem;
use super::text::Span;

pub(crate) use same::same;

/// Objects and lists may be nested this deeply (a format of five levels needs no more).
pub(crate) const DEPTH: usize = 32;

/// One object may have this many fields.
pub(crate) const KEYS: usize = 65_536;

/// Up to this many names of one object are compared one by one; beyond, by a table.
const FEW_KEYS: usize = 16;

/// A fault of syntax: the reading stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// Place in the text, in bytes.
    pub at: usize,
    pub problem: Problem,
}

/// A JSON string between its quotation marks, as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Str<'a> {
    pub raw: &'a str,
    escaped: bool,
}

impl<'a> Str<'a> {
    /// The text that is meant, escapes resolved.
    pub fn decode(self) -> Cow<'a, str> {
        if self.escaped { scan::unescape(self.raw).into() } else { self.raw.into() }
    }

    /// Whether it means this text.
    pub fn is(self, text: &str) -> bool {
        if self.escaped { self.decode() == text } else { self.raw == text }
    }

    fn same(self, other: Self) -> bool {
        if self.escaped || other.escaped { self.decode() == other.decode() } else { self.raw == other.raw }
    }
}

/// A JSON value; lists and objects as the place where they stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Text(Str<'a>),
    /// The digits as written.
    Number(&'a str),
    Bool(bool),
    Null,
    List,
    Object,
}

impl Value<'_> {
    /// The type, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Null => "null",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// A field of an object, or an item of a list (whose key is empty).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member<'a> {
    pub key: Str<'a>,
    /// Where the key stands, quotation marks included.
    pub key_span: Span,
    pub value: Value<'a>,
    /// Where the value stands.
    pub span: Span,
}

/// The fields of an object that is being read.
pub(crate) struct Object<'a> {
    first_key: usize,
    count: usize,
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
    /// Names of the open objects' fields, innermost last.
    keys: Vec<Str<'a>>,
    /// Places of names that stand twice, since they were last taken.
    pub duplicates: Vec<usize>,
}

impl<'a> Cursor<'a> {
    /// A cursor at the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, keys: Vec::new(), duplicates: Vec::new() }
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
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

    /// Any value.
    ///
    /// # Errors
    /// A fault of syntax.
    pub fn value(&mut self) -> Result<Value<'a>, Syntax> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b'{') => self.skip_object().map(|()| Value::Object),
            Some(b'[') => self.skip_list().map(|()| Value::List),
            Some(b't') => self.word("true").map(|()| Value::Bool(true)),
            Some(b'f') => self.word("false").map(|()| Value::Bool(false)),
            Some(b'n') => self.word("null").map(|()| Value::Null),
            Some(b'N' | b'I' | b'+' | b'.') => Err(self.wrong(Problem::BadNumber)),
            _ => Err(self.wrong(Problem::Expected("a value"))),
        }
    }

    /// Any value, with its place.
    ///
    /// # Errors
    /// A fault of syntax.
    pub fn spanned(&mut self) -> Result<(Value<'a>, Span), Syntax> {
        self.skip_space();
        let start = self.at;
        let value = self.value()?;
        Ok((value, Span::new(start, self.at)))
    }

    /// Enters an object.
    ///
    /// # Errors
    /// Anything else stands here, or it is nested too deeply.
    pub fn begin_object(&mut self) -> Result<Object<'a>, Syntax> {
        self.open(b'{', "an object")?;
        Ok(Object { first_key: self.keys.len(), count: 0, many: None })
    }

    /// The name of the next field, the cursor before its value; `None` after the last.
    ///
    /// # Errors
    /// A fault of syntax, or too many fields. A name that stands twice is noted in `duplicates`.
    pub fn next_key(&mut self, object: &mut Object<'a>) -> Result<Option<(Str<'a>, Span)>, Syntax> {
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
        let key = self.string()?;
        let span = Span::new(start, self.at);
        self.note_key(object, key, start)?;
        if self.peek() != Some(b':') {
            return Err(self.wrong(Problem::Expected("a colon")));
        }
        self.at += 1;
        self.skip_space();
        Ok(Some((key, span)))
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
    pub fn members(&mut self, into: &mut Vec<Member<'a>>) -> Result<(), Syntax> {
        let mut object = self.begin_object()?;
        while let Some((key, key_span)) = self.next_key(&mut object)? {
            let (value, span) = self.spanned()?;
            into.push(Member { key, key_span, value, span });
        }
        Ok(())
    }

    /// Reads a list's items into `into`.
    ///
    /// # Errors
    /// A fault of syntax, or too many items.
    pub fn items(&mut self, into: &mut Vec<Member<'a>>) -> Result<(), Syntax> {
        let mut list = self.begin_list()?;
        while self.next_item(&mut list)? {
            let (value, span) = self.spanned()?;
            if into.len() >= KEYS {
                return Err(Syntax { at: span.start as usize, problem: Problem::TooManyItems });
            }
            into.push(Member { key: Str { raw: "", escaped: false }, key_span: span, value, span });
        }
        Ok(())
    }

    /// Reads again what stands at `span` (an object or a list that was passed over), the cursor staying where it is.
    ///
    /// # Errors
    /// Too many items; everything else was found when it was first read.
    pub fn revisit(&mut self, span: Span, into: &mut Vec<Member<'a>>) -> Result<(), Syntax> {
        into.clear();
        let (at, depth, known) = (self.at, self.depth, self.duplicates.len());
        (self.at, self.depth) = (span.start as usize, 0);
        let read = if self.byte() == Some(b'[') { self.items(into) } else { self.members(into) };
        (self.at, self.depth) = (at, depth);
        self.duplicates.truncate(known);
        read
    }

    /// Reads again the value that stands at `span`, the cursor staying where it is.
    pub fn value_at(&mut self, span: Span) -> Value<'a> {
        let (at, depth, known) = (self.at, self.depth, self.duplicates.len());
        (self.at, self.depth) = (span.start as usize, 0);
        let value = self.value().unwrap_or(Value::Null);
        (self.at, self.depth) = (at, depth);
        self.duplicates.truncate(known);
        value
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
        Syntax { at: self.at, problem }
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
            return Err(Syntax { at: self.at, problem: Problem::TooDeep });
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

    fn note_key(&mut self, object: &mut Object<'a>, key: Str<'a>, at: usize) -> Result<(), Syntax> {
        object.count += 1;
        if object.count > KEYS {
            return Err(Syntax { at, problem: Problem::TooManyKeys });
        }
        let few = self.keys.get(object.first_key..).unwrap_or_default();
        let twice = match &mut object.many {
            Some(many) => !many.insert(key.decode()),
            None => few.iter().any(|earlier| earlier.same(key)),
        };
        if twice {
            self.duplicates.push(at);
            return Ok(());
        }
        if object.many.is_none() {
            if few.len() == FEW_KEYS {
                let all = few.iter().chain([&key]);
                object.many = Some(all.map(|name| name.decode()).collect());
            } else {
                self.keys.push(key);
            }
        }
        Ok(())
    }
}
