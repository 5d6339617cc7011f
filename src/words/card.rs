//! A protocol or a regimen as a page in words: what it is, and every number with the key of its rule, its source, and
//! how sure we are of it. The commands and the screen lay the same parts out.
use chrono::NaiveDate;

use super::{date, evidence, not_checked, severity};
use crate::rules::protocol::{Band, ProtocolKind, Table};
use crate::rules::{Protocol, Regimen, Rules};
use crate::safe::{Charset, Safe};

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Its name.
    Title(String),
    /// What it is.
    About(String),
    /// What the parts below it are about.
    Heading(String),
    /// A rule with its figures.
    Rule(String),
    /// Where the rule above comes from.
    Source(String),
}

/// What a page is worded with.
#[derive(Debug, Clone, Copy)]
pub struct Card<'a> {
    /// All rules, with what a site has confirmed.
    pub rules: &'a Rules,
    /// Today.
    pub today: NaiveDate,
    /// What the reader can show.
    pub charset: Charset,
}

impl Card<'_> {
    /// The page of a protocol.
    pub fn protocol(&self, protocol: &Protocol) -> Vec<Part> {
        let old = not_checked(self.rules, protocol, self.today);
        let old = old.map(|old| format!("; NEEDS A CHECK: {old}")).unwrap_or_default();
        let mut page = vec![Part::Title(format!("{}    {}", self.safe(&protocol.id), self.safe(&protocol.title)))];
        page.push(Part::About(format!(
            "{} protocol, version {}, effective from {}, checked on {}{old}",
            protocol_kind(protocol.kind),
            self.safe(&protocol.version),
            date(protocol.effective_from),
            date(protocol.checked_on),
        )));
        let counts = if protocol.reads_wbc {
            "Reads the ANC and the WBC, in 10*9/L: the worse decides. A band holds from its own figure up to the one above it."
        } else {
            "Reads the ANC, in 10*9/L. A band holds from its own figure up to the one above it."
        };
        page.push(Part::About(counts.to_owned()));
        for table in protocol.tables() {
            page.push(Part::Heading(format!("Bands, {}", table.words())));
            for band in protocol.bands(table) {
                self.band(&mut page, protocol, table, band);
            }
        }
        self.schedule(&mut page, protocol);
        page
    }

    /// A band with its action, its falls, and what follows a count in it.
    fn band(&self, page: &mut Vec<Part>, protocol: &Protocol, table: Table, band: &Band) {
        let key = protocol.band_key(table, band);
        let wbc = band.wbc.map(|wbc| format!(", WBC {}", wbc.0)).unwrap_or_default();
        let text = format!("{}: from ANC {}{wbc}: {}. {}", band.id, band.anc.0, severity(band.severity), band.action);
        self.rule(page, &text, &key);
        for fall in &band.falls {
            self.cited(page, &protocol.key(&format!("fall.{}", fall.test)));
        }
        for rule in protocol.rules().iter().filter(|rule| rule.key.starts_with(&format!("{key}."))) {
            self.cited(page, &rule.key);
        }
    }

    /// When counts are due, what a gap changes, and what follows a stop.
    fn schedule(&self, page: &mut Vec<Part>, protocol: &Protocol) {
        page.push(Part::Heading("Schedule, by the age of the last sample; day 0 is the first dose".to_owned()));
        for phase in &protocol.phases {
            let key = protocol.key(&format!("phase.{}", phase.id));
            self.rule(page, &format!("{} ({})", phase.words, phase.figures()), &key);
            self.cited(page, &format!("{key}.validity"));
        }
        self.cited(page, &protocol.key("baseline"));
        if let Some(words) = &protocol.undefined_words {
            self.rule(page, &format!("after that: {words}"), &protocol.key("undefined"));
        }
        page.push(Part::Heading("Gaps between doses; the first that fits holds".to_owned()));
        for gap in &protocol.gaps {
            let key = protocol.key(&format!("gap.{}", gap.id));
            self.rule(page, &format!("{} ({})", gap.words, gap.figures()), &key);
        }
        if protocol.gaps.is_empty() {
            page.push(Part::Rule("none: the schedule runs on".to_owned()));
        }
        for addition in &protocol.retitrate_over_hours_adds {
            let text = format!("retitration after more than {} h: {}", addition.over_hours, addition.adds);
            self.rule(page, &text, &protocol.key("retitrate-adds"));
        }
        page.push(Part::Heading("After a stop".to_owned()));
        let stop = &protocol.after_stop;
        self.rule(page, &format!("{} ({})", stop.words, stop.figures()), &protocol.key("after-stop"));
    }

    /// The page of a regimen.
    pub fn regimen(&self, regimen: &Regimen) -> Vec<Part> {
        let mut page = vec![
            Part::Title(format!("{}    {}", self.safe(&regimen.id), self.safe(&regimen.title))),
            Part::About(format!(
                "titration regimen, version {}, checked on {}",
                self.safe(&regimen.version),
                date(regimen.checked_on)
            )),
            Part::About(self.safe(&regimen.words)),
            Part::Heading("Limits; being slower is never flagged".to_owned()),
        ];
        for rule in regimen.rules() {
            match regimen.ramp_figures().filter(|_| rule.key.ends_with("#ramp")) {
                Some(figures) => self.rule(&mut page, &format!("upper limit: {figures}"), &rule.key),
                None => self.cited(&mut page, &rule.key),
            }
        }
        page
    }

    /// A rule in its own words.
    fn cited(&self, page: &mut Vec<Part>, key: &str) {
        if let Some(rule) = self.rules.rule(key) {
            self.rule(page, &rule.text, key);
        }
    }

    /// A rule, where it comes from, and how sure we are of it.
    fn rule(&self, page: &mut Vec<Part>, text: &str, key: &str) {
        if let Some(rule) = self.rules.rule(key) {
            let sure = evidence(rule, self.charset);
            page.push(Part::Rule(self.safe(text)));
            page.push(Part::Source(format!("[{}] {}: {sure}", self.safe(&rule.key), self.safe(&rule.source))));
        }
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.charset).to_string()
    }
}

/// What stands behind a protocol, in a word.
pub fn protocol_kind(kind: ProtocolKind) -> &'static str {
    match kind {
        ProtocolKind::Licensed => "licensed",
        ProtocolKind::Guidance => "guidance",
        ProtocolKind::Unreviewed => "UNREVIEWED",
    }
}
