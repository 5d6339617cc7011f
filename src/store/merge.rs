//! Union: facts that a ward lacks are added, by id; what is there already is never changed.
use std::collections::HashMap;

use super::conflict::Fact;
use super::outcome::Refusal;
use crate::ward::{Entry, PatientId, Ward};

/// What is to be done with one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The ward lacks it.
    New,
    /// It is there, with the same content.
    Known,
    /// Its id is there, with other content.
    OtherContent,
    /// Its id is that of an entry of another patient.
    OtherPatient,
    /// There is no such patient.
    NoSuchPatient,
}

impl Verdict {
    /// Why a fact cannot be saved; `None` if it can.
    pub fn refusal(self) -> Option<Refusal> {
        match self {
            Self::New | Self::Known => None,
            Self::OtherContent => Some(Refusal::OtherContent),
            Self::OtherPatient => Some(Refusal::OtherPatient),
            Self::NoSuchPatient => Some(Refusal::NoSuchPatient),
        }
    }
}

/// The patients and entries of a ward by their ids.
pub(super) struct Index<'a> {
    ward: &'a Ward,
    patients: HashMap<&'a str, usize>,
    entries: HashMap<&'a str, (&'a PatientId, &'a Entry)>,
}

impl<'a> Index<'a> {
    pub fn of(ward: &'a Ward) -> Self {
        let patients = ward.patients.iter().enumerate().map(|(at, patient)| (patient.id.as_str(), at)).collect();
        let entries = ward
            .patients
            .iter()
            .flat_map(|patient| patient.entries.iter().map(|entry| (entry.id.as_str(), (&patient.id, entry))))
            .collect();
        Self { ward, patients, entries }
    }

    /// The entry with this id and the patient whose it is.
    pub fn entry(&self, id: &str) -> Option<(&'a PatientId, &'a Entry)> {
        self.entries.get(id).copied()
    }

    /// What each of these facts is to the ward and to the facts before it.
    pub fn judge(&mut self, facts: &'a [Fact]) -> Vec<Verdict> {
        let mut added: HashMap<&str, &'a Fact> = HashMap::new();
        facts
            .iter()
            .map(|fact| {
                let verdict = self.verdict(fact, &added);
                if verdict == Verdict::New {
                    match fact {
                        Fact::Patient(patient) => {
                            added.insert(patient.id.as_str(), fact);
                            self.note(&patient.id, &patient.entries);
                        }
                        Fact::Entry { patient, entry } => self.note(patient, std::slice::from_ref(entry)),
                    }
                }
                verdict
            })
            .collect()
    }

    fn note(&mut self, patient: &'a PatientId, entries: &'a [Entry]) {
        self.entries.extend(entries.iter().map(|entry| (entry.id.as_str(), (patient, entry))));
    }

    fn verdict(&self, fact: &Fact, added: &HashMap<&str, &Fact>) -> Verdict {
        match fact {
            Fact::Entry { patient, entry } => {
                let there = self.patients.contains_key(patient.as_str()) || added.contains_key(patient.as_str());
                if there { self.entry_verdict(patient, entry) } else { Verdict::NoSuchPatient }
            }
            Fact::Patient(patient) => {
                let known = match (self.patients.get(patient.id.as_str()), added.get(patient.id.as_str())) {
                    (Some(at), _) => self.ward.patients.get(*at),
                    (None, Some(Fact::Patient(earlier))) => Some(earlier),
                    _ => None,
                };
                let of_entries = |otherwise| {
                    let mut verdicts = patient.entries.iter().map(|entry| self.entry_verdict(&patient.id, entry));
                    verdicts.find(|verdict| *verdict != otherwise)
                };
                match known {
                    Some(known) if !known.same_fields(patient) => Verdict::OtherContent,
                    Some(_) => of_entries(Verdict::Known).map_or(Verdict::Known, |_| Verdict::OtherContent),
                    None => of_entries(Verdict::New).unwrap_or(Verdict::New),
                }
            }
        }
    }

    fn entry_verdict(&self, patient: &PatientId, entry: &Entry) -> Verdict {
        match self.entry(entry.id.as_str()) {
            None => Verdict::New,
            Some((owner, _)) if owner != patient => Verdict::OtherPatient,
            Some((_, known)) if known.same_content(entry) => Verdict::Known,
            Some(_) => Verdict::OtherContent,
        }
    }
}

/// Adds what was judged new.
pub(super) fn add(ward: &mut Ward, facts: impl IntoIterator<Item = Fact>) {
    let mut places: HashMap<PatientId, usize> = HashMap::new();
    for fact in facts {
        match fact {
            Fact::Patient(patient) => ward.patients.push(patient),
            Fact::Entry { patient, entry } => {
                let place =
                    places.get(&patient).copied().or_else(|| ward.patients.iter().position(|p| p.id == patient));
                if let Some((place, owner)) = place.and_then(|at| ward.patients.get_mut(at).map(|owner| (at, owner))) {
                    owner.add(entry);
                    places.insert(patient, place);
                }
            }
        }
    }
}
