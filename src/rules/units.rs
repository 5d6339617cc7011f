//! Tests and units: which quantities are known, in which unit each is kept, and what is converted into it.
use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

use super::{Figure, RulesError, parse};
use crate::ward::{Observation, compare};

/// All known tests.
#[derive(Debug, Clone)]
pub struct Tests {
    all: Vec<TestDef>,
    /// Place of each test by its id: every result of every patient asks.
    by_id: HashMap<String, usize>,
    /// Other spellings of a unit, to the spelling of the data file.
    spellings: BTreeMap<String, String>,
}

/// One test: a quantity that may be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestDef {
    /// Its id in the file format.
    pub id: String,
    /// Its name on the screen.
    pub label: String,
    /// Other words for it in a typed line, in lower case.
    #[serde(default)]
    pub words: Vec<String>,
    /// Canonical unit (UCUM), in which rules compare.
    pub unit: String,
    /// The canonical unit as it is shown.
    pub shown: String,
    /// Lowest and highest plausible value, canonical unit; beyond them it is refused.
    pub plausible: (Figure, Figure),
    /// Other units: multiply by the factor to get the canonical one.
    #[serde(default)]
    pub accepts: BTreeMap<String, Figure>,
    /// What it is: `blood`, `vital` (a vital sign, which answers that task), `body` (weight, height), `level`, `other`.
    pub group: String,
    /// `plausible` as whole numbers, by how many decimals a value is written with.
    #[serde(skip)]
    whole: [(i64, i64); DECIMALS],
}

/// A value with fewer decimals is held against its bounds as a whole number.
const DECIMALS: usize = 5;

/// Why a value cannot be read in the test's canonical unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitFault {
    /// No such test.
    #[error("test not known - not assessed")]
    UnknownTest,
    /// No unit, and none is guessed.
    #[error("UNIT MISSING - not assessed")]
    MissingUnit,
    /// A unit that this test is never converted from.
    #[error("UNIT NOT RECOGNISED - not assessed")]
    UnknownUnit,
    /// Beyond what is plausible in that unit; `fits` names a unit in which it would be plausible.
    #[error("value not plausible in this unit{}", fits.as_ref().map(|u| format!(": would fit {u}")).unwrap_or_default())]
    Implausible {
        /// A unit in which the number would be plausible, as shown.
        fits: Option<String>,
    },
}

