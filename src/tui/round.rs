//! The round: patient after patient, each with what to ask, what to enter and what is left open; at the end what was done.
//!
//! The order is set when it begins, so that saving something moves nobody. Leaving keeps the place; `r` goes on from it. The
//! time at which it began is remembered, nothing else.
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use ratatui::text::Span;

use super::banner::{self, FileState};
use super::data::Data;
use super::data::listing::Sort;
use super::keymap::{Action, Mode};
use super::page::Page;
use super::size;
use super::text::{Line, blank, indent, span, wrap_spans};
use crate::assess::{Assessment, Due, DueStatus, Flag, Task, by_urgency};
use crate::safe::Safe;
use crate::ward::{BedOrder, Entry, Patient, PatientId};
use crate::words;

/// A round under way.
#[derive(Debug, Clone)]
pub struct Round {
    /// When it began: what was recorded from then on was done on it.
    pub began: DateTime<Utc>,
    order: Vec<PatientId>,
    sort: Sort,
    /// Whose turn it is; one past the last: the summary.
    at: usize,
    seen: HashSet<PatientId>,
    /// Which of the patient's open flags is selected.
    flag: usize,
    top: usize,
}

/// What a key asks for that the round itself cannot do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Stay,
    /// To be left, with its place kept.
    Leave,
    /// To be ended.
    End,
    /// Something about the patient whose turn it is.
    Patient(PatientId),
}

impl Round {
    /// A round of everybody on the ward, bed after bed. One that began before goes on with the first patient about whom
    /// this user has recorded nothing since.
    pub fn new(began: DateTime<Utc>, data: &Data) -> Self {
        let mut round =
            Self { began, order: Vec::new(), sort: Sort::Bed, at: 0, seen: HashSet::new(), flag: 0, top: 0 };
        round.order = round.ordered(data);
        let done = |id: &PatientId| data.patient(id).is_some_and(|one| round.entered(one).any(|entry| by(entry, data)));
        let seen: HashSet<PatientId> = round.order.iter().filter(|id| done(id)).cloned().collect();
        round.at = round.order.iter().position(|id| !seen.contains(id)).unwrap_or_default();
        round.seen = seen;
        round
    }

    fn ordered(&self, data: &Data) -> Vec<PatientId> {
        let mut all: Vec<(&Patient, &Assessment)> =
            data.assessed.iter().filter_map(|one| Some((data.patient(&one.patient)?, one))).collect();
        match self.sort {
            Sort::Urgency => all.sort_by(|a, b| by_urgency(*a, *b)),
            Sort::Bed | Sort::Name => all.sort_by_cached_key(|one| BedOrder::of(one.0)),
        }
        all.into_iter().map(|(patient, _)| patient.id.clone()).collect()
    }

    /// Whose turn it is; `None`: the summary.
    pub fn patient(&self) -> Option<&PatientId> {
        self.order.get(self.at)
    }

