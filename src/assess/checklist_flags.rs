//! Flags of checklists: bowels, and symptoms that raise a flag by themselves.
//!
//! "Not asked" is not "no": a finding ends only with a later checklist of the same list that finds nothing and asked
//! what the finding rests on.
use rust_decimal::Decimal;

use super::flags::{Candidate, Measure};
use super::known::{Fact, Known};
use super::outcome::{FlagKind, Severity};
use super::stamp::{Stamp, add_days, days_between, shown};
use super::treatment::Treatment;
use crate::rules::checks::{BowelChecks, SymptomCheck};
use crate::rules::cited::Cited;
use crate::rules::{Checks, Rules};
use crate::ward::{Answer, Checklist, Setting};

/// The list of the bowels.
const BOWELS: &str = "constipation";

/// One thing that a checklist says.
#[derive(Debug, Clone)]
struct Finding {
    severity: Severity,
    words: String,
    action: String,
    rule: String,
    rests_on: Vec<String>,
}

/// What a checklist says in all.
#[derive(Debug)]
struct Read<'f, 'a> {
    fact: &'f Fact<'a, &'a Checklist>,
    findings: Vec<Finding>,
    /// It can end an earlier finding.
    clears: bool,
}

/// Flags of every checklist that has symptoms or is about bowels.
pub(super) fn flags(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let mut flags = Vec::new();
    for list in rules.checklists() {
        if known.of_list(&list.id).next().is_none() {
            continue;
        }
        let symptoms: Vec<_> = rules.checks().symptoms.iter().filter(|s| s.list == list.id).collect();
        let Some(kind) = symptoms.first().and_then(|s| FlagKind::parse(&s.flag)) else { continue };
        let read: Vec<_> = known.of_list(&list.id).map(|fact| read(fact, &symptoms, rules)).collect();
        for (i, checklist) in read.iter().enumerate() {
            let later = read.get(i + 1..).unwrap_or_default();
            flags.extend(candidate(kind, checklist, later));
        }
    }
    flags.extend(bowels_not_asked(known, treatment, rules));
    flags
}

fn read<'f, 'a>(fact: &'f Fact<'a, &'a Checklist>, symptoms: &[&SymptomCheck], rules: &Rules) -> Read<'f, 'a> {
    let mut findings: Vec<_> = symptoms.iter().filter_map(|symptom| found(fact.what, symptom, rules)).collect();
    let mut clears = true;
    if &*fact.what.list == BOWELS {
        let bowels = &rules.checks().bowels;
        findings.extend(bowel_findings(fact, bowels));
        clears = !is_loose(fact.what, bowels);
    }
    clears &= findings.is_empty();
    Read { fact, findings, clears }
}

fn found(list: &Checklist, symptom: &SymptomCheck, rules: &Rules) -> Option<Finding> {
    let yes: Vec<&String> =
        symptom.items.iter().filter(|item| list.answer(item) == Some(&Answer::YesNo(symptom.answered))).collect();
    if yes.is_empty() {
        return None;
    }
    let label = |item: &&String| {
        let label = rules.checklist(&symptom.list).and_then(|l| l.item(item)).map_or(item.as_str(), |i| &i.label);
        let label = label.to_lowercase();
        if symptom.answered { label } else { format!("no: {label}") }
    };
    Some(Finding {
        severity: symptom.severity,
        words: yes.iter().map(label).collect::<Vec<_>>().join(", "),
        action: symptom.action.clone(),
        rule: Checks::symptom_key(symptom),
        rests_on: yes.into_iter().cloned().collect(),
    })
}

