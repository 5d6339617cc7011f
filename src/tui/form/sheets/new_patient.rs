//! A new patient: who they are and under which rules they are monitored. Nothing that decides a date has a default.
use super::super::field::Field;
use super::super::rulebook;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use super::course;
use crate::safe::Charset;
use crate::ward::{Ben, Identifier, Name, NhsNumber, Patient, PatientFields, Reason, Service, Setting, Sex};
use crate::words;

/// The choice of no protocol: said in so many words, so that it is never an oversight.
const NO_PROTOCOL: &str = "";

pub(super) fn options<T: Copy>(
    all: &[T],
    word: fn(T) -> &'static str,
    shown: fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.iter().map(|item| (word(*item).to_owned(), shown(*item).to_owned())).collect()
}

pub(super) fn fields(scene: &Scene) -> Vec<Field> {
    let mut protocols = rulebook::protocols(scene.ctx.rules);
    protocols.push((NO_PROTOCOL.to_owned(), "none yet: nothing can be assessed".to_owned()));
    vec![
        Field::text("family", "Family name").required(),
        Field::text("given", "Given name").required(),
        Field::when("born", "Born", WhenRule::BORN).asked(),
        Field::choice("sex", "Sex", options(Sex::ALL, Sex::as_str, sex)).asked(),
        Field::nhs_number("nhs", "NHS number").asked(),
        Field::text("bed", "Bed").asked(),
        Field::choice("protocol", "Protocol", protocols).required(),
        Field::choice("service", "Monitoring service", options(Service::ALL, Service::as_str, words::service_name))
            .asked(),
        Field::choice("ben", "Benign neutropenia", options(Ben::ALL, Ben::as_str, Ben::as_str))
            .chosen(Ben::No.as_str()),
        Field::choice("setting", "Treated as", options(Setting::ALL, Setting::as_str, Setting::as_str))
            .chosen(Setting::Inpatient.as_str()),
        Field::when("started", "Clozapine started", course::DAY).asked(),
        course::regimen(scene),
    ]
}

pub(super) fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "Female",
        Sex::Male => "Male",
        Sex::Other => "Other",
        Sex::Unknown => "Not known",
    }
}

pub(super) fn is_hidden(field: &str, scene: &Scene, values: &Values) -> bool {
    match field {
        "service" => !values.choice("protocol").is_some_and(|id| rulebook::has_services(scene.ctx.rules, id)),
        "regimen" => values.when("started").is_none(),
        _ => false,
    }
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let patient = patient(values)?;
    let number = patient.identifiers.first().and_then(Identifier::nhs_number);
    if let Some(other) = number.and_then(|number| same_number(scene, number)) {
        return Err(Problem::new("nhs", format!("{} has this NHS number already", rulebook::name(other))));
    }
    let mut draft = Draft::default();
    read_back(&mut draft, &patient, values);
    if let Some(at) = values.when("started") {
        draft.line("Clozapine started", words::when(&at, scene.moment().zone));
        course::add_start(&mut draft, values, at, Reason::Initiation, false);
    }
    if patient.protocol.is_none() {
        draft.cautions.push("without a protocol nothing can be assessed".to_owned());
    }
    if let Some(other) = same_name(scene, &patient) {
        draft
            .cautions
            .push(format!("the ward has somebody of that name: {}", rulebook::identity(other, scene.moment())));
    }
    draft.patient = Some(patient);
    Ok(draft)
}

fn patient(values: &Values) -> Result<PatientFields, Problem> {
    let name = |id| values.text(id).map(Into::into).ok_or_else(|| Problem::new(id, "has to be typed"));
    let nhs_number = values.text("nhs").map(|value| Identifier { system: "nhs-number".into(), value: value.into() });
    Ok(PatientFields {
        name: Name { family: name("family")?, given: name("given")? },
        born: values.day("born"),
        sex: values.choice("sex").and_then(Sex::parse).unwrap_or(Sex::Unknown),
        identifiers: nhs_number.into_iter().collect(),
        bed: values.text("bed").map(Into::into),
        protocol: values.choice("protocol").filter(|id| *id != NO_PROTOCOL).map(Into::into),
        service: values.choice("service").and_then(Service::parse),
        ben: values.choice("ben").and_then(Ben::parse).unwrap_or(Ben::No),
        setting: values.choice("setting").and_then(Setting::parse).unwrap_or(Setting::Inpatient),
        ..PatientFields::default()
    })
}

fn same_number<'a>(scene: &Scene<'a>, number: NhsNumber) -> Option<&'a Patient> {
    let has = |patient: &&Patient| patient.fields.identifiers.iter().any(|id| id.nhs_number() == Some(number));
    scene.ctx.ward.patients.iter().filter(|patient| patient.fields.active).find(has)
}

fn same_name<'a>(scene: &Scene<'a>, fields: &PatientFields) -> Option<&'a Patient> {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    scene.ctx.ward.patients.iter().find(|other| same(&other.fields.name.family, &fields.name.family))
}

fn read_back(draft: &mut Draft, patient: &PatientFields, values: &Values) {
    let absent = || words::NOT_RECORDED.to_owned();
    let nhs_number = patient.identifiers.first().and_then(Identifier::nhs_number);
    draft.line("Name", words::name(&patient.name, Charset::Unicode));
    draft.line("Born", patient.born.map_or_else(absent, words::date));
    draft.line("Sex", if values.choice("sex").is_some() { sex(patient.sex) } else { words::NOT_RECORDED });
    draft.line("NHS number", nhs_number.map_or_else(absent, |number| number.to_string()));
    draft.line("Bed", patient.bed.as_deref().map_or_else(absent, safe));
    draft
        .line("Protocol", patient.protocol.as_deref().map_or_else(|| "none: nothing can be assessed".to_owned(), safe));
    if let Some(known) = patient.service {
        draft.line("Service", words::service_name(known));
    }
    draft.line("Benign neutropenia", patient.ben.as_str());
    draft.line("Treated as", patient.setting.as_str());
}
