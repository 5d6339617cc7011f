//! The screen in a test: keys in, lines out.
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use wardround::rules::Rules;
use wardround::tui::app::{App, Effect, Message};
use wardround::tui::data::Data;
use wardround::tui::saving::Loaded;
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::{Ward, read};

use crate::rowan;

/// Columns and lines of a terminal.
pub type Size = (u16, u16);

/// The terminal that the screen is made for.
pub const USUAL: Size = (80, 24);

/// Every size of which there are pictures.
pub const SIZES: [Size; 4] = [(40, 12), USUAL, (120, 40), (200, 60)];

/// A ward as the rules see it.
pub fn app(ward: Ward, size: Size) -> App {
    styled(ward, size, Theme::default())
}

/// The same in other colours and characters.
pub fn styled(ward: Ward, size: Size, theme: Theme) -> App {
    let rules = Rules::builtin().expect("the embedded rules");
    App::of(Data::new(ward, rules, rowan::moment(), "aosei".to_owned(), theme), rowan::file(), size)
}

/// The colours and characters of which there are pictures: colour, `NO_COLOR`, ASCII.
pub const THEMES: [(&str, Palette, bool); 3] =
    [("colour", Palette::Colour, false), ("no colour", Palette::Mono, false), ("ascii", Palette::Mono, true)];

/// What is drawn.
pub fn draw(app: &App, (columns, lines): Size) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a test terminal");
    terminal.draw(|frame| app.view(frame)).expect("drawn");
    terminal.backend().buffer().clone()
}

/// The lines of the screen.
pub fn text(app: &App, size: Size) -> String {
    let buffer = draw(app, size);
    let rows = buffer.content.chunks(usize::from(size.0).max(1));
    let line = |row: &[ratatui::buffer::Cell]| {
        row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned()
    };
    rows.map(line).collect::<Vec<_>>().join("\n")
}

/// Presses keys: their names, or letters, with spaces between.
pub fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    keys.split(' ').flat_map(|key| app.update(Message::Key(KeyEvent::from(code(key))))).collect()
}

/// Types a text, letter by letter.
pub fn types(app: &mut App, text: &str) {
    for c in text.chars() {
        app.update(Message::Key(KeyEvent::from(KeyCode::Char(c))));
    }
}

fn code(key: &str) -> KeyCode {
    match key {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "Down" => KeyCode::Down,
        "Up" => KeyCode::Up,
        "PgDn" => KeyCode::PageDown,
        "PgUp" => KeyCode::PageUp,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "Backspace" => KeyCode::Backspace,
        other => KeyCode::Char(other.chars().next().expect("a key")),
    }
}

/// The file as it was read again.
pub fn reloaded(ward: Ward) -> Message {
    Message::FileChanged(Box::new(Loaded { revision: 2, ..Loaded::of(ward) }))
}

/// The ward with one more entry of a patient.
pub fn with_entry(ward: &Ward, patient: &str, entry: &str) -> Ward {
    let mut ward = ward.clone();
    let id = ward.patients.iter().find(|one| one.id.as_str() == patient).expect("a patient").id.clone();
    let added = ward.add_entry(&id, read::entry(entry).expect("an entry"));
    assert!(matches!(added, wardround::ward::Added::Added), "{added:?}");
    ward
}

/// The line of the screen with the selection's marker and a name.
pub fn selected(app: &App, size: Size) -> String {
    let shown = text(app, size);
    let marked = |line: &&str| line.starts_with('>') && line.contains(", ");
    shown.lines().find(marked).unwrap_or_default().to_owned()
}
