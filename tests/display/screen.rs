//! What the app sends to a terminal, and what the terminal makes of it.
use std::io;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use ratatui::Terminal;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use wardround::rules::Rules;
use wardround::safe::{Charset, mark_at_start};
use wardround::store::Conflict;
use wardround::tui::app::{App, Message, Start};
use wardround::tui::saving::{Loaded, Outcome, Refusal, SaveReport};
use wardround::tui::settings::Settings;
use wardround::tui::terminal::{Capabilities, Device, Output};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, PatientId, Ward};

use crate::inert::{is_inert, without_commands};
use crate::wards;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::builtin().unwrap());

/// A terminal that keeps what it is sent.
#[derive(Debug)]
pub struct Kept {
    pub bytes: Vec<u8>,
    pub size: (u16, u16),
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

/// The ward in which everything is hostile.
pub fn read_ward(hostile: &str) -> Ward {
    read::ward(wards::ward(hostile).to_string().as_bytes(), &Limits::default()).expect("a ward that opens")
}

fn loaded(hostile: &str, ward: Ward) -> Loaded {
    let note = format!("1 entry {hostile} recovered, please verify");
    Loaded { notes: vec![note], saved_at: Some(moment().at), revision: 7, ..Loaded::of(ward) }
}

fn moment() -> Moment {
    let at: DateTime<Utc> = "2026-11-21T03:12:00Z".parse().unwrap();
    Moment { at, zone: chrono_tz::Europe::London }
}

/// The home screen of a ward.
pub fn app(hostile: &str, ward: Ward, size: (u16, u16), charset: Charset) -> App {
    let mut rules = RULES.clone();
    rules.leave_out(format!("left out: our{hostile}.json: id: {hostile} is taken"));
    App::new(Start {
        loaded: loaded(hostile, ward),
        file: format!("ward{hostile}.json"),
        rules,
        moment: moment(),
        user: format!("a{hostile}osei"),
        theme: Theme::new(Palette::Colour, charset == Charset::Ascii),
        size,
    })
}

/// What happens on the way to a screen.
#[derive(Debug, Clone, Copy)]
pub enum Then {
    /// Nothing.
    Nothing,
    /// The hostile text is typed.
    Typed,
    /// It is pasted.
    Pasted,
    /// A save that the keys asked for ended so, for a hostile reason.
    Saved(fn(String) -> Outcome),
    /// What the keys asked to be saved was refused, for a hostile reason.
    Refused,
    /// Somebody else changed the bed to something hostile while the keys asked for another.
    Disputed,
    /// Somebody else saved a hostile entry of the same kind, while the keys asked for another.
    Overtaken,
    /// The account is shared: whoever types is asked for initials first, and gives the hostile text.
    Asked,
    /// The file changed on the disk, and may not be written to.
    Changed,
    /// The file cannot be read any more.
    Unreadable,
}

/// Every kind of screen: keys, and what happens then.
#[rustfmt::skip]
pub const SCREENS: &[(&str, Then)] = &[
    ("", Then::Nothing), ("z", Then::Nothing), ("2", Then::Nothing), ("3 z", Then::Nothing), ("4", Then::Nothing), ("5 z Down", Then::Nothing),
    ("?", Then::Nothing), ("? PgDn PgDn", Then::Nothing), ("", Then::Changed), ("", Then::Unreadable),
    ("/", Then::Nothing), ("/ o", Then::Nothing), ("/", Then::Typed), ("/", Then::Pasted),
    ("Enter", Then::Nothing), ("Enter 2", Then::Nothing), ("Enter 3 z", Then::Nothing), ("Enter 4", Then::Nothing), ("Enter 5 z", Then::Nothing),
    ("Enter 6 z", Then::Nothing), ("Enter 6 End", Then::Nothing), ("Enter", Then::Changed), ("Enter ?", Then::Nothing),
    ("a", Then::Nothing), ("a", Then::Typed), ("a", Then::Pasted), ("a 1 . 3 2 Enter Enter Enter Enter Enter", Then::Nothing),
    ("a 1 . 3 2 Enter Enter Enter Enter Enter PgDn", Then::Unreadable), ("a 1 Esc", Then::Nothing), ("a 1 Ctrl-C", Then::Nothing),
    ("a 0 . 3 Enter Enter Enter Enter Enter y", Then::Saved(|reason| Outcome::NotSaved { reason })),
    ("a 0 . 3 Enter Enter Enter Enter Enter y", Then::Saved(|_| Outcome::Saved { revision: 8 })),
    ("t", Then::Nothing), ("t Down", Then::Pasted), ("m", Then::Nothing), ("m", Then::Pasted), ("m 1 0 0 Enter Enter Enter Enter", Then::Nothing),
    ("b", Then::Nothing), ("b Down Down", Then::Pasted), ("C", Then::Nothing), ("c", Then::Nothing), ("c Enter", Then::Nothing),
    ("c Down Enter", Then::Nothing), ("c Down Down Enter", Then::Nothing), ("c j j j Enter", Then::Nothing),
    ("d", Then::Nothing), ("d", Then::Pasted), ("d x Enter", Then::Nothing),
    ("Enter 6 v", Then::Nothing), ("Enter 6 Down v", Then::Nothing), ("Enter 6 End v x Enter", Then::Nothing),
    ("o", Then::Nothing), ("o", Then::Typed), ("o", Then::Pasted), ("o x Enter", Then::Nothing), ("o x Enter Enter", Then::Nothing),
    ("o x Enter Enter", Then::Saved(|reason| Outcome::NotSaved { reason })),
    ("o x Enter Enter", Then::Saved(|reason| Outcome::JournalOnly { reason })),
    ("o x Enter Enter", Then::Saved(|reason| Outcome::NotConfirmed { reason })), ("o x Enter Enter", Then::Refused),
    ("N", Then::Nothing), ("N", Then::Pasted), ("N Down x", Then::Typed),
    ("r", Then::Nothing), ("r n", Then::Nothing), ("r n n", Then::Nothing), ("r S Down", Then::Nothing), ("r o x Enter Enter", Then::Nothing),
    ("s", Then::Nothing), ("s", Then::Typed), ("s", Then::Pasted), ("P", Then::Nothing), ("S", Then::Nothing), ("f", Then::Nothing),
    (":", Then::Nothing), (": o", Then::Nothing), (":", Then::Typed), (":", Then::Pasted),
    ("A", Then::Nothing), ("A", Then::Pasted), ("A Down", Then::Typed), ("F", Then::Nothing), ("F", Then::Pasted), ("F Enter x", Then::Typed),
    ("u", Then::Nothing), ("Enter 6 e", Then::Nothing),
    ("Enter w", Then::Nothing), ("Enter w Right", Then::Nothing), ("Enter i", Then::Nothing), ("Enter Enter", Then::Nothing),
    ("Enter 2 z", Then::Nothing), ("Enter 2 Enter", Then::Nothing), ("Enter 6 Enter", Then::Nothing), ("/ o Tab", Then::Nothing),
    ("o x Enter Enter", Then::Disputed), ("o x Enter Enter", Then::Overtaken), ("a", Then::Asked),
];

/// Goes to one of [`SCREENS`].
pub fn go(app: &mut App, hostile: &str, (keys, then): (&str, Then)) {
    if matches!(then, Then::Asked) {
        share(app, hostile);
    }
    press(app, keys);
    let report =
        |outcome, refused| Message::Saved(Box::new(SaveReport { outcome, refused, ward: Some(read_ward(hostile)) }));
    let message = match then {
        Then::Nothing => return,
        Then::Typed => {
            for c in hostile.chars() {
                app.update(Message::Key(KeyEvent::from(KeyCode::Char(c))));
            }
            return;
        }
        Then::Pasted | Then::Asked => Message::Paste(hostile.to_owned()),
        Then::Saved(outcome) => report(outcome(format!("disk{hostile}full")), Vec::new()),
        Then::Refused => report(Outcome::Saved { revision: 8 }, vec![(0, refusal(hostile))]),
        Then::Disputed | Then::Overtaken => {
            let reason = format!("changed{hostile}");
            report(Outcome::NotSaved { reason }, vec![(0, changed(hostile, matches!(then, Then::Disputed)))])
        }
        Then::Changed => {
            let read_only = Some(format!("protected{hostile}"));
            Message::FileChanged(Box::new(Loaded { read_only, ..loaded(hostile, read_ward(hostile)) }))
        }
        Then::Unreadable => Message::Unreadable(format!("line 3{hostile}: broken")),
    };
    app.update(message);
}

/// A field that somebody else changed, whose name is hostile.
fn refusal(hostile: &str) -> Refusal {
    let (patient, field) = (PatientId::new("p"), format!("bed{hostile}"));
    Refusal::Changed(Box::new(Conflict::Field { patient, field, now: None, changed: None }))
}

/// What somebody else did to the first patient meanwhile: the bed, or a newer dose.
fn changed(hostile: &str, is_field: bool) -> Refusal {
    let ward = read_ward(hostile);
    let (patient, entry) = ward.entries().find(|(_, entry)| entry.kind.name() == "note").expect("a note");
    let (patient, entry) = (patient.id.clone(), entry.clone());
    let now = Some(serde_json::json!(format!("C{hostile}")).to_string());
    Refusal::Changed(Box::new(if is_field {
        Conflict::Field { patient, field: "bed".to_owned(), now, changed: Some(entry) }
    } else {
        Conflict::Newer { patient, kind: "note".to_owned(), entry }
    }))
}

/// Makes the account one that several people use.
fn share(app: &mut App, hostile: &str) {
    let another = self::app("", Ward::new("Rowan", None, None), (80, 24), Charset::Unicode);
    let shared_accounts = vec![format!("a{hostile}osei")];
    let own = std::mem::replace(app, another);
    *app = own.with_settings(Settings { shared_accounts, ..Settings::default() });
}

fn press(app: &mut App, keys: &str) {
    use ratatui::crossterm::event::KeyModifiers;
    for key in keys.split_whitespace() {
        let key = match key {
            "Enter" => KeyEvent::from(KeyCode::Enter),
            "Esc" => KeyEvent::from(KeyCode::Esc),
            "Down" => KeyEvent::from(KeyCode::Down),
            "Right" => KeyEvent::from(KeyCode::Right),
            "Tab" => KeyEvent::from(KeyCode::Tab),
            "End" => KeyEvent::from(KeyCode::End),
            "PgDn" => KeyEvent::from(KeyCode::PageDown),
            "Ctrl-C" => KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL),
            letter => KeyEvent::from(KeyCode::Char(letter.parse().expect("one letter"))),
        };
        app.update(Message::Key(key));
    }
}

