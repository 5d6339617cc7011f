//! Lines from standard input, in batches: whatever is there goes into one save, and nobody waits for more to come.
use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use crate::store::held_back;

/// Most lines that go into one save; with [`BREATH`] between each two, its first is answered within two seconds.
const BATCH: usize = 1_000;

/// How long a batch waits for a next line: far less than a save takes.
const BREATH: Duration = Duration::from_millis(2);

/// Longest line, in bytes. The longest entry that makes sense is far shorter, and two batches fit in memory.
const LONGEST: u64 = 1 << 16;

/// A line, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Counted from 1, empty lines too.
    pub number: usize,
    /// Its text, or what is wrong with it.
    pub text: Result<String, &'static str>,
}

/// Batches of lines, each as soon as it has one line. Empty lines are left out.
pub fn batches(input: Box<dyn BufRead + Send>) -> impl Iterator<Item = Vec<Line>> {
    let (sender, receiver) = sync_channel(BATCH);
    // A thread of its own: only so can it be known which lines are there already.
    held_back(|| std::thread::spawn(move || send(input, &sender)));
    std::iter::from_fn(move || batch(&receiver))
}

fn batch(lines: &Receiver<Line>) -> Option<Vec<Line>> {
    let first = lines.recv().ok()?;
    // A writer's lines come one after the other: without a breath the first of them would be a batch of its own.
    let more = std::iter::from_fn(|| lines.recv_timeout(BREATH).ok());
    Some(std::iter::once(first).chain(more.take(BATCH - 1)).collect())
}

fn send(mut input: Box<dyn BufRead + Send>, lines: &SyncSender<Line>) {
    for number in 1.. {
        let (text, over) = match next(&mut *input) {
            Ok(None) => return,
            Ok(Some(text)) => (text, false),
            // What cannot be read now cannot be read later. That nothing more comes must not look like the end.
            Err(_) => (Err("standard input cannot be read from here on"), true),
        };
        let empty = text.as_ref().is_ok_and(|text| text.trim().is_empty());
        if (!empty && lines.send(Line { number, text }).is_err()) || over {
            return;
        }
    }
}

/// The next line; `None` at the end.
fn next(input: &mut dyn BufRead) -> io::Result<Option<Result<String, &'static str>>> {
    let mut bytes = Vec::new();
    if input.take(LONGEST).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.len() as u64 == LONGEST && bytes.last() != Some(&b'\n') {
        skip_line(input);
        return Ok(Some(Err("the line is longer than any entry")));
    }
    Ok(Some(String::from_utf8(bytes).map_err(|_| "the line is not UTF-8")))
}

/// Passes over the rest of a line. An error is met again where the next line is read.
fn skip_line(input: &mut dyn BufRead) {
    loop {
        let (used, over) = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok([]) | Err(_) => return,
            Ok(buffer) => match buffer.iter().position(|b| *b == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), false),
            },
        };
        input.consume(used);
        if over {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8]) -> Vec<Line> {
        batches(Box::new(bytes)).flatten().collect()
    }

    #[test]
    fn lines_are_counted_and_empty_ones_left_out() {
        let lines = read(b"one\n\n \ntwo");
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(lines.last().and_then(|line| line.text.clone().ok()).as_deref(), Some("two"));
        assert_eq!(read(b"\xff\xfe\n").first().map(|line| line.text.clone()), Some(Err("the line is not UTF-8")));
    }

    /// Gives a line, and then a fault of the disk.
    struct Broken(&'static [u8]);

    impl Read for Broken {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() { Err(io::ErrorKind::InvalidData.into()) } else { self.0.read(into) }
        }
    }

    #[test]
    fn input_that_breaks_off_is_not_at_its_end() {
        let lines: Vec<Line> = batches(Box::new(io::BufReader::new(Broken(b"one\ntw")))).flatten().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].text.as_deref(), Ok("one\n"));
        assert_eq!(lines[1], Line { number: 2, text: Err("standard input cannot be read from here on") });
    }

    #[test]
    fn an_endless_line_is_refused_and_the_next_one_read() {
        let long = vec![b'x'; 3 << 20].into_iter().chain(*b"\nnext\n").collect::<Vec<u8>>();
        let lines: Vec<Line> = batches(Box::new(io::Cursor::new(long))).flatten().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].text.is_err());
        assert_eq!(lines[1], Line { number: 2, text: Ok("next\n".to_owned()) });
    }
}
