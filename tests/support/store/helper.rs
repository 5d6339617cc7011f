//! This test program started again as somebody else's: several programs, which can be killed, on one ward.
#![allow(clippy::disallowed_methods)] // what a helper is to do comes in its environment
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use wardround::store::vfs::Vfs;
use wardround::store::{Disk, Options, Outcome, Store};

use super::rigged::{Act, Op, Rigged};
use super::{at, author, fact_of};

const TASK: &str = "WARDROUND_STORE_HELPER";

/// How a helper's store is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakage {
    None,
    NoLock,
    InPlace,
}

/// A helper that adds results to a ward, one save each, and writes the id of each that was answered "saved".
pub struct Helper(pub Child);

impl Helper {
    /// Starts one; its ids begin with `name`.
    pub fn start(file: &Path, name: &str, results: usize, breakage: Breakage) -> Self {
        let task = format!("{name}\n{results}\n{breakage:?}\n{}", file.display());
        Self(command(&task).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Waits for its end, and gives the ids that it was promised.
    pub fn promised(mut self) -> Vec<String> {
        let out = self.0.stdout.take().unwrap();
        let lines = BufReader::new(out).lines().map(Result::unwrap);
        let ids = lines.filter_map(|line| line.strip_prefix("saved ").map(str::to_owned)).collect();
        self.0.wait().unwrap();
        ids
    }
}

/// This program, running only the test that is the helper.
pub fn command(task: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "processes::helper", "--nocapture", "--test-threads=1"]).env(TASK, task);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// What a helper does; nothing in the program that runs the tests.
pub fn run() {
    let Ok(task) = std::env::var(TASK) else { return };
    let parts: Vec<&str> = task.splitn(4, '\n').collect();
    let [name, results, breakage, file] = parts[..] else { panic!("no task") };
    if name == "limit" {
        let outcome = crate::processes::save_with_limit(Path::new(file), results.parse().unwrap(), breakage == "true");
        let _ = std::io::stdout().write_all(format!("\noutcome {}\n", outcome.words()).as_bytes());
        return;
    }
    // The test harness has begun a line.
    let _ = std::io::stdout().write_all(b"\n");
    let (file, results) = (Path::new(file), results.parse().unwrap());
    match breakage {
        "None" => add(Store::open(file, &patient()).unwrap().0, name, results),
        "NoLock" => add(broken(file, |op| if op == Op::TryLock { Act::Pretend } else { Act::Pass }), name, results),
        "InPlace" => add(broken(file, |op| if op == Op::Rename { Act::InPlace } else { Act::Pass }), name, results),
        other => panic!("{other}"),
    }
}

fn broken(file: &Path, rule: fn(Op) -> Act) -> Store<Rigged<Disk>> {
    Store::open_on(Rigged::new(Disk, Box::new(rule)), file, &patient()).unwrap().0
}

/// Saves wait their turn for as long as it takes, however slow the host.
fn patient() -> Options {
    Options { lock_wait: Duration::from_secs(60), ..Options::default() }
}

fn add<V: Vfs>(mut store: Store<V>, name: &str, results: usize) {
    let mut out = std::io::stdout();
    for n in 0..results {
        let id = format!("{name}-{n}");
        let patient = if n % 2 == 0 { "p1" } else { "p2" };
        let report = store.save(vec![fact_of(patient, &id, "seen")], &author(), at(n));
        if matches!(report.outcome, Outcome::Saved { .. }) {
            let _ = out.write_all(format!("saved {id}\n").as_bytes());
            let _ = out.flush();
        }
    }
}
