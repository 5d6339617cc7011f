//! Whatever is typed.
use proptest::prelude::*;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use wardround::tui::form::{FormEvent, FormKind};
use wardround::tui::keymap::Mode;
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::EntryId;

use crate::desk::Desk;

fn any_kind() -> impl Strategy<Value = FormKind> {
    prop_oneof![
        Just(FormKind::BloodCount),
        Just(FormKind::SampleTaken),
        Just(FormKind::Dose),
        Just(FormKind::Break),
        Just(FormKind::Resume),
        Just(FormKind::VitalSigns),
        Just(FormKind::Checklist("constipation".to_owned())),
        Just(FormKind::Checklist("no such list".to_owned())),
        Just(FormKind::Acknowledge("anc-band:anc16".to_owned())),
        Just(FormKind::Acknowledge("no such flag".to_owned())),
        Just(FormKind::Void(EntryId::new("anc16"))),
        Just(FormKind::Void(EntryId::new("no such entry"))),
        Just(FormKind::NewPatient),
        Just(FormKind::Note),
        Just(FormKind::Course),
        Just(FormKind::Results),
        Just(FormKind::Supply),
        Just(FormKind::Medicine),
        Just(FormKind::Line),
        Just(FormKind::Person),
        Just(FormKind::Repeat("anc-band:anc16".to_owned())),
        Just(FormKind::Edit(EntryId::new("fdose"))),
        Just(FormKind::Edit(EntryId::new("fbreak"))),
        Just(FormKind::Edit(EntryId::new("no such entry"))),
        Just(FormKind::Undo(vec![EntryId::new("fanc"), EntryId::new("no such entry")])),
    ]
}

/// A key, or a paste.
#[derive(Debug, Clone)]
enum Typed {
    Key(KeyEvent),
    Paste(String),
}

fn any_typed() -> impl Strategy<Value = Typed> {
    let code = prop_oneof![
        6 => prop::sample::select(vec!['0', '1', '2', '9', '.', 'y', 'n', ' ', 's', 'u', 't', 'm']).prop_map(KeyCode::Char),
        1 => any::<char>().prop_map(KeyCode::Char),
        6 => Just(KeyCode::Enter),
        4 => prop::sample::select(vec![KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down]),
        2 => prop::sample::select(vec![
            KeyCode::Left, KeyCode::Right, KeyCode::Home, KeyCode::End, KeyCode::Backspace, KeyCode::Delete,
            KeyCode::PageUp, KeyCode::PageDown, KeyCode::F(1), KeyCode::Insert,
        ]),
        1 => Just(KeyCode::Esc),
    ];
    let modifiers = prop_oneof![
        9 => Just(KeyModifiers::NONE),
        1 => prop::sample::select(vec![KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::SHIFT]),
    ];
    prop_oneof![
        20 => (code, modifiers).prop_map(|(code, modifiers)| Typed::Key(KeyEvent::new(code, modifiers))),
        1 => prop_oneof![Just("1.32".to_owned()), Just("today 0810\n".to_owned()), "\\PC{0,12}", ".{0,4}"]
            .prop_map(Typed::Paste),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_saved_unseen_and_nothing_is_lost_unasked(
        kind in any_kind(),
        typed in prop::collection::vec(any_typed(), 0..120),
        (columns, rows) in (0u16..130, 0u16..45),
    ) {
        let desk = Desk::fraser();
        let mut form = desk.open(kind);
        let size = (columns, rows);
        for (i, one) in typed.into_iter().enumerate() {
            let mode = form.mode();
            let dirty = form.is_dirty();
            let event = match one {
                Typed::Key(key) => form.key(key, &desk.ctx()),
                Typed::Paste(text) => {
                    form.paste(&text, &desk.ctx());
                    FormEvent::Stay
                }
            };
            if i % 16 == 0 || mode != form.mode() {
                desk.draw(&form, size, Theme::new(Palette::Colour, i % 32 == 0));
            }
            match event {
                FormEvent::Stay => {}
                FormEvent::Save(facts) => {
                    prop_assert!(matches!(mode, Mode::ReadBack | Mode::ReadBackNo), "{mode:?}");
                    prop_assert!(!facts.is_empty());
                    break;
                }
                FormEvent::Close => {
                    prop_assert!(!dirty || mode == Mode::FormLeave, "{mode:?}");
                    break;
                }
            }
        }
    }
}
