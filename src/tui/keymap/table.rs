//! The rows of the one table.
use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::action::Action;
use super::key::{Key, code, ctrl, k};
use super::mode::Mode;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where.
    pub modes: &'static [Mode],
    /// The keys, any of them; the first is the one that is shown.
    pub keys: &'static [Key],
    /// What it does.
    pub action: Action,
    /// Its word in the footer; empty: it is only in the help. What stands in brackets goes where there is no room; what
    /// stands after a bar takes its place where otherwise the key would have none.
    pub footer: &'static str,
    /// What it does, in words.
    pub help: &'static str,
}

const fn row(
    modes: &'static [Mode],
    keys: &'static [Key],
    action: Action,
    footer: &'static str,
    help: &'static str,
) -> Binding {
    Binding { modes, keys, action, footer, help }
}

use Mode::{
    Conflict, CountNotice, Find, Form, FormChoice, FormLeave, FormNote, FormNumber, FormYesNo, Help, Home, Initials,
    Leave, Line, Menu, Notice, Page, Patient, Print, ReadBack, ReadBackNo, ReadOn, Round, RoundEnd, Saving, Sheet,
    SheetColumns, Since, WhatIf,
};

/// A form's fields, of whatever sort.
const FIELDS: &[Mode] = &[Form, FormNote, FormNumber, FormYesNo, FormChoice];
/// A form, wherever it stands.
const FORMS: &[Mode] = &[
    Form,
    FormNote,
    FormNumber,
    FormYesNo,
    FormChoice,
    Line,
    Sheet,
    SheetColumns,
    Conflict,
    FormLeave,
    ReadOn,
    ReadBack,
    ReadBackNo,
    Saving,
];
/// Where anything can be typed, even a question mark.
const TYPED: &[Mode] = &[Form, FormNote, Line, Sheet, Find, Since, Initials];
/// Forms, notices and questions where a question mark is no content: it asks for the keys, as on the ward.
const NOT_TYPED: &[Mode] = &[
    FormNumber,
    FormYesNo,
    FormChoice,
    SheetColumns,
    Conflict,
    FormLeave,
    ReadOn,
    ReadBack,
    ReadBackNo,
    Saving,
    Notice,
    CountNotice,
    Print,
    Leave,
];
/// Where no form is. The first asks already whether to leave.
const NO_FORM: &[Mode] = &[
    Leave,
    Home,
    Patient,
    Find,
    Since,
    Round,
    RoundEnd,
    Help,
    Page,
    WhatIf,
    Notice,
    CountNotice,
    Menu,
    Initials,
    Print,
];
/// The read-back, whatever is chosen.
const READ_BACKS: &[Mode] = &[ReadOn, ReadBack, ReadBackNo];
/// A notice, of whatever kind.
const NOTICES: &[Mode] = &[Notice, CountNotice];

/// What has rows to go up and down. Those after the first two may be longer than the screen.
const ROWS: &[Mode] = &[
    Menu,
    SheetColumns,
    Home,
    Patient,
    Find,
    Since,
    Round,
    RoundEnd,
    ReadOn,
    ReadBack,
    ReadBackNo,
    Line,
    Conflict,
    Notice,
    CountNotice,
    Print,
    Help,
    Page,
    WhatIf,
];
/// What may be longer than the screen.
const PAGES: &[Mode] = ROWS.split_at(2).1;
/// What only shows: there a letter is a key.
const SHOWN: &[Mode] = &[Home, Patient, Round, RoundEnd, Menu, Help, Page, WhatIf];

impl Mode {
    /// Whether nothing is typed and nothing is asked in it: there a letter can be anybody's key. What is typed takes every
    /// letter, and a question has the same answers at every desk.
    pub fn only_shows(self) -> bool {
        SHOWN.contains(&self)
    }
}

const QUIT: &str = "leave the program; asks if a form has something in it";
const SUSPEND: &str = "put the program to sleep; `fg` wakes it";

