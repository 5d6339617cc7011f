//! One field of a form: what it takes, what was typed into it, and what that says or why it is refused.
use rust_decimal::Decimal;
use tui_input::{Input, InputRequest};

use super::pasted::with_line_ends;
use super::reading::{Knowledge, Reading, Value, unit_shown, unit_written};
use super::say::{self, safe};
use super::when::{Empty, WhenRule};
use crate::rules::Tests;
use crate::safe::Safe;
use crate::ward::When;
use crate::words;

/// The longest text that a one-line field takes, in characters.
pub(super) const LINE: usize = 200;
/// The longest note.
pub(super) const NOTE: usize = 2_000;

/// A field of a form.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// The name under which the form's sheet finds it: the test, the item, the patient's field.
    pub id: Box<str>,
    /// Its name on the screen, safe to show; a site's own checklist chooses it.
    pub label: String,
    /// Enter stops here on its way to the read-back.
    pub asked: bool,
    /// It may not be left empty.
    pub required: bool,
    /// What it takes and what is in it.
    pub control: Control,
}

/// What a field takes, with what is in it.
#[derive(Debug, Clone)]
pub(super) enum Control {
    /// Something typed.
    Typed {
        /// What was typed.
        input: Input,
        /// How it is read.
        reading: Reading,
        /// What stood there when the form was opened.
        initial: String,
        /// Nothing was done to it since: the first letter that is typed takes the place of all of it.
        fresh: bool,
    },
    /// Yes, no, or not asked.
    YesNo {
        /// What was answered.
        answer: Option<bool>,
        /// What stood there when the form was opened.
        initial: Option<bool>,
    },
    /// One of several, or none yet.
    Choice {
        /// The value for the file and the words for the screen.
        options: Vec<(String, String)>,
        /// Which.
        chosen: Option<usize>,
        /// Which when the form was opened.
        initial: Option<usize>,
    },
}

impl Field {
    fn new(id: &str, label: &str, control: Control) -> Self {
        Self { id: id.into(), label: safe(label), asked: false, required: false, control }
    }

    fn typed(id: &str, label: &str, reading: Reading) -> Self {
        let (input, initial) = (Input::default(), String::new());
        Self::new(id, label, Control::Typed { input, reading, initial, fresh: false })
    }

    pub(super) fn text(id: &str, label: &str) -> Self {
        Self::typed(id, label, Reading::Text(LINE))
    }

    /// A text as long as a note, in one line.
    pub(super) fn long_text(id: &str, label: &str) -> Self {
        Self::typed(id, label, Reading::Text(NOTE))
    }

    pub(super) fn note(id: &str, label: &str) -> Self {
        Self::typed(id, label, Reading::Note)
    }

    pub(super) fn nhs_number(id: &str, label: &str) -> Self {
        Self::typed(id, label, Reading::NhsNumber)
    }

    pub(super) fn when(id: &str, label: &str, rule: WhenRule) -> Self {
        Self::typed(id, label, Reading::When(rule))
    }

    /// A field for a test that the rules know; `None` for one that they do not.
    pub(super) fn amount(id: &str, tests: &Tests) -> Option<Self> {
        let test = tests.get(id)?;
        Some(Self::typed(id, &test.label, Reading::Amount { test: Box::new(test.clone()), unit: 0 }))
    }

    pub(super) fn pressure(id: &str, label: &str) -> Self {
        Self::typed(id, label, Reading::Pressure)
    }

    pub(super) fn mg(id: &str, label: &str) -> Self {
        Self::typed(id, label, Reading::Mg)
    }

    pub(super) fn whole(id: &str, label: &str, min: Decimal, max: Decimal) -> Self {
        Self::typed(id, label, Reading::Whole(min, max))
    }

    pub(super) fn decimal(id: &str, label: &str) -> Self {
        Self::typed(id, label, Reading::Decimal)
    }

    pub(super) fn yes_no(id: &str, label: &str) -> Self {
        Self::new(id, label, Control::YesNo { answer: None, initial: None })
    }

