//! Flags that rest on several facts at once: NMS, liver with symptoms, fever with other signs, the approvals of a
//! rechallenge, supply.
use chrono::Duration;

use super::flags::{Candidate, Measure};
use super::known::{Fact, Known, Measured};
use super::measure_flags::meets;
use super::outcome::{FlagKind, Severity};
use super::stamp::{Stamp, add_days, days_between, shown};
use super::treatment::Treatment;
use crate::rules::cited::Cited;
use crate::rules::measures::Limit;
use crate::rules::{Checks, Rules};
use crate::ward::{Answer, Checklist, CourseEvent, EntryId, Reason};

/// Every such flag.
pub(super) fn flags(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let mut flags = nms(known, rules);
    flags.extend(liver_symptoms(known, rules));
    flags.extend(fever_with_signs(known, rules));
    flags.extend(pulse_with_signs(known, rules));
    flags.extend(approval(known, treatment, rules));
    flags.extend(supply(known, treatment, rules));
    flags
}

/// Items answered yes, by their labels.
fn yes<'a>(list: &'a Checklist, rules: &'a Rules) -> Vec<(&'a str, String)> {
    let known = rules.checklist(&list.list);
    list.answers
        .iter()
        .filter(|(_, answer)| *answer == Answer::YesNo(true))
        .filter_map(|(item, _)| Some((&**item, known?.item(item)?.label.to_lowercase())))
        .collect()
}

/// Whether two times are at most so many hours apart; a date alone as near as it can be.
fn within(a: &Stamp, b: &Stamp, hours: i64) -> bool {
    match (a.instant, b.instant) {
        (Some(a), Some(b)) => (a - b).abs() <= Duration::hours(hours),
        _ => days_between(a.date, b.date).abs() * 24 <= hours,
    }
}

/// Two of four signs within the window are critical; one of the checklist is a warning.
fn nms(known: &Known<'_>, rules: &Rules) -> Vec<Candidate> {
    let check = &rules.checks().nms;
    let lists: Vec<_> = known.of_list("nms").collect();
    let mut flags = Vec::new();
    for (i, list) in lists.iter().enumerate() {
        let mut signs = yes(list.what, rules);
        if signs.is_empty() {
            continue;
        }
        let near = lists.iter().filter(|other| within(&other.at, &list.at, check.within_hours));
        for (item, label) in near.flat_map(|other| yes(other.what, rules)) {
            if !signs.iter().any(|(known, _)| *known == item) {
                signs.push((item, label));
            }
        }
        let fever = known
            .of_test("temperature")
            .iter()
            .any(|t| t.what.can_reach(check.fever.0) && within(&t.at, &list.at, check.within_hours));
        let mut words: Vec<_> = signs.into_iter().map(|(_, label)| label).collect();
        words.extend(fever.then(|| "temperature".to_owned()));
        let critical = words.len() >= check.signs_for_critical;
        let asked = |later: &&&Fact<'_, &Checklist>| {
            yes(later.what, rules).is_empty()
                && list
                    .what
                    .answers
                    .iter()
                    .all(|(item, answer)| *answer != Answer::YesNo(true) || later.what.answer(item).is_some())
        };
        flags.push(Candidate {
            kind: FlagKind::Nms,
            measure: Measure::new("nms"),
            severity: if critical { Severity::Critical } else { Severity::Warning },
            entry: list.entry.id.clone(),
            since: list.at,
            when: list.entry.at,
            title: format!("NMS: {}", words.join(", ")),
            action: if critical { check.action.clone() } else { check.one_action.clone() },
            why: format!("{}: {}; {}", shown(list.at.date), words.join(", "), check.words),
            rule: Checks::key("nms"),
            ended: lists.get(i + 1..).is_some_and(|later| later.iter().any(|l| asked(&l))),
            closable: None,
            ended_once_seen: false,
        });
    }
    flags
}

