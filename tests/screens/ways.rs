//! The ways to every screen of the demo ward: one table for the pictures, for what holds at every size, and for the keys
//! that are pressed at random.
use std::cell::RefCell;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use wardround::store::Conflict;
use wardround::tui::app::{App, Effect, Message};
use wardround::tui::aside::Remembered;
use wardround::tui::saving::{Batch, Fact, Loaded, Outcome, Refusal, SaveReport};
use wardround::tui::settings::{Contact, Settings};
use wardround::tui::theme::Theme;
use wardround::ward::{PatientId, Ward, read};

use crate::demo;

/// Columns and lines of a terminal.
pub type Size = (u16, u16);

/// A way to a screen: what the screen is called, the keys from the ward, and what happens then.
pub type Way<'a> = (&'a str, &'a str, Then);

/// What happens once the keys were typed, or, where it says so, before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Nothing,
    /// It is saved.
    Saved,
    /// It is saved in the journal only.
    JournalOnly,
    /// It is not saved.
    NotSaved,
    /// Nobody knows whether it was saved.
    NotConfirmed,
    /// Somebody else has changed the same field.
    Disputed,
    /// Somebody else has saved another of the kind that it rests on.
    Overtaken,
    /// Before: the account is one of several people.
    Shared,
    /// Before: the user has not seen the program.
    First,
    /// Somebody else saves a critical count.
    Others,
    /// The file may not be written to, and there is something to say about it.
    ReadOnly,
    /// The round sheet was written.
    Printed,
    /// Ctrl-C is pressed.
    Leaves,
}

use Then::{
    Disputed, First, JournalOnly, Leaves, NotConfirmed, NotSaved, Nothing, Others, Overtaken, Printed, ReadOnly, Saved,
    Shared,
};

