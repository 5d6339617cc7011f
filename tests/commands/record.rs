//! `record`: what is answered "saved" is there, and nothing that no rule could read gets in.
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::WARD;
use crate::program::World;

fn stdin(world: &World, ward: &Path, more: &[&str], input: &str) -> crate::program::Ran {
    let args = ["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()];
    world.run_with(args.into_iter().chain(more.iter().map(AsRef::as_ref)), input)
}

fn result(id: &str, value: &str) -> String {
    format!(
        "{{\"patient\": \"p-okafor\", \"entry\": {{\"id\": \"{id}\", \"kind\": \"result\", \"test\": \"anc\", \
         \"at\": \"2024-01-17T08:10\", \"value\": {value}, \"unit\": \"10*9/L\"}}}}\n"
    )
}

#[test]
fn one_result_by_flags() {
    let world = World::new();
    let ward = world.ward(WARD);
    let args = "--patient p-okafor --test anc --unit 10*9/L --at 2024-07-17T08:10 --by AO --value <0.10";
    let ran = world.run(["record".as_ref(), ward.as_os_str()].into_iter().chain(args.split(' ').map(AsRef::as_ref)));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    let id = ran.out.strip_prefix("saved ").and_then(|id| id.strip_suffix('\n')).expect("saved ID");
    assert_eq!(id.len(), 36);
    let text = fs::read_to_string(&ward).expect("there");
    let line = text.lines().find(|line| line.contains(id)).expect("it is in the file");
    assert!(line.contains("\"value\": 0.10"), "the digits typed: {line}");
    assert!(line.contains("\"comparator\": \"<\""), "{line}");
    assert!(line.contains("\"at\": \"2024-07-17T08:10:00+01:00\""), "the ward's offset: {line}");
    assert!(line.contains("\"by\": \"AO\""), "{line}");
    let log = world.run(["log".as_ref(), ward.as_os_str(), "--patient".as_ref(), "p-okafor".as_ref()]).out;
    assert!(
        log.lines().last().is_some_and(|line| line.contains("ANC <0.10 x10^9/L") && line.contains(" AO ")),
        "{log}"
    );
}

/// Whether both lines come in one batch or in two, nothing is lost: the pair is kept, and said to be marked.
#[test]
fn an_anc_above_the_wbc_that_was_handed_in_with_it_is_kept_and_said() {
    let line = |id: &str, test: &str, value: &str| {
        result(id, value).replace("\"test\": \"anc\"", &format!("\"test\": \"{test}\"")).replace("08:10", "09:40")
    };
    for (first, second) in [("wbc", "anc"), ("anc", "wbc")] {
        let value = |test: &str| if test == "anc" { "4.2" } else { "3.1" };
        let world = World::new();
        let ward = world.ward(WARD);
        let both = format!("{}{}", line("a", first, value(first)), line("b", second, value(second)));
        let ran = stdin(&world, &ward, &[], &both);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), "saved a\nsaved b\n"));
        assert!(ran.err.contains("wardround: line 2: ANC above the WBC of the same sample"), "{}", ran.err);
        assert_eq!(ran.err.matches("above the WBC").count(), 1, "once for a sample: {}", ran.err);
        assert!(!ran.err.contains("4.2") && !ran.err.contains("3.1"), "no value in a message: {}", ran.err);
        let ward = ward.to_str().expect("UTF-8");
        let list = world.run(["triage", ward, "--json"]);
        assert!(list.out.contains("anc-above-wbc"), "{}", list.out);
        // The control: the pair the other way round is a count like any other.
        let world = World::new();
        let ward = world.ward(WARD);
        let other = |test: &str| if test == "anc" { "3.1" } else { "4.2" };
        let ran = stdin(
            &world,
            &ward,
            &[],
            &format!("{}{}", line("a", first, other(first)), line("b", second, other(second))),
        );
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), "saved a\nsaved b\n"));
        assert!(!ran.err.contains("above"), "{}", ran.err);
    }
}

