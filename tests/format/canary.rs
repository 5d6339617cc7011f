//! No fault ever holds a value from the file, whichever way the file is broken.
use wardround::ward::Kind;
use wardround::ward::read::{self, Limits};

use crate::ROWAN;

const CANARY: &str = "CANARY7f3a";

/// The example with the canary in every string and in every unknown name.
fn infested() -> serde_json::Value {
    fn infest(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => text.push_str(CANARY),
            serde_json::Value::Array(items) => items.iter_mut().for_each(infest),
            serde_json::Value::Object(fields) => {
                fields.values_mut().for_each(infest);
                fields.insert(format!("x{CANARY}"), CANARY.into());
            }
            _ => {}
        }
    }
    let mut value: serde_json::Value = serde_json::from_str(ROWAN).unwrap();
    infest(&mut value);
    value
}

/// Reads, and looks for the canary in all that is told.
fn told(text: &str, seen: &mut usize) {
    let limits = Limits::default();
    let faults = match read::ward(text.as_bytes(), &limits) {
        Err(faults) => faults,
        Ok(ward) => {
            for (_, entry) in ward.entries() {
                if let Kind::Unreadable { fault, .. } = &entry.kind {
                    assert!(!format!("{fault:?}").contains(CANARY), "{fault:?}");
                }
            }
            for patient in &ward.patients {
                assert!(!format!("{:?}", patient.faults).contains(CANARY), "{:?}", patient.faults);
            }
            read::content_faults(&ward)
        }
    };
    *seen += faults.len();
    for fault in faults {
        assert!(!format!("{fault} {fault:?}").contains(CANARY), "{fault:?}");
    }
}

#[test]
fn the_canary_is_never_told() {
    let mut seen = 0;
    let mut value = infested();
    told(&value.to_string(), &mut seen); // the format itself is infested
    value["format"] = "wardround/1".into();
    told(&value.to_string(), &mut seen); // so is the zone
    value["ward"]["time_zone"] = "Europe/London".into();
    told(&value.to_string(), &mut seen); // all dates and words
    assert!(seen > 5, "{seen}");
    let mut kinds = value.clone();
    let original: serde_json::Value = serde_json::from_str(ROWAN).unwrap();
    for i in 0..14 {
        kinds["patients"][0]["entries"][i]["kind"] = original["patients"][0]["entries"][i]["kind"].clone();
    }
    told(&kinds.to_string(), &mut seen);
    broken_everywhere(&kinds, &mut seen);
    assert!(seen > 1_000, "{seen}");
}

/// Breaks a value in every place in every way.
fn broken_everywhere(value: &serde_json::Value, seen: &mut usize) {
    let text = value.to_string();
    for (at, c) in text.char_indices().filter(|(_, c)| "{}[],:\"".contains(*c)) {
        told(&text[..at], seen);
        for other in ["", "\"", "\\", "0", "[", "}", "x", "\u{1}"] {
            told(&format!("{}{other}{}", &text[..at], &text[at + c.len_utf8()..]), seen);
        }
    }
    let mut pointers = Vec::new();
    collect(value, "", &mut pointers);
    for pointer in pointers {
        for wrong in [serde_json::json!(null), serde_json::json!([CANARY]), serde_json::json!({ CANARY: CANARY })] {
            let mut value = value.clone();
            *value.pointer_mut(&pointer).unwrap() = wrong;
            told(&value.to_string(), seen);
        }
    }
}

fn collect(value: &serde_json::Value, path: &str, into: &mut Vec<String>) {
    into.push(path.to_owned());
    match value {
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| collect(item, &format!("{path}/{i}"), into));
        }
        serde_json::Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| collect(field, &format!("{path}/{name}"), into));
        }
        _ => {}
    }
}
