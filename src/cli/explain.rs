//! `wardround explain`: why, as a colleague would answer: each date and flag of one patient with the value, the rule,
//! the arithmetic, the source, and how sure we are of it.
mod under;

use std::fmt::Write;

use super::args;
use super::host::Host;
use super::open;
use super::pipes::Pipes;
use super::protocol;
use super::status::{Failure, Status};
use super::table::push_hanging;
use crate::assess::{self, Assessment, BloodCount, Due, DueStatus, Flag, LevelNow, State};
use crate::rules::{Checks, Protocol, Rules};
use crate::safe::{Charset, Safe};
use crate::ward::{Kind, Moment, Patient, Ward};
use crate::words;

/// Runs the command.
///
/// # Errors
/// The file cannot be read; no patient, or more than one, is meant.
pub fn run(args: &args::Explain, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let opened = open::open(&args.file, host, args.as_of.as_deref(), pipes)?;
    let patient = find(&opened.loaded.ward, &args.patient)?;
    let (rules, moment) = (&opened.rules, &opened.moment);
    let assessed = assess::patient(patient, rules, moment);
    let writer = Writer { rules, moment, charset: pipes.charset, columns: pipes.columns };
    let text = match &args.under {
        None => writer.explain(patient, &assessed),
        Some(id) => {
            let Some(protocol) = rules.protocol(id) else {
                return Err(Failure::usage(format!("--under: no such protocol.\n{}", protocol::ids(rules))));
            };
            writer.under(patient, &assessed, protocol)
        }
    };
    pipes.answer(&text)?;
    Ok(Status::Done)
}

/// The patient with this id, else the only one with this name.
fn find<'a>(ward: &'a Ward, wanted: &str) -> Result<&'a Patient, Failure> {
    if let Some(patient) = ward.patients.iter().find(|patient| patient.id.as_str() == wanted) {
        return Ok(patient);
    }
    let wanted = wanted.to_lowercase();
    let named: Vec<&Patient> = ward.patients.iter().filter(|patient| names(patient).contains(&wanted)).collect();
    match named.as_slice() {
        [patient] => Ok(patient),
        [] => Err(Failure::usage("no patient in the file has that id or name")),
        several => Err(Failure::usage(format!(
            "{} patients have that name: use the id in the file (`wardround triage FILE --json` shows the ids)",
            several.len()
        ))),
    }
}

/// The ways in which a name may be given, in small letters.
fn names(patient: &Patient) -> [String; 5] {
    let (family, given) = (patient.fields.name.family.to_lowercase(), patient.fields.name.given.to_lowercase());
    [
        format!("{family}, {given}"),
        format!("{family} {given}"),
        format!("{given} {family}"),
        family.clone(),
        given.clone(),
    ]
}

/// Writes an explanation.
struct Writer<'a> {
    rules: &'a Rules,
    moment: &'a Moment,
    charset: Charset,
    columns: Option<usize>,
}

