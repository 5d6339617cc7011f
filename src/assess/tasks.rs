//! What is asked or measured how often: each task's next day.
//!
//! What was not recorded is due, and the day after it is overdue: missing is never normal.
use chrono::NaiveDate;

use super::known::Known;
use super::outcome::{Due, DueStatus, Task};
use super::stamp::{add_days, days_between};
use super::treatment::Treatment;
use super::why::Why;
use crate::rules::Rules;
use crate::rules::checks::{AnsweredBy, Every, TaskRule};
use crate::rules::cited::Clock;
use crate::ward::{Setting, Text};

/// Every task but the blood counts, for somebody on clozapine.
pub(super) fn due(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Due> {
    if !treatment.is_on_clozapine() {
        return Vec::new();
    }
    rules.checks().tasks.iter().filter_map(|rule| of_rule(rule, known, treatment)).collect()
}

fn of_rule(rule: &TaskRule, known: &Known<'_>, treatment: &Treatment<'_>) -> Option<Due> {
    let task = Task::parse(&rule.task)?;
    let start = match rule.clock {
        Clock::Treatment => treatment.first?.date,
        Clock::Course => treatment.course?.at.date,
    };
    let answered = last_answer(rule, known).filter(|date| *date >= start);
    let (mut due, mut why) = match answered {
        None => (start, Why::Nothing { since: start }),
        Some(last) => {
            let days = interval(&rule.every, days_between(start, last) + 1, known.patient.fields.setting);
            let due = add_days(last, days);
            (due, Why::Last { last, rule: rule.words.clone(), days, due })
        }
    };
    if let Some(increase) = increase(rule, known).filter(|date| answered.is_none_or(|last| last <= *date)) {
        let day_after = add_days(increase, 1);
        if day_after < due {
            due = day_after;
            why = Why::Raised { on: increase };
        }
    }
    Some(item(task, due, why, rule.key.clone(), known.today()))
}

/// A task that is due on a day.
pub(super) fn item(task: Task, due: NaiveDate, why: Why, rule: Text, today: NaiveDate) -> Due {
    Due {
        task,
        due: Some(due),
        status: match due.cmp(&today) {
            std::cmp::Ordering::Less => DueStatus::Overdue,
            std::cmp::Ordering::Equal => DueStatus::Due,
            std::cmp::Ordering::Greater => DueStatus::Upcoming,
        },
        days_overdue: days_between(due, today).max(0),
        blood: None,
        why,
        rule,
    }
}

fn last_answer(rule: &TaskRule, known: &Known<'_>) -> Option<NaiveDate> {
    match &rule.answered_by {
        AnsweredBy::Checklist(list) => known.of_list(list).rfind(|c| !c.what.answers.is_empty()).map(|c| c.at.date),
        AnsweredBy::Group(group) => {
            let of_group = known.results.iter().filter(|results| results.test.group == *group);
            of_group.filter_map(|results| results.facts.last()).map(|newest| newest.at.date).max()
        }
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
    known
        .dose_changes
        .iter()
        .rfind(|change| change.after > above && change.before.is_none_or(|before| change.after > before))
        .map(|change| change.date)
}
