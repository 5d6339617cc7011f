//! The words of a line, each with its place, and what the first of them may say.
use std::ops::Range;

use crate::rules::{ChecklistDef, Rules, TestDef};

/// A word of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// As typed.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub at: usize,
}

impl Word<'_> {
    /// In small letters.
    pub(super) fn lower(&self) -> String {
        self.text.to_lowercase()
    }

    /// Its place in the line.
    pub(super) fn range(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }
}

/// What is wrong with a line, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Wrong {
    /// The bytes of the line that are meant; empty at its end, where something is missing.
    pub at: Range<usize>,
    /// Why, in words.
    pub why: String,
}

impl Wrong {
    pub(super) fn new(at: Range<usize>, why: impl Into<String>) -> Self {
        Self { at, why: why.into() }
    }

    /// The reason with the word that is meant, for beside the line.
    pub(in super::super) fn said(&self, line: &str) -> String {
        match line.get(self.at.clone()).filter(|word| !word.is_empty()) {
            Some(word) => format!("at \"{word}\": {}", self.why),
            None => self.why.clone(),
        }
    }
}

/// The words of a line.
pub(super) fn words(line: &str) -> Vec<Word<'_>> {
    let mut at = 0;
    let mut found = Vec::new();
    for piece in line.split_inclusive(char::is_whitespace) {
        let text = piece.trim();
        if !text.is_empty() {
            found.push(Word { text, at: at + (piece.len() - piece.trim_start().len()) });
        }
        at += piece.len();
    }
    found
}

/// What is said: the word after the patient.
#[derive(Debug, Clone, Copy)]
pub(super) enum Verb<'a> {
    /// A measured quantity.
    Test(&'a TestDef),
    /// A blood pressure.
    Pressure,
    /// The prescribed dose.
    Dose,
    /// Doses are missed.
    Break,
    /// Doses are taken again.
    Resume,
    /// Blood was taken, or was not to be had.
    Sample,
    /// A checklist.
    List(&'a ChecklistDef),
    /// Clozapine was supplied.
    Supply,
    /// Another medicine.
    Medicine,
    /// Smoking starts or stops.
    Smoking,
    /// Another bed.
    Bed,
    /// Free text.
    Note,
}

/// The words that are no test and no checklist.
const VERBS: [(&str, Verb<'static>); 15] = [
    ("bed", Verb::Bed),
    ("bp", Verb::Pressure),
    ("dose", Verb::Dose),
    ("missed", Verb::Break),
    ("break", Verb::Break),
    ("resumed", Verb::Resume),
    ("resume", Verb::Resume),
    ("sample", Verb::Sample),
    ("taken", Verb::Sample),
    ("declined", Verb::Sample),
    ("failed", Verb::Sample),
    ("supply", Verb::Supply),
    ("medicine", Verb::Medicine),
    ("smoking", Verb::Smoking),
    ("note", Verb::Note),
];

/// What a word says; `None`: nothing that this program knows, so it may be a part of a name.
pub(super) fn verb<'a>(word: &str, rules: &'a Rules) -> Option<Verb<'a>> {
    let word = word.to_lowercase();
    let fixed = VERBS.iter().find(|(name, _)| *name == word).map(|(_, verb)| *verb);
    let test = || rules.tests().all().iter().find(|test| test.id == word || test.words.contains(&word));
    let list = || rules.checklists().iter().find(|list| list.id == word || list.words.contains(&word));
    fixed.or_else(|| test().map(Verb::Test)).or_else(|| list().map(Verb::List))
}

/// Every word that [`verb`] knows, the ones that are typed most often first.
pub(super) fn verbs(rules: &Rules) -> Vec<String> {
    let fixed = VERBS.iter().map(|(word, _)| (*word).to_owned());
    let tests = rules.tests().all().iter().flat_map(|test| std::iter::once(&test.id).chain(&test.words)).cloned();
    let lists = rules.checklists().iter().flat_map(|list| list.words.iter().chain(std::iter::once(&list.id))).cloned();
    tests.chain(fixed).chain(lists).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_word_says_one_thing() {
        let rules = Rules::builtin().expect("the embedded rules");
        let all = verbs(&rules);
        let different: HashSet<&String> = all.iter().collect();
        // A list may be called by its own id.
        let twice: Vec<_> = all.iter().filter(|word| all.iter().filter(|other| other == word).count() > 1).collect();
        assert_eq!(all.len(), different.len(), "{twice:?}");
        assert!(all.iter().all(|word| !super::super::super::when::is_of_a_time(word)));
    }

    #[test]
    fn words_know_their_place() {
        let found = words("  b3\u{a0}anc 1.3 ");
        assert_eq!(
            found.iter().map(|word| (word.text, word.at)).collect::<Vec<_>>(),
            [("b3", 2), ("anc", 6), ("1.3", 10)]
        );
    }
}