impl Writer<'_> {
    fn explain(&self, patient: &Patient, one: &Assessment) -> String {
        let mut out = self.head(patient, one);
        if let Some(sample) = &one.newest {
            let _ = writeln!(out, "\n{}", self.newest(patient, sample));
            let detail = assess::detail(patient, self.rules, self.moment);
            if let Some(rule) = detail.counts.last().and_then(|count| count.rule.as_ref()) {
                self.rule(&mut out, rule);
            }
        }
        if let Some(level) = &one.level {
            self.level(&mut out, patient, level);
        }
        for flag in &one.flags {
            self.flag(&mut out, flag);
        }
        for fault in &one.cannot_assess {
            let _ = writeln!(out, "\n?? CANNOT ASSESS: {}", self.safe(&fault.why));
        }
        for due in &one.due {
            self.due(&mut out, due);
        }
        if one.flags.is_empty() && one.due.is_empty() && one.cannot_assess.is_empty() {
            out.push_str("\nNothing is flagged and nothing is due.\n");
        }
        out
    }

    /// The same patient under another protocol.
    fn under(&self, patient: &Patient, assessed: &Assessment, protocol: &Protocol) -> String {
        let mut out = self.head(patient, assessed);
        let old = words::not_checked(self.rules, protocol, self.moment.today());
        let text = format!(
            "As if {} (version {}, checked on {}{}) had been this patient's protocol all along. Nothing is written.",
            self.safe(&protocol.id),
            self.safe(&protocol.version),
            words::date(protocol.checked_on),
            old.map(|old| format!("; {old}")).unwrap_or_default(),
        );
        out.push('\n');
        self.line_of(&mut out, "", &text);
        if let Some(sample) = &assessed.newest {
            self.line_of(&mut out, "", &self.sample(patient, sample));
        }
        let other = assess::under(patient, &protocol.id, self.rules, self.moment);
        let own = patient.fields.protocol.as_deref().map_or_else(|| "no protocol".to_owned(), |id| self.safe(id));
        let both = under::Both { own: (format!("now {own}"), assessed), other: (self.safe(&protocol.id), &other) };
        out.push_str(&self.compare(&both));
        out
    }

    /// Who it is, under which rules, and where in treatment.
    fn head(&self, patient: &Patient, one: &Assessment) -> String {
        let fields = &patient.fields;
        let version = fields.protocol.as_deref().and_then(|id| self.rules.protocol(id)).map(|protocol| {
            let old = words::not_checked(self.rules, protocol, self.moment.today());
            let old = old.map(|old| format!("; {old}")).unwrap_or_default();
            format!(" (version {}, checked on {}{old})", self.safe(&protocol.version), words::date(protocol.checked_on))
        });
        let day = |name: &str, day: Option<i64>| day.map(|day| format!(", {name} day {day}")).unwrap_or_default();
        format!(
            "{}    {}    {}    {}    {}\n{}{}    {}\n{}{}{}\nas at {} {}\n",
            words::name(&fields.name, self.charset),
            words::born(patient, self.moment.today()),
            words::sex(fields.sex),
            words::number(&fields.identifiers, self.charset),
            words::bed(fields.bed.as_deref(), self.charset),
            words::protocol(patient, self.charset),
            version.unwrap_or_default(),
            words::ben(fields.ben),
            state(one.state),
            day("treatment", one.treatment_day),
            day("titration", one.titration_day),
            words::moment(self.moment),
            self.moment.zone.name(),
        )
    }

    /// The newest sample and its band.
    fn newest(&self, patient: &Patient, sample: &BloodCount) -> String {
        let band =
            sample.band.as_ref().map_or_else(|| "no band without a protocol".to_owned(), |band| self.safe(&band.band));
        format!("{}: {band}", self.sample(patient, sample))
    }

    /// The newest clozapine level: whether it can be read, whether it is adequate, and its ratio.
    fn level(&self, out: &mut String, patient: &Patient, level: &LevelNow) {
        let Some(entry) = patient.entry(&level.entry) else { return };
        let Kind::Observation(observation) = &entry.kind else { return };
        let when = entry.at.as_ref().map(|at| words::when(at, self.moment.zone)).unwrap_or_default();
        let value = words::result(observation, self.rules.tests(), self.charset);
        let _ = writeln!(out, "\nNewest level {when}: {value}, {}", words::trough(level.is_trough));
        self.line(out, "Adequate", &words::adequate(level));
        self.rule(out, &Checks::key("level.adequate"));
        if let Some(ratio) = words::ratio(level) {
            self.line(out, "Ratio", &ratio);
            if let Some(rule) = &level.ratio_rule {
                self.rule(out, rule);
            }
        }
    }

    /// A sample: when, and its counts.
    fn sample(&self, patient: &Patient, sample: &BloodCount) -> String {
        let count = |entry| words::count(patient, entry, self.rules.tests(), self.charset);
        let anc = count(sample.anc.as_ref()).unwrap_or_else(|| "none".to_owned());
        let wbc = count(sample.wbc.as_ref()).map(|wbc| format!(", WBC {wbc}")).unwrap_or_default();
        format!("Newest sample {}: ANC {anc}{wbc}", words::when(&sample.at, self.moment.zone))
    }

    fn flag(&self, out: &mut String, flag: &Flag) {
        let symbol = words::symbol(flag.severity);
        let mark = self.mark(&flag.rule);
        let _ = writeln!(out, "\n{symbol} {}  {}{mark}", words::severity(flag.severity), self.safe(&flag.title));
        self.line(out, "Why", &self.safe(&flag.why));
        self.line(out, "What to do", &self.safe(&flag.action));
        let done =
            flag.acknowledged.as_ref().map_or_else(|| "NOTHING so far".to_owned(), |seen| self.safe(&seen.action));
        self.line(out, "Done", &done);
        let since = words::when(&flag.since, self.moment.zone);
        self.line(out, "Since", &format!("{since}, entry {}", self.safe(flag.entry.as_str())));
        self.rule(out, &flag.rule);
    }

    fn due(&self, out: &mut String, due: &Due) {
        let task = words::task(due.task);
        let mark = self.mark(&due.rule);
        let day = due.due.map(words::date).unwrap_or_default();
        let _ = match due.status {
            DueStatus::Overdue => writeln!(out, "\n+ {} d late  {task} due {day}{mark}", due.days_overdue),
            DueStatus::Due => writeln!(out, "\n* today  {task} due {day}{mark}"),
            DueStatus::Upcoming => writeln!(out, "\n{task} due {day}{mark}"),
            DueStatus::None => writeln!(out, "\n{task}: no more asked for{mark}"),
            DueStatus::Undefined => writeln!(out, "\n?? {task}: NO DATE{mark}"),
        };
        self.line(out, "Why", &self.safe(&due.why.to_string()));
        if let Some(until) = due.valid_until() {
            let validity = due.validity_rule();
            let mark = self.mark(&validity);
            self.line(
                out,
                "Valid until",
                &format!("{}{mark}: so long the last sample covers supply", words::date(until)),
            );
            if self.rules.rule(&validity).is_some() {
                self.rule(out, &validity);
            }
        }
        if let Some(at) = due.sampled_at() {
            self.line(out, "Taken", &format!("{}, no result yet", words::when(at, self.moment.zone)));
        }
        if let Some(reason) = due.not_taken() {
            self.line(out, "Not taken", &self.safe(reason));
        }
        self.rule(out, &due.rule);
    }

    /// The rule in words, its source, and how sure we are of it.
    fn rule(&self, out: &mut String, key: &str) {
        let Some(rule) = self.rules.rule(key) else { return self.line(out, "Rule", &self.safe(key)) };
        self.line(
            out,
            "Rule",
            &format!("{} ({}, version {})", self.safe(&rule.text), self.safe(key), self.safe(&rule.version)),
        );
        self.line(out, "Source", &format!("{}: {}", self.safe(&rule.source), words::evidence(rule, self.charset)));
    }

    /// What is said after what rests on a figure that nobody could verify.
    fn mark(&self, rule: &str) -> String {
        words::mark(self.rules, rule).map(|mark| format!(", {mark}")).unwrap_or_default()
    }

    fn line(&self, out: &mut String, name: &str, text: &str) {
        push_hanging(out, &format!("   {name:<12}"), text, self.columns);
    }

    /// A text after what stands before it.
    fn line_of(&self, out: &mut String, head: &str, text: &str) {
        push_hanging(out, head, text, self.columns);
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.charset).to_string()
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::NotStarted => "Not started",
        State::OnTreatment => "On treatment",
        State::OnBreak => "Doses are being missed",
        State::Stopped => "Stopped",
    }
}
