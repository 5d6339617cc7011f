//! README.md says what is so: its generated parts are those of the program.
use std::fmt::Write;
use std::fs;
use std::sync::Mutex;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use wardround::cli::demo::script;
use wardround::rules::Rules;
use wardround::store::Loaded;
use wardround::tui::app::{App, Start};
use wardround::tui::keymap::{Action, Binding, KEYS, Mode};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::Moment;
use wardround::ward::read::{self, Limits};

use crate::program::World;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

fn readme() -> String {
    fs::read_to_string(PATH).expect("README.md")
}

/// What stands between two markers.
fn part(name: &str) -> String {
    let text = readme();
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let inner = text.split(&open).nth(1).and_then(|rest| rest.split(&close).next());
    inner.unwrap_or_else(|| panic!("README.md has no part {name}")).to_owned()
}

/// The parts of the key list, in their order.
const SECTIONS: [&str; 7] = [
    "The ward, a patient and the round",
    "The ward",
    "A patient",
    "The round",
    "Finding, reading and choosing",
    "Forms, one line and the entry sheet",
    "Reading back, notices and questions",
];
/// Keys that do the same nearly everywhere.
const COMMON: &str = "Moving, help and leaving";

/// The part in which a row of the table stands.
fn section(row: &Binding) -> &'static str {
    use Action::{Down, First, Help, Last, PageDown, PageUp, Quit, Suspend, Up};
    let has = |mode: Mode| row.modes.contains(&mode);
    let moves = matches!(row.action, Up | Down | PageUp | PageDown | First | Last | Help | Quit | Suspend);
    if moves && ![&[Mode::Leave][..], &[Mode::ReadOn]].contains(&row.modes) {
        return COMMON;
    }
    let forms = [Mode::Form, Mode::FormNote, Mode::FormNumber, Mode::FormYesNo, Mode::FormChoice];
    let at = match () {
        () if has(Mode::Home) && works_in(row, Mode::Patient) => 0,
        () if has(Mode::Round) && works_in(row, Mode::Home) => 0,
        () if has(Mode::Home) => 1,
        () if has(Mode::Patient) => 2,
        () if has(Mode::Round) || has(Mode::RoundEnd) => 3,
        () if [Mode::Find, Mode::Since, Mode::Menu, Mode::WhatIf, Mode::Page].into_iter().any(has) => 4,
        () if forms.into_iter().chain([Mode::Line, Mode::Sheet, Mode::SheetColumns]).any(has) => 5,
        () => 6,
    };
    SECTIONS[at]
}

/// Where keys work, as people would say it: each mode of the screen under one word.
const PLACES: [(&str, &[Mode]); 19] = [
    ("the ward", &[Mode::Home]),
    ("a patient", &[Mode::Patient]),
    ("the round", &[Mode::Round, Mode::RoundEnd]),
    ("Find", &[Mode::Find]),
    ("what changed", &[Mode::Since]),
    ("what if", &[Mode::WhatIf]),
    ("pages and keys", &[Mode::Page, Mode::Help]),
    ("lists to choose from", &[Mode::Menu]),
    ("the columns of the sheet", &[Mode::SheetColumns]),
    ("text fields", &[Mode::Form, Mode::FormNote]),
    ("one line", &[Mode::Line]),
    ("forms", &[Mode::FormNumber, Mode::FormYesNo, Mode::FormChoice, Mode::Saving, Mode::FormLeave]),
    ("changed by somebody else", &[Mode::Conflict]),
    ("the entry sheet", &[Mode::Sheet]),
    ("reading back", &[Mode::ReadOn, Mode::ReadBack, Mode::ReadBackNo]),
    ("notices", &[Mode::Notice, Mode::CountNotice]),
    ("before leaving", &[Mode::Leave]),
    ("before the round sheet is written", &[Mode::Print]),
    ("initials", &[Mode::Initials]),
];

/// Where these modes are, in few words: what is more than half of all is said by what is not among it.
fn said(modes: &[Mode]) -> String {
    let names = |wanted: bool| -> Vec<&str> {
        let has = |(name, all): &&(&str, &[Mode])| {
            let here = all.iter().filter(|mode| modes.contains(mode)).count();
            assert!(here == 0 || here == all.len(), "{name} is two places: {modes:?}");
            (here > 0) == wanted
        };
        PLACES.iter().filter(has).map(|(name, _)| *name).collect()
    };
    match (names(true), names(false)) {
        (_, none) if none.is_empty() => "everywhere".to_owned(),
        (here, not) if here.len() > not.len() => format!("everywhere but {}", not.join(", ")),
        (here, _) => here.join(", "),
    }
}

/// Where a row's keys work, in few words: nothing where the head of its part says it.
fn places(row: &Binding, section: &str) -> String {
    let titles: Vec<&str> = row.modes.iter().map(|mode| mode.title()).collect();
    let is_a_form = |title: &&str| title.starts_with("A form");
    match titles.as_slice() {
        _ if section == SECTIONS[0] && works_in(row, Mode::Round) => String::new(),
        _ if section == SECTIONS[0] => "not on the round".to_owned(),
        [one] if *one == section => String::new(),
        [_, _] if row.modes == [Mode::Round, Mode::RoundEnd] => String::new(),
        all if all.iter().all(is_a_form) && all.len() > 1 => "A form".to_owned(),
        all if all.len() > 3 => said(row.modes),
        all => all.join(", "),
    }
}

