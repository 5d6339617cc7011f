//! Protocols, regimens, checklists and units, as data with their sources.
//!
//! A number that a clinician could dispute stands in `data/`, embedded here, with its `source` and `evidence`. Code
//! knows shapes (a phase, a band, a gap), never values.
mod checklist;
pub mod checks;
mod evidence;
mod figure;
pub mod measures;
pub mod protocol;
mod regimen;
mod severity;
mod tests;

use std::collections::BTreeMap;

pub use checklist::{AnswerKind, ChecklistDef, Item};
pub use checks::Checks;
pub use evidence::{Evidence, RuleInfo};
pub use figure::Figure;
pub use protocol::{Protocol, ProtocolKind};
pub use regimen::{DoseLimit, Regimen, StepLimit};
pub use severity::Severity;
pub use tests::{TestDef, Tests, UnitFault};

/// All rules: the embedded ones and, later, a site's own.
#[derive(Debug, Clone)]
pub struct Rules {
    tests: Tests,
    checklists: Vec<ChecklistDef>,
    protocols: Vec<Protocol>,
    regimens: Vec<Regimen>,
    checks: Checks,
    cited: BTreeMap<String, RuleInfo>,
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

/// The embedded protocols, in the order in which they are offered.
const PROTOCOLS: &[(&str, &str)] = &[
    ("us-label.json", include_str!("../../data/protocols/us-label.json")),
    ("uk-smpc.json", include_str!("../../data/protocols/uk-smpc.json")),
    ("eu-2025.json", include_str!("../../data/protocols/eu-2025.json")),
    ("ca-registry.json", include_str!("../../data/protocols/ca-registry.json")),
    ("consensus-2025.json", include_str!("../../data/protocols/consensus-2025.json")),
    ("trs-article.json", include_str!("../../data/protocols/trs-article.json")),
    ("rechallenge.json", include_str!("../../data/protocols/rechallenge.json")),
];

/// The embedded regimens, in the order in which they are offered.
const REGIMENS: &[(&str, &str)] = &[
    ("trs-article.json", include_str!("../../data/regimens/trs-article.json")),
    ("us-label.json", include_str!("../../data/regimens/us-label.json")),
    ("eu-smpc.json", include_str!("../../data/regimens/eu-smpc.json")),
    ("rechallenge-slow.json", include_str!("../../data/regimens/rechallenge-slow.json")),
    ("de-leon-asia-pm.json", include_str!("../../data/regimens/de-leon-asia-pm.json")),
    ("de-leon-asia-av.json", include_str!("../../data/regimens/de-leon-asia-av.json")),
    ("de-leon-eur-pm.json", include_str!("../../data/regimens/de-leon-eur-pm.json")),
    ("de-leon-eur-av.json", include_str!("../../data/regimens/de-leon-eur-av.json")),
    ("de-leon-us-pm.json", include_str!("../../data/regimens/de-leon-us-pm.json")),
    ("de-leon-us-av.json", include_str!("../../data/regimens/de-leon-us-av.json")),
];

impl Rules {
    /// The rules embedded in the program.
    ///
    /// # Errors
    /// A fault in an embedded file: a defect of the program, which a test rules out.
    pub fn builtin() -> Result<Self, RulesError> {
        let protocols =
            PROTOCOLS.iter().map(|(file, text)| Protocol::read(file, text)).collect::<Result<Vec<_>, _>>()?;
        let regimens = REGIMENS.iter().map(|(file, text)| Regimen::read(file, text)).collect::<Result<Vec<_>, _>>()?;
        let checks = Checks::read("checks.json", include_str!("../../data/checks.json"))?;
        let cited = protocols
            .iter()
            .flat_map(Protocol::rules)
            .chain(regimens.iter().flat_map(Regimen::rules))
            .chain(checks.rules())
            .map(|rule| (rule.key.clone(), rule))
            .collect();
        Ok(Self {
            tests: Tests::read("units.json", include_str!("../../data/units.json"))?,
            checklists: checklist::read("checklists.json", include_str!("../../data/checklists.json"))?,
            protocols,
            regimens,
            checks,
            cited,
        })
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

    /// The rule with this key, as it is cited.
    pub fn rule(&self, key: &str) -> Option<&RuleInfo> {
        self.cited.get(key)
    }

    /// Every rule, by key.
    pub fn all_rules(&self) -> impl Iterator<Item = &RuleInfo> {
        self.cited.values()
    }
}

/// Reads one data file, with the file's name in the error.
fn parse<'a, T: serde::Deserialize<'a>>(file: &str, text: &'a str) -> Result<T, RulesError> {
    serde_json::from_str(text).map_err(|e| RulesError { file: file.to_owned(), what: e.to_string() })
}

#[cfg(test)]
mod embedded {
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
