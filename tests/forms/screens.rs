//! The forms as they are drawn, and that nothing of them is ever cut.
use wardround::tui::form::FormKind;
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
            "Briggs<Enter>Thomas<Enter>30-Jun-1979<Enter>m<Enter>9990000034<Enter>A1<Enter><Right><Right><Enter>c<Enter>1-Nov-2026<Enter>",
        ),
        ("course", &okafor, FormKind::Course, "s<Enter>yesterday 2100<Enter>r"),
        ("course_read_back", &fraser, FormKind::Course, "s<Enter>1900<Enter>r<Enter>"),
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
