//! What is drawn: the screens as pictures at four sizes, and what holds at every size.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]
#[path = "support/demo.rs"]
mod demo;
#[path = "screens/edges.rs"]
mod edges;
#[path = "screens/keys.rs"]
mod keys;
#[path = "screens/palettes.rs"]
mod palettes;
#[path = "screens/pictures.rs"]
mod pictures;
#[path = "support/rowan.rs"]
mod rowan;
#[path = "screens/ways.rs"]
mod ways;
#[path = "screens/whole.rs"]
mod whole;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Color;
use wardround::rules::Rules;
use wardround::tui::app::{App, Effect, Message, Start};
use wardround::tui::data::Data;
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Loaded, Outcome, SaveReport};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::{Ward, read};

/// The screen as it is drawn.
fn draw(app: &App, (columns, lines): (u16, u16)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a test terminal");
    terminal.draw(|frame| app.view(frame)).expect("drawn");
    terminal.backend().buffer().clone()
}

/// The lines of a screen, with the cells after wide characters left out.
fn lines(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area.width);
    if width == 0 {
        return Vec::new();
    }
    buffer
        .content
        .chunks(width)
        .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned())
        .collect()
}

fn text(app: &App, size: (u16, u16)) -> String {
    lines(&draw(app, size)).join("\n")
}

fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in keys.split(' ') {
        let code = match key {
            "Enter" => KeyCode::Enter,
            "Esc" => KeyCode::Esc,
            "Tab" => KeyCode::Tab,
            "Down" => KeyCode::Down,
            "Up" => KeyCode::Up,
            "PgDn" => KeyCode::PageDown,
            "Ctrl-C" => {
                effects.extend(app.update(Message::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL))));
                continue;
            }
            other => KeyCode::Char(other.chars().next().expect("a key")),
        };
        effects.extend(app.update(Message::Key(KeyEvent::new(code, KeyModifiers::NONE))));
    }
    effects
}

const USUAL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

#[test]
fn home_at_80x24() {
    insta::assert_snapshot!(text(&rowan::app(USUAL), USUAL));
}

#[test]
fn home_at_120x40() {
    insta::assert_snapshot!(text(&rowan::app(LARGE), LARGE));
}

