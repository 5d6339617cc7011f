//! The sum of a run. A lost save, a control that was not caught and a layer that injected nothing fail it.
use crate::tally::{Line, lines, sum};

/// Every layer that leaves counts.
const LAYERS: [&str; 11] = ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F13"];

/// Faults of a store that some layer has to have caught.
const BROKEN: [&str; 6] = [
    "no fsync",
    "no fsync of folders",
    "no lock",
    "lock on the ward file itself",
    "file written in place",
    "a fork is the end of the journal",
];

/// Asked for by `.ci/faults` alone, when everything else is over.
#[test]
#[allow(clippy::print_stdout)] // its purpose
fn of_the_run() {
    if std::env::var("WARDROUND_FAULTS").is_ok_and(|value| value == "total") {
        let (text, failures) = sum(&lines(), &LAYERS, &BROKEN);
        println!("\n{text}");
        assert!(failures.is_empty(), "{failures:#?}");
    }
}

fn line(layer: &str) -> Line {
    let controls = vec![("no fsync".to_owned(), true)];
    Line { layer: layer.to_owned(), faults: 10, acknowledged: 9, controls, ..Line::default() }
}

#[test]
fn a_run_without_a_fault_passes_and_counts() {
    let (text, failures) = sum(&[line("F1"), line("F1"), line("F2")], &["F1", "F2"], &["no fsync"]);
    assert_eq!(failures, Vec::<String>::new());
    let total = text.lines().last().unwrap();
    let words: Vec<&str> = total.split_whitespace().collect();
    assert_eq!(
        words.join(" "),
        "total faults injected 30 saves acknowledged 27 lost: 0 wrong: 0 controls caught: 3 of 3"
    );
}

#[test]
fn whatever_is_wrong_fails_the_run() {
    let failures = |change: fn(&mut Line), layers: &[&str], faults: &[&str]| {
        let mut lines = [line("F1"), line("F2")];
        change(&mut lines[1]);
        sum(&lines, layers, faults).1
    };
    let both = ["F1", "F2"];
    assert_eq!(failures(|_| {}, &both, &[]), Vec::<String>::new());
    assert_eq!(failures(|line| line.lost = 1, &both, &[]), ["1 lost, 0 otherwise wrong"]);
    assert_eq!(failures(|line| line.wrong = 2, &both, &[]), ["0 lost, 2 otherwise wrong"]);
    assert_eq!(failures(|line| line.controls[0].1 = false, &both, &[]), ["not caught: no fsync"]);
    assert_eq!(failures(|line| line.controls.clear(), &both, &[]), ["F2: no control"]);
    assert_eq!(failures(|line| line.faults = 0, &both, &[]), ["F2: nothing was injected"]);
    assert_eq!(failures(|_| {}, &["F1", "F3"], &[]), ["F3: nothing was injected"]);
    assert_eq!(failures(|_| {}, &both, &["no lock"]), ["no lock: never caught"]);
}

/// What a machine cannot do is no fault of the store; it is said.
#[test]
fn what_was_left_out_is_said() {
    let skipped = Line { layer: "F6".to_owned(), skipped: vec!["only root can mount".to_owned()], ..Line::default() };
    let (text, failures) = sum(&[line("F1"), skipped], &["F1", "F6"], &[]);
    assert_eq!(failures, Vec::<String>::new());
    assert!(text.ends_with("LEFT OUT of F6: only root can mount\n"), "{text}");
}
