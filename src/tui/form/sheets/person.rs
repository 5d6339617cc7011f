//! A patient's own fields: bed, discharge and return, protocol, service, name, numbers. What was changed becomes
//! `change` entries, each with what the field held before: if somebody else has changed it since, that is asked.
use serde_json::{Map, Value as Json, json};

use super::super::field::Field;
use super::super::rulebook;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use super::new_patient::{options, sex};
use crate::safe::Charset;
use crate::ward::{Ben, Change, Kind, Patient, PatientFields, Service, Setting, Sex, StepDown, When};
use crate::words;

/// The file's fields with their names, in the order in which they are read back.
const FIELDS: [(&str, &str); 14] = [
    ("name", "Name"),
    ("born", "Born"),
    ("sex", "Sex"),
    ("identifiers", "Numbers"),
    ("bed", "Bed"),
    ("active", "On this ward"),
    ("setting", "Treated as"),
    ("protocol", "Protocol"),
    ("service", "Monitoring service"),
    ("ben", "Benign neutropenia"),
    ("baseline_anc", "Baseline ANC"),
    ("duffy_null", "Duffy-null"),
    ("smoker", "Smokes"),
    ("step_down_authorised", "Step-down authorised"),
];

/// The file's field in which a field of the form stands.
pub(in super::super) fn group(field: &str) -> &'static str {
    match field {
        "family" | "given" => "name",
        "nhs" | "mrn" => "identifiers",
        other => FIELDS.iter().find(|(id, _)| *id == other).map_or("", |(id, _)| id),
    }
}

/// What the file holds in each field, as JSON text.
pub(in super::super) fn base(patient: &Patient) -> Vec<(&'static str, Option<String>)> {
    FIELDS.iter().map(|(id, _)| (*id, patient.raw_field(id).map(str::to_owned))).collect()
}

pub(super) fn fields(scene: &Scene) -> Vec<Field> {
    let Some(patient) = scene.patient else { return Vec::new() };
    let mut all = treatment(&patient.fields, scene);
    all.extend(identity(&patient.fields));
    all
}

fn treatment(is: &PatientFields, scene: &Scene) -> Vec<Field> {
    let none = |words: &str| (String::new(), words.to_owned());
    let mut protocols = rulebook::protocols(scene.ctx.rules);
    protocols.push(none("none: nothing can be assessed"));
    let mut services = options(Service::ALL, Service::as_str, words::service_name);
    services.push(none("not recorded: the strictest of the three"));
    let mut steps = options(StepDown::ALL, StepDown::as_str, StepDown::as_str);
    steps.push(none("none"));
    let word = |word: Option<&'static str>| word.unwrap_or_default();
    let yes_no = |id, label, is: Option<bool>| {
        let field = Field::yes_no(id, label);
        is.map_or(field.clone(), |is| field.answered(is))
    };
    let mut all = vec![
        Field::text("bed", "Bed").holding(is.bed.as_deref().unwrap_or_default()),
        yes_no("active", "On this ward", Some(is.active)),
        Field::choice("setting", "Treated as", options(Setting::ALL, Setting::as_str, Setting::as_str))
            .chosen(is.setting.as_str()),
        Field::choice("protocol", "Protocol", protocols).chosen(is.protocol.as_deref().unwrap_or_default()),
        Field::choice("service", "Monitoring service", services).chosen(word(is.service.map(Service::as_str))),
        Field::choice("ben", "Benign neutropenia", options(Ben::ALL, Ben::as_str, Ben::as_str)).chosen(is.ben.as_str()),
    ];
    let baseline =
        Field::amount("anc", scene.ctx.rules.tests()).map(|field| field.called("baseline_anc", "Baseline ANC"));
    let known = is.baseline_anc.as_ref().map_or_else(Default::default, |number| number.written());
    all.extend(baseline.map(|field| field.holding(&known)));
    all.extend([
        yes_no("duffy_null", "Duffy-null", Some(is.duffy_null)),
        yes_no("smoker", "Smokes", is.smoker),
        Field::choice("step_down_authorised", "Step-down authorised", steps)
            .chosen(word(is.step_down_authorised.map(StepDown::as_str))),
    ]);
    all
}

fn identity(is: &PatientFields) -> Vec<Field> {
    let number = |system: &str| is.identifiers.iter().find(|one| &*one.system == system).map_or("", |one| &one.value);
    let born = is.born.map(words::date).unwrap_or_default();
    vec![
        Field::text("family", "Family name").holding(&is.name.family).required(),
        Field::text("given", "Given name").holding(&is.name.given).required(),
        Field::when("born", "Born", WhenRule::BORN).holding(&born),
        Field::choice("sex", "Sex", options(Sex::ALL, Sex::as_str, sex)).chosen(is.sex.as_str()),
        Field::nhs_number("nhs", "NHS number").holding(number("nhs-number")),
        Field::text("mrn", "Hospital number (MRN)").holding(number("mrn")),
    ]
    .into_iter()
    .map(Field::not_asked)
    .collect()
}

/// The service matters only where figures of the protocol depend on it.
pub(super) fn is_hidden(field: &str, scene: &Scene, values: &Values) -> bool {
    let chosen = || values.choice("protocol").or(scene.patient.and_then(|one| one.fields.protocol.as_deref()));
    field == "service" && !chosen().is_some_and(|id| rulebook::has_services(scene.ctx.rules, id))
}

