//! What the forms have in common: the scene that they look at, the values of their fields, and the draft of what
//! would be saved. [`super::sheets`] says which form has which fields.
use chrono::NaiveDate;

use super::context::{FormContext, FormKind};
use super::field::Field;
use super::number::Amount;
use super::reading::{Knowledge, Value};
use crate::safe::Charset;
use crate::ward::{Kind, Moment, Number, Observation, Patient, PatientFields, When};
use crate::words;

/// What a form looks at.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    /// Which form.
    pub kind: &'a FormKind,
    /// About whom; `None` for a new patient, and for one who is no longer in the file.
    pub patient: Option<&'a Patient>,
    /// Ward, rules, moment, user.
    pub ctx: &'a FormContext<'a>,
    /// What the patient's own fields held when the form was opened, as JSON text; empty: what they hold now.
    pub base: &'a [(&'static str, Option<String>)],
}

impl<'a> Scene<'a> {
    /// Now, on the ward's clock.
    pub(super) fn moment(&self) -> &'a Moment {
        &self.ctx.moment
    }

    /// A field for a test, in the unit that the site types it in; `None` for a test that the rules do not know.
    pub(super) fn amount(&self, id: &str) -> Option<Field> {
        let tests = self.ctx.rules.tests();
        let mut field = Field::amount(id, tests)?;
        let usual = self.ctx.settings.units.get(id).zip(tests.get(id));
        if let Some(unit) = usual.and_then(|(unit, test)| tests.unit_typed(test, unit)) {
            field.take_unit(unit);
        }
        Some(field)
    }

    /// What fields need to be read.
    pub(super) fn known(&self) -> Knowledge<'a> {
        Knowledge { moment: &self.ctx.moment, tests: self.ctx.rules.tests() }
    }
}

/// A reason why a form cannot be read back, and the field that it is shown beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// The field's id.
    pub field: Box<str>,
    /// Why, in words.
    pub why: String,
}

impl Problem {
    pub(super) fn new(field: &str, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

/// The values of a form's fields, each of them in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Values(pub Vec<(Box<str>, Value)>);

impl Values {
    fn get(&self, id: &str) -> Option<&Value> {
        self.0.iter().find(|(field, _)| &**field == id).map(|(_, value)| value)
    }

    /// The words of a text field.
    pub(super) fn text(&self, id: &str) -> Option<&str> {
        match self.get(id)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The date or time of a field.
    pub(super) fn when(&self, id: &str) -> Option<When> {
        match self.get(id)? {
            Value::When(at) => Some(*at),
            _ => None,
        }
    }

    /// The day of a field that takes only days.
    pub(super) fn day(&self, id: &str) -> Option<NaiveDate> {
        match self.when(id)? {
            When::Date(day) => Some(day),
            _ => None,
        }
    }

    /// The number of a field with its unit.
    pub(super) fn amount(&self, id: &str) -> Option<(&Amount, &str)> {
        match self.get(id)? {
            Value::Amount(amount, unit) => Some((amount, unit)),
            _ => None,
        }
    }

    /// The digits of a field.
    pub(super) fn number(&self, id: &str) -> Option<Number> {
        self.amount(id).map(|(amount, _)| amount.number.clone())
    }

    /// Systolic and diastolic of a field.
    pub(super) fn pressure(&self, id: &str) -> Option<(&Number, &Number)> {
        match self.get(id)? {
            Value::Pressure(upper, lower) => Some((upper, lower)),
            _ => None,
        }
    }

    /// The answer of a field; `None`: not asked.
    pub(super) fn yes_no(&self, id: &str) -> Option<bool> {
        match self.get(id)? {
            Value::YesNo(answer) => Some(*answer),
            _ => None,
        }
    }

    /// The option of a field.
    pub(super) fn choice(&self, id: &str) -> Option<&str> {
        match self.get(id)? {
            Value::Choice(value) => Some(value),
            _ => None,
        }
    }
}

/// What would be saved, before it has ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Draft {
    /// A new patient's own fields.
    pub patient: Option<PatientFields>,
    /// What happened, and when.
    pub entries: Vec<(Option<When>, Kind)>,
    /// What is read back: a name and a value each.
    pub lines: Vec<(String, String)>,
    /// Reasons of this form why No is chosen, each a clause: "the sample is 45 days old".
    pub cautions: Vec<String>,
}

impl Draft {
    /// Reads a value back; text from the keyboard or the file is made safe before.
    pub(super) fn line(&mut self, name: &str, value: impl Into<String>) {
        self.lines.push((name.to_owned(), value.into()));
    }

    /// Adds a measured quantity, read back as it is shown everywhere.
    pub(super) fn observation(&mut self, at: When, observation: Observation, scene: &Scene) {
        let tests = scene.ctx.rules.tests();
        let unit = words::unit(&observation, tests, Charset::Unicode);
        let label = words::test(&observation.test, tests, Charset::Unicode);
        self.line(&label, format!("{} {unit}", words::value(&observation)));
        self.entry(Some(at), Kind::Observation(observation));
    }

    /// Adds a fact.
    pub(super) fn entry(&mut self, at: Option<When>, kind: Kind) {
        self.entries.push((at, kind));
    }
}

/// An observation as it was typed.
pub(super) fn observation(test: &str, amount: &Amount, unit: &str, source: Option<&str>) -> Observation {
    Observation {
        test: test.into(),
        value: amount.number.clone(),
        unit: Some(unit.into()),
        comparator: amount.comparator,
        status: None,
        details: None,
        source: source.map(Into::into),
    }
}
