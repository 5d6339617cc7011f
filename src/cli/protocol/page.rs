//! The page of a protocol or a regimen as text.
use crate::cli::table::push_hanging;
use crate::words::card::Part;

/// The parts of a page in lines of at most so many columns.
pub fn text(parts: &[Part], columns: Option<usize>) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Title(title) => out.extend([title, "\n"]),
            Part::About(text) => push_hanging(&mut out, "", text, columns),
            Part::Heading(text) => out.extend(["\n", text, "\n"]),
            Part::Rule(text) => push_hanging(&mut out, "   ", text, columns),
            Part::Source(text) => push_hanging(&mut out, "      ", text, columns),
        }
    }
    out
}
