//! How long a key takes, from the message to the computed frame, on wards of three sizes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)] // a bench measures and prints
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use wardround::assess;
use wardround::rules::Rules;
use wardround::tui::app::{App, Data, Message};
use wardround::tui::banner::FileState;
use wardround::tui::saving::{Outcome, SaveReport};
use wardround::tui::theme::Theme;
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, PatientId, Ward};

const SIZE: (u16, u16) = (80, 24);

/// So many patients with so many weekly counts each, of which every seventh misses the last weeks.
fn ward(patients: u64, counts: u64) -> Ward {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let mut people = Vec::new();
    for p in 0..patients {
        let start = today - Days::new(7 * counts + p % 7);
        let mut entries =
            format!(r#"{{"id":"c{p}","kind":"course","event":"start","at":"{start}","reason":"initiation"}}"#);
        for week in 0..counts.saturating_sub(if p % 7 == 0 { 3 } else { 0 }) {
            let date = start + Days::new(7 * week);
            let tenth = (p + week) % 10;
            let _ = write!(
                entries,
                r#",{{"id":"a{p}-{week}","kind":"result","test":"anc","at":"{date}T08:10","value":{}.{tenth},"unit":"10*9/L"}}"#,
                1 + (p + week) % 4
            );
        }
        people.push(format!(
            r#"{{"id":"p{p}","name":{{"family":"Name{}{}","given":"G{p}"}},"bed":"A{p}","protocol":"us-label","entries":[{entries}]}}"#,
            letters(p),
            p % 3
        ));
    }
    let text = format!(
        r#"{{"format":"wardround/1","ward":{{"name":"B","time_zone":"Europe/London"}},"patients":[{}]}}"#,
        people.join(",")
    );
    read::ward(text.as_bytes(), &Limits::default()).unwrap()
}

fn letters(number: u64) -> String {
    (0..4).map(|i| char::from(b'a' + u8::try_from((number / 26u64.pow(i)) % 26).unwrap())).collect()
}

fn moment() -> Moment {
    let at = DateTime::parse_from_rfc3339("2026-11-21T08:00:00Z").unwrap().to_utc();
    Moment { at, zone: chrono_tz::Europe::London }
}

struct Screen {
    app: App,
    terminal: Terminal<TestBackend>,
}

impl Screen {
    fn draw(&mut self) {
        self.terminal.draw(|frame| self.app.view(frame)).unwrap();
    }

    /// The median of some presses of a key, each with its frame.
    fn key(&mut self, what: &str, code: KeyCode, times: u32) {
        let mut all: Vec<Duration> = Vec::new();
        for _ in 0..times {
            let start = Instant::now();
            self.app.update(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
            self.draw();
            all.push(start.elapsed());
        }
        println!("  {what:<28} {:?}", median(all));
    }
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// A screen of a ward that was just read, with its first frame.
fn open(ward: Ward) -> Screen {
    let data = Data::new(ward, Rules::builtin().unwrap(), moment(), "aosei".to_owned(), Theme::default());
    let app = App::of(data, FileState::default(), SIZE);
    let mut screen = Screen { app, terminal: Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap() };
    screen.draw();
    screen
}

/// The result of a save of one more count.
fn saved(ward: &Ward, id: u32) -> SaveReport {
    let mut ward = ward.clone();
    let entry = format!(
        r#"{{"id":"new{id}","kind":"result","test":"anc","at":"2026-11-21T07:00","value":3.1,"unit":"10*9/L"}}"#
    );
    ward.add_entry(&PatientId::new("p3"), read::entry(&entry).unwrap());
    SaveReport { outcome: Outcome::Saved { revision: 1 }, refused: Vec::new(), ward: Some(ward) }
}

fn main() {
    for (name, patients, counts) in [("ward", 30, 104), ("clinic", 2000, 45), ("round list", 10_000, 10)] {
        let ward = ward(patients, counts);
        println!("{name}: {patients} patients, {counts} counts each");
        let timed = |_| {
            let ward = ward.clone();
            let start = Instant::now();
            let screen = open(ward);
            (start.elapsed(), screen)
        };
        let (opened, mut screens): (Vec<Duration>, Vec<Screen>) = (0..5).map(timed).unzip();
        println!("  {:<28} {:?}", "assessed, first frame", median(opened));
        let rules = Rules::builtin().unwrap();
        let assessed = (0..5).map(|_| {
            let start = Instant::now();
            black_box(assess::ward(black_box(&ward), &rules, &moment()));
            start.elapsed()
        });
        println!("  {:<28} {:?}", "of that, assessing", median(assessed.collect()));
        let Some(mut screen) = screens.pop() else { continue };
        screen.key("down", KeyCode::Down, 200);
        screen.key("page down", KeyCode::PageDown, 20);
        screen.key("last row", KeyCode::End, 1);
        screen.key("another pane", KeyCode::Tab, 10);
        screen.key("zoom", KeyCode::Char('z'), 4);
        screen.key("open a patient", KeyCode::Enter, 1);
        screen.key("down in a patient", KeyCode::Down, 20);
        screen.key("back", KeyCode::Esc, 1);
        screen.key("find", KeyCode::Char('/'), 1);
        screen.key("find, a letter", KeyCode::Char('a'), 3);
        screen.key("back", KeyCode::Esc, 1);
        let saves = (0..5).map(|id| {
            let report = Message::Saved(Box::new(saved(&ward, id)));
            let start = Instant::now();
            screen.app.update(report);
            screen.draw();
            start.elapsed()
        });
        println!("  {:<28} {:?}", "after a save", median(saves.collect()));
    }
}
