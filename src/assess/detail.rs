//! What only the view of one patient asks for, beside the [`Assessment`](super::Assessment): the rule of each band, results
//! that do not count beside one that does, doses against the regimen, and which levels are troughs.
use super::blood::Blood;
use super::calendar::Calendar;
use super::known::{Fact, Known, Measured};
use super::level_flags::{LEVEL, is_trough};
use super::samples::{self, BloodSample};
use super::status::History;
use super::titration_flags::{self, DoseDay};
use super::treatment::Treatment;
use crate::rules::Rules;
use crate::ward::{EntryId, Moment, Patient};

/// The particulars of one patient at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// Beside each of the [`counts`](super::counts).
    pub counts: Vec<CountDetail>,
    /// The prescribed doses of the newest course, oldest first, one for each day on which one was prescribed.
    pub doses: Vec<DoseDay>,
    /// Every clozapine level that the rules read, oldest first, and whether it is a trough.
    pub levels: Vec<(EntryId, bool)>,
}

/// What belongs to one blood count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountDetail {
    /// Key of the rule of its band, the best one too; `None` without a band.
    pub rule: Option<String>,
    /// Results of the same test and time with another value, which do not count: the more dangerous does.
    pub also: Vec<EntryId>,
}

/// The particulars of one patient.
pub fn detail(patient: &Patient, rules: &Rules, moment: &Moment) -> Detail {
    let calendar = Calendar::new(moment);
    let known = Known::new(patient, rules, &calendar);
    let samples = samples::samples(&known);
    let blood = Blood::new(&samples, History::new(&known, rules));
    let counts = samples.iter().zip(&blood.judged).filter(|(sample, _)| sample.when().is_some());
    Detail {
        counts: counts
            .map(|(sample, judged)| CountDetail {
                rule: judged.as_ref().map(super::judge::Judged::rule),
                also: also(sample, &known),
            })
            .collect(),
        doses: titration_flags::dose_days(&known, &Treatment::new(&known), rules),
        levels: known
            .of_test(LEVEL)
            .iter()
            .map(|level| (level.entry.id.clone(), is_trough(level, &known, rules)))
            .collect(),
    }
}

/// Other values of the same test at the time of a sample.
fn also(sample: &BloodSample<'_>, known: &Known<'_>) -> Vec<EntryId> {
    let of = |test: &str, counts: Option<&Fact<'_, Measured<'_>>>| -> Vec<EntryId> {
        let Some(counts) = counts else { return Vec::new() };
        let other = |fact: &&Fact<'_, Measured<'_>>| {
            fact.entry.id != counts.entry.id
                && fact.at.date == counts.at.date
                && fact.at.instant == counts.at.instant
                && (fact.what.value, fact.what.observation.comparator)
                    != (counts.what.value, counts.what.observation.comparator)
        };
        known.of_test(test).iter().filter(other).map(|fact| fact.entry.id.clone()).collect()
    };
    [of("anc", sample.anc), of("wbc", sample.wbc)].concat()
}
