//! What an entry would mean is shown before it is saved, and No is chosen where that is grave.
use wardround::tui::form::{FormEvent, FormKind};
use wardround::tui::keymap::Mode;

use crate::desk::Desk;

const AMBER_AGAIN: &str = "1.70<Enter>3.4<Enter>";
const GREEN: &str = "2.60<Enter>4.4<Enter>";
const RED: &str = "0.40<Enter>2.1<Enter>";
const NO_WBC: &str = "2.60<Enter><Enter>";

#[test]
fn where_the_band_stays_enter_saves() {
    let desk = Desk::new();
    let mut form = desk.typed(FormKind::BloodCount, AMBER_AGAIN);
    assert_eq!(form.mode(), Mode::ReadBack);
    assert!(matches!(desk.keys(&mut form, "<Enter>"), FormEvent::Save(_)));
}

#[test]
fn where_the_band_changes_no_is_chosen_and_only_y_saves() {
    let desk = Desk::new();
    for (keys, why) in [
        (RED, "The band changes from AMBER to RED; a critical flag appears: so No is"),
        (GREEN, "The band changes from AMBER to GREEN: so No is chosen."),
        (NO_WBC, "The band changes from AMBER to INCOMPLETE: so No is chosen."),
    ] {
        let mut form = desk.typed(FormKind::BloodCount, keys);
        assert_eq!(form.mode(), Mode::ReadBackNo, "{keys}");
        assert!(desk.screen(&form).contains(why), "{}", desk.screen(&form));
        // Enter, and whatever else one might press, goes back or does nothing.
        assert_eq!(desk.keys(&mut form, "<Tab><Right> sY<Enter>"), FormEvent::Stay);
        assert!(desk.screen(&form).contains(": type it"), "{}", desk.screen(&form));
        assert!(matches!(desk.keys(&mut form, "<Enter>y"), FormEvent::Save(_)), "{}", desk.screen(&form));
    }
}

#[test]
fn a_first_count_in_the_best_band_is_nothing_grave_and_a_low_one_is() {
    let mut desk = Desk::fraser();
    desk.ward.patients[1].entries.retain(|entry| entry.kind.name() != "result");
    let form = desk.typed(FormKind::BloodCount, "3.10<Enter>");
    assert_eq!(form.mode(), Mode::ReadBack);
    let form = desk.typed(FormKind::BloodCount, "1.20<Enter>");
    assert_eq!(form.mode(), Mode::ReadBackNo);
    assert!(desk.screen(&form).contains("The band is MILD"), "{}", desk.screen(&form));
}

#[test]
fn a_critical_flag_chooses_no_without_any_band() {
    let desk = Desk::new();
    for (kind, keys) in [
        (FormKind::Dose, "500<Enter><Enter>401<Enter>"),
        (FormKind::Break, "18-Nov 2002<Enter>"),
        (
            FormKind::Checklist("constipation".to_owned()),
            "<Enter><Enter><Enter><Enter>y<Enter><Enter><Enter><Enter><Enter><Enter>",
        ),
    ] {
        let form = desk.typed(kind, keys);
        assert_eq!(form.mode(), Mode::ReadBackNo, "{}", desk.screen(&form));
        assert!(desk.screen(&form).contains("A critical flag appears"), "{}", desk.screen(&form));
    }
    // The control: one minute short of 48 h.
    let form = desk.typed(FormKind::Break, "18-Nov 2003<Enter>");
    assert_eq!(form.mode(), Mode::ReadBack, "{}", desk.screen(&form));
}

#[test]
fn an_old_sample_is_asked_about() {
    let desk = Desk::new();
    let form = desk.typed(FormKind::BloodCount, "<Up>-31d<Enter>2.60<Enter>4.4<Enter>");
    assert!(!desk.screen(&form).contains("days old"), "{}", desk.screen(&form));
    let form = desk.typed(FormKind::BloodCount, "<Up>-32d<Enter>2.60<Enter>4.4<Enter>");
    assert!(desk.screen(&form).contains("The sample is 32 days old"), "{}", desk.screen(&form));
    let form = desk.typed(FormKind::BloodCount, "<Up>12-Apr-1987<Enter>2.60<Enter>4.4<Enter>");
    assert!(desk.screen(&form).contains("refused: that is before the birth"), "{}", desk.screen(&form));
}

