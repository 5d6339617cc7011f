//! A few numbers as a line of blocks, for a list: the shape alone, beside the newest value in digits.
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::safe::Charset;

/// Eight heights, the lowest first; ASCII for terminals that show nothing else.
const BLOCKS: (&str, &str) = ("▁▂▃▄▅▆▇█", "_.,-=*#@");

/// The newest `most` of these numbers, oldest first, each as a block. The lowest height is zero and the highest the greatest
/// of them, so that a fall by half looks like one. Nothing for fewer than two: they have no shape.
pub fn sparkline(numbers: &[Decimal], most: usize, charset: Charset) -> String {
    let shown = numbers.get(numbers.len().saturating_sub(most)..).unwrap_or_default();
    let highest = shown.iter().max().copied().unwrap_or_default();
    if shown.len() < 2 || highest <= Decimal::ZERO {
        return String::new();
    }
    let blocks: Vec<char> = match charset {
        Charset::Unicode => BLOCKS.0,
        Charset::Ascii => BLOCKS.1,
    }
    .chars()
    .collect();
    let last = Decimal::from(blocks.len().saturating_sub(1));
    let block = |number: &Decimal| {
        let height = (*number / highest * last).round().to_usize().unwrap_or_default();
        blocks.get(height).copied()
    };
    shown.iter().filter_map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(numbers: &[&str], charset: Charset) -> String {
        let numbers: Vec<Decimal> = numbers.iter().map(|number| number.parse().expect("a number")).collect();
        sparkline(&numbers, 8, charset)
    }

    #[test]
    fn a_fall_looks_like_one() {
        assert_eq!(drawn(&["4.0", "2.0", "0.4"], Charset::Unicode), "█▅▂");
        assert_eq!(drawn(&["4.0", "2.0", "0.4"], Charset::Ascii), "@=.");
        assert_eq!(drawn(&["0.0", "3"], Charset::Unicode), "▁█");
    }

    #[test]
    fn only_the_newest_and_nothing_without_a_shape() {
        assert_eq!(drawn(&["9", "1", "1", "1", "1", "1", "1", "1", "1"], Charset::Unicode), "████████");
        for none in [&[][..], &["2"], &["0", "0"]] {
            assert_eq!(drawn(none, Charset::Unicode), "");
        }
    }
}
