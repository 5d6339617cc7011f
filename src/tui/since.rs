//! What changed since somebody's last round, or since a time that they type: patient by patient, the entries that were
//! recorded, flags that are new, seen or gone, bands, and what became overdue.
use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use super::banner::{self, FileState};
use super::data::Data;
use super::form;
use super::keymap::{Action, Mode};
use super::people::{self, People};
use super::size;
use super::stack::in_sight;
use super::text::{Line, ending_with, indent, put, span, width, wrap_spans};
use crate::assess::{self, Assessment, DueStatus, Severity};
use crate::safe::Safe;
use crate::ward::{Entry, Moment, Patient, PatientId};
use crate::words;

/// Longest time that can be typed.
const LONGEST: usize = 30;

/// Entries of a patient that are listed; the patient's view has all.
const ENTRIES: usize = 6;

/// The list.
#[derive(Debug, Clone)]
pub struct Since {
    /// When this user's last round began, if there was one.
    last: Option<DateTime<Utc>>,
    typed: String,
    /// The moment that is looked back to, or why what was typed is none.
    from: Result<DateTime<Utc>, String>,
    found: People<Changed>,
}

/// A patient of whom something changed.
#[derive(Debug, Clone)]
struct Changed {
    patient: PatientId,
    /// Not on the ward any more, then how urgent they are now: the order of the list.
    rank: (bool, std::cmp::Reverse<Severity>, u32),
    lines: Vec<Span<'static>>,
}

impl people::Row for Changed {
    fn patient(&self) -> &PatientId {
        &self.patient
    }
}

impl Since {
    /// What changed since the last round, or in the last day if there was none.
    pub fn new(last: Option<DateTime<Utc>>, data: &Data) -> Self {
        let from = Ok(last.unwrap_or(data.moment.at - TimeDelta::days(1)));
        let mut since = Self { last, typed: String::new(), from, found: People::default() };
        since.look(data);
        since
    }

    /// Takes typed or pasted text.
    pub fn push(&mut self, text: &str, data: &Data) {
        let room = LONGEST.saturating_sub(self.typed.chars().count());
        self.typed.extend(text.chars().filter(|c| !c.is_control()).take(room));
        self.look(data);
    }

    /// Takes back the last character.
    pub fn pop(&mut self, data: &Data) {
        self.typed.pop();
        self.look(data);
    }

    /// Who is selected.
    pub fn patient(&self) -> Option<&PatientId> {
        self.found.patient()
    }

    /// Looks again: something was typed, or the ward changed. The same patient stays selected.
    pub fn look(&mut self, data: &Data) {
        self.from = self.moment(data);
        let Ok(from) = self.from else { return };
        let look = Look { data, from: Moment { at: from, zone: data.moment.zone } };
        let patients = data.ward.patients.iter().enumerate();
        let changed = |(at, patient)| look.changed(patient, data.bed_rank(at));
        let mut found: Vec<Changed> = patients.filter_map(changed).collect();
        found.sort_by_key(|one| one.rank);
        self.found.replace(found, true);
    }

    fn moment(&self, data: &Data) -> Result<DateTime<Utc>, String> {
        if self.typed.trim().is_empty() {
            return Ok(self.last.unwrap_or(data.moment.at - TimeDelta::days(1)));
        }
        let when = form::past(&self.typed, &data.moment)?;
        let start = match when {
            crate::ward::When::Date(day) => crate::ward::When::Local(day.and_time(chrono::NaiveTime::MIN)),
            timed => timed,
        };
        start.instant(data.moment.zone).ok().flatten().ok_or_else(|| "no such time on the ward's clock".to_owned())
    }

    /// Does what a key does to the selection; whether it was such a key.
    pub fn act(&mut self, action: Action) -> bool {
        self.found.act(action)
    }

    /// Moves the window so that the selected patient is in sight.
    pub fn settle(&mut self, data: &Data, file: &FileState, size: (usize, usize)) {
        let shown = self.layout(data, file, size).1;
        self.found.settle(shown);
    }

    fn layout(
        &self,
        data: &Data,
        file: &FileState,
        (columns, lines): (usize, usize),
    ) -> (Vec<Line>, std::ops::Range<usize>, usize) {
        let mut head = banner::moment_line(data, file, columns, None);
        head.extend(banner::flow_in(&[self.prompt(data), self.meaning(data)], columns, 2));
        let free = lines.saturating_sub(head.len() + 2);
        let shown = self.found.shown(free, |changed| Self::row(changed, data, columns).len());
        (head, shown, free)
    }

