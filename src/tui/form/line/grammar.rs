//! What the words after the patient say: one thing, with its time anywhere behind it.
use super::super::context::FormKind;
use super::super::sheets::{blood, sample, vitals};
use super::super::when;
use super::lists;
use super::said::{Fill, Said, With};
use super::words::Wrong;
use super::words::{Verb, Word, verb};
use crate::rules::{Rules, TestDef};

/// A word that says nothing by itself, before a time or a number.
const FILLERS: [&str; 6] = ["at", "on", "from", "since", "mg", "for"];

/// What is said.
///
/// # Errors
/// What is wrong, and where.
pub(super) fn read<'w>(line: &'w str, words: &'w [Word<'w>], rules: &'w Rules) -> Result<Said, Wrong> {
    let mut reader = Reader { line, words, next: 0, rules, fills: Vec::new(), timed: false };
    let end = line.len();
    let Some(first) = words.first() else {
        return Err(Wrong::new(end..end, "then what: anc 1.32, dose 25 50, bowels today 4, note ..."));
    };
    let verb =
        verb(first.text, rules).ok_or_else(|| Wrong::new(first.range(), "not a test, a check or a word known here"))?;
    if !matches!(verb, Verb::Test(_) | Verb::Pressure) {
        reader.next = 1;
    }
    let kind = reader.what(verb, first)?;
    Ok(Said { kind, fills: reader.fills })
}

/// Reads word by word.
pub(super) struct Reader<'w> {
    line: &'w str,
    words: &'w [Word<'w>],
    next: usize,
    /// The rules.
    pub rules: &'w Rules,
    fills: Vec<Fill>,
    timed: bool,
}

impl<'w> Reader<'w> {
    fn what(&mut self, verb: Verb<'w>, first: &Word) -> Result<FormKind, Wrong> {
        match verb {
            Verb::Test(_) | Verb::Pressure => self.results(),
            Verb::Dose => self.dose(),
            Verb::Break => self.missed(first),
            Verb::Resume => self.only_a_time("at", FormKind::Resume, "the first dose taken again, such as today 0800"),
            Verb::Sample => self.sample(first),
            Verb::List(list) => lists::read(self, list),
            Verb::Supply => self.supply(),
            Verb::Medicine => self.medicine(None),
            Verb::Smoking => self.medicine(Some(first)),
            Verb::Note => self.note(first),
            Verb::Bed => self.bed(first),
        }
    }

    /// The next word, without taking it.
    pub(super) fn peek(&self) -> Option<&'w Word<'w>> {
        self.words.get(self.next)
    }

    /// The word after the next one.
    pub(super) fn after_next(&self) -> Option<&'w Word<'w>> {
        self.words.get(self.next + 1)
    }

    /// Takes so many words.
    pub(super) fn skip(&mut self, words: usize) {
        self.next += words;
    }

    /// Takes a word that has to be there.
    pub(super) fn needed(&mut self, what: &str) -> Result<&'w Word<'w>, Wrong> {
        let end = self.line.len();
        let word = self.peek().ok_or_else(|| Wrong::new(end..end, what.to_owned()))?;
        self.next += 1;
        Ok(word)
    }

    /// Notes what goes into a field; twice is one time too many.
    pub(super) fn fill(&mut self, field: &str, with: With, word: &Word) -> Result<(), Wrong> {
        if self.has(field) {
            return Err(Wrong::new(word.range(), "said twice"));
        }
        self.fills.push(Fill { field: field.to_owned(), with, at: word.range() });
        Ok(())
    }

    /// Whether something goes into a field already.
    pub(super) fn has(&self, field: &str) -> bool {
        self.fills.iter().any(|fill| fill.field == field)
    }

    /// Takes a date, a time, or a date and a time, for that field; whether there was one.
    pub(super) fn time(&mut self, field: &str) -> Result<bool, Wrong> {
        let Some(word) = self.peek().filter(|word| when::is_of_a_time(word.text)) else { return Ok(false) };
        if self.timed {
            return Err(Wrong::new(word.range(), "a second time: there is one already"));
        }
        self.timed = true;
        self.next += 1;
        let clock = self.peek().filter(|next| when::is_a_clock(next.text) && !when::is_a_clock(word.text));
        let end = clock.map_or(word.range().end, |clock| clock.range().end);
        self.next += usize::from(clock.is_some());
        let text = clock.map_or_else(|| word.text.to_owned(), |clock| format!("{} {}", word.text, clock.text));
        self.fills.push(Fill { field: field.to_owned(), with: With::Text(text), at: word.at..end });
        Ok(true)
    }

    /// Takes a word that says nothing by itself.
    pub(super) fn filler(&mut self) -> bool {
        let is = self.peek().is_some_and(|word| FILLERS.contains(&word.lower().as_str()));
        self.next += usize::from(is);
        is
    }

