//! Files that are no JSON, or no ward: each is refused with its own code at the right place.
use wardround::ward::read::{self, Limits};

use crate::{ROWAN, end_of, entries, faults, file, marked, place, ward};

/// Text with the mark `§` where the fault is, code, path. `P` stands for a patient without entries.
const SYNTAX: &[(&str, &str, &str)] = &[
    ("§", "empty-file", "$"),
    ("§ \r\n\t ", "empty-file", "$"),
    ("{\"format\": \"wardround/1\",\n \"ward\": {\"name\": \"W\"}, \"patients\": [P]}\n§x", "trailing-text", "$"),
    ("{\"patients\": [P]}\n  §{}", "second-document", "$"),
    ("{\"patients\": [P]} §[]", "second-document", "$"),
    ("{\"patients\": [P]}\n§\0\0\0", "nul-bytes", "$"),
    ("{\"patients\": [P],\n\n§<<<<<<< HEAD\n\"a\": 1}", "merge-marker", "$"),
    ("{\"a\": 1\n§=======\n}", "merge-marker", "$"),
    ("{\"a\": 1\n§>>>>>>> theirs\n}", "merge-marker", "$"),
    ("§<<<<<<< HEAD\n{}", "merge-marker", "$"),
    ("{\"a\": §'x'}", "not-json", "$"),
    ("{§'a': 1}", "not-json", "$"),
    ("{§a: 1}", "not-json", "$"),
    ("{\"a\" §1}", "not-json", "$"),
    ("{\"a\": 1 §\"b\": 2}", "not-json", "$"),
    ("{\"a\": 1, §}", "not-json", "$"),
    ("{§, \"a\": 1}", "not-json", "$"),
    ("{\"a\": [1, §]}", "not-json", "$"),
    ("{\"a\": [§, 1]}", "not-json", "$"),
    ("{\"a\": [1 §2]}", "not-json", "$"),
    ("{\"a\": §}", "not-json", "$"),
    ("{\"a\": §tru}", "not-json", "$"),
    ("{\"a\": §nulL}", "not-json", "$"),
    ("{\"a\": 1} §// a remark", "trailing-text", "$"),
    ("{§/* a remark */\"a\": 1}", "not-json", "$"),
    ("§hello", "not-json", "$"),
    ("{\"a\": §NaN}", "bad-json-number", "$"),
    ("{\"a\": §Infinity}", "bad-json-number", "$"),
    ("{\"a\": -§Infinity}", "bad-json-number", "$"),
    ("{\"a\": §+1}", "bad-json-number", "$"),
    ("{\"a\": §.5}", "bad-json-number", "$"),
    ("{\"a\": 1.§}", "bad-json-number", "$"),
    ("{\"a\": 0§1}", "bad-json-number", "$"),
    ("{\"a\": 1e§}", "bad-json-number", "$"),
    ("{\"a\": 0§x1}", "bad-json-number", "$"),
    ("{\"a\": 1§_000}", "bad-json-number", "$"),
    ("{\"a\": \"\u{e9}x§\\q\"}", "bad-escape", "$"),
    ("{\"a\": \"§\\u12G4\"}", "bad-escape", "$"),
    ("{\"a\": \"§\\ud800\"}", "lone-surrogate", "$"),
    ("{\"a\": \"§\\ud800\\u0041\"}", "lone-surrogate", "$"),
    ("{\"a\": \"§\\udc00\\ud800\"}", "lone-surrogate", "$"),
    ("{\"a\": \"x§\ny\"}", "control-character", "$"),
    ("{\"a\": \"x§\ty\"}", "control-character", "$"),
    ("{\"a\": \"x§\0y\"}", "nul-bytes", "$"),
    ("{\"a\": 1, §\"a\": 2}", "duplicate-key", "$"),
];

