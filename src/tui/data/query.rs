//! What is searched for, and how well somebody matches it.
//!
//! Letters may be mistyped (`okafro`); digits may not: a bed or a number that differs in one is somebody else's. Who
//! matches exactly always stands before who only nearly does.

use std::ops::Range;

use crate::tui::names::{fold, fold_into};
use crate::ward::{Patient, natural};

/// Shorter words than this must be typed right: half the ward is one letter from `oka`.
const LEAST_FOR_A_SLIP: usize = 4;
/// From this length on two slips are allowed.
const LEAST_FOR_TWO: usize = 8;

/// How well somebody matches, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// Every word begins a part of the name, the bed or a number.
    Start,
    /// Every word is somewhere in them.
    Part,
    /// With a slip or two in the letters.
    Nearly,
}

/// What somebody is found by, folded as the query is: worked out once, since it is compared at every key.
#[derive(Debug, Clone)]
pub struct Card {
    /// Family and given name, bed, numbers without their spaces: each on a line, so that no word goes across two.
    text: String,
    /// Where the names end.
    names: usize,
    /// Where the bed stands.
    bed: Option<Range<usize>>,
}

/// What stands between two texts of a card. No query has one in it.
const BETWEEN: char = '\n';

impl Card {
    /// The card of a patient.
    pub fn new(patient: &Patient) -> Self {
        let fields = &patient.fields;
        let mut text = String::with_capacity(64);
        let mut add = |part: &str| {
            let from = text.len();
            fold_into(part, &mut text);
            let range = from..text.len();
            text.push(BETWEEN);
            range
        };
        add(&fields.name.family);
        let names = add(&fields.name.given).end;
        let bed = fields.bed.as_deref().map(&mut add);
        for number in &fields.identifiers {
            if number.value.contains(' ') {
                add(&number.value.replace(' ', ""));
            } else {
                add(&number.value);
            }
        }
        Self { text, names, bed }
    }

    fn bed(&self) -> Option<&str> {
        self.text.get(self.bed.clone()?)
    }

    /// The parts of the names in which a letter may be mistyped.
    fn parts(&self) -> impl Iterator<Item = &str> {
        let names = self.text.get(..self.names).unwrap_or_default();
        names.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() + 1 >= LEAST_FOR_A_SLIP)
    }
}

/// What is searched for, folded as the names are.
#[derive(Debug, Clone)]
pub struct Query {
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
struct Word {
    text: String,
    letters: Vec<char>,
    bits: u64,
    slips: usize,
    /// `b1-b9`: a range of beds, both ends in it.
    beds: Option<(String, String)>,
}

impl Query {
    /// A query as it was typed. Digits in groups are one number.
    pub fn new(text: &str) -> Self {
        let words: Vec<String> = text.split_whitespace().map(fold).collect();
        let joined = words.concat();
        let is_number = words.len() > 1 && joined.bytes().all(|b| b.is_ascii_digit());
        let words = if is_number { vec![joined] } else { words };
        Self { words: words.into_iter().map(Word::new).collect() }
    }

    /// Whether nothing is searched for, which is in everybody.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well somebody matches: as the worst of the words does.
    pub fn matches(&self, card: &Card) -> Option<Match> {
        self.words.iter().map(|word| word.matches(card)).try_fold(Match::Start, |worst, one| Some(worst.max(one?)))
    }
}

impl Word {
    fn new(text: String) -> Self {
        let letters: Vec<char> = text.chars().collect();
        let slips = match letters.len() {
            _ if letters.iter().any(char::is_ascii_digit) => 0,
            ..LEAST_FOR_A_SLIP => 0,
            LEAST_FOR_A_SLIP..LEAST_FOR_TWO => 1,
            _ => 2,
        };
        let is_bed = |bed: &str| bed.contains(|c: char| c.is_ascii_digit()) && bed.chars().all(char::is_alphanumeric);
        let ends = text.split_once('-').filter(|(from, to)| is_bed(from) && is_bed(to));
        let beds = ends.map(|(from, to)| (from.to_owned(), to.to_owned()));
        Self { bits: bits(letters.iter().copied()), text, letters, slips, beds }
    }

    /// Whether the word is a range of beds in which the patient's is.
    fn covers(&self, card: &Card) -> bool {
        let within =
            |((from, to), bed): (&(String, String), &str)| natural(from, bed).is_le() && natural(bed, to).is_le();
        self.beds.as_ref().zip(card.bed()).is_some_and(within)
    }

