//! Checklists: what is asked, and how it may be answered.
use serde::Deserialize;

use super::{Figure, RulesError, parse};

/// One checklist.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistDef {
    /// Its id in the file format.
    pub id: String,
    /// Its name on the screen.
    pub title: String,
    /// Other words for it in a typed line, in lower case.
    #[serde(default)]
    pub words: Vec<String>,
    /// Its items, in the order in which they are asked.
    pub items: Vec<Item>,
}

impl ChecklistDef {
    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }
}

/// One item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its id in the file format.
    pub id: String,
    /// What is asked, in a few words.
    pub label: String,
    /// Other words for it in a typed line, in lower case.
    #[serde(default)]
    pub words: Vec<String>,
    /// A day or a number that is typed without a name is this item's.
    #[serde(default)]
    pub unnamed: bool,
    /// How it may be answered.
    pub answer: AnswerKind,
}

/// How an item may be answered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// Yes or no.
    YesNo,
    /// A day, not after that of the checklist.
    Date,
    /// A whole number within bounds.
    Number {
        /// Lowest.
        min: Figure,
        /// Highest.
        max: Figure,
    },
    /// Free text, such as a name.
    Text,
}

/// Reads `data/checklists.json`.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<ChecklistDef>, RulesError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Lists {
        #[allow(dead_code)]
        about: String,
        checklists: Vec<ChecklistDef>,
    }
    parse::<Lists>(file, text).map(|lists| lists.checklists)
}
