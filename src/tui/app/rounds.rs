//! Keys of the round, of what changed since, and of the round sheet.
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{App, Effect, Layer, act};
use crate::tui::keymap::Action;
use crate::tui::round::{Asks, Round};
use crate::tui::sheet::{self, Sheet};
use crate::tui::since::Since;

/// A round that began longer ago than this is another day's.
const LONGEST_ROUND: chrono::TimeDelta = chrono::TimeDelta::hours(18);

/// Begins a round, or goes on with the one that was left, in this session or before it.
pub(super) fn begin(app: &mut App) -> Vec<Effect> {
    let now = app.data.moment.at;
    let open = app.remembered.began.filter(|began| *began <= now && now - *began < LONGEST_ROUND);
    let mut round = app.round.take().unwrap_or_else(|| Round::new(open.unwrap_or(now), &app.data));
    app.remembered.began = Some(round.began);
    round.follow(&app.data);
    app.layers.push(Layer::Round(Box::new(round)));
    vec![Effect::Remember(app.remembered)]
}

/// What changed since the last round.
pub(super) fn since(app: &mut App) {
    let since = Since::new(app.remembered.last, &app.data);
    app.layers.push(Layer::Since(Box::new(since)));
}

pub(super) fn since_key(app: &mut App, key: KeyEvent, action: Option<Action>) {
    let Some(Layer::Since(since)) = app.layers.last_mut() else { return };
    match (action, key.code) {
        (Some(Action::Back), _) => {
            app.layers.pop();
        }
        (Some(Action::Open), _) => {
            if let Some(id) = since.patient().cloned() {
                act::open_patient(app, id);
            }
        }
        (Some(action), _) => {
            since.act(action);
        }
        (None, KeyCode::Backspace) => since.pop(&app.data),
        (None, KeyCode::Char(c)) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            since.push(c.encode_utf8(&mut [0; 4]), &app.data);
        }
        _ => {}
    }
}

pub(super) fn round(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Layer::Round(round)) = app.layers.last_mut() else { return Vec::new() };
    match round.act(action, &app.data) {
        Asks::Stay => Vec::new(),
        Asks::Leave => {
            app.said = Some(format!("The round is left {}. It goes on from there.", round.place()));
            if let Some(Layer::Round(round)) = app.layers.pop() {
                app.round = Some(*round);
            }
            Vec::new()
        }
        Asks::End => {
            app.remembered.last = Some(round.began);
            app.remembered.began = None;
            app.layers.pop();
            vec![Effect::Remember(app.remembered)]
        }
        Asks::Patient(id) => {
            let flag = round.flag(&app.data).map(|flag| flag.key.clone());
            match action {
                Action::Open => act::open_patient(app, id),
                Action::Acknowledge => act::acknowledge(app, flag, id),
                action => act::record(app, action, id),
            }
            Vec::new()
        }
    }
}

/// Writes the round sheet, or does not, or reads on in what is said about it.
pub(super) fn print(app: &mut App, action: Action) -> Vec<Effect> {
    let (columns, lines) = app.cells();
    let page = app.print(0, columns);
    match (action, app.layers.last_mut()) {
        (Action::Up | Action::Down | Action::PageUp | Action::PageDown, Some(Layer::Print(top))) => {
            *top = act::scrolled(*top, action, page.last_top(lines), page.step(lines));
            return Vec::new();
        }
        _ => app.layers.pop(),
    };
    if action != Action::Save {
        return Vec::new();
    }
    let data = &app.data;
    let sheet =
        Sheet { ward: &data.ward, rules: &data.rules, moment: &data.moment, charset: crate::safe::Charset::Unicode };
    let text = sheet.text(&data.assessed, "\u{c}");
    vec![Effect::Print { name: sheet::name(&app.file.name, &data.moment), text }]
}
