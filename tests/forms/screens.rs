//! The forms as they are drawn, and that nothing of them is ever cut.
use wardround::tui::form::{FormEvent, FormKind};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::EntryId;

use crate::desk::Desk;

#[test]
fn the_screens() {
    let okafor = Desk::new();
    let fraser = Desk::fraser();
    let list = |id: &str| FormKind::Checklist(id.to_owned());
    for (name, desk, kind, keys) in [
        ("count", &okafor, FormKind::BloodCount, "<Up>1940<Enter>0.40<Enter>2,1"),
        ("count_read_back", &okafor, FormKind::BloodCount, "<Up>1940<Enter>0.40<Enter>2.1<Enter>"),
        ("count_same_band", &fraser, FormKind::BloodCount, "3.32<Enter>"),
        ("sample", &okafor, FormKind::SampleTaken, "t"),
        ("sample_read_back", &okafor, FormKind::SampleTaken, "d<Enter>"),
        ("dose", &okafor, FormKind::Dose, "100<Enter><Enter>162.5"),
        ("dose_over_the_limit", &okafor, FormKind::Dose, "500<Enter><Enter>500<Enter>"),
        ("break_read_back", &okafor, FormKind::Break, "18-Nov 2000<Tab>vomiting<Enter>"),
        ("resume", &fraser, FormKind::Resume, "2000"),
        ("resume_read_back", &fraser, FormKind::Resume, "2000<Enter>"),
        ("vitals", &okafor, FormKind::VitalSigns, "96<Enter>38.2<Enter>118/760"),
        (
            "vitals_read_back",
            &okafor,
            FormKind::VitalSigns,
            "96<Enter>38.2<Enter>118/76<Enter>98/60<Enter><Enter>97<Enter><Enter>",
        ),
        ("bowels", &okafor, list("constipation"), "18-Nov<Enter>2<Enter><Enter>n<Enter>y"),
        (
            "bowels_read_back",
            &okafor,
            list("constipation"),
            "18-Nov<Enter>2<Enter><Enter>n<Enter>y<Enter><Enter><Enter><Enter><Enter><Enter>",
        ),
        ("acknowledge", &okafor, FormKind::Acknowledge("anc-band:anc16".to_owned()), "FBC repeated"),
        (
            "acknowledge_read_back",
            &okafor,
            FormKind::Acknowledge("anc-band:anc16".to_owned()),
            "FBC repeated today, team told<Enter>",
        ),
        ("void", &okafor, FormKind::Void(EntryId::new("anc16")), "typed for "),
        ("void_read_back", &okafor, FormKind::Void(EntryId::new("anc16")), "typed for another patient<Enter>"),
        (
            "new_patient",
            &okafor,
            FormKind::NewPatient,
            "Briggs<Enter>Thomas<Enter>30-Jun-1979<Enter>m<Enter>9990000035",
        ),
        (
            "new_patient_read_back",
            &okafor,
            FormKind::NewPatient,
            "Briggs<Enter>Thomas<Enter>30-Jun-1979<Enter>m<Enter>9990000034<Enter>A1<Enter><Right><Right><Enter>c<Enter>1-Nov-2026<Enter><Enter>",
        ),
        ("course", &okafor, FormKind::Course, "s<Enter>yesterday 2100<Enter>r"),
        ("course_read_back", &fraser, FormKind::Course, "s<Enter>1900<Enter>r<Enter><Enter>"),
        (
            "note",
            &okafor,
            FormKind::Note,
            "Fever overnight, 38.2 C, no sore throat. Seen by the duty doctor, who asks for a count this morning and for the temperature every four hours.",
        ),
        ("leave", &okafor, FormKind::Note, "Fever<Esc>"),
    ] {
        let mut form = desk.open(kind);
        desk.keys(&mut form, keys);
        insta::assert_snapshot!(name, desk.screen(&form));
    }
}

/// Figures, dates and names of a form's two stages, each of which has to stand whole in one row.
const WHOLE: [(&str, &str, &[&str]); 2] = [
    ("<Up>1940<Enter>0.40<Enter>2.1", "fields", &["0.40", "x10^9/L", "1940", "20-Nov-2026 19:40", "22 min"]),
    (
        "<Up>1940<Enter>0.40<Enter>2.1<Enter>",
        "read back",
        &[
            "20-Nov-2026 19:40",
            "ANC 0.40",
            "0.40 x10^9/L",
            "1.62 x10^9/L",
            "2.1 x10^9/L",
            "999 000 0018",
            "12-Apr-1988",
            "1.22",
        ],
    ),
];

