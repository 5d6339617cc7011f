//! Bands of counts, and what follows a count under the best one.
use serde::Deserialize;

use crate::rules::{Evidence, Figure, Severity};
use crate::ward::Text;

/// A band of counts. Half open: the lower bound belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The protocol's own word.
    pub id: Text,
    /// Lowest ANC of the band, 10*9/L.
    pub anc: Figure,
    /// Lowest WBC of the band, 10*9/L, where the protocol reads it.
    pub wbc: Option<Figure>,
    /// How urgent a count in it is.
    pub severity: Severity,
    /// What the protocol says to do.
    pub action: String,
    /// What follows a count in it; a warning band without one is followed by the common rule.
    pub follow_up: Option<FollowUp>,
    /// Falls that put a count in this band whatever its value.
    #[serde(default)]
    pub falls: Vec<Fall>,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// What follows a count under the best band.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// The first low count of an episode is repeated within so many days.
    pub confirm_within_days: Option<i64>,
    /// How often, until when: the first step whose end the newest count has not reached holds.
    pub steps: Vec<Step>,
    /// Further counts once every step has ended.
    pub then: Option<Then>,
    /// From then on at least so often for the whole treatment.
    pub whole_treatment_every_days: Option<i64>,
}

/// One step of a follow-up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Days between counts.
    pub every_days: i64,
    /// What ends it.
    pub until: Until,
    pub(super) source: Option<String>,
    pub(super) evidence: Option<Evidence>,
}

/// What ends a step of a follow-up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Until {
    /// An ANC of so much, 10*9/L.
    pub anc: Option<Figure>,
    /// And a WBC of so much, 10*9/L.
    pub wbc: Option<Figure>,
    /// Or the patient's known baseline ANC, if that is lower.
    pub or_baseline: bool,
    /// The patient's known baseline ANC; where none is known, so much.
    pub baseline_else: Option<Figure>,
    /// So many counts in a row, on different days, in the best band.
    pub best_in_a_row: Option<u32>,
}

/// Counts after recovery.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    /// Days between them.
    pub every_days: i64,
    /// How many.
    pub times: u32,
    /// Each counts only if it is at least so many days after the one before.
    pub min_days_apart: i64,
    pub(super) source: Option<String>,
    pub(super) evidence: Option<Evidence>,
}

/// A fall of a count over a window.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fall {
    /// `anc` or `wbc`.
    pub test: String,
    /// Of so much or more, 10*9/L.
    pub by: Figure,
    /// Within so many days.
    pub within_days: i64,
    /// To under so much, 10*9/L.
    pub to_under: Figure,
}

impl Until {
    /// In words, after an interval.
    pub fn words(&self) -> String {
        match (self.anc, self.baseline_else, self.best_in_a_row) {
            (Some(anc), _, _) if self.or_baseline => format!("until {} or the known baseline", anc.0),
            (Some(anc), _, _) => format!("until {}", anc.0),
            (_, Some(other), _) => format!("until the known baseline, or {} where none is known", other.0),
            (_, _, Some(1)) => "until a count in the best band".to_owned(),
            (_, _, Some(n)) => format!("until {n} counts in a row, on different days, in the best band"),
            (None, None, None) => "until somebody ends it".to_owned(),
        }
    }
}
