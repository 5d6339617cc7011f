//! The ward in motion: finding, the reduced view, sorting and filtering, what others changed, since, the round.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test that cannot go on fails

#[path = "../support/rowan.rs"]
#[allow(dead_code)] // not every test uses all of it
mod rowan;

mod anew;
mod find;
mod home;
mod news;
mod round;
#[allow(dead_code)] // nor of this
mod screen;
