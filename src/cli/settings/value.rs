//! Values of a settings file, each with what is allowed where it is another.
use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Taken;

type Value<'a> = Spanned<DeValue<'a>>;

/// Text that says something, in at most so many characters.
pub(super) fn text(value: &Value<'_>, most: usize) -> Taken<String> {
    let text = value.get_ref().as_str().map(str::trim).filter(|text| !text.is_empty() && text.chars().count() <= most);
    text.map(ToOwned::to_owned)
        .ok_or_else(|| (value.span().start, format!("allowed: text in quotes, 1 to {most} letters")))
}

/// Several texts.
pub(super) fn list(value: &Value<'_>) -> Taken<Vec<String>> {
    let all = value
        .get_ref()
        .as_array()
        .ok_or_else(|| (value.span().start, "allowed: several texts, as [\"one\", \"another\"]".to_owned()))?;
    all.iter().map(|one| text(one, 80)).collect()
}

/// A whole number of 0 or more.
pub(super) fn number(value: &Value<'_>) -> Option<u64> {
    let number = value.get_ref().as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A day in quotes or, as TOML also has it, without.
pub(super) fn day(value: &Value<'_>) -> Option<NaiveDate> {
    let text = match value.get_ref() {
        DeValue::Datetime(day) => day.to_string(),
        other => other.as_str()?.to_owned(),
    };
    let is_day = text.len() == "2026-11-20".len();
    text.parse().ok().filter(|_| is_day)
}

/// A table.
pub(super) fn table<'a>(value: &'a Value<'a>) -> Taken<&'a DeTable<'a>> {
    value.get_ref().as_table().ok_or_else(|| (value.span().start, "allowed: a table of names and values".to_owned()))
}

/// Several tables, each under its own `[[name]]`.
pub(super) fn tables<'a>(value: &'a Value<'a>, name: &str) -> Taken<impl Iterator<Item = &'a Value<'a>>> {
    let all = value.get_ref().as_array();
    let all = all.ok_or_else(|| (value.span().start, format!("allowed: tables, each under its own [[{name}]]")))?;
    Ok(all.iter())
}
