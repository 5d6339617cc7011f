//! Flags of clozapine levels, of what makes a seizure more likely, and of medicines that change levels.
use super::flags::{Candidate, Measure};
use super::known::{Fact, Known, Measured};
use super::measure_flags::exceeds;
use super::outcome::{FlagKind, Severity};
use super::stamp::{Stamp, days_between, shown};
use super::treatment::Treatment;
use crate::rules::cited::Cited;
use crate::rules::measures::Interaction;
use crate::rules::{Checks, Figure, Rules};
use crate::ward::{Medicine, MedicineEvent};

/// The test of the clozapine level.
pub(super) const LEVEL: &str = "clozapine";

/// A trough: taken long enough after a dose, on a dose long enough unchanged. Anything else is not interpretable.
pub(super) fn is_trough(level: &Fact<'_, Measured<'_>>, known: &Known<'_>, rules: &Rules) -> bool {
    let checks = &rules.checks().level;
    let timed = level.what.observation.hours_post_dose().is_some_and(|hours| {
        (checks.trough_from_hours.figure.0..=checks.trough_to_hours.figure.0).contains(&hours.exact())
    });
    let last_change = known.dose_changes.iter().rfind(|change| change.date <= level.at.date);
    timed && last_change.is_some_and(|change| days_between(change.date, level.at.date) >= checks.stable_days.figure)
}

/// `level`, `seizure` and `interaction`.
pub(super) fn flags(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let mut flags = levels(known, rules);
    flags.extend(too_fast(known, treatment, rules));
    flags.extend(seizure_by_level(known, rules));
    flags.extend(seizure_by_dose(known, treatment, rules));
    flags.extend(seizure_by_medicine(known, treatment, rules));
    flags.extend(interactions(known, rules));
    flags
}

/// One bound of a level or dose.
struct Bound<'r> {
    severity: Severity,
    cited: &'r Cited<Figure>,
    rule: &'static str,
}

fn shown_level(level: &Fact<'_, Measured<'_>>) -> String {
    let unit = match level.what.observation.unit.as_deref() {
        Some("ug/L") | None => "micrograms/L",
        Some(other) => other,
    };
    format!("{} {unit}", level.what.shown())
}

fn levels(known: &Known<'_>, rules: &Rules) -> Vec<Candidate> {
    let checks = &rules.checks().level;
    let meaning = |level: &Fact<'_, Measured<'_>>| {
        let bound = if exceeds(&level.what, checks.alert_over.figure.0) {
            Bound { severity: Severity::Critical, cited: &checks.alert_over, rule: "level.alert" }
        } else if !is_trough(level, known, rules) {
            return None;
        } else if exceeds(&level.what, checks.high_over.figure.0) {
            Bound { severity: Severity::Warning, cited: &checks.high_over, rule: "level.high" }
        } else if level.what.can_be_under(checks.low_under.figure.0) {
            Bound { severity: Severity::Notice, cited: &checks.low_under, rule: "level.low" }
        } else {
            return None;
        };
        Some(bound)
    };
    of_levels(known, rules, FlagKind::Level, meaning)
}

fn seizure_by_level(known: &Known<'_>, rules: &Rules) -> Vec<Candidate> {
    let risk = &rules.checks().seizure_risk;
    let bounds = [
        (Severity::Critical, &risk.level_critical_over, "seizure.level-critical"),
        (Severity::Warning, &risk.level_warning_over, "seizure.level-warning"),
        (Severity::Notice, &risk.level_notice_over, "seizure.level-notice"),
    ];
    let meaning = |level: &Fact<'_, Measured<'_>>| {
        bounds
            .iter()
            .filter(|(severity, _, _)| *severity == Severity::Critical || is_trough(level, known, rules))
            .find(|(_, cited, _)| exceeds(&level.what, cited.figure.0))
            .map(|(severity, cited, rule)| Bound { severity: *severity, cited, rule })
    };
    of_levels(known, rules, FlagKind::Seizure, meaning)
}

