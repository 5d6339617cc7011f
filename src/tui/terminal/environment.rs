//! What the terminal can do, from the environment alone: the terminal is never asked, since a mute one answers late or
//! never, and an answer arrives as if it were typed.
use crate::safe::Charset;

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether the sixteen colours may be used: not under `NO_COLOR`, and not on a terminal without colours. Bold and
    /// reverse are always there.
    pub colour: bool,
    /// Which characters it shows.
    pub charset: Charset,
    /// Whether it deletes and inserts lines: what is known to, since a line in the wrong place would be another patient's.
    pub moves_lines: bool,
}

/// Why there can be no screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoScreen {
    /// Standard input or output is a file or a pipe.
    #[error("the screen needs a terminal. Without one, use `wardround triage FILE`")]
    NoTerminal,
    /// `TERM` is `dumb`, empty or not set.
    #[error("this terminal cannot show a screen (TERM is dumb or not set). Use `wardround triage FILE`")]
    Dumb,
}

impl Capabilities {
    /// Reads them from the environment, given as a function from a name to its value.
    ///
    /// # Errors
    /// [`NoScreen::Dumb`] for a terminal on which nothing can be placed.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, NoScreen> {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").filter(|term| term != "dumb").ok_or(NoScreen::Dumb)?;
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        let colour = set("NO_COLOR").is_none() && has_colours(&term);
        Ok(Self { colour, charset: charset(&locale), moves_lines: moves_lines(&term) })
    }
}

/// The old video terminals had none, and a terminal called `-m` or `-mono` says so.
fn has_colours(term: &str) -> bool {
    !["vt1", "vt2", "vt3", "vt4"].iter().any(|old| term.starts_with(old))
        && !["-m", "-mono"].iter().any(|mono| term.ends_with(mono))
}

/// The terminals that delete and insert lines; the first video terminals did not.
fn moves_lines(term: &str) -> bool {
    const KNOWN: [&str; 10] =
        ["xterm", "screen", "tmux", "linux", "putty", "rxvt", "alacritty", "foot", "konsole", "vt220"];
    KNOWN.iter().any(|known| term.starts_with(known))
}

/// Whether the terminal's own fonts lack braille characters whatever the locale is: the Linux console's do.
pub fn lacks_dots(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable("TERM").is_some_and(|term| term == "linux" || term.starts_with("linux-"))
}

/// A locale without UTF-8 in its name is taken for ASCII, also where it is not set at all.
fn charset(locale: &str) -> Charset {
    let locale = locale.to_ascii_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") { Charset::Unicode } else { Charset::Ascii }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Capabilities, NoScreen> {
        Capabilities::from_environment(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn charset_of(variables: &[(&str, &str)]) -> Charset {
        let variables = [&[("TERM", "xterm")], variables].concat();
        read(&variables).unwrap().charset
    }

    #[test]
    fn dumb_is_no_screen() {
        for term in [&[][..], &[("TERM", "")], &[("TERM", "dumb")]] {
            assert_eq!(read(term), Err(NoScreen::Dumb));
        }
        assert!(read(&[("TERM", "linux")]).is_ok());
    }

    #[test]
    fn the_first_locale_that_is_set_counts() {
        assert_eq!(charset_of(&[]), Charset::Ascii);
        assert_eq!(charset_of(&[("LANG", "C")]), Charset::Ascii);
        assert_eq!(charset_of(&[("LANG", "en_GB.UTF-8")]), Charset::Unicode);
        assert_eq!(charset_of(&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "POSIX")]), Charset::Ascii);
        assert_eq!(charset_of(&[("LANG", "C"), ("LC_CTYPE", "C.utf8"), ("LC_ALL", "")]), Charset::Unicode);
        assert_eq!(charset_of(&[("LANG", "de_DE.ISO-8859-1")]), Charset::Ascii);
    }

    #[test]
    fn the_linux_console_has_no_dots() {
        for (term, lacks) in [("linux", true), ("linux-16color", true), ("xterm-256color", false), ("screen", false)] {
            assert_eq!(lacks_dots(|_| Some(term.to_owned())), lacks, "{term}");
        }
    }

    #[test]
    fn lines_are_moved_only_where_that_is_known_to_work() {
        let moves = |term| read(&[("TERM", term)]).unwrap().moves_lines;
        assert!(["xterm-256color", "screen", "tmux-256color", "linux", "putty"].into_iter().all(moves));
        assert!(!["vt100", "vt52", "ansi", "something"].into_iter().any(moves));
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        let colour = |variables: &[(&str, &str)]| read(variables).unwrap().colour;
        assert!(colour(&[("TERM", "xterm-256color")]));
        assert!(colour(&[("TERM", "xterm"), ("NO_COLOR", "")]));
        assert!(!colour(&[("TERM", "xterm"), ("NO_COLOR", "1")]));
        assert!(!colour(&[("TERM", "vt220")]));
    }
}
