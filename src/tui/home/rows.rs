//! The rows of the five panes in words.
use std::rc::Rc;

use ratatui::text::Span;

use crate::assess::{Assessment, BloodCount, Due, DueStatus, Flag, FlagKind, Severity, State};
use crate::safe::Safe;
use crate::tui::columns::{Cell, Column, RowText, always, if_room};
use crate::tui::data::Data;
use crate::tui::data::board::{Pane, Row, What, has_no_date, is_blood};
use crate::tui::sparkline::sparkline;
use crate::tui::text::span;
use crate::ward::{Kind, Patient, When};
use crate::words;

/// The columns of a pane.
pub fn columns(pane: Pane) -> &'static [Column] {
    match pane {
        Pane::Anc => {
            const {
                &[
                    always("ANC x10^9/L", 15),
                    always("sample", 18),
                    always("done", 9),
                    if_room("WBC", 8),
                    TREND,
                    BORN,
                    RULES,
                    AGO,
                    SOURCE,
                ]
            }
        }
        Pane::Overdue => {
            const { &[always("test", 6), always("was due", 13), always("", 24), LAST, TREND, BORN, RULES, AGO, SOURCE] }
        }
        Pane::Upcoming => {
            const { &[always("test", 6), always("due", 13), always("", 24), LAST, TREND, BORN, RULES, AGO, SOURCE] }
        }
        Pane::Titration => {
            const { &[always("day", 5), always("dose now", 13), always("at most today", 16), LAST, BORN, RULES, AGO, SOURCE] }
        }
        Pane::Checks => const { &[always("check", 9), always("", 32), if_room("dose now", 13), BORN, RULES, SOURCE] },
    }
}

const LAST: Column = if_room("last ANC", 30);
/// The last counts as a shape; the newest stands in digits before it.
const TREND: Column = if_room("ANC trend", 11);
const BORN: Column = if_room("born", 13);
const RULES: Column = if_room("protocol", 23);
const AGO: Column = if_room("ANC days ago", 14);
/// Of the rule behind the row.
const SOURCE: Column = if_room("source", 30);

/// Counts in a trend.
const TREND_COUNTS: usize = 8;

/// A row of a pane in words.
pub fn text(data: &Data, row: &Row) -> Option<RowText> {
    let assessment = data.assessed.get(row.patient)?;
    let patient = data.patient(&assessment.patient)?;
    let line = Words { data, patient, assessment };
    let mut marks = Vec::new();
    let (state, cells) = match row.what {
        What::Flag(i) => {
            let flag = assessment.flags.get(i)?;
            marks.extend(line.several(flag));
            line.flag(flag)
        }
        What::Blood(i) => line.blood(assessment.due.get(i)?),
        What::Awaited(task, flag) => {
            let (_, cells) = line.blood(assessment.due.get(task)?);
            (line.flag_state(assessment.flags.get(flag)?), cells)
        }
        What::Unknown => line.unknown(),
        What::Titration => (span("", data.theme.text()), line.titration()),
        What::Checks(status) => line.checks(status),
    };
    Some(line.row(state, cells, marks))
}

/// What is known of a row's patient.
struct Words<'a> {
    data: &'a Data,
    patient: &'a Patient,
    assessment: &'a Assessment,
}