/// Draws what the app shows, and holds cells, bytes and what a terminal makes of them against each other. The rows.
pub fn checked(app: &App, size: (u16, u16), charset: Charset) -> Vec<String> {
    let mut kept = Kept { bytes: Vec::new(), size };
    let mut terminal =
        Terminal::new(Output::new(&mut kept, Capabilities { colour: true, charset, moves_lines: true })).unwrap();
    let cells = terminal.draw(|frame| app.view(frame)).unwrap().buffer.clone();
    drop(terminal);
    let rows = rows(&cells);
    for row in &rows {
        is_inert(row, &[]);
        assert!(charset == Charset::Unicode || row.is_ascii(), "{row}");
        marks_are_whole(row);
    }
    let text = without_commands(&kept.bytes);
    is_inert(&text, &["\r\n"]);
    is_what_the_terminal_shows(&cells, &kept.bytes);
    // The screens make it safe themselves: the gate behind them, which would show a question mark, has nothing to do.
    let asked = |text: &str| text.matches('?').count();
    assert_eq!(
        asked(&text),
        asked(&rows.concat()),
        "the gate had to do it:
{}",
        rows.join(
            "
"
        )
    );
    rows
}

/// The rows of a screen as text.
fn rows(cells: &Buffer) -> Vec<String> {
    let columns = usize::from(cells.area.width).max(1);
    cells.content().chunks(columns).map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect()).collect()
}

