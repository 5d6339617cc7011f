//! How fast a ward is assessed, beside a plain walk over the same entries.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)] // a bench measures and prints
mod support;

use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use support::{SEED, moment, side_by_side, tell};
use wardround::assess;
use wardround::cli::demo::made_up::{self, Size};
use wardround::rules::Rules;
use wardround::ward::read::{self, Limits};
use wardround::ward::{Kind, Ward};

/// What a core assesses in a second, of patients with a year of weekly counts each.
const PER_SECOND: u64 = 200_000;

fn read(text: &str) -> Ward {
    read::ward(text.as_bytes(), &Limits::default()).unwrap()
}

/// Patients with one year of weekly counts each, and nothing else.
fn weekly(patients: usize) -> Ward {
    let today = moment().today();
    let mut people = Vec::new();
    for p in 0..patients {
        let start: NaiveDate = today - Days::new(360 + (p % 7) as u64);
        let mut entries =
            format!(r#"{{"id":"c{p}","kind":"course","event":"start","at":"{start}","reason":"initiation"}}"#);
        for week in 0..52 {
            let date = start + Days::new(7 * week);
            let tenth = (p as u64 + week) % 10;
            let _ = write!(
                entries,
                r#",{{"id":"0193-{p:06}-{week:04}-0000-000000","kind":"result","test":"anc","at":"{date}T08:10:00+00:00","value":3.{tenth},"unit":"10*9/L","recorded":{{"at":"{date}T11:20:00+00:00","by":"aosei"}}}}"#,
            );
        }
        people.push(format!(
            r#"{{"id":"p{p}","name":{{"family":"B","given":"B"}},"protocol":"us-label","setting":"outpatient","entries":[{entries}]}}"#
        ));
    }
    read(&format!(
        r#"{{"format":"wardround/1","ward":{{"name":"B","time_zone":"Europe/London"}},"patients":[{}]}}"#,
        people.join(",")
    ))
}

/// What reading every entry once costs, with what the rules cannot do without: the time, and the value exactly.
fn walk(ward: &Ward) -> i64 {
    let mut sum = 0;
    for (_, entry) in ward.entries() {
        sum += entry.recorded.as_ref().map_or(0, |recorded| recorded.at.timestamp());
        if let Kind::Observation(observation) = &entry.kind {
            sum += i64::from(observation.value.exact().scale());
        }
    }
    sum
}

/// Assesses a ward as often as is asked for, and says how that compares.
fn measure(name: &str, ward: &Ward, times: u32, per_second: Option<u64>) {
    let (rules, moment) = (Rules::builtin().unwrap(), moment());
    let (took, walked) =
        side_by_side(times, || assess::ward(black_box(ward), &rules, &moment), || walk(black_box(ward)));
    let patients = ward.patients.len() as u64;
    let limit = per_second.map(|most| Duration::from_nanos(1_000_000_000 * patients / most));
    tell(&format!("all of {name}"), took, limit, Some(("a walk", walked)));
    println!("    {:.0} patients a second", 1.0 / (took / u32::try_from(patients).unwrap()).as_secs_f64());
    let one = &ward.patients[ward.patients.len() / 2];
    let (took, _) = side_by_side(times.max(50), || assess::patient(black_box(one), &rules, &moment), || ());
    tell("after an entry, one patient", took, None, None);
}

fn main() {
    // A number: so many times the first ward alone, for counting instructions.
    if let Some(times) = std::env::args().find_map(|arg| arg.parse::<u32>().ok()) {
        let (ward, rules, moment) = (weekly(1_000), Rules::builtin().unwrap(), moment());
        for _ in 0..times {
            black_box(assess::ward(black_box(&ward), &rules, &moment));
        }
        return;
    }
    println!("assess");
    measure("1,000 with a year of weekly counts", &weekly(1_000), 40, Some(PER_SECOND));
    for size in [Size::Ward, Size::Clinic, Size::List] {
        measure(&format!("the {}", size.word()), &read(&made_up::ward(size, SEED, &moment())), 8, None);
    }
}
