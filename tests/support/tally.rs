//! What a run of fault tests came to: each test leaves a line, and the last step of the run sums them up.
//!
//! A line is left even by a test that fails, so that the sum of a bad run shows what was lost.
// The lines are files, read by another program; what is left out is said; not every test binary uses all of this.
#![allow(clippy::disallowed_methods, clippy::print_stdout, dead_code)]
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::support::oracle::Wrong;

/// What one test of a layer counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// `F1` to `F13`.
    pub layer: String,
    /// The test.
    pub name: String,
    /// Faults that were injected.
    pub faults: usize,
    /// Saves that were acknowledged, before and under them.
    pub acknowledged: usize,
    /// Of these, those that were not to be seen afterwards.
    pub lost: usize,
    /// Whatever else was wrong.
    pub wrong: usize,
    /// Broken stores that were to be caught, and whether they were.
    pub controls: Vec<(String, bool)>,
    /// What was left out, and why.
    pub skipped: Vec<String>,
}

/// The counts of a test, left when it ends.
pub struct Tally(Line);

impl Tally {
    /// Of a test of a layer.
    pub fn of(layer: &str, name: &str) -> Self {
        Self(Line { layer: layer.to_owned(), name: name.to_owned(), ..Line::default() })
    }

    /// Of a control, whose counts are not the run's.
    pub fn none() -> Self {
        Self(Line::default())
    }

    /// One more fault, with so many saves acknowledged, and what the oracle says.
    pub fn fault(&mut self, acknowledged: usize, found: &Result<(), Wrong>) {
        self.0.faults += 1;
        self.0.acknowledged += acknowledged;
        match found {
            Ok(()) => {}
            Err(Wrong::Lost(ids)) => self.0.lost += ids.len(),
            Err(Wrong::Otherwise(_)) => self.0.wrong += 1,
        }
    }

    /// As [`Tally::fault`], and fails the test if anything is wrong.
    pub fn passes(&mut self, what: &str, acknowledged: usize, found: &Result<(), Wrong>) {
        self.fault(acknowledged, found);
        assert_eq!(*found, Ok(()), "{what}");
    }

    /// A fault without a save of its own.
    pub fn faults(&mut self, number: usize) {
        self.0.faults += number;
    }

    /// How many faults so far.
    pub fn number(&self) -> usize {
        self.0.faults
    }

    /// A store with a named fault: the test fails unless it was caught.
    pub fn control(&mut self, fault: &str, caught: bool) {
        self.0.controls.push((fault.to_owned(), caught));
        assert!(caught, "the control was not caught: {fault}");
    }

    /// Something that cannot be done on this machine, and why.
    pub fn skip(&mut self, why: &str) {
        println!("{} {}: left out: {why}", self.0.layer, self.0.name);
        self.0.skipped.push(why.to_owned());
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if self.0.layer.is_empty() {
            return;
        }
        let folder = folder();
        let name = format!("{}-{}.json", self.0.layer, self.0.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let text = serde_json::to_string(&self.0).unwrap_or_default();
        let left = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(name), text));
        if let Err(error) = left {
            println!("the counts were not written: {error}");
        }
    }
}

/// Where the lines are left.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("faults")
}

/// Whether this is the whole run, with what takes long or needs root.
pub fn full() -> bool {
    std::env::var("WARDROUND_FAULTS").is_ok_and(|value| value == "full")
}

/// So many in the whole run, so many in a quick one.
pub fn count(whole: usize, quick: usize) -> usize {
    if full() { whole } else { quick }
}

/// Every line that was left.
pub fn lines() -> Vec<Line> {
    let Ok(files) = fs::read_dir(folder()) else { return Vec::new() };
    let read = |file: fs::DirEntry| serde_json::from_str(&fs::read_to_string(file.path()).ok()?).ok();
    files.filter_map(|file| read(file.ok()?)).collect()
}

/// The sum of a run as text, and everything that fails it.
pub fn sum(lines: &[Line], layers: &[&str], faults: &[&str]) -> (String, Vec<String>) {
    let (mut text, mut failures) = (String::new(), Vec::new());
    let mut total = Line::default();
    for layer in layers {
        let mut of_layer = Line { layer: (*layer).to_owned(), ..Line::default() };
        for line in lines.iter().filter(|line| line.layer == *layer) {
            add(&mut of_layer, line);
        }
        let left_out = lines.iter().any(|line| line.layer == *layer && !line.skipped.is_empty());
        if of_layer.faults == 0 {
            failures.extend((!left_out).then(|| format!("{layer}: nothing was injected")));
        } else if of_layer.controls.is_empty() {
            failures.push(format!("{layer}: no control"));
        }
        text += &words(&of_layer, layer);
        add(&mut total, &of_layer);
    }
    let caught: BTreeSet<&str> = total.controls.iter().filter(|(_, caught)| *caught).map(|(name, _)| &**name).collect();
    failures
        .extend(faults.iter().filter(|fault| !caught.contains(*fault)).map(|fault| format!("{fault}: never caught")));
    text += &words(&total, "total");
    if total.lost + total.wrong > 0 {
        failures.push(format!("{} lost, {} otherwise wrong", total.lost, total.wrong));
    }
    failures.extend(total.controls.iter().filter(|(_, caught)| !caught).map(|(name, _)| format!("not caught: {name}")));
    let left_out =
        lines.iter().flat_map(|line| line.skipped.iter().map(|why| format!("LEFT OUT of {}: {why}\n", line.layer)));
    text.extend(left_out.collect::<BTreeSet<String>>());
    (text, failures)
}

fn add(sum: &mut Line, line: &Line) {
    sum.faults += line.faults;
    sum.acknowledged += line.acknowledged;
    sum.lost += line.lost;
    sum.wrong += line.wrong;
    sum.controls.extend(line.controls.iter().cloned());
}

fn words(line: &Line, name: &str) -> String {
    let caught = line.controls.iter().filter(|(_, caught)| *caught).count();
    format!(
        "{name:<6} faults injected {:>6}   saves acknowledged {:>6}   lost: {}   wrong: {}   controls caught: {caught} of {}\n",
        line.faults,
        line.acknowledged,
        line.lost,
        line.wrong,
        line.controls.len()
    )
}
