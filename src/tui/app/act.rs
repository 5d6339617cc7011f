//! What keys do: on the home screen, in a patient's view, and to whatever else is open.
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::who::{ask_who, initials_key};
use super::{App, Data, Effect, Layer, rounds};
use crate::assess::State;
use crate::tui::data::listing::Listing;
use crate::tui::find::Find;
use crate::tui::form::{self, Form, FormEvent, FormKind, WardSheet};
use crate::tui::help::Help;
use crate::tui::keymap::{Action, Mode};
use crate::tui::menu::Menu;
use crate::tui::patient::PatientView;
use crate::tui::patient::reading::{About, Reading};
use crate::tui::saving::{Batch, Fact, SaveReport};
use crate::ward::{EntryId, PatientId, voided};

/// Takes a key.
pub(super) fn key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let mode = app.mode();
    let action = app.data.settings.keys.action(mode, &key);
    match action {
        Some(Action::Suspend) => return vec![Effect::Suspend],
        Some(Action::Quit) => return quit(app, mode),
        Some(Action::Help) if mode != Mode::Help => {
            app.layers.push(Layer::Help(Help { about: mode, said: None, top: 0 }));
            return Vec::new();
        }
        _ => {}
    }
    match app.layers.last() {
        Some(Layer::Form { .. }) => form_key(app, key),
        Some(Layer::Sheet(_)) => sheet_key(app, key),
        Some(Layer::Initials(_)) => initials_key(app, key, action),
        Some(Layer::Find(_)) => find_key(app, key, action),
        Some(Layer::Since(_)) => {
            rounds::since_key(app, key, action);
            Vec::new()
        }
        _ => {
            let digit = digit(&key);
            action.map(|action| act(app, action, digit)).unwrap_or_default()
        }
    }
}

/// The number of a digit key, from 0.
fn digit(key: &KeyEvent) -> Option<usize> {
    let KeyCode::Char(c) = key.code else { return None };
    let number = usize::try_from(c.to_digit(10)?).ok()?;
    number.checked_sub(1)
}

/// Leaves, after a question if a form has something in it.
fn quit(app: &mut App, mode: Mode) -> Vec<Effect> {
    if app.is_dirty() && mode != Mode::Leave {
        app.layers.push(Layer::Leave);
        return Vec::new();
    }
    vec![Effect::Quit]
}

fn form_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let ctx = super::context(&app.data);
    let Some(Layer::Form { patient, form }) = app.layers.last_mut() else { return Vec::new() };
    match form.key(key, &ctx) {
        FormEvent::Stay => Vec::new(),
        FormEvent::Close => {
            app.layers.pop();
            Vec::new()
        }
        FormEvent::Save(facts) => {
            let new = facts.iter().find_map(|fact| match fact {
                Fact::Patient(new) => Some(new.id.clone()),
                Fact::Entry { .. } => None,
            });
            *patient = patient.take().or(new);
            let seen = form.seen(&ctx);
            // What takes a save back is not taken back: the one before is next.
            let undo = matches!(form.kind(), FormKind::Undo(_));
            app.saving = if undo { Vec::new() } else { by_patient(&facts) };
            vec![Effect::Save(Batch { facts, seen })]
        }
    }
}

fn sheet_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let ctx = super::context(&app.data);
    let Some(Layer::Sheet(sheet)) = app.layers.last_mut() else { return Vec::new() };
    match sheet.key(key, &ctx) {
        FormEvent::Stay => Vec::new(),
        FormEvent::Close => {
            app.layers.pop();
            Vec::new()
        }
        FormEvent::Save(facts) => {
            app.saving = by_patient(&facts);
            vec![Effect::Save(facts.into())]
        }
    }
}

/// The entries of facts, by patient.
fn by_patient(facts: &[Fact]) -> Vec<(PatientId, Vec<EntryId>)> {
    let mut all: Vec<(PatientId, Vec<EntryId>)> = Vec::new();
    for fact in facts {
        let Fact::Entry { patient, entry } = fact else { continue };
        match all.iter_mut().find(|(id, _)| id == patient) {
            Some((_, entries)) => entries.push(entry.id.clone()),
            None => all.push((patient.clone(), vec![entry.id.clone()])),
        }
    }
    all
}

