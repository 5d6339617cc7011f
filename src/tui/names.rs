//! Names that could be taken for each other: the same family name, or one that looks like it.
//!
//! Two names look alike if what is left of them after accents, case, punctuation and characters of the same shape (UTS
//! 39 calls it a skeleton) differs by at most two letters; by fewer in a short name, of which two letters are half.
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Names shorter than this differ by one letter at most to look alike.
const SHORT: usize = 5;
/// Names shorter than this look alike only if their skeletons are the same.
const VERY_SHORT: usize = 3;

/// A family name in the shape in which names are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    skeleton: Vec<char>,
    /// Which letters are in it: two names of which more letters differ cannot look alike.
    letters: u64,
}

impl Look {
    /// The look of a family name.
    pub fn new(family: &str) -> Self {
        let skeleton = skeleton(family);
        let letters = skeleton.iter().fold(0, |bits, c| bits | 1 << (u32::from(*c) % 64));
        Self { skeleton, letters }
    }

    /// Whether the two could be taken for each other. A name without letters looks like nobody's.
    pub fn is_like(&self, other: &Self) -> bool {
        let (short, long) =
            (self.skeleton.len().min(other.skeleton.len()), self.skeleton.len().max(other.skeleton.len()));
        let most = match short {
            0 => return false,
            1..VERY_SHORT => 0,
            VERY_SHORT..SHORT => 1,
            _ => 2,
        };
        // A changed letter takes one away and brings one.
        let differing = (self.letters ^ other.letters).count_ones() as usize;
        long - short <= most && differing <= 2 * most && distance_within(&self.skeleton, &other.skeleton, most)
    }
}

/// Lower case without accents and punctuation, look-alikes as one.
fn skeleton(name: &str) -> Vec<char> {
    if name.bytes().all(|b| b.is_ascii_alphabetic()) && !name.as_bytes().windows(2).any(is_one_letter) {
        // As nearly all are, of thousands.
        return name.bytes().map(|b| same_shape(char::from(b.to_ascii_lowercase()))).collect();
    }
    let plain = fold(name);
    let joined =
        if plain.contains("rn") || plain.contains("vv") { plain.replace("rn", "m").replace("vv", "w") } else { plain };
    joined.chars().map(same_shape).filter(|c| c.is_alphanumeric()).collect()
}

/// Whether two letters look like one: `rn` like `m`, `vv` like `w`.
fn is_one_letter(pair: &[u8]) -> bool {
    pair.eq_ignore_ascii_case(b"rn") || pair.eq_ignore_ascii_case(b"vv")
}

/// The letter that stands for all that look like it in capitals or small print.
fn same_shape(c: char) -> char {
    match c {
        '0' | 'о' | 'ο' | 'ø' => 'o',
        '1' | 'i' | '|' | 'ı' | 'і' | 'ι' | 'ł' => 'l',
        '5' | 'ѕ' => 's',
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' => 'c',
        'е' | 'ε' => 'e',
        'н' | 'η' => 'h',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'ν' => 'n',
        'р' | 'ρ' => 'p',
        'т' | 'τ' => 't',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        other => other,
    }
}

/// Whether at most so many letters have to be changed, added or left out (Levenshtein).
fn distance_within(a: &[char], b: &[char], most: usize) -> bool {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        let mut least = left;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (to, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let changed = corner + usize::from(from != to);
            corner = *cell;
            left = changed.min(left + 1).min(*cell + 1);
            *cell = left;
            least = least.min(left);
        }
        if least > most {
            return false;
        }
    }
    row.last().is_some_and(|distance| *distance <= most)
}

/// Lower case without accents: how what is typed is held against what is written.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// As [`fold`], to the end of another text.
pub fn fold_into(text: &str, into: &mut String) {
    if text.is_ascii() {
        let from = into.len();
        into.push_str(text);
        if let Some(added) = into.get_mut(from..) {
            added.make_ascii_lowercase();
        }
    } else {
        into.extend(text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase));
    }
}

#[cfg(test)]
mod tests {
    use super::Look;

    fn alike(a: &str, b: &str) -> bool {
        let (a, b) = (Look::new(a), Look::new(b));
        assert_eq!(a.is_like(&b), b.is_like(&a));
        a.is_like(&b)
    }

    #[test]
    fn names_that_could_be_confused() {
        for (a, b) in [
            ("Okafor", "OKAFOR"),
            ("Okafor", "Okafore"),
            ("Müller", "Mueller"),
            ("Núñez", "Nunez"),
            ("O'Brien", "OBrien"),
            ("Barnes", "Bames"),
            ("Smith", "Smyth"),
            ("Khan", "Chan"),
            ("Оkafor", "Okafor"),
            ("Lindqvist", "Linqvist"),
            ("Ng", "NG"),
        ] {
            assert!(alike(a, b), "{a} {b}");
        }
        for (a, b) in
            [("Okafor", "Briggs"), ("Ng", "Li"), ("Lee", "Ali"), ("", ""), ("Khan", "Chen"), ("Holloway", "Galloways")]
        {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}
