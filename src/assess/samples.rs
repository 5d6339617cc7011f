//! Which results belong to one blood sample.
//!
//! An ANC and a WBC are one sample if they were taken at the same time, at most an hour apart on one day (the nearest
//! pair first), or, where one is date-only, on the same date. Several results of one test at one time are one, with the
//! more dangerous value, and never confirm each other.
use chrono::Duration;

use super::known::{Fact, Known, Measured};
use super::outcome::CannotAssess;
use super::stamp::Stamp;
use crate::ward::{Comparator, When};

/// How far apart the ANC and the WBC of one sample may be.
const ONE_SAMPLE: Duration = Duration::hours(1);

/// One blood sample: an ANC, a WBC, or both.
#[derive(Debug, Clone, Copy)]
pub(super) struct BloodSample<'k> {
    pub at: Stamp,
    pub anc: Option<&'k Fact<'k, Measured<'k>>>,
    pub wbc: Option<&'k Fact<'k, Measured<'k>>>,
}

impl<'k> BloodSample<'k> {
    /// The time of the sample as it was written down.
    pub fn when(&self) -> Option<When> {
        self.lead().and_then(|fact| fact.entry.at)
    }

    /// The ANC, or the WBC where there is no ANC.
    pub fn lead(&self) -> Option<&'k Fact<'k, Measured<'k>>> {
        self.anc.or(self.wbc)
    }
}

/// All samples of a patient, oldest first.
pub(super) fn samples<'k>(known: &'k Known<'_>) -> Vec<BloodSample<'k>> {
    let ancs = at_one_time(known.of_test("anc"));
    let wbcs = at_one_time(known.of_test("wbc"));
    if wbcs.is_empty() {
        return ancs.iter().map(|anc| BloodSample { at: anc.at, anc: Some(anc.fact), wbc: None }).collect();
    }
    let (wbc_of, taken) = pair(&ancs, &wbcs);
    let with_wbc = |(anc, wbc): (&One<'k>, &Option<usize>)| BloodSample {
        at: anc.at,
        anc: Some(anc.fact),
        wbc: wbc.and_then(|i| wbcs.get(i)).map(|wbc| wbc.fact),
    };
    let mut samples: Vec<_> = ancs.iter().zip(&wbc_of).map(with_wbc).collect();
    let alone = wbcs.iter().zip(&taken).filter(|(_, taken)| !**taken);
    samples.extend(alone.map(|(wbc, _)| BloodSample { at: wbc.at, anc: None, wbc: Some(wbc.fact) }));
    samples.sort_by(|a, b| a.at.order(&b.at));
    samples
}

/// A result with the time that counts for it.
#[derive(Debug, Clone, Copy)]
struct One<'k> {
    at: Stamp,
    fact: &'k Fact<'k, Measured<'k>>,
}

impl<'k> One<'k> {
    /// Of two results of one time the more dangerous holds.
    fn or_worse(&mut self, other: &'k Fact<'k, Measured<'k>>) {
        if other.what.lowest() < self.fact.what.lowest() {
            self.fact = other;
        }
    }
}

/// The results of one test, one for each time: the most dangerous. One that is date-only goes with the last of its day.
/// `facts` are in order of time.
fn at_one_time<'k>(facts: &'k [Fact<'k, Measured<'k>>]) -> Vec<One<'k>> {
    let mut kept: Vec<One<'k>> = Vec::with_capacity(facts.len());
    for fact in facts.iter().filter(|fact| fact.at.instant.is_some()) {
        match kept.last_mut().filter(|last| last.at == fact.at) {
            Some(last) => last.or_worse(fact),
            None => kept.push(One { at: fact.at, fact }),
        }
    }
    let timed = kept.len();
    for fact in facts.iter().filter(|fact| fact.at.instant.is_none()) {
        let (of_time, of_day) = kept.split_at_mut(timed);
        let until = of_time.partition_point(|one| one.at.date <= fact.at.date);
        let last = of_time.get_mut(..until).and_then(<[_]>::last_mut).filter(|last| last.at.date == fact.at.date);
        match last.or_else(|| of_day.last_mut().filter(|last| last.at.date == fact.at.date)) {
            Some(last) => last.or_worse(fact),
            None => kept.push(One { at: fact.at, fact }),
        }
    }
    if timed < kept.len() {
        kept.sort_by(|a, b| a.at.order(&b.at));
    }
    kept
}

/// For each ANC the WBC of its sample, the nearest pairs first; and for each WBC whether it is taken.
fn pair(ancs: &[One<'_>], wbcs: &[One<'_>]) -> (Vec<Option<usize>>, Vec<bool>) {
    let mut near: Vec<(Duration, usize, usize)> = Vec::with_capacity(ancs.len());
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
    (wbc_of, taken)
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
    // Only what is certain: an ANC "<2.0" may lie under any WBC, and a WBC ">10" over any ANC.
    let certain = anc.what.observation.comparator != Some(Comparator::Less)
        && wbc.what.observation.comparator != Some(Comparator::Greater);
    // An ANC ">4.0" is above a WBC of 4.0, as an ANC of 4.0 is above a WBC "<4.0".
    let bounded = anc.what.observation.comparator.is_some() || wbc.what.observation.comparator.is_some();
    let above = anc.what.value > wbc.what.value || bounded && anc.what.value == wbc.what.value;
    (certain && above).then(|| CannotAssess {
        code: "anc-above-wbc",
        why: "ANC above the WBC of the same sample: one of the two is wrong; read at its worst until one is voided"
            .to_owned(),
        entry: Some(anc.entry.id.clone()),
    })
}
