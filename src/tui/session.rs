//! What happens, in the order in which it happens, to the state of the screen; and what the screen asks for, done.
//!
//! A [`Session`] decides and is given the time; terminal and clock are the event loop's.
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use ratatui::Frame;
use ratatui::text::Line;

use super::Options;
use super::app::{App, Effect, Message, Start};
use super::aside::Aside;
use super::input::{Event, Input};
use super::keymap::Mode;
use super::saving::{self, ClockDoubt, Keeper, Loaded, Outcome, SaveReport};
use super::theme::Theme;
use crate::ward::Moment;

/// How often the file is looked at.
const LOOK_AT_FILE: Duration = Duration::from_secs(2);

/// How long after a file that could not be read before it is read again.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Why nothing can be saved on a moment that is not now.
const LOOKING_BACK: &str = "this is the ward at another moment (--as-of)";

/// How long the screen stays without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Then it is blanked.
    pub blank: Duration,
    /// Then the program ends.
    pub end: Duration,
    /// Then it ends although a form has something in it.
    pub end_typing: Duration,
}

impl Default for Patience {
    /// Two, ten and thirty minutes.
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Self { blank: minutes(2), end: minutes(10), end_typing: minutes(30) }
    }
}

/// The time, both ways.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// What the clock shows.
    pub at: DateTime<Utc>,
    /// How long the host has been up, asleep or not: nobody sets it.
    pub up: Duration,
}

/// How the session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Somebody left it.
    Quit,
    /// Nobody was there.
    Idle {
        /// For so long.
        after: Duration,
        /// Whether a form had something in it.
        typing: bool,
    },
    /// The terminal is gone.
    HungUp,
}

/// What the loop is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Go on.
    Go,
    /// Sleep until somebody wakes the program.
    Suspend,
    /// Leave.
    Leave(Ending),
}

/// What is to be done to the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pending {
    #[default]
    Nothing,
    Draw,
    /// Nothing of what was drawn may stay.
    Clear,
}

/// A session: the screen's state and where it is saved, apart from terminal and clock.
#[derive(Debug)]
pub struct Session<K> {
    app: App,
    keeper: K,
    aside: Box<dyn Aside>,
    zone: Tz,
    host_zone: Tz,
    /// Looking back: the moment stays, and nothing is saved.
    as_of: bool,
    /// Why the clock was doubted. It stays: a save under a wrong clock would else seem to set it right.
    clock_doubt: Option<ClockDoubt>,
    patience: Patience,
    last_input: Duration,
    last_minute: i64,
    next_look: Duration,
    blank: bool,
    pending: Pending,
    /// Whether it asks something that was not asked when the waiting keys were typed.
    drops_input: bool,
}

impl<K: Keeper> Session<K> {
    /// A session with the ward that was read.
    pub fn new(options: Options<K>, theme: Theme, size: (u16, u16), now: Now) -> Self {
        let Options { keeper, aside, remembered, mut loaded, file, rules, moment, as_of, user, settings, .. } = options;
        let patience = settings.patience;
        let zone = moment.zone;
        looking_back(&mut loaded, as_of);
        let clock_doubt = loaded.clock_doubt(moment.at).filter(|_| !as_of);
        Self {
            app: App::new(Start { loaded, file, rules, moment, user, theme, size })
                .with_settings(settings)
                .with_memory(remembered),
            keeper,
            aside,
            zone,
            host_zone: zone,
            as_of,
            clock_doubt,
            patience,
            last_input: now.up,
            last_minute: minute(now),
            next_look: now.up + LOOK_AT_FILE,
            blank: false,
            pending: Pending::Draw,
            drops_input: false,
        }
    }

    /// How long nothing needs to be done unless something happens.
    pub fn sleeps(&self, now: Now) -> Duration {
        let idle = if self.blank { self.end_at() } else { self.end_at().min(self.blank_at()) };
        let minute = u64::try_from(60 - now.at.timestamp().rem_euclid(60)).unwrap_or(60);
        let next = idle.min(self.next_look).saturating_sub(now.up);
        if self.as_of { next } else { next.min(Duration::from_secs(minute)) }
    }

    /// Takes the time that has passed.
    pub fn pass(&mut self, now: Now) -> Next {
        if now.up >= self.end_at() {
            let (after, typing) = (now.up.saturating_sub(self.last_input), self.app.is_dirty());
            return Next::Leave(Ending::Idle { after, typing });
        }
        if !self.blank && now.up >= self.blank_at() {
            self.blank = true;
            self.tell(Message::Blank, now);
            self.pending = Pending::Clear;
        }
        if !self.as_of && minute(now) != self.last_minute {
            self.last_minute = minute(now);
            self.tell(Message::Tick(self.moment(now)), now);
        }
        if now.up >= self.next_look {
            self.next_look = now.up + LOOK_AT_FILE;
            if self.keeper.changed() {
                self.reload(now);
            }
        }
        Next::Go
    }

    /// Takes something that happened. `size` is asked for the terminal's columns and rows.
    pub fn take(&mut self, event: Event, size: impl FnOnce() -> (u16, u16), now: Now) -> Next {
        match event {
            Event::Closed => Next::Leave(Ending::HungUp),
            Event::Resized | Event::Continued => {
                let (columns, rows) = size();
                self.tell(Message::Resize(columns, rows), now)
            }
            Event::Input(_) if self.blank => self.wake(now),
            Event::Input(_) if self.drops_input => Next::Go,
            Event::Input(input) => {
                self.last_input = now.up;
                let before = self.app.mode();
                let next = self.tell(message(input), now);
                let mode = self.app.mode();
                // Reading on shows another page: it is drawn before a key answers it.
                self.drops_input |= asks(mode) && (mode != before || mode == Mode::ReadOn);
                next
            }
        }
    }