/// The styles of a screen: for each line its words with what is not ordinary text.
fn styles(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area.width);
    let mut lines = Vec::new();
    for row in buffer.content.chunks(width) {
        let mut line = String::new();
        let mut last = String::new();
        for cell in row {
            let style = format!("{:?}/{:?}/{:?}", cell.fg, cell.bg, cell.modifier);
            if style != last {
                let said = style.replace("Reset/Reset/NONE", "").replace("Reset", "-");
                line.extend(["[", &said, "]"]);
                last = style;
            }
            line.push_str(cell.symbol());
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[test]
fn what_is_open_draws_the_eye_in_colour() {
    let app = rowan::app(USUAL);
    insta::assert_snapshot!(styles(&draw(&app, USUAL))[..10].join("\n"));
}

#[test]
fn without_colour_nothing_is_lost() {
    let mono = App::of(rowan::data(Theme::new(Palette::Mono, false)), rowan::file(), USUAL);
    let buffer = draw(&mono, USUAL);
    assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    assert_eq!(lines(&buffer), lines(&draw(&rowan::app(USUAL), USUAL)));
    insta::assert_snapshot!(styles(&buffer)[..10].join("\n"));
}

#[test]
fn in_ascii_nothing_else_is_sent() {
    let app = App::of(rowan::data(Theme::new(Palette::Colour, true)), rowan::file(), USUAL);
    assert!(text(&app, USUAL).is_ascii());
}

#[test]
fn a_patient_at_80x24() {
    let mut app = rowan::app(USUAL);
    press(&mut app, "Enter");
    insta::assert_snapshot!(text(&app, USUAL));
}

#[test]
fn a_patient_at_120x40() {
    let mut app = rowan::app(LARGE);
    press(&mut app, "Enter");
    insta::assert_snapshot!(text(&app, LARGE));
}

#[test]
fn counts_over_time() {
    let mut app = rowan::app(USUAL);
    press(&mut app, "Enter 2 z");
    insta::assert_snapshot!(text(&app, USUAL));
}

#[test]
fn a_history_shows_what_was_voided() {
    let mut app = rowan::app(USUAL);
    press(&mut app, "Enter 6 z");
    insta::assert_snapshot!(text(&app, USUAL));
}

#[test]
fn a_patient_who_was_seen_says_what_was_done() {
    let mut app = rowan::app(USUAL);
    press(&mut app, "Down Down Down Enter z");
    insta::assert_snapshot!(text(&app, USUAL));
}

#[test]
fn one_pane_alone() {
    let mut app = rowan::app(USUAL);
    press(&mut app, "3 z");
    insta::assert_snapshot!(text(&app, USUAL));
}

#[test]
fn finding_somebody() {
    let mut app = rowan::app(USUAL);
    press(&mut app, "/ o w a");
    insta::assert_snapshot!(text(&app, USUAL));
    press(&mut app, "Down Down Enter");
    assert!(text(&app, USUAL).starts_with(" NOWAK, Ewa"));
}

#[test]
fn the_keys_that_work_here() {
    let mut app = rowan::app(USUAL);
    press(&mut app, "?");
    insta::assert_snapshot!(text(&app, USUAL));
    press(&mut app, "Esc Enter ?");
    assert!(text(&app, USUAL).contains("-A patient: the keys that work here"));
}

#[test]
fn the_keys_stand_under_what_they_are_the_keys_of() {
    for (size, least) in [(USUAL, 8), (LARGE, 13), ((200, 60), 20)] {
        for keys in ["Down", "Enter", "/ a", "Enter w", "r", "Enter c"] {
            let mut app = rowan::app(size);
            press(&mut app, keys);
            let before = text(&app, size);
            let help = KeyCode::F(1);
            app.update(Message::Key(KeyEvent::from(help)));
            let shown = text(&app, size);
            let title = shown.lines().position(|line| line.contains(": the keys that work here")).expect("a title");
            assert!(title >= least, "{keys}: {shown}");
            let same = |text: &str| text.lines().take(title).map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(same(&shown), same(&before), "{keys}");
            // All of it can be read.
            press(&mut app, "PgDn PgDn PgDn PgDn");
            assert!(text(&app, size).contains("ask.\n"), "{keys}: {}", text(&app, size));
            press(&mut app, "Esc");
            assert_eq!(text(&app, size), before);
        }
    }
    // A form has its own cursor, and a small terminal no room.
    for (size, keys) in [(USUAL, "a"), ((40, 12), "Down")] {
        let mut app = rowan::app(size);
        press(&mut app, keys);
        app.update(Message::Key(KeyEvent::from(KeyCode::F(1))));
        let shown = text(&app, size);
        let title = shown.lines().position(|line| line.starts_with('-')).expect("a title");
        assert!(title <= 2, "{shown}");
    }
}

#[test]
fn the_list_of_checks_has_what_is_due_first() {
    let mut app = rowan::app(USUAL);
    press(&mut app, "4 Down c");
    insta::assert_snapshot!(text(&app, USUAL));
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let app = rowan::app((30, 10));
    insta::assert_snapshot!(text(&app, (30, 10)));
    assert_eq!(text(&app, (5, 1)), "40x12");
    assert_eq!(text(&app, (4, 1)), "");
    assert_eq!(text(&app, (39, 12)).lines().next(), Some("wardround needs a terminal of 40x12;"));
    assert!(text(&app, (40, 11)).starts_with("wardround needs a terminal of 40x12;"));
}

#[test]
fn what_is_wrong_with_the_file_is_said() {
    let mut file = rowan::file();
    file.read_only = Some("another program holds it".to_owned());
    file.notes = vec!["1 entry recovered, please verify".to_owned(), "second".to_owned(), "third".to_owned()];
    let mut app = App::of(rowan::data(Theme::default()), file, USUAL);
    insta::assert_snapshot!(text(&app, USUAL).lines().take(6).collect::<Vec<_>>().join("\n"));
    for key in ["a", "t", "m", "b", "c", "d", "N"] {
        assert_eq!(press(&mut app, key), []);
        assert_eq!(app.mode(), Mode::Home, "{key}");
        assert!(text(&app, USUAL).contains("READ-ONLY, nothing can be entered: another program holds it"), "{key}");
    }
    press(&mut app, "?");
    assert!(text(&app, LARGE).contains("third"));
}

#[test]
fn nothing_is_drawn_while_nobody_looks() {
    let mut app = rowan::app(USUAL);
    app.update(Message::Blank);
    assert_eq!(text(&app, USUAL).trim(), "");
    app.update(Message::Wake);
    assert!(text(&app, USUAL).contains("OKAFOR"));
}

/// The ward as the rules see it.
fn real(ward: Ward) -> App {
    App::of(
        Data::new(ward, Rules::builtin().unwrap(), rowan::moment(), "aosei".to_owned(), Theme::default()),
        rowan::file(),
        USUAL,
    )
}

fn loaded(ward: Ward) -> Message {
    let loaded = Loaded { revision: 2, ..Loaded::of(ward) };
    Message::FileChanged(Box::new(loaded))
}

fn without(ward: &Ward, id: &str) -> Ward {
    let mut ward = ward.clone();
    ward.patients.retain(|patient| patient.id.as_str() != id);
    ward
}

#[test]
fn a_reload_never_changes_whom_enter_opens() {
    for steps in 0..12 {
        let mut app = real(rowan::ward());
        press(&mut app, "3");
        for _ in 0..steps {
            press(&mut app, "Down");
        }
        let before = text(&app, USUAL);
        let banner = before.lines().nth(20).unwrap().split("  ").next().unwrap().to_owned();
        // Everybody above goes, and the order of the file is turned round.
        let mut ward = rowan::ward();
        ward.patients.reverse();
        let first = ward.patients.iter().find(|one| !banner.contains(&one.fields.name.family.to_uppercase())).unwrap();
        let ward = without(&ward, first.id.as_str());
        app.update(loaded(ward));
        press(&mut app, "Enter");
        assert!(text(&app, USUAL).starts_with(&banner), "{steps}: {banner:?}\n{}", text(&app, USUAL));
    }
}

#[test]
fn somebody_who_leaves_the_pane_stays_selected_until_one_moves_on() {
    let mut app = real(rowan::ward());
    press(&mut app, "3");
    let banner = text(&app, USUAL).lines().nth(20).unwrap().split("  ").next().unwrap().to_owned();
    let mut ward = rowan::ward();
    for patient in &mut ward.patients {
        if banner.contains(&patient.fields.name.family.to_uppercase()) {
            patient.fields.active = false;
        }
    }
    app.update(loaded(ward));
    let after = text(&app, USUAL);
    assert!(after.contains(&banner) && after.contains("NOT ON THE WARD"), "{after}");
    assert!(after.contains("rowan.json was changed by somebody else and was read again."), "{after}");
    press(&mut app, "Down");
    assert!(!text(&app, USUAL).contains(&banner));
}

#[test]
fn names_like_each_other_are_marked_on_both() {
    let json = rowan::json().replace("Briggs", "Okafore");
    let ward = read::ward(json.as_bytes(), &read::Limits::default()).unwrap();
    let mut app = real(ward);
    press(&mut app, "3 z");
    let shown = text(&app, LARGE);
    for (name, born) in [("OKAFOR, Adaeze", "12-Apr-1988"), ("OKAFORE, Thomas", "30-Jan-1961")] {
        let at = shown.lines().position(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}\n{shown}"));
        let below = shown.lines().nth(at + 1).unwrap();
        assert!(below.contains("name like another's") && below.contains(born), "{below}\n{shown}");
    }
    assert_eq!(shown.matches("name like another's").count(), 2);
}

/// A save of one more count, as the store answers it.
fn saved(ward: &Ward, entry: &str) -> Message {
    let mut ward = ward.clone();
    let entry = read::entry(entry).unwrap();
    let added = ward.add_entry(&ward.patients[0].id.clone(), entry);
    assert!(matches!(added, wardround::ward::Added::Added), "{added:?}");
    let report = SaveReport { outcome: Outcome::Saved { revision: 3 }, refused: Vec::new(), ward: Some(ward) };
    Message::Saved(Box::new(report))
}

const CRITICAL: &str = r#"{"id":"n1","kind":"result","test":"anc","at":"2026-11-21T02:00:00+00:00","value":0.31,"unit":"10*9/L",
    "recorded":{"at":"2026-11-21T03:10:00+00:00","by":"aosei"}}"#;

#[test]
fn a_critical_result_asks_what_was_done() {
    let mut app = real(rowan::ward());
    app.update(saved(&rowan::ward(), CRITICAL));
    assert_eq!(app.mode(), Mode::CountNotice);
    let shown = text(&app, USUAL);
    assert!(shown.starts_with(" OKAFOR, Adaeze  born 12-Apr-1988 (38)"), "{shown}");
    assert!(
        shown.contains("!! CRITICAL") && shown.contains("0.31") && shown.contains("Entered is not actioned"),
        "{shown}"
    );
    press(&mut app, "Enter");
    assert_eq!(app.mode(), Mode::Form, "{}", text(&app, USUAL));
    assert!(text(&app, USUAL).contains("NOT SAVED YET"));
    let mut app = real(rowan::ward());
    app.update(saved(&rowan::ward(), CRITICAL));
    press(&mut app, "Esc");
    assert_eq!(app.mode(), Mode::Home);
    assert!(text(&app, USUAL).contains("NOTHING"));
}

#[test]
fn an_ordinary_result_asks_nothing() {
    let mut app = real(rowan::ward());
    app.update(saved(&rowan::ward(), &CRITICAL.replace("0.31", "3.31")));
    assert_eq!(app.mode(), Mode::Home);
    assert!(text(&app, USUAL).contains("Saved 03:12"), "{}", text(&app, USUAL));
}

#[test]
fn the_outcome_of_a_save_is_said_and_stays() {
    let outcomes = [
        (Outcome::JournalOnly { reason: "disk full".to_owned() }, false),
        (Outcome::NotSaved { reason: "disk full".to_owned() }, false),
        (Outcome::NotConfirmed { reason: "disk fault".to_owned() }, true),
    ];
    for (outcome, locks) in outcomes {
        let mut app = real(rowan::ward());
        let words = outcome.words();
        app.update(Message::Saved(Box::new(SaveReport { outcome, refused: Vec::new(), ward: None })));
        let flat = |app: &App| text(app, USUAL).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat(&app).contains(&words), "{}", text(&app, USUAL));
        press(&mut app, "Down");
        assert!(flat(&app).contains(&words), "{}", text(&app, USUAL));
        press(&mut app, "a");
        assert_eq!(app.mode() == Mode::Home, locks);
        // A file that can be read again does not take the doubt away.
        let mut again = real(rowan::ward());
        again.update(Message::Saved(Box::new(SaveReport {
            outcome: Outcome::NotConfirmed { reason: "disk fault".to_owned() },
            refused: Vec::new(),
            ward: None,
        })));
        again.update(loaded(rowan::ward()));
        press(&mut again, "a");
        assert_eq!(again.mode(), Mode::Home);
    }
}

