//! What is asked or measured how often: each task's next day.
//!
//! What was not recorded is due, and the day after it is overdue: missing is never normal.
use chrono::NaiveDate;

use super::known::Known;
use super::outcome::{Due, DueStatus, Task};
use super::stamp::{add_days, days_between, shown};
use super::treatment::{Treatment, dose_changes};
use crate::rules::checks::{AnsweredBy, Every, TaskRule};
use crate::rules::cited::Clock;
use crate::rules::{Checks, Rules};
use crate::ward::Setting;

/// Every task but the blood counts, for somebody on clozapine.
pub(super) fn due(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Due> {
    if !treatment.is_on_clozapine() {
        return Vec::new();
    }
    rules.checks().tasks.iter().filter_map(|rule| of_rule(rule, known, treatment, rules)).collect()
}

fn of_rule(rule: &TaskRule, known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Option<Due> {
    let task = Task::parse(&rule.task)?;
    let start = match rule.clock {
        Clock::Treatment => treatment.first?.date,
        Clock::Course => treatment.course?.at.date,
    };
    let answered = last_answer(rule, known, rules).filter(|date| *date >= start);
    let (mut due, mut why) = match answered {
        None => (start, format!("nothing recorded since the first dose on {}", shown(start))),
        Some(last) => {
            let days = interval(&rule.every, days_between(start, last) + 1, known.patient.fields.setting);
            let next = add_days(last, days);
            (next, format!("last {}; {}; {} + {days} d = {}", shown(last), rule.words, shown(last), shown(next)))
        }
    };
    if let Some(increase) = increase(rule, known).filter(|date| answered.is_none_or(|last| last <= *date)) {
        let day_after = add_days(increase, 1);
        if day_after < due {
            due = day_after;
            why = format!("dose raised on {}: the day after", shown(increase));
        }
    }
    Some(item(task, due, why, Checks::task_key(&rule.task), known.moment.today()))
}

/// A task that is due on a day.
pub(super) fn item(task: Task, due: NaiveDate, why: String, rule: String, today: NaiveDate) -> Due {
    Due {
        task,
        due: Some(due),
        status: match due.cmp(&today) {
            std::cmp::Ordering::Less => DueStatus::Overdue,
            std::cmp::Ordering::Equal => DueStatus::Due,
            std::cmp::Ordering::Greater => DueStatus::Upcoming,
        },
        days_overdue: days_between(due, today).max(0),
        valid_until: None,
        sampled_at: None,
        not_taken: None,
        why,
        rule,
    }
}

fn last_answer(rule: &TaskRule, known: &Known<'_>, rules: &Rules) -> Option<NaiveDate> {
    match &rule.answered_by {
        AnsweredBy::Checklist(list) => known.of_list(list).rfind(|c| !c.what.answers.is_empty()).map(|c| c.at.date),
        AnsweredBy::Group(group) => known
            .observations
            .iter()
            .rfind(|o| rules.tests().get(&o.what.observation.test).is_some_and(|test| test.group == *group))
            .map(|o| o.at.date),
    }
}

/// The interval after an answer on some day.
fn interval(every: &[Every], day: i64, setting: Setting) -> i64 {
    let holds = every.iter().find(|e| e.until_day.is_none_or(|until| day < until)).or(every.last());
    holds.map_or(1, |e| match setting {
        Setting::Inpatient => e.inpatient_days,
        Setting::Outpatient => e.outpatient_days,
    })
}

/// The last increase to a dose above the rule's figure.
fn increase(rule: &TaskRule, known: &Known<'_>) -> Option<NaiveDate> {
    let above = rule.after_increase_above_mg?.0;
    dose_changes(known)
        .into_iter()
        .rfind(|(_, before, after)| *after > above && before.is_none_or(|before| *after > before))
        .map(|(date, _, _)| date)
}
