//! Flags of breaks and doses.
use chrono::Duration;

use super::flags::{Candidate, Measure};
use super::known::{Fact, Known};
use super::outcome::{FlagKind, Severity};
use super::stamp::{Stamp, shown};
use super::treatment::{GapSpan, Treatment, minutes_since};
use crate::rules::cited::Cited;
use crate::rules::{Checks, Protocol, Rules};
use crate::ward::Break;

const MINUTES_PER_HOUR: i64 = 60;

/// `missed-dose` and `retitrate`.
pub(super) fn breaks(
    known: &Known<'_>,
    treatment: &Treatment<'_>,
    protocol: Option<&Protocol>,
    rules: &Rules,
) -> Vec<Candidate> {
    let checks = &rules.checks().breaks;
    let (missed, retitrate) = (checks.missed_over_hours.figure, checks.retitrate_from_hours.figure);
    let mut flags = Vec::new();
    let stopped_or_restarted =
        |b: &Fact<'_, &Break>| known.courses.iter().any(|c| c.at.later_than(&b.at) && !c.at.later_than(&known.now()));
    for open in &treatment.open_breaks {
        let minutes = minutes_since(open, known);
        if minutes >= retitrate * MINUTES_PER_HOUR {
            let why = format!("last dose {}, {} h ago", shown(open.at.date), minutes / MINUTES_PER_HOUR);
            flags.push(retitration(open, minutes, why, stopped_or_restarted(open), protocol, known, rules));
        } else if minutes > missed * MINUTES_PER_HOUR {
            flags.push(missed_dose(open, minutes, known, &checks.missed_over_hours));
        }
    }
    for gap in &treatment.gaps {
        if let Some(opened) = gap.opened_by.filter(|_| gap.minutes >= retitrate * MINUTES_PER_HOUR) {
            flags.push(retitration(
                &opened,
                gap.minutes,
                ended_words(gap),
                stopped_or_restarted(&opened),
                protocol,
                known,
                rules,
            ));
        }
    }
    flags
}

fn ended_words(gap: &GapSpan<'_>) -> String {
    format!(
        "{} h without a dose ({} to {}) and no restart recorded",
        gap.minutes / MINUTES_PER_HOUR,
        shown(gap.last_dose.date),
        shown(gap.resumed.date)
    )
}

fn retitration(
    b: &Fact<'_, &Break>,
    minutes: i64,
    why: String,
    ended: bool,
    protocol: Option<&Protocol>,
    known: &Known<'_>,
    rules: &Rules,
) -> Candidate {
    let check = &rules.checks().breaks.retitrate_from_hours;
    let added = protocol.into_iter().flat_map(|p| &p.retitrate_over_hours_adds);
    let adds: Vec<_> =
        added.filter(|a| minutes > a.over_hours * MINUTES_PER_HOUR).map(|a| format!("; {}", a.adds)).collect();
    let since = after(&b.at, check.figure, known);
    Candidate {
        kind: FlagKind::Retitrate,
        measure: Measure::new("break"),
        severity: Severity::Critical,
        entry: b.entry.id.clone(),
        since,
        when: None,
        title: format!("NO DOSE for {} h: retitrate", minutes / MINUTES_PER_HOUR),
        action: format!("{}{}", check.action, adds.concat()),
        why,
        rule: Checks::key("breaks.retitrate"),
        ended,
        closable: Some(since),
        ended_once_seen: false,
    }
}

fn missed_dose(b: &Fact<'_, &Break>, minutes: i64, known: &Known<'_>, check: &Cited<i64>) -> Candidate {
    Candidate {
        kind: FlagKind::MissedDose,
        measure: Measure::new("break"),
        severity: Severity::Warning,
        entry: b.entry.id.clone(),
        since: after(&b.at, check.figure, known),
        when: None,
        title: format!("No dose for {} h", minutes / MINUTES_PER_HOUR),
        action: check.action.clone(),
        why: format!("last dose {}, {} h ago", shown(b.at.date), minutes / MINUTES_PER_HOUR),
        rule: Checks::key("breaks.missed"),
        ended: false,
        closable: None,
        ended_once_seen: false,
    }
}

/// So many hours after the last dose.
fn after(last_dose: &Stamp, hours: i64, known: &Known<'_>) -> Stamp {
    let zone = known.moment.zone;
    let at = last_dose.earliest(zone) + Duration::hours(hours);
    Stamp { date: at.with_timezone(&zone).date_naive(), instant: Some(at) }
}

/// `dose-limit`: over the maximum of a day.
pub(super) fn doses(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let check = &rules.checks().dose.max_mg;
    let newest = known.doses.last().map(|d| d.at.date);
    let mut flags = Vec::new();
    for (i, dose) in known.doses.iter().enumerate() {
        let Some(total) = dose.what.total_mg().filter(|total| *total > check.figure.0) else { continue };
        // A later prescription of the same day or after it is what holds now.
        let replaced = known.doses.get(i + 1..).is_some_and(|later| !later.is_empty());
        flags.push(Candidate {
            kind: FlagKind::DoseLimit,
            measure: Measure::new("dose"),
            severity: Severity::Critical,
            entry: dose.entry.id.clone(),
            since: dose.at,
            when: dose.entry.at,
            title: format!("{} mg a day is over {} mg", total.normalize(), check.figure.0),
            action: check.action.clone(),
            why: format!("{} mg a day from {}; {}", total.normalize(), shown(dose.at.date), check.words),
            rule: Checks::key("dose.max"),
            ended: replaced || !treatment.is_on_clozapine() || newest.is_none(),
            closable: None,
            ended_once_seen: false,
        });
    }
    flags
}
