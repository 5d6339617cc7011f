//! Hostile text through every way out: it is seen, and it does nothing.
//!
//! Each string stands in every field of a ward file that people can fill. What then goes to the terminal, or to a
//! pipe, is read byte by byte: the only commands in it are the program's own.
#![allow(clippy::expect_used, clippy::unwrap_used)] // a test that cannot go on fails

#[path = "support/inert.rs"]
mod inert;
#[path = "support/program.rs"]
mod program;

use std::io;

use chrono::{DateTime, Utc};
use inert::{is_inert, without_commands};
use program::World;
use ratatui::Terminal;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use serde_json::{Value, json};
use wardround::rules::Rules;
use wardround::safe::Charset;
use wardround::tui::app::{App, Message, Start};
use wardround::tui::saving::Loaded;
use wardround::tui::terminal::{Capabilities, Device, Output};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::read::Limits;
use wardround::ward::{Moment, read};

/// What terminals obey, hide, turn round or let vanish; and the mark that is seen instead.
const HOSTILE: &[(&str, &str)] = &[
    ("\u{1b}[2J\u{1b}[H", "‹U+001B›[2J"),
    ("\u{1b}]52;c;QUJD\u{7}", "‹U+001B›]52;"),
    ("\u{1b}]0;title\u{1b}\\", "‹U+001B›]0;"),
    ("\u{1b}P1$r\u{1b}\\", "‹U+001B›P1"),
    ("\u{9b}31m", "‹U+009B›31m"),
    ("\u{9d}0;x\u{9c}", "‹U+009D›"),
    ("\u{85}", "‹U+0085›"),
    ("\r\n", "‹U+000D›"),
    ("\t", "‹U+0009›"),
    ("\u{8}\u{8}\u{8}", "‹U+0008›"),
    ("\u{7f}", "‹U+007F›"),
    ("\u{0}", "‹U+0000›"),
    ("\u{e}", "‹U+000E›"),
    ("\u{202e}", "‹U+202E›"),
    ("\u{2066}\u{2069}", "‹U+2066›"),
    ("\u{200e}\u{61c}", "‹U+200E›"),
    ("\u{200b}\u{2060}\u{feff}", "‹U+200B›"),
    ("\u{200d}", "‹U+200D›"),
    ("\u{ad}\u{34f}", "‹U+00AD›"),
    ("\u{fe0f}\u{e0041}", "‹U+FE0F›"),
    ("\u{2028}\u{2029}", "‹U+2028›"),
    ("\u{3164}\u{115f}\u{2800}", "‹U+3164›"),
    ("\u{a0}\u{3000}", "‹U+00A0›"),
    ("\u{e000}\u{10ffff}", "‹U+E000›"),
    ("\u{1f469}\u{200d}\u{2695}", "‹U+1F469›"),
    ("e\u{301}\u{301}\u{301}\u{301}\u{301}", "e\u{301}\u{301}\u{301}‹U+0301›"),
    ("ｶ\u{ff9e}", "ｶ‹U+FF9E›"),
];

