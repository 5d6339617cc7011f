//! Forms, read-backs, notices and questions on the smallest terminal: what was typed is in sight before it is saved.
use wardround::tui::app::{App, Effect, Message};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Outcome, SaveReport};

use crate::app::{app, keys, loaded, saves, screen_of};
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

/// Reads on to the end of what is read back by the key that would save it, and gives every screen that was seen.
fn read_on(app: &mut App) -> String {
    let mut all = screen(app);
    while app.mode() == Mode::ReadOn {
        assert_eq!(keys(app, "y"), [], "it is saved from its end");
        assert_eq!(keys(app, "<Enter>"), []);
        all += "\n";
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
    insta::assert_snapshot!("small_count_read_back", read_on(&mut app));
    saves(&mut app, &mut desk, "y");
    assert_eq!(app.mode(), Mode::CountNotice);
    insta::assert_snapshot!("small_notice", screen(&app));
    keys(&mut app, "<PgDn>");
    insta::assert_snapshot!("small_notice_below", screen(&app));
    keys(&mut app, "r");
    assert!(matches!(app.mode(), Mode::Form), "{}", screen(&app));
}

#[test]
fn everything_is_in_sight_before_anything_is_saved_and_why_no_is_chosen_with_the_answers() {
    for typed in ["/okafor<Enter>a0.40<Enter>2.1<Enter>", ":okafor anc 0.40 wbc 2.1<Enter>"] {
        let mut app = small(&Desk::new());
        keys(&mut app, typed);
        assert_eq!(app.mode(), Mode::ReadOn);
        let first = screen(&app);
        for whole in ["OKAFOR, Adaeze", "0.40 x10^9/L", "2.1 x10^9/L", "from AMBER to RED", "read on: 21 more lines"] {
            assert!(first.contains(whole), "{whole}\n{first}");
        }
        let all = read_on(&mut app);
        for whole in ["What it would mean", "Stop clozapine", "Next FBC: 21-Nov-2026"] {
            assert!(all.contains(whole), "{whole}\n{all}");
        }
        assert_eq!(app.mode(), Mode::ReadBackNo);
        let last = screen(&app);
        for whole in ["from AMBER to RED", "a critical flag appears", "[ No, back ]", "[ y  Yes, save ]"] {
            assert!(last.contains(whole), "{whole}\n{last}");
        }
        // Scrolled back, it is read on again before it is saved.
        keys(&mut app, "<Up>");
        assert_eq!(app.mode(), Mode::ReadOn);
    }
}

#[test]
fn another_size_is_read_from_the_first_line_again() {
    let mut app = small(&Desk::new());
    keys(&mut app, "/okafor<Enter>a0.40<Enter>2.1<Enter><Enter><Enter>");
    app.update(Message::Resize(60, 12));
    assert_eq!(app.mode(), Mode::ReadOn);
    assert!(screen_of(&app, (60, 12)).contains("1-"), "{}", screen_of(&app, (60, 12)));
    app.update(Message::Resize(80, 24));
    assert_eq!(app.mode(), Mode::ReadBackNo, "all of it is in sight");
    app.update(Message::Resize(30, 8));
    assert_eq!(app.mode(), Mode::ReadOn, "nothing of it is in sight");
}

#[test]
fn one_line_and_the_sheet() {
    let desk = Desk::new();
    let mut line = small(&desk);
    keys(&mut line, ":okafor anc 0.40 wbc 2.1 today 1940");
    insta::assert_snapshot!("small_line", screen(&line));
    keys(&mut line, "<PgDn>");
    insta::assert_snapshot!("small_line_below", screen(&line));
    keys(&mut line, "<Bs>0");
    assert!(screen(&line).contains("> Line"), "typing shows the line again\n{}", screen(&line));
    keys(&mut line, "<Enter>");
    insta::assert_snapshot!("small_line_read_back", screen(&line));
    let mut sheet = small(&desk);
    keys(&mut sheet, "Ayesterday<Tab>18-Nov");
    insta::assert_snapshot!("small_sheet", screen(&sheet));
    keys(&mut sheet, "<Enter>");
    insta::assert_snapshot!("small_sheet_read_back", read_on(&mut sheet));
    assert!(matches!(keys(&mut sheet, "<Enter>").as_slice(), [Effect::Save(_)]));
}

#[test]
fn a_save_that_failed_keeps_what_was_typed_and_is_said_once() {
    for (outcome, said) in [
        (Outcome::NotSaved { reason: "disk full".to_owned() }, "NOT SAVED:"),
        (Outcome::NotConfirmed { reason: "disk fault".to_owned() }, "NOT CONFIRMED:"),
    ] {
        let mut app = small(&Desk::new());
        keys(&mut app, "/okafor<Enter>a0.40<Enter>2.1<Enter>");
        read_on(&mut app);
        keys(&mut app, "y");
        app.update(Message::Saved(Box::new(SaveReport { ..report(outcome) })));
        let shown = screen(&app);
        assert_eq!(shown.matches(said).count(), 1, "{shown}");
        assert!(shown.contains("2.1  "), "{shown}");
        if said == "NOT SAVED:" {
            insta::assert_snapshot!("small_not_saved", shown);
        }
    }
}

/// Six lines above the form: nothing of it may be bought with the line that says that nothing was saved.
#[test]
fn a_save_that_failed_is_said_however_long_the_banner_is() {
    for (outcome, said) in [
        (Outcome::NotSaved { reason: "disk full".to_owned() }, "NOT SAVED:"),
        (Outcome::NotConfirmed { reason: "disk fault".to_owned() }, "NOT CONFIRMED:"),
    ] {
        let mut desk = Desk::new();
        desk.ward.name = "Rowan Ward for Acute Psychiatry".into();
        let namesake = desk.ward.patients[0].fields.name.clone();
        desk.ward.patients[1].fields.name = namesake.clone();
        for (patient, given) in desk.ward.patients.iter_mut().zip(["Adaeze Chidinma-Oluwaseun", "Adaeze Chidinma"]) {
            patient.fields.name.given = given.into();
        }
        for typed in ["/b3<Enter>a0.40<Enter>2.1<Enter>", "Ayesterday<Enter>"] {
            let mut app = small(&desk);
            keys(&mut app, typed);
            read_on(&mut app);
            let effects = keys(&mut app, "y");
            assert!(matches!(effects.as_slice(), [Effect::Save(_)]), "{effects:?}\n{}", screen(&app));
            app.update(Message::Saved(Box::new(report(outcome.clone()))));
            let shown = screen(&app);
            let head = shown.lines().take_while(|line| !line.contains("NOT SAVED YET")).count() + 1;
            assert!(head >= 6, "the control: a long head\n{shown}");
            assert_eq!(shown.matches(said).count(), 1, "{shown}");
            assert!(shown.contains("2.1") || shown.contains("yesterday"), "{shown}");
        }
    }
}

#[test]
fn two_people_changed_one_field() {
    let mut app = small(&Desk::new());
    keys(&mut app, "/okafor<Enter>FC1");
    let moved = r#"{ "id": "b1", "kind": "change", "field": "bed", "from": "B3", "to": "B4", "at": "2026-11-20T19:02",
        "recorded": { "at": "2026-11-20T19:02:00+00:00", "by": "nsmith" } }"#;
    let mut theirs = Desk::new().with(&[moved]);
    theirs.ward.patients[0].fields.bed = Some("B4".into());
    app.update(Message::FileChanged(Box::new(loaded(&theirs))));
    keys(&mut app, "<Enter>");
    assert_eq!(app.mode(), Mode::Conflict);
    insta::assert_snapshot!("small_conflict", screen(&app));
    keys(&mut app, "r");
    assert!(matches!(app.mode(), Mode::ReadBack | Mode::ReadOn), "{}", screen(&app));
}

#[test]
fn the_row_of_a_cell_is_in_sight_whatever_its_name_and_whatever_is_said_of_it() {
    let mut desk = Desk::new();
    desk.ward.patients[1].fields.name.family = "Delacroix-Montgomery-Fitzwilliam".into();
    let mut app = small(&desk);
    for typed in ["A05/04/26", "<Enter>", "<Bs><Bs>2026 or the day before"] {
        keys(&mut app, typed);
        let shown = screen(&app);
        assert!(shown.contains(">A3 name above"), "{typed}\n{shown}");
        assert!(shown.contains("DELACROIX-MONTGOMERY-FITZWILLIAM"), "whole in the banner\n{shown}");
        assert!(shown.contains("05/04/"), "{typed}\n{shown}");
        assert!(shown.contains("typed  +4 columns"), "{typed}\n{shown}");
    }
}
