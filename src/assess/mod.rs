//! A ward + rules + a moment -> what is due, what is flagged, who comes first.
//!
//! Pure functions, fast enough to call after every key: [`ward`] for everybody, [`patient`] for one. What is not
//! recorded is a due or overdue task, never a flag and never normal.
//!
//! The way of a patient through the room: `known` sorts out what the rules may read at the moment; `treatment` finds
//! courses, breaks and doses; `samples` groups results into blood samples, `judge` puts each in a band, `follow_up` and
//! `schedule` say when the next is due, `blood` takes the tightest; `*_flags` find what somebody must know, `flags` gives
//! them their life; `tasks` says what else is due.
mod blood;
mod calendar;
mod checklist_flags;
mod content;
mod count_flags;
mod detail;
mod dose_flags;
mod flags;
mod follow_up;
mod infection;
mod judge;
mod known;
mod level_flags;
mod levels;
mod measure_flags;
mod outcome;
mod refusal;
mod samples;
mod schedule;
mod slot_tasks;
mod stamp;
mod status;
mod syndrome_flags;
mod tasks;
mod titration_flags;
mod treatment;
mod urgency;
mod why;

pub use content::{content_faults, recorded_ahead};
pub use detail::{CountDetail, Detail, detail};
pub use outcome::{
    Acknowledged, AncBand, Assessment, BloodCount, CannotAssess, Counts, DoseNow, Due, DueStatus, Flag, FlagKind,
    LastBlood, LevelNow, Severity, State, Task, WardAssessment,
};
pub use refusal::{doubt, refusal};
pub use titration_flags::DoseDay;
pub use urgency::by_urgency;
pub use why::{Slot, Why};

use blood::{Blood, Clock};
use calendar::Calendar;
use known::Known;
use status::History;
use treatment::Treatment;

use crate::rules::Rules;
use crate::ward::{Moment, Patient, Ward};

/// Assesses everybody on the ward, most urgent first. Patients who are not active are left out.
pub fn ward(ward: &Ward, rules: &Rules, moment: &Moment) -> WardAssessment {
    let active: Vec<&Patient> = ward.patients.iter().filter(|one| one.fields.active).collect();
    let mut patients = Vec::with_capacity(active.len());
    patients.extend(each(ward, rules, moment));
    urgency::most_urgent_first(&active, &mut patients);
    WardAssessment { counts: Counts::of(&patients), patients }
}

/// Assesses one active patient of the ward after the other, in the order of the ward, as they are asked for.
pub fn each(ward: &Ward, rules: &Rules, moment: &Moment) -> impl Iterator<Item = Assessment> {
    let calendar = Calendar::new(moment);
    let active = ward.patients.iter().filter(|one| one.fields.active);
    active.map(move |one| of(&Known::new(one, rules, &calendar), rules))
}

/// Assesses one patient.
pub fn patient(patient: &Patient, rules: &Rules, moment: &Moment) -> Assessment {
    of(&Known::new(patient, rules, &Calendar::new(moment)), rules)
}

/// Every blood count of a patient that the rules read, oldest first, each with its band.
pub fn counts(patient: &Patient, rules: &Rules, moment: &Moment) -> Vec<BloodCount> {
    let calendar = Calendar::new(moment);
    let known = Known::new(patient, rules, &calendar);
    let samples = samples::samples(&known);
    Blood::new(&samples, History::new(&known, rules)).counts()
}

/// Assesses one patient as if a protocol had been theirs all along: what another one would say. Changes of protocol are
/// not read; everything else is.
pub fn under(patient: &Patient, protocol: &str, rules: &Rules, moment: &Moment) -> Assessment {
    of(&Known::new(patient, rules, &Calendar::new(moment)).under(protocol), rules)
}

fn of(known: &Known<'_>, rules: &Rules) -> Assessment {
    let treatment = Treatment::new(known);
    let history = History::new(known, rules);
    let samples = samples::samples(known);
    let blood = Blood::new(&samples, history);
    let protocol = history.protocol(&known.now());

    let clock = Clock { known, treatment: &treatment, history, rules, blood: &blood };
    let mut due: Vec<Due> = clock.due().into_iter().collect();
    due.extend(tasks::due(known, &treatment, rules));
    due.extend(slot_tasks::due(known, &treatment, rules));
    due.sort_by_key(|due| due.task);
    // Of thousands of patients, the room that the list grew into is as large as what stands in it.
    due.shrink_to_fit();

    let candidates: Vec<_> = [
        count_flags::bands(&blood, rules),
        count_flags::awaited(known, rules),
        infection::flags(known, &treatment, rules, &samples),
        dose_flags::breaks(known, &treatment, protocol, rules),
        dose_flags::doses(known, &treatment, rules),
        checklist_flags::flags(known, &treatment, rules),
        titration_flags::flags(known, &treatment, rules),
        measure_flags::flags(known, &treatment, rules),
        level_flags::flags(known, &treatment, rules),
        syndrome_flags::flags(known, &treatment, rules),
    ]
    .into_iter()
    .flatten()
    .collect();
    let settled = flags::settle(&candidates, known);

    let mut cannot_assess = without_protocol(history, known).into_iter().collect::<Vec<_>>();
    cannot_assess.extend(unknown_regimen(&treatment, rules));
    cannot_assess.extend(blood::impossible(&samples));
    cannot_assess.extend(measure_flags::without_upper_limit(known, rules));
    cannot_assess.extend(known.cannot_assess.iter().cloned());

    let today = known.today();
    let mut assessment = Assessment {
        patient: known.patient.id.clone(),
        state: treatment.state,
        treatment_day: treatment.treatment_day(today),
        titration_day: treatment.titration_day(today),
        severity: settled.severity,
        anc_band: protocol.and_then(|_| blood.newest_band()),
        newest: blood.newest(),
        dose: treatment::dose_now(known)
            .map(|dose| DoseNow { at_most_mg: titration_flags::at_most_today(known, &treatment, rules), ..dose }),
        in_titration: treatment.in_titration(known, rules.checks()),
        hours_since_dose: treatment.hours_since_dose(known),
        level: levels::newest(known, rules).map(Box::new),
        due,
        flags: settled.shown,
        cannot_assess,
    };
    if assessment.needs_something() {
        assessment.severity = assessment.severity.max(Severity::Notice);
    }
    assessment
}

/// A regimen that nobody knows sets no limits, and that is said.
fn unknown_regimen(treatment: &Treatment<'_>, rules: &Rules) -> Option<CannotAssess> {
    let course = treatment.course.filter(|_| treatment.is_on_clozapine())?;
    let id = course.what.regimen.as_deref()?;
    rules.regimen(id).is_none().then(|| CannotAssess {
        code: "unknown-regimen",
        why: "the regimen of the course is not one that this program knows: its steps are not assessed".to_owned(),
        entry: Some(course.entry.id.clone()),
    })
}

/// Without a protocol nothing is assessed by one, and that is said.
fn without_protocol(history: History<'_, '_>, known: &Known<'_>) -> Option<CannotAssess> {
    let now = known.now();
    if history.protocol(&now).is_some() {
        return None;
    }
    let (code, why) = match history.protocol_id(&now) {
        None => ("no-protocol", "no protocol chosen"),
        Some(_) => ("unknown-protocol", "the protocol is not one that this program knows"),
    };
    Some(CannotAssess { code, why: why.to_owned(), entry: None })
}
