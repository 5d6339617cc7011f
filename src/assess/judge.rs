//! Which band a blood sample is in, under one protocol.
//!
//! Bands are half open, the lower bound belongs to the band, nothing is rounded. Where the protocol reads the WBC, the
//! worse of the two decides; a sample that lacks one of them is never the best band.
use super::known::{Fact, Measured};
use super::samples::BloodSample;
use super::stamp::days_between;
use crate::rules::Severity;
use crate::rules::protocol::{Band, Fall, Protocol, Table};

/// A sample under one protocol.
#[derive(Debug, Clone)]
pub(super) struct Judged<'s, 'r> {
    pub sample: &'s BloodSample<'s>,
    pub protocol: &'r Protocol,
    pub table: Table,
    /// Index of its band, 0 the best; `None`: incomplete, and what there is of it is in the best band.
    pub band: Option<usize>,
    /// A full count is wanted: the protocol reads the ANC and the WBC, and one of them is missing.
    pub incomplete: bool,
    /// The result that decided.
    pub decided_by: &'s Fact<'s, Measured<'s>>,
    /// The falls that put it in its band.
    pub falls: Vec<FallFound<'s, 'r>>,
}

/// A fall of a count.
#[derive(Debug, Clone)]
pub(super) struct FallFound<'s, 'r> {
    pub rule: &'r Fall,
    pub from: &'s Fact<'s, Measured<'s>>,
    pub to: &'s Fact<'s, Measured<'s>>,
}

impl<'r> Judged<'_, 'r> {
    /// The band, if the sample is in one.
    pub fn band(&self) -> Option<&'r Band> {
        self.band.and_then(|i| self.protocol.bands(self.table).get(i))
    }

    /// A complete sample in the best band.
    pub fn is_best(&self) -> bool {
        self.band == Some(0)
    }

    /// The protocol's word.
    pub fn word(&self) -> &'r str {
        self.band().map_or("INCOMPLETE", |band| &band.id)
    }

    /// How urgent: an incomplete sample is a warning.
    pub fn severity(&self) -> Severity {
        self.band().map_or(Severity::Warning, |band| band.severity)
    }

    /// The key of the rule that decided.
    pub fn rule(&self) -> String {
        match self.band() {
            Some(band) => self.protocol.band_key(self.table, band),
            None => crate::rules::Checks::key("counts.incomplete"),
        }
    }
}

/// Judges a sample; `None` if the protocol reads nothing of it. `earlier` are the samples before it.
pub(super) fn judge<'s, 'r>(
    protocol: &'r Protocol,
    table: Table,
    sample: &'s BloodSample<'s>,
    earlier: &'s [BloodSample<'s>],
) -> Option<Judged<'s, 'r>> {
    let bands = protocol.bands(table);
    let anc = sample.anc.map(|fact| (index(bands, |b| fact.what.can_be_under(b.anc.0)), fact));
    let wbc = sample
        .wbc
        .filter(|_| protocol.reads_wbc)
        .map(|fact| (index(bands, |b| b.wbc.is_some_and(|wbc| fact.what.can_be_under(wbc.0))), fact));
    // The worse decides; the ANC, if both are the same.
    let (worst, decided_by) = match (anc, wbc) {
        (Some(anc), Some(wbc)) if wbc.0 > anc.0 => wbc,
        (Some(anc), _) => anc,
        (None, Some(wbc)) => wbc,
        (None, None) => return None,
    };
    let incomplete = protocol.reads_wbc && (anc.is_none() || wbc.is_none());
    let falls = if protocol.knows_falls { falls(bands, sample, earlier, protocol.reads_wbc) } else { Vec::new() };
    let fallen = falls.iter().map(|(band, _)| *band).max().unwrap_or(0);
    let worst = worst.max(fallen);
    Some(Judged {
        sample,
        protocol,
        table,
        band: (worst > 0 || !incomplete).then_some(worst),
        incomplete,
        decided_by,
        falls: if falls.is_empty() { Vec::new() } else { falls.into_iter().map(|(_, fall)| fall).collect() },
    })
}

/// The first band that the count reaches; the last begins at nothing.
fn index(bands: &[Band], is_under: impl Fn(&Band) -> bool) -> usize {
    bands.iter().position(|band| !is_under(band)).unwrap_or(bands.len().saturating_sub(1))
}

/// The falls that a protocol knows, with the band that each puts the sample in.
fn falls<'s, 'r>(
    bands: &'r [Band],
    sample: &'s BloodSample<'s>,
    earlier: &'s [BloodSample<'s>],
    reads_wbc: bool,
) -> Vec<(usize, FallFound<'s, 'r>)> {
    let mut found = Vec::new();
    for (i, band) in bands.iter().enumerate() {
        for rule in &band.falls {
            let of = |s: &'s BloodSample<'s>| if rule.test == "wbc" { s.wbc.filter(|_| reads_wbc) } else { s.anc };
            let Some(to) = of(sample).filter(|to| to.what.can_be_under(rule.to_under.0)) else { continue };
            let from = earlier
                .iter()
                .rev()
                .take_while(|s| days_between(s.at.date, sample.at.date) <= rule.within_days)
                .filter_map(of)
                .find(|from| from.what.lowest() - to.what.lowest() >= rule.by.0);
            found.extend(from.map(|from| (i, FallFound { rule, from, to })));
        }
    }
    found
}