    /// Somebody is back. What woke the screen does nothing else.
    fn wake(&mut self, now: Now) -> Next {
        (self.blank, self.last_input, self.drops_input) = (false, now.up, true);
        self.tell(Message::Wake, now)
    }

    /// Whether what was typed up to now is to be dropped, since it was typed for another screen than the one that is
    /// about to be drawn. Says so once.
    pub fn drops_typed_ahead(&mut self) -> bool {
        std::mem::take(&mut self.drops_input)
    }

    /// The program slept and was woken: somebody is there, and the ward may be another.
    pub fn awake(&mut self, now: Now) {
        self.last_input = now.up;
        self.next_look = now.up;
        self.draw();
    }

    /// Draws, if something changed since the last time. Draws nothing of the ward while the screen is blank.
    pub fn view(&mut self) -> Option<impl FnOnce(&mut Frame)> {
        if std::mem::take(&mut self.pending) == Pending::Nothing {
            return None;
        }
        Some(|frame: &mut Frame| if self.blank { blank(frame) } else { self.app.view(frame) })
    }

    /// Nothing waits to be drawn or done: time for what the next key will need.
    pub fn prepare(&self) {
        if !self.blank {
            self.app.prepare();
        }
    }

    /// Whether the screen is to be cleared before the next frame: nothing of the ward may be seen. Says so once.
    pub fn just_blanked(&mut self) -> bool {
        let clear = self.pending == Pending::Clear;
        if clear {
            self.pending = Pending::Draw;
        }
        clear
    }

    /// When the screen is blanked if nobody touches a key.
    fn blank_at(&self) -> Duration {
        self.last_input.saturating_add(self.patience.blank)
    }

    /// When the program ends if nobody touches a key.
    fn end_at(&self) -> Duration {
        let patience = if self.app.is_dirty() { self.patience.end_typing } else { self.patience.end };
        self.last_input.saturating_add(patience)
    }

    /// The screen is another than the one that was drawn last.
    fn draw(&mut self) {
        if self.pending == Pending::Nothing {
            self.pending = Pending::Draw;
        }
    }

    fn moment(&self, now: Now) -> Moment {
        Moment { at: now.at, zone: self.zone }
    }

    /// Gives the screen a message, and does what it asks for.
    fn tell(&mut self, message: Message, now: Now) -> Next {
        self.draw();
        let mut next = Next::Go;
        for effect in self.app.update(message) {
            match effect {
                Effect::Quit => return Next::Leave(Ending::Quit),
                Effect::Suspend => next = Next::Suspend,
                Effect::Reload => self.reload(now),
                Effect::Identify(initials) => self.keeper.identify(initials.as_deref()),
                Effect::Remember(what) => self.aside.remember(what),
                Effect::Print { name, text } => {
                    let written = self.aside.write_sheet(&name, &text).map(|()| name);
                    next = self.tell(Message::Printed(written), now);
                }
                Effect::Save(batch) => {
                    let report = if self.as_of { not_saved() } else { self.keeper.save(batch, now.at) };
                    // What was typed meanwhile was typed without seeing what became of it.
                    self.drops_input = true;
                    next = self.tell(Message::Saved(Box::new(report)), now);
                }
            }
        }
        next
    }

    fn reload(&mut self, now: Now) {
        match self.keeper.reload() {
            Ok(mut loaded) => {
                looking_back(&mut loaded, self.as_of);
                self.zone = loaded.ward.time_zone.unwrap_or(self.host_zone);
                if !self.as_of {
                    self.clock_doubt = loaded.clock_doubt(now.at).or(self.clock_doubt);
                    let notes = saving::clock_notes(self.clock_doubt, &loaded.ward, &self.moment(now));
                    loaded.notes.extend(notes);
                }
                self.tell(Message::FileChanged(Box::new(loaded)), now);
            }
            Err(reason) => {
                self.next_look = now.up + LOOK_AGAIN;
                self.tell(Message::Unreadable(reason), now);
            }
        }
    }
}

/// A ward that is not looked at now is not written to.
fn looking_back(loaded: &mut Loaded, as_of: bool) {
    if as_of {
        loaded.read_only = Some(LOOKING_BACK.to_owned());
    }
}

fn not_saved() -> SaveReport {
    SaveReport { outcome: Outcome::NotSaved { reason: LOOKING_BACK.to_owned() }, refused: Vec::new(), ward: None }
}

fn minute(now: Now) -> i64 {
    now.at.timestamp().div_euclid(60)
}

fn message(input: Input) -> Message {
    match input {
        Input::Key(key) => Message::Key(key),
        Input::Paste(text) => Message::Paste(text),
    }
}

/// Whether a mode asks something that a key typed ahead must not answer.
fn asks(mode: Mode) -> bool {
    matches!(
        mode,
        Mode::ReadOn
            | Mode::ReadBack
            | Mode::ReadBackNo
            | Mode::Conflict
            | Mode::Initials
            | Mode::FormLeave
            | Mode::Notice
            | Mode::CountNotice
            | Mode::Leave
    )
}

/// What is left on the screen when nobody is there.
fn blank(frame: &mut Frame) {
    frame.render_widget(Line::raw(" wardround: any key shows the ward again"), frame.area());
}

#[cfg(test)]
mod tests;
