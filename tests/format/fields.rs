//! Every field of the format: what it may be, what refuses the file, what only marks the entry or the patient.
use serde_json::{Value, json};
use wardround::ward::{Kind, Ward, When, read};

use crate::{entries, faults, file, marked, place, ward};

/// A right entry of every kind.
fn kinds() -> Vec<Value> {
    let at = "2026-11-17T08:10:00+00:00";
    vec![
        json!({"kind": "course", "event": "start", "at": at, "reason": "initiation", "regimen": "r", "high_risk": true}),
        json!({"kind": "dose", "at": "2026-11-17", "morning_mg": 12.5, "midday_mg": 0, "evening_mg": 100}),
        json!({"kind": "break", "last_dose": at, "reason": "r"}),
        json!({"kind": "resume", "at": at}),
        json!({"kind": "result", "test": "anc", "at": at, "value": 1.5, "unit": "10*9/L", "comparator": "<",
            "status": "final", "assay": "a", "upper_limit": 14, "hours_post_dose": 12.25, "source": "telephone"}),
        json!({"kind": "checklist", "list": "l", "at": at, "answers": {"a": true, "b": 4, "c": "2026-11-16", "d": "x"}}),
        json!({"kind": "medicine", "event": "stop", "at": at, "name": "smoking"}),
        json!({"kind": "sample", "at": at, "tests": ["anc"], "outcome": "declined"}),
        json!({"kind": "supply", "at": at, "days": 7}),
        json!({"kind": "acknowledge", "flag": "f:e", "at": at, "action": "seen", "close": true}),
        json!({"kind": "note", "at": at, "text": "t"}),
        json!({"kind": "change", "field": "bed", "from": "B1", "to": null, "at": at}),
        json!({"kind": "void", "entry": "e0", "reason": "r"}),
    ]
    .into_iter()
    .map(|mut entry| {
        entry["id"] = "e".into();
        entry["recorded"] = json!({"at": at, "by": "aosei"});
        entry
    })
    .collect()
}

/// Fields that may be left out, of any kind.
const OPTIONAL: &[&str] = &[
    "reason",
    "regimen",
    "high_risk",
    "morning_mg",
    "midday_mg",
    "evening_mg",
    "unit",
    "comparator",
    "status",
    "assay",
    "upper_limit",
    "hours_post_dose",
    "source",
    "tests",
    "action",
    "close",
    "from",
    "to",
    "recorded",
];

fn read_entry(entry: &Value) -> Ward {
    ward(&entries(&entry.to_string()))
}

#[test]
fn every_kind_has_its_required_fields() {
    for entry in kinds() {
        assert_eq!(read_entry(&entry).patients[0].entries[0].kind.name(), entry["kind"].as_str().unwrap());
        for field in entry.as_object().unwrap().keys() {
            let mut without = entry.clone();
            without.as_object_mut().unwrap().remove(field);
            let text = entries(&without.to_string());
            if OPTIONAL.contains(&field.as_str()) {
                let kind = &ward(&text).patients[0].entries[0].kind;
                assert!(!matches!(kind, Kind::Unreadable { .. }), "{field} of {kind:?}");
                continue;
            }
            let found = faults(text.as_bytes());
            let path = format!("$.patients[0].entries[0].{field}");
            assert_eq!((found.len(), found[0].code, &found[0].path), (1, "missing-field", &path), "{without}");
        }
    }
}

#[test]
fn every_field_has_its_type() {
    let wrongs = [json!(null), json!(true), json!(7), json!("7"), json!(["7"]), json!({"a": "7"})];
    let shape = |value: &Value| std::mem::discriminant(value);
    for entry in kinds() {
        for (field, right) in entry.as_object().unwrap() {
            for wrong in wrongs.iter().filter(|wrong| shape(wrong) != shape(right)) {
                let digits = field == "value" && (wrong.is_string() || wrong.is_number());
                if digits || field == "from" || field == "to" {
                    continue; // as text, or anything at all
                }
                let mut entry = entry.clone();
                entry[field] = wrong.clone();
                let found = faults(entries(&entry.to_string()).as_bytes());
                let path = format!("$.patients[0].entries[0].{field}");
                assert_eq!((found.len(), found[0].code, &found[0].path), (1, "wrong-type", &path), "{entry}");
            }
        }
    }
}

