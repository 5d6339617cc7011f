//! What the rules may read of a patient at a moment: what was known then, was not voided, and can be read.
//!
//! Everything else becomes a [`CannotAssess`], or is not in force yet.
use rust_decimal::Decimal;

use super::content::{self, Read};
use super::outcome::CannotAssess;
use super::stamp::Stamp;
use crate::rules::Rules;
use crate::ward::{
    Acknowledgement, Break, Change, Checklist, Comparator, Course, Dose, Entry, Kind, Medicine, Moment, Observation,
    Patient, Sample, Supply, voided,
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
    pub fn can_be_under(&self, threshold: Decimal) -> bool {
        match self.observation.comparator {
            None | Some(Comparator::Greater) => self.value < threshold,
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
            None => self.value >= threshold,
            Some(Comparator::Less) => self.value > threshold,
            Some(Comparator::Greater) => true,
        }
    }

    /// The number as it was typed, with its comparator.
    pub fn shown(&self) -> String {
        let comparator = self.observation.comparator.map_or("", Comparator::as_str);
        format!("{comparator}{}", self.observation.value)
    }
}

/// Everything that the rules may read of one patient at one moment. Each list is in order of time.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub patient: &'a Patient,
    /// The protocol chosen today.
    pub protocol: Option<&'a str>,
    pub moment: Moment,
    pub courses: Vec<Fact<'a, &'a Course>>,
    pub doses: Vec<Fact<'a, &'a Dose>>,
    pub breaks: Vec<Fact<'a, &'a Break>>,
    pub resumes: Vec<Fact<'a, ()>>,
    pub observations: Vec<Fact<'a, Measured<'a>>>,
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

impl<'a> Known<'a> {
    /// Sorts a patient's entries into what the rules may read and what they may not.
    pub fn new(patient: &'a Patient, rules: &Rules, moment: &Moment) -> Self {
        let mut known = Self {
            patient,
            protocol: patient.fields.protocol.as_deref(),
            moment: *moment,
            courses: Vec::new(),
            doses: Vec::new(),
            breaks: Vec::new(),
            resumes: Vec::new(),
            observations: Vec::new(),
            checklists: Vec::new(),
            medicines: Vec::new(),
            samples: Vec::new(),
            supplies: Vec::new(),
            acknowledgements: Vec::new(),
            changes: Vec::new(),
            cannot_assess: patient.faults.iter().map(content::of_patient).collect(),
        };
        let voided = voided(patient.entries.iter().filter(|entry| was_known(entry, moment)));
        for entry in &patient.entries {
            if voided.contains_key(&entry.id) {
                continue;
            }
            if was_known(entry, moment) {
                match content::read(entry, rules, moment) {
                    Err(fault) => known.cannot_assess.push(fault),
                    Ok(read) => known.take(entry, read, rules, true),
                }
            } else if matches!(entry.kind, Kind::Change(_)) {
                let at = entry.at.as_ref().and_then(|at| Stamp::new(at, moment.zone).ok());
                known.take(entry, Read { at, value: None }, rules, false);
            }
        }
        known.sort();
        known
    }

    /// As if a protocol had been this patient's all along: changes of it are not read.
    pub fn under(mut self, protocol: &'a str) -> Self {
        self.protocol = Some(protocol);
        self.changes.retain(|change| &*change.what.change.field != "protocol");
        self
    }

    fn take(&mut self, entry: &'a Entry, read: Read, rules: &Rules, was_known: bool) {
        let Some(at) = read.at else { return };
        if let Kind::Change(change) = &entry.kind {
            self.changes.push(Fact { entry, at, what: Made { change, known: was_known } });
            return;
        }
        match &entry.kind {
            Kind::Course(what) => self.courses.push(Fact { entry, at, what }),
            // A plan is not in force yet.
            _ if at.later_than(&Stamp::of(&self.moment)) => {}
            Kind::Dose(what) => self.doses.push(Fact { entry, at, what }),
            Kind::Break(what) => self.breaks.push(Fact { entry, at, what }),
            Kind::Resume => self.resumes.push(Fact { entry, at, what: () }),
            Kind::Observation(observation) => {
                if let Some(value) = read.value {
                    self.observations.push(Fact { entry, at, what: Measured { observation, value } });
                }
            }
            Kind::Checklist(what) => {
                self.cannot_assess.extend(content::unread_answers(entry, what, rules));
                self.checklists.push(Fact { entry, at, what });
            }
            Kind::Medicine(what) => self.medicines.push(Fact { entry, at, what }),
            Kind::Sample(what) => self.samples.push(Fact { entry, at, what }),
            Kind::Acknowledge(what) => self.acknowledgements.push(Fact { entry, at, what }),
            Kind::Supply(what) => self.supplies.push(Fact { entry, at, what }),
            Kind::Note(_) | Kind::Change(_) | Kind::Void(_) | Kind::Unreadable { .. } | Kind::Unknown(_) => {}
        }
    }

    /// By time, then by when it was typed, then by id: the same fold whatever the order of the file.
    fn sort(&mut self) {
        fn by_time<T>(facts: &mut [Fact<'_, T>]) {
            facts.sort_by(|a, b| {
                let recorded = |f: &Fact<'_, T>| f.entry.recorded.as_ref().map(|r| r.at);
                a.at.order(&b.at).then_with(|| recorded(a).cmp(&recorded(b))).then_with(|| a.entry.id.cmp(&b.entry.id))
            });
        }
        by_time(&mut self.courses);
        by_time(&mut self.doses);
        by_time(&mut self.breaks);
        by_time(&mut self.resumes);
        by_time(&mut self.observations);
        by_time(&mut self.checklists);
        by_time(&mut self.medicines);
        by_time(&mut self.samples);
        by_time(&mut self.supplies);
        by_time(&mut self.acknowledgements);
        by_time(&mut self.changes);
        self.cannot_assess.sort_by(|a, b| (&a.entry, a.code, &a.why).cmp(&(&b.entry, b.code, &b.why)));
    }

    /// Observations of one test, in order of time.
    pub fn of_test(&self, test: &str) -> impl Iterator<Item = &Fact<'a, Measured<'a>>> {
        self.observations.iter().filter(move |fact| &*fact.what.observation.test == test)
    }

    /// Completed checklists of one list, in order of time.
    pub fn of_list(&self, list: &str) -> impl DoubleEndedIterator<Item = &Fact<'a, &'a Checklist>> {
        self.checklists.iter().filter(move |fact| &*fact.what.list == list)
    }

    /// The moment as a stamp.
    pub fn now(&self) -> Stamp {
        Stamp::of(&self.moment)
    }
}

/// Whether an entry had been recorded by the moment; a hand-written one without `recorded` is taken as known.
pub(super) fn was_known(entry: &Entry, moment: &Moment) -> bool {
    entry.recorded.as_ref().is_none_or(|recorded| recorded.at.to_utc() <= moment.at)
}
