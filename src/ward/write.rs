//! Exact writing: what was read goes back as it was, in a stable order; what is new is composed as the format has it.
use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::SecondsFormat;

use super::text::Fields;
use super::{
    Answer, Checklist, Course, CourseEvent, Dose, EntryId, Kind, MedicineEvent, Number, Observation, ObservationStatus,
    Outcome, Patient, PatientFields, PatientId, Recorded, Sample, Sex, Text, Ward, When, json,
};
use super::{Ben, Setting};

/// The format that this version reads and writes.
pub const FORMAT: &str = "wardround/1";

/// A whole ward file: two spaces a level, one entry a line (but for one that was read on several), a newline at the
/// end. Writing what was read from it gives it again, byte for byte.
pub fn ward(ward: &Ward) -> String {
    let room: usize = ward.entries().map(|(_, entry)| entry.json().len() + 12).sum();
    let mut out = String::with_capacity(room + ward.patients.len() * 512 + 512);
    out.push_str("{\n  \"format\": \"");
    out.push_str(FORMAT);
    out.push_str("\",\n  \"ward\": ");
    push_fields(&mut out, &ward.own_fields);
    if let Some(lineage) = &ward.lineage {
        out.push_str(",\n  \"lineage\": ");
        push_text(&mut out, lineage);
    }
    if ward.lineage.is_some() || ward.revision > 0 {
        let _ = write!(out, ",\n  \"revision\": {}", ward.revision);
    }
    for (name, value) in ward.other_fields.iter() {
        out.extend([",\n  ", name, ": ", value]);
    }
    out.push_str(",\n  \"patients\": [");
    for (i, one) in ward.patients.iter().enumerate() {
        out.push_str(if i == 0 { "\n    " } else { ",\n    " });
        push_patient(&mut out, one, Layout::Lines);
    }
    out.push_str(if ward.patients.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
    out
}

/// How an object is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// On one line.
    Line,
    /// A field a line, as a patient in a ward file.
    Lines,
}

impl Layout {
    /// What stands before the first field, between two, and after the last.
    fn marks(self) -> [&'static str; 3] {
        match self {
            Self::Line => ["{ ", ", ", " }"],
            Self::Lines => ["{\n      ", ",\n      ", "\n    }"],
        }
    }
}

fn push_fields(out: &mut String, fields: &Fields) {
    let [open, between, close] = Layout::Line.marks();
    if fields.list.is_empty() {
        return out.push_str("{}");
    }
    for (i, (name, value)) in fields.iter().enumerate() {
        out.extend([if i == 0 { open } else { between }, name, ": ", value]);
    }
    out.push_str(close);
}

fn push_patient(out: &mut String, patient: &Patient, layout: Layout) {
    let [open, between, close] = layout.marks();
    let (item, end) = if layout == Layout::Line { (" ", " ]") } else { ("\n        ", "\n      ]") };
    for (i, (name, value)) in patient.raw.iter().enumerate() {
        out.extend([if i == 0 { open } else { between }, name, ": ", value]);
    }
    out.extend([between, "\"entries\": ["]);
    for (i, entry) in patient.entries.iter().enumerate() {
        out.extend([if i == 0 { "" } else { "," }, item, entry.json()]);
    }
    out.extend([if patient.entries.is_empty() { "]" } else { end }, close]);
}

/// A patient with all entries, on one line.
pub(crate) fn patient_line(patient: &Patient) -> String {
    let mut out = String::new();
    push_patient(&mut out, patient, Layout::Line);
    one_line(&out).into_owned()
}

/// Fields as an object on one line.
pub(crate) fn fields_line(fields: &Fields) -> String {
    let mut out = String::new();
    push_fields(&mut out, fields);
    out
}

/// JSON text without line breaks. Inside a string there are none: they have to be escaped.
pub(crate) fn one_line(json: &str) -> Cow<'_, str> {
    if !json.contains(['\n', '\r']) {
        return json.into();
    }
    let lines: Vec<_> = json.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ").into()
}

/// An object on one line, while it is being composed.
struct Object(String);

impl Object {
    fn new() -> Self {
        Self(String::new())
    }

    fn raw(&mut self, name: &str, json: &str) {
        self.0.push_str(if self.0.is_empty() { "{ " } else { ", " });
        push_text(&mut self.0, name);
        self.0.extend([": ", json]);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.raw(name, &quoted(text));
    }