    /// The selected open flag.
    pub fn flag<'a>(&self, data: &'a Data) -> Option<&'a Flag> {
        let one = data.assessment(self.patient()?)?;
        open(one).nth(self.flag).or_else(|| open(one).next())
    }

    /// `3 of 24`, or that all have been seen.
    pub fn place(&self) -> String {
        if self.at >= self.order.len() {
            return "at its end".to_owned();
        }
        format!("at {} of {}", self.at + 1, self.order.len())
    }

    /// The ward changed: who has come stands at the end, who has gone is left out, and whose turn it is keeps it.
    pub fn follow(&mut self, data: &Data) {
        let current = self.patient().cloned();
        let was = self.at;
        let now = self.ordered(data);
        let on: HashSet<&PatientId> = now.iter().collect();
        let before = self.order.iter().take(was).filter(|id| on.contains(id)).count();
        self.order.retain(|id| on.contains(id));
        let known: HashSet<PatientId> = self.order.iter().cloned().collect();
        self.order.extend(now.into_iter().filter(|id| !known.contains(id)));
        self.at = match current {
            Some(id) => self.order.iter().position(|other| *other == id).unwrap_or(before),
            None => self.order.len(),
        };
    }

    /// Does what a key does.
    pub fn act(&mut self, action: Action, data: &Data) -> Asks {
        let flags = self.patient().and_then(|id| data.assessment(id)).map_or(0, |one| open(one).count());
        match (action, self.patient().cloned()) {
            (Action::Back, _) => return Asks::Leave,
            (Action::Open, None) => return Asks::End,
            (Action::Next, Some(id)) => {
                self.seen.insert(id);
                self.go(self.at + 1);
            }
            (Action::Previous, _) => self.go(self.at.saturating_sub(1)),
            (Action::Sort, _) => self.turn_round(data),
            (Action::Down, Some(_)) => self.flag = (self.flag + 1).min(flags.saturating_sub(1)),
            (Action::Up, Some(_)) => self.flag = self.flag.saturating_sub(1),
            (Action::Down | Action::PageDown, _) => self.top += 4,
            (Action::Up | Action::PageUp, _) => self.top = self.top.saturating_sub(4),
            (_, Some(id)) => return Asks::Patient(id),
            _ => {}
        }
        Asks::Stay
    }

    fn go(&mut self, to: usize) {
        (self.at, self.flag, self.top) = (to.min(self.order.len()), 0, 0);
    }

    /// By urgency instead of by bed, or back: who has not been seen comes after who has.
    fn turn_round(&mut self, data: &Data) {
        self.sort = if self.sort == Sort::Bed { Sort::Urgency } else { Sort::Bed };
        let (seen, left): (Vec<_>, Vec<_>) = self.ordered(data).into_iter().partition(|id| self.seen.contains(id));
        self.at = seen.len();
        self.order = seen.into_iter().chain(left).collect();
        (self.flag, self.top) = (0, 0);
    }

    /// The page of whose turn it is, or the summary.
    pub fn page(&self, data: &Data, file: &FileState, columns: usize, lines: usize) -> Page {
        let known = self.patient().and_then(|id| Some((data.patient(id)?, data.assessment(id)?)));
        let Some((patient, one)) = known else { return self.summary(data, file, columns) };
        let mut head = banner::of_patient(data, patient, columns);
        head.extend(banner::moment_line(data, file, columns, None));
        let (body, at) = self.body(data, patient, one, columns);
        let room = lines.saturating_sub(head.len() + 2);
        let top = if at < room { self.top } else { self.top.max(at.saturating_sub(room / 2)) };
        let order = if self.sort == Sort::Bed { "by bed" } else { "by urgency" };
        let title = format!("Round {} of {}, {order}", self.at + 1, self.order.len());
        Page { head, title, body, top, mode: Mode::Round }
    }

    /// What is open, what was entered, and on which line the selected flag stands.
    fn body(&self, data: &Data, patient: &Patient, one: &Assessment, columns: usize) -> (Vec<Line>, usize) {
        let theme = data.theme;
        let mut body = Body { lines: Vec::new(), columns: size::readable(columns) };
        let mut selected = 0;
        let chosen = self.flag.min(open(one).count().saturating_sub(1));
        for (i, flag) in open(one).enumerate() {
            if i == chosen {
                selected = body.lines.len();
            }
            let state = format!("{:<2} {}", words::symbol(flag.severity), words::severity(flag.severity));
            let title = span(format!(" {}", safe(data, &flag.title)), theme.strong());
            // The newest count may be a better one.
            let since = span(format!(", since {}", words::when(&flag.since, data.moment.zone)), theme.text());
            body.item(i == chosen, &[span(state, theme.severity(flag.severity)), title, since]);
            body.item(false, &[span(format!("   {}", safe(data, &flag.action)), theme.text())]);
        }
        for unknown in &one.cannot_assess {
            body.item(false, &[span(format!("?? CANNOT ASSESS: {}", safe(data, &unknown.why)), theme.unknown())]);
        }
        for (ask, key) in asks(data, one) {
            let hint = key.map(|key| span(format!(" ({key} enters it)"), theme.dim()));
            body.item(false, &std::iter::once(ask).chain(hint).collect::<Vec<_>>());
        }
        if body.lines.is_empty() {
            body.item(false, &[span("Nothing is open.", theme.ok())]);
        }
        let describe = data.describe();
        let entered: Vec<&Entry> = self.entered(patient).collect();
        if !entered.is_empty() {
            body.lines.push(Vec::new());
            body.item(false, &[span("Entered on this round:", theme.strong())]);
        }
        for entry in entered {
            let text = format!("   {}; {}", describe.entry(entry, patient), describe.recorded(entry));
            body.item(false, &[span(text, theme.text())]);
        }
        (body.lines, selected)
    }

    /// What was recorded about a patient since the round began.
    fn entered<'a>(&self, patient: &'a Patient) -> impl Iterator<Item = &'a Entry> {
        let began = self.began.timestamp();
        patient
            .entries
            .iter()
            .filter(move |entry| entry.recorded.as_ref().is_some_and(|recorded| recorded.at.timestamp() >= began))
    }

    /// Who was seen, what was entered, and what is left open of whom.
    fn summary(&self, data: &Data, file: &FileState, columns: usize) -> Page {
        let theme = data.theme;
        let mut body = Body { lines: Vec::new(), columns: size::readable(columns) };
        let (mut entries, mut of, mut left) = (0, 0, Vec::new());
        for id in &self.order {
            let Some((patient, one)) = data.patient(id).zip(data.assessment(id)) else { continue };
            let made = self.entered(patient).count();
            (entries, of) = (entries + made, of + usize::from(made > 0));
            left.extend(self.left_open(data, patient, one));
        }
        let began = words::date_time(self.began.with_timezone(&data.moment.zone).naive_local());
        let seen = self.order.iter().filter(|id| self.seen.contains(*id)).count();
        let done = format!(
            "Began {began}. Seen {seen} of {}. Recorded since: {} of {}.",
            self.order.len(),
            count(entries, "entry", "entries"),
            count(of, "patient", "patients")
        );
        body.item(false, &[span(done, theme.strong())]);
        let open = match left.len() {
            0 => "Nothing is left open.".to_owned(),
            several => format!("Left open, {}:", count(several, "patient", "patients")),
        };
        body.item(false, &[span(open, theme.strong())]);
        for line in left {
            body.item(false, &[line]);
        }
        let head = banner::moment_line(data, file, columns, None);
        Page { head, title: "The round is done".to_owned(), body: body.lines, top: self.top, mode: Mode::RoundEnd }
    }

    fn left_open(&self, data: &Data, patient: &Patient, one: &Assessment) -> Option<Span<'static>> {
        let flags = open(one).map(|flag| {
            let symbol = words::symbol(flag.severity);
            format!("{symbol} {}", safe(data, &flag.title)).trim().to_owned()
        });
        let asked = asks(data, one).into_iter().map(|(ask, _)| ask.content.into_owned());
        let unseen = (!self.seen.contains(&patient.id)).then(|| "not seen on this round".to_owned());
        let what: Vec<String> = unseen.into_iter().chain(flags).chain(asked).collect();
        let fields = &patient.fields;
        let bed = words::bed(fields.bed.as_deref(), data.charset());
        let who = format!("   {bed} {}: {}", words::name(&fields.name, data.charset()), what.join("; "));
        (!what.is_empty()).then(|| span(who, data.theme.text()))
    }
}

