//! How many keys it takes, from the home screen to "saved", or to what was wanted: the figures of README.
use ratatui::crossterm::event::KeyCode;
use wardround::tui::app::Effect;

use crate::app::{app, keys, screen};
use crate::desk::{Desk, parse};

/// What the last key does.
enum Then {
    /// It saves.
    Saves,
    /// It shows a text.
    Shows(&'static str),
    /// It writes the round sheet.
    Writes,
}

/// What is done, the keys, what of them is the content itself, what the last of them does, and how many others there are.
const DONE: &[(&str, &str, &str, Then, usize)] = &[
    ("somebody found by half a name, and opened", "/oka<Enter>", "oka", Then::Shows("Bed B3"), 2),
    (
        "a full blood count of somebody found by half a name",
        "/oka<Enter>a1.90<Enter>4.1<Tab>250<Enter><Enter>",
        "1.904.1250",
        Then::Saves,
        10,
    ),
    (
        "a full blood count of the selected patient",
        "a1.90<Enter>4.1<Tab>250<Enter><Enter>",
        "1.904.1250",
        Then::Saves,
        5,
    ),
    ("a bowel check: opened today", "c<Down><Enter>t<F3><Enter>", "", Then::Saves, 6),
    ("what was done about a flag", "dcalled<Enter><Enter>", "called", Then::Saves, 3),
    ("a change of bed", "FC1<Enter><Enter>", "C1", Then::Saves, 3),
    ("why somebody is overdue, all of it", "2<Enter><Enter>", "", Then::Shows("Why it is due"), 3),
    ("the chart of the selected patient", "<Enter>2", "", Then::Shows("X lowest"), 2),
    ("the round sheet, written to a file", "P<Enter>", "", Then::Writes, 2),
];

#[test]
fn as_many_keys_as_readme_says() {
    let readme = include_str!("../../README.md");
    for (what, typed, content, then, most) in DONE {
        let desk = Desk::new();
        let mut app = app(&desk);
        if matches!(then, Then::Saves) && !typed.starts_with(['/', ':']) {
            keys(&mut app, "/okafor<Enter>");
        }
        let (all_but_the_last, last) = typed.split_at(last_key(typed));
        let before = keys(&mut app, all_but_the_last);
        assert_eq!(before, [], "{what}");
        if let Then::Shows(text) = then {
            assert!(!screen(&app).contains(text), "the control: {what}\n{}", screen(&app));
        }
        let effects = keys(&mut app, last);
        let is_done = match then {
            Then::Saves => matches!(effects.as_slice(), [Effect::Save(_)]),
            Then::Shows(text) => effects.is_empty() && screen(&app).contains(text),
            Then::Writes => matches!(effects.as_slice(), [Effect::Print { .. }]),
        };
        assert!(is_done, "{what}: {effects:?}\n{}", screen(&app));
        let beyond = parse(typed).len() - content.chars().count();
        assert_eq!(beyond, *most, "{what}: {beyond} keys beyond its content");
        let letters: String = parse(typed)
            .iter()
            .filter_map(|key| match key.code {
                KeyCode::Char(c) => Some(c),
                _ => None,
            })
            .collect();
        assert!(content.chars().all(|c| letters.contains(c)), "{what}");
        assert!(
            readme.contains(&format!("| {what} | {beyond} |")),
            "README.md says something else of {what}: {beyond}"
        );
    }
}

/// Where the last of some keys begins.
fn last_key(keys: &str) -> usize {
    keys.char_indices().map(|(at, _)| at).find(|at| parse(&keys[*at..]).len() == 1).unwrap_or_default()
}