#[test]
fn what_is_no_json_is_refused_where_it_is_none() {
    for (text, code, path) in SYNTAX {
        let text = text.replace('P', r#"{"id": "p", "name": {"family": "F", "given": "G"}}"#);
        let (text, at) = marked(&text);
        let found = faults(text.as_bytes());
        // A duplicate does not stop the reading, so that such a file also says that it is no ward.
        let wanted = if *code == "duplicate-key" { "not-a-ward" } else { code };
        if wanted == *code {
            assert_eq!(place(&found[0]), (*code, at, *path), "{text:?}");
        } else {
            assert_eq!(found[0].code, wanted, "{text:?}");
        }
        assert_eq!(found.len(), 1, "{text:?}: {found:#?}");
    }
}

/// Bytes, code, line and column.
const BYTES: &[(&[u8], &str, (u32, u32))] = &[
    (b"", "empty-file", (1, 1)),
    (b"\xEF\xBB\xBF{}", "byte-order-mark", (1, 1)),
    (b"\xFF\xFE{\0}\0", "utf-16", (1, 1)),
    (b"\xFE\xFF\0{\0}", "utf-16", (1, 1)),
    (b"{\0}\0", "utf-16", (1, 1)),
    (b"\0{\0}", "utf-16", (1, 1)),
    (b"\0\0\0\0\0\0\0\0", "nul-bytes", (1, 1)),
    (b"{\n \"a\": \"\xE9\"}", "not-utf-8", (2, 8)),
    (b"{\n \"a\": \"\xC3\xA9\xC0\xAF\"}", "not-utf-8", (2, 9)),
    (b"{\"a\": \"\xED\xA0\x80\"}", "not-utf-8", (1, 8)),
    (b"\x7FELF\x02\x01\x01", "not-json", (1, 1)),
    (b"\x89PNG\r\n", "not-utf-8", (1, 1)),
    (b"PK\x03\x04", "not-json", (1, 1)),
];

#[test]
fn bytes_that_are_no_text_have_their_own_names() {
    for (bytes, code, at) in BYTES {
        let found = faults(bytes);
        assert_eq!(found.iter().map(place).collect::<Vec<_>>(), [(*code, *at, "$")], "{bytes:?}");
    }
}

#[test]
fn a_file_cut_anywhere_says_so_at_its_end() {
    let whole = ROWAN.trim_end();
    for cut in 1..whole.len() {
        let found = faults(&whole.as_bytes()[..cut]);
        assert_eq!(found.len(), 1, "cut at {cut}");
        match whole.get(..cut) {
            Some(text) => {
                assert_eq!((found[0].code, place(&found[0]).1), ("truncated", end_of(text)), "cut at {cut}");
            }
            None => assert_eq!(found[0].code, "not-utf-8", "cut at {cut}"),
        }
    }
    ward(whole); // the control: uncut, it reads
}

/// As `SYNTAX`, but for JSON that is no ward, or a wrong one.
const STRUCTURE: &[(&str, &str, &str)] = &[
    ("§[]", "wrong-type", "$"),
    ("§null", "wrong-type", "$"),
    ("§\"wardround/1\"", "wrong-type", "$"),
    ("§{}", "not-a-ward", "$"),
    ("§{\"patients\": []}", "not-a-ward", "$"),
    ("{\"format\": §\"wardround/2\", \"ward\": 5, \"patients\": {}}", "unknown-format", "$.format"),
    ("{\"format\": §\"WARDROUND/1\"}", "unknown-format", "$.format"),
    ("{\"format\": §1}", "wrong-type", "$.format"),
    ("§{\"format\": \"wardround/1\", \"patients\": []}", "missing-field", "$.ward"),
    ("§{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\"}}", "missing-field", "$.patients"),
    ("{\"format\": \"wardround/1\", \"ward\": §[], \"patients\": []}", "wrong-type", "$.ward"),
    ("{\"format\": \"wardround/1\", \"ward\": §{}, \"patients\": []}", "missing-field", "$.ward.name"),
    ("{\"format\": \"wardround/1\", \"ward\": {\"name\": §7}, \"patients\": []}", "wrong-type", "$.ward.name"),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\", \"site\": §null}, \"patients\": []}",
        "wrong-type",
        "$.ward.site",
    ),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\", \"time_zone\": §\"Mars/Base\"}, \"patients\": []}",
        "unknown-time-zone",
        "$.ward.time_zone",
    ),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\", §\"name\": \"V\"}, \"patients\": []}",
        "duplicate-key",
        "$",
    ),
    ("{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\"}, \"patients\": §{}}", "wrong-type", "$.patients"),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\"}, \"patients\": [], §\"format\": 1}",
        "wrong-type",
        "$.format",
    ),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\"}, \"patients\": [], §\"patients\": []}",
        "duplicate-key",
        "$",
    ),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\"}, \"patients\": [], \"lineage\": §4}",
        "wrong-type",
        "$.lineage",
    ),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\"}, \"patients\": [], \"revision\": §-1}",
        "wrong-type",
        "$.revision",
    ),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\"}, \"patients\": [], \"x\": [{\"a\": {\"b\": 1, §\"b\": 2}}]}",
        "duplicate-key",
        "$",
    ),
    (
        "{\"format\": \"wardround/1\", \"ward\": {\"name\": \"W\"}, \"patients\": [], \"x\": {\"ab\": 1, §\"\\u0061b\": 2}}",
        "duplicate-key",
        "$",
    ),
];

