//! Which results belong to one blood sample.
//!
//! An ANC and a WBC are one sample if they were taken at the same time, at most an hour apart on one day (the nearest
//! pair first), or, where one is date-only, on the same date. Several results of one test at one time are one, with the
//! more dangerous value, and never confirm each other.
use chrono::Duration;

use super::known::{Fact, Known, Measured};
use super::outcome::CannotAssess;
use super::stamp::Stamp;
use crate::ward::When;

/// How far apart the ANC and the WBC of one sample may be.
const ONE_SAMPLE: Duration = Duration::hours(1);

/// One blood sample: an ANC, a WBC, or both.
#[derive(Debug, Clone, Copy)]
pub(super) struct BloodSample<'a> {
    pub at: Stamp,
    pub anc: Option<Fact<'a, Measured<'a>>>,
    pub wbc: Option<Fact<'a, Measured<'a>>>,
}

impl<'a> BloodSample<'a> {
    /// The time of the sample as it was written down.
    pub fn when(&self) -> Option<When> {
        self.anc.or(self.wbc).and_then(|fact| fact.entry.at)
    }

    /// The ANC, or the WBC where there is no ANC.
    pub fn lead(&self) -> Option<Fact<'a, Measured<'a>>> {
        self.anc.or(self.wbc)
    }
}

/// All samples of a patient, oldest first.
pub(super) fn samples<'a>(known: &Known<'a>) -> Vec<BloodSample<'a>> {
    let ancs = at_one_time(known, "anc");
    let wbcs = at_one_time(known, "wbc");
    let mut wbc_of = pair(&ancs, &wbcs);
    let mut samples: Vec<_> = ancs
        .iter()
        .zip(&mut wbc_of)
        .map(|(anc, wbc)| BloodSample { at: anc.at, anc: Some(*anc), wbc: wbc.take().map(|i| wbcs[i]) })
        .collect();
    let paired: Vec<_> = samples.iter().filter_map(|s| s.wbc.map(|w| &w.entry.id)).collect();
    let alone: Vec<_> = wbcs.iter().filter(|w| !paired.contains(&&w.entry.id)).copied().collect();
    samples.extend(alone.into_iter().map(|wbc| BloodSample { at: wbc.at, anc: None, wbc: Some(wbc) }));
    samples.sort_by(|a, b| a.at.order(&b.at));
    samples
}

/// The results of one test, one for each time: the most dangerous. One that is date-only goes with the last of its day.
fn at_one_time<'a>(known: &Known<'a>, test: &'a str) -> Vec<Fact<'a, Measured<'a>>> {
    let mut kept: Vec<Fact<'a, Measured<'a>>> = Vec::new();
    let of_test: Vec<_> = known.of_test(test).copied().collect();
    let (dated, timed): (Vec<_>, Vec<_>) = of_test.into_iter().partition(|fact| fact.at.instant.is_none());
    for fact in timed.into_iter().chain(dated) {
        let same = kept
            .iter_mut()
            .rfind(|k| k.at.date == fact.at.date && (k.at.instant == fact.at.instant || fact.at.instant.is_none()));
        match same {
            Some(k) if fact.what.lowest() < k.what.lowest() => *k = Fact { at: k.at, ..fact },
            Some(_) => {}
            None => kept.push(fact),
        }
    }
    kept.sort_by(|a, b| a.at.order(&b.at));
    kept
}

/// For each ANC the WBC of its sample: the nearest pairs first.
fn pair(ancs: &[Fact<'_, Measured<'_>>], wbcs: &[Fact<'_, Measured<'_>>]) -> Vec<Option<usize>> {
    let mut near: Vec<(Duration, usize, usize)> = Vec::new();
    let mut first = 0;
    for (i, anc) in ancs.iter().enumerate() {
        while wbcs.get(first).is_some_and(|wbc| wbc.at.date < anc.at.date) {
            first += 1;
        }
        let same_day = wbcs.iter().enumerate().skip(first).take_while(|(_, wbc)| wbc.at.date == anc.at.date);
        near.extend(same_day.filter_map(|(j, wbc)| distance(&anc.at, &wbc.at).map(|d| (d, i, j))));
    }
    near.sort();
    let mut wbc_of = vec![None; ancs.len()];
    let mut taken = vec![false; wbcs.len()];
    for (_, i, j) in near {
        if wbc_of[i].is_none() && !taken[j] {
            wbc_of[i] = Some(j);
            taken[j] = true;
        }
    }
    wbc_of
}

/// How far apart two results of one day are, if they can be of one sample. Where the time of one is not known it
/// comes after every pair whose times are.
fn distance(a: &Stamp, b: &Stamp) -> Option<Duration> {
    match (a.instant, b.instant) {
        (Some(a), Some(b)) => Some((a - b).abs()).filter(|apart| *apart <= ONE_SAMPLE),
        (None, None) => Some(Duration::zero()),
        _ => Some(ONE_SAMPLE + Duration::minutes(1)),
    }
}

/// An ANC above the WBC of its sample: neutrophils are white cells, so one of the two is wrong.
pub(super) fn impossible(sample: &BloodSample<'_>) -> Option<CannotAssess> {
    let (anc, wbc) = (sample.anc?, sample.wbc?);
    (anc.what.observation.comparator.is_none()
        && wbc.what.observation.comparator.is_none()
        && anc.what.value > wbc.what.value)
        .then(|| CannotAssess {
            code: "anc-above-wbc",
            why: "ANC above the WBC of the same sample: one of the two is wrong; read at its worst until one is voided"
                .to_owned(),
            entry: Some(anc.entry.id.clone()),
        })
}
