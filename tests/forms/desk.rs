//! A desk to type at: a ward, a moment, and keys written as text.
use chrono::{DateTime, Utc};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use wardround::rules::Rules;
use wardround::tui::form::{Form, FormContext, FormEvent, FormKind};
use wardround::tui::saving::{Fact, Outcome, Refusal, SaveReport};
use wardround::tui::settings::Settings;
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::read::{self, Limits};
use wardround::ward::{Entry, Moment, PatientId, Ward};

/// Columns and rows of a form at 80x24: above it are three rows of banner, below it one of footer.
pub const FORM: (u16, u16) = (80, 20);

/// Fri 20-Nov-2026 20:02 in London, where the winter's clock is UTC.
pub const NOW: &str = "2026-11-20T20:02:30Z";

/// A ward of one: Okafor, under uk-smpc, with an amber count of four days ago.
const WARD: &str = r#"{
  "format": "wardround/1",
  "ward": { "name": "Rowan Ward", "time_zone": "Europe/London" },
  "patients": [
    { "id": "p1", "name": { "family": "Okafor", "given": "Adaeze" }, "born": "1988-04-12", "sex": "female",
      "identifiers": [ { "system": "nhs-number", "value": "9990000018" } ],
      "bed": "B3", "protocol": "uk-smpc", "service": "cpms",
      "entries": [
        { "id": "start", "kind": "course", "event": "start", "at": "2026-10-19", "reason": "initiation" },
        { "id": "dose", "kind": "dose", "at": "2026-11-15", "morning_mg": 100, "evening_mg": 150 },
        { "id": "anc9", "kind": "result", "test": "anc", "at": "2026-11-09T08:05", "value": 2.15, "unit": "10*9/L" },
        { "id": "wbc9", "kind": "result", "test": "wbc", "at": "2026-11-09T08:05", "value": 4.0, "unit": "10*9/L" },
        { "id": "anc16", "kind": "result", "test": "anc", "at": "2026-11-16T08:10", "value": 1.62, "unit": "10*9/L",
          "recorded": { "at": "2026-11-16T11:40:00+00:00", "by": "jlee" } },
        { "id": "wbc16", "kind": "result", "test": "wbc", "at": "2026-11-16T08:10", "value": 3.4, "unit": "10*9/L" }
      ] },
    { "id": "p2", "name": { "family": "Fraser", "given": "Iain" }, "born": "1979-06-30", "sex": "male",
      "identifiers": [ { "system": "nhs-number", "value": "9990000026" } ],
      "bed": "A3", "protocol": "us-label",
      "entries": [
        { "id": "fstart", "kind": "course", "event": "start", "at": "2026-11-09", "reason": "initiation",
          "regimen": "trs-article" },
        { "id": "fdose", "kind": "dose", "at": "2026-11-19", "evening_mg": 150 },
        { "id": "fanc", "kind": "result", "test": "anc", "at": "2026-11-16T08:10", "value": 3.40, "unit": "10*9/L" },
        { "id": "fbreak", "kind": "break", "last_dose": "2026-11-18T21:00", "reason": "vomiting" }
      ] }
  ]
}"#;

/// What a form can see, and the patient that it is about.
pub struct Desk {
    pub ward: Ward,
    pub rules: Rules,
    pub moment: Moment,
    pub patient: PatientId,
    pub settings: Settings,
}

impl Desk {
    /// Okafor's.
    pub fn new() -> Self {
        Self {
            ward: read::ward(WARD.as_bytes(), &Limits::default()).expect("a ward"),
            rules: Rules::builtin().expect("the embedded rules"),
            moment: moment(NOW, chrono_tz::Europe::London),
            patient: PatientId::new("p1"),
            settings: Settings::default(),
        }
    }

    /// Fraser's, who has missed doses.
    pub fn fraser() -> Self {
        Self { patient: PatientId::new("p2"), ..Self::new() }
    }

    /// With further entries of the patient, as JSON.
    pub fn with(mut self, more: &[&str]) -> Self {
        let more: Vec<_> = more.iter().map(|json| read::entry(json).expect("an entry")).collect();
        let patient = self.ward.patients.iter_mut().find(|one| one.id == self.patient).expect("the patient");
        *patient = patient.with_entries(&more);
        self
    }

    pub fn at(self, now: &str) -> Self {
        Self { moment: moment(now, self.moment.zone), ..self }
    }

