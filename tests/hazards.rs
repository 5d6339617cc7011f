//! HAZARDS.md names what is so: each hazard has a control and tests, and each test that is named exists.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used)] // reads the sources

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A hazard: the words of its row.
struct Row {
    hazard: String,
    control: String,
    tests: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rows(text: &str) -> Vec<Row> {
    let cells =
        |line: &str| -> Vec<String> { line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect() };
    text.lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| hazard") && !line.starts_with("| ---"))
        .map(|line| {
            let cells = cells(line);
            assert_eq!(cells.len(), 5, "five cells: {line}");
            assert!(cells[..4].iter().all(|cell| !cell.is_empty()), "an empty cell: {line}");
            let tests = cells[4].split('`').skip(1).step_by(2).map(str::to_owned).collect();
            Row { hazard: cells[0].clone(), control: cells[3].clone(), tests }
        })
        .collect()
}

fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, end));
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
    found
}

/// Every test there is, as HAZARDS.md names it: its file without `tests/`, and its name; `case` and its id.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in [files(&root().join("tests"), ".rs"), files(&root().join("src"), ".rs")].concat() {
        let name = path.strip_prefix(root()).unwrap().with_extension("").to_string_lossy().into_owned();
        let name = name.strip_prefix("tests/").unwrap_or(&name).to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for after in text.split("#[test]").skip(1) {
            let function = after.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
            found.extend(function.map(|(function, _)| format!("{name}::{function}")));
        }
    }
    for path in files(&root().join("tests/cases"), ".json") {
        let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let cases = value.as_array().or_else(|| value["cases"].as_array()).expect("cases");
        found.extend(cases.iter().filter_map(|case| case["id"].as_str()).map(|id| format!("case {id}")));
    }
    found
}

/// What is wrong with the rows.
fn faults(rows: &[Row], tests: &BTreeSet<String>) -> Vec<String> {
    let missing = rows.iter().flat_map(|row| {
        let gone = row.tests.iter().filter(|test| !tests.contains(*test));
        gone.map(|test| format!("{}: there is no test {test}", row.hazard))
    });
    let uncontrolled = |row: &&Row| !row.control.starts_with("not controlled: ");
    let bare = rows.iter().filter(|row| row.tests.is_empty()).filter(uncontrolled);
    missing.chain(bare.map(|row| format!("{}: a control without a test", row.hazard))).collect()
}

#[test]
fn every_test_that_is_named_exists() {
    let text = fs::read_to_string(root().join("HAZARDS.md")).expect("HAZARDS.md");
    let (rows, tests) = (rows(&text), tests());
    assert!(rows.len() >= 50 && tests.len() > 500, "{} rows, {} tests", rows.len(), tests.len());
    let faults = faults(&rows, &tests);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let names: BTreeSet<&str> = rows.iter().map(|row| row.hazard.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "a hazard stands there twice");
}

#[test]
fn the_control_for_hazards() {
    let tests = tests();
    for bad in
        ["| a | b | c | d | `screens::nothing_of_the_kind` |", "| a | b | c | d | |", "| a | b | c | d | `case NO-1` |"]
    {
        assert_eq!(faults(&rows(bad), &tests).len(), 1, "{bad}");
    }
    let good = "| a | b | c | d | `screens::home_at_80x24` `case BR-48` |\n| a | b | c | not controlled: e | |";
    assert_eq!(faults(&rows(good), &tests), Vec::<String>::new());
}