impl Tests {
    pub(super) fn read(file: &str, text: &str) -> Result<Self, RulesError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Units {
            #[allow(dead_code)]
            about: String,
            spellings: BTreeMap<String, Vec<String>>,
            tests: Vec<TestDef>,
        }
        let mut units: Units = parse(file, text)?;
        units.tests.iter_mut().for_each(TestDef::prepare);
        let spellings = units
            .spellings
            .into_iter()
            .flat_map(|(unit, others)| others.into_iter().map(move |other| (other, unit.clone())))
            .collect();
        let by_id = units.tests.iter().enumerate().map(|(i, test)| (test.id.clone(), i)).collect();
        Ok(Self { all: units.tests, by_id, spellings })
    }

    /// Every test, in the order in which they are offered.
    pub fn all(&self) -> &[TestDef] {
        &self.all
    }

    /// The test with this id.
    pub fn get(&self, id: &str) -> Option<&TestDef> {
        self.by_id.get(id).and_then(|place| self.all.get(*place))
    }

    /// A number in the test's canonical unit, exactly.
    ///
    /// # Errors
    /// [`UnitFault`]: nothing is guessed.
    pub fn canonical(&self, test: &str, number: Decimal, unit: Option<&str>) -> Result<Decimal, UnitFault> {
        self.in_unit(self.get(test).ok_or(UnitFault::UnknownTest)?, number, unit)
    }

    /// A number in the canonical unit of a test that is known, exactly.
    ///
    /// # Errors
    /// [`UnitFault`]: nothing is guessed.
    pub fn in_unit(&self, test: &TestDef, number: Decimal, unit: Option<&str>) -> Result<Decimal, UnitFault> {
        let unit = unit.ok_or(UnitFault::MissingUnit)?;
        if unit == test.unit && test.holds(number) {
            return Ok(number);
        }
        let factor = self.factor(test, unit).ok_or(UnitFault::UnknownUnit)?;
        let value = number.checked_mul(factor).ok_or(UnitFault::Implausible { fits: None })?;
        if test.holds(value) {
            Ok(value)
        } else {
            let fits = std::iter::once((&test.unit, Decimal::ONE))
                .chain(test.accepts.iter().map(|(unit, factor)| (unit, factor.0)))
                .find(|(_, factor)| number.checked_mul(*factor).is_some_and(|v| test.holds(v)))
                .map(|(unit, _)| if *unit == test.unit { test.shown.clone() } else { unit.clone() });
            Err(UnitFault::Implausible { fits })
        }
    }

    /// An observation's value in its test's canonical unit.
    ///
    /// # Errors
    /// [`UnitFault`].
    pub fn value(&self, observation: &Observation) -> Result<Decimal, UnitFault> {
        self.value_of(self.get(&observation.test).ok_or(UnitFault::UnknownTest)?, observation)
    }

    /// An observation's value in the canonical unit of its test, which is known. Nearly all are plain numbers in that
    /// unit already, and there are hundreds of thousands.
    ///
    /// # Errors
    /// [`UnitFault`].
    pub fn value_of(&self, test: &TestDef, observation: &Observation) -> Result<Decimal, UnitFault> {
        let (number, unit) = (&observation.value, observation.unit.as_deref());
        if unit == Some(&*test.unit) && number.plain().is_some_and(|plain| test.holds_whole(plain)) {
            return Ok(number.exact());
        }
        self.in_unit(test, number.exact(), unit)
    }

    /// The unit that somebody means who types it in capitals or small letters, as the file writes it; `None`: not one
    /// of this test's.
    pub fn unit_typed<'a>(&'a self, test: &'a TestDef, typed: &str) -> Option<&'a str> {
        let own = || std::iter::once(test.unit.as_str()).chain(test.accepts.keys().map(String::as_str));
        let spelled = self.spellings.iter().filter(|(other, _)| other.eq_ignore_ascii_case(typed));
        own()
            .find(|unit| unit.eq_ignore_ascii_case(typed))
            .or_else(|| spelled.map(|(_, unit)| unit.as_str()).find(|unit| own().any(|one| one == *unit)))
    }

    /// What to multiply by to get the canonical unit.
    pub fn factor(&self, test: &TestDef, unit: &str) -> Option<Decimal> {
        if unit == test.unit {
            return Some(Decimal::ONE);
        }
        let unit = self.spellings.get(unit).map_or(unit, String::as_str);
        if unit == test.unit {
            return Some(Decimal::ONE);
        }
        test.accepts.get(unit).map(|factor| factor.0)
    }

    /// A unit that the test is read in, however it is spelled, as the data file spells it.
    pub fn accepted<'a>(&self, test: &'a TestDef, unit: &str) -> Option<&'a str> {
        let unit = self.spellings.get(unit).map_or(unit, String::as_str);
        test.units().find(|known| *known == unit)
    }
}

impl TestDef {
    /// The units that it is read in, the canonical one first.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.unit.as_str()).chain(self.accepts.keys().map(String::as_str))
    }

    /// Works out the bounds as whole numbers: the lowest rounded up, the highest down, so that what is between them is
    /// exactly what is plausible.
    fn prepare(&mut self) {
        let (low, high) = (self.plausible.0.0, self.plausible.1.0);
        for (power, whole) in (0..).map(|decimals| 10_i64.pow(decimals)).zip(&mut self.whole) {
            let at = |bound: Decimal| bound.checked_mul(Decimal::from(power));
            let (low, high) =
                (at(low).and_then(|low| low.ceil().to_i64()), at(high).and_then(|high| high.floor().to_i64()));
            // Bounds that are no such numbers hold nothing here: the value is then compared as it is.
            *whole = low.zip(high).unwrap_or((1, 0));
        }
    }

    /// Whether a number of so many digits and decimals is plausible; `false` also where that is not known.
    fn holds_whole(&self, (mantissa, decimals): (i64, u32)) -> bool {
        self.whole.get(decimals as usize).is_some_and(|(low, high)| (*low..=*high).contains(&mantissa))
    }

    fn holds(&self, value: Decimal) -> bool {
        compare(value, self.plausible.0.0).is_ge() && compare(value, self.plausible.1.0).is_le()
    }
}
