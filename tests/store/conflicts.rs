//! Compare and set: what somebody else has changed meanwhile is never written over without a person having seen it.
use wardround::store::{Batch, Conflict, Fact, Outcome, Refusal, SaveReport, Seen};
use wardround::ward::{Change, Dose, Entry, EntryId, Kind, Number, Patient, PatientId, Recorded, Void, Ward, When};

use crate::support::folder::Folder;
use crate::support::{WARD, at, author, change, fact, fact_of, has, saved};

/// An entry of the first patient, recorded by somebody at the time of a save.
fn entry(id: &str, kind: Kind, by: &str, save: usize) -> Fact {
    let recorded = Recorded { at: at(save).fixed_offset(), by: by.into() };
    let day = When::parse("2026-11-18").unwrap();
    let entry = Entry::compose(EntryId::new(id), Some(day), kind, Some(recorded));
    Fact::Entry { patient: PatientId::new("p1"), entry }
}

fn dose(id: &str, evening: &str, by: &str, save: usize) -> Fact {
    let evening_mg = Some(Number::parse(evening).unwrap());
    entry(id, Kind::Dose(Dose { evening_mg, ..Dose::default() }), by, save)
}

fn void(id: &str, voided: &str) -> Fact {
    let void = Void { entry: EntryId::new(voided), reason: "wrong patient".into() };
    entry(id, Kind::Void(void), "aosei", 5)
}

fn first(ward: &Ward) -> &Patient {
    ward.patient(&PatientId::new("p1")).unwrap()
}

fn bed(ward: &Ward) -> Option<&str> {
    first(ward).fields.bed.as_deref()
}

/// The only refusal, which a whole save of one fact came to.
fn conflict(report: &SaveReport) -> &Conflict {
    assert!(matches!(report.outcome, Outcome::NotSaved { .. }), "{report:?}");
    let [(0, Refusal::Changed(conflict))] = &report.refused[..] else { panic!("{report:?}") };
    conflict
}

#[test]
fn a_field_that_somebody_else_has_changed_is_not_written_over() {
    let folder = Folder::with(WARD);
    let ((mut one, _), (mut other, _)) = (folder.open(), folder.open());
    assert!(saved(&one.save(vec![change("c1", "bed", None, Some("B3"), "nsmith", 1)], &author(), at(1))));
    let before = folder.text();
    let report = other.save(vec![change("c2", "bed", None, Some("C4"), "aosei", 2)], &author(), at(2));
    let conflict = conflict(&report);
    let Conflict::Field { patient, field, now, changed } = conflict else { panic!("{conflict:?}") };
    assert_eq!((patient.as_str(), &**field, now.as_deref()), ("p1", "bed", Some("\"B3\"")));
    assert_eq!(changed.as_ref().map(|entry| entry.id.as_str()), Some("c1"));
    assert_eq!((conflict.by(), conflict.at()), (Some("nsmith"), Some(at(1).fixed_offset())));
    // Words for a command: who and when, and neither the old value nor the new.
    let words = report.refused[0].1.to_string();
    assert!(words.contains("`bed`") && words.contains("by nsmith") && words.contains("2026-11-18"), "{words}");
    assert!(!words.contains("B3") && !words.contains("C4"), "{words}");
    assert_eq!(folder.text(), before, "nothing was written");
    // The control: who has seen what it is now may change it.
    assert!(saved(&other.save(vec![change("c2", "bed", Some("B3"), Some("C4"), "aosei", 2)], &author(), at(2))));
    assert_eq!(bed(&folder.ward()), Some("C4"));
    // Handed in again it is the same entry, and no conflict with itself.
    assert!(saved(&other.save(vec![change("c2", "bed", Some("B3"), Some("C4"), "aosei", 2)], &author(), at(3))));
}

#[test]
fn a_field_changed_by_hand_is_a_conflict_too() {
    let folder = Folder::with(WARD);
    let (mut store, _) = folder.open();
    folder.write("ward.json", WARD.replace("\"shoe_size\"", "\"bed\": \"B3\", \"shoe_size\""));
    let report = store.save(vec![change("c1", "bed", None, Some("C4"), "aosei", 2)], &author(), at(2));
    assert!(matches!(conflict(&report), Conflict::Field { changed: None, .. }), "{report:?}");
}

