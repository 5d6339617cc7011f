//! Protocols, regimens, checklists and units, as data with their sources.
//!
//! A number that a clinician could dispute stands in `data/`, embedded here, with its `source` and `evidence`. Code
//! knows shapes (a phase, a band, a gap), never values.
mod checklist;
pub mod checks;
pub mod cited;
mod embedded;
mod evidence;
mod figure;
pub mod measures;
mod place;
pub mod protocol;
mod regimen;
mod severity;
mod site;
mod units;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use measures::Limit;

pub use checklist::{AnswerKind, ChecklistDef, Item};
pub use checks::Checks;
pub use evidence::{Confirmation, Evidence, RuleInfo};
pub use figure::Figure;
pub use protocol::{Protocol, ProtocolKind};
pub use regimen::{DoseLimit, Regimen, StepLimit};
pub use severity::Severity;
pub use units::{TestDef, Tests, UnitFault};

/// All rules: the embedded ones and a site's own.
#[derive(Debug, Clone)]
pub struct Rules {
    tests: Tests,
    checklists: Vec<ChecklistDef>,
    protocols: Vec<Protocol>,
    regimens: Vec<Regimen>,
    checks: Checks,
    /// The limits of each test that has any.
    limits: BTreeMap<String, Vec<Limit>>,
    cited: BTreeMap<String, RuleInfo>,
    left_out: Vec<String>,
}

/// Why rules could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct RulesError {
    /// The file of `data/`, or the site's own.
    pub file: String,
    /// What is wrong, with line and column.
    pub what: String,
}

impl Rules {
    /// The rules embedded in the program.
    ///
    /// # Errors
    /// A fault in an embedded file: a defect of the program, which a test rules out.
    pub fn builtin() -> Result<Self, RulesError> {
        let mut rules = Self {
            tests: Tests::read("units.json", include_str!("../../data/units.json"))?,
            checklists: checklist::read("checklists.json", include_str!("../../data/checklists.json"))?,
            protocols: Vec::new(),
            regimens: Vec::new(),
            checks: Checks::read("checks.json", include_str!("../../data/checks.json"))?,
            limits: BTreeMap::new(),
            cited: BTreeMap::new(),
            left_out: Vec::new(),
        };
        for limit in &rules.checks.limits {
            for test in &limit.tests {
                rules.limits.entry(test.clone()).or_default().push(limit.clone());
            }
        }
        rules.cite(rules.checks.rules());
        for (file, text) in embedded::PROTOCOLS.iter().chain(embedded::REGIMENS) {
            rules.insert(file, text)?;
        }
        Ok(rules)
    }

    /// Adds a protocol or a regimen: a site's own file, in the same formats as the embedded ones.
    ///
    /// # Errors
    /// What is wrong with the file, where, and in which field; an id that is taken. Nothing is added then.
    pub fn add(&mut self, file: &str, text: &str) -> Result<Added, RulesError> {
        site::kind(file, text)?;
        site::makes_sense(file, text)?;
        self.insert(file, text)
    }

    fn insert(&mut self, file: &str, text: &str) -> Result<Added, RulesError> {
        match site::kind(file, text)? {
            site::FileKind::Protocol => {
                let protocol = Protocol::read(file, text)?;
                site::is_free(file, text, &protocol.id, self.protocol(&protocol.id).is_some())?;
                self.cite(protocol.rules());
                let id = protocol.id.clone();
                self.protocols.push(protocol);
                Ok(Added::Protocol(id))
            }
            site::FileKind::Regimen => {
                let regimen = Regimen::read(file, text)?;
                site::is_free(file, text, &regimen.id, self.regimen(&regimen.id).is_some())?;
                self.cite(regimen.rules());
                let id = regimen.id.clone();
                self.regimens.push(regimen);
                Ok(Added::Regimen(id))
            }
        }
    }

    /// Takes the word of a site for a rule that rests on an unverified figure: the mark goes.
    ///
    /// # Errors
    /// No such rule.
    pub fn confirm(&mut self, key: &str, confirmation: Confirmation) -> Result<(), UnknownRule> {
        let rule = self.cited.get_mut(key).ok_or_else(|| UnknownRule(key.to_owned()))?;
        rule.confirmed = Some(confirmation);
        Ok(())
    }

    /// Notes that something of a site's own could not be taken, in words.
    pub fn leave_out(&mut self, what: String) {
        self.left_out.push(what);
    }

