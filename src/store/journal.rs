//! The journal: one JSON object a line, only ever appended to, each line chained to the one before by its hash.
//!
//! A line proves itself: `h`, which is last, is the SHA-256 of every byte before `,"h":"`. What cannot be read and
//! where the chain forks is counted and reported, and never a reason to leave out a line that can be read.
use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::author::Author;
use super::condition::Unconfirmed;
use super::place::{segment_name, segment_number};
use super::recent;
use super::vfs::{Errno, FileId, FileKind, How, Result, Vfs, Whole, again};

/// The most that is read of all segments together, in bytes.
const MOST: u64 = 512 << 20;
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
    hash: String,
    torn: usize,
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

/// Where the journal ends: what the next line is chained to and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tail {
    /// The newest segment; 0 if there is none.
    pub segment: u32,
    /// Which file that is.
    pub id: FileId,
    /// Its length in bytes.
    pub length: u64,
    /// Bytes after its last newline.
    pub loose: usize,
    /// Bytes after its last whole line that are none: writing was cut short, once or several times over.
    pub torn: usize,
    /// How many lines the newest segment has.
    pub lines: usize,
    seq: u64,
    rev: u64,
    prev: String,
}

impl Tail {
    /// The highest revision that a save has made.
    pub fn revision(&self) -> u64 {
        self.rev
    }

    /// Number, identity and length of the newest segment.
    pub fn look(&self) -> (u32, Option<(FileId, u64)>) {
        (self.segment, (self.segment > 0).then_some((self.id, self.length)))
    }

    /// Whether nothing was added since.
    pub fn is_current<V: Vfs>(&self, vfs: &V, side: &V::Handle) -> bool {
        let newest = segments(vfs, side).map(|numbers| numbers.last().copied().unwrap_or(0));
        let same = || {
            let stat = again(|| vfs.stat_at(side, &segment_name(self.segment)));
            stat.is_ok_and(|stat| (stat.id, stat.size) == (self.id, self.length))
        };
        newest == Ok(self.segment) && (self.segment == 0 || same())
    }

    /// Whether the next save begins a new segment.
    pub fn is_long(&self) -> bool {
        recent::is_long(self.length, self.lines)
    }

    /// The checkpoint with which a new segment begins, after segments of these lengths.
    pub fn checkpoint(&self, segments: Vec<(u32, u64)>) -> recent::Checkpoint {
        recent::Checkpoint { records: self.seq, head: self.prev().to_owned(), segments }
    }

    fn prev(&self) -> &str {
        if self.prev.is_empty() { ORIGIN } else { &self.prev }
    }
}

/// What was read of a journal.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal {
    /// Every line that verifies, once, in order.
    pub lines: Vec<Line>,
    /// The last of them.
    pub last: Option<Line>,
    /// How many lines do not.
    pub unreadable: usize,
    /// How often a line is not chained to the one before: two programs wrote at once, or somebody cut lines out.
    pub forks: usize,
    /// Where it ends.
    pub tail: Tail,
    seen: HashSet<String>,
}

/// A segment as it was read.
pub(super) struct Segment {
    pub number: u32,
    pub id: FileId,
    pub bytes: Vec<u8>,
}

impl Segment {
    fn read<V: Vfs>(vfs: &V, side: &V::Handle, number: u32, most: u64) -> Result<Self> {
        let file = again(|| vfs.open(side, &segment_name(number), How::Read))?;
        let stat = again(|| vfs.stat(&file))?;
        if stat.kind != FileKind::File {
            return Err(Errno::NOTDIR);
        }
        Ok(Self { number, id: stat.id, bytes: vfs.read_all(&file, 0, most)? })
    }
}

impl Journal {
    /// Reads all segments of `ward.json.d`.
    ///
    /// # Errors
    /// Those of the disk; `EFBIG` over 512 MiB; `ENOTDIR` where a segment is a pipe, device or folder.
    pub fn read<V: Vfs>(vfs: &V, side: &V::Handle) -> Result<Self> {
        let mut journal = Self::default();
        let mut left = MOST;
        for number in segments(vfs, side)? {
            let segment = Segment::read(vfs, side, number, left)?;
            left = left.saturating_sub(segment.bytes.len() as u64);
            journal.read_segment(&segment);
        }
        Ok(journal)
    }

    /// As [`Journal::read`], but only what a file with this hash may lack, where that can be told ([`recent`]).
    pub fn read_for<V: Vfs>(vfs: &V, side: &V::Handle, file: &str) -> Result<Self> {
        if let Some(newest) = segments(vfs, side)?.last() {
            let segment = Segment::read(vfs, side, *newest, MOST)?;
            if let Some(journal) = recent::read(vfs, side, &segment, file)? {
                return Ok(journal);
            }
        }
        Self::read(vfs, side)
    }