#[test]
fn parts_of_fields_have_their_types_too() {
    for (field, wrong, path) in [
        ("recorded", json!({"at": 5, "by": "a"}), "recorded.at"),
        ("recorded", json!({"at": "2026-11-17T08:00Z", "by": 5}), "recorded.by"),
        ("tests", json!(["anc", 5]), "tests[1]"),
        ("answers", json!({"a": null}), "answers"),
        ("answers", json!({"a": [true]}), "answers"),
    ] {
        let Some(mut entry) = kinds().into_iter().find(|entry| entry.get(field).is_some()) else { panic!("{field}") };
        entry[field] = wrong;
        let found = faults(entries(&entry.to_string()).as_bytes());
        let path = format!("$.patients[0].entries[0].{path}");
        assert_eq!((found.len(), found[0].code, &found[0].path), (1, "wrong-type", &path), "{entry}");
    }
}

/// Kind and field, value as JSON with the mark where the fault is, code. The file opens, the entry is kept and read by
/// nobody.
const CONTENT: &[(&str, &str, &str, &str)] = &[
    ("dose", "at", "§\"05/04/26\"", "bad-time"),
    ("dose", "at", "§\"2026-02-29\"", "bad-time"),
    ("note", "at", "§\"2026-11-17T24:00\"", "bad-time"),
    ("note", "at", "§\"0000-01-01\"", "bad-time"),
    ("note", "at", "§\"9999-99-99\"", "bad-time"),
    ("note", "at", "§\"\"", "bad-time"),
    ("break", "last_dose", "§\"yesterday\"", "bad-time"),
    ("course", "event", "§\"begin\"", "unknown-word"),
    ("medicine", "event", "§\"START\"", "unknown-word"),
    ("sample", "outcome", "§\"lost\"", "unknown-word"),
    ("result", "comparator", "§\"<=\"", "unknown-word"),
    ("result", "status", "§\"preliminary\"", "unknown-word"),
    ("result", "value", "§\"1,5\"", "bad-number"),
    ("result", "value", "§\"\"", "bad-number"),
    ("result", "value", "§\"<0.1\"", "bad-number"),
    ("result", "value", "§\" 1.5\"", "bad-number"),
    ("result", "value", "§\"NaN\"", "bad-number"),
    ("result", "value", "§1.4999999999999999999999999999999", "too-many-digits"),
    ("result", "value", "§\"1.4999999999999999999999999999999\"", "too-many-digits"),
    ("result", "value", "§1e999", "too-many-digits"),
    ("result", "value", "§123456789012345678901234567890123", "too-many-digits"),
    ("result", "upper_limit", "§1e-999", "too-many-digits"),
    ("dose", "evening_mg", "§1e99", "too-many-digits"),
    ("supply", "days", "§1e99", "too-many-digits"),
    ("checklist", "answers", "{\"bm_7d\": §1e99}", "too-many-digits"),
    ("result", "recorded", "§{\"by\": \"a\"}", "bad-recorded"),
    ("result", "recorded", "{\"at\": §\"2026-11-17T08:00\", \"by\": \"a\"}", "bad-recorded"),
    ("result", "recorded", "{\"at\": §\"soon\", \"by\": \"a\"}", "bad-recorded"),
];

#[test]
fn faults_of_content_open_the_file_and_mark_the_entry() {
    for (kind, field, value, code) in CONTENT {
        let mut entry = kinds().into_iter().find(|entry| entry["kind"] == *kind).expect("a kind of the format");
        assert!(entry.as_object_mut().unwrap().remove(*field).is_some(), "{kind}.{field}");
        let rest = entry.to_string();
        let (text, at) = marked(&entries(&format!("\n{{\"{field}\": {value}, {}", rest.trim_start_matches('{'))));
        let ward = ward(&text);
        let kept = &ward.patients[0].entries[0];
        let Kind::Unreadable { kind: name, fault } = &kept.kind else { panic!("{kind}.{field}: {:?}", kept.kind) };
        assert_eq!((&**name, fault.code), (*kind, *code), "{kind}.{field} = {value}");
        assert!(text.contains(kept.json()));
        let field = if *field == "recorded" { "recorded.at" } else { field };
        let path = format!("$.patients[0].entries[0].{field}");
        let found = read::content_faults(&ward);
        assert_eq!(found.iter().map(place).collect::<Vec<_>>(), [(*code, at, &*path)], "{kind}.{field} = {value}");
    }
}

#[test]
fn all_faults_of_one_entry_are_listed() {
    let ward = ward(&entries(
        r#"{"id": "e", "kind": "result", "test": "anc", "at": "never", "value": "many", "status": "x", "upper_limit": 1e99}"#,
    ));
    let codes: Vec<_> = read::content_faults(&ward).iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["bad-time", "bad-number", "unknown-word", "too-many-digits"]);
}