impl Words<'_> {
    fn row(&self, state: Span<'static>, cells: Vec<Cell>, mut marks: Vec<Span<'static>>) -> RowText {
        let theme = self.data.theme;
        let fields = &self.patient.fields;
        let charset = self.data.charset();
        if self.data.has_a_namesake(&self.patient.id) {
            let born = words::born(self.patient, self.data.moment.today());
            marks.insert(0, span(format!("name like another's: {born}"), theme.warning()));
        }
        RowText {
            state,
            bed: span(self.data.bed(self.patient), theme.text()),
            has_bed: fields.bed.is_some(),
            name: span(words::name(&fields.name, charset), theme.text()),
            marks,
            is_new: self.data.news.has(&self.patient.id),
            cells,
        }
    }

    /// That two results of one test at one time were entered: the more dangerous one counts until one is voided.
    fn several(&self, flag: &Flag) -> Option<Span<'static>> {
        if flag.kind != FlagKind::AncBand {
            return None;
        }
        let values = words::values_at_one_time(self.patient, &flag.entry);
        let text = format!("{} values: {}; the lower counts until one is voided", values.len(), values.join(", "));
        (values.len() > 1).then(|| span(text, self.data.theme.warning()))
    }

    fn flag_state(&self, flag: &Flag) -> Span<'static> {
        let theme = self.data.theme;
        let style = if flag.acknowledged.is_some() { theme.dim() } else { theme.severity(flag.severity) };
        span(format!("{:<2} {}", words::symbol(flag.severity), words::severity(flag.severity)), style)
    }

    fn flag(&self, flag: &Flag) -> (Span<'static>, Vec<Cell>) {
        let cells = match flag.kind {
            FlagKind::AncBand => self.anc_flag(flag),
            FlagKind::AncFall | FlagKind::Infection => self.other_anc_flag(flag),
            FlagKind::Retitrate
            | FlagKind::MissedDose
            | FlagKind::TitrationLimit
            | FlagKind::DoseLimit
            | FlagKind::Approval => self.titration_flag(flag),
            _ => self.check_flag(flag),
        };
        (self.flag_state(flag), cells)
    }

    /// The newest count, and which one the flag is about if that is another.
    fn anc_flag(&self, flag: &Flag) -> Vec<Cell> {
        let zone = self.data.moment.zone;
        let about = |count: &BloodCount| [&count.anc, &count.wbc].into_iter().flatten().any(|id| *id == flag.entry);
        let Some(newest) = &self.assessment.newest else { return self.other_anc_flag(flag) };
        // An older count is looked for only where the flag is about one.
        let all = if about(newest) { Rc::default() } else { self.data.counts(self.patient) };
        let flagged = if about(newest) { Some(newest) } else { all.iter().rev().find(|count| about(count)) };
        let Some(flagged) = flagged else { return self.other_anc_flag(flag) };
        let charset = self.data.charset();
        let value = words::count_with_band(self.patient, newest, self.data.rules.tests(), charset);
        let value = if newest == flagged { self.marked(value, &flag.rule).matters() } else { self.plain(value) };
        let mut cells = vec![value];
        if newest == flagged {
            cells.push(self.plain(words::when(&newest.at, zone)));
            cells.push(self.done(flag));
        } else {
            let band = flagged.band.as_ref().map_or_else(|| "flag".into(), |band| Safe::within(&band.band, charset));
            let day = words::date(flagged.at.date(zone));
            let seen = if flag.acknowledged.is_some() { "seen" } else { "open" };
            cells.push(self.marked(format!("{band} of {day} {seen}"), &flag.rule).sentence());
            cells.push(Cell::default());
        }
        let wbc = words::count(self.patient, newest.wbc.as_ref(), self.data.rules.tests(), charset);
        cells.push(self.plain(wbc.unwrap_or_else(|| "none".to_owned())));
        cells.extend([self.trend(), self.born(), self.rules(), self.ago(), self.source(&flag.rule)]);
        cells
    }

    fn other_anc_flag(&self, flag: &Flag) -> Vec<Cell> {
        vec![
            self.title(flag),
            Cell::default(),
            self.done(flag),
            Cell::default(),
            self.trend(),
            self.born(),
            self.rules(),
            self.ago(),
            self.source(&flag.rule),
        ]
    }

    fn titration_flag(&self, flag: &Flag) -> Vec<Cell> {
        let who = [self.last(), self.born(), self.rules(), self.ago(), self.source(&flag.rule)];
        [self.title(flag), Cell::default(), Cell::default()].into_iter().chain(who).collect()
    }

    fn check_flag(&self, flag: &Flag) -> Vec<Cell> {
        let dose =
            self.assessment.dose.as_ref().map_or_else(Cell::default, |dose| self.plain(words::mg(dose.total_mg)));
        vec![self.title(flag), Cell::default(), dose, self.born(), self.rules(), self.source(&flag.rule)]
    }

    fn title(&self, flag: &Flag) -> Cell {
        let seen = if flag.acknowledged.is_some() { " - seen" } else { "" };
        self.marked(format!("{}{seen}", Safe::within(&flag.title, self.data.charset())), &flag.rule)
            .matters()
            .sentence()
    }

    /// A text with the mark of its rule where there is room for it: the lines under the panes always say it.
    fn marked(&self, text: String, rule: &str) -> Cell {
        match words::mark(&self.data.rules, rule) {
            Some(mark) => self.plain(format!("{text}, {mark}")).or(span(text, self.data.theme.text())),
            None => self.plain(text),
        }
    }

    /// What was done: `NOTHING` until somebody said so.
    fn done(&self, flag: &Flag) -> Cell {
        let theme = self.data.theme;
        match &flag.acknowledged {
            None if flag.severity == Severity::Critical => Cell::new(span("NOTHING", theme.strong())),
            None => self.plain("nothing"),
            Some(_) => Cell::new(span("seen", theme.dim())),
        }
    }

    fn blood(&self, due: &Due) -> (Span<'static>, Vec<Cell>) {
        let day = due.due.map_or_else(|| "no date".to_owned(), words::date);
        let test = self.plain(words::task(due.task)).sentence();
        let who = [self.last(), self.trend(), self.born(), self.rules(), self.ago(), self.source(&due.rule)];
        let cells = [test, self.plain(day), self.blood_note(due)].into_iter().chain(who).collect();
        (self.due_state(due.status, due.days_overdue), cells)
    }

    /// What else has to be known of a blood test: that blood was taken, or refused, or until when the last one holds.
    fn blood_note(&self, due: &Due) -> Cell {
        let moment = &self.data.moment;
        if let Some(taken) = due.sampled_at() {
            let at = match taken {
                When::Date(day) => words::date(*day),
                other => words::when(other, moment.zone),
            };
            let long = span(format!("taken {at}, no result yet"), self.data.theme.text());
            return Cell::new(long).or(span("taken, no result yet", self.data.theme.text()));
        }
        if let Some(reason) = due.not_taken() {
            return self.plain(Safe::within(reason, self.data.charset()).to_string());
        }
        if let Some(until) = due.valid_until() {
            let until = format!("valid until {}", words::date(until));
            // How long a count holds has a rule of its own.
            let validity = due.validity_rule();
            let is_marked = words::mark(&self.data.rules, &validity).is_some();
            return self.marked(until, if is_marked { &validity } else { &due.rule });
        }
        self.marked(Safe::within(&due.why.to_string(), self.data.charset()).to_string(), &due.rule).if_fits()
    }

    fn due_state(&self, status: DueStatus, days: i64) -> Span<'static> {
        let theme = self.data.theme;
        match status {
            DueStatus::Overdue => span(late(days), theme.overdue()),
            DueStatus::Due => span("*  today", theme.notice()),
            DueStatus::Undefined => span("?? NO DATE", theme.unknown()),
            DueStatus::Upcoming | DueStatus::None => span("", theme.text()),
        }
    }

    /// A patient of whom something is not known: it never looks like normal.
    fn unknown(&self) -> (Span<'static>, Vec<Cell>) {
        let theme = self.data.theme;
        let charset = self.data.charset();
        let word = if has_no_date(self.assessment) { "?? NO DATE" } else { "?? NOT READ" };
        let mut whys: Vec<String> = self
            .assessment
            .cannot_assess
            .iter()
            .map(|one| format!("CANNOT ASSESS: {}", Safe::within(&one.why, charset)))
            .collect();
        if whys.len() > 1 {
            let more = whys.len() - 1;
            whys.truncate(1);
            whys.push(format!("and {more} more"));
        }
        if whys.is_empty() {
            let undefined = self.assessment.due.iter().find(|due| due.status == DueStatus::Undefined);
            whys.push(undefined.map_or_else(
                || "no date for a blood test is known".to_owned(),
                |due| format!("{}: {}", words::task(due.task), Safe::within(&due.why.to_string(), charset)),
            ));
        }
        let why = self.plain(whys.join(", ")).sentence();
        let who = [self.last(), self.trend(), self.born(), self.rules(), self.ago()];
        let cells = [why, Cell::default(), Cell::default()].into_iter().chain(who).collect();
        (span(word, theme.unknown()), cells)
    }

    fn titration(&self) -> Vec<Cell> {
        let day = self.assessment.titration_day.map_or_else(String::new, |day| day.to_string());
        let dose = self.assessment.dose.as_ref();
        let now = dose.map_or_else(|| words::NOT_RECORDED.to_owned(), |dose| words::mg(dose.total_mg));
        let most = match dose.and_then(|dose| dose.at_most_mg) {
            Some(most) => words::mg(most),
            None => "no limit known".to_owned(),
        };
        vec![self.plain(day), self.plain(now), self.plain(most), self.last(), self.born(), self.rules(), self.ago()]
    }

    fn checks(&self, status: DueStatus) -> (Span<'static>, Vec<Cell>) {
        let mine = || self.assessment.due.iter().filter(|due| !is_blood(due.task) && due.status == status);
        let days = mine().map(|due| due.days_overdue).max().unwrap_or_default();
        let tasks: Vec<&str> = mine().map(|due| words::task(due.task)).collect();
        let one_day = mine().next().filter(|_| tasks.len() == 1).and_then(|due| due.due);
        let what = match one_day.filter(|_| status == DueStatus::Overdue) {
            Some(day) => [self.plain(tasks.concat()).sentence(), self.plain(format!("was due {}", words::date(day)))],
            None => [self.plain(tasks.join("  ")).sentence(), Cell::default()],
        };
        let mut cells = Vec::from(what);
        let dose = self.assessment.dose.as_ref();
        cells.push(dose.map_or_else(Cell::default, |dose| self.plain(words::mg(dose.total_mg))));
        cells.extend([self.born(), self.rules()]);
        // Several tasks may rest on several rules.
        cells.extend(mine().next().filter(|_| tasks.len() == 1).map(|due| self.source(&due.rule)));
        (self.due_state(status, days), cells)
    }

    /// The newest count with its band and day.
    fn last(&self) -> Cell {
        let Some(count) = &self.assessment.newest else { return self.plain("none yet") };
        let read = words::count_with_band(self.patient, count, self.data.rules.tests(), self.data.charset());
        self.plain(format!("{read} {}", words::date(count.at.date(self.data.moment.zone)))).if_fits()
    }

    /// The shape of the last counts that could be read.
    fn trend(&self) -> Cell {
        let tests = self.data.rules.tests();
        let read = |count: &BloodCount| {
            let Kind::Observation(observation) = &self.patient.entry(count.anc.as_ref()?)?.kind else { return None };
            tests.value(observation).ok()
        };
        let counts = self.data.counts(self.patient);
        let newest = counts.get(counts.len().saturating_sub(TREND_COUNTS)..).unwrap_or_default();
        let numbers: Vec<_> = newest.iter().filter_map(read).collect();
        self.plain(sparkline(&numbers, TREND_COUNTS, self.data.charset())).if_fits()
    }

    fn born(&self) -> Cell {
        let born = self.patient.fields.born;
        self.plain(born.map_or_else(|| words::NOT_RECORDED.to_owned(), words::date))
    }

    fn rules(&self) -> Cell {
        let rules = words::protocol(self.patient, self.data.charset());
        let stopped = if self.assessment.state == State::Stopped { ", stopped" } else { "" };
        // The service is left out before the protocol is.
        let short = rules.split(',').next().unwrap_or_default();
        let short = span(format!("{short}{stopped}"), self.data.theme.text());
        self.plain(format!("{rules}{stopped}")).or(short).if_fits()
    }

    /// Days since the sample of the newest ANC: a WBC alone is none.
    fn ago(&self) -> Cell {
        let has_anc = |count: &&BloodCount| count.anc.is_some();
        let newest = self.assessment.newest.as_ref().filter(has_anc).map(|count| count.at);
        let older = || self.data.counts(self.patient).iter().rfind(has_anc).map(|count| count.at);
        let Some(at) = newest.or_else(older) else { return Cell::default() };
        let moment = &self.data.moment;
        self.plain(format!("{} d", (moment.today() - at.date(moment.zone)).num_days())).if_fits()
    }

    /// What a rule rests on: its source, or its key where that is too long.
    fn source(&self, rule: &str) -> Cell {
        let Some(known) = self.data.rules.rule(rule) else { return Cell::default() };
        let charset = self.data.charset();
        let source = Safe::within(&known.source, charset).to_string();
        self.plain(source).or(span(Safe::within(&known.key, charset).to_string(), self.data.theme.text())).if_fits()
    }

    fn plain(&self, text: impl Into<String>) -> Cell {
        Cell::new(span(text, self.data.theme.text()))
    }
}

/// `+  5 d late`, never wider than the column.
pub fn late(days: i64) -> String {
    match days {
        ..100 => format!("+ {days:>2} d late"),
        100..1000 => format!("+ {days}d late"),
        _ => "+  OVERDUE".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::late;

    #[test]
    fn days_late_fit_their_column() {
        assert_eq!([5, 12, 100, 999, 4000].map(late).map(|text| text.len()), [11, 11, 11, 11, 10]);
        assert_eq!(late(5), "+  5 d late");
    }
}