    /// The rest of the line as it was typed.
    fn rest(&mut self) -> Option<(String, Word<'w>)> {
        let first = *self.peek()?;
        let last = self.words.last()?;
        self.next = self.words.len();
        let text = self.line.get(first.at..last.range().end)?;
        Some((text.to_owned(), Word { text, at: first.at }))
    }

    fn results(&mut self) -> Result<FormKind, Wrong> {
        let mut tests: Vec<&str> = Vec::new();
        while let Some(word) = self.peek() {
            if self.time("at")? || self.filler() {
                continue;
            }
            self.next += 1;
            match verb(word.text, self.rules) {
                Some(Verb::Test(test)) => {
                    self.value(test)?;
                    tests.push(&test.id);
                }
                Some(Verb::Pressure) => {
                    self.pressure()?;
                    tests.push("bp");
                }
                _ => return Err(Wrong::new(word.range(), "not a test or a time")),
            }
        }
        let all = |known: &dyn Fn(&str) -> bool| tests.iter().all(|test| known(test));
        Ok(if all(&blood::is_counted) {
            FormKind::BloodCount
        } else if all(&|test| test == "bp" || vitals::is_measured(test)) {
            FormKind::VitalSigns
        } else {
            FormKind::Results
        })
    }

    /// A number, with the sign and the unit that may stand beside it.
    fn value(&mut self, test: &'w TestDef) -> Result<(), Wrong> {
        let missing = format!("the number, such as {} 1.32", test.id);
        let first = self.needed(&missing)?;
        let (typed, word) = match self.peek() {
            Some(number) if matches!(first.text, "<" | ">") => {
                self.next += 1;
                let both = self.line.get(first.at..number.range().end).unwrap_or_default();
                (format!("{}{}", first.text, number.text), Word { text: both, at: first.at })
            }
            _ => (first.text.to_owned(), *first),
        };
        let with = match self.unit(test)? {
            Some(unit) => With::InUnit(typed, unit.to_owned()),
            None => With::Text(typed),
        };
        self.fill(&test.id, with, &word)?;
        self.hours(test)
    }

    fn unit(&mut self, test: &'w TestDef) -> Result<Option<&'w str>, Wrong> {
        let Some(word) = self.peek() else { return Ok(None) };
        if let Some(unit) = self.rules.tests().unit_typed(test, word.text) {
            self.next += 1;
            return Ok(Some(unit));
        }
        if word.text.contains(['/', '%']) && !when::is_of_a_time(word.text) {
            return Err(Wrong::new(word.range(), format!("not a unit of {}", test.label)));
        }
        Ok(None)
    }

    /// `12h` after a level: so many hours since the last dose.
    fn hours(&mut self, test: &TestDef) -> Result<(), Wrong> {
        let Some(word) = self.peek().filter(|_| test.group == "level") else { return Ok(()) };
        let Some(hours) = word.text.strip_suffix(['h', 'H']).filter(|h| h.starts_with(|c: char| c.is_ascii_digit()))
        else {
            return Ok(());
        };
        self.next += 1;
        self.fill("hours", With::Text(hours.to_owned()), word)
    }

    fn pressure(&mut self) -> Result<(), Wrong> {
        let posture = self.peek().map(Word::lower).filter(|word| word == "lying" || word == "standing");
        self.next += usize::from(posture.is_some());
        let word = self.needed("both figures, such as bp 118/76")?;
        self.fill(posture.as_deref().unwrap_or("lying"), With::Text(word.text.to_owned()), word)
    }

    fn dose(&mut self) -> Result<FormKind, Wrong> {
        let mut numbers = Vec::new();
        while let Some(word) = self.peek() {
            if self.time("from")? || self.filler() {
                continue;
            }
            self.next += 1;
            if let Some(part) = part_of_the_day(&word.lower()) {
                let number = self.needed("the dose in mg after the time of day")?;
                self.fill(part, With::Text(number.text.to_owned()), number)?;
            } else if word.text.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
                numbers.push(word);
            } else {
                return Err(Wrong::new(word.range(), "not a dose, a time of day or a date"));
            }
        }
        let parts: &[&str] = match numbers.as_slice() {
            [_] => &["evening"],
            [_, _] => &["morning", "evening"],
            [] | [_, _, _] => &["morning", "midday", "evening"],
            [_, _, _, more, ..] => return Err(Wrong::new(more.range(), "three doses a day at most can be entered")),
        };
        let named = !self.fills.iter().all(|fill| fill.field == "from");
        for (part, word) in parts.iter().zip(numbers) {
            if named {
                return Err(Wrong::new(word.range(), "name every time of day, or none"));
            }
            // Nothing at that time of day is no dose of nothing.
            if word.text != "0" {
                self.fill(part, With::Text(word.text.to_owned()), word)?;
            }
        }
        Ok(FormKind::Dose)
    }

