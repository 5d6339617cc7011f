//! Any keys, pastes, sizes and answers of the store against the whole app: no panic; nothing is saved but what was read
//! back and confirmed; and the bytes that it sends hold no command but its own.
use std::io;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::Terminal;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use wardround::rules::Rules;
use wardround::safe::Charset;
use wardround::tui::app::{App, Effect, Message, Start};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Loaded, Outcome, SaveReport};
use wardround::tui::terminal::{Capabilities, Device, Output};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, Ward};

use crate::inert::{is_inert, without_commands};

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::builtin().unwrap());
static WARD: LazyLock<Ward> =
    LazyLock::new(|| read::ward(include_bytes!("../seeds/ward.json"), &Limits::default()).expect("a ward"));

/// No more steps than somebody makes in a minute.
const MOST: usize = 200;

/// Keys that do something somewhere, and text that a keyboard or a paste can bring.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzCGN0123456789.,/<>?:- \t`ëß‹\u{301}\u{202e}\u{200d}中ာ🙂";
const KEYS: [KeyCode; 14] = [
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
    KeyCode::Backspace,
    KeyCode::Delete,
];
const SIZES: [(u16, u16); 6] = [(80, 24), (120, 40), (40, 12), (200, 60), (20, 5), (0, 0)];

#[derive(Debug)]
struct Kept {
    bytes: Vec<u8>,
    size: (u16, u16),
}

impl Device for &mut Kept {
    fn size(&self) -> Option<(u16, u16)> {
        Some(self.size)
    }

    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(frame);
        Ok(())
    }
}

fn start(at: DateTime<Utc>) -> App {
    let loaded = Loaded { saved_at: Some(at), revision: 7, ..Loaded::of(WARD.clone()) };
    App::new(Start {
        loaded,
        file: "ward.json".to_owned(),
        rules: RULES.clone(),
        moment: Moment { at, zone: chrono_tz::Europe::London },
        user: "aosei".to_owned(),
        theme: Theme::new(Palette::Colour, false),
        size: SIZES[0],
    })
}

fn draw(app: &App, size: (u16, u16)) {
    let mut kept = Kept { bytes: Vec::new(), size };
    let capabilities = Capabilities { colour: true, charset: Charset::Unicode, moves_lines: true };
    let mut terminal = Terminal::new(Output::new(&mut kept, capabilities)).unwrap();
    terminal.draw(|frame| app.view(frame)).unwrap();
    drop(terminal);
    is_inert(&without_commands(&kept.bytes), &["\r\n"]);
}

/// What became of a save, by a byte.
fn outcome(byte: u8) -> Outcome {
    let reason = || "the disk is full".to_owned();
    match byte % 4 {
        0 => Outcome::Saved { revision: 8 },
        1 => Outcome::JournalOnly { reason: reason() },
        2 => Outcome::NotSaved { reason: reason() },
        _ => Outcome::NotConfirmed { reason: reason() },
    }
}

/// Whether somebody who presses this in this mode has read what will be saved, and says so.
fn confirms(mode: Mode, key: Option<KeyCode>) -> bool {
    match mode {
        Mode::ReadBack => matches!(key, Some(KeyCode::Enter | KeyCode::Char('y'))),
        Mode::ReadBackNo => key == Some(KeyCode::Char('y')),
        _ => false,
    }
}

pub fn run(data: &[u8]) {
    let letters: Vec<char> = LETTERS.chars().collect();
    let at: DateTime<Utc> = "2026-11-21T03:12:00Z".parse().unwrap();
    let (mut app, mut size, mut now) = (start(at), SIZES[0], at);
    for pair in data.chunks(2).take(MOST) {
        let (what, which) = (pair[0], usize::from(pair.get(1).copied().unwrap_or(0)));
        let letter = letters[which % letters.len()];
        let mut key = None;
        let message = match what % 16 {
            0..=7 => Message::Key(KeyEvent::from(*key.insert(KeyCode::Char(letter)))),
            8..=11 => Message::Key(KeyEvent::from(*key.insert(KEYS[which % KEYS.len()]))),
            12 => Message::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)),
            13 => Message::Paste(std::iter::repeat_n(letter, which).chain("\r\ny\n".chars()).collect()),
            14 => {
                size = SIZES[which % SIZES.len()];
                Message::Resize(size.0, size.1)
            }
            _ => {
                now += TimeDelta::minutes(i64::try_from(which * which).unwrap_or(0));
                Message::Tick(Moment { at: now, zone: chrono_tz::Europe::London })
            }
        };
        let mode = app.mode();
        for effect in app.update(message) {
            match effect {
                Effect::Save(..) => {
                    assert!(confirms(mode, key), "saved in {mode:?} by {key:?}");
                    let report = SaveReport { outcome: outcome(what), refused: Vec::new(), ward: None };
                    app.update(Message::Saved(Box::new(report)));
                }
                Effect::Quit => return draw(&app, size),
                _ => {}
            }
        }
        draw(&app, size);
    }
}
