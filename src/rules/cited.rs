//! The small shapes that every table of checks is made of.
use serde::Deserialize;

use super::Evidence;

/// A figure with its source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited<T> {
    /// The figure.
    pub figure: T,
    /// The rule in words.
    pub words: String,
    /// What to do when it is met, where a flag comes of it.
    #[serde(default)]
    pub action: String,
    pub(super) source: String,
    pub(super) evidence: Evidence,
}

/// From which first dose days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// That of the first course.
    Treatment,
    /// That of the newest course.
    Course,
}
