//! Pages to read about a patient: all of the selected row with its rule and what was before it, the card of the
//! protocol, and what another protocol would say.
//!
//! ```text
//!  the banner and the ward
//! -Why it is flagged lines 1-14 of 20 ---
//!   !! CRITICAL  ANC 0.40 RED
//!   What to do   Stop clozapine (uk-smpc RED): call haematology; FBC daily until 2 GREEN
//!   Call         Haematology on call 01632 960 111
//!   Why          ANC 0.40 is under 1.5
//!   Rule         RED: ANC from 0 (uk-smpc#band.red, version 2026-11)
//!   Source       document, section (year): how sure we are
//! ```
use ratatui::text::Span;

use super::items::ItemKey;
use super::what_if;
use crate::assess::{self, Assessment, BloodCount, Due, Flag};
use crate::safe::Safe;
use crate::tui::banner::{self, FileState};
use crate::tui::data::Data;
use crate::tui::home::why::sentence;
use crate::tui::keymap::{Action, Mode};
use crate::tui::page::Page;
use crate::tui::size;
use crate::tui::text::{Line, blank, indent, span, width, wrap_spans};
use crate::ward::{Entry, EntryId, Kind, Patient, PatientId, When, voided};
use crate::words::card::{Card, Part};
use crate::words::{self, Describe};

/// Cells before a text, for the name of what it says.
const NAME: usize = 14;

/// What a page is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A row of the patient's view; `None`: there is none.
    Row(Option<ItemKey>),
    /// The patient's protocol.
    Card,
    /// The patient under another protocol, by its place among the others.
    WhatIf(usize),
}

/// A page that is open.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Whose.
    patient: PatientId,
    about: About,
    /// The first line in sight.
    top: usize,
}

impl Reading {
    /// Opens a page.
    ///
    /// # Errors
    /// Why there is none, and what to do.
    pub fn open(patient: PatientId, about: About, data: &Data) -> Result<Self, &'static str> {
        let known = data.patient(&patient);
        let protocol = known.and_then(|patient| data.rules.protocol(patient.fields.protocol.as_deref()?));
        match about {
            About::Row(None) => Err("Nothing here to open: 1-6 go to another section."),
            About::Card if protocol.is_none() => {
                Err("No protocol is chosen, or it is not known: w shows what each protocol would say.")
            }
            About::WhatIf(_) if data.assessment(&patient).is_none() => Err("Not on the ward: nothing is assessed."),
            about => Ok(Self { patient, about, top: 0 }),
        }
    }

    /// Which keys work.
    pub fn mode(&self) -> Mode {
        if matches!(self.about, About::WhatIf(_)) { Mode::WhatIf } else { Mode::Page }
    }

    /// Does what a key does. `last` is the last line that may be the first in sight, `step` a page.
    pub fn act(&mut self, action: Action, data: &Data, last: usize, step: usize) {
        let others = data.patient(&self.patient).map_or(0, |patient| what_if::others(data, patient).count()).max(1);
        match (action, &mut self.about) {
            (Action::NextChoice, About::WhatIf(at)) => (*at, self.top) = ((*at + 1) % others, 0),
            (Action::PreviousChoice, About::WhatIf(at)) => (*at, self.top) = ((*at + others - 1) % others, 0),
            (Action::Up, _) => self.top = self.top.min(last).saturating_sub(1),
            (Action::Down, _) => self.top = (self.top + 1).min(last),
            (Action::PageUp, _) => self.top = self.top.min(last).saturating_sub(step),
            (Action::PageDown, _) => self.top = (self.top + step).min(last),
            (Action::First, _) => self.top = 0,
            (Action::Last, _) => self.top = last,
            _ => {}
        }
    }

    /// The page; `None` if what it is about is no longer there.
    pub fn page(&self, data: &Data, file: &FileState, columns: usize) -> Option<Page> {
        let patient = data.patient(&self.patient)?;
        let mut head = banner::of_patient(data, patient, columns);
        head.extend(banner::moment_line(data, file, columns, None));
        let assessment = data.assessment(&self.patient);
        let mut writer = Writer { data, patient, columns: size::readable(columns), body: Vec::new() };
        let title = match &self.about {
            About::Row(key) => writer.row(key.as_ref()?, assessment)?.to_owned(),
            About::Card => {
                let protocol = data.rules.protocol(patient.fields.protocol.as_deref()?)?;
                writer.card(
                    &Card { rules: &data.rules, today: data.moment.today(), charset: data.charset() }
                        .protocol(protocol),
                );
                "The card of this patient's protocol".to_owned()
            }
            About::WhatIf(at) => {
                let (title, body) = what_if::page(data, patient, assessment?, *at, columns)?;
                writer.body = body;
                title
            }
        };
        Some(Page { head, title, body: writer.body, top: self.top, mode: self.mode() })
    }
}

