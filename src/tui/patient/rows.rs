//! The rows of a patient's view in words.
use ratatui::style::Style;
use ratatui::text::Span;
use rust_decimal::Decimal;

use super::items::Item;
use crate::assess::{Assessment, BloodCount, CountDetail, Detail, DoseDay, Due, DueStatus, Flag, LevelNow};
use crate::safe::Safe;
use crate::tui::data::Data;
use crate::tui::home::rows::late;
use crate::tui::home::why::doubt;
use crate::tui::settings::Contact;
use crate::tui::size;
use crate::tui::text::{Line, blank, flow, indent, owned, span, spans_width, whole_words, width, wrap_spans};
use crate::ward::{Entry, EntryId, Patient};
use crate::words::{self, Describe};
use std::collections::HashMap;
use std::ops::Range;

/// Cells of a column of dates with their times.
const DATE: usize = 19;
/// How far in the lines below a row stand, and where there are fewer columns.
const BELOW: (usize, usize) = (5, 2);
/// Cells of a column of states.
const STATE: usize = 13;
/// Cells of columns of what is due, and of days.
const TASK: usize = 15;
const DAY: usize = 11;

/// What the rows are made of.
pub struct Rows<'a> {
    /// The screen's data.
    pub data: &'a Data,
    /// Whose view it is.
    pub patient: &'a Patient,
    /// What the rules say; `None` for somebody who is not on the ward.
    pub assessment: Option<&'a Assessment>,
    /// Blood counts, oldest first.
    pub counts: &'a [BloodCount],
    /// What only this view needs to know.
    pub detail: &'a Detail,
    /// Entries that were voided, and by which.
    pub voided: &'a HashMap<&'a EntryId, &'a Entry>,
    /// Columns of the screen.
    pub columns: usize,
}

/// How it is said that a row goes on, where there is room for it and where there is little.
pub struct More {
    /// `... Enter: all of it`
    pub long: Span<'static>,
    /// `... Enter`
    pub short: Span<'static>,
}

/// A flag in its parts.
struct Parts {
    /// What it is, since when, and whether something was done.
    head: Vec<Line>,
    /// What it is, alone.
    title: Vec<Line>,
    /// What to do.
    action: Vec<Line>,
    /// Whom to call.
    call: Vec<Line>,
    /// How many of those lines say whom to call first.
    first_to_call: usize,
    /// What was done.
    done: Vec<Line>,
}

impl Parts {
    /// As much as there is room for on so many lines, three at least. A line of what the flag is and the first to call,
    /// whole, have their lines before all else; then the action, the rest of what the flag is, and others to call. Since
    /// when it stands and what was done give way to all of them. The first line is drawn already, as it bears the marker.
    fn at_most(self, first: Option<&Line>, most: usize, columns: usize, more: &More) -> Vec<Line> {
        let Self { head, title, action, call, first_to_call, done } = self;
        let first_to_call = first_to_call.min(most.saturating_sub(1));
        let mut left = most.saturating_sub(1 + first_to_call);
        let mut take = |wanted: usize| {
            let taken = wanted.min(left);
            left -= taken;
            taken
        };
        let (actions, titles) = (take(action.len()), 1 + take(title.len().saturating_sub(1)));
        let calls = first_to_call + take(call.len() - first_to_call);
        // All of the title, and there is still room: since when, too.
        let heads = if titles == title.len() { take(head.len().saturating_sub(titles)) } else { 0 };
        let dones = take(done.len());
        let marker = first.and_then(|line| line.first()).cloned().unwrap_or_else(|| blank(1));
        let top = if heads > 0 { head } else { title };
        let top: Vec<Line> = top.into_iter().take(titles + heads).collect();
        let (above, hidden) = (top.len(), call.len() - calls);
        let is_cut = actions < action.len();
        let rest = call.into_iter().take(calls).chain(done.into_iter().take(dones));
        let all = top.into_iter().chain(action.into_iter().take(actions)).chain(rest);
        let mut lines: Vec<Line> = all.map(|line| indent(1, line)).collect();
        if let Some(first) = lines.first_mut().and_then(|line| line.first_mut()) {
            *first = marker;
        }
        let (acting, calling) = (above..above + actions, above + actions..lines.len());
        if hidden > 0 && calls > first_to_call && !is_cut {
            // It has the line of the last of several to call.
            lines.pop();
            lines.push(vec![blank(3), more.long.clone()]);
        } else if is_cut {
            let last = Range { start: acting.end.saturating_sub(1), ..acting };
            mark(&mut lines, std::slice::from_ref(&last), columns, more);
        } else {
            mark(&mut lines, &[calling, 0..above, acting], columns, more);
        }
        lines
    }
}

