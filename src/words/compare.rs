//! A patient under two protocols in words: what each says, and what would differ.
use super::{mark, severity, symbol, task};
use crate::assess::{Assessment, Due, DueStatus, Flag, Task};
use crate::rules::Rules;
use crate::safe::{Charset, Safe};

/// What a comparison is worded with.
#[derive(Debug, Clone, Copy)]
pub struct Compare<'a> {
    /// The rules, with what a site has confirmed.
    pub rules: &'a Rules,
    /// What can be shown.
    pub charset: Charset,
}

impl Compare<'_> {
    /// The band of the newest sample.
    pub fn band(&self, one: &Assessment) -> String {
        let band = one.newest.as_ref().and_then(|sample| sample.band.as_ref());
        band.map_or_else(|| "no band".to_owned(), |band| self.safe(&band.band))
    }

    /// When the next count is due, and why.
    pub fn next_count(&self, one: &Assessment) -> String {
        one.due(Task::Anc).map_or_else(none_due, |due| {
            format!("{}{}: {}", due_in_words(due), self.mark(&due.rule), self.safe(&due.why.to_string()))
        })
    }

    /// What is flagged, each with what to do.
    pub fn flags(&self, one: &Assessment) -> Vec<String> {
        if one.flags.is_empty() {
            return vec!["none".to_owned()];
        }
        one.flags.iter().map(|flag| format!("{}. {}", self.flag(flag), self.safe(&flag.action))).collect()
    }

    /// What would differ if the second protocol were the patient's; empty: nothing.
    pub fn differs(&self, own: &Assessment, other: &Assessment) -> Vec<String> {
        let mut found = Vec::new();
        let (was, is) = (self.band(own), self.band(other));
        if was != is {
            found.push(format!("the newest sample would be {is}, not {was}"));
        }
        for one in Task::ALL {
            let words = |assessed: &Assessment| assessed.due(*one).map(due_in_words);
            let (was, is) = (words(own), words(other));
            if was != is {
                let not = |text: Option<String>| text.unwrap_or_else(none_due);
                found.push(format!("{}: {}, not {}", task(*one), not(is), not(was)));
            }
        }
        let same = |a: &Flag, b: &Flag| a.key == b.key && a.severity == b.severity && a.title == b.title;
        let only = |here: &Assessment, there: &Assessment| -> Vec<String> {
            let alone = here.flags.iter().filter(|flag| !there.flags.iter().any(|other| same(flag, other)));
            alone.map(|flag| self.flag(flag)).collect()
        };
        found.extend(only(other, own).into_iter().map(|flag| format!("there would be: {flag}")));
        found.extend(only(own, other).into_iter().map(|flag| format!("there would not be: {flag}")));
        let action = |flag: &Flag| other.flags.iter().find(|one| same(one, flag)).map(|one| one.action.clone());
        for flag in &own.flags {
            if let Some(other) = action(flag).filter(|action| *action != flag.action) {
                found.push(format!("{}: {}", self.safe(&flag.title), self.safe(&other)));
            }
        }
        found
    }

    fn flag(&self, flag: &Flag) -> String {
        let symbol = symbol(flag.severity);
        let words = format!("{} {}{}", severity(flag.severity), self.safe(&flag.title), self.mark(&flag.rule));
        if symbol.is_empty() { words } else { format!("{symbol} {words}") }
    }

    /// What is said after what rests on a figure that nobody could verify.
    fn mark(&self, rule: &str) -> String {
        mark(self.rules, rule).map(|mark| format!(", {mark}")).unwrap_or_default()
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.charset).to_string()
    }
}

/// When a task is due: `21-Nov-2026, today`, `16-Nov-2026, 5 d late`.
pub fn due_in_words(due: &Due) -> String {
    let day = due.due.map(super::date).unwrap_or_default();
    match due.status {
        DueStatus::Overdue => format!("{day}, {} d late", due.days_overdue),
        DueStatus::Due => format!("{day}, today"),
        DueStatus::Upcoming => day,
        DueStatus::None => "no more asked for".to_owned(),
        DueStatus::Undefined => "NO DATE: ask".to_owned(),
    }
}

fn none_due() -> String {
    "none is due".to_owned()
}
