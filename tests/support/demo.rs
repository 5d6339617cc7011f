//! The demo ward at 03:12 on 21-Nov-2026, on the screen.
#![allow(clippy::expect_used, dead_code)] // a test that cannot go on fails; not every test uses all of this

use std::sync::OnceLock;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use wardround::cli::demo::script;
use wardround::rules::Rules;
use wardround::store::Loaded;
use wardround::tui::app::{App, Message, Start};
use wardround::tui::theme::Theme;
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, Ward};

/// The moment.
pub fn moment() -> Moment {
    Moment { at: "2026-11-21T03:12:00Z".parse().expect("a time"), zone: chrono_tz::Europe::London }
}

/// The ward.
pub fn ward() -> Ward {
    static WARD: OnceLock<Ward> = OnceLock::new();
    let read = || {
        let text = script::ward(&rules(), &moment()).expect("the demo ward");
        read::ward(text.as_bytes(), &Limits::default()).expect("a valid ward")
    };
    WARD.get_or_init(read).clone()
}

fn rules() -> Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::builtin().expect("the embedded rules")).clone()
}

/// A ward on the screen.
pub fn app_of(ward: Ward, theme: Theme, size: (u16, u16)) -> App {
    let moment = moment();
    App::new(Start {
        loaded: Loaded { saved_at: Some(moment.at), revision: 1, ..Loaded::of(ward) },
        file: "ward.json".to_owned(),
        rules: rules(),
        moment,
        user: "aosei".to_owned(),
        theme,
        size,
    })
}

/// The demo ward on the screen.
pub fn app(theme: Theme, size: (u16, u16)) -> App {
    app_of(ward(), theme, size)
}

/// Presses keys, named as people name them, with spaces between.
pub fn press(app: &mut App, keys: &str) {
    for key in keys.split(' ') {
        let code = match key {
            "Enter" => KeyCode::Enter,
            "Esc" => KeyCode::Esc,
            "Tab" => KeyCode::Tab,
            "Up" => KeyCode::Up,
            "Down" => KeyCode::Down,
            "Left" => KeyCode::Left,
            "Right" => KeyCode::Right,
            "PgDn" => KeyCode::PageDown,
            "End" => KeyCode::End,
            other => KeyCode::Char(other.chars().next().expect("a key")),
        };
        app.update(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }
}

/// Types text.
pub fn types(app: &mut App, text: &str) {
    for c in text.chars() {
        app.update(Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
    }
}

/// The screen as it is drawn.
pub fn draw(app: &App, (columns, lines): (u16, u16)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a test terminal");
    terminal.draw(|frame| app.view(frame)).expect("drawn");
    terminal.backend().buffer().clone()
}

/// The lines of a screen.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area.width).max(1);
    let line = |row: &[Cell]| row.iter().map(Cell::symbol).collect::<String>().trim_end().to_owned();
    buffer.content.chunks(width).map(line).collect()
}

/// The screen as text.
pub fn text(app: &App, size: (u16, u16)) -> String {
    lines(&draw(app, size)).join("\n")
}
