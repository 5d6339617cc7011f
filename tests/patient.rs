//! One patient on the screen: the chart, why a row is there, doses, levels, what-if, the card; and keys that a site has
//! changed.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test that cannot go on fails
#[path = "patient/call.rs"]
mod call;
#[path = "support/demo.rs"]
mod demo;

use std::collections::HashSet;

use demo::{app, app_of, draw, lines, moment, press, text, types};
use proptest::prelude::*;
use ratatui::style::Color;
use wardround::rules::Rules;
use wardround::store::Loaded;
use wardround::tui::app::{App, Message, Start};
use wardround::tui::keymap::{Key, Keymap, Mode};
use wardround::tui::settings::{Contact, Settings};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::read;

const USUAL: (u16, u16) = (80, 24);
const SIZES: [(u16, u16); 4] = [(40, 12), USUAL, (120, 40), (200, 60)];

fn plain() -> Theme {
    Theme::new(Palette::Mono, false)
}

/// A patient of the demo ward.
fn open(name: &str, theme: Theme, size: (u16, u16)) -> App {
    let mut app = app(theme, size);
    find(&mut app, name);
    app
}

/// Opens a patient from the ward.
fn find(app: &mut App, name: &str) {
    press(app, "/");
    types(app, name);
    press(app, "Enter");
    assert_eq!(app.mode(), Mode::Patient, "{name}");
}

fn settings() -> Settings {
    let contact = |label: &str, number: &str| Contact { label: label.to_owned(), number: number.to_owned() };
    Settings {
        contacts: vec![contact("Haematology on call", "01632 960 111"), contact("Clozapine service", "01632 960 222")],
        ..Settings::default()
    }
}

#[test]
fn a_patient_at_every_size() {
    for size in SIZES {
        let app = open("okafor", plain(), size).with_settings(settings());
        insta::assert_snapshot!(format!("patient_{}x{}", size.0, size.1), text(&app, size));
    }
}

#[test]
fn the_chart_at_every_size() {
    for size in SIZES {
        for (name, theme) in [("dots", plain()), ("ascii", Theme::new(Palette::Mono, true))] {
            let mut app = open("okafor", theme, size);
            press(&mut app, "2");
            insta::assert_snapshot!(format!("chart_{name}_{}x{}", size.0, size.1), text(&app, size));
        }
    }
}

#[test]
fn the_chart_alone_has_the_white_cells_where_there_is_room() {
    let mut app = open("okafor", plain(), (120, 40));
    press(&mut app, "2 z");
    insta::assert_snapshot!(text(&app, (120, 40)));
}

