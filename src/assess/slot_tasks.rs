//! Tasks with fixed days: each slot is due from its day until its window ends, then overdue.
//!
//! A missed slot is gone once a later one is answered: what is due is the first slot that nothing since its window began
//! has answered.
use chrono::{Months, NaiveDate};

use super::known::Known;
use super::level_flags;
use super::outcome::{Due, DueStatus, Task};
use super::stamp::{add_days, days_between, shown};
use super::syndrome_flags;
use super::tasks::item;
use super::treatment::Treatment;
use super::why::{self, Why};
use crate::rules::cited::Clock;
use crate::rules::measures::SlotTask;
use crate::rules::{Checks, Rules};

/// One slot.
struct Slot {
    due: NaiveDate,
    opens: NaiveDate,
    ends: NaiveDate,
    name: why::Slot,
}

/// Due slots, the level, and supply, for somebody on clozapine.
pub(super) fn due(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Due> {
    if !treatment.is_on_clozapine() {
        return Vec::new();
    }
    let slots = rules.checks().slot_tasks.iter().filter_map(|task| of_task(task, known, treatment));
    slots.chain(level(known, rules)).chain(supply(known)).collect()
}

fn of_task(task: &SlotTask, known: &Known<'_>, treatment: &Treatment<'_>) -> Option<Due> {
    let kind = Task::parse(&task.task)?;
    let today = known.today();
    let start = match task.clock {
        Clock::Treatment => treatment.first?.date,
        Clock::Course => treatment.course?.at.date,
    };
    if task.until_day.is_some_and(|until| days_between(start, today) + 1 > until) {
        return None;
    }
    // The last day on which every group has been measured since: earlier slots are answered.
    let answered = task
        .answered_by
        .iter()
        .map(|group| group.iter().filter_map(|test| known.of_test(test).last()).map(|fact| fact.at.date).max())
        .try_fold(NaiveDate::MAX, |all, newest| newest.map(|date| date.min(all)));
    let slot = slots(task, start, today).find(|slot| answered.is_none_or(|date| date < slot.opens))?;
    let why = Why::Slot { rule: task.words.clone(), last: answered, slot: slot.name, due: slot.due };
    let mut due = item(kind, slot.due, why, task.key.clone(), today);
    if due.status == DueStatus::Overdue && today <= slot.ends {
        due.status = DueStatus::Due;
        due.days_overdue = 0;
    }
    Some(due)
}

/// The slots of a task in order, without end where it has none; far enough for anybody's lifetime.
fn slots(task: &SlotTask, start: NaiveDate, today: NaiveDate) -> impl Iterator<Item = Slot> + '_ {
    let by_day = task.days.iter().map(move |day| {
        slot(add_days(start, i64::from(*day) - 1), task.window_before, task.window_after, why::Slot::Day(*day))
    });
    let last = task.months.iter().copied().max().unwrap_or(0);
    let later = task.then_every_months.into_iter().flat_map(move |every| (1..).map(move |n| last + every * n));
    let by_month =
        task.months.iter().copied().map(move |m| (m, task.month_window)).chain(later.map(|m| (m, task.later_window)));
    let beyond = add_days(today, 1500);
    let by_month = by_month
        .map_while(move |(month, window)| {
            let due = start.checked_add_months(Months::new(month))?;
            Some(slot(due, window, window, why::Slot::Month(month, start)))
        })
        .take_while(move |slot| slot.due <= beyond);
    by_day.chain(by_month)
}

fn slot(due: NaiveDate, before: i64, after: i64, name: why::Slot) -> Slot {
    Slot { due, opens: add_days(due, -before), ends: add_days(due, after), name }
}

/// A level after what changes levels, not before the dose has been stable for long enough.
fn level(known: &Known<'_>, rules: &Rules) -> Option<Due> {
    let (event, rule) =
        level_flags::changes(known, rules).filter(|(fact, _)| !level_flags::level_after(known, &fact.at)).last()?;
    let stable = known.dose_changes.last().map(|change| add_days(change.date, rules.checks().level.stable_days.figure));
    let due = stable.map_or(event.at.date, |stable| stable.max(event.at.date));
    let why = Why::words(format!("{} on {}: {}; a level is due", event.what.name, shown(event.at.date), rule.words));
    Some(item(Task::Level, due, why, Checks::key("level.due").into(), known.today()))
}

fn supply(known: &Known<'_>) -> Option<Due> {
    let (_, supplied, out) = syndrome_flags::runs_out(known)?;
    let why = Why::words(format!("supplied {}, runs out on {}", shown(supplied.date), shown(out)));
    Some(item(Task::Supply, out, why, Checks::key("supply").into(), known.today()))
}
