//! A host whose clock is wrong: the order of saves is the journal's, nothing is lost, nothing is hidden without a word.
use std::path::Path;
use std::process::Command;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::host::{Ran, lacks, run_with};
use crate::support::folder::Folder;
use crate::support::helper;
use crate::support::oracle::{Claims, look};
use crate::support::{FILE, at, author, fact, saved};
use crate::tally::Tally;

/// A name, and two clocks in turn, by which an entry each is saved: UTC.
const CASES: [(&str, &str, &str); 11] = [
    ("three days slow, then right", "2026-11-18 08:00:00", "2026-11-21 08:00:00"),
    ("two years fast, then right", "2028-11-21 08:00:00", "2026-11-21 08:00:00"),
    ("1970, then right", "1970-01-02 00:00:00", "2026-11-21 08:00:00"),
    ("summer time begins", "2026-03-29 00:59:58", "2026-03-29 01:00:02"),
    ("summer time ends: one hour twice", "2026-10-25 00:30:00", "2026-10-25 01:30:00"),
    ("a leap day", "2028-02-29 12:00:00", "2028-03-01 00:00:00"),
    ("a leap day that there is not", "2027-02-28 23:59:59", "2027-03-01 00:00:00"),
    ("one hour back", "2026-11-21 08:00:00", "2026-11-21 07:00:00"),
    ("the same second", "2026-11-21 08:00:00", "2026-11-21 08:00:00"),
    ("the end of 32 bits", "2038-01-19 03:14:07", "2038-01-19 03:14:09"),
    ("the end of a century", "2099-12-31 23:59:59", "2100-01-01 00:00:01"),
];

/// Runs what is given under another clock. `faketime` names something after its own process, which one of that number leaves
/// behind if it is killed: then it is tried again, by a process of another number.
fn faketime(arguments: &[&str], folder: &Path, input: &str) -> Ran {
    let once = || {
        let mut command = Command::new("faketime");
        command.args(arguments).current_dir(folder);
        command.env_clear().env("HOME", folder).env("TZ", "UTC").env("PATH", "/usr/bin:/bin");
        run_with(&mut command, input)
    };
    let of_another = |ran: &Ran| !ran.well && ran.text.contains("_open: File exists");
    (0..20).map(|_| once()).find(|ran| !of_another(ran)).expect("a name that is free")
}

/// The program by another clock.
fn program(clock: &str, folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let clock = format!("@{clock}");
    faketime(&[&["-f", &clock, env!("CARGO_BIN_EXE_wardround")], arguments].concat(), folder, input)
}

/// What a clock showed.
fn moment(clock: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(clock, "%F %T").unwrap().and_utc()
}

fn record(clock: &str, folder: &Folder, id: &str) -> Claims {
    let line = format!(r#"{{"patient":"p1","entry":{{"id":"{id}","kind":"note","at":"2026-11-18","text":"seen"}}}}"#);
    let ran = program(clock, folder.path(), &["record", FILE, "--stdin"], &line);
    helper::claims(ran.text.lines().map(str::to_owned))
}

/// The entries that were saved, in the order of the journal, and by what clock.
fn order(folder: &Folder) -> Vec<(String, DateTime<Utc>)> {
    let records = folder.open().0.history().unwrap();
    let saved = records.into_iter().filter(|record| record.seq.is_some());
    let entry = |record: wardround::store::Record| match record.fact {
        Some(wardround::store::Fact::Entry { entry, .. }) => Some((entry.id.to_string(), record.at?.to_utc())),
        _ => None,
    };
    saved.filter_map(entry).collect()
}

#[test]
fn a_wrong_clock_loses_and_hides_nothing() {
    let mut tally = Tally::of("F9", "wrong clocks");
    let broken = || {
        let folder = Folder::empty();
        (!faketime(&["2028-02-29 12:00:00", "date", "+%F"], folder.path(), "").text.starts_with("2028-02-29"))
            .then(|| "faketime has no effect".to_owned())
    };
    if let Some(why) = lacks(&["faketime"]).or_else(broken) {
        return tally.skip(&why);
    }
    let (mut by_clock_is_wrong, mut clock_is_changed) = (false, true);
    for (name, first, second) in CASES {
        let folder = Folder::after(0);
        let mut claims = helper::together([record(first, &folder, "one"), record(second, &folder, "two")]);
        claims.of_others = true;
        assert_eq!(claims.promised, ["one", "two"], "{name}: {claims:?}");
        let found = order(&folder);
        let ids: Vec<&str> = found.iter().map(|(id, _)| &**id).collect();
        assert_eq!(ids, ["one", "two"], "{name}: the order of saves");
        by_clock_is_wrong |= found[1].1 < found[0].1;
        // From then on it goes: a slow host saves some time after that.
        clock_is_changed &= found
            .iter()
            .zip([first, second])
            .all(|((_, at), clock)| (0..30).contains(&(*at - moment(clock)).num_minutes()));
        for clock in [first, second, "2026-11-21 08:00:00"] {
            let ran = program(clock, folder.path(), &["triage", FILE], "");
            assert!(ran.text.contains("OKAFOR"), "{name}, at {clock}: {}", ran.text);
            // What was recorded much later than now is not read by any rule, and that is said.
            let ahead = found.iter().map(|(_, at)| (*at - moment(clock)).num_minutes()).max().unwrap();
            let said = ran.text.contains("please check this host's clock");
            assert!(said || ahead < 50, "{name}, at {clock}: {}", ran.text);
            assert!(!said || ahead >= 0, "{name}, at {clock}: {}", ran.text);
        }
        tally.passes(name, claims.promised.len(), &look(&folder, &claims));
    }
    tally.control("the clock is not really changed", clock_is_changed);
    tally.control("the order of saves is the clock's", by_clock_is_wrong);
}

#[test]
fn a_clock_that_is_set_back_in_a_session_loses_nothing() {
    let mut tally = Tally::of("F9", "set back in a session");
    let folder = Folder::after(0);
    let (mut store, _) = folder.open();
    let mut claims = Claims::default();
    for (id, minute) in [("one", 90), ("two", 3), ("three", 91)] {
        let report = store.save(vec![fact(id)], &author(), at(minute));
        assert!(saved(&report));
        claims.note(id, &report);
    }
    let mut found = order(&folder);
    let ids = |found: &[(String, DateTime<Utc>)]| found.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&found), ["one", "two", "three"]);
    tally.passes("set back", 3, &look(&folder, &claims));
    found.sort_by_key(|(_, at)| *at);
    tally.control("the order of saves is the clock's", ids(&found) == ["two", "one", "three"]);
}