    fn missed(&mut self, first: &Word) -> Result<FormKind, Wrong> {
        while self.filler() {}
        if !self.time("last_dose")? {
            let at = self.peek().map_or(first.range(), Word::range);
            return Err(Wrong::new(at, "the last dose taken comes first, such as missed yesterday 2100 vomiting"));
        }
        if let Some((reason, word)) = self.rest() {
            self.fill("reason", With::Text(reason), &word)?;
        }
        Ok(FormKind::Break)
    }

    fn only_a_time(&mut self, field: &str, kind: FormKind, what: &str) -> Result<FormKind, Wrong> {
        while let Some(word) = self.peek() {
            if !self.filler() && !self.time(field)? {
                return Err(Wrong::new(word.range(), what));
            }
        }
        Ok(kind)
    }

    fn sample(&mut self, first: &Word) -> Result<FormKind, Wrong> {
        let outcome = if first.lower() == "sample" { self.needed("taken, declined or failed")? } else { first };
        let word = outcome.lower();
        if !["taken", "declined", "failed"].contains(&word.as_str()) {
            return Err(Wrong::new(outcome.range(), "taken, declined or failed"));
        }
        self.fill("outcome", With::Choice(word), outcome)?;
        let mut asked = false;
        while let Some(word) = self.peek() {
            if self.time("at")? || self.filler() {
                continue;
            }
            self.next += 1;
            let known = sample::asked(&word.lower(), tested(word, self.rules));
            let test =
                known.ok_or_else(|| Wrong::new(word.range(), "not blood that can be awaited: fbc, crp, level"))?;
            asked = true;
            self.fill(test, With::YesNo(true), word)?;
        }
        if asked && !self.has("fbc") {
            self.fill("fbc", With::YesNo(false), first)?;
        }
        Ok(FormKind::SampleTaken)
    }

    fn supply(&mut self) -> Result<FormKind, Wrong> {
        while let Some(word) = self.peek() {
            if self.time("at")? || self.filler() {
                continue;
            }
            self.next += 1;
            if !["day", "days"].contains(&word.lower().as_str()) {
                self.fill("days", With::Text(word.text.to_owned()), word)?;
            }
        }
        Ok(FormKind::Supply)
    }

    /// `medicine start fluvoxamine today`, `smoking stop`.
    fn medicine(&mut self, smoking: Option<&Word>) -> Result<FormKind, Wrong> {
        let event = self.needed("start or stop")?;
        let value = match event.lower().as_str() {
            "start" | "started" => "start",
            "stop" | "stopped" => "stop",
            _ => return Err(Wrong::new(event.range(), "start or stop")),
        };
        self.fill("event", With::Choice(value.to_owned()), event)?;
        let mut name: Vec<&Word> = Vec::new();
        while let Some(word) = self.peek() {
            if self.time("at")? {
                continue;
            }
            self.next += 1;
            name.push(word);
        }
        match (smoking, name.as_slice()) {
            (Some(word), []) => self.fill("name", With::Text("smoking".to_owned()), word)?,
            (None, [first, ..]) => {
                let words: Vec<&str> = name.iter().map(|word| word.text).collect();
                self.fill("name", With::Text(words.join(" ")), first)?;
            }
            (Some(_), [other, ..]) => return Err(Wrong::new(other.range(), "not a time")),
            (None, []) => {}
        }
        Ok(FormKind::Medicine)
    }

    fn bed(&mut self, first: &Word) -> Result<FormKind, Wrong> {
        let (text, word) = self.rest().ok_or_else(|| Wrong::new(first.range(), "the new bed comes after it"))?;
        self.fill("bed", With::Text(text), &word)?;
        Ok(FormKind::Person)
    }

    fn note(&mut self, first: &Word) -> Result<FormKind, Wrong> {
        let (text, word) =
            self.rest().ok_or_else(|| Wrong::new(first.range(), "the words of the note come after it"))?;
        self.fill("text", With::Text(text), &word)?;
        Ok(FormKind::Note)
    }
}

/// The test that a word names.
fn tested<'a>(word: &Word, rules: &'a Rules) -> Option<&'a str> {
    match verb(word.text, rules)? {
        Verb::Test(test) => Some(&test.id),
        _ => None,
    }
}

/// The field of a time of day.
fn part_of_the_day(word: &str) -> Option<&'static str> {
    match word {
        "morning" | "am" => Some("morning"),
        "midday" | "noon" => Some("midday"),
        "evening" | "night" | "pm" => Some("evening"),
        _ => None,
    }
}