#[test]
fn changes_in_one_batch_follow_each_other() {
    let folder = Folder::with(WARD);
    let batch = vec![
        change("c1", "bed", None, Some("B1"), "aosei", 1),
        fact("n1"),
        change("c2", "bed", Some("B1"), Some("B2"), "aosei", 1),
        change("c3", "bed", Some("B1"), Some("B9"), "aosei", 1),
        void("v1", "c2"),
        change("c4", "bed", Some("B1"), None, "aosei", 6),
        fact_of("p2", "n2", "x"),
    ];
    let report = folder.save(batch);
    assert!(matches!(report.outcome, Outcome::Saved { .. }), "{report:?}");
    assert_eq!(report.refused.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [3], "{report:?}");
    let ward = folder.ward();
    assert!(bed(&ward).is_none() && has(&ward, "n1") && has(&ward, "n2") && !has(&ward, "c3"));
}

/// The latest recorded change holds. One that comes from a clock put back would be answered "saved" and do nothing.
#[test]
fn a_change_that_would_do_nothing_is_refused() {
    let folder = Folder::with(WARD);
    assert!(saved(&folder.save(vec![change("c1", "bed", None, Some("B1"), "aosei", 5)])));
    let report = folder.save(vec![change("c2", "bed", Some("B1"), Some("B2"), "aosei", 4)]);
    assert_eq!(report.refused, [(0, Refusal::NoEffect)], "{report:?}");
    assert!(saved(&folder.save(vec![change("c2", "bed", Some("B1"), Some("B2"), "aosei", 5)])), "the control");
    let change = Change { field: "shoe_colour".into(), from: None, to: Some("\"red\"".into()) };
    let report = folder.save(vec![entry("c3", Kind::Change(change), "aosei", 6)]);
    assert_eq!(report.refused, [(0, Refusal::NoEffect)], "no field of the format");
}

#[test]
fn a_dose_that_rests_on_another_plan_is_not_saved() {
    let folder = Folder::with(WARD);
    assert!(saved(&folder.save(vec![dose("d1", "200", "aosei", 1)])));
    let (mut store, loaded) = folder.open();
    let seen = Seen::of(first(&loaded.ward), "dose");
    let typed = |seen: &Seen| Batch {
        facts: vec![dose("d9", "250", "aosei", 4), fact("n1"), fact_of("p2", "n2", "x")],
        seen: vec![seen.clone()],
    };
    // Other kinds are no news, and other patients' neither.
    assert!(saved(&folder.save(vec![fact("n0")])));
    assert!(saved(&folder.save(vec![dose("d2", "225", "nsmith", 2)])));
    let report = store.save_batch(typed(&seen), &author(), at(4));
    assert!(matches!(report.outcome, Outcome::Saved { .. }), "the other patient's fact is saved: {report:?}");
    let [(0, Refusal::Changed(conflict)), (1, Refusal::Changed(_))] = &report.refused[..] else { panic!("{report:?}") };
    assert!(matches!(&**conflict, Conflict::Newer { kind, entry, .. } if kind == "dose" && entry.id.as_str() == "d2"));
    assert_eq!(conflict.by(), Some("nsmith"));
    assert!(!conflict.to_string().contains("225"), "{conflict}");
    assert!(!has(&folder.ward(), "d9") && !has(&folder.ward(), "n1") && has(&folder.ward(), "n2"));
    // Who has looked again may save; and again, when no answer came.
    let seen = Seen::of(first(&folder.ward()), "dose");
    assert!(saved(&store.save_batch(typed(&seen), &author(), at(4))));
    assert!(saved(&store.save_batch(typed(&seen), &author(), at(5))), "one's own entry is no news");
}

#[test]
fn a_plan_that_was_voided_meanwhile_is_news() {
    let folder = Folder::with(WARD);
    assert!(saved(&folder.save(vec![dose("d1", "200", "aosei", 1), fact("n0")])));
    let seen = Seen::of(first(&folder.ward()), "dose");
    let batch = |id| Batch { facts: vec![dose(id, "250", "aosei", 9)], seen: vec![seen.clone()] };
    assert!(saved(&folder.save(vec![void("v1", "n0")])));
    assert!(saved(&folder.open().0.save_batch(batch("d2"), &author(), at(9))), "a note's void is no news");
    let seen = Seen::of(first(&folder.ward()), "dose");
    assert!(saved(&folder.save(vec![void("v2", "d1")])));
    let report = folder.open().0.save_batch(Batch { seen: vec![seen], ..batch("d3") }, &author(), at(9));
    assert!(matches!(conflict(&report), Conflict::Newer { entry, .. } if entry.id.as_str() == "v2"), "{report:?}");
}
