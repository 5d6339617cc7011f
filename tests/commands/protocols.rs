//! Protocols: listed, shown, a site's own; what is unverified, confirmed, or not checked for long; and `--under`.
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::{Ran, World};
use crate::{AS_OF, WARD};

/// A ward of one, whose BEN is confirmed and whose count is in the unverified AMBER of it.
const BEN: &str = r#"{ "format": "wardround/1", "ward": { "name": "Rowan", "time_zone": "UTC" }, "patients": [
  { "id": "p", "name": { "family": "Tamura", "given": "Yuki" }, "protocol": "uk-smpc", "service": "cpms", "ben": "confirmed",
    "entries": [
      { "id": "s", "kind": "course", "event": "start", "at": "2024-01-02T21:00", "reason": "initiation" },
      { "id": "a", "kind": "result", "test": "anc", "at": "2024-01-16T08:05", "value": 1.40, "unit": "10*9/L" },
      { "id": "w", "kind": "result", "test": "wbc", "at": "2024-01-16T08:05", "value": 2.9, "unit": "10*9/L" } ] } ] }"#;

/// A protocol like `uk-smpc` under an id of the site's own.
fn our_site() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/protocols/uk-smpc.json");
    let mut protocol: Value = serde_json::from_str(&fs::read_to_string(path).expect("readable")).expect("JSON");
    protocol["id"] = json!("our-site");
    protocol["title"] = json!("Our own");
    protocol
}

/// Writes a file into the folder of a site's own protocols.
fn install(world: &World, name: &str, text: &str) -> PathBuf {
    let folder = world.home().join("data/wardround/protocols");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(name), text).expect("writable");
    folder
}

/// A change that makes a protocol wrong.
type Change = fn(&mut Value);

fn settings(world: &World, text: &str) {
    let folder = world.home().join("config/wardround");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("settings.toml"), text).expect("writable");
}

fn ben(world: &World, command: &str, as_of: &str, more: &[&str]) -> Ran {
    let ward = world.ward(BEN);
    let mut args = vec![command, ward.to_str().expect("UTF-8")];
    args.extend((command == "explain").then_some("tamura"));
    args.extend(["--as-of", as_of]);
    args.extend(more);
    world.run(args)
}

#[test]
fn the_list_says_what_stands_behind_each_and_how_old_it_is() {
    let list = World::new().run(["protocol", "list"]);
    assert_eq!((list.code, list.err.as_str()), (Some(0), ""));
    let line = list.out.lines().find(|line| line.starts_with("us-label ")).expect("us-label");
    for words in ["licensed", "2026-11", "effective from 13-Jun-2025", "checked on "] {
        assert!(line.contains(words), "{words}: {line}");
    }
}

#[test]
fn a_page_names_every_rule_with_its_source_and_evidence() {
    let world = World::new();
    for id in
        ["us-label", "uk-smpc", "eu-2025", "ca-registry", "consensus-2025", "trs-article", "rechallenge", "eu-smpc"]
    {
        let page = world.run(["protocol", "show", id]);
        assert_eq!((page.code, page.err.as_str()), (Some(0), ""), "{id}");
        let rules = wardround::rules::Rules::builtin().expect("the embedded rules");
        let of = rules.protocol(id).map(wardround::rules::Protocol::rules).unwrap_or_default();
        let more = rules.regimen(id).map(wardround::rules::Regimen::rules).unwrap_or_default();
        assert!(of.len() + more.len() > 0, "{id}");
        for rule in of.iter().chain(&more) {
            assert!(page.out.contains(&format!("[{}] {}: ", rule.key, rule.source)), "{}\n{}", rule.key, page.out);
        }
    }
    insta::assert_snapshot!("protocol_show", world.run(["protocol", "show", "ca-registry"]).out);
    let nobody = world.run(["protocol", "show", "nobody"]);
    assert_eq!((nobody.code, nobody.out.as_str()), (Some(2), ""));
    assert!(nobody.err.contains("uk-smpc, eu-2025"), "{}", nobody.err);
}

