//! What was read is written back: every byte of what the program does not know, every digit of what it knows.
use wardround::ward::{Kind, read, write};

use crate::{ROWAN, entries, file, ward};

#[test]
fn every_kind_is_read() {
    let ward = ward(ROWAN);
    let kinds: Vec<_> = ward.patients[0].entries.iter().map(|entry| entry.kind.name().to_owned()).collect();
    assert_eq!(
        kinds.join(" "),
        "course dose result result checklist break resume medicine sample supply acknowledge note change void"
    );
    assert!(ward.entries().all(|(_, entry)| !matches!(entry.kind, Kind::Unreadable { .. } | Kind::Unknown(_))));
    assert!(read::content_faults(&ward).is_empty());
}

#[test]
fn what_was_read_is_written_byte_for_byte() {
    assert_eq!(write::ward(&ward(ROWAN)), ROWAN);
}

#[test]
fn any_layout_comes_to_rest_after_one_writing() {
    let minified = serde_json::from_str::<serde_json::Value>(ROWAN).unwrap().to_string();
    for text in [minified, ROWAN.replace('\n', "\r\n\t"), ROWAN.replace(": ", "  :\n"), file(""), entries("")] {
        let read = ward(&text);
        let written = write::ward(&read);
        assert_eq!(ward(&written), read);
        assert_eq!(write::ward(&ward(&written)), written);
    }
}

#[test]
fn the_smallest_ward_is_written_whole() {
    assert_eq!(
        write::ward(&ward(&file(""))),
        "{\n  \"format\": \"wardround/1\",\n  \"ward\": { \"name\": \"W\" },\n  \"patients\": []\n}\n"
    );
}

#[test]
fn unknown_fields_keep_their_bytes_at_every_level() {
    let odd = "{\"k\\u0065y\" :[1.50,1E2 , -0,\t\"\\u00e9\\/\\ud83d\\ude00\\u0000\",{ }, [ ], null]}";
    let text = format!(
        r#"{{"top": {odd}, "patients": [{{"of\u0020patient": {odd}, "entries": [{{"id": "e", "kind": "result", "test": "anc",
 "at": "2026-11-17", "value":1.50, "of entry" :{odd}, "recorded": {{"at": "2026-11-17T08:00Z", "by": "a", "more": {odd}}}}}],
 "id": "p", "name": {{"given": "G", "family": "F", "of name": {odd}}}}}],
 "ward": {{"of ward": {odd}, "name": "W"}}, "format": "wardround/1"}}"#
    );
    let written = write::ward(&ward(&text));
    assert_eq!(written.matches(odd).count(), 6);
    assert!(written.contains(r#""of\u0020patient": {"#));
    assert!(written.contains(r#""value":1.50, "of entry" :{"#));
    assert_eq!(ward(&written), ward(&text));
}

#[test]
fn names_of_the_format_may_be_written_with_escapes() {
    let text = file(
        r#"{"\u0069d": "p", "n\u0061me": {"f\u0061mily": "\u0046", "given": "G"}, "entr\u0069es": [{"\u0069d": "e\n", "k\u0069nd": "resume", "\u0061t": "2026\u002d11-17"}]}"#,
    );
    let ward = ward(&text.replace("\"patients\"", "\"p\\u0061tients\""));
    let patient = &ward.patients[0];
    assert_eq!((patient.id.as_str(), &*patient.fields.name.family), ("p", "F"));
    assert_eq!((patient.entries[0].id.as_str(), patient.entries[0].kind.name()), ("e\n", "resume"));
    assert_eq!(patient.entries[0].at.unwrap().to_string(), "2026-11-17");
    assert_eq!(crate::ward(&write::ward(&ward)), ward);
}

#[test]
fn entries_and_patients_go_through_a_journal_line() {
    let ward = ward(ROWAN);
    for (_, entry) in ward.entries() {
        let line = entry.json_line();
        assert!(!line.contains(['\n', '\r']));
        assert!(read::entry(&line).unwrap().same_content(entry), "{line}");
    }
    for patient in &ward.patients {
        let line = patient.to_json();
        assert!(!line.contains(['\n', '\r']));
        let read = read::patient(&line).unwrap();
        assert!(read.same_fields(patient));
        assert_eq!((&read.id, &read.fields, read.entries.len()), (&patient.id, &patient.fields, patient.entries.len()));
    }
}

#[test]
fn the_wrapper_of_the_acceptance_cases_reads() {
    ward(
        r#"{"format":"wardround/1","ward":{"name":"Cases"},"patients":[{"id": "m01", "name": {"family": "Case", "given": "M01"}, "born": "1980-01-01", "sex": "female", "protocol": "us-label", "entries": [{"id": "e1", "kind": "course", "event": "start", "at": "2026-01-05", "reason": "initiation"}, {"id": "e2", "kind": "result", "test": "anc", "at": "2026-02-02", "value": 2.8, "unit": "10*9/L"}]}]}"#,
    );
}