/// Lines of a page.
struct Body {
    lines: Vec<Line>,
    columns: usize,
}

impl Body {
    /// Adds a text, its further lines under its first; the marker stands before it if it is selected.
    fn item(&mut self, selected: bool, text: &[Span]) {
        let deep = text.first().is_some_and(|first| first.content.starts_with("   "));
        let at = if deep { 4 } else { 1 };
        for (i, line) in wrap_spans(text, self.columns.saturating_sub(at + 1)).into_iter().enumerate() {
            let marker = if selected && i == 0 { span(">", ratatui::style::Style::new()) } else { blank(1) };
            self.lines.push(std::iter::once(marker).chain(indent(at - 1, line)).collect());
        }
    }
}

/// `1 entry`, `3 entries`.
fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// Flags that nobody has dealt with.
fn open(one: &Assessment) -> impl Iterator<Item = &Flag> {
    one.flags.iter().filter(|flag| flag.is_open())
}

/// What is to be asked or done today, tasks due and overdue, each with the key that enters it.
fn asks(data: &Data, one: &Assessment) -> Vec<(Span<'static>, Option<String>)> {
    let theme = data.theme;
    let ask = |due: &Due| {
        let task = words::task(due.task);
        let taken = if due.sampled_at().is_some() { ", taken, no result yet" } else { "" };
        let day = due.due.map(words::date).unwrap_or_default();
        let said = match due.status {
            DueStatus::Overdue => {
                span(format!("+ {task}: {} d late, was due {day}{taken}", due.days_overdue), theme.overdue())
            }
            DueStatus::Due => span(format!("* {task}: today{taken}"), theme.notice()),
            DueStatus::Undefined => span(format!("?? {task}: NO DATE"), theme.unknown()),
            DueStatus::Upcoming | DueStatus::None => return None,
        };
        Some((said, key(data, due.task)))
    };
    one.due.iter().filter_map(ask).collect()
}

/// The key of the form in which a task is entered, where one key opens it.
fn key(data: &Data, task: Task) -> Option<String> {
    let action = match task {
        Task::Anc => Action::BloodCount,
        Task::Constipation | Task::Seizures | Task::Vitals | Task::Weight => Action::Checks,
        Task::Myocarditis | Task::GlucoseLipids | Task::Level | Task::Supply => return None,
    };
    data.settings.keys.here(Mode::Round).find(|row| row.action == action).map(|row| row.label())
}

/// Whether the user at the keyboard has recorded it.
fn by(entry: &Entry, data: &Data) -> bool {
    entry.recorded.as_ref().is_some_and(|recorded| *recorded.by == *data.user)
}

fn safe(data: &Data, text: &str) -> String {
    Safe::within(text, data.charset()).to_string()
}
