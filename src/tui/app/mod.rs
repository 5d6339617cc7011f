//! The state of the screen, and what a message does to it: `update(state, message) -> effects`.
//!
//! Nothing here touches the terminal, the disk or a clock: keys, the moment and what the store answered come in as
//! messages, and what is to be done goes out as effects.
mod act;
mod rounds;
mod who;

use std::collections::HashSet;

use ratatui::crossterm::event::{KeyEvent, KeyEventKind};

use super::aside::Remembered;
use super::banner::FileState;
use super::data::Data;
use super::find::Find;
use super::form::{Form, FormContext, WardSheet};
use super::help::Help;
use super::home::Home;
use super::initials::Initials;
use super::keymap::Mode;
use super::menu::Menu;
use super::notice::{Critical, Notice};
use super::patient::PatientView;
use super::patient::reading::Reading;
use super::round::Round;
use super::saving::{Batch, Loaded, Refusal, SaveReport};
use super::settings::Settings;
use super::since::Since;
use super::size;
use super::theme::Theme;
use crate::rules::Rules;
use crate::ward::{EntryId, Moment, PatientId};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// Time has passed: sent each minute.
    Tick(Moment),
    /// The file changed on the disk and was read again.
    FileChanged(Box<Loaded>),
    /// The file changed on the disk and cannot be read: why. The ward stays as it was read last.
    Unreadable(String),
    /// What became of [`Effect::Save`].
    Saved(Box<SaveReport>),
    /// What became of [`Effect::Print`]: the file's name, or why it was not written.
    Printed(Result<String, String>),
    /// Nobody has touched a key for a while: show nothing.
    Blank,
    /// Somebody is back. The key that woke it is not sent.
    Wake,
}

/// Something for the event loop to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// From now on this person types, by their initials; `None`: nobody says who.
    Identify(Option<String>),
    /// Save these, then send [`Message::Saved`].
    Save(Batch),
    /// Read the file again, then send [`Message::FileChanged`].
    Reload,
    /// Keep this for this user.
    Remember(Remembered),
    /// Write the round sheet to a new file, then send [`Message::Printed`].
    Print {
        /// The file's name.
        name: String,
        /// The sheet.
        text: String,
    },
    /// Put the program to sleep.
    Suspend,
    /// Leave.
    Quit,
}

/// What the screen starts with.
#[derive(Debug)]
pub struct Start {
    /// The ward as it was read.
    pub loaded: Loaded,
    /// The file's name, without its folder.
    pub file: String,
    /// The rules.
    pub rules: Rules,
    /// Now, on the ward's clock.
    pub moment: Moment,
    /// Who is at the keyboard.
    pub user: String,
    /// How things look.
    pub theme: Theme,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
}

/// One thing that is open over the home screen.
#[derive(Debug, Clone)]
pub enum Layer {
    /// A patient's view.
    Patient(Box<PatientView>),
    /// A form about a patient, or for a new one.
    Form {
        /// Who it is about.
        patient: Option<PatientId>,
        /// The form.
        form: Box<Form>,
    },
    /// The ward as a sheet.
    Sheet(Box<WardSheet>),
    /// Finding somebody.
    Find(Find),
    /// What changed since a time.
    Since(Box<Since>),
    /// The round.
    Round(Box<Round>),
    /// Whether to write the round sheet, and the first line in sight of what is said about it.
    Print(usize),
    /// The list of checks.
    Menu(Menu),
    /// A notice that has to be answered.
    Notice(Notice),
    /// A page about a patient.
    Reading(Reading),
    /// Whose initials to record.
    Initials(Initials),
    /// The keys that work in a mode.
    Help(Help),
    /// The question before leaving a form with something in it.
    Leave,
}

