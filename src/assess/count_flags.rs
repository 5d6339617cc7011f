//! Flags of blood counts: bands, falls, and results that are awaited.
use chrono::Duration;

use super::blood::{Blood, asks_for_count, no_protocol_rule};
use super::flags::{Candidate, Measure};
use super::judge::{FallFound, Judged};
use super::known::{Fact, Known, Measured};
use super::outcome::{FlagKind, Severity};
use super::samples::BloodSample;
use super::stamp::{Stamp, days_between, shown};
use crate::rules::{Checks, Rules};
use crate::ward::{Apart, Outcome};

/// ANC and WBC are one measure.
const COUNT: &str = "count";

/// Flags of every count under the best band, each as the protocol in force when it was taken judged it.
pub(super) fn bands(blood: &Blood<'_, '_>, rules: &Rules) -> Vec<Candidate> {
    let mut flags = Vec::new();
    for (i, (sample, judged)) in blood.samples.iter().zip(&blood.judged).enumerate() {
        match judged {
            Some(judged) if judged.is_best() => {}
            Some(judged) => {
                let later_best = best_after(blood, i, rules);
                flags.push(of_band(judged, later_best));
                flags.extend(judged.falls.iter().map(|fall| of_fall(judged, fall, later_best)));
            }
            None => {
                let flag = |anc| of_no_protocol(sample, anc, best_after(blood, i, rules), rules);
                flags.extend(sample.anc.and_then(flag));
            }
        }
    }
    flags
}

/// The first sample after one that is in the best band, or not low where there is no protocol.
fn best_after(blood: &Blood<'_, '_>, i: usize, rules: &Rules) -> Option<Stamp> {
    let at = blood.samples.get(i)?.at;
    let is_best = |(sample, judged): &(&BloodSample<'_>, &Option<Judged<'_, '_>>)| match judged {
        Some(judged) => judged.is_best(),
        None => sample.anc.is_some_and(|anc| unprotocolled(anc, rules).is_none()),
    };
    let later = blood.samples.iter().zip(&blood.judged).skip(i + 1).filter(is_best).map(|(sample, _)| sample.at);
    later.into_iter().find(|later| later.order(&at).is_gt() && !at.later_than(later))
}

fn of_band(judged: &Judged<'_, '_>, later_best: Option<Stamp>) -> Candidate {
    let decided_by = judged.decided_by;
    let lead = judged.sample.lead().unwrap_or(decided_by);
    let (title, why) = if let Some(band) = judged.band() {
        (format!("{} {}", value(decided_by), judged.word()), under_words(judged, band.severity))
    } else {
        let missing = if lead.what.observation.test.as_ref() == "anc" { "no WBC" } else { "no ANC" };
        (format!("{} INCOMPLETE: {missing}", value(lead)), incomplete_words(judged, missing))
    };
    let action = judged.band().map_or_else(
        || format!("Full blood count the next day: {} reads ANC and WBC", judged.protocol.id),
        |band| band.action.clone(),
    );
    Candidate {
        kind: FlagKind::AncBand,
        measure: Measure::new(COUNT),
        severity: judged.severity(),
        entry: if anc_is_low(judged) { lead.entry.id.clone() } else { decided_by.entry.id.clone() },
        since: judged.sample.at,
        when: judged.sample.when(),
        title,
        action,
        why,
        rule: judged.rule(),
        ended: later_best.is_some(),
        closable: later_best,
        ended_once_seen: false,
    }
}

/// Whether the ANC alone is under the best band: then the flag is the ANC's, else that of the WBC.
fn anc_is_low(judged: &Judged<'_, '_>) -> bool {
    let best = judged.protocol.bands(judged.table).first();
    judged.band.is_none() || judged.sample.anc.zip(best).is_some_and(|(anc, best)| anc.what.can_be_under(best.anc.0))
}

/// Which bounds the counts are under.
fn under_words(judged: &Judged<'_, '_>, severity: Severity) -> String {
    let bands = judged.protocol.bands(judged.table);
    let above = judged.band.and_then(|i| i.checked_sub(1)).and_then(|i| bands.get(i));
    let Some(above) = above else { return String::new() };
    let mut parts = Vec::new();
    if let Some(anc) = judged.sample.anc.filter(|anc| anc.what.can_be_under(above.anc.0)) {
        parts.push(format!("ANC {} is under {}", anc.what.shown(), above.anc.0));
    }
    if let (Some(wbc), Some(bound)) = (judged.sample.wbc.filter(|_| judged.protocol.reads_wbc), above.wbc)
        && wbc.what.can_be_under(bound.0)
    {
        parts.push(format!("WBC {} is under {}", wbc.what.shown(), bound.0));
    }
    parts.extend(judged.falls.iter().map(|fall| fall_words(fall)));
    if parts.len() > 1 && severity == Severity::Critical {
        parts.push(format!("either alone is {}", judged.word()));
    }
    parts.join("; ")
}

