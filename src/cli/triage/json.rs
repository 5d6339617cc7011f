//! `wardround-triage/1`: the assessment of a ward as JSON, for other programs.
use chrono::SecondsFormat;
use serde::Serialize;

use super::People;
use crate::assess::{Assessment, Due, Flag, WardAssessment};
use crate::rules::Rules;
use crate::safe;
use crate::ward::{Moment, Patient};

#[derive(Serialize)]
struct Triage<'a> {
    format: &'static str,
    as_of: String,
    ward: &'a str,
    counts: Counts,
    patients: Vec<Person<'a>>,
}

#[derive(Serialize)]
struct Counts {
    patients: usize,
    critical: usize,
    warning: usize,
    overdue: usize,
    due: usize,
    no_next_test: usize,
    cannot_assess: usize,
}

#[derive(Serialize)]
struct Person<'a> {
    id: &'a str,
    name: String,
    bed: Option<&'a str>,
    protocol: Option<Protocol<'a>>,
    state: &'static str,
    treatment_day: Option<i64>,
    titration_day: Option<i64>,
    titration_week: Option<i64>,
    severity: &'static str,
    anc_band: Option<Judged<'a>>,
    due: Vec<Wanted<'a>>,
    flags: Vec<Raised<'a>>,
    cannot_assess: Vec<Unassessed<'a>>,
}

#[derive(Serialize)]
struct Protocol<'a> {
    id: &'a str,
    version: Option<&'a str>,
}

#[derive(Serialize)]
struct Judged<'a> {
    band: &'a str,
    at: String,
    entry: &'a str,
}

#[derive(Serialize)]
struct Wanted<'a> {
    task: &'static str,
    due: Option<String>,
    status: &'static str,
    days_overdue: i64,
    valid_until: Option<String>,
    why: String,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampled_at: Option<String>,
}

#[derive(Serialize)]
struct Raised<'a> {
    flag: &'a str,
    kind: &'static str,
    severity: &'static str,
    title: &'a str,
    action: &'a str,
    entry: &'a str,
    rule: &'a str,
    acknowledged: bool,
}

#[derive(Serialize)]
struct Unassessed<'a> {
    code: &'static str,
    why: &'a str,
}

/// The whole assessment, one JSON object over several lines. Hostile characters are `\u` escapes; values are unchanged.
///
/// # Errors
/// Nothing that these types hold makes one.
pub fn triage(
    (ward, people): (&str, &People<'_>),
    assessed: &WardAssessment,
    rules: &Rules,
    moment: &Moment,
) -> serde_json::Result<String> {
    let counts = assessed.counts;
    let triage = Triage {
        format: "wardround-triage/1",
        as_of: moment.offset().to_rfc3339_opts(SecondsFormat::Secs, false),
        ward,
        counts: Counts {
            patients: counts.patients,
            critical: counts.critical,
            warning: counts.warning,
            overdue: counts.overdue,
            due: counts.due,
            no_next_test: counts.no_next_test,
            cannot_assess: counts.cannot_assess,
        },
        patients: assessed
            .patients
            .iter()
            .filter_map(|one| people.get(&one.patient).map(|patient| person(patient, one, rules)))
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&triage)?;
    text.push('\n');
    Ok(safe::json(&text).into_owned())
}

fn person<'a>(patient: &'a Patient, one: &'a Assessment, rules: &'a Rules) -> Person<'a> {
    let name = &patient.fields.name;
    Person {
        id: patient.id.as_str(),
        name: format!("{}, {}", name.family.to_uppercase(), name.given),
        bed: patient.fields.bed.as_deref(),
        protocol: patient
            .fields
            .protocol
            .as_deref()
            .map(|id| Protocol { id, version: rules.protocol(id).map(|protocol| protocol.version.as_str()) }),
        state: one.state.as_str(),
        treatment_day: one.treatment_day,
        titration_day: one.titration_day,
        titration_week: one.titration_week(),
        severity: one.severity.as_str(),
        anc_band: one.anc_band.as_ref().map(|band| Judged {
            band: &band.band,
            at: band.at.to_string(),
            entry: band.entry.as_str(),
        }),
        due: one.due.iter().map(task).collect(),
        flags: one.flags.iter().map(raised).collect(),
        cannot_assess: one.cannot_assess.iter().map(|c| Unassessed { code: c.code, why: &c.why }).collect(),
    }
}

fn task(due: &Due) -> Wanted<'_> {
    Wanted {
        task: due.task.as_str(),
        due: due.due.map(|day| day.to_string()),
        status: due.status.as_str(),
        days_overdue: due.days_overdue,
        valid_until: due.valid_until().map(|day| day.to_string()),
        why: due.why.to_string(),
        rule: &due.rule,
        sampled_at: due.sampled_at().map(ToString::to_string),
    }
}

fn raised(flag: &Flag) -> Raised<'_> {
    Raised {
        flag: &flag.key,
        kind: flag.kind.as_str(),
        severity: flag.severity.as_str(),
        title: &flag.title,
        action: &flag.action,
        entry: flag.entry.as_str(),
        rule: &flag.rule,
        acknowledged: flag.acknowledged.is_some(),
    }
}
