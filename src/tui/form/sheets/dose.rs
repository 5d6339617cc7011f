//! The prescribed dose from a day on: what is taken in the morning, at midday, in the evening.
use std::cmp::Ordering;

use super::super::field::Field;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use crate::assess::{self, DoseNow};
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

/// The dose in force and the most that the regimen gives today, for beside the new one.
fn now(scene: &Scene) -> Option<DoseNow> {
    assess::patient(scene.patient?, scene.ctx.rules, scene.moment()).dose
}

pub(super) fn head(scene: &Scene) -> Vec<String> {
    let Some(now) = now(scene) else { return vec!["No dose is recorded so far.".to_owned()] };
    let at_most = now.at_most_mg.map(|mg| format!("   regimen: at most {} today", words::mg(mg)));
    vec![format!("Now {} {}", since(&now), at_most.unwrap_or_default())]
}

fn since(now: &DoseNow) -> String {
    format!("{} a day since {}", words::mg(now.total_mg), words::date(now.since))
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
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
    if let Some(now) = now(scene) {
        let step = match total.cmp(&now.total_mg) {
            Ordering::Greater => format!("raised by {}", words::mg(total - now.total_mg)),
            Ordering::Less => format!("lowered by {}", words::mg(now.total_mg - total)),
            Ordering::Equal => "not changed".to_owned(),
        };
        draft.line("Before", format!("{}: {step}", since(&now)));
    }
    draft.entry(Some(When::Date(from)), Kind::Dose(dose));
    Ok(draft)
}
