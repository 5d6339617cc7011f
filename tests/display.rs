//! Hostile text through every way out: it is seen, and it does nothing.
//!
//! Each string stands in every field of a ward file that people can fill, in what they type and paste, and in the
//! reasons that the store gives. What then goes to the terminal, or to a pipe, is read byte by byte: the only commands
//! in it are the program's own, and a terminal that obeys them shows each character where it belongs.
// A test that cannot go on fails; files of a site are made on the disk.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

#[path = "support/characters.rs"]
mod characters;
#[path = "display/code_points.rs"]
mod code_points;
#[path = "display/commands.rs"]
mod commands;
#[path = "support/inert.rs"]
mod inert;
#[path = "support/program.rs"]
mod program;
#[path = "display/screen.rs"]
mod screen;
#[path = "display/wards.rs"]
mod wards;

use inert::{is_inert, without_commands};
use screen::{SCREENS, app, checked, go, read_ward};
use wardround::safe::Charset;
use wards::HOSTILE;

#[test]
fn every_string_is_seen_on_home_and_patient() {
    for (hostile, mark) in HOSTILE {
        let size = (120, 40);
        for keys in ["", "Enter"] {
            let mut app = app(hostile, read_ward(hostile), size, Charset::Unicode);
            go(&mut app, hostile, (keys, screen::Then::Nothing));
            let screen = checked(&app, size, Charset::Unicode).concat();
            // The name is whole: what is hostile in it, and what stands after it.
            let place = screen.find(&format!("Ada{mark}")).unwrap_or_else(|| panic!("no {mark:?} in {screen}"));
            assert!(screen[place + 3..].contains("Ada"), "{screen}");
        }
    }
}

/// The strings, several in one.
fn together(how_many: usize) -> Vec<String> {
    HOSTILE.chunks(how_many).map(|part| part.iter().flat_map(|(hostile, _)| [*hostile, "o"]).collect()).collect()
}

#[test]
fn every_string_does_nothing_on_any_screen() {
    for hostile in together(7) {
        on_screens(SCREENS, &hostile, (80, 24), Charset::Unicode);
    }
}

#[test]
fn no_terminal_is_too_small_or_too_plain() {
    let hostile = &together(27)[0];
    on_screens(SCREENS, hostile, (120, 40), Charset::Ascii);
    on_screens(SCREENS, hostile, (40, 12), Charset::Unicode);
}

/// Every kind of character in names, beds, notes and reasons, on screens so large that long ones are in sight.
#[test]
fn every_kind_of_character_does_nothing() {
    let screens: Vec<_> =
        SCREENS.iter().copied().filter(|(keys, _)| matches!(*keys, "" | "Enter" | "Enter 6 z" | "/")).collect();
    for group in wards::groups() {
        on_screens(&screens, &group, (120, 40), Charset::Unicode);
    }
}

fn on_screens(screens: &[(&str, screen::Then)], hostile: &str, size: (u16, u16), charset: Charset) {
    let ward = read_ward(hostile);
    for screen in screens {
        let mut app = app(hostile, ward.clone(), size, charset);
        go(&mut app, hostile, *screen);
        checked(&app, size, charset);
    }
}

/// The keys of the table lead to different screens: none of them stays where it is.
#[test]
fn the_control_for_screens() {
    let ward = read_ward("x");
    let shown = SCREENS.iter().map(|way| {
        let mut app = app("x", ward.clone(), (80, 24), Charset::Unicode);
        go(&mut app, "x", *way);
        (checked(&app, (80, 24), Charset::Unicode).concat(), way)
    });
    let mut seen = std::collections::HashMap::new();
    for (screen, way) in shown {
        let before = seen.insert(screen, way);
        let typed = matches!(way.1, screen::Then::Pasted) && matches!(way.0, "/" | "a" | "o" | "s" | ":");
        assert!(typed || before.is_none(), "{way:?} shows what {before:?} shows");
    }
}

#[test]
#[should_panic(expected = "not the program's")]
fn the_control_for_commands() {
    without_commands(b"\x1b[2J\x1b[1;1HOKAFOR\x1b[5n");
}

#[test]
#[should_panic(expected = "U+001B")]
fn the_control_for_titles() {
    is_inert(&without_commands(b"\x1b[2J\x1b]0;OKAFOR\x07"), &["\r\n"]);
}

#[test]
#[should_panic(expected = "U+009B")]
fn the_control_for_text() {
    is_inert(&without_commands("\x1b[1;1HOKAFOR\u{9b}2J".as_bytes()), &["\r\n"]);
}