    pub fn ctx(&self) -> FormContext<'_> {
        FormContext { ward: &self.ward, rules: &self.rules, moment: self.moment, by: "aosei", settings: &self.settings }
    }

    pub fn open(&self, kind: FormKind) -> Form {
        let patient = (kind != FormKind::NewPatient).then_some(&self.patient);
        Form::open(kind, patient, &self.ctx())
    }

    /// A line about anybody.
    pub fn line(&self) -> Form {
        Form::open(FormKind::Line, None, &self.ctx())
    }

    /// Types keys into a form at 80x24 and gives what the last one asked for.
    pub fn keys(&self, form: &mut Form, keys: &str) -> FormEvent {
        self.keys_in(form, keys, FORM)
    }

    /// The same in a room of so many columns and rows.
    pub fn keys_in(&self, form: &mut Form, keys: &str, room: (u16, u16)) -> FormEvent {
        let room = (room.0.into(), room.1.into());
        parse(keys).into_iter().fold(FormEvent::Stay, |_, key| {
            let event = form.key(key, &self.ctx());
            form.settle(room, &self.ctx(), Theme::new(Palette::Mono, true));
            event
        })
    }

    /// Opens a form and types.
    pub fn typed(&self, kind: FormKind, keys: &str) -> Form {
        let mut form = self.open(kind);
        assert_eq!(self.keys(&mut form, keys), FormEvent::Stay, "{keys}");
        form
    }

    /// Opens a form, types and gives what it asked to be saved.
    pub fn saved(&self, kind: FormKind, keys: &str) -> Vec<Entry> {
        let mut form = self.open(kind);
        match self.keys(&mut form, keys) {
            FormEvent::Save(facts) => facts.iter().flat_map(entries).collect(),
            other => panic!("{other:?} after {keys}\n{}", self.screen(&form)),
        }
    }

    /// The form as it is drawn at 80x24, between three rows of banner and one of footer.
    pub fn screen(&self, form: &Form) -> String {
        self.drawn(form, FORM, Theme::new(Palette::Mono, true))
    }

    /// Draws the form on a screen of any size, even none.
    pub fn draw(&self, form: &Form, (columns, rows): (u16, u16), theme: Theme) -> TestBackend {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen");
        let area = Rect::new(0, 0, columns, rows);
        terminal.draw(|frame| form.view(frame, area, &self.ctx(), theme)).expect("a frame");
        terminal.backend().clone()
    }

    pub fn drawn(&self, form: &Form, (columns, rows): (u16, u16), theme: Theme) -> String {
        let screen = self.draw(form, (columns, rows), theme).to_string();
        screen.lines().map(|line| line.trim_matches('"').trim_end()).collect::<Vec<_>>().join("\n")
    }
}

pub fn moment(now: &str, zone: chrono_tz::Tz) -> Moment {
    Moment { at: now.parse::<DateTime<Utc>>().expect("a moment"), zone }
}

/// The entries of a fact.
pub fn entries(fact: &Fact) -> Vec<Entry> {
    match fact {
        Fact::Patient(patient) => patient.entries.clone(),
        Fact::Entry { entry, .. } => vec![entry.clone()],
    }
}

/// An entry as JSON without what differs from try to try: its id and when it was recorded.
pub fn content(entry: &Entry) -> String {
    let json = entry.json();
    let from = json.find("\"kind\"").expect("a kind");
    let until = json.find(", \"recorded\"").unwrap_or(json.len());
    json.get(from..until).expect("a range").to_owned()
}

pub fn report(outcome: Outcome) -> SaveReport {
    SaveReport { outcome, refused: Vec::new(), ward: None }
}

pub fn refused(why: Refusal) -> SaveReport {
    SaveReport { refused: vec![(0, why)], ..report(Outcome::Saved { revision: 1 }) }
}

/// Keys as text: letters as they are, others by name: `1.32<Enter><S-Tab><C-u>`.
pub fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|name| name.split_once('>')).and_then(|(name, after)| {
            let key = match name {
                "Enter" => KeyEvent::from(KeyCode::Enter),
                "Tab" => KeyEvent::from(KeyCode::Tab),
                "S-Tab" => KeyEvent::from(KeyCode::BackTab),
                "Esc" => KeyEvent::from(KeyCode::Esc),
                "Up" => KeyEvent::from(KeyCode::Up),
                "Down" => KeyEvent::from(KeyCode::Down),
                "Left" => KeyEvent::from(KeyCode::Left),
                "Right" => KeyEvent::from(KeyCode::Right),
                "Home" => KeyEvent::from(KeyCode::Home),
                "Bs" => KeyEvent::from(KeyCode::Backspace),
                "F3" => KeyEvent::from(KeyCode::F(3)),
                "PgDn" => KeyEvent::from(KeyCode::PageDown),
                "C-j" => KeyEvent::new(KeyCode::Char('j'), KeyModifiers::CONTROL),
                "C-u" => KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL),
                _ => return None,
            };
            Some((key, after))
        });
        let (key, after) = named.unwrap_or_else(|| (KeyEvent::from(KeyCode::Char(c)), &rest[c.len_utf8()..]));
        events.push(key);
        rest = after;
    }
    events
}
