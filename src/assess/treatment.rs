//! Where a patient is in treatment: courses, breaks, gaps between doses, the dose in force.
use chrono::NaiveDate;

use super::known::{Fact, Known};
use super::outcome::{DoseNow, State};
use super::stamp::{Stamp, days_between};
use crate::rules::Checks;
use crate::ward::{Break, Course, CourseEvent, Reason};

/// The courses, breaks and gaps of one patient up to the moment.
#[derive(Debug)]
pub(super) struct Treatment<'a> {
    /// Where in treatment.
    pub state: State,
    /// First dose of the first course.
    pub first: Option<Stamp>,
    /// The newest start in force.
    pub course: Option<Fact<'a, &'a Course>>,
    /// The stop, if the newest course has been stopped.
    pub stop: Option<Fact<'a, &'a Course>>,
    /// The first planned start, if none is in force.
    pub planned: Option<Stamp>,
    /// Breaks without a later end.
    pub open_breaks: Vec<Fact<'a, &'a Break>>,
    /// Gaps between doses that have ended, in order of their end.
    pub gaps: Vec<GapSpan<'a>>,
}

/// A gap between the last dose before it and the first after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct GapSpan<'a> {
    /// The break, where one was recorded (a stop and a new start make a gap as well).
    pub opened_by: Option<Fact<'a, &'a Break>>,
    /// The last dose.
    pub last_dose: Stamp,
    /// The first dose after it.
    pub resumed: Stamp,
    /// Minutes between them at the longest, in UTC.
    pub minutes: i64,
    /// The start of a course that ended it, if one did.
    pub ended_by: Option<&'a Course>,
}

impl GapSpan<'_> {
    /// Days by date.
    pub fn days(&self) -> i64 {
        days_between(self.last_dose.date, self.resumed.date)
    }

    /// A new attempt after a harm, or a new beginning after a stop: a new patient for every clock.
    pub fn is_new_beginning(&self) -> bool {
        self.ended_by.is_some_and(|course| {
            matches!(course.reason, Some(Reason::Rechallenge))
                || (self.opened_by.is_none() && matches!(course.reason, Some(Reason::Initiation)))
        })
    }
}

impl<'a> Treatment<'a> {
    /// Reads the courses and breaks.
    pub fn new(known: &Known<'a>) -> Self {
        let now = known.now();
        let in_force: Vec<_> = known.courses.iter().filter(|c| !c.at.later_than(&now)).copied().collect();
        let starts: Vec<_> = in_force.iter().filter(|c| c.what.event == CourseEvent::Start).copied().collect();
        let course = starts.last().copied();
        let stop = in_force
            .iter()
            .rfind(|c| c.what.event == CourseEvent::Stop)
            .filter(|stop| course.is_none_or(|start| !start.at.later_than(&stop.at) && is_after(stop, &start)))
            .copied();
        let planned = known.courses.iter().find(|c| c.what.event == CourseEvent::Start && c.at.later_than(&now));
        let ends = Ends::new(known, &starts);
        let open_breaks: Vec<_> = known
            .breaks
            .iter()
            .filter(|b| starts.iter().any(|s| !s.at.later_than(&b.at)) && ends.of(&b.at).is_none())
            .copied()
            .collect();
        let state = match (course, stop) {
            (_, Some(_)) => State::Stopped,
            (None, None) => State::NotStarted,
            (Some(_), None) if open_breaks.is_empty() => State::OnTreatment,
            (Some(_), None) => State::OnBreak,
        };
        Self {
            state,
            first: starts.first().map(|c| c.at),
            course,
            stop,
            planned: planned.filter(|_| course.is_none()).map(|c| c.at),
            open_breaks,
            gaps: gaps(known, &in_force, &ends),
        }
    }

    /// On clozapine, doses missed or not.
    pub fn is_on_clozapine(&self) -> bool {
        matches!(self.state, State::OnTreatment | State::OnBreak)
    }

    /// Day of the first course: 1 on the date of its first dose.
    pub fn treatment_day(&self, today: NaiveDate) -> Option<i64> {
        self.first.filter(|_| self.is_on_clozapine()).map(|first| days_between(first.date, today) + 1)
    }

