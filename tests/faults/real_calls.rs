//! The real program on real system calls: killed at each call of a save, and each call refused.
use std::process::Command;
use std::thread;

use crate::host::{cannot_trace, run_with};
use crate::support::FILE;
use crate::support::broken::Breakage;
use crate::support::folder::Folder;
use crate::support::helper::{self, task};
use crate::support::oracle::{Claims, Wrong, look};
use crate::tally::{Tally, count};

/// What a call answers instead of being made.
const ERRNOS: [&str; 6] = ["EIO", "ENOSPC", "EACCES", "EINTR", "EMFILE", "EROFS"];

/// What a program asks of a disk. Of the others, which are about memory and threads, errors say nothing about a save.
const OF_DISKS: [&str; 27] = [
    "openat",
    "close",
    "read",
    "pread64",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fallocate",
    "statx",
    "newfstatat",
    "fstat",
    "faccessat2",
    "fchmod",
    "fchown",
    "getdents64",
    "renameat",
    "renameat2",
    "unlinkat",
    "mkdirat",
    "linkat",
    "flock",
    "fstatfs",
    "flistxattr",
    "fgetxattr",
    "fsetxattr",
];

/// The end, before the call is made.
const KILL: &str = "signal=KILL";

/// The id of the entry that is saved.
const ID: &str = "x";

/// A system call of a save: its name, and which of the calls of that name it is.
#[derive(Clone, Debug)]
struct Call {
    name: String,
    number: usize,
}

/// What is saved by.
#[derive(Clone, Copy)]
enum Program {
    /// `wardround record --stdin`.
    Real,
    /// A helper whose store is broken.
    Broken(Breakage),
}

impl Program {
    /// One save under `strace` with these arguments, and what was answered.
    fn save(self, folder: &Folder, arguments: &[&str]) -> Claims {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq"]).args(arguments);
        let input = match self {
            Self::Real => {
                strace.arg(env!("CARGO_BIN_EXE_wardround")).arg("record").arg(FILE).arg("--stdin");
                strace.env_clear().env("HOME", folder.path()).current_dir(folder.path());
                format!(r#"{{"patient":"p1","entry":{{"id":"{ID}","kind":"note","at":"2026-11-18","text":"seen"}}}}"#)
            }
            Self::Broken(fault) => {
                let helper = helper::command(&task(&folder.file(), ID, 1, fault));
                strace.arg(helper.get_program()).args(helper.get_args());
                strace.envs(helper.get_envs().filter_map(|(name, value)| Some((name, value?))));
                String::new()
            }
        };
        let ran = run_with(&mut strace, &input);
        let mut claims = helper::claims(ran.text.lines().map(str::to_owned));
        claims.of_others = true;
        if claims.promised.is_empty() && claims.refused.is_empty() {
            claims.uncertain.push(ID.to_owned());
        }
        claims
    }

    /// The calls of a save, from the first that has to do with the ward on.
    fn calls(self, folder: &Folder) -> Vec<Call> {
        let log = folder.path().join("calls");
        self.save(folder, &["-o", &log.to_string_lossy()]);
        calls(&std::fs::read_to_string(&log).unwrap())
    }
}

/// The calls in a log of `strace -f`: those of the program that opens the ward, from then on.
fn calls(log: &str) -> Vec<Call> {
    let mut counts = std::collections::HashMap::new();
    let (mut thread, mut found) = (None, Vec::new());
    for line in log.lines() {
        let Some((pid, call)) = line.split_once(' ') else { continue };
        let Some((name, _)) = call.trim_start().split_once('(') else { continue };
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            continue;
        }
        let number = counts.entry((pid.to_owned(), name.to_owned())).or_insert(0);
        *number += 1;
        if name != "execve" && call.contains(FILE) {
            thread.get_or_insert_with(|| pid.to_owned());
        }
        if thread.as_deref() == Some(pid) && !name.starts_with("exit") {
            found.push(Call { name: name.to_owned(), number: *number });
        }
    }
    found
}

/// What to do at a call.
fn inject(call: &Call, what: &str) -> Vec<String> {
    let Call { name, number } = call;
    [
        "-o".to_owned(),
        "/dev/null".to_owned(),
        "-e".to_owned(),
        format!("trace={name}"),
        "-e".to_owned(),
        format!("inject={name}:{what}:when={number}"),
    ]
    .into()
}

/// A save with so many before it, in which this happens at this call: how many were acknowledged, and what the oracle
/// says.
fn one(program: Program, before: usize, call: &Call, what: &str) -> (usize, Result<(), Wrong>) {
    let folder = Folder::after(before);
    let arguments = inject(call, what);
    let mut claims = program.save(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    claims.promised.extend((0..before).map(|n| format!("n{n}")));
    (claims.promised.len(), look(&folder, &claims))
}

/// Does this to every so-many-th call of a save, on two processors.
fn each(tally: &mut Tally, before: usize, whats: &[&str], step: usize) {
    let mut calls = Program::Real.calls(&Folder::after(before));
    if !whats.contains(&KILL) {
        calls.retain(|call| OF_DISKS.contains(&&*call.name));
    }
    assert!(calls.len() > 40, "only {} calls: {calls:?}", calls.len());
    let points: Vec<(Call, &str)> =
        calls.iter().flat_map(|call| whats.iter().map(|what| (call.clone(), *what))).step_by(step).collect();
    let halves: Vec<_> = thread::scope(|scope| {
        let half = |points: &'_ [(Call, &'_ str)]| {
            points
                .iter()
                .map(|(call, what)| (format!("{what} at {call:?}"), one(Program::Real, before, call, what)))
                .collect()
        };
        let (one, other) = points.split_at(points.len() / 2);
        let other = scope.spawn(move || half(other));
        let one: Vec<_> = half(one);
        [one, other.join().unwrap()].concat()
    });
    for (what, (acknowledged, found)) in halves {
        tally.passes(&format!("{before} saves before, {what}"), acknowledged, &found);
    }
}

#[test]
fn killed_at_any_system_call_nothing_answered_is_lost() {
    let mut tally = Tally::of("F3", "killed at each call");
    if let Some(why) = cannot_trace() {
        return tally.skip(&why);
    }
    for before in 0..2 {
        each(&mut tally, before, &[KILL], count(1, 16));
    }
    let broken = Program::Broken(Breakage::InPlace);
    let calls = broken.calls(&Folder::after(1));
    let mut writes = calls.iter().filter(|call| call.name == "write").rev();
    let half = Wrong::Otherwise("half a file".to_owned());
    tally.control("file written in place", writes.any(|call| one(broken, 1, call, KILL).1 == Err(half.clone())));
}

#[test]
fn whatever_system_call_is_refused_the_answer_is_true() {
    let mut tally = Tally::of("F3", "each call refused");
    if let Some(why) = cannot_trace() {
        return tally.skip(&why);
    }
    let errors: Vec<String> = ERRNOS.iter().map(|errno| format!("error={errno}")).collect();
    let errors: Vec<&str> = errors.iter().map(String::as_str).collect();
    each(&mut tally, 1, &errors, count(2, 71));
    let broken = Program::Broken(Breakage::DeafToErrors);
    let calls = broken.calls(&Folder::after(1));
    let mut writes = calls.iter().filter(|call| call.name == "write");
    let caught = writes.any(|call| matches!(one(broken, 1, call, "error=ENOSPC"), (2, Err(_))));
    tally.control("errors are not looked at", caught);
}
