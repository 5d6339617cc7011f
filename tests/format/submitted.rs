//! What other programs hand in, a line each.
use chrono::DateTime;
use wardround::ward::read::submitted;
use wardround::ward::{EntryId, Kind, Recorded};

use crate::{marked, place};

fn recorded() -> Recorded {
    Recorded { at: DateTime::parse_from_rfc3339("2026-11-17T11:42:05+00:00").unwrap(), by: "aosei".into() }
}

const FIELDS: &str = r#""kind": "result", "test": "anc", "at": "2026-11-17T08:10", "value": 1.50,  "x":{"y":1e2}"#;

#[test]
fn an_id_and_recorded_are_added_where_they_lack() {
    let line = format!(r#"{{"patient": "p", "entry": {{{FIELDS}}}}}"#);
    let handed_in = submitted(&line).unwrap();
    assert_eq!((handed_in.patient.as_str(), handed_in.entry_id()), ("p", None));
    let made = handed_in.into_entry(|| EntryId::new("new \"id\""), recorded());
    assert_eq!(made.id.as_str(), "new \"id\"");
    assert_eq!(made.recorded, Some(recorded()));
    assert_eq!(
        made.json(),
        format!(
            r#"{{ "id": "new \"id\"", {FIELDS}, "recorded": {{ "at": "2026-11-17T11:42:05+00:00", "by": "aosei" }} }}"#
        )
    );
}

#[test]
fn what_it_came_with_is_kept() {
    let own = format!(r#"{{"recorded": {{"at": "2026-11-17T09:00Z", "by": "lab"}}, {FIELDS}, "id": "e"}}"#);
    let handed_in = submitted(&format!(r#" {{"entry": {own}, "patient": "p"}} "#)).unwrap();
    assert_eq!(handed_in.entry_id().map(EntryId::as_str), Some("e"));
    let made = handed_in.into_entry(|| panic!("it has an id"), recorded());
    assert_eq!(made.json(), own);
    let only_id = submitted(&format!(r#"{{"patient": "p", "entry": {{"id": "e", {FIELDS}}}}}"#)).unwrap();
    let made = only_id.into_entry(|| panic!("it has an id"), recorded());
    assert_eq!((made.id.as_str(), made.recorded), ("e", Some(recorded())));
}

#[test]
fn both_kinds_of_fault_refuse_a_line() {
    for (line, code, path) in [
        ("§", "empty-file", "$"),
        ("{\"patient\": \"p\"§", "truncated", "$"),
        ("§[]", "wrong-type", "$"),
        ("§{}", "missing-field", "$.patient"),
        (r#"{"patient": §5, "entry": {"kind": "resume", "at": "2026-11-17"}}"#, "wrong-type", "$.patient"),
        (r#"{"patient": "p", "entry": §[]}"#, "wrong-type", "$.entry"),
        (r#"{"patient": "p", "entry": §{"kind": "resume"}}"#, "missing-field", "$.entry.at"),
        (r#"{"patient": "p", "entry": {"kind": "resume", "at": §"05/04/26"}}"#, "bad-time", "$.entry.at"),
        (r#"{"patient": "p", "entry": {"kind": §"x-ray", "at": "2026-11-17"}}"#, "unknown-kind", "$.entry.kind"),
        (r#"{"patient": "p", "entry": {"kind": "resume", "at": "2026-11-17", "id": §4}}"#, "wrong-type", "$.entry.id"),
        (r#"{"patient": "p", "entry": {"kind": "resume", "at": "2026-11-17"}, §"bed": "B1"}"#, "unknown-field", "$"),
        (r#"{"patient": "p", "entry": {"kind": "resume", "at": "2026-11-17"}, §"patient": "q"}"#, "duplicate-key", "$"),
        (r#"{"patient": "p", "entry": {"kind": "resume", "at": "2026-11-17"}} §{}"#, "second-document", "$"),
    ] {
        let (line, at) = marked(line);
        let found = submitted(&line).expect_err("it is refused");
        assert_eq!(place(&found[0]), (code, at, path), "{line}");
    }
    let good = submitted(r#"{"patient": "p", "entry": {"kind": "resume", "at": "2026-11-17"}}"#).unwrap();
    assert_eq!(good.into_entry(|| EntryId::new("e"), recorded()).kind, Kind::Resume);
}
