//! Flags of measured quantities: limits, the pulse and the weight against their baselines, the fall of blood pressure on
//! standing.
use chrono::Duration;
use rust_decimal::Decimal;

use super::flags::{Candidate, Measure};
use super::known::{Fact, Known, Measured, Results};
use super::outcome::{CannotAssess, FlagKind, Severity};
use super::stamp::{Stamp, shown};
use super::treatment::Treatment;
use crate::rules::measures::Limit;
use crate::rules::{Checks, Rules, TestDef};
use crate::ward::{Comparator, compare};

/// How far apart a lying and a standing pressure may be measured.
const ONE_MEASUREMENT: Duration = Duration::hours(1);

/// What one value means: the worst limit that it meets.
pub(super) struct Met {
    pub severity: Severity,
    pub words: String,
    pub action: String,
    pub rule: String,
}

/// Flags of every quantity since the first dose (or all, before there is one).
pub(super) fn flags(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let mut flags = Vec::new();
    for test in known.results.iter().map(|results| results.test) {
        let limits = rules.limits(&test.id);
        if limits.is_empty() {
            continue;
        }
        let mut kinds: Vec<_> = limits.iter().filter_map(|l| FlagKind::parse(&l.flag)).collect();
        kinds.sort();
        kinds.dedup();
        for kind in kinds {
            let of_kind: Vec<_> = limits.iter().filter(|l| l.flag == kind.as_str()).collect();
            flags.extend(of_test(known, treatment, kind, test, |fact| by_limits(&of_kind, fact)));
        }
    }
    flags.extend(pulse_rise(known, treatment, rules));
    flags.extend(weight_gain(known, treatment, rules));
    flags.extend(postural(known, treatment, rules));
    flags
}

/// One flag for each value that means something; it ends with a later value of the test that means nothing.
fn of_test(
    known: &Known<'_>,
    treatment: &Treatment<'_>,
    kind: FlagKind,
    test: &TestDef,
    meaning: impl Fn(&Fact<'_, Measured<'_>>) -> Option<Met>,
) -> Vec<Candidate> {
    let facts: Vec<_> =
        known.of_test(&test.id).iter().filter(|fact| is_since_first_dose(&fact.at, treatment)).collect();
    let met: Vec<_> = facts.iter().map(|fact| meaning(fact)).collect();
    let last_normal = met.iter().rposition(Option::is_none);
    let of_value = |(i, (fact, met)): (usize, (&&Fact<'_, Measured<'_>>, Option<Met>))| {
        let met = met?;
        let value = format!("{} {} {}", test.label, fact.what.shown(), unit(fact, test));
        Some(Candidate {
            kind,
            measure: Measure::new(&test.id),
            severity: met.severity,
            entry: fact.entry.id.clone(),
            since: fact.at,
            when: fact.entry.at,
            title: format!("{value}: {}", met.words),
            action: met.action,
            why: format!("{value} on {}: {}", shown(fact.at.date), met.words),
            rule: met.rule,
            ended: last_normal.is_some_and(|normal| normal > i),
            closable: None,
            ended_once_seen: false,
        })
    };
    facts.iter().zip(met).enumerate().filter_map(of_value).collect()
}

/// The unit as it was written; the canonical one as it is shown.
fn unit(fact: &Fact<'_, Measured<'_>>, test: &TestDef) -> String {
    match fact.what.observation.unit.as_deref() {
        Some(unit) if unit != test.unit => unit.to_owned(),
        _ => test.shown.clone(),
    }
}

/// A value before the first dose is a baseline.
fn is_since_first_dose(at: &Stamp, treatment: &Treatment<'_>) -> bool {
    treatment.first.is_none_or(|first| !first.later_than(at))
}

fn by_limits(limits: &[&Limit], fact: &Fact<'_, Measured<'_>>) -> Option<Met> {
    limits.iter().filter(|limit| meets(limit, fact)).max_by_key(|limit| limit.severity).map(|limit| Met {
        severity: limit.severity,
        words: limit.words.clone(),
        action: limit.action.clone(),
        rule: Checks::key(&limit.id),
    })
}

