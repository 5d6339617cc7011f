//! What was done about a flag. Seeing it is not dealing with it: what was done has to be typed.
use super::super::context::FormKind;
use super::super::field::Field;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use super::super::when::WhenRule;
use crate::assess::{self, Flag, FlagKind, Severity};
use crate::ward::{Acknowledgement, Kind, Outcome, Sample, When};
use crate::words;

fn flag(key: &str, scene: &Scene) -> Option<Flag> {
    let assessed = assess::patient(scene.patient?, scene.ctx.rules, scene.moment());
    assessed.flags.into_iter().find(|flag| flag.key == key)
}

/// A latched flag stays until somebody closes it.
fn may_close(flag: &Flag) -> bool {
    flag.kind == FlagKind::Retitrate || (flag.kind == FlagKind::AncBand && flag.severity == Severity::Critical)
}

/// A low count that may be false: another sample is sent, and both values stay.
fn may_be_repeated(flag: &Flag) -> bool {
    flag.kind == FlagKind::AncBand
}

pub(super) fn fields(key: &str, scene: &Scene) -> Vec<Field> {
    let repeat = matches!(scene.kind, FormKind::Repeat(_));
    let action = Field::long_text("action", "What was done");
    let action = if repeat { action.holding("Repeat FBC sent: the count may be falsely low") } else { action };
    let mut fields = vec![action.required()];
    let flag = flag(key, scene);
    if flag.as_ref().is_some_and(may_close) {
        fields.push(Field::yes_no("close", "Close the flag").answered(false));
    }
    if flag.as_ref().is_some_and(may_be_repeated) {
        fields.push(Field::yes_no("repeat", "Repeat FBC sent").answered(repeat));
        fields.push(Field::when("repeat_at", "Blood taken", WhenRule::HAPPENED));
    }
    fields
}

pub(super) fn is_hidden(field: &str, values: &Values) -> bool {
    let repeat = values.yes_no("repeat") == Some(true);
    match field {
        "repeat_at" => !repeat,
        // What is in doubt is not closed in the same breath.
        "close" => repeat,
        _ => false,
    }
}

pub(super) fn head(key: &str, scene: &Scene) -> Vec<String> {
    let Some(flag) = flag(key, scene) else {
        return vec!["This flag is no longer raised: there is nothing to answer.".to_owned()];
    };
    let severity = flag.severity;
    let title = format!("{} {}   {}", words::symbol(severity), words::severity(severity), safe(&flag.title));
    let mut lines = vec![title.trim_start().to_owned(), safe(&flag.why), safe(&flag.action)];
    lines.retain(|line| !line.is_empty());
    lines
}

pub(super) fn draft(key: &str, scene: &Scene, values: &Values) -> Result<Draft, Problem> {
    let flag = flag(key, scene).ok_or_else(|| Problem::new("action", "this flag is no longer raised"))?;
    let action = values.text("action").ok_or_else(|| Problem::new("action", "has to be typed"))?;
    let close = values.yes_no("close") == Some(true) && values.yes_no("repeat") != Some(true);
    let mut draft = Draft::default();
    draft.line("Flag", safe(&flag.title));
    draft.line("Done", safe(action));
    if may_close(&flag) {
        draft.line("Close it", if close { "YES" } else { "no: it stays on the screen, marked as seen" });
    }
    if values.yes_no("repeat") == Some(true) {
        let at = values.when("repeat_at").ok_or_else(|| Problem::new("repeat_at", "when blood was taken"))?;
        repeat(&mut draft, at, scene);
    }
    let at = Some(When::Instant(scene.moment().offset()));
    draft.entry(at, Kind::Acknowledge(Acknowledgement { flag: key.into(), action: action.into(), close }));
    Ok(draft)
}

/// The sample that was sent: its result is awaited, and the value that is doubted stays.
fn repeat(draft: &mut Draft, at: When, scene: &Scene) {
    let awaited = &scene.ctx.rules.checks().counts.awaited_over_hours;
    let sent = words::when(&at, scene.moment().zone);
    draft.line("Repeat FBC", format!("blood taken {sent}; its result is due within {} h", awaited.figure));
    draft.line("Both counts", "stay in the file, and the flag stays open to be closed");
    let tests = ["anc", "wbc"].map(Into::into).to_vec();
    draft.entry(Some(at), Kind::Sample(Sample { tests, outcome: Outcome::Taken }));
}
