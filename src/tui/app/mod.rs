//! The state of the screen, and what a message does to it: `update(state, message) -> effects`.
//!
//! Nothing here touches the terminal, the disk or a clock: keys, the moment and what the store answered come in as
//! messages, and what is to be done goes out as effects.
use ratatui::Frame;
use ratatui::crossterm::event::{KeyEvent, KeyEventKind};

use super::form::{Form, FormContext};
use super::keymap::{self, Action, Mode};
use super::saving::{Fact, Loaded, SaveReport};
use super::theme::Theme;
use crate::assess::{self, WardAssessment};
use crate::rules::Rules;
use crate::ward::{Moment, PatientId, Ward};

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
    /// Nobody has touched a key for a while: show nothing.
    Blank,
    /// Somebody is back. The key that woke it is not sent.
    Wake,
}

/// Something for the event loop to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Save these, then send [`Message::Saved`].
    Save(Vec<Fact>),
    /// Read the file again, then send [`Message::FileChanged`].
    Reload,
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
    Patient(PatientId),
    /// A form about a patient, or for a new one.
    Form {
        /// Who it is about.
        patient: Option<PatientId>,
        /// The form.
        form: Box<Form>,
    },
    /// The keys that work in the mode below.
    Help(Mode),
}

/// The whole state of the screen.
#[derive(Debug)]
pub struct App {
    ward: Ward,
    rules: Rules,
    moment: Moment,
    user: String,
    theme: Theme,
    size: (u16, u16),
    assessed: WardAssessment,
    layers: Vec<Layer>,
    blank: bool,
}

impl App {
    /// The screen of a ward that was just read.
    pub fn new(start: Start) -> Self {
        let assessed = assess::ward(&start.loaded.ward, &start.rules, &start.moment);
        Self {
            ward: start.loaded.ward,
            rules: start.rules,
            moment: start.moment,
            user: start.user,
            theme: start.theme,
            size: start.size,
            assessed,
            layers: Vec::new(),
            blank: false,
        }
    }

    /// Which keys work now.
    pub fn mode(&self) -> Mode {
        match self.layers.last() {
            None => Mode::Home,
            Some(Layer::Patient(_)) => Mode::Patient,
            Some(Layer::Form { form, .. }) => form.mode(),
            Some(Layer::Help(_)) => Mode::Help,
        }
    }

    /// Whether a form has something in it that leaving would lose: the event loop waits longer before it leaves.
    pub fn is_dirty(&self) -> bool {
        self.layers.iter().any(|layer| matches!(layer, Layer::Form { form, .. } if form.is_dirty()))
    }

    /// Takes a message.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Key(key) if key.kind != KeyEventKind::Release => return self.key(key),
            Message::Resize(columns, rows) => self.size = (columns, rows),
            Message::Tick(moment) => {
                self.moment = moment;
                self.assess();
            }
            Message::FileChanged(loaded) => {
                self.ward = loaded.ward;
                self.assess();
            }
            Message::Paste(text) => {
                if let Some(Layer::Form { form, .. }) = self.layers.last_mut() {
                    form.paste(&text);
                }
            }
            Message::Blank => self.blank = true,
            Message::Wake => self.blank = false,
            Message::Key(_) | Message::Saved(_) | Message::Unreadable(_) => {}
        }
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match keymap::action(self.mode(), &key) {
            Some(Action::Quit) => vec![Effect::Quit],
            Some(Action::Suspend) => vec![Effect::Suspend],
            _ => Vec::new(),
        }
    }

    fn assess(&mut self) {
        self.assessed = assess::ward(&self.ward, &self.rules, &self.moment);
    }

    fn context(&self) -> FormContext<'_> {
        FormContext { ward: &self.ward, rules: &self.rules, moment: self.moment, by: &self.user }
    }

    /// Draws the screen.
    pub fn view(&self, frame: &mut Frame) {
        let area = frame.area().intersection(ratatui::layout::Rect::new(0, 0, self.size.0, self.size.1));
        if self.blank {
            return;
        }
        if let Some(Layer::Form { form, .. }) = self.layers.last() {
            form.view(frame, area, &self.context(), self.theme);
        } else {
            let line = format!("{} patients", self.assessed.counts.patients);
            frame.render_widget(ratatui::text::Line::styled(line, self.theme.text()), area);
        }
    }
}
