//! What was written down: a ward, its patients and their entries, exactly as the file has them.
//!
//! This room knows the shape of the format `wardround/1` and nothing of its meaning: it reads
//! strictly ([`read`]), keeps every unknown field and every digit, and writes back what it read
//! ([`write`]). What a value means clinically is for `rules` and `assess`.
mod entry;
mod fault;
mod id;
mod json;
mod order;
mod patient;
mod patients;
pub mod read;
mod text;
mod time;
mod value;
mod voids;
pub mod write;

pub use entry::{
    Acknowledgement, Answer, Break, Change, Checklist, Course, CourseEvent, Details, Dose, Entry, Kind, Medicine,
    MedicineEvent, Observation, ObservationStatus, Outcome, Reason, Recorded, Sample, Supply, Void,
};
pub use id::{EntryId, NhsNumber, PatientId};
pub use order::{BedOrder, natural};
pub use patient::{Ben, Identifier, Name, Patient, PatientFields, Service, Setting, Sex, StepDown};
pub use patients::Patients;
pub use text::Text;
pub use time::{Apart, Moment, NoSuchTime, When, WhenError};
pub use value::{Comparator, Number, NumberError, compare};
pub use voids::voided;

/// A whole ward file (`wardround/1`): who is on the ward and everything recorded of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Ward {
    /// The ward's name, shown in every header.
    pub name: String,
    /// The hospital or site.
    pub site: Option<String>,
    /// The zone of all calendar dates in the file; absent: the host's zone, passed in by the caller.
    pub time_zone: Option<chrono_tz::Tz>,
    /// The store's own mark: which ward this file is a copy of.
    pub lineage: Option<String>,
    /// The store's own count of saves.
    pub revision: u64,
    /// Everybody in the file, in file order.
    pub patients: Patients,
    /// The raw fields of the `ward` object, in file order, for writing back.
    pub(crate) own_fields: text::Fields,
    /// Unknown fields of the top level, in file order, for writing back.
    pub(crate) other_fields: text::Fields,
}

/// What became of a fact that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is in the ward now.
    Added,
    /// It was there before, with the same content.
    AlreadyThere,
    /// Its id was there before, with other content: nothing was added.
    Conflict,
    /// There is no such patient: nothing was added.
    NoSuchPatient,
}

impl Ward {
    /// A ward without patients.
    pub fn new(name: &str, site: Option<&str>, time_zone: Option<chrono_tz::Tz>) -> Self {
        Self {
            name: name.to_owned(),
            site: site.map(str::to_owned),
            time_zone,
            lineage: None,
            revision: 0,
            patients: Patients::default(),
            own_fields: write::ward_fields(name, site, time_zone),
            other_fields: text::Fields::default(),
        }
    }

    /// Whether anybody on the ward has a bed: on a clinic nobody has, and nobody misses one.
    pub fn has_beds(&self) -> bool {
        self.patients.iter().any(|patient| patient.fields.active && patient.fields.bed.is_some())
    }

    /// Whether an entry is of a kind that this version does not know: a newer one wrote it, and the ward must not be
    /// written to.
    pub fn has_unknown_kinds(&self) -> bool {
        self.entries().any(|(_, entry)| matches!(entry.kind, Kind::Unknown(_)))
    }

    /// Every entry of every patient.
    pub fn entries(&self) -> impl Iterator<Item = (&Patient, &Entry)> {
        self.patients.iter().flat_map(|patient| patient.entries.iter().map(move |entry| (patient, entry)))
    }

    /// Adds a patient, unless their id is there. Entries of a patient who is there are not looked at: add them one
    /// by one.
    pub fn add_patient(&mut self, patient: Patient) -> Added {
        match self.patient(&patient.id) {
            Some(known) if known.same_fields(&patient) => Added::AlreadyThere,
            Some(_) => Added::Conflict,
            None => {
                self.patients.push(patient);
                Added::Added
            }
        }
    }

    /// Adds an entry, unless its id is there. An id is unique in the whole file: the same one with other content, at
    /// whichever patient, is a conflict.
    pub fn add_entry(&mut self, patient: &PatientId, entry: Entry) -> Added {
        let known = self.patient(patient).map(|patient| patient.entry(&entry.id));
        match known {
            None => return Added::NoSuchPatient,
            Some(Some(known)) if known.same_content(&entry) => return Added::AlreadyThere,
            Some(Some(_)) => return Added::Conflict,
            Some(None) => {}
        }
        if self.entries().any(|(_, other)| other.id == entry.id && !other.same_content(&entry)) {
            return Added::Conflict;
        }
        if let Some(patient) = self.patients.iter_mut().find(|known| &known.id == patient) {
            patient.add(entry);
        }
        Added::Added
    }

    /// The patient with this id.
    pub fn patient(&self, id: &PatientId) -> Option<&Patient> {
        self.patients.iter().find(|p| &p.id == id)
    }
}
