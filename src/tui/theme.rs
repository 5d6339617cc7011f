//! How things look: named styles, so that no pane chooses a colour of its own.
//!
//! Colour only repeats what a word and a symbol say already. The monochrome theme needs bold, dim and reverse alone,
//! and says the same without any of them.
use ratatui::style::{Color, Modifier, Style};

use crate::assess::Severity;
use crate::safe::Charset;

/// Whether colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// The sixteen colours that every terminal has.
    #[default]
    Colour,
    /// Those of the sixteen that can be read on a light background.
    Light,
    /// Bold, dim and reverse only: `NO_COLOR`, or a terminal without colours.
    Mono,
}

/// The styles of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    /// Colours or none.
    pub palette: Palette,
    /// Only ASCII may be drawn: a C locale, or a terminal without UTF-8.
    pub ascii: bool,
    /// No dots are drawn: the fonts of the Linux console have no braille.
    pub no_dots: bool,
}

impl Theme {
    /// A theme with that palette; `ascii` for terminals that show nothing else.
    pub fn new(palette: Palette, ascii: bool) -> Self {
        Self { palette, ascii, no_dots: false }
    }

    /// The same on a terminal that has no braille characters.
    #[must_use]
    pub fn without_dots(self, no_dots: bool) -> Self {
        Self { no_dots, ..self }
    }

    /// Whether a chart is drawn in dots.
    pub fn has_dots(self) -> bool {
        !self.ascii && !self.no_dots
    }

    fn pick(self, colour: Style, mono: Style) -> Style {
        match self.palette {
            Palette::Colour | Palette::Light => colour,
            Palette::Mono => mono,
        }
    }

    /// A colour, or the one that says the same on a light background.
    fn shade(self, dark: Color, light: Color) -> Color {
        if self.palette == Palette::Light { light } else { dark }
    }

    /// A critical state that nobody has dealt with: the strongest mark on the screen.
    pub fn critical(self) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        self.pick(bold.fg(Color::White).bg(Color::Red), bold.add_modifier(Modifier::REVERSED))
    }

    /// A warning that nobody has dealt with.
    pub fn warning(self) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        // Yellow letters cannot be read on white.
        let colour = if self.palette == Palette::Light {
            bold.fg(Color::Black).bg(Color::Yellow)
        } else {
            bold.fg(Color::Yellow)
        };
        self.pick(colour, bold)
    }

    /// Something to know, something due.
    pub fn notice(self) -> Style {
        self.pick(Style::new().fg(self.shade(Color::Cyan, Color::Blue)), Style::new())
    }

    /// Overdue.
    pub fn overdue(self) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        self.pick(bold.fg(Color::Magenta), bold)
    }

    /// Something no rule could read: never looks like normal.
    pub fn unknown(self) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        self.pick(bold.fg(Color::Magenta), bold.add_modifier(Modifier::UNDERLINED))
    }

    /// Nothing to do; saved.
    pub fn ok(self) -> Style {
        self.pick(Style::new().fg(Color::Green), Style::new())
    }

    /// Ordinary text.
    pub fn text(self) -> Style {
        Style::new()
    }

    /// What matters among ordinary text: names, values.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What has been dealt with, and what only explains.
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// An entry that was voided.
    pub fn voided(self) -> Style {
        Style::new().add_modifier(Modifier::DIM | Modifier::CROSSED_OUT)
    }

    /// The title line of a pane.
    pub fn title(self) -> Style {
        self.pick(Style::new().fg(Color::Blue), Style::new())
    }

    /// The title line of the pane that has the keys.
    pub fn title_focused(self) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        self.pick(bold.fg(Color::Blue), bold)
    }

    /// The marker of the selected row, and the field or button that has the keys. A character says it as well.
    pub fn selection(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// A field that one can type into.
    pub fn field(self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    /// A field whose content is refused, and why.
    pub fn invalid(self) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        self.pick(bold.fg(Color::Red), bold)
    }

    /// A key in the footer or the help.
    pub fn key(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The style of a severity that nobody has dealt with; see [`Theme::dim`] for what has been.
    pub fn severity(self, severity: Severity) -> Style {
        match severity {
            Severity::Critical => self.critical(),
            Severity::Warning => self.warning(),
            Severity::Notice => self.notice(),
            Severity::Ok => self.ok(),
        }
    }

    /// The character of title lines. A box character would be three bytes of every cell on a slow line.
    pub fn rule(self) -> char {
        '-'
    }

    /// What the terminal can show.
    pub fn charset(self) -> Charset {
        if self.ascii { Charset::Ascii } else { Charset::Unicode }
    }
}