/// Fields of a patient, code, path: the file opens, the field is as if absent.
const PATIENT_CONTENT: &[(&str, &str, &str)] = &[
    (r#""born": §"12/04/1988""#, "bad-date", "born"),
    (r#""born": §"1988-04-12T00:00""#, "bad-date", "born"),
    (r#""sex": §"F""#, "unknown-word", "sex"),
    (r#""service": §"nhs""#, "unknown-word", "service"),
    (r#""ben": §"yes""#, "unknown-word", "ben"),
    (r#""setting": §"home""#, "unknown-word", "setting"),
    (r#""step_down_authorised": §"monthly""#, "unknown-word", "step_down_authorised"),
    (r#""baseline_anc": §1.4999999999999999999999999999999"#, "too-many-digits", "baseline_anc"),
    (
        r#""identifiers": [{"system": "mrn", "value": "1"}, {"system": "nhs-number", "value": §"9990000019"}]"#,
        "bad-nhs-number",
        "identifiers[1].value",
    ),
];

#[test]
fn faults_of_content_mark_the_patient() {
    for (field, code, path) in PATIENT_CONTENT {
        let (text, at) = marked(&file(&format!(
            "\n{{\"id\": \"p\", \"entries\": [ ],\n \"name\": {{\"family\": \"F\", \"given\": \"G\"}}, {field}}}"
        )));
        let ward = ward(&text);
        let faults = &ward.patients[0].faults;
        assert_eq!((faults.len(), faults[0].code, &*faults[0].field), (1, *code, *path), "{field}");
        let path = format!("$.patients[0].{path}");
        assert_eq!(read::content_faults(&ward).iter().map(place).collect::<Vec<_>>(), [(*code, at, &*path)]);
    }
}

/// A field of a patient, code, path: the file is refused.
const PATIENT_STRUCTURE: &[(&str, &str, &str)] = &[
    (r#""name": {"family": "F", "given": "G"}, "born": §7"#, "wrong-type", "born"),
    (r#""name": {"family": "F", "given": "G"}, "sex": §null"#, "wrong-type", "sex"),
    (r#""name": {"family": "F", "given": "G"}, "identifiers": §{}"#, "wrong-type", "identifiers"),
    (r#""name": {"family": "F", "given": "G"}, "identifiers": [§"9990000018"]"#, "wrong-type", "identifiers[0]"),
    (
        r#""name": {"family": "F", "given": "G"}, "identifiers": [{"system": "mrn", "value": §1}]"#,
        "wrong-type",
        "identifiers[0].value",
    ),
    (
        r#""name": {"family": "F", "given": "G"}, "identifiers": [{"system": "mrn", "value": "1"}, §{"value": "1"}]"#,
        "missing-field",
        "identifiers[1].system",
    ),
    (r#""name": {"family": "F", "given": "G"}, "bed": §3"#, "wrong-type", "bed"),
    (r#""name": {"family": "F", "given": "G"}, "protocol": §false"#, "wrong-type", "protocol"),
    (r#""name": {"family": "F", "given": "G"}, "service": §[]"#, "wrong-type", "service"),
    (r#""name": {"family": "F", "given": "G"}, "ben": §true"#, "wrong-type", "ben"),
    (r#""name": {"family": "F", "given": "G"}, "baseline_anc": §"1.5""#, "wrong-type", "baseline_anc"),
    (r#""name": {"family": "F", "given": "G"}, "duffy_null": §"yes""#, "wrong-type", "duffy_null"),
    (r#""name": {"family": "F", "given": "G"}, "smoker": §0"#, "wrong-type", "smoker"),
    (r#""name": {"family": "F", "given": "G"}, "setting": §1"#, "wrong-type", "setting"),
    (r#""name": {"family": "F", "given": "G"}, "active": §"true""#, "wrong-type", "active"),
    (r#""name": {"family": "F", "given": "G"}, "entries": §null"#, "wrong-type", "entries"),
    (r#""name": §"F, G""#, "wrong-type", "name"),
    (r#""name": §{"given": "G"}"#, "missing-field", "name.family"),
    (r#""name": {"family": §null, "given": "G"}"#, "wrong-type", "name.family"),
];

#[test]
fn a_patient_of_wrong_types_refuses_the_file() {
    for (fields, code, path) in PATIENT_STRUCTURE {
        let (text, at) = marked(&file(&format!(r#"{{"id": "p", {fields}}}"#)));
        let path = format!("$.patients[0].{path}");
        assert_eq!(faults(text.as_bytes()).iter().map(place).collect::<Vec<_>>(), [(*code, at, &*path)], "{fields}");
    }
    for missing in ["id", "name"] {
        let patient = r#"{"id": "p", "name": {"family": "F", "given": "G"}}"#.replace(missing, "x");
        let text = file(&format!("§{patient}"));
        let (text, at) = marked(&text);
        let path = format!("$.patients[0].{missing}");
        assert_eq!(faults(text.as_bytes()).iter().map(place).collect::<Vec<_>>(), [("missing-field", at, &*path)]);
    }
}

#[test]
fn an_absent_field_means_what_the_format_says() {
    let ward = ward(&file(r#"{"id": "", "name": {"given": "G", "family": ""}}"#));
    let patient = &ward.patients[0];
    let mut fields = wardround::ward::PatientFields::default();
    fields.name.given = "G".into();
    assert_eq!((patient.id.as_str(), &patient.fields, patient.entries.len()), ("", &fields, 0));
    assert_eq!((ward.site, ward.time_zone, ward.lineage, ward.revision), (None, None, None, 0));
}

#[test]
fn digits_are_kept_from_a_number_and_from_text() {
    for digits in ["1.50", "1e2", "0.10", "-0", "100", "12345678901234567890.12345678", "1.5E+1"] {
        for written in [digits.to_owned(), format!("\"{digits}\"")] {
            let text =
                format!(r#"{{"id": "e", "kind": "result", "test": "anc", "at": "2026-11-17", "value": {written}}}"#);
            let entry = read::entry(&text).unwrap();
            let Kind::Observation(observation) = &entry.kind else { panic!("{entry:?}") };
            assert_eq!(observation.value.written(), digits);
            assert_eq!(observation.unit, None);
            assert_eq!(entry.json(), text);
        }
    }
}

#[test]
fn a_kind_of_a_newer_version_is_kept() {
    let known = ward(&entries(r#"{"id": "e", "kind": "resume", "at": "2026-11-17"}"#));
    assert!(!known.has_unknown_kinds());
    let newer = r#"{"id": "e", "kind": "x-ray", "at": {"from": 1}, "recorded": 5, "picture": [1.50]}"#;
    let ward = ward(&entries(newer));
    assert!(ward.has_unknown_kinds());
    let entry = &ward.patients[0].entries[0];
    assert_eq!((&entry.kind, entry.at, entry.json()), (&Kind::Unknown("x-ray".into()), None, newer));
    assert!(read::content_faults(&ward).is_empty());
}

#[test]
fn times_are_kept_at_the_precision_they_have() {
    let at = |at: &str| read::entry(&format!(r#"{{"id": "e", "kind": "resume", "at": "{at}"}}"#)).unwrap().at.unwrap();
    assert!(matches!(at("2026-11-17"), When::Date(_)));
    assert!(matches!(at("2026-11-17T08:10"), When::Local(_)));
    assert!(matches!(at("2026-11-17T08:10+00:00"), When::Instant(_)));
    let last = read::entry(r#"{"id": "e", "kind": "break", "last_dose": "2026-11-17T21:00"}"#).unwrap();
    assert_eq!(last.at.unwrap().to_string(), "2026-11-17T21:00:00");
}

#[test]
fn entry_ids_are_unique_in_the_file() {
    let a = r#"{"id": "e", "kind": "note", "at": "2026-11-17", "text": "x"}"#;
    let same =
        r#"{"text":"\u0078","id":"e","at":"2026-11-17","kind":"note","recorded":{"at":"2026-11-17T08:00Z","by":"a"}}"#;
    let other = a.replace("\"x\"", "\"y\"");
    assert_eq!(ward(&entries(&format!("{a}, {same}"))).patients[0].entries.len(), 1);
    let found = faults(entries(&format!("{a},\n §{other}").replace('§', "")).as_bytes());
    assert_eq!(
        found.iter().map(place).collect::<Vec<_>>(),
        [("duplicate-entry-id", (2, 2), "$.patients[0].entries[1].id")]
    );
    assert!(found[0].what.ends_with("(line 1)"), "{}", found[0].what);
    let patient = |id: &str, entry: &str| {
        format!("{{\"id\": \"{id}\", \"name\": {{\"family\": \"F\", \"given\": \"G\"}}, \"entries\": [{entry}]}}")
    };
    // Copied to another patient with the same content it stays with both; with other content it is refused.
    let both = ward(&file(&[patient("p", a), patient("q", same)].join(",")));
    assert!(both.patients.iter().all(|patient| patient.entries.len() == 1));
    let found = faults(file(&[patient("p", a), patient("q", &other)].join(",\n")).as_bytes());
    assert_eq!((found[0].code, &*found[0].path), ("duplicate-entry-id", "$.patients[1].entries[0].id"));
}
