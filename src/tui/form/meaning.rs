//! What an entry would mean: the same patient assessed as they are and with the new entries, and what differs.
use super::compose;
use super::rulebook;
use super::say::safe;
use super::sheet::Scene;
use crate::assess::{self, Assessment, BloodCount, Due, DueStatus, Flag, Severity};
use crate::safe::Charset;
use crate::tui::saving::Fact;
use crate::ward::{Apart, Entry, EntryId, Kind, Observation, Patient, When};
use crate::words;

/// What would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// In rows.
    pub rows: Vec<Row>,
    /// Why No is chosen, in clauses; empty: nothing out of the ordinary.
    pub cautions: Vec<String>,
    /// The band of the count that is entered, safe to show.
    pub band: Option<(Severity, String)>,
}

/// One thing that it would mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// How it is to be shown.
    pub grave: Grave,
    /// What stands before the words: `Before`, `!! CRITICAL`; may be empty.
    pub head: String,
    /// The words.
    pub words: String,
}

impl Row {
    fn new(grave: Grave, head: impl Into<String>, words: impl Into<String>) -> Self {
        Self { grave, head: head.into(), words: words.into() }
    }

    /// The same row, with whom it is about before it; what explains another row needs no name.
    pub(super) fn about(self, who: &str) -> Self {
        if self.grave == Grave::Explains { self } else { Self { words: format!("{who}: {}", self.words), ..self } }
    }

    fn plain(words: impl Into<String>) -> Self {
        Self::new(Grave::Plain, "", words)
    }
}

/// How a row of a meaning is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grave {
    /// A new or worse state of that severity.
    Is(Severity),
    /// Something that no rule can read.
    Unknown,
    /// What only explains the row above it.
    Explains,
    /// A plain statement.
    Plain,
}

/// What the facts would mean for whom they are about.
pub(super) fn of(facts: &[Fact], scene: &Scene) -> Meaning {
    let assess = |patient: &Patient| assess::patient(patient, scene.ctx.rules, scene.moment());
    let new: Vec<_> = facts.iter().flat_map(compose::entries).cloned().collect();
    let before = scene.patient.map(assess);
    let patient = match (scene.patient, facts.first()) {
        (Some(patient), _) => patient.with_entries(&new),
        (None, Some(Fact::Patient(patient))) => patient.clone(),
        _ => return Meaning::default(),
    };
    let after = assess(&patient);
    let ids: Vec<_> = new.iter().map(|entry| &entry.id).collect();
    let mut told =
        Telling { scene, before: before.as_ref(), after: &after, patient: &patient, told: Meaning::default() };
    told.bands(&ids);
    told.flags();
    told.not_closed(&new);
    told.due();
    told.not_assessed();
    if told.told.rows.is_empty() {
        told.plain("No flag and no date changes.");
    }
    told.told
}

struct Telling<'a> {
    scene: &'a Scene<'a>,
    before: Option<&'a Assessment>,
    after: &'a Assessment,
    patient: &'a Patient,
    told: Meaning,
}

