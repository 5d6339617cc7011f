//! What the rules may read of a patient at a moment: what was known then, was not voided, and can be read.
//!
//! Everything else becomes a [`CannotAssess`], or is not in force yet.
use std::cmp::Ordering;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::calendar::Calendar;
use super::content;
use super::outcome::CannotAssess;
use super::stamp::Stamp;
use crate::rules::{Rules, TestDef};
use crate::ward::{
    Acknowledgement, Break, Change, Checklist, Comparator, Course, Dose, Entry, Kind, Medicine, Moment, Observation,
    Patient, Sample, Supply, compare, voided,
};

/// One entry that the rules read, with its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact<'a, T> {
    /// The entry.
    pub entry: &'a Entry,
    /// When.
    pub at: Stamp,
    /// What.
    pub what: T,
}

impl<T> Fact<'_, T> {
    /// By time, then by when it was typed, then by id: the same order whatever that of the file.
    pub fn in_order(&self, other: &Self) -> Ordering {
        let recorded = |fact: &Self| fact.entry.recorded.as_ref().map(|recorded| recorded.at);
        let by_time = self.at.order(&other.at);
        by_time.then_with(|| recorded(self).cmp(&recorded(other))).then_with(|| self.entry.id.cmp(&other.entry.id))
    }
}

/// A measured quantity in its canonical unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured<'a> {
    /// As it was written down.
    pub observation: &'a Observation,
    /// In the test's canonical unit.
    pub value: Decimal,
}

impl Measured<'_> {
    /// For quantities that are dangerous when low: whether it can be under a threshold, read at its worst.
    #[inline]
    pub fn can_be_under(&self, threshold: Decimal) -> bool {
        match self.observation.comparator {
            None | Some(Comparator::Greater) => compare(self.value, threshold).is_lt(),
            Some(Comparator::Less) => threshold > Decimal::ZERO,
        }
    }

    /// The lowest value that it can be.
    pub fn lowest(&self) -> Decimal {
        match self.observation.comparator {
            Some(Comparator::Less) => Decimal::ZERO,
            None | Some(Comparator::Greater) => self.value,
        }
    }

    /// For quantities that are dangerous when high: whether it can be so much or more, read at its worst.
    pub fn can_reach(&self, threshold: Decimal) -> bool {
        match self.observation.comparator {
            None => compare(self.value, threshold).is_ge(),
            Some(Comparator::Less) => compare(self.value, threshold).is_gt(),
            Some(Comparator::Greater) => true,
        }
    }

    /// The number as it was typed, with its comparator.
    pub fn shown(&self) -> String {
        let comparator = self.observation.comparator.map_or("", Comparator::as_str);
        format!("{comparator}{}", self.observation.value)
    }
}

/// The results of one test, in order of time.
#[derive(Debug)]
pub(super) struct Results<'a> {
    pub test: &'a TestDef,
    /// The test as the entries name it.
    name: &'a str,
    pub facts: Vec<Fact<'a, Measured<'a>>>,
}

/// Room that is made for the results of a test at first.
const MANY: usize = 64;

/// Everything that the rules may read of one patient at one moment. Each list is in order of time.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub patient: &'a Patient,
    /// The protocol chosen today.
    pub protocol: Option<&'a str>,
    pub moment: Moment,
    calendar: &'a Calendar,
    pub courses: Vec<Fact<'a, &'a Course>>,
    pub doses: Vec<Fact<'a, &'a Dose>>,
    /// Every rise and fall of the dose of a day.
    pub dose_changes: Vec<DoseChange>,
    pub breaks: Vec<Fact<'a, &'a Break>>,
    pub resumes: Vec<Fact<'a, ()>>,
    /// Results of each test that has any.
    pub results: Vec<Results<'a>>,
    pub checklists: Vec<Fact<'a, &'a Checklist>>,
    pub medicines: Vec<Fact<'a, &'a Medicine>>,
    pub samples: Vec<Fact<'a, &'a Sample>>,
    pub supplies: Vec<Fact<'a, &'a Supply>>,
    pub acknowledgements: Vec<Fact<'a, &'a Acknowledgement>>,
    /// Changes of the patient's fields that were made; `known` is false for one made after the moment.
    pub changes: Vec<Fact<'a, Made<'a>>>,
    pub cannot_assess: Vec<CannotAssess>,
}

