//! Where in a JSON text a field stands, for messages about a file that reads but does not make sense.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// One step into a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into an object's field.
    Field(String),
    /// Into a list, from 0.
    Item(usize),
}

/// The path as it is written: `phases[1].every_days`.
pub(super) fn words(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Field(name) if out.is_empty() => out.push_str(name),
            Step::Field(name) => out.extend([".", name]),
            Step::Item(i) => out.extend(["[", &i.to_string(), "]"]),
        }
    }
    out
}

/// ` at line 4 column 12`, where the value at a path begins; nothing if there is no such value.
pub(super) fn of(text: &str, path: &[Step]) -> String {
    offset(text, path).and_then(|at| text.get(..at)).map_or_else(String::new, |before| {
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!(" at line {line} column {column}")
    })
}

/// The place of the value in bytes: each step narrows the text to the value in it.
fn offset(text: &str, path: &[Step]) -> Option<usize> {
    let mut inner = text;
    for step in path {
        let value: &RawValue = match step {
            Step::Item(i) => serde_json::from_str::<Vec<&RawValue>>(inner).ok()?.get(*i)?,
            Step::Field(name) => {
                serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(inner).ok()?.get(name.as_str())?
            }
        };
        inner = value.get();
    }
    (inner.as_ptr() as usize).checked_sub(text.as_ptr() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_and_not_one_of_the_same_name() {
        let text = "{\n  \"x\": { \"id\": 1 },\n  \"list\": [ 0, { \"id\": 2 } ]\n}";
        let path = [Step::Field("list".into()), Step::Item(1), Step::Field("id".into())];
        assert_eq!((words(&path).as_str(), of(text, &path).as_str()), ("list[1].id", " at line 3 column 24"));
        assert_eq!(of(text, &[Step::Field("id".into())]), "");
        assert_eq!(of(text, &[Step::Item(0)]), "");
    }
}