/// Every screen, each by one way.
#[rustfmt::skip]
pub const WAYS: &[Way<'static>] = &[
    ("home", "", Nothing), ("home_overdue", "2<Down>", Nothing), ("home_upcoming", "3", Nothing),
    ("home_titration", "4", Nothing), ("home_checks", "5", Nothing), ("home_alone", "3z", Nothing),
    ("home_first", "", First), ("home_open_only", "f", Nothing), ("home_by_bed", "S", Nothing), ("home_others", "", Others),
    ("home_read_only", "", ReadOnly), ("home_only_these", "/B1-B9<Tab>", Nothing), ("home_printed", "P<Enter>", Printed),
    ("home_keys", "?", Nothing), ("home_keys_end", "?<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>", Nothing),
    ("find", "/", Nothing), ("find_some", "/oka", Nothing), ("find_slip", "/brigsg", Nothing), ("find_nobody", "/zzz", Nothing),
    ("patient", "/okafor<Enter>", Nothing), ("patient_chart", "/okafor<Enter>2", Nothing),
    ("patient_counts_alone", "/okafor<Enter>2z", Nothing), ("patient_now", "/okafor<Enter>3", Nothing),
    ("patient_doses", "/okafor<Enter>4z", Nothing), ("patient_checks", "/okafor<Enter>5z", Nothing),
    ("patient_history", "/okafor<Enter>6z", Nothing), ("patient_others", "/okafor<Enter>", Others),
    ("patient_keys", "/okafor<Enter>?", Nothing), ("patient_no_protocol", "/pereira<Enter>", Nothing),
    ("patient_not_read", "/ostrowski<Enter>", Nothing),
    ("why_flag", "/okafor<Enter><Enter>", Nothing), ("why_due", "/holloway<Enter>3<Down><Enter>", Nothing),
    ("why_count", "/okafor<Enter>2<Enter>", Nothing), ("card", "/okafor<Enter>i", Nothing),
    ("what_if", "/okafor<Enter>w<Right>", Nothing),
    ("since", "s", Nothing), ("since_two_days", "s-2d", Nothing), ("since_wrong", "swhen", Nothing),
    ("round", "r", Nothing), ("round_second", "rn", Nothing), ("round_end", "rnnnnnnnnnnnnnnnnnnnnnnnnn", Nothing),
    ("print", "P", Nothing),
    ("menu", "/okafor<Enter>c", Nothing),
    ("count", "/okafor<Enter>a", Nothing), ("count_wrong", "/okafor<Enter>a1.3x", Nothing),
    ("count_read_back", "/okafor<Enter>a0.31<Enter>1.9<Enter>", Nothing),
    ("count_same_band", "/holloway<Enter>a3.10<Enter>5.2<Tab>250<Enter>", Nothing),
    ("count_leave", "/okafor<Enter>a1.3<Esc>", Nothing), ("count_keys", "/okafor<Enter>a?", Nothing),
    ("count_saving", "/holloway<Enter>a3.10<Enter>5.2<Enter>y", Nothing),
    ("count_saved", "/holloway<Enter>a3.10<Enter>5.2<Enter>y", Saved),
    ("count_not_saved", "/holloway<Enter>a3.10<Enter>5.2<Enter>y", NotSaved),
    ("count_journal_only", "/holloway<Enter>a3.10<Enter>5.2<Enter>y", JournalOnly),
    ("count_not_confirmed", "/holloway<Enter>a3.10<Enter>5.2<Enter>y", NotConfirmed),
    ("notice_count", "/holloway<Enter>a0.31<Enter>1.9<Enter>y", Saved),
    ("notice", ":holloway bowels 10-Nov 1<Enter>y", Saved),
    ("leave", "/okafor<Enter>a1.3", Leaves),
    ("initials", "/okafor<Enter>a", Shared), ("initials_typed", "/okafor<Enter>aao", Shared),
    ("sample", "/okafor<Enter>t", Nothing), ("dose", "/fraser<Enter>m", Nothing),
    ("dose_read_back", "/fraser<Enter>m<F3>", Nothing),
    ("break", "/okafor<Enter>b", Nothing), ("course", "/okafor<Enter>C", Nothing),
    ("bowels", "/okafor<Enter>c<Enter>", Nothing), ("bowels_read_back", "/okafor<Enter>c<Enter>t<F3>", Nothing),
    ("vitals", "/okafor<Enter>c<Down><Enter>", Nothing),
    ("acknowledge", "/okafor<Enter>d", Nothing), ("acknowledge_close", "/okafor<Enter>d<Tab>", Nothing), ("acknowledge_read_back", "/okafor<Enter>dcalled<Enter>", Nothing),
    ("void", "/okafor<Enter>6v", Nothing), ("edit", "/okafor<Enter>6e", Nothing),
    ("note", "/okafor<Enter>o", Nothing), ("note_read_back", "/okafor<Enter>oslept<F3>", Nothing),
    ("new_patient", "N", Nothing),
    ("fields", "/okafor<Enter>F", Nothing), ("fields_read_back", "/okafor<Enter>FC1<F3>", Nothing),
    ("fields_disputed", "/okafor<Enter>FC1<F3>y", Disputed), ("dose_overtaken", "/fraser<Enter>m200<F3>y", Overtaken),
    ("line", ":", Nothing), ("line_half", ":o", Nothing), ("line_wrong", ":okafor anc 1.3x", Nothing),
    ("line_preview", ":okafor anc 1.32 wbc 4.1 today 0110", Nothing),
    ("line_read_back", ":okafor anc 1.32 wbc 4.1 today 0110<Enter>", Nothing),
    ("sheet", "A", Nothing), ("sheet_typed", "At<Tab>y<Tab>n", Nothing), ("sheet_columns", "A<F2>", Nothing),
    ("sheet_read_back", "At<Tab>y<Tab>n<Enter>", Nothing),
];

/// What a site has set, so that whom to call is on the screens.
fn settings(then: Then) -> Settings {
    let contact = |label: &str, number: &str| Contact { label: label.to_owned(), number: number.to_owned() };
    let shared_accounts = if then == Shared { vec!["aosei".to_owned()] } else { Vec::new() };
    let contacts = vec![contact("Haematology on call", "01632 960 111"), contact("Clozapine service", "01632 960 222")];
    Settings { contacts, shared_accounts, ..Settings::default() }
}

/// The ward as it was opened. It is assessed once for all that follows: that takes longer than all the rest.
fn begin(theme: Theme) -> App {
    thread_local! {
        static OPENED: RefCell<Vec<(Theme, App)>> = const { RefCell::new(Vec::new()) };
    }
    OPENED.with_borrow_mut(|opened| {
        if !opened.iter().any(|(of, _)| *of == theme) {
            opened.push((theme, demo::app(theme, (80, 24))));
        }
        opened.iter().find(|(of, _)| *of == theme).expect("just opened").1.clone()
    })
}

/// The screen at the end of a way.
pub fn goes(way: Way, theme: Theme, size: Size) -> App {
    let (_, keys, then) = way;
    let card_seen = then != First;
    let mut app =
        begin(theme).with_settings(settings(then)).with_memory(Remembered { card_seen, ..Remembered::default() });
    app.update(Message::Resize(size.0, size.1));
    let mut effects = Vec::new();
    for key in parse(keys) {
        effects = app.update(Message::Key(key));
    }
    happens(&mut app, &effects, then);
    app
}

