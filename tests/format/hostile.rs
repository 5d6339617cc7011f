//! Files made to exhaust a reader: each ends early, with one clear fault.
use wardround::ward::read;

use crate::{entries, faults, file, place, ward};

/// A file with `value` as a field that the format does not know: at the top, in a patient, in an entry.
fn everywhere(value: &str) -> [String; 3] {
    let top = file("").replace("\"patients\"", &format!("\"x\": {value}, \"patients\""));
    let patient = file(&format!(r#"{{"id": "p", "name": {{"family": "F", "given": "G"}}, "x": {value}}}"#));
    let entry = entries(&format!(r#"{{"id": "e", "kind": "resume", "at": "2026-11-17", "x": {value}}}"#));
    [top, patient, entry]
}

#[test]
fn depth_200_000_is_a_fault_and_no_overflow() {
    const DEEP: usize = 200_000;
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let bomb = open.repeat(DEEP);
        let code = faults(bomb.as_bytes())[0].code;
        assert!(["too-deep", "wrong-type"].contains(&code), "{open}: {code}");
        for text in everywhere(&bomb) {
            let found = faults(text.as_bytes());
            assert_eq!((found.len(), found[0].code), (1, "too-deep"), "{open}");
        }
        assert_eq!(read::entry(&bomb).unwrap_err()[0].code, "too-deep");
        assert_eq!(read::submitted(&bomb).unwrap_err()[0].code, "too-deep");
    }
}

#[test]
fn the_32nd_level_is_the_last() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    // An unknown field stands on level 1 at the top, 3 in a patient, 5 in an entry.
    for (i, level) in [1, 3, 5].into_iter().enumerate() {
        ward(&everywhere(&nested(32 - level))[i]);
        assert_eq!(faults(everywhere(&nested(33 - level))[i].as_bytes())[0].code, "too-deep");
    }
}

#[test]
fn two_million_fields_end_at_the_limit() {
    let keys = |count: usize| (0..count).map(|i| format!("\"{i}\":0")).collect::<Vec<_>>().join(",");
    let many = keys(2_000_000);
    let object = format!("{{{many}}}");
    let top = format!(r#"{{"format": "wardround/1", "ward": {{"name": "W"}}, "patients": [], {many}}}"#);
    let patient = file(&format!(r#"{{"id": "p", "name": {{"family": "F", "given": "G"}}, {many}}}"#));
    let entry = entries(&format!(r#"{{"id": "e", "kind": "resume", "at": "2026-11-17", {many}}}"#));
    for text in everywhere(&object).into_iter().chain([top, patient, entry]) {
        let found = faults(text.as_bytes());
        assert_eq!((found.len(), found[0].code), (1, "too-many-keys"));
        // Where the limit is, not where the file ends: what follows was never held.
        assert!((place(&found[0]).1.1 as usize) < text.len() / 10);
    }
    ward(&everywhere(&format!("{{{}}}", keys(65_536)))[0]);
}

#[test]
fn a_list_of_a_million_items_costs_nothing_where_nobody_reads_it() {
    let items = vec!["0"; 1_000_000].join(",");
    for text in everywhere(&format!("[{items}]")) {
        ward(&text);
    }
    let sample = |tests: &str| {
        entries(&format!(
            r#"{{"id": "e", "kind": "sample", "at": "2026-11-17", "outcome": "taken", "tests": [{tests}]}}"#
        ))
    };
    assert_eq!(faults(sample(&items).as_bytes())[0].code, "too-many-items");
    let wrong = entries(&items);
    assert_eq!(faults(wrong.as_bytes()).len(), 1_000);
}

#[test]
fn long_texts_and_names_are_read() {
    let long = "x".repeat(10_000_000);
    let text = file(&format!(r#"{{"id": "p", "name": {{"family": "{long}", "given": "G"}}, "{long}": 1}}"#));
    assert_eq!(ward(&text).patients[0].fields.name.family.len(), long.len());
}

#[test]
fn a_hundred_thousand_copies_of_one_entry_are_one() {
    let copy = r#"{"id": "e", "kind": "resume", "at": "2026-11-17"}"#;
    let read = ward(&entries(&vec![copy; 100_000].join(",")));
    assert_eq!(read.patients[0].entries.len(), 1);
}
