//! How fast a patient is assessed, beside a plain walk over the same entries.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)] // a bench measures and prints
use std::hint::black_box;
use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate};
use wardround::assess;
use wardround::rules::Rules;
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, Patient};

/// A patient with one year of weekly counts.
fn patient() -> Patient {
    let start = NaiveDate::from_ymd_opt(2025, 11, 24).unwrap();
    let mut entries =
        vec![format!(r#"{{"id":"c","kind":"course","event":"start","at":"{start}","reason":"initiation"}}"#)];
    for week in 0..52 {
        let date = start + Days::new(7 * week);
        entries.push(format!(
            r#"{{"id":"a{week}","kind":"result","test":"anc","at":"{date}T08:10","value":3.{},"unit":"10*9/L"}}"#,
            week % 10
        ));
    }
    let text = format!(
        r#"{{"format":"wardround/1","ward":{{"name":"B","time_zone":"Europe/London"}},"patients":[{{"id":"p","name":{{"family":"B","given":"B"}},"protocol":"us-label","setting":"outpatient","entries":[{}]}}]}}"#,
        entries.join(",")
    );
    read::ward(text.as_bytes(), &Limits::default()).unwrap().patients.remove(0)
}

fn main() {
    let rules = Rules::builtin().unwrap();
    let patient = patient();
    let moment = Moment {
        at: DateTime::parse_from_rfc3339("2026-11-21T08:00:00Z").unwrap().to_utc(),
        zone: chrono_tz::Europe::London,
    };
    let times = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(20_000_u32);
    let start = Instant::now();
    for _ in 0..times {
        black_box(assess::patient(black_box(&patient), &rules, &moment));
    }
    let each = start.elapsed() / times;
    println!("assess one patient, a year of weekly counts: {each:?}, {:.0} a second", 1.0 / each.as_secs_f64());
}