#[test]
fn what_no_rule_could_read_is_refused_and_nothing_is_written() {
    let world = World::new();
    let ward = world.ward(WARD);
    let before = fs::read(&ward).expect("there");
    let flags = |value: &str, unit: &str, at: &str, test: &str, patient: &str| {
        let pairs = [("--patient", patient), ("--test", test), ("--value", value), ("--unit", unit), ("--at", at)];
        let args = pairs.into_iter().flat_map(|(name, value)| [name, value]);
        world.run(["record".as_ref(), ward.as_os_str()].into_iter().chain(args.map(AsRef::as_ref)))
    };
    let good = ("1.32", "10*9/L", "2024-01-17T08:10", "anc", "p-okafor");
    for (value, unit, at, test, patient) in [
        ("1500", good.1, good.2, good.3, good.4),
        ("abc", good.1, good.2, good.3, good.4),
        ("1,32", good.1, good.2, good.3, good.4),
        ("-1", good.1, good.2, good.3, good.4),
        ("", good.1, good.2, good.3, good.4),
        (good.0, "%", good.2, good.3, good.4),
        (good.0, "", good.2, good.3, good.4),
        (good.0, "10*6/ml", good.2, good.3, good.4),
        (good.0, good.1, "2999-01-01", good.3, good.4),
        (good.0, good.1, "05/04/26", good.3, good.4),
        (good.0, good.1, "2024-03-31T01:30", good.3, good.4),
        (good.0, good.1, good.2, "anx", good.4),
        (good.0, good.1, good.2, good.3, "p-nobody"),
    ] {
        let ran = flags(value, unit, at, test, patient);
        assert_eq!(ran.code, Some(7), "{value} {unit} {at} {test} {patient}: {}{}", ran.out, ran.err);
        assert!(ran.out.starts_with("refused 1 ") && ran.out.lines().count() == 1, "{}", ran.out);
        assert!(!ran.out.contains("anx"), "a name that nobody knows may be anything: {}", ran.out);
    }
    assert!(fs::read(&ward).expect("there") == before);
    assert_eq!(flags(good.0, good.1, good.2, good.3, good.4).code, Some(0), "the control is saved");
}

#[test]
fn every_line_is_answered_in_its_order() {
    let world = World::new();
    let ward = world.ward(WARD);
    let input = [
        &result("n1", "1.32"),
        "\n",
        "not json\n",
        &result("n2", "1500"),
        &result("n1", "1.32"),
        &result("n1", "1.33"),
        "{\"patient\": \"p-nobody\", \"entry\": {\"kind\": \"note\", \"at\": \"2024-01-17\", \"text\": \"x\"}}\n",
        "{\"patient\": \"p-okafor\", \"entry\": {\"kind\": \"hologram\", \"at\": \"2024-01-17\"}}\n",
        "{\"patient\": \"p-okafor\", \"entry\": {\"id\": \"n3\", \"kind\": \"void\", \"entry\": \"o2\", \"reason\": \"x\"}}",
    ]
    .concat();
    let ran = stdin(&world, &ward, &[], &input);
    assert_eq!(ran.code, Some(7), "{}{}", ran.out, ran.err);
    let starts =
        ["saved n1", "refused 3 ", "refused 4 ", "saved n1", "refused 6 ", "refused 7 ", "refused 8 ", "saved n3"];
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), starts.len(), "{}", ran.out);
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line} is not {start}");
    }
    let again = stdin(&world, &ward, &["--json"], &(result("n1", "1.32") + &result("n1", "1.33")));
    assert_eq!(again.code, Some(7));
    let answers: Vec<serde_json::Value> =
        again.out.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    assert_eq!(answers[0], serde_json::json!({ "answer": "saved", "id": "n1" }));
    assert_eq!((&answers[1]["answer"], &answers[1]["line"]), (&"refused".into(), &2.into()));
}