    /// A journal of which nothing but its end has to be known.
    pub fn ending(last: Line, lines: usize, newest: &Segment) -> Self {
        let tail = Tail {
            segment: newest.number,
            id: newest.id,
            length: newest.bytes.len() as u64,
            lines,
            loose: 0,
            torn: 0,
            seq: last.seq,
            rev: last.rev,
            prev: last.hash.clone(),
        };
        Self { last: Some(last), tail, ..Self::default() }
    }

    /// This journal, which was read from a line on that is no fork.
    pub fn since(mut self, first: &Line) -> Self {
        self.forks -= usize::from(first.prev != ORIGIN).min(self.forks);
        self
    }

    /// Reads the next segment.
    pub fn read_segment(&mut self, segment: &Segment) {
        let length = segment.bytes.len() as u64;
        let tail = std::mem::take(&mut self.tail);
        self.tail = Tail { segment: segment.number, id: segment.id, length, lines: 0, ..tail };
        self.take(&segment.bytes);
        self.last = self.lines.last().cloned();
    }

    /// Reads the bytes of a segment.
    fn take(&mut self, bytes: &[u8]) {
        let mut broken = Broken::default();
        let mut pieces = bytes.split(|b| *b == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            if pieces.peek().is_none() {
                self.tail.loose = piece.len();
            }
            if piece.is_empty() {
                continue;
            }
            match parse(piece) {
                Some(line) => {
                    self.unreadable += std::mem::take(&mut broken).damaged(line.torn);
                    self.add(line);
                }
                None => broken.add(piece),
            }
        }
        // What was torn last is healed by the next line, which has yet to be written.
        self.tail.torn = broken.torn_bytes;
        self.unreadable += broken.damaged(broken.torn_bytes);
    }

    fn add(&mut self, line: Line) {
        // After a failed sync the same line is written to a new segment: it may then stand in both.
        if !self.seen.insert(line.hash.clone()) {
            return;
        }
        self.forks += usize::from(line.prev != self.tail.prev());
        self.tail.seq = self.tail.seq.max(line.seq);
        self.tail.rev = self.tail.rev.max(line.rev);
        self.tail.prev.clone_from(&line.hash);
        self.tail.lines += 1;
        self.lines.push(line);
    }
}

/// What stands between two lines that verify, and is none.
#[derive(Default)]
struct Broken {
    /// How many pieces have the end of a line: something in them was changed.
    changed: usize,
    /// How many have not: their writing was cut short, once or several times over.
    torn: usize,
    torn_bytes: usize,
}

impl Broken {
    fn add(&mut self, piece: &[u8]) {
        let end = piece.len().checked_sub(MARK.len() + HASH + CLOSE.len()).and_then(|at| piece.get(at..));
        if end.is_some_and(|end| end.starts_with(MARK) && end.ends_with(CLOSE)) {
            self.changed += 1;
        } else {
            self.torn += 1;
            self.torn_bytes += piece.len();
        }
    }

    /// How many pieces are damage. The line that heals torn ones names their length: they are known.
    fn damaged(&self, healed: usize) -> usize {
        self.changed + if self.torn_bytes == healed { 0 } else { self.torn }
    }
}

