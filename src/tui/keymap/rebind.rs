//! Keys that a site has changed, over the one table: what they do, what footer and help call them, and why some cannot
//! be changed.
//!
//! Only keys of screens on which nothing is typed and nothing is asked can be changed: the ward, a patient, the help and
//! lists. A read-back, a notice and a question have the same keys at every desk, so that no hand can save by habit what
//! it did not read.
use std::ops::Deref;

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::action::Action;
use super::key::Key;
use super::mode::Mode;
use super::table::{Binding, KEYS};

/// The table of keys with a site's changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    /// Rows of the table by their place, with the keys that they have instead.
    changed: Vec<(usize, Vec<Key>)>,
}

/// A row of the table with the keys that it has here.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    row: &'static Binding,
    /// The keys, any of them; the first is the one that is shown.
    pub keys: &'a [Key],
}

impl Deref for Bound<'_> {
    type Target = Binding;

    fn deref(&self) -> &Binding {
        self.row
    }
}

impl Bound<'_> {
    /// The key as footer and help write it; a run of digits as `1-5`.
    pub fn label(&self) -> String {
        match self.keys {
            [first, .., last] if self.action == Action::Pane => format!("{}-{}", first.label(), last.label()),
            [first, ..] => first.label(),
            [] => String::new(),
        }
    }

    /// All its keys: `Tab, Down`.
    pub fn labels(&self) -> String {
        if self.action == Action::Pane {
            return self.label();
        }
        self.keys.iter().map(|key| key.label()).collect::<Vec<_>>().join(", ")
    }
}

/// Why an action's keys cannot be what somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No action has this name.
    #[error("is no action; allowed: {}", names().join(", "))]
    Unknown,
    /// The action's keys are part of a read-back, a form or a question.
    #[error("has keys that cannot be changed: read-backs, forms, notices and questions have the same at every desk")]
    Fixed,
    /// The key does something else on that screen.
    #[error("{key} is already {other} in \"{}\"; give that another key, or choose another", mode.title())]
    Taken {
        /// The key.
        key: String,
        /// What else it does, by its name.
        other: String,
        /// Where.
        mode: Mode,
    },
}

impl Keymap {
    /// The table with other keys for the actions that are named, and for each that was refused its place in `wanted` and
    /// why. Two actions may change their keys with each other.
    pub fn with(wanted: &[(&str, Vec<Key>)]) -> (Self, Vec<(usize, Refused)>) {
        let mut refused: Vec<(usize, Refused)> =
            wanted.iter().enumerate().filter_map(|(i, (name, _))| Some((i, unknown_or_fixed(name)?))).collect();
        loop {
            let taken = |i: usize| !refused.iter().any(|(other, _)| *other == i);
            let kept: Vec<_> = wanted.iter().enumerate().filter(|(i, _)| taken(*i)).collect();
            let mut keymap = Self::default();
            for (_, (name, keys)) in &kept {
                let rows = KEYS.iter().enumerate().filter(|(_, row)| row.can_change() && row.action.name() == *name);
                keymap.changed.extend(rows.map(|(at, _)| (at, keys.clone())));
            }
            let conflict = kept.iter().find_map(|(i, (name, _))| Some((*i, keymap.conflict(name)?)));
            let Some(conflict) = conflict else {
                refused.sort_by_key(|(i, _)| *i);
                return (keymap, refused);
            };
            refused.push(conflict);
        }
    }

    /// What a key does in a mode; `None`: nothing.
    pub fn action(&self, mode: Mode, event: &KeyEvent) -> Option<Action> {
        self.here(mode).find(|row| row.keys.iter().any(|key| key.is(event))).map(|row| row.action)
    }

