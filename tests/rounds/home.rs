//! The home screen: pictures at every size, the one list of a small terminal, order and filter.
use wardround::tui::app::App;
use wardround::tui::theme::Theme;
use wardround::ward::{Ward, read};

use crate::rowan;
use crate::screen::{SIZES, Size, THEMES, USUAL, app, draw, press, selected, text, types, with_entry};

const SMALL: Size = (40, 12);

#[test]
fn pictures() {
    for size in SIZES {
        let shown = text(&rowan::app(size), size);
        insta::assert_snapshot!(format!("home_{}x{}", size.0, size.1), shown);
        for (name, palette, ascii) in THEMES {
            let app = App::of(rowan::data(Theme::new(palette, ascii)), rowan::file(), size);
            let plain = |text: String| text.replace(|c: char| !c.is_ascii() || "_.,-=*#@".contains(c), "");
            assert_eq!(plain(text(&app, size)), plain(shown.clone()), "the words are the same in {name}");
        }
    }
}

#[test]
fn a_small_terminal_has_every_row_the_most_urgent_first() {
    let mut app = rowan::app(SMALL);
    let title = |app: &App| text(app, SMALL).lines().find(|line| line.starts_with(">All")).unwrap().to_owned();
    let of: usize = title(&app).split(" of ").nth(1).unwrap().split(':').next().unwrap().parse().unwrap();
    press(&mut app, "Home");
    assert!(selected(&app, SMALL).contains("CRITICAL"), "{}", text(&app, SMALL));
    let mut seen = vec![selected(&app, SMALL)];
    for _ in 1..of {
        press(&mut app, "Down");
        seen.push(selected(&app, SMALL));
    }
    let last = seen.last().unwrap().clone();
    press(&mut app, "Down");
    assert_eq!(selected(&app, SMALL), last, "there is no more");
    assert!(title(&app).contains(&format!("{of} of {of}")));
    for patient in &rowan::ward().patients {
        let family = patient.fields.name.family.to_uppercase();
        assert!(seen.iter().any(|line| line.contains(&family)), "{family}");
    }
    let first_ok = seen.iter().position(|line| !line.contains("CRITICAL")).unwrap();
    assert!(seen[first_ok..].iter().all(|line| !line.contains("!! CRITICAL")), "{seen:#?}");
}

#[test]
fn a_terminal_that_shrinks_and_grows_keeps_the_selection() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "3 Down Down");
    let name = |app: &App, size| selected(app, size)[13..].split_whitespace().nth(1).unwrap().to_owned();
    let before = name(&app, USUAL);
    for size in [SMALL, (60, 40), (120, 13), USUAL] {
        app.update(wardround::tui::app::Message::Resize(size.0, size.1));
        assert_eq!(name(&app, size), before, "{}", text(&app, size));
    }
    press(&mut app, "Enter");
    assert!(text(&app, USUAL).starts_with(&format!(" {before}")));
}

#[test]
fn what_has_to_be_said_of_the_file_is_said_on_a_small_terminal() {
    let mut file = rowan::file();
    file.trouble = Some("NOT SAVED: the disk is full; it is still on the screen".to_owned());
    file.read_only = Some("another program holds it".to_owned());
    let app = App::of(rowan::data(Theme::default()), file, SMALL);
    let shown = text(&app, SMALL);
    assert!(shown.contains("NOT SAVED: the disk is full;"), "{shown}");
    assert!(shown.contains("READ-ONLY") && shown.contains("and 1 more: ?"), "{shown}");
}

#[test]
fn order_and_filter_stand_in_the_header() {
    let mut app = rowan::app(USUAL);
    assert!(!text(&app, USUAL).contains("by urgency"), "nothing chosen, nothing said at 80 columns");
    press(&mut app, "S");
    assert!(text(&app, USUAL).contains(" by bed"));
    let beds = |app: &App| -> Vec<String> {
        let bed = |line: &str| line.get(13..16).map(|bed| bed.trim().to_owned());
        text(app, USUAL)
            .lines()
            .filter(|line| line.get(17..).is_some_and(|rest| rest.contains(", ")))
            .filter_map(bed)
            .collect()
    };
    press(&mut app, "3 z Home");
    let shown = beds(&app);
    assert_eq!(shown[..4], ["A1", "A2", "A3", "A4"], "{}", text(&app, USUAL));
    press(&mut app, "S Home");
    assert!(text(&app, USUAL).contains(" by name"));
    assert!(text(&app, USUAL).lines().nth(4).unwrap().contains("ABEBE"), "{}", text(&app, USUAL));
    press(&mut app, "S f");
    let shown = text(&app, USUAL);
    assert!(shown.contains("by urgency  only what nobody has dealt with  hides "), "{shown}");
    press(&mut app, "f");
    assert!(!text(&app, USUAL).contains("hides"));
}

#[test]
fn a_filter_by_words_says_what_it_hides() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "/");
    types(&mut app, "a1-a9");
    press(&mut app, "Tab");
    let shown = text(&app, USUAL);
    assert!(shown.contains("ONLY a1-a9"), "{shown}");
    assert!(!shown.contains("B3 ") && shown.contains("CRITICAL HIDDEN"), "{shown}");
    press(&mut app, "f");
    assert!(!text(&app, USUAL).contains("ONLY"), "{}", text(&app, USUAL));
}

#[test]
fn another_order_keeps_the_selected_patient() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "3 Down Down Down");
    let before = selected(&app, USUAL);
    for _ in 0..3 {
        press(&mut app, "S");
        assert_eq!(selected(&app, USUAL), before);
    }
    // A filter that hides the selected row leaves them selected until somebody moves on.
    press(&mut app, "/");
    types(&mut app, "zzz");
    press(&mut app, "Tab");
    let name = before[13..].split_whitespace().nth(1).unwrap().to_owned();
    press(&mut app, "Enter");
    assert!(text(&app, USUAL).starts_with(&format!(" {name}")), "{}", text(&app, USUAL));
}

