//! The clinical cases: one patient, one moment, and what must be said of that patient then.
//!
//! Each file of `tests/cases/` is a list of cases; only what `expect` names is compared. A case may name the rules that
//! it tests in `rules`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking.
#![allow(clippy::option_option)] // "Not named" and "named, and null" are two things in `expect`.
#![allow(clippy::disallowed_methods)] // Reads the cases from the disk.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::value::RawValue;
use wardround::assess::{self, Assessment, Due, Flag, FlagKind, Severity, Task};
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
    rules: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Expect {
    #[serde(deserialize_with = "present")]
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
    /// Open flags, as `kind` or `kind:severity`.
    flags: Vec<String>,
    /// No such flag is open.
    no_flags: Vec<String>,
    /// Shown and acknowledged, as `kind` or `kind:severity`.
    acknowledged: Vec<String>,
    /// No such flag is shown, open or acknowledged.
    gone: Vec<String>,
    /// How many flags of a kind are shown.
    shown: BTreeMap<String, usize>,
    /// Keys of flags that are shown.
    keys: Vec<String>,
    /// What the action of a kind's worst flag says.
    action: BTreeMap<String, String>,
    /// What the reason of a kind's worst flag says.
    why: BTreeMap<String, String>,
    /// What the action of a kind's worst flag does not say.
    no_action: BTreeMap<String, String>,
    cannot_assess: Option<bool>,
    level: Option<ExpectLevel>,
    no_next_test: Option<bool>,
    in_titration: Option<bool>,
    /// Days since the patient's protocol was held against its sources, if that is too many.
    #[serde(deserialize_with = "present")]
    protocol_needs_check: Option<Option<i64>>,
}

/// What is expected of the newest level.
#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectLevel {
    trough: bool,
    occasions: i64,
    ratio: Option<String>,
    ratio_rule: Option<String>,
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
    /// Key of the rule.
    rule: Option<String>,
    /// Words that the reason holds.
    why: Option<String>,
    /// Whether blood for it has been taken and a result is awaited.
    sampled: Option<bool>,
    /// Whether the last attempt gave no blood.
    not_taken: Option<bool>,
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

fn moment_of(case: &Case, ward: &Ward) -> Moment {
    let zone = ward.time_zone.unwrap_or(Tz::UTC);
    let when = When::parse(&case.as_of).unwrap();
    let at = when.instant(zone).unwrap().unwrap_or_else(|| panic!("{}: as_of needs a time", case.id));
    Moment { at, zone }
}

fn assess(case: &Case, ward: &Ward, rules: &Rules) -> Assessment {
    assess::patient(&ward.patients[0], rules, &moment_of(case, ward))
}

/// Days since the patient's protocol was held against its sources, if that is too many.
fn unchecked_for(case: &Case, ward: &Ward, rules: &Rules) -> Option<i64> {
    let protocol = ward.patients[0].fields.protocol.as_deref().and_then(|id| rules.protocol(id))?;
    rules.unchecked_for(protocol, moment_of(case, ward).today())
}

/// Says in what an assessment differs from what a case expects.
fn differences(expect: &Expect, got: &Assessment) -> String {
    let mut out = Differences::default();
    if let Some(band) = &expect.anc_band {
        out.differ("anc_band", band, &got.anc_band.as_ref().map(|b| b.band.to_string()));
    }
    if let Some(state) = &expect.state {
        out.differ("state", &state.as_str(), &got.state.as_str());
    }
    if let Some(severity) = &expect.severity {
        out.differ("severity", &severity.as_str(), &got.severity.as_str());
    }
    out.optional("treatment_day", expect.treatment_day.as_ref(), &got.treatment_day);
    out.optional("titration_day", expect.titration_day.as_ref(), &got.titration_day);
    out.optional("titration_week", expect.titration_week.as_ref(), &got.titration_week());
    let level = got.level.as_ref().map(|level| ExpectLevel {
        trough: level.is_trough,
        occasions: level.occasions,
        ratio: level.ratio.map(|ratio| ratio.round_dp(2).normalize().to_string()),
        ratio_rule: level.ratio_rule.clone(),
    });
    out.optional("level", expect.level.as_ref().map(Some).as_ref(), &level.as_ref());
    out.optional("cannot_assess", expect.cannot_assess.as_ref(), &!got.cannot_assess.is_empty());
    out.optional("no_next_test", expect.no_next_test.as_ref(), &got.has_no_next_test());
    out.optional("in_titration", expect.in_titration.as_ref(), &got.in_titration);
    for (task, want) in &expect.due {
        let have = got.due(Task::parse(task).unwrap_or_else(|| panic!("no such task: {task}")));
        match (want, have) {
            (None, None) => {}
            (None, Some(have)) => out.differ(task, &"nothing", &format!("{:?}: {}", have.due, have.why)),
            (Some(_), None) => out.differ(task, &"something", &"nothing"),
            (Some(want), Some(have)) => out.due(task, want, have),
        }
    }
    out.flags(expect, got);
    out.0
}

