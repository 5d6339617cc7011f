//! Properties of every assessment, whatever was recorded: its order means nothing, adverse facts never calm anybody, no
//! threshold is crossed the wrong way, units change nothing, and nothing panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test fails by panicking.
use std::sync::OnceLock;

use chrono::{DateTime, Duration, TimeZone, Utc};
use chrono_tz::Tz;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use wardround::assess::{self, Assessment, BloodCount, FlagKind, Severity, Task};
use wardround::rules::Rules;
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, Ward};

const PROTOCOLS: &[&str] =
    &["us-label", "uk-smpc", "eu-2025", "ca-registry", "consensus-2025", "trs-article", "rechallenge"];

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::builtin().unwrap())
}

/// The first dose of the generated patients: everything is so many minutes from it.
fn epoch() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 5, 8, 0, 0).unwrap()
}

fn time(minutes: i64) -> String {
    (epoch() + Duration::minutes(minutes)).format("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Some minutes after the first dose, mostly within the first months, now and then years later or before it.
fn minutes() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0_i64..260_000, 1 => 260_000_i64..1_300_000, 1 => -40_000_i64..0]
}

/// A time or, now and then, a date alone.
fn at() -> impl Strategy<Value = String> {
    (minutes(), 0_u8..4).prop_map(|(minutes, kind)| {
        let text = time(minutes);
        if kind == 0 { text[..10].to_owned() } else { text }
    })
}

fn result(test: &'static str, unit: &'static str, values: std::ops::Range<u32>) -> impl Strategy<Value = String> {
    let more = option::weighted(0.1, select(vec!["<", ">"]));
    (at(), values, more).prop_map(move |(at, thousandths, comparator)| {
        let value = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        let comparator = comparator.map_or(String::new(), |c| format!(r#","comparator":"{c}""#));
        format!(
            r#""kind":"result","test":"{test}","at":"{at}","value":{value},"unit":"{unit}","upper_limit":40{comparator}"#
        )
    })
}

fn results() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => result("anc", "10*9/L", 0..4000),
        3 => result("wbc", "10*9/L", 1000..8000),
        1 => result("crp", "mg/L", 0..150_000),
        1 => result("troponin-t-hs", "ng/L", 0..120_000),
        1 => result("temperature", "Cel", 36_000..40_000),
        1 => result("pulse", "/min", 60_000..140_000),
        1 => result("clozapine", "ug/L", 100_000..1_200_000),
        1 => result("alt", "U/L", 10_000..200_000),
        1 => result("weight", "kg", 60_000..90_000),
        1 => result("lithium", "mmol/L", 100..1500),
    ]
}

