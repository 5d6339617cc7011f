//! The pictures of README.md are those of the program: home, patient and entry, drawn from the real screen.
use std::fmt::Write;
use std::fs;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use wardround::tui::app::App;
use wardround::tui::theme::{Palette, Theme};

use crate::demo_ward::{app, draw, press, types};

const SIZE: (u16, u16) = (80, 24);
/// Width and height of a cell.
const CELL: (usize, usize) = (8, 17);
/// Around the cells.
const MARGIN: usize = 10;
/// Foreground and background.
const PAPER: (&str, &str) = ("#d6d6d6", "#161a1d");

/// A picture: its file, what it is called, what it shows, and the keys that lead to it.
type Picture = (&'static str, &'static str, &'static str, fn(&mut App));

/// Those of README.md.
const PICTURES: &[Picture] = &[
    (
        "home",
        "The ward",
        "Five panes of text: ANC flags, overdue bloods, upcoming bloods, titration, checks due; under them whose row is \
         selected, why it is there, and the keys.",
        |_| {},
    ),
    (
        "patient",
        "A patient",
        "One patient: the banner, the open flag, the ANC falling from green to red over the band lines with the doses \
         under it, the counts, and the keys.",
        |app| press(app, "Enter 2"),
    ),
    (
        "entry",
        "A count, read back",
        "The read-back of a blood count before it is saved: for whom, the values, what they would mean, and No chosen, \
         since the band would change.",
        |app| {
            press(app, "/");
            types(app, "fraser");
            press(app, "Enter a");
            types(app, "1.32");
            press(app, "Enter");
        },
    ),
];

fn colour(color: Color, reset: &'static str) -> &'static str {
    match color {
        Color::Red => "#d64545",
        Color::Green => "#6cc070",
        Color::Yellow => "#e6c14a",
        Color::Blue => "#6ea8fe",
        Color::Magenta => "#d58be0",
        Color::Cyan => "#5cc4cf",
        Color::White => "#ffffff",
        Color::Black => "#000000",
        _ => reset,
    }
}

/// How a run of cells looks.
#[derive(PartialEq, Eq, Clone)]
struct Look {
    fg: &'static str,
    bg: &'static str,
    modifier: Modifier,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (fg, bg) = (colour(cell.fg, PAPER.0), colour(cell.bg, PAPER.1));
        let modifier = cell.modifier;
        if modifier.contains(Modifier::REVERSED) {
            Self { fg: bg, bg: fg, modifier }
        } else {
            Self { fg, bg, modifier }
        }
    }

    fn attributes(&self) -> String {
        let mut said = String::new();
        if self.fg != PAPER.0 {
            let _ = write!(said, " fill=\"{}\"", self.fg);
        }
        if self.modifier.contains(Modifier::BOLD) {
            said.push_str(" font-weight=\"bold\"");
        }
        if self.modifier.contains(Modifier::DIM) {
            said.push_str(" opacity=\".65\"");
        }
        if self.modifier.contains(Modifier::UNDERLINED) {
            said.push_str(" text-decoration=\"underline\"");
        }
        if self.modifier.contains(Modifier::CROSSED_OUT) {
            said.push_str(" text-decoration=\"line-through\"");
        }
        said
    }
}

/// A screen as an SVG: each run of cells at its place and as wide as it is, so that columns stand under each other
/// whatever font there is.
fn svg(buffer: &Buffer, title: &str, about: &str) -> String {
    let (columns, lines) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (wide, tall) = (columns * CELL.0 + 2 * MARGIN, lines * CELL.1 + 2 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{tall}\" viewBox=\"0 0 {wide} {tall}\" \
         role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">wardround: {title}</title>\n<desc id=\"d\">{about}</desc>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{}\"/>\n\
         <g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"13\" fill=\"{}\" xml:space=\"preserve\">\n",
        PAPER.1, PAPER.0
    );
    for (y, row) in buffer.content.chunks(columns).enumerate() {
        let mut x = 0;
        while let Some(cell) = row.get(x) {
            let look = Look::of(cell);
            let end = (x..row.len()).find(|at| Look::of(&row[*at]) != look).unwrap_or(row.len());
            run(&mut out, &row[x..end], (x, y), &look);
            x = end;
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// A run of cells of one look: what is behind it, and its words.
fn run(out: &mut String, cells: &[Cell], (x, y): (usize, usize), look: &Look) {
    let top = MARGIN + y * CELL.1;
    if look.bg != PAPER.1 {
        let (left, wide) = (MARGIN + x * CELL.0, cells.len() * CELL.0);
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{}\" fill=\"{}\"/>",
            CELL.1, look.bg
        );
    }
    // A gap of two spaces ends a piece: nothing is written for it.
    let blank = |at: usize| cells.get(at).is_none_or(|cell| cell.symbol() == " ");
    let mut at = 0;
    while at < cells.len() {
        if blank(at) {
            at += 1;
            continue;
        }
        let end = (at..cells.len()).find(|here| blank(*here) && blank(here + 1)).unwrap_or(cells.len());
        let text: String = cells[at..end].iter().map(Cell::symbol).collect();
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let (left, wide) = (MARGIN + (x + at) * CELL.0, (end - at) * CELL.0);
        let _ = writeln!(
            out,
            "<text x=\"{left}\" y=\"{}\" textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\"{}>{text}</text>",
            top + 13,
            look.attributes()
        );
        at = end;
    }
}

#[test]
fn the_pictures_are_those_of_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md");
    for (name, title, about, keys) in PICTURES {
        let mut app = app(Theme::new(Palette::Colour, false), SIZE);
        keys(&mut app);
        let picture = svg(&draw(&app, SIZE), title, about);
        let file = folder.join(format!("{name}.svg"));
        if std::env::var_os("UPDATE_README").is_some() {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&file, &picture).expect("writable");
        }
        let is_current = fs::read_to_string(&file).is_ok_and(|there| there == picture);
        assert!(is_current, "docs/pictures/{name}.svg is not current: UPDATE_README=1 cargo test --test commands");
        assert!(readme.contains(&format!("](docs/pictures/{name}.svg)")), "README.md shows {name}");
        assert!(picture.len() < 40_000, "{name} has {} bytes", picture.len());
    }
}
