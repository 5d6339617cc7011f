//! What was written down: a ward, its patients and their entries, exactly as the file has them.
//!
//! This room knows the shape of the format `wardround/1` and nothing of its meaning: it reads
//! strictly ([`read`]), keeps every unknown field and every digit, and writes back what it read
//! ([`write`]). What a value means clinically is for `rules` and `assess`.
mod entry;
mod id;
mod patient;
pub mod read;
mod time;
mod value;
pub mod write;

pub use entry::{
    Acknowledgement, Answer, Break, Change, Checklist, Course, CourseEvent, Dose, Entry, Kind, Medicine, MedicineEvent,
    Observation, ObservationStatus, Outcome, Reason, Recorded, Sample, Supply, Void,
};
pub use id::{EntryId, NhsNumber, PatientId};
pub use patient::{Ben, Identifier, Name, Patient, PatientFields, Service, Setting, Sex, StepDown};
pub use time::{Moment, NoSuchTime, When, WhenError};
pub use value::{Comparator, Number, NumberError};

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
    pub patients: Vec<Patient>,
    /// The raw fields of the `ward` object, in file order, for writing back.
    pub(crate) ward_fields: write::Fields,
    /// Unknown fields of the top level, in file order, for writing back.
    pub(crate) other_fields: write::Fields,
}

impl Ward {
    /// The patient with this id.
    pub fn patient(&self, id: &PatientId) -> Option<&Patient> {
        self.patients.iter().find(|p| &p.id == id)
    }
}