impl Telling<'_> {
    fn row(&mut self, grave: Grave, head: &str, words: String) {
        self.told.rows.push(Row::new(grave, head, words));
    }

    fn plain(&mut self, words: impl Into<String>) {
        self.told.rows.push(Row::plain(words));
    }

    /// The newest count before, and the count that is entered, each with its band.
    fn bands(&mut self, new: &[&EntryId]) {
        let is_new = |id: &Option<EntryId>| id.as_ref().is_some_and(|id| new.contains(&id));
        let counts = assess::counts(self.patient, self.scene.ctx.rules, self.scene.moment());
        let this = counts.iter().rev().find(|count| is_new(&count.anc) || is_new(&count.wbc));
        let last = self.before.and_then(|before| before.newest.as_ref());
        let shown_band = |assessed: &Assessment| assessed.anc_band.as_ref().map(|band| band.band.clone());
        let (was, is) = (self.before.and_then(shown_band), shown_band(self.after));
        if this.is_none() && was == is {
            return;
        }
        if let Some(last) = last {
            self.row(Grave::Plain, "Before", self.count(last));
        }
        if let Some(this) = this {
            let severity = this.band.as_ref().map_or(Severity::Ok, |band| band.severity);
            self.row(Grave::Is(severity), "This", self.count(this));
            self.told.band = this.band.as_ref().map(|band| (severity, safe(&band.band)));
            self.fall(last, this);
        } else if let Some(now) = &self.after.newest {
            self.row(Grave::Plain, "After", self.count(now));
        }
        self.changed_band(was.as_deref(), is.as_deref());
    }

    fn changed_band(&mut self, was: Option<&str>, is: Option<&str>) {
        let best = self.after.anc_band.as_ref().is_none_or(|band| band.severity == Severity::Ok);
        let caution = match (was, is) {
            (Some(was), Some(is)) if was != is => format!("the band changes from {was} to {is}"),
            (Some(was), None) => format!("the band {was} goes"),
            (None, Some(is)) if !best => format!("the band is {is}"),
            _ => return,
        };
        self.told.cautions.push(caution);
    }

    /// `16-Nov-2026 08:10   ANC 1.62   WBC 3.4   AMBER`
    fn count(&self, count: &BloodCount) -> String {
        let mut said = vec![words::when(&count.at, self.scene.moment().zone)];
        for id in [&count.anc, &count.wbc].into_iter().flatten() {
            let kind = self.patient.entry(id).map(|entry| &entry.kind);
            if let Some(Kind::Observation(observation)) = kind {
                said.push(words::result(observation, self.scene.ctx.rules.tests(), Charset::Unicode));
            }
        }
        said.extend(count.band.as_ref().map(|band| safe(&band.band)));
        said.join("   ")
    }

    /// How far the ANC fell since the count before it.
    fn fall(&mut self, last: Option<&BloodCount>, this: &BloodCount) {
        let anc = |count: &BloodCount| match self.patient.entry(count.anc.as_ref()?).map(|entry| &entry.kind) {
            Some(Kind::Observation(observation)) => self.exact(observation),
            _ => None,
        };
        // A count that is typed again did not fall from what it was typed as.
        let stands = |count: &&BloodCount| !count.anc.as_ref().is_some_and(|id| rulebook::is_void(self.patient, id));
        let last = last.filter(stands);
        let Some((last, from, to)) = last.and_then(|last| Some((last, anc(last)?, anc(this)?))) else { return };
        let days = (self.day(&this.at) - self.day(&last.at)).num_days();
        if to < from && days >= 0 {
            let instant = |at: &When| at.instant(self.scene.moment().zone).ok().flatten();
            let elapsed = instant(&last.at).zip(instant(&this.at)).map(|(from, to)| to - from);
            let span = Apart::new(days, elapsed);
            let best = this.band.as_ref().is_none_or(|band| band.severity == Severity::Ok);
            let compare = if best { "" } else { " Compare with the report before you save." };
            self.plain(format!("ANC fell by {} in {span}.{compare}", from - to));
        }
    }

    /// A value that is known and not only bounded, 10*9/L.
    fn exact(&self, observation: &Observation) -> Option<rust_decimal::Decimal> {
        let bounded = observation.comparator.is_some();
        self.scene.ctx.rules.tests().value(observation).ok().filter(|_| !bounded)
    }

    fn day(&self, at: &When) -> chrono::NaiveDate {
        at.date(self.scene.moment().zone)
    }

    /// Flags that appear, grow worse, are seen or go.
    fn flags(&mut self) {
        let before = self.before.map_or(&[][..], |before| &before.flags);
        let known = |flag: &Flag| before.iter().find(|other| other.key == flag.key);
        let (mut critical, mut rows) = (false, Vec::new());
        for flag in &self.after.flags {
            match known(flag) {
                Some(was) if was.severity >= flag.severity && was.acknowledged == flag.acknowledged => {}
                Some(was) if was.severity >= flag.severity => {
                    rows.push(Row::plain(format!("Seen: {}", safe(&flag.title))));
                }
                _ => {
                    critical |= flag.severity == Severity::Critical;
                    rows.extend(self.appears(flag));
                }
            }
        }
        let goes = before.iter().filter(|was| !self.after.flags.iter().any(|flag| flag.key == was.key));
        rows.extend(goes.map(|was| Row::plain(format!("No longer shown: {}", safe(&was.title)))));
        self.told.rows.extend(rows);
        if critical {
            self.told.cautions.push("a critical flag appears".to_owned());
        }
    }

    /// A close that comes too early only says that the flag was seen.
    fn not_closed(&mut self, new: &[Entry]) {
        let closes = |flag: &&Flag| {
            new.iter()
                .any(|entry| matches!(&entry.kind, Kind::Acknowledge(done) if done.close && *done.flag == *flag.key))
        };
        if self.after.flags.iter().any(|flag| closes(&flag)) {
            self.plain(
                "It cannot be closed yet, only marked as seen: a later count in the best band has to come first.",
            );
        }
    }

    /// Dates that change.
    fn due(&mut self) {
        for due in &self.after.due {
            let was = self.before.and_then(|before| before.due(due.task));
            self.blood(was, due);
            if was.is_some_and(|was| was.due == due.due && was.status == due.status) {
                continue;
            }
            let was = was.map(|was| format!(" (was {})", self.due_words(was))).unwrap_or_default();
            let mark = self.mark(&due.rule);
            self.plain(format!("Next {}: {}{mark}{was}", words::task(due.task), self.due_words(due)));
        }
        let gone = |was: &&Due| self.after.due(was.task).is_none();
        let gone: Vec<_> =
            self.before.iter().flat_map(|before| before.due.iter().filter(gone)).map(|was| was.task).collect();
        for task in gone {
            self.plain(format!("No longer asked for: {}", words::task(task)));
        }
    }

    /// Blood on its way, or not to be had: the test stays due all the same.
    fn blood(&mut self, was: Option<&Due>, is: &Due) {
        let task = words::task(is.task);
        if let Some(at) = is.sampled_at().filter(|at| was.is_none_or(|was| was.sampled_at() != Some(*at))) {
            let at = words::when(at, self.scene.moment().zone);
            self.plain(format!("{task}: blood taken {at}; it stays due until the result is entered"));
        }
        if let Some(why) = is.not_taken().filter(|why| was.is_none_or(|was| was.not_taken() != Some(why))) {
            self.plain(format!("{task} stays due: {}", safe(why)));
        }
    }

    fn due_words(&self, due: &Due) -> String {
        match (due.status, due.due) {
            (DueStatus::None, _) => "none is asked for".to_owned(),
            (DueStatus::Undefined, _) | (_, None) => "the protocol does not say: ask".to_owned(),
            (DueStatus::Overdue, Some(day)) => format!("{}, overdue", words::date(day)),
            (DueStatus::Due, Some(day)) if day == self.scene.moment().today() => format!("{} today", words::date(day)),
            (_, Some(day)) => words::date(day),
        }
    }

    /// What cannot be assessed that could be before.
    fn not_assessed(&mut self) {
        let before = self.before.map_or(&[][..], |before| &before.cannot_assess);
        let new: Vec<_> = self.after.cannot_assess.iter().filter(|item| !before.contains(item)).collect();
        for item in &new {
            self.row(Grave::Unknown, "?? CANNOT ASSESS", safe(&item.why));
        }
        if !new.is_empty() && self.before.is_some() {
            self.told.cautions.push("something cannot be assessed".to_owned());
        }
    }

    /// A flag that appears: what, why, what to do.
    fn appears(&self, flag: &Flag) -> Vec<Row> {
        let head = format!("{} {}", words::symbol(flag.severity), words::severity(flag.severity));
        let title = format!("{}{}", safe(&flag.title), self.mark(&flag.rule));
        let mut rows = vec![Row::new(Grave::Is(flag.severity), head.trim_start(), title)];
        let explains = [&flag.why, &flag.action].into_iter().filter(|words| !words.is_empty());
        rows.extend(explains.map(|words| Row::new(Grave::Explains, "", safe(words))));
        rows
    }

    /// What is said after what rests on a figure that nobody could verify.
    fn mark(&self, rule: &str) -> String {
        words::mark(self.scene.ctx.rules, rule).map(|mark| format!(", {mark}")).unwrap_or_default()
    }
}