/// The numbers of the segments, oldest first.
pub(super) fn segments<V: Vfs>(vfs: &V, side: &V::Handle) -> Result<Vec<u32>> {
    let mut numbers: Vec<u32> =
        again(|| vfs.list(side))?.iter().filter_map(|name| segment_number(name)).filter(|n| *n > 0).collect();
    numbers.sort_unstable();
    Ok(numbers)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(tail: &Tail, facts: &[&str]) -> Lines {
        let author = Author::new(1003, "aosei");
        let at = DateTime::from_timestamp(1_795_000_000, 0).expect("a time");
        let unconfirmed = &Unconfirmed::default();
        let (rev, lineage, base, next) = (7, "l", "b", "n");
        let save =
            Save { rev, lineage, base, next, at, clock_suspect: false, author: &author, unconfirmed, leftover: false };
        let facts: Vec<Fact> = facts
            .iter()
            .map(|json| Fact { op: "note".to_owned(), patient: Some("p1".to_owned()), json: (*json).to_owned() })
            .collect();
        Lines::compose(tail, &save, &facts).expect("facts are JSON")
    }

    fn read(bytes: &[u8]) -> Journal {
        let mut journal = Journal::default();
        journal.take(bytes);
        journal
    }

    #[test]
    fn what_is_written_is_read() {
        let written = lines(&Tail::default(), &["{\"id\": \"e1\",\n \"text\": \"1.50\"}", "{\"id\":\"e2\"}"]);
        let journal = read(&written.bytes);
        assert_eq!((journal.lines.len(), journal.unreadable, journal.forks), (2, 0, 0));
        assert_eq!(journal.lines[0].fact.as_deref(), Some("{\"id\": \"e1\",  \"text\": \"1.50\"}"));
        assert_eq!((journal.lines[1].seq, journal.lines[1].rev, &*journal.lines[1].by), (2, 7, "aosei"));
        assert_eq!(String::from_utf8_lossy(&written.bytes).lines().count(), 2, "one line a fact");
    }

    #[test]
    fn a_torn_line_is_healed_and_a_damaged_one_reported() {
        let first = lines(&Tail::default(), &["{\"id\":\"e1\"}"]);
        for cut in 1..first.first {
            let mut bytes = first.bytes[..cut].to_vec();
            let torn = read(&bytes);
            assert_eq!((torn.lines.len(), torn.unreadable, torn.tail.torn), (0, 0, cut));
            bytes.extend_from_slice(&lines(&torn.tail, &["{\"id\":\"e2\"}"]).bytes);
            let healed = read(&bytes);
            assert_eq!((healed.lines.len(), healed.unreadable, healed.forks), (1, 0, 0), "cut at {cut}");
        }
        // The line that was to heal it is torn too.
        for (cut, again) in (1..first.first).zip((0..first.first).rev()) {
            let mut bytes = first.bytes[..cut].to_vec();
            let second = lines(&read(&bytes).tail, &["{\"id\":\"e2\"}"]);
            bytes.extend_from_slice(&second.bytes[..=again.min(second.first - 2)]);
            let torn = read(&bytes);
            assert_eq!((torn.lines.len(), torn.unreadable), (0, 0), "cut at {cut} and {again}");
            bytes.extend_from_slice(&lines(&torn.tail, &["{\"id\":\"e3\"}"]).bytes);
            let healed = read(&bytes);
            assert_eq!((healed.lines.len(), healed.unreadable, healed.forks), (1, 0, 0), "cut at {cut} and {again}");
        }
        let mut damaged = first.bytes.clone();
        damaged[20] ^= 1;
        damaged.extend_from_slice(&lines(&read(&first.bytes).tail, &["{\"id\":\"e2\"}"]).bytes);
        let journal = read(&damaged);
        assert_eq!((journal.lines.len(), journal.unreadable, journal.forks), (1, 1, 1));
    }

    #[test]
    fn a_whole_line_without_its_newline_counts() {
        let first = lines(&Tail::default(), &["{\"id\":\"e1\"}"]);
        let journal = read(&first.bytes[..first.first]);
        assert_eq!((journal.lines.len(), journal.tail.torn, journal.tail.loose), (1, 0, first.first));
    }

    #[test]
    fn a_fork_hides_nothing() {
        let first = lines(&Tail::default(), &["{\"id\":\"e1\"}"]);
        let tail = read(&first.bytes).tail;
        let mut bytes = first.bytes.clone();
        bytes.extend_from_slice(&lines(&tail, &["{\"id\":\"e2\"}"]).bytes);
        bytes.extend_from_slice(&lines(&tail, &["{\"id\":\"e3\"}"]).bytes);
        let journal = read(&bytes);
        assert_eq!((journal.lines.len(), journal.forks), (3, 1));
    }

    proptest::proptest! {
        #[test]
        fn whatever_stands_between_lines_hides_none(noise in proptest::collection::vec(0_u8..=255, 0..300)) {
            let first = lines(&Tail::default(), &["{\"id\":\"e1\"}"]).bytes;
            let second = lines(&read(&first).tail, &["{\"id\":\"e2\"}"]).bytes;
            let journal = read(&[&first[..], &noise, b"\n", &second].concat());
            proptest::prop_assert_eq!(journal.lines.len(), 2);
            let _ = read(&noise);
        }
    }

    #[test]
    fn a_line_written_twice_is_read_once() {
        let mut bytes = lines(&Tail::default(), &["{\"id\":\"e1\"}"]).bytes;
        bytes.extend(bytes.clone());
        let journal = read(&bytes);
        assert_eq!((journal.lines.len(), journal.forks, journal.unreadable), (1, 0, 0));
    }
}
