//! A mistake is answered: typed again, taken back, or sent again. Nothing is ever edited in place.
use wardround::tui::app::{Effect, Message};
use wardround::tui::form::{Form, FormEvent, FormKind};
use wardround::tui::keymap::Mode;
use wardround::tui::saving::{Fact, Outcome};
use wardround::tui::settings::Settings;
use wardround::ward::EntryId;

use crate::app::{app, keys, saves, screen};
use crate::desk::{Desk, content, report};

fn contents(facts: &[Fact]) -> Vec<String> {
    facts.iter().flat_map(crate::desk::entries).map(|entry| content(&entry)).collect()
}

fn edited(desk: &Desk, entry: &str, typed: &str) -> Vec<String> {
    desk.saved(FormKind::Edit(EntryId::new(entry)), typed).iter().map(content).collect()
}

#[test]
fn an_entry_typed_again_is_a_void_and_a_new_entry_in_one_save() {
    let desk = Desk::new();
    let form = desk.open(FormKind::Edit(EntryId::new("anc16")));
    insta::assert_snapshot!("edit", desk.screen(&form));
    let form = desk.typed(FormKind::Edit(EntryId::new("anc16")), "1.26<Enter>misread<Enter>");
    insta::assert_snapshot!("edit_read_back", desk.screen(&form));
    assert_eq!(form.mode(), Mode::ReadBackNo, "the band changes");
    assert_eq!(
        edited(&desk, "anc16", "1.26<Enter>misread<Enter>y"),
        [
            r#""kind": "void", "entry": "anc16", "reason": "misread""#,
            r#""kind": "result", "test": "anc", "at": "2026-11-16T08:10:00", "value": 1.26, "unit": "10*9/L""#,
        ]
    );
    assert_eq!(
        edited(&desk, "dose", "<Down><Down>175<Enter>wrong line<Enter>y")[1],
        r#""kind": "dose", "at": "2026-11-15", "morning_mg": 100, "evening_mg": 175"#
    );
    let desk = Desk::fraser();
    assert_eq!(
        edited(&desk, "fbreak", "19-Nov 2100<Enter>the chart says so<Enter>y")[1],
        r#""kind": "break", "last_dose": "2026-11-19T21:00:00+00:00", "reason": "vomiting""#
    );
    assert_eq!(
        edited(&desk, "fstart", "<Down>10-Nov<Enter><Enter><Enter>a day later<Enter>y")[1],
        r#""kind": "course", "event": "start", "at": "2026-11-10", "reason": "initiation", "regimen": "trs-article""#
    );
}

#[test]
fn every_kind_of_entry_is_filled_as_it_was_typed() {
    for json in [
        r#"{ "id": "x", "kind": "note", "at": "2026-11-20T08:10", "text": "slept well" }"#,
        r#"{ "id": "x", "kind": "supply", "at": "2026-11-20T08:10", "days": 28 }"#,
        r#"{ "id": "x", "kind": "medicine", "event": "start", "at": "2026-11-19", "name": "fluvoxamine" }"#,
        r#"{ "id": "x", "kind": "sample", "at": "2026-11-20T08:10", "tests": ["crp"], "outcome": "failed" }"#,
        r#"{ "id": "x", "kind": "checklist", "list": "constipation", "at": "2026-11-20T08:10",
            "answers": { "last_bm": "2026-11-18", "bm_7d": 2, "pain": false } }"#,
        r#"{ "id": "x", "kind": "course", "event": "stop", "at": "2026-11-19", "reason": "patient declines" }"#,
        r#"{ "id": "x", "kind": "result", "test": "clozapine", "at": "2026-11-19T08:10:30", "value": 350, "unit": "ug/L",
            "hours_post_dose": 12, "status": "amended" }"#,
        r#"{ "id": "x", "kind": "result", "test": "anc", "at": "2026-11-16T08:10:30", "value": 1620, "unit": "cells/uL" }"#,
    ] {
        let desk = Desk::new().with(&[json]);
        let mut form = desk.open(FormKind::Edit(EntryId::new("x")));
        assert!(!form.is_dirty());
        let at_the_reason = |form: &Form| desk.screen(form).contains("> Why it is changed");
        for _ in 0..15 {
            if !at_the_reason(&form) {
                desk.keys(&mut form, "<Enter>");
            }
        }
        assert!(at_the_reason(&form), "{json}\n{}", desk.screen(&form));
        desk.keys(&mut form, "because<Enter>");
        let screen = desk.screen(&form);
        assert!(screen.contains("nothing was changed"), "all of it is as it was: {json}\n{screen}");
    }
}