/// Writes the lines of a page.
struct Writer<'a> {
    data: &'a Data,
    patient: &'a Patient,
    columns: usize,
    body: Vec<Line>,
}

impl Writer<'_> {
    /// All of a row, and the page's title.
    fn row(&mut self, key: &ItemKey, assessment: Option<&Assessment>) -> Option<&'static str> {
        let title = match key {
            ItemKey::Flag(_) => "Why it is flagged",
            ItemKey::Cannot(..) => "Why it cannot be assessed",
            ItemKey::Due(_) => "Why it is due",
            ItemKey::Count(_) => "The count, its band and its rule",
            ItemKey::Dose => "The dose in force",
            ItemKey::Level => "The newest level",
            ItemKey::Entry(_) => "The entry, and others of its kind",
        };
        match key {
            ItemKey::Flag(key) => self.flag(assessment?.flags.iter().find(|flag| flag.key == *key)?),
            ItemKey::Cannot(code, entry) => {
                let one = assessment?.cannot_assess.iter().find(|one| one.code == *code && one.entry == *entry)?;
                self.said("?? CANNOT ASSESS", &self.safe(&one.why));
                if let Some(entry) = entry.as_ref().and_then(|id| self.patient.entry(id)) {
                    self.entry(entry);
                }
            }
            ItemKey::Due(task) => self.due(assessment?.due(*task)?),
            ItemKey::Dose => self.dose(assessment?),
            ItemKey::Level => self.level(assessment?)?,
            ItemKey::Count(id) => {
                let counts = self.data.counts(self.patient);
                let at = counts.iter().position(|count| count.anc.as_ref().or(count.wbc.as_ref()) == Some(id))?;
                self.count(counts.get(at)?, at, assessment?);
            }
            ItemKey::Entry(id) => self.entry(self.patient.entry(id)?),
        }
        Some(title)
    }

    fn flag(&mut self, flag: &Flag) {
        let zone = self.data.moment.zone;
        let state = format!("{} {}", words::symbol(flag.severity), words::severity(flag.severity));
        self.named(span(state, self.data.theme.severity(flag.severity)), &self.safe(&flag.title));
        self.said("What to do", &sentence(&self.safe(&flag.action)));
        if flag.is_open() {
            self.contacts();
        }
        self.said("Why", &sentence(&self.safe(&flag.why)));
        match &flag.acknowledged {
            None => {
                let key = self.data.key(Mode::Patient, Action::Acknowledge);
                self.said("Done", &format!("NOTHING so far: {key} on the patient's screen says what was done"));
            }
            Some(seen) => {
                let by = self.patient.entry(&seen.entry).map(|entry| self.describe().recorded(entry));
                self.said("Done", &format!("{} ({})", self.safe(&seen.action), by.unwrap_or_default()));
            }
        }
        self.said("Since", &format!("{}, entry {}", words::when(&flag.since, zone), self.safe(flag.entry.as_str())));
        self.rule(&flag.rule);
        if let Some(entry) = self.patient.entry(&flag.entry) {
            self.before(entry);
        }
    }

    fn due(&mut self, due: &Due) {
        let mark = words::mark(&self.data.rules, &due.rule).map(|mark| format!(", {mark}")).unwrap_or_default();
        self.said("Due", &format!("{}: {}{mark}", words::task(due.task), words::due_in_words(due)));
        self.said("Why", &sentence(&self.safe(&due.why.to_string())));
        if let Some(taken) = due.sampled_at() {
            self.said(
                "Taken",
                &format!("{}, no result yet: ask the laboratory", words::when(taken, self.data.moment.zone)),
            );
        }
        if let Some(reason) = due.not_taken() {
            self.said("Not taken", &self.safe(reason));
        }
        self.rule(&due.rule);
        if let Some(until) = due.valid_until() {
            let validity = due.validity_rule();
            let mark = words::mark(&self.data.rules, &validity).map(|mark| format!(", {mark}")).unwrap_or_default();
            self.said("Valid until", &format!("{}{mark}: so long the last sample covers supply", words::date(until)));
            if self.data.rules.rule(&validity).is_some() {
                self.rule(&validity);
            }
        }
    }

    fn dose(&mut self, assessment: &Assessment) {
        let Some(dose) = &assessment.dose else { return };
        self.said("Dose", &format!("{} a day since {}", words::mg(dose.total_mg), words::date(dose.since)));
        if let Some(most) = dose.at_most_mg {
            self.said("At most", &format!("{} today, by the regimen", words::mg(most)));
        }
        if let Some(hours) = assessment.hours_since_dose {
            self.said("Last dose", &format!("{hours} h ago"));
        }
        if let Some(entry) = self.patient.entry(&dose.entry) {
            self.entry(entry);
        }
    }

    fn level(&mut self, assessment: &Assessment) -> Option<()> {
        let level = assessment.level.as_ref()?;
        let entry = self.patient.entry(&level.entry)?;
        self.said("Newest level", words::trough(level.is_trough));
        self.said("Adequate", &words::adequate(level));
        self.rule(&crate::rules::Checks::key("level.adequate"));
        if let Some(ratio) = words::ratio(level) {
            self.said("Ratio", &ratio);
            if let Some(rule) = &level.ratio_rule {
                self.rule(rule);
            }
        }
        self.entry(entry);
        Some(())
    }

    fn count(&mut self, count: &BloodCount, at: usize, assessment: &Assessment) {
        let theme = self.data.theme;
        let tests = self.data.rules.tests();
        let value = |id: &Option<EntryId>| words::count(self.patient, id.as_ref(), tests, self.data.charset());
        let mut text = format!("ANC {}", value(&count.anc).unwrap_or_else(|| "none".to_owned()));
        text.extend(value(&count.wbc).map(|wbc| format!(", WBC {wbc}")));
        let unit = tests.get("anc").map(|anc| format!(", all {}", anc.shown)).unwrap_or_default();
        self.said("Sample", &format!("{}: {text}{unit}", words::when(&count.at, self.data.moment.zone)));
        if let Some(band) = &count.band {
            self.named(span("Band", theme.dim()), &self.safe(&band.band));
        }
        let mine = |flag: &&Flag| Some(&flag.entry) == count.anc.as_ref() || Some(&flag.entry) == count.wbc.as_ref();
        let why: Vec<String> =
            assessment.flags.iter().filter(mine).map(|flag| sentence(&self.safe(&flag.why))).collect();
        for why in why {
            self.said("Why", &why);
        }
        let detail = assess::detail(self.patient, &self.data.rules, &self.data.moment);
        let detail = detail.counts.get(at).cloned().unwrap_or_default();
        if let Some(rule) = &detail.rule {
            self.rule(rule);
        }
        for other in detail.also.iter().filter_map(|id| self.patient.entry(id)) {
            let said = self.describe().entry(other, self.patient);
            let by = self.describe().recorded(other);
            self.said(
                "Also",
                &format!(
                    "{said} at the same time ({by}): it does not count, the lower does. Void the one that is wrong."
                ),
            );
        }
        for entry in [&count.anc, &count.wbc].into_iter().flatten().filter_map(|id| self.patient.entry(id)) {
            self.entry(entry);
        }
    }

    /// An entry whole: what, when, by whom, whether it was voided, and what was recorded of the same thing before.
    fn entry(&mut self, entry: &Entry) {
        self.body.push(Vec::new());
        let zone = self.data.moment.zone;
        let lines = self.describe().entry_in_lines(entry, self.patient);
        for (i, line) in lines.iter().enumerate() {
            self.said(if i == 0 { "Entry" } else { "" }, line);
        }
        if let Some(at) = &entry.at {
            self.said("Happened", &words::when(at, zone));
        }
        self.against_regimen(entry);
        let recorded = self.describe().recorded(entry);
        self.said(
            "Recorded",
            &format!("{}, entry {}", recorded.trim_start_matches("recorded "), self.safe(entry.id.as_str())),
        );
        if let Some(void) = voided(&self.patient.entries).get(&entry.id) {
            let reason = if let Kind::Void(void) = &void.kind { self.safe(&void.reason) } else { String::new() };
            let by = self.describe().recorded(void);
            self.named(span("VOIDED", self.data.theme.warning()), &format!("{reason} ({by})"));
        }
        self.before(entry);
    }

    /// A dose against the regimen of its course: the most of its day, and the rule that it goes over.
    fn against_regimen(&mut self, entry: &Entry) {
        if !matches!(entry.kind, Kind::Dose(_)) {
            return;
        }
        let detail = assess::detail(self.patient, &self.data.rules, &self.data.moment);
        let Some(day) = detail.doses.into_iter().find(|day| day.entry == entry.id) else { return };
        if let Some(most) = day.at_most_mg {
            self.said("Regimen", &format!("at most {} on day {}", words::mg(most), day.day));
        }
        if let Some((over, rule)) = day.over {
            self.named(span("OVER IT", self.data.theme.warning()), &over);
            self.rule(&rule);
        }
    }

    /// Everything that was recorded of the same thing, newest first.
    fn before(&mut self, entry: &Entry) {
        let zone = self.data.moment.zone;
        let mut same: Vec<&Entry> = self
            .patient
            .entries
            .iter()
            .filter(|other| other.id != entry.id && is_like(&other.kind, &entry.kind))
            .collect();
        if same.is_empty() {
            return;
        }
        same.sort_by_key(|other| std::cmp::Reverse(other.at.as_ref().map(|at| super::items::local(at, zone))));
        self.body.push(Vec::new());
        let voided = voided(&self.patient.entries);
        for (i, other) in same.into_iter().enumerate() {
            let name = if i == 0 { "Others" } else { "" };
            let at = other.at.as_ref().map(|at: &When| words::when(at, zone)).unwrap_or_default();
            let gone = if voided.contains_key(&other.id) { "VOIDED: " } else { "" };
            let said = format!("{at}  {gone}{}", self.describe().entry(other, self.patient));
            let style = if gone.is_empty() { self.data.theme.text() } else { self.data.theme.voided() };
            self.hanging(span(name, self.data.theme.dim()), &[span(said, style)]);
        }
    }

    /// Whom to call.
    fn contacts(&mut self) {
        for (i, contact) in self.data.settings.contacts.iter().enumerate() {
            let text = format!("{} {}", self.safe(&contact.label), self.safe(&contact.number));
            self.hanging(
                span(if i == 0 { "Call" } else { "" }, self.data.theme.dim()),
                &[span(text, self.data.theme.strong())],
            );
        }
    }

    /// The rule in words, its key, its source, and how sure we are of it.
    fn rule(&mut self, key: &str) {
        let Some(rule) = self.data.rules.rule(key) else { return self.said("Rule", &self.safe(key)) };
        self.said(
            "Rule",
            &format!("{} ({}, version {})", self.safe(&rule.text), self.safe(key), self.safe(&rule.version)),
        );
        self.said("Source", &format!("{}: {}", self.safe(&rule.source), words::evidence(rule, self.data.charset())));
    }

    fn card(&mut self, parts: &[Part]) {
        let theme = self.data.theme;
        for part in parts {
            let (at, text, style) = match part {
                Part::Title(text) => (1, text, theme.strong()),
                Part::About(text) => (1, text, theme.text()),
                Part::Heading(text) => {
                    self.body.push(Vec::new());
                    (1, text, theme.strong())
                }
                Part::Rule(text) => (3, text, theme.text()),
                Part::Source(text) => (6, text, theme.dim()),
            };
            let lines = wrap_spans(&[span(text, style)], self.columns.saturating_sub(at + 1));
            self.body.extend(lines.into_iter().map(|line| indent(at, line)));
        }
    }

    fn said(&mut self, name: &str, text: &str) {
        self.named(span(name, self.data.theme.dim()), text);
    }

    fn named(&mut self, name: Span<'static>, text: &str) {
        self.hanging(name, &[span(text, self.data.theme.text())]);
    }

    fn hanging(&mut self, name: Span<'static>, text: &[Span]) {
        let used = 1 + width(&name.content);
        let at = NAME.max(used + 2);
        let mut lines = wrap_spans(text, self.columns.saturating_sub(at + 1)).into_iter();
        let first: Line = vec![blank(1), name, blank(at - used)];
        self.body.push(first.into_iter().chain(lines.next().unwrap_or_default()).collect());
        self.body.extend(lines.map(|line| indent(at, line)));
    }

    fn describe(&self) -> Describe<'_> {
        self.data.describe()
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.data.charset()).to_string()
    }
}

/// Whether two entries are about the same thing: a history of one check is made of these.
fn is_like(a: &Kind, b: &Kind) -> bool {
    match (a, b) {
        (Kind::Observation(a), Kind::Observation(b)) => a.test == b.test,
        (Kind::Checklist(a), Kind::Checklist(b)) => a.list == b.list,
        (Kind::Medicine(a), Kind::Medicine(b)) => a.name.to_lowercase() == b.name.to_lowercase(),
        (Kind::Change(a), Kind::Change(b)) => a.field == b.field,
        (Kind::Break(_) | Kind::Resume, Kind::Break(_) | Kind::Resume) => true,
        (Kind::Void(_), Kind::Void(_)) | (Kind::Unknown(_), Kind::Unknown(_)) => false,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