pub(super) fn meets(limit: &Limit, fact: &Fact<'_, Measured<'_>>) -> bool {
    let measured = &fact.what;
    limit.over.is_some_and(|over| exceeds(measured, over.0))
        || limit.at_least.is_some_and(|least| measured.can_reach(least.0))
        || limit.under.is_some_and(|under| measured.can_be_under(under.0))
        || limit.over_upper_limits.zip(measured.observation.upper_limit()).is_some_and(|(times, upper)| {
            // Both in the unit as written: no conversion can come between them.
            upper.exact().checked_mul(times.0).is_some_and(|bound| match measured.observation.comparator {
                Some(Comparator::Greater) => true,
                _ => measured.observation.value.exact() > bound,
            })
        })
}

/// Read at its worst: `>100` may be anything over it.
pub(super) fn exceeds(measured: &Measured<'_>, over: Decimal) -> bool {
    measured.observation.comparator == Some(Comparator::Greater) || compare(measured.value, over).is_gt()
}

/// Results whose rule needs the laboratory's own upper limit, and that have none.
pub(super) fn without_upper_limit(known: &Known<'_>, rules: &Rules) -> Vec<CannotAssess> {
    let needs = |test: &TestDef| rules.limits(&test.id).iter().any(|limit| limit.over_upper_limits.is_some());
    known
        .results
        .iter()
        .filter(|results| needs(results.test))
        .flat_map(|results| &results.facts)
        .filter(|o| o.what.observation.upper_limit().is_none())
        .map(|o| CannotAssess {
            code: "no-upper-limit",
            why: format!("result of {} without the laboratory's upper limit - not assessed", o.what.observation.test),
            entry: Some(o.entry.id.clone()),
        })
        .collect()
}

/// The pulse against its baseline: the last before the first dose, else the first on day 1.
fn pulse_rise(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let (Some(first), Some(test)) = (treatment.first, rules.tests().get("pulse")) else { return Vec::new() };
    let check = &rules.checks().pulse_rise;
    let before = known.of_test("pulse").iter().rfind(|p| first.later_than(&p.at));
    let Some(baseline) = before.or_else(|| known.of_test("pulse").iter().find(|p| p.at.date == first.date)) else {
        return Vec::new();
    };
    let rises = |fact: &Fact<'_, Measured<'_>>| {
        let rise = fact.what.value - baseline.what.lowest();
        (exceeds(&fact.what, baseline.what.lowest() + check.figure.0)).then(|| Met {
            severity: Severity::Warning,
            words: format!("{} over the baseline of {}", rise.normalize(), baseline.what.shown()),
            action: check.action.clone(),
            rule: Checks::key("pulse.rise"),
        })
    };
    let mut flags = of_test(known, treatment, FlagKind::Myocarditis, test, rises);
    // A pulse may meet the limit as well: one flag of one entry is enough.
    let limits = rules.limits("pulse").iter().filter(|l| l.flag == FlagKind::Myocarditis.as_str());
    let limits: Vec<_> = limits.collect();
    let limited = |flag: &Candidate| {
        known.of_test("pulse").iter().any(|p| p.entry.id == flag.entry && by_limits(&limits, p).is_some())
    };
    flags.retain(|flag| !limited(flag));
    flags
}

/// The weight against its baseline: the last up to the first dose, else the first since.
fn weight_gain(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let (Some(first), Some(test)) = (treatment.first, rules.tests().get("weight")) else { return Vec::new() };
    let check = &rules.checks().weight_gain_percent;
    let before = known.of_test("weight").iter().rfind(|w| w.at.date <= first.date);
    let Some(baseline) = before.or_else(|| known.of_test("weight").first()) else { return Vec::new() };
    let bound = baseline.what.value * (Decimal::ONE_HUNDRED + check.figure.0) / Decimal::ONE_HUNDRED;
    of_test(known, treatment, FlagKind::Weight, test, |fact| {
        fact.what.can_reach(bound).then(|| Met {
            severity: Severity::Warning,
            words: format!("{} % or more over {} {}", check.figure.0, baseline.what.shown(), unit(baseline, test)),
            action: check.action.clone(),
            rule: Checks::key("weight.gain"),
        })
    })
}

