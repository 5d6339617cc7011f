//! The screen: `update(state, message) -> effects` and `view(state) -> frame`.
//!
//! [`data`] is what is looked at; [`home`] and [`patient`] are the two great screens, [`form`] the forms; [`app`] holds
//! the state of them all. [`keymap`] is the one table of keys; [`theme`] names the styles.
//! [`terminal`], [`input`] and [`signals`] are the ground: they alone touch the terminal. [`event_loop`] turns what they
//! hear into messages and carries out the effects; [`session`] is its pure half.
pub mod app;
pub mod aside;
pub mod banner;
pub mod columns;
pub mod data;
pub mod event_loop;
pub mod find;
pub mod form;
pub mod help;
pub mod home;
pub mod initials;
pub mod input;
pub mod keymap;
pub mod menu;
pub mod names;
pub mod notice;
pub mod page;
pub mod patient;
mod people;
pub mod round;
pub mod saving;
pub mod session;
pub mod settings;
pub mod sheet;
mod signals;
pub mod since;
pub mod size;
pub mod sparkline;
pub mod stack;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod view;

use chrono::{DateTime, Utc};

pub use event_loop::{RunError, run};
pub use saving::Keeper;
pub use session::Patience;

use crate::rules::Rules;
use crate::ward::Moment;
use saving::Loaded;
use settings::Settings;

/// What a session on the screen starts with.
#[derive(Debug)]
pub struct Options<K> {
    /// Where facts are saved.
    pub keeper: K,
    /// What is kept beside the ward for this user.
    pub aside: Box<dyn aside::Aside>,
    /// What was kept.
    pub remembered: aside::Remembered,
    /// The ward as it was read.
    pub loaded: Loaded,
    /// The file's name, without its folder.
    pub file: String,
    /// The rules.
    pub rules: Rules,
    /// The moment of looking, in the ward's zone.
    pub moment: Moment,
    /// Whether that moment stays (`--as-of`): then nothing can be saved.
    pub as_of: bool,
    /// The clock.
    pub clock: fn() -> DateTime<Utc>,
    /// Who is at the keyboard.
    pub user: String,
    /// What the site has set.
    pub settings: Settings,
}