    /// The rows that work in a mode.
    pub fn here(&self, mode: Mode) -> impl Iterator<Item = Bound<'_>> {
        self.rows().filter(move |row| row.modes.contains(&mode))
    }

    /// What the key of an action is called in a mode; empty if it has none there.
    pub fn label(&self, mode: Mode, action: Action) -> String {
        self.here(mode).find(|row| row.action == action).map(|row| row.label()).unwrap_or_default()
    }

    /// The actions whose keys can be changed, by name, each with the keys that it has.
    pub fn changeable(&self) -> Vec<(String, Vec<Key>)> {
        let mut all: Vec<(String, Vec<Key>)> = Vec::new();
        for row in self.rows().filter(|row| row.can_change()) {
            let name = row.action.name();
            if !all.iter().any(|(other, _)| *other == name) {
                all.push((name.clone(), Vec::new()));
            }
            for (_, keys) in all.iter_mut().filter(|(other, _)| *other == name) {
                let new: Vec<Key> = row.keys.iter().copied().filter(|key| !keys.contains(key)).collect();
                keys.extend(new);
            }
        }
        all
    }

    fn rows(&self) -> impl Iterator<Item = Bound<'_>> {
        KEYS.iter().enumerate().map(|(at, row)| {
            let changed = self.changed.iter().find(|(changed, _)| *changed == at);
            Bound { row, keys: changed.map_or(row.keys, |(_, keys)| keys) }
        })
    }

    /// The first key of an action that does something else in one of its modes.
    fn conflict(&self, name: &str) -> Option<Refused> {
        let mine = || self.rows().filter(|row| row.can_change() && row.action.name() == name);
        mine().find_map(|row| {
            self.rows().filter(|other| other.action != row.action).find_map(|other| {
                let mode = row.modes.iter().find(|mode| other.modes.contains(mode))?;
                let key = row.keys.iter().find(|key| other.keys.contains(key))?;
                Some(Refused::Taken { key: key.label(), other: other.action.name(), mode: *mode })
            })
        })
    }
}

fn unknown_or_fixed(name: &str) -> Option<Refused> {
    let mut rows = KEYS.iter().filter(|row| row.action.name() == name).peekable();
    if rows.peek().is_none() {
        return Some(Refused::Unknown);
    }
    (!rows.any(Binding::can_change)).then_some(Refused::Fixed)
}

/// The names of all actions whose keys can be changed.
fn names() -> Vec<String> {
    Keymap::default().changeable().into_iter().map(|(name, _)| name).collect()
}

impl Action {
    /// Its name in the settings: `blood-count`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}

impl Binding {
    /// Whether a site may give it other keys. The digits of the panes are their numbers.
    fn can_change(&self) -> bool {
        self.action != Action::Pane && self.modes.iter().all(|mode| mode.only_shows())
    }
}

/// Letters that terminals send with Ctrl as Backspace, Tab and Enter.
const SENT_AS_OTHERS: &[char] = &['H', 'I', 'J', 'M'];

impl Key {
    /// The key with this name: `a`, `Enter`, `F2`, `Ctrl-R`.
    pub fn parse(name: &str) -> Option<Self> {
        let mut letters = name.chars();
        if let (Some(c @ '!'..='~'), None) = (letters.next(), letters.next()) {
            return Some(Self { code: KeyCode::Char(c), control: false });
        }
        if let Some(c) = name.strip_prefix("Ctrl-").and_then(|c| c.parse::<char>().ok()) {
            let c = c.to_ascii_uppercase();
            return (c.is_ascii_uppercase() && !SENT_AS_OTHERS.contains(&c))
                .then_some(Self { code: KeyCode::Char(c.to_ascii_lowercase()), control: true });
        }
        let named = [
            KeyCode::Char(' '),
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::BackTab,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::PageUp,
            KeyCode::PageDown,
            KeyCode::Home,
            KeyCode::End,
        ];
        let functions = (1..=12).map(KeyCode::F);
        let mut known = named.into_iter().chain(functions).map(|code| Self { code, control: false });
        known.find(|key| key.label() == name)
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyModifiers;

    use super::*;

    fn keys(names: &[&str]) -> Vec<Key> {
        names.iter().map(|name| Key::parse(name).expect("a key")).collect()
    }

    fn press(c: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)
    }

