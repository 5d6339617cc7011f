//! A number, a unit, a name, a date or a dose is whole or absent, on every screen and at every width.
//!
//! What may stand on a screen is what stands on the same screen where everything has room: in many columns, and in many
//! lines of few columns. A figure that is on neither is a part of one.
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use wardround::tui::app::{App, Message};
use wardround::tui::theme::{Palette, Theme};

use crate::demo::{self, text};
use crate::ways::{Size, Then, WAYS, Way, goes};

/// Screens on which everything has room.
const ROOMY: [Size; 3] = [(300, 300), (110, 400), (79, 600)];

/// Units of which none may stand apart from its number.
const UNITS: &[&str] =
    &["mg", "mg/day", "x10^9/L", "10*9/L", "mmHg", "/min", "kg", "ms", "mg/L", "ug/L", "ng/L", "U/L", "mmol/L", "%"];

/// A word without its punctuation.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| ",;:.()[]>?~".contains(c))
}

/// Whether a word is a figure: a value, a date, a time, a number of a patient, an id of an entry.
fn is_figure(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

/// What may stand on a screen, and which of its figures always have a unit.
struct Allowed {
    figures: HashSet<String>,
    with_unit: HashMap<String, bool>,
    names: HashSet<String>,
}

impl Allowed {
    /// What stands where everything has room.
    fn of(app: &App, of_everybody: bool) -> Self {
        let names = demo::ward().patients.iter().map(|one| one.fields.name.family.to_uppercase()).collect();
        let mut all = Self { figures: HashSet::new(), with_unit: HashMap::new(), names };
        for size in ROOMY {
            let shown = at(app, size);
            for line in shown.lines() {
                let words: Vec<&str> = line.split_whitespace().collect();
                for (i, word) in words.iter().enumerate().filter(|(_, word)| is_figure(word)) {
                    all.figures.insert(bare(word).to_owned());
                    let has_unit = words.get(i + 1).is_some_and(|next| UNITS.contains(&bare(next)));
                    let always = all.with_unit.entry(bare(word).to_owned()).or_insert(has_unit);
                    *always &= has_unit;
                }
            }
        }
        // A row of the ward says what there is room for; all of it stands on the pages of its patient.
        if of_everybody {
            all.figures.extend(everybodys().iter().cloned());
        }
        all
    }

    /// What of a screen is a part of something.
    fn cut(&self, shown: &str) -> Option<String> {
        shown.lines().find_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let fault = (0..words.len()).find_map(|i| self.fault(&words, i));
            fault.map(|fault| format!("{fault} in {line:?}"))
        })
    }

    fn fault(&self, words: &[&str], i: usize) -> Option<String> {
        let word = bare(words[i]);
        if word.chars().all(|c| c.is_alphabetic() && c.is_uppercase()) {
            let is_part = |name: &String| word.len() > 2 && name.len() > word.len() && name.starts_with(word);
            return self.names.iter().any(is_part).then(|| format!("a part of a name: {word:?}"));
        }
        // How many rows and columns are out of sight is another number at every size.
        let before = |n: usize| i.checked_sub(n).and_then(|i| words.get(i)).copied().unwrap_or_default();
        let counts_rows =
            words.get(i + 1).is_some_and(|next| *next == "of" || *next == "more" || next.starts_with("column"))
                || before(1) == "of" && is_figure(before(2));
        let counts_rest = before(1) == "and" || before(1) == "hides" || words[i].starts_with('+');
        if !is_figure(word) || counts_rows || counts_rest {
            return None;
        }
        if !self.figures.contains(word) {
            return Some(format!("a part of a figure: {word:?}"));
        }
        let has_unit = words.get(i + 1).is_some_and(|next| UNITS.contains(&bare(next)));
        (self.with_unit.get(word).is_some_and(|always| *always) && !has_unit).then(|| format!("no unit: {word:?}"))
    }
}

/// The figures on the pages of all patients.
fn everybodys() -> &'static HashSet<String> {
    static ALL: OnceLock<HashSet<String>> = OnceLock::new();
    let size = (300, 300);
    let pages = || {
        let mut all = HashSet::new();
        for patient in &demo::ward().patients {
            // The patient, and why the first things that are due are due.
            let due = (0..7).map(|row| format!("3{}<Enter>", "<Down>".repeat(row)));
            for rest in due.chain([String::new()]) {
                let keys = format!("/{}<Enter>{rest}", patient.fields.name.family);
                let app = goes(("", &keys, Then::Nothing), mono(), size);
                all.extend(text(&app, size).split_whitespace().map(|word| bare(word).to_owned()));
            }
        }
        all
    };
    ALL.get_or_init(pages)
}

fn mono() -> Theme {
    Theme::new(Palette::Mono, false)
}

fn at(app: &App, size: Size) -> String {
    let mut app = app.clone();
    app.update(Message::Resize(size.0, size.1));
    text(&app, size)
}

/// What is cut on a screen at some sizes; a screen that only says how large it must be has nothing to cut.
fn faults_of(way: Way, sizes: impl Iterator<Item = Size>) -> Vec<String> {
    let app = goes(way, mono(), (80, 24));
    let about_many = ["home", "find", "since", "round", "print", "sheet"].into_iter().any(|of| way.0.starts_with(of));
    let allowed = Allowed::of(&app, about_many);
    let mut faults: Vec<String> = Vec::new();
    for size in sizes {
        let shown = at(&app, size);
        if let Some(fault) = allowed.cut(&shown).filter(|_| !shown.contains("needs")) {
            faults.push(format!("{} at {size:?}: {fault}", way.0));
        }
    }
    faults
}

/// Some of the screens: each at widths of all sorts, and each width from 20 to 200 on some screen; with few lines and many.
fn stays_whole(screens: impl Fn(usize) -> bool) {
    let mut faults = Vec::new();
    for (i, way) in WAYS.iter().enumerate().filter(|(i, _)| screens(*i)) {
        let sizes =
            (20..=200).filter(|columns| (columns + i) % 23 == 0).map(|columns| (columns, 12 + (columns * 5 + i) % 40));
        let sizes = sizes.map(|(columns, lines)| (u16::try_from(columns).unwrap(), u16::try_from(lines).unwrap()));
        faults.extend(faults_of(*way, sizes));
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_screen_keeps_figures_whole_at_every_width() {
    stays_whole(|i| i % 2 == 0);
}

/// The other half, beside it.
#[test]
fn every_other_screen_keeps_figures_whole_at_every_width() {
    stays_whole(|i| i % 2 == 1);
}

/// The check finds what is cut.
#[test]
fn a_cut_figure_is_found() {
    let app = goes(WAYS[0], mono(), (80, 24));
    let allowed = Allowed::of(&app, false);
    for bad in
        ["ANC 0.4", "on 20-Nov-202", "20-N", "12-Apr-198", "NHS 999 000 001", "OKAF, Ada", "dose 25", "925", "ANC 0."]
    {
        assert!(allowed.cut(bad).is_some(), "{bad}");
    }
    let whole = "OKAFOR, Adaeze ANC 0.40 on 20-Nov-2026 19:40 925 mg 1-2 of 3 +2 columns born 12-Apr-1988 (38)";
    assert_eq!(allowed.cut(whole), None);
}
