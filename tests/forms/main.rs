//! The promises of the entry forms: what is typed is refused with its reason or read back, nothing is saved that was
//! not read back, nothing typed is lost without having been asked.
#![allow(clippy::expect_used, clippy::panic)] // a test may panic, in its helpers too

mod app;
mod correct;
mod desk;
mod flows;
mod key_counts;
mod line;
mod meaning;
mod person;
mod properties;
mod refusals;
mod screens;
mod small;
mod ward_sheet;
mod widths;