    #[test]
    fn another_key_does_it_and_is_what_is_shown() {
        let (keymap, refused) = Keymap::with(&[("blood-count", keys(&["X", "F5"]))]);
        assert_eq!(refused, []);
        assert_eq!(keymap.action(Mode::Patient, &press('X')), Some(Action::BloodCount));
        assert_eq!(keymap.action(Mode::Patient, &press('a')), None, "the old key does nothing");
        assert_eq!(keymap.label(Mode::Home, Action::BloodCount), "X");
        assert_eq!(Keymap::default().label(Mode::Home, Action::BloodCount), "a");
    }

    #[test]
    fn two_actions_may_change_their_keys() {
        let (keymap, refused) = Keymap::with(&[("blood-count", keys(&["c"])), ("checks", keys(&["a"]))]);
        assert_eq!(refused, []);
        assert_eq!(keymap.action(Mode::Home, &press('c')), Some(Action::BloodCount));
        assert_eq!(keymap.action(Mode::Home, &press('a')), Some(Action::Checks));
    }

    #[test]
    fn a_key_that_does_something_else_is_refused_and_the_others_hold() {
        let wanted = [("blood-count", keys(&["m"])), ("note", keys(&["X"])), ("zoom", keys(&["Ctrl-C"]))];
        let (keymap, refused) = Keymap::with(&wanted);
        assert_eq!(refused.iter().map(|(i, _)| *i).collect::<Vec<_>>(), [0, 2]);
        let said: Vec<String> = refused.iter().map(|(_, why)| why.to_string()).collect();
        assert!(said[0].contains("m is already dose in \"The ward\""), "{said:?}");
        assert!(said[1].contains("Ctrl-C is already quit"), "{said:?}");
        assert_eq!(keymap.action(Mode::Home, &press('a')), Some(Action::BloodCount), "it keeps its own key");
        assert_eq!(keymap.action(Mode::Home, &press('X')), Some(Action::Note));
    }

    #[test]
    fn keys_that_save_leave_or_answer_cannot_be_changed() {
        for name in ["save", "yes", "no", "leave", "pane", "unit"] {
            let (keymap, refused) = Keymap::with(&[(name, keys(&["Enter"]))]);
            assert_eq!(refused, [(0, Refused::Fixed)], "{name}");
            assert_eq!(keymap, Keymap::default());
        }
        assert_eq!(Keymap::with(&[("launch", keys(&["x"]))]).1, [(0, Refused::Unknown)]);
        // Whatever is changed, what stands in a read-back stays.
        let all: Vec<_> = Keymap::default().changeable();
        let wanted: Vec<(&str, Vec<Key>)> = all.iter().map(|(name, _)| (name.as_str(), keys(&["Enter"]))).collect();
        let (keymap, _) = Keymap::with(&wanted);
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(keymap.action(Mode::ReadBackNo, &enter), Some(Action::Back));
        for mode in [Mode::ReadBack, Mode::ReadBackNo, Mode::Notice, Mode::FormLeave, Mode::Leave, Mode::FormNumber] {
            assert!(keymap.here(mode).zip(Keymap::default().here(mode)).all(|(a, b)| a.keys == b.keys), "{mode:?}");
        }
    }

    #[test]
    fn every_key_that_is_shown_can_be_named() {
        for (name, keys) in Keymap::default().changeable() {
            for key in keys {
                assert_eq!(Key::parse(&key.label()), Some(key), "{name}");
            }
        }
        for bad in ["", "aa", "Ctrl-I", "Ctrl-", "ä", "\u{1b}", "Strg-A", "F13", "enter"] {
            assert_eq!(Key::parse(bad), None, "{bad:?}");
        }
    }
}
