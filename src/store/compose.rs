//! The lines of one save, each chained to the one before.
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::value::RawValue;

use super::author::Author;
use super::condition::Unconfirmed;
use super::journal::Tail;
use super::line::{CLOSE, MARK, sha256};
use super::vfs::FileId;

#[derive(Serialize)]
struct WrittenLine<'a> {
    seq: u64,
    rev: u64,
    prev: &'a str,
    lineage: &'a str,
    base: &'a str,
    next: &'a str,
    at: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    boot: Option<&'a str>,
    who: &'a Author,
    op: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<&'a str>,
    fact: &'a RawValue,
    #[serde(skip_serializing_if = "Unconfirmed::is_empty")]
    unconfirmed: &'a Unconfirmed,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    leftover: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    clock_suspect: bool,
    #[serde(skip_serializing_if = "is_zero")]
    torn: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the shape that serde asks for
fn is_zero(length: &usize) -> bool {
    *length == 0
}

/// What all lines of one save have in common.
pub(super) struct Save<'a> {
    pub rev: u64,
    pub lineage: &'a str,
    pub base: &'a str,
    pub next: &'a str,
    pub at: DateTime<Utc>,
    /// Whether the host's clock may be wrong.
    pub clock_suspect: bool,
    pub author: &'a Author,
    /// What is still to be confirmed of edits outside this program.
    pub unconfirmed: &'a Unconfirmed,
    /// Whether the journal has facts that the file cannot hold: it is to be read whole.
    pub leftover: bool,
}

/// One fact for the journal.
pub(super) struct Fact {
    pub op: String,
    pub patient: Option<String>,
    /// Complete, as JSON.
    pub json: String,
}

/// The lines of one save, ready to be appended, and where the journal ends after them.
pub(super) struct Lines {
    pub bytes: Vec<u8>,
    /// How many bytes make the first line readable.
    pub first: usize,
    count: usize,
    seq: u64,
    rev: u64,
    prev: String,
}

impl Lines {
    /// Chains facts to the end of a journal.
    ///
    /// # Errors
    /// If a fact is not JSON.
    pub fn compose<'f>(
        tail: &Tail,
        save: &Save<'_>,
        facts: impl IntoIterator<Item = &'f Fact>,
    ) -> serde_json::Result<Self> {
        let heal: &[u8] = if tail.loose > 0 { b"\n" } else { b"" };
        let mut lines = Self {
            bytes: heal.to_vec(),
            first: 0,
            count: 0,
            seq: tail.seq,
            rev: save.rev,
            prev: tail.prev().to_owned(),
        };
        let at = save.at.to_rfc3339_opts(SecondsFormat::Secs, false);
        for fact in facts {
            lines.seq = lines.seq.saturating_add(1);
            lines.count += 1;
            // In JSON a line break can only be white space between two signs.
            let json = RawValue::from_string(fact.json.replace(['\n', '\r'], " "))?;
            let body = serde_json::to_string(&WrittenLine {
                seq: lines.seq,
                rev: save.rev,
                prev: &lines.prev,
                lineage: save.lineage,
                base: save.base,
                next: save.next,
                at: &at,
                boot: save.author.boot(),
                who: save.author,
                op: &fact.op,
                patient: fact.patient.as_deref(),
                fact: &json,
                unconfirmed: save.unconfirmed,
                leftover: save.leftover,
                clock_suspect: save.clock_suspect,
                torn: if lines.first == 0 { tail.torn } else { 0 },
            })?;
            let body = body.strip_suffix('}').unwrap_or(&body);
            lines.prev = sha256(body.as_bytes());
            lines.bytes.extend_from_slice(body.as_bytes());
            lines.bytes.extend_from_slice(MARK);
            lines.bytes.extend_from_slice(lines.prev.as_bytes());
            lines.bytes.extend_from_slice(CLOSE);
            if lines.first == 0 {
                lines.first = lines.bytes.len();
            }
            lines.bytes.push(b'\n');
        }
        Ok(lines)
    }

    /// The end of the journal once these lines stand in that segment, which is then so long.
    pub fn tail(&self, segment: u32, id: FileId, length: u64, lines: usize) -> Tail {
        let (seq, rev, prev) = (self.seq, self.rev, self.prev.clone());
        Tail { segment, id, length, lines: lines.saturating_add(self.count), loose: 0, torn: 0, seq, rev, prev }
    }
}
