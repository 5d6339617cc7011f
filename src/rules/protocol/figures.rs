//! The figures of a rule in words: everything that a reader of the protocol's page would want to dispute.
use std::collections::BTreeMap;

use super::{AfterStop, Gap, GapEffect, Phase};

impl Phase {
    /// `from day 0 to day 126, every 7 days; a sample is valid for 10 days`. Days are those of the monitoring, day 0
    /// being the first dose.
    pub fn figures(&self) -> String {
        let until = self.until_day.map_or_else(|| "on".to_owned(), |day| format!("to day {day}"));
        let mut said = vec![format!("from day {} {until}", self.from_day)];
        said.push(self.every_days.map_or_else(|| "no count asked for".to_owned(), every));
        if let Some(days) = self.unless_neutropenia_every_days {
            said.push(format!("{} after any count under the best band", every(days)));
        }
        if self.only_high_risk {
            said.push("only for courses at high risk".to_owned());
        }
        if let Some(step) = &self.needs_authorisation {
            said.push(format!("only once the monitoring service has authorised it ({step})"));
        }
        said.extend(self.validity_words());
        said.join("; ")
    }

    /// `a sample covers supply for 10 days (cpms), 7 days (dms)`, where the protocol has such a window.
    pub fn validity_words(&self) -> Option<String> {
        let days = by_service(self.valid_days.as_ref()?, "days");
        Some(format!("a sample covers supply for {days}"))
    }
}

impl Gap {
    /// When it holds and what it does: `over 96 h (cpms), 72 h (dms, ztas): every 7 days for 42 days`.
    pub fn figures(&self) -> String {
        let mut when = Vec::new();
        when.extend(self.over_hours.as_ref().map(|hours| format!("over {}", by_service(hours, "h"))));
        when.extend(self.from_hours.map(|hours| format!("{hours} h or more")));
        when.extend(self.from_days.map(|days| format!("{days} days or more, by date")));
        when.extend(self.if_before_day.map(|day| format!("last dose before day {day}")));
        when.extend(self.if_from_day.map(|day| format!("last dose on day {day} or later")));
        when.extend(self.if_no_neutropenia.then(|| "no count under the best band so far".to_owned()));
        let then = match self.effect {
            GapEffect::NewClock {} => "the day of resumption is a new day 0".to_owned(),
            GapEffect::Tighter { every_days, for_days } => format!("{} for {for_days} days", every(every_days)),
            GapEffect::None {} => "the schedule goes on".to_owned(),
        };
        format!("{}: {then}", when.join("; "))
    }
}

impl AfterStop {
    /// `days 7, 14, 21, 28 after the stop`.
    pub fn figures(&self) -> String {
        let mut said = Vec::new();
        if self.until_normal {
            said.push("the schedule runs on until a count in the best band".to_owned());
        }
        said.extend(self.slots.iter().map(|(phase, days)| format!("in phase {phase}: {}", on_days(days))));
        if !self.otherwise.is_empty() {
            let other = if self.slots.is_empty() { "" } else { "otherwise: " };
            said.push(format!("{other}{}", on_days(&self.otherwise)));
        }
        said.join("; ")
    }
}

/// `every day`, `every 7 days`.
pub(super) fn every(days: i64) -> String {
    if days == 1 { "every day".to_owned() } else { format!("every {days} days") }
}

fn on_days(days: &[i64]) -> String {
    let days: Vec<String> = days.iter().map(i64::to_string).collect();
    format!("{} {} after the stop", if days.len() == 1 { "day" } else { "days" }, days.join(", "))
}

/// `96 h (cpms), 72 h (dms, ztas)`; one figure that holds for all stands alone.
fn by_service(figures: &BTreeMap<String, i64>, unit: &str) -> String {
    let mut groups: Vec<(i64, Vec<&str>)> = Vec::new();
    for (service, figure) in figures {
        match groups.iter_mut().find(|(known, _)| known == figure) {
            Some((_, services)) => services.push(service),
            None => groups.push((*figure, vec![service])),
        }
    }
    let said = groups.iter().map(|(figure, services)| format!("{figure} {unit} ({})", services.join(", ")));
    said.collect::<Vec<_>>().join(", ")
}
