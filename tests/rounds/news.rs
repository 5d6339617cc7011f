//! Another user's save, seen on the screen.
use wardround::tui::app::{App, Effect, Message};
use wardround::tui::saving::{Fact, Outcome, SaveReport};
use wardround::ward::Ward;

use crate::rowan;
use crate::screen::{SIZES, USUAL, app, press, reloaded, selected, text, types, with_entry};

const COUNT: &str = r#"{"id":"n1","kind":"result","test":"anc","at":"2026-11-21T01:00:00+00:00","value":1.40,
    "unit":"10*9/L","recorded":{"at":"2026-11-21T03:05:00+00:00","by":"jlee"}}"#;

/// The line of a patient in a pane.
fn line(app: &App, name: &str) -> String {
    text(app, USUAL).lines().find(|line| line.contains(name)).unwrap_or_default().to_owned()
}

#[test]
fn what_others_entered_is_marked_until_it_was_seen() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "1 Home");
    let before = selected(&app, USUAL);
    assert!(!before.contains("BRIGGS"), "the control: somebody else is selected");
    app.update(reloaded(with_entry(&rowan::ward(), "p2", COUNT)));
    assert_eq!(selected(&app, USUAL), before, "the same patient stays selected");
    let shown = text(&app, USUAL);
    assert!(shown.contains("~ new from others: 1 patient"), "{shown}");
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("read again. What is new is marked ~."), "{shown}");
    assert!(line(&app, "BRIGGS, Thomas").starts_with('~'), "{shown}");
    // Going there says who, when and what; leaving takes the mark away.
    press(&mut app, "Up");
    assert!(selected(&app, USUAL).contains("BRIGGS"), "{}", text(&app, USUAL));
    let shown = text(&app, USUAL);
    assert!(shown.contains("NEW: by jlee 03:05: ANC 1.40 x10^9/L."), "{shown}");
    press(&mut app, "Down");
    let shown = text(&app, USUAL);
    assert!(!shown.contains('~') && !shown.contains("NEW"), "{shown}");
}

#[test]
fn a_key_clears_all_marks() {
    let mut app = app(rowan::ward(), USUAL);
    app.update(reloaded(with_entry(&rowan::ward(), "p2", COUNT)));
    assert!(text(&app, USUAL).contains('~'));
    press(&mut app, "x");
    assert!(!text(&app, USUAL).contains('~'), "{}", text(&app, USUAL));
}

#[test]
fn the_mark_is_a_character_at_every_size() {
    for size in SIZES {
        let mut app = app(rowan::ward(), size);
        press(&mut app, "1 Home");
        app.update(reloaded(with_entry(&rowan::ward(), "p1", COUNT)));
        let shown = text(&app, size);
        let marked = |line: &str| line.starts_with('~') && line.contains("OKAFOR, Adaeze");
        assert!(shown.lines().any(marked), "{size:?}\n{shown}");
    }
}

/// The ward after a save of these facts and whatever somebody else saved in between.
fn saved(facts: &[Fact], ward: &Ward) -> Message {
    let mut ward = ward.clone();
    for fact in facts {
        if let Fact::Entry { patient, entry, .. } = fact {
            ward.add_entry(patient, entry.clone());
        }
    }
    Message::Saved(Box::new(SaveReport {
        outcome: Outcome::Saved { revision: 3 },
        refused: Vec::new(),
        ward: Some(ward),
    }))
}

#[test]
fn what_was_entered_here_is_no_news_and_what_came_with_the_save_is() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "1 Home o");
    types(&mut app, "slept well");
    let mut effects = Vec::new();
    for _ in 0..4 {
        effects.extend(press(&mut app, "Enter"));
    }
    let facts = effects
        .into_iter()
        .find_map(|effect| if let Effect::Save(batch) = effect { Some(batch.facts) } else { None })
        .unwrap_or_else(|| panic!("nothing was saved\n{}", text(&app, USUAL)));
    app.update(saved(&facts, &rowan::ward()));
    assert!(!text(&app, USUAL).contains('~'), "{}", text(&app, USUAL));
    app.update(saved(&facts, &with_entry(&rowan::ward(), "p2", &COUNT.replace("1.40", "3.40"))));
    assert!(text(&app, USUAL).contains("~ new from others: 1 patient"), "{}", text(&app, USUAL));
}

#[test]
fn typing_is_never_interrupted() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "1 Home a");
    types(&mut app, "1.3");
    let before = text(&app, USUAL);
    app.update(reloaded(with_entry(&rowan::ward(), "p5", COUNT)));
    types(&mut app, "2");
    let after = text(&app, USUAL);
    assert_eq!(before.lines().next(), after.lines().next(), "the same patient");
    assert!(after.contains("1.32"), "{after}");
}

#[test]
fn two_values_of_one_time_are_both_shown() {
    let other = r#"{"id":"n2","kind":"result","test":"anc","at":"2026-11-20T19:40:00+00:00","value":1.40,"unit":"10*9/L",
        "recorded":{"at":"2026-11-21T03:05:00+00:00","by":"jlee"}}"#;
    let mut shown = app(with_entry(&rowan::ward(), "p1", other), USUAL);
    press(&mut shown, "1");
    assert!(text(&shown, USUAL).contains("2 values: 0.40, 1.40; the lower counts until one is voided"));
    let void = r#"{"id":"n3","kind":"void","entry":"n2","reason":"another patient's",
        "recorded":{"at":"2026-11-21T03:06:00+00:00","by":"jlee"}}"#;
    let one = app(with_entry(&with_entry(&rowan::ward(), "p1", other), "p1", void), USUAL);
    assert!(!text(&one, USUAL).contains("2 values"), "{}", text(&one, USUAL));
}

#[test]
fn a_critical_result_of_another_user_is_said_until_it_was_looked_at() {
    let red = COUNT.replace("1.40", "0.30");
    for size in SIZES {
        let mut app = app(rowan::ward(), size);
        press(&mut app, "1 Home");
        // The control: what is not critical is only marked.
        app.update(reloaded(with_entry(&rowan::ward(), "p5", &COUNT.replace("1.40", "3.40"))));
        assert!(!text(&app, size).contains("NEW CRITICAL"), "{}", text(&app, size));
        app.update(reloaded(with_entry(&rowan::ward(), "p5", &red)));
        assert!(text(&app, size).contains("!! 1 NEW CRITICAL"), "{size:?}\n{}", text(&app, size));
        press(&mut app, "Enter");
        assert!(text(&app, size).contains("!! 1 NEW CRITICAL"), "{size:?}\n{}", text(&app, size));
        press(&mut app, "Esc x");
        assert!(!text(&app, size).contains("NEW CRITICAL"), "{size:?}\n{}", text(&app, size));
    }
}

#[test]
fn a_critical_result_of_another_user_never_interrupts_typing() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "1 Home a");
    types(&mut app, "1.3");
    let mode = app.mode();
    app.update(reloaded(with_entry(&rowan::ward(), "p5", &COUNT.replace("1.40", "0.30"))));
    assert_eq!(app.mode(), mode);
    types(&mut app, "2");
    assert!(text(&app, USUAL).contains("1.32"), "{}", text(&app, USUAL));
}