#[test]
fn an_entry_that_would_have_no_effect_is_refused() {
    let world = World::new();
    let ward = world.ward(WARD);
    let line = |entry: &str| format!("{{\"patient\": \"p-okafor\", \"entry\": {{{entry}}}}}\n");
    let void = |id: &str, of: &str| {
        line(&format!("\"id\": \"{id}\", \"kind\": \"void\", \"entry\": \"{of}\", \"reason\": \"x\""))
    };
    let note = |id: &str, more: &str| {
        line(&format!("\"id\": \"{id}\", \"kind\": \"note\", \"at\": \"2024-01-17\", \"text\": \"x\"{more}"))
    };
    let input = [
        void("v1", "nothing"),
        void("v2", "m2"),
        result("n1", "2.20"),
        void("v3", "n1"),
        note("", ""),
        note("n2", ", \"recorded\": { \"at\": \"2999-01-01T00:00:00+00:00\", \"by\": \"x\" }"),
        note("n3", ", \"recorded\": { \"at\": \"2024-01-17T09:00:00+00:00\", \"by\": \"x\" }"),
    ];
    let ran = stdin(&world, &ward, &[], &input.concat());
    assert_eq!(ran.code, Some(7), "{}{}", ran.out, ran.err);
    let gone = "unknown-entry: the entry that is to be void is not among this patient's";
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(
        lines[..4],
        [format!("refused 1 {gone}").as_str(), &format!("refused 2 {gone}"), "saved n1", "saved v3"]
    );
    assert_eq!(lines[4], "refused 5 empty: $.entry.id: an id must not be empty");
    assert!(lines[5].starts_with("refused 6 future-date: "), "{}", lines[5]);
    assert_eq!(lines[6], "saved n3");
}

