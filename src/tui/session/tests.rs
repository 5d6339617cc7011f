//! A session against an imagined clock, file and keyboard.
use std::cell::Cell;
use std::rc::Rc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::*;
use crate::rules::Rules;
use crate::tui::saving::Batch;
use crate::tui::settings::Settings;
use crate::ward::Ward;

/// A ward that is kept nowhere.
#[derive(Debug, Clone, Default)]
struct Imagined {
    changed: Rc<Cell<bool>>,
    broken: Rc<Cell<bool>>,
    reads: Rc<Cell<usize>>,
    /// When the journal was last written to, by what is read again.
    recorded_at: Rc<Cell<Option<DateTime<Utc>>>>,
}

impl Keeper for Imagined {
    fn save(&mut self, _: Batch, _: DateTime<Utc>) -> SaveReport {
        not_saved()
    }

    fn changed(&self) -> bool {
        self.changed.get()
    }

    fn reload(&mut self) -> Result<Loaded, String> {
        self.reads.set(self.reads.get() + 1);
        if self.broken.get() {
            return Err("not JSON".to_owned());
        }
        self.changed.set(false);
        Ok(Loaded { recorded_at: self.recorded_at.get(), ..loaded() })
    }
}

fn loaded() -> Loaded {
    Loaded { revision: 1, ..Loaded::of(Ward::new("Rowan Ward", None, Some(Tz::Europe__London))) }
}

/// So many seconds after 03:12:00.
fn after(seconds: u64) -> Now {
    let start = DateTime::from_timestamp(1_795_230_720, 0).unwrap();
    Now { at: start + Duration::from_secs(seconds), up: Duration::from_secs(5000 + seconds) }
}

fn session(keeper: &Imagined, as_of: bool) -> Session<Imagined> {
    let options = Options {
        keeper: keeper.clone(),
        aside: Box::new(crate::tui::aside::Nowhere),
        remembered: crate::tui::aside::Remembered { card_seen: true, ..Default::default() },
        loaded: loaded(),
        file: "ward.json".to_owned(),
        rules: Rules::builtin().unwrap(),
        moment: Moment { at: after(0).at, zone: Tz::Europe__London },
        as_of,
        clock: || after(0).at,
        user: "aosei".to_owned(),
        settings: Settings::default(),
    };
    Session::new(options, Theme::default(), (80, 24), after(0))
}

fn press(session: &mut Session<Imagined>, key: impl Into<KeyEvent>, seconds: u64) -> Next {
    session.take(Event::Input(Input::Key(key.into())), || (80, 24), after(seconds))
}

/// What is drawn, if something is.
fn drawn(session: &mut Session<Imagined>) -> Option<String> {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(session.view()?).unwrap();
    Some(terminal.backend().to_string())
}

#[test]
fn it_sleeps_until_something_is_to_be_done() {
    let mut session = session(&Imagined::default(), false);
    assert_eq!(session.sleeps(after(0)), Duration::from_secs(2));
    assert_eq!(session.pass(after(1)), Next::Go);
    assert_eq!(session.sleeps(after(1)), Duration::from_secs(1));
    assert_eq!(session.pass(after(59)), Next::Go);
    assert_eq!(session.sleeps(after(59)), Duration::from_secs(1));
    session.pass(after(119));
    assert_eq!(session.sleeps(after(119)), Duration::from_secs(1));
}

#[test]
fn nothing_is_drawn_if_nothing_happened() {
    let mut session = session(&Imagined::default(), false);
    assert!(drawn(&mut session).is_some());
    session.pass(after(2));
    session.pass(after(58));
    assert_eq!(drawn(&mut session), None);
    // A minute later the ward is assessed again.
    session.pass(after(60));
    assert!(drawn(&mut session).is_some());
}

#[test]
fn a_changed_file_is_read_once_and_a_broken_one_seldom() {
    let keeper = Imagined::default();
    let mut session = session(&keeper, false);
    session.pass(after(2));
    assert_eq!(keeper.reads.get(), 0);
    keeper.changed.set(true);
    session.pass(after(3));
    assert_eq!(keeper.reads.get(), 0, "looked at every two seconds");
    for seconds in 4..20 {
        session.pass(after(seconds));
    }
    assert_eq!(keeper.reads.get(), 1);
    keeper.changed.set(true);
    keeper.broken.set(true);
    for seconds in 20..40 {
        session.pass(after(seconds));
    }
    assert_eq!(keeper.reads.get(), 3);
}

