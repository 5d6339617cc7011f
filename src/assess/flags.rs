//! A flag's life: open, acknowledged (seen, with what was done), or gone.
//!
//! A critical count is latched until somebody closes it; `retitrate` until a course event or a close; every other flag
//! ends with what it rests on, but no critical one before somebody has acknowledged it.
use super::known::{Fact, Known};
use super::outcome::{Acknowledged, Flag, FlagKind, Severity};
use super::stamp::Stamp;
use crate::ward::{Acknowledgement, EntryId, When};

/// What a flag is about, beside its kind: a test, a checklist, a medicine. One of several flags of a measure is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Measure(String);

impl Measure {
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// A flag that became true at some time, with what may end it.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub kind: FlagKind,
    pub measure: Measure,
    pub severity: Severity,
    pub entry: EntryId,
    /// When it became true.
    pub since: Stamp,
    /// The same as it was written down; `None`: it became true by the passing of time.
    pub when: Option<When>,
    pub title: String,
    pub action: String,
    pub why: String,
    pub rule: String,
    /// What it rests on has ended.
    pub ended: bool,
    /// From when a close closes it; before, it only acknowledges. `None`: it cannot be closed.
    pub closable: Option<Stamp>,
    /// Once somebody has seen it, it need not be shown any more.
    pub ended_once_seen: bool,
}

impl Candidate {
    /// Its key: what an acknowledgement names.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.entry)
    }

    /// Only a close ends it.
    fn is_latched(&self) -> bool {
        self.kind == FlagKind::AncBand && self.severity == Severity::Critical
    }

    /// It ends with what it rests on, whether or not somebody has seen it.
    fn ends_unseen(&self) -> bool {
        self.severity != Severity::Critical || matches!(self.kind, FlagKind::Retitrate | FlagKind::Approval)
    }
}

/// What is left of the candidates: the flags that are not gone, and of those what is shown.
#[derive(Debug)]
pub(super) struct Settled {
    /// Shown: worst first, then newest.
    pub shown: Vec<Flag>,
    /// The worst of all that are not gone.
    pub severity: Severity,
}

/// Applies the acknowledgements.
pub(super) fn settle(candidates: &[Candidate], known: &Known<'_>) -> Settled {
    let alive: Vec<(&Candidate, Option<Acknowledged>)> = candidates
        .iter()
        .filter_map(|candidate| {
            let covering: Vec<_> =
                known.acknowledgements.iter().filter(|ack| covers(ack, candidate, candidates)).collect();
            let closed = candidate
                .closable
                .is_some_and(|from| covering.iter().any(|ack| ack.what.close && !from.later_than(&ack.at)));
            let seen = covering
                .last()
                .map(|ack| Acknowledged { entry: ack.entry.id.clone(), action: ack.what.action.as_str().into() });
            let ended = !candidate.is_latched()
                && (candidate.ended && (candidate.ends_unseen() || seen.is_some())
                    || candidate.ended_once_seen && seen.is_some());
            (!closed && !ended).then_some((candidate, seen))
        })
        .collect();
    let severity = alive.iter().map(|(candidate, _)| candidate.severity).max().unwrap_or(Severity::Ok);
    let mut shown: Vec<_> = alive.iter().filter(|one| is_shown(one, &alive)).collect();
    shown.sort_by(|a, b| worse_or_newer(b.0, a.0));
    Settled {
        shown: shown.into_iter().map(|(candidate, seen)| flag(candidate, seen.clone(), known)).collect(),
        severity,
    }
}

/// Whether an acknowledgement covers a flag: the one that it names, or an older one of the same kind and measure that is
/// no worse. It counts from when the flag became true.
fn covers(ack: &Fact<'_, &Acknowledgement>, candidate: &Candidate, all: &[Candidate]) -> bool {
    if candidate.since.later_than(&ack.at) {
        return false;
    }
    let named = |c: &&Candidate| *c.key() == *ack.what.flag && !c.since.later_than(&ack.at);
    all.iter().filter(named).any(|named| {
        named.key() == candidate.key()
            || (named.kind == candidate.kind
                && named.measure == candidate.measure
                && named.severity >= candidate.severity
                && named.since.order(&candidate.since).is_ge())
    })
}

/// Of several of one kind and measure the worst, then the newest; if that one is acknowledged, also the first open one.
fn is_shown(one: &(&Candidate, Option<Acknowledged>), alive: &[(&Candidate, Option<Acknowledged>)]) -> bool {
    let same =
        |other: &&(&Candidate, Option<Acknowledged>)| other.0.kind == one.0.kind && other.0.measure == one.0.measure;
    let first = |open_only: bool| {
        alive
            .iter()
            .filter(same)
            .filter(|other| !open_only || other.1.is_none())
            .max_by(|a, b| worse_or_newer(a.0, b.0))
            .is_some_and(|other| std::ptr::eq(other.0, one.0))
    };
    first(false) || first(true)
}

fn worse_or_newer(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    a.severity.cmp(&b.severity).then_with(|| a.since.order(&b.since)).then_with(|| a.entry.cmp(&b.entry))
}

fn flag(candidate: &Candidate, acknowledged: Option<Acknowledged>, known: &Known<'_>) -> Flag {
    Flag {
        key: candidate.key(),
        kind: candidate.kind,
        severity: candidate.severity,
        title: candidate.title.clone(),
        action: candidate.action.clone(),
        why: candidate.why.clone(),
        entry: candidate.entry.clone(),
        since: candidate.when.unwrap_or_else(|| when(&candidate.since, known)),
        rule: candidate.rule.as_str().into(),
        acknowledged,
    }
}

fn when(stamp: &Stamp, known: &Known<'_>) -> When {
    stamp
        .instant
        .map_or(When::Date(stamp.date), |at| When::Instant(at.with_timezone(&known.moment.zone).fixed_offset()))
}
