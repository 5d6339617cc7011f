//! The question whose initials to record, at an account that several people share. It is never a reason to refuse an
//! entry: without them it is recorded as the account's.
use super::app::Data;
use super::banner::{self, FileState, Line};
use super::keymap::Mode;
use super::page::Page;
use super::text::{indent, span, wrap};
use crate::safe::Safe;

/// Most letters that initials have; `record --by` takes as many.
const LONGEST: usize = 32;

/// What has been typed so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Initials {
    typed: String,
    /// What was typed that is no part of initials, most likely a result by somebody who looked at the form behind.
    not_taken: String,
    /// Enter was pressed before a letter was.
    asked: bool,
}

impl Initials {
    /// Takes typed or pasted letters. Initials begin with one; points and hyphens may follow, and nothing else. What is
    /// not taken is shown, so that nobody believes a number typed.
    pub fn push(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            let fits = c.is_alphabetic() || (matches!(c, '.' | '-') && !self.typed.is_empty());
            let part = if fits { &mut self.typed } else { &mut self.not_taken };
            if part.chars().count() < LONGEST {
                part.push(c);
            }
        }
    }

    /// Takes back the last letter.
    pub fn pop(&mut self) {
        self.typed.pop();
    }

    /// The initials; `None` if no letter was typed, and then the page says so.
    pub fn given(&mut self) -> Option<String> {
        self.asked |= self.typed.is_empty();
        (!self.typed.is_empty()).then(|| self.typed.clone())
    }

    /// The page.
    pub fn page(&self, data: &Data, file: &FileState, columns: usize) -> Page {
        let theme = data.theme;
        // Some letters are shown as nothing, or run into the next.
        let safe = |text: &str| Safe::within(text, data.charset()).to_string();
        let prompt = vec![
            span("Your initials: ", theme.strong()),
            span(safe(&self.typed), theme.text()),
            span("_", theme.field()),
        ];
        let mut body: Vec<Line> = vec![Vec::new(), indent(2, prompt)];
        let mut say = |text: &str, style| {
            let lines = wrap(text, columns.saturating_sub(4)).into_iter();
            body.extend(lines.map(|line| indent(2, vec![span(line, style)])));
        };
        if !self.not_taken.is_empty() {
            let words = "Initials begin with a letter: type them, then Enter. Esc goes on without them.";
            say(&format!("Not taken: {} is not in the form either. {words}", safe(&self.not_taken)), theme.invalid());
        } else if self.asked {
            say("Type them, then Enter. Esc goes on without them.", theme.invalid());
        }
        say("", theme.text());
        say(
            "Several people use this account. Your initials are recorded with what you enter, until the screen is blanked. \
             Without them it is recorded as the account's.",
            theme.text(),
        );
        let head = banner::moment_line(data, file, columns, None);
        Page { head, title: "Who is typing?".to_owned(), body, top: 0, mode: Mode::Initials }
    }
}
