//! A patient's own fields: changes with what was there before, and what happens when two people change the same one.
use wardround::tui::form::{Form, FormEvent, FormKind};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Conflict, Fact, Outcome, Refusal, SaveReport};
use wardround::ward::Entry;

use crate::desk::{Desk, content, entries, report};

/// What keys in the form of the patient's own fields save.
fn saved(desk: &Desk, keys: &str) -> Vec<String> {
    desk.saved(FormKind::Person, keys).iter().map(content).collect()
}

const NOW: &str = r#""at": "2026-11-20T20:02:30+00:00""#;

fn change(field: &str, from: &str, to: &str) -> String {
    format!(r#""kind": "change", "field": "{field}", {NOW}{from}{to}"#)
}

/// The ward after somebody else moved the patient to B4.
fn moved(desk: Desk) -> Desk {
    desk.with(&[r#"{ "id": "m1", "kind": "change", "field": "bed", "from": "B3", "to": "B4", "at": "2026-11-20T19:00",
        "recorded": { "at": "2026-11-20T19:02:00+00:00", "by": "nsmith" } }"#])
}

fn conflict(desk: &Desk) -> SaveReport {
    let patient = desk.ward.patient(&desk.patient).expect("the patient");
    let changed: Option<Entry> = patient.last_change("bed").cloned();
    let conflict = Conflict::Field {
        patient: desk.patient.clone(),
        field: "bed".to_owned(),
        now: patient.raw_field("bed").map(str::to_owned),
        changed,
    };
    SaveReport {
        refused: vec![(0, Refusal::Changed(Box::new(conflict)))],
        ..report(Outcome::NotSaved { reason: "changed".to_owned() })
    }
}

#[test]
fn a_change_holds_what_was_there_before() {
    let desk = Desk::new();
    let from = |json: &str| format!(r#", "from": {json}"#);
    let to = |json: &str| format!(r#", "to": {json}"#);
    for (keys, wanted) in [
        ("C1<Enter>y", change("bed", &from("\"B3\""), &to("\"C1\""))),
        ("<C-u><Enter>y", change("bed", &from("\"B3\""), "")),
        ("<Down>n<Enter>y", change("active", "", &to("false"))),
        ("<Down><Down>o<Enter>y", change("setting", "", &to("\"outpatient\""))),
        ("<Down><Down><Down>us<Enter>y", change("protocol", &from("\"uk-smpc\""), &to("\"us-label\""))),
        ("<Down><Down><Down><Down>d<Enter>y", change("service", &from("\"cpms\""), &to("\"dms\""))),
        ("<Down><Down><Down><Down><Down>c<Enter>y", change("ben", "", &to("\"confirmed\""))),
        ("<Up><Up><Up><Up><Up><Up><Up><Up>y<Enter>y", change("smoker", "", &to("true"))),
        ("<Up>X77<Enter>y", "identifiers".to_owned()),
    ] {
        let got = saved(&desk, keys);
        assert!(got.len() == 1 && got[0].contains(wanted.as_str()), "{keys}: {got:?}, not {wanted}");
    }
}

#[test]
fn a_number_and_a_name_are_changed_and_the_rest_of_them_is_kept() {
    let desk = Desk::new();
    let mrn = saved(&desk, "<Up>X77<Enter>y");
    assert!(
        mrn[0].contains(r#"{"system":"nhs-number","value":"9990000018"},{"system":"mrn","value":"X77"}"#),
        "{mrn:?}"
    );
    let keys = "<Up><Up><Up><Up><Up><Up>Okonkwo<Enter>";
    let form = desk.typed(FormKind::Person, keys);
    assert_eq!(form.mode(), Mode::ReadBackNo, "who somebody is never changes by an Enter too many");
    let screen = desk.screen(&form);
    assert!(screen.contains("OKONKWO, Adaeze (was OKAFOR, Adaeze)"), "{screen}");
    let name = saved(&desk, &format!("{keys}y"));
    assert!(name[0].contains(r#""to": {"family":"Okonkwo","given":"Adaeze"}"#), "{name:?}");
}

#[test]
fn what_is_shown_is_no_change_and_what_is_typed_takes_its_place() {
    let desk = Desk::new();
    let mut form = desk.open(FormKind::Person);
    insta::assert_snapshot!("person", desk.screen(&form));
    assert!(!form.is_dirty());
    desk.keys(&mut form, "<Enter>");
    assert!(desk.screen(&form).contains("nothing was changed"), "{}", desk.screen(&form));
    desk.keys(&mut form, "C1");
    assert!(desk.screen(&form).contains("> Bed                     C1"), "{}", desk.screen(&form));
    desk.keys(&mut form, "<C-u>B3");
    assert!(!form.is_dirty(), "as it was");
    // An arrow first: then letters are added.
    let form = desk.typed(FormKind::Person, "<Left>0<Enter>");
    insta::assert_snapshot!("person_read_back", desk.screen(&form));
}

#[test]
fn a_discharge_is_asked_about_and_can_be_undone() {
    let desk = Desk::new();
    let form = desk.typed(FormKind::Person, "<Down>n<Enter>");
    assert_eq!(form.mode(), Mode::ReadBackNo);
    assert!(desk.screen(&form).contains("leaves every list and count"), "{}", desk.screen(&form));
    let away =
        Desk::new().with(&[r#"{ "id": "a1", "kind": "change", "field": "active", "to": false, "at": "2026-11-20" }"#]);
    assert!(!away.ward.patients[0].fields.active);
    assert!(saved(&away, "<Down>y<Enter>y")[0].ends_with(r#""from": false, "to": true"#));
}

#[test]
fn a_bed_in_one_line() {
    let desk = Desk::new();
    let mut form = desk.line();
    let FormEvent::Save(facts) = desk.keys(&mut form, "okafor bed C 1<Enter>y") else {
        panic!("{}", desk.screen(&form))
    };
    assert!(content(&entries(&facts[0])[0]).ends_with(r#""from": "B3", "to": "C 1""#), "{facts:?}");
}

/// A form in which C1 was typed before somebody else moved the patient to B4.
fn disputed(keys: &str) -> (Desk, Form) {
    let mut form = Desk::new().typed(FormKind::Person, "C1");
    let desk = moved(Desk::new());
    form.refresh(&desk.ctx());
    assert!(desk.screen(&form).contains("C1"), "typing is never interrupted\n{}", desk.screen(&form));
    assert_eq!(desk.keys(&mut form, "<Enter>"), FormEvent::Stay);
    assert_eq!(form.mode(), Mode::Conflict);
    (keys == "screen").then(|| insta::assert_snapshot!("person_conflict", desk.screen(&form)));
    (desk, form)
}

#[test]
fn the_same_field_changed_by_two_people_asks() {
    let (desk, mut form) = disputed("screen");
    assert_eq!(desk.keys(&mut form, "<Enter>"), FormEvent::Stay);
    assert!(form.is_dirty() && desk.screen(&form).contains("C1"), "nothing is lost: {}", desk.screen(&form));

    let (desk, mut form) = disputed("");
    assert_eq!(desk.keys(&mut form, "k"), FormEvent::Close, "nothing else was typed");

    let (desk, mut form) = disputed("");
    assert_eq!(desk.keys(&mut form, "r"), FormEvent::Stay, "replacing is read back first");
    assert_eq!(form.mode(), Mode::ReadBackNo);
    let screen = desk.screen(&form);
    assert!(screen.contains("C1 (was B4)") && screen.contains("nsmith"), "{screen}");
    let FormEvent::Save(facts) = desk.keys(&mut form, "y") else { panic!("{screen}") };
    assert!(content(&entries(&facts[0])[0]).contains(r#""from": "B4", "to": "C1""#));
}

#[test]
fn somebody_faster_than_the_save_is_asked_about_too() {
    let desk = Desk::new();
    let mut form = desk.typed(FormKind::Person, "C1<Enter>");
    assert!(matches!(desk.keys(&mut form, "y"), FormEvent::Save(_)));
    let desk = moved(Desk::new());
    assert_eq!(form.outcome(&conflict(&desk), &desk.ctx()), FormEvent::Stay);
    assert_eq!(form.mode(), Mode::Conflict);
    assert!(desk.screen(&form).contains("nsmith, 20-Nov-2026 19:02, changed Bed: B3 -> B4"), "{}", desk.screen(&form));
    assert!(form.is_dirty());
    assert_eq!(desk.keys(&mut form, "x<Tab>q"), FormEvent::Stay, "other keys answer nothing");
    desk.keys(&mut form, "r");
    assert!(matches!(desk.keys(&mut form, "y"), FormEvent::Save(_)), "{}", desk.screen(&form));
}

#[test]
fn a_newer_dose_than_the_one_that_was_seen_is_asked_about() {
    let desk = Desk::new();
    let mut form = desk.typed(FormKind::Dose, "100<Enter><Enter>175<Enter>");
    assert!(matches!(desk.keys(&mut form, "y"), FormEvent::Save(_)));
    assert_eq!(form.seen(&desk.ctx()).len(), 1, "a dose rests on the doses that were seen");
    let newer = r#"{ "id": "d2", "kind": "dose", "at": "2026-11-20", "evening_mg": 300,
        "recorded": { "at": "2026-11-20T20:02:10+00:00", "by": "nsmith" } }"#;
    let desk = Desk::new().with(&[newer]);
    let entry = desk.ward.patients[0].entries.last().expect("the newer dose").clone();
    let conflict = Conflict::Newer { patient: desk.patient.clone(), kind: "dose".to_owned(), entry };
    let answer = SaveReport {
        refused: vec![(0, Refusal::Changed(Box::new(conflict)))],
        ..report(Outcome::NotSaved { reason: "changed".to_owned() })
    };
    assert_eq!(form.outcome(&answer, &desk.ctx()), FormEvent::Stay);
    let screen = desk.screen(&form);
    assert!(
        screen.contains("Somebody saved: Dose 300 mg/day") && screen.contains("Morning 100, Evening 175"),
        "{screen}"
    );
    desk.keys(&mut form, "r");
    assert_eq!(form.mode(), Mode::ReadBackNo, "{}", desk.screen(&form));
    assert!(desk.screen(&form).contains("hile this form was open somebody saved"), "{}", desk.screen(&form));
    assert!(matches!(desk.keys(&mut form, "y"), FormEvent::Save(_)));
}

#[test]
fn the_same_result_saved_by_somebody_else_meanwhile_is_said_before_mine_is() {
    let mut form = Desk::fraser().typed(FormKind::BloodCount, "3.32");
    let theirs = r#"{ "id": "n1", "kind": "result", "test": "anc", "at": "2026-11-20T19:10", "value": 3.30, "unit": "10*9/L",
        "recorded": { "at": "2026-11-20T20:01:00+00:00", "by": "nsmith" } }"#;
    let desk = Desk::fraser().with(&[theirs]);
    form.refresh(&desk.ctx());
    desk.keys(&mut form, "<Enter>");
    assert_eq!(form.mode(), Mode::ReadBackNo);
    let screen = desk.screen(&form);
    assert!(screen.contains("hile this form was open somebody saved: ANC 3.30 x10^9/L"), "{screen}");
    // The control: another test of the same sample is no reason to ask.
    let wbc = theirs.replace("\"anc\"", "\"wbc\"").replace("3.30", "6.30");
    let desk = Desk::fraser().with(&[&wbc]);
    let mut form = Desk::fraser().typed(FormKind::BloodCount, "3.32");
    form.refresh(&desk.ctx());
    desk.keys(&mut form, "<Enter>");
    assert_eq!(form.mode(), Mode::ReadBack, "{}", desk.screen(&form));
}

#[test]
fn what_nobody_typed_follows_the_ward() {
    let mut form = Desk::new().open(FormKind::Person);
    let desk = moved(Desk::new());
    form.refresh(&desk.ctx());
    assert!(desk.screen(&form).contains("B4") && !form.is_dirty(), "{}", desk.screen(&form));
    let FormEvent::Save(facts) = desk.keys(&mut form, "C1<Enter>y") else { panic!("{}", desk.screen(&form)) };
    assert!(matches!(&facts[0], Fact::Entry { entry, .. } if content(entry).contains(r#""from": "B4""#)));
}