/// Every key of the program, in the order in which footer and help show them.
pub const KEYS: &[Binding] = &[
    row(&[Home], &[code(KeyCode::Enter)], Action::Open, "open", "open the selected patient"),
    row(&[Find, Since], &[code(KeyCode::Enter)], Action::Open, "open", "open the selected patient"),
    row(&[Menu], &[code(KeyCode::Enter)], Action::Open, "choose", "choose what is selected"),
    row(NOTICES, &[k('d'), code(KeyCode::Enter)], Action::Acknowledge, "what was done", "say what was done about it"),
    row(
        &[CountNotice],
        &[k('r')],
        Action::Repeat,
        "repeat (sample sent)",
        "it may be falsely low: another sample was sent",
    ),
    row(NOTICES, &[code(KeyCode::Esc)], Action::Back, "later (flag stays open)", "later: the flag stays open"),
    // First in the round's footer: on a small screen there is room for three keys, and the checks' key stands on the page.
    row(&[Round], &[k('n'), code(KeyCode::Right), k(' ')], Action::Next, "next", "the next patient"),
    row(&[Home, Patient, Round], &[k('a')], Action::BloodCount, "result", "type a blood count"),
    row(
        &[Patient, Round],
        &[k('d')],
        Action::Acknowledge,
        "what was done|done",
        "say what was done about the selected flag",
    ),
    row(&[Home], &[k('A')], Action::Sheet, "", "the ward as a sheet: bowels, pulse, weight of everybody"),
    row(&[Home, Patient, Round], &[k(':')], Action::Line, "", "type anything in one line: who, what, when"),
    row(&[Home, Patient, Round], &[k('t')], Action::SampleTaken, "", "blood was taken, or was not to be had"),
    row(&[Home, Patient, Round], &[k('m')], Action::Dose, "", "the prescribed dose"),
    row(&[Home, Patient, Round], &[k('b')], Action::Break, "", "doses are being missed; or the break has ended"),
    row(&[Home, Patient, Round], &[k('C')], Action::Course, "", "a course of clozapine starts, restarts or stops"),
    row(&[Home, Patient, Round], &[k('c')], Action::Checks, "check", "a checklist or vital signs"),
    row(&[Home], &[k('d')], Action::Acknowledge, "what was done", "say what was done about the selected flag"),
    row(&[Home, Patient], &[k('F')], Action::Fields, "", "the patient's own fields: bed, discharge, protocol, name"),
    row(&[Patient], &[k('e')], Action::Edit, "", "change the selected entry: the old one is voided, with the reason"),
    row(&[Home, Patient], &[k('u')], Action::Undo, "", "take back your last save: a void, with the reason"),
    row(&[Patient], &[k('v')], Action::Void, "void", "void the selected entry, with the reason"),
    row(&[Home, Patient, Round], &[k('o')], Action::Note, "", "a note"),
    row(&[Home], &[k('N')], Action::NewPatient, "", "add a patient"),
    row(&[Patient], &[k('w')], Action::WhatIf, "what-if", "what another protocol would say; nothing is saved"),
    row(&[Patient], &[k('i')], Action::Card, "card", "the card of this patient's protocol"),
    row(&[WhatIf], &[code(KeyCode::Right), k(' ')], Action::NextChoice, "another protocol", "the next protocol"),
    row(&[WhatIf], &[code(KeyCode::Left)], Action::PreviousChoice, "", "the protocol before"),
    row(&[Patient], &[code(KeyCode::Esc)], Action::Back, "ward", "back to the ward"),
    row(
        &[Patient],
        &[code(KeyCode::Enter)],
        Action::Open,
        "why",
        "all of the selected row: why, by which rule, and what was before it",
    ),
    row(&[Home, Patient], &[k('/')], Action::Find, "find", "find somebody by any part of name, bed or number"),
    row(
        &[Find],
        &[code(KeyCode::Tab)],
        Action::Only,
        "only these",
        "show only these on the ward, which says how to see all; B1-B9 is a range of beds",
    ),
    row(&[Home], &[k('S')], Action::Sort, "", "order: urgency, bed, name"),
    row(&[Home], &[k('f')], Action::Filter, "", "only what is open, or all"),
    row(&[Home], &[k('r')], Action::Round, "", "the round, one by one"),
    row(&[Home], &[k('s')], Action::Since, "", "what changed since your last round"),
    row(&[Home], &[k('P')], Action::Print, "", "the round sheet as a text file, to be printed"),
    row(&[Round, RoundEnd], &[k('p'), code(KeyCode::Left)], Action::Previous, "before", "the patient before"),
    row(&[Round], &[code(KeyCode::Enter)], Action::Open, "open", "open the patient"),
    row(&[RoundEnd], &[code(KeyCode::Enter)], Action::Open, "end", "end the round"),
    row(&[Round], &[k('S')], Action::Sort, "", "those who are left by urgency, or by bed again"),
    row(
        &[Round, RoundEnd],
        &[code(KeyCode::Esc)],
        Action::Back,
        "leave",
        "leave the round; it goes on from there later",
    ),
    row(&[Print], &[code(KeyCode::Enter), k('y')], Action::Save, "write it", "write the file"),
    row(&[Print], &[code(KeyCode::Esc), k('n')], Action::Back, "back", "back, and write nothing"),
    row(&[Home], &[k('x')], Action::Seen, "", "clear the marks (~) of what others have entered meanwhile"),
    row(&[Home], &[k('1'), k('2'), k('3'), k('4'), k('5')], Action::Pane, "pane", "the pane with that number"),
    row(
        &[Patient],
        &[k('1'), k('2'), k('3'), k('4'), k('5'), k('6')],
        Action::Pane,
        "pane",
        "the section with that number: 2 is the chart",
    ),
    row(&[Home, Patient], &[code(KeyCode::Tab)], Action::Next, "", "the next pane, or the one before"),
    row(&[Home, Patient], &[code(KeyCode::BackTab)], Action::Previous, "", "the next pane, or the one before"),
    row(&[Home, Patient], &[k('z')], Action::Zoom, "zoom", "this pane alone, or all of them again"),
    // What is particular to a field stands first in its footer: on a small screen there is room for three keys.
    row(&[FormNote], &[ctrl('j')], Action::NewLine, "new line", "a new line of the note"),
    row(&[FormYesNo], &[k('y')], Action::Yes, "yes", "yes"),
    row(&[FormYesNo], &[k('n')], Action::No, "no", "no"),
    row(
        &[FormChoice],
        &[k(' '), code(KeyCode::Right)],
        Action::NextChoice,
        "change",
        "the next choice; a letter goes to the choice that begins with it",
    ),
    row(FIELDS, &[code(KeyCode::Enter)], Action::Open, "next", "the next field that is asked for; then read it back"),
    row(FIELDS, &[code(KeyCode::Tab), code(KeyCode::Down)], Action::Next, "move", "the next field"),
    row(FIELDS, &[code(KeyCode::BackTab), code(KeyCode::Up)], Action::Previous, "", "the field before"),
    row(&[Initials], &[code(KeyCode::Enter)], Action::Open, "these are mine", "record these initials"),
    row(&[Initials], &[code(KeyCode::Esc)], Action::Back, "without", "without: recorded as the account's"),
    row(&[Sheet], &[code(KeyCode::Enter)], Action::Open, "read it back", "read all of it back"),
    row(&[Sheet], &[code(KeyCode::Tab)], Action::Next, "down the ward", "down the ward, then the next column"),
    row(&[Sheet], &[code(KeyCode::BackTab)], Action::Previous, "", "up the ward, then the column before"),
    row(&[Sheet], &[code(KeyCode::Up)], Action::Up, "", "the patient above or below"),
    row(&[Sheet], &[code(KeyCode::Down)], Action::Down, "", "the patient above or below"),
    row(&[Sheet], &[code(KeyCode::Left)], Action::PreviousChoice, "", "the column before"),
    row(&[Sheet], &[code(KeyCode::Right)], Action::NextChoice, "across", "the next column"),
    row(&[Sheet], &[code(KeyCode::F(2))], Action::Columns, "columns", "choose the columns"),
    row(&[Sheet], &[code(KeyCode::Esc)], Action::Back, "leave", "leave; asks if something was typed"),
    row(&[SheetColumns], &[k(' ')], Action::NextChoice, "on or off", "on the sheet, or not"),
    row(
        &[SheetColumns],
        &[code(KeyCode::Enter), code(KeyCode::Esc)],
        Action::Back,
        "back (to the sheet)",
        "back to the sheet",
    ),
    row(&[Line], &[code(KeyCode::Enter)], Action::Open, "read it back", "read it back"),
    row(&[Line], &[code(KeyCode::Tab)], Action::Complete, "complete", "complete the word that was begun"),
    row(&[Line], &[code(KeyCode::Esc)], Action::Back, "leave", "leave; asks if something was typed"),
    row(
        &[FormYesNo],
        &[k(' '), code(KeyCode::Backspace), code(KeyCode::Delete)],
        Action::NotAsked,
        "not asked",
        "not asked, which is not no",
    ),
    row(&[FormChoice], &[code(KeyCode::Left)], Action::PreviousChoice, "", "the choice before"),
    row(&[FormNumber], &[k('u')], Action::Unit, "unit", "the next unit that is accepted"),
    row(FIELDS, &[code(KeyCode::F(3))], Action::ReadBack, "read back", "read it back now, whatever was not asked"),
    row(&[ReadBack], &[code(KeyCode::Enter), k('y')], Action::Save, "save", "save what is read back"),
    row(&[ReadBackNo], &[k('y')], Action::Save, "save", "save what is read back"),
    row(&[ReadBackNo], &[code(KeyCode::Enter)], Action::Back, "back to the form", "No is chosen: back to the form"),
    row(&[ReadOn], &[code(KeyCode::Enter), k(' ')], Action::PageDown, "read on", "read on; it is saved from its end"),
    row(READ_BACKS, &[code(KeyCode::Esc), k('n')], Action::Back, "back (nothing is lost)", "back to the form"),
    row(FIELDS, &[code(KeyCode::Esc)], Action::Back, "leave", "leave; asks if something was typed"),
    row(&[Conflict], &[k('k')], Action::KeepTheirs, "keep theirs", "what the other saved holds"),
    row(
        &[Conflict],
        &[k('r')],
        Action::Replace,
        "mine (read it back first)",
        "what was typed here takes its place: read it back first",
    ),
    row(
        &[Conflict],
        &[code(KeyCode::Enter), code(KeyCode::Esc)],
        Action::Back,
        "back (to the form)",
        "back to the form",
    ),
    row(&[FormLeave], &[k('y')], Action::Leave, "leave and lose it", "leave and lose what was typed"),
    row(&[FormLeave], &[code(KeyCode::Esc), k('n')], Action::Back, "stay", "stay in the form"),
    row(ROWS, &[code(KeyCode::Up)], Action::Up, "", "a row up or down"),
    row(ROWS, &[code(KeyCode::Down)], Action::Down, "", "a row up or down"),
    row(SHOWN, &[k('k')], Action::Up, "", "a row up or down"),
    row(SHOWN, &[k('j')], Action::Down, "", "a row up or down"),
    row(PAGES, &[code(KeyCode::PageUp)], Action::PageUp, "", "a page up or down"),
    row(PAGES, &[code(KeyCode::PageDown)], Action::PageDown, "", "a page up or down"),
    row(
        &[Home, Patient, Help, Page, WhatIf],
        &[code(KeyCode::Home), k('g')],
        Action::First,
        "",
        "to the first row or the last",
    ),
    row(
        &[Home, Patient, Help, Page, WhatIf],
        &[code(KeyCode::End), k('G')],
        Action::Last,
        "",
        "to the first row or the last",
    ),
    row(&[Find, Since, Menu, Help, Page, WhatIf], &[code(KeyCode::Esc)], Action::Back, "back", "back"),
    row(SHOWN, &[k('?'), code(KeyCode::F(1))], Action::Help, "keys", "the keys that work here"),
    row(NOT_TYPED, &[k('?'), code(KeyCode::F(1))], Action::Help, "keys", "the keys that work here"),
    row(TYPED, &[code(KeyCode::F(1))], Action::Help, "keys", "the keys that work here"),
    row(&[Home, Patient, Round, RoundEnd], &[k('q')], Action::Quit, "", QUIT),
    row(NO_FORM.split_at(1).1, &[ctrl('c')], Action::Quit, "", QUIT),
    row(FORMS, &[ctrl('c')], Action::Quit, "", QUIT),
    row(&[Leave], &[k('y')], Action::Quit, "leave", "leave; what is in the form is not saved"),
    row(&[Leave], &[code(KeyCode::Esc), k('n')], Action::Back, "stay", "stay"),
    row(NO_FORM, &[ctrl('z')], Action::Suspend, "", SUSPEND),
    row(FORMS, &[ctrl('z')], Action::Suspend, "", SUSPEND),
];