/// Whether a row works in a mode, or another that does the same: a key has several where footers differ in their order.
fn works_in(row: &Binding, mode: Mode) -> bool {
    let same = |other: &&Binding| other.action == row.action && other.help == row.help;
    KEYS.iter().filter(same).any(|other| other.modes.contains(&mode))
}

/// A line of the list: keys, where they work, what they do.
type Line = (Vec<String>, String, &'static str);

/// The lines of a part. Rows that do the same at one place are one.
fn lines(section: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for row in KEYS.iter().filter(|row| self::section(row) == section) {
        let at = places(row, section);
        let labels = row.keys.iter().map(|key| key.label()).filter(|label| !label.is_empty());
        let labels: Vec<String> = labels.map(|label| format!("`{label}`")).collect();
        match lines.iter_mut().find(|(_, place, help)| *help == row.help && *place == at) {
            Some((keys, ..)) => {
                let new: Vec<String> = labels.into_iter().filter(|label| !keys.contains(label)).collect();
                keys.extend(new);
            }
            None => lines.push((labels, at, row.help)),
        }
    }
    lines
}

/// The lines of the keys that do the same nearly everywhere: those of one help that work at the same places are one.
fn common() -> Vec<Line> {
    let mut keys: Vec<(String, Vec<Mode>, &'static str)> = Vec::new();
    for row in KEYS.iter().filter(|row| section(row) == COMMON) {
        for key in row.keys {
            let label = format!("`{}`", key.label());
            match keys.iter_mut().find(|(other, _, help)| *other == label && *help == row.help) {
                Some((_, modes, _)) => modes.extend(row.modes),
                None => keys.push((label, row.modes.to_vec(), row.help)),
            }
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    for (label, modes, help) in keys {
        let at = said(&modes);
        if let Some((labels, ..)) = lines.iter_mut().find(|(_, place, other)| *other == help && *place == at) {
            labels.push(label);
            continue;
        }
        // What does the same stands together.
        let next = lines.iter().rposition(|(_, _, other)| *other == help).map_or(lines.len(), |at| at + 1);
        lines.insert(next, (vec![label], at, help));
    }
    lines
}

/// The key list, from the one table of keys, part by part.
fn keys() -> String {
    let mut out = String::new();
    for section in SECTIONS.into_iter().chain([COMMON]) {
        let _ = write!(out, "\n### {section}\n\n| key | what it does |\n| --- | --- |\n");
        for (labels, at, help) in if section == COMMON { common() } else { lines(section) } {
            let at = if at.is_empty() { at } else { format!(" *({at})*") };
            let _ = writeln!(out, "| {} | {help}{at} |", labels.join(" "));
        }
    }
    out
}

#[test]
fn every_place_has_one_name() {
    for mode in KEYS.iter().flat_map(|row| row.modes) {
        let names = PLACES.iter().filter(|(_, modes)| modes.contains(mode)).count();
        assert_eq!(names, 1, "{mode:?}");
    }
}

#[test]
fn every_key_of_the_table_is_in_the_list() {
    let list = keys();
    for row in KEYS {
        assert!(list.contains(row.help), "{row:?}");
        assert!(row.keys.iter().all(|key| list.contains(&format!("`{}`", key.label())) || key.label().is_empty()));
    }
}

/// Whether a part of README.md is what it should be; with `UPDATE_README` set, it is written.
fn check(name: &str, wanted: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(PATH, readme().replace(&part(name), wanted)).expect("writable");
    }
    assert!(part(name) == wanted, "README.md's {name} is not current: UPDATE_README=1 cargo test --test commands");
}

#[test]
fn the_keys_are_those_of_the_table() {
    check("keys", &keys());
}

/// The home screen of the demo ward in a bad night.
fn screen() -> String {
    let rules = Rules::builtin().expect("the embedded rules");
    let at = "2026-11-21T03:12:00Z".parse().expect("a time");
    let moment = Moment { at, zone: chrono_tz::Europe::London };
    let text = script::ward(&rules, &moment).expect("the demo ward");
    let ward = read::ward(text.as_bytes(), &Limits::default()).expect("a valid ward");
    let loaded = Loaded { saved_at: Some(at), revision: 1, ..Loaded::of(ward) };
    let (file, user, theme) = ("ward.json".to_owned(), "aosei".to_owned(), Theme::new(Palette::Mono, false));
    let app = App::new(Start { loaded, file, rules, moment, user, theme, size: (80, 24) });
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a terminal");
    terminal.draw(|frame| app.view(frame)).expect("it draws");
    let cells = terminal.backend().buffer().clone();
    let rows = cells.content().chunks(80).map(|row| row.iter().map(Cell::symbol).collect::<String>());
    let lines: Vec<String> = rows.map(|row| row.trim_end().to_owned()).collect();
    format!("```text\n{}\n```\n", lines.join("\n"))
}

#[test]
fn the_screen_is_that_of_the_demo() {
    check("screen", &screen());
}

#[test]
fn the_commands_are_those_of_the_program() {
    let help = World::new().run(["--help"]).out;
    let commands = part("commands");
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(listed.len() >= 8, "{help}");
    for command in listed {
        assert!(commands.contains(&format!("wardround {command}")), "{command} is missing in README.md");
    }
}

#[test]
fn two_commands_do_all_the_set_up() {
    let text = readme();
    let run = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/run")).expect(".ci/run");
    for command in ["cargo run --release -- demo", "cargo test"] {
        assert!(text.contains(&format!("\n{command}")), "{command}");
    }
    assert!(run.lines().any(|line| line == "step cargo test"), "CI runs README's test command, exactly");
}