/// A change of a patient's field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made<'a> {
    pub change: &'a Change,
    /// Whether it had been recorded by the moment.
    pub known: bool,
}

/// A rise or fall of the dose of a day, mg.
#[derive(Debug, Clone, Copy)]
pub(super) struct DoseChange {
    pub date: NaiveDate,
    pub before: Option<Decimal>,
    pub after: Decimal,
}

impl<'a> Known<'a> {
    /// Sorts a patient's entries into what the rules may read and what they may not.
    pub fn new(patient: &'a Patient, rules: &'a Rules, calendar: &'a Calendar) -> Self {
        let mut known = Self::nothing(patient, calendar);
        let moment = &calendar.moment;
        let voids = patient.entries.iter().filter(|entry| matches!(entry.kind, Kind::Void(_)));
        let voided = voided(voids.filter(|entry| was_known(entry, moment)));
        for entry in &patient.entries {
            if !voided.is_empty() && voided.contains_key(&entry.id) {
                continue;
            }
            if was_known(entry, moment) {
                if let Err(fault) = known.take(entry, rules) {
                    known.cannot_assess.push(*fault);
                }
            } else if let Kind::Change(change) = &entry.kind
                && let Some(Ok(at)) = entry.at.as_ref().map(|at| calendar.stamp(at))
            {
                known.changes.push(Fact { entry, at, what: Made { change, known: false } });
            }
        }
        known.sort();
        known.dose_changes = dose_changes(&known.doses);
        known
    }

    /// Before any entry.
    fn nothing(patient: &'a Patient, calendar: &'a Calendar) -> Self {
        Self {
            patient,
            protocol: patient.fields.protocol.as_deref(),
            moment: calendar.moment,
            calendar,
            courses: Vec::new(),
            doses: Vec::new(),
            dose_changes: Vec::new(),
            breaks: Vec::new(),
            resumes: Vec::new(),
            results: Vec::new(),
            checklists: Vec::new(),
            medicines: Vec::new(),
            samples: Vec::new(),
            supplies: Vec::new(),
            acknowledgements: Vec::new(),
            changes: Vec::new(),
            cannot_assess: patient.faults.iter().map(content::of_patient).collect(),
        }
    }

    /// As if a protocol had been this patient's all along: changes of it are not read.
    pub fn under(mut self, protocol: &'a str) -> Self {
        self.protocol = Some(protocol);
        self.changes.retain(|change| &*change.what.change.field != "protocol");
        self
    }

    /// Puts an entry where the rules find it.
    fn take(&mut self, entry: &'a Entry, rules: &'a Rules) -> Result<(), Box<CannotAssess>> {
        let Some(at) = content::time(entry, rules, self.calendar)? else { return Ok(()) };
        match &entry.kind {
            Kind::Course(what) => self.courses.push(Fact { entry, at, what }),
            Kind::Change(change) => self.changes.push(Fact { entry, at, what: Made { change, known: true } }),
            Kind::Observation(observation) => self.take_result(Fact { entry, at, what: observation }, rules)?,
            kind => {
                content::readable(entry, rules)?;
                // A plan is not in force yet.
                if !at.later_than(&self.now()) {
                    self.take_other(entry, at, kind, rules);
                }
            }
        }
        Ok(())
    }

    fn take_other(&mut self, entry: &'a Entry, at: Stamp, kind: &'a Kind, rules: &Rules) {
        match kind {
            Kind::Dose(what) => self.doses.push(Fact { entry, at, what }),
            Kind::Break(what) => self.breaks.push(Fact { entry, at, what }),
            Kind::Resume => self.resumes.push(Fact { entry, at, what: () }),
            Kind::Checklist(what) => {
                self.cannot_assess.extend(content::unread_answers(entry, what, rules));
                self.checklists.push(Fact { entry, at, what });
            }
            Kind::Medicine(what) => self.medicines.push(Fact { entry, at, what }),
            Kind::Sample(what) => self.samples.push(Fact { entry, at, what }),
            Kind::Acknowledge(what) => self.acknowledgements.push(Fact { entry, at, what }),
            Kind::Supply(what) => self.supplies.push(Fact { entry, at, what }),
            Kind::Course(_)
            | Kind::Observation(_)
            | Kind::Note(_)
            | Kind::Change(_)
            | Kind::Void(_)
            | Kind::Unreadable { .. }
            | Kind::Unknown(_) => {}
        }
    }