#[test]
fn no_number_is_cut_at_any_width() {
    let desk = Desk::new();
    for (keys, stage, whole) in WHOLE {
        let mut form = desk.open(FormKind::BloodCount);
        desk.keys(&mut form, keys);
        for columns in 40..200 {
            let screen = desk.drawn(&form, (columns, 60), Theme::new(Palette::Mono, true));
            for figure in whole {
                assert!(screen.contains(figure), "{figure} of {stage} at {columns}\n{screen}");
            }
        }
    }
}

#[test]
fn what_is_out_of_sight_is_counted_and_can_be_reached() {
    let desk = Desk::new();
    let mut form = desk.open(FormKind::Checklist("constipation".to_owned()));
    let theme = Theme::new(Palette::Mono, true);
    let screen = desk.drawn(&form, (80, 8), theme);
    assert!(screen.contains("Bowels: type it  1-7 of 13"), "{screen}");
    desk.keys(&mut form, "<S-Tab>");
    let screen = desk.drawn(&form, (80, 8), theme);
    assert!(screen.contains(" > Asked"), "the field with the keys is in sight\n{screen}");
    let room = (80, 12);
    desk.keys_in(&mut form, "<Tab>18-Nov<Down><Down><Down><Down>y<Enter><Enter><Enter><Enter><Enter><Enter>", room);
    let screen = desk.drawn(&form, room, theme);
    assert!(screen.contains("read it back  1-10 of") && screen.contains("[ Enter  read on: "), "{screen}");
    assert_eq!(desk.keys_in(&mut form, "y", room), FormEvent::Stay, "its end was not in sight");
    desk.keys_in(&mut form, "<PgDn>", room);
    let screen = desk.drawn(&form, room, theme);
    assert!(screen.contains("Next bowels") && screen.contains("Yes, save"), "{screen}");
    assert!(matches!(desk.keys_in(&mut form, "y", room), FormEvent::Save(_)));
}

#[test]
fn hostile_text_of_the_file_is_shown_as_marks() {
    let mut desk = Desk::new()
        .with(&["{ \"id\": \"n1\", \"kind\": \"note\", \"at\": \"2026-11-20\", \"text\": \"a\\u001b[2J\\u202eb\" }"]);
    desk.ward.patients[0].fields.name.family = "O\u{202e}kafor".into();
    let form = desk.typed(FormKind::Void(EntryId::new("n1")), "not his<Enter>");
    let screen = desk.drawn(&form, (100, 24), Theme::new(Palette::Colour, false));
    assert!(screen.contains("Note: a‹U+001B›[2J‹U+202E›b") && screen.contains("O‹U+202E›KAFOR"), "{screen}");
    let screen = desk.drawn(&form, (100, 24), Theme::new(Palette::Mono, true));
    assert!(screen.is_ascii() && screen.contains("U+001B"), "{screen}");
}

#[test]
fn the_cursor_stands_where_the_next_letter_goes() {
    use ratatui::layout::Position;
    let desk = Desk::new();
    let theme = Theme::default();
    for (keys, x, y) in
        [("", 18, 2), ("1.3", 21, 2), ("1.3<Left><Left>", 19, 2), ("1.3<Home>", 18, 2), ("<Up>1940", 22, 1)]
    {
        let mut form = desk.open(FormKind::BloodCount);
        desk.keys(&mut form, keys);
        let mut backend = desk.draw(&form, (80, 20), theme);
        backend.assert_cursor_position(Position::new(x, y));
    }
    let mut form = desk.open(FormKind::Note);
    desk.keys(&mut form, &"x".repeat(150));
    desk.draw(&form, (80, 20), theme).assert_cursor_position(Position::new(22, 4));
}

#[test]
fn colour_only_repeats_what_words_say() {
    let desk = Desk::new();
    let mut form = desk.open(FormKind::BloodCount);
    for keys in ["1,3", "<C-u>0.40<Enter>2.1<Enter>"] {
        desk.keys(&mut form, keys);
        let colour = desk.drawn(&form, (80, 20), Theme::new(Palette::Colour, true));
        assert_eq!(colour, desk.drawn(&form, (80, 20), Theme::new(Palette::Mono, true)));
    }
    let screen = desk.screen(&form);
    assert!(screen.contains("!! CRITICAL") && screen.contains("> [ No, back to the form ]"), "{screen}");
}