#[test]
fn standard_input_that_cannot_be_read_is_no_success() {
    let world = World::new();
    let ward = world.ward(WARD);
    let folder = fs::File::open(world.path("")).expect("a folder");
    let mut command = world.command(["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()]);
    let ran: crate::program::Ran = command.stdin(folder).output().expect("it ends").into();
    assert_eq!(ran.code, Some(7), "{}{}", ran.out, ran.err);
    assert_eq!(ran.out, "refused 1 standard input cannot be read from here on\n");
    assert_eq!(stdin(&world, &ward, &[], "").code, Some(0), "an empty one is");
}

#[test]
fn a_writer_that_waits_for_its_answer_gets_it() {
    let world = World::new();
    let ward = world.ward(WARD);
    let mut command = world.command(["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
    let mut to = child.stdin.take().expect("a pipe");
    let mut from = BufReader::new(child.stdout.take().expect("a pipe"));
    for id in ["n1", "n2", "n3"] {
        to.write_all(result(id, "2.20").as_bytes()).expect("it reads");
        to.flush().expect("it reads");
        let mut answer = String::new();
        from.read_line(&mut answer).expect("it answers");
        assert_eq!(answer, format!("saved {id}\n"));
        assert!(
            fs::read_to_string(&ward).expect("there").contains(&format!("\"id\": \"{id}\"")),
            "safe before it said so"
        );
    }
    drop(to);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// Hands in fifty results, ten at a time, and gives what was answered.
fn fifty(world: &World, ward: &Path, writer: usize) -> impl FnOnce() -> Vec<String> + Send + use<> {
    let mut command = world.command(["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
    let mut to = child.stdin.take().expect("a pipe");
    let mut from = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    move || {
        let mut answers = Vec::new();
        for batch in 0..5 {
            let lines: String = (0..10).map(|n| result(&format!("w{writer}-{}", batch * 10 + n), "2.20")).collect();
            to.write_all(lines.as_bytes()).expect("it reads");
            answers.extend(from.by_ref().take(10).map(|line| line.expect("it answers")));
        }
        drop(to);
        child.wait().expect("it ends");
        answers
    }
}

#[test]
fn eight_at_once_lose_nothing() {
    let world = World::new();
    let ward = world.ward(WARD);
    let writers: Vec<_> = (0..8).map(|writer| std::thread::spawn(fifty(&world, &ward, writer))).collect();
    let answers: Vec<String> = writers.into_iter().flat_map(|writer| writer.join().expect("no panic")).collect();
    let saved: BTreeSet<&str> = answers.iter().filter_map(|line| line.strip_prefix("saved ")).collect();
    // A host that is very busy may keep somebody waiting for the lock longer than a minute; then it says so.
    let busy = answers.iter().filter(|line| line.starts_with("not-saved ") && line.contains(" busy: ")).count();
    assert_eq!(saved.len() + busy, 400, "{answers:?}");
    assert!(saved.len() >= 100, "{answers:?}");
    let text = fs::read_to_string(&ward).expect("there");
    let lost: Vec<_> = saved.iter().filter(|id| !text.contains(&format!("\"id\": \"{id}\""))).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(world.run(["check".as_ref(), ward.as_os_str()]).code, Some(1), "it is a valid file");
}

#[test]
fn what_was_answered_outlives_a_kill() {
    let world = World::new();
    let ward = world.ward(WARD);
    let mut saved = Vec::new();
    for round in 0..10 {
        let mut command = world.command(["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()]);
        let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
        let mut to = child.stdin.take().expect("a pipe");
        let mut from = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        for number in 0..=round {
            to.write_all(result(&format!("k{round}-{number}"), "2.20").as_bytes()).expect("it reads");
            saved.extend(from.next().and_then(Result::ok));
        }
        // A save is on its way when the program is killed.
        to.write_all(result(&format!("k{round}-last"), "2.20").as_bytes()).expect("it reads");
        child.kill().expect("ours");
        saved.extend(from.map_while(Result::ok));
        child.wait().expect("it ends");
    }
    assert!(saved.len() >= 55, "{saved:?}");
    let log = world.run_with(["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()], &result("k-end", "2.20"));
    assert_eq!(
        (log.code, log.out.as_str()),
        (Some(0), "saved k-end\n"),
        "the next save folds everything in: {}",
        log.err
    );
    let text = fs::read_to_string(&ward).expect("there");
    for answer in &saved {
        let id = answer.strip_prefix("saved ").expect("saved");
        assert!(text.contains(&format!("\"id\": \"{id}\"")), "{id} was answered and is lost");
    }
}

/// The program under a limit of so many blocks to the size of a file.
fn limited(world: &World, ward: &Path, blocks: &str, input: &str) -> crate::program::Ran {
    let program = world.command(["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()]);
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("ulimit -f {blocks}; exec \"$0\" \"$@\"")]).arg(program.get_program());
    command.args(program.get_args()).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut child = command.spawn().expect("a shell");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends").into()
}

#[test]
fn a_file_that_cannot_grow_is_told_as_it_is() {
    let world = World::new();
    let padding = format!("\"padding\": \"{}\", \"format\"", "x".repeat(400_000));
    let ward = world.ward(&WARD.replacen("\"format\"", &padding, 1));
    let before = fs::read(&ward).expect("there");

    let nothing = limited(&world, &ward, "0", &result("n1", "2.20"));
    assert_eq!(nothing.code, Some(5), "{}{}", nothing.out, nothing.err);
    assert!(nothing.out.starts_with("not-saved n1 "), "{}", nothing.out);
    // What was not kept is not said to be: an ANC above the WBC that is handed in with it.
    let both = format!("{}{}", result("n1", "4.2"), result("n2", "3.1").replace("\"anc\"", "\"wbc\""));
    let neither = limited(&world, &ward, "0", &both);
    assert_eq!(neither.code, Some(5), "{}{}", neither.out, neither.err);
    assert!(!neither.err.contains("above the WBC"), "{}", neither.err);
    assert!(fs::read(&ward).expect("there") == before);

    let journal = limited(&world, &ward, "64", &result("n2", "2.20"));
    assert_eq!((journal.code, journal.out.as_str()), (Some(4), "journal-only n2\n"), "{}", journal.err);
    assert!(fs::read(&ward).expect("there") == before, "the file could not be replaced");
    let log = world.run(["log".as_ref(), ward.as_os_str(), "--patient".as_ref(), "p-okafor".as_ref()]);
    assert!(log.out.contains("ANC 2.20"), "it is in the journal: {}", log.out);
    assert!(log.err.contains("recovered"), "and said to be: {}", log.err);

    let control = stdin(&world, &ward, &[], &result("n3", "2.20"));
    assert_eq!((control.code, control.out.as_str()), (Some(0), "saved n3\n"), "{}", control.err);
    let text = fs::read_to_string(&ward).expect("there");
    assert!(text.contains("\"n2\"") && text.contains("\"n3\"") && !text.contains("\"n1\""));
}
