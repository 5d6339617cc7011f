//! The clinical cases: one patient, one moment, and what must be said of that patient then.
//!
//! Each file of `tests/cases/` is a list of cases; only what `expect` names is compared. A case may name the rules that
//! it tests in `rules`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking.
#![allow(clippy::option_option)] // "Not named" and "named, and null" are two things in `expect`.
#![allow(clippy::disallowed_methods)] // Reads the cases from the disk.
use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::value::RawValue;
use wardround::assess::{self, Assessment, Severity, Task};
use wardround::rules::Rules;
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, Ward, When};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    about: String,
    as_of: String,
    #[serde(default)]
    time_zone: Option<String>,
    patient: Box<RawValue>,
    expect: Expect,
    #[serde(default)]
    #[allow(dead_code)]
    rules: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Expect {
    anc_band: Option<Option<String>>,
    state: Option<String>,
    severity: Option<String>,
    #[serde(deserialize_with = "present")]
    treatment_day: Option<Option<i64>>,
    #[serde(deserialize_with = "present")]
    titration_day: Option<Option<i64>>,
    #[serde(deserialize_with = "present")]
    titration_week: Option<Option<i64>>,
    due: BTreeMap<String, Option<ExpectDue>>,
    flags: Vec<String>,
    no_flags: Vec<String>,
    cannot_assess: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ExpectDue {
    #[serde(deserialize_with = "present")]
    due: Option<Option<String>>,
    status: Option<String>,
    days_overdue: Option<i64>,
    #[serde(deserialize_with = "present")]
    valid_until: Option<Option<String>>,
}

/// A field that is there, null or not.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

fn ward_of(case: &Case) -> Ward {
    let zone = case.time_zone.as_deref().unwrap_or("UTC");
    let text = format!(
        r#"{{"format":"wardround/1","ward":{{"name":"Cases","time_zone":"{zone}"}},"patients":[{}]}}"#,
        case.patient.get()
    );
    read::ward(text.as_bytes(), &Limits::default()).unwrap_or_else(|faults| panic!("{}: {faults:?}", case.id))
}

fn assess(case: &Case, ward: &Ward, rules: &Rules) -> Assessment {
    let zone = ward.time_zone.unwrap_or(Tz::UTC);
    let when = When::parse(&case.as_of).unwrap();
    let at = when.instant(zone).unwrap().unwrap_or_else(|| panic!("{}: as_of needs a time", case.id));
    assess::patient(&ward.patients[0], rules, &Moment { at, zone })
}

/// Says in what an assessment differs from what a case expects.
fn differences(expect: &Expect, got: &Assessment) -> String {
    let mut out = String::new();
    let mut differ = |what: &str, want: &dyn std::fmt::Debug, have: &dyn std::fmt::Debug| {
        let (want, have) = (format!("{want:?}"), format!("{have:?}"));
        if want != have {
            let _ = write!(out, "\n    {what}: want {want}, have {have}");
        }
    };
    if let Some(band) = &expect.anc_band {
        differ("anc_band", band, &got.anc_band.as_ref().map(|b| b.band.to_string()));
    }
    if let Some(state) = &expect.state {
        differ("state", &state.as_str(), &got.state.as_str());
    }
    if let Some(severity) = &expect.severity {
        differ("severity", &severity.as_str(), &got.severity.as_str());
    }
    if let Some(day) = &expect.treatment_day {
        differ("treatment_day", day, &got.treatment_day);
    }
    if let Some(day) = &expect.titration_day {
        differ("titration_day", day, &got.titration_day);
    }
    if let Some(week) = &expect.titration_week {
        differ("titration_week", week, &got.titration_week());
    }
    for (task, want) in &expect.due {
        let have = got.due(Task::parse(task).unwrap_or_else(|| panic!("no such task: {task}")));
        let Some(want) = want else {
            differ(task, &"nothing", &have.map_or("nothing", |_| "something"));
            continue;
        };
        let Some(have) = have else {
            differ(task, &"something", &"nothing");
            continue;
        };
        let why = format!(" ({})", have.why);
        if let Some(date) = &want.due {
            differ(&format!("{task}.due{why}"), date, &have.due.map(|d| d.to_string()));
        }
        if let Some(status) = &want.status {
            differ(&format!("{task}.status"), &status.as_str(), &have.status.as_str());
        }
        if let Some(days) = want.days_overdue {
            differ(&format!("{task}.days_overdue"), &days, &have.days_overdue);
        }
        if let Some(date) = &want.valid_until {
            differ(&format!("{task}.valid_until"), date, &have.valid_until.map(|d| d.to_string()));
        }
    }
    let open: Vec<_> = got.flags.iter().filter(|f| f.acknowledged.is_none()).collect();
    let has = |flag: &str| {
        let (kind, severity) = flag.split_once(':').map_or((flag, None), |(k, s)| (k, Some(s)));
        open.iter().any(|f| f.kind.as_str() == kind && severity.is_none_or(|s| f.severity.as_str() == s))
    };
    let shown: Vec<_> =
        open.iter().map(|f| format!("{}:{} {}", f.kind.as_str(), f.severity.as_str(), f.title)).collect();
    for flag in expect.flags.iter().filter(|flag| !has(flag)) {
        differ("flags", flag, &shown);
    }
    for flag in expect.no_flags.iter().filter(|flag| has(flag)) {
        differ("no_flags", flag, &shown);
    }
    if let Some(cannot) = expect.cannot_assess {
        differ("cannot_assess", &cannot, &!got.cannot_assess.is_empty());
    }
    out
}

fn cases() -> Vec<(String, Vec<Case>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let cases = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            (name, cases)
        })
        .collect()
}

#[test]
fn every_case_holds() {
    let rules = Rules::builtin().unwrap();
    let mut failed = String::new();
    let mut count = 0;
    for (file, cases) in cases() {
        for case in &cases {
            count += 1;
            let ward = ward_of(case);
            let differences = differences(&case.expect, &assess(case, &ward, &rules));
            if !differences.is_empty() {
                let _ = write!(failed, "\n{file} {}, {}:{differences}", case.id, case.about);
            }
        }
    }
    assert!(count >= 120, "only {count} cases were found");
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn a_wrong_expectation_is_caught() {
    let rules = Rules::builtin().unwrap();
    let (_, cases) = cases().into_iter().find(|(name, _)| name == "monitoring").unwrap();
    let case = &cases[0];
    let got = assess(case, &ward_of(case), &rules);
    let wrong = Expect { anc_band: Some(Some("RED".to_owned())), flags: vec!["nms".to_owned()], ..Expect::default() };
    assert!(differences(&wrong, &got).contains("anc_band"));
    assert!(differences(&wrong, &got).contains("flags"));
    assert_eq!(got.severity.max(Severity::Ok), got.severity);
}
