//! The follow-up of low counts: one state machine for all protocols, a fold over the samples in order of time.
//!
//! ```text
//!            best band                    low, or not recovered
//!          .-----------.                 .---------------------.
//!          v           |      low        v                     |
//!        Routine ------+------------->  Low(band, samples, best in a row)
//!          ^                             |                 ^
//!          |  recovered, nothing more    |                 | low again
//!          |<----------------------------+                 | (the worse band of both)
//!          |                             | recovered       |
//!          |  the last of them           v                 |
//!          '--------------------------  Then(band, left, last)
//! ```
//!
//! *Low* follows the ladder of the worst band of the episode: the first step whose end the newest count has not reached
//! holds. *Recovered* is a count that ends every step. *Then* are the further counts that some bands ask for. Some bands
//! also ask for a shorter interval for the whole treatment, once recovered.
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::judge::Judged;
use super::stamp::{add_days, days_between, shown};
use super::why::Why;
use crate::rules::protocol::{Band, FollowUp, Step, Until};
use crate::rules::{Checks, Severity};
use crate::ward::Text;

/// What is due next because of low counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub due: NaiveDate,
    pub why: Why,
    pub rule: Text,
}

#[derive(Debug, Clone)]
enum State<'j, 's, 'r> {
    Routine,
    Low { worst: &'j Judged<'s, 'r>, samples: u32, best_in_a_row: u32, last_best: Option<NaiveDate> },
    Then { worst: &'j Judged<'s, 'r>, left: u32, last: NaiveDate },
}

/// The fold.
#[derive(Debug, Clone)]
pub(super) struct Follow<'j, 's, 'r> {
    state: State<'j, 's, 'r>,
    /// A shorter interval for the whole treatment, since some band asked for it.
    whole_treatment: Option<(i64, &'j Judged<'s, 'r>)>,
    /// Any count under the best band so far, on or after the first dose.
    pub neutropenia: bool,
    /// The first dose of the first course: what was low before it is no neutropenia of the treatment.
    first_dose: Option<NaiveDate>,
    newest: Option<&'j Judged<'s, 'r>>,
    baseline: Option<Decimal>,
}

impl<'j, 's, 'r> Follow<'j, 's, 'r> {
    /// Folds samples of one protocol, oldest first. `baseline` is the patient's known baseline ANC, 10*9/L.
    pub fn new(samples: &[&'j Judged<'s, 'r>], baseline: Option<Decimal>, first_dose: Option<NaiveDate>) -> Self {
        let state = State::Routine;
        let mut follow = Self { state, whole_treatment: None, neutropenia: false, first_dose, newest: None, baseline };
        for sample in samples {
            follow.step(sample);
        }
        follow
    }

    fn step(&mut self, sample: &'j Judged<'s, 'r>) {
        self.newest = Some(sample);
        let low = sample.band.is_some_and(|band| band > 0);
        // As nearly every count is.
        if !low && matches!(self.state, State::Routine) {
            return;
        }
        self.neutropenia |= low && self.first_dose.is_some_and(|first| sample.sample.at.date >= first);
        self.state = match std::mem::replace(&mut self.state, State::Routine) {
            State::Routine => State::low(sample),
            State::Low { worst, samples, best_in_a_row, last_best } => {
                let date = sample.sample.at.date;
                let best_in_a_row = match (sample.is_best(), last_best) {
                    (false, _) => 0,
                    (true, Some(last)) if last == date => best_in_a_row.max(1),
                    (true, _) => best_in_a_row + 1,
                };
                let worst = if sample.band > worst.band { sample } else { worst };
                let last_best = sample.is_best().then_some(date);
                self.settle(State::Low { worst, samples: samples + 1, best_in_a_row, last_best }, sample)
            }
            State::Then { worst, left, last } => self.then(worst, left, last, sample),
        };
    }

    /// Leaves `Low` when the sample ends every step.
    fn settle(&mut self, state: State<'j, 's, 'r>, sample: &'j Judged<'s, 'r>) -> State<'j, 's, 'r> {
        let State::Low { worst, best_in_a_row, .. } = state else { return state };
        if open_step(worst, sample, best_in_a_row, self.baseline).is_some() || sample.band.is_none() {
            return state;
        }
        let Some(follow_up) = worst.band().and_then(|band| band.follow_up.as_ref()) else { return State::Routine };
        if let Some(days) = follow_up.whole_treatment_every_days.filter(|_| self.neutropenia) {
            self.whole_treatment.get_or_insert((days, worst));
        }
        match &follow_up.then {
            Some(then) => State::Then { worst, left: then.times, last: sample.sample.at.date },
            None => State::Routine,
        }
    }

    fn then(
        &mut self,
        worst: &'j Judged<'s, 'r>,
        left: u32,
        last: NaiveDate,
        sample: &'j Judged<'s, 'r>,
    ) -> State<'j, 's, 'r> {
        let Some(then) = worst.band().and_then(|b| b.follow_up.as_ref()).and_then(|f| f.then.as_ref()) else {
            return State::Routine;
        };
        if sample.band.is_none() {
            return State::Then { worst, left, last };
        }
        if open_step(worst, sample, u32::MAX, self.baseline).is_some() {
            // Low again: the ladder of the worse of the two, from its beginning.
            let worst = if sample.band > worst.band { sample } else { worst };
            return State::low(worst);
        }
        let date = sample.sample.at.date;
        if days_between(last, date) < then.min_days_apart {
            State::Then { worst, left, last }
        } else if left > 1 {
            State::Then { worst, left: left - 1, last: date }
        } else {
            State::Routine
        }
    }

    /// What the follow-up asks for next. `stopped`: further counts after recovery belong to a treatment that goes on.
    pub fn asks(&self, checks: &Checks, stopped: bool) -> Vec<Asked> {
        let Some(newest) = self.newest else { return Vec::new() };
        let date = newest.sample.at.date;
        let mut asked = Vec::new();
        match &self.state {
            State::Routine => {}
            State::Low { worst, samples, best_in_a_row, .. } => {
                asked.extend(confirmation(worst, *samples, date));
                asked.extend(self.ladder(worst, newest, *best_in_a_row, checks));
            }
            State::Then { .. } if stopped => {}
            State::Then { worst, left, last } => asked.extend(further(worst, *left, *last)),
        }
        // The protocol's own rules come first: of several that ask for the same day the first is cited.
        if newest.severity() == Severity::Critical {
            asked.push(common(date, checks.counts.critical_every_days.figure, newest, "counts.critical"));
        }
        if newest.incomplete {
            asked.push(common(date, checks.counts.incomplete_within_days.figure, newest, "counts.incomplete"));
        }
        if let (Some((days, since)), false) = (self.whole_treatment, stopped) {
            asked.push(Asked {
                due: add_days(date, days),
                why: Why::words(format!(
                    "{} on {}: at least every {days} days for the whole treatment",
                    since.word(),
                    shown(since.sample.at.date)
                )),
                rule: format!("{}.whole-treatment", since.rule()).into(),
            });
        }
        asked
    }

    fn ladder(
        &self,
        worst: &Judged<'_, '_>,
        newest: &Judged<'_, '_>,
        best_in_a_row: u32,
        checks: &Checks,
    ) -> Option<Asked> {
        let date = newest.sample.at.date;
        if worst.band().is_some_and(|band| band.follow_up.is_none()) {
            let every = checks.counts.warning_every_days.figure;
            return (worst.severity() == Severity::Warning && !newest.is_best())
                .then(|| common(date, every, newest, "counts.warning"));
        }
        let (i, step) = open_step(worst, newest, best_in_a_row, self.baseline)?;
        Some(Asked {
            due: add_days(date, step.every_days),
            why: Why::words(format!(
                "{} of {}: {} {}; newest {} on {}",
                worst.word(),
                shown(worst.sample.at.date),
                every(step.every_days),
                step.until.words(),
                newest.word(),
                shown(date)
            )),
            rule: format!("{}.step-{}", worst.rule(), i + 1).into(),
        })
    }
}

