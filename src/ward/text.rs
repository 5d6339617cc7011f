//! Text that is held once: a ward says `anc` and `10*9/L` a hundred thousand times, and every entry is a piece of
//! the file's own text.
use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::{fmt, ops::Deref};

/// A piece of text that is cheap to copy: copies share the letters.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(from = "String")]
pub struct Text(Arc<Box<str>>);

impl Text {
    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Self {
        Self(Arc::new(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Arc::new(text.into_boxed_str()))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Arc::new(text.into()))
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self(Arc::new(text.into()))
    }
}

/// A text of its own that needs no further memory if it is short, as ids are.
#[derive(Clone)]
pub(crate) struct Short(Letters);

#[derive(Clone)]
enum Letters {
    Here(u8, [u8; HERE]),
    Elsewhere(Box<str>),
}

/// Enough for the 36 letters of the ids that the program makes: an entry then needs no piece of memory for its id.
const HERE: usize = 38;

impl Short {
    /// Keeps a text.
    pub fn new(text: &str) -> Self {
        let mut here = [0; HERE];
        Self(match (here.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(room), Ok(length)) => {
                room.copy_from_slice(text.as_bytes());
                Letters::Here(length, here)
            }
            _ => Letters::Elsewhere(text.into()),
        })
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Letters::Here(..) => str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Letters::Elsewhere(text) => text,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Letters::Here(length, here) => here.get(..usize::from(*length)).unwrap_or_default(),
            Letters::Elsewhere(text) => text.as_bytes(),
        }
    }
}

impl PartialEq for Short {
    /// By bytes: ids are compared far more often than they are shown.
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Short {}

impl PartialOrd for Short {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Short {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Short {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Where a piece of a text begins and ends, in bytes. A ward file is at most 512 MB, so four bytes hold a place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span between two places of one text.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: place(start), end: place(end) }
    }

    /// The piece of `text` that this span marks.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A place in a text as four bytes; texts that do not fit are refused before anything is read from them.
pub(crate) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A JSON value as it was written: a piece of a text that many pieces share.
#[derive(Clone, Default)]
pub(crate) struct Json {
    pub text: Text,
    pub span: Span,
}

impl Json {
    /// A text that is one value.
    pub fn whole(text: impl Into<Text>) -> Self {
        let text = text.into();
        Self { span: Span::new(0, text.len()), text }
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.span.of(&self.text)
    }
}

impl PartialEq for Json {
    /// The same letters, wherever they stand.
    fn eq(&self, other: &Self) -> bool {
        let one_place = self.span == other.span && Arc::ptr_eq(&self.text.0, &other.text.0);
        one_place || self.as_str() == other.as_str()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The fields of a JSON object as they were written, in that order: for writing back.
#[derive(Clone, Default)]
pub(crate) struct Fields {
    pub text: Text,
    /// Where the object begins.
    pub start: u32,
    /// Where each name (with its quotation marks) and each value stand in the text.
    pub list: Box<[(Span, Span)]>,
}

impl Fields {
    /// Names, with their quotation marks, and values, both as JSON text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.iter().map(|(name, value)| (name.of(&self.text), value.of(&self.text)))
    }
}

impl PartialEq for Fields {
    /// The same letters, wherever they stand.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{HERE, Short, Text};

    #[test]
    fn short_and_long_texts_are_kept_whole_and_in_order() {
        let texts: Vec<String> = (0..HERE + 3).flat_map(|n| ["e".repeat(n), "é".repeat(n), "z".repeat(n)]).collect();
        for text in &texts {
            assert_eq!(Short::new(text).as_str(), text);
        }
        let kept: BTreeSet<_> = texts.iter().map(|text| Short::new(text)).collect();
        let plain: BTreeSet<_> = texts.iter().map(String::as_str).collect();
        assert!(kept.iter().map(Short::as_str).eq(plain));
        assert_eq!(size_of::<Short>(), 40);
    }

    #[test]
    fn shared_text_is_like_any_text() {
        let text = Text::from("10*9/L");
        assert_eq!(text, "10*9/L");
        assert_eq!(text.clone(), Text::from("10*9/L".to_owned()));
        assert_eq!(format!("{text:>8}|{text:?}"), "  10*9/L|\"10*9/L\"");
        assert_eq!((&*Text::default(), size_of::<Option<Text>>()), ("", 8));
    }
}
