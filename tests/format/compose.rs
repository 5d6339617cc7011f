//! What the program writes of its own: every kind as the format has it, and exactly what reading it gives.
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use wardround::ward::{
    Acknowledgement, Added, Answer, Break, Change, Checklist, Comparator, Course, CourseEvent, Details, Dose, Entry,
    EntryId, Kind, Medicine, MedicineEvent, Number, Observation, ObservationStatus, Outcome, Patient, PatientFields,
    PatientId, Reason, Recorded, Sample, Supply, Void, Ward, When, read, write,
};

use crate::{ROWAN, ward};

fn number(digits: &str) -> Number {
    Number::parse(digits).unwrap()
}

fn at(text: &str) -> When {
    When::parse(text).unwrap()
}

fn observation() -> Observation {
    Observation {
        test: "troponin-t-hs".into(),
        value: number("14.0"),
        unit: Some("ng/L".into()),
        comparator: Some(Comparator::Less),
        status: Some(ObservationStatus::Amended),
        source: Some("telephone".into()),
        details: Details {
            assay: Some("hs-TnT".into()),
            upper_limit: Some(number("14")),
            hours_post_dose: Some(number("12.5")),
        }
        .kept(),
    }
}

/// Every kind, and the words of the file for it.
fn kinds() -> Vec<(Kind, &'static str, &'static str)> {
    let start = Course {
        event: CourseEvent::Start,
        reason: Some(Reason::Restart),
        regimen: Some("trs-article".into()),
        high_risk: true,
    };
    let stop = Course {
        event: CourseEvent::Stop,
        reason: Some(Reason::Other("other".into())),
        regimen: None,
        high_risk: false,
    };
    let bare = Observation { unit: None, comparator: None, status: None, source: None, details: None, ..observation() };
    let answers = vec![
        ("pain".into(), Answer::YesNo(true)),
        ("bm_7d".into(), Answer::Number(number("3"))),
        ("last_bm".into(), Answer::Date(NaiveDate::from_ymd_opt(2026, 11, 16).unwrap())),
        ("remark".into(), Answer::Text("\"none\"\n".into())),
    ];
    let seen = Acknowledgement { flag: "anc-band:e3".into(), action: "held".into(), close: true };
    let change = Change { field: "bed".into(), from: Some("\"B2\"".into()), to: None };
    vec![
        (
            Kind::Course(start),
            "course",
            r#""event": "start", "at": "T", "reason": "restart", "regimen": "trs-article", "high_risk": true"#,
        ),
        (Kind::Course(stop), "course", r#""event": "stop", "at": "T", "reason": "other""#),
        (
            Kind::Dose(Dose { morning_mg: Some(number("12.5")), midday_mg: None, evening_mg: Some(number("0")) }),
            "dose",
            r#""at": "T", "morning_mg": 12.5, "evening_mg": 0"#,
        ),
        (Kind::Break(Break { reason: Some("nausea".into()) }), "break", r#""last_dose": "T", "reason": "nausea""#),
        (Kind::Break(Break { reason: None }), "break", r#""last_dose": "T""#),
        (Kind::Resume, "resume", r#""at": "T""#),
        (
            Kind::Observation(observation()),
            "result",
            r#""test": "troponin-t-hs", "at": "T", "comparator": "<", "value": 14.0, "unit": "ng/L", "status": "amended", "assay": "hs-TnT", "upper_limit": 14, "hours_post_dose": 12.5, "source": "telephone""#,
        ),
        (Kind::Observation(bare), "result", r#""test": "troponin-t-hs", "at": "T", "value": 14.0"#),
        (
            Kind::Checklist(Checklist { list: "constipation".into(), answers }),
            "checklist",
            r#""list": "constipation", "at": "T", "answers": { "pain": true, "bm_7d": 3, "last_bm": "2026-11-16", "remark": "\"none\"\n" }"#,
        ),
        (
            Kind::Medicine(Medicine { event: MedicineEvent::Stop, name: "smoking".into() }),
            "medicine",
            r#""event": "stop", "at": "T", "name": "smoking""#,
        ),
        (
            Kind::Sample(Sample { tests: vec!["anc".into(), "wbc".into()], outcome: Outcome::Taken }),
            "sample",
            r#""at": "T", "tests": ["anc", "wbc"], "outcome": "taken""#,
        ),
        (Kind::Supply(Supply { days: number("28") }), "supply", r#""at": "T", "days": 28"#),
        (
            Kind::Acknowledge(seen),
            "acknowledge",
            r#""flag": "anc-band:e3", "at": "T", "action": "held", "close": true"#,
        ),
        (Kind::Note("slept\u{202E}".into()), "note", "\"at\": \"T\", \"text\": \"slept\u{202E}\""),
        (Kind::Change(change), "change", r#""field": "bed", "at": "T", "from": "B2""#),
        (
            Kind::Void(Void { entry: EntryId::new("e12"), reason: "typo".into() }),
            "void",
            r#""entry": "e12", "at": "T", "reason": "typo""#,
        ),
    ]
}

#[test]
fn every_kind_is_written_as_the_format_has_it() {
    let recorded = Recorded { at: DateTime::parse_from_rfc3339("2026-11-17T11:42:05Z").unwrap(), by: "aosei".into() };
    for time in ["2026-11-17", "2026-11-17T08:10:00", "2026-11-17T08:10:00+01:00"] {
        for (kind, name, fields) in kinds() {
            let entry = Entry::compose(EntryId::new("e"), Some(at(time)), kind.clone(), Some(recorded.clone()));
            let fields = fields.replace("\"T\"", &format!("\"{time}\""));
            let wanted = format!(
                r#"{{ "id": "e", "kind": "{name}", {fields}, "recorded": {{ "at": "2026-11-17T11:42:05+00:00", "by": "aosei" }} }}"#
            );
            assert_eq!(entry.json(), wanted);
            assert_eq!((&entry.kind, entry.at, entry.recorded.as_ref()), (&kind, Some(at(time)), Some(&recorded)));
            assert_eq!(read::entry(entry.json()).as_ref(), Ok(&entry));
        }
    }
}

#[test]
fn what_is_not_known_is_not_written() {
    let entry = Entry::compose(
        EntryId::new("e"),
        None,
        Kind::Void(Void { entry: EntryId::new("x"), reason: "r".into() }),
        None,
    );
    assert_eq!(entry.json(), r#"{ "id": "e", "kind": "void", "entry": "x", "reason": "r" }"#);
    let patient = Patient::compose(PatientId::new("p"), PatientFields::default());
    assert_eq!(patient.to_json(), r#"{ "id": "p", "name": { "family": "", "given": "" }, "entries": [] }"#);
}

#[test]
fn a_composed_entry_holds_what_the_file_will_say() {
    // The clock gives fractions of a second; the file does not have them, and so neither has the entry.
    let now = DateTime::<FixedOffset>::parse_from_rfc3339("2026-11-17T11:42:05.987654321+00:00").unwrap();
    let recorded = Recorded { at: now, by: "aosei".into() };
    let entry = Entry::compose(EntryId::new("e"), Some(When::Instant(now)), Kind::Resume, Some(recorded));
    assert_eq!(read::entry(entry.json()), Ok(entry.clone()));
    assert_eq!(entry.at.unwrap().to_string(), "2026-11-17T11:42:05+00:00");
}

#[test]
fn same_content_ignores_layout_and_who_recorded_it() {
    let one =
        read::entry(r#"{"id": "e", "kind": "note", "at": "2026-11-17", "text": "x", "y": [1.50, {"a": 1, "b": 2}]}"#);
    let one = one.unwrap();
    for (other, same) in [
        (r#"{ "y":[1.50,{"b":2,"a":1}],"text":"\u0078","at":"2026-11-17","kind":"note","id":"e"}"#, true),
        (
            r#"{"id": "e", "kind": "note", "at": "2026-11-17", "text": "x", "y": [1.50, {"a": 1, "b": 2}], "recorded": {"at": "2026-11-17T08:00Z", "by": "a"}}"#,
            true,
        ),
        (r#"{"id": "e", "kind": "note", "at": "2026-11-17", "text": "x", "y": [1.5, {"a": 1, "b": 2}]}"#, false),
        (r#"{"id": "e", "kind": "note", "at": "2026-11-17", "text": "x", "y": [{"a": 1, "b": 2}, 1.50]}"#, false),
        (r#"{"id": "e", "kind": "note", "at": "2026-11-17", "text": "x", "y": [1.50, {"a": 1}]}"#, false),
        (r#"{"id": "e", "kind": "note", "at": "2026-11-17", "text": "x", "y": [1.50, {"a": 1, "b": 2}, 3]}"#, false),
        (r#"{"id": "e", "kind": "note", "at": "2026-11-17T00:00", "text": "x", "y": [1.50, {"a": 1, "b": 2}]}"#, false),
        (r#"{"id": "e", "kind": "note", "at": "2026-11-17", "text": "x"}"#, false),
    ] {
        let other = read::entry(other).unwrap();
        assert_eq!((one.same_content(&other), other.same_content(&one)), (same, same), "{}", other.json());
    }
    let by = |who: &str| {
        let recorded = format!(r#""recorded": {{"at": "2026-11-17T08:00Z", "by": "{who}"}}"#);
        read::entry(&format!(r#"{{"id": "e", "kind": "resume", "at": "2026-11-17", {recorded}}}"#)).unwrap()
    };
    assert!(by("a").same_content(&by("a")) && !by("a").same_content(&by("b")));
}

#[test]
fn facts_are_added_once() {
    let mut ward = ward(ROWAN);
    let (p, q) = (ward.patients[0].id.clone(), ward.patients[1].id.clone());
    let known = ward.patients[0].entries[2].clone();
    let other = Entry::compose(known.id.clone(), known.at, Kind::Resume, None);
    assert_eq!(ward.add_entry(&p, known.clone()), Added::AlreadyThere);
    assert_eq!(ward.add_entry(&p, other.clone()), Added::Conflict);
    assert_eq!(ward.add_entry(&q, other), Added::Conflict);
    assert_eq!(ward.add_entry(&PatientId::new("nobody"), known), Added::NoSuchPatient);
    let new = Entry::compose(EntryId::new("new"), Some(at("2026-11-21")), Kind::Resume, None);
    assert_eq!(ward.add_entry(&q, new.clone()), Added::Added);
    assert_eq!(ward.patient(&q).unwrap().entries, std::slice::from_ref(&new));
    let patient = ward.patients[0].clone();
    assert_eq!(ward.add_patient(patient.clone()), Added::AlreadyThere);
    assert_eq!(ward.add_patient(Patient::compose(p, PatientFields::default())), Added::Conflict);
    let third = Patient::compose(PatientId::new("third"), PatientFields::default()).with_entries(&[new.clone(), new]);
    assert_eq!((third.entries.len(), ward.add_patient(third.clone())), (1, Added::Added));
    assert_eq!(crate::ward(&write::ward(&ward)), ward);
    assert_eq!(read::patient(&third.to_json()), Ok(third));
}

#[test]
fn a_new_ward_is_a_ward() {
    let new = Ward::new("Rowan \"7\"", Some("St Aldhelm's"), Some(chrono_tz::Europe::London));
    let read = ward(&write::ward(&new));
    assert_eq!(read, new);
    assert_eq!((read.name.as_str(), read.time_zone), ("Rowan \"7\"", Some(chrono_tz::Europe::London)));
    let mut saved = Ward::new("W", None, None);
    (saved.lineage, saved.revision) = (Some("0193c2f0".into()), 7);
    assert_eq!(ward(&write::ward(&saved)), saved);
}

#[test]
fn new_ids_are_in_the_order_of_time_and_never_the_same() {
    let moment = |second: i64| DateTime::<Utc>::from_timestamp(1_795_000_000 + second, 0).unwrap();
    let ids: Vec<_> = (0..100).map(|second| EntryId::v7(moment(second))).collect();
    assert!(ids.is_sorted());
    assert_ne!(PatientId::v7(moment(0)), PatientId::v7(moment(0)));
    assert_eq!((ids[0].as_str().len(), ids[0].as_str().as_bytes()[14]), (36, b'7'));
}
