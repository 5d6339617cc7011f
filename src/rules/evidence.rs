//! Where a number comes from, and how sure we are of it.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How sure we are of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Read in an official document.
    Official,
    /// Read in a secondary text.
    Secondary,
    /// Not read in any text that could be opened, or from an unreviewed article: says so on the screen.
    Unverified,
    /// A choice of this program where no source says it.
    Convention,
}

impl Evidence {
    /// The word of the data files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Secondary => "secondary",
            Self::Unverified => "unverified",
            Self::Convention => "convention",
        }
    }
}

/// A rule as `explain` and the screen cite it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its key, `protocol#rule`.
    pub key: String,
    /// The rule in words.
    pub text: String,
    /// Document, section, year.
    pub source: String,
    /// How sure we are of it.
    pub evidence: Evidence,
    /// Version of the protocol or table that holds it.
    pub version: String,
    /// A site's word for it.
    pub confirmed: Option<Confirmation>,
}

impl RuleInfo {
    /// Rests on an unverified figure, and no site has confirmed it: the screen says so beside what comes of it.
    pub fn is_unverified(&self) -> bool {
        self.evidence == Evidence::Unverified && self.confirmed.is_none()
    }
}

/// A site's word for an unverified figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Who confirmed it.
    pub by: String,
    /// When.
    pub on: NaiveDate,
}
