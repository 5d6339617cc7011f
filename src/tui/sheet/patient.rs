//! A patient on the round sheet: who, what is known, what is open with what to do, and boxes to tick.
use super::{COLUMNS, Sheet, hanging, wrap_at};
use crate::assess::{Assessment, Due, DueStatus, Flag, FlagKind, State, Task};
use crate::tui::data::board::has_no_date;
use crate::tui::text::{flow, span, width};
use crate::ward::{EntryId, Kind, Patient};
use crate::words;

/// Where the text of flags and tasks begins: after `  !! CRITICAL  `.
const INDENT: usize = 15;

/// One patient of a sheet.
pub(super) struct Block<'a> {
    pub sheet: &'a Sheet<'a>,
    pub patient: &'a Patient,
    pub one: &'a Assessment,
}

impl Block<'_> {
    /// Bed and name.
    pub fn name(&self) -> String {
        let fields = &self.patient.fields;
        let charset = self.sheet.charset;
        format!("{}  {}", words::bed(fields.bed.as_deref(), charset), words::name(&fields.name, charset))
    }

    /// All lines, with an empty one at the end.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.banner();
        lines.extend(self.now().into_iter().flat_map(|text| hanging("  ", &text)));
        lines.extend(self.one.flags.iter().flat_map(|flag| self.flag(flag)));
        for unknown in &self.one.cannot_assess {
            lines.extend(hanging(&head("?? NOT READ"), &format!("CANNOT ASSESS: {}", self.sheet.safe(&unknown.why))));
        }
        if has_no_date(self.one) {
            lines
                .extend(hanging(&head("?? NO DATE"), "No date for the next blood test is known: ask who monitors it."));
        }
        lines.extend(self.one.due.iter().flat_map(|due| self.due(due)));
        lines.extend(hanging("  Note: ", &"_".repeat(COLUMNS - 8)));
        lines.push(String::new());
        lines
    }

    fn banner(&self) -> Vec<String> {
        let fields = &self.patient.fields;
        let charset = self.sheet.charset;
        let mut items = vec![self.name()];
        items.push(words::born(self.patient, self.sheet.moment.today()));
        items.push(words::sex(fields.sex).to_owned());
        items.push(words::number(&fields.identifiers, charset));
        items.push(words::protocol(self.patient, charset));
        let day = |name: &str, day: Option<i64>| day.map(|day| format!("{name} day {day}"));
        items.extend(day("treatment", self.one.treatment_day));
        items.extend(day("titration", self.one.titration_day));
        items.extend(state(self.one.state).map(str::to_owned));
        items.push(words::ben(fields.ben).to_owned());
        let items: Vec<_> = items.into_iter().map(|item| vec![span(item, ratatui::style::Style::new())]).collect();
        let text = |line: Vec<ratatui::text::Span>| line.iter().map(|span| &*span.content).collect::<String>();
        flow(&items, COLUMNS, 2).into_iter().map(text).collect()
    }

    /// The newest count and the dose.
    fn now(&self) -> Vec<String> {
        let zone = self.sheet.moment.zone;
        let count = self.one.newest.as_ref().map(|count| {
            let results = [&count.anc, &count.wbc].into_iter().flatten().filter_map(|id| self.result(id));
            let band = count.band.as_ref().map(|band| self.sheet.safe(&band.band));
            let parts: Vec<String> = results.chain(band).collect();
            format!("{}, sample {}", parts.join(", "), words::when(&count.at, zone))
        });
        let dose = self.one.dose.as_ref().map(|dose| {
            let what = if self.one.state == State::Stopped { "STOPPED; last prescribed" } else { "Dose" };
            let most = dose.at_most_mg.map(|mg| format!(", at most {} today", words::mg(mg))).unwrap_or_default();
            format!("{what} {}/day since {}{most}", words::mg(dose.total_mg), words::date(dose.since))
        });
        vec![
            count.unwrap_or_else(|| format!("ANC {}", words::NOT_RECORDED)),
            dose.unwrap_or_else(|| format!("Dose {}", words::NOT_RECORDED)),
        ]
    }

    /// A result whole, with its unit.
    fn result(&self, id: &EntryId) -> Option<String> {
        let Kind::Observation(observation) = &self.patient.entry(id)?.kind else { return None };
        Some(words::result(observation, self.sheet.rules.tests(), self.sheet.charset))
    }

    /// What is flagged, what the rule says to do, what was done, and room for what is done now.
    fn flag(&self, flag: &Flag) -> Vec<String> {
        let safe = |text: &str| self.sheet.safe(text);
        let state = format!("{:<2} {}", words::symbol(flag.severity), words::severity(flag.severity));
        let mark = words::mark(self.sheet.rules, &flag.rule).map(|mark| format!(", {mark}")).unwrap_or_default();
        let since = match flag.kind {
            FlagKind::AncBand => format!(", sample {}", words::when(&flag.since, self.sheet.moment.zone)),
            _ => String::new(),
        };
        let mut lines = hanging(&head(&state), &format!("{}{mark}{since}. {}", safe(&flag.title), safe(&flag.action)));
        let indent = " ".repeat(INDENT);
        if let Some(seen) = &flag.acknowledged {
            lines.extend(hanging(&indent, &format!("Done: {}", safe(&seen.action))));
        } else {
            let open = format!("{indent}[ ] Done so far: NOTHING. Now: ");
            let blank = "_".repeat(COLUMNS.saturating_sub(width(&open)));
            lines.push(format!("{open}{blank}"));
        }
        lines
    }

    /// A box for what is due; what comes later in a line.
    fn due(&self, due: &Due) -> Vec<String> {
        let task = words::task(due.task);
        let day = due.due.map(words::date).unwrap_or_default();
        let mark = words::mark(self.sheet.rules, &due.rule).map(|mark| format!(", {mark}")).unwrap_or_default();
        let why = self.sheet.safe(&due.why.to_string());
        match due.status {
            DueStatus::Overdue => hanging(
                "  [ ] ",
                &format!("{task}: {} d late, was due {day}{mark}: {why}{}", due.days_overdue, self.more(due)),
            ),
            DueStatus::Due => hanging("  [ ] ", &format!("{task}: today{mark}: {why}{}", self.more(due))),
            DueStatus::Undefined => hanging("  [ ] ", &format!("{task}: NO DATE{mark}: {why}")),
            DueStatus::Upcoming if due.task == Task::Anc => hanging("  ", &format!("Next {task} {day}{mark}: {why}")),
            DueStatus::Upcoming | DueStatus::None => Vec::new(),
        }
    }

    /// That blood was taken, or not to be had, or until when the last sample holds.
    fn more(&self, due: &Due) -> String {
        let mut more = String::new();
        if let Some(at) = due.sampled_at() {
            more = format!("; taken {}, no result yet", words::when(at, self.sheet.moment.zone));
        }
        if let Some(reason) = due.not_taken() {
            more = format!("{more}; {}", self.sheet.safe(reason));
        }
        if let Some(until) = due.valid_until() {
            more = format!("{more}; valid until {}", words::date(until));
        }
        more
    }
}

/// `  !! CRITICAL  `: a state in its column.
fn head(state: &str) -> String {
    wrap_at(&format!("  {state:<11}  "), COLUMNS).concat()
}

/// What of the state the days do not say.
fn state(state: State) -> Option<&'static str> {
    match state {
        State::NotStarted => Some("not started"),
        State::OnTreatment => None,
        State::OnBreak => Some("ON A BREAK"),
        State::Stopped => Some("STOPPED"),
    }
}
