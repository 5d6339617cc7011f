//! Forms, read-backs, notices and questions on the smallest terminal: what was typed is in sight before it is saved.
use wardround::tui::app::{App, Message};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Outcome, SaveReport};

use crate::app::{app, keys, saves, screen_of};
use crate::desk::{Desk, report};

const SMALL: (u16, u16) = (40, 12);

fn small(desk: &Desk) -> App {
    let mut app = app(desk);
    app.update(Message::Resize(SMALL.0, SMALL.1));
    app
}

fn screen(app: &App) -> String {
    screen_of(app, SMALL)
}

/// What is read back, on as many screens as scrolling shows.
fn scrolled(app: &mut App) -> String {
    let mut all = screen(app);
    for _ in 0..40 {
        app.update(Message::Key(ratatui::crossterm::event::KeyEvent::from(ratatui::crossterm::event::KeyCode::Down)));
        all += &screen(app);
    }
    all
}

#[test]
fn a_count_and_what_follows_from_it() {
    let mut desk = Desk::new();
    let mut app = small(&desk);
    keys(&mut app, "/okafor<Enter>a<Up>1940<Enter>0.40<Enter>2.1");
    insta::assert_snapshot!("small_count", screen(&app));
    keys(&mut app, "<Enter>");
    insta::assert_snapshot!("small_count_read_back", screen(&app));
    saves(&mut app, &mut desk, "y");
    assert_eq!(app.mode(), Mode::CountNotice);
    insta::assert_snapshot!("small_notice", screen(&app));
}

#[test]
fn the_values_and_both_answers_are_in_sight_before_anything_is_saved() {
    for (desk, typed) in
        [(Desk::new(), "/okafor<Enter>a0.40<Enter>2.1<Enter>"), (Desk::new(), ":okafor anc 0.40 wbc 2.1<Enter>")]
    {
        let mut app = small(&desk);
        keys(&mut app, typed);
        assert_eq!(app.mode(), Mode::ReadBackNo);
        let shown = screen(&app);
        for whole in
            ["OKAFOR, Adaeze", "0.40 x10^9/L", "2.1 x10^9/L", "from AMBER to RED", "[ No, back ]", "[ y  Yes, save ]"]
        {
            assert!(shown.contains(whole), "{whole}\n{shown}");
        }
        let all = scrolled(&mut app);
        for whole in ["a critical flag appears", "What it would mean"] {
            assert!(all.contains(whole), "{whole}\n{all}");
        }
    }
}

#[test]
fn one_line_and_the_sheet() {
    let desk = Desk::new();
    let mut line = small(&desk);
    keys(&mut line, ":okafor anc 0.40 wbc 2.1 today 1940");
    insta::assert_snapshot!("small_line", screen(&line));
    keys(&mut line, "<Enter>");
    insta::assert_snapshot!("small_line_read_back", screen(&line));
    let mut sheet = small(&desk);
    keys(&mut sheet, "Ayesterday<Tab>18-Nov");
    insta::assert_snapshot!("small_sheet", screen(&sheet));
    keys(&mut sheet, "<Enter>");
    insta::assert_snapshot!("small_sheet_read_back", screen(&sheet));
}

#[test]
fn a_save_that_failed_keeps_what_was_typed() {
    let mut app = small(&Desk::new());
    keys(&mut app, "/okafor<Enter>a0.40<Enter>2.1<Enter>y");
    let failed = Outcome::NotSaved { reason: "disk full".to_owned() };
    app.update(Message::Saved(Box::new(SaveReport { ..report(failed) })));
    insta::assert_snapshot!("small_not_saved", screen(&app));
}
