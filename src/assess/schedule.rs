//! The routine schedule of counts under one protocol: phases by the age of the last sample, gaps, and what follows a
//! stop. Low counts are followed by [`super::follow_up`].
use chrono::NaiveDate;

use super::follow_up::Asked;
use super::judge::Judged;
use super::stamp::{Stamp, add_days, days_between, shown};
use super::status::History;
use super::treatment::{GapSpan, Treatment};
use super::why::Why;
use crate::rules::protocol::{Gap, GapEffect, GapFacts, Phase, Protocol};
use crate::ward::{Service, StepDown, Text};

/// What the schedule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scheduled {
    /// Counts are due: each clock's date; the earliest holds.
    At(Vec<Asked>),
    /// The protocol asks for no more.
    Nothing(Asked),
    /// The protocol does not say.
    Undefined(Asked),
}

impl Scheduled {
    /// Adds further clocks: where any clock runs, the protocol's silence does not matter.
    pub fn add(&mut self, more: impl IntoIterator<Item = Asked>) {
        let mut more = more.into_iter().peekable();
        match self {
            Self::At(all) => all.extend(more),
            silent if more.peek().is_some() => *silent = Self::At(more.collect()),
            _ => {}
        }
    }
}

/// The clocks of one patient under one protocol.
#[derive(Debug)]
pub(super) struct Clocks<'r> {
    protocol: &'r Protocol,
    /// The first dose of the first course.
    first_dose: NaiveDate,
    /// Day 0 of the schedule.
    epoch: NaiveDate,
    /// What began the newest clock, if a gap did.
    restarted: Option<(NaiveDate, &'r Gap)>,
    /// Times of tighter counts after a gap.
    tighter: Vec<Tighter<'r>>,
    /// Since when a step-down counts: a gap that starts a new clock ends an earlier one.
    authorised_from: Option<NaiveDate>,
    high_risk: bool,
    service: Option<Service>,
    step_down: Option<(StepDown, Option<Stamp>)>,
}

#[derive(Debug)]
struct Tighter<'r> {
    from: NaiveDate,
    every_days: i64,
    for_days: i64,
    gap: &'r Gap,
}

impl<'r> Clocks<'r> {
    /// Reads the clocks from the courses and gaps. `None` before any start, planned or not.
    pub fn new(
        protocol: &'r Protocol,
        treatment: &Treatment<'_>,
        history: History<'_, '_>,
        now: &Stamp,
        judged: &[&Judged<'_, '_>],
        service: Option<Service>,
    ) -> Option<Self> {
        let epoch = treatment.first.or(treatment.planned)?.date;
        let mut clocks = Self {
            protocol,
            first_dose: epoch,
            epoch,
            restarted: None,
            tighter: Vec::new(),
            authorised_from: None,
            high_risk: treatment.course.is_some_and(|course| course.what.high_risk),
            service,
            step_down: history.step_down(now),
        };
        for gap in &treatment.gaps {
            clocks.take_gap(gap, judged);
        }
        Some(clocks)
    }

    fn take_gap(&mut self, gap: &GapSpan<'_>, judged: &[&Judged<'_, '_>]) {
        let resumed = gap.resumed.date;
        if gap.is_new_beginning() {
            self.epoch = resumed;
            self.tighter.clear();
            self.authorised_from = Some(resumed);
            return;
        }
        let facts = GapFacts {
            minutes: gap.minutes,
            days: gap.days(),
            age_days: days_between(self.epoch, gap.last_dose.date),
            neutropenia: judged.iter().any(|j| {
                j.band.is_some_and(|b| b > 0)
                    && j.sample.at.date >= self.first_dose
                    && !j.sample.at.later_than(&gap.last_dose)
            }),
            service: self.service,
        };
        let Some(rule) = self.protocol.gaps.iter().find(|rule| rule.fits(&facts)) else { return };
        match rule.effect {
            GapEffect::None {} => {}
            GapEffect::NewClock {} => {
                self.epoch = resumed;
                self.restarted = Some((resumed, rule));
                self.tighter.clear();
                self.authorised_from = Some(resumed);
            }
            GapEffect::Tighter { every_days, for_days } => {
                self.tighter.push(Tighter { from: resumed, every_days, for_days, gap: rule });
                self.authorised_from = Some(resumed);
            }
        }
    }

