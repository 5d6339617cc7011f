//! A blood count: sample time, ANC, WBC, platelets, and where the figures came from.
use super::super::field::Field;
use super::super::rulebook;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values, observation};
use super::super::when::{Empty, WhenRule};
use crate::assess::{self, Task};
use crate::ward::When;
use crate::words;

/// A sample older than this is asked about: it is more often a slip of the date than a late result.
const OLD_SAMPLE_DAYS: i64 = 31;

/// The counts of the form, in the order in which they are typed.
const COUNTS: [&str; 3] = ["anc", "wbc", "platelets"];

/// Whether a test is one of the form's counts.
pub(in super::super) fn is_counted(test: &str) -> bool {
    COUNTS.contains(&test)
}

pub(super) fn fields(scene: &Scene) -> Vec<Field> {
    let reads_wbc = scene.patient.is_some_and(|patient| rulebook::reads_wbc(scene.ctx.rules, patient));
    let empty = awaited(scene).map_or(WhenRule::HAPPENED.empty, Empty::Awaited);
    let mut fields = vec![Field::when("at", "Sample taken", WhenRule { empty, ..WhenRule::HAPPENED })];
    for test in COUNTS {
        let asked = test == "anc" || (test == "wbc" && reads_wbc);
        fields.extend(scene.amount(test).map(|field| if asked { field.asked() } else { field }));
    }
    fields.push(Field::text("source", "Source"));
    fields
}

/// When the blood was taken whose count is awaited: far more likely the sample of a result than one taken just now.
fn awaited(scene: &Scene) -> Option<When> {
    let assessed = assess::patient(scene.patient?, scene.ctx.rules, scene.moment());
    assessed.due(Task::Anc)?.sampled_at().copied()
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when the sample was taken"))?;
    if COUNTS.iter().all(|test| values.amount(test).is_none()) {
        return Err(Problem::new("anc", "at least one count has to be typed"));
    }
    let mut draft = Draft { cautions: cautions(scene, at), ..Draft::default() };
    draft.line("Sample taken", words::when(&at, scene.moment().zone));
    for test in COUNTS {
        let Some((amount, unit)) = values.amount(test) else { continue };
        draft.observation(at, observation(test, amount, unit, values.text("source")), scene);
    }
    if let Some(source) = values.text("source") {
        draft.line("Source", safe(source));
    }
    Ok(draft)
}

/// An old sample is more often a slip of the date.
pub(super) fn cautions(scene: &Scene, at: When) -> Vec<String> {
    let age = (scene.moment().today() - at.date(scene.moment().zone)).num_days();
    if age > OLD_SAMPLE_DAYS { vec![format!("the sample is {age} days old")] } else { Vec::new() }
}
