//! (state, keys, state): each form from its first key to the facts that it asks to be saved.
use ratatui::layout::Position;
use wardround::tui::form::{FormEvent, FormKind};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Fact, Outcome, Refusal};
use wardround::tui::theme::Theme;
use wardround::ward::EntryId;

use crate::desk::{Desk, content, entries, refused, report};

fn contents(desk: &Desk, kind: FormKind, keys: &str) -> Vec<String> {
    desk.saved(kind, keys).iter().map(content).collect()
}

#[test]
fn a_count_where_the_protocol_reads_only_the_anc() {
    let desk = Desk::fraser();
    assert_eq!(
        contents(&desk, FormKind::BloodCount, "3.32<Enter>y"),
        [r#""kind": "result", "test": "anc", "at": "2026-11-20T20:02:00+00:00", "value": 3.32, "unit": "10*9/L""#]
    );
}

#[test]
fn a_count_where_the_protocol_reads_the_wbc_too() {
    let desk = Desk::new();
    let form = desk.typed(FormKind::BloodCount, "0.40<Enter>");
    assert_eq!(form.mode(), Mode::FormNumber, "Enter goes to the WBC first");
    assert_eq!(
        contents(&desk, FormKind::BloodCount, "<Up>1940<Enter>0.40<Enter>2.1<Enter>y"),
        [
            r#""kind": "result", "test": "anc", "at": "2026-11-20T19:40:00+00:00", "value": 0.40, "unit": "10*9/L""#,
            r#""kind": "result", "test": "wbc", "at": "2026-11-20T19:40:00+00:00", "value": 2.1, "unit": "10*9/L""#,
        ]
    );
}

#[test]
fn bounds_units_and_the_source_are_kept_as_typed() {
    let desk = Desk::new();
    let at = r#""at": "2026-11-20T20:02:00+00:00""#;
    assert_eq!(
        contents(&desk, FormKind::BloodCount, "<0.1<Enter>2100u<Tab><Tab>telephone, lab<Enter>y"),
        [
            format!(
                r#""kind": "result", "test": "anc", {at}, "comparator": "<", "value": 0.1, "unit": "10*9/L", "source": "telephone, lab""#
            ),
            format!(
                r#""kind": "result", "test": "wbc", {at}, "value": 2100, "unit": "/uL", "source": "telephone, lab""#
            ),
        ]
    );
}

#[test]
fn blood_taken_declined_or_not_to_be_had() {
    let desk = Desk::new();
    for (key, outcome) in [("t", "taken"), ("d", "declined"), ("f", "failed")] {
        assert_eq!(
            contents(&desk, FormKind::SampleTaken, &format!("{key}<Enter>y")),
            [format!(
                r#""kind": "sample", "at": "2026-11-20T20:02:00+00:00", "tests": ["anc", "wbc"], "outcome": "{outcome}""#
            )]
        );
    }
}

#[test]
fn a_dose_with_its_total() {
    let desk = Desk::new();
    let form = desk.typed(FormKind::Dose, "100<Enter><Enter>162.5");
    assert!(desk.screen(&form).contains("Total 262.5 mg a day"), "{}", desk.screen(&form));
    assert_eq!(
        contents(&desk, FormKind::Dose, "100<Enter><Enter>162.5<Enter>y"),
        [r#""kind": "dose", "at": "2026-11-20", "morning_mg": 100, "evening_mg": 162.5"#]
    );
    assert_eq!(
        contents(&desk, FormKind::Dose, "<Up>tomorrow<Enter><Enter><Enter>25.0<Enter>y"),
        [r#""kind": "dose", "at": "2026-11-21", "evening_mg": 25.0"#]
    );
}

#[test]
fn a_break_and_its_end() {
    assert_eq!(
        contents(&Desk::new(), FormKind::Break, "yesterday 2100<Tab>vomiting<Enter>y"),
        [r#""kind": "break", "last_dose": "2026-11-19T21:00:00+00:00", "reason": "vomiting""#]
    );
    let desk = Desk::fraser();
    let form = desk.typed(FormKind::Resume, "2000");
    assert!(desk.screen(&form).contains("Without clozapine for 47 h"), "{}", desk.screen(&form));
    assert_eq!(
        contents(&desk, FormKind::Resume, "2000<Enter>y"),
        [r#""kind": "resume", "at": "2026-11-20T20:00:00+00:00""#]
    );
}

#[test]
fn vital_signs_each_if_it_was_measured() {
    let kept = contents(
        &Desk::new(),
        FormKind::VitalSigns,
        "96<Enter>37.4<Enter>118/76<Enter><Enter><Enter>97<Enter><Enter>y",
    );
    assert_eq!(
        kept,
        [
            r#""kind": "result", "test": "pulse", "at": "2026-11-20T20:02:00+00:00", "value": 96, "unit": "/min""#,
            r#""kind": "result", "test": "temperature", "at": "2026-11-20T20:02:00+00:00", "value": 37.4, "unit": "Cel""#,
            r#""kind": "result", "test": "spo2", "at": "2026-11-20T20:02:00+00:00", "value": 97, "unit": "%""#,
            r#""kind": "result", "test": "systolic-lying", "at": "2026-11-20T20:02:00+00:00", "value": 118, "unit": "mm[Hg]""#,
            r#""kind": "result", "test": "diastolic-lying", "at": "2026-11-20T20:02:00+00:00", "value": 76, "unit": "mm[Hg]""#,
        ]
    );
}

#[test]
fn a_checklist_keeps_what_was_not_asked_apart_from_no() {
    let desk = Desk::new();
    let keys = "18-Nov<Enter>2<Enter><Enter>n<Enter>y<Enter>n <Enter><Enter><Enter><Enter><Enter>y";
    assert_eq!(
        contents(&desk, FormKind::Checklist("constipation".to_owned()), keys),
        [concat!(
            r#""kind": "checklist", "list": "constipation", "at": "2026-11-20T20:02:00+00:00", "#,
            r#""answers": { "last_bm": "2026-11-18", "bm_7d": 2, "pain": false, "distension": true }"#
        )]
    );
}

#[test]
fn a_void_with_its_reason() {
    let desk = Desk::new();
    let form = desk.open(FormKind::Void(EntryId::new("anc16")));
    let screen = desk.screen(&form);
    assert!(screen.contains("ANC 1.62 x10^9/L   16-Nov-2026 08:10   recorded 16-Nov-2026 11:40 jlee"), "{screen}");
    assert_eq!(
        contents(&desk, FormKind::Void(EntryId::new("anc16")), "typed for another patient<Enter>y"),
        [r#""kind": "void", "entry": "anc16", "reason": "typed for another patient""#]
    );
}

#[test]
fn a_note() {
    assert_eq!(
        contents(&Desk::new(), FormKind::Note, "Fever overnight, 38.2 C<Enter>y"),
        [r#""kind": "note", "at": "2026-11-20T20:02:00+00:00", "text": "Fever overnight, 38.2 C""#]
    );
}

#[test]
fn a_course_starts_and_stops() {
    let desk = Desk::new();
    assert_eq!(
        contents(&desk, FormKind::Course, "start<Enter>today 2100<C-u>yesterday 2100<Enter>r<Enter>t<Enter>y"),
        [
            r#""kind": "course", "event": "start", "at": "2026-11-19T21:00:00+00:00", "reason": "restart", "regimen": "trs-article""#
        ]
    );
    assert_eq!(
        contents(&desk, FormKind::Course, "<Left><Enter>today<Enter>o<Enter>patient declines<Enter>y"),
        [r#""kind": "course", "event": "stop", "at": "2026-11-20", "reason": "patient declines""#]
    );
    let form = desk.typed(FormKind::Course, "<Left><Enter>tomorrow<Enter>n<Enter>");
    assert!(desk.screen(&form).contains("that is in the future"), "{}", desk.screen(&form));
}

#[test]
fn a_new_patient_with_the_start_of_treatment() {
    let desk = Desk::new();
    let mut form = desk.open(FormKind::NewPatient);
    let keys = "Briggs<Enter>Thomas<Enter>30-Jun-1979<Enter>m<Enter>999 000 0034<Enter>A1<Enter><Right><Right><Enter>c<Enter>\
                1-Nov-2026<Enter><Enter>";
    assert_eq!(desk.keys(&mut form, keys), FormEvent::Stay);
    let screen = desk.screen(&form);
    assert!(screen.contains("BRIGGS, Thomas") && screen.contains("uk-smpc") && screen.contains("CPMS"), "{screen}");
    assert_eq!(desk.keys(&mut form, "y"), FormEvent::Stay, "there is more to read");
    let FormEvent::Save(facts) = desk.keys(&mut form, "<Enter>y") else { panic!("{screen}") };
    let [Fact::Patient(patient)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(patient.fields.protocol.as_deref(), Some("uk-smpc"));
    assert_eq!(patient.fields.identifiers[0].value.as_ref() as &str, "9990000034");
    assert_eq!(
        patient.entries.iter().map(content).collect::<Vec<_>>(),
        [r#""kind": "course", "event": "start", "at": "2026-11-01", "reason": "initiation""#]
    );
}

#[test]
fn a_protocol_is_never_taken_for_granted() {
    let desk = Desk::new();
    let form = desk.typed(FormKind::NewPatient, "Briggs<Enter>Thomas<Enter><Enter><Enter><Enter><Enter><Enter>");
    assert_eq!(form.mode(), Mode::FormChoice);
    assert!(desk.screen(&form).contains("needed: choose one"), "{}", desk.screen(&form));
}

#[test]
fn a_note_has_lines_of_its_own_and_no_line_break_submits_anything() {
    let desk = Desk::new();
    let mut form = desk.open(FormKind::Note);
    assert_eq!(form.mode(), Mode::FormNote);
    desk.keys(&mut form, "Fever overnight.<C-j>");
    form.paste("Seen by Dr Lee.\r\n  FBC sent.\t0810\n\n", &desk.ctx());
    assert_eq!(form.mode(), Mode::FormNote, "{}", desk.screen(&form));
    let typed = desk.screen(&form);
    assert!(typed.contains("   Fever overnight.\n") && typed.contains("   FBC sent. 0810\n"), "{typed}");
    desk.draw(&form, super::desk::FORM, Theme::default()).assert_cursor_position(Position::new(24, 4));
    desk.keys(&mut form, "<Enter>");
    let shown = desk.screen(&form);
    for line in ["Note   Fever overnight.\n", "       Seen by Dr Lee.\n", "       FBC sent. 0810\n"] {
        assert!(shown.contains(line), "{line:?}\n{shown}");
    }
    let FormEvent::Save(facts) = desk.keys(&mut form, "<Enter>") else { panic!("{shown}") };
    let note = content(&entries(&facts[0])[0]);
    assert!(note.contains(r#""text": "Fever overnight.\nSeen by Dr Lee.\nFBC sent. 0810""#), "{note}");
    // Anywhere else a line break is a space, and Ctrl-J does nothing.
    let mut form = desk.open(FormKind::Break);
    desk.keys(&mut form, "<Tab>vomiting<C-j>");
    form.paste("since\nFriday", &desk.ctx());
    assert!(desk.screen(&form).contains("vomitingsince Friday"), "{}", desk.screen(&form));
}

/// A note is too much to lose to one key, and one that another program wrote can be changed as any other.
#[test]
fn a_note_that_is_changed_is_never_replaced_by_what_is_typed_first() {
    let note = |text: &str| format!(r#"{{ "id": "n1", "kind": "note", "at": "2026-11-20T09:00", "text": "{text}" }}"#);
    let saved = |held: &str, typed: &str| {
        let desk = Desk::new().with(&[&note(held)]);
        let entries = desk.saved(FormKind::Edit(EntryId::new("n1")), typed);
        content(entries.last().expect("the note again"))
    };
    let ends = |note: String, text: &str| assert!(note.contains(&format!(r#""text": "{text}""#)), "{note}\n{text}");
    ends(saved("slept well", "<C-j>ate<Enter>more<Enter>y"), r"slept well\nate");
    ends(saved("slept well", "!<Enter>more<Enter>y"), "slept well!");
    ends(saved(r"slept\r\nwell", "!<Enter>more<Enter>y"), r"slept\nwell!");
    ends(saved(r"HR\t96", ".<Enter>more<Enter>y"), r"HR\t96.");
    // Line ends alone are no change.
    let desk = Desk::new().with(&[&note(r"slept\r\nwell")]);
    let mut form = desk.open(FormKind::Edit(EntryId::new("n1")));
    desk.keys(&mut form, "<Enter>more<Enter>");
    assert!(desk.screen(&form).contains("nothing was changed"), "{}", desk.screen(&form));
    // The control: what cannot be read is still not taken.
    let mut form = desk.open(FormKind::Edit(EntryId::new("n1")));
    desk.keys(&mut form, "\u{202e}");
    assert!(desk.screen(&form).contains("nothing was taken"), "{}", desk.screen(&form));
}

/// A line break has no width: nothing that is drawn may measure one.
#[test]
fn a_note_of_several_lines_with_accents_is_read_back_at_every_width() {
    let desk = Desk::new();
    for columns in 20..=100 {
        let mut form = desk.open(FormKind::Note);
        form.paste("Fièvre toute la nuit passée.\nVu par Dr Lée.", &desk.ctx());
        desk.keys(&mut form, "<Enter>");
        let shown = desk.drawn(&form, (columns, 20), Theme::default());
        assert!(columns < 50 || shown.contains("nuit passée.\n") && shown.contains("Dr Lée.\n"), "{columns}\n{shown}");
    }
}

#[test]
fn a_note_of_several_lines_is_shown_with_each_in_the_history_and_typed_again() {
    let note = r#"{ "id": "n1", "kind": "note", "at": "2026-11-20T09:00", "text": "Fever overnight.\nSeen by Dr Lee.\nFBC sent." }"#;
    let desk = Desk::new().with(&[note]);
    let mut app = crate::app::app(&desk);
    crate::app::keys(&mut app, "/okafor<Enter>6z");
    let shown = crate::app::screen(&app);
    for line in ["Note: Fever overnight.\n", " Seen by Dr Lee.\n", " FBC sent. (recorded"] {
        assert!(shown.contains(line), "{line:?}\n{shown}");
    }
    crate::app::keys(&mut app, "<Enter>");
    let page = crate::app::screen(&app);
    for line in ["Note: Fever overnight.\n", "  Seen by Dr Lee.\n", "  FBC sent.\n"] {
        assert!(page.contains(line), "{line:?}\n{page}");
    }
    let form = desk.typed(FormKind::Edit(EntryId::new("n1")), "<Down>");
    let shown = desk.screen(&form);
    assert!(shown.contains("   Seen by Dr Lee.\n") && !shown.contains("U+000A"), "{shown}");
}

/// Where there is one line only, nobody takes what stands between them for a part of the note.
#[test]
fn the_lines_of_a_note_are_apart_in_words_where_there_is_one_line() {
    let note = r#"{ "id": "n1", "kind": "note", "at": "2026-11-20T09:00", "text": "BP 120 / 80.\nSeen by Dr Lee." }"#;
    let desk = Desk::new().with(&[note]);
    let form = desk.open(FormKind::Void(EntryId::new("n1")));
    let shown = desk.screen(&form).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("Note: BP 120 / 80. [new line] Seen by Dr Lee."), "{shown}");
}

#[test]
fn the_outcomes_of_a_save() {
    let desk = Desk::fraser();
    let saving = || {
        let mut form = desk.typed(FormKind::BloodCount, "3.32<Enter>");
        let FormEvent::Save(facts) = desk.keys(&mut form, "y") else { panic!("not saved") };
        (form, facts)
    };

    let (mut form, _) = saving();
    assert_eq!(desk.keys(&mut form, "y<Enter><Esc>y"), FormEvent::Stay, "no key does anything while it is saved");
    assert_eq!(form.outcome(&report(Outcome::Saved { revision: 7 }), &desk.ctx()), FormEvent::Close);

    let (mut form, _) = saving();
    let full = Outcome::JournalOnly { reason: "disk full".to_owned() };
    assert_eq!(form.outcome(&report(full), &desk.ctx()), FormEvent::Close);

    let (mut form, first) = saving();
    let failed = Outcome::NotSaved { reason: "no room".to_owned() };
    assert_eq!(form.outcome(&report(failed), &desk.ctx()), FormEvent::Stay);
    assert!(desk.screen(&form).contains("3.32"));
    // Tried again a minute later it is the same entry, so that it can never be there twice.
    let later = Desk::fraser().at("2026-11-20T20:05:00Z");
    let FormEvent::Save(second) = later.keys(&mut form, "<Enter>y") else { panic!("not saved again") };
    assert_eq!(first, second);

    let (mut form, _) = saving();
    assert_eq!(form.outcome(&refused(Refusal::OtherContent), &desk.ctx()), FormEvent::Stay);
    assert!(desk.screen(&form).contains("REFUSED: something else was saved under this id"));
    // What was typed differently is another entry.
    let FormEvent::Save(other) = desk.keys(&mut form, "<Bs>3<Enter>y") else { panic!("not saved again") };
    assert_ne!(entries(&first[0])[0].id, entries(&other[0])[0].id);

    let (mut form, _) = saving();
    let unknown = Outcome::NotConfirmed { reason: "disk fault".to_owned() };
    assert_eq!(form.outcome(&report(unknown), &desk.ctx()), FormEvent::Stay);
    assert_eq!(desk.keys(&mut form, "<Enter>"), FormEvent::Stay, "nothing more can be saved");
    assert!(desk.screen(&form).contains("Nothing more can be saved now"), "{}", desk.screen(&form));
}

#[test]
fn a_form_with_something_in_it_asks_before_it_is_lost() {
    let desk = Desk::new();
    let mut form = desk.open(FormKind::BloodCount);
    assert_eq!(desk.keys(&mut form, "<Esc>"), FormEvent::Close, "an empty form closes");

    let mut form = desk.typed(FormKind::BloodCount, "1.3<Esc>");
    assert_eq!(form.mode(), Mode::FormLeave);
    assert!(desk.screen(&form).contains("Leave and lose what you typed?"));
    // An arrow key that the network cut in two is Esc, `[` and `B`.
    assert_eq!(desk.keys(&mut form, "[B<Enter>"), FormEvent::Stay);
    assert_eq!(desk.keys(&mut form, "<Esc>2"), FormEvent::Stay);
    assert!(desk.screen(&form).contains("1.32"));
    assert_eq!(desk.keys(&mut form, "<Esc>y"), FormEvent::Close);
}

#[test]
fn going_back_from_the_read_back_keeps_everything() {
    let desk = Desk::fraser();
    let form = desk.typed(FormKind::BloodCount, "3.32<Enter><Esc>");
    let screen = desk.screen(&form);
    assert!(screen.contains(": type it") && screen.contains("3.32"), "{screen}");
    assert!(screen.contains("20-Nov-2026 20:02"), "the moment that was read back stays\n{screen}");
}

#[test]
fn what_changed_meanwhile_is_read_back_again() {
    let desk = Desk::fraser();
    let red =
        r#"{ "id": "n1", "kind": "result", "test": "anc", "at": "2026-11-20T08:10", "value": 0.40, "unit": "10*9/L" }"#;
    let note = r#"{ "id": "n2", "kind": "note", "at": "2026-11-20", "text": "slept well" }"#;

    let mut form = desk.typed(FormKind::BloodCount, "3.32<Enter>");
    form.refresh(&Desk::fraser().with(&[note]).ctx());
    assert_eq!(form.mode(), Mode::ReadBack, "a note changes nothing of it");
    let changed = Desk::fraser().with(&[red]);
    form.refresh(&changed.ctx());
    assert_eq!(form.mode(), Mode::FormNumber);
    assert!(changed.screen(&form).contains("read it back again"), "{}", changed.screen(&form));
    changed.keys(&mut form, "<Enter>");
    assert_eq!(form.mode(), Mode::ReadBackNo, "the band is another one now");

    // Time passes too: while it is read back, 47 hours become 48.
    let mut form = Desk::new().typed(FormKind::Break, "18-Nov 2003<Enter>");
    let later = Desk::new().at("2026-11-20T20:03:30Z");
    form.refresh(&later.ctx());
    assert_eq!(form.mode(), Mode::Form);
    later.keys(&mut form, "<Enter>");
    assert_eq!(form.mode(), Mode::ReadBackNo, "{}", later.screen(&form));
}

#[test]
fn a_paste_goes_only_into_text_and_never_submits() {
    let desk = Desk::new();
    let mut form = desk.typed(FormKind::Note, "");
    form.paste("first line\nsecond\tline\r\n", &desk.ctx());
    let typed = desk.screen(&form);
    assert!(typed.contains("first line\n") && typed.contains(" second line\n"), "{typed}");
    assert!(desk.screen(&form).contains(": type it"));

    let mut form = desk.typed(FormKind::BloodCount, "");
    form.paste("1.32\n4.1\n", &desk.ctx());
    assert!(desk.screen(&form).contains("no space inside a number"), "{}", desk.screen(&form));

    let mut form = desk.open(FormKind::Note);
    form.paste("a\u{1b}[2Jb\u{202e}", &desk.ctx());
    assert!(!form.is_dirty(), "nothing was taken");
    let screen = desk.drawn(&form, (80, 20), Theme::default());
    assert!(screen.contains("a‹U+001B›[2Jb‹U+202E› cannot be read on the screen: nothing was taken."), "{screen}");

    let mut form = desk.open(FormKind::SampleTaken);
    form.paste("taken\n", &desk.ctx());
    assert!(
        !form.is_dirty() && desk.screen(&form).contains("A paste goes only into a field"),
        "{}",
        desk.screen(&form)
    );

    let mut form = desk.open(FormKind::Note);
    form.paste(&"x".repeat(2_001), &desk.ctx());
    assert!(!form.is_dirty() && desk.screen(&form).contains("No more than 2000 characters"), "never cut");
}

#[test]
fn a_patient_who_is_gone_is_not_written_to() {
    let desk = Desk::fraser();
    let mut form = desk.typed(FormKind::BloodCount, "3.32");
    let mut without = Desk::fraser();
    without.ward.patients.clear();
    assert_eq!(without.keys(&mut form, "<Enter>"), FormEvent::Stay);
    assert!(without.screen(&form).contains("This patient is no longer in the file."), "{}", without.screen(&form));
}
