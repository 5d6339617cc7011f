//! The data files: each fits its JSON Schema, and a wrong one is refused by the schema and by the reader, with a message
//! that says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking.
#![allow(clippy::disallowed_methods)] // Reads the data files from the disk.
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wardround::rules::Rules;

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(path)
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What a schema says of a value: nothing, if it fits.
fn schema(name: &str) -> impl Fn(&Value) -> Result<(), String> {
    let mut compiler = boon::Compiler::new();
    let mut schemas = boon::Schemas::new();
    let uri = format!("mem:///{name}.json");
    compiler.add_resource(&uri, read(&data(&format!("schemas/{name}.schema.json")))).unwrap();
    let index = compiler.compile(&uri, &mut schemas).unwrap();
    move |value| schemas.validate(value, index).map_err(|e| e.to_string())
}

fn folder(name: &str) -> Vec<PathBuf> {
    std::fs::read_dir(data(name)).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_data_file_fits_its_schema() {
    for (name, files) in [
        ("protocol", folder("protocols")),
        ("regimen", folder("regimens")),
        ("checks", vec![data("checks.json")]),
        ("checklists", vec![data("checklists.json")]),
        ("units", vec![data("units.json")]),
    ] {
        let fits = schema(name);
        assert!(!files.is_empty());
        for file in files {
            fits(&read(&file)).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        }
    }
}

#[test]
fn every_data_file_of_a_folder_is_embedded() {
    let rules = Rules::builtin().unwrap();
    for file in folder("protocols") {
        let id = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(rules.protocol(&id).is_some(), "{id} is not embedded");
    }
    for file in folder("regimens") {
        let id = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(rules.regimen(&id).is_some(), "{id} is not embedded");
    }
}

/// A change that makes a protocol wrong, whether its schema can see it, and the message of the reader.
type Wrong = (&'static str, fn(&mut Value), bool, &'static str);

const WRONG: &[Wrong] = &[
    ("a field is missing", |p| drop(p.as_object_mut().unwrap().remove("gaps")), true, "missing field `gaps`"),
    ("a field is unknown", |p| p["interval"] = json!(7), true, "unknown field `interval`"),
    ("a number is a text", |p| p["phases"][1]["every_days"] = json!("14"), true, "phases[1].every_days: invalid type"),
    (
        "a figure is a float",
        |p| p["bands"]["general"][0]["anc"] = json!(2.0),
        true,
        "bands.general[0].anc: invalid type",
    ),
    (
        "a figure is a range",
        |p| p["bands"]["general"][0]["anc"] = json!("1.0-1.5"),
        true,
        "not a decimal number in quotes",
    ),
    ("an interval of nothing", |p| p["phases"][0]["every_days"] = json!(0), true, "every_days must be 1 or more"),
    (
        "an evidence is made up",
        |p| p["phases"][0]["evidence"] = json!("certain"),
        true,
        "phases[0].evidence: unknown variant",
    ),
    ("another format", |p| p["format"] = json!("wardround-protocol/2"), true, "format: must be"),
    ("an empty id", |p| p["id"] = json!(""), true, "is taken or empty"),
    ("an id is taken", |p| p["id"] = json!("us-label"), false, "\"us-label\" is taken"),
    ("bands do not fall", |p| p["bands"]["general"][1]["anc"] = json!("2.5"), false, "must begin lower"),
    (
        "the last band begins too high",
        |p| p["bands"]["general"][2]["anc"] = json!("0.2"),
        false,
        "must begin at an ANC of 0",
    ),
    ("a WBC is missing", |p| drop(p["bands"]["general"][1].as_object_mut().unwrap().remove("wbc")), false, "reads_wbc"),
    (
        "the best band is a warning",
        |p| p["bands"]["general"][0]["severity"] = json!("warning"),
        false,
        "the first band must",
    ),
    ("two best bands", |p| p["bands"]["general"][1]["severity"] = json!("ok"), false, "only the first band"),
    ("a source is not listed", |p| p["phases"][0]["source"] = json!("hearsay"), false, "not among the sources"),
];

#[test]
fn a_wrong_protocol_is_refused_with_its_place() {
    let mut good = read(&data("protocols/uk-smpc.json"));
    good["id"] = json!("our-site");
    let fits = schema("protocol");
    fits(&good).unwrap();
    Rules::builtin().unwrap().add("our.json", &good.to_string()).unwrap();
    for (what, change, seen_by_schema, message) in WRONG {
        let mut wrong = good.clone();
        change(&mut wrong);
        assert_eq!(fits(&wrong).is_err(), *seen_by_schema, "{what}: by the schema");
        let mut rules = Rules::builtin().unwrap();
        let error = rules.add("our.json", &wrong.to_string()).expect_err(what).to_string();
        assert!(error.starts_with("our.json: ") && error.contains(message), "{what}: {error}");
        assert!(rules.protocol("our-site").is_none(), "{what}: added all the same");
    }
}

#[test]
fn a_site_s_day_table_is_a_regimen() {
    let source = json!({"source": "ours", "evidence": "official"});
    let day = |day: i64, morning: &str, evening: &str| {
        let mut of_day = source.clone();
        of_day["day"] = json!(day);
        of_day["morning_mg"] = json!(morning);
        of_day["evening_mg"] = json!(evening);
        of_day
    };
    let table = json!({
        "format": "wardround-regimen/1", "id": "our-table", "title": "Our table", "version": "1", "checked_on": "2026-11-01",
        "sources": {"ours": {"document": "Ward policy", "section": "titration", "year": "2026"}},
        "words": "as the ward's table says", "days": [day(1, "0", "12.5"), day(2, "12.5", "12.5")],
    });
    schema("regimen")(&table).unwrap();
    let mut rules = Rules::builtin().unwrap();
    rules.add("table.json", &table.to_string()).unwrap();
    let regimen = rules.regimen("our-table").unwrap();
    let limit = |day| regimen.limit(day, false).map(|limit| limit.max_mg.normalize().to_string());
    assert_eq!([limit(1), limit(2), limit(3)], [Some("12.5".to_owned()), Some("25".to_owned()), None]);
    assert_eq!(rules.rule("regimen.our-table#table-2").unwrap().text, "day 2: 12.5 + 12.5 mg");
}

#[test]
fn a_site_can_confirm_a_figure() {
    let mut rules = Rules::builtin().unwrap();
    let key = "uk-smpc#band.ben.amber";
    assert!(rules.rule(key).unwrap().is_unverified());
    let word = wardround::rules::Confirmation {
        by: "A. Pharmacist".to_owned(),
        on: chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
    };
    rules.confirm(key, word.clone()).unwrap();
    assert!(!rules.rule(key).unwrap().is_unverified());
    assert!(rules.confirm("uk-smpc#band.purple", word).is_err());
}

#[test]
fn a_protocol_grows_old() {
    let rules = Rules::builtin().unwrap();
    let protocol = rules.protocol("uk-smpc").unwrap();
    let after = |days| protocol.checked_on + chrono::Days::new(days);
    assert_eq!(rules.unchecked_for(protocol, after(365)), None);
    assert_eq!(rules.unchecked_for(protocol, after(366)), Some(366));
}
