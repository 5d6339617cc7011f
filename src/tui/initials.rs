//! The question whose initials to record, at an account that several people share. It is never a reason to refuse an
//! entry: without them it is recorded as the account's.
use super::banner::{self, FileState};
use super::data::Data;
use super::keymap::Mode;
use super::page::Page;
use super::text::{Line, indent, span, wrap};
use crate::safe::Safe;

/// Most letters that initials have; `record --by` takes as many.
const LONGEST: usize = 32;

/// What has been typed so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Initials {
    /// Every character in order, and whether it is part of the initials. What is not is most likely a result, by somebody
    /// who looked at the form behind.
    keys: Vec<(char, bool)>,
    /// What was typed before Enter refused it.
    dropped: String,
    /// Enter was pressed before there were initials.
    asked: bool,
}

impl Initials {
    /// Takes typed or pasted letters. Initials begin with one; points and hyphens may follow, and nothing else. What is
    /// not taken is shown, so that nobody believes a number typed.
    pub fn push(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            let typed = self.part(true);
            let fits = c.is_alphabetic() || (matches!(c, '.' | '-') && !typed.is_empty());
            if self.part(fits).chars().count() < LONGEST {
                self.keys.push((c, fits));
            }
        }
    }

    /// Takes back the last character, whether it was taken or not; when there is none, what was refused is forgotten.
    pub fn pop(&mut self) {
        if self.keys.pop().is_none() {
            self.dropped.clear();
        }
    }

    /// The initials; `None` if no letter was typed, or a digit among them: letters beside a result are a line that was
    /// meant for the form, and nobody's initials. Then nothing of it stays, and the page says so.
    pub fn given(&mut self) -> Option<String> {
        let typed = self.part(true);
        if !typed.is_empty() && !self.part(false).contains(char::is_numeric) {
            return Some(typed);
        }
        self.asked = true;
        let room = (2 * LONGEST).saturating_sub(self.dropped.chars().count());
        let apart = (!self.dropped.is_empty() && !self.keys.is_empty()).then_some(' ');
        self.dropped.extend(apart.into_iter().chain(self.keys.drain(..).map(|(c, _)| c)).take(room));
        None
    }

    /// The characters that are part of the initials, or those that are not.
    fn part(&self, taken: bool) -> String {
        self.keys.iter().filter(|(_, one)| *one == taken).map(|(c, _)| c).collect()
    }

    /// The page.
    pub fn page(&self, data: &Data, file: &FileState, columns: usize) -> Page {
        let theme = data.theme;
        // Some letters are shown as nothing, or run into the next.
        let safe = |text: &str| Safe::within(text, data.charset()).to_string();
        let prompt = vec![
            span("Your initials: ", theme.strong()),
            span(safe(&self.part(true)), theme.text()),
            span("_", theme.field()),
        ];
        let mut body: Vec<Line> = vec![Vec::new(), indent(2, prompt)];
        let mut say = |text: &str, style| {
            let lines = wrap(text, columns.saturating_sub(4)).into_iter();
            body.extend(lines.map(|line| indent(2, vec![span(line, style)])));
        };
        // Apart, so that no two numbers look like one.
        let not_taken = [self.dropped.clone(), self.part(false)].join(" ").trim().to_owned();
        if !not_taken.is_empty() {
            let words = "Initials are letters: type them, then Enter. Esc goes on without them.";
            say(&format!("Not taken: {} is not in the form either. {words}", safe(&not_taken)), theme.invalid());
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
