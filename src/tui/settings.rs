//! What a site has set for the screen, each with a value that holds without it. `cli` reads it from `settings.toml`.
use std::collections::BTreeMap;

use super::Patience;
use super::keymap::Keymap;
use super::terminal::Capabilities;
use super::theme::{Palette, Theme};
use crate::safe::Charset;

/// The settings of the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The hospital's name, where the ward file names none.
    pub site: Option<String>,
    /// Whom to call, in the order in which they are shown beside what is open.
    pub contacts: Vec<Contact>,
    /// Accounts that several people share: whoever types under one gives their initials.
    pub shared_accounts: Vec<String>,
    /// The unit in which a test is typed if nobody says another: test id to unit.
    pub units: BTreeMap<String, String>,
    /// Colours, where the terminal has them and `NO_COLOR` is not set.
    pub palette: Palette,
    /// Whether only ASCII is drawn; `None`: as the locale says.
    pub ascii: Option<bool>,
    /// How long the screen stays without a key.
    pub patience: Patience,
    /// What the keys do.
    pub keys: Keymap,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Who: `Haematology on call`.
    pub label: String,
    /// The number, as it is dialled; shown as it was written.
    pub number: String,
}

impl Settings {
    /// How things look on a terminal that can do so much. `NO_COLOR` and a terminal without colours win over the theme;
    /// whether only ASCII is drawn is the site's word, if it has one: a locale is often not set although the terminal
    /// shows everything, and the other way round.
    pub fn theme(&self, terminal: Capabilities) -> Theme {
        let palette = if terminal.colour { self.palette } else { Palette::Mono };
        Theme::new(palette, self.ascii.unwrap_or(terminal.charset == Charset::Ascii))
    }

    /// Whether several people type under this account.
    pub fn is_shared(&self, account: &str) -> bool {
        self.shared_accounts.iter().any(|shared| shared == account)
    }
}
