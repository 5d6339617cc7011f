//! One line of the journal as it is read. A line proves itself: `h`, which is last, is the SHA-256 of every byte before
//! `,"h":"`.
use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::condition::Unconfirmed;

/// The end of a line: `,"h":"`, 64 hexadecimal digits, `"}`.
pub(super) const MARK: &[u8] = b",\"h\":\"";
pub(super) const HASH: usize = 64;
pub(super) const CLOSE: &[u8] = b"\"}";
/// What the first line of all is chained to.
pub(super) const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 as 64 hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// One line of the journal, verified.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Place in the order of saves, counted from 1.
    pub seq: u64,
    /// The revision of the file that the save made.
    pub rev: u64,
    /// Which ward.
    pub lineage: String,
    /// SHA-256 of the file that the save found.
    pub base: String,
    /// SHA-256 of the file that the save made.
    pub next: String,
    /// The host's clock.
    pub at: DateTime<FixedOffset>,
    /// Who saved, for people.
    pub by: String,
    /// The entry's kind, `patient` or `created`.
    pub op: String,
    /// Whose fact.
    pub patient: Option<String>,
    /// The complete fact, as JSON.
    pub fact: Option<Box<str>>,
    /// What was still to be confirmed then of edits outside this program.
    pub unconfirmed: Unconfirmed,
    /// Whether the journal then had facts that the file cannot hold.
    pub leftover: bool,
    /// What it is chained to.
    pub prev: String,
    /// Its own hash.
    pub hash: String,
    /// How many bytes before it were cut short, and are known.
    pub torn: usize,
}

#[derive(Deserialize)]
struct ReadLine<'a> {
    seq: u64,
    rev: u64,
    prev: Cow<'a, str>,
    lineage: String,
    base: String,
    next: String,
    at: Cow<'a, str>,
    who: ReadWho,
    op: String,
    patient: Option<String>,
    #[serde(borrow)]
    fact: Option<&'a RawValue>,
    #[serde(default)]
    unconfirmed: Unconfirmed,
    #[serde(default)]
    leftover: bool,
    #[serde(default)]
    torn: usize,
}

#[derive(Deserialize)]
struct ReadWho {
    name: String,
    login_name: Option<String>,
    asserted_by: Option<String>,
}

impl ReadWho {
    fn shown(self) -> String {
        let account = match self.login_name {
            Some(login) => format!("{login} (as {})", self.name),
            None => self.name,
        };
        self.asserted_by.map_or_else(|| account.clone(), |initials| format!("{initials} ({account})"))
    }
}

/// Verifies and reads one line.
pub(super) fn parse(line: &[u8]) -> Option<Line> {
    parse_with(line, |_| true)
}

/// As [`parse`], with the fact only of those ops that are asked for: the first line of a journal may hold a whole ward.
pub(super) fn parse_with(line: &[u8], keeps_fact: impl Fn(&str) -> bool) -> Option<Line> {
    let body_length = line.len().checked_sub(MARK.len() + HASH + CLOSE.len())?;
    let (body, end) = line.split_at_checked(body_length)?;
    let hash = end.strip_prefix(MARK)?.strip_suffix(CLOSE)?;
    let hash = std::str::from_utf8(hash).ok().filter(|hash| *hash == sha256(body))?;
    let read: ReadLine<'_> = serde_json::from_slice(line).ok()?;
    let fact = read.fact.filter(|_| keeps_fact(&read.op));
    Some(Line {
        seq: read.seq,
        rev: read.rev,
        lineage: read.lineage,
        base: read.base,
        next: read.next,
        at: DateTime::parse_from_rfc3339(&read.at).ok()?,
        by: read.who.shown(),
        op: read.op,
        patient: read.patient,
        fact: fact.map(|fact| fact.get().into()),
        unconfirmed: read.unconfirmed,
        leftover: read.leftover,
        prev: read.prev.into_owned(),
        hash: hash.to_owned(),
        torn: read.torn,
    })
}
