//! The prescribed dose from a day on: what is taken in the morning, at midday, in the evening.
use super::super::field::Field;
use super::super::sheet::{Draft, Problem, Values};
use super::super::when::WhenRule;
use crate::ward::{Dose, Kind, When};
use crate::words;

/// Field and name of each part of the day.
const PARTS: [(&str, &str); 3] = [("morning", "Morning"), ("midday", "Midday"), ("evening", "Evening")];

pub(super) fn fields() -> Vec<Field> {
    let mut fields = vec![Field::when("from", "From", WhenRule::FROM)];
    fields.extend(PARTS.map(|(id, label)| Field::mg(id, label).asked()));
    fields
}

fn dose(values: &Values) -> Dose {
    Dose {
        morning_mg: values.number("morning"),
        midday_mg: values.number("midday"),
        evening_mg: values.number("evening"),
    }
}

/// The total, as it is typed.
pub(super) fn remark(values: &Values) -> Option<String> {
    let total = dose(values).total_mg().filter(|total| !total.is_zero())?;
    Some(format!("Total {} a day", words::mg(total)))
}

pub(super) fn draft(values: &Values) -> Result<Draft, Problem> {
    let from = values.day("from").ok_or_else(|| Problem::new("from", "the day from which it holds"))?;
    let dose = dose(values);
    let total = dose.total_mg().ok_or_else(|| Problem::new("morning", "more than can be a dose"))?;
    if dose == Dose::default() {
        return Err(Problem::new("morning", "at least one dose has to be typed"));
    }
    if total.is_zero() {
        return Err(Problem::new("morning", "0 mg a day is no dose: enter doses missed, or the stop of the course"));
    }
    let mut draft = Draft::default();
    draft.line("From", words::date(from));
    for (id, label) in PARTS {
        if let Some(part) = values.number(id) {
            draft.line(label, words::mg(part.exact()));
        }
    }
    draft.line("Total", format!("{} a day", words::mg(total)));
    draft.entry(Some(When::Date(from)), Kind::Dose(dose));
    Ok(draft)
}