#[test]
fn what_is_no_ward_is_refused() {
    for (text, code, path) in STRUCTURE {
        let (text, at) = marked(text);
        let found = faults(text.as_bytes());
        let codes: Vec<_> = found.iter().map(place).collect();
        // The second `format` of a file is a duplicate key before it is of the wrong type.
        if text.matches("\"format\"").count() == 2 {
            assert_eq!(codes, [("duplicate-key", at, "$")], "{text}");
        } else {
            assert_eq!(codes, [(*code, at, *path)], "{text}");
        }
    }
}

#[test]
fn names_that_stand_twice_are_refused_at_every_level() {
    let result = r#""id": "e", "kind": "result", "at": "2026-11-17", "value": 1"#;
    for (text, path) in [
        (file(r#"{"id": "p", "name": {"family": "F", "given": "G"}, §"id": "p"}"#), "$.patients[0]"),
        (file(r#"{"id": "p", "name": {"family": "F", "given": "G", §"family": "H"}}"#), "$.patients[0]"),
        (file(r#"{"id": "p", "name": {"family": "F", "given": "G"}, "x": [{"y": 1, §"y": 1}]}"#), "$.patients[0]"),
        (entries(&format!(r#"{{{result}, "test": "anc", §"test": "wbc"}}"#)), "$.patients[0].entries[0]"),
        (entries(&format!(r#"{{{result}, "test": "anc", §"val\u0075e": 2}}"#)), "$.patients[0].entries[0]"),
        (entries(&format!(r#"{{{result}, "test": "anc", "x": {{"y": 1, §"y": 2}}}}"#)), "$.patients[0].entries[0]"),
        (
            entries(
                r#"{"id": "e", "kind": "checklist", "list": "c", "at": "2026-11-17", "answers": {"a": true, §"a": false}}"#,
            ),
            "$.patients[0].entries[0]",
        ),
        (
            entries(&format!(
                r#"{{{result}, "test": "anc", "recorded": {{"at": "2026-11-17T08:00Z", "by": "a", §"by": "b"}}}}"#
            )),
            "$.patients[0].entries[0]",
        ),
    ] {
        let (text, at) = marked(&text);
        assert_eq!(
            faults(text.as_bytes()).iter().map(place).collect::<Vec<_>>(),
            [("duplicate-key", at, path)],
            "{text}"
        );
    }
}

#[test]
fn many_names_are_told_apart_too() {
    let names: Vec<_> = (0..40).map(|i| format!("\"n{i}\": {i}")).collect();
    let with = |extra: &str| {
        file("").replace("\"patients\"", &format!("\"x\": {{{}{extra}}}, \"patients\"", names.join(", ")))
    };
    ward(&with(""));
    ward(&with(", \"n\": 1"));
    for extra in [", §\"n0\": 1", ", §\"n15\": 1", ", §\"n16\": 1", ", §\"n39\": 1", ", §\"\\u006e3\": 1"] {
        let (text, at) = marked(&with(extra));
        assert_eq!(
            faults(text.as_bytes()).iter().map(place).collect::<Vec<_>>(),
            [("duplicate-key", at, "$")],
            "{extra}"
        );
    }
}

#[test]
fn every_fault_is_told_not_only_the_first() {
    let text = file(
        r#"{"id": 1, "name": {"family": "F"}, "born": 7, "entries": {}},
{"id": "q", "name": {"family": "F", "given": "G"}, "entries": [
 {"kind": "note", "at": "2026-11-17"},
 5,
 {"id": "e", "kind": "dose"}]},
{"id": "q", "name": {"family": "F", "given": "G"}},
7"#,
    );
    let found = faults(text.as_bytes());
    let told: Vec<_> =
        found.iter().map(|fault| format!("{}:{} {}", fault.position.line, fault.code, fault.path)).collect();
    assert_eq!(
        told,
        [
            "1:wrong-type $.patients[0].id",
            "1:missing-field $.patients[0].name.given",
            "1:wrong-type $.patients[0].born",
            "1:wrong-type $.patients[0].entries",
            "3:missing-field $.patients[1].entries[0].id",
            "3:missing-field $.patients[1].entries[0].text",
            "4:wrong-type $.patients[1].entries[1]",
            "5:missing-field $.patients[1].entries[2].at",
            "6:duplicate-patient-id $.patients[2].id",
            "7:wrong-type $.patients[3]",
        ]
    );
    assert!(found.is_sorted_by_key(|fault| fault.position));
}

#[test]
fn after_a_thousand_faults_the_rest_are_counted() {
    let limits = Limits { faults: 3, ..Limits::default() };
    let text = entries(&["{}"; 5].join(",")); // two faults each
    let found = read::ward(text.as_bytes(), &limits).unwrap_err();
    assert_eq!(found.len(), 3);
    assert!(found[2].what.ends_with("and 7 more faults"), "{}", found[2].what);
}

#[test]
fn sizes_are_limited() {
    let patient = |i: usize| format!(r#"{{"id": "p{i}", "name": {{"family": "F", "given": "G"}}}}"#);
    let text = file(&[patient(1), patient(2), patient(3)].join(","));
    let limits = Limits { patients: 3, bytes: text.len(), ..Limits::default() };
    assert!(read::ward(text.as_bytes(), &limits).is_ok());
    let code = |limits| read::ward(text.as_bytes(), &limits).unwrap_err()[0].code;
    assert_eq!(code(Limits { patients: 2, ..limits }), "too-many-patients");
    assert_eq!(code(Limits { bytes: text.len() - 1, ..limits }), "too-large");
}

#[test]
fn line_ends_of_another_system_and_a_minified_file_read_the_same() {
    let ward = ward(ROWAN);
    let other = crate::ward(&ROWAN.replace('\n', "\r\n"));
    assert_eq!(other.patients[1], ward.patients[1]);
    assert_eq!(other.patients[1].position, ward.patients[1].position);
    let flat: String = ROWAN.lines().map(str::trim).collect();
    assert_eq!(crate::ward(&flat).patients[1], ward.patients[1]);
    assert_eq!(crate::ward(&flat).patients[1].position.line, 1);
}

#[test]
fn reading_without_copying_is_the_same() {
    let limits = Limits::default();
    assert_eq!(read::owned(ROWAN.into(), &limits), Ok(ward(ROWAN)));
    for bytes in [&b"{"[..], b"\xFF", b"", b"[]"] {
        assert_eq!(read::owned(bytes.to_vec(), &limits), read::ward(bytes, &limits));
    }
}
