//! How urgent something is.
use serde::Deserialize;

/// How urgent something is. Ordered: a later variant is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing to do.
    Ok,
    /// To know; also anything overdue, due, or that cannot be assessed.
    Notice,
    /// Act today.
    Warning,
    /// Act now: stop, hold or see at once.
    Critical,
}

impl Severity {
    /// The word of `triage --json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}
