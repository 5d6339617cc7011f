//! Protocols, regimens, checklists and units, as data with their sources.
//!
//! A number that a clinician could dispute stands in `data/`, embedded here, with its `source` and `evidence`. Code
//! knows shapes (a phase, a band, a gap), never values.
mod checklist;
mod evidence;
mod figure;
mod tests;

pub use checklist::{AnswerKind, ChecklistDef, Item};
pub use evidence::{Evidence, RuleInfo};
pub use figure::Figure;
pub use tests::{TestDef, Tests, UnitFault};

/// All rules: the embedded ones and, later, a site's own.
#[derive(Debug, Clone)]
pub struct Rules {
    tests: Tests,
    checklists: Vec<ChecklistDef>,
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
        Ok(Self {
            tests: Tests::read("units.json", include_str!("../../data/units.json"))?,
            checklists: checklist::read("checklists.json", include_str!("../../data/checklists.json"))?,
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
}

/// Reads one data file, with the file's name in the error.
fn parse<'a, T: serde::Deserialize<'a>>(file: &str, text: &'a str) -> Result<T, RulesError> {
    serde_json::from_str(text).map_err(|e| RulesError { file: file.to_owned(), what: e.to_string() })
}
