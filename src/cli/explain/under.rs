//! `explain --under`: the same patient under another protocol, side by side, and what would differ.
use std::fmt::Write;

use super::Writer;
use crate::assess::Assessment;
use crate::words::Compare;

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
        let words = Compare { rules: self.rules, charset: self.charset };
        let pair = |out: &mut String, name: &str, say: &dyn Fn(&Assessment) -> Vec<String>| {
            let _ = writeln!(out, "\n{name}");
            for (name, one) in [&both.own, &both.other] {
                for text in say(one) {
                    self.beside(out, both, name, &text);
                }
            }
        };
        pair(&mut out, "Band of the newest sample", &|one| vec![words.band(one)]);
        pair(&mut out, "Next count", &|one| vec![words.next_count(one)]);
        pair(&mut out, "Flags", &|one| words.flags(one));
        out.push_str("\nWhat would differ\n");
        let mut differs = words.differs(both.own.1, both.other.1);
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
}