#[test]
fn leaving_asks_only_if_a_form_has_something_in_it() {
    let mut app = real(rowan::ward());
    assert_eq!(press(&mut app, "q"), [Effect::Quit]);
    assert_eq!(press(&mut app, "Ctrl-C"), [Effect::Quit]);
    press(&mut app, "a");
    assert_eq!(press(&mut app, "Ctrl-C"), [Effect::Quit]);
    press(&mut app, "1 . 3 2");
    assert_eq!(press(&mut app, "Ctrl-C"), []);
    assert_eq!(app.mode(), Mode::Leave);
    assert!(text(&app, USUAL).contains("Leave without saving it?"));
    press(&mut app, "Esc");
    assert!(text(&app, USUAL).contains("1.32"));
    press(&mut app, "Ctrl-C");
    assert_eq!(press(&mut app, "y"), [Effect::Quit]);
}

#[test]
fn time_that_passes_alone_changes_nothing() {
    let mut app = real(rowan::ward());
    let before = draw(&app, USUAL);
    let mut later = rowan::moment();
    later.at += chrono::TimeDelta::minutes(1);
    app.update(Message::Tick(later));
    assert_eq!(draw(&app, USUAL), before);
    press(&mut app, "Down");
    assert!(text(&app, USUAL).contains("as at Sat 21-Nov-2026 03:13"));
}

