//! A key by itself: how it is written, and whether it was pressed.
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key without its event's other detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub(super) code: KeyCode,
    pub(super) control: bool,
}

impl Key {
    /// How the key is written in the footer and the help: `Enter`, `a`, `Ctrl-C`.
    pub fn label(self) -> String {
        let name = match self.code {
            KeyCode::Char(c) if self.control => return format!("Ctrl-{}", c.to_ascii_uppercase()),
            KeyCode::Char(' ') => "Space",
            KeyCode::Char(c) => return c.to_string(),
            KeyCode::Enter => "Enter",
            KeyCode::Esc => "Esc",
            KeyCode::Tab => "Tab",
            KeyCode::BackTab => "Shift-Tab",
            KeyCode::Up => "Up",
            KeyCode::Down => "Down",
            KeyCode::Left => "Left",
            KeyCode::Right => "Right",
            KeyCode::PageUp => "PgUp",
            KeyCode::PageDown => "PgDn",
            KeyCode::Home => "Home",
            KeyCode::End => "End",
            KeyCode::F(n) => return format!("F{n}"),
            _ => "",
        };
        name.to_owned()
    }

    /// Whether this is the key of that event. Shift is in the character already.
    pub(super) fn is(self, event: &KeyEvent) -> bool {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        !alt && self.code == event.code && self.control == control
    }
}

pub(super) const fn k(c: char) -> Key {
    Key { code: KeyCode::Char(c), control: false }
}

pub(super) const fn code(code: KeyCode) -> Key {
    Key { code, control: false }
}

pub(super) const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), control: true }
}
