//! The principal screens as pictures: each at four sizes in one file, and at the usual size with how its cells look in
//! another. What people read at 3 a.m. is read by whoever changes it.
use ratatui::buffer::{Buffer, Cell};
use wardround::tui::app::{App, Message};

use crate::demo::{draw, lines, text};
use crate::palettes::{SIZES, in_every_palette, looks, of};
use crate::ways::{Size, WAYS};

/// The screens on which one looks, by the names of their ways.
const SCREENS: &[&str] = &[
    "home",
    "home_first",
    "home_alone",
    "home_keys",
    "patient",
    "patient_chart",
    "patient_counts_alone",
    "why_due",
    "card",
    "what_if",
    "find_some",
    "since",
    "round",
    "print",
];

/// The screens on which something is typed, read back or answered.
const FORMS: &[&str] = &[
    "line_preview",
    "count",
    "count_read_back",
    "dose",
    "dose_overtaken",
    "course",
    "bowels",
    "vitals",
    "acknowledge",
    "new_patient",
    "fields_disputed",
    "sheet",
    "sheet_typed",
    "notice",
    "notice_count",
];

/// The usual size.
const USUAL: Size = SIZES[1];

fn at(app: &mut App, size: Size) -> Buffer {
    app.update(Message::Resize(size.0, size.1));
    draw(app, size)
}

/// A style with its first and its last column, from 1.
type Run = (usize, usize, &'static str);

/// The styles of a row other than ordinary text. What blanks part is one.
fn runs(cells: &[(&Cell, &Cell)]) -> Vec<Run> {
    let (mut runs, mut first): (Vec<Run>, usize) = (Vec::new(), 1);
    let mut apart = true;
    for run in cells.chunk_by(|(a, b), (c, d)| of(a, b) == of(c, d)) {
        let last = first + run.len() - 1;
        let name = of(run[0].0, run[0].1).unwrap_or("A STYLE OF ITS OWN");
        match runs.last_mut().filter(|(.., other)| *other == name && !apart) {
            _ if name == "text" => apart |= run.iter().any(|(cell, _)| cell.symbol() != " "),
            Some(before) => before.1 = last,
            None => {
                runs.push((first, last, name));
                apart = false;
            }
        }
        first = last + 1;
    }
    runs
}

/// `2-12 critical`
fn said((first, last, name): &Run) -> String {
    if first == last { format!("{first} {name}") } else { format!("{first}-{last} {name}") }
}

/// A screen at the usual size; below it the styles of its rows, what they look like with colours and without, and the rows
/// that are others in ASCII.
fn in_styles(apps: &mut [App; 3]) -> String {
    let [coloured, plain, ascii] = apps.each_mut().map(|app| at(app, USUAL));
    let cells: Vec<(&Cell, &Cell)> = coloured.content.iter().zip(&plain.content).collect();
    let rows: Vec<_> = cells.chunks(usize::from(USUAL.0)).map(runs).collect();
    let mut styles: Vec<&str> = rows.iter().flatten().map(|(.., name)| *name).collect();
    styles.sort_unstable();
    styles.dedup();
    let shown = lines(&coloured);
    let mut all = shown.clone();
    all.push("\nThe styles of each row, by columns".to_owned());
    for (row, runs) in rows.iter().enumerate().filter(|(_, runs)| !runs.is_empty()) {
        let runs: Vec<String> = runs.iter().map(said).collect();
        all.push(format!("{:>3}: {}", row + 1, runs.join(", ")));
    }
    all.push("\nWhat they look like, and under NO_COLOR".to_owned());
    for name in styles {
        let [colour, without] = looks(name).unwrap_or_default();
        all.push(format!("{name}: {colour}; {without}"));
    }
    let ascii = lines(&ascii);
    let others = ascii.iter().enumerate().zip(&shown).filter(|((_, ascii), shown)| ascii != shown);
    let others: Vec<String> = others.map(|((row, ascii), _)| format!("{:>3}: {ascii}", row + 1)).collect();
    all.push(if others.is_empty() { "\nIn ASCII the same" } else { "\nIn ASCII" }.to_owned());
    all.extend(others);
    all.join("\n")
}

fn pictures(names: &[&str]) {
    for name in names {
        let way = *WAYS.iter().find(|(of, ..)| of == name).unwrap_or_else(|| panic!("no way to {name}"));
        let mut apps = in_every_palette(way);
        let plain = &mut apps[1];
        let of_size = |size: Size| {
            plain.update(Message::Resize(size.0, size.1));
            format!("{}x{}\n{}\n", size.0, size.1, text(plain, size))
        };
        let sizes = SIZES.map(of_size).join("\n");
        let styles = in_styles(&mut apps);
        insta::with_settings!({ omit_expression => true, snapshot_path => "../snapshots/pictures", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(*name, sizes);
        });
        insta::with_settings!({ omit_expression => true, snapshot_path => "../snapshots/styles", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(*name, styles);
        });
    }
}

#[test]
fn the_principal_screens() {
    pictures(SCREENS);
}

#[test]
fn the_principal_forms() {
    pictures(FORMS);
}

/// A style that changes changes the picture.
#[test]
fn a_picture_has_the_styles() {
    let way = *WAYS.iter().find(|(of, ..)| *of == "home").expect("the ward");
    let said = in_styles(&mut in_every_palette(way));
    assert!(said.contains(" critical") && said.contains("critical: White on Red, bold; bold, reversed"), "{said}");
}
