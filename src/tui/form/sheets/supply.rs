//! Clozapine was supplied, for so many days.
use rust_decimal::Decimal;

use super::super::field::Field;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use crate::ward::{Kind, Supply};
use crate::words;

/// More days than any supply is for: beyond it is a slip of the key.
const MOST_DAYS: i64 = 366;

pub(super) fn fields() -> Vec<Field> {
    vec![
        Field::whole("days", "For how many days", Decimal::ONE, Decimal::from(MOST_DAYS)).required(),
        Field::when("at", "Supplied", WhenRule::HAPPENED),
    ]
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when it was"))?;
    let days = values.number("days").ok_or_else(|| Problem::new("days", "has to be typed"))?;
    let mut draft = Draft::default();
    draft.line("Supplied", words::when(&at, scene.moment().zone));
    draft.line("For", if days.written() == "1" { "1 day".to_owned() } else { format!("{days} days") });
    draft.entry(Some(at), Kind::Supply(Supply { days }));
    Ok(draft)
}
