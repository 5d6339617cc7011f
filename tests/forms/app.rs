//! The forms inside the screen: banner above, keys below, and what the screen does with what they ask for.
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use wardround::tui::app::{App, Effect, Message, Start};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Fact, Loaded, Outcome, SaveReport};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::Added;

use crate::desk::{Desk, parse, report};

pub fn loaded(desk: &Desk) -> Loaded {
    Loaded { revision: 1, ..Loaded::of(desk.ward.clone()) }
}

pub fn app(desk: &Desk) -> App {
    App::new(Start {
        loaded: loaded(desk),
        file: "ward.json".to_owned(),
        rules: desk.rules.clone(),
        moment: desk.moment,
        user: "aosei".to_owned(),
        theme: Theme::new(Palette::Mono, true),
        size: (80, 24),
    })
}

/// Types keys of which the last one saves; what was saved is then in the ward of the desk and of the screen.
pub fn saves(app: &mut App, desk: &mut Desk, typed: &str) -> Vec<Fact> {
    let effects = keys(app, typed);
    let [Effect::Save(batch)] = effects.as_slice() else { panic!("{effects:?} after {typed}\n{}", screen(app)) };
    for fact in &batch.facts {
        let Fact::Entry { patient, entry } = fact else { panic!("a new patient") };
        assert_eq!(desk.ward.add_entry(patient, entry.clone()), Added::Added, "{entry:?}");
    }
    let outcome = Outcome::Saved { revision: 2 };
    let report = SaveReport { ward: Some(desk.ward.clone()), ..report(outcome) };
    app.update(Message::Saved(Box::new(report)));
    batch.facts.clone()
}

/// Types keys and gives what the last of them has done.
pub fn keys(app: &mut App, keys: &str) -> Vec<Effect> {
    parse(keys).into_iter().fold(Vec::new(), |_, key| app.update(Message::Key(key)))
}

pub fn screen(app: &App) -> String {
    screen_of(app, (80, 24))
}

/// What is drawn on a terminal of so many columns and lines.
pub fn screen_of(app: &App, (columns, lines): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a screen");
    terminal.draw(|frame| app.view(frame)).expect("a frame");
    let screen = terminal.backend().to_string();
    screen.lines().map(|line| line.trim_matches('"').trim_end()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_whole_screen_of_a_form() {
    let mut app = app(&Desk::new());
    keys(&mut app, "/okafor<Enter>a<Up>1940<Enter>0.40<Enter>2.1");
    insta::assert_snapshot!("whole_form", screen(&app));
    keys(&mut app, "<Enter>");
    insta::assert_snapshot!("whole_read_back", screen(&app));
    assert!(matches!(keys(&mut app, "y").as_slice(), [Effect::Save(batch)] if batch.facts.len() == 2));
    insta::assert_snapshot!("whole_saving", screen(&app));
    let failed = Outcome::NotSaved { reason: "disk full".to_owned() };
    app.update(Message::Saved(Box::new(report(failed))));
    insta::assert_snapshot!("whole_not_saved", screen(&app));
    keys(&mut app, "<Esc>");
    insta::assert_snapshot!("whole_leave", screen(&app));
}

#[test]
fn a_course_is_entered_by_its_key() {
    let mut app = app(&Desk::new());
    keys(&mut app, "/okafor<Enter>C");
    assert_eq!(app.mode(), Mode::FormChoice);
    insta::assert_snapshot!("whole_course", screen(&app));
}

#[test]
fn the_file_changes_while_something_is_read_back() {
    let desk = Desk::fraser();
    let red =
        r#"{ "id": "n1", "kind": "result", "test": "anc", "at": "2026-11-20T08:10", "value": 0.40, "unit": "10*9/L" }"#;
    let mut app = app(&desk);
    keys(&mut app, "/fraser<Enter>a3.32<Enter>");
    assert_eq!(app.mode(), Mode::ReadBack);
    app.update(Message::FileChanged(Box::new(loaded(&Desk::fraser().with(&[red])))));
    assert_eq!(keys(&mut app, "y"), []);
    assert_eq!(app.mode(), Mode::FormNumber);
}

#[test]
fn a_form_with_something_in_it_is_not_left_unasked() {
    let mut app = app(&Desk::new());
    keys(&mut app, "/okafor<Enter>a1.3");
    let ctrl_c = ratatui::crossterm::event::KeyEvent::new(
        ratatui::crossterm::event::KeyCode::Char('c'),
        ratatui::crossterm::event::KeyModifiers::CONTROL,
    );
    assert_eq!(app.update(Message::Key(ctrl_c)), []);
    assert_eq!(app.mode(), Mode::Leave);
    keys(&mut app, "<Esc>");
    assert!(screen(&app).contains("1.3"));
}
