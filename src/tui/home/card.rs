//! The first-run card: five lines under the panes, shown once to each user, gone with the first key. It hides nothing that
//! is urgent: banner and why stay, and the panes give it their last lines.
use crate::tui::data::Data;
use crate::tui::keymap::{Action, Mode};
use crate::tui::text::{Line, span, wrap};

/// The lines of the card, as wide as the screen, with the keys that are set.
pub fn lines(data: &Data, columns: usize) -> Vec<Line> {
    let key = |action: Action| {
        let mut here = data.settings.keys.here(Mode::Home);
        here.find(|row| row.action == action).map(|row| row.label()).unwrap_or_default()
    };
    let texts = [
        format!(
            "Up and Down choose a row, {} opens the patient, {} goes to a pane.",
            key(Action::Open),
            key(Action::Pane)
        ),
        format!(
            "{} types a blood count, {} a check, {} what was done; all is read back first.",
            key(Action::BloodCount),
            key(Action::Checks),
            key(Action::Acknowledge)
        ),
        format!(
            "{} finds anybody, {} is the round, {} what changed, {} the sheet on paper.",
            key(Action::Find),
            key(Action::Round),
            key(Action::Since),
            key(Action::Print)
        ),
        "!! critical  ! warning  + overdue  * today  ?? cannot be assessed: ask.".to_owned(),
        format!("{} shows the keys that work here. This card is shown once: any key goes on.", key(Action::Help)),
    ];
    let lines = texts.iter().flat_map(|text| wrap(text, columns.saturating_sub(2)));
    lines.map(|line| vec![span(format!("| {line}"), data.theme.notice())]).collect()
}
