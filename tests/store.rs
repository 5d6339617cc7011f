//! The promise of the store: what was answered "saved" is there after a kill, a power cut, a full disk, another user's
//! save and an editor with an old copy; the file is whole at every instant; what is not certain is said; bad input
//! destroys nothing. Each test of a fault has a control: a store that is broken on purpose, which it must catch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

#[path = "store/faults.rs"]
mod faults;
#[path = "store/power.rs"]
mod power;
#[path = "support/store/mod.rs"]
mod support;