/// Every cell of plain text stands in the terminal where it stands here: nothing pushed it away or wrote over it.
pub fn is_what_the_terminal_shows(cells: &Buffer, bytes: &[u8]) {
    let mut parser = vt100::Parser::new(cells.area.height, cells.area.width, 0);
    parser.process(bytes);
    let screen = parser.screen();
    for y in 0..cells.area.height {
        for x in 0..cells.area.width {
            let symbol = cells[(x, y)].symbol();
            if symbol.is_ascii() && symbol != " " {
                let shown = screen.cell(y, x).map(vt100::Cell::contents).unwrap_or_default();
                // A terminal may put a vowel that has a cell of its own on the letter before it.
                assert!(shown.starts_with(symbol), "{shown:?} at {x},{y} of\n{}", rows(cells).join("\n"));
            }
        }
    }
}

/// No row begins or ends inside a mark.
fn marks_are_whole(row: &str) {
    for (at, _) in row.match_indices('‹').chain(row.match_indices("<U+")) {
        let is_mark = mark_at_start(&row[at..]).is_some();
        assert!(is_mark || row[at..].starts_with("‹x"), "cut: {row}");
    }
    let marks = row.matches('›').count();
    assert_eq!(row.matches('‹').count(), marks, "cut: {row}");
}
