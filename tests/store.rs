//! The promise of the store: what was answered "saved" is there after a kill, a power cut, a full disk, another user's
//! save and an editor with an old copy; the file is whole at every instant; what is not certain is said; bad input
//! destroys nothing. Each test of a fault has a control: a store that is broken on purpose, which it must catch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

#[path = "store/conditions.rs"]
mod conditions;
#[path = "store/conflicts.rs"]
mod conflicts;
#[path = "store/faults.rs"]
mod faults;
#[path = "store/generations.rs"]
mod generations;
#[path = "store/merging.rs"]
mod merging;
#[path = "store/opening.rs"]
mod opening;
#[path = "store/power.rs"]
mod power;
#[path = "store/processes.rs"]
mod processes;
#[path = "store/restoring.rs"]
mod restoring;
#[path = "support/store/mod.rs"]
mod support;
#[path = "support/tally.rs"]
mod tally;
#[path = "store/turns.rs"]
mod turns;
