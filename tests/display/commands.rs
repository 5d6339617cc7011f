//! Hostile text through the commands: their answers, their JSON, and their messages.
use std::fs;

use crate::inert::is_inert;
use crate::program::World;
use crate::wards::{HOSTILE, ward};

const AS_OF: &str = "2026-11-21T03:12";

/// An argument cannot hold a zero byte.
fn as_argument(hostile: &str) -> String {
    hostile.replace('\0', "")
}

/// Runs every command that reads a ward, and those that fail over what they were given. All that they said.
fn said(world: &World, file: &str, hostile: &str) -> String {
    let hostile = as_argument(hostile);
    let (who, test) = (format!("no{hostile}body"), format!("x{hostile}"));
    let (missing, option, zone) = (format!("{file}{hostile}"), format!("--x{hostile}"), format!("Europe/{hostile}"));
    let commands: &[&[&str]] = &[
        &["triage", file, "--as-of", AS_OF],
        &["triage", file, "--as-of", AS_OF, "--json"],
        &["triage", file, "--as-of", &who],
        &["explain", file, "oka", "--as-of", AS_OF],
        &["explain", file, "bri", "--as-of", AS_OF],
        &["explain", file, "oka", "--as-of", AS_OF, "--under", "us-label"],
        &["explain", file, "oka", "--as-of", AS_OF, "--under", &who],
        &["explain", file, &who],
        &["check", file],
        &["print", file, "--as-of", AS_OF],
        &["log", file],
        &["log", file, "--patient", &who],
        &["record", file, "--patient", "p1", "--test", &test, "--value", "1", "--unit", "g", "--at", "2026-11-20"],
        &["triage", &missing],
        &["new", file, "--name", &who],
        &["new", &format!("{file}.new"), "--time-zone", &zone],
        &["protocol", "show", &who],
        &["protocol", "check", &missing],
        &["protocol", "list", "--protocols", &missing],
        &[&option],
        &[&who],
    ];
    let mut all = String::new();
    for command in commands {
        let ran = world.run(*command);
        // The sheet that is printed has a page for each part of the ward.
        let breaks: &[&str] = if command[0] == "print" { &["\n", "\u{c}"] } else { &["\n"] };
        is_inert(&ran.out, breaks);
        is_inert(&ran.err, &["\n"]);
        all += &(ran.out + &ran.err);
    }
    all
}

#[test]
fn no_command_passes_it_on() {
    for (hostile, mark) in HOSTILE.iter().step_by(3) {
        let world = World::new();
        let file = world.ward(&ward(hostile).to_string());
        let all = said(&world, file.to_str().unwrap(), hostile);
        assert!(all.contains(&format!("Ada{mark}")), "{all}");
    }
}

