//! One line: who, what and when, with a preview that is what is read back and what is saved.
use proptest::prelude::*;
use wardround::tui::form::{Form, FormEvent, FormKind};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::Fact;
use wardround::ward::read::{self, Limits};

use crate::desk::{Desk, content, entries};

/// What a line saves for whom: one read-back, and yes.
fn saved(desk: &Desk, line: &str) -> (String, Vec<String>) {
    let mut form = desk.line();
    match desk.keys(&mut form, &format!("{line}<Enter>y")) {
        FormEvent::Save(facts) => {
            let about = |fact: &Fact| match fact {
                Fact::Entry { patient, .. } => patient.to_string(),
                Fact::Patient(patient) => patient.id.to_string(),
            };
            (about(&facts[0]), facts.iter().flat_map(entries).map(|entry| content(&entry)).collect())
        }
        other => panic!("{other:?} after {line}\n{}", desk.screen(&form)),
    }
}

/// The screen after a line was typed.
fn typed(desk: &Desk, line: &str) -> String {
    let mut form = desk.line();
    desk.keys(&mut form, line);
    desk.screen(&form)
}

/// Okafor, Fraser, and a second Okafor.
fn two_okafors() -> Desk {
    let mut desk = Desk::new();
    let json = r#"{ "format": "wardround/1", "ward": { "name": "Rowan Ward" }, "patients": [
        { "id": "p3", "name": { "family": "Okafor", "given": "Chidi" }, "bed": "C1", "entries": [] },
        { "id": "p4", "name": { "family": "Osei-Tutu", "given": "Ama" }, "bed": "B30", "active": false, "entries": [] },
        { "id": "p5", "name": { "family": "Ó Súilleabháin", "given": "Zoë" }, "bed": "Bay 3", "entries": [] } ] }"#;
    let more = read::ward(json.as_bytes(), &Limits::default()).expect("a ward");
    desk.ward.patients.extend(more.patients.iter().cloned());
    desk
}

