//! Blood was taken and its result is awaited; or it was declined, or could not be had.
use super::super::field::Field;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use crate::ward::{Kind, Outcome, Sample};
use crate::words;

/// What is asked for: field, words, tests.
const ASKED: [(&str, &str, &[&str]); 5] = [
    ("fbc", "FBC (ANC, WBC)", &["anc", "wbc"]),
    ("crp", "CRP", &["crp"]),
    ("troponin-t-hs", "Troponin T hs", &["troponin-t-hs"]),
    ("troponin-i-hs", "Troponin I hs", &["troponin-i-hs"]),
    ("clozapine", "Clozapine level", &["clozapine"]),
];

const OUTCOMES: [(&str, &str, Outcome); 3] = [
    ("taken", "taken, result awaited", Outcome::Taken),
    ("declined", "declined by the patient", Outcome::Declined),
    ("failed", "failed: no blood could be had", Outcome::Failed),
];

/// The field of blood that can be awaited, by its word in a typed line.
pub(in super::super) fn asked(word: &str, test: Option<&str>) -> Option<&'static str> {
    let is =
        |(id, _, tests): &&(&str, &str, &[&str])| *id == word || (tests.len() == 1 && test == tests.first().copied());
    ASKED.iter().find(is).map(|(id, ..)| *id)
}

/// The field in which blood for a test is asked for.
pub(super) fn field_of(test: &str) -> Option<&'static str> {
    ASKED.iter().find(|(_, _, tests)| tests.contains(&test)).map(|(id, ..)| *id)
}

pub(super) fn fields() -> Vec<Field> {
    let outcomes = OUTCOMES.map(|(word, words, _)| (word.to_owned(), words.to_owned())).to_vec();
    let mut fields = vec![
        Field::choice("outcome", "What became of it", outcomes).required(),
        Field::when("at", "When", WhenRule::HAPPENED),
    ];
    fields.extend(ASKED.map(|(id, label, _)| {
        let field = Field::yes_no(id, label);
        if id == "fbc" { field.answered(true) } else { field }
    }));
    fields
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when it was"))?;
    let (_, words, outcome) = values
        .choice("outcome")
        .and_then(|chosen| OUTCOMES.into_iter().find(|(word, ..)| *word == chosen))
        .ok_or_else(|| Problem::new("outcome", "choose one"))?;
    let asked: Vec<_> = ASKED.into_iter().filter(|(id, ..)| values.yes_no(id) == Some(true)).collect();
    if asked.is_empty() {
        return Err(Problem::new("fbc", "at least one test"));
    }
    let mut draft = Draft::default();
    draft.line("Blood", words);
    draft.line("When", words::when(&at, scene.moment().zone));
    draft.line("Tests", asked.iter().map(|(_, words, _)| *words).collect::<Vec<_>>().join(", "));
    let tests = asked.iter().flat_map(|(_, _, tests)| tests.iter().map(|test| (*test).into())).collect();
    draft.entry(Some(at), Kind::Sample(Sample { tests, outcome }));
    Ok(draft)
}
