//! The commands as people and scripts meet them: the real program, what it prints, how it ends.
// A test looks at files from outside, and says what went wrong by panicking.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic)]

#[path = "commands/bad_files.rs"]
mod bad_files;
#[path = "commands/config.rs"]
mod config;
#[path = "commands/demo.rs"]
mod demo;
#[path = "support/demo.rs"]
mod demo_ward;
#[path = "commands/doctor.rs"]
mod doctor;
#[path = "commands/help.rs"]
mod help;
#[path = "commands/history.rs"]
mod history;
#[path = "commands/pictures.rs"]
mod pictures;
#[path = "commands/print.rs"]
mod print;
#[path = "support/program.rs"]
mod program;
#[path = "commands/protocols.rs"]
mod protocols;
#[path = "commands/readme.rs"]
mod readme;
#[path = "commands/record.rs"]
mod record;
#[path = "commands/restoring.rs"]
mod restoring;
#[path = "commands/secrets.rs"]
mod secrets;
#[path = "commands/triage.rs"]
mod triage;

/// A ward of four: a RED count, nothing to do, a unit that cannot be read, and a name that would steer a terminal.
const WARD: &str = r#"{
  "format": "wardround/1",
  "ward": { "name": "Rowan Ward", "site": "St Aldhelm's", "time_zone": "Europe/London" },
  "patients": [
    { "id": "p-okafor", "name": { "family": "Okafor", "given": "Adaeze" }, "born": "1988-04-12", "sex": "female",
      "identifiers": [ { "system": "nhs-number", "value": "9990000018" } ], "bed": "B3",
      "protocol": "uk-smpc", "service": "cpms",
      "entries": [
        { "id": "o1", "kind": "course", "event": "start", "at": "2024-01-02T21:00", "reason": "initiation" },
        { "id": "o2", "kind": "result", "test": "anc", "at": "2024-01-09T08:10", "value": 3.10, "unit": "10*9/L" },
        { "id": "o3", "kind": "result", "test": "wbc", "at": "2024-01-09T08:10", "value": 5.2, "unit": "10*9/L" },
        { "id": "o4", "kind": "result", "test": "anc", "at": "2024-01-16T08:05", "value": 0.40, "unit": "10*9/L",
          "recorded": { "at": "2024-01-16T11:42:05+00:00", "by": "aosei" } },
        { "id": "o5", "kind": "result", "test": "wbc", "at": "2024-01-16T08:05", "value": 2.1, "unit": "10*9/L",
          "recorded": { "at": "2024-01-16T11:42:05+00:00", "by": "aosei" } }
      ] },
    { "id": "p-marchetti", "name": { "family": "Marchetti", "given": "Rosa" }, "sex": "female", "bed": "A5",
      "protocol": "us-label", "setting": "outpatient",
      "entries": [
        { "id": "m1", "kind": "course", "event": "start", "at": "2024-01-02T21:00", "reason": "initiation" },
        { "id": "m2", "kind": "result", "test": "anc", "at": "2024-01-15", "value": 3.25, "unit": "10*9/L" },
        { "id": "m3", "kind": "checklist", "list": "constipation", "at": "2024-01-15", "answers": { "last_bm": "2024-01-15" } },
        { "id": "m4", "kind": "checklist", "list": "seizures", "at": "2024-01-15", "answers": { "seizure": false } },
        { "id": "m5", "kind": "result", "test": "pulse", "at": "2024-01-16", "value": 84, "unit": "/min" }
      ] },
    { "id": "p-ostrowski", "name": { "family": "Ostrowski", "given": "Jan" }, "bed": "C1", "protocol": "trs-article",
      "entries": [
        { "id": "w1", "kind": "result", "test": "anc", "at": "2024-01-15", "value": 3.1, "unit": "10*6/ml" },
        { "id": "w2", "kind": "result", "test": "anc", "at": "2024-01-08", "value": 0.90, "unit": "10*9/L" },
        { "id": "w3", "kind": "void", "entry": "w2", "reason": "another patient's sample",
          "recorded": { "at": "2024-01-08T14:00:00+00:00", "by": "jlee" } }
      ] },
    { "id": "p-hostile", "name": { "family": "Ray\u202e", "given": "A\u001b[2J" }, "bed": "D1",
      "entries": [] }
  ]
}
"#;

/// Nobody on it needs anything.
const QUIET: &str = r#"{ "format": "wardround/1", "ward": { "name": "Quiet", "time_zone": "UTC" }, "patients": [] }"#;

/// A moment at which [`WARD`] is of interest.
const AS_OF: &str = "2024-01-16T12:00";