impl<'j, 's, 'r> State<'j, 's, 'r> {
    fn low(worst: &'j Judged<'s, 'r>) -> Self {
        Self::Low { worst, samples: 1, best_in_a_row: 0, last_best: None }
    }
}

/// The first low count of an episode is repeated.
fn confirmation(worst: &Judged<'_, '_>, samples: u32, date: NaiveDate) -> Option<Asked> {
    let within = worst.band()?.follow_up.as_ref()?.confirm_within_days.filter(|_| samples == 1)?;
    Some(Asked {
        due: add_days(date, within),
        why: Why::words(format!("first count in {} on {}: repeat within {}", worst.word(), shown(date), days(within))),
        rule: format!("{}.confirm", worst.rule()).into(),
    })
}

/// The counts after recovery.
fn further(worst: &Judged<'_, '_>, left: u32, last: NaiveDate) -> Option<Asked> {
    let then = worst.band()?.follow_up.as_ref()?.then.as_ref()?;
    let done = then.times.saturating_sub(left);
    Some(Asked {
        due: add_days(last, then.every_days),
        why: Why::words(format!(
            "recovered from {} of {}: every {} {} times, {done} done",
            worst.word(),
            shown(worst.sample.at.date),
            days(then.every_days),
            then.times
        )),
        rule: format!("{}.then", worst.rule()).into(),
    })
}

fn common(date: NaiveDate, every: i64, newest: &Judged<'_, '_>, rule: &str) -> Asked {
    Asked {
        due: add_days(date, every),
        why: Why::words(format!("{} on {}: count again within {}", newest.word(), shown(date), days(every))),
        rule: Checks::key(rule).into(),
    }
}

fn every(days: i64) -> String {
    if days == 1 { "every day".to_owned() } else { format!("every {days} days") }
}

fn days(n: i64) -> String {
    if n == 1 { "1 day".to_owned() } else { format!("{n} days") }
}

/// The first step of the worst band's ladder that the newest count has not ended.
fn open_step<'r>(
    worst: &Judged<'_, 'r>,
    newest: &Judged<'_, '_>,
    best_in_a_row: u32,
    baseline: Option<Decimal>,
) -> Option<(usize, &'r Step)> {
    let follow_up: &FollowUp = match worst.band() {
        Some(Band { follow_up: Some(follow_up), .. }) => follow_up,
        _ => return None,
    };
    follow_up.steps.iter().enumerate().find(|(_, step)| !ends(&step.until, newest, best_in_a_row, baseline))
}

/// Whether a count ends a step.
fn ends(until: &Until, newest: &Judged<'_, '_>, best_in_a_row: u32, baseline: Option<Decimal>) -> bool {
    if let Some(times) = until.best_in_a_row {
        return newest.is_best() && best_in_a_row >= times;
    }
    let anc_at_least = match (until.anc, until.baseline_else) {
        (Some(anc), _) if until.or_baseline => baseline.map_or(anc.0, |known| known.min(anc.0)),
        (Some(anc), _) => anc.0,
        (None, Some(otherwise)) => baseline.unwrap_or(otherwise.0),
        (None, None) => return false,
    };
    let sample = newest.sample;
    let reaches = |fact: Option<&super::known::Fact<'_, super::known::Measured<'_>>>, least: Decimal| {
        fact.is_some_and(|fact| !fact.what.can_be_under(least))
    };
    reaches(sample.anc, anc_at_least) && until.wbc.is_none_or(|wbc| reaches(sample.wbc, wbc.0))
}
