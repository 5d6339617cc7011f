//! Whether two JSON texts say the same: white space and the order of an object's fields mean nothing, digits do.
use std::borrow::Cow;

use super::{Cursor, Member, Shape, Str};
use crate::ward::text::Span;

/// Whether two checked JSON texts say the same. A field of the outermost objects that is named `optional` counts
/// only where both have it.
pub(crate) fn same(a: &str, b: &str, optional: Option<&str>) -> bool {
    if a == b {
        return true;
    }
    let whole = |text| Cursor::new(text).member(Span::default()).ok();
    let (Some(x), Some(y)) = (whole(a), whole(b)) else { return false };
    match (x.shape, y.shape) {
        (Shape::Text, Shape::Text) => x.string(a).decode() == y.string(b).decode(),
        (Shape::List, Shape::List) | (Shape::Object, Shape::Object) => {
            parts(a, x.span).zip(parts(b, y.span)).is_some_and(|(a, b)| parts_same(a, b, optional))
        }
        (one, other) => one == other && x.span.of(a) == y.span.of(b),
    }
}

/// A field's name (none for an item of a list) and its value.
type Part<'a> = (Cow<'a, str>, &'a str);

/// What a list or an object is made of, fields in the order of their names; `None` if it is too long to hold.
fn parts(text: &str, span: Span) -> Option<Vec<Part<'_>>> {
    let mut members: Vec<Member> = Vec::new();
    Cursor::new(text).revisit(span, &mut members).ok()?;
    let mut parts: Vec<_> = members.iter().map(|part| (Str::at(text, part.key).decode(), part.span.of(text))).collect();
    // Items of a list have no names, and a stable sort leaves them in their order.
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    Some(parts)
}

fn parts_same(mut a: Vec<Part>, mut b: Vec<Part>, optional: Option<&str>) -> bool {
    if let Some(name) = optional {
        let has = |parts: &[Part]| parts.iter().any(|part| part.0 == name);
        if !(has(&a) && has(&b)) {
            a.retain(|part| part.0 != name);
            b.retain(|part| part.0 != name);
        }
    }
    a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| x.0 == y.0 && same(x.1, y.1, None))
}
