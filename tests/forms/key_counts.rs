//! How many keys it takes, from the home screen to "saved": the figures of README.
use ratatui::crossterm::event::KeyCode;
use wardround::tui::app::Effect;

use crate::app::{app, keys, screen};
use crate::desk::{Desk, parse};

/// What is done, the keys, what of them is the content itself, and how many others there are.
const DONE: &[(&str, &str, &str, usize)] = &[
    (
        "a full blood count of somebody found by half a name",
        "/oka<Enter>a1.90<Enter>4.1<Tab>250<Enter><Enter>",
        "1.904.1250",
        10,
    ),
    ("a full blood count of the selected patient", "a1.90<Enter>4.1<Tab>250<Enter><Enter>", "1.904.1250", 5),
    ("a bowel check: opened today", "c<Down><Enter>t<F3><Enter>", "", 6),
    ("what was done about a flag", "dcalled<Enter><Enter>", "called", 3),
    ("a change of bed", "FC1<Enter><Enter>", "C1", 3),
];

#[test]
fn as_many_keys_as_readme_says() {
    let readme = include_str!("../../README.md");
    for (what, typed, content, most) in DONE {
        let desk = Desk::new();
        let mut app = app(&desk);
        if !typed.starts_with(['/', ':']) {
            keys(&mut app, "/okafor<Enter>");
        }
        let effects = keys(&mut app, typed);
        assert!(matches!(effects.as_slice(), [Effect::Save(_)]), "{what}: {effects:?}\n{}", screen(&app));
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