    fn prompt(&self, data: &Data) -> Line {
        let typed = Safe::within(&self.typed, data.charset()).to_string();
        vec![span("Since: ", data.theme.strong()), span(typed, data.theme.text()), span("_", data.theme.field())]
    }

    /// The moment in words, and what stands behind it.
    fn meaning(&self, data: &Data) -> Line {
        let theme = data.theme;
        match &self.from {
            Err(why) => vec![span(why.clone(), theme.invalid())],
            Ok(from) => {
                let at = words::moment(&Moment { at: *from, zone: data.moment.zone });
                let what = match (self.typed.trim().is_empty(), self.last) {
                    (false, _) => "",
                    (true, Some(_)) => ", your last round",
                    (true, None) => ", a day ago: no round yet",
                };
                vec![span(format!("{at}{what}"), theme.text())]
            }
        }
    }

    /// Who it is and what changed, with a free cell before each line.
    fn row(changed: &Changed, data: &Data, columns: usize) -> Vec<Line> {
        let columns = size::readable(columns);
        let theme = data.theme;
        let Some(patient) = data.patient(&changed.patient) else { return vec![Vec::new()] };
        let mut items = vec![vec![span(words::bed(patient.fields.bed.as_deref(), data.charset()), theme.text())]];
        items.extend(banner::identity(data, patient));
        let mut lines: Vec<Line> = banner::flow_close(&items, columns);
        for said in &changed.lines {
            let wrapped = wrap_spans(std::slice::from_ref(said), columns.saturating_sub(4));
            lines.extend(wrapped.into_iter().map(|line| indent(4, line)));
        }
        lines
    }

    /// The row on so many lines. If it has more, its last line in sight says by which key they are read.
    fn row_in(changed: &Changed, data: &Data, columns: usize, most: usize) -> Vec<Line> {
        let mut lines = Self::row(changed, data, columns);
        if lines.len() <= most {
            return lines;
        }
        lines.truncate(most.max(1));
        let more = span(format!("... {}: more", data.key(Mode::Since, Action::Open)), data.theme.dim());
        if let Some(last) = lines.last_mut() {
            let margin = last.first().map_or(0, |first| width(&first.content) - width(first.content.trim_start()));
            *last = indent(margin, ending_with(last, columns - margin, &more));
        }
        lines
    }

    /// Draws the screen.
    pub fn view(&self, data: &Data, file: &FileState, buf: &mut Buffer, area: Rect) {
        let (columns, lines) = (usize::from(area.width), usize::from(area.height));
        let theme = data.theme;
        let (mut all, shown, free) = self.layout(data, file, (columns, lines));
        let title = format!("-Changed {} ", in_sight(&shown, self.found.rows().len()));
        let rule = String::from(theme.rule()).repeat(columns.saturating_sub(title.len()));
        all.push(vec![span(title, theme.title_focused()), span(rule, theme.title())]);
        let end = all.len() + free;
        if self.found.rows().is_empty() {
            all.push(vec![span(" Nothing was recorded since then, and no flag is new.", theme.text())]);
        }
        let next = self.found.rows().get(shown.end);
        all.extend(self.found.lines(shown, theme, |changed| Self::row_in(changed, data, columns, free)));
        // As much of the next patient as there is room for: who it is, what is most urgent, and that there is more.
        let room = end.saturating_sub(all.len());
        // On a small terminal who it is takes more lines, and is not cut.
        let least = if size::is_reduced((columns, lines)) { usize::MAX } else { 2 };
        if let Some(next) =
            next.map(|next| Self::row(next, data, columns)).filter(|next| room > least && room < next.len())
        {
            all.extend(next.into_iter().take(room - 1));
            all.push(vec![span("    ...", theme.dim())]);
        }
        all.truncate(end.min(lines.saturating_sub(1)));
        for (y, line) in all.into_iter().enumerate() {
            put(buf, area, y, line);
        }
        put(buf, area, lines.saturating_sub(1), banner::footer(Mode::Since, columns, data));
    }
}

/// Looking back from now to a moment.
struct Look<'a> {
    data: &'a Data,
    from: Moment,
}