/// The whole state of the screen.
#[derive(Debug, Clone)]
pub struct App {
    pub(super) data: Data,
    pub(super) file: FileState,
    pub(super) home: Home,
    pub(super) layers: Vec<Layer>,
    /// What was just done or cannot be done, until the next key.
    pub(super) said: Option<String>,
    pub(super) blank: bool,
    /// Whether it was asked whose initials to record, since the screen was last blank.
    asked_who: bool,
    /// What this session saved, entries of one patient at a time, the last at the end.
    saves: Vec<(PatientId, Vec<EntryId>)>,
    /// What is being saved, of the same shape.
    saving: Vec<(PatientId, Vec<EntryId>)>,
    /// The round that was left before its end.
    round: Option<Round>,
    /// What is kept for this user.
    remembered: Remembered,
    size: (u16, u16),
    /// Why nothing more is saved in this session, whatever the file says: the disk was in doubt.
    doubt: Option<String>,
}

impl App {
    /// The screen of a ward that was just read.
    pub fn new(start: Start) -> Self {
        let Loaded { ward, notes, read_only, saved_at, .. } = start.loaded;
        let data = Data::new(ward, start.rules, start.moment, start.user, start.theme);
        let file = FileState { name: start.file, saved_at, trouble: None, read_only, notes };
        Self::of(data, file, start.size)
    }