/// The words of a unit and a number never part, and names like each other keep their marks in the one list.
#[test]
fn names_like_each_other_are_marked_on_a_small_terminal() {
    let json = rowan::json().replace("Briggs", "Okafore");
    let mut app = app(read::ward(json.as_bytes(), &read::Limits::default()).unwrap(), SMALL);
    press(&mut app, "Home");
    let mut shown = String::new();
    for _ in 0..60 {
        shown.push_str(&text(&app, SMALL));
        press(&mut app, "Down");
    }
    for born in ["name like another's: born 12-Apr-1988", "name like another's: born 30-Jan-1961"] {
        assert!(shown.contains(born), "{shown}");
    }
}

#[test]
fn in_colour_and_without_the_small_list_says_the_same() {
    for (name, palette, ascii) in THEMES {
        let app = App::of(rowan::data(Theme::new(palette, ascii)), rowan::file(), SMALL);
        let buffer = draw(&app, SMALL);
        let coloured = buffer.content.iter().any(|cell| cell.fg != ratatui::style::Color::Reset);
        assert_eq!(coloured, name == "colour");
        assert!(!ascii || buffer.content.iter().all(|cell| cell.symbol().is_ascii()));
    }
}

#[test]
fn what_to_do_and_why_stand_apart() {
    let rules = wardround::rules::Rules::builtin().expect("the embedded rules");
    let demo = wardround::cli::demo::script::ward(&rules, &rowan::moment()).expect("the demo ward");
    let mut app = app(read::ward(demo.as_bytes(), &read::Limits::default()).expect("a valid ward"), USUAL);
    press(&mut app, "2 Home");
    let row = selected(&app, USUAL);
    assert!(row.contains("WARNING") && row.contains("taken"), "the control: a flag stands behind the row\n{row}");
    let under = text(&app, USUAL);
    assert!(!under.contains(".FBC"), "sentences stand apart\n{under}");
}

#[test]
fn who_has_no_bed_is_said_to_have_none_without_widening_the_list() {
    let without = |all: bool| {
        let mut ward = rowan::ward();
        for (i, patient) in ward.patients.iter_mut().enumerate() {
            patient.fields.bed = patient.fields.bed.take().filter(|_| !all && i > 0);
        }
        ward
    };
    let details = |text: &str| text.lines().find_map(|line| line.find(" ANC x10^9/L ")).unwrap();
    for size in [USUAL, (120, 40), (200, 60)] {
        let whole = text(&app(rowan::ward(), size), size);
        let shown = text(&app(without(false), size), size);
        let at = shown.lines().position(|line| line.contains("OKAFOR, Adaeze")).unwrap();
        assert_eq!(shown.lines().nth(at + 1).unwrap().trim(), "no bed", "{shown}");
        assert_eq!(details(&shown), details(&whole), "{shown}");
        // Where nobody has one, there is no column for it.
        let shown = text(&app(without(true), size), size);
        assert!(shown.lines().any(|line| line.get(13..).is_some_and(|rest| rest.starts_with("OKAFOR"))), "{shown}");
        assert!(!shown.contains("no bed"), "{shown}");
    }
    let small = text(&app(without(false), (40, 12)), (40, 12));
    assert!(small.contains("no bed OKAFOR"), "{small}");
    let mut find = app(without(false), USUAL);
    press(&mut find, "/");
    types(&mut find, "okaf");
    assert!(selected(&find, USUAL).starts_with(">no bed OKAFOR"), "{}", selected(&find, USUAL));
}

/// What does not fit a column on wide terminals is no empty place there, which would read as a result that nobody has;
/// and a WBC alone is no newer ANC.
#[test]
fn wide_columns_say_what_they_leave_out_and_count_from_the_newest_anc() {
    let wide = (200, 60);
    let rules = wardround::rules::Rules::builtin().unwrap();
    let script = wardround::cli::demo::script::ward(&rules, &rowan::moment()).unwrap();
    let demo = || read::ward(script.as_bytes(), &read::Limits::default()).unwrap();
    let okafor = |ward: Ward| {
        let shown = text(&app(ward, wide), wide);
        shown.lines().find(|line| line.contains("OKAFOR") && line.contains("CRITICAL")).unwrap().to_owned()
    };
    let id = demo().patients.iter().find(|one| &*one.fields.name.family == "Okafor").unwrap().id.clone();
    let with = |entry: &str| with_entry(&demo(), id.as_str(), entry);
    let days = |line: &str| line.split_whitespace().collect::<Vec<_>>().windows(2).any(|two| two == ["1", "d"]);
    assert!(days(&okafor(demo())), "{}", okafor(demo()));
    let wbc = r#"{"id":"w","kind":"result","test":"wbc","at":"2026-11-21T03:00","value":2.4,"unit":"10*9/L"}"#;
    let after = okafor(with(wbc));
    assert!(days(&after), "a WBC alone: {after}");
    let anc = r#"{"id":"a","kind":"result","test":"anc","at":"2026-11-21T03:00","value":390,"unit":"/uL"}"#;
    let wbc = r#"{"id":"w","kind":"result","test":"wbc","at":"2026-11-21T03:00","value":2100,"unit":"/uL"}"#;
    let long = okafor(with_entry(&with(anc), id.as_str(), wbc));
    assert!(long.contains("2100") || long.contains("..."), "{long}");
}
