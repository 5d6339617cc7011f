//! The round and what changed since the last one.
use wardround::tui::app::{App, Effect, Message};
use wardround::tui::aside::Remembered;
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Fact, Outcome, SaveReport};
use wardround::ward::Ward;

use crate::rowan;
use crate::screen::{SIZES, THEMES, USUAL, app, press, reloaded, styled, text, types, with_entry};

fn at(text: &str) -> chrono::DateTime<chrono::Utc> {
    text.parse().expect("a time")
}

/// The ward of somebody whose last round began then.
fn after(last: &str) -> App {
    let remembered = Remembered { began: None, last: Some(at(last)), card_seen: true };
    app(rowan::ward(), USUAL).with_memory(remembered)
}

fn title(app: &App) -> String {
    text(app, USUAL).lines().find(|line| line.starts_with('-')).unwrap_or_default().trim_end_matches('-').to_owned()
}

#[test]
fn pictures() {
    for size in SIZES {
        for (keys, name) in [("r", "round"), ("s", "since")] {
            let mut shown = app(rowan::ward(), size);
            press(&mut shown, keys);
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), text(&shown, size));
            for (style, palette, ascii) in THEMES {
                let mut other = styled(rowan::ward(), size, wardround::tui::theme::Theme::new(palette, ascii));
                press(&mut other, keys);
                assert_eq!(text(&other, size), text(&shown, size), "the words are the same in {style}");
            }
        }
    }
}

#[test]
fn everybody_once_in_bed_order_and_then_the_summary() {
    let mut app = app(rowan::ward(), USUAL);
    assert_eq!(press(&mut app, "r").len(), 1, "that it began is remembered");
    let mut beds = Vec::new();
    while title(&app).starts_with("-Round") {
        let shown = text(&app, USUAL);
        beds.push(shown.lines().take(2).find_map(|line| line.split("Bed ").nth(1)).unwrap().trim().to_owned());
        assert!(beds.len() <= 24, "{beds:?}");
        press(&mut app, "n");
    }
    assert_eq!(beds.len(), 24);
    assert_eq!(beds[..5], ["A1", "A2", "A3", "A4", "A5"]);
    let shown = text(&app, USUAL);
    assert!(shown.contains("Seen 24 of 24"), "{shown}");
    assert!(shown.contains("Left open") && shown.contains("Bed B3 OKAFOR, Adaeze: !! ANC 0.40 RED"), "{shown}");
    // What Enter does at a patient it does not do here, and the footer says so.
    let footer = shown.lines().last().unwrap_or_default();
    assert!(footer.contains("Enter end") && !footer.contains("open") && !footer.contains("next"), "{footer}");
    let ended = press(&mut app, "Enter");
    let began = Some(rowan::moment().at);
    assert_eq!(ended, [Effect::Remember(Remembered { began: None, last: began, card_seen: false })]);
    assert_eq!(app.mode(), Mode::Home);
}

#[test]
fn the_round_says_since_when_at_every_size() {
    for size in SIZES {
        let mut app = app(rowan::ward(), size);
        press(&mut app, "r");
        let shown = text(&app, size);
        let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("!! CRITICAL ANC 1.21 RED, since 18-Nov-2026 08:00"), "{shown}");
    }
}

#[test]
fn leaving_keeps_the_place() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "r n n n");
    let before = text(&app, USUAL);
    press(&mut app, "Esc");
    assert!(text(&app, USUAL).contains("The round is left at 4 of 24."), "{}", text(&app, USUAL));
    press(&mut app, "Down 3 r");
    assert_eq!(text(&app, USUAL), before);
    press(&mut app, "p");
    assert_eq!(title(&app), "-Round 3 of 24, by bed ");
}

/// What somebody typed into a form on the round, saved.
fn note(app: &mut App, ward: &Ward) -> Ward {
    press(app, "o");
    types(app, "slept well");
    let mut ward = ward.clone();
    for _ in 0..4 {
        for effect in press(app, "Enter") {
            let Effect::Save(batch) = effect else { continue };
            for fact in batch.facts {
                if let Fact::Entry { patient, entry, .. } = fact {
                    ward.add_entry(&patient, entry);
                }
            }
            let report =
                SaveReport { outcome: Outcome::Saved { revision: 3 }, refused: Vec::new(), ward: Some(ward.clone()) };
            app.update(Message::Saved(Box::new(report)));
            return ward;
        }
    }
    panic!("nothing was saved\n{}", text(app, USUAL));
}