/// Colour only repeats what is there without it.
#[test]
fn the_chart_says_the_same_in_every_theme() {
    for palette in [Palette::Colour, Palette::Light] {
        let mut colour = open("okafor", Theme::new(palette, false), USUAL);
        let mut mono = open("okafor", plain(), USUAL);
        press(&mut colour, "2");
        press(&mut mono, "2");
        let drawn = draw(&mono, USUAL);
        assert_eq!(lines(&draw(&colour, USUAL)), lines(&drawn));
        assert!(drawn.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    }
    for keys in ["2", "2 z", "6 z", "w", "i", "Enter"] {
        let mut ascii = open("okafor", Theme::new(Palette::Colour, true), (120, 40));
        press(&mut ascii, keys);
        assert!(text(&ascii, (120, 40)).is_ascii(), "{keys}");
    }
}

/// Every chart of the ward has its labels whole, on every screen on which it is drawn.
#[test]
fn the_labels_of_every_chart_are_whole() {
    let names: Vec<String> = demo::ward().patients.iter().map(|one| one.fields.name.family.to_lowercase()).collect();
    let mut charts = 0;
    for size in [USUAL, (120, 40)] {
        let mut app = app(plain(), size);
        for name in &names {
            find(&mut app, name);
            press(&mut app, "2 z");
            let shown = text(&app, size);
            press(&mut app, "Esc");
            if !shown.contains("X lowest") {
                continue;
            }
            charts += 1;
            assert!(shown.contains("X lowest  v lower band"), "{shown}");
            assert!(shown.lines().any(|line| line.contains(" from ") || line.contains(" under ")), "{shown}");
            let days = |line: &&str| line.starts_with("       ") && line.ends_with("-Nov-2026");
            let days = shown.lines().find(days).expect("days");
            assert!(days.split_whitespace().all(|day| day.len() == 11), "{days}");
        }
    }
    assert!(charts > 20, "{charts}");
}

#[test]
fn why_a_row_is_there_is_complete() {
    let mut app = open("okafor", plain(), USUAL).with_settings(settings());
    press(&mut app, "Enter");
    insta::assert_snapshot!(text(&app, USUAL));
    press(&mut app, "Esc");
    assert_eq!(app.mode(), Mode::Patient);
}

/// For everybody on the ward, on the narrowest screen: each flag and each due task opens with its whole
/// why, the key of its rule, and its source.
#[test]
fn every_why_is_whole_with_its_rule_and_source() {
    let rules = Rules::builtin().expect("the embedded rules");
    let without_spaces = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    {
        let size = (40, 90);
        let mut app = app(plain(), size);
        for patient in &demo::ward().patients {
            let one = wardround::assess::patient(patient, &rules, &moment());
            find(&mut app, &patient.fields.name.family.to_lowercase());
            let mut pages = Vec::new();
            for (section, rows) in [("1", one.flags.len()), ("3", one.due.len() + 1)] {
                press(&mut app, section);
                for _ in 0..rows {
                    press(&mut app, "Enter");
                    pages.push(without_spaces(&text(&app, size)));
                    let back = if app.mode() == Mode::Page { "Esc Down" } else { "Down" };
                    press(&mut app, back);
                }
            }
            press(&mut app, "Esc");
            let flags = one.flags.iter().map(|flag| (flag.why.clone(), flag.rule.clone()));
            let due = one.due.iter().map(|due| (due.why.to_string(), due.rule.clone()));
            for (why, rule) in flags.chain(due) {
                let source = without_spaces(&rules.rule(&rule).expect("a rule").source);
                let wanted = without_spaces(&why);
                let is_there =
                    |page: &&String| page.contains(&wanted) && page.contains(&*rule) && page.contains(&source);
                assert!(pages.iter().any(|page| is_there(&page)), "{} {rule}: {why}", patient.fields.name.family);
            }
        }
    }
}

#[test]
fn from_the_ward_the_reason_why_somebody_is_overdue_is_three_keys_away() {
    let mut app = app(plain(), USUAL);
    press(&mut app, "2");
    assert!(text(&app, USUAL).contains("Why:") || text(&app, USUAL).contains("FBC:"), "one key shows it in short");
    // The first row is one whose result is awaited: that is a flag as well.
    assert!(text(&app, USUAL).lines().any(|line| line.starts_with('>') && line.contains("taken, no result yet")));
    press(&mut app, "Enter");
    let shown = text(&app, USUAL);
    assert!(shown.contains(">3 Now and due"), "the keys are on what is due: {shown}");
    assert!(shown.lines().any(|line| line.starts_with('>') && line.contains("FBC")), "and on the test: {shown}");
    press(&mut app, "Enter");
    let shown = text(&app, USUAL);
    for words in ["Why it is due", " d late", "Rule ", "Source "] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

#[test]
fn from_the_ward_the_chart_is_two_keys_away() {
    let mut app = app(plain(), USUAL);
    press(&mut app, "Enter 2");
    assert!(text(&app, USUAL).contains("X lowest"), "{}", text(&app, USUAL));
}

#[test]
fn what_another_protocol_would_say_is_marked_as_not_saved() {
    let mut app = open("okafor", plain(), USUAL);
    press(&mut app, "w");
    insta::assert_snapshot!("what_if_80x24", text(&app, USUAL));
    let mut seen = HashSet::new();
    for _ in 0..6 {
        let shown = text(&app, USUAL);
        assert!(shown.contains("NOT SAVED"), "{shown}");
        assert!(!shown.contains("What if uk-smpc"), "that is the patient's own");
        seen.insert(shown.lines().nth(3).expect("a title").to_owned());
        press(&mut app, "Right");
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
    press(&mut app, "Left Left Esc");
    assert_eq!(app.mode(), Mode::Patient);
    for size in [SIZES[0], SIZES[2], SIZES[3]] {
        let mut app = open("okafor", plain(), size);
        press(&mut app, "w");
        insta::assert_snapshot!(format!("what_if_{}x{}", size.0, size.1), text(&app, size));
    }
}

#[test]
fn the_card_has_every_rule_of_the_protocol_with_its_source() {
    let rules = Rules::builtin().expect("the embedded rules");
    let mut app = open("okafor", plain(), (100, 300));
    press(&mut app, "i");
    let shown: String = text(&app, (100, 300)).split_whitespace().collect();
    for rule in rules.protocol("uk-smpc").expect("a protocol").rules() {
        assert!(shown.contains(&rule.key), "{}", rule.key);
    }
    assert!(shown.contains("checkedon21-Nov-2026"));
    let mut none = open("pereira", plain(), USUAL);
    press(&mut none, "i");
    assert!(text(&none, USUAL).contains("No protocol is chosen"), "{}", text(&none, USUAL));
}

#[test]
fn doses_are_shown_against_the_regimen() {
    let mut app = open("okafor", plain(), (100, 30));
    press(&mut app, "4 z");
    insta::assert_snapshot!(text(&app, (100, 30)));
}

#[test]
fn a_level_says_whether_it_is_a_trough_and_how_often_it_was_adequate() {
    let ward = demo::ward();
    let levels = ward
        .patients
        .iter()
        .find(|one| wardround::assess::patient(one, &Rules::builtin().expect("rules"), &moment()).level.is_some());
    let mut app = open(&levels.expect("somebody with a level").fields.name.family.to_lowercase(), plain(), (100, 30));
    press(&mut app, "5 z");
    let shown = text(&app, (100, 30));
    assert!(shown.contains("Newest level:") && shown.contains(" at this dose: "), "{shown}");
    press(&mut app, "Enter");
    assert!(text(&app, (100, 30)).contains("checks#level.adequate"), "{}", text(&app, (100, 30)));
}

/// Okafor's ANC typed twice for one time, 4.00 and 0.40.
const TWICE: &str = r#"{ "format": "wardround/1", "ward": { "name": "Rowan", "time_zone": "UTC" }, "patients": [
  { "id": "p", "name": { "family": "Okafor", "given": "Adaeze" }, "protocol": "eu-2025", "entries": [
    { "id": "s", "kind": "course", "event": "start", "at": "2026-10-20T21:00", "reason": "initiation" },
    { "id": "a", "kind": "result", "test": "anc", "at": "2026-11-20T08:05", "value": 0.40, "unit": "10*9/L",
      "recorded": { "at": "2026-11-20T10:00:00+00:00", "by": "aosei" } },
    { "id": "b", "kind": "result", "test": "anc", "at": "2026-11-20T08:05", "value": 4.00, "unit": "10*9/L",
      "recorded": { "at": "2026-11-20T11:00:00+00:00", "by": "jlee" } } ] } ] }"#;

#[test]
fn two_values_at_one_time_are_both_shown_with_what_resolves_it() {
    let ward = read::ward(TWICE.as_bytes(), &read::Limits::default()).expect("a ward");
    let mut app = app_of(ward, plain(), USUAL);
    press(&mut app, "Enter 2");
    let shown = text(&app, USUAL);
    assert!(shown.contains("ANC 0.40"), "the more dangerous counts: {shown}");
    assert!(shown.contains("TWO VALUES: also ANC 4.00 x10^9/L (recorded 11:00 jlee)"), "{shown}");
    assert!(shown.contains("void the wrong one"), "{shown}");
    let voided = TWICE
        .replace("] } ] }", r#", { "id": "v", "kind": "void", "entry": "b", "reason": "another patient's" } ] } ] }"#);
    let ward = read::ward(voided.as_bytes(), &read::Limits::default()).expect("a ward");
    let mut app = app_of(ward, plain(), USUAL);
    press(&mut app, "Enter 2");
    assert!(!text(&app, USUAL).contains("TWO VALUES"), "the void resolves it");
}

#[test]
fn contacts_stand_beside_what_is_open_and_critical() {
    let shown = text(&open("okafor", plain(), USUAL).with_settings(settings()), USUAL);
    assert!(shown.contains("Haematology on call 01632 960 111    Clozapine service 01632 960 222"), "{shown}");
    let shown = text(&open("okafor", plain(), USUAL), USUAL);
    assert!(!shown.contains("01632"), "{shown}");
}

#[test]
fn whom_to_call_stays_in_sight_whatever_is_said_of_the_file() {
    let notes = ["first of the notes about the file", "second", "third"].map(str::to_owned);
    for said in 0..=3 {
        for (size, focus) in [(USUAL, "1"), (USUAL, "2"), (USUAL, "6"), ((80, 25), "3"), ((40, 12), "1")] {
            let moment = moment();
            let mut app = App::new(Start {
                loaded: Loaded { notes: notes[..said].to_vec(), revision: 1, ..Loaded::of(demo::ward()) },
                file: "ward.json".to_owned(),
                rules: Rules::builtin().expect("the embedded rules"),
                moment,
                user: "aosei".to_owned(),
                theme: plain(),
                size,
            })
            .with_settings(settings());
            find(&mut app, "okafor");
            press(&mut app, focus);
            let shown = text(&app, size);
            assert!(shown.contains("Haematology on call 01632 960 111"), "{said} notes, {focus} at {size:?}: {shown}");
            assert!(said == 0 || shown.contains("first of the"), "{shown}");
            assert!(said < 2 || shown.contains(" more: ?") || shown.contains("second"), "{shown}");
        }
    }
}

/// A long text takes the room of columns that are there where there is room; those behind it stay in their places.
#[test]
fn a_long_cell_leaves_the_columns_behind_it_in_their_places() {
    let wide = (200, 60);
    let people = demo::ward().patients;
    let mut rows = 0;
    for size in [(120, 40), (160, 50), wide] {
        for pane in ["1", "2", "3", "4", "5"] {
            let mut app = app(plain(), size);
            press(&mut app, pane);
            press(&mut app, "z");
            let shown = text(&app, size);
            let titles = shown.lines().find(|line| line.starts_with('>')).expect("a title");
            let column = |line: &str, text: &str| line.find(text).map(|at| line[..at].chars().count());
            for patient in &people {
                let name = wardround::words::name(&patient.fields.name, wardround::safe::Charset::Unicode);
                let born = patient.fields.born.map(wardround::words::date).expect("a date of birth");
                let theirs = |line: &&str| line.contains(&name) && line.contains(&born) && !line.contains(" born ");
                for line in shown.lines().filter(theirs) {
                    rows += 1;
                    assert_eq!(column(line, &born), column(titles, "born -"), "{titles}\n{line}");
                }
            }
            if size == wide {
                assert!(column(titles, "source -").is_some(), "{titles}");
            }
        }
    }
    assert!(rows > 100, "{rows}");
    let shown = text(&app(plain(), wide), wide);
    let line = |name: &str| shown.lines().find(|line| line.contains(name)).expect("a row");
    assert!(line("OKAFOR, Adaeze").ends_with("uk-smpc, CPMS          1 d           uk-smpc#band.red"), "{shown}");
    assert!(line("BRIGGS, Thomas").contains("uk-smpc, ZTAS, stopped"), "{shown}");
    assert!(line("CANNOT ASSESS: result of anc").contains("05-May-1970  trs-article"), "{shown}");
}

#[test]
fn what_is_late_stands_before_what_is_later_and_each_once() {
    let mut app = open("iqbal", plain(), USUAL);
    press(&mut app, "3 z");
    let shown = text(&app, USUAL);
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains(" late  ") || line.contains(" later ")).collect();
    assert!(rows.len() >= 6, "{shown}");
    let first_later = rows.iter().position(|row| row.contains(" later ")).expect("something later");
    assert!(first_later > 0 && rows[first_later..].iter().all(|row| row.contains(" later ")), "{shown}");
    let days = |row: &&str| row.find("-2026").or_else(|| row.find("-2027")).expect("a day");
    assert!(rows.iter().all(|row| days(row) == days(&rows[0])), "the days stand over each other: {shown}");
    press(&mut app, "Down");
    let shown = text(&app, USUAL);
    let why = shown.lines().find_map(|line| line.split("Why: ").nth(1)).expect("why");
    let why = why.split(';').next().expect("its first words");
    assert_eq!(shown.matches(why).count(), 1, "{shown}");
}

#[test]
fn a_row_that_is_cut_keeps_its_columns() {
    for size in [USUAL, (120, 40), (200, 60)] {
        for name in ["iqbal", "okafor", "nowak"] {
            for section in ["1", "2", "3", "4", "5", "6"] {
                let mut app = open(name, plain(), size);
                press(&mut app, section);
                let shown = text(&app, size);
                for line in shown.lines().filter(|line| line.ends_with("...")) {
                    // A day at the left, with or without its time, is followed by its column.
                    let is_day = |text: &str| text.len() == 11 && text.matches('-').count() == 2;
                    if line.get(1..12).is_some_and(is_day) {
                        assert!(line.get(12..20).is_some_and(|gap| gap.ends_with(' ')), "{line}");
                        assert!(line.get(20..21).is_some_and(|first| first != " "), "{line}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_does_not_fit_of_what_was_said_is_among_the_keys() {
    let size = (40, 12);
    let mut app = app(plain(), size);
    app.update(Message::Printed(Err(format!("not written: {}thelastofit", "a long reason ".repeat(20)))));
    assert!(text(&app, size).contains("... more: ?"), "{}", text(&app, size));
    press(&mut app, "?");
    press(&mut app, "PgDn");
    assert!(text(&app, size).contains(" thelastofit"), "{}", text(&app, size));
}

#[test]
fn texts_name_the_keys_that_a_site_has_set() {
    let wanted = [("help", "H"), ("open", "O"), ("void", "V"), ("edit", "E"), ("filter", "L")];
    let wanted: Vec<_> = wanted.iter().map(|(name, key)| (*name, vec![Key::parse(key).expect("a key")])).collect();
    let (keys, refused) = Keymap::with(&wanted);
    assert_eq!(refused, []);
    let mut app = app(plain(), USUAL).with_settings(Settings { keys, ..Settings::default() });
    let shown = text(&app, USUAL);
    assert!(shown.contains("... O: all of it") && !shown.contains("Enter"), "{shown}");
    press(&mut app, "O 2 e E");
    assert!(text(&app, USUAL).contains("E again changes it"), "{}", text(&app, USUAL));
    press(&mut app, "Esc O 2 V");
    assert!(text(&app, USUAL).contains("V again voids it"), "{}", text(&app, USUAL));
    press(&mut app, "Esc L");
    let shown = text(&app, USUAL);
    assert!(shown.contains(" rows: L"), "{shown}");
    app.update(Message::Printed(Err("not written ".repeat(30))));
    assert!(text(&app, USUAL).contains("... more: H"), "{}", text(&app, USUAL));
}

#[test]
fn a_changed_key_works_and_is_what_footer_and_help_show() {
    let (keys, refused) = Keymap::with(&[("what-if", vec![Key::parse("x").expect("a key")])]);
    assert_eq!(refused, []);
    let mut app = open("okafor", plain(), USUAL).with_settings(Settings { keys, ..Settings::default() });
    let footer = text(&app, USUAL).lines().last().expect("a footer").to_owned();
    assert!(footer.contains("x what-if") && !footer.contains("w what-if"), "{footer}");
    press(&mut app, "w");
    assert_eq!(app.mode(), Mode::Patient, "the old key does nothing");
    press(&mut app, "?");
    let help = text(&app, (80, 80));
    assert!(help.lines().any(|line| line.starts_with(" x ") && line.contains("another protocol")), "{help}");
    press(&mut app, "Esc x");
    assert_eq!(app.mode(), Mode::WhatIf);
}

/// Whether a word is a number, a date or a time.
fn is_figure(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>')) && word.chars().any(|c| c.is_ascii_digit())
}

/// The words of a page, all of it: without what punctuation stands around them.
fn page_words(app: &mut App, size: (u16, u16)) -> HashSet<String> {
    let bare = |word: &str| word.trim_matches(|c| ",;:()[].".contains(c)).to_owned();
    let shown = text(app, size);
    let lines = shown.lines().filter(|line| !line.starts_with('-'));
    lines.flat_map(|line| line.split_whitespace().map(bare)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// At every width each figure of a page is one of the widest page: whole, or not there.
    #[test]
    fn every_figure_of_a_page_is_whole(columns in 40u16..=200, who in 0usize..24, page in 0usize..4) {
        let ward = demo::ward();
        let name = ward.patients[who % ward.patients.len()].fields.name.family.to_lowercase();
        let keys = ["Enter", "w", "i", "2 Enter"][page];
        let of = |size| {
            let mut app = open(&name, plain(), size);
            press(&mut app, keys);
            let mode = app.mode();
            (page_words(&mut app, size), mode)
        };
        let (wide, mode) = of((250, 250));
        prop_assume!(mode != Mode::Patient);
        let (narrow, _) = of((columns, 250));
        // The key of a rule or the number of a document that is longer than its line is broken: each part stands alone.
        let is_long = |word: &&String| word.len() > usize::from(columns) / 2 && word.contains(['#', '/']);
        let long: Vec<&String> = wide.iter().filter(is_long).collect();
        let of_a_long_one = |part: &str| long.iter().any(|word| word.starts_with(part) || word.ends_with(part));
        let figures = narrow.difference(&wide).filter(|word| is_figure(word));
        let cut: Vec<_> = figures.filter(|figure| !of_a_long_one(figure)).collect();
        prop_assert!(cut.is_empty(), "{name} {keys} {columns}: {cut:?}");
    }
}
