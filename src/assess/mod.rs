//! A ward + rules + a moment -> what is due, what is flagged, who comes first.
//!
//! Pure functions, fast enough to call after every key: [`ward`] for everybody, [`patient`] for one. What is not
//! recorded is a due or overdue task, never a flag and never normal.
mod outcome;

pub use outcome::{
    Acknowledged, AncBand, Assessment, BloodCount, CannotAssess, Counts, DoseNow, Due, DueStatus, Flag, FlagKind,
    Severity, State, Task, WardAssessment,
};

use crate::rules::Rules;
use crate::ward::{Moment, Patient, Ward};

/// Assesses everybody on the ward, most urgent first. Patients who are not active are left out.
pub fn ward(ward: &Ward, rules: &Rules, moment: &Moment) -> WardAssessment {
    let _ = (ward, rules, moment);
    WardAssessment { patients: Vec::new(), counts: Counts::default() }
}

/// Assesses one patient.
pub fn patient(patient: &Patient, rules: &Rules, moment: &Moment) -> Assessment {
    let _ = (rules, moment);
    Assessment {
        patient: patient.id.clone(),
        state: State::NotStarted,
        treatment_day: None,
        titration_day: None,
        severity: Severity::Ok,
        anc_band: None,
        counts: Vec::new(),
        dose: None,
        in_titration: false,
        hours_since_dose: None,
        due: Vec::new(),
        flags: Vec::new(),
        cannot_assess: Vec::new(),
    }
}