#[test]
fn a_result_goes_with_the_blood_that_was_awaited() {
    let taken =
        r#"{ "id": "s1", "kind": "sample", "at": "2026-11-19T08:20", "tests": ["anc", "wbc"], "outcome": "taken" }"#;
    let desk = Desk::new().with(&[taken]);
    let form = desk.open(FormKind::BloodCount);
    let awaited = "= yesterday, Thu 19-Nov-2026 08:20, 35 h ago: the blood that was awaited";
    let screen = desk.screen(&form).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(screen.contains(awaited), "{screen}");
    let form = desk.typed(FormKind::BloodCount, AMBER_AGAIN);
    assert!(desk.screen(&form).contains("Sample taken   19-Nov-2026 08:20"), "{}", desk.screen(&form));
    // Another time can be typed, and without awaited blood it is now.
    let form = desk.typed(FormKind::BloodCount, &format!("<Up>now<Enter>{AMBER_AGAIN}"));
    assert!(desk.screen(&form).contains("Sample taken   20-Nov-2026 20:02"), "{}", desk.screen(&form));
}

#[test]
fn an_anc_is_held_against_the_wbc_of_its_sample_that_is_there_already() {
    let alone = r#"{ "id": "wbc18", "kind": "result", "test": "wbc", "at": "2026-11-18T08:10", "value": 3.4, "unit": "10*9/L" }"#;
    let desk = Desk::new().with(&[alone]);
    for (anc, asked) in [("3.5", true), ("3.3", false)] {
        let form = desk.typed(FormKind::BloodCount, &format!("<Up>18-Nov 0815<Enter>{anc}<Enter><Enter>"));
        let screen = desk.screen(&form).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(screen.contains("ANC above WBC: read it again?"), asked, "{screen}");
        assert!(screen.contains("Yes, save") || screen.contains("read on"), "{screen}");
    }
}

#[test]
fn a_latched_flag_is_closed_only_after_recovery() {
    let red = [
        r#"{ "id": "anc19", "kind": "result", "test": "anc", "at": "2026-11-19T08:10", "value": 0.40, "unit": "10*9/L" }"#,
        r#"{ "id": "wbc19", "kind": "result", "test": "wbc", "at": "2026-11-19T08:10", "value": 2.1, "unit": "10*9/L" }"#,
    ];
    let green = [
        r#"{ "id": "anc20", "kind": "result", "test": "anc", "at": "2026-11-20T08:10", "value": 2.61, "unit": "10*9/L" }"#,
        r#"{ "id": "wbc20", "kind": "result", "test": "wbc", "at": "2026-11-20T08:10", "value": 4.4, "unit": "10*9/L" }"#,
    ];
    let close = "clozapine stopped, haematology called<Enter>";
    let flag = || FormKind::Acknowledge("anc-band:anc19".to_owned());
    let desk = Desk::new().with(&red);
    let form = desk.typed(flag(), &format!("<Down>y<Up>{close}"));
    assert!(desk.screen(&form).contains("It cannot be closed yet"), "{}", desk.screen(&form));
    let desk = Desk::new().with(&red).with(&green);
    let form = desk.typed(flag(), &format!("<Down>y<Up>{close}"));
    assert!(desk.screen(&form).contains("No longer shown: ANC 0.40 RED"), "{}", desk.screen(&form));
    // Not closing it is the default.
    let form = desk.typed(flag(), close);
    assert!(desk.screen(&form).contains("Seen: ANC 0.40 RED"), "{}", desk.screen(&form));
    // A warning has nothing to close.
    let form = Desk::new().open(FormKind::Acknowledge("anc-band:anc16".to_owned()));
    assert!(!Desk::new().screen(&form).contains("Close"));
}

#[test]
fn what_a_void_changes_is_shown() {
    let desk = Desk::new();
    let mut form = desk.typed(FormKind::Void(wardround::ward::EntryId::new("wbc16")), "wrong patient<Enter>");
    let screen = desk.screen(&form);
    assert!(screen.contains("Void     WBC 3.4 x10^9/L"), "{screen}");
    assert!(matches!(desk.keys(&mut form, "y"), FormEvent::Save(_)));
    let voided = r#"{ "id": "v1", "kind": "void", "entry": "wbc16", "reason": "x" }"#;
    let desk = Desk::new().with(&[voided]);
    let form = desk.typed(FormKind::Void(wardround::ward::EntryId::new("wbc16")), "again<Enter>");
    assert!(desk.screen(&form).contains("refused: this entry has been voided already"), "{}", desk.screen(&form));
    let form = desk.typed(FormKind::Void(wardround::ward::EntryId::new("v1")), "it was right<Enter>");
    assert!(desk.screen(&form).contains("Save this?"), "{}", desk.screen(&form));
}