#[test]
fn forms_open_on_the_round_and_a_new_session_goes_on() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "r n");
    let before = title(&app);
    let ward = note(&mut app, &rowan::ward());
    assert_eq!(title(&app), before, "the form is closed and it is still their turn");
    let shown = text(&app, USUAL);
    assert!(shown.contains("Entered on this round:") && shown.contains("Note: slept well"), "{shown}");
    assert!(!shown.contains('~'), "{shown}");
    // The program is left; a new session knows only when the round began.
    let began = Remembered { began: Some(rowan::moment().at), last: None, card_seen: true };
    let mut again = crate::screen::app(ward, USUAL).with_memory(began);
    press(&mut again, "r");
    assert_eq!(title(&again), "-Round 1 of 24, by bed ", "nobody entered anything about the first");
    press(&mut again, "n n");
    for _ in 0..30 {
        press(&mut again, "n");
    }
    let flat = text(&again, USUAL).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("Recorded since: 1 entry of 1 patient."), "{flat}");
}

#[test]
fn a_save_of_somebody_else_moves_nobody_on_the_round() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "r n n");
    let before = title(&app);
    let mut ward = rowan::ward();
    ward.patients.reverse();
    ward.patients.iter_mut().for_each(|one| one.fields.active = one.fields.bed.as_deref() != Some("A1"));
    app.update(reloaded(ward));
    assert_eq!(before, "-Round 3 of 24, by bed ");
    assert_eq!(title(&app), "-Round 2 of 23, by bed ");
    assert!(text(&app, USUAL).contains("Bed A3"), "{}", text(&app, USUAL));
    press(&mut app, "S");
    assert!(title(&app).contains("by urgency"), "{}", title(&app));
}

#[test]
fn since_says_who_and_what_and_the_band() {
    let count = r#"{"id":"n1","kind":"result","test":"anc","at":"2026-11-21T01:00:00+00:00","value":1.20,
        "unit":"10*9/L","recorded":{"at":"2026-11-21T03:05:00+00:00","by":"jlee"}}"#;
    let mut app = after("2026-11-20T22:00:00Z");
    press(&mut app, "s");
    assert!(text(&app, USUAL).contains("Fri 20-Nov-2026 22:00, your last round"), "{}", text(&app, USUAL));
    assert!(text(&app, USUAL).contains("Nothing was recorded since then"), "{}", text(&app, USUAL));
    app.update(reloaded(with_entry(&rowan::ward(), "p3", count)));
    let shown = text(&app, USUAL);
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("MENSAH, Kofi"), "{shown}");
    assert!(flat.contains("!! CRITICAL new: ANC 1.20 RED"), "{shown}");
    assert!(flat.contains("band: RED, was AMBER"), "{shown}");
    assert!(flat.contains("ANC 1.20 x10^9/L, 21-Nov-2026 01:00; recorded 21-Nov-2026 03:05 jlee"), "{shown}");
    press(&mut app, "Enter");
    assert!(text(&app, USUAL).starts_with(" MENSAH, Kofi"));
    press(&mut app, "Esc");
    assert_eq!(app.mode(), Mode::Since);
}

/// No screen is half empty because the next patient has much to say.
#[test]
fn since_shows_the_beginning_of_a_long_next_row() {
    let note = |i: usize| {
        let at = "2026-11-21T01:00:00+00:00";
        format!(
            r#"{{"id":"long{i}","kind":"note","text":"{}","at":"{at}","recorded":{{"at":"{at}","by":"jlee"}}}}"#,
            "a long word ".repeat(40)
        )
    };
    let ward = with_entry(&with_entry(&rowan::ward(), "p1", &note(1)), "p2", &note(2));
    let mut app = app(ward, USUAL);
    press(&mut app, "s");
    for size in [USUAL, (80, 30), (120, 24)] {
        let shown = text(&app, size);
        let lines: Vec<&str> = shown.lines().collect();
        let rows = &lines[3..lines.len() - 1];
        let who = |line: &&&str| line.contains("Bed ");
        assert!(rows.iter().filter(who).count() > 1, "the next patient is there: {shown}");
        let cut = rows.iter().rposition(|line| line.trim() == "...");
        let filled = rows.iter().rposition(|line| !line.trim().is_empty()).unwrap();
        assert!(cut.is_none_or(|cut| cut == filled), "what is cut is the last: {shown}");
        assert!(cut.is_some() || filled + 3 >= rows.len() || size != USUAL, "{shown}");
    }
}

#[test]
fn since_a_typed_time_and_what_is_no_time() {
    let mut app = after("2026-11-20T22:00:00Z");
    press(&mut app, "s");
    types(&mut app, "20-nov 1900");
    let shown = text(&app, USUAL);
    assert!(shown.contains("Fri 20-Nov-2026 19:00") && shown.contains("OKAFOR, Adaeze"), "{shown}");
    assert!(shown.contains("new: ANC 0.40 RED") && shown.contains("band: RED, was AMBER"), "{shown}");
    types(&mut app, "/");
    assert!(text(&app, USUAL).contains("day and month cannot be told apart"), "{}", text(&app, USUAL));
    press(&mut app, "Esc");
    assert_eq!(app.mode(), Mode::Home);
}

