//! Monitoring protocols: which counts, how often, what a low one means, what a break or a stop changes.
//!
//! One format says all of them (`data/protocols/*.json`): bands over one or two counts, what confirms, repeats and ends
//! the follow-up of a low band, phases by the age of the last sample, gaps, and monitoring after a stop. Days are days
//! since the monitoring epoch, day 0 being the first dose.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Evidence, Figure, RuleInfo, RulesError, Severity, parse};
use crate::ward::{Ben, Service};

/// One protocol.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Format of the file: `wardround-protocol/1`.
    format: String,
    /// Its id, as patients name it.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Licensed, guidance or unreviewed.
    pub kind: ProtocolKind,
    /// Version of the figures.
    pub version: String,
    /// Since when the rules it encodes have been in force.
    pub effective_from: NaiveDate,
    /// When somebody last held it against its sources.
    pub checked_on: NaiveDate,
    /// Documents, by the short name that each rule cites.
    sources: BTreeMap<String, Source>,
    /// Whether the WBC counts as well as the ANC: the worse decides.
    pub reads_wbc: bool,
    /// Bands, best first.
    bands: BandTables,
    /// Phases of the schedule, in order.
    pub phases: Vec<Phase>,
    /// What the protocol says of the time after its last phase, if it says nothing of it.
    pub undefined_words: Option<String>,
    /// How long before the first dose a count still serves as the baseline.
    pub baseline: Baseline,
    /// What a gap between doses does to the counts; the first that fits holds.
    pub gaps: Vec<Gap>,
    /// Counts after a stop.
    pub after_stop: AfterStop,
    /// What a long break adds to the action of a retitration.
    #[serde(default)]
    pub retitrate_over_hours_adds: Vec<RetitrateAddition>,
}

/// What stands behind a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProtocolKind {
    /// A product licence or a national registry.
    Licensed,
    /// Guidance of experts.
    Guidance,
    /// A document that nobody has reviewed.
    Unreviewed,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    document: String,
    section: String,
    year: String,
}

impl Source {
    /// Document, section and year, as cited.
    pub(super) fn cite(&self) -> String {
        format!("{}, {} ({})", self.document, self.section, self.year)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct BandTables {
    general: Vec<Band>,
    ben: Option<Vec<Band>>,
    duffy_null: Option<Vec<Band>>,
}

/// A band of counts. Half open: the lower bound belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The protocol's own word.
    pub id: String,
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
    source: String,
    evidence: Evidence,
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
    source: Option<String>,
    evidence: Option<Evidence>,
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
    source: Option<String>,
    evidence: Option<Evidence>,
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

/// A phase of the schedule, chosen by the age of the last sample.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Its id.
    pub id: String,
    /// In words.
    pub words: String,
    /// First day.
    pub from_day: i64,
    /// The day after the last; absent: without end.
    pub until_day: Option<i64>,
    /// Days between counts; absent: the protocol asks for none.
    pub every_days: Option<i64>,
    /// The interval instead if any count was under the best band.
    pub unless_neutropenia_every_days: Option<i64>,
    /// Only for courses at high risk.
    #[serde(default)]
    pub only_high_risk: bool,
    /// Only once the monitoring service has authorised it.
    pub needs_authorisation: Option<String>,
    /// For how many days a sample covers supply, by monitoring service.
    pub valid_days: Option<BTreeMap<String, i64>>,
    /// How sure we are of the validity, where it differs from the interval.
    pub validity_evidence: Option<Evidence>,
    source: String,
    evidence: Evidence,
}

impl Phase {
    /// Whether a sample of this age belongs to the phase.
    pub fn holds(&self, age_days: i64) -> bool {
        age_days >= self.from_day && self.until_day.is_none_or(|until| age_days < until)
    }