    fn optional_text(&mut self, name: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn number(&mut self, name: &str, number: Option<&Number>) {
        if let Some(number) = number {
            self.raw(name, &number.written());
        }
    }

    /// A field that is left out where it says no more than its absence.
    fn flag(&mut self, name: &str, value: bool, if_absent: bool) {
        if value != if_absent {
            self.raw(name, if value { "true" } else { "false" });
        }
    }

    fn end(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { " }" });
        self.0
    }
}

/// A text as JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_text(&mut out, text);
    out
}

/// A text as JSON string: only what JSON requires is escaped.
fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// An object on one line, with a further field before and one after its own; the rest as it was.
pub(crate) fn with_fields(json: &str, before: Option<(&str, String)>, after: Option<(&str, String)>) -> String {
    let own = json.trim();
    let own = own.strip_prefix('{').and_then(|own| own.strip_suffix('}')).unwrap_or_default().trim();
    let mut out = String::from("{ ");
    if let Some((name, value)) = before {
        out.extend(["\"", name, "\": ", &value, if own.is_empty() { "" } else { ", " }]);
    }
    out.push_str(own);
    if let Some((name, value)) = after {
        out.extend([", \"", name, "\": ", &value]);
    }
    out.push_str(" }");
    out
}

/// The fields of a new ward.
pub(crate) fn ward_fields(name: &str, site: Option<&str>, zone: Option<chrono_tz::Tz>) -> Fields {
    let mut object = Object::new();
    object.text("name", name);
    if let Some(site) = site {
        object.text("site", site);
    }
    if let Some(zone) = zone {
        object.text("time_zone", zone.name());
    }
    json::fields(object.end())
}

/// A new entry.
pub(crate) fn entry(id: &EntryId, at: Option<When>, kind: &Kind, recorded: Option<&Recorded>) -> String {
    let mut object = Object::new();
    object.text("id", id.as_str());
    object.text("kind", kind.name());
    match kind {
        Kind::Course(course) => object.text("event", event(course.event)),
        Kind::Medicine(medicine) => {
            object.text("event", if medicine.event == MedicineEvent::Start { "start" } else { "stop" });
        }
        Kind::Observation(observation) => object.text("test", &observation.test),
        Kind::Checklist(checklist) => object.text("list", &checklist.list),
        Kind::Acknowledge(acknowledgement) => object.text("flag", &acknowledgement.flag),
        Kind::Change(change) => object.text("field", &change.field),
        Kind::Void(void) => object.text("entry", void.entry.as_str()),
        _ => {}
    }
    if let Some(at) = at {
        object.text(if matches!(kind, Kind::Break(_)) { "last_dose" } else { "at" }, &at.to_string());
    }
    body(&mut object, kind);
    if let Some(recorded) = recorded {
        object.raw("recorded", &self::recorded(recorded));
    }
    object.end()
}

/// `recorded` as JSON.
pub(crate) fn recorded(recorded: &Recorded) -> String {
    let mut object = Object::new();
    object.text("at", &recorded.at.to_rfc3339_opts(SecondsFormat::Secs, false));
    object.text("by", &recorded.by);
    object.end()
}

/// What a kind has beyond its first word and its time.
fn body(object: &mut Object, kind: &Kind) {
    match kind {
        Kind::Course(course) => course_body(object, course),
        Kind::Dose(dose) => dose_body(object, dose),
        Kind::Break(pause) => object.optional_text("reason", pause.reason.as_ref()),
        Kind::Observation(observation) => observation_body(object, observation),
        Kind::Checklist(checklist) => object.raw("answers", &answers(checklist)),
        Kind::Medicine(medicine) => object.text("name", &medicine.name),
        Kind::Sample(sample) => sample_body(object, sample),
        Kind::Supply(supply) => object.number("days", Some(&supply.days)),
        Kind::Acknowledge(acknowledgement) => {
            object.text("action", &acknowledgement.action);
            object.flag("close", acknowledgement.close, false);
        }
        Kind::Note(text) => object.text("text", text),
        Kind::Change(change) => {
            for (name, value) in [("from", &change.from), ("to", &change.to)] {
                if let Some(value) = value {
                    object.raw(name, value);
                }
            }
        }
        Kind::Void(void) => object.text("reason", &void.reason),
        Kind::Resume | Kind::Unreadable { .. } | Kind::Unknown(_) => {}
    }
}