    /// A choice among options, none of them chosen.
    pub(super) fn choice(id: &str, label: &str, options: Vec<(String, String)>) -> Self {
        let options = options.into_iter().map(|(value, words)| (value, safe(&words))).collect();
        Self::new(id, label, Control::Choice { options, chosen: None, initial: None })
    }

    /// Has the option with this value chosen from the start.
    pub(super) fn chosen(mut self, value: &str) -> Self {
        if let Control::Choice { options, chosen, initial } = &mut self.control {
            *chosen = options.iter().position(|(option, _)| option == value);
            *initial = *chosen;
        }
        self
    }

    /// Holds this from the start. The first letter takes the place of all of it, but not of a note, which is too much to
    /// lose to one key.
    pub(super) fn holding(mut self, text: &str) -> Self {
        let lines = self.has_lines();
        if let Control::Typed { input, initial, fresh, .. } = &mut self.control {
            let text = if lines { with_line_ends(text) } else { text.to_owned() };
            *fresh = !text.is_empty() && !lines;
            initial.clone_from(&text);
            *input = Input::new(text);
        }
        self
    }

    /// Has another id and name than the test that it takes.
    pub(super) fn called(mut self, id: &str, label: &str) -> Self {
        self.id = id.into();
        self.label = safe(label);
        if let Control::Typed { reading: Reading::Amount { test, .. }, .. } = &mut self.control {
            test.accepts.clear();
        }
        self
    }

    /// Enter passes by, although it may not be left empty.
    pub(super) fn not_asked(mut self) -> Self {
        self.asked = false;
        self
    }

    /// Has an answer from the start.
    pub(super) fn answered(mut self, yes: bool) -> Self {
        if let Control::YesNo { answer, initial } = &mut self.control {
            *answer = Some(yes);
            *initial = *answer;
        }
        self
    }

    /// Enter stops here.
    pub(super) fn asked(mut self) -> Self {
        self.asked = true;
        self
    }

    /// Enter stops here, and it may not be left empty.
    pub(super) fn required(mut self) -> Self {
        self.required = true;
        self.asked()
    }

    /// Whether something was entered that leaving would lose.
    pub(super) fn is_dirty(&self) -> bool {
        match &self.control {
            Control::Typed { input, initial, .. } => input.value() != initial,
            Control::YesNo { answer, initial } => answer != initial,
            Control::Choice { chosen, initial, .. } => chosen != initial,
        }
    }

    /// Whether the first letter that is typed takes the place of what it holds.
    pub(super) fn is_fresh(&self) -> bool {
        matches!(self.control, Control::Typed { fresh: true, .. })
    }

    /// What it says.
    ///
    /// # Errors
    /// The reason why what was entered is refused, in words for beside the field.
    pub(super) fn value(&self, known: Knowledge) -> Result<Value, String> {
        let value = match &self.control {
            Control::Typed { input, reading, .. } => reading.read(input.value().trim(), known)?,
            Control::YesNo { answer, .. } => answer.map_or(Value::Nothing, Value::YesNo),
            Control::Choice { options, chosen, .. } => {
                chosen.and_then(|i| options.get(i)).map_or(Value::Nothing, |(value, _)| Value::Choice(value.clone()))
            }
        };
        if self.required && value == Value::Nothing {
            let choice = matches!(self.control, Control::Choice { .. });
            return Err(if choice { "choose one" } else { "has to be typed" }.to_owned());
        }
        Ok(value)
    }

