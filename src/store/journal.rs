//! The journal: one JSON object a line, only ever appended to, each line chained to the one before by its hash.
//!
//! What cannot be read and where the chain forks is counted and reported, and never a reason to leave out a line that can be read.
use std::collections::HashSet;

use super::line::{CLOSE, HASH, Line, MARK, ORIGIN, parse};
use super::place::{segment_name, segment_number};
use super::vfs::{Errno, FileId, FileKind, How, Result, Vfs, Whole, again};

/// The most that is read of all segments together, in bytes.
pub(super) const MOST: u64 = 512 << 20;
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
    /// How many lines there are.
    pub seq: u64,
    /// The highest revision that a save has made.
    pub rev: u64,
    /// The hash of the last line; empty if there is none.
    pub prev: String,
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

    /// The hash of the last line.
    pub fn prev(&self) -> &str {
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
    /// Reads a segment of at most so many bytes.
    pub fn read<V: Vfs>(vfs: &V, side: &V::Handle, number: u32, most: u64) -> Result<Self> {
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::author::Author;
    use super::super::compose::{Fact, Lines, Save};
    use super::super::condition::Unconfirmed;
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
