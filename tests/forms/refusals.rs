//! What is refused, with which reason, and how dates are read back in words.
use wardround::tui::form::{FormEvent, FormKind};
use wardround::tui::keymap::Mode;

use crate::desk::Desk;

/// The screen in one line, so that a reason that was wrapped is found as well.
fn read(screen: &str) -> String {
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_count_that_cannot_be_meant_is_refused_beside_its_field_and_the_rest_is_kept() {
    for (typed, why) in [
        ("1,32", "refused: a comma can mean two things: type a point, as in 1.32"),
        ("abc", "refused: letters are no part of a number"),
        ("-1", "refused: a number under zero cannot be meant"),
        (".5", "refused: a zero before the point, as in 0.5"),
        ("1.", "refused: a digit after the point"),
        ("45%", "refused: a percentage is no count: type the count itself"),
        ("1500", "refused: 1500 is not plausible in x10^9/L; it would fit /uL: u changes the unit"),
        ("31", "refused: 31 is not plausible in x10^9/L; it would fit /uL: u changes the unit"),
        ("1.4999999999999999999999999999999", "refused: more digits than can be kept exactly"),
    ] {
        let desk = Desk::new();
        let mut form = desk.typed(FormKind::BloodCount, &format!("<Down>4.1<Up>{typed}"));
        assert_eq!(desk.keys(&mut form, "<Enter>"), FormEvent::Stay, "{typed}");
        let screen = read(&desk.screen(&form));
        assert!(screen.contains(why), "{typed}\n{screen}");
        assert!(screen.contains("type it") && screen.contains("4.1"), "{typed}\n{screen}");
    }
}

#[test]
fn the_unit_that_would_fit_can_be_taken_by_a_key() {
    let desk = Desk::fraser();
    let form = desk.typed(FormKind::BloodCount, "1500u<Enter>");
    assert_ne!(form.mode(), Mode::FormNumber);
    assert!(read(&desk.screen(&form)).contains("ANC 1500 /uL"), "{}", desk.screen(&form));
    // The control: back at the first unit it is refused.
    let form = desk.typed(FormKind::BloodCount, "1500uu<Enter>");
    assert_eq!(form.mode(), Mode::FormNumber);
}

/// It may be that the two were exchanged, and it may be all that is known: it is kept, and asked about.
#[test]
fn an_anc_above_the_wbc_of_which_it_is_a_part_is_asked_about_and_kept() {
    let desk = Desk::new();
    for (anc, wbc, asked) in [
        ("4.2", "4.1", true),
        ("4.1", "4.1", false),
        ("<4.2", "4.1", false),
        ("4.2", ">4.1", false),
        (">4.2", "4.1", true),
        (">4.1", "4.1", true),
        ("4.1", "<4.1", true),
        ("0.9", "0.8", true),
    ] {
        for (kind, typed) in [
            (FormKind::BloodCount, format!("{anc}<Enter>{wbc}<Enter>")),
            (FormKind::Line, format!("okafor anc {anc} wbc {wbc}<Enter>")),
        ] {
            let mut form = if kind == FormKind::Line { desk.line() } else { desk.open(kind) };
            desk.keys(&mut form, &typed);
            let screen = read(&desk.screen(&form));
            assert_eq!(screen.contains("ANC above WBC: read it again?"), asked, "{typed}\n{screen}");
            assert_eq!(screen.contains("?? CANNOT ASSESS ANC above the WBC"), asked, "{typed}\n{screen}");
            while form.mode() == Mode::ReadOn {
                desk.keys(&mut form, "<Enter>");
            }
            if asked {
                assert!(read(&desk.screen(&form)).contains("ANC above WBC: read it again?"), "with the answers");
                assert_eq!(form.mode(), Mode::ReadBackNo, "{typed}");
            }
            let FormEvent::Save(facts) = desk.keys(&mut form, "y") else { panic!("{typed}\n{}", desk.screen(&form)) };
            assert_eq!(facts.len(), 2, "{typed}");
        }
    }
}

#[test]
fn dates_are_read_back_in_words_or_refused() {
    for (typed, words) in [
        ("", "= today, Fri 20-Nov-2026 20:02, now"),
        ("now", "= today, Fri 20-Nov-2026 20:02, now"),
        ("today", "= today, Fri 20-Nov-2026"),
        ("yesterday", "= yesterday, Thu 19-Nov-2026"),
        ("-1d", "= yesterday, Thu 19-Nov-2026"),
        ("-10d", "= Tue 10-Nov-2026, 10 days ago"),
        ("1940", "= today, Fri 20-Nov-2026 19:40, 22 min ago"),
        ("19:40", "= today, Fri 20-Nov-2026 19:40, 22 min ago"),
        ("today 0810", "= today, Fri 20-Nov-2026 08:10, 11 h ago"),
        ("YESTERDAY 0810", "= yesterday, Thu 19-Nov-2026 08:10, 35 h ago"),
        ("18-Nov", "= Wed 18-Nov-2026, 2 days ago"),
        ("18-nov 0810", "= Wed 18-Nov-2026 08:10, 59 h ago"),
        ("18-Nov-2026", "= Wed 18-Nov-2026, 2 days ago"),
        ("21-Nov", "= Fri 21-Nov-2025, 364 days ago"),
        ("29-Feb", "= Thu 29-Feb-2024, 995 days ago"),
        ("2026-11-18", "= Wed 18-Nov-2026, 2 days ago"),
        ("2026-11-18T08:10", "= Wed 18-Nov-2026 08:10, 59 h ago"),
        ("2026-11-18T08:10+01:00", "= Wed 18-Nov-2026 07:10, 60 h ago"),
        ("25-Oct-2026 0130", "= Sun 25-Oct-2026 01:30, 26 days ago"),
        ("05/04/26", "refused: day and month cannot be told apart: type the month as letters, 5-Apr-2026"),
        ("05.04.26", "refused: day and month cannot be told apart: type the month as letters, 5-Apr-2026"),
        ("2026/11/20", "refused: day and month cannot be told apart: type the month as letters, 5-Apr-2026"),
        ("18-Nov-26", "refused: the year in four digits, such as 20-Nov-2026"),
        ("31-Nov", "refused: no calendar has that day"),
        ("29-Feb-2026", "refused: no calendar has that day"),
        ("tomorrow", "refused: that is in the future"),
        ("+1d", "refused: that is in the future"),
        ("2359", "refused: that is in the future: if it was yesterday, type yesterday 2359"),
        ("21-Nov-2026", "refused: that is in the future"),
        ("810", "refused: not a time: four digits of 24 hours, such as 0810"),
        ("2500", "refused: not a time: four digits of 24 hours, such as 0810"),
        ("29-Mar-2026 0130", "refused: that time did not exist: the clock was put forward over it"),
        ("18-11-2026", "refused: not a date: type today, yesterday 0810, -2d, -2h, 20-Nov, 20-Nov-2026 0810"),
        ("last week", "refused: not a date: type today, yesterday 0810, -2d, -2h, 20-Nov, 20-Nov-2026 0810"),
        ("18-Nov-0026", "refused: a year that cannot be meant"),
        ("\u{661}8-Nov", "refused: not a date: type today, yesterday 0810, -2d, -2h, 20-Nov, 20-Nov-2026 0810"),
    ] {
        let desk = Desk::new();
        let form = desk.typed(FormKind::BloodCount, &format!("<Up>{typed}"));
        let screen = read(&desk.screen(&form));
        assert!(screen.contains(words), "{typed}\n{screen}");
    }
}

#[test]
fn just_after_midnight_a_late_time_was_yesterday() {
    let desk = Desk::new().at("2026-11-21T00:20:00Z");
    let form = desk.typed(FormKind::BloodCount, "<Up>2350");
    assert!(read(&desk.screen(&form)).contains("if it was yesterday, type yesterday 2350"));
    let form = desk.typed(FormKind::BloodCount, "<Up>yesterday 2350");
    assert!(read(&desk.screen(&form)).contains("= yesterday, Fri 20-Nov-2026 23:50, 30 min ago"));
}

#[test]
fn hours_are_counted_so_a_last_dose_needs_its_time() {
    let desk = Desk::new();
    let form = desk.typed(FormKind::Break, "yesterday");
    assert!(read(&desk.screen(&form)).contains("refused: the time too"));
    let form = desk.typed(FormKind::Break, "18-Nov 2100<Enter>");
    let screen = read(&desk.screen(&form));
    assert!(screen.contains("Last dose 18-Nov-2026 21:00") && screen.contains("Since then 47 h"), "{screen}");
}

#[test]
fn nothing_typed_is_never_an_entry() {
    let desk = Desk::new();
    let kinds = [
        FormKind::BloodCount,
        FormKind::SampleTaken,
        FormKind::Dose,
        FormKind::Break,
        FormKind::Resume,
        FormKind::VitalSigns,
        FormKind::Checklist("constipation".to_owned()),
        FormKind::Acknowledge("anc-band:anc16".to_owned()),
        FormKind::Void(wardround::ward::EntryId::new("anc16")),
        FormKind::NewPatient,
        FormKind::Note,
        FormKind::Course,
    ];
    for kind in kinds {
        let mut form = desk.open(kind.clone());
        let event = desk.keys(&mut form, &"<Enter>".repeat(40));
        assert_eq!(event, FormEvent::Stay, "{kind:?}");
        assert!(desk.screen(&form).contains(": type it"), "{kind:?}\n{}", desk.screen(&form));
    }
}

#[test]
fn other_values_that_cannot_be_meant() {
    let no_regimen = "refused: 0 mg a day is no dose";
    let nhs = "refused: not an NHS number";
    for (kind, keys, why) in [
        (FormKind::Dose, "12,5", "refused: a comma can mean two things"),
        (FormKind::Dose, "<12", "refused: the number itself, without < or >"),
        (FormKind::Dose, "0<Enter><Enter><Enter>", no_regimen),
        (FormKind::VitalSigns, "500", "refused: 500 is not plausible in /min: look at it again"),
        (FormKind::VitalSigns, "<Tab><Tab>118", "refused: both, as in 118/76"),
        (FormKind::VitalSigns, "<Tab><Tab>76/118", "refused: the lower is not under the upper"),
        (FormKind::VitalSigns, "<Tab><Tab>1180/76", "refused: 1180 is not plausible in mmHg"),
        (FormKind::Checklist("constipation".to_owned()), "21-Nov-2026", "refused: that is in the future"),
        (FormKind::Checklist("constipation".to_owned()), "<Down>1.5", "refused: a whole number from 0 to 100"),
        (FormKind::Checklist("constipation".to_owned()), "<Down><Down>8", "refused: a whole number from 1 to 7"),
        (FormKind::NewPatient, "<Down><Down>12-Apr", "refused: the year too, such as 12-Apr-1988"),
        (FormKind::NewPatient, "<Down><Down>yesterday", "refused: the whole date, such as 12-Apr-1988"),
        (FormKind::NewPatient, "<Down><Down><Down><Down>9990000019", "check digit does not fit"),
        (FormKind::NewPatient, "<Down><Down><Down><Down>999000", nhs),
        (FormKind::Resume, "18-Nov 2000", "No missed doses are recorded"),
    ] {
        let desk = Desk::new();
        let form = desk.typed(kind.clone(), keys);
        let screen = read(&desk.screen(&form));
        assert!(screen.contains(why), "{kind:?} {keys}\n{screen}");
    }
}

#[test]
fn the_same_nhs_number_twice_is_refused() {
    let desk = Desk::new();
    let form = desk.typed(
        FormKind::NewPatient,
        "Briggs<Enter>Thomas<Enter><Enter><Enter>9990000018<Enter><Enter>us<Enter><Enter>",
    );
    let screen = read(&desk.screen(&form));
    assert!(screen.contains("refused: OKAFOR, Adaeze has this NHS number already"), "{screen}");
}