/// Says on one of these lines that there is more: on the last that has room for it, the first of the places being tried
/// first; else after as many words of the last line of them as there is room for.
fn mark(lines: &mut [Line], places: &[Range<usize>], columns: usize, more: &More) {
    for mark in [&more.long, &more.short] {
        let fits = |line: &&mut Line| spans_width(line) + 1 + width(&mark.content) <= columns;
        for place in places {
            if let Some(line) = lines.get_mut(place.clone()).and_then(|some| some.iter_mut().rev().find(fits)) {
                line.extend([blank(1), mark.clone()]);
                return;
            }
        }
    }
    let last = places.last().and_then(|place| place.end.checked_sub(1));
    if let Some(line) = last.and_then(|last| lines.get_mut(last)) {
        *line = first_lines(vec![std::mem::take(line)], 1, columns, more.short.clone()).pop().unwrap_or_default();
    }
}

impl Rows<'_> {
    /// The lines of an item; the first one bears the marker if it is selected.
    pub fn lines(&self, item: Item, selected: bool) -> Vec<Line> {
        let lines = self.unmarked(item, self.room()).unwrap_or_default();
        let theme = self.data.theme;
        lines
            .into_iter()
            .enumerate()
            .map(|(i, line)| {
                let marker = if i == 0 && selected { span(">", theme.selection()) } else { blank(1) };
                std::iter::once(marker).chain(line).collect()
            })
            .collect()
    }

    /// The lines of an item where there are at most so many for it; `more` says that there is more of it. Of a flag the
    /// last to give way are what it is, what to do, and the first of those to call.
    pub fn at_most(&self, item: Item, selected: bool, most: usize, more: &More) -> Vec<Line> {
        let lines = self.lines(item, selected);
        if lines.len() <= most {
            return lines;
        }
        match self.flag_of(item) {
            Some(flag) if most > 2 => self.parts(flag, self.room()).at_most(lines.first(), most, self.columns, more),
            _ => first_lines(lines, most, self.columns, more.long.clone()),
        }
    }

    /// How many lines of an item have to be in sight: of an open critical flag what it is, what to do, and whom to call
    /// first; and how many lines have the others to call.
    pub fn vital(&self, item: Item) -> (usize, usize) {
        let flag = self.flag_of(item).filter(|flag| flag.is_open_critical());
        flag.map_or((0, 0), |flag| {
            let parts = self.parts(flag, self.room());
            let first = parts.first_to_call;
            (parts.title.len() + parts.action.len() + first, parts.call.len() - first)
        })
    }

    fn flag_of(&self, item: Item) -> Option<&Flag> {
        let Item::Flag(i) = item else { return None };
        self.assessment?.flags.get(i)
    }

    /// Columns for text, right of the marker.
    fn room(&self) -> usize {
        self.columns.saturating_sub(1)
    }

    fn unmarked(&self, item: Item, room: usize) -> Option<Vec<Line>> {
        match item {
            Item::Flag(i) => Some(self.flag(self.assessment?.flags.get(i)?, room)),
            Item::Cannot(i) => {
                let why = self.safe(&self.assessment?.cannot_assess.get(i)?.why);
                Some(hanging(
                    span("?? CANNOT ASSESS", self.data.theme.unknown()),
                    STATE,
                    &[span(why, self.data.theme.text())],
                    room,
                ))
            }
            Item::Count(i) => Some(self.count(self.counts.get(i)?, self.detail.counts.get(i), room)),
            Item::Dose => self.dose(room),
            Item::Level => Some(self.level(self.assessment?.level.as_ref()?, room)),
            Item::Due(i) => Some(self.due(self.assessment?.due.get(i)?, room)),
            Item::Entry(i) => Some(self.entry(self.patient.entries.get(i)?, room)),
        }
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.data.charset()).to_string()
    }

    /// The mark of a rule, after what rests on it.
    fn doubt(&self, rule: &str) -> impl Iterator<Item = Span<'static>> {
        doubt(self.data, rule).into_iter().map(|mark| span(format!(", {}", mark.content), mark.style))
    }

    fn describe(&self) -> Describe<'_> {
        self.data.describe()
    }

    /// What it is, what to do, and what was done.
    fn flag(&self, flag: &Flag, room: usize) -> Vec<Line> {
        let parts = self.parts(flag, room);
        [parts.head, parts.action, parts.call, parts.done].concat()
    }

    fn parts(&self, flag: &Flag, room: usize) -> Parts {
        let theme = self.data.theme;
        let style = if flag.acknowledged.is_some() { theme.dim() } else { theme.severity(flag.severity) };
        let state = || span(format!("{:<2} {}", words::symbol(flag.severity), words::severity(flag.severity)), style);
        let mut title = vec![span(self.safe(&flag.title), theme.strong())];
        title.extend(self.doubt(&flag.rule));
        let since = span(format!(", since {}", words::when(&flag.since, self.data.moment.zone)), theme.text());
        let done = match &flag.acknowledged {
            None => span("done so far: NOTHING", theme.strong()),
            Some(_) => span("seen", theme.dim()),
        };
        let whole: Vec<Span> = title.iter().cloned().chain([since]).collect();
        let mut head = hanging(state(), STATE, &whole, room);
        match head.last_mut() {
            Some(last) if spans_width(last) + 2 + width(&done.content) <= room => last.extend([blank(2), done]),
            _ => head.push(indent(STATE, vec![done])),
        }
        let title = hanging(state(), STATE, &title, room);
        let action = below(&[span(self.safe(&flag.action), theme.text())], room);
        let done = flag.acknowledged.as_ref().map_or_else(Vec::new, |seen| {
            let by = self.patient.entry(&seen.entry).map(|entry| self.describe().recorded(entry)).unwrap_or_default();
            let done = [
                span(format!("Done: {}", self.safe(&seen.action)), theme.text()),
                span(format!(" ({by})"), theme.dim()),
            ];
            below(&done, room)
        });
        let contacts = self.contacts(flag);
        let call = |some: &[Line]| -> Vec<Line> {
            let margin = margin(room);
            flow(some, room.saturating_sub(margin), 4).into_iter().map(|line| indent(margin, line)).collect()
        };
        let first_to_call = call(contacts.get(..1).unwrap_or_default()).len();
        Parts { head, title, action, call: call(&contacts), first_to_call, done }
    }

    /// Whom to call about what is critical and open.
    fn contacts(&self, flag: &Flag) -> Vec<Line> {
        if !flag.is_open_critical() {
            return Vec::new();
        }
        let one = |contact: &Contact| {
            vec![
                span(format!("{} ", self.safe(&contact.label)), self.data.theme.text()),
                span(self.safe(&contact.number), self.data.theme.strong()),
            ]
        };
        self.data.settings.contacts.iter().map(one).collect()
    }

    fn count(&self, count: &BloodCount, detail: Option<&CountDetail>, room: usize) -> Vec<Line> {
        let theme = self.data.theme;
        let (charset, tests) = (self.data.charset(), self.data.rules.tests());
        let value = |name: &str, entry: Option<&EntryId>| {
            let value = words::count(self.patient, entry, tests, charset).unwrap_or_else(|| "none".to_owned());
            format!("{name} {value:<6}")
        };
        let mut cells = vec![
            vec![span(value("ANC", count.anc.as_ref()), theme.strong())],
            vec![span(value("WBC", count.wbc.as_ref()), theme.text())],
        ];
        let band = count.band.as_ref().map(|band| (self.safe(&band.band), theme.severity(band.severity)));
        let (band, style) = band.unwrap_or_else(|| ("no protocol, no band".to_owned(), theme.dim()));
        let pad = 8usize.saturating_sub(width(&band));
        cells.push(vec![span(band, style), blank(pad)]);
        let entry = count.anc.as_ref().or(count.wbc.as_ref()).and_then(|id| self.patient.entry(id));
        cells.extend(entry.map(|entry| vec![span(self.describe().recorded_that_day(entry), theme.dim())]));
        let lines = flow(&cells, room.saturating_sub(DATE), 2);
        let mut lines = beside(span(words::when(&count.at, self.data.moment.zone), theme.text()), DATE, lines);
        let also = detail.into_iter().flat_map(|detail| &detail.also).filter_map(|id| self.patient.entry(id));
        for other in also {
            let text = format!(
                "?? TWO VALUES: also {} ({}). The lower counts; void the wrong one.",
                self.describe().entry(other, self.patient),
                self.describe().recorded_that_day(other)
            );
            lines.extend(below(&[span(text, theme.warning())], room));
        }
        lines
    }

    /// The newest clozapine level: whether it can be read, on how many occasions it was adequate, and its ratio.
    fn level(&self, level: &LevelNow, room: usize) -> Vec<Line> {
        let theme = self.data.theme;
        let entry = self.patient.entry(&level.entry);
        let said = entry.map(|entry| self.describe().entry(entry, self.patient)).unwrap_or_default();
        let ratio = words::ratio(level).map(|ratio| format!("; {ratio}")).unwrap_or_default();
        let at = entry.and_then(|entry| entry.at.as_ref()).map(|at| words::when(at, self.data.moment.zone));
        let text = [
            span("Newest level: ", theme.strong()),
            span(
                format!("{said}, {}; {}{ratio}", words::trough(level.is_trough), words::adequate(level)),
                theme.text(),
            ),
        ];
        hanging(span(at.unwrap_or_default(), theme.text()), DATE, &text, room)
    }

    /// A prescribed dose against the regimen: the day, what changed, and the most that the day allowed.
    fn dose_day(&self, day: &DoseDay) -> Vec<Span<'static>> {
        let theme = self.data.theme;
        let mut text = format!(", day {}", day.day);
        match day.change_mg {
            Some(change) if change > Decimal::ZERO => text = format!("{text}, raised by {}", words::mg(change)),
            Some(change) if change < Decimal::ZERO => text = format!("{text}, lowered by {}", words::mg(-change)),
            Some(_) => text.push_str(", unchanged"),
            None => text.push_str(", first recorded in the course"),
        }
        text.extend(day.at_most_mg.map(|most| format!("; at most {} that day", words::mg(most))));
        let over = day.over.as_ref().map(|(words, _)| span(format!("; OVER THE REGIMEN: {words}"), theme.warning()));
        std::iter::once(span(text, theme.text())).chain(over).collect()
    }

    fn dose(&self, room: usize) -> Option<Vec<Line>> {
        let dose = self.assessment?.dose.as_ref()?;
        let mut text = format!("Dose {}/day since {}", words::mg(dose.total_mg), words::date(dose.since));
        if let Some(before) = dose.before_mg {
            text = format!("{text} ({} before)", words::mg(before));
        }
        if let Some(most) = dose.at_most_mg {
            text = format!("{text}, at most {} today", words::mg(most));
        }
        if let Some(hours) = self.assessment?.hours_since_dose {
            text = format!("{text}. Last dose {hours} h ago");
        }
        Some(wrap_spans(&[span(text, self.data.theme.text())], room))
    }

    fn due(&self, due: &Due, room: usize) -> Vec<Line> {
        let theme = self.data.theme;
        let (state, style) = match due.status {
            DueStatus::Overdue => (late(due.days_overdue), theme.overdue()),
            DueStatus::Due => ("*  today".to_owned(), theme.notice()),
            DueStatus::Upcoming => ("   later".to_owned(), theme.dim()),
            DueStatus::None => ("   none".to_owned(), theme.dim()),
            DueStatus::Undefined => ("?? NO DATE".to_owned(), theme.unknown()),
        };
        // The names stand over each other, and so do the days, where there is room for columns.
        let columns = if room >= size::FULL.0 - 1 { (TASK, DAY) } else { (0, 0) };
        let padded = |text: String, column: usize| {
            let gap = blank(column.saturating_sub(width(&text)));
            vec![span(text, theme.strong()), gap]
        };
        let mut cells = vec![padded(words::task(due.task).to_owned(), columns.0)];
        cells.extend(due.due.map(|day| padded(words::date(day), columns.1)));
        cells.extend(doubt(self.data, &due.rule).map(|mark| vec![mark]));
        let mut note = |text: String, style| cells.push(vec![span(text, style)]);
        if let Some(taken) = due.sampled_at() {
            let at = words::when(taken, self.data.moment.zone);
            note(format!("taken {at}, no result yet"), theme.warning());
        }
        if let Some(reason) = due.not_taken() {
            note(format!("not taken: {}", self.safe(reason)), theme.warning());
        }
        if let Some(until) = due.valid_until() {
            note(format!("valid until {}", words::date(until)), theme.text());
        }
        // Where there is a day, the lines under the sections say why, for the selected row.
        if due.due.is_none() {
            note(self.safe(&due.why.to_string()), theme.text());
        }
        beside(span(state, style), STATE, flow(&cells, room.saturating_sub(STATE), 2))
    }

    /// An entry; a voided one struck through, and said so in words.
    fn entry(&self, entry: &Entry, room: usize) -> Vec<Line> {
        let theme = self.data.theme;
        let voided = self.voided.get(&entry.id);
        let style = if voided.is_some() { theme.voided() } else { theme.text() };
        let zone = self.data.moment.zone;
        // A void has no time of its own but that of its recording.
        let recorded = || entry.recorded.as_ref().map(|one| crate::ward::When::Instant(one.at));
        let at = entry.at.or_else(recorded).map_or_else(String::new, |at| words::when(&at, zone));
        let mut text: Vec<Span> = Vec::new();
        if let Some(void) = voided {
            let reason = match &void.kind {
                crate::ward::Kind::Void(void) => self.safe(&void.reason),
                _ => String::new(),
            };
            text.push(span(format!("VOIDED: {reason} ({}). ", self.describe().recorded(void)), theme.warning()));
        }
        let mut said = self.describe().entry_in_lines(entry, self.patient);
        let last = said.pop().unwrap_or_default();
        let mut lines: Vec<Line> = Vec::new();
        for line in said {
            text.push(span(line, style));
            lines.extend(wrap_spans(&std::mem::take(&mut text), room.saturating_sub(DATE.max(width(&at) + 2))));
        }
        text.push(span(last, style));
        if let Some(day) = self.detail.doses.iter().find(|day| day.entry == entry.id) {
            text.extend(self.dose_day(day));
        }
        if let Some((_, is_trough)) = self.detail.levels.iter().find(|(id, _)| *id == entry.id) {
            text.push(span(format!(", {}", words::trough(*is_trough)), theme.text()));
        }
        text.push(span(format!(" ({})", self.describe().recorded_that_day(entry)), theme.dim()));
        lines.extend(wrap_spans(&text, room.saturating_sub(DATE.max(width(&at) + 2))));
        beside(span(at, Style::new()), DATE, lines)
    }
}

