//! A site's own files: which kind they are, that their ids are free, and that their figures make sense.
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use super::place::{self, Step};
use super::{RulesError, parse};

/// No figure of a protocol or a regimen is greater: days, hours, doses, counts. Arithmetic with it never overflows.
const GREATEST: i64 = 100_000;

/// What a file of rules holds, by its `format`.
pub(super) enum FileKind {
    Protocol,
    Regimen,
}

/// Reads the `format` of a file.
pub(super) fn kind(file: &str, text: &str) -> Result<FileKind, RulesError> {
    #[derive(Deserialize)]
    struct Format {
        format: String,
    }
    match parse::<Format>(file, text)?.format.as_str() {
        "wardround-protocol/1" => Ok(FileKind::Protocol),
        "wardround-regimen/1" => Ok(FileKind::Regimen),
        _ => {
            let what = "must be \"wardround-protocol/1\" or \"wardround-regimen/1\"";
            Err(wrong(file, text, &[Step::Field("format".to_owned())], what))
        }
    }
}

/// An id may be given once: a site's file stands beside the embedded ones and replaces none.
pub(super) fn is_free(file: &str, text: &str, id: &str, taken: bool) -> Result<(), RulesError> {
    if !taken && !id.is_empty() {
        return Ok(());
    }
    let what = format!("\"{id}\" is taken or empty: choose another, such as \"{id}-our-site\"");
    Err(wrong(file, text, &[Step::Field("id".to_owned())], &what))
}

/// Whether the figures of a file make sense, and every source that it cites is listed in it.
pub(super) fn makes_sense(file: &str, text: &str) -> Result<(), RulesError> {
    let whole: Value = parse(file, text)?;
    let sources = whole.get("sources");
    let is_listed = |name: &str| sources.is_none_or(|sources| sources.get(name).is_some());
    let mut path = Vec::new();
    match misfit(&whole, &is_listed, &mut path) {
        Some(what) => Err(wrong(file, text, &path, &what)),
        None => Ok(()),
    }
}

/// An error about a value, with its place.
pub(super) fn wrong(file: &str, text: &str, path: &[Step], what: &str) -> RulesError {
    let what = format!("{}: {what}{}", place::words(path), place::of(text, path));
    RulesError { file: file.to_owned(), what }
}

/// The first value that makes no sense; `path` leads to it.
fn misfit(value: &Value, is_listed: &dyn Fn(&str) -> bool, path: &mut Vec<Step>) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            path.push(Step::Field(name.clone()));
            let found = of_field(name, value, is_listed).or_else(|| misfit(value, is_listed, path));
            if found.is_none() {
                path.pop();
            }
            found
        }),
        Value::Array(items) => items.iter().enumerate().find_map(|(i, value)| {
            path.push(Step::Item(i));
            let found = misfit(value, is_listed, path);
            if found.is_none() {
                path.pop();
            }
            found
        }),
        Value::Number(number) => {
            // A number with a point is none of any file: the reading that follows says so.
            let fits = number.as_i64().map_or(number.is_f64(), |number| (0..=GREATEST).contains(&number));
            (!fits).then(|| format!("must be a number from 0 to {GREATEST}"))
        }
        _ => None,
    }
}

/// What is wrong with a value because of the name of its field.
fn of_field(name: &str, value: &Value, is_listed: &dyn Fn(&str) -> bool) -> Option<String> {
    match value {
        Value::Number(number) if name.ends_with("every_days") && number.as_i64().is_some_and(|days| days < 1) => {
            Some("every_days must be 1 or more".to_owned())
        }
        Value::String(figure) if is_figure(name) => {
            let figure = Decimal::from_str_exact(figure).ok()?;
            let fits = (Decimal::ZERO..=Decimal::from(GREATEST)).contains(&figure);
            (!fits).then(|| format!("must be a number from 0 to {GREATEST}"))
        }
        Value::String(source) if name == "source" && !is_listed(source) => {
            Some("is not among the sources of the file".to_owned())
        }
        _ => None,
    }
}

/// Whether a field of this name holds a count or a dose.
fn is_figure(name: &str) -> bool {
    matches!(name, "anc" | "wbc" | "by" | "to_under" | "baseline_else") || name.contains("_mg")
}