    /// For how many days a sample covers supply; the strictest where the service is not known.
    pub fn valid_for(&self, service: Option<Service>) -> Option<i64> {
        by_service(self.valid_days.as_ref()?, service)
    }
}

/// A figure that depends on the monitoring service: the strictest (lowest) where it is not known.
fn by_service(figures: &BTreeMap<String, i64>, service: Option<Service>) -> Option<i64> {
    service.and_then(|service| figures.get(service.as_str()).copied()).or_else(|| figures.values().min().copied())
}

/// The count before the first dose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// It counts if it is at most so many days old.
    pub within_days: i64,
    source: String,
    evidence: Evidence,
}

/// What a gap between doses does to the counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Its id.
    pub id: String,
    /// In words.
    pub words: String,
    /// Longer than so many hours, by monitoring service.
    over_hours: Option<BTreeMap<String, i64>>,
    /// So many hours or longer.
    from_hours: Option<i64>,
    /// So many days or longer, by date.
    from_days: Option<i64>,
    /// Only if the last dose was before this day of treatment.
    if_before_day: Option<i64>,
    /// Only if the last dose was on this day of treatment or later.
    if_from_day: Option<i64>,
    /// Only without any count under the best band.
    #[serde(default)]
    if_no_neutropenia: bool,
    /// What it does.
    pub effect: GapEffect,
    source: String,
    evidence: Evidence,
}

/// A gap between the last dose before it and the first after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapFacts {
    /// Length in minutes, measured in UTC.
    pub minutes: i64,
    /// Length in days, by date.
    pub days: i64,
    /// Day of monitoring on which the last dose was.
    pub age_days: i64,
    /// Any count under the best band so far.
    pub neutropenia: bool,
    /// The monitoring service, if known.
    pub service: Option<Service>,
}

const MINUTES_PER_HOUR: i64 = 60;

impl Gap {
    /// Whether this rule holds for a gap.
    pub fn fits(&self, gap: &GapFacts) -> bool {
        let over = |hours: i64| gap.minutes > hours * MINUTES_PER_HOUR;
        self.over_hours.as_ref().is_none_or(|hours| by_service(hours, gap.service).is_some_and(over))
            && self.from_hours.is_none_or(|hours| gap.minutes >= hours * MINUTES_PER_HOUR)
            && self.from_days.is_none_or(|days| gap.days >= days)
            && self.if_before_day.is_none_or(|day| gap.age_days < day)
            && self.if_from_day.is_none_or(|day| gap.age_days >= day)
            && !(self.if_no_neutropenia && gap.neutropenia)
    }
}

/// What a gap does to the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GapEffect {
    /// The day of resumption is a new day 0.
    NewClock {},
    /// More often for a while, then by age again.
    Tighter {
        /// Days between counts.
        every_days: i64,
        /// For so many days from the resumption.
        for_days: i64,
    },
    /// The schedule goes on.
    None {},
}

/// Counts after a stop.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterStop {
    /// In words.
    pub words: String,
    /// The schedule runs on until a count after the stop is in the best band.
    #[serde(default)]
    pub until_normal: bool,
    /// Days after the stop, by the phase that was in force.
    #[serde(default)]
    pub slots: BTreeMap<String, Vec<i64>>,
    /// Days after the stop for any other phase.
    #[serde(default)]
    pub otherwise: Vec<i64>,
    source: String,
    evidence: Evidence,
}

/// What a long break adds to the action of a retitration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetitrateAddition {
    /// After so many hours.
    pub over_hours: i64,
    /// In words.
    pub adds: String,
    source: String,
    evidence: Evidence,
}

/// Which of a protocol's band tables holds for somebody at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// For everybody else.
    General,
    /// Confirmed benign ethnic neutropenia.
    Ben,
    /// Duffy-null phenotype.
    DuffyNull,
}

impl Table {
    fn prefix(self) -> &'static str {
        match self {
            Self::General => "band.",
            Self::Ben => "band.ben.",
            Self::DuffyNull => "band.duffy-null.",
        }
    }
}

