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
use wardround::tui::keymap::KEYS;
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

/// The key list, from the one table of keys: a line for each of its rows.
fn keys() -> String {
    let mut out = "| key | where | what it does |\n| --- | --- | --- |\n".to_owned();
    for row in KEYS {
        let labels: Vec<String> = row.keys.iter().map(|key| format!("`{}`", key.label())).collect();
        let places: Vec<&str> = row.modes.iter().map(|mode| mode.title()).collect();
        let _ = writeln!(out, "| {} | {} | {} |", labels.join(" "), places.join(", "), row.help);
    }
    out
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