fn checklist() -> impl Strategy<Value = String> {
    let item = select(vec![
        ("constipation", "pain"),
        ("constipation", "straining"),
        ("myocarditis", "chest_pain"),
        ("myocarditis", "palpitations"),
        ("seizures", "myoclonus"),
        ("infection", "fever"),
        ("liver", "jaundice"),
        ("nms", "rigidity"),
        ("nms", "confusion"),
    ]);
    (at(), item, any::<bool>()).prop_map(|(at, (list, item), yes)| {
        format!(r#""kind":"checklist","list":"{list}","at":"{at}","answers":{{"{item}":{yes}}}"#)
    })
}

/// Any entry that says what happened; `voids` and acknowledgements name one of the entries by its number.
fn entry() -> impl Strategy<Value = String> {
    let course = (at(), select(vec!["initiation", "restart", "rechallenge"]))
        .prop_map(|(at, reason)| format!(r#""kind":"course","event":"start","at":"{at}","reason":"{reason}""#));
    let stop = at().prop_map(|at| format!(r#""kind":"course","event":"stop","at":"{at}""#));
    let dose = (at(), 0_u32..80)
        .prop_map(|(at, units)| format!(r#""kind":"dose","at":"{}","evening_mg":{}.5"#, &at[..10], units * 12));
    let pause = minutes().prop_map(|m| format!(r#""kind":"break","last_dose":"{}""#, time(m)));
    let resume = at().prop_map(|at| format!(r#""kind":"resume","at":"{at}""#));
    let medicine =
        (at(), any::<bool>(), select(vec!["fluvoxamine", "smoking", "tramadol"])).prop_map(|(at, on, name)| {
            format!(r#""kind":"medicine","event":"{}","at":"{at}","name":"{name}""#, if on { "start" } else { "stop" })
        });
    let sample = (at(), select(vec!["taken", "declined"]))
        .prop_map(|(at, outcome)| format!(r#""kind":"sample","at":"{at}","tests":["anc"],"outcome":"{outcome}""#));
    let ack = (at(), 0_usize..30, select(FlagKind::ALL.to_vec()), any::<bool>()).prop_map(|(at, n, kind, close)| {
        format!(r#""kind":"acknowledge","flag":"{}:e{n}","at":"{at}","action":"seen","close":{close}"#, kind.as_str())
    });
    let void = (0_usize..30).prop_map(|n| format!(r#""kind":"void","entry":"e{n}","reason":"slip""#));
    let change = (at(), select(PROTOCOLS.to_vec()), select(PROTOCOLS.to_vec())).prop_map(|(at, from, to)| {
        format!(r#""kind":"change","field":"protocol","from":"{from}","to":"{to}","at":"{at}""#)
    });
    let supply = (at(), 1_u32..40).prop_map(|(at, days)| format!(r#""kind":"supply","at":"{at}","days":{days}"#));
    prop_oneof![
        8 => results(), 3 => checklist(), 1 => course, 1 => stop, 2 => dose, 1 => pause, 1 => resume, 1 => medicine,
        1 => sample, 1 => ack, 1 => void, 1 => change, 1 => supply,
    ]
}

/// Entries without acknowledgements, voids and changes: nothing in them takes another back.
fn facts() -> impl Strategy<Value = Vec<String>> {
    let takes_back = ["acknowledge", "void", "change"];
    let kept = entry().prop_filter("takes another back", move |entry| {
        !takes_back.iter().any(|kind| entry.contains(&format!(r#""kind":"{kind}""#)))
    });
    vec(kept, 0..14)
}

fn entries() -> impl Strategy<Value = Vec<String>> {
    vec(entry(), 0..20)
}

/// A patient's fields, and the moment of assessment in minutes.
fn setting() -> impl Strategy<Value = (String, i64)> {
    let protocol = select(PROTOCOLS.to_vec());
    let service = option::of(select(vec!["cpms", "dms", "ztas"]));
    let ben = select(vec!["no", "confirmed"]);
    let fields = (protocol, service, ben, any::<bool>()).prop_map(|(protocol, service, ben, duffy)| {
        let service = service.map_or(String::new(), |s| format!(r#""service":"{s}","#));
        format!(r#""protocol":"{protocol}",{service}"ben":"{ben}","duffy_null":{duffy}"#)
    });
    (fields, 0_i64..300_000)
}

fn numbered(entries: &[String]) -> Vec<String> {
    entries.iter().enumerate().map(|(i, entry)| format!(r#"{{"id":"e{i}",{entry}}}"#)).collect()
}

fn ward(fields: &str, entries: &[String]) -> Ward {
    let start = format!(r#"{{"id":"start","kind":"course","event":"start","at":"{}","reason":"initiation"}}"#, time(0));
    let all: Vec<&str> = std::iter::once(&*start).chain(entries.iter().map(String::as_str)).collect();
    let text = format!(
        r#"{{"format":"wardround/1","ward":{{"name":"W","time_zone":"Europe/London"}},"patients":[{{"id":"p","name":{{"family":"Case","given":"Any"}},{fields},"entries":[{}]}}]}}"#,
        all.join(",")
    );
    read::ward(text.as_bytes(), &Limits::default()).unwrap_or_else(|faults| panic!("{faults:?}: {text}"))
}

fn assessed(fields: &str, entries: &[String], minutes: i64) -> Assessment {
    let moment = Moment { at: epoch() + Duration::minutes(minutes), zone: Tz::Europe__London };
    assess::patient(&ward(fields, entries).patients[0], rules(), &moment)
}

/// Every blood count, oldest first.
fn counted(fields: &str, entries: &[String], minutes: i64) -> Vec<BloodCount> {
    let moment = Moment { at: epoch() + Duration::minutes(minutes), zone: Tz::Europe__London };
    assess::counts(&ward(fields, entries).patients[0], rules(), &moment)
}

/// The worst of the flags shown: what is due is another matter.
fn worst_flag(of: &Assessment) -> Severity {
    of.flags.iter().map(|flag| flag.severity).max().unwrap_or(Severity::Ok)
}

/// What may be seen of an assessment but for words, which show a number as it was typed.
fn without_words(of: &Assessment) -> String {
    let flags: Vec<_> = of.flags.iter().map(|f| (&f.key, f.severity, f.since, &f.rule, &f.acknowledged)).collect();
    let due: Vec<_> = of.due.iter().map(|d| (d.task, d.due, d.status, d.valid_until(), &d.rule)).collect();
    let cannot: Vec<_> = of.cannot_assess.iter().map(|c| (c.code, &c.entry)).collect();
    format!("{:?} {:?} {:?} {flags:?} {due:?} {cannot:?}", of.state, of.severity, of.newest)
}

/// A fact that can only alarm: nothing that it could answer or end.
fn adverse() -> impl Strategy<Value = String> {
    let within = || (0_i64..200_000).prop_map(time);
    let item = select(vec![
        ("constipation", "pain"),
        ("myocarditis", "chest_pain"),
        ("myocarditis", "palpitations"),
        ("seizures", "seizure"),
        ("infection", "sore_throat"),
        ("nms", "rigidity"),
    ]);
    prop_oneof![
        (within(), item).prop_map(|(at, (list, item))| format!(
            r#""kind":"checklist","list":"{list}","at":"{at}","answers":{{"{item}":true}}"#
        )),
        within().prop_map(|at| format!(r#""kind":"result","test":"crp","at":"{at}","value":140,"unit":"mg/L""#)),
        within().prop_map(|at| format!(r#""kind":"result","test":"lithium","at":"{at}","value":1.4,"unit":"mmol/L""#)),
        within().prop_map(|at| format!(r#""kind":"medicine","event":"start","at":"{at}","name":"enoxacin""#)),
        within().prop_map(|at| format!(r#""kind":"note","at":"{at}","text":"seen on the round""#)),
        within().prop_map(|at| format!(r#""kind":"sample","at":"{at}","tests":["anc"],"outcome":"declined""#)),
    ]
}

/// A fact that is critical by itself under every protocol.
fn critical() -> impl Strategy<Value = String> {
    (0_i64..200_000, 0_u8..5).prop_map(|(minutes, which)| {
        let at = time(minutes);
        match which {
            0 => format!(r#""kind":"result","test":"anc","at":"{at}","value":0.3,"unit":"10*9/L""#),
            1 => format!(r#""kind":"result","test":"crp","at":"{at}","value":101,"unit":"mg/L""#),
            2 => format!(r#""kind":"result","test":"qtc","at":"{at}","value":520,"unit":"ms""#),
            3 => format!(r#""kind":"checklist","list":"seizures","at":"{at}","answers":{{"seizure":true}}"#),
            _ => format!(r#""kind":"checklist","list":"constipation","at":"{at}","answers":{{"no_flatus":true}}"#),
        }
    })
}

/// Text that could stand where the format wants a value, and hardly any of it makes sense.
fn odd_entry() -> impl Strategy<Value = String> {
    let odd_at = select(vec!["0001-01-01", "9999-12-31", "1582-10-15T00:00", "2026-03-29T01:30", "2026-10-25T01:30"]);
    let number =
        select(vec!["0", "-1", "1e-9", "79228162514264337593543950335", "0.0000000000000000000000000001", "1e20"]);
    let unit = select(vec!["10*9/L", "/uL", "mg/L", "nmol/L", "kg", "%", ""]);
    let test =
        select(vec!["anc", "wbc", "crp", "weight", "troponin-t-hs", "clozapine", "pulse", "systolic-lying", "?"]);
    (odd_at, number, unit, test, 0_u8..7).prop_map(|(at, number, unit, test, which)| match which {
        0 => format!(r#""kind":"dose","at":"{at}","evening_mg":{number},"morning_mg":{number}"#),
        1 => format!(r#""kind":"course","event":"start","at":"{at}","reason":"restart","regimen":"{unit}""#),
        2 => format!(r#""kind":"supply","at":"{at}","days":{number}"#),
        3 => format!(r#""kind":"break","last_dose":"{at}""#),
        4 => format!(
            r#""kind":"checklist","list":"constipation","at":"{at}","answers":{{"last_bm":"{}","bm_7d":{number},"bristol":{number}}}"#,
            &at[..10]
        ),
        5 => format!(r#""kind":"change","field":"{test}","from":{number},"to":"{unit}","at":"{at}""#),
        _ => format!(
            r#""kind":"result","test":"{test}","at":"{at}","value":{number},"unit":"{unit}","upper_limit":{number},"hours_post_dose":{number}"#
        ),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_entries_means_nothing(
        (fields, now) in setting(),
        (ordered, shuffled) in entries().prop_map(|e| numbered(&e)).prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle())),
    ) {
        prop_assert_eq!(assessed(&fields, &ordered, now), assessed(&fields, &shuffled, now));
    }

    #[test]
    fn an_adverse_fact_never_lowers_the_severity((fields, now) in setting(), facts in facts(), more in adverse()) {
        let before = numbered(&facts);
        let mut after = before.clone();
        after.push(format!(r#"{{"id":"more",{more}}}"#));
        let (before, after) = (assessed(&fields, &before, now), assessed(&fields, &after, now));
        prop_assert!(worst_flag(&after) >= worst_flag(&before), "{:#?}\n{:#?}", before.flags, after.flags);
    }

    #[test]
    fn a_critical_fact_is_never_hidden((fields, now) in setting(), facts in facts(), more in critical()) {
        let mut entries = numbered(&facts);
        entries.push(format!(r#"{{"id":"more",{more}}}"#));
        let got = assessed(&fields, &entries, now.max(200_001));
        prop_assert_eq!(got.severity, Severity::Critical);
        prop_assert!(got.flags.iter().any(|flag| flag.severity == Severity::Critical && flag.acknowledged.is_none()));
    }

    #[test]
    fn no_count_is_due_before_the_newest_sample((fields, now) in setting(), entries in entries()) {
        let got = assessed(&fields, &numbered(&entries), now);
        let counts = counted(&fields, &numbered(&entries), now);
        prop_assert_eq!(counts.last(), got.newest.as_ref());
        let newest = counts.iter().rfind(|count| count.anc.is_some());
        if let (Some(due), Some(newest)) = (got.due(Task::Anc).and_then(|anc| anc.due), newest) {
            prop_assert!(due >= newest.at.date(Tz::Europe__London), "{due} {newest:?} {:#?}", got.due);
        }
    }

    #[test]
    fn a_lower_count_is_never_in_a_better_band((fields, _) in setting(), low in 0_u32..40_000, above in 1_u32..3) {
        let band = |ten_thousandths: u32| {
            let value = format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000);
            let at = time(50_000);
            let anc = format!(r#"{{"id":"a","kind":"result","test":"anc","at":"{at}","value":{value},"unit":"10*9/L"}}"#);
            let wbc = format!(r#"{{"id":"w","kind":"result","test":"wbc","at":"{at}","value":9.0,"unit":"10*9/L"}}"#);
            assessed(&fields, &[anc, wbc], 50_001).anc_band.unwrap().severity
        };
        // Around every threshold, and anywhere.
        let threshold = low / 5_000 * 5_000;
        prop_assert!(band(threshold.saturating_sub(1)) >= band(threshold));
        prop_assert!(band(low) >= band(low + above));
    }

    #[test]
    fn another_unit_changes_nothing(
        (fields, now) in setting(),
        counts in vec((0_i64..200_000, 0_u32..6000, any::<bool>()), 0..10),
    ) {
        let written = |per_microlitre: bool| -> Vec<String> {
            let count = |(i, (minutes, cells, anc)): (usize, &(i64, u32, bool))| {
                let (test, at) = (if *anc { "anc" } else { "wbc" }, time(*minutes));
                let (value, unit) = if per_microlitre {
                    (cells.to_string(), "/uL")
                } else {
                    (format!("{}.{:03}", cells / 1000, cells % 1000), "10*9/L")
                };
                format!(r#"{{"id":"e{i}","kind":"result","test":"{test}","at":"{at}","value":{value},"unit":"{unit}"}}"#)
            };
            counts.iter().enumerate().map(count).collect()
        };
        let (litres, microlitres) = (assessed(&fields, &written(false), now), assessed(&fields, &written(true), now));
        prop_assert_eq!(without_words(&litres), without_words(&microlitres));
        prop_assert_eq!(counted(&fields, &written(false), now), counted(&fields, &written(true), now));
    }

    #[test]
    fn a_flag_names_an_entry_of_the_patient((fields, now) in setting(), entries in entries()) {
        let entries = numbered(&entries);
        let ward = ward(&fields, &entries);
        let got = assessed(&fields, &entries, now);
        for flag in &got.flags {
            let (kind, id) = flag.key.split_once(':').unwrap();
            prop_assert_eq!(kind, flag.kind.as_str());
            prop_assert!(ward.patients[0].entries.iter().any(|entry| entry.id.as_str() == id), "{}", flag.key);
            prop_assert!(rules().rule(&flag.rule).is_some(), "no such rule: {}", flag.rule);
        }
        for due in &got.due {
            prop_assert!(rules().rule(&due.rule).is_some(), "no such rule: {}", due.rule);
            prop_assert!(due.days_overdue >= 0);
        }
    }

    #[test]
    fn what_was_recorded_later_is_not_read((fields, now) in setting(), entries in entries(), later in entries()) {
        let known = numbered(&entries);
        // Changes are left out: a patient's fields hold the present value, and an unread change explains it.
        let later = later.iter().filter(|entry| !entry.contains(r#""kind":"change""#)).enumerate().map(|(i, entry)| {
            format!(r#"{{"id":"later{i}","recorded":{{"at":"{}","by":"x"}},{entry}}}"#, time(now + 1))
        });
        let all: Vec<String> = known.iter().cloned().chain(later).collect();
        prop_assert_eq!(assessed(&fields, &known, now), assessed(&fields, &all, now));
    }

    #[test]
    fn nothing_panics((fields, now) in setting(), entries in vec(prop_oneof![entry(), odd_entry()], 0..16)) {
        let ward = ward(&fields, &numbered(&entries));
        let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        for at in [epoch() + Duration::minutes(now), year(1), year(9999)] {
            let got = assess::ward(&ward, rules(), &Moment { at, zone: Tz::Europe__London });
            prop_assert_eq!(got.counts.patients, 1);
        }
    }
}
