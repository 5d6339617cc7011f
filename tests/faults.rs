//! The promise about a saved result against a real system: killed and refused at each system call, full disks, power
//! cuts, disks that fail, clocks that are wrong, odd surroundings. `.ci/faults` runs all of it and prints the counts;
//! `cargo test` runs a quick part, and says what it leaves out.
// A test fails by panicking; these do to files and disks what administrators, editors and accidents do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "faults/clocks.rs"]
mod clocks;
#[path = "faults/disks.rs"]
mod disks;
#[path = "faults/history.rs"]
mod history;
#[path = "support/host.rs"]
mod host;
#[path = "faults/lines.rs"]
mod lines;
#[path = "support/pty.rs"]
mod pty;
#[path = "faults/real_calls.rs"]
mod real_calls;
#[allow(dead_code)] // the simulated disk is the other tests'
#[path = "support/store/mod.rs"]
mod support;
#[path = "faults/surroundings.rs"]
mod surroundings;
#[path = "support/tally.rs"]
mod tally;
#[path = "faults/total.rs"]
mod total;
