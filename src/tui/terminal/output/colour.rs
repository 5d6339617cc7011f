//! The sixteen colours, and the others, as the numbers by which a terminal knows them.
use ratatui::style::Color;

/// The code of a colour; `base` is 30 for text and 40 for the ground.
pub fn colour_code(colour: Color, base: u8) -> String {
    let (bright, rest) = (base + 60, base + 8);
    let code = match colour {
        Color::Reset => base + 9,
        Color::Black => base,
        Color::Red => base + 1,
        Color::Green => base + 2,
        Color::Yellow => base + 3,
        Color::Blue => base + 4,
        Color::Magenta => base + 5,
        Color::Cyan => base + 6,
        Color::Gray => base + 7,
        Color::DarkGray => bright,
        Color::LightRed => bright + 1,
        Color::LightGreen => bright + 2,
        Color::LightYellow => bright + 3,
        Color::LightBlue => bright + 4,
        Color::LightMagenta => bright + 5,
        Color::LightCyan => bright + 6,
        Color::White => bright + 7,
        Color::Indexed(index) => return format!("{rest};5;{index}"),
        Color::Rgb(red, green, blue) => return format!("{rest};2;{red};{green};{blue}"),
    };
    code.to_string()
}