/// Levels that the course's regimen takes for a sign of too fast a titration: before steady state, so that nobody waits.
fn too_fast(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let Some(course) = treatment.course.filter(|_| treatment.is_on_clozapine()) else { return Vec::new() };
    let Some(regimen) = course.what.regimen.as_deref().and_then(|id| rules.regimen(id)) else { return Vec::new() };
    let alert = |level: &Fact<'_, Measured<'_>>| {
        let day = days_between(course.at.date, level.at.date) + 1;
        regimen.level_alert(day).filter(|(least, _)| level.what.can_reach(*least)).map(|found| (day, found))
    };
    let levels: Vec<_> = known.of_test(LEVEL).iter().filter(|level| level.at.date >= course.at.date).collect();
    let flag = |(i, level): (usize, &&Fact<'_, Measured<'_>>)| {
        let (day, (least, rule)) = alert(level)?;
        let words = format!("{} or more on day {day}: too fast a titration", least.normalize());
        Some(Candidate {
            kind: FlagKind::Level,
            measure: Measure::new("level in titration"),
            severity: Severity::Warning,
            entry: level.entry.id.clone(),
            since: level.at,
            when: level.entry.at,
            title: format!("Clozapine {}: {words}", shown_level(level)),
            action: "No further increase before review: look for inflammation and interactions; CRP".to_owned(),
            why: format!("level of {}: {}, {words}", shown(level.at.date), shown_level(level)),
            rule,
            ended: levels.get(i + 1..).is_some_and(|later| later.iter().any(|l| alert(l).is_none())),
            closable: None,
            ended_once_seen: !treatment.in_titration(known, rules.checks()),
        })
    };
    levels.iter().enumerate().filter_map(flag).collect()
}

/// A flag for each level that means something; it ends with a later trough that means nothing.
fn of_levels<'r>(
    known: &Known<'_>,
    rules: &Rules,
    kind: FlagKind,
    meaning: impl Fn(&Fact<'_, Measured<'_>>) -> Option<Bound<'r>>,
) -> Vec<Candidate> {
    let levels = known.of_test(LEVEL);
    let normal = levels.iter().rposition(|level| meaning(level).is_none() && is_trough(level, known, rules));
    let flag = |(i, level): (usize, &Fact<'_, Measured<'_>>)| {
        let bound = meaning(level)?;
        Some(Candidate {
            kind,
            measure: Measure::new(LEVEL),
            severity: bound.severity,
            entry: level.entry.id.clone(),
            since: level.at,
            when: level.entry.at,
            title: format!("Clozapine {}: {}", shown_level(level), bound.cited.words),
            action: bound.cited.action.clone(),
            why: format!("level of {}: {}, {}", shown(level.at.date), shown_level(level), bound.cited.words),
            rule: Checks::key(bound.rule),
            ended: normal.is_some_and(|normal| normal > i),
            closable: None,
            ended_once_seen: false,
        })
    };
    levels.iter().enumerate().filter_map(flag).collect()
}

