//! Doses against the course's regimen: steps, how many of them, and what the day allows. Being slower is never flagged.
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::flags::{Candidate, Measure};
use super::known::Known;
use super::outcome::{FlagKind, Severity};
use super::stamp::{days_between, shown};
use super::treatment::Treatment;
use crate::rules::{Regimen, Rules};
use crate::ward::{CourseEvent, Entry, EntryId, Sex};

/// How far back steps are counted.
const DAYS_OF_STEPS: i64 = 7;

/// The dose of one day of the course.
struct DayOfDose<'a> {
    date: NaiveDate,
    day: i64,
    total_mg: Decimal,
    entry: &'a Entry,
}

/// The doses of the newest course, one for each day on which one was prescribed.
fn doses<'a>(known: &Known<'a>, start: NaiveDate) -> Vec<DayOfDose<'a>> {
    let mut days: Vec<DayOfDose<'a>> = Vec::new();
    for dose in known.doses.iter().filter(|d| d.at.date >= start) {
        let Some(total_mg) = dose.what.total_mg() else { continue };
        let day =
            DayOfDose { date: dose.at.date, day: days_between(start, dose.at.date) + 1, total_mg, entry: dose.entry };
        match days.last_mut() {
            Some(last) if last.date == day.date => *last = day,
            _ => days.push(day),
        }
    }
    days
}

/// A woman who is not known to smoke, or somebody of whom neither is known: the slower checkpoints hold.
fn is_slow(known: &Known<'_>) -> bool {
    let fields = &known.patient.fields;
    fields.sex != Sex::Male && fields.smoker != Some(true)
}

