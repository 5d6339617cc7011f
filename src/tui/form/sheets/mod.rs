//! The forms, one file each: their fields, and what they would save.
mod acknowledge;
pub(super) mod blood;
pub(super) mod checklist;
mod course;
mod dose;
pub(super) mod edit;
mod gap;
mod medicine;
mod new_patient;
mod note;
pub(super) mod person;
mod results;
pub(super) mod sample;
mod supply;
mod undo;
pub(super) mod vitals;
mod void;

use super::context::FormKind;
use super::field::Field;
use super::sheet::{Draft, Problem, Scene, Values};

/// The field of a typed line.
pub(super) const LINE: &str = "line";

/// The form's name.
pub(super) fn title(scene: &Scene) -> String {
    match scene.kind {
        FormKind::BloodCount => "Blood count".to_owned(),
        FormKind::SampleTaken => "Blood taken, or not to be had".to_owned(),
        FormKind::Dose => "Prescribed dose".to_owned(),
        FormKind::Break => "Doses missed".to_owned(),
        FormKind::Resume => "Doses resumed".to_owned(),
        FormKind::VitalSigns => "Vital signs".to_owned(),
        FormKind::Results => "Results".to_owned(),
        FormKind::Supply => "Clozapine supplied".to_owned(),
        FormKind::Medicine => "Another medicine, or smoking".to_owned(),
        FormKind::Person => "The patient's own fields".to_owned(),
        FormKind::Line => "One line".to_owned(),
        FormKind::Checklist(list) => checklist::title(list, scene),
        FormKind::Acknowledge(_) | FormKind::Repeat(_) => "What was done".to_owned(),
        FormKind::Edit(_) => "Change an entry".to_owned(),
        FormKind::Undo(_) => "Take back".to_owned(),
        FormKind::Void(_) => "Void an entry".to_owned(),
        FormKind::NewPatient => "New patient".to_owned(),
        FormKind::Note => "Note".to_owned(),
        FormKind::Course => "Course of clozapine".to_owned(),
    }
}

/// The form's fields, and which of them has the keys first.
pub(super) fn fields(scene: &Scene) -> (Vec<Field>, &'static str) {
    match scene.kind {
        FormKind::BloodCount => (blood::fields(scene), "anc"),
        FormKind::SampleTaken => (sample::fields(), "outcome"),
        FormKind::Dose => (dose::fields(), "morning"),
        FormKind::Break => (gap::break_fields(), "last_dose"),
        FormKind::Resume => (gap::resume_fields(), "at"),
        FormKind::VitalSigns => (vitals::fields(scene), "pulse"),
        FormKind::Results => (results::fields(scene), "at"),
        FormKind::Supply => (supply::fields(), "days"),
        FormKind::Medicine => (medicine::fields(), "event"),
        FormKind::Person => (person::fields(scene), "bed"),
        FormKind::Line => (vec![Field::text(LINE, "Line")], LINE),
        FormKind::Checklist(list) => (checklist::fields(list, scene), ""),
        FormKind::Acknowledge(key) | FormKind::Repeat(key) => (acknowledge::fields(key, scene), "action"),
        FormKind::Edit(entry) => edit::fields(entry, scene),
        FormKind::Undo(_) => (undo::fields(), "reason"),
        FormKind::Void(_) => (void::fields(), "reason"),
        FormKind::NewPatient => (new_patient::fields(scene), "family"),
        FormKind::Note => (note::fields(), "text"),
        FormKind::Course => (course::fields(scene), "event"),
    }
}

/// Whether a field has no meaning with what is in the others.
pub(super) fn is_hidden(field: &str, scene: &Scene, values: &Values) -> bool {
    match scene.kind {
        FormKind::Course => course::is_hidden(field, values),
        FormKind::Edit(entry) => edit::is_hidden(entry, field, scene, values),
        FormKind::Acknowledge(_) | FormKind::Repeat(_) => acknowledge::is_hidden(field, values),
        FormKind::NewPatient => new_patient::is_hidden(field, scene, values),
        FormKind::Results => results::is_hidden(field, scene, values),
        FormKind::Person => person::is_hidden(field, scene, values),
        _ => false,
    }
}

/// What stands above the fields: the flag or the entry that the form is about.
pub(super) fn head(scene: &Scene) -> Vec<String> {
    match scene.kind {
        FormKind::Acknowledge(key) | FormKind::Repeat(key) => acknowledge::head(key, scene),
        FormKind::Edit(entry) => edit::head(entry, scene),
        FormKind::Undo(entries) => undo::head(entries, scene),
        FormKind::Void(entry) => void::head(entry, scene),
        FormKind::Dose => dose::head(scene),
        FormKind::Resume => gap::resume_head(scene),
        _ => Vec::new(),
    }
}

/// What follows from the fields and is shown below them while they are typed: a total, a gap.
pub(super) fn remark(scene: &Scene, values: &Values) -> Option<String> {
    match scene.kind {
        FormKind::Dose => dose::remark(values),
        FormKind::Resume => gap::resume_remark(scene, values),
        _ => None,
    }
}

/// What would be saved.
///
/// # Errors
/// The first reason that lies between fields, and the field that it is shown beside.
pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    match scene.kind {
        FormKind::BloodCount => blood::draft(scene, values),
        FormKind::SampleTaken => sample::draft(scene, values),
        FormKind::Dose => dose::draft(scene, values),
        FormKind::Break => gap::break_draft(scene, values),
        FormKind::Resume => gap::resume_draft(scene, values),
        FormKind::VitalSigns => vitals::draft(scene, values),
        FormKind::Results => results::draft(scene, values),
        FormKind::Supply => supply::draft(scene, values),
        FormKind::Medicine => medicine::draft(scene, values),
        FormKind::Person => person::draft(scene, values),
        // A line is read by `super::line`, as one of the others.
        FormKind::Line => Err(Problem::new(LINE, "nothing was typed")),
        FormKind::Checklist(list) => checklist::draft(list, scene, values),
        FormKind::Acknowledge(key) | FormKind::Repeat(key) => acknowledge::draft(key, scene, values),
        FormKind::Edit(entry) => edit::draft(entry, scene, values),
        FormKind::Undo(entries) => undo::draft(entries, scene, values),
        FormKind::Void(entry) => void::draft(entry, scene, values),
        FormKind::NewPatient => new_patient::draft(scene, values),
        FormKind::Note => note::draft(scene, values),
        FormKind::Course => course::draft(scene, values),
    }
}
