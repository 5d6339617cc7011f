//! Whom a line is about: a part of a name, a bed or a number. Nobody is guessed: who is one of several is asked.
use crate::tui::names::fold;
use crate::ward::{Patient, Ward};

/// Fewest digits that are taken for a part of a number.
const NUMBER: usize = 4;

/// Active patients of whom every word is the bed, the beginning of a name, or a part of a number. A name or a bed that
/// is exactly meant goes before one that only begins so.
pub(super) fn find<'a>(words: &[String], ward: &'a Ward) -> Vec<&'a Patient> {
    let words: Vec<String> = words.iter().map(|word| fold(word)).filter(|word| word != "bed").collect();
    if words.is_empty() {
        return Vec::new();
    }
    let active = || ward.patients.iter().filter(|patient| patient.fields.active);
    let joined = words.concat();
    let number = joined.bytes().all(|b| b.is_ascii_digit()) && joined.len() >= NUMBER;
    let found: Vec<&Patient> = active()
        .filter(|patient| {
            let names = Names::of(patient);
            names.bed == joined || (number && names.has_number(&joined)) || words.iter().all(|word| names.begin(word))
        })
        .collect();
    let exact = |patient: &&Patient| {
        let names = Names::of(patient);
        names.bed == joined || words.iter().all(|word| names.has(word))
    };
    let exactly: Vec<&Patient> = found.iter().copied().filter(exact).collect();
    if exactly.is_empty() { found } else { exactly }
}

/// What somebody is called by, folded.
pub(super) struct Names {
    /// The bed, without spaces.
    pub bed: String,
    /// The words of the name, the family's first.
    pub words: Vec<String>,
    numbers: Vec<String>,
}

impl Names {
    pub(super) fn of(patient: &Patient) -> Self {
        let name = &patient.fields.name;
        let bed = patient.fields.bed.as_deref().unwrap_or_default();
        let text = |text: &str| text.split([' ', '-', '\'', '\u{2019}']).map(fold).collect::<Vec<_>>();
        let mut words = text(&name.family);
        words.extend([fold(&name.family), fold(&name.family.replace(['\'', '\u{2019}'], ""))]);
        words.extend(text(&name.given));
        words.retain(|word| !word.is_empty());
        Self {
            bed: fold(&bed.split_whitespace().collect::<String>()),
            words,
            numbers: patient.fields.identifiers.iter().map(|one| fold(&one.value.replace(' ', ""))).collect(),
        }
    }

    fn begin(&self, word: &str) -> bool {
        self.bed == word || self.words.iter().any(|name| name.starts_with(word)) || self.has_number(word)
    }

    fn has(&self, word: &str) -> bool {
        self.bed == word || self.words.iter().any(|name| name == word) || self.numbers.iter().any(|one| one == word)
    }

    fn has_number(&self, digits: &str) -> bool {
        let is_number = digits.len() >= NUMBER && digits.bytes().all(|b| b.is_ascii_digit());
        is_number && self.numbers.iter().any(|one| one.contains(digits))
    }
}