/// A ward whose every text holds `hostile`, and whose patients need something of every kind.
fn ward(hostile: &str) -> Value {
    let text = |word: &str| format!("{word}{hostile}{word}");
    let id = text("id");
    json!({
        "format": "wardround/1",
        "ward": { "name": text("Rowan"), "site": text("Site"), "time_zone": "Europe/London" },
        "patients": [
            {
                "id": id, "name": { "family": text("Oka"), "given": text("Ada") }, "born": "1988-04-12", "sex": "female",
                "identifiers": [
                    { "system": "nhs-number", "value": text("999") }, { "system": text("urn"), "value": text("7") },
                ],
                "bed": text("B"), "protocol": "uk-smpc", "service": "cpms", "ben": "no",
                "entries": [
                    { "id": text("c"), "kind": "course", "event": "start", "at": "2026-10-19T21:00",
                      "reason": text("initiation"), "regimen": text("slow") },
                    { "id": text("d"), "kind": "dose", "at": "2026-11-10", "evening_mg": 150 },
                    { "id": text("r"), "kind": "result", "test": "anc", "at": "2026-11-20T19:40", "value": 0.40,
                      "unit": "10*9/L", "source": text("telephone"),
                      "recorded": { "at": "2026-11-20T20:02:00+00:00", "by": text("aosei") } },
                    { "id": text("w"), "kind": "result", "test": "wbc", "at": "2026-11-20T19:40", "value": 2.1,
                      "unit": "10*9/L" },
                    { "id": text("u"), "kind": "result", "test": text("anc"), "at": "2026-11-20T19:50", "value": 1,
                      "unit": text("g") },
                    { "id": text("l"), "kind": "checklist", "list": "constipation", "at": "2026-11-18",
                      "answers": { "last_bm": "2026-11-14", "distension": true, "remark": text("none") } },
                    { "id": text("m"), "kind": "medicine", "event": "start", "at": "2026-11-18", "name": text("drug") },
                    { "id": text("a"), "kind": "acknowledge", "flag": text("anc-band:r"), "at": "2026-11-20T20:10",
                      "action": text("called") },
                    { "id": text("n"), "kind": "note", "at": "2026-11-20", "text": text("sleeps") },
                    { "id": text("v"), "kind": "void", "entry": text("n"), "reason": text("other") },
                ],
            },
            { "id": text("p2"), "name": { "family": text("Bri"), "given": text("Tom") }, "protocol": text("none"),
              "bed": text("A"), "entries": [] },
        ],
    })
}

/// The keys that go through every kind of screen: panes, patient, its whole list, find, help, menu, forms, a notice.
const WALK: &[&[KeyCode]] = &[
    &[],
    &[KeyCode::Char('z')],
    &[KeyCode::Tab, KeyCode::Char('z'), KeyCode::Down],
    &[KeyCode::Char('?')],
    &[KeyCode::Char('/')],
    &[KeyCode::Char('/'), KeyCode::Char('o')],
    &[KeyCode::Enter],
    &[KeyCode::Enter, KeyCode::Down, KeyCode::Down, KeyCode::PageDown],
    &[KeyCode::Enter, KeyCode::End],
    &[KeyCode::Char('a'), KeyCode::Char('1'), KeyCode::Enter, KeyCode::Enter, KeyCode::Enter, KeyCode::Enter],
    &[KeyCode::Char('t')],
    &[KeyCode::Char('m')],
    &[KeyCode::Char('b')],
    &[KeyCode::Char('c')],
    &[KeyCode::Char('c'), KeyCode::Enter],
    &[KeyCode::Char('d')],
    &[KeyCode::Enter, KeyCode::End, KeyCode::Char('v')],
    &[KeyCode::Char('o')],
    &[KeyCode::Char('N')],
];

/// A terminal that keeps what it is sent.
#[derive(Debug)]
struct Kept {
    bytes: Vec<u8>,
    size: (u16, u16),
}

impl Device for &mut Kept {
    fn size(&self) -> Option<(u16, u16)> {
        Some(self.size)
    }

    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(frame);
        Ok(())
    }
}

fn app(hostile: &str, size: (u16, u16), charset: Charset) -> App {
    let at: DateTime<Utc> = "2026-11-21T03:12:00Z".parse().unwrap();
    let ward = read::ward(ward(hostile).to_string().as_bytes(), &Limits::default()).expect("a ward that opens");
    let note = format!("1 entry {hostile} recovered, please verify");
    App::new(Start {
        loaded: Loaded { ward, notes: vec![note], read_only: None, saved_at: Some(at), revision: 7 },
        file: format!("ward{hostile}.json"),
        rules: Rules::builtin().unwrap(),
        moment: Moment { at, zone: chrono_tz::Europe::London },
        user: format!("a{hostile}osei"),
        theme: Theme::new(Palette::Colour, charset == Charset::Ascii),
        size,
    })
}