/// In what an assessment differs, a line each.
#[derive(Default)]
struct Differences(String);

impl Differences {
    fn differ(&mut self, what: &str, want: &dyn std::fmt::Debug, have: &dyn std::fmt::Debug) {
        let (want, have) = (format!("{want:?}"), format!("{have:?}"));
        if want != have {
            let _ = write!(self.0, "\n    {what}: want {want}, have {have}");
        }
    }

    fn optional<T: std::fmt::Debug>(&mut self, what: &str, want: Option<&T>, have: &T) {
        if let Some(want) = want {
            self.differ(what, want, have);
        }
    }

    fn due(&mut self, task: &str, want: &ExpectDue, have: &Due) {
        let why = format!(" ({})", have.why);
        if let Some(date) = &want.due {
            self.differ(&format!("{task}.due{why}"), date, &have.due.map(|d| d.to_string()));
        }
        if let Some(status) = &want.status {
            self.differ(&format!("{task}.status"), &status.as_str(), &have.status.as_str());
        }
        self.optional(&format!("{task}.days_overdue"), want.days_overdue.as_ref(), &have.days_overdue);
        if let Some(date) = &want.valid_until {
            self.differ(&format!("{task}.valid_until"), date, &have.valid_until().map(|d| d.to_string()));
        }
        self.optional(&format!("{task}.rule"), want.rule.as_ref(), &have.rule.to_string());
        self.optional(&format!("{task}.sampled"), want.sampled.as_ref(), &have.sampled_at().is_some());
        self.optional(&format!("{task}.not_taken"), want.not_taken.as_ref(), &have.not_taken().is_some());
        if let Some(words) = want.why.as_ref().filter(|words| !have.why.to_string().contains(words.as_str())) {
            self.differ(&format!("{task}.why"), words, &have.why.to_string());
        }
    }

    fn flags(&mut self, expect: &Expect, got: &Assessment) {
        let has = |flag: &str, acknowledged: &[bool]| {
            let (kind, severity) = flag.split_once(':').map_or((flag, None), |(k, s)| (k, Some(s)));
            assert!(FlagKind::parse(kind).is_some(), "no such flag: {kind}");
            got.flags.iter().any(|f| {
                acknowledged.contains(&f.acknowledged.is_some())
                    && f.kind.as_str() == kind
                    && severity.is_none_or(|s| f.severity.as_str() == s)
            })
        };
        let seen = |f: &Flag| if f.acknowledged.is_some() { " (acknowledged)" } else { "" };
        let line = |f: &Flag| format!("{}:{} {} {}{}", f.kind.as_str(), f.severity.as_str(), f.key, f.title, seen(f));
        let shown: Vec<_> = got.flags.iter().map(line).collect();
        for flag in expect.flags.iter().filter(|flag| !has(flag, &[false])) {
            self.differ("flags", flag, &shown);
        }
        for flag in expect.no_flags.iter().filter(|flag| has(flag, &[false])) {
            self.differ("no_flags", flag, &shown);
        }
        for flag in expect.acknowledged.iter().filter(|flag| !has(flag, &[true])) {
            self.differ("acknowledged", flag, &shown);
        }
        for flag in expect.gone.iter().filter(|flag| has(flag, &[true, false])) {
            self.differ("gone", flag, &shown);
        }
        for (kind, want) in &expect.shown {
            let have = got.flags.iter().filter(|f| f.kind.as_str() == kind).count();
            if *want != have {
                self.differ(&format!("shown {kind}"), want, &shown);
            }
        }
        for key in expect.keys.iter().filter(|key| !got.flags.iter().any(|f| f.key == **key)) {
            self.differ("keys", key, &shown);
        }
        let action =
            |kind: &str| got.flags.iter().find(|f| f.kind.as_str() == kind).map_or(String::new(), |f| f.action.clone());
        for (kind, words) in expect.action.iter().filter(|(kind, words)| !action(kind).contains(words.as_str())) {
            self.differ("action", words, &action(kind));
        }
        let why =
            |kind: &str| got.flags.iter().find(|f| f.kind.as_str() == kind).map_or(String::new(), |f| f.why.clone());
        for (kind, words) in expect.why.iter().filter(|(kind, words)| !why(kind).contains(words.as_str())) {
            self.differ("why", words, &why(kind));
        }
        for (kind, words) in expect.no_action.iter().filter(|(kind, words)| action(kind).contains(words.as_str())) {
            self.differ("no_action", words, &action(kind));
        }
    }
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
            let mut differences = differences(&case.expect, &assess(case, &ward, &rules));
            let (want, have) = (case.expect.protocol_needs_check, unchecked_for(case, &ward, &rules));
            if want.is_some_and(|want| want != have) {
                let _ = write!(differences, "\n    protocol_needs_check: want {want:?}, have {have:?}");
            }
            if !differences.is_empty() {
                let _ = write!(failed, "\n{file} {}, {}:{differences}", case.id, case.about);
            }
        }
    }
    assert!(count >= 850, "only {count} cases were found");
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

