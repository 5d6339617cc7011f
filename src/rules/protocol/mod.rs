//! Monitoring protocols: which counts, how often, what a low one means, what a break or a stop changes.
//!
//! One format says all of them (`data/protocols/*.json`): bands over one or two counts, what confirms, repeats and ends
//! the follow-up of a low band, phases by the age of the last sample, gaps, and monitoring after a stop. Days are days
//! since the monitoring epoch, day 0 being the first dose.
mod band;
mod check;
mod cited;
mod figures;
mod phase;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{RulesError, parse, site};
use crate::ward::Ben;

pub use band::{Band, Fall, FollowUp, Step, Then, Until};
pub use phase::{AfterStop, Baseline, Gap, GapEffect, GapFacts, Phase, RetitrateAddition};

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
    /// Whether any of its bands knows falls of a count.
    #[serde(skip)]
    pub knows_falls: bool,
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
    /// Whom it is for.
    pub fn words(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Ben => "benign ethnic neutropenia, confirmed",
            Self::DuffyNull => "Duffy-null",
        }
    }

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
        let mut protocol: Self = parse(file, text)?;
        let knows_falls =
            protocol.tables().any(|table| protocol.bands(table).iter().any(|band| !band.falls.is_empty()));
        protocol.knows_falls = knows_falls;
        let id = &protocol.id;
        protocol.phases.iter_mut().for_each(|phase| phase.key = format!("{id}#phase.{}", phase.id).into());
        protocol.check().map_err(|(path, what)| site::wrong(file, text, &path, &what))?;
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

    /// The tables that it has.
    pub fn tables(&self) -> impl Iterator<Item = Table> {
        let has = |table: &Table| match table {
            Table::General => true,
            Table::Ben => self.bands.ben.is_some(),
            Table::DuffyNull => self.bands.duffy_null.is_some(),
        };
        [Table::General, Table::Ben, Table::DuffyNull].into_iter().filter(has)
    }

    /// The key of a band's rule.
    pub fn band_key(&self, table: Table, band: &Band) -> String {
        self.key(&format!("{}{}", table.prefix(), band.id.to_lowercase()))
    }

    /// The key of a rule of this protocol.
    pub fn key(&self, rule: &str) -> String {
        format!("{}#{rule}", self.id)
    }
}
