//! What every bench needs: a ward, a moment, and a way to measure on a machine that has other things to do.
#![allow(dead_code)] // each bench uses a part of it
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::DateTime;
use wardround::ward::Moment;

/// The seed of every made-up ward that is measured.
pub const SEED: u64 = 999;

/// The moment at which every ward is looked at.
pub fn moment() -> Moment {
    let at = DateTime::parse_from_rfc3339("2026-11-21T03:12:00Z").unwrap().to_utc();
    Moment { at, zone: chrono_tz::Europe::London }
}

/// The shortest of some runs: what the machine can do when nobody disturbs it.
pub fn best<T>(times: u32, mut run: impl FnMut() -> T) -> Duration {
    let one = |_| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    (0..times).map(one).min().unwrap_or_default()
}

/// The shortest runs of two things that take turns, so that a busy moment disturbs both.
pub fn side_by_side<A, B>(times: u32, mut a: impl FnMut() -> A, mut b: impl FnMut() -> B) -> (Duration, Duration) {
    let mut shortest = (Duration::MAX, Duration::MAX);
    for _ in 0..times {
        shortest.0 = shortest.0.min(best(1, &mut a));
        shortest.1 = shortest.1.min(best(1, &mut b));
    }
    shortest
}

/// One line of figures: what, how long, that as a part of its limit, and as a multiple of its yardstick.
pub fn tell(what: &str, took: Duration, limit: Option<Duration>, yardstick: Option<(&str, Duration)>) {
    let of_limit = limit
        .map_or_else(String::new, |limit| format!("{:>6.2} of {:?}", took.as_secs_f64() / limit.as_secs_f64(), limit));
    let of_yard = yardstick.map_or_else(String::new, |(name, yard)| {
        format!("{:>7.2} x {name} ({yard:.1?})", took.as_secs_f64() / yard.as_secs_f64())
    });
    println!("  {what:<34}{:>12}  {of_limit:<18}{of_yard}", format!("{took:.2?}"));
}
