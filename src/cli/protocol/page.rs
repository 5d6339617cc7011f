//! The page of a protocol or a regimen: what it is, and every number with its rule's key, its source, and how sure we
//! are of it.
use std::fmt::Write;

use chrono::NaiveDate;

use super::kind;
use crate::cli::table::push_hanging;
use crate::rules::protocol::{Band, Table};
use crate::rules::{Protocol, Regimen, RuleInfo, Rules};
use crate::safe::{Charset, Safe};
use crate::words;

/// Writes a page.
pub struct Writer<'a> {
    /// All rules, with what a site has confirmed.
    pub rules: &'a Rules,
    /// Today.
    pub today: NaiveDate,
    /// What the reader can show.
    pub charset: Charset,
    /// The width of the terminal, if it is one.
    pub columns: Option<usize>,
}

impl Writer<'_> {
    /// The page of a protocol.
    pub fn protocol(&self, protocol: &Protocol) -> String {
        let old = words::not_checked(self.rules, protocol, self.today);
        let old = old.map(|old| format!("; NEEDS A CHECK: {old}")).unwrap_or_default();
        let mut out = format!("{}    {}\n", self.safe(&protocol.id), self.safe(&protocol.title));
        let about = format!(
            "{} protocol, version {}, effective from {}, checked on {}{old}",
            kind(protocol),
            self.safe(&protocol.version),
            words::date(protocol.effective_from),
            words::date(protocol.checked_on),
        );
        push_hanging(&mut out, "", &about, self.columns);
        let counts = if protocol.reads_wbc {
            "Reads the ANC and the WBC, in 10*9/L: the worse decides. A band holds from its own figure up to the one above it."
        } else {
            "Reads the ANC, in 10*9/L. A band holds from its own figure up to the one above it."
        };
        push_hanging(&mut out, "", counts, self.columns);
        for table in protocol.tables() {
            let _ = writeln!(out, "\nBands, {}", table.words());
            for band in protocol.bands(table) {
                self.band(&mut out, protocol, table, band);
            }
        }
        self.schedule(&mut out, protocol);
        out
    }

    /// A band with its action, its falls, and what follows a count in it.
    fn band(&self, out: &mut String, protocol: &Protocol, table: Table, band: &Band) {
        let key = protocol.band_key(table, band);
        let severity = words::severity(band.severity);
        let wbc = band.wbc.map(|wbc| format!(", WBC {}", wbc.0)).unwrap_or_default();
        let text = format!("from ANC {}{wbc}: {severity}. {}", band.anc.0, band.action);
        self.rule(out, &band.id, &text, &key);
        for fall in &band.falls {
            let key = protocol.key(&format!("fall.{}", fall.test));
            self.cited(out, &key);
        }
        for rule in protocol.rules().iter().filter(|rule| rule.key.starts_with(&format!("{key}."))) {
            self.cited(out, &rule.key);
        }
    }

    /// When counts are due, what a gap changes, and what follows a stop.
    fn schedule(&self, out: &mut String, protocol: &Protocol) {
        out.push_str("\nSchedule, by the age of the last sample; day 0 is the first dose\n");
        for phase in &protocol.phases {
            self.rule_with(out, &phase.words, &phase.figures(), &protocol.key(&format!("phase.{}", phase.id)));
            if let Some(evidence) = phase.validity_evidence {
                let text = format!("for how long a sample covers supply: {}", evidence.as_str());
                push_hanging(out, "      ", &text, self.columns);
            }
        }
        self.cited(out, &protocol.key("baseline"));
        if let Some(words) = &protocol.undefined_words {
            self.rule(out, "after that", words, &protocol.key("undefined"));
        }
        out.push_str("\nGaps between doses; the first that fits holds\n");
        for gap in &protocol.gaps {
            self.rule_with(out, &gap.words, &gap.figures(), &protocol.key(&format!("gap.{}", gap.id)));
        }
        if protocol.gaps.is_empty() {
            out.push_str("   none: the schedule runs on\n");
        }
        for addition in &protocol.retitrate_over_hours_adds {
            let name = format!("retitration after more than {} h", addition.over_hours);
            self.rule(out, &name, &addition.adds, &protocol.key("retitrate-adds"));
        }
        out.push_str("\nAfter a stop\n");
        let stop = &protocol.after_stop;
        self.rule_with(out, &stop.words, &stop.figures(), &protocol.key("after-stop"));
    }

    /// The page of a regimen.
    pub fn regimen(&self, regimen: &Regimen) -> String {
        let mut out = format!("{}    {}\n", self.safe(&regimen.id), self.safe(&regimen.title));
        let about = format!(
            "titration regimen, version {}, checked on {}",
            self.safe(&regimen.version),
            words::date(regimen.checked_on)
        );
        push_hanging(&mut out, "", &about, self.columns);
        push_hanging(&mut out, "", &self.safe(&regimen.words), self.columns);
        out.push_str("\nLimits; being slower is never flagged\n");
        for rule in regimen.rules() {
            match regimen.ramp_figures().filter(|_| rule.key.ends_with("#ramp")) {
                Some(figures) => self.rule(&mut out, "upper limit", &figures, &rule.key),
                None => self.cited(&mut out, &rule.key),
            }
        }
        out
    }

    /// A rule in its own words.
    fn cited(&self, out: &mut String, key: &str) {
        if let Some(rule) = self.rules.rule(key) {
            self.line(out, &rule.text, rule);
        }
    }

    /// A rule in its own words, with its figures.
    fn rule_with(&self, out: &mut String, words: &str, figures: &str, key: &str) {
        if let Some(rule) = self.rules.rule(key) {
            self.line(out, &format!("{words} ({figures})"), rule);
        }
    }

    /// A rule by a name.
    fn rule(&self, out: &mut String, name: &str, text: &str, key: &str) {
        if let Some(rule) = self.rules.rule(key) {
            self.line(out, &format!("{name}: {text}"), rule);
        }
    }

    fn line(&self, out: &mut String, text: &str, rule: &RuleInfo) {
        push_hanging(out, "   ", &self.safe(text), self.columns);
        let source =
            format!("[{}] {}: {}", self.safe(&rule.key), self.safe(&rule.source), words::evidence(rule, self.charset));
        push_hanging(out, "      ", &source, self.columns);
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.charset).to_string()
    }
}