    /// What of a site's own could not be taken: whoever looks at an assessment must know.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    fn cite(&mut self, rules: Vec<RuleInfo>) {
        self.cited.extend(rules.into_iter().map(|rule| (rule.key.clone(), rule)));
    }

    /// Tests, their canonical units and the units that are converted.
    pub fn tests(&self) -> &Tests {
        &self.tests
    }

    /// Every checklist, in the order in which they are offered.
    pub fn checklists(&self) -> &[ChecklistDef] {
        &self.checklists
    }

    /// The checklist with this id.
    pub fn checklist(&self, id: &str) -> Option<&ChecklistDef> {
        self.checklists.iter().find(|list| list.id == id)
    }

    /// Every protocol, in the order in which they are offered.
    pub fn protocols(&self) -> &[Protocol] {
        &self.protocols
    }

    /// The protocol with this id.
    pub fn protocol(&self, id: &str) -> Option<&Protocol> {
        self.protocols.iter().find(|protocol| protocol.id == id)
    }

    /// Days since a protocol was held against its sources, if that is too long ago: the screen says so.
    pub fn unchecked_for(&self, protocol: &Protocol, today: NaiveDate) -> Option<i64> {
        let days = (today - protocol.checked_on).num_days();
        (days > self.checks.protocol_check_after_days.figure).then_some(days)
    }

    /// Days after `checked_on` after which a protocol needs a check.
    pub fn check_after_days(&self) -> i64 {
        self.checks.protocol_check_after_days.figure
    }

    /// Every titration regimen, in the order in which they are offered.
    pub fn regimens(&self) -> &[Regimen] {
        &self.regimens
    }

    /// The regimen with this id.
    pub fn regimen(&self, id: &str) -> Option<&Regimen> {
        self.regimens.iter().find(|regimen| regimen.id == id)
    }

    /// Everything that is no protocol.
    pub fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The limits of a test's values, in the order of `data/checks.json`.
    pub fn limits(&self, test: &str) -> &[Limit] {
        self.limits.get(test).map_or(&[], Vec::as_slice)
    }

    /// The rule with this key, as it is cited.
    pub fn rule(&self, key: &str) -> Option<&RuleInfo> {
        self.cited.get(key)
    }

    /// Every rule, by key.
    pub fn all_rules(&self) -> impl Iterator<Item = &RuleInfo> {
        self.cited.values()
    }
}

/// What a file added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// A protocol with this id.
    Protocol(String),
    /// A regimen with this id.
    Regimen(String),
}

/// A rule key that no rule has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no rule has the key {0}: `wardround protocol show ID` lists the keys")]
pub struct UnknownRule(pub String);

/// Reads one data file, with the file's name, the field, line and column in the error.
fn parse<'a, T: serde::Deserialize<'a>>(file: &str, text: &'a str) -> Result<T, RulesError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let error = |what: String| RulesError { file: file.to_owned(), what };
    let value = serde_path_to_error::deserialize(&mut json).map_err(|e| {
        let path = e.path().to_string();
        if path == "." { error(e.inner().to_string()) } else { error(format!("{path}: {}", e.inner())) }
    })?;
    json.end().map_err(|e| error(e.to_string()))?;
    Ok(value)
}

#[cfg(test)]
mod builtin {
    use super::Rules;

    #[test]
    fn every_data_file_reads_and_every_rule_is_cited() {
        let rules = Rules::builtin().unwrap();
        assert_eq!(rules.protocols().len(), 7);
        assert!(rules.rule("uk-smpc#band.ben.amber").is_some());
        for rule in rules.all_rules() {
            assert!(rule.source.contains('('), "{} has no source", rule.key);
        }
    }

    #[test]
    fn a_unit_is_never_guessed() {
        let rules = Rules::builtin().unwrap();
        let of = |value: &str, unit: Option<&str>| {
            let value = rust_decimal::Decimal::from_str_exact(value).unwrap();
            rules.tests().canonical("anc", value, unit).map(|v| v.normalize().to_string()).map_err(|e| e.to_string())
        };
        for unit in
            ["10*9/L", "x10^9/L", "10^9/L", "x10E9/L", "10E9/L", "x10*9/L", "10*3/uL", "x10E3/uL", "K/uL", "10\\S\\9/L"]
        {
            assert_eq!(of("1.50", Some(unit)), Ok("1.5".to_owned()), "{unit}");
        }
        for unit in ["/uL", "cells/uL", "/mm3"] {
            assert_eq!(of("1499", Some(unit)), Ok("1.499".to_owned()), "{unit}");
        }
        assert_eq!(of("1500", Some("10*9/L")), Err("value not plausible in this unit: would fit /uL".to_owned()));
        assert_eq!(of("50", Some("%")), Err("UNIT NOT RECOGNISED - not assessed".to_owned()));
        assert_eq!(of("1.5", None), Err("UNIT MISSING - not assessed".to_owned()));
    }
}
