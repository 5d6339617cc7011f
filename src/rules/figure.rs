//! Figures of the data files: decimals written as text, so that no reader rounds them.
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error};

/// An exact decimal in a data file, written as a string: `"1.5"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure(pub Decimal);

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Decimal::from_str_exact(&text)
            .map(Self)
            .map_err(|_| D::Error::custom("not a decimal number in quotes, such as \"1.5\""))
    }
}
