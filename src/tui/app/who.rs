//! Who types at an account that several people share: asked once, before the first form, and again after a blank screen.
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{App, Effect, Layer};
use crate::tui::initials::Initials;
use crate::tui::keymap::Action;

/// Asks whose initials to record, once; not at an account that is somebody's own.
pub(super) fn ask_who(app: &mut App) {
    if !app.asked_who && app.data.is_shared() {
        app.asked_who = true;
        app.data.initials = None;
        app.layers.push(Layer::Initials(Initials::default()));
    }
}

pub(super) fn initials_key(app: &mut App, key: KeyEvent, action: Option<Action>) -> Vec<Effect> {
    let Some(Layer::Initials(initials)) = app.layers.last_mut() else { return Vec::new() };
    let given = match (action, key.code) {
        (Some(Action::Open), _) => match initials.given() {
            Some(given) => Some(given),
            None => return Vec::new(),
        },
        (Some(Action::Back), _) => None,
        (None, KeyCode::Backspace) => {
            initials.pop();
            return Vec::new();
        }
        (None, KeyCode::Char(c)) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            initials.push(c.encode_utf8(&mut [0; 4]));
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    app.layers.pop();
    app.data.initials.clone_from(&given);
    // What somebody else read back before the screen was blank is not saved in this person's name.
    app.follow();
    vec![Effect::Identify(given)]
}