#[test]
fn what_cannot_be_typed_again_is_not_opened() {
    let desk = Desk::new().with(&[r#"{ "id": "v", "kind": "void", "entry": "anc16", "reason": "no" }"#]);
    for id in ["v", "anc16", "no such entry"] {
        let form = desk.open(FormKind::Edit(EntryId::new(id)));
        assert!(desk.screen(&form).contains("there is nothing to change"), "{id}\n{}", desk.screen(&form));
    }
}

#[test]
fn the_last_save_of_the_session_is_taken_back_with_a_reason() {
    let mut desk = Desk::fraser();
    let mut app = app(&desk);
    keys(&mut app, "u");
    assert!(screen(&app).contains("Nothing saved in this session"), "{}", screen(&app));
    saves(&mut app, &mut desk, "/fraser<Enter>a3.32<Tab>6.1<Enter>y");
    saves(&mut app, &mut desk, "oslept well<Enter>y");
    keys(&mut app, "u");
    assert!(screen(&app).contains("Note: slept well"), "{}", screen(&app));
    let facts = saves(&mut app, &mut desk, "wrong patient<Enter>y");
    assert!(contents(&facts)[0].ends_with(r#""reason": "wrong patient""#) && facts.len() == 1, "{facts:?}");
    // The one before it is next: a count is both of its entries.
    keys(&mut app, "u");
    insta::assert_snapshot!("undo", screen(&app));
    let facts = saves(&mut app, &mut desk, "wrong patient<Enter>y");
    assert_eq!(facts.len(), 2);
    keys(&mut app, "u");
    assert!(screen(&app).contains("Nothing saved in this session"), "{}", screen(&app));
}

#[test]
fn a_change_of_bed_is_taken_back() {
    let mut desk = Desk::new();
    let mut app = app(&desk);
    saves(&mut app, &mut desk, "/okafor<Enter>FC1<Enter>y");
    assert_eq!(desk.ward.patients[0].fields.bed.as_deref(), Some("C1"));
    saves(&mut app, &mut desk, "uwrong bed<Enter>y");
    assert_eq!(desk.ward.patients[0].fields.bed.as_deref(), Some("B3"));
}

#[test]
fn a_count_that_may_be_falsely_low_is_sent_again_and_stays_open() {
    let mut desk = Desk::new();
    let mut app = app(&desk);
    saves(&mut app, &mut desk, "/okafor<Enter>a0.40<Enter>2.1<Enter>y");
    assert_eq!(app.mode(), Mode::CountNotice);
    let shown = screen(&app);
    assert!(shown.contains("r repeat (sample sent)"), "{shown}");
    insta::assert_snapshot!("notice", shown);
    keys(&mut app, "r<Enter>");
    insta::assert_snapshot!("repeat_read_back", screen(&app));
    let effects = keys(&mut app, "y");
    let [Effect::Save(batch)] = effects.as_slice() else { panic!("{effects:?}\n{}", screen(&app)) };
    let said = contents(&batch.facts);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains(r#""tests": ["anc", "wbc"], "outcome": "taken""#), "{said:?}");
    assert!(said[1].contains("Repeat FBC sent") && !said[1].contains("close"), "{said:?}");
    // A later notice can be left: the flag stays open.
    let desk = Desk::new();
    let form = desk.typed(FormKind::Acknowledge("anc-band:anc16".to_owned()), "called the team");
    assert!(desk.screen(&form).contains("Repeat FBC sent"), "{}", desk.screen(&form));
}

#[test]
fn initials_are_asked_for_once_and_after_a_blank_and_are_never_a_reason_to_refuse() {
    let desk = Desk::new();
    let shared = Settings { shared_accounts: vec!["aosei".to_owned()], ..Settings::default() };
    let mut app = app(&desk).with_settings(shared);
    keys(&mut app, "/okafor<Enter>a");
    assert_eq!(app.mode(), Mode::Initials);
    insta::assert_snapshot!("initials", screen(&app));
    assert_eq!(keys(&mut app, "A B!<Bs>C<Enter>"), [Effect::Identify(Some("ABC".to_owned()))]);
    assert_eq!(app.mode(), Mode::FormNumber);
    let effects = keys(&mut app, "1.90<Enter>4.1<Enter>y");
    let [Effect::Save(batch)] = effects.as_slice() else { panic!("{effects:?}\n{}", screen(&app)) };
    let by = |fact: &Fact| crate::desk::entries(fact)[0].recorded.as_ref().map(|one| one.by.to_string());
    assert_eq!(by(&batch.facts[0]).as_deref(), Some("ABC"));
    assert!(screen(&app).contains("ABC (aosei)"), "{}", screen(&app));

    // Blanked with something typed: asked again, and what was typed is still there.
    let mut app = crate::app::app(&desk)
        .with_settings(Settings { shared_accounts: vec!["aosei".to_owned()], ..Settings::default() });
    keys(&mut app, "/okafor<Enter>aABC<Enter>1.9");
    app.update(Message::Blank);
    app.update(Message::Wake);
    assert_eq!(app.mode(), Mode::Initials);
    assert_eq!(keys(&mut app, "<Esc>"), [Effect::Identify(None)]);
    let effects = keys(&mut app, "0<Enter>4.1<Enter>y");
    let [Effect::Save(batch)] = effects.as_slice() else { panic!("{effects:?}\n{}", screen(&app)) };
    assert_eq!(by(&batch.facts[0]).as_deref(), Some("aosei"), "without initials it is the account's");

    // The control: somebody's own account is not asked.
    let mut app = crate::app::app(&desk);
    keys(&mut app, "/okafor<Enter>a");
    assert_eq!(app.mode(), Mode::FormNumber);
}

/// Whoever types the result at once, without looking, finds the question still there, and nothing of the number in it.
#[test]
fn initials_begin_with_a_letter_and_what_else_is_typed_is_said_to_be_not_taken() {
    let desk = Desk::new();
    let shared = || Settings { shared_accounts: vec!["aosei".to_owned()], ..Settings::default() };
    for typed in ["1.32<Enter>", ".<Enter>", "-<Enter>", "<Enter>", "1.32<Enter>4.1<Enter><Enter>"] {
        let mut app = app(&desk).with_settings(shared());
        assert_eq!(keys(&mut app, &format!("/okafor<Enter>a{typed}")), [], "{typed}");
        assert_eq!(app.mode(), Mode::Initials, "{typed}");
        let shown = screen(&app);
        assert!(shown.contains("Esc goes on without them"), "{typed}\n{shown}");
        let not_taken = typed.replace("<Enter>", " ").trim().to_owned();
        assert!(shown.contains(&format!("Not taken: {not_taken}")) || not_taken.is_empty(), "{typed}\n{shown}");
        assert_eq!(keys(&mut app, "a.o.<Enter>"), [Effect::Identify(Some("a.o.".to_owned()))], "{typed}");
        assert!(!screen(&app).contains("1.32"), "a number is typed where it can be seen\n{}", screen(&app));
    }
    let mut pasted = app(&desk).with_settings(shared());
    keys(&mut pasted, "/okafor<Enter>a");
    pasted.update(Message::Paste("0.40\n2.1".to_owned()));
    assert!(screen(&pasted).contains("Not taken: 0.402.1"), "{}", screen(&pasted));
    assert_eq!(keys(&mut pasted, "<Esc>"), [Effect::Identify(None)]);
}

/// A whole line typed without looking has letters in it: with a result among them they are nobody's initials.
#[test]
fn a_line_that_is_typed_at_the_question_for_initials_is_not_taken_for_them() {
    let desk = Desk::new();
    let shared = || Settings { shared_accounts: vec!["aosei".to_owned()], ..Settings::default() };
    let mut line = app(&desk).with_settings(shared());
    assert_eq!(keys(&mut line, ":okafor anc 1.32 wbc 4.1<Enter>"), []);
    assert_eq!(line.mode(), Mode::Initials);
    let shown = screen(&line);
    assert!(shown.contains("initials: _") && shown.contains("Not taken: okaforanc1.32wbc4.1"), "{shown}");
    assert_eq!(keys(&mut line, "AO<Enter>"), [Effect::Identify(Some("AO".to_owned()))]);

    // What is taken back is no longer said to be not taken, whether it was a digit or all there was.
    let mut taken_back = app(&desk).with_settings(shared());
    keys(&mut taken_back, ":JS2");
    assert!(screen(&taken_back).contains("Not taken: 2"), "{}", screen(&taken_back));
    keys(&mut taken_back, "<Bs>");
    assert!(!screen(&taken_back).contains("Not taken"), "{}", screen(&taken_back));
    assert_eq!(keys(&mut taken_back, "<Enter>"), [Effect::Identify(Some("JS".to_owned()))]);
    let mut dropped = app(&desk).with_settings(shared());
    keys(&mut dropped, ":JS2<Enter><Bs>");
    assert!(!screen(&dropped).contains("Not taken"), "{}", screen(&dropped));
}

/// Whoever wakes the screen is recorded, not whoever read the entry back before it was blank; and reads it back.
#[test]
fn another_persons_initials_take_a_read_back_back() {
    let shared = || Settings { shared_accounts: vec!["aosei".to_owned()], ..Settings::default() };
    let by = |fact: &Fact| crate::desk::entries(fact)[0].recorded.as_ref().map(|one| one.by.to_string());
    for typed in ["/okafor<Enter>aAB<Enter>1.90<Enter>4.1<Enter>", "AAB<Enter>yesterday<Enter>"] {
        // Before or after a save that failed, whose entries keep their ids.
        for fails in [false, true] {
            let mut app = app(&Desk::new()).with_settings(shared());
            keys(&mut app, typed);
            assert_eq!(app.mode(), Mode::ReadBack, "{}", screen(&app));
            let mut ids = Vec::new();
            if fails {
                let effects = keys(&mut app, "y");
                let [Effect::Save(batch)] = effects.as_slice() else { panic!("{effects:?}") };
                ids = batch.facts.iter().flat_map(crate::desk::entries).map(|entry| entry.id).collect();
                app.update(Message::Saved(Box::new(report(Outcome::NotSaved { reason: "disk full".to_owned() }))));
                keys(&mut app, "<Enter>");
            }
            app.update(Message::Blank);
            app.update(Message::Wake);
            keys(&mut app, "CD<Enter>");
            assert!(screen(&app).contains("read it back again"), "{}", screen(&app));
            assert_eq!(keys(&mut app, "y"), [], "nothing is saved that CD has not read back\n{}", screen(&app));
            let effects = keys(&mut app, "<Bs><Enter>y");
            let [Effect::Save(batch)] = effects.as_slice() else { panic!("{effects:?}\n{}", screen(&app)) };
            for fact in &batch.facts {
                assert_eq!(by(fact).as_deref(), Some("CD"), "{typed}");
            }
            assert!(ids.iter().all(|id| batch.facts.iter().flat_map(crate::desk::entries).any(|one| one.id == *id)));
        }
    }
}

#[test]
fn what_was_undone_by_somebody_else_is_not_undone_twice() {
    let desk = Desk::new().with(&[r#"{ "id": "v", "kind": "void", "entry": "anc16", "reason": "no" }"#]);
    let mut form = desk.open(FormKind::Undo(vec![EntryId::new("anc16")]));
    assert!(desk.screen(&form).contains("has been voided already"), "{}", desk.screen(&form));
    assert_eq!(desk.keys(&mut form, "again<Enter>y"), FormEvent::Stay);
}
