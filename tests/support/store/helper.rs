//! This test program started again as somebody else's: several programs, which can be killed, on one ward.
#![allow(clippy::disallowed_methods)] // what a helper is to do comes in its environment
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use wardround::store::vfs::Vfs;
use wardround::store::{Disk, Options, Outcome, Store};
use wardround::ward::PatientId;

use super::rigged::{Act, Op, Rigged};
use super::{at, author, change, fact_of};

const TASK: &str = "WARDROUND_STORE_HELPER";

/// How the names of helpers begin that all change one field.
pub const CAS: &str = "cas";

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
    pub fn promised(self) -> Vec<String> {
        self.said("saved ")
    }

    /// Waits for its end, and gives the changes that it was promised.
    pub fn swaps(self) -> Vec<Swap> {
        let parse = |line: &String| {
            let words: Vec<&str> = line.split(' ').collect();
            let [from, to, began, ended] = words[..] else { panic!("{line}") };
            Swap {
                from: from.to_owned(),
                to: to.to_owned(),
                began: began.parse().unwrap(),
                ended: ended.parse().unwrap(),
            }
        };
        self.said("swapped ").iter().map(parse).collect()
    }

    /// What it said after a word, once it has ended.
    fn said(mut self, word: &str) -> Vec<String> {
        let out = self.0.stdout.take().unwrap();
        let lines = BufReader::new(out).lines().map(Result::unwrap);
        let said = lines.filter_map(|line| line.strip_prefix(word).map(str::to_owned)).collect();
        self.0.wait().unwrap();
        said
    }
}

/// A field was one value and became another, between two moments of the clock that all programs share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    pub from: String,
    pub to: String,
    pub began: u64,
    pub ended: u64,
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
    if name.starts_with(CAS) {
        match breakage {
            "None" => change_together(Store::open(file, &patient()).unwrap().0, name, results),
            "NoLock" => change_together(broken(file, no_lock), name, results),
            other => panic!("{other}"),
        }
        return;
    }
    match breakage {
        "None" => add(Store::open(file, &patient()).unwrap().0, name, results),
        "NoLock" => add(broken(file, no_lock), name, results),
        "InPlace" => add(broken(file, |op| if op == Op::Rename { Act::InPlace } else { Act::Pass }), name, results),
        other => panic!("{other}"),
    }
}

fn no_lock(op: Op) -> Act {
    if op == Op::TryLock { Act::Pretend } else { Act::Pass }
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

/// Changes the bed of the first patient again and again, each time from what it has just seen.
fn change_together<V: Vfs>(mut store: Store<V>, name: &str, swaps: usize) {
    let mut out = std::io::stdout();
    let (mut done, mut tries) = (0, 0);
    // Programs that do not lock can tear the field and its changes so far apart that nothing fits any more.
    while done < swaps && tries < 40 * swaps {
        let ward = store.reload().unwrap().ward;
        let from = ward.patient(&PatientId::new("p1")).unwrap().fields.bed.as_deref().map(str::to_owned);
        let (id, began) = (format!("{name}-{tries}"), clock());
        tries += 1;
        // All in one second, so that nothing but the order of saves tells which is the latest.
        let report = store.save(vec![change(&id, "bed", from.as_deref(), Some(&id), "aosei", 1)], &author(), at(1));
        if matches!(report.outcome, Outcome::Saved { .. }) {
            done += 1;
            let from = from.as_deref().unwrap_or("none");
            let _ = out.write_all(format!("swapped {from} {id} {began} {}\n", clock()).as_bytes());
        }
    }
}

/// Nanoseconds since the host was started.
fn clock() -> u64 {
    let now = Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::Monotonic)).unwrap();
    u64::try_from(now.as_nanos()).unwrap()
}