#[test]
fn keys_that_mean_nothing_do_nothing() {
    let mut app = rowan::app(USUAL);
    let before = draw(&app, USUAL);
    for key in "wiR0789;=".chars() {
        assert_eq!(press(&mut app, &key.to_string()), []);
        assert_eq!(draw(&app, USUAL), before, "{key}");
    }
}

/// Every decimal number that the ward and what is said of it hold.
const DECIMALS: &[&str] = &[
    "2.0", "1.5", "2.15", "4.0", "1.62", "3.4", "0.40", "2.1", "36.9", "1.21", "2.61", "1.80", "2.9", "12.5", "1.50",
    "2.00", "71.2", "0.5", "1.0", "2.5", "3.0", "3.5", "4.5", "5.0",
];
/// Every dose.
const DOSES: &[&str] = &["900", "250", "225", "150", "200", "12.5", "100"];

/// A word without its punctuation; a point ends a sentence, but not a number that has none yet.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c| ",;:()[]".contains(c));
    let sentence =
        word.strip_suffix('.').filter(|rest| rest.contains('.') || !rest.bytes().all(|b| b.is_ascii_digit()));
    sentence.unwrap_or(word)
}

/// What of a screen is cut: a part of a date, a number, a dose or a family name.
fn cut(shown: &str, families: &[String]) -> Option<String> {
    for line in shown.lines() {
        let words: Vec<&str> = line.split_whitespace().map(bare).collect();
        for (i, word) in words.iter().enumerate() {
            let decimal = word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
            let dose = words.get(i + 1).is_some_and(|next| *next == "mg" || *next == "mg/day");
            let parts: Vec<&str> = word.split('-').collect();
            let date = parts.len() > 1 && parts[0].len() == 2 && parts[0].bytes().all(|b| b.is_ascii_digit());
            let whole_date = date && parts.len() == 3 && parts[1].len() == 3 && parts[2].len() == 4;
            let capitals = word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase());
            let name = capitals && families.iter().any(|one| one.len() > word.len() && one.starts_with(word));
            let window = ["1-2", "of"].contains(word) || words.get(i + 1) == Some(&"of");
            if decimal && !DECIMALS.contains(word)
                || dose && !DOSES.contains(word) && !word.ends_with("mg")
                || date && !whole_date && !window
                || name
            {
                return Some(format!("{word:?} in {line:?}"));
            }
        }
    }
    None
}