/// What a key does in a mode whose keys nobody can change, such as a form's; `None`: nothing. See [`super::Keymap::action`].
pub fn action(mode: Mode, event: &KeyEvent) -> Option<Action> {
    KEYS.iter()
        .filter(|row| row.modes.contains(&mode))
        .find(|row| row.keys.iter().any(|key| key.is(event)))
        .map(|row| row.action)
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyModifiers;

    use super::*;

    #[test]
    fn a_key_does_one_thing_in_a_mode() {
        for (i, row) in KEYS.iter().enumerate() {
            assert!(!row.keys.is_empty() && !row.help.is_empty(), "{row:?}");
            for other in &KEYS[..i] {
                for mode in row.modes.iter().filter(|mode| other.modes.contains(mode)) {
                    let twice = row.keys.iter().find(|key| other.keys.contains(key));
                    assert!(twice.is_none(), "{mode:?}: {twice:?} is {:?} and {:?}", other.action, row.action);
                }
            }
        }
    }

    #[test]
    fn shift_is_in_the_letter_and_alt_is_no_key() {
        let press = |c, modifiers| KeyEvent::new(KeyCode::Char(c), modifiers);
        assert_eq!(action(Home, &press('N', KeyModifiers::SHIFT)), Some(Action::NewPatient));
        assert_eq!(action(Home, &press('n', KeyModifiers::NONE)), None);
        assert_eq!(action(Home, &press('a', KeyModifiers::ALT)), None);
        assert_eq!(action(Home, &press('a', KeyModifiers::CONTROL)), None);
        assert_eq!(action(Home, &press('c', KeyModifiers::CONTROL)), Some(Action::Quit));
        assert_eq!(action(Home, &press('3', KeyModifiers::NONE)), Some(Action::Pane));
    }
}