/// Tells the form what became of its save, and closes it if it is done. A new patient is opened.
pub(super) fn outcome(app: &mut App, report: &SaveReport) {
    if let Some(Layer::Sheet(sheet)) = app.layers.last_mut() {
        if sheet.outcome(report) == FormEvent::Close {
            app.layers.pop();
        }
        return;
    }
    let waiting = |layer: &Layer| matches!(layer, Layer::Form { .. });
    let Some(at) = app.layers.iter().rposition(waiting) else { return };
    let Some(Layer::Form { form, patient }) = app.layers.get_mut(at) else { return };
    let new = patient.clone().filter(|_| *form.kind() == FormKind::NewPatient);
    if form.outcome(report, &super::context(&app.data)) != FormEvent::Close {
        return;
    }
    app.layers.truncate(at);
    if let Some(id) = new.filter(|id| app.data.patient(id).is_some()) {
        open_patient(app, id);
    }
}

fn find_key(app: &mut App, key: KeyEvent, action: Option<Action>) -> Vec<Effect> {
    let Some(Layer::Find(find)) = app.layers.last_mut() else { return Vec::new() };
    match (action, key.code) {
        (Some(Action::Back), _) => {
            app.layers.pop();
        }
        (Some(Action::Open), _) => {
            if let Some(id) = find.patient().cloned() {
                app.layers.pop();
                open_patient(app, id);
            }
        }
        (Some(Action::Only), _) => {
            let only = find.only();
            app.layers.clear();
            list(app, |listing| listing.only = only);
        }
        (Some(action), _) => {
            find.act(action);
        }
        (None, KeyCode::Backspace) => find.pop(&app.data),
        (None, KeyCode::Char(c)) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            find.push(c.encode_utf8(&mut [0; 4]), &app.data);
        }
        _ => {}
    }
    Vec::new()
}

/// Opens a patient's view; if one is open below, it is that one which changes.
pub(super) fn open_patient(app: &mut App, id: PatientId) {
    let view = Box::new(PatientView::open(id, &app.data));
    match app.layers.last_mut() {
        Some(Layer::Patient(open)) => *open = view,
        _ => app.layers.push(Layer::Patient(view)),
    }
}

fn act(app: &mut App, action: Action, digit: Option<usize>) -> Vec<Effect> {
    match app.mode() {
        Mode::Home => {
            let size = app.cells();
            let before = app.home.patient().cloned();
            if !app.home.act(action, digit, &app.data, size) {
                return home(app, action);
            }
            // Whoever was selected has been seen, and so has what was said of them.
            if let Some(left) = before.filter(|left| app.home.patient() != Some(left)) {
                app.data.news.seen(&left);
            }
        }
        Mode::Patient => {
            let size = app.cells();
            let data = &app.data;
            let moved = match app.layers.last_mut() {
                Some(Layer::Patient(view)) => view.act(action, digit, data, size),
                _ => false,
            };
            if !moved {
                return patient(app, action);
            }
        }
        Mode::Round | Mode::RoundEnd => return rounds::round(app, action),
        Mode::Print => return rounds::print(app, action),
        Mode::Help => help(app, action),
        Mode::Page | Mode::WhatIf => reading(app, action),
        Mode::Menu => menu(app, action),
        Mode::Notice | Mode::CountNotice => notice(app, action),
        Mode::Leave if action == Action::Back => {
            app.layers.pop();
        }
        _ => {}
    }
    Vec::new()
}

fn home(app: &mut App, action: Action) -> Vec<Effect> {
    let selected = app.home.patient().cloned();
    match (action, selected) {
        (Action::Open, Some(id)) => {
            let flag = app.home.flag(&app.data).map(|flag| flag.key.clone());
            let task = app.home.task(&app.data);
            open_patient(app, id);
            // A row that is about a test and a flag is in a pane of tests.
            match (task, flag, app.layers.last_mut()) {
                (Some(task), _, Some(Layer::Patient(view))) => view.select_due(task, &app.data),
                (None, Some(key), Some(Layer::Patient(view))) => view.select_flag(&key, &app.data),
                _ => {}
            }
        }
        (Action::NewPatient, _) => open_form(app, FormKind::NewPatient, None),
        (Action::Undo, _) => undo(app),
        (Action::Sheet, _) => sheet(app),
        (Action::Line, _) => open_form(app, FormKind::Line, None),
        (Action::Find, _) => find(app),
        (Action::Round, _) => return rounds::begin(app),
        (Action::Since, _) => rounds::since(app),
        (Action::Print, _) => app.layers.push(Layer::Print(0)),
        (Action::Seen, _) => app.data.news.clear(),
        (Action::Sort, _) => list(app, |listing| listing.sort = listing.sort.next()),
        (Action::Filter, _) => list(app, Listing::next_filter),
        (Action::Acknowledge, Some(id)) => {
            let open = |id| app.data.assessment(id)?.flags.iter().find(|flag| flag.is_open());
            let flag = app.home.flag(&app.data).or_else(|| open(&id)).map(|flag| flag.key.clone());
            acknowledge(app, flag, id);
        }
        (action, Some(id)) => record(app, action, id),
        (_, None) => app.said = Some("Nobody is selected.".to_owned()),
    }
    Vec::new()
}

