//! How long a key takes, from the message to the computed frame, and a start from nothing, on wards of three sizes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)] // a bench measures and prints
mod support;

use std::hint::black_box;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use support::{SEED, best, moment, tell};
use wardround::cli::demo::made_up::{self, Size};
use wardround::rules::Rules;
use wardround::tui::app::{App, Message};
use wardround::tui::banner::FileState;
use wardround::tui::data::Data;
use wardround::tui::saving::{Outcome, SaveReport};
use wardround::tui::theme::Theme;
use wardround::ward::read::{self, Limits};
use wardround::ward::{PatientId, Ward};

const TERMINAL: (u16, u16) = (80, 24);

/// The longest that a frame may take to compute.
const FRAME: Duration = Duration::from_millis(5);

/// The longest from the bytes of a file to the first full screen.
fn first_frame(size: Size) -> Option<Duration> {
    match size {
        Size::Ward => Some(Duration::from_millis(15)),
        Size::Clinic | Size::List => Some(Duration::from_millis(150)),
        Size::Huge => None,
    }
}

struct Screen {
    app: App,
    terminal: Terminal<TestBackend>,
}

impl Screen {
    /// Everything between the text of a file and the first frame.
    fn open(text: &[u8]) -> Self {
        Self::of(read::owned(text.to_vec(), &Limits::default()).unwrap())
    }

    fn of(ward: Ward) -> Self {
        let data = Data::new(ward, Rules::builtin().unwrap(), moment(), "aosei".to_owned(), Theme::default());
        let app = App::of(data, FileState::default(), TERMINAL);
        let mut screen = Self { app, terminal: Terminal::new(TestBackend::new(TERMINAL.0, TERMINAL.1)).unwrap() };
        screen.draw();
        screen
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| self.app.view(frame)).unwrap();
    }

    /// The median of some presses of a key by somebody who sees one frame before the next key, each with its frame, beside
    /// copying the buffer.
    fn key(&mut self, what: &str, code: KeyCode, times: u32) {
        let mut all: Vec<Duration> = Vec::new();
        for _ in 0..times {
            let start = Instant::now();
            self.app.update(Message::Key(KeyEvent::from(code)));
            self.draw();
            all.push(start.elapsed());
            // As the event loop does before it sleeps.
            self.app.prepare();
        }
        all.sort();
        let buffer = self.terminal.backend().buffer();
        let copy = best(20, || black_box(buffer).clone());
        tell(what, all[all.len() / 2], Some(FRAME), Some(("a copy", copy)));
    }
}

impl Screen {
    /// What comes after the answer of a save of one more count, with its frame.
    fn saves(&mut self, ward: &Ward, times: u32) {
        let reports: Vec<_> = (0..times).map(|id| Message::Saved(Box::new(saved(ward, id)))).collect();
        let after = |report| {
            let start = Instant::now();
            self.app.update(report);
            self.draw();
            start.elapsed()
        };
        tell("after a save", reports.into_iter().map(after).min().unwrap_or_default(), Some(FRAME), None);
    }
}

/// The result of a save of one more count.
fn saved(ward: &Ward, id: u32) -> SaveReport {
    let mut ward = ward.clone();
    let entry = format!(
        r#"{{"id":"new{id}","kind":"result","test":"anc","at":"2026-11-21T03:00","value":3.1,"unit":"10*9/L"}}"#
    );
    ward.add_entry(&PatientId::new("p000003"), read::entry(&entry).unwrap());
    SaveReport { outcome: Outcome::Saved { revision: 1 }, refused: Vec::new(), ward: Some(ward) }
}

fn measure(size: Size) {
    let text = made_up::ward(size, SEED, &moment()).into_bytes();
    println!("{}: {} patients, {} kB", size.word(), size.patients(), text.len() / 1000);
    tell("read, assessed, first frame", best(7, || Screen::open(&text)), first_frame(size), None);
    let ward = read::owned(text.clone(), &Limits::default()).unwrap();
    let mut screen = Screen::of(ward.clone());
    screen.key("down", KeyCode::Down, 200);
    screen.key("page down", KeyCode::PageDown, 20);
    screen.key("last row", KeyCode::End, 1);
    screen.key("another pane", KeyCode::Tab, 10);
    screen.key("zoom", KeyCode::Char('z'), 4);
    screen.key("keys", KeyCode::Char('?'), 1);
    screen.key("back", KeyCode::Esc, 1);
    screen.key("open a patient", KeyCode::Enter, 1);
    screen.key("down in a patient", KeyCode::Down, 20);
    screen.key("back", KeyCode::Esc, 1);
    screen.key("a form", KeyCode::Char('a'), 1);
    screen.key("back", KeyCode::Esc, 1);
    screen.key("find", KeyCode::Char('/'), 1);
    screen.key("find, the first letter", KeyCode::Char('a'), 1);
    screen.key("find, a letter", KeyCode::Char('a'), 2);
    screen.key("back", KeyCode::Esc, 1);
    screen.saves(&ward, 5);
}

fn main() {
    // A word: the first frame of that size alone, for counting instructions and memory.
    let word = std::env::args().nth(1);
    let sizes = [Size::Ward, Size::Clinic, Size::List, Size::Huge];
    // A word and a size: only that, many times, for a profile.
    if let Some(size) = std::env::args().nth(2).and_then(|name| sizes.into_iter().find(|size| name == size.word())) {
        let people = read::owned(made_up::ward(size, SEED, &moment()).into_bytes(), &Limits::default()).unwrap();
        let mut screen = Screen::of(people.clone());
        match word.as_deref() {
            Some("down") => screen.key("down", KeyCode::Down, 300),
            Some("find") => (0..20).for_each(|_| {
                screen.key("find", KeyCode::Char('/'), 1);
                screen.key("back", KeyCode::Esc, 1);
            }),
            _ => screen.saves(&people, 40),
        }
        return;
    }
    if let Some(size) = sizes.into_iter().find(|size| word.as_deref() == Some(size.word())) {
        let text = made_up::ward(size, SEED, &moment()).into_bytes();
        let (bytes, start) = (text.len(), Instant::now());
        let screen = Screen::of(read::owned(text, &Limits::default()).unwrap());
        let took = start.elapsed();
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        println!("{} patients, {bytes} bytes: first frame {took:?}; {peak}", size.patients());
        drop(screen);
        return;
    }
    sizes.into_iter().filter(|size| *size != Size::Huge).for_each(measure);
}