fn event(event: CourseEvent) -> &'static str {
    match event {
        CourseEvent::Start => "start",
        CourseEvent::Stop => "stop",
    }
}

fn course_body(object: &mut Object, course: &Course) {
    if let Some(reason) = &course.reason {
        object.text("reason", reason.as_str());
    }
    object.optional_text("regimen", course.regimen.as_ref());
    object.flag("high_risk", course.high_risk, false);
}

fn dose_body(object: &mut Object, dose: &Dose) {
    object.number("morning_mg", dose.morning_mg.as_ref());
    object.number("midday_mg", dose.midday_mg.as_ref());
    object.number("evening_mg", dose.evening_mg.as_ref());
}

fn observation_body(object: &mut Object, observation: &Observation) {
    if let Some(comparator) = observation.comparator {
        object.text("comparator", comparator.as_str());
    }
    object.number("value", Some(&observation.value));
    object.optional_text("unit", observation.unit.as_ref());
    if let Some(status) = observation.status {
        object.text("status", if status == ObservationStatus::Final { "final" } else { "amended" });
    }
    object.optional_text("assay", observation.assay());
    object.number("upper_limit", observation.upper_limit());
    object.number("hours_post_dose", observation.hours_post_dose());
    object.optional_text("source", observation.source.as_ref());
}

fn sample_body(object: &mut Object, sample: &Sample) {
    let tests: Vec<_> = sample.tests.iter().map(|test| quoted(test)).collect();
    object.raw("tests", &format!("[{}]", tests.join(", ")));
    let outcome = match sample.outcome {
        Outcome::Taken => "taken",
        Outcome::Declined => "declined",
        Outcome::Failed => "failed",
    };
    object.text("outcome", outcome);
}

fn answers(checklist: &Checklist) -> String {
    let mut object = Object::new();
    for (item, answer) in &checklist.answers {
        match answer {
            Answer::YesNo(yes) => object.raw(item, if *yes { "true" } else { "false" }),
            Answer::Number(number) => object.raw(item, &number.written()),
            Answer::Date(date) => object.text(item, &date.to_string()),
            Answer::Text(text) => object.text(item, text),
        }
    }
    object.end()
}

/// A new patient; what holds of an absent field is left out.
pub(crate) fn patient_fields(id: &PatientId, fields: &PatientFields) -> String {
    let mut object = Object::new();
    object.text("id", id.as_str());
    let mut name = Object::new();
    name.text("family", &fields.name.family);
    name.text("given", &fields.name.given);
    object.raw("name", &name.end());
    if let Some(born) = fields.born {
        object.text("born", &born.to_string());
    }
    if fields.sex != Sex::Unknown {
        object.text("sex", fields.sex.as_str());
    }
    if !fields.identifiers.is_empty() {
        object.raw("identifiers", &identifiers(fields));
    }
    let words = [("bed", fields.bed.as_deref()), ("protocol", fields.protocol.as_deref())];
    for (name, word) in words.into_iter().chain([("service", fields.service.map(super::Service::as_str))]) {
        if let Some(word) = word {
            object.text(name, word);
        }
    }
    if fields.ben != Ben::No {
        object.text("ben", fields.ben.as_str());
    }
    object.number("baseline_anc", fields.baseline_anc.as_ref());
    object.flag("duffy_null", fields.duffy_null, false);
    if let Some(smoker) = fields.smoker {
        object.flag("smoker", smoker, !smoker);
    }
    if fields.setting != Setting::Inpatient {
        object.text("setting", fields.setting.as_str());
    }
    object.flag("active", fields.active, true);
    if let Some(phase) = fields.step_down_authorised {
        object.text("step_down_authorised", phase.as_str());
    }
    object.end()
}

fn identifiers(fields: &PatientFields) -> String {
    let one = |identifier: &super::Identifier| {
        let mut object = Object::new();
        object.text("system", &identifier.system);
        object.text("value", &identifier.value);
        object.end()
    };
    format!("[{}]", fields.identifiers.iter().map(one).collect::<Vec<_>>().join(", "))
}