    /// The phase of a sample of some age, held back to what the monitoring service has authorised.
    fn phase(&self, age_days: i64) -> Option<&'r Phase> {
        let fits = || self.protocol.phases.iter().filter(|p| !p.only_high_risk || self.high_risk);
        let by_age = fits().position(|phase| phase.holds(age_days))?;
        fits().take(by_age + 1).filter(|phase| self.is_authorised(phase)).last()
    }

    fn is_authorised(&self, phase: &Phase) -> bool {
        let Some(needs) = &phase.needs_authorisation else { return true };
        let granted = self
            .step_down
            .filter(|(_, since)| self.authorised_from.is_none_or(|from| since.is_some_and(|since| since.date >= from)));
        granted.is_some_and(|(step_down, _)| step_down == StepDown::FourWeekly || step_down.as_str() == needs)
    }

    /// The schedule of a treatment that goes on, or is about to begin. `newest` is the date of the last sample.
    pub fn routine(&self, newest: Option<NaiveDate>, neutropenia: bool) -> Scheduled {
        let mut asked = Vec::new();
        match newest.filter(|date| *date >= self.epoch) {
            Some(date) => match self.interval(days_between(self.epoch, date), neutropenia) {
                Interval::Every(days, phase) => asked.push(self.after(date, days, phase)),
                Interval::Nothing(phase) if self.tighter.is_empty() => {
                    return Scheduled::Nothing(Asked {
                        due: date,
                        why: Why::words(&*phase.words),
                        rule: phase.key.clone(),
                    });
                }
                Interval::Undefined if self.tighter.is_empty() => return self.undefined(date),
                Interval::Nothing(_) | Interval::Undefined => {}
            },
            None => asked.push(self.first_of_clock(newest)),
        }
        asked.extend(self.tighter.iter().filter_map(|tighter| self.tightened(tighter, newest)));
        if asked.is_empty() {
            return self.undefined(newest.unwrap_or(self.epoch));
        }
        Scheduled::At(asked)
    }

    fn interval(&self, age_days: i64, neutropenia: bool) -> Interval<'r> {
        match self.phase(age_days) {
            None => Interval::Undefined,
            Some(phase) => match (phase.every_days, phase.unless_neutropenia_every_days) {
                (Some(_), Some(instead)) if neutropenia => Interval::Every(instead, phase),
                (Some(days), _) => Interval::Every(days, phase),
                (None, _) => Interval::Nothing(phase),
            },
        }
    }

    fn after(&self, sample: NaiveDate, days: i64, phase: &Phase) -> Asked {
        let due = add_days(sample, days);
        let why = Why::Sample { sample, epoch: self.epoch, phase: phase.words.clone(), days, due };
        let why = match self.eligible(days_between(self.epoch, sample), phase) {
            Some(longer) => {
                Why::words(format!("{why}; eligible for {}, needs the word of the monitoring service", longer.id))
            }
            None => why,
        };
        Asked { due, why, rule: phase.key.clone() }
    }

    /// The phase that age alone would allow, if it needs the word of the monitoring service.
    fn eligible(&self, age: i64, held: &Phase) -> Option<&'r Phase> {
        let by_age = self.protocol.phases.iter().find(|p| p.holds(age) && (!p.only_high_risk || self.high_risk));
        by_age.filter(|phase| phase.needs_authorisation.is_some() && phase.id != held.id)
    }

    /// The first count of a clock: day 0 itself, or one interval later if a recent count serves as the baseline.
    fn first_of_clock(&self, newest: Option<NaiveDate>) -> Asked {
        let every = self.phase(0).and_then(|phase| phase.every_days).unwrap_or(0);
        let rule = match self.restarted {
            Some((_, gap)) => self.protocol.key(&format!("gap.{}", gap.id)),
            None => self.protocol.key("baseline"),
        };
        self.with_baseline(self.epoch, every, newest, rule.into())
    }

    fn with_baseline(&self, day_0: NaiveDate, every: i64, newest: Option<NaiveDate>, rule: Text) -> Asked {
        let within = self.protocol.baseline.within_days;
        match newest.filter(|date| days_between(*date, day_0) <= within) {
            Some(baseline) => {
                let due = add_days(day_0, every);
                Asked {
                    due,
                    why: Why::words(format!(
                        "count of {} serves as the baseline; {} + {every} d = {}",
                        shown(baseline),
                        shown(day_0),
                        shown(due)
                    )),
                    rule,
                }
            }
            None => Asked {
                due: day_0,
                why: Why::words(format!("no count in the {within} days before {}: due that day", shown(day_0))),
                rule,
            },
        }
    }

    fn tightened(&self, tighter: &Tighter<'_>, newest: Option<NaiveDate>) -> Option<Asked> {
        let rule: Text = self.protocol.key(&format!("gap.{}", tighter.gap.id)).into();
        let Some(sample) = newest.filter(|date| *date >= tighter.from) else {
            return Some(self.with_baseline(tighter.from, tighter.every_days, newest, rule));
        };
        (days_between(tighter.from, sample) < tighter.for_days).then(|| {
            let due = add_days(sample, tighter.every_days);
            Asked {
                due,
                why: Why::words(format!(
                    "{}, resumed {}; {} + {} d = {}",
                    tighter.gap.words,
                    shown(tighter.from),
                    shown(sample),
                    tighter.every_days,
                    shown(due)
                )),
                rule,
            }
        })
    }

    fn undefined(&self, date: NaiveDate) -> Scheduled {
        let words = self.protocol.undefined_words.as_deref().unwrap_or("the protocol does not say: ask");
        Scheduled::Undefined(Asked { due: date, why: Why::words(words), rule: self.protocol.key("undefined").into() })
    }

    /// The schedule after a stop: slots, or the routine until a count after it is normal.
    pub fn after_stop(&self, stop: &Stamp, judged: &[&Judged<'_, '_>], neutropenia: bool) -> Scheduled {
        let rule: Text = self.protocol.key("after-stop").into();
        let newest = judged.last().map(|j| j.sample.at.date);
        let nothing =
            |why: String| Scheduled::Nothing(Asked { due: stop.date, why: Why::words(why), rule: rule.clone() });
        if self.protocol.after_stop.until_normal {
            return match judged.iter().find(|j| j.is_best() && j.sample.at.later_than(stop)) {
                Some(normal) => nothing(format!(
                    "stopped {}, count of {} normal: no more are asked for",
                    shown(stop.date),
                    shown(normal.sample.at.date)
                )),
                None => self.routine(newest, neutropenia),
            };
        }
        let before = judged.iter().rfind(|j| !j.sample.at.later_than(stop)).map(|j| j.sample.at.date);
        let slots = &self.protocol.after_stop;
        let slots = slots.slots.get(self.phase_at(before)).unwrap_or(&slots.otherwise);
        let next = slots
            .iter()
            .map(|day| (day, add_days(stop.date, *day)))
            .find(|(_, date)| newest.is_none_or(|newest| *date > newest));
        match next {
            Some((day, due)) => Scheduled::At(vec![Asked {
                due,
                why: Why::words(format!(
                    "stopped {}: {}; day {day} after the stop = {}",
                    shown(stop.date),
                    self.protocol.after_stop.words,
                    shown(due)
                )),
                rule,
            }]),
            None => nothing(format!("stopped {}: every count after it is done", shown(stop.date))),
        }
    }

    /// The phase that was in force after a sample; tighter counts are those of the first phase.
    fn phase_at(&self, sample: Option<NaiveDate>) -> &'r str {
        let age = sample.map_or(0, |date| days_between(self.epoch, date).max(0));
        let tightened = sample
            .is_some_and(|date| self.tighter.iter().any(|t| (0..t.for_days).contains(&days_between(t.from, date))));
        let phase = if tightened { self.phase(0) } else { self.phase(age) };
        phase.map_or("", |phase| &phase.id)
    }

    /// Until when a sample covers supply.
    pub fn valid_until(&self, sample: NaiveDate) -> Option<NaiveDate> {
        let age = days_between(self.epoch, sample).max(0);
        let days = self.phase(age)?.valid_for(self.service)?;
        Some(add_days(sample, days))
    }
}

enum Interval<'r> {
    Every(i64, &'r Phase),
    Nothing(&'r Phase),
    Undefined,
}