/// What `record` answers, by text and as JSON, of entries whose every text is hostile.
#[test]
fn no_answer_to_an_entry_passes_it_on() {
    let quiet = r#"{ "format": "wardround/1", "ward": { "name": "W", "time_zone": "UTC" }, "patients": [
        { "id": "p", "name": { "family": "F", "given": "G" }, "entries": [] } ] }"#;
    for (hostile, _) in HOSTILE {
        let world = World::new();
        let file = world.ward(quiet);
        let text = serde_json::Value::from(format!("a{hostile}b"));
        let lines = [
            format!(
                r#"{{"patient": "p", "entry": {{"id": {text}, "kind": "note", "at": "2024-01-17", "text": {text}}}}}"#
            ),
            format!(r#"{{"patient": {text}, "entry": {{"kind": "note", "at": {text}, "text": {text}}}}}"#),
            format!(r#"{{"patient": "p", "entry": {{"kind": {text}, "at": "2024-01-17", {text}: 1}}}}"#),
            format!("{hostile}\n{{{text}: {text}}}"),
        ];
        for json in [&[][..], &["--json"]] {
            let args = [&["record", file.to_str().unwrap(), "--stdin"], json].concat();
            let ran = world.run_with(args, &lines.join("\n"));
            is_inert(&ran.out, &["\n"]);
            is_inert(&ran.err, &["\n"]);
            assert!(ran.out.contains("saved") && ran.out.contains("refused"), "the control: {} {}", ran.out, ran.err);
        }
    }
}

/// A site's own protocol and settings are written by people too.
#[test]
fn no_file_of_a_site_passes_it_on() {
    for (hostile, _) in HOSTILE.iter().step_by(2) {
        let world = World::new();
        let text = format!("a{hostile}b");
        let builtin = concat!(env!("CARGO_MANIFEST_DIR"), "/data/protocols/trs-article.json");
        let mut protocol: serde_json::Value = serde_json::from_str(&fs::read_to_string(builtin).unwrap()).unwrap();
        protocol["id"] = "ours".into();
        protocol["name"] = text.as_str().into();
        let folder = world.home().join("data/wardround/protocols");
        let settings = world.home().join("config/wardround");
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(&settings).unwrap();
        fs::write(folder.join("ours.json"), protocol.to_string()).unwrap();
        protocol["id"] = text.as_str().into();
        fs::write(folder.join("wrong.json"), protocol.to_string()).unwrap();
        let name = as_argument(hostile).replace('/', "");
        fs::write(folder.join(format!("x{name}.json")), format!("{{{hostile}")).unwrap();
        let confirm = |rule: &str| format!("[[confirm]]\nrule = {}\nby = {}\non = \"2026\"\n", toml(rule), toml(&text));
        fs::write(settings.join("settings.toml"), confirm(&text) + &confirm("uk-smpc#baseline")).unwrap();
        let file = world.ward(&ward(hostile).to_string());
        let mut all = String::new();
        for command in [
            &["protocol", "list"][..],
            &["protocol", "show", "ours"],
            &["protocol", "check", folder.join("wrong.json").to_str().unwrap()],
            &["protocol", "check", folder.join(format!("x{name}.json")).to_str().unwrap()],
            &["triage", file.to_str().unwrap()],
        ] {
            let ran = world.run(command);
            is_inert(&ran.out, &["\n"]);
            is_inert(&ran.err, &["\n"]);
            all += &(ran.out + &ran.err);
        }
        assert!(all.contains("left out") && all.contains("confirm:"), "the control: {all}");
    }
}

/// A text as TOML writes it: hostile only once it is read.
fn toml(text: &str) -> String {
    let escaped: Vec<String> = text.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
    format!("\"{}\"", escaped.concat())
}

/// Every character there is, in names, through every answer.
#[test]
fn no_character_gets_through_an_answer() {
    let all: Vec<char> = crate::wards::characters().collect();
    let patients: Vec<_> = all
        .chunks(1 << 12)
        .enumerate()
        .map(|(i, part)| {
            let text: String = part.iter().collect();
            serde_json::json!({
                "id": format!("p{i}"), "name": { "family": "F", "given": text }, "entries": [
                    { "id": format!("n{i}"), "kind": "note", "at": "2026-11-20", "text": "x" } ],
            })
        })
        .collect();
    let world = World::new();
    let ward = serde_json::json!({ "format": "wardround/1", "ward": { "name": "W", "time_zone": "UTC" }, "patients": patients });
    let file = world.ward(&ward.to_string());
    let file = file.to_str().unwrap();
    for command in [
        &["triage", file, "--as-of", AS_OF][..],
        &["triage", file, "--as-of", AS_OF, "--json"],
        &["explain", file, "p0"],
        &["log", file],
        &["check", file],
    ] {
        let ran = world.run(command);
        is_inert(&ran.out, &["\n"]);
        is_inert(&ran.err, &["\n"]);
        assert!(command[0] == "check" || ran.out.len() > 10_000, "the control: {command:?} says {}", ran.out.len());
    }
}
