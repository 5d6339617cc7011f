//! Not reading the whole journal, where the file's hash and the chain prove that it would add nothing.
//!
//! Every save names the hash of the file that it found and of the one that it made, and is chained to the record
//! before it. A program that saves has read everything up to the record that it chains to, and the file it makes holds
//! all of that. So if the chain of the newest segment has no fork, and the file's hash is one that a save in it found or
//! made, then the file holds everything up to that save, and only what comes after it is to be laid over: nothing, if
//! it is the file that the last save made. A segment that was begun for its predecessors' length begins with a
//! checkpoint, which holds how long each of them is: if one has grown since, a program without our lock has written to
//! it. Whatever does not fit (a fork, a torn or damaged line, a length, a hash that no record names) is a reason to read
//! the journal whole, as is a fact that the file cannot hold. The hash of the lines in between is not worked out here:
//! `verify` does that, and so does every whole reading.
use serde::{Deserialize, Serialize};

use super::journal::{Journal, MOST, Segment, Tail, segments};
use super::line::{CLOSE, HASH, Line, MARK, ORIGIN, parse_with};
use super::place::{Place, segment_name};
use super::vfs::{Errno, Result, Vfs, again};

/// The `op` of the first line of a segment that was begun because the one before was long, or its only line was.
pub(super) const CHECKPOINT: &str = "checkpoint";
/// A segment of so many bytes, or so many lines, is long.
const LONG: u64 = 4 << 20;
const MANY: usize = 10_000;
/// So long is the first line of a ward that is made whole, as from another program, that a checkpoint follows it at once.
const LONG_LINE: u64 = 1 << 20;
/// Where `prev` stands in a line at the latest: after two numbers.
const PREV_BEFORE: usize = 80;

/// The fact of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// How many records there are before it.
    pub records: u64,
    /// The hash of the last of them.
    pub head: String,
    /// Number and length of each earlier segment.
    pub segments: Vec<(u32, u64)>,
}

impl Checkpoint {
    /// With which a new segment begins, after segments of these lengths.
    pub fn after(tail: &Tail, segments: Vec<(u32, u64)>) -> Self {
        Self { records: tail.seq, head: tail.prev().to_owned(), segments }
    }
}

/// Whether the newest segment is so long that the next save begins a new one.
pub(super) fn is_long(tail: &Tail) -> bool {
    tail.length >= LONG || tail.lines >= MANY
}

/// Whether a line alone is so long that no start should read it again.
pub(super) fn is_long_line(bytes: u64) -> bool {
    bytes >= LONG_LINE
}

/// Number and length of each segment.
pub(super) fn lengths<V: Vfs>(vfs: &V, side: &V::Handle) -> Result<Vec<(u32, u64)>> {
    let of = |number| Ok((number, again(|| vfs.stat_at(side, &segment_name(number)))?.size));
    segments(vfs, side)?.into_iter().map(of).collect()
}

/// Reads the journal, as far as a file with this hash may lack something, or else whole; an empty one if there is none.
pub(super) fn read_journal<V: Vfs>(vfs: &V, place: &Place<V::Handle>, file: Option<&str>) -> Result<Journal> {
    match (place.open_side(vfs), file) {
        (Ok(side), Some(file)) => read_for(vfs, &side, file),
        (Ok(side), None) => Journal::read(vfs, &side),
        (Err(Errno::NOENT), _) => Ok(Journal::default()),
        (Err(errno), _) => Err(errno),
    }
}

/// As [`Journal::read`], but only what a file with this hash may lack, where that can be told.
fn read_for<V: Vfs>(vfs: &V, side: &V::Handle, file: &str) -> Result<Journal> {
    if let Some(newest) = segments(vfs, side)?.last() {
        let segment = Segment::read(vfs, side, *newest, MOST)?;
        if let Some(journal) = read(vfs, side, &segment, file)? {
            return Ok(journal);
        }
    }
    Journal::read(vfs, side)
}

/// What the newest segment alone says to a file with this hash; `None` if the journal is to be read whole.
fn read<V: Vfs>(vfs: &V, side: &V::Handle, newest: &Segment, file: &str) -> Result<Option<Journal>> {
    let Some(lines) = chained(&newest.bytes) else { return Ok(None) };
    // The only line of a new ward is the whole ward: it is verified once, and not copied.
    let head = |line: &&[u8]| parse_with(line, |op| op == CHECKPOINT);
    let Some(last) = lines.last().and_then(head) else { return Ok(None) };
    let earlier = lines.first().filter(|_| lines.len() > 1);
    let begin = earlier.and_then(head);
    if earlier.is_some() && begin.is_none() {
        return Ok(None);
    }
    let first = begin.as_ref().unwrap_or(&last);
    if last.leftover || !begins(first, newest.number, &lengths(vfs, side)?) {
        return Ok(None);
    }
    if last.next == file {
        return Ok(Some(Journal::ending(last, lines.len(), newest)));
    }
    let names = |line: &Line| line.next == file || line.base == file;
    let mut journal = Journal::default();
    journal.read_segment(newest);
    let sound = journal.unreadable == 0 && journal.lines.len() == lines.len() && journal.lines.iter().any(names);
    // The first line is chained to what was not read: that is no fork.
    Ok((sound && journal.forks <= 1).then(|| journal.since(first)))
}

/// The lines of a segment, if each is chained to the one before and nothing else is there.
fn chained(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut lines: Vec<&[u8]> = Vec::new();
    let mut before = None;
    for line in bytes.strip_suffix(b"\n")?.split(|b| *b == b'\n') {
        let (prev, hash) = ends(line)?;
        if before.is_some_and(|before| before != prev) {
            return None;
        }
        before = Some(hash);
        lines.push(line);
    }
    Some(lines)
}

/// What a line says that it is chained to, and its own hash, taken at its word.
fn ends(line: &[u8]) -> Option<(&[u8], &[u8])> {
    const NAME: &[u8] = b"\"prev\":\"";
    let start = line.get(..PREV_BEFORE.min(line.len()))?.windows(NAME.len()).position(|part| part == NAME)?;
    let prev = line.get(start + NAME.len()..)?.get(..HASH)?;
    let end = line.strip_suffix(CLOSE)?;
    let (body, hash) = end.split_at_checked(end.len().checked_sub(HASH)?)?;
    body.ends_with(MARK).then_some((prev, hash))
}

/// Whether nothing before this line has to be read: it is the first of all, or a checkpoint of what is there.
fn begins(first: &Line, number: u32, lengths: &[(u32, u64)]) -> bool {
    let earlier: Vec<_> = lengths.iter().filter(|(other, _)| *other != number).copied().collect();
    if first.prev == ORIGIN {
        return earlier.is_empty();
    }
    let checkpoint = first.fact.as_deref().filter(|_| first.op == CHECKPOINT);
    let checkpoint = checkpoint.and_then(|json| serde_json::from_str::<Checkpoint>(json).ok());
    checkpoint.is_some_and(|known| known.segments == earlier && known.head == first.prev)
}