    fn matches(&self, card: &Card) -> Option<Match> {
        let begins = |at: usize| card.text.get(..at).is_none_or(|before| !before.ends_with(char::is_alphanumeric));
        let mut places = card.text.match_indices(&self.text).map(|(at, _)| at);
        match places.next() {
            Some(first) if begins(first) || places.any(begins) => return Some(Match::Start),
            _ if self.covers(card) => return Some(Match::Start),
            Some(_) => return Some(Match::Part),
            None => {}
        }
        let near = |name: &str| {
            let missing = (self.bits & !bits(name.chars())).count_ones() as usize;
            missing <= self.slips && begins_nearly(&name.chars().collect::<Vec<_>>(), &self.letters, self.slips)
        };
        (self.slips > 0 && card.parts().any(near)).then_some(Match::Nearly)
    }
}

/// Which letters are in a word.
fn bits(letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(0, |bits, c| bits | 1 << (u32::from(c) % 64))
}

/// Whether a name begins with what was typed, but for so many slips: a letter changed, added, left out, or two letters
/// turned round.
fn begins_nearly(name: &[char], typed: &[char], slips: usize) -> bool {
    let name = name.get(..typed.len() + slips).unwrap_or(name);
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=name.len()).collect());
    for (i, c) in typed.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in name.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut slip = (at(&last, j) + usize::from(c != other)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let turned = i > 0 && j > 0 && typed.get(i - 1) == Some(other) && name.get(j - 1) == Some(c);
            if turned {
                slip = slip.min(at(&before, j - 1) + 1);
            }
            row.push(slip);
        }
        if row.iter().min().is_none_or(|least| *least > slips) {
            return false;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.iter().min().is_some_and(|least| *least <= slips)
}

/// The words that a filter of the ward goes by: exactly, with no slip forgiven.
#[derive(Debug, Clone)]
pub struct Only {
    /// As they were typed.
    pub words: String,
    query: Query,
}

impl Only {
    /// A filter by these words.
    pub fn new(words: String) -> Self {
        Self { query: Query::new(&words), words }
    }

    /// Whether the words find a patient.
    pub fn finds(&self, patient: &Patient) -> bool {
        self.query.matches(&Card::new(patient)).is_some_and(|how| how < Match::Nearly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ward::read;

    fn matches(query: &str) -> Option<Match> {
        let patient = read::patient(
            r#"{"id":"p","name":{"family":"Núñez-Okafor","given":"Adaeze"},"bed":"B3","entries":[],
            "identifiers":[{"system":"nhs-number","value":"999 000 0018"},{"system":"mrn","value":"X77"}]}"#,
        )
        .expect("a patient");
        Query::new(query).matches(&Card::new(&patient))
    }

    #[test]
    fn any_part_of_name_bed_or_number() {
        for query in ["", "okaf", "NUNEZ", "ada ok", "b3", "999 000 0018", "9990000018", "x77", "b3 okafor"] {
            assert_eq!(matches(query), Some(Match::Start), "{query}");
        }
        for query in ["kafo", "00018", "afor ada"] {
            assert_eq!(matches(query), Some(Match::Part), "{query}");
        }
        for query in ["okafor c4", "zz", "000 999 0018"] {
            assert_eq!(matches(query), None, "{query}");
        }
    }

    #[test]
    fn a_range_of_beds() {
        for query in ["b1-b9", "B3-B3", "a1-c2", "b2-b10"] {
            assert_eq!(matches(query), Some(Match::Start), "{query}");
        }
        for query in ["b4-b9", "b1-b2", "b9-b1", "a1-a9"] {
            assert_eq!(matches(query), None, "{query}");
        }
    }

    #[test]
    fn letters_may_slip_and_digits_may_not() {
        for query in ["okafro", "okofor", "okafr", "oakfor", "okkafor", "adeaze", "nunes okafor", "adaezze"] {
            assert_eq!(matches(query), Some(Match::Nearly), "{query}");
        }
        for query in ["oko", "b4", "9990000019", "999 000 0081", "x78", "okafro c4", "afok", "oxafox"] {
            assert_eq!(matches(query), None, "{query}");
        }
    }

    #[test]
    fn slips_are_counted() {
        let near = |name: &str, typed: &str, slips| {
            begins_nearly(&name.chars().collect::<Vec<_>>(), &typed.chars().collect::<Vec<_>>(), slips)
        };
        assert!(near("lindqvist", "lindqvist", 0) && near("lindqvist", "lind", 0));
        assert!(!near("lindqvist", "lindkvist", 0) && near("lindqvist", "lindkvist", 1));
        assert!(near("lindqvist", "lidnkvist", 2) && !near("lindqvist", "lidnkvits", 2));
        assert!(!near("li", "lindqvist", 2));
    }
}