fn incomplete_words(judged: &Judged<'_, '_>, missing: &str) -> String {
    format!("{missing} in this sample, and {} reads both: not to be taken for normal", judged.protocol.id)
}

fn of_fall(judged: &Judged<'_, '_>, fall: &FallFound<'_, '_>, later_best: Option<Stamp>) -> Candidate {
    Candidate {
        kind: FlagKind::AncFall,
        measure: Measure::new(&fall.rule.test),
        severity: Severity::Warning,
        entry: fall.to.entry.id.clone(),
        since: judged.sample.at,
        when: judged.sample.when(),
        title: format!("{} fell to {}", name(fall.to), fall.to.what.shown()),
        action: judged.band().map_or_else(String::new, |band| band.action.clone()),
        why: fall_words(fall),
        rule: judged.protocol.key(&format!("fall.{}", fall.rule.test)),
        ended: later_best.is_some(),
        closable: None,
        ended_once_seen: false,
    }
}

fn fall_words(fall: &FallFound<'_, '_>) -> String {
    let (from, to) = (fall.from.at, fall.to.at);
    let elapsed = from.instant.zip(to.instant).map(|(from, to)| to - from);
    format!(
        "{} fell by {} in {}, from {} on {} to {}",
        name(fall.to),
        fall.from.what.lowest() - fall.to.what.lowest(),
        Apart::new(days_between(from.date, to.date), elapsed),
        fall.from.what.shown(),
        shown(from.date),
        fall.to.what.shown()
    )
}

/// Without a protocol a low ANC is flagged all the same.
fn of_no_protocol(
    sample: &BloodSample<'_>,
    anc: &Fact<'_, Measured<'_>>,
    later_best: Option<Stamp>,
    rules: &Rules,
) -> Option<Candidate> {
    let under = unprotocolled(anc, rules)?;
    Some(Candidate {
        kind: FlagKind::AncBand,
        measure: Measure::new(COUNT),
        severity: under.severity,
        entry: anc.entry.id.clone(),
        since: sample.at,
        when: sample.when(),
        title: format!("{} under {}, no protocol", value(anc), under.under.0),
        action: under.action.clone(),
        why: format!("ANC {} is under {}, and no protocol is chosen", anc.what.shown(), under.under.0),
        rule: no_protocol_rule(),
        ended: later_best.is_some(),
        closable: later_best,
        ended_once_seen: false,
    })
}

fn unprotocolled<'r>(anc: &Fact<'_, Measured<'_>>, rules: &'r Rules) -> Option<&'r crate::rules::checks::Under> {
    rules.checks().counts.no_protocol.bands.iter().find(|band| anc.what.can_be_under(band.under.0))
}

fn name(fact: &Fact<'_, Measured<'_>>) -> String {
    fact.what.observation.test.to_uppercase()
}

/// `ANC 0.40`.
fn value(fact: &Fact<'_, Measured<'_>>) -> String {
    format!("{} {}", name(fact), fact.what.shown())
}

/// Blood taken, and no result for too long.
pub(super) fn awaited(known: &Known<'_>, rules: &Rules) -> Vec<Candidate> {
    let check = &rules.checks().counts.awaited_over_hours;
    let over = Duration::hours(check.figure);
    let taken = known.samples.iter().filter(|s| s.what.outcome == Outcome::Taken);
    taken
        .map(|taken| {
            let missing: Vec<_> = missing_results(taken, known);
            let late = known.moment.at - taken.at.earliest(known.moment.zone) > over;
            Candidate {
                kind: FlagKind::ResultAwaited,
                measure: Measure::new(&missing.join(" ")),
                severity: Severity::Warning,
                entry: taken.entry.id.clone(),
                since: taken.at,
                when: taken.entry.at,
                title: format!("No result yet: {}", missing.join(", ")),
                action: "Ask the laboratory; if the sample is lost, take another".to_owned(),
                why: format!("blood taken on {}, no result for over {} h", shown(taken.at.date), check.figure),
                rule: Checks::key("counts.awaited"),
                ended: missing.is_empty() || !late,
                closable: None,
                ended_once_seen: false,
            }
        })
        .filter(|flag| !flag.ended)
        .collect()
}

/// The tests of a sample that have no result of its time or later.
fn missing_results(taken: &Fact<'_, &crate::ward::Sample>, known: &Known<'_>) -> Vec<String> {
    let has = |test: &str| known.of_test(test).iter().any(|result| !taken.at.later_than(&result.at));
    if taken.what.tests.is_empty() && asks_for_count(&taken.what.tests) {
        return if has("anc") { Vec::new() } else { vec!["ANC".to_owned()] };
    }
    taken.what.tests.iter().filter(|test| !has(test)).map(|test| test.to_uppercase()).collect()
}