pub(super) fn draft(scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let patient = scene.patient.ok_or_else(|| Problem::new("bed", "this patient is no longer in the file"))?;
    let mut draft = Draft::default();
    let at = Some(When::Instant(scene.moment().offset()));
    for (field, label) in FIELDS {
        let from = from(field, patient, scene);
        let Some(to) = to(field, from.as_deref(), values) else { continue };
        let before = said(field, &with(patient, field, from.as_deref(), scene).fields);
        let after = said(field, &with(patient, field, to.as_deref(), scene).fields);
        draft.line(label, format!("{after} (was {before})"));
        draft.cautions.extend(caution(field, to.as_deref()));
        let change = Change { field: field.into(), from: from.map(Into::into), to: to.map(Into::into) };
        draft.entry(at, Kind::Change(change));
    }
    if draft.entries.is_empty() {
        return Err(Problem::new("", "nothing was changed"));
    }
    Ok(draft)
}

/// What the field held when the form was opened.
fn from(field: &str, patient: &Patient, scene: &Scene) -> Option<String> {
    let base = scene.base.iter().find(|(id, _)| *id == field);
    base.map_or_else(|| patient.raw_field(field).map(str::to_owned), |(_, raw)| raw.clone())
}

/// What it is to hold, as JSON text; `None`: it was not changed. The inner `None` takes it away.
#[allow(clippy::option_option)] // that it is not changed and that it is taken away are two things
fn to(field: &'static str, from: Option<&str>, values: &Values) -> Option<Option<String>> {
    let typed = values.0.iter().any(|(id, _)| group(id) == field);
    if !typed {
        return None;
    }
    let text = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(|value| json!(value).to_string());
    Some(match field {
        "name" => Some(name(from, values)),
        "identifiers" => identifiers(from, values),
        "born" => values.day("born").map(|day| json!(day.to_string()).to_string()),
        "bed" => text(values.text("bed")),
        "baseline_anc" => values.number("baseline_anc").map(|number| number.to_string()),
        "active" | "duffy_null" | "smoker" => values.yes_no(field).map(|yes| yes.to_string()),
        _ => text(values.choice(field)),
    })
}

/// The name with the parts that were typed; whatever else the file has there stays.
fn name(from: Option<&str>, values: &Values) -> String {
    let mut name: Map<String, Json> = from.and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default();
    for part in ["family", "given"] {
        if let Some(text) = values.text(part) {
            name.insert(part.to_owned(), json!(text));
        }
    }
    Json::Object(name).to_string()
}

/// The numbers with those that were typed; others, and whatever else the file has there, stay.
fn identifiers(from: Option<&str>, values: &Values) -> Option<String> {
    let mut all: Vec<Json> = from.and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default();
    for (field, system) in [("nhs", "nhs-number"), ("mrn", "mrn")] {
        if !values.0.iter().any(|(id, _)| &**id == field) {
            continue;
        }
        let at = all.iter().position(|one| one.get("system").and_then(Json::as_str) == Some(system));
        match (values.text(field), at.and_then(|at| all.get_mut(at))) {
            (Some(value), Some(known)) => known["value"] = json!(value),
            (Some(value), None) => all.push(json!({ "system": system, "value": value })),
            (None, Some(_)) => drop(at.map(|at| all.remove(at))),
            (None, None) => {}
        }
    }
    (!all.is_empty()).then(|| Json::Array(all).to_string())
}

/// Who somebody is and whether they are on the ward is never changed by an Enter too many.
fn caution(field: &str, to: Option<&str>) -> Option<String> {
    match (field, to) {
        ("name" | "born" | "identifiers", _) => Some("who this is changes".to_owned()),
        ("active", Some("false")) => Some("the patient leaves every list and count, and is only found by /".to_owned()),
        ("protocol", None) => Some("without a protocol nothing can be assessed".to_owned()),
        _ => None,
    }
}

/// The patient with this in a field.
fn with(patient: &Patient, field: &str, raw: Option<&str>, scene: &Scene) -> Patient {
    rulebook::with_field(patient, field, raw, scene.moment())
}

/// What a field holds, in words.
pub(in super::super) fn said(field: &str, fields: &PatientFields) -> String {
    let absent = || words::NOT_RECORDED.to_owned();
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    match field {
        "name" => words::name(&fields.name, Charset::Unicode),
        "born" => fields.born.map_or_else(absent, words::date),
        "sex" => words::sex(fields.sex).to_owned(),
        "identifiers" if fields.identifiers.is_empty() => absent(),
        "identifiers" => {
            let all: Vec<String> =
                fields.identifiers.iter().map(|one| words::identifier(one, Charset::Unicode)).collect();
            all.join(", ")
        }
        "bed" => fields.bed.as_deref().map_or_else(absent, safe),
        "protocol" => fields.protocol.as_deref().map_or_else(|| "none".to_owned(), safe),
        "service" => fields.service.map_or_else(absent, |service| words::service_name(service).to_owned()),
        "ben" => fields.ben.as_str().to_owned(),
        "baseline_anc" => fields.baseline_anc.as_ref().map_or_else(absent, |number| format!("{number} x10^9/L")),
        "duffy_null" => yes_no(fields.duffy_null),
        "smoker" => fields.smoker.map_or_else(absent, yes_no),
        "setting" => fields.setting.as_str().to_owned(),
        "active" => if fields.active { "yes" } else { "no: discharged or moved" }.to_owned(),
        "step_down_authorised" => fields.step_down_authorised.map_or("none", StepDown::as_str).to_owned(),
        _ => String::new(),
    }
}

/// The name of a field of the file.
pub(in super::super) fn label(field: &str) -> &'static str {
    FIELDS.iter().find(|(id, _)| *id == field).map_or("A field", |(_, label)| label)
}
