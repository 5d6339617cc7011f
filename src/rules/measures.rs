//! Limits of measured quantities, medicines, and tasks with fixed days: the shapes of the rest of `data/checks.json`.
use serde::Deserialize;

use super::cited::{Cited, Clock};
use super::{Evidence, Figure, Severity};
use crate::ward::Text;

/// A limit of a measured quantity. One of the bounds is set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its id.
    pub id: String,
    /// The tests that it is about; each is a measure of its own.
    pub tests: Vec<String>,
    /// The kind of flag, by its word in `triage --json`.
    pub flag: String,
    /// How urgent.
    pub severity: Severity,
    /// Met by more than this, canonical unit.
    pub over: Option<Figure>,
    /// Met by this or more.
    pub at_least: Option<Figure>,
    /// Met by less than this.
    pub under: Option<Figure>,
    /// Met by more than so many times the laboratory's own upper limit.
    pub over_upper_limits: Option<Figure>,
    /// In words.
    pub words: String,
    /// What to do.
    pub action: String,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// Fall of blood pressure on standing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Postural {
    /// Systolic, mm\[Hg\]: so much or more is a warning.
    pub systolic: Cited<Figure>,
    /// Diastolic, mm\[Hg\]: so much or more is a warning.
    pub diastolic: Cited<Figure>,
    /// Systolic, mm\[Hg\]: more is critical.
    pub critical_over: Cited<Figure>,
}

/// Signs of neuroleptic malignant syndrome.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NmsCheck {
    /// Within so many hours.
    pub within_hours: i64,
    /// So many signs are critical.
    pub signs_for_critical: usize,
    /// A temperature of so much or more is one, Cel.
    pub fever: Figure,
    /// In words.
    pub words: String,
    /// What to do.
    pub action: String,
    /// What to do about a single sign.
    pub one_action: String,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// Clozapine levels, ug/L.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelChecks {
    /// A trough is taken so many hours after a dose at the earliest,
    pub trough_from_hours: Cited<Figure>,
    /// and so many at the latest,
    pub trough_to_hours: Cited<Figure>,
    /// after so many days on the dose.
    pub stable_days: Cited<i64>,
    /// Under this a trough is low.
    pub low_under: Cited<Figure>,
    /// Over this a trough is high.
    pub high_over: Cited<Figure>,
    /// Over this any level is critical.
    pub alert_over: Cited<Figure>,
    /// So many troughs at the same dose, not low, make the level adequate,
    pub pair_times: Cited<i64>,
    /// each at least so many days after the one before.
    pub pair_min_days: Cited<i64>,
    /// Clozapine to norclozapine under this means induction.
    pub ratio_low_under: Cited<Figure>,
    /// Clozapine to norclozapine over this means inhibition.
    pub ratio_high_over: Cited<Figure>,
}

/// What makes a seizure more likely.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeizureRisk {
    /// mg in a day.
    pub dose_notice_over: Cited<Figure>,
    /// mg in a day.
    pub dose_warning_over: Cited<Figure>,
    /// ug/L.
    pub level_notice_over: Cited<Figure>,
    /// ug/L.
    pub level_warning_over: Cited<Figure>,
    /// ug/L.
    pub level_critical_over: Cited<Figure>,
    /// Medicines that lower the threshold.
    pub medicines: Cited<Vec<String>>,
}

/// Medicines that change clozapine levels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interaction {
    /// Its id.
    pub id: String,
    /// How urgent.
    pub severity: Severity,
    /// Names, in lower case.
    pub names: Vec<String>,
    /// Stopping matters as well as starting.
    #[serde(default)]
    pub both_ways: bool,
    /// In words.
    pub words: String,
    /// What to do.
    pub action: String,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

impl Interaction {
    /// Whether a medicine, as somebody wrote it, is one of these: a name stands in it as whole words.
    pub fn names(&self, written: &str) -> bool {
        let written = written.to_lowercase();
        self.names.iter().any(|name| {
            written.match_indices(name.as_str()).any(|(at, _)| {
                let before = written.get(..at).and_then(|s| s.chars().next_back());
                let after = written.get(at + name.len()..).and_then(|s| s.chars().next());
                !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
            })
        })
    }
}

/// Approvals that a rechallenge needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalCheck {
    /// At most so many days before the course.
    pub figure: i64,
    /// The checklist.
    pub list: String,
    /// Each of these must be yes.
    pub items: Vec<String>,
    /// In words.
    pub words: String,
    /// What to do.
    pub action: String,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// A rule without a figure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    /// In words.
    pub words: String,
    /// What to do.
    #[serde(default)]
    pub action: String,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// A task with fixed days: due from its day until its window ends, then overdue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotTask {
    /// The task, by its word in `triage --json`.
    pub task: String,
    /// In words.
    pub words: Text,
    /// The key of its rule.
    #[serde(skip)]
    pub key: Text,
    /// From which first dose its days count.
    pub clock: Clock,
    /// One test of each group.
    pub answered_by: Vec<Vec<String>>,
    /// Days, day 1 being the first dose.
    pub days: Vec<i32>,
    /// So many days before its day answer it.
    pub window_before: i64,
    /// Due until so many days after its day.
    pub window_after: i64,
    /// Nothing is asked for after this day.
    pub until_day: Option<i64>,
    /// Calendar months after the first dose.
    #[serde(default)]
    pub months: Vec<u32>,
    /// Then every so many months.
    pub then_every_months: Option<u32>,
    /// Days around a monthly slot.
    #[serde(default)]
    pub month_window: i64,
    /// Days around a later slot.
    #[serde(default)]
    pub later_window: i64,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}