impl Protocol {
    /// Reads and checks a protocol file.
    ///
    /// # Errors
    /// What is wrong with it, with line and column where the JSON has one.
    pub fn read(file: &str, text: &str) -> Result<Self, RulesError> {
        let protocol: Self = parse(file, text)?;
        protocol.check().map_err(|what| RulesError { file: file.to_owned(), what })?;
        Ok(protocol)
    }

    /// The table that holds for this status. Only confirmed BEN uses BEN bands.
    pub fn table(&self, ben: Ben, duffy_null: bool) -> Table {
        if ben == Ben::Confirmed && self.bands.ben.is_some() {
            Table::Ben
        } else if duffy_null && self.bands.duffy_null.is_some() {
            Table::DuffyNull
        } else {
            Table::General
        }
    }

    /// Its bands, best first; never empty.
    pub fn bands(&self, table: Table) -> &[Band] {
        let special = match table {
            Table::General => None,
            Table::Ben => self.bands.ben.as_deref(),
            Table::DuffyNull => self.bands.duffy_null.as_deref(),
        };
        special.unwrap_or(&self.bands.general)
    }

    /// The key of a band's rule.
    pub fn band_key(&self, table: Table, band: &Band) -> String {
        self.key(&format!("{}{}", table.prefix(), band.id.to_lowercase()))
    }

    /// The key of a rule of this protocol.
    pub fn key(&self, rule: &str) -> String {
        format!("{}#{rule}", self.id)
    }

    /// Every rule of the protocol, as it is cited.
    pub fn rules(&self) -> Vec<RuleInfo> {
        let mut rules = Vec::new();
        for table in [Table::General, Table::Ben, Table::DuffyNull] {
            if table != Table::General && std::ptr::eq(self.bands(table), self.bands(Table::General)) {
                continue;
            }
            for band in self.bands(table) {
                let key = format!("{}{}", table.prefix(), band.id.to_lowercase());
                rules.push(self.info(&key, &band_words(band), &band.source, band.evidence));
                for fall in &band.falls {
                    rules.push(self.info(
                        &format!("fall.{}", fall.test),
                        &fall_words(fall),
                        &band.source,
                        band.evidence,
                    ));
                }
                rules.extend(self.follow_up_rules(&key, band));
            }
        }
        for phase in &self.phases {
            let key = format!("phase.{}", phase.id);
            rules.push(self.info(&key, &phase.words, &phase.source, phase.evidence));
        }
        let baseline = format!("a count from the {} days before the first dose serves", self.baseline.within_days);
        rules.push(self.info("baseline", &baseline, &self.baseline.source, self.baseline.evidence));
        for gap in &self.gaps {
            rules.push(self.info(&format!("gap.{}", gap.id), &gap.words, &gap.source, gap.evidence));
        }
        rules.push(self.info("after-stop", &self.after_stop.words, &self.after_stop.source, self.after_stop.evidence));
        for addition in &self.retitrate_over_hours_adds {
            rules.push(self.info("retitrate-adds", &addition.adds, &addition.source, addition.evidence));
        }
        if let Some(words) = &self.undefined_words {
            rules.push(self.info("undefined", words, "wardround", Evidence::Convention));
        }
        rules
    }