/// A symptom alone is a warning; with a raised result within the window it is critical.
fn liver_symptoms(known: &Known<'_>, rules: &Rules) -> Vec<Candidate> {
    let check = &rules.checks().liver_symptoms;
    let lists: Vec<_> = known.of_list("liver").collect();
    let raised = |at: &Stamp| {
        super::measure_flags::raised_liver(known, rules)
            .into_iter()
            .any(|result| days_between(result.date, at.date).abs() <= check.figure)
    };
    let mut flags = Vec::new();
    for (i, list) in lists.iter().enumerate() {
        let words: Vec<_> = yes(list.what, rules).into_iter().map(|(_, label)| label).collect();
        if words.is_empty() {
            continue;
        }
        let critical = raised(&list.at);
        let cleared = |l: &&Fact<'_, &Checklist>| {
            yes(l.what, rules).is_empty()
                && list
                    .what
                    .answers
                    .iter()
                    .all(|(item, answer)| *answer != Answer::YesNo(true) || l.what.answer(item).is_some())
        };
        let with = if critical { ", with a result over 3 times the limit" } else { "" };
        flags.push(Candidate {
            kind: FlagKind::Liver,
            measure: Measure::new("liver"),
            severity: if critical { Severity::Critical } else { Severity::Warning },
            entry: list.entry.id.clone(),
            since: list.at,
            when: list.entry.at,
            title: format!("LIVER: {}{with}", words.join(", ")),
            action: check.action.clone(),
            why: format!("{}: {}{with}", shown(list.at.date), words.join(", ")),
            rule: Checks::key("liver.symptoms"),
            ended: lists.get(i + 1..).is_some_and(|later| later.iter().any(cleared)),
            closable: None,
            ended_once_seen: false,
        });
    }
    flags
}

/// A high temperature with other signs of infection, with rigidity, or with a raised CRP or troponin.
fn fever_with_signs(known: &Known<'_>, rules: &Rules) -> Vec<Candidate> {
    let checks = rules.checks();
    let check = &checks.fever_with_signs;
    let Some(limit) = checks.limits.iter().find(|l| l.id == "temperature.38") else { return Vec::new() };
    let signs = |at: &Stamp| {
        let is_sign =
            |list: &str, item: &str| (list == "infection" && item != "fever") || (list == "nms" && item == "rigidity");
        let mut signs = answered_yes(known, rules, at, check.figure, is_sign);
        signs.extend(raised(known, rules, at, check.figure));
        signs
    };
    let hot = Hot { test: "temperature", limit, check, rule: "temperature.with-signs" };
    hot.flags(known, signs)
}

/// A fast pulse with symptoms of the heart, or with fever.
fn pulse_with_signs(known: &Known<'_>, rules: &Rules) -> Vec<Candidate> {
    let checks = rules.checks();
    let check = &checks.pulse_with_signs;
    let Some(limit) = checks.limits.iter().find(|l| l.id == "pulse.120") else { return Vec::new() };
    let signs = |at: &Stamp| {
        let is_sign = |list: &str, item: &str| match list {
            "myocarditis" => matches!(item, "chest_pain" | "dyspnoea" | "syncope" | "fever"),
            "infection" => item == "fever",
            _ => false,
        };
        let mut signs = answered_yes(known, rules, at, check.figure, is_sign);
        let fever = checks.infection.fever.0;
        let is_hot =
            known.of_test("temperature").iter().any(|t| t.what.can_reach(fever) && within(&t.at, at, check.figure));
        signs.extend(is_hot.then(|| "temperature".to_owned()));
        signs
    };
    let hot = Hot { test: "pulse", limit, check, rule: "pulse.with-signs" };
    hot.flags(known, signs)
}

/// Items answered yes within so many hours of a time, by their labels.
fn answered_yes(
    known: &Known<'_>,
    rules: &Rules,
    at: &Stamp,
    hours: i64,
    is_sign: impl Fn(&str, &str) -> bool,
) -> Vec<String> {
    let mut labels = Vec::new();
    for list in known.checklists.iter().filter(|list| within(&list.at, at, hours)) {
        let signs = yes(list.what, rules).into_iter().filter(|(item, _)| is_sign(&list.what.list, item));
        labels.extend(signs.map(|(_, label)| label));
    }
    labels.sort();
    labels.dedup();
    labels
}

/// Blood tests that a limit of the myocarditis pathway is met by, within so many hours of a time.
fn raised(known: &Known<'_>, rules: &Rules, at: &Stamp, hours: i64) -> Vec<String> {
    let is_raised = |fact: &Fact<'_, Measured<'_>>| {
        let mut limits = rules.limits(&fact.what.observation.test).iter();
        limits.any(|limit| limit.flag == FlagKind::Myocarditis.as_str() && meets(limit, fact))
    };
    let of_blood = known.results.iter().filter(|results| results.test.group == "blood");
    let facts = of_blood.flat_map(|results| results.facts.iter().map(move |fact| (fact, &results.test.label)));
    let mut found: Vec<_> = facts.filter(|(fact, _)| within(&fact.at, at, hours) && is_raised(fact)).collect();
    found.sort_by(|(a, _), (b, _)| a.in_order(b));
    found.into_iter().map(|(fact, label)| format!("{label} {}", fact.what.shown())).collect()
}