fn patient(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Layer::Patient(view)) = app.layers.last() else { return Vec::new() };
    let id = view.id.clone();
    match action {
        Action::Back => {
            app.layers.pop();
        }
        Action::Find => find(app),
        Action::Open | Action::WhatIf | Action::Card => {
            let about = match action {
                Action::WhatIf => About::WhatIf(0),
                Action::Card => About::Card,
                _ => About::Row(view.selected().cloned()),
            };
            match Reading::open(id, about, &app.data) {
                Ok(reading) => app.layers.push(Layer::Reading(reading)),
                Err(why) => app.said = Some(why.to_owned()),
            }
        }
        Action::Acknowledge => {
            let flag = view.flag(&app.data).map(|flag| flag.key.clone());
            acknowledge(app, flag, id);
        }
        Action::Void => void(app, id),
        Action::Edit => edit(app, id),
        Action::Undo => undo(app),
        action => record(app, action, id),
    }
    Vec::new()
}

/// Opens the form of a key about a patient.
pub(super) fn record(app: &mut App, action: Action, id: PatientId) {
    let kind = match action {
        Action::BloodCount => FormKind::BloodCount,
        Action::SampleTaken => FormKind::SampleTaken,
        Action::Dose => FormKind::Dose,
        Action::Course => FormKind::Course,
        Action::VitalSigns => FormKind::VitalSigns,
        Action::Note => FormKind::Note,
        Action::Line => FormKind::Line,
        Action::Fields => FormKind::Person,
        Action::Break => {
            let on_break = app.data.assessment(&id).is_some_and(|one| one.state == State::OnBreak);
            if on_break { FormKind::Resume } else { FormKind::Break }
        }
        Action::Checks => {
            if can_write(app) {
                app.layers.push(Layer::Menu(Menu::new(id)));
            }
            return;
        }
        _ => return,
    };
    open_form(app, kind, Some(id));
}

pub(super) fn acknowledge(app: &mut App, flag: Option<String>, id: PatientId) {
    match flag {
        Some(key) => open_form(app, FormKind::Acknowledge(key), Some(id)),
        None => app.said = Some("No open flag: there is nothing to say of what was done.".to_owned()),
    }
}

/// Opens the ward as a sheet.
fn sheet(app: &mut App) {
    if can_write(app) {
        let sheet = Box::new(WardSheet::open(&app.context()));
        app.layers.push(Layer::Sheet(sheet));
        ask_who(app);
    }
}

/// Types the selected entry again.
fn edit(app: &mut App, id: PatientId) {
    let key = app.data.key(Mode::Patient, Action::Edit);
    let Some(entry) = chosen_entry(app, &format!("{key} again changes it")) else { return };
    let patient = app.data.patient(&id);
    let can = patient.and_then(|patient| Some((patient.entry(&entry)?, patient)));
    if can.is_some_and(|(entry, patient)| form::can_edit(entry, patient)) {
        open_form(app, FormKind::Edit(entry), Some(id));
    } else {
        let void = app.data.key(Mode::Patient, Action::Void);
        app.said = Some(format!("This entry is not typed again: {void} voids it, and a new one takes its place."));
    }
}

/// Takes this session's last save back.
fn undo(app: &mut App) {
    let stands = |data: &Data, patient: &PatientId, entries: &[EntryId]| {
        let gone = data.patient(patient).map(|one| voided(&one.entries));
        gone.is_some_and(|gone| entries.iter().any(|id| !gone.contains_key(id)))
    };
    while app.saves.last().is_some_and(|(patient, entries)| !stands(&app.data, patient, entries)) {
        app.saves.pop();
    }
    if let Some((patient, entries)) = app.saves.last().cloned() {
        open_form(app, FormKind::Undo(entries), Some(patient));
        return;
    }
    let void = app.data.key(Mode::Patient, Action::Void);
    app.said = Some(format!("Nothing saved in this session is left to take back; {void} voids any entry."));
}