/// Keys that open no form: forms have tests of their own.
const KEYS: &[&str] = &["Down", "Up", "Tab", "Enter", "Esc", "z", "PgDn", "1", "2", "3", "4", "5", "6", "?", "/"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// At any size, whatever was pressed: no panic, and nothing cut.
    #[test]
    fn everything_is_whole_or_absent(
        columns in 0u16..=200, rows in 0u16..=60, keys in proptest::collection::vec(0..KEYS.len(), 0..12),
    ) {
        let families: Vec<String> = rowan::ward().patients.iter().map(|one| one.fields.name.family.to_uppercase()).collect();
        let size = (columns, rows);
        let mut app = rowan::app(size);
        for key in keys {
            press(&mut app, KEYS[key]);
            let shown = text(&app, size);
            let fault = cut(&shown, &families);
            prop_assert!(fault.is_none(), "{fault:?}\n{shown}");
        }
    }

    /// The same where there is room for the screens.
    #[test]
    fn every_width_keeps_numbers_whole(columns in 40u16..=200, rows in 12u16..=60, pane in 1u8..=5, zoom: bool, open: bool) {
        let families: Vec<String> = rowan::ward().patients.iter().map(|one| one.fields.name.family.to_uppercase()).collect();
        let mut app = rowan::app((columns, rows));
        press(&mut app, &pane.to_string());
        press(&mut app, if zoom { "z" } else { "Down" });
        press(&mut app, if open { "Enter" } else { "Down" });
        let shown = text(&app, (columns, rows));
        let fault = cut(&shown, &families);
        prop_assert!(fault.is_none(), "{fault:?}\n{shown}");
        prop_assert!(shown.lines().count() == usize::from(rows));
    }

    /// Hostile and endless names, beds and texts: no panic, nothing that steers a terminal, and whose row it is.
    #[test]
    fn hostile_text_stays_inert(
        family in "[A-Za-z\u{202e}\u{1b}\u{200b}中é ]{0,90}", bed in "[A-Z0-9 \u{7}]{0,20}", columns in 40u16..=200, rows in 12u16..=60,
        keys in proptest::collection::vec(0..KEYS.len(), 0..8),
    ) {
        let mut ward = rowan::ward();
        for patient in ward.patients.iter_mut().take(6) {
            patient.fields.name.family = family.as_str().into();
            patient.fields.bed = Some(bed.as_str().into());
        }
        let mut app = App::of(
            Data::new(ward.clone(), Rules::builtin().unwrap(), rowan::moment(), "aosei".to_owned(), Theme::default())
                .with_assessments(rowan::assessments(&rowan::ward())),
            rowan::file(),
            (columns, rows),
        );
        for key in keys {
            press(&mut app, KEYS[key]);
            let shown = text(&app, (columns, rows));
            let hostile = shown.contains(['\u{202e}', '\u{1b}', '\u{200b}', '\u{7}']);
            prop_assert!(!hostile);
        }
    }
}

