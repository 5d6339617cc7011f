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
}

impl Initials {
    /// Takes typed or pasted letters; initials hold nothing else.
    pub fn push(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.typed.chars().count());
        self.typed.extend(text.chars().filter(|c| c.is_alphabetic() || matches!(c, '.' | '-')).take(room));
    }

    /// Takes back the last letter.
    pub fn pop(&mut self) {
        self.typed.pop();
    }

    /// The initials; `None` if nothing was typed.
    pub fn given(&self) -> Option<String> {
        (!self.typed.is_empty()).then(|| self.typed.clone())
    }

    /// The page.
    pub fn page(&self, data: &Data, file: &FileState, columns: usize) -> Page {
        let theme = data.theme;
        let mut body: Vec<Line> = vec![Vec::new()];
        // Some letters are shown as nothing, or run into the next.
        let typed = Safe::within(&self.typed, data.charset()).to_string();
        let prompt = vec![span("Your initials: ", theme.strong()), span(typed, theme.text()), span("_", theme.field())];
        body.push(indent(2, prompt));
        body.push(Vec::new());
        let why = "Several people use this account. Your initials are recorded with what you enter, until the screen is \
                   blanked. Without them it is recorded as the account's.";
        body.extend(
            wrap(why, columns.saturating_sub(4)).into_iter().map(|line| indent(2, vec![span(line, theme.text())])),
        );
        let head = banner::moment_line(data, file, columns, None);
        Page { head, title: "Who is typing?".to_owned(), body, top: 0, mode: Mode::Initials }
    }
}