/// What happens after the last key, which asked for some effects.
fn happens(app: &mut App, effects: &[Effect], then: Then) {
    let outcome = match then {
        Nothing | Shared | First => return,
        Leaves => return drop(app.update(Message::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)))),
        Printed => {
            let [Effect::Print { name, .. }] = effects else { panic!("nothing to print: {effects:?}") };
            app.update(Message::Printed(Ok(name.clone())));
            return;
        }
        Others => return drop(app.update(Message::FileChanged(Box::new(others())))),
        ReadOnly => {
            let read_only = Some("another program holds it".to_owned());
            let notes = vec!["1 entry recovered, please verify".to_owned(), "the clock is 2 h behind".to_owned()];
            let loaded = Loaded { read_only, notes, revision: 2, ..Loaded::of(demo::ward()) };
            app.update(Message::FileChanged(Box::new(loaded)));
            return;
        }
        Saved => Outcome::Saved { revision: 2 },
        JournalOnly => Outcome::JournalOnly { reason: "disk full".to_owned() },
        NotSaved => Outcome::NotSaved { reason: "disk full".to_owned() },
        NotConfirmed => Outcome::NotConfirmed { reason: "disk fault".to_owned() },
        Disputed | Overtaken => Outcome::NotSaved { reason: "changed meanwhile".to_owned() },
    };
    let [Effect::Save(batch)] = effects else { panic!("nothing to save: {effects:?}") };
    app.update(Message::Saved(Box::new(answer(batch, outcome, then))));
}

/// What the store answers.
pub fn answer(batch: &Batch, outcome: Outcome, then: Then) -> SaveReport {
    let mut ward = demo::ward();
    let refused = match then {
        Disputed | Overtaken => vec![(0, Refusal::Changed(Box::new(conflict(&ward, then))))],
        _ => Vec::new(),
    };
    if matches!(outcome, Outcome::Saved { .. } | Outcome::JournalOnly { .. }) {
        for fact in &batch.facts {
            match fact {
                Fact::Entry { patient, entry } => drop(ward.add_entry(patient, entry.clone())),
                Fact::Patient(patient) => ward.patients.push(patient.clone()),
            }
        }
    }
    SaveReport { outcome, refused, ward: Some(ward) }
}

/// What somebody else has done meanwhile: moved Okafor, or raised Fraser's dose.
fn conflict(ward: &Ward, then: Then) -> Conflict {
    let by = r#""recorded": { "at": "2026-11-21T03:11:00+00:00", "by": "mbyrne" }"#;
    let of = |family: &str| -> PatientId {
        ward.patients.iter().find(|one| &*one.fields.name.family == family).expect("a patient").id.clone()
    };
    if then == Disputed {
        let changed = format!(
            r#"{{ "id": "o1", "kind": "change", "at": "2026-11-21T03:11", "field": "bed", "from": "B3", "to": "D6", {by} }}"#
        );
        return Conflict::Field {
            patient: of("Okafor"),
            field: "bed".to_owned(),
            now: Some("\"D6\"".to_owned()),
            changed: Some(read::entry(&changed).expect("an entry")),
        };
    }
    let dose = format!(r#"{{ "id": "o2", "kind": "dose", "at": "2026-11-21", "evening_mg": 162.5, {by} }}"#);
    Conflict::Newer { patient: of("Fraser"), kind: "dose".to_owned(), entry: read::entry(&dose).expect("an entry") }
}

/// The ward after somebody else has typed a critical count of Holloway's.
fn others() -> Loaded {
    let mut ward = demo::ward();
    let holloway =
        ward.patients.iter().find(|one| &*one.fields.name.family == "Holloway").expect("Holloway").id.clone();
    let entry = r#"{ "id": "o3", "kind": "result", "test": "anc", "at": "2026-11-21T02:00:00+00:00", "value": 0.31,
        "unit": "10*9/L", "recorded": { "at": "2026-11-21T03:10:00+00:00", "by": "mbyrne" } }"#;
    ward.add_entry(&holloway, read::entry(entry).expect("an entry"));
    Loaded { revision: 2, ..Loaded::of(ward) }
}

/// Keys as text: letters as they are, others by name: `1.32<Enter>`.
pub fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|name| name.split_once('>'));
        let code = if let Some((name, after)) = named {
            rest = after;
            key(name)
        } else {
            rest = &rest[c.len_utf8()..];
            KeyCode::Char(c)
        };
        events.push(KeyEvent::from(code));
    }
    events
}

/// A key by its name.
fn key(name: &str) -> KeyCode {
    match name {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "Down" => KeyCode::Down,
        "Right" => KeyCode::Right,
        "End" => KeyCode::End,
        "PgDn" => KeyCode::PageDown,
        "F2" => KeyCode::F(2),
        "F3" => KeyCode::F(3),
        other => panic!("no key {other}"),
    }
}