#[test]
fn the_card_is_five_lines_and_goes_with_a_key_that_is_not_swallowed() {
    let mut app = app(rowan::ward(), USUAL).with_memory(Remembered::default());
    let shown = text(&app, USUAL);
    assert_eq!(shown.lines().filter(|line| line.starts_with('|')).count(), 5, "{shown}");
    assert!(shown.contains("Stop clozapine (uk-smpc RED)"), "what is urgent stays: {shown}");
    insta::assert_snapshot!("card_80x24", shown);
    assert_eq!(press(&mut app, "/"), [Effect::Remember(Remembered { card_seen: true, ..Remembered::default() })]);
    assert_eq!(app.mode(), Mode::Find);
    press(&mut app, "Esc");
    assert!(!text(&app, USUAL).contains("\n|"));
}

#[test]
fn the_sheet_is_written_only_after_a_yes() {
    let mut app = app(rowan::ward(), USUAL);
    assert_eq!(press(&mut app, "P"), []);
    assert!(text(&app, USUAL).contains("rowan-round-2026-11-21-0312.txt"), "{}", text(&app, USUAL));
    assert_eq!(press(&mut app, "Esc"), []);
    let effects = press(&mut app, "P y");
    let [Effect::Print { name, text: sheet }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(name, "rowan-round-2026-11-21-0312.txt");
    assert!(sheet.starts_with("Rowan Ward") && sheet.contains("OKAFOR, Adaeze"));
    app.update(Message::Printed(Err("not written: a file of that name is there already".to_owned())));
    assert!(text(&app, USUAL).contains("The round sheet was not written: a file"), "{}", text(&app, USUAL));
}

#[test]
fn q_leaves_from_a_round_as_it_does_elsewhere() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "r n");
    assert_eq!(press(&mut app, "q"), [Effect::Quit]);
}

/// The smallest screen: the key that goes on stands in the footer, and so does the key of what was done.
#[test]
fn the_smallest_round_says_how_to_go_on() {
    let size = (40, 12);
    let mut app = app(rowan::ward(), size);
    press(&mut app, "r");
    let shown = text(&app, size);
    let footer = shown.lines().last().unwrap_or_default();
    assert!(footer.starts_with(" n next  a result  d done  Esc leave"), "{shown}");
    assert!(text(&app, USUAL).lines().last().unwrap_or_default().contains("Esc leave"), "{}", text(&app, USUAL));
}

/// That the sheet holds names and has to be shredded is not in sight on the smallest screen: a key goes there.
#[test]
fn all_that_is_said_of_the_round_sheet_can_be_read_on_the_smallest_screen() {
    let size = (40, 12);
    let mut app = app(rowan::ward(), size);
    press(&mut app, "P");
    assert!(text(&app, size).contains("PgDn") && !text(&app, size).contains("shred"), "{}", text(&app, size));
    press(&mut app, "?");
    let keys = text(&app, size);
    assert!(keys.contains("PgDn: more"), "{keys}");
    press(&mut app, "Esc PgDn");
    assert_eq!(app.mode(), Mode::Print);
    assert!(text(&app, size).contains("shred"), "{}", text(&app, size));
    press(&mut app, "Down PgUp");
    assert!(text(&app, size).contains("The round sheet:"), "{}", text(&app, size));
    assert!(matches!(press(&mut app, "Enter")[..], [Effect::Print { .. }]));
}

/// What does not fit of whom something is said is not left out in silence.
#[test]
fn a_row_of_since_that_is_longer_than_the_screen_says_so() {
    let size = (40, 12);
    let mut app = app(rowan::ward(), size);
    press(&mut app, "s");
    let whole = text(&app, (40, 60));
    let first: Vec<&str> = whole.lines().skip_while(|line| !line.starts_with('>')).collect();
    let length = first.iter().skip(1).position(|line| line.contains("Bed ")).expect("another patient");
    let shown = text(&app, size);
    let room = shown.lines().skip_while(|line| !line.starts_with('>')).count() - 1;
    assert!(length + 1 > room, "its row is longer: {whole}");
    let last = shown.lines().rev().nth(1).unwrap_or_default();
    assert!(last.ends_with("... Enter: more") && last.starts_with("    !"), "in its place: {shown}");
    assert!(!text(&app, (40, 60)).contains("Enter: more"), "{whole}");
}