#[test]
fn a_file_is_checked_with_field_line_and_column() {
    let world = World::new();
    let check = |text: &str| {
        fs::write(world.path("our.json"), text).expect("writable");
        world.run(["protocol", "check", "our.json"])
    };
    let good = check(&serde_json::to_string_pretty(&our_site()).expect("JSON"));
    assert_eq!((good.code, good.err.as_str()), (Some(0), ""));
    assert!(good.out.starts_with("our.json: no fault; protocol our-site, version 2026-11, "), "{}", good.out);
    let changes: &[(Change, &str)] = &[
        (|p| p["phases"][1]["every_days"] = json!(0), "phases[1].every_days: every_days must be 1 or more at line "),
        (|p| p["phases"][1]["every_days"] = json!("14"), "phases[1].every_days: invalid type: string"),
        (
            |p| p["phases"][0]["until_day"] = json!(i64::MAX),
            "phases[0].until_day: must be a number from 0 to 100000 at",
        ),
        (|p| p["gaps"][0]["if_before_day"] = json!(u64::MAX), "gaps[0].if_before_day: must be a number from 0 to"),
        (|p| p["bands"]["general"][0]["anc"] = json!("1e25"), "bands.general[0].anc: "),
        (|p| p["bands"]["ben"][1]["anc"] = json!("1.7"), "bands.ben: each band must begin lower"),
        (|p| p["phases"][0]["source"] = json!("hearsay"), "phases[0].source: is not among the sources"),
        (|p| p["id"] = json!("us-label"), "id: \"us-label\" is taken"),
        (|p| p["format"] = json!("x"), "format: must be"),
        (|p| p["titel"] = json!("x"), "unknown field `titel`"),
    ];
    for (change, said) in changes {
        let mut wrong = our_site();
        change(&mut wrong);
        let ran = check(&serde_json::to_string_pretty(&wrong).expect("JSON"));
        assert_eq!((ran.code, ran.out.lines().count()), (Some(3), 1), "{said}: {}", ran.out);
        assert!(ran.out.starts_with("our.json: ") && ran.out.contains(said), "{said}: {}", ran.out);
        assert!(ran.out.contains(" at line ") && ran.out.contains(" column "), "{}", ran.out);
    }
    assert_eq!(check("{").code, Some(3));
    assert_eq!(world.run(["protocol", "check", "nowhere.json"]).code, Some(3));
}

#[test]
fn a_sites_own_protocol_is_read_from_its_folder() {
    let world = World::new();
    let ward = world.ward(&WARD.replace("\"us-label\"", "\"our-site\""));
    let triage =
        |more: &[&str]| world.run([&["triage", ward.to_str().expect("UTF-8"), "--as-of", AS_OF], more].concat());
    assert!(triage(&[]).out.contains("the protocol is not one that this program knows"));
    install(&world, "b-our.json", &our_site().to_string());
    let with = triage(&[]);
    assert_eq!(with.err, "");
    assert!(!with.out.contains("not one that this program knows"), "{}", with.out);
    assert!(world.run(["protocol", "list"]).out.contains("\nour-site "));
    // The same folder named as well is the same folder.
    let folder = world.home().join("data/wardround/protocols");
    assert_eq!(triage(&["--protocols", folder.to_str().expect("UTF-8")]).err, "");
}

