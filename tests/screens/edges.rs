//! The edges of every screen, at sizes of all sorts: its titles stand apart from their rules and say whose they are, and its
//! footer has the way back.
use wardround::tui::app::Message;
use wardround::tui::keymap::{Action, Binding, KEYS, Keymap, Mode};
use wardround::tui::theme::{Palette, Theme};

use crate::demo::text;
use crate::ways::{Size, WAYS, goes};

/// The smallest that works, one that is narrow and low, and the usual one.
const SIZES: [Size; 3] = [(40, 12), (53, 14), (80, 24)];

/// What of a title line is wrong.
fn fault_of(title: &str) -> Option<&'static str> {
    let words = title.trim_end_matches('-');
    let stage = words.trim_start_matches(['-', '>']);
    if words.len() < title.len() && !words.is_empty() && !words.ends_with(' ') {
        return Some("its rule touches it");
    }
    if words.trim_end().ends_with(':') {
        return Some("it ends with a colon");
    }
    stage.starts_with(char::is_lowercase).then_some("its beginning is left out")
}

/// What of the titles of a screen is wrong. A row that is selected begins as a focused title does, and has no rule.
fn faults_of_titles(shown: &str) -> Vec<String> {
    let is_title = |line: &&str| line.starts_with('-') || line.starts_with('>') && line.ends_with('-');
    let titles = shown.lines().filter(is_title);
    titles.filter_map(|title| Some(format!("{}: {title}", fault_of(title)?))).collect()
}

/// The keys that a footer has to have and has not: those of the way back and of the keys, if they have a word there. Who
/// cannot find the way back from a small screen is lost on it.
fn missing(mode: Mode, shown: &str) -> Vec<String> {
    let footer = shown.lines().last().unwrap_or_default();
    let keys: Vec<&str> = footer.split_whitespace().collect();
    let has = |row: &&Binding| row.modes.contains(&mode) && !row.footer.is_empty();
    let wanted = KEYS.iter().filter(has).filter(|row| matches!(row.action, Action::Back | Action::Help));
    let labels = wanted.map(|row| Keymap::default().label(mode, row.action));
    labels.filter(|label| !keys.contains(&&**label)).map(|label| format!("no {label} in {footer:?}")).collect()
}

#[test]
fn titles_stand_apart_and_the_footer_has_the_way_back() {
    let mut faults = Vec::new();
    for way in WAYS {
        let mut app = goes(*way, Theme::new(Palette::Mono, false), (80, 24));
        for size in SIZES {
            app.update(Message::Resize(size.0, size.1));
            let shown = text(&app, size);
            let all = faults_of_titles(&shown).into_iter().chain(missing(app.mode(), &shown));
            faults.extend(all.map(|fault| format!("{} at {size:?}: {fault}", way.0)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A wide screen does not stretch its text.
#[test]
fn text_is_no_wider_than_one_can_read() {
    for name in ["why_flag", "card", "patient_history", "since", "round_end", "notice_count"] {
        let way = *WAYS.iter().find(|(of, ..)| *of == name).expect("a way");
        let mut app = goes(way, Theme::new(Palette::Mono, false), (80, 24));
        app.update(Message::Resize(200, 60));
        let shown = text(&app, (200, 60));
        let wide = shown.lines().filter(|line| !line.contains("----")).map(|line| line.chars().count()).max();
        assert!((60..=132).contains(&wide.unwrap_or_default()), "{name}: {wide:?}\n{shown}");
    }
}

/// A narrow screen says in part what it has no room for, and names whole.
#[test]
fn a_narrow_screen_says_what_a_row_is_about_and_where_the_round_sheet_is() {
    let at = |name: &str, size: Size| {
        let way = *WAYS.iter().find(|(of, ..)| *of == name).expect("a way");
        let mut app = goes(way, Theme::new(Palette::Mono, false), (80, 24));
        app.update(Message::Resize(size.0, size.1));
        text(&app, size)
    };
    let home = at("home", (60, 18));
    for said in ["BRANNIGAN, Niamh  HEART: chest pain, ...", "NOWAK, Ewa  NO DOSE for 51 h: retitrate"] {
        assert!(home.contains(said), "{home}");
    }
    let printed = at("home_printed", (40, 12));
    assert!(printed.contains("Written: ward-round-2026-11-21-0312.txt"), "{printed}");
}

#[test]
fn a_bad_edge_is_found() {
    for bad in ["-Round 1 of 24 PgDn----", ">3 Upcoming 1-2 of 46: ---", "-type it 1-6 of 9 -", "-The keys:"] {
        assert_eq!(faults_of_titles(bad).len(), 1, "{bad}");
    }
    assert_eq!(missing(Mode::Find, " Enter open  Tab only these  F1").len(), 1);
    assert!(missing(Mode::Find, " Enter open  Esc  F1").is_empty());
}