/// The dose in force; a lower one ends the flag.
fn seizure_by_dose(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Option<Candidate> {
    let risk = &rules.checks().seizure_risk;
    let dose = known.doses.last().filter(|_| treatment.is_on_clozapine())?;
    let total = dose.what.total_mg()?;
    let bound = if total > risk.dose_warning_over.figure.0 {
        Bound { severity: Severity::Warning, cited: &risk.dose_warning_over, rule: "seizure.dose-warning" }
    } else if total > risk.dose_notice_over.figure.0 {
        Bound { severity: Severity::Notice, cited: &risk.dose_notice_over, rule: "seizure.dose-notice" }
    } else {
        return None;
    };
    Some(Candidate {
        kind: FlagKind::Seizure,
        measure: Measure::new("dose"),
        severity: bound.severity,
        entry: dose.entry.id.clone(),
        since: dose.at,
        when: dose.entry.at,
        title: format!("Seizure risk: {} mg a day", total.normalize()),
        action: bound.cited.action.clone(),
        why: format!("{} mg a day since {}: {}", total.normalize(), shown(dose.at.date), bound.cited.words),
        rule: Checks::key(bound.rule),
        ended: false,
        closable: None,
        ended_once_seen: false,
    })
}

/// Starts of medicines that have not been stopped since.
fn running<'k, 'a>(known: &'k Known<'a>) -> impl Iterator<Item = (&'k Fact<'a, &'a Medicine>, bool)> {
    known.medicines.iter().filter(|m| m.what.event == MedicineEvent::Start).map(|start| {
        let stopped = known.medicines.iter().any(|stop| {
            stop.what.event == MedicineEvent::Stop
                && stop.what.name.to_lowercase() == start.what.name.to_lowercase()
                && stop.at.order(&start.at).is_gt()
        });
        (start, stopped)
    })
}

fn seizure_by_medicine(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    if !treatment.is_on_clozapine() {
        return Vec::new();
    }
    let risk = &rules.checks().seizure_risk;
    let high_dose = known
        .doses
        .last()
        .and_then(|dose| dose.what.total_mg())
        .is_some_and(|total| total > risk.dose_warning_over.figure.0);
    let high_level = known
        .of_test(LEVEL)
        .iter()
        .rfind(|level| is_trough(level, known, rules))
        .is_some_and(|level| exceeds(&level.what, risk.level_warning_over.figure.0));
    let severity = if high_dose || high_level { Severity::Critical } else { Severity::Warning };
    let lowers = |name: &str| risk.medicines.figure.iter().any(|m| name.to_lowercase().contains(m.as_str()));
    running(known)
        .filter(|(start, _)| lowers(&start.what.name))
        .map(|(start, stopped)| {
            let with = match (high_dose, high_level) {
                (true, _) => " with a high dose",
                (false, true) => " with a high level",
                (false, false) => "",
            };
            Candidate {
                kind: FlagKind::Seizure,
                measure: Measure::new(&start.what.name.to_lowercase()),
                severity,
                entry: start.entry.id.clone(),
                since: start.at,
                when: start.entry.at,
                title: format!("Seizure risk: {}{with}", start.what.name),
                action: risk.medicines.action.clone(),
                why: format!("{} since {}{with}: {}", start.what.name, shown(start.at.date), risk.medicines.words),
                rule: Checks::key("seizure.medicines"),
                ended: stopped,
                closable: None,
                ended_once_seen: false,
            }
        })
        .collect()
}

fn interactions(known: &Known<'_>, rules: &Rules) -> Vec<Candidate> {
    changes(known, rules)
        .map(|(fact, rule)| {
            let word = if fact.what.event == MedicineEvent::Start { "started" } else { "stopped" };
            let stopped = fact.what.event == MedicineEvent::Start
                && !rule.both_ways
                && running(known).any(|(start, stopped)| stopped && start.entry.id == fact.entry.id);
            Candidate {
                kind: FlagKind::Interaction,
                measure: Measure::new(&fact.what.name.to_lowercase()),
                severity: rule.severity,
                entry: fact.entry.id.clone(),
                since: fact.at,
                when: fact.entry.at,
                title: format!("{} {word}", fact.what.name),
                action: rule.action.clone(),
                why: format!("{} {word} on {}: {}", fact.what.name, shown(fact.at.date), rule.words),
                rule: Checks::key(&format!("interaction.{}", rule.id)),
                ended: stopped || level_after(known, &fact.at),
                closable: None,
                ended_once_seen: false,
            }
        })
        .collect()
}

/// Starts of interacting medicines, and stops where these matter as well.
pub(super) fn changes<'k, 'a, 'r>(
    known: &'k Known<'a>,
    rules: &'r Rules,
) -> impl Iterator<Item = (&'k Fact<'a, &'a Medicine>, &'r Interaction)> {
    known.medicines.iter().filter_map(|fact| {
        let rule = rules.checks().interactions.iter().find(|rule| rule.names(&fact.what.name))?;
        (fact.what.event == MedicineEvent::Start || rule.both_ways).then_some((fact, rule))
    })
}

/// Whether a level was taken after some time.
pub(super) fn level_after(known: &Known<'_>, at: &Stamp) -> bool {
    known.of_test(LEVEL).iter().any(|level| level.at.later_than(at))
}
