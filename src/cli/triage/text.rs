//! The assessment of a ward as a list for people: a row for whatever somebody needs, in the words of the screen.
use std::fmt::Write;

use super::People;
use crate::assess::{Assessment, Due, DueStatus, Flag, FlagKind, Task, WardAssessment};
use crate::cli::table::Table;
use crate::rules::Rules;
use crate::safe::{Charset, Safe};
use crate::ward::{Moment, Patient, Ward};
use crate::words;

/// Why a row is there: its symbol, its word, what it is about and why.
struct Row {
    symbol: &'static str,
    word: String,
    what: String,
}

/// What the list is written with.
pub struct Writer<'a> {
    /// The ward.
    pub ward: &'a Ward,
    /// Its patients by id.
    pub people: &'a People<'a>,
    /// The rules.
    pub rules: &'a Rules,
    /// The moment looked from.
    pub moment: &'a Moment,
    /// What the reader can show.
    pub charset: Charset,
}

impl Writer<'_> {
    /// The whole list, most urgent patient first. `columns`: the width of the terminal, if it is one.
    pub fn triage(&self, assessed: &WardAssessment, columns: Option<usize>) -> String {
        let site = self.ward.site.as_deref().map(|site| format!(", {}", self.safe(site))).unwrap_or_default();
        let mut out = format!(
            "{}{site}    as at {} {}\n{}\n",
            self.safe(&self.ward.name),
            words::moment(self.moment),
            self.moment.zone.name(),
            words::counts(&assessed.counts),
        );
        out.push_str(&self.old_protocols());
        let mut table = Table::default();
        // On a clinic nobody has a bed, and nobody misses one.
        let none = if self.ward.has_beds() { words::NO_BED } else { "" };
        for one in &assessed.patients {
            let Some(patient) = self.people.get(&one.patient) else { continue };
            let bed = patient.fields.bed.as_deref().map_or_else(|| none.to_owned(), |bed| self.safe(bed));
            let name = words::name(&patient.fields.name, self.charset);
            for row in self.rows(patient, one) {
                table.row([row.symbol.to_owned(), row.word, bed.clone(), name.clone()], row.what);
            }
        }
        if !table.is_empty() {
            out.push('\n');
            out.push_str(&table.text(columns));
        }
        out
    }

    /// Everything about one patient: flags, what cannot be assessed, what is due, the next blood test, titration.
    fn rows(&self, patient: &Patient, one: &Assessment) -> Vec<Row> {
        let mut rows: Vec<Row> = one.flags.iter().map(|flag| self.flag_row(patient, one, flag)).collect();
        rows.extend(self.unknown(one));
        let listed = |due: &&Due| {
            due.task == Task::Anc || matches!(due.status, DueStatus::Overdue | DueStatus::Due | DueStatus::Undefined)
        };
        rows.extend(one.due.iter().filter(listed).map(|due| self.due_row(due)));
        if one.in_titration {
            rows.push(titration_row(one));
        }
        if rows.is_empty() {
            let what = if patient.fields.active { "nothing due" } else { "not active" };
            rows.push(Row { symbol: "", word: "ok".to_owned(), what: what.to_owned() });
        }
        rows
    }

    /// What is not known of a patient: it never looks like normal.
    fn unknown(&self, one: &Assessment) -> Vec<Row> {
        let undated = one.has_no_next_test();
        let row = |what| {
            let word = if undated { "NO DATE" } else { "NOT READ" };
            Row { symbol: "??", word: word.to_owned(), what }
        };
        let faults = one.cannot_assess.iter().map(|fault| row(format!("CANNOT ASSESS: {}", self.safe(&fault.why))));
        let mut rows: Vec<Row> = faults.collect();
        if undated && rows.is_empty() && one.due(Task::Anc).is_none() {
            rows.push(row("no date for a blood test is known".to_owned()));
        }
        rows
    }

    fn flag_row(&self, patient: &Patient, one: &Assessment, flag: &Flag) -> Row {
        let mut what = format!("{}{}", self.safe(&flag.title), self.mark(&flag.rule));
        if flag.kind == FlagKind::AncBand {
            let _ = write!(what, ", sample {}", words::when(&flag.since, self.moment.zone));
            let newest = one.newest.as_ref().filter(|newest| newest.at != flag.since);
            if let Some(newest) = newest {
                let count = words::count_with_band(patient, newest, self.rules.tests(), self.charset);
                let _ = write!(what, "; newest {count}, sample {}", words::when(&newest.at, self.moment.zone));
            }
        }
        let done = match &flag.acknowledged {
            Some(seen) => format!("Done: {}", self.safe(&seen.action)),
            None => "Done so far: NOTHING".to_owned(),
        };
        Row {
            symbol: words::symbol(flag.severity),
            word: words::severity(flag.severity).to_owned(),
            what: format!("{what}. {}. {done}", self.safe(&flag.action)),
        }
    }

    fn due_row(&self, due: &Due) -> Row {
        let task = words::task(due.task);
        let day = due.due.map(words::date).unwrap_or_default();
        let (symbol, word, mut what) = match due.status {
            DueStatus::Overdue => ("+", format!("{} d late", due.days_overdue), format!("{task} due {day}")),
            DueStatus::Due => ("*", "today".to_owned(), format!("{task} due {day}")),
            DueStatus::Upcoming => {
                let days = due.due.map_or(0, |day| (day - self.moment.today()).num_days());
                ("", format!("in {days} d"), format!("{task} due {day}"))
            }
            DueStatus::None => ("", "no more".to_owned(), format!("{task}: no more asked for")),
            DueStatus::Undefined => ("??", "NO DATE".to_owned(), format!("{task}: NO DATE")),
        };
        let _ = write!(what, "{}: {}", self.mark(&due.rule), self.safe(&due.why.to_string()));
        if let Some(until) = due.valid_until() {
            let _ = write!(what, "; valid until {}", words::date(until));
        }
        if let Some(at) = due.sampled_at() {
            let _ = write!(what, "; taken {}, no result yet", words::when(at, self.moment.zone));
        }
        if let Some(reason) = due.not_taken() {
            let _ = write!(what, "; {}", self.safe(reason));
        }
        Row { symbol, word, what }
    }

    /// What is said after what rests on a figure that nobody could verify.
    fn mark(&self, rule: &str) -> String {
        words::mark(self.rules, rule).map(|mark| format!(", {mark}")).unwrap_or_default()
    }

    /// Protocols of active patients that nobody has held against their sources for long, a line each.
    fn old_protocols(&self) -> String {
        let active = self.ward.patients.iter().filter(|patient| patient.fields.active);
        let ids = active.filter_map(|patient| patient.fields.protocol.as_deref());
        let old = words::all_not_checked(self.rules, ids, self.moment.today(), self.charset);
        old.into_iter().flat_map(|line| [line, "\n".to_owned()]).collect()
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.charset).to_string()
    }
}

/// Where somebody is in titration, the dose now, and the regimen's limit for today.
fn titration_row(one: &Assessment) -> Row {
    let day = one.titration_day.map_or_else(|| "not started".to_owned(), |day| format!("day {day}"));
    let dose = one.dose.as_ref().map_or_else(
        || "no dose recorded".to_owned(),
        |dose| {
            let most = dose.at_most_mg.map(|most| format!(", at most {} today", words::mg(most))).unwrap_or_default();
            format!("{}/day since {}{most}", words::mg(dose.total_mg), words::date(dose.since))
        },
    );
    Row { symbol: "", word: "titration".to_owned(), what: format!("{day}: {dose}") }
}