    /// The same screen with what the site has set.
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.data.settings = settings;
        self.settle();
        self
    }

    /// The same screen with what was kept for its user: the first-run card, unless they have seen it.
    #[must_use]
    pub fn with_memory(mut self, remembered: Remembered) -> Self {
        self.remembered = remembered;
        self.home.card = !remembered.card_seen;
        self.settle();
        self
    }

    /// The home screen of data that has been assessed.
    pub fn of(data: Data, file: FileState, size: (u16, u16)) -> Self {
        let home = Home::new(&data);
        let mut app = Self {
            data,
            file,
            home,
            layers: Vec::new(),
            said: None,
            blank: false,
            size,
            doubt: None,
            asked_who: false,
            saves: Vec::new(),
            saving: Vec::new(),
            round: None,
            remembered: Remembered::default(),
        };
        app.settle();
        app
    }

    /// Makes what the next key is likely to need, while nobody types: what is shown stays the same.
    pub fn prepare(&self) {
        if let Some(Layer::Find(_)) = self.layers.last() {
            self.data.cards();
        }
    }

    /// Which keys work now.
    pub fn mode(&self) -> Mode {
        match self.layers.last() {
            None => Mode::Home,
            Some(Layer::Patient(_)) => Mode::Patient,
            Some(Layer::Form { form, .. }) => form.mode(),
            Some(Layer::Sheet(sheet)) => sheet.mode(),
            Some(Layer::Find(_)) => Mode::Find,
            Some(Layer::Since(_)) => Mode::Since,
            Some(Layer::Round(round)) if round.patient().is_none() => Mode::RoundEnd,
            Some(Layer::Round(_)) => Mode::Round,
            Some(Layer::Print(_)) => Mode::Print,
            Some(Layer::Menu(_)) => Mode::Menu,
            Some(Layer::Notice(notice)) => notice.mode(),
            Some(Layer::Reading(reading)) => reading.mode(),
            Some(Layer::Initials(_)) => Mode::Initials,
            Some(Layer::Help(_)) => Mode::Help,
            Some(Layer::Leave) => Mode::Leave,
        }
    }

    /// Whether a form has something in it that leaving would lose: the event loop waits longer before it leaves.
    pub fn is_dirty(&self) -> bool {
        self.layers.iter().any(|layer| match layer {
            Layer::Form { form, .. } => form.is_dirty(),
            Layer::Sheet(sheet) => sheet.is_dirty(),
            _ => false,
        })
    }

    /// Takes a message.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        let effects = match message {
            Message::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Message::Key(key) => self.key(key),
            Message::Paste(text) => {
                self.paste(&text);
                Vec::new()
            }
            Message::Resize(columns, rows) => {
                self.size = (columns, rows);
                Vec::new()
            }
            Message::Tick(moment) => {
                self.data.look_again(moment);
                self.follow();
                Vec::new()
            }
            Message::FileChanged(loaded) => {
                self.reloaded(*loaded);
                Vec::new()
            }
            Message::Saved(report) => self.saved(*report),
            Message::Unreadable(why) => {
                self.file.read_only = Some(why);
                Vec::new()
            }
            Message::Printed(written) => {
                self.said = Some(match written {
                    Ok(name) => format!("Written: {name} beside the ward file. Only you can read it."),
                    Err(why) => format!("The round sheet was {why}"),
                });
                Vec::new()
            }
            Message::Blank => {
                self.blank = true;
                self.asked_who = false;
                Vec::new()
            }
            Message::Wake => {
                self.blank = false;
                if self.layers.iter().any(|layer| matches!(layer, Layer::Form { .. } | Layer::Sheet(_))) {
                    who::ask_who(self);
                }
                Vec::new()
            }
        };
        for effect in &effects {
            if let Effect::Save(batch) = effect {
                self.data.news.made(&batch.facts);
            }
        }
        self.settle();
        effects
    }

    /// Columns and lines of the terminal.
    fn cells(&self) -> (usize, usize) {
        (usize::from(self.size.0), usize::from(self.size.1))
    }

    fn context(&self) -> FormContext<'_> {
        context(&self.data)
    }

    fn paste(&mut self, text: &str) {
        match self.layers.last_mut() {
            Some(Layer::Form { form, .. }) => form.paste(text, &context(&self.data)),
            Some(Layer::Sheet(sheet)) => sheet.paste(text, &context(&self.data)),
            Some(Layer::Find(find)) => find.push(text, &self.data),
            Some(Layer::Initials(initials)) => initials.push(text),
            Some(Layer::Since(since)) => since.push(text, &self.data),
            _ => {}
        }
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let said = self.said.take();
        self.data.as_at = self.data.moment;
        let card = self.card_goes();
        let mut effects = act::key(self, key);
        // What did not fit on the screen is read there.
        if let Some((Layer::Help(help), said)) = self.layers.last_mut().zip(said) {
            help.said = Some(said);
        }
        effects.extend(card);
        effects
    }

    /// The first-run card goes with the first key, which does what it does: nobody's key is swallowed.
    fn card_goes(&mut self) -> Option<Effect> {
        let shown = std::mem::take(&mut self.home.card) && !size::is_reduced(self.cells());
        self.remembered.card_seen |= shown;
        shown.then_some(Effect::Remember(self.remembered))
    }

    /// A newer state of the file: from the disk, where others may have changed it.
    fn reloaded(&mut self, loaded: Loaded) {
        self.file.notes = loaded.notes;
        self.file.saved_at = loaded.saved_at;
        self.file.read_only = self.doubt.clone().or(loaded.read_only);
        let before: HashSet<Critical> = self.open_criticals().collect();
        self.data.replace(loaded.ward);
        self.follow();
        // Nobody who types is interrupted: the lines above the ward and the patient say it until it was looked at.
        let new: Vec<Critical> = self.open_criticals().filter(|now| !before.contains(now)).collect();
        for one in new {
            self.data.news.made_critical(one.patient);
        }
        let marked = if self.data.news.count() > 0 { " What is new is marked ~." } else { "" };
        self.said = Some(format!("{} was changed by somebody else and was read again.{marked}", self.file.name));
    }

    /// What became of a save: the words of its outcome, the new state of the ward, and a notice for what is critical.
    fn saved(&mut self, mut report: SaveReport) -> Vec<Effect> {
        use super::saving::Outcome;
        // What somebody else changed is a question of the form, and no trouble of the file.
        let asked = report.refused.iter().any(|(_, why)| matches!(why, Refusal::Changed(_)));
        let stale = asked && report.ward.is_none();
        let before: HashSet<Critical> = self.open_criticals().collect();
        if let Some(ward) = report.ward.take() {
            self.data.replace(ward);
            self.follow();
        }
        let words = report.outcome.words();
        match &report.outcome {
            Outcome::Saved { .. } => {
                self.file.saved_at = Some(self.data.moment.at);
                self.file.trouble = None;
                self.said = Some(format!("Saved {}", self.data.moment.local().format("%H:%M")));
            }
            Outcome::NotSaved { .. } if asked => {}
            Outcome::JournalOnly { .. } | Outcome::NotSaved { .. } => self.file.trouble = Some(words),
            Outcome::NotConfirmed { .. } => {
                self.doubt = Some("the last save was not confirmed".to_owned());
                self.file.read_only.clone_from(&self.doubt);
                self.file.trouble = Some(words);
            }
        }
        if let Some((_, refusal)) = report.refused.first().filter(|_| !asked) {
            self.said = Some(format!("Not all was saved: {refusal}"));
        }
        self.remember(&report);
        act::outcome(self, &report);
        let new: Vec<Critical> = self.open_criticals().filter(|now| !before.contains(now)).collect();
        self.layers.extend(new.into_iter().map(|about| Layer::Notice(Notice::of(about))));
        if stale { vec![Effect::Reload] } else { Vec::new() }
    }

    /// What was saved can be taken back; the entries of a new patient cannot, for somebody is there now.
    fn remember(&mut self, report: &SaveReport) {
        use super::saving::Outcome;
        let saving = std::mem::take(&mut self.saving);
        if !matches!(report.outcome, Outcome::Saved { .. } | Outcome::JournalOnly { .. }) {
            return;
        }
        for (patient, entries) in saving {
            let there = |id: &EntryId| self.data.patient(&patient).is_some_and(|one| one.entry(id).is_some());
            let saved: Vec<EntryId> = entries.into_iter().filter(there).collect();
            if !saved.is_empty() {
                self.saves.push((patient, saved));
            }
        }
    }

    /// Critical flags that nobody has dealt with.
    fn open_criticals(&self) -> impl Iterator<Item = Critical> {
        let flags = self.data.assessed.iter().flat_map(|one| one.flags.iter().map(move |flag| (one, flag)));
        flags
            .filter(|(_, flag)| flag.is_open_critical())
            .map(|(one, flag)| Critical { patient: one.patient.clone(), flag: flag.key.clone() })
    }

    /// After anything was assessed again: every selection stays with its patient.
    fn follow(&mut self) {
        self.home.follow(&self.data);
        for layer in &mut self.layers {
            match layer {
                Layer::Patient(view) => view.follow(&self.data),
                Layer::Find(find) => find.search(&self.data),
                Layer::Since(since) => since.look(&self.data),
                Layer::Round(round) => round.follow(&self.data),
                Layer::Form { form, .. } => form.refresh(&context(&self.data)),
                Layer::Sheet(sheet) => sheet.refresh(&context(&self.data)),
                _ => {}
            }
        }
    }

    /// Moves every window so that what is selected is in sight.
    fn settle(&mut self) {
        let size = self.cells();
        self.home.settle(&self.data, &self.file, size);
        let room = self.layers.last().map_or(size, |layer| self.room_of(layer, size));
        match self.layers.last_mut() {
            Some(Layer::Form { form, .. }) => form.settle(room, &context(&self.data), self.data.theme),
            Some(Layer::Sheet(sheet)) => sheet.settle(room, self.data.theme),
            Some(Layer::Patient(view)) => view.settle(&self.data, &self.file, size),
            Some(Layer::Find(find)) => find.settle(&self.data, &self.file, size),
            Some(Layer::Since(since)) => since.settle(&self.data, &self.file, size),
            _ => {}
        }
    }
}

/// What forms may look at.
pub(super) fn context(data: &Data) -> FormContext<'_> {
    FormContext { ward: &data.ward, rules: &data.rules, moment: data.moment, by: data.by(), settings: &data.settings }
}
