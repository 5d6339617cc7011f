//! What `record` answers, a line for each entry that was handed in.
use serde::Serialize;

use crate::cli::status::Status;
use crate::safe::{self, Charset, Safe};
use crate::store::Outcome;
use crate::ward::EntryId;

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Handed to the store, which answered so.
    Kept(EntryId, Outcome),
    /// Not handed to the store: the line, and why.
    Refused(usize, String),
}

/// The answers to one run, and the worst of them.
#[derive(Debug)]
pub struct Answers {
    json: bool,
    charset: Charset,
    worst: Status,
}

/// An answer as JSON.
#[derive(Serialize)]
struct Object<'a> {
    answer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl Answers {
    /// No answer yet.
    pub fn new(json: bool, charset: Charset) -> Self {
        Self { json, charset, worst: Status::Done }
    }

    /// The exit status.
    pub fn worst(&self) -> Status {
        self.worst
    }

    /// The answer as a line, and its status remembered if it is the worst so far.
    pub fn line(&mut self, answer: &Answer) -> String {
        let (status, object) = object(answer);
        self.worst = self.worst.max(status);
        if self.json {
            let text = serde_json::to_string(&object).unwrap_or_default();
            return format!("{}\n", safe::json(&text));
        }
        let line = object.line.map(|line| line.to_string());
        let parts = [Some(object.answer), object.id, line.as_deref(), object.reason];
        let parts: Vec<String> =
            parts.into_iter().flatten().map(|part| Safe::within(part, self.charset).to_string()).collect();
        format!("{}\n", parts.join(" "))
    }
}

fn object(answer: &Answer) -> (Status, Object<'_>) {
    let (status, answer, id, line, reason) = match answer {
        Answer::Refused(line, reason) => (Status::Refused, "refused", None, Some(*line), Some(reason)),
        Answer::Kept(id, outcome) => {
            let (status, word, reason) = match outcome {
                Outcome::Saved { .. } => (Status::Done, "saved", None),
                Outcome::JournalOnly { .. } => (Status::JournalOnly, "journal-only", None),
                Outcome::NotSaved { reason } => (Status::NotSaved, "not-saved", Some(reason)),
                Outcome::NotConfirmed { reason } => (Status::NotConfirmed, "not-confirmed", Some(reason)),
            };
            (status, word, Some(id.as_str()), None, reason)
        }
    };
    (status, Object { answer, id, line, reason: reason.map(String::as_str) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_are_those_of_the_contract() {
        let id = || EntryId::new("e1");
        let reason = || "disk full".to_owned();
        let all = [
            (Answer::Kept(id(), Outcome::Saved { revision: 3 }), "saved e1\n", Status::Done),
            (Answer::Kept(id(), Outcome::JournalOnly { reason: reason() }), "journal-only e1\n", Status::JournalOnly),
            (Answer::Kept(id(), Outcome::NotSaved { reason: reason() }), "not-saved e1 disk full\n", Status::NotSaved),
            (
                Answer::Kept(id(), Outcome::NotConfirmed { reason: reason() }),
                "not-confirmed e1 disk full\n",
                Status::NotConfirmed,
            ),
            (Answer::Refused(7, "no such patient".to_owned()), "refused 7 no such patient\n", Status::Refused),
        ];
        let mut answers = Answers::new(false, Charset::Unicode);
        for (answer, line, status) in all {
            assert_eq!(answers.line(&answer), line);
            assert_eq!(answers.worst(), status, "each is worse than the one before");
        }
        let mut answers = Answers::new(true, Charset::Unicode);
        let hostile = Answer::Kept(EntryId::new("e\u{202e}1"), Outcome::Saved { revision: 3 });
        assert_eq!(answers.line(&hostile), "{\"answer\":\"saved\",\"id\":\"e\\u202e1\"}\n");
        let refused = Answer::Refused(2, "no".to_owned());
        assert_eq!(answers.line(&refused), "{\"answer\":\"refused\",\"line\":2,\"reason\":\"no\"}\n");
    }
}