#[test]
fn a_wrong_file_is_one_message_and_the_rest_goes_on() {
    let world = World::new();
    let ward = world.ward(&WARD.replace("\"us-label\"", "\"our-site\""));
    let mut wrong = our_site();
    wrong["phases"][0]["every_days"] = json!(0);
    let folder = install(&world, "a.json", &wrong.to_string());
    let ran = world.run(["triage", ward.to_str().expect("UTF-8"), "--as-of", AS_OF]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    for words in ["left out: ", "a.json: phases[0].every_days: ", " at line 1 column "] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    assert!(ran.out.contains("CANNOT ASSESS: the protocol is not one that this program knows"), "{}", ran.out);
    assert!(ran.out.contains("ANC 0.40 RED"), "{}", ran.out);
    // Of two with one id the first name is read; what is no JSON file is not looked at; a folder is no file.
    install(&world, "a.json", &our_site().to_string());
    install(&world, "b.json", &our_site().to_string());
    install(&world, "notes.txt", "{");
    fs::create_dir(folder.join("c.json")).expect("a folder");
    let list = world.run(["protocol", "list"]);
    assert_eq!((list.code, list.err.lines().count()), (Some(0), 2), "{}", list.err);
    assert!(
        list.err.contains("b.json: id: \"our-site\" is taken") && list.err.contains("c.json: is no file"),
        "{}",
        list.err
    );
    assert!(list.out.contains("\nour-site "));
}

#[test]
fn a_folder_named_on_the_command_line_is_read_or_said_to_be_missing() {
    let world = World::new();
    fs::create_dir(world.path("own")).expect("a folder");
    fs::write(world.path("own/x.json"), our_site().to_string()).expect("writable");
    assert!(world.run(["protocol", "list", "--protocols", "own"]).out.contains("\nour-site "));
    let missing = world.run(["protocol", "list", "--protocols", "nowhere"]);
    assert_eq!((missing.code, missing.out.as_str()), (Some(2), ""));
    assert!(missing.err.contains("--protocols nowhere: "), "{}", missing.err);
}

#[test]
fn what_is_unverified_says_so_until_a_site_confirms_it() {
    const AMBER: &str = "ANC 1.40 AMBER, unverified";
    let world = World::new();
    for command in ["triage", "explain"] {
        let ran = ben(&world, command, "2024-01-16", &[]);
        assert!(ran.out.contains(AMBER), "{command}: {}", ran.out);
    }
    let json = ben(&world, "triage", "2024-01-16", &["--json"]).out;
    assert!(!json.contains("unverified"), "the contract stays as it is");
    settings(&world, "[[confirm]]\nrule = \"uk-smpc#band.ben.amber\"\nby = \"A. Pharmacist\"\non = \"2026-11-20\"\n");
    for command in ["triage", "explain"] {
        let ran = ben(&world, command, "2024-01-16", &[]);
        assert!(!ran.out.contains(AMBER) && ran.out.contains("ANC 1.40 AMBER"), "{command}: {}", ran.out);
        assert_eq!(ran.err, "");
    }
    let explained = ben(&world, "explain", "2024-01-16", &[]).out;
    assert!(explained.contains("confirmed for this site by A. Pharmacist on 20-Nov-2026"), "{explained}");
    settings(&world, "[[confirm]]\nrule = \"uk-smpc#band.mauve\"\nby = \"A\"\non = \"2026-11-20\"\n");
    let ran = ben(&world, "triage", "2024-01-16", &[]);
    assert!(ran.out.contains(AMBER), "{}", ran.out);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(ran.err.contains("settings.toml: confirm: no rule has the key uk-smpc#band.mauve"), "{}", ran.err);
}

#[test]
fn a_protocol_that_nobody_has_checked_for_a_year_says_so() {
    let world = World::new();
    let at = |command: &str, day: &str| ben(&world, command, day, &[]).out;
    for command in ["triage", "explain"] {
        assert!(!at(command, "2027-11-21").contains("not checked for"), "{command}: 365 days");
        assert!(at(command, "2027-11-22").contains("not checked for 366 days"), "{command}: 366 days");
    }
    assert!(at("triage", "2028-01-01").contains("\nuk-smpc not checked for 406 days\n"));
}

#[test]
fn the_same_patient_under_another_protocol_side_by_side() {
    let world = World::new();
    let ward = world.ward(WARD);
    let before = world.everything();
    let under = |patient: &str, id: &str| {
        world.run(["explain", ward.to_str().expect("UTF-8"), patient, "--as-of", AS_OF, "--under", id])
    };
    let ran = under("okafor", "eu-2025");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!("explain_under", ran.out);
    let same = under("okafor", "uk-smpc").out;
    assert!(same.contains("nothing: the same band, dates and flags"), "{same}");
    let none = under("ray\u{202e}", "us-label").out;
    assert!(none.contains("now no protocol"), "{none}");
    let unknown = under("okafor", "atlantis");
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(2), ""));
    assert!(unknown.err.contains("ca-registry"), "{}", unknown.err);
    assert_eq!(before, world.everything(), "nothing is written");
}

#[test]
fn under_another_protocol_means_all_along() {
    let world = World::new();
    let patient = |id: &str, protocol: &str, change: &str| {
        format!(
            r#"{{ "id": "{id}", "name": {{ "family": "{id}", "given": "Yuki" }}, "protocol": "{protocol}", "entries": [
          {{ "id": "{id}s", "kind": "course", "event": "start", "at": "2024-01-02T21:00", "reason": "initiation" }},
          {{ "id": "{id}a", "kind": "result", "test": "anc", "at": "2024-01-16T08:05", "value": 1.70, "unit": "10*9/L" }}{change} ] }}"#
        )
    };
    let change = r#", { "id": "c", "kind": "change", "at": "2024-01-17", "field": "protocol", "from": "consensus-2025", "to": "us-label" }"#;
    let ward = world.ward(&format!(
        r#"{{ "format": "wardround/1", "ward": {{ "name": "Rowan", "time_zone": "UTC" }}, "patients": [ {}, {} ] }}"#,
        patient("changed", "us-label", change),
        patient("always", "us-label", ""),
    ));
    let explain = |who: &str, more: &[&str]| {
        let args = [&["explain", ward.to_str().expect("UTF-8"), who, "--as-of", "2024-01-18"], more].concat();
        world.run(args).out
    };
    // As judged when it was taken, under the protocol of the time; the other judges every sample.
    assert!(explain("changed", &[]).contains("ANC 1.70: CONTINUE"), "{}", explain("changed", &[]));
    for who in ["changed", "always"] {
        let text = explain(who, &["--under", "ca-registry"]);
        assert!(text.contains("\n   ca-registry   YELLOW\n"), "{who}: {text}");
    }
    let own = explain("changed", &["--under", "us-label"]);
    assert!(own.contains("   - the newest sample would be NORMAL, not CONTINUE"), "{own}");
}