/// A rule that no case names could be wrong without a test that fails.
#[test]
fn every_rule_of_the_data_is_named_by_a_case() {
    let rules = Rules::builtin().unwrap();
    let known: BTreeSet<String> = rules.all_rules().map(|rule| rule.key.clone()).collect();
    let named: BTreeSet<String> =
        cases().into_iter().flat_map(|(_, cases)| cases).flat_map(|case| case.rules).collect();
    let unnamed: Vec<_> = known.difference(&named).collect();
    assert!(unnamed.is_empty(), "{} rules are named by no case: {unnamed:#?}", unnamed.len());
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "cases name rules that do not exist: {unknown:#?}");
}

#[test]
fn case_ids_are_unique() {
    let mut seen = BTreeSet::new();
    for case in cases().into_iter().flat_map(|(_, cases)| cases) {
        assert!(seen.insert(case.id.clone()), "two cases are called {}", case.id);
    }
}

/// Rules that are no reason by themselves: the best bands, and what other rules lean on.
const BEHIND_OTHERS: &[&str] = &[
    "ca-registry#band.green",
    "checks#level.stable",
    "checks#level.adequate",
    "checks#level.occasions",
    "checks#level.ratio-high",
    "checks#level.ratio-low",
    "checks#level.trough",
    "checks#protocol.check",
    "checks#titration.change",
    "checks#titration.first",
    "consensus-2025#band.continue",
    "consensus-2025#band.duffy-null.continue",
    "eu-2025#band.ben.normal",
    "eu-2025#band.normal",
    "eu-2025#gap.two-years",
    "rechallenge#band.continue",
    "trs-article#band.normal",
    "uk-smpc#band.ben.green",
    "uk-smpc#band.green",
    "uk-smpc#retitrate-adds",
    "us-label#band.ben.normal",
    "us-label#band.normal",
];

/// A rule may be named by a case and still say nothing: each must speak in some case, in what is due or in a flag, but
/// for those that only stand behind other rules.
#[test]
fn every_rule_speaks_in_a_case() {
    let rules = Rules::builtin().unwrap();
    let mut silent: BTreeSet<String> = rules.all_rules().map(|rule| rule.key.clone()).collect();
    for case in cases().into_iter().flat_map(|(_, cases)| cases) {
        let got = assess(&case, &ward_of(&case), &rules);
        for rule in got.due.iter().map(|due| &due.rule).chain(got.flags.iter().map(|flag| &flag.rule)) {
            silent.remove(rule.as_str());
        }
        // How long a count is valid is said beside what is due, under a key of its own.
        for due in got.due.iter().filter(|due| due.valid_until().is_some()) {
            silent.remove(&format!("{}.validity", due.rule));
        }
    }
    silent.retain(|rule| !BEHIND_OTHERS.contains(&rule.as_str()));
    assert!(silent.is_empty(), "{silent:#?}");
}
