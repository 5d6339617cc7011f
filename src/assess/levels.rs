//! The newest clozapine level: whether it is a trough, whether the level is adequate, and its ratio to norclozapine.
use rust_decimal::Decimal;

use super::known::{Fact, Known, Measured};
use super::level_flags::{LEVEL, is_trough};
use super::outcome::LevelNow;
use super::stamp::{Stamp, days_between};
use crate::rules::{Checks, Rules};

/// What is known of the newest level.
pub(super) fn newest(known: &Known<'_>, rules: &Rules) -> Option<LevelNow> {
    let checks = &rules.checks().level;
    let level = known.of_test(LEVEL).last()?;
    let occasions = occasions(level, known, rules);
    let ratio = ratio(level, known);
    let ratio_rule = ratio.and_then(|ratio| match ratio {
        low if low < checks.ratio_low_under.figure.0 => Some(Checks::key("level.ratio-low")),
        high if high > checks.ratio_high_over.figure.0 => Some(Checks::key("level.ratio-high")),
        _ => None,
    });
    Some(LevelNow {
        entry: level.entry.id.clone(),
        is_trough: is_trough(level, known, rules),
        occasions,
        occasions_wanted: checks.pair_times.figure,
        ratio,
        ratio_rule,
    })
}

/// Troughs that are not low, at the dose of the newest level, each long enough after the one before.
fn occasions(newest: &Fact<'_, Measured<'_>>, known: &Known<'_>, rules: &Rules) -> i64 {
    let checks = &rules.checks().level;
    let dose = dose_at(&newest.at, known);
    let mut counted = 0;
    let mut last: Option<Stamp> = None;
    for level in known.of_test(LEVEL) {
        let adequate = !level.what.can_be_under(checks.low_under.figure.0)
            && is_trough(level, known, rules)
            && dose_at(&level.at, known) == dose;
        let apart = last.is_none_or(|last| days_between(last.date, level.at.date) >= checks.pair_min_days.figure);
        if adequate && apart {
            counted += 1;
            last = Some(level.at);
        }
    }
    counted
}

/// mg in a day, as prescribed at some time.
fn dose_at(at: &Stamp, known: &Known<'_>) -> Option<Decimal> {
    known.doses.iter().rfind(|dose| !dose.at.later_than(at)).and_then(|dose| dose.what.total_mg())
}

/// Clozapine to norclozapine of the same sample; bounded results give none.
fn ratio(level: &Fact<'_, Measured<'_>>, known: &Known<'_>) -> Option<Decimal> {
    let norclozapine = known.of_test("norclozapine").iter().find(|other| other.at == level.at)?;
    let exact = |measured: &Measured<'_>| measured.observation.comparator.is_none().then_some(measured.value);
    exact(&level.what)?.checked_div(exact(&norclozapine.what)?)
}