    /// The parts of a band's follow-up that have a source of their own.
    fn follow_up_rules(&self, key: &str, band: &Band) -> Vec<RuleInfo> {
        let Some(follow_up) = &band.follow_up else { return Vec::new() };
        let mut rules = Vec::new();
        for (i, step) in follow_up.steps.iter().enumerate() {
            let source = step.source.as_deref().unwrap_or(&band.source);
            let words = format!("{}: every {} days {}", band.id, step.every_days, step.until.words());
            rules.push(self.info(
                &format!("{key}.step-{}", i + 1),
                &words,
                source,
                step.evidence.unwrap_or(band.evidence),
            ));
        }
        if follow_up.confirm_within_days.is_some() {
            let words = format!("the first count in {} is repeated to confirm it", band.id);
            rules.push(self.info(&format!("{key}.confirm"), &words, &band.source, band.evidence));
        }
        if let Some(then) = &follow_up.then {
            let source = then.source.as_deref().unwrap_or(&band.source);
            let words = format!("after {}: every {} days, {} times", band.id, then.every_days, then.times);
            rules.push(self.info(&format!("{key}.then"), &words, source, then.evidence.unwrap_or(band.evidence)));
        }
        if let Some(days) = follow_up.whole_treatment_every_days {
            let words = format!("after {}: at least every {days} days for the whole treatment", band.id);
            rules.push(self.info(&format!("{key}.whole-treatment"), &words, &band.source, band.evidence));
        }
        rules
    }

    fn info(&self, key: &str, text: &str, source: &str, evidence: Evidence) -> RuleInfo {
        RuleInfo {
            key: self.key(key),
            text: text.to_owned(),
            source: self.sources.get(source).map_or_else(|| source.to_owned(), Source::cite),
            evidence,
            version: self.version.clone(),
        }
    }

    /// What no shape can hold: bands that fall, phases that leave no gap, sources that exist.
    fn check(&self) -> Result<(), String> {
        if self.format != "wardround-protocol/1" {
            return Err("format: must be \"wardround-protocol/1\"".to_owned());
        }
        for (name, bands) in [
            ("general", Some(&self.bands.general)),
            ("ben", self.bands.ben.as_ref()),
            ("duffy_null", self.bands.duffy_null.as_ref()),
        ] {
            bands.map_or(Ok(()), |bands| self.check_bands(bands)).map_err(|e| format!("bands.{name}: {e}"))?;
        }
        if let Some(days) =
            self.phases.iter().find(|p| p.every_days.is_some_and(|d| d < 1) || p.from_day < 0).map(|p| &p.id)
        {
            return Err(format!("phases: {days}: every_days must be 1 or more, from_day 0 or more"));
        }
        let cited = self.rules();
        match cited.iter().find(|rule| !self.sources.values().any(|s| s.cite() == rule.source)) {
            Some(rule) => Err(format!("{}: source {} is not among the sources", rule.key, rule.source)),
            None => Ok(()),
        }
    }

    fn check_bands(&self, bands: &[Band]) -> Result<(), String> {
        let falls = |figures: &[Option<Decimal>]| figures.windows(2).all(|pair| pair[1] < pair[0]);
        let anc: Vec<_> = bands.iter().map(|b| Some(b.anc.0)).collect();
        let wbc: Vec<_> = bands.iter().map(|b| b.wbc.map(|w| w.0)).collect();
        if anc.last() != Some(&Some(Decimal::ZERO)) {
            return Err("the last band must begin at an ANC of 0".to_owned());
        }
        if !falls(&anc) {
            return Err("each band must begin lower than the one before it".to_owned());
        }
        if self.reads_wbc && (wbc.iter().any(Option::is_none) || !falls(&wbc)) {
            return Err("reads_wbc: each band needs a wbc, lower than that of the one before".to_owned());
        }
        if bands.first().is_some_and(|b| b.severity != Severity::Ok) {
            return Err("the first band must have severity ok".to_owned());
        }
        if bands.iter().skip(1).any(|b| b.severity == Severity::Ok) {
            return Err("only the first band may have severity ok".to_owned());
        }
        Ok(())
    }
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

fn band_words(band: &Band) -> String {
    match band.wbc {
        Some(wbc) => format!("{}: ANC from {}, WBC from {} (the worse decides)", band.id, band.anc.0, wbc.0),
        None => format!("{}: ANC from {}", band.id, band.anc.0),
    }
}

fn fall_words(fall: &Fall) -> String {
    format!(
        "{} fell by {} or more within {} days to under {}",
        fall.test.to_uppercase(),
        fall.by.0,
        fall.within_days,
        fall.to_under.0
    )
}
