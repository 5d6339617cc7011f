//! The ward as a sheet: one read-back and one save for everybody; what is refused stays in it.
use proptest::prelude::*;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use wardround::tui::app::{App, Effect, Message};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Fact, Outcome, Refusal, SaveReport};

use crate::app::{app, keys, saves, screen};
use crate::desk::{Desk, content, entries, report};

fn contents(facts: &[Fact]) -> Vec<(String, String)> {
    let whose = |fact: &Fact| match fact {
        Fact::Entry { patient, .. } => patient.to_string(),
        Fact::Patient(patient) => patient.id.to_string(),
    };
    facts.iter().flat_map(|fact| entries(fact).into_iter().map(|one| (whose(fact), content(&one)))).collect()
}

fn f2(app: &mut App) {
    app.update(Message::Key(KeyEvent::from(KeyCode::F(2))));
}

#[test]
fn the_ward_is_filled_read_back_and_saved_in_one_go() {
    let mut desk = Desk::new();
    let mut app = app(&desk);
    keys(&mut app, "A");
    assert_eq!(app.mode(), Mode::Sheet);
    insta::assert_snapshot!("sheet_empty", screen(&app));
    // Down the ward: Fraser in A3, then Okafor in B3; then the next column.
    keys(&mut app, "yesterday<Tab>18-Nov<Tab>4<Tab>1<Right>96");
    insta::assert_snapshot!("sheet", screen(&app));
    keys(&mut app, "<Enter>");
    insta::assert_snapshot!("sheet_read_back", screen(&app));
    let facts = saves(&mut app, &mut desk, "y");
    let now = r#""at": "2026-11-20T20:02:00+00:00""#;
    let list = r#""kind": "checklist", "list": "constipation""#;
    assert_eq!(
        contents(&facts),
        [
            ("p2".to_owned(), format!(r#"{list}, {now}, "answers": {{ "last_bm": "2026-11-19", "bristol": 4 }}"#)),
            ("p1".to_owned(), format!(r#"{list}, {now}, "answers": {{ "last_bm": "2026-11-18", "bristol": 1 }}"#)),
            ("p1".to_owned(), format!(r#""kind": "result", "test": "pulse", {now}, "value": 96, "unit": "/min""#)),
        ]
    );
    assert!(!matches!(app.mode(), Mode::Sheet | Mode::Saving), "{}", screen(&app));
}

#[test]
fn a_cell_out_of_bounds_is_refused_with_its_reason_and_everything_stays() {
    let mut app = app(&Desk::new());
    keys(&mut app, "Atomorrow<Down>05/04/26<Right>9<Right>9600");
    keys(&mut app, "<Enter>");
    assert_eq!(app.mode(), Mode::Sheet);
    let shown = screen(&app);
    assert!(shown.contains("Refused: that is in the future"), "{shown}");
    for typed in ["tomorrow", "05/04/26", "9600"] {
        assert!(shown.contains(typed), "{typed}\n{shown}");
    }
    keys(&mut app, "<C-u>today<Enter>");
    assert!(screen(&app).contains("day and month cannot be told apart"), "{}", screen(&app));
}

#[test]
fn rows_that_are_refused_stay_and_the_others_go() {
    let desk = Desk::new();
    let mut app = app(&desk);
    let effects = keys(&mut app, "Ayesterday<Tab>yesterday<Enter>y");
    let [Effect::Save(batch)] = effects.as_slice() else { panic!("{effects:?}\n{}", screen(&app)) };
    assert_eq!(batch.facts.len(), 2);
    let refused = SaveReport {
        refused: vec![(1, Refusal::NoSuchPatient)],
        ward: Some(desk.ward.clone()),
        ..report(Outcome::Saved { revision: 2 })
    };
    app.update(Message::Saved(Box::new(refused)));
    let shown = screen(&app);
    assert!(shown.contains("Not all was saved") && shown.contains("1 typed"), "{shown}");
    assert!(app.is_dirty());
}

#[test]
fn a_save_that_fails_loses_nothing_and_the_same_entries_are_tried_again() {
    let mut app = app(&Desk::new());
    let first = keys(&mut app, "Ayesterday<Enter>y");
    app.update(Message::Saved(Box::new(report(Outcome::NotSaved { reason: "disk full".to_owned() }))));
    assert!(screen(&app).contains("NOT SAVED") && screen(&app).contains("yesterday"), "{}", screen(&app));
    assert_eq!(keys(&mut app, "<Enter>y"), first, "the same ids");
}

#[test]
fn columns_are_chosen_from_a_list_and_one_with_something_in_it_stays() {
    let mut app = app(&Desk::new());
    keys(&mut app, "A4");
    f2(&mut app);
    assert_eq!(app.mode(), Mode::SheetColumns);
    insta::assert_snapshot!("sheet_columns", screen(&app));
    keys(&mut app, " <Down> <Down> <Down> <Down> <Enter>");
    let shown = screen(&app);
    assert!(shown.contains("Opened") && !shown.contains("Bristol") && shown.contains("Respiratory"), "{shown}");
    assert!(shown.contains("1 typed"));
}

#[test]
fn leaving_a_sheet_with_something_in_it_asks() {
    let mut app = app(&Desk::new());
    keys(&mut app, "A4<Esc>");
    assert_eq!(app.mode(), Mode::FormLeave);
    assert!(screen(&app).contains("Leave and lose what you typed?"), "{}", screen(&app));
    keys(&mut app, "[B<Esc>");
    assert_eq!(app.mode(), Mode::Sheet);
    keys(&mut app, "<Esc>y");
    assert_eq!(app.mode(), Mode::Home);
    keys(&mut app, "A<Esc>");
    assert_eq!(app.mode(), Mode::Home, "an empty sheet closes");
}

/// A row without a bed says so, as the ward does: an empty place would read as a bed that was cut off.
#[test]
fn a_missing_bed_is_said() {
    let mut desk = Desk::new();
    desk.ward.patients[1].fields.bed = None;
    let mut app = app(&desk);
    keys(&mut app, "A");
    assert!(screen(&app).contains(" no bed FRASER, Iain"), "{}", screen(&app));
    app.update(Message::Resize(40, 12));
    assert!(screen(&app).contains("no bed FRASER, Iain"), "{}", screen(&app));
    desk.ward.patients[1].fields.name.given = "Iain Archibald Ferdinand Montgomery".into();
    app.update(Message::FileChanged(Box::new(crate::app::loaded(&desk))));
    assert!(screen(&app).contains(" no bed long name"), "the banner is another's: {}", screen(&app));
    keys(&mut app, "<Down>");
    assert!(screen(&app).contains(">no bed name above"), "{}", screen(&app));
    desk.ward.patients[0].fields.bed = None;
    app.update(Message::FileChanged(Box::new(crate::app::loaded(&desk))));
    assert!(!screen(&app).contains("no bed"), "nobody has one: {}", screen(&app));
}

/// A key, a paste, another size, a reload, a minute that passes.
fn any_message() -> impl Strategy<Value = Message> {
    let key = prop_oneof![
        6 => prop::sample::select(vec!['0', '1', '4', '9', '.', '/', '-', 'n', 'o', 'w', 'y', ' ', 'A', 'F', ':', 'e', 'u', 'a', 'q', 'd'])
            .prop_map(KeyCode::Char),
        6 => prop::sample::select(vec![
            KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down, KeyCode::Left, KeyCode::Right, KeyCode::Enter,
            KeyCode::Enter, KeyCode::Esc, KeyCode::Backspace, KeyCode::F(2), KeyCode::F(1),
        ]),
        1 => any::<char>().prop_map(KeyCode::Char),
    ];
    let loaded = |desk: &Desk| Message::FileChanged(Box::new(crate::app::loaded(desk)));
    let theirs = r#"{ "id": "n1", "kind": "result", "test": "pulse", "at": "2026-11-20T19:10", "value": 140, "unit": "/min",
        "recorded": { "at": "2026-11-20T20:01:00+00:00", "by": "nsmith" } }"#;
    prop_oneof![
        30 => key.prop_map(|code| Message::Key(KeyEvent::from(code))),
        2 => "\\PC{0,10}".prop_map(Message::Paste),
        1 => Just(Message::Paste("today\n".to_owned())),
        2 => (0u16..140, 0u16..50).prop_map(|(columns, rows)| Message::Resize(columns, rows)),
        1 => Just(loaded(&Desk::new())),
        1 => Just(loaded(&Desk::new().with(&[theirs]))),
        1 => Just(Message::Tick(crate::desk::moment("2026-11-20T20:09:00Z", chrono_tz::Europe::London))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nothing_is_saved_unconfirmed_and_nothing_typed_is_lost_unasked(
        open in prop::sample::select(vec!["A", ":", "/okafor<Enter>F", "/okafor<Enter>a", "/okafor<Enter>6e", "/okafor<Enter>o", "N"]),
        messages in prop::collection::vec(any_message(), 0..70),
    ) {
        let mut app = app(&Desk::new());
        keys(&mut app, open);
        for (i, message) in messages.into_iter().enumerate() {
            let (mode, dirty) = (app.mode(), app.is_dirty());
            let answers = matches!(message, Message::Key(_));
            let outside = !answers;
            let before = screen(&app);
            for effect in app.update(message) {
                if let Effect::Save(batch) = effect {
                    prop_assert!(matches!(mode, Mode::ReadBack | Mode::ReadBackNo), "{mode:?}");
                    prop_assert!(!batch.facts.is_empty());
                    return Ok(());
                }
            }
            // A resize, a reload and a minute that passes leave what was typed where it is.
            prop_assert!(!(outside && dirty) || app.is_dirty(), "{before}");
            // A key loses it only where that was asked.
            let asked = matches!(mode, Mode::FormLeave | Mode::Leave | Mode::Conflict);
            let edits = matches!(mode, Mode::Form | Mode::FormNote | Mode::FormNumber | Mode::FormYesNo | Mode::FormChoice | Mode::Line | Mode::Sheet);
            prop_assert!(!dirty || app.is_dirty() || asked || edits, "{mode:?}\n{before}");
            if i % 12 == 0 {
                let _ = screen(&app);
            }
        }
    }
}
