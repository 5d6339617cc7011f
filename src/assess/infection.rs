//! Signs of infection: an ANC is due today under every protocol and under none, during treatment and for a while after.
use chrono::Duration;

use super::flags::{Candidate, Measure};
use super::follow_up::Asked;
use super::known::Known;
use super::outcome::{FlagKind, Severity, State};
use super::samples::BloodSample;
use super::stamp::{Stamp, days_between, shown};
use super::treatment::Treatment;
use super::why::Why;
use crate::rules::{Checks, Rules};
use crate::ward::{Answer, Entry};

/// The newest sign of infection.
#[derive(Debug, Clone)]
struct Sign<'a> {
    entry: &'a Entry,
    at: Stamp,
    words: String,
}

/// An ANC today, if there is a sign of infection without a later one.
pub(super) fn asks(
    known: &Known<'_>,
    treatment: &Treatment<'_>,
    rules: &Rules,
    samples: &[BloodSample<'_>],
) -> Option<Asked> {
    let sign = open_sign(known, treatment, rules, samples)?;
    Some(Asked {
        due: known.today(),
        why: Why::words(format!("{} on {} and no ANC since: due today", sign.words, shown(sign.at.date))),
        rule: Checks::key("infection").into(),
    })
}

/// The flag of the newest sign.
pub(super) fn flags(
    known: &Known<'_>,
    treatment: &Treatment<'_>,
    rules: &Rules,
    samples: &[BloodSample<'_>],
) -> Vec<Candidate> {
    open_sign(known, treatment, rules, samples)
        .map(|sign| Candidate {
            kind: FlagKind::Infection,
            measure: Measure::new("infection"),
            severity: Severity::Warning,
            entry: sign.entry.id.clone(),
            since: sign.at,
            when: sign.entry.at,
            title: format!("Sign of infection: {}", sign.words),
            action: rules.checks().infection.action.clone(),
            why: format!("{} on {}, no ANC since", sign.words, shown(sign.at.date)),
            rule: Checks::key("infection"),
            ended: false,
            closable: None,
            ended_once_seen: false,
        })
        .into_iter()
        .collect()
}

fn open_sign<'a>(
    known: &Known<'a>,
    treatment: &Treatment<'_>,
    rules: &Rules,
    samples: &[BloodSample<'_>],
) -> Option<Sign<'a>> {
    let check = &rules.checks().infection;
    let watched = match (treatment.state, treatment.stop) {
        (State::NotStarted, _) => false,
        (State::Stopped, Some(stop)) => days_between(stop.at.date, known.today()) <= check.after_stop_days,
        _ => true,
    };
    if !watched {
        return None;
    }
    let window = Duration::hours(check.window_hours);
    let recent = |at: &Stamp| known.moment.at - at.latest(known.moment.zone) <= window;
    let newest = signs(known, rules, recent).into_iter().max_by(|a, b| a.at.order(&b.at))?;
    let answered = samples.iter().any(|s| s.anc.is_some() && s.at.later_than(&newest.at));
    (!answered).then_some(newest)
}

/// Every sign of a time that is recent.
fn signs<'a>(known: &Known<'a>, rules: &Rules, recent: impl Fn(&Stamp) -> bool) -> Vec<Sign<'a>> {
    let check = &rules.checks().infection;
    let asked = known.checklists.iter().filter(|fact| recent(&fact.at)).filter_map(|fact| {
        let yes: Vec<&str> = fact
            .what
            .answers
            .iter()
            .filter(|(item, answer)| *answer == Answer::YesNo(true) && is_sign(rules, &fact.what.list, item))
            .map(|(item, _)| rules.checklist(&fact.what.list).and_then(|l| l.item(item)).map_or("sign", |i| &i.label))
            .collect();
        (!yes.is_empty()).then(|| Sign { entry: fact.entry, at: fact.at, words: yes.join(", ").to_lowercase() })
    });
    let hot = known
        .of_test("temperature")
        .iter()
        .filter(|fact| recent(&fact.at))
        .filter(|fact| fact.what.can_reach(check.fever.0))
        .map(|fact| Sign { entry: fact.entry, at: fact.at, words: format!("temperature {}", fact.what.shown()) });
    asked.chain(hot).collect()
}

fn is_sign(rules: &Rules, list: &str, item: &str) -> bool {
    rules.checks().infection.signs.iter().any(|sign| sign.list == list && (sign.item == "*" || sign.item == item))
}