#[test]
fn a_count_with_its_time() {
    let at = r#""at": "2026-11-20T08:10:00+00:00""#;
    assert_eq!(
        saved(&Desk::new(), "okafor anc 1.32 wbc 4.1 today 0810"),
        (
            "p1".to_owned(),
            vec![
                format!(r#""kind": "result", "test": "anc", {at}, "value": 1.32, "unit": "10*9/L""#),
                format!(r#""kind": "result", "test": "wbc", {at}, "value": 4.1, "unit": "10*9/L""#),
            ]
        )
    );
}

#[test]
fn everything_that_is_said_on_a_round() {
    let desk = Desk::new();
    let now = r#""at": "2026-11-20T20:02:00+00:00""#;
    let result = |test: &str, value: &str, unit: &str| {
        format!(r#""kind": "result", "test": "{test}", {now}, "value": {value}, "unit": "{unit}""#)
    };
    for (line, wanted) in [
        ("b3 dose 25 50", vec![r#""kind": "dose", "at": "2026-11-20", "morning_mg": 25, "evening_mg": 50"#.to_owned()]),
        ("b3 dose 12.5 mg", vec![r#""kind": "dose", "at": "2026-11-20", "evening_mg": 12.5"#.to_owned()]),
        (
            "b3 dose 25 25 50 from tomorrow",
            vec![r#""kind": "dose", "at": "2026-11-21", "morning_mg": 25, "midday_mg": 25, "evening_mg": 50"#.to_owned()],
        ),
        ("b3 dose morning 25", vec![r#""kind": "dose", "at": "2026-11-20", "morning_mg": 25"#.to_owned()]),
        ("b3 dose 25 0 50", vec![r#""kind": "dose", "at": "2026-11-20", "morning_mg": 25, "evening_mg": 50"#.to_owned()]),
        (
            "b3 bowels yesterday 4",
            vec![format!(
                r#""kind": "checklist", "list": "constipation", {now}, "answers": {{ "last_bm": "2026-11-19", "bristol": 4 }}"#
            )],
        ),
        (
            "b3 bowels 18-Nov no pain distended times 2",
            vec![format!(
                r#""kind": "checklist", "list": "constipation", {now}, "answers": {{ "last_bm": "2026-11-18", "bm_7d": 2, "pain": false, "distension": true }}"#
            )],
        ),
        (
            "b3 infection sore throat none",
            vec![format!(
                r#""kind": "checklist", "list": "infection", {now}, "answers": {{ "fever": false, "sore_throat": true, "mouth_ulcers": false, "weakness": false }}"#
            )],
        ),
        ("b3 weight 71.5", vec![result("weight", "71.5", "kg")]),
        (
            "okaf pulse 96 temp 37.4 bp 118/76",
            vec![
                result("pulse", "96", "/min"),
                result("temperature", "37.4", "Cel"),
                result("systolic-lying", "118", "mm[Hg]"),
                result("diastolic-lying", "76", "mm[Hg]"),
            ],
        ),
        (
            "okafor anc < 0.1",
            vec![format!(
                r#""kind": "result", "test": "anc", {now}, "comparator": "<", "value": 0.1, "unit": "10*9/L""#
            )],
        ),
        ("okafor anc 1320 /ul", vec![result("anc", "1320", "/uL")]),
        (
            "okafor level 350 12h",
            vec![format!(
                r#""kind": "result", "test": "clozapine", {now}, "value": 350, "unit": "ug/L", "hours_post_dose": 12"#
            )],
        ),
        (
            "9990000018 taken fbc crp -2h",
            vec![
                r#""kind": "sample", "at": "2026-11-20T18:02:00+00:00", "tests": ["anc", "wbc", "crp"], "outcome": "taken""#
                    .to_owned(),
            ],
        ),
        (
            "999 000 0018 declined",
            vec![format!(r#""kind": "sample", {now}, "tests": ["anc", "wbc"], "outcome": "declined""#)],
        ),
        (
            "adaeze missed yesterday 2100 vomiting all day",
            vec![
                r#""kind": "break", "last_dose": "2026-11-19T21:00:00+00:00", "reason": "vomiting all day""#.to_owned(),
            ],
        ),
        ("fraser resumed today 0800", vec![r#""kind": "resume", "at": "2026-11-20T08:00:00+00:00""#.to_owned()]),
        ("b3 supply 28", vec![format!(r#""kind": "supply", {now}, "days": 28"#)]),
        (
            "b3 medicine start fluvoxamine 18-Nov",
            vec![r#""kind": "medicine", "event": "start", "at": "2026-11-18", "name": "fluvoxamine""#.to_owned()],
        ),
        (
            "b3 smoking stop yesterday",
            vec![r#""kind": "medicine", "event": "stop", "at": "2026-11-19", "name": "smoking""#.to_owned()],
        ),
        ("b3 note Fever overnight, 38.2 C", vec![format!(r#""kind": "note", {now}, "text": "Fever overnight, 38.2 C""#)]),
    ] {
        assert_eq!(saved(&desk, line).1, wanted, "{line}");
    }
}

#[test]
fn what_is_wrong_and_where() {
    let desk = Desk::new();
    for (line, wanted) in [
        ("", "okafor anc 1.32 wbc 4.1 today 0810"),
        ("zebra anc 1", "at \"zebra\": nobody on the ward has that name, bed or number"),
        ("okafor", "then what: anc 1.32"),
        ("okafor anc", "the number, such as anc 1.32"),
        ("okafor anc 1,32", "at \"1,32\": a comma can mean two things"),
        ("okafor anc 132", "at \"132\": 132 is not plausible in x10^9/L"),
        ("okafor anc 1.32 mg/l", "at \"mg/l\": not a unit of ANC"),
        ("okafor anc 1.32 anc 1.4", "at \"1.4\": said twice"),
        ("okafor anc 1.32 sometime", "at \"sometime\": not a test or a time"),
        ("okafor anc 1.32 05/04/26", "at \"05/04/26\": day and month cannot be told apart"),
        ("okafor anc 1.32 fri", "at \"fri\": today is a Fri: type today, or -7d"),
        ("okafor anc 1.32 tomorrow", "at \"tomorrow\": that is in the future"),
        ("okafor anc 1.32 today 0810 1900", "at \"1900\": a second time"),
        ("okafor dose", "at least one dose"),
        ("okafor dose 1 2 3 4", "at \"4\": three doses a day at most"),
        ("okafor dose 25 1940", "at \"1940\": a day only, without a time"),
        ("okafor dose 25 evening 50", "at \"25\": name every time of day, or none"),
        ("okafor dose 25 mon", "at \"mon\": which Mon? type the date, such as 16-Nov-2026"),
        ("okafor bowels yesterday 9", "at \"9\": a whole number from 1 to 7"),
        ("okafor bowels happy", "at \"happy\": not asked under Bowels"),
        ("okafor bowels no bristol", "at \"bristol\": cannot be answered with no"),
        ("okafor missed vomiting", "the last dose taken comes first"),
        ("okafor missed yesterday", "the time too"),
        ("okafor resumed today 0800", "enter the missed doses first"),
        ("okafor sample maybe", "at \"maybe\": taken, declined or failed"),
        ("okafor supply 0", "at \"0\": a whole number from 1 to 366"),
        ("okafor medicine fluvoxamine", "start or stop"),
        ("okafor note", "the words of the note"),
    ] {
        let screen = typed(&desk, line);
        assert!(screen.contains(wanted), "{line}: {wanted}\n{screen}");
        let mut form = desk.line();
        assert_eq!(desk.keys(&mut form, &format!("{line}<Enter>y")), FormEvent::Stay, "{line}");
        assert!(!matches!(form.mode(), Mode::ReadBack | Mode::ReadBackNo), "{line}");
        assert!(line.is_empty() || form.is_dirty(), "what was typed stays: {line}");
    }
}

#[test]
fn who_is_one_of_several_is_chosen_from_a_list_and_never_guessed() {
    let desk = two_okafors();
    let mut form = desk.line();
    desk.keys(&mut form, "okafor weight 71");
    assert!(desk.screen(&form).contains("2 patients: Enter shows them"), "{}", desk.screen(&form));
    assert_eq!(form.patient(), None);
    assert_eq!(desk.keys(&mut form, "<Enter>"), FormEvent::Stay);
    assert_eq!(form.mode(), Mode::Menu);
    insta::assert_snapshot!("line_which", desk.screen(&form));
    desk.keys(&mut form, "<Esc>");
    assert!(form.is_dirty() && form.mode() == Mode::Line);
    desk.keys(&mut form, "<Enter><Down><Enter>");
    assert_eq!(form.patient().map(ToString::to_string).as_deref(), Some("p3"));
    assert!(desk.screen(&form).contains("OKAFOR, Chidi"), "{}", desk.screen(&form));
    // Other words are about somebody else: what was chosen for these holds no more.
    desk.keys(&mut form, "<Esc><C-u>okafo weight 71");
    assert_eq!(form.patient(), None);

    // A name, a bed that is exactly meant goes before one that only begins so.
    for (line, who) in [("b3 weight 71", "p1"), ("okafor chidi weight 71", "p3"), ("c1 weight 71", "p3")] {
        assert_eq!(saved(&desk, line).0, who, "{line}");
    }
    for (line, who) in [("bay 3 weight 71", "p5"), ("sullea weight 71", ""), ("suill zoe weight 71", "p5")] {
        let mut form = desk.line();
        desk.keys(&mut form, line);
        assert_eq!(form.patient().map(ToString::to_string).unwrap_or_default(), who, "{line}");
    }
    assert!(typed(&desk, "osei weight 71").contains("somebody discharged has"));
}

#[test]
fn in_a_patients_view_a_line_is_about_that_patient() {
    let desk = two_okafors();
    let at = |line: &str| {
        let mut form = desk.open(FormKind::Line);
        let event = desk.keys(&mut form, line);
        (form, event)
    };
    let (form, event) = at("weight 71<Enter>y");
    assert!(matches!(event, FormEvent::Save(_)), "{}", desk.screen(&form));
    let (form, event) = at("okafor weight 71<Enter>y");
    assert!(matches!(event, FormEvent::Save(_)), "{}", desk.screen(&form));
    let (form, event) = at("fraser weight 71<Enter>y");
    assert_eq!(event, FormEvent::Stay);
    assert!(desk.screen(&form).contains("this line is about OKAFOR, Adaeze"), "{}", desk.screen(&form));
}

#[test]
fn tab_completes_patients_tests_units_items_and_days() {
    let desk = two_okafors();
    let completed = |line: &str| {
        let mut form = desk.line();
        desk.keys(&mut form, line);
        desk.screen(&form).lines().find(|line| line.contains("> Line")).unwrap_or_default().trim().to_owned()
    };
    for (line, wanted) in [
        ("fra<Tab>", "> Line   fraser"),
        ("b3<Tab>", "> Line   b3"),
        ("oka<Tab>", "> Line   oka"),
        ("okafor chi<Tab>", "> Line   okafor chidi"),
        ("fraser plat<Tab>250", "> Line   fraser platelets 250"),
        ("fraser anc 1320 /<Tab>", "> Line   fraser anc 1320 /uL"),
        ("fraser bowels yest<Tab>4 no dist<Tab>", "> Line   fraser bowels yesterday 4 no distension"),
        ("fraser zzz<Tab>", "> Line   fraser zzz"),
    ] {
        assert!(completed(line).starts_with(wanted), "{line}: {}", completed(line));
    }
    assert!(typed(&desk, "fraser t").contains("Tab: "), "{}", typed(&desk, "fraser t"));
}

#[test]
fn a_line_and_its_read_back_on_the_screen() {
    let desk = Desk::new();
    insta::assert_snapshot!("line_empty", typed(&desk, ""));
    insta::assert_snapshot!("line_preview", typed(&desk, "okafor anc 0.40 wbc 2.1 today 1940"));
    insta::assert_snapshot!("line_wrong", typed(&desk, "okafor anc 0.40 wbc 2.1 05/04/26"));
    let mut form = desk.line();
    desk.keys(&mut form, "okafor anc 0.40 wbc 2.1 today 1940<Enter>");
    assert_eq!(form.mode(), Mode::ReadBackNo, "another band: No is chosen");
    insta::assert_snapshot!("line_read_back", desk.screen(&form));
    assert_eq!(desk.keys(&mut form, "<Enter>"), FormEvent::Stay);
    assert!(desk.screen(&form).contains("okafor anc 0.40 wbc 2.1 today 1940"), "the line is still there");
}

#[test]
fn a_relative_time_keeps_its_meaning_while_it_is_read_back() {
    let desk = Desk::fraser();
    let mut form = desk.line();
    desk.keys(&mut form, "fraser anc 3.32 -2h<Enter>");
    assert_eq!(form.mode(), Mode::ReadBack);
    let later = Desk::fraser().at("2026-11-20T20:09:00Z");
    form.refresh(&later.ctx());
    assert_eq!(form.mode(), Mode::ReadBack, "{}", later.screen(&form));
    let FormEvent::Save(facts) = later.keys(&mut form, "y") else { panic!("{}", later.screen(&form)) };
    assert!(content(&entries(&facts[0])[0]).contains("2026-11-20T18:02:00"), "what was read back is what is saved");
}

/// Words that mean something, some that nearly do, and anything.
fn any_line() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => prop::sample::select(vec![
            "okafor", "b3", "fraser", "a3", "bed", "anc", "wbc", "bp", "pulse", "dose", "bowels", "infection", "missed", "resumed",
            "taken", "sample", "declined", "level", "supply", "medicine", "start", "smoking", "note", "today", "yesterday", "now",
            "-2h", "-1d", "0810", "20-Nov", "mon", "wed", "1.32", "4", "25", "50", "118/76", "/uL", "12h", "<", "<0.1", "no",
            "none", "pain", "asked", "fbc", "from", "morning", "mg", "05/04/26", "2026-11-20T08:10",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
        1 => "[0-9./:<>-]{0,6}",
    ];
    prop::collection::vec(word, 0..9).prop_map(|words| words.join(" "))
}

/// What stands under the line in the preview, or in the read-back, without what only one of them has.
fn shown(desk: &Desk, form: &Form) -> Vec<String> {
    let screen = desk.drawn(form, (200, 90), wardround::tui::theme::Theme::default());
    let until = screen.lines().take_while(|line| !line.contains("Save this?"));
    let all: Vec<String> = until.map(str::to_owned).filter(|line| !line.is_empty()).collect();
    let from = all.iter().position(|line| line.starts_with(" >")).map_or(1, |at| at + 1);
    all.into_iter().skip(from).filter(|line| !line.contains("Tab: ")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_saved_is_what_was_previewed(line in any_line()) {
        let desk = Desk::fraser();
        let mut form = desk.line();
        form.paste(&line, &desk.ctx());
        let before = shown(&desk, &form);
        let about = form.patient().cloned();
        desk.keys(&mut form, "<Enter>");
        if matches!(form.mode(), Mode::ReadBack | Mode::ReadBackNo) {
            prop_assert_eq!(&before, &shown(&desk, &form), "{}", line);
            let FormEvent::Save(facts) = desk.keys(&mut form, "y") else { panic!("not saved: {line}") };
            for fact in &facts {
                prop_assert!(matches!(fact, Fact::Entry { patient, .. } if Some(patient) == about.as_ref()), "{}", line);
            }
        } else {
            prop_assert!(form.mode() == Mode::Line || form.mode() == Mode::Menu, "{:?} {}", form.mode(), line);
        }
    }

    #[test]
    fn completing_never_loses_what_was_typed(line in any_line(), tabs in 1usize..3) {
        let desk = Desk::fraser();
        let mut form = desk.line();
        form.paste(&line, &desk.ctx());
        let kept: String = line.split_whitespace().rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" ");
        desk.keys(&mut form, &"<Tab>".repeat(tabs));
        let screen = desk.drawn(&form, (200, 90), wardround::tui::theme::Theme::default());
        let first = kept.split(' ').next().unwrap_or_default();
        if form.is_dirty() && first.is_ascii() {
            prop_assert!(screen.contains(first), "{line}\n{screen}");
        }
    }
}
