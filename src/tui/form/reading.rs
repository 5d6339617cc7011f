//! How what is typed into a field is read: words, dates, numbers with their units; and why it is refused.
use rust_decimal::Decimal;

use super::number::{self, Amount};
use super::when::WhenRule;
use crate::rules::{TestDef, Tests, UnitFault};
use crate::ward::{Moment, NhsNumber, Number, When};

/// What a field says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing was entered.
    Nothing,
    /// Words, without the space around them.
    Text(String),
    /// A date or time.
    When(When),
    /// A number, with its unit as it goes into the file.
    Amount(Amount, String),
    /// Systolic and diastolic, mmHg.
    Pressure(Number, Number),
    /// Yes or no.
    YesNo(bool),
    /// The value of the option that was chosen.
    Choice(String),
}

/// What a field needs to know to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Knowledge<'a> {
    /// Now.
    pub moment: &'a Moment,
    /// Tests and units.
    pub tests: &'a Tests,
}

/// How typed text is read.
#[derive(Debug, Clone)]
pub(super) enum Reading {
    /// Free text of at most so many characters.
    Text(usize),
    /// Free text in lines.
    Note,
    /// An NHS number, with its check digit.
    NhsNumber,
    /// A date or time.
    When(WhenRule),
    /// A measured quantity in one of its units.
    Amount {
        /// What is measured.
        test: Box<TestDef>,
        /// Which of its units: 0 is the canonical one.
        unit: usize,
    },
    /// A blood pressure, systolic over diastolic, mmHg.
    Pressure,
    /// A dose in mg.
    Mg,
    /// A number without a unit of its own.
    Decimal,
    /// A whole number within bounds.
    Whole(Decimal, Decimal),
}

impl Reading {
    /// Reads typed text.
    ///
    /// # Errors
    /// The reason why it is refused, in words for beside the field.
    pub(super) fn read(&self, typed: &str, known: Knowledge) -> Result<Value, String> {
        if typed.is_empty() {
            return Ok(match self {
                Self::When(rule) => rule.default(known.moment).map_or(Value::Nothing, Value::When),
                _ => Value::Nothing,
            });
        }
        match self {
            Self::Text(_) | Self::Note => Ok(Value::Text(typed.to_owned())),
            Self::NhsNumber => nhs_number(typed),
            Self::When(rule) => rule.read(typed, known.moment).map(Value::When),
            Self::Amount { test, unit } => amount(typed, test, *unit, known.tests),
            Self::Pressure => pressure(typed, known.tests),
            Self::Mg => number::read(typed, false).map(|amount| Value::Amount(amount, "mg".to_owned())),
            Self::Decimal => number::read(typed, false).map(|amount| Value::Amount(amount, String::new())),
            Self::Whole(min, max) => whole(typed, *min, *max),
        }
    }
}

fn nhs_number(typed: &str) -> Result<Value, String> {
    if NhsNumber::parse(typed).is_some() {
        return Ok(Value::Text(typed.chars().filter(char::is_ascii_digit).collect()));
    }
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let only_digits = typed.chars().all(|c| c.is_ascii_digit() || c == ' ');
    Err(if only_digits && digits == 10 {
        "not an NHS number: its check digit does not fit; look at it again".to_owned()
    } else {
        "not an NHS number: it has ten digits".to_owned()
    })
}

fn amount(typed: &str, test: &TestDef, unit: usize, tests: &Tests) -> Result<Value, String> {
    let amount = number::read(typed, true)?;
    let written = unit_written(test, unit);
    plausible(tests, &test.id, &amount, &written, &unit_shown(test, unit))?;
    Ok(Value::Amount(amount, written))
}

fn plausible(tests: &Tests, test: &str, amount: &Amount, unit: &str, shown: &str) -> Result<(), String> {
    match tests.canonical(test, amount.exact(), Some(unit)) {
        Ok(_) => Ok(()),
        Err(UnitFault::Implausible { fits: Some(fits) }) => {
            Err(format!("{} is not plausible in {shown}; it would fit {fits}: u changes the unit", amount.shown()))
        }
        Err(UnitFault::Implausible { fits: None }) => {
            Err(format!("{} is not plausible in {shown}: look at it again", amount.shown()))
        }
        Err(fault) => Err(fault.to_string()),
    }
}

fn pressure(typed: &str, tests: &Tests) -> Result<Value, String> {
    let (upper, lower) = typed.split_once('/').ok_or("both, as in 118/76")?;
    let (upper, lower) = (number::read(upper, false)?, number::read(lower, false)?);
    plausible(tests, "systolic-lying", &upper, "mm[Hg]", "mmHg")?;
    plausible(tests, "diastolic-lying", &lower, "mm[Hg]", "mmHg")?;
    if lower.exact() >= upper.exact() {
        return Err("the lower is not under the upper: look at them again".to_owned());
    }
    Ok(Value::Pressure(upper.number, lower.number))
}

fn whole(typed: &str, min: Decimal, max: Decimal) -> Result<Value, String> {
    let amount = number::read(typed, false)?;
    let within = (min..=max).contains(&amount.exact()) && !amount.number.written().contains('.');
    if within {
        Ok(Value::Amount(amount, String::new()))
    } else {
        Err(format!("a whole number from {} to {}", min.normalize(), max.normalize()))
    }
}

/// The unit for the file.
pub(super) fn unit_written(test: &TestDef, unit: usize) -> String {
    unit.checked_sub(1).and_then(|i| test.accepts.keys().nth(i)).unwrap_or(&test.unit).clone()
}

/// The unit for the screen.
pub(super) fn unit_shown(test: &TestDef, unit: usize) -> String {
    if unit == 0 {
        test.shown.clone()
    } else {
        unit_written(test, unit).trim_matches(['[', ']']).trim_end_matches("_av").to_owned()
    }
}