fn below(text: &[Span], room: usize) -> Vec<Line> {
    let margin = margin(room);
    wrap_spans(text, room.saturating_sub(margin)).into_iter().map(|line| indent(margin, line)).collect()
}

/// How far in the lines below a row stand: on a narrow screen a line of the action is worth more.
fn margin(room: usize) -> usize {
    if room + 1 < size::FULL.0 { BELOW.1 } else { BELOW.0 }
}

/// A first cell, and text beside it that hangs in its own column.
fn hanging(first: Span<'static>, column: usize, text: &[Span], room: usize) -> Vec<Line> {
    let at = column.max(width(&first.content) + 2);
    beside(first, column, wrap_spans(text, room.saturating_sub(at)))
}

/// A first cell, and lines beside it.
fn beside(first: Span<'static>, column: usize, lines: Vec<Line>) -> Vec<Line> {
    let used = width(&first.content);
    let at = column.max(used + 2);
    let mut lines = lines.into_iter();
    let mut head = vec![first, blank(at - used)];
    head.extend(lines.next().unwrap_or_default());
    std::iter::once(head).chain(lines.map(|line| indent(at, line))).collect()
}

/// The first so many lines of a row that is taller than its pane, the last one saying that there is more; its columns stay
/// where they are.
fn first_lines(mut lines: Vec<Line>, most: usize, columns: usize, more: Span<'static>) -> Vec<Line> {
    lines.truncate(most);
    if let Some(last) = lines.last_mut() {
        let is_gap = |span: &Span| width(&span.content) > 1 && span.content.trim().is_empty();
        // The marker, what stands in the first column, and the gap after it.
        let text = last.iter().take(3).position(is_gap).map_or(1, |gap| gap + 1).min(last.len());
        let rest = last.split_off(text);
        let room = columns.saturating_sub(spans_width(last) + width(&more.content) + 1);
        let kept = whole_words(&rest, room);
        last.extend(owned(&kept));
        if spans_width(&kept) > 0 {
            last.push(blank(1));
        }
        last.push(more);
    }
    lines
}