    /// Day of the newest course.
    pub fn titration_day(&self, today: NaiveDate) -> Option<i64> {
        self.course.filter(|_| self.is_on_clozapine()).map(|course| days_between(course.at.date, today) + 1)
    }

    /// Whole hours since the last dose, while a break is open; the longest, if several are.
    pub fn hours_since_dose(&self, known: &Known<'_>) -> Option<i64> {
        self.open_breaks.first().map(|b| minutes_since(b, known) / 60)
    }

    /// In titration: the first days of a course, or shortly after a change of dose.
    pub fn in_titration(&self, known: &Known<'_>, checks: &Checks) -> bool {
        let today = known.today();
        let titration = &checks.titration;
        self.titration_day(today).is_some_and(|day| {
            day <= titration.first_days.figure
                || known
                    .dose_changes
                    .last()
                    .is_some_and(|change| days_between(change.date, today) <= titration.after_change_days.figure)
        })
    }
}

/// Minutes from a break's last dose to the moment, at the longest that it can be.
pub(super) fn minutes_since(b: &Fact<'_, &Break>, known: &Known<'_>) -> i64 {
    (known.moment.at - b.at.earliest(known.moment.zone)).num_minutes()
}

/// A stop stands behind a start of the same time: on one day without times, whoever starts last is on treatment.
fn is_after(stop: &Fact<'_, &Course>, start: &Fact<'_, &Course>) -> bool {
    stop.at.later_than(&start.at)
}

/// What ends a break: a resumption, or the start of a course.
struct Ends<'a> {
    resumes: Vec<Stamp>,
    starts: Vec<Fact<'a, &'a Course>>,
}

impl<'a> Ends<'a> {
    fn new(known: &Known<'a>, starts: &[Fact<'a, &'a Course>]) -> Self {
        Self { resumes: known.resumes.iter().map(|r| r.at).collect(), starts: starts.to_vec() }
    }

    /// The first resumption not before a last dose, or course start after it.
    fn of(&self, last_dose: &Stamp) -> Option<Stamp> {
        let resume = self.resumes.iter().find(|at| !last_dose.later_than(at));
        let start = self.start_after(last_dose).map(|s| s.at);
        resume.copied().into_iter().chain(start).min_by(Stamp::order)
    }

    fn start_after(&self, last_dose: &Stamp) -> Option<&Fact<'a, &'a Course>> {
        self.starts.iter().find(|s| s.at.later_than(last_dose))
    }
}

/// Every gap that has ended: breaks, and stops followed by a new start.
fn gaps<'a>(known: &Known<'a>, in_force: &[Fact<'a, &'a Course>], ends: &Ends<'a>) -> Vec<GapSpan<'a>> {
    let zone = known.moment.zone;
    let span = |opened_by, last_dose: Stamp, resumed: Stamp| {
        let ended_by = ends.start_after(&last_dose).filter(|s| !s.at.later_than(&resumed)).map(|s| s.what);
        let minutes = (resumed.latest(zone) - last_dose.earliest(zone)).num_minutes();
        GapSpan { opened_by, last_dose, resumed, minutes, ended_by }
    };
    let breaks = known.breaks.iter().filter_map(|b| ends.of(&b.at).map(|resumed| span(Some(*b), b.at, resumed)));
    let stops = in_force.windows(2).filter_map(|pair| match pair {
        [stop, start] if stop.what.event == CourseEvent::Stop && start.what.event == CourseEvent::Start => {
            Some(span(None, stop.at, start.at))
        }
        _ => None,
    });
    let mut gaps: Vec<_> = breaks.chain(stops).collect();
    gaps.sort_by(|a, b| a.resumed.order(&b.resumed).then(a.last_dose.order(&b.last_dose)));
    gaps
}

/// The dose in force, and the one before it.
pub(super) fn dose_now(known: &Known<'_>) -> Option<DoseNow> {
    let newest = known.doses.last()?;
    let total_mg = newest.what.total_mg()?;
    // Two entries of one day are one prescription, the later typed: the one before is that of an earlier day.
    let before_mg = known.doses.iter().rfind(|d| d.at.date < newest.at.date).and_then(|d| d.what.total_mg());
    Some(DoseNow { entry: newest.entry.id.clone(), since: newest.at.date, total_mg, before_mg, at_most_mg: None })
}
