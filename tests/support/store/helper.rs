//! This test program started again as somebody else's: several programs, which can be killed, on one ward.
#![allow(clippy::disallowed_methods)] // what a helper is to do comes in its environment
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use wardround::store::vfs::Vfs;
use wardround::store::{Disk, Outcome, Store};
use wardround::ward::PatientId;

use super::broken::Breakage;
use super::oracle::Claims;
use super::{at, author, change, fact, options};

const TASK: &str = "WARDROUND_STORE_HELPER";

/// How the names of helpers begin that all change one field.
pub const CAS: &str = "cas";

/// After so many saves in a row that were refused a helper gives up. When one is not confirmed, it opens the ward anew.
const DISCOURAGED: usize = 4;

/// A helper that adds results to a ward, one save each, and writes what each was answered.
pub struct Helper(pub Child);

impl Helper {
    /// Starts one; its ids begin with `name`.
    pub fn start(file: &Path, name: &str, results: usize, breakage: Breakage) -> Self {
        Self(command(&task(file, name, results, breakage)).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Waits for its end, and gives what it was answered.
    pub fn claims(mut self) -> Claims {
        let claims = self.reads().join().unwrap();
        self.0.wait().unwrap();
        claims
    }

    /// Reads what it is answered, until it ends.
    fn reads(&mut self) -> JoinHandle<Claims> {
        self.reads_and_counts(&Arc::default())
    }

    /// Reads what it is answered, until it ends, and counts what it is promised meanwhile.
    pub fn reads_and_counts(&mut self, promised: &Arc<AtomicUsize>) -> JoinHandle<Claims> {
        let (out, promised) = (self.0.stdout.take().unwrap(), Arc::clone(promised));
        let counts = move |line: &String| {
            promised.fetch_add(usize::from(line.starts_with("saved ")), Ordering::Relaxed);
        };
        std::thread::spawn(move || claims(BufReader::new(out).lines().map_while(Result::ok).inspect(counts)))
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

/// What a helper is to do.
pub fn task(file: &Path, name: &str, results: usize, breakage: Breakage) -> String {
    format!("{name}\n{results}\n{breakage:?}\n{}", file.display())
}

/// What the lines of a helper, or of `wardround record`, say. What was tried and never answered is uncertain.
pub fn claims(lines: impl Iterator<Item = String>) -> Claims {
    let (mut claims, mut open) = (Claims::default(), None);
    for line in lines {
        let mut words = line.split(' ');
        let (Some(answer), Some(id)) = (words.next(), words.next().map(str::to_owned)) else { continue };
        let kept = match answer {
            "trying" => {
                claims.uncertain.extend(open.replace(id));
                continue;
            }
            "saved" | "journal-only" => &mut claims.promised,
            "not-saved" => &mut claims.refused,
            "not-confirmed" => &mut claims.uncertain,
            _ => continue,
        };
        open = None;
        kept.push(id);
    }
    claims.uncertain.extend(open);
    claims
}

/// What several programs were told.
pub fn together(all: impl IntoIterator<Item = Claims>) -> Claims {
    let mut sum = Claims::default();
    for claims in all {
        sum.promised.extend(claims.promised);
        sum.uncertain.extend(claims.uncertain);
        sum.refused.extend(claims.refused);
    }
    sum
}

/// This program, running only the test that is the helper.
pub fn command(task: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "support::helper::helper", "--nocapture", "--test-threads=1"]).env(TASK, task);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// Not a test: what a helper runs. It does nothing in the program that runs the tests.
#[test]
fn helper() {
    let Ok(task) = std::env::var(TASK) else { return };
    let parts: Vec<&str> = task.splitn(4, '\n').collect();
    let [name, results, breakage, file] = parts[..] else { panic!("no task") };
    // The test harness has begun a line.
    let _ = std::io::stdout().write_all(b"\n");
    let (file, results) = (Path::new(file), results.parse().unwrap());
    match (name, breakage) {
        ("limit", careful) => {
            let outcome = save_with_limit(file, u64::try_from(results).unwrap(), careful == "true");
            let _ = std::io::stdout().write_all(format!("outcome {}\n", outcome.words()).as_bytes());
        }
        (name, fault) if name.starts_with(CAS) => {
            change_together(Breakage::named(fault).open(file, &options()), name, results);
        }
        (_, "None") => add(|| Some(Store::open(file, &options()).ok()?.0), name, results),
        (_, fault) => add(|| Breakage::named(fault).try_open(file, &options()), name, results),
    }
}

fn add<V: Vfs>(open: impl Fn() -> Option<Store<V>>, name: &str, results: usize) {
    let (mut store, mut refused) = (open(), 0);
    for n in 0..results {
        let Some(open_store) = &mut store else { break };
        let id = format!("{name}-{n}");
        say(&format!("trying {id}\n"));
        let word = match open_store.save(vec![fact(&id)], &author(), at(n)).outcome {
            Outcome::Saved { .. } => "saved",
            Outcome::JournalOnly { .. } => "journal-only",
            Outcome::NotSaved { .. } => "not-saved",
            Outcome::NotConfirmed { .. } => "not-confirmed",
        };
        say(&format!("{word} {id}\n"));
        refused = if word == "not-saved" { refused + 1 } else { 0 };
        if refused == DISCOURAGED {
            break;
        }
        if word == "not-confirmed" {
            store = open();
        }
    }
}

/// Changes the bed of the first patient again and again, each time from what it has just seen.
fn change_together<V: Vfs>(mut store: Store<V>, name: &str, swaps: usize) {
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
            say(&format!("swapped {from} {id} {began} {}\n", clock()));
        }
    }
}

/// Nanoseconds since the host was started.
fn clock() -> u64 {
    let now = Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::Monotonic)).unwrap();
    u64::try_from(now.as_nanos()).unwrap()
}

fn say(line: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(line.as_bytes());
    let _ = out.flush();
}

/// A save by a program whose files may have so many bytes; its answer.
pub fn limited(file: &Path, bytes: u64, careful: bool) -> Option<String> {
    let task = format!("limit\n{bytes}\n{careful}\n{}", file.display());
    let output = command(&task).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("outcome ").map(str::to_owned))
}

fn save_with_limit(file: &Path, bytes: u64, careful: bool) -> Outcome {
    let limit = rustix::process::Rlimit { current: Some(bytes), maximum: Some(bytes) };
    rustix::process::setrlimit(rustix::process::Resource::Fsize, limit).unwrap();
    let facts = vec![fact(&format!("limit{bytes}{}", if careful { "" } else { "-careless" }))];
    if careful {
        Store::open(file, &options()).unwrap().0.save(facts, &author(), at(1)).outcome
    } else {
        Store::open_on(Disk, file, &options()).unwrap().0.save(facts, &author(), at(1)).outcome
    }
}
