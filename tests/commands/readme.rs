//! README.md says what is so: its generated parts are those of the program.
use std::fmt::Write;
use std::fs;

use wardround::tui::keymap::KEYS;

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

#[test]
fn the_keys_are_those_of_the_table() {
    if std::env::var_os("UPDATE_README").is_some() {
        let text = readme().replace(&part("keys"), &keys());
        fs::write(PATH, text).expect("writable");
    }
    assert!(part("keys") == keys(), "README.md's key list is not current: UPDATE_README=1 cargo test writes it");
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