impl Look<'_> {
    /// What changed of a patient, if anything.
    fn changed(&self, patient: &Patient, rank: u32) -> Option<Changed> {
        // Entries are recorded to the second.
        let from = self.from.at.timestamp();
        let after = |entry: &&Entry| entry.recorded.as_ref().is_some_and(|recorded| recorded.at.timestamp() >= from);
        let new: Vec<&Entry> = patient.entries.iter().filter(after).collect();
        let now = self.data.assessment(&patient.id);
        let mut lines = now.map(|now| self.assessed(patient, now, !new.is_empty())).unwrap_or_default();
        lines.extend(self.entries(patient, &new));
        let severity = now.map_or(Severity::Ok, |now| now.severity);
        let rank = (now.is_none(), std::cmp::Reverse(severity), rank);
        (!lines.is_empty()).then(|| Changed { patient: patient.id.clone(), rank, lines })
    }

    /// What the rules say otherwise than then. Who has no new entry is only assessed again if time alone did something.
    fn assessed(&self, patient: &Patient, now: &Assessment, has_new: bool) -> Vec<Span<'static>> {
        let zone = self.data.moment.zone;
        let since = self.from.today();
        let later = |when: &crate::ward::When| when.date(zone) >= since;
        let overdue = |due: &&assess::Due| due.status == DueStatus::Overdue && due.due.is_some_and(|day| day >= since);
        let by_time = now.flags.iter().any(|flag| later(&flag.since)) || now.due.iter().any(|due| overdue(&due));
        if !has_new && !by_time {
            return Vec::new();
        }
        let then = assess::patient(patient, &self.data.rules, &self.from);
        let mut lines = self.flags(&then, now);
        lines.extend(self.bands(&then, now));
        for due in now.due.iter().filter(|due| due.status == DueStatus::Overdue) {
            if then.due(due.task).is_none_or(|then| then.status != DueStatus::Overdue) {
                let day = due.due.map(words::date).unwrap_or_default();
                let text = format!("+  overdue now: {}, was due {day}", words::task(due.task));
                lines.push(span(text, self.data.theme.overdue()));
            }
        }
        lines
    }

    fn flags(&self, then: &Assessment, now: &Assessment) -> Vec<Span<'static>> {
        let theme = self.data.theme;
        let mut lines = Vec::new();
        for flag in &now.flags {
            let before = then.flags.iter().find(|before| before.key == flag.key);
            let state = format!("{:<2} {}", words::symbol(flag.severity), words::severity(flag.severity));
            let seen = flag.acknowledged.as_ref().map(|seen| self.safe(&seen.action));
            let seen_before = before.is_some_and(|before| before.acknowledged.is_some());
            match (before, seen) {
                (_, Some(done)) if !seen_before => {
                    lines.push(span(format!("{state} seen: {}. Done: {done}", self.safe(&flag.title)), theme.dim()));
                }
                (None, _) => {
                    lines.push(span(format!("{state} new: {}", self.safe(&flag.title)), theme.severity(flag.severity)));
                }
                _ => {}
            }
        }
        let gone = then.flags.iter().filter(|before| now.flags.iter().all(|flag| flag.key != before.key));
        lines.extend(gone.map(|flag| span(format!("   gone: {}", self.safe(&flag.title)), theme.dim())));
        lines
    }

    fn bands(&self, then: &Assessment, now: &Assessment) -> Option<Span<'static>> {
        let band = |one: &Assessment| one.anc_band.as_ref().map(|band| self.safe(&band.band));
        let (before, after) = (band(then), band(now));
        let word = |band: Option<String>| band.unwrap_or_else(|| "none".to_owned());
        (before != after)
            .then(|| span(format!("   band: {}, was {}", word(after), word(before)), self.data.theme.strong()))
    }

    /// The newest entries, the newest first.
    fn entries(&self, patient: &Patient, new: &[&Entry]) -> Vec<Span<'static>> {
        let theme = self.data.theme;
        let describe = self.data.describe();
        let mut newest: Vec<&&Entry> = new.iter().collect();
        newest.sort_by_key(|entry| std::cmp::Reverse(entry.recorded.as_ref().map(|recorded| recorded.at)));
        let line = |entry: &&&Entry| {
            let at = entry.at.map(|at| format!(", {}", words::when(&at, self.data.moment.zone))).unwrap_or_default();
            let said = format!("{}{at}; {}", describe.entry(entry, patient), describe.recorded(entry));
            span(said, theme.text())
        };
        let mut lines: Vec<Span> = newest.iter().take(ENTRIES).map(line).collect();
        if newest.len() > ENTRIES {
            lines.push(span(format!("and {} more entries: Enter", newest.len() - ENTRIES), theme.dim()));
        }
        lines
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.data.charset()).to_string()
    }
}
