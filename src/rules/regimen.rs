//! Titration regimens: limits of steps and doses, or a day table. Being slower is never a fault.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::place::Step;
use super::protocol::Source;
use super::site::wrong;
use super::{Evidence, Figure, RuleInfo, RulesError, parse};

/// One regimen. Days are days of the course, day 1 being its first dose; doses are mg in a day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regimen {
    format: String,
    /// Its id, as courses name it.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Version of the figures.
    pub version: String,
    /// When somebody last held it against its sources.
    pub checked_on: NaiveDate,
    sources: BTreeMap<String, Source>,
    /// In words.
    pub words: String,
    /// A dose that rises evenly, as an upper limit.
    ramp: Option<Ramp>,
    /// Doses not to be exceeded by some day.
    #[serde(default)]
    checkpoints: Vec<Checkpoint>,
    /// Largest steps, in order of days.
    #[serde(default)]
    pub steps: Vec<StepLimit>,
    /// Levels that are a sign of too fast a titration, in order of days.
    #[serde(default)]
    level_alerts: Vec<LevelAlert>,
    /// A site's own table: the dose of each day.
    #[serde(default)]
    days: Vec<DayDose>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ramp {
    start_mg: Figure,
    day_2_mg: Option<Figure>,
    step_mg: Figure,
    every_days: i64,
    to_mg: Figure,
    until_day: Option<i64>,
    source: String,
    evidence: Evidence,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkpoint {
    day: i64,
    max_mg: Figure,
    /// For a woman who is not known to smoke, where it differs.
    max_mg_female_non_smoker: Option<Figure>,
    source: String,
    evidence: Evidence,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DayDose {
    day: i64,
    morning_mg: Figure,
    evening_mg: Figure,
    source: String,
    evidence: Evidence,
}

/// A clozapine level of so much, before steady state, is a sign of too fast a titration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelAlert {
    until_day: i64,
    at_least: Figure,
    source: String,
    evidence: Evidence,
}

/// The largest step in a span of days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepLimit {
    /// Holds before this day; absent: without end.
    pub until_day: Option<i64>,
    /// Largest single increase, mg in a day.
    pub max_step_mg: Figure,
    /// Most increases in 7 days.
    pub max_steps_in_7_days: Option<usize>,
    source: String,
    evidence: Evidence,
}

/// A dose not to be exceeded on some day, and the rule that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseLimit {
    /// mg in a day.
    pub max_mg: Decimal,
    /// Key of the rule.
    pub rule: String,
    /// In words: `the checkpoint of day 14`.
    pub words: String,
}

