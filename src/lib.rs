//! wardround: a terminal program for clozapine ward rounds.
//!
//! The rooms, from the ground up; arrows go down only (see `ARCHITECTURE.md`):
//!
//! - [`ward`]: what was written down. Types, strict reading, exact writing. Pure.
//! - [`rules`]: protocols, regimens, checklists and units, as data with their sources. Pure.
//! - [`assess`]: a ward + rules + a moment -> what is due, what is flagged, who comes first. Pure.
//! - [`store`]: the ward file on disk: lock, journal, merge, save.
//! - [`safe`]: the one way for text to reach a terminal.
//! - [`words`]: how things are written for people.
//! - [`cli`] and [`tui`]: the commands and the screen.
//!
//! The pure rooms have no clock, no disk, no environment, no terminal and no host time zone: the
//! moment and the zone are arguments everywhere. `clippy.toml` and `tests/architecture.rs` hold
//! them to it.
pub mod assess;
pub mod cli;
pub mod rules;
pub mod safe;
pub mod store;
pub mod tui;
pub mod ward;
pub mod words;