/// The check that numbers are whole finds those that are not.
#[test]
fn a_cut_number_is_found() {
    let families = ["OKAFOR".to_owned()];
    for bad in ["ANC 0.4", "on 20-Nov-202", "seen 20-N", "50 mg", "OKAF, Ada", "ANC 0."] {
        assert!(cut(bad, &families).is_some(), "{bad}");
    }
    assert_eq!(cut("OKAFOR, Adaeze ANC 0.40 on 20-Nov-2026 150 mg 1-2 of 3", &families), None);
}

/// Somebody whose BEN is confirmed, with a count in the unverified AMBER of it, on some day; what the rules really say.
fn tamura(day: &str, size: (u16, u16), change: impl FnOnce(&mut Rules)) -> App {
    let json = r#"{ "format": "wardround/1", "ward": { "name": "Rowan", "time_zone": "UTC" }, "patients": [
      { "id": "p", "name": { "family": "Tamura", "given": "Yuki" }, "born": "1990-01-01", "sex": "male", "bed": "A1",
        "protocol": "uk-smpc", "service": "cpms", "ben": "confirmed", "setting": "outpatient",
        "entries": [
          { "id": "s", "kind": "course", "event": "start", "at": "2024-01-02T21:00", "reason": "initiation" },
          { "id": "a", "kind": "result", "test": "anc", "at": "2024-01-16T08:05", "value": 1.40, "unit": "10*9/L" },
          { "id": "w", "kind": "result", "test": "wbc", "at": "2024-01-16T08:05", "value": 2.9, "unit": "10*9/L" } ] } ] }"#;
    let mut rules = Rules::builtin().expect("the embedded rules");
    change(&mut rules);
    let ward = read::ward(json.as_bytes(), &read::Limits::default()).expect("a valid ward");
    let loaded = Loaded { revision: 1, ..Loaded::of(ward) };
    let at = format!("{day}T12:00:00Z").parse().expect("a time");
    let moment = wardround::ward::Moment { at, zone: chrono_tz::UTC };
    let (file, user, theme) = ("rowan.json".to_owned(), "aosei".to_owned(), Theme::new(Palette::Mono, false));
    App::new(Start { loaded, file, rules, moment, user, theme, size })
}

