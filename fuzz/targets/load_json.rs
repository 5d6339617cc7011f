//! Any bytes as a ward file: no panic; what is read is written so that it reads the same; and every field comes back
//! byte for byte, known or not.
use std::collections::HashMap;

use serde_json::value::RawValue;
use wardround::ward::read::{self, Limits};
use wardround::ward::write;

type Fields<'a> = HashMap<String, &'a RawValue>;

pub fn run(data: &[u8]) {
    let limits = Limits::default();
    let ward = match read::ward(data, &limits) {
        Ok(ward) => ward,
        Err(faults) => return assert!(!faults.is_empty(), "refused without a fault"),
    };
    let _ = read::content_faults(&ward);
    let text = write::ward(&ward);
    assert!(text.len() <= 2 * data.len() + 1024, "{} bytes became {}", data.len(), text.len());
    let again = read::ward(text.as_bytes(), &limits).expect("what is written can be read");
    assert_eq!(again, ward);
    assert_eq!(write::ward(&again), text);
    keeps_every_field(data, &text);
}

/// What was read, field by field, is in what was written.
fn keeps_every_field(data: &[u8], text: &str) {
    // The program takes a byte order mark; the library does not.
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let (Ok(before), Ok(after)) = (serde_json::from_slice::<Fields>(data), serde_json::from_str::<Fields>(text)) else {
        return;
    };
    keeps(&before, &after, &["patients", "ward"]);
    let ward = |fields: &Fields| fields.get("ward").map(|raw| raw.get().to_owned()).unwrap_or_default();
    let (ward_before, ward_after) = (ward(&before), ward(&after));
    if let (Ok(before), Ok(after)) = (serde_json::from_str(&ward_before), serde_json::from_str(&ward_after)) {
        keeps(&before, &after, &[]);
    }
    let patients = |fields: &Fields| fields.get("patients").map(|raw| raw.get().to_owned()).unwrap_or_default();
    let (before, after) = (patients(&before), patients(&after));
    let (Ok(before), Ok(after)) =
        (serde_json::from_str::<Vec<Fields>>(&before), serde_json::from_str::<Vec<Fields>>(&after))
    else {
        return;
    };
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        keeps(before, after, &["entries"]);
    }
}

fn keeps(before: &Fields, after: &Fields, but: &[&str]) {
    for (name, raw) in before.iter().filter(|(name, _)| !but.contains(&name.as_str())) {
        assert_eq!(after.get(name).map(|raw| raw.get()), Some(raw.get()), "{name}");
    }
}