    /// What stands in the field when nothing was entered.
    pub(super) fn placeholder(&self) -> &'static str {
        match &self.control {
            Control::Typed { reading: Reading::When(rule), .. } => match rule.empty {
                Empty::Now => "now",
                Empty::Today => "today",
                Empty::Awaited(_) => "as awaited",
                Empty::Nothing => "not entered",
            },
            Control::YesNo { .. } => "not asked",
            Control::Choice { .. } => "not chosen",
            Control::Typed { .. } => "not entered",
        }
    }

    /// What is in the field; `None` if nothing was entered. What was typed is not yet made safe to show.
    pub(super) fn content(&self) -> Option<String> {
        match &self.control {
            Control::Typed { input, .. } if input.value().is_empty() => None,
            Control::Typed { input, .. } => Some(input.value().to_owned()),
            Control::YesNo { answer, .. } => answer.map(|yes| if yes { "YES" } else { "no" }.to_owned()),
            Control::Choice { options, chosen, .. } => {
                chosen.and_then(|i| options.get(i)).map(|(_, words)| words.clone())
            }
        }
    }

    /// The unit that stands beside the field, always.
    pub(super) fn unit(&self) -> Option<String> {
        match &self.control {
            Control::Typed { reading: Reading::Amount { test, unit }, .. } => Some(unit_shown(test, *unit)),
            Control::Typed { reading: Reading::Mg, .. } => Some("mg".to_owned()),
            Control::Typed { reading: Reading::Pressure, .. } => Some("mmHg".to_owned()),
            _ => None,
        }
    }

    /// How many units the field accepts.
    pub(super) fn units(&self) -> usize {
        match &self.control {
            Control::Typed { reading: Reading::Amount { test, .. }, .. } => 1 + test.accepts.len(),
            _ => 1,
        }
    }

    /// Takes the next unit that the test accepts.
    pub(super) fn next_unit(&mut self) {
        let units = self.units();
        if let Control::Typed { reading: Reading::Amount { unit, .. }, .. } = &mut self.control {
            *unit = (*unit + 1) % units;
        }
    }

    /// Takes a unit by its name in the file; whether it is one of the test's.
    pub(super) fn take_unit(&mut self, name: &str) -> bool {
        let Control::Typed { reading: Reading::Amount { test, unit }, .. } = &mut self.control else { return false };
        let found = (0..=test.accepts.len()).find(|at| unit_written(test, *at) == name);
        *unit = found.unwrap_or(*unit);
        found.is_some()
    }

    /// Chooses the option with this value.
    pub(super) fn take(&mut self, value: &str) {
        if let Control::Choice { options, chosen, .. } = &mut self.control {
            *chosen = options.iter().position(|(option, _)| option == value).or(*chosen);
        }
    }

    /// Takes another option: the next, or the one before.
    pub(super) fn turn(&mut self, forward: bool) {
        if let Control::Choice { options, chosen, .. } = &mut self.control {
            let last = options.len().saturating_sub(1);
            *chosen = match *chosen {
                _ if options.is_empty() => None,
                Some(i) if forward => Some(if i >= last { 0 } else { i + 1 }),
                Some(i) => Some(if i == 0 { last } else { i - 1 }),
                None => Some(if forward { 0 } else { last }),
            };
        }
    }

    /// Whether text can be typed into it.
    pub(super) fn takes_text(&self) -> bool {
        matches!(self.control, Control::Typed { .. })
    }

    /// Whether what is typed into it has lines of its own.
    pub(super) fn has_lines(&self) -> bool {
        matches!(self.control, Control::Typed { reading: Reading::Note, .. })
    }

    /// Does something to the typed text: moves, deletes, inserts.
    pub(super) fn edit(&mut self, request: InputRequest) {
        if let Control::Typed { input, fresh, .. } = &mut self.control {
            let _ = input.handle(request);
            *fresh = false;
        }
    }

    /// Puts text where the cursor stands, whole or not at all.
    ///
    /// # Errors
    /// Why it was not taken, in words: it does not fit, or holds a character that could not be seen.
    pub(super) fn insert(&mut self, text: &str) -> Result<(), String> {
        let (limit, lines) = (self.limit(), self.has_lines());
        let Control::Typed { input, fresh, .. } = &mut self.control else { return Ok(()) };
        let before = if *fresh { Input::default() } else { input.clone() };
        if before.value().chars().count() + text.chars().count() > limit {
            return Err(format!("No more than {limit} characters fit here: nothing was taken."));
        }
        let mut tried = before.clone();
        for c in text.chars() {
            let _ = tried.handle(InputRequest::InsertChar(c));
        }
        let seen = |text: &str| {
            let seen = |line: &str| !Safe::new(line).has_marks();
            if lines { text.split('\n').all(seen) } else { seen(text) }
        };
        // What stood there before was not typed here: another program's tab is no reason to refuse a letter.
        if !seen(tried.value()) && (seen(before.value()) || !seen(text)) {
            return Err(format!("{text} cannot be read on the screen: nothing was taken."));
        }
        (*input, *fresh) = (tried, false);
        Ok(())
    }

    /// Has this text instead, whole; nothing changes if it cannot be taken.
    pub(super) fn replace(&mut self, text: &str) {
        let before = self.control.clone();
        self.edit(InputRequest::DeleteLine);
        if self.insert(text).is_err() {
            self.control = before;
        }
    }

    /// Answers yes or no, or takes the answer back.
    pub(super) fn answer(&mut self, to: Option<bool>) {
        if let Control::YesNo { answer, .. } = &mut self.control {
            *answer = to;
        }
    }

    /// Chooses the next option whose words begin with that letter.
    pub(super) fn choose(&mut self, letter: char) {
        if let Control::Choice { options, chosen, .. } = &mut self.control {
            let begins = |i: &usize| {
                let first = options.get(*i).and_then(|(_, words)| words.chars().next());
                first.is_some_and(|first| first.eq_ignore_ascii_case(&letter))
            };
            let after = chosen.map_or(0, |i| i + 1);
            *chosen = (after..options.len()).chain(0..after).find(begins).or(*chosen);
        }
    }

    /// Writes the moment into an empty field that means now, so that it stays what was read back.
    pub(super) fn write_out(&mut self, known: Knowledge) {
        let Control::Typed { input, reading: Reading::When(rule), .. } = &mut self.control else { return };
        let Some(at) = rule.default(known.moment).filter(|_| input.value().trim().is_empty()) else { return };
        let shown = words::when(&at, known.moment.zone);
        // In the hour that the clock shows twice the words would be read as the earlier one.
        let zone = known.moment.zone;
        let same = rule
            .read(&shown, known.moment)
            .is_ok_and(|read| (read.date(zone), read.instant(zone)) == (at.date(zone), at.instant(zone)));
        *input = Input::new(if same { shown } else { at.to_string() });
    }

    fn limit(&self) -> usize {
        match &self.control {
            Control::Typed { reading: Reading::Text(limit), .. } => *limit,
            Control::Typed { reading: Reading::Note, .. } => NOTE,
            _ => 40,
        }
    }

    /// What was typed, in words for beside the field: a date's day and how long ago it was.
    pub(super) fn remark(&self, known: Knowledge) -> Option<String> {
        let Control::Typed { reading: Reading::When(rule), input, .. } = &self.control else { return None };
        let Ok(Value::When(at)) = self.value(known) else { return None };
        let said = match at {
            When::Date(born) if rule.full_date => {
                let years = words::age(born, known.moment.today())?;
                return Some(format!("= {}, {years} years old", words::date(born)));
            }
            _ => say::in_words(&at, known.moment),
        };
        let awaited = matches!(rule.empty, Empty::Awaited(_)) && input.value().trim().is_empty();
        Some(if awaited { format!("{said}: the blood that was awaited") } else { said })
    }

    /// How it can be filled, for beside the field that has the keys while it is empty.
    pub(super) fn hint(&self) -> Option<&'static str> {
        match &self.control {
            Control::Typed { reading: Reading::When(rule), fresh: false, .. } if rule.empty == Empty::Nothing => {
                Some(rule.examples())
            }
            Control::Typed { fresh: true, .. } => Some("typing replaces it; arrows edit it"),
            Control::Typed { reading: Reading::Pressure, .. } => Some("such as 118/76"),
            _ => None,
        }
    }

    /// What can be chosen, with the one that is.
    pub(super) fn options(&self) -> Option<(Vec<&str>, Option<usize>)> {
        match &self.control {
            Control::Choice { options, chosen, .. } => {
                Some((options.iter().map(|(_, words)| words.as_str()).collect(), *chosen))
            }
            _ => None,
        }
    }
}