    /// A result goes to the others of its test.
    fn take_result(&mut self, fact: Fact<'a, &'a Observation>, rules: &'a Rules) -> Result<(), Box<CannotAssess>> {
        let Fact { entry, at, what: observation } = fact;
        let place = self.results.iter().position(|results| results.name == &*observation.test);
        let test = match place.and_then(|place| self.results.get(place)) {
            Some(results) => Some(results.test),
            None => rules.tests().get(&observation.test),
        };
        let value = content::value(entry, observation, test, rules)?;
        let fact = Fact { entry, at, what: Measured { observation, value } };
        match (place.and_then(|place| self.results.get_mut(place)), test) {
            (Some(results), _) => results.facts.push(fact),
            (None, Some(test)) => {
                let mut facts = Vec::with_capacity(self.patient.entries.len().min(MANY));
                facts.push(fact);
                self.results.push(Results { test, name: &observation.test, facts });
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Puts every list in order: the same fold whatever the order of the file.
    fn sort(&mut self) {
        fn by_time<T>(facts: &mut [Fact<'_, T>]) {
            // Most stand in the order of time already, and no two at the same.
            if !facts.is_sorted_by(|a, b| a.at.order(&b.at).is_lt()) {
                facts.sort_by(Fact::in_order);
            }
        }
        by_time(&mut self.courses);
        by_time(&mut self.doses);
        by_time(&mut self.breaks);
        by_time(&mut self.resumes);
        self.results.iter_mut().for_each(|results| by_time(&mut results.facts));
        by_time(&mut self.checklists);
        by_time(&mut self.medicines);
        by_time(&mut self.samples);
        by_time(&mut self.supplies);
        by_time(&mut self.acknowledgements);
        by_time(&mut self.changes);
        self.cannot_assess.sort_by(|a, b| (&a.entry, a.code, &a.why).cmp(&(&b.entry, b.code, &b.why)));
    }

    /// Results of one test, in order of time.
    pub fn of_test(&self, test: &str) -> &[Fact<'a, Measured<'a>>] {
        self.results.iter().find(|results| results.name == test).map_or(&[], |results| &results.facts)
    }

    /// Completed checklists of one list, in order of time.
    pub fn of_list(&self, list: &str) -> impl DoubleEndedIterator<Item = &Fact<'a, &'a Checklist>> {
        self.checklists.iter().filter(move |fact| &*fact.what.list == list)
    }

    /// The moment as a stamp.
    pub fn now(&self) -> Stamp {
        self.calendar.now()
    }

    /// The moment's day on the ward.
    pub fn today(&self) -> NaiveDate {
        self.calendar.today
    }
}

/// Every rise and fall of the dose of a day.
fn dose_changes(doses: &[Fact<'_, &Dose>]) -> Vec<DoseChange> {
    let mut days: Vec<(NaiveDate, Decimal)> = Vec::new();
    for dose in doses {
        let Some(total) = dose.what.total_mg() else { continue };
        match days.last_mut() {
            Some(day) if day.0 == dose.at.date => day.1 = total,
            _ => days.push((dose.at.date, total)),
        }
    }
    let mut before = None;
    let mut changes = Vec::new();
    for (date, after) in days {
        if before != Some(after) {
            changes.push(DoseChange { date, before, after });
        }
        before = Some(after);
    }
    changes
}

/// Whether an entry had been recorded by the moment; a hand-written one without `recorded` is taken as known.
pub(super) fn was_known(entry: &Entry, moment: &Moment) -> bool {
    entry.recorded.as_ref().is_none_or(|recorded| recorded.at.to_utc() <= moment.at)
}