/// A vital sign over a limit, which other signs make critical.
struct Hot<'r> {
    test: &'r str,
    limit: &'r Limit,
    check: &'r Cited<i64>,
    rule: &'r str,
}

impl Hot<'_> {
    fn flags(&self, known: &Known<'_>, signs: impl Fn(&Stamp) -> Vec<String>) -> Vec<Candidate> {
        let facts = known.of_test(self.test);
        let last_normal = facts.iter().rposition(|fact| !meets(self.limit, fact));
        let of_fact = |(i, fact): (usize, &Fact<'_, Measured<'_>>)| {
            let signs = meets(self.limit, fact).then(|| signs(&fact.at)).filter(|signs| !signs.is_empty())?;
            let what = format!("{} with {}", fact.what.shown(), signs.join(", "));
            Some(Candidate {
                kind: FlagKind::Vitals,
                measure: Measure::new(self.rule),
                severity: Severity::Critical,
                entry: fact.entry.id.clone(),
                since: fact.at,
                when: fact.entry.at,
                title: format!("{} {what}", if self.test == "pulse" { "Pulse" } else { "Temperature" }),
                action: self.check.action.clone(),
                why: format!("{}: {what}", shown(fact.at.date)),
                rule: Checks::key(self.rule),
                ended: last_normal.is_some_and(|normal| normal > i),
                closable: None,
                ended_once_seen: false,
            })
        };
        facts.iter().enumerate().filter_map(of_fact).collect()
    }
}

/// A rechallenge without its approvals.
fn approval(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Option<Candidate> {
    let check = &rules.checks().approval;
    let course = known.courses.iter().rfind(|c| c.what.event == CourseEvent::Start)?;
    if course.what.reason != Some(Reason::Rechallenge) || treatment.stop.is_some_and(|s| !course.at.later_than(&s.at)) {
        return None;
    }
    let earliest = add_days(course.at.date, -check.figure);
    let missing = |list: &Fact<'_, &Checklist>| -> Vec<String> {
        let item_label = |item: &String| {
            rules.checklist(&check.list).and_then(|l| l.item(item)).map_or(item.clone(), |i| i.label.to_lowercase())
        };
        check.items.iter().filter(|i| list.what.answer(i) != Some(&Answer::YesNo(true))).map(item_label).collect()
    };
    let lists: Vec<_> = known.of_list(&check.list).filter(|list| list.at.date >= earliest).collect();
    let ended = lists.iter().any(|list| missing(list).is_empty());
    let words = lists.last().map_or_else(
        || "no approvals recorded".to_owned(),
        |list| format!("not recorded as yes: {}", missing(list).join(", ")),
    );
    Some(Candidate {
        kind: FlagKind::Approval,
        measure: Measure::new("rechallenge"),
        severity: Severity::Critical,
        entry: course.entry.id.clone(),
        since: course.at,
        when: course.entry.at,
        title: "RECHALLENGE without its approvals".to_owned(),
        action: check.action.clone(),
        why: format!("rechallenge of {}: {words}", shown(course.at.date)),
        rule: Checks::key("approval"),
        ended,
        closable: None,
        ended_once_seen: false,
    })
}

/// The day on which the newest supply has run out, and the entry that says so.
pub(super) fn runs_out(known: &Known<'_>) -> Option<(EntryId, Stamp, chrono::NaiveDate)> {
    let newest = known.supplies.last()?;
    let days = newest.what.days.exact().trunc().try_into().ok()?;
    Some((newest.entry.id.clone(), newest.at, add_days(newest.at.date, days)))
}

fn supply(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Option<Candidate> {
    let (entry, _, out) = runs_out(known).filter(|_| treatment.is_on_clozapine())?;
    (known.today() >= out).then(|| Candidate {
        kind: FlagKind::Supply,
        measure: Measure::new("supply"),
        severity: Severity::Warning,
        entry,
        since: Stamp { date: out, instant: None },
        when: None,
        title: "Clozapine supply has run out".to_owned(),
        action: rules.checks().supply.action.clone(),
        why: format!("the newest supply lasted until {}", shown(add_days(out, -1))),
        rule: Checks::key("supply"),
        ended: false,
        closable: None,
        ended_once_seen: false,
    })
}
