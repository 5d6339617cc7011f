//! What is written to the terminal, counted through the program's own output: every screen and the usual keys, at 80x24
//! and 120x40, on a made-up ward.
//!
//! A line at 9.6 kB/s is what a doctor on call may have. The budgets are those of 80x24; a larger terminal has as many
//! more cells as it has.
#![allow(clippy::unwrap_used)]
use std::cell::Cell;
use std::fmt::Write;
use std::io;
use std::rc::Rc;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use wardround::cli::demo::made_up::{self, Size};
use wardround::rules::Rules;
use wardround::safe::Charset;
use wardround::tui::app::{App, Message};
use wardround::tui::banner::FileState;
use wardround::tui::data::Data;
use wardround::tui::terminal::{Capabilities, Device, Output};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, Ward};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// Bytes of a move inside a pane, with its banner and why-line.
const MOVE: usize = 320;
/// Of a row that a move brings into sight, and what it moves out of its place.
const ROW: usize = 280;
/// Of a change of pane.
const PANE: usize = 1_000;
/// Of a page or a full-screen form.
const PAGE: usize = 3_600;
/// Of a pop-up.
const POP_UP: usize = 1_500;
/// Of fifty keys that were waiting.
const FIFTY: usize = PAGE * 3 / 2;

/// A terminal that counts.
#[derive(Debug, Clone, Default)]
struct Counted {
    bytes: Rc<Cell<usize>>,
    size: (u16, u16),
}

impl Device for Counted {
    fn size(&self) -> Option<(u16, u16)> {
        Some(self.size)
    }

    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        self.bytes.set(self.bytes.get() + frame.len());
        Ok(())
    }
}

fn moment() -> Moment {
    let at: DateTime<Utc> = "2026-11-21T03:12:00Z".parse().unwrap();
    Moment { at, zone: chrono_tz::Europe::London }
}

/// A screen of 150 patients of whom many need something.
fn app(size: (u16, u16)) -> App {
    static WARD: LazyLock<Ward> = LazyLock::new(|| {
        let text = made_up::of(150, Size::List, 3, &moment());
        read::ward(text.as_bytes(), &Limits::default()).unwrap()
    });
    app_of(WARD.clone(), size)
}

fn app_of(ward: Ward, size: (u16, u16)) -> App {
    let theme = Theme::new(Palette::Colour, false);
    let data = Data::new(ward, Rules::builtin().unwrap(), moment(), "aosei".to_owned(), theme);
    App::of(data, FileState::default(), size)
}

/// Steps to one thing that is measured: keys before it, each drawn, and the keys of it, drawn once.
struct Measured {
    what: &'static str,
    budget: usize,
    before: &'static [KeyCode],
    keys: Vec<KeyCode>,
}

fn measured(what: &'static str, budget: usize, before: &'static [KeyCode], key: KeyCode) -> Measured {
    Measured { what, budget, before, keys: vec![key] }
}

fn all() -> Vec<Measured> {
    use KeyCode::{Char, Down, End, Enter, Esc, PageDown, Tab, Up};
    let zoomed: &[KeyCode] = &[Char('z')];
    let open: &[KeyCode] = &[Char('2'), Enter];
    vec![
        Measured { what: "home: first frame", budget: PAGE, before: &[], keys: Vec::new() },
        measured("home: down in the flags", MOVE, &[], Down),
        measured("home: down", MOVE, &[Char('2')], Down),
        measured("home: up", MOVE, &[Char('2'), Down, Down], Up),
        measured("home: down in another pane", MOVE, &[Char('3')], Down),
        measured("home: another pane", PANE, &[], Tab),
        measured("home: a pane by number", PANE, &[], Char('4')),
        measured("home: page down", PAGE, &[Char('2')], PageDown),
        measured("home: last row", PAGE, &[Char('2')], End),
        measured("home: zoom", PAGE, &[Char('2')], Char('z')),
        measured("home: down, zoomed", MOVE, zoomed, Down),
        measured("home: keys", POP_UP, &[], Char('?')),
        measured("home: keys closed", POP_UP, &[Char('?')], Esc),
        measured("find", POP_UP, &[], Char('/')),
        measured("find: a letter", POP_UP, &[Char('/')], Char('a')),
        measured("find: closed", POP_UP, &[Char('/'), Char('a')], Esc),
        measured("a form", PAGE, &[Char('2')], Char('a')),
        measured("a form: next field", MOVE, &[Char('2'), Char('a')], Tab),
        measured("a form: a digit", MOVE, &[Char('2'), Char('a')], Char('1')),
        measured("a form: left", PAGE, &[Char('2'), Char('a')], Esc),
        measured("patient", PAGE, &[Char('2')], Enter),
        measured("patient: down", MOVE, open, Down),
        measured("patient: another section", PANE, open, Char('5')),
        // It takes the screen: the others give way to it.
        measured("patient: the chart", PAGE, open, Char('2')),
        measured("patient: why", PAGE, open, Enter),
        measured("patient: what-if", PAGE, open, Char('w')),
        measured("patient: keys", POP_UP, open, Char('?')),
        measured("patient: keys closed", POP_UP, &[Char('2'), Enter, Char('?')], Esc),
        // Over a patient it takes the screen.
        measured("patient: find", PAGE, open, Char('/')),
        measured("patient: left", PAGE, open, Esc),
        Measured { what: "home: fifty downs", budget: FIFTY, before: &[Char('2')], keys: vec![Down; 50] },
        Measured { what: "patient: fifty downs", budget: FIFTY, before: open, keys: vec![Down; 50] },
    ]
}