/// `titration-limit`.
pub(super) fn flags(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<Candidate> {
    let Some(course) = treatment.course.filter(|_| treatment.is_on_clozapine()) else { return Vec::new() };
    let doses = doses(known, course.at.date);
    let in_titration = treatment.in_titration(known, rules.checks());
    let mut flags = Vec::new();
    flags.extend(no_dose_since_restart(known, treatment, doses.is_empty()));
    let Some(regimen) = course.what.regimen.as_deref().and_then(|id| rules.regimen(id)) else { return flags };
    for (i, dose) in doses.iter().enumerate() {
        let Some((words, rule)) = over(regimen, &doses, i, is_slow(known)) else { continue };
        let lowered = doses.get(i + 1..).is_some_and(|later| later.iter().any(|l| l.total_mg < dose.total_mg));
        flags.push(Candidate {
            kind: FlagKind::TitrationLimit,
            measure: Measure::new("dose"),
            severity: Severity::Warning,
            entry: dose.entry.id.clone(),
            since: super::stamp::Stamp { date: dose.date, instant: None },
            when: dose.entry.at,
            title: format!("Dose {} mg on day {}: {words}", dose.total_mg.normalize(), dose.day),
            action: "Review the dose with the prescriber today".to_owned(),
            why: format!("{} mg a day from {}, day {}: {words}", dose.total_mg.normalize(), shown(dose.date), dose.day),
            rule,
            ended: lowered,
            closable: None,
            ended_once_seen: !in_titration,
        });
    }
    flags
}

/// In what a dose goes over the regimen, and by which rule.
fn over(regimen: &Regimen, doses: &[DayOfDose<'_>], i: usize, slow: bool) -> Option<(String, String)> {
    let dose = doses.get(i)?;
    if let Some(limit) = regimen.limit(dose.day, slow).filter(|limit| dose.total_mg > limit.max_mg) {
        return Some((format!("over {} mg, {}", limit.max_mg.normalize(), limit.words), limit.rule));
    }
    let before = i.checked_sub(1).and_then(|before| doses.get(before))?;
    let step = dose.total_mg - before.total_mg;
    let (limit, rule) = regimen.step(dose.day)?;
    if step > limit.max_step_mg.0 {
        let words = format!("a step of {} mg, over {} mg", step.normalize(), limit.max_step_mg.0.normalize());
        return Some((words, rule));
    }
    let allowed = limit.max_steps_in_7_days?;
    let steps = steps_up_to(doses, dose.date, regimen.first_day_of(limit));
    (step > Decimal::ZERO && steps > allowed)
        .then(|| (format!("{steps} steps in {DAYS_OF_STEPS} days, over {allowed}"), rule))
}

/// Increases in the 7 days up to a date, from some day of the course on.
fn steps_up_to(doses: &[DayOfDose<'_>], date: NaiveDate, from_day: i64) -> usize {
    doses
        .windows(2)
        .filter(|pair| match pair {
            [before, after] => {
                after.total_mg > before.total_mg
                    && after.day >= from_day
                    && (0..DAYS_OF_STEPS).contains(&days_between(after.date, date))
            }
            _ => false,
        })
        .count()
}

/// A restart or rechallenge without a dose: nobody can see what is being given.
fn no_dose_since_restart(known: &Known<'_>, treatment: &Treatment<'_>, no_dose: bool) -> Option<Candidate> {
    let course = treatment.course?;
    let now = known.now();
    let starts = known.courses.iter().filter(|c| c.what.event == CourseEvent::Start && !c.at.later_than(&now)).count();
    (starts > 1 && no_dose).then(|| Candidate {
        kind: FlagKind::TitrationLimit,
        measure: Measure::new("dose"),
        severity: Severity::Warning,
        entry: course.entry.id.clone(),
        since: course.at,
        when: course.entry.at,
        title: "Restarted, and no dose recorded since".to_owned(),
        action: "Record the dose: a restart begins at 12.5 mg once or twice".to_owned(),
        why: format!("course restarted on {}, no dose since", shown(course.at.date)),
        rule: crate::rules::Checks::key("breaks.retitrate"),
        ended: false,
        closable: None,
        ended_once_seen: false,
    })
}

/// The most that the regimen allows today, mg in a day.
pub(super) fn at_most_today(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Option<Decimal> {
    let course = treatment.course.filter(|_| treatment.is_on_clozapine())?;
    let regimen = rules.regimen(course.what.regimen.as_deref()?)?;
    let today = known.today();
    let doses = doses(known, course.at.date);
    let before = doses.get(..doses.partition_point(|dose| dose.date < today)).unwrap_or_default();
    at_most(regimen, before, (course.at.date, today), known, rules)
}

/// The prescribed dose of one day, against the regimen of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseDay {
    /// The entry that prescribes it.
    pub entry: EntryId,
    /// From which date.
    pub date: NaiveDate,
    /// Day of the course, from 1.
    pub day: i64,
    /// mg in the whole day.
    pub total_mg: Decimal,
    /// By how many mg it differs from the dose before it in the course; `None` for the first.
    pub change_mg: Option<Decimal>,
    /// The most that the regimen allowed on that day, mg; `None` without a regimen.
    pub at_most_mg: Option<Decimal>,
    /// In what it goes over the regimen, in words, and the key of the rule.
    pub over: Option<(String, String)>,
}

/// Every dose of the newest course against its regimen.
pub(super) fn dose_days(known: &Known<'_>, treatment: &Treatment<'_>, rules: &Rules) -> Vec<DoseDay> {
    let Some(course) = treatment.course else { return Vec::new() };
    let regimen = course.what.regimen.as_deref().and_then(|id| rules.regimen(id));
    let doses = doses(known, course.at.date);
    let of = |(i, dose): (usize, &DayOfDose<'_>)| {
        let before = doses.get(..i).unwrap_or_default();
        DoseDay {
            entry: dose.entry.id.clone(),
            date: dose.date,
            day: dose.day,
            total_mg: dose.total_mg,
            change_mg: before.last().map(|last| dose.total_mg - last.total_mg),
            at_most_mg: regimen.and_then(|regimen| at_most(regimen, before, (course.at.date, dose.date), known, rules)),
            over: regimen.and_then(|regimen| over(regimen, &doses, i, is_slow(known))),
        }
    };
    doses.iter().enumerate().map(of).collect()
}

/// The most that a regimen allows on a day of a course, given as its start and the day, after the doses of the days
/// before it; mg in a day.
fn at_most(
    regimen: &Regimen,
    before: &[DayOfDose<'_>],
    (start, on): (NaiveDate, NaiveDate),
    known: &Known<'_>,
    rules: &Rules,
) -> Option<Decimal> {
    let day = days_between(start, on) + 1;
    let by_day = regimen.limit(day, is_slow(known)).map(|limit| limit.max_mg);
    let by_step = before.last().zip(regimen.step(day)).map(|(last, (limit, _))| {
        let yesterday = super::stamp::add_days(on, -1);
        let steps = before
            .windows(2)
            .filter(|pair| {
                matches!(pair, [a, b] if b.total_mg > a.total_mg
                && b.day >= regimen.first_day_of(limit)
                && (0..DAYS_OF_STEPS - 1).contains(&days_between(b.date, yesterday)))
            })
            .count();
        match limit.max_steps_in_7_days {
            Some(allowed) if steps >= allowed => last.total_mg,
            _ => last.total_mg + limit.max_step_mg.0,
        }
    });
    [by_day, by_step, Some(rules.checks().dose.max_mg.figure.0)].into_iter().flatten().min()
}
