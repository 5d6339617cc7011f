//! Whatever keys are pressed on whatever screen: nothing panics, nothing is saved that was not confirmed, and nothing
//! that was typed is lost unasked. Every mode of the screen is reached.
use std::collections::HashSet;

use proptest::prelude::*;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use wardround::tui::app::{App, Effect, Message};
use wardround::tui::keymap::{KEYS, Mode};
use wardround::tui::saving::Outcome;
use wardround::tui::theme::{Palette, Theme};

use crate::demo::draw;
use crate::ways::{Size, Then, WAYS, answer, goes};

/// Something that happens: a key, text from the clipboard, another size, the minute.
#[derive(Debug, Clone)]
enum Happens {
    Key(KeyEvent),
    Paste(String),
    Resize(Size),
}

fn happens() -> impl Strategy<Value = Happens> {
    let letters: Vec<char> = KEYS
        .iter()
        .flat_map(|row| row.keys.iter().map(|key| key.label()))
        .filter_map(|label| label.parse().ok())
        .chain("0123456789.yn ".chars())
        .collect();
    let named = vec![
        KeyCode::Enter,
        KeyCode::Enter,
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageDown,
        KeyCode::End,
        KeyCode::Backspace,
        KeyCode::F(1),
        KeyCode::F(2),
        KeyCode::F(3),
    ];
    prop_oneof![
        8 => prop::sample::select(letters).prop_map(|c| Happens::Key(KeyEvent::from(KeyCode::Char(c)))),
        8 => prop::sample::select(named).prop_map(|code| Happens::Key(KeyEvent::from(code))),
        1 => Just(Happens::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL))),
        1 => "[a-z0-9. \n\u{202e}]{0,12}".prop_map(Happens::Paste),
        1 => (0u16..130, 0u16..50).prop_map(Happens::Resize),
    ]
}

/// The answers that the store may give.
fn outcomes() -> impl Strategy<Value = (Outcome, Then)> {
    let reason = || "disk".to_owned();
    prop::sample::select(vec![
        (Outcome::Saved { revision: 2 }, Then::Saved),
        (Outcome::NotSaved { reason: reason() }, Then::NotSaved),
        (Outcome::JournalOnly { reason: reason() }, Then::JournalOnly),
        (Outcome::NotConfirmed { reason: reason() }, Then::NotConfirmed),
        (Outcome::NotSaved { reason: reason() }, Then::Disputed),
    ])
}

fn is_read_back(mode: Mode) -> bool {
    matches!(mode, Mode::ReadBack | Mode::ReadBackNo)
}

/// Whether nothing of a form is open over the screen.
fn is_without_form(mode: Mode) -> bool {
    matches!(mode, Mode::Home | Mode::Patient | Mode::Round)
}

/// A key, and what must hold of it whatever it does. Whether the program ends.
fn pressed(app: &mut App, key: KeyEvent, (outcome, then): &(Outcome, Then)) -> Result<bool, TestCaseError> {
    let (mode, dirty) = (app.mode(), app.is_dirty());
    let effects = app.update(Message::Key(key));
    for effect in &effects {
        match effect {
            Effect::Save(batch) => {
                prop_assert!(is_read_back(mode), "{mode:?} saved with {key:?}");
                prop_assert!(!batch.facts.is_empty());
                app.update(Message::Saved(Box::new(answer(batch, outcome.clone(), *then))));
            }
            Effect::Print { name, .. } => {
                prop_assert_eq!(mode, Mode::Print);
                app.update(Message::Printed(Ok(name.clone())));
            }
            Effect::Quit => {
                prop_assert!(!dirty || mode == Mode::Leave, "{mode:?}: what was typed is lost with {key:?}");
                return Ok(true);
            }
            _ => {}
        }
    }
    let asked = is_read_back(mode) || matches!(mode, Mode::FormLeave | Mode::Conflict);
    let lost = dirty && !app.is_dirty() && is_without_form(app.mode());
    prop_assert!(!lost || asked, "{mode:?}: what was typed is lost with {key:?}");
    Ok(false)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_saved_unconfirmed_and_nothing_lost_unasked(
        way in 0..WAYS.len(), happens in prop::collection::vec(happens(), 0..40), outcome in outcomes(),
        mut size in prop::sample::select(vec![(80, 24), (40, 12)]),
    ) {
        let mut app = goes(WAYS[way], Theme::new(Palette::Mono, false), (80, 24));
        app.update(Message::Resize(size.0, size.1));
        for one in happens {
            match one {
                Happens::Key(key) => {
                    if pressed(&mut app, key, &outcome)? {
                        break;
                    }
                }
                Happens::Paste(text) => {
                    let mode = app.mode();
                    prop_assert_eq!(app.update(Message::Paste(text)), [], "a paste in {:?}", mode);
                    prop_assert!(!is_read_back(mode) || app.mode() == mode);
                }
                Happens::Resize(to) => {
                    size = to;
                    app.update(Message::Resize(size.0, size.1));
                }
            }
            draw(&app, size);
        }
    }
}

/// The ways from which the keys above begin are in every mode that the table of keys has: none is left untried.
#[test]
fn every_mode_is_reached() {
    let mut reached: HashSet<Mode> = HashSet::new();
    for way in WAYS {
        let mut app = goes(*way, Theme::new(Palette::Mono, false), (80, 24));
        reached.insert(app.mode());
        // On the smallest screen what is read back takes more than one.
        app.update(Message::Resize(40, 12));
        reached.insert(app.mode());
    }
    let missing: HashSet<Mode> =
        KEYS.iter().flat_map(|row| row.modes).filter(|mode| !reached.contains(mode)).copied().collect();
    assert!(missing.is_empty(), "no way of the table leads to {missing:?}");
}
