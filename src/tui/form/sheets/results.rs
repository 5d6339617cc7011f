//! Results of any test that the rules know, with what belongs to some of them: hours since the dose of a level, the
//! laboratory's own upper limit.
use rust_decimal::Decimal;

use super::super::field::Field;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values, observation};
use super::super::when::WhenRule;
use super::{blood, vitals};
use crate::rules::{Rules, TestDef};
use crate::ward::{Details, Kind, Observation};
use crate::words;

/// Tests that are typed one by one: all but the halves of a blood pressure.
fn tests(rules: &Rules) -> impl Iterator<Item = &TestDef> {
    rules.tests().all().iter().filter(|test| !vitals::is_pressure(&test.id))
}

/// Tests of which the rules read the laboratory's own upper limit.
fn limited<'a>(rules: &'a Rules, values: &'a Values) -> impl Iterator<Item = &'a str> {
    let limits = rules.checks().limits.iter().filter(|limit| limit.over_upper_limits.is_some());
    let mut ids: Vec<&str> = limits.flat_map(|limit| limit.tests.iter().map(String::as_str)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter(|id| values.amount(id).is_some())
}

fn has_level(rules: &Rules, values: &Values) -> bool {
    tests(rules).any(|test| test.group == "level" && values.amount(&test.id).is_some())
}

pub(super) fn fields(scene: &Scene) -> Vec<Field> {
    let mut fields = vec![Field::when("at", "Sample taken", WhenRule::HAPPENED)];
    fields.extend(tests(scene.ctx.rules).filter_map(|test| scene.amount(&test.id)));
    fields.extend(vitals::pressures());
    fields.push(Field::whole("hours", "Hours since the last dose", Decimal::ZERO, Decimal::from(99)));
    fields.push(Field::decimal("upper_limit", "Laboratory's upper limit"));
    fields.push(Field::text("source", "Source"));
    fields
}

pub(super) fn is_hidden(field: &str, scene: &Scene, values: &Values) -> bool {
    match field {
        "hours" => !has_level(scene.ctx.rules, values),
        "upper_limit" => limited(scene.ctx.rules, values).next().is_none(),
        _ => false,
    }
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let at = values.when("at").ok_or_else(|| Problem::new("at", "when the sample was taken"))?;
    let rules = scene.ctx.rules;
    let limited: Vec<&str> = limited(rules, values).collect();
    if limited.len() > 1 && values.number("upper_limit").is_some() {
        return Err(Problem::new("upper_limit", "one limit for several tests: enter them one by one"));
    }
    let mut draft = Draft { cautions: blood::cautions(scene, at), ..Draft::default() };
    draft.line("Sample taken", words::when(&at, scene.moment().zone));
    for test in tests(rules) {
        let Some((amount, unit)) = values.amount(&test.id) else { continue };
        let hours = values.number("hours").filter(|_| test.group == "level");
        let upper_limit = values.number("upper_limit").filter(|_| limited.contains(&test.id.as_str()));
        let typed = observation(&test.id, amount, unit, values.text("source"));
        let details = Details { hours_post_dose: hours, upper_limit, ..Details::default() }.kept();
        draft.observation(at, Observation { details, ..typed }, scene);
    }
    vitals::add_pressures(&mut draft, at, values);
    if !draft.entries.iter().any(|(_, kind)| matches!(kind, Kind::Observation(_))) {
        return Err(Problem::new("at", "at least one result has to be typed: Tab goes to the tests"));
    }
    for (field, name, unit) in [("hours", "Since the last dose", " h"), ("upper_limit", "Upper limit", "")] {
        if let Some(number) = values.number(field) {
            draft.line(name, format!("{number}{unit}"));
        }
    }
    if let Some(source) = values.text("source") {
        draft.line("Source", safe(source));
    }
    Ok(draft)
}