#[test]
fn what_is_unverified_says_so_on_home_and_patient_until_it_is_confirmed() {
    let day = "2024-01-16";
    for size in [USUAL, LARGE] {
        let mut app = tamura(day, size, |_| ());
        let home = text(&app, size);
        assert!(home.contains("(unverified) Continue; FBC twice weekly"), "{home}");
        // In the row where it covers no other count.
        let in_row = home.contains("1.40 AMBER, unverified  16-Jan-2024 08:05  nothing");
        assert_eq!(in_row, size == LARGE, "{home}");
        assert!(home.lines().any(|line| line.contains("TAMURA") && line.contains("2.9")), "{home}");
        press(&mut app, "Enter");
        let patient = text(&app, size);
        assert!(patient.contains("ANC 1.40 AMBER, unverified"), "{patient}");
        press(&mut app, "3 z");
        let due = text(&app, size);
        assert!(due.contains("FBC              19-Jan-2024  unverified"), "{due}");
        let word = || wardround::rules::Confirmation {
            by: "A. Pharmacist".to_owned(),
            on: "2026-11-20".parse().expect("a day"),
        };
        let mut app = tamura(day, size, |rules| rules.confirm("uk-smpc#band.ben.amber", word()).expect("a rule"));
        assert!(text(&app, size).contains("\n Continue; FBC twice weekly"), "{}", text(&app, size));
        press(&mut app, "Enter");
        let patient = text(&app, size);
        assert!(patient.contains("ANC 1.40 AMBER, since"), "{patient}");
        press(&mut app, "3 z");
        let due = text(&app, size);
        assert!(due.contains("FBC              19-Jan-2024  unverified"), "its follow-up has a rule of its own: {due}");
    }
}

#[test]
fn a_protocol_not_checked_for_a_year_says_so_on_home_patient_and_forms() {
    for (day, said) in [("2027-11-21", None), ("2028-02-01", Some("not checked for 437 days"))] {
        for size in [USUAL, LARGE] {
            let mut app = tamura(day, size, |_| ());
            let mut shown = vec![text(&app, size)];
            press(&mut app, "Enter");
            shown.push(text(&app, size));
            press(&mut app, "a");
            shown.push(text(&app, size));
            for screen in shown {
                match said {
                    Some(said) => assert!(screen.contains(said), "{screen}"),
                    None => assert!(!screen.contains("not checked"), "{screen}"),
                }
            }
        }
    }
}

#[test]
fn what_of_a_sites_own_is_left_out_is_said_on_the_screen() {
    let app = tamura("2024-01-16", USUAL, |rules| {
        rules.leave_out("left out: our.json: id: \"us-label\" is taken\u{1b}[2J at line 2 column 9".to_owned());
    });
    let home = text(&app, USUAL);
    assert!(home.contains("left out: our.json: id: \"us-label\" is taken‹U+001B›[2J at line 2 column 9"), "{home}");
}