/// Draws what the app shows after these keys: the cells, and the bytes that they become.
fn draw(app: &mut App, keys: &[KeyCode], hostile: &str, size: (u16, u16), charset: Charset) -> (Vec<String>, Vec<u8>) {
    for key in keys {
        app.update(Message::Key(KeyEvent::from(*key)));
    }
    app.update(Message::Paste(hostile.to_owned()));
    let mut kept = Kept { bytes: Vec::new(), size };
    let mut terminal = Terminal::new(Output::new(&mut kept, Capabilities { colour: true, charset })).unwrap();
    let drawn = terminal.draw(|frame| app.view(frame)).unwrap();
    let cells = drawn.buffer.content().iter().map(|cell| cell.symbol().to_owned()).collect();
    drop(terminal);
    (cells, kept.bytes)
}

/// Draws it, and checks cells and bytes. What is on the screen, as text.
fn checked(hostile: &str, keys: &[KeyCode], size: (u16, u16), charset: Charset) -> String {
    let (cells, bytes) = draw(&mut app(hostile, size, charset), keys, hostile, size, charset);
    // The screens themselves make it safe; the gate behind them has nothing to do.
    for cell in &cells {
        is_inert(cell, &[]);
        assert!(charset == Charset::Unicode || cell.is_ascii(), "{cell:?}");
    }
    is_inert(&without_commands(&bytes), &["\r\n"]);
    cells.concat()
}

#[test]
fn every_string_is_seen_and_does_nothing() {
    for (hostile, mark) in HOSTILE {
        let home = checked(hostile, &[], (120, 40), Charset::Unicode);
        let patient = checked(hostile, &[KeyCode::Enter], (120, 40), Charset::Unicode);
        for screen in [home, patient] {
            // The name is whole: what is hostile in it, and what stands after it.
            let place = screen.find(&format!("Ada{mark}")).unwrap_or_else(|| panic!("no {mark:?} in {screen}"));
            assert!(screen[place + 3..].contains("Ada"), "{screen}");
        }
    }
}

#[test]
fn every_screen_is_safe() {
    for (hostile, _) in HOSTILE.iter().step_by(11) {
        for keys in WALK {
            checked(hostile, keys, (80, 24), Charset::Unicode);
        }
    }
    for keys in WALK {
        checked(HOSTILE[0].0, keys, (80, 24), Charset::Ascii);
        checked(HOSTILE[0].0, keys, (40, 12), Charset::Unicode);
    }
}

#[test]
fn no_command_passes_it_on() {
    for (hostile, mark) in HOSTILE.iter().step_by(5) {
        let world = World::new();
        let file = world.ward(&ward(hostile).to_string());
        let file = file.to_str().unwrap();
        let commands: &[&[&str]] = &[
            &["triage", file, "--as-of", "2026-11-21T03:12"],
            &["triage", file, "--as-of", "2026-11-21T03:12", "--json"],
            &["explain", file, "oka", "--as-of", "2026-11-21T03:12"],
            &["explain", file, &format!("no{}body", hostile.replace('\0', ""))],
            &["check", file],
            &["print", file, "--as-of", "2026-11-21T03:12"],
            &["log", file],
            &[
                "record",
                file,
                "--patient",
                "p1",
                "--test",
                &format!("x{}", hostile.replace('\0', "")),
                "--value",
                "1",
                "--unit",
                "g",
                "--at",
                "2026-11-20",
            ],
            &["triage", &format!("{file}{}", hostile.replace('\0', ""))],
            &[&format!("--{}", hostile.replace('\0', ""))],
        ];
        let mut said = String::new();
        for command in commands {
            let ran = world.run(*command);
            for text in [&ran.out, &ran.err] {
                is_inert(text, &["\n", "\u{c}"]);
            }
            said += &(ran.out + &ran.err);
        }
        assert!(said.contains(&format!("Ada{mark}")), "{said}");
    }
}

#[test]
#[should_panic(expected = "not the program's")]
fn the_control_for_commands() {
    without_commands(b"\x1b[2J\x1b[1;1HOKAFOR\x1b[5n");
}

#[test]
#[should_panic(expected = "U+009B")]
fn the_control_for_text() {
    is_inert(&without_commands("\x1b[1;1HOKAFOR\u{9b}2J".as_bytes()), &["\r\n"]);
}
