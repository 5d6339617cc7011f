//! The principal screens as pictures, each at four sizes in one file: what people read at 3 a.m. is read by whoever changes
//! it. What colours do is held by what all palettes say alike.
use wardround::tui::app::Message;
use wardround::tui::theme::{Palette, Theme};

use crate::demo::text;
use crate::palettes::SIZES;
use crate::ways::{Size, WAYS, goes};

/// The screens, by the names of their ways.
const PICTURES: &[&str] = &[
    "home",
    "home_alone",
    "patient",
    "patient_counts_alone",
    "why_due",
    "find_some",
    "since",
    "round",
    "line_preview",
    "count",
    "count_read_back",
    "notice_count",
    "sheet_typed",
    "home_keys",
    "what_if",
    "print",
];

#[test]
fn the_principal_screens_at_four_sizes() {
    for name in PICTURES {
        let way = *WAYS.iter().find(|(of, ..)| of == name).unwrap_or_else(|| panic!("no way to {name}"));
        let mut app = goes(way, Theme::new(Palette::Mono, false), SIZES[1]);
        let at = |size: Size| {
            app.update(Message::Resize(size.0, size.1));
            format!("{}x{}\n{}\n", size.0, size.1, text(&app, size))
        };
        let pictures = SIZES.map(at).join("\n");
        insta::with_settings!({ omit_expression => true, snapshot_path => "../snapshots/pictures", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(*name, pictures);
        });
    }
}