impl Regimen {
    /// Reads and checks a regimen file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(file: &str, text: &str) -> Result<Self, RulesError> {
        let regimen: Self = parse(file, text)?;
        let error = |field: &str, what: String| Err(wrong(file, text, &[Step::Field(field.to_owned())], &what));
        if regimen.format != "wardround-regimen/1" {
            return error("format", "must be \"wardround-regimen/1\"".to_owned());
        }
        if !regimen.checkpoints.windows(2).all(|pair| pair[0].day < pair[1].day) {
            return error("checkpoints", "must be in order of days".to_owned());
        }
        if regimen.ramp.as_ref().is_some_and(|ramp| ramp.every_days < 1) {
            return error("ramp", "every_days must be 1 or more".to_owned());
        }
        match regimen.rules().iter().find(|rule| !regimen.sources.values().any(|s| s.cite() == rule.source)) {
            Some(rule) => error("sources", format!("{}: source {} is not among the sources", rule.key, rule.source)),
            None => Ok(regimen),
        }
    }

    /// The dose not to be exceeded on a day; `None` where the regimen sets none. `slow` is a woman who is not known to
    /// smoke.
    pub fn limit(&self, day: i64, slow: bool) -> Option<DoseLimit> {
        let limits = [self.of_ramp(day), self.of_checkpoint(day, slow), self.of_table(day)];
        limits.into_iter().flatten().min_by_key(|limit| limit.max_mg)
    }

    fn of_ramp(&self, day: i64) -> Option<DoseLimit> {
        let ramp = self.ramp.as_ref().filter(|ramp| ramp.until_day.is_none_or(|until| day <= until))?;
        let rises = Decimal::from((day - 1).max(0) / ramp.every_days);
        let max_mg = match ramp.day_2_mg {
            Some(second) if day == 2 => second.0,
            _ => (ramp.start_mg.0 + rises * ramp.step_mg.0).min(ramp.to_mg.0),
        };
        Some(DoseLimit {
            max_mg,
            rule: self.key("ramp"),
            words: format!("the upper limit of {} on day {day}", self.id),
        })
    }

    /// Between two checkpoints the later one must not be exceeded either.
    fn of_checkpoint(&self, day: i64, slow: bool) -> Option<DoseLimit> {
        let next = self.checkpoints.iter().find(|checkpoint| checkpoint.day >= day)?;
        Some(DoseLimit {
            max_mg: next.max_mg_female_non_smoker.filter(|_| slow).unwrap_or(next.max_mg).0,
            rule: self.key(&format!("day-{}", next.day)),
            words: format!("the checkpoint of {} on day {}", self.id, next.day),
        })
    }

    fn of_table(&self, day: i64) -> Option<DoseLimit> {
        let of_day = self.days.iter().find(|d| d.day == day)?;
        Some(DoseLimit {
            max_mg: of_day.morning_mg.0 + of_day.evening_mg.0,
            rule: self.key(&format!("table-{day}")),
            words: format!("the table of {} on day {day}", self.id),
        })
    }

    /// The limit of steps on a day.
    pub fn step(&self, day: i64) -> Option<(&StepLimit, String)> {
        let i = self.steps.iter().position(|step| step.until_day.is_none_or(|until| day < until))?;
        Some((self.steps.get(i)?, self.key(&format!("step-{}", i + 1))))
    }

    /// The level, ug/L, that is a sign of too fast a titration on a day, and the key of the rule.
    pub fn level_alert(&self, day: i64) -> Option<(Decimal, String)> {
        let i = self.level_alerts.iter().position(|alert| day < alert.until_day).filter(|_| day >= 1)?;
        Some((self.level_alerts.get(i)?.at_least.0, self.key(&format!("level-{}", i + 1))))
    }

    /// The first day on which a step limit holds.
    pub fn first_day_of(&self, limit: &StepLimit) -> i64 {
        let i = self.steps.iter().position(|step| step == limit).unwrap_or(0);
        i.checked_sub(1).and_then(|before| self.steps.get(before)).and_then(|before| before.until_day).unwrap_or(1)
    }

    fn key(&self, rule: &str) -> String {
        format!("regimen.{}#{rule}", self.id)
    }

    /// The figures of its upper limit, if it has one: `from 12.5 mg on day 1, 25 mg more every day to 300 mg`.
    pub fn ramp_figures(&self) -> Option<String> {
        let ramp = self.ramp.as_ref()?;
        let second = ramp.day_2_mg.map(|mg| format!(", {} mg on day 2", mg.0)).unwrap_or_default();
        let until = ramp.until_day.map(|day| format!("; until day {day}")).unwrap_or_default();
        let (start, step, to) = (ramp.start_mg.0, ramp.step_mg.0, ramp.to_mg.0);
        let every = if ramp.every_days == 1 { "a day".to_owned() } else { format!("every {} days", ramp.every_days) };
        Some(format!("at most {start} mg on day 1{second}, {step} mg more {every}, to {to} mg{until}"))
    }

    /// Every rule of the regimen, as it is cited.
    pub fn rules(&self) -> Vec<RuleInfo> {
        let mut rules = Vec::new();
        if let Some(ramp) = &self.ramp {
            rules.push(self.info("ramp", &self.words, &ramp.source, ramp.evidence));
        }
        for c in &self.checkpoints {
            let slow = c.max_mg_female_non_smoker;
            let slow = slow.map(|most| format!("; {} mg for a woman who is not known to smoke", most.0));
            let words = format!("at most {} mg a day by day {}{}", c.max_mg.0, c.day, slow.unwrap_or_default());
            rules.push(self.info(&format!("day-{}", c.day), &words, &c.source, c.evidence));
        }
        for (i, step) in self.steps.iter().enumerate() {
            let times = step.max_steps_in_7_days.map_or(String::new(), |n| format!(", at most {n} in 7 days"));
            let words = format!("one step of at most {} mg a day{times}", step.max_step_mg.0);
            rules.push(self.info(&format!("step-{}", i + 1), &words, &step.source, step.evidence));
        }
        for (i, alert) in self.level_alerts.iter().enumerate() {
            let words = format!("a level of {} micrograms/L or more before day {}", alert.at_least.0, alert.until_day);
            rules.push(self.info(&format!("level-{}", i + 1), &words, &alert.source, alert.evidence));
        }
        for d in &self.days {
            let words = format!("day {}: {} + {} mg", d.day, d.morning_mg.0, d.evening_mg.0);
            rules.push(self.info(&format!("table-{}", d.day), &words, &d.source, d.evidence));
        }
        rules
    }

    fn info(&self, key: &str, text: &str, source: &str, evidence: Evidence) -> RuleInfo {
        RuleInfo {
            key: self.key(key),
            text: text.to_owned(),
            source: self.sources.get(source).map_or_else(|| source.to_owned(), Source::cite),
            evidence,
            version: self.version.clone(),
            confirmed: None,
        }
    }
}
