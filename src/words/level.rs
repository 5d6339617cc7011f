//! A clozapine level in words: whether it can be read, whether it is adequate, and its ratio to norclozapine.
use crate::assess::LevelNow;

/// Whether a level is a trough.
pub fn trough(is_trough: bool) -> &'static str {
    if is_trough { "a trough" } else { "not interpretable: no trough, or the dose had just changed" }
}

/// `1 of 2 at this dose: not yet adequate`.
pub fn adequate(level: &LevelNow) -> String {
    let (done, wanted) = (level.occasions, level.occasions_wanted);
    let adequate = if done >= wanted { "adequate" } else { "not yet adequate" };
    format!("{done} of {wanted} at this dose: {adequate}")
}

/// `clozapine to norclozapine 1.92`, where both were measured in one sample.
pub fn ratio(level: &LevelNow) -> Option<String> {
    level.ratio.map(|ratio| format!("clozapine to norclozapine {}", ratio.round_dp(2)))
}
