//! What was done about a flag. Seeing it is not dealing with it: what was done has to be typed.
use super::super::field::Field;
use super::super::say::safe;
use super::super::sheet::{Draft, Problem, Scene, Values};
use crate::assess::{self, Flag, FlagKind, Severity};
use crate::ward::{Acknowledgement, Kind, When};
use crate::words;

fn flag(key: &str, scene: &Scene) -> Option<Flag> {
    let assessed = assess::patient(scene.patient?, scene.ctx.rules, scene.moment());
    assessed.flags.into_iter().find(|flag| flag.key == key)
}

/// A latched flag stays until somebody closes it.
fn may_close(flag: &Flag) -> bool {
    flag.kind == FlagKind::Retitrate || (flag.kind == FlagKind::AncBand && flag.severity == Severity::Critical)
}

pub(super) fn fields(key: &str, scene: &Scene) -> Vec<Field> {
    let mut fields = vec![Field::note("action", "What was done").required()];
    if flag(key, scene).is_some_and(|flag| may_close(&flag)) {
        fields.push(Field::yes_no("close", "Close the flag").answered(false));
    }
    fields
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
    let close = values.yes_no("close") == Some(true);
    let mut draft = Draft::default();
    draft.line("Flag", safe(&flag.title));
    draft.line("Done", safe(action));
    if may_close(&flag) {
        draft.line("Close it", if close { "YES" } else { "no: it stays on the screen, marked as seen" });
    }
    let at = Some(When::Instant(scene.moment().offset()));
    draft.entry(at, Kind::Acknowledge(Acknowledgement { flag: key.into(), action: action.into(), close }));
    Ok(draft)
}
