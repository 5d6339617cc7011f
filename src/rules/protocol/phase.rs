//! When counts are due: phases, the baseline, gaps between doses, and the time after a stop.
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::rules::Evidence;
use crate::ward::{Service, Text};

/// A phase of the schedule, chosen by the age of the last sample.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Its id.
    pub id: String,
    /// In words.
    pub words: Text,
    /// The key of its rule.
    #[serde(skip)]
    pub key: Text,
    /// First day.
    pub from_day: i64,
    /// The day after the last; absent: without end.
    pub until_day: Option<i64>,
    /// Days between counts; absent: the protocol asks for none.
    pub every_days: Option<i64>,
    /// The interval instead if any count was under the best band.
    pub unless_neutropenia_every_days: Option<i64>,
    /// Only for courses at high risk.
    #[serde(default)]
    pub only_high_risk: bool,
    /// Only once the monitoring service has authorised it.
    pub needs_authorisation: Option<String>,
    /// For how many days a sample covers supply, by monitoring service.
    pub valid_days: Option<BTreeMap<String, i64>>,
    /// How sure we are of the validity, where it differs from the interval.
    pub validity_evidence: Option<Evidence>,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

impl Phase {
    /// Whether a sample of this age belongs to the phase.
    pub fn holds(&self, age_days: i64) -> bool {
        age_days >= self.from_day && self.until_day.is_none_or(|until| age_days < until)
    }

    /// For how many days a sample covers supply; the strictest where the service is not known.
    pub fn valid_for(&self, service: Option<Service>) -> Option<i64> {
        by_service(self.valid_days.as_ref()?, service)
    }
}

/// A figure that depends on the monitoring service: the strictest (lowest) where it is not known.
fn by_service(figures: &BTreeMap<String, i64>, service: Option<Service>) -> Option<i64> {
    service.and_then(|service| figures.get(service.as_str()).copied()).or_else(|| figures.values().min().copied())
}

/// The count before the first dose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// It counts if it is at most so many days old.
    pub within_days: i64,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// What a gap between doses does to the counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Its id.
    pub id: String,
    /// In words.
    pub words: String,
    /// Longer than so many hours, by monitoring service.
    pub(super) over_hours: Option<BTreeMap<String, i64>>,
    /// So many hours or longer.
    pub(super) from_hours: Option<i64>,
    /// So many days or longer, by date.
    pub(super) from_days: Option<i64>,
    /// Only if the last dose was before this day of treatment.
    pub(super) if_before_day: Option<i64>,
    /// Only if the last dose was on this day of treatment or later.
    pub(super) if_from_day: Option<i64>,
    /// Only without any count under the best band.
    #[serde(default)]
    pub(super) if_no_neutropenia: bool,
    /// What it does.
    pub effect: GapEffect,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// A gap between the last dose before it and the first after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapFacts {
    /// Length in minutes, measured in UTC.
    pub minutes: i64,
    /// Length in days, by date.
    pub days: i64,
    /// Day of monitoring on which the last dose was.
    pub age_days: i64,
    /// Any count under the best band so far.
    pub neutropenia: bool,
    /// The monitoring service, if known.
    pub service: Option<Service>,
}

const MINUTES_PER_HOUR: i64 = 60;

impl Gap {
    /// Whether this rule holds for a gap.
    pub fn fits(&self, gap: &GapFacts) -> bool {
        let over = |hours: i64| gap.minutes > hours * MINUTES_PER_HOUR;
        self.over_hours.as_ref().is_none_or(|hours| by_service(hours, gap.service).is_some_and(over))
            && self.from_hours.is_none_or(|hours| gap.minutes >= hours * MINUTES_PER_HOUR)
            && self.from_days.is_none_or(|days| gap.days >= days)
            && self.if_before_day.is_none_or(|day| gap.age_days < day)
            && self.if_from_day.is_none_or(|day| gap.age_days >= day)
            && !(self.if_no_neutropenia && gap.neutropenia)
    }
}

/// What a gap does to the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GapEffect {
    /// The day of resumption is a new day 0.
    NewClock {},
    /// More often for a while, then by age again.
    Tighter {
        /// Days between counts.
        every_days: i64,
        /// For so many days from the resumption.
        for_days: i64,
    },
    /// The schedule goes on.
    None {},
}

/// Counts after a stop.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterStop {
    /// In words.
    pub words: String,
    /// The schedule runs on until a count after the stop is in the best band.
    #[serde(default)]
    pub until_normal: bool,
    /// Days after the stop, by the phase that was in force.
    #[serde(default)]
    pub slots: BTreeMap<String, Vec<i64>>,
    /// Days after the stop for any other phase.
    #[serde(default)]
    pub otherwise: Vec<i64>,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// What a long break adds to the action of a retitration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetitrateAddition {
    /// After so many hours.
    pub over_hours: i64,
    /// In words.
    pub adds: String,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}