/// The bytes that something takes: each key before it is drawn, its own keys are drawn together, as waiting ones are.
fn bytes_of(one: &Measured, size: (u16, u16)) -> usize {
    let (mut app, counted, mut terminal) = screen(size);
    let mut draw = |app: &App| {
        terminal.draw(|frame| app.view(frame)).unwrap();
    };
    // The first frame is what is measured if no key is.
    if !one.keys.is_empty() {
        draw(&app);
    }
    for key in one.before {
        app.update(Message::Key(KeyEvent::from(*key)));
        draw(&app);
    }
    for key in &one.keys {
        app.update(Message::Key(KeyEvent::from(*key)));
    }
    let before = counted.bytes.get();
    draw(&app);
    counted.bytes.get() - before
}

fn screen(size: (u16, u16)) -> (App, Counted, Terminal<Output<Counted>>) {
    let counted = Counted { size, ..Counted::default() };
    let output =
        Output::new(counted.clone(), Capabilities { colour: true, charset: Charset::Unicode, moves_lines: true });
    (app(size), counted, Terminal::new(output).unwrap())
}

/// A budget is that of 80x24; a larger terminal has more to say.
fn budget(one: &Measured, size: (u16, u16)) -> usize {
    one.budget * usize::from(size.0) * usize::from(size.1) / (80 * 24)
}

#[test]
fn every_key_stays_within_its_bytes() {
    let mut over = String::new();
    for one in all() {
        for size in SIZES {
            let (took, budget) = (bytes_of(&one, size), budget(&one, size));
            if took > budget {
                let _ = writeln!(over, "{} at {}x{}: {took} bytes, at most {budget}", one.what, size.0, size.1);
            }
        }
    }
    assert!(over.is_empty(), "\n{over}");
}

/// On the long list nearly everybody has a namesake. Each row then takes two or three lines, two of them are in sight, and
/// nearly every Down brings another: it writes that row as well, and no more.
#[test]
fn on_a_long_list_a_down_writes_what_is_selected_and_the_row_that_it_brings() {
    let text = made_up::of(4_000, Size::List, 999, &moment());
    let ward = read::ward(text.as_bytes(), &Limits::default()).unwrap();
    let (_, counted, mut terminal) = screen(SIZES[0]);
    let mut app = app_of(ward, SIZES[0]);
    let mut bytes_of = |app: &mut App, key| {
        let before = counted.bytes.get();
        app.update(Message::Key(KeyEvent::from(key)));
        terminal.draw(|frame| app.view(frame)).unwrap();
        counted.bytes.get() - before
    };
    for pane in "12345".chars() {
        bytes_of(&mut app, KeyCode::Char(pane));
        let (mut brought, mut shown) = (0, title(&app));
        for down in 0..24 {
            let took = bytes_of(&mut app, KeyCode::Down);
            let brings = shown != title(&app);
            let budget = if brings { MOVE + ROW } else { MOVE };
            assert!(took <= budget, "pane {pane}, down {down}: {took} bytes, at most {budget}");
            brought += usize::from(brings);
            shown = title(&app);
        }
        assert!(brought >= 8, "the control: pane {pane} brought only {brought} rows");
    }
}

/// The title of the pane that has the keys, which says what is in sight: `1-2 of 60`.
fn title(app: &App) -> String {
    let mut terminal = Terminal::new(TestBackend::new(SIZES[0].0, SIZES[0].1)).unwrap();
    terminal.draw(|frame| app.view(frame)).unwrap();
    let shown = terminal.backend().to_string();
    let has_keys = |line: &&str| line.starts_with("\">") && line.contains(" of ");
    shown.lines().find(has_keys).unwrap_or_default().to_owned()
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    for size in SIZES {
        let (mut app, counted, mut terminal) = screen(size);
        terminal.draw(|frame| app.view(frame)).unwrap();
        let before = counted.bytes.get();
        assert!(before > 500, "the control: a first frame is counted");
        for minute in 0..3 {
            let at = moment().at + TimeDelta::minutes(minute);
            app.update(Message::Tick(Moment { at, ..moment() }));
            terminal.draw(|frame| app.view(frame)).unwrap();
        }
        assert_eq!(counted.bytes.get(), before);
    }
}

/// A file that floods: names as long as its writer liked, of every kind of letter. What goes out is bounded by the screen.
#[test]
fn long_names_do_not_flood_the_terminal() {
    let name = |i: usize| {
        let long = ["A", "\u{202e}", "\u{754c}", "e\u{301}", "\u{1f642}"][i % 5].repeat(200);
        format!(
            r#"{{ "id": "p{i}", "name": {{ "family": "{long}", "given": "{long}" }}, "bed": "B{i}", "entries": [
                {{ "id": "c{i}", "kind": "course", "event": "start", "at": "2026-11-01", "reason": "initiation" }} ] }}"#
        )
    };
    let patients: Vec<String> = (0..5_000).map(name).collect();
    let text = format!(
        r#"{{ "format": "wardround/1", "ward": {{ "name": "Rowan" }}, "patients": [{}] }}"#,
        patients.join(",")
    );
    let ward = read::ward(text.as_bytes(), &Limits::default()).unwrap();
    for size in SIZES {
        let mut app = app_of(ward.clone(), size);
        let (_, counted, mut terminal) = screen(size);
        // As if every cell were of the longest character that there is.
        let most = 4 * usize::from(size.0) * usize::from(size.1);
        for key in [None, Some(KeyCode::PageDown), Some(KeyCode::End), Some(KeyCode::Char('z')), Some(KeyCode::Enter)] {
            if let Some(key) = key {
                app.update(Message::Key(KeyEvent::from(key)));
            }
            let before = counted.bytes.get();
            terminal.draw(|frame| app.view(frame)).unwrap();
            let took = counted.bytes.get() - before;
            assert!(took <= most && counted.bytes.get() > 0, "{key:?} at {size:?}: {took} bytes, at most {most}");
        }
    }
}
