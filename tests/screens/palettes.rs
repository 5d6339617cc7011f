//! Every screen at four sizes in every palette: without colours it says the same, each of its styles is one of the theme,
//! no colour stands where there is no word or sign, and ASCII is ASCII.
use ratatui::buffer::Cell;
use ratatui::style::{Color, Style};
use wardround::tui::app::{App, Message};
use wardround::tui::theme::{Palette, Theme};

use crate::demo::{draw, lines};
use crate::ways::{Size, WAYS, Way, goes};

/// The sizes: the smallest that works, the usual one, and two larger ones.
pub const SIZES: [Size; 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

/// A style of the theme.
type Of = fn(Theme) -> Style;

/// The styles of the theme by their names. Of those that look alike in both palettes one stands for all.
const STYLES: &[(&str, Of)] = &[
    ("text", Theme::text),
    ("critical", Theme::critical),
    ("warning", Theme::warning),
    ("unknown", Theme::unknown),
    ("overdue", Theme::overdue),
    ("notice", Theme::notice),
    ("ok", Theme::ok),
    ("strong", Theme::strong),
    ("dim", Theme::dim),
    ("voided", Theme::voided),
    ("title", Theme::title),
    ("title-focused", Theme::title_focused),
    ("field", Theme::field),
    ("invalid", Theme::invalid),
];

/// What a style looks like in colour, and without: `White on Red, bold`, `bold, reversed`.
pub fn looks(name: &str) -> Option<[String; 2]> {
    let (_, of) = STYLES.iter().find(|(other, _)| *other == name)?;
    Some([colour(), mono()].map(|theme| said(of(theme))))
}

fn said(style: Style) -> String {
    let colours = match (style.fg, style.bg) {
        (None, None) => None,
        (fg, Some(bg)) => Some(format!("{} on {bg}", fg.map_or_else(|| "own".to_owned(), |fg| fg.to_string()))),
        (Some(fg), None) => Some(fg.to_string()),
    };
    let modifiers = style.add_modifier.iter_names().map(|(name, _)| name.to_lowercase());
    colours.into_iter().chain(modifiers).collect::<Vec<_>>().join(", ")
}

fn colour() -> Theme {
    Theme::new(Palette::Colour, false)
}

fn mono() -> Theme {
    Theme::new(Palette::Mono, false)
}

/// How a cell looks, without what a terminal cannot show.
fn style(cell: &Cell) -> Style {
    let style = Style::new().add_modifier(cell.modifier);
    let of = |colour, set: fn(Style, Color) -> Style, style| match colour {
        Color::Reset => style,
        colour => set(style, colour),
    };
    of(cell.bg, Style::bg, of(cell.fg, Style::fg, style))
}

/// The style of a cell by its name, from how it looks in colour and without; `None`: one of its own.
pub fn of(in_colour: &Cell, without: &Cell) -> Option<&'static str> {
    let looks = (style(in_colour), style(without));
    STYLES.iter().find(|(_, of)| (of(colour()), of(mono())) == looks).map(|(name, _)| *name)
}

/// The screen at the end of a way in colour, without colours, and in ASCII.
pub fn in_every_palette(way: Way) -> [App; 3] {
    [colour(), mono(), Theme::new(Palette::Mono, true)].map(|theme| goes(way, theme, SIZES[1]))
}

/// What of a screen does not hold, at one size.
fn faults(apps: &[App; 3], (columns, rows): Size) -> Vec<String> {
    let mut faults = Vec::new();
    let [coloured, plain, ascii] = apps.each_ref().map(|app| {
        let mut app = app.clone();
        app.update(Message::Resize(columns, rows));
        draw(&app, (columns, rows))
    });
    let (text, ascii) = (lines(&coloured), lines(&ascii));
    if text != lines(&plain) {
        faults.push("without colour it says something else".to_owned());
    }
    faults.extend(ascii.iter().filter(|line| !line.is_ascii()).map(|line| format!("not ASCII: {line}")));
    let width = usize::from(columns);
    let cells: Vec<(&Cell, &Cell)> = coloured.content.iter().zip(&plain.content).collect();
    for (line, cells) in text.iter().zip(cells.chunks(width)) {
        for run in cells.chunk_by(|(a, b), (c, d)| of(a, b) == of(c, d)) {
            let (in_colour, without) = run[0];
            let said: String = run.iter().map(|(cell, _)| cell.symbol()).collect();
            match of(in_colour, without) {
                None => faults.push(format!("a style of its own: {in_colour:?}, {without:?} in {line}")),
                Some("text") => {}
                // Without a background nobody sees the colour of a space.
                Some(_) if said.trim().is_empty() && in_colour.bg != Color::Reset => {
                    faults.push(format!("a colour on nothing: {line}"));
                }
                Some(_) => {}
            }
        }
    }
    faults.dedup();
    faults
}

#[test]
fn every_screen_says_the_same_in_every_palette() {
    let mut all = Vec::new();
    for (i, way) in WAYS.iter().enumerate() {
        let apps = in_every_palette(*way);
        // The larger ones in turn: they draw most.
        for size in [SIZES[0], SIZES[1], SIZES[2 + i % 2]] {
            all.extend(faults(&apps, size).into_iter().map(|fault| format!("{} at {size:?}: {fault}", way.0)));
        }
    }
    assert!(all.is_empty(), "{} faults\n{}", all.len(), all.join("\n"));
}