#[test]
fn a_clock_that_was_doubted_stays_doubted() {
    let keeper = Imagined::default();
    let doubted = |session: &mut Session<Imagined>, seconds| {
        keeper.changed.set(true);
        session.pass(after(seconds));
        drawn(session).unwrap().contains("host clock may be wrong")
    };
    let (mut now, mut past) = (session(&keeper, false), session(&keeper, true));
    keeper.recorded_at.set(Some(after(60).at));
    assert!(!doubted(&mut now, 2), "the control");
    keeper.recorded_at.set(Some(after(3600).at));
    assert!(doubted(&mut now, 4));
    // A save of this session, by the same wrong clock.
    keeper.recorded_at.set(Some(after(5).at));
    assert!(doubted(&mut now, 6));
    keeper.recorded_at.set(Some(after(3600).at));
    assert!(!doubted(&mut past, 4), "looking back");
}

#[test]
fn two_minutes_without_a_key_blank_the_screen() {
    let mut session = session(&Imagined::default(), false);
    press(&mut session, KeyCode::Down, 10);
    session.pass(after(129));
    assert!(!session.just_blanked());
    session.pass(after(130));
    assert!(session.just_blanked() && !session.just_blanked());
    let blank = drawn(&mut session).unwrap();
    assert!(blank.contains("any key") && !blank.contains("Rowan"), "{blank}");
    // Time and files go on behind it, and it stays blank.
    session.pass(after(190));
    assert_eq!(drawn(&mut session).unwrap(), blank);
    assert_eq!(session.sleeps(after(190)), Duration::from_secs(2));
}

#[test]
fn what_wakes_the_screen_does_nothing_else() {
    let mut session = session(&Imagined::default(), false);
    session.pass(after(120));
    assert!(session.just_blanked());
    let blank = drawn(&mut session);
    // Both were typed at a blank screen.
    assert_eq!(press(&mut session, KeyCode::Char('q'), 121), Next::Go);
    assert_eq!(press(&mut session, KeyCode::Char('q'), 121), Next::Go);
    assert_ne!(drawn(&mut session), blank);
    assert!(session.drops_typed_ahead() && !session.drops_typed_ahead());
    assert_eq!(press(&mut session, KeyCode::Char('q'), 122), Next::Leave(Ending::Quit));
    session.pass(after(240));
    assert!(!session.just_blanked());
}

#[test]
fn ten_minutes_without_a_key_end_it() {
    let mut session = session(&Imagined::default(), false);
    press(&mut session, KeyCode::Down, 10);
    session.pass(after(130));
    assert_eq!(session.pass(after(609)), Next::Go);
    assert_eq!(session.sleeps(after(609)), Duration::from_secs(1));
    let ending = Ending::Idle { after: Duration::from_secs(600), typing: false };
    assert_eq!(session.pass(after(610)), Next::Leave(ending));
}

#[test]
fn a_sleeping_program_is_not_an_idle_one() {
    let mut session = session(&Imagined::default(), false);
    let suspend = KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL);
    assert_eq!(press(&mut session, suspend, 5), Next::Suspend);
    session.awake(after(5000));
    assert_eq!(session.pass(after(5000)), Next::Go);
    assert!(!session.just_blanked() && drawn(&mut session).is_some());
}

#[test]
fn the_terminal_is_asked_for_its_size() {
    let mut session = session(&Imagined::default(), false);
    drawn(&mut session);
    assert_eq!(session.take(Event::Resized, || (40, 12), after(1)), Next::Go);
    assert!(drawn(&mut session).is_some());
    assert_eq!(session.take(Event::Closed, || (0, 0), after(1)), Next::Leave(Ending::HungUp));
}

#[test]
fn looking_back_the_moment_stays() {
    let keeper = Imagined::default();
    let mut session = session(&keeper, true);
    drawn(&mut session);
    for seconds in [60, 61, 90] {
        session.pass(after(seconds));
        assert_eq!(drawn(&mut session), None);
    }
}
