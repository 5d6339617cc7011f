//! Vital signs: each of them if it was measured, at least one.
use super::super::field::Field;
use super::super::number::Amount;
use super::super::sheet::{Draft, Problem, Scene, Values, observation};
use super::super::when::WhenRule;
use crate::ward::{Kind, Number, Observation, When};
use crate::words;

/// Measured one by one.
const SINGLE: [&str; 5] = ["pulse", "temperature", "respiratory-rate", "spo2", "weight"];

/// Field, words, and the tests of the upper and the lower figure.
const PRESSURES: [(&str, &str, &str, &str); 2] = [
    ("lying", "BP, lying", "systolic-lying", "diastolic-lying"),
    ("standing", "BP, standing", "systolic-standing", "diastolic-standing"),
];

/// Whether a test is measured at the bedside and typed one by one.
pub(in super::super) fn is_measured(test: &str) -> bool {
    SINGLE.contains(&test)
}

/// Whether a test is one half of a blood pressure.
pub(super) fn is_pressure(test: &str) -> bool {
    PRESSURES.iter().any(|(_, _, upper, lower)| [*upper, *lower].contains(&test))
}

/// The fields of the blood pressures.
pub(super) fn pressures() -> [Field; 2] {
    PRESSURES.map(|(id, label, ..)| Field::pressure(id, label))
}

pub(super) fn fields(scene: &Scene) -> Vec<Field> {
    let (first, rest) = SINGLE.split_at(2);
    let mut fields = vec![Field::when("at", "Measured", WhenRule::HAPPENED)];
    fields.extend(first.iter().filter_map(|test| scene.amount(test)).map(Field::asked));
    fields.extend(pressures().map(Field::asked));
    fields.extend(rest.iter().filter_map(|test| scene.amount(test)).map(Field::asked));
    fields
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when it was"))?;
    let mut draft = Draft::default();
    draft.line("Measured", words::when(&at, scene.moment().zone));
    for test in SINGLE {
        let Some((amount, unit)) = values.amount(test) else { continue };
        draft.observation(at, observation(test, amount, unit, None), scene);
    }
    add_pressures(&mut draft, at, values);
    if draft.entries.is_empty() {
        return Err(Problem::new("pulse", "at least one of them has to be typed"));
    }
    Ok(draft)
}

/// The blood pressures that were measured, each two results.
pub(super) fn add_pressures(draft: &mut Draft, at: When, values: &Values) {
    for (id, label, upper_test, lower_test) in PRESSURES {
        let Some((upper, lower)) = values.pressure(id) else { continue };
        draft.line(label, format!("{upper}/{lower} mmHg"));
        draft.entry(Some(at), Kind::Observation(pressure(upper_test, upper)));
        draft.entry(Some(at), Kind::Observation(pressure(lower_test, lower)));
    }
}

fn pressure(test: &str, number: &Number) -> Observation {
    observation(test, &Amount { comparator: None, number: number.clone() }, "mm[Hg]", None)
}
