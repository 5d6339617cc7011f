//! No value of a patient ever reaches standard error: it ends in logs and tickets.
use std::fs;

use crate::program::World;

const CANARY: &str = "CANARY7f3a";

/// A ward whose every text holds the canary.
fn ward() -> String {
    crate::WARD
        .replace("Okafor", CANARY)
        .replace("Adaeze", CANARY)
        .replace("p-okafor", &format!("p-{CANARY}"))
        .replace("B3", CANARY)
        .replace("9990000018", CANARY)
        .replace("another patient's sample", CANARY)
        .replace("aosei", CANARY)
        .replace("10*6/ml", CANARY)
        .replace("\"trs-article\"", &format!("\"{CANARY}\""))
        .replace("\"o2\"", &format!("\"{CANARY}-o2\""))
        .replace("Rowan Ward", CANARY)
}

#[test]
fn no_error_repeats_a_value() {
    let world = World::new();
    let whole = ward();
    let broken: Vec<String> = vec![
        whole.clone(),
        whole[..whole.len() / 2].to_owned(),
        whole.replace("\"patients\": [", "\"patients\": [ 3,"),
        whole.replace("wardround/1", CANARY),
        whole.replace("Europe/London", CANARY),
        whole.replace("\"kind\": \"void\"", &format!("\"kind\": \"{CANARY}\"")),
        whole.replace("\"sex\": \"female\"", &format!("\"sex\": \"{CANARY}\"")),
        whole.replace("2024-01-09T08:10", CANARY),
        whole.replace("3.10", &format!("\"{CANARY}\"")),
        whole.replace("\"id\": \"m2\"", "\"id\": \"m1\""),
        whole.replace("\"given\":", &format!("\"given\": \"{CANARY}\", \"given\":")),
        whole.replace("\"format\"", &format!("\"{CANARY}\": {CANARY}, \"format\"")),
        format!("{whole}{CANARY}"),
        CANARY.to_owned(),
    ];
    let commands: &[&[&str]] = &[
        &["triage", "ward.json"],
        &["triage", "ward.json", "--json"],
        &["check", "ward.json"],
        &["doctor", "ward.json"],
        &["doctor", "ward.json", "--fix"],
        &["print", "ward.json"],
        &["log", "ward.json"],
        &["explain", "ward.json", "nobody"],
        &["explain", "ward.json", "p-marchetti"],
        &["log", "ward.json", "--patient", "nobody"],
        &["ward.json"],
        &["new", "ward.json"],
    ];
    let lines = format!(
        "{CANARY}\n{{\"patient\": \"{CANARY}\", \"entry\": {{\"kind\": \"{CANARY}\"}}}}\n\
         {{\"patient\": \"p-{CANARY}\", \"entry\": {{\"kind\": \"note\", \"at\": \"{CANARY}\", \"text\": \"{CANARY}\"}}}}\n\
         {{\"patient\": \"p-{CANARY}\", \"entry\": {{\"kind\": \"note\", \"at\": \"2024-01-17\", \"text\": \"{CANARY}\"}}}}\n"
    );
    let mut seen = 0;
    for text in &broken {
        for command in commands {
            world.ward(text);
            let ran = world.run(*command);
            assert!(!ran.err.contains(CANARY), "{command:?}: {}", ran.err);
            assert!(!ran.err.contains("panic"), "{command:?}: {}", ran.err);
            seen += usize::from(ran.out.contains(CANARY));
        }
        let ran = world.run_with(["record", "ward.json", "--stdin"], &lines);
        assert!(!ran.err.contains(CANARY), "{}", ran.err);
        let _ = fs::remove_dir_all(world.path("ward.json.d"));
    }
    assert!(seen > 5, "the control: what was asked for does hold it");
}

#[test]
fn the_program_writes_nowhere_else() {
    let world = World::new();
    world.ward(&ward());
    world.run(["triage", "ward.json"]);
    world.run(["explain", "ward.json", "p-marchetti"]);
    world.run(["check", "ward.json"]);
    world.run(["log", "ward.json"]);
    let names: Vec<_> = world.everything().into_iter().map(|(path, _)| path).collect();
    assert_eq!(names, [world.path("ward.json")], "reading writes nothing");
    assert!(!world.home().exists());
}