/// The fall of blood pressure on standing.
fn postural(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let drops: Vec<(Fact<'_, Measured<'_>>, Option<Met>, String)> = known
        .of_test("systolic-standing")
        .iter()
        .filter(|standing| is_since_first_dose(&standing.at, treatment))
        .filter_map(|standing| {
            let systolic = fall(known, "systolic", standing)?;
            let diastolic = fall(known, "diastolic", standing);
            let words = match diastolic {
                Some(d) => format!("falls by {}/{} mmHg on standing", systolic.normalize(), d.normalize()),
                None => format!("falls by {} mmHg on standing", systolic.normalize()),
            };
            Some((*standing, drop_met(systolic, diastolic, rules, &words), words))
        })
        .collect();
    let last_normal = drops.iter().rposition(|(_, met, _)| met.is_none());
    let mut flags = Vec::new();
    for (i, (standing, met, words)) in drops.into_iter().enumerate() {
        let Some(met) = met else { continue };
        flags.push(Candidate {
            kind: FlagKind::PosturalDrop,
            measure: Measure::new("pressure"),
            severity: met.severity,
            entry: standing.entry.id.clone(),
            since: standing.at,
            when: standing.entry.at,
            title: format!("Blood pressure {words}"),
            action: met.action,
            why: format!("{}: {words}", shown(standing.at.date)),
            rule: met.rule,
            ended: last_normal.is_some_and(|normal| normal > i),
            closable: None,
            ended_once_seen: false,
        });
    }
    flags
}

fn drop_met(systolic: Decimal, diastolic: Option<Decimal>, rules: &Rules, words: &str) -> Option<Met> {
    let check = &rules.checks().postural;
    let (severity, cited, rule) = if systolic > check.critical_over.figure.0 {
        (Severity::Critical, &check.critical_over, "postural.critical")
    } else if systolic >= check.systolic.figure.0 {
        (Severity::Warning, &check.systolic, "postural.systolic")
    } else if diastolic.is_some_and(|d| d >= check.diastolic.figure.0) {
        (Severity::Warning, &check.diastolic, "postural.diastolic")
    } else {
        return None;
    };
    Some(Met { severity, words: words.to_owned(), action: cited.action.clone(), rule: Checks::key(rule) })
}

/// Lying minus standing, of the nearest lying pressure of the same measurement.
fn fall(known: &Known<'_>, which: &str, standing: &Fact<'_, Measured<'_>>) -> Option<Decimal> {
    let near = |at: &Stamp| match (at.instant, standing.at.instant) {
        (Some(a), Some(b)) => Some((a - b).abs()).filter(|apart| *apart <= ONE_MEASUREMENT),
        _ => (at.date == standing.at.date).then(Duration::zero),
    };
    let of = |posture: &str| {
        known
            .of_test(match (which, posture) {
                ("systolic", "lying") => "systolic-lying",
                ("systolic", _) => "systolic-standing",
                (_, "lying") => "diastolic-lying",
                _ => "diastolic-standing",
            })
            .iter()
            .filter_map(|fact| near(&fact.at).map(|apart| (apart, fact)))
            .min_by_key(|(apart, _)| *apart)
            .map(|(_, fact)| fact.what)
    };
    let upright = if which == "systolic" { standing.what } else { of("standing")? };
    Some(of("lying")?.value - upright.value)
}

/// Times of liver results that a limit of several times the laboratory's own is met by.
pub(super) fn raised_liver(known: &Known<'_>, rules: &Rules) -> Vec<Stamp> {
    let met = |results: &&Results<'_>| {
        let limits = rules.limits(&results.test.id).iter().filter(|l| l.flag == FlagKind::Liver.as_str());
        let limits: Vec<_> = limits.collect();
        results.facts.iter().filter(|fact| limits.iter().any(|l| meets(l, fact))).map(|fact| fact.at).collect()
    };
    known.results.iter().flat_map(|results| -> Vec<Stamp> { met(&results) }).collect()
}