/// What the dates and numbers of a bowel checklist say.
fn bowel_findings(fact: &Fact<'_, &Checklist>, bowels: &BowelChecks) -> Vec<Finding> {
    let days = match fact.what.answer("last_bm") {
        Some(Answer::Date(last)) => Some(days_between(*last, fact.at.date)),
        _ => None,
    };
    let finding = |check: &Cited<i64>, rule: &str, severity, words: String, rests_on: &str| Finding {
        severity,
        words,
        action: check.action.clone(),
        rule: Checks::key(rule),
        rests_on: vec![rests_on.to_owned()],
    };
    let mut findings = Vec::new();
    if let Some(days) = days {
        let words = format!("not opened for {days} days");
        if days >= bowels.critical_days.figure {
            findings.push(finding(&bowels.critical_days, "bowels.critical", Severity::Critical, words, "last_bm"));
        } else if days >= bowels.warning_days.figure {
            findings.push(finding(&bowels.warning_days, "bowels.warning", Severity::Warning, words, "last_bm"));
        }
    }
    if let Some(n) = number(fact.what, "bm_7d").filter(|n| *n < Decimal::from(bowels.min_in_7_days.figure)) {
        let words = format!("opened {} times in 7 days", n.normalize());
        findings.push(finding(&bowels.min_in_7_days, "bowels.few", Severity::Warning, words, "bm_7d"));
    }
    if let Some(n) = number(fact.what, "bristol").filter(|n| *n <= Decimal::from(bowels.hard_to.figure)) {
        let words = format!("Bristol type {}", n.normalize());
        findings.push(finding(&bowels.hard_to, "bowels.hard", Severity::Warning, words, "bristol"));
    }
    let blocked = days.is_some_and(|days| days >= bowels.warning_days.figure);
    let painful = ["pain", "distension"].iter().any(|item| is_yes(fact.what, item));
    if is_loose(fact.what, bowels) && (blocked || painful) {
        let words = "loose stool with that: overflow until shown otherwise".to_owned();
        findings.push(finding(&bowels.loose_from, "bowels.overflow", Severity::Critical, words, "bristol"));
    }
    if is_yes(fact.what, "anticholinergic_or_opioid") && blocked {
        let words = "with an anticholinergic or opioid".to_owned();
        findings.push(finding(&bowels.critical_days, "bowels.critical", Severity::Critical, words, "last_bm"));
    }
    findings
}

fn number(list: &Checklist, item: &str) -> Option<Decimal> {
    match list.answer(item) {
        Some(Answer::Number(n)) => Some(n.exact()),
        _ => None,
    }
}

fn is_yes(list: &Checklist, item: &str) -> bool {
    list.answer(item) == Some(&Answer::YesNo(true))
}

fn is_loose(list: &Checklist, bowels: &BowelChecks) -> bool {
    number(list, "bristol").is_some_and(|n| n >= Decimal::from(bowels.loose_from.figure))
}

/// One flag for a checklist, however many findings: the worst leads.
fn candidate(kind: FlagKind, checklist: &Read<'_, '_>, later: &[Read<'_, '_>]) -> Option<Candidate> {
    let worst = checklist.findings.iter().max_by_key(|f| f.severity)?;
    let mut findings: Vec<_> = checklist.findings.iter().collect();
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let words = findings.iter().map(|f| f.words.as_str()).collect::<Vec<_>>().join(", ");
    let rests_on = || findings.iter().flat_map(|f| &f.rests_on);
    let ended = later.iter().any(|l| l.clears && rests_on().all(|item| l.fact.what.answer(item).is_some()));
    Some(Candidate {
        kind,
        measure: Measure::new(&checklist.fact.what.list),
        severity: worst.severity,
        entry: checklist.fact.entry.id.clone(),
        since: checklist.fact.at,
        when: checklist.fact.entry.at,
        title: format!("{}: {words}", subject(kind)),
        action: worst.action.clone(),
        why: format!("asked on {}: {words}", shown(checklist.fact.at.date)),
        rule: worst.rule.clone(),
        ended,
        closable: None,
        ended_once_seen: false,
    })
}

fn subject(kind: FlagKind) -> &'static str {
    match kind {
        FlagKind::Constipation => "BOWELS",
        FlagKind::Myocarditis => "HEART",
        FlagKind::Seizure => "SEIZURE",
        FlagKind::Liver => "LIVER",
        FlagKind::Nms => "NMS",
        _ => "CHECK",
    }
}

/// An inpatient's bowels that nobody has asked about.
fn bowels_not_asked(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Option<Candidate> {
    let check = &rules.checks().bowels.not_asked_days;
    let start = treatment.course.filter(|_| treatment.is_on_clozapine())?;
    if known.patient.fields.setting != Setting::Inpatient {
        return None;
    }
    let asked = known.of_list(BOWELS).rfind(|c| !c.what.answers.is_empty() && !start.at.later_than(&c.at));
    let (entry, at) = asked.map_or((start.entry, start.at), |c| (c.entry, c.at));
    let days = days_between(at.date, known.today());
    (days >= check.figure).then(|| Candidate {
        kind: FlagKind::Constipation,
        measure: Measure::new(BOWELS),
        severity: Severity::Warning,
        entry: entry.id.clone(),
        // An acknowledgement of what the checklist itself said does not cover the silence since.
        since: Stamp { date: add_days(at.date, check.figure), instant: None },
        when: None,
        title: format!("BOWELS: not asked for {days} days"),
        action: check.action.clone(),
        why: format!("last asked {}, {days} days ago", shown(at.date)),
        rule: Checks::key("bowels.not-asked"),
        ended: false,
        closable: None,
        ended_once_seen: false,
    })
}
