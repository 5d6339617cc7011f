//! `triage` and `explain`.
use crate::program::World;
use crate::{AS_OF, QUIET, WARD};

#[test]
fn json_is_the_contract() {
    let world = World::new();
    let ward = world.ward(WARD);
    let ran = world.run(["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), AS_OF.as_ref(), "--json".as_ref()]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    insta::assert_snapshot!("triage_json", ran.out);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["format"], "wardround-triage/1");
    assert_eq!(json["patients"][2]["name"], "RAY\u{202e}, A\u{1b}[2J", "values are unchanged");
    assert!(ran.out.contains(r"RAY\u202e, A\u001b[2J"), "hostile characters are escapes");
}

#[test]
fn keys_stand_in_the_order_of_the_contract() {
    let world = World::new();
    let ward = world.ward(WARD);
    let ran = world.run(["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), AS_OF.as_ref(), "--json".as_ref()]);
    let orders: &[&[&str]] = &[
        &["format", "as_of", "ward", "counts", "patients"],
        &["patients", "critical", "warning", "overdue", "due", "no_next_test", "cannot_assess"],
        &[
            "id",
            "name",
            "bed",
            "protocol",
            "state",
            "treatment_day",
            "titration_day",
            "titration_week",
            "severity",
            "anc_band",
            "due",
            "flags",
            "cannot_assess",
        ],
        &["task", "due", "status", "days_overdue", "valid_until", "why", "rule"],
        &["flag", "kind", "severity", "title", "action", "entry", "rule", "acknowledged"],
        &["code", "why"],
        &["band", "at", "entry"],
    ];
    for order in orders {
        let mut rest = ran.out.as_str();
        for key in *order {
            let at = rest.find(&format!("\"{key}\": ")).unwrap_or_else(|| panic!("{key} of {order:?} in order"));
            rest = &rest[at..];
        }
    }
}

#[test]
fn text_is_a_row_for_whatever_somebody_needs() {
    let world = World::new();
    let ward = world.ward(WARD);
    let ran = world.run(["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), AS_OF.as_ref()]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    insta::assert_snapshot!("triage_text", ran.out);
    assert!(ran.out.contains("RAY‹U+202E›, A‹U+001B›[2J"));
}

#[test]
fn the_exit_status_says_whether_somebody_needs_something() {
    let world = World::new();
    assert_eq!(world.run(["triage".as_ref(), world.ward(QUIET).as_os_str()]).code, Some(0));
    let planned = r#"{ "format": "wardround/1", "ward": { "name": "Rowan", "time_zone": "UTC" }, "patients": [
      { "id": "p", "name": { "family": "Tamura", "given": "Yuki" }, "protocol": "us-label", "entries": [
        { "id": "e", "kind": "course", "event": "start", "at": "2024-01-22T21:00", "reason": "initiation" } ] } ] }"#;
    let ward = world.ward(planned);
    let on = |as_of: &str| world.run(["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), as_of.as_ref()]);
    let before = on("2024-01-16");
    assert_eq!(before.code, Some(0), "a count is due on the 22nd, not today:\n{}", before.out);
    assert!(before.out.contains("in 6 d"), "{}", before.out);
    for day in ["2024-01-22T08:00", "2024-01-23T08:00"] {
        assert_eq!(on(day).code, Some(1), "{day}");
    }
}

#[test]
fn a_moment_is_a_day_a_local_time_or_a_time_with_an_offset() {
    let world = World::new();
    let ward = world.ward(WARD);
    let at = |as_of: &str| {
        let args = ["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), as_of.as_ref(), "--json".as_ref()];
        let ran = world.run(args);
        let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        json["as_of"].as_str().expect("text").to_owned()
    };
    assert_eq!(at("2024-07-01"), "2024-07-01T23:59:59+01:00", "a day is looked at from its end");
    assert_eq!(at("2024-07-01T08:00"), "2024-07-01T08:00:00+01:00");
    assert_eq!(at("2024-07-01T08:00:00Z"), "2024-07-01T09:00:00+01:00");
    assert_eq!(at("2024-10-27T01:30"), "2024-10-27T01:30:00+01:00", "of two, the earlier");
}

#[test]
fn what_was_not_known_yet_is_not_seen() {
    let world = World::new();
    let ward = world.ward(WARD);
    let bands = |as_of: &str| {
        let args = ["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), as_of.as_ref(), "--json".as_ref()];
        let out = world.run(args).out;
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let patients = json["patients"].as_array().expect("a list").clone();
        let okafor = patients.iter().find(|one| one["id"] == "p-okafor").expect("there");
        okafor["anc_band"]["band"].as_str().expect("a band").to_owned()
    };
    assert_eq!(bands("2024-01-16T11:42"), "GREEN");
    assert_eq!(bands("2024-01-16T11:43"), "RED");
}

#[test]
fn a_zone_that_is_not_the_wards_is_said() {
    let world = World::new();
    let ward = world.ward(&WARD.replace(", \"time_zone\": \"Europe/London\"", ""));
    let ran = world.run(["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), AS_OF.as_ref()]);
    assert!(ran.err.starts_with("wardround: the ward file names no time zone; "), "{}", ran.err);
    assert_eq!(ran.code, Some(1));
}

#[test]
fn nobody_reading_is_no_failure() {
    let world = World::new();
    let ward = world.ward(WARD);
    for args in [&["triage"][..], &["triage", "--json"], &["log"], &["check"]] {
        let mut command = world.command(args);
        let mut child = command.arg(&ward).spawn().expect("it starts");
        drop(child.stdout.take());
        let ran = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.code().is_some_and(|code| code < 3), "{args:?}: {err}");
        assert!(!err.contains("panic"), "{args:?}: {err}");
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let world = World::new();
    let ward = world.ward(WARD);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let ran = world.command(["triage".as_ref(), ward.as_os_str()]).stdout(full).output().expect("it ends");
    assert_eq!(ran.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("could not be written"));
}

#[test]
fn explain_says_why_with_arithmetic_and_source() {
    let world = World::new();
    let ward = world.ward(WARD);
    let ran = world.run(["explain".as_ref(), ward.as_os_str(), "okafor".as_ref(), "--as-of".as_ref(), AS_OF.as_ref()]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!("explain", ran.out);
    for words in ["0.40 is under 1.5", "Source", "NOTHING so far", "2024"] {
        assert!(ran.out.contains(words), "{words}");
    }
}

#[test]
fn explain_finds_a_patient_by_id_or_by_a_name_that_one_has() {
    let world = World::new();
    let ward = world.ward(&WARD.replace("\"given\": \"Jan\"", "\"given\": \"Rosa\""));
    let explain =
        |who: &str| world.run(["explain".as_ref(), ward.as_os_str(), who.as_ref(), "--as-of".as_ref(), AS_OF.as_ref()]);
    for who in ["p-marchetti", "Marchetti", "MARCHETTI, Rosa", "rosa marchetti", "marchetti rosa"] {
        let ran = explain(who);
        assert_eq!(ran.code, Some(0), "{who}: {}", ran.err);
        assert!(ran.out.starts_with("MARCHETTI, Rosa "), "{}", ran.out);
    }
    let two = explain("rosa");
    assert_eq!((two.code, two.out.as_str()), (Some(2), ""));
    assert!(two.err.contains("2 patients have that name"), "{}", two.err);
    for nobody in ["march", "p-", ""] {
        assert_eq!(explain(nobody).code, Some(2), "{nobody}");
    }
}

#[test]
fn who_has_no_bed_is_said_to_have_none() {
    let world = World::new();
    let patient = |id: &str, bed: &str| {
        format!(r#"{{ "id": "{id}", "name": {{ "family": "{id}", "given": "Sam" }}, {bed} "entries": [] }}"#)
    };
    let triage = |first: &str| {
        let people = [patient("Aldous", first), patient("Bright", "")].join(",");
        let text = format!(r#"{{ "format": "wardround/1", "ward": {{ "name": "Rowan" }}, "patients": [{people}] }}"#);
        let ward = world.ward(&text);
        world.run(["triage".as_ref(), ward.as_os_str(), "--as-of".as_ref(), AS_OF.as_ref()]).out
    };
    let out = triage(r#""bed": "B3","#);
    assert!(out.lines().any(|line| line.contains("no bed  BRIGHT, Sam")), "{out}");
    // On a clinic nobody has one.
    assert!(!triage("").contains("no bed"), "{}", triage(""));
    // Nor does a bed count of somebody who is gone.
    let gone = triage(r#""bed": "B3", "active": false,"#);
    assert!(gone.contains("BRIGHT") && !gone.contains("no bed"), "{gone}");
}