/// Voids the selected entry.
fn void(app: &mut App, id: PatientId) {
    let key = app.data.key(Mode::Patient, Action::Void);
    if let Some(entry) = chosen_entry(app, &format!("{key} again voids it")) {
        open_form(app, FormKind::Void(entry), Some(id));
    }
}

/// The selected entry. A count is one or two entries: it is looked up in the history first.
fn chosen_entry(app: &mut App, again: &str) -> Option<EntryId> {
    let Some(Layer::Patient(view)) = app.layers.last_mut() else { return None };
    let Some(entry) = view.entry(&app.data).map(|entry| entry.id.clone()) else {
        app.said = Some("Choose an entry first: 6 is the history.".to_owned());
        return None;
    };
    if view.is_on_a_count() {
        view.select_entry(&entry, &app.data);
        app.said = Some(format!("This is the entry in the history: {again}."));
        return None;
    }
    Some(entry)
}

/// Shows rows in another order, or other rows. The selected patient stays selected.
fn list(app: &mut App, change: impl FnOnce(&mut Listing)) {
    let mut listing = app.data.listing.clone();
    change(&mut listing);
    app.data.list(listing);
    app.home.follow(&app.data);
}

fn find(app: &mut App) {
    let find = Find::new(&app.data, app.layers.is_empty());
    app.layers.push(Layer::Find(find));
}

/// Whether anything can be saved; if not, says why.
fn can_write(app: &mut App) -> bool {
    if let Some(why) = &app.file.read_only {
        app.said = Some(format!("READ-ONLY, nothing can be entered: {why}"));
        return false;
    }
    true
}

fn open_form(app: &mut App, kind: FormKind, patient: Option<PatientId>) {
    if !can_write(app) {
        return;
    }
    let form = Box::new(Form::open(kind, patient.as_ref(), &app.context()));
    app.layers.push(Layer::Form { patient, form });
    ask_who(app);
}

fn help(app: &mut App, action: Action) {
    let size = app.cells();
    let Some(Layer::Help(help)) = app.layers.last_mut() else { return };
    let lines = size.1.saturating_sub(help.above(&app.data, &app.file, size));
    let page = help.page(&app.data, &app.file, size);
    let (last, step) = (page.last_top(lines), page.step(lines));
    match action {
        Action::Back | Action::Help => {
            app.layers.pop();
        }
        action => help.top = scrolled(help.top, action, last, step),
    }
}

fn reading(app: &mut App, action: Action) {
    let (columns, lines) = app.cells();
    let Some(Layer::Reading(reading)) = app.layers.last_mut() else { return };
    if action == Action::Back {
        app.layers.pop();
        return;
    }
    let last = reading.page(&app.data, &app.file, columns).map_or(0, |page| page.last_top(lines));
    reading.act(action, &app.data, last, lines.saturating_sub(8).max(1));
}

fn menu(app: &mut App, action: Action) {
    let Some(Layer::Menu(menu)) = app.layers.last_mut() else { return };
    match action {
        Action::Back => {
            app.layers.pop();
        }
        Action::Open => {
            let (kind, id) = (menu.chosen(&app.data), menu.patient.clone());
            app.layers.pop();
            if let Some(kind) = kind {
                open_form(app, kind, Some(id));
            }
        }
        action => {
            menu.act(action, &app.data);
        }
    }
}

fn notice(app: &mut App, action: Action) {
    let (columns, lines) = app.cells();
    let Some(Layer::Notice(notice)) = app.layers.last_mut() else { return };
    let kind = match action {
        Action::Back => None,
        Action::Acknowledge => Some(FormKind::Acknowledge(notice.about.flag.clone())),
        Action::Repeat => Some(FormKind::Repeat(notice.about.flag.clone())),
        action => {
            let page = notice.page(&app.data, &app.file, columns);
            let (last, step) = page.map_or((0, 1), |page| (page.last_top(lines), page.step(lines)));
            notice.top = scrolled(notice.top, action, last, step);
            return;
        }
    };
    let patient = notice.about.patient.clone();
    app.layers.pop();
    if let Some(kind) = kind {
        open_form(app, kind, Some(patient));
    }
}

/// The first line in sight after a key that moves.
pub(super) fn scrolled(top: usize, action: Action, last: usize, step: usize) -> usize {
    let top = match action {
        Action::Up => top.saturating_sub(1),
        Action::Down => top + 1,
        Action::PageUp => top.saturating_sub(step),
        Action::PageDown => top + step,
        Action::First => 0,
        Action::Last => last,
        _ => top,
    };
    top.min(last)
}
