//! `explain --under`: the same patient under another protocol, side by side, and what would differ.
use std::fmt::Write;

use super::Writer;
use crate::assess::{Assessment, Due, DueStatus, Flag, Task};
use crate::words;

/// A patient under two protocols, each by its name.
pub struct Both<'a> {
    /// The patient's own, and what it says.
    pub own: (String, &'a Assessment),
    /// The other, and what it would say.
    pub other: (String, &'a Assessment),
}

impl Writer<'_> {
    /// The comparison, below the patient's head.
    pub fn compare(&self, both: &Both<'_>) -> String {
        let mut out = String::new();
        let (own, other) = (both.own.1, both.other.1);
        let pair = |out: &mut String, name: &str, say: &dyn Fn(&Assessment) -> Vec<String>| {
            let _ = writeln!(out, "\n{name}");
            for (name, one) in [&both.own, &both.other] {
                for text in say(one) {
                    self.beside(out, both, name, &text);
                }
            }
        };
        pair(&mut out, "Band of the newest sample", &|one| vec![self.band(one)]);
        pair(&mut out, "Next count", &|one| vec![one.due(Task::Anc).map_or_else(no_count, |due| self.next(due))]);
        pair(&mut out, "Flags", &|one| self.flags(one));
        out.push_str("\nWhat would differ\n");
        let mut differs = self.differs(own, other);
        if differs.is_empty() {
            differs.push("nothing: the same band, dates and flags".to_owned());
        }
        for text in differs {
            self.line_of(&mut out, "   - ", &text);
        }
        out
    }

    fn beside(&self, out: &mut String, both: &Both<'_>, name: &str, text: &str) {
        let wide = both.own.0.chars().count().max(both.other.0.chars().count());
        self.line_of(out, &format!("   {name:<wide$}  "), text);
    }

    fn band(&self, one: &Assessment) -> String {
        let band = one.newest.as_ref().and_then(|sample| sample.band.as_ref());
        band.map_or_else(|| "no band".to_owned(), |band| self.safe(&band.band))
    }

    fn next(&self, due: &Due) -> String {
        format!("{}{}: {}", next_words(due), self.mark(&due.rule), self.safe(&due.why.to_string()))
    }

    fn flags(&self, one: &Assessment) -> Vec<String> {
        if one.flags.is_empty() {
            return vec!["none".to_owned()];
        }
        one.flags.iter().map(|flag| format!("{}. {}", self.flag_words(flag), self.safe(&flag.action))).collect()
    }

    fn flag_words(&self, flag: &Flag) -> String {
        let symbol = words::symbol(flag.severity);
        let words = format!("{} {}{}", words::severity(flag.severity), self.safe(&flag.title), self.mark(&flag.rule));
        if symbol.is_empty() { words } else { format!("{symbol} {words}") }
    }

    fn differs(&self, own: &Assessment, other: &Assessment) -> Vec<String> {
        let mut found = Vec::new();
        let (was, is) = (self.band(own), self.band(other));
        if was != is {
            found.push(format!("the newest sample would be {is}, not {was}"));
        }
        for task in Task::ALL {
            let words = |one: &Assessment| one.due(*task).map(next_words);
            let (was, is) = (words(own), words(other));
            if was != is {
                let not = |text: Option<String>| text.unwrap_or_else(no_count);
                found.push(format!("{}: {}, not {}", words::task(*task), not(is), not(was)));
            }
        }
        let same = |a: &Flag, b: &Flag| a.key == b.key && a.severity == b.severity && a.title == b.title;
        let only = |here: &Assessment, there: &Assessment| -> Vec<String> {
            let alone = here.flags.iter().filter(|flag| !there.flags.iter().any(|other| same(flag, other)));
            alone.map(|flag| self.flag_words(flag)).collect()
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
}

/// When a task is due, in words.
fn next_words(due: &Due) -> String {
    let day = due.due.map(words::date).unwrap_or_default();
    match due.status {
        DueStatus::Overdue => format!("{day}, {} d late", due.days_overdue),
        DueStatus::Due => format!("{day}, today"),
        DueStatus::Upcoming => day,
        DueStatus::None => "no more asked for".to_owned(),
        DueStatus::Undefined => "NO DATE: ask".to_owned(),
    }
}

fn no_count() -> String {
    "none is due".to_owned()
}
