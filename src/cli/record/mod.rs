//! `wardround record`: results from another program or a script, each answered once it is safe.
mod answer;
mod lines;

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::args;
use super::host::Host;
use super::open::{self, Opened};
use super::pipes::Pipes;
use super::status::{Failure, Status};
use crate::assess;
use crate::store::{Author, Fact, Options, Outcome};
use crate::ward::read;
use crate::ward::{Comparator, Entry, EntryId, Kind, Moment, Number, Observation, Patient, PatientId, Recorded, When};
use answer::{Answer, Answers};
use lines::Line;

/// Runs the command.
///
/// # Errors
/// The file cannot be read or is not valid.
pub fn run(args: &args::Record, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    // Nobody waits before a screen, and another program would have to hand it in again.
    let patient = Options { lock_wait: Duration::from_secs(60), ..host.options() };
    let opened = open::read(&args.file, &patient, host, None, pipes)?;
    open::tell(&opened.loaded, pipes);
    let mut author = host.author();
    if let Some(initials) = &args.by {
        author = author.asserted_by(initials);
    }
    let by = args.by.clone().unwrap_or_else(|| author.name());
    let mut desk = Desk { opened, clock: host.clock, author, by };
    let mut answers = Answers::new(args.json, pipes.charset);
    if args.stdin {
        let input = pipes.input.take().ok_or_else(|| Failure::usage("there is no standard input"))?;
        for batch in lines::batches(input) {
            let said = desk.take(batch.iter().map(|line| (line.number, Handed::Line(line))).collect(), pipes);
            tell(&said, &mut answers, pipes)?;
            desk.opened.store.tidy();
        }
    } else {
        let said = desk.take(vec![(1, Handed::Flags(args))], pipes);
        tell(&said, &mut answers, pipes)?;
        desk.opened.store.tidy();
    }
    Ok(answers.worst())
}

/// Writes the answers to one batch, in one piece.
fn tell(said: &[Answer], answers: &mut Answers, pipes: &mut Pipes<'_>) -> Result<(), Failure> {
    let mut text = String::new();
    for answer in said {
        let _ = write!(text, "{}", answers.line(answer));
    }
    pipes.answer(&text)
}

/// One entry as it was handed in.
#[derive(Clone, Copy)]
enum Handed<'a> {
    Line(&'a Line),
    Flags(&'a args::Record),
}

/// Where entries are handed in.
struct Desk {
    opened: Opened,
    clock: fn() -> DateTime<Utc>,
    author: Author,
    by: String,
}

impl Desk {
    /// Takes a batch, saves what can be saved in one save, and answers each in the order in which they came.
    fn take(&mut self, batch: Vec<(usize, Handed<'_>)>, pipes: &mut Pipes<'_>) -> Vec<Answer> {
        if self.opened.store.changed() {
            self.reload();
        }
        self.opened.moment.at = (self.clock)();
        let mut before = HashMap::new();
        let read: Vec<_> = batch.iter().map(|(_, handed)| self.admit(*handed, &mut before)).collect();
        let facts: Vec<Fact> = read.iter().flatten().map(|(patient, entry)| fact(patient, entry)).collect();
        if facts.is_empty() {
            return batch
                .iter()
                .zip(read)
                .filter_map(|((line, _), one)| Some(Answer::Refused(*line, one.err()?)))
                .collect();
        }
        let report = self.opened.store.save(facts, &self.author, self.opened.moment.at);
        match report.ward {
            Some(ward) => self.opened.loaded.ward = ward,
            None if !report.refused.is_empty() => self.reload(),
            None => {}
        }
        let mut place = 0..;
        let mut kept = Vec::new();
        let answers = batch.into_iter().zip(read).map(|((line, handed), one)| {
            let (patient, entry) = match one {
                Ok(one) => one,
                Err(reason) => return Answer::Refused(line, reason),
            };
            let place = place.next();
            let outcome = match report.refused.iter().find(|(refused, _)| Some(*refused) == place) {
                Some(_) if self.is_there(handed) => Outcome::Saved { revision: 0 },
                Some((_, refusal)) => return Answer::Refused(line, refusal.to_string()),
                None => report.outcome.clone(),
            };
            let id = entry.id.clone();
            if matches!(outcome, Outcome::Saved { .. } | Outcome::JournalOnly { .. }) {
                kept.push((line, patient, entry));
            }
            Answer::Kept(id, outcome)
        });
        let answers = answers.collect();
        self.doubt(&kept, pipes);
        answers
    }

    /// Reads the file again. If that fails, what was read before stands; the save will say what is wrong.
    fn reload(&mut self) {
        if let Ok(loaded) = self.opened.store.reload() {
            self.opened.loaded = loaded;
        }
    }

    /// What was handed in as an entry, or what is wrong with it.
    fn read(&self, handed: Handed<'_>) -> Result<(PatientId, Entry), String> {
        match handed {
            Handed::Line(line) => self.read_line(line.text.as_deref().map_err(|what| (*what).to_owned())?),
            Handed::Flags(args) => self.read_flags(args),
        }
    }

    fn read_line(&self, line: &str) -> Result<(PatientId, Entry), String> {
        let submitted = read::submitted(line).map_err(|faults| {
            faults.first().map_or_else(String::new, |fault| format!("{}: {}: {}", fault.code, fault.path, fault.what))
        })?;
        if submitted.entry_id().is_some_and(|id| id.as_str().is_empty()) {
            return Err("empty: $.entry.id: an id must not be empty".to_owned());
        }
        let patient = submitted.patient.clone();
        // The same entry handed in again is to be the same entry, so it keeps when it was first recorded.
        let known = submitted.entry_id().and_then(|id| self.opened.loaded.ward.patient(&patient)?.entry(id));
        let recorded = known.and_then(|entry| entry.recorded.clone()).unwrap_or_else(|| self.recorded());
        Ok((patient, submitted.into_entry(|| EntryId::v7(self.opened.moment.at), recorded)))
    }

    /// One result from the command line.
    fn read_flags(&self, args: &args::Record) -> Result<(PatientId, Entry), String> {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let value = text(&args.value);
        let (comparator, digits) = match value.strip_prefix('<') {
            Some(digits) => (Some(Comparator::Less), digits),
            None => {
                value.strip_prefix('>').map_or((None, value.as_str()), |digits| (Some(Comparator::Greater), digits))
            }
        };
        let value = Number::parse(digits).map_err(|error| format!("--value: {error}"))?;
        let at = self.sample_time(&text(&args.at))?;
        let observation = Observation {
            test: text(&args.test).into(),
            value,
            unit: Some(text(&args.unit).into()),
            comparator,
            status: None,
            details: None,
            source: None,
        };
        let id = EntryId::v7(self.opened.moment.at);
        let entry = Entry::compose(id, Some(at), Kind::Observation(observation), Some(self.recorded()));
        Ok((PatientId::new(text(&args.patient)), entry))
    }

    /// A sample's time with the ward's offset, as the program writes it.
    fn sample_time(&self, text: &str) -> Result<When, String> {
        let zone = self.opened.moment.zone;
        let when = When::parse(text).map_err(|error| format!("--at: {error}"))?;
        let instant = when.instant(zone).map_err(|error| format!("--at: {error}"))?;
        Ok(match (when, instant) {
            (When::Local(_), Some(at)) => When::Instant(Moment { at, zone }.offset()),
            (when, _) => when,
        })
    }

    fn recorded(&self) -> Recorded {
        Recorded { at: self.opened.moment.offset(), by: self.by.as_str().into() }
    }

    /// What was handed in, if it can be saved. `before` holds the patients of this batch with what of it can: an ANC is
    /// held against the WBC that came a line before it.
    fn admit(
        &self,
        handed: Handed<'_>,
        before: &mut HashMap<PatientId, Patient>,
    ) -> Result<(PatientId, Entry), String> {
        let (id, entry) = self.read(handed)?;
        if !before.contains_key(&id) {
            let known = self.opened.loaded.ward.patient(&id);
            let known = known.ok_or_else(|| "no patient in the file has that id".to_owned())?;
            before.insert(id.clone(), known.clone());
        }
        if let Some(patient) = before.get_mut(&id).filter(|patient| patient.entry(&entry.id).is_none()) {
            self.judge(patient, &entry)?;
            patient.add(entry.clone());
        }
        Ok((id, entry))
    }

    /// Refuses an entry that no rule could read, and a void of nothing.
    fn judge(&self, patient: &Patient, entry: &Entry) -> Result<(), String> {
        if let Some(fault) = assess::refusal(patient, entry, &self.opened.rules, &self.opened.moment) {
            return Err(format!("{}: {}", fault.code, fault.why));
        }
        if let Kind::Void(void) = &entry.kind
            && patient.entry(&void.entry).is_none()
        {
            // Answered "saved", it would leave a wrong result standing.
            return Err("unknown-entry: the entry that is to be void is not among this patient's".to_owned());
        }
        Ok(())
    }

    /// Says which of the entries that were kept are marked, for nobody here can be asked about them: a sample once, at
    /// the last of its lines. No value in it.
    fn doubt(&self, kept: &[(usize, PatientId, Entry)], pipes: &mut Pipes<'_>) {
        let mut said: Vec<(usize, &PatientId, Option<When>, String)> = Vec::new();
        for (line, id, entry) in kept {
            let about = |patient| assess::doubt(patient, entry, &self.opened.rules, &self.opened.moment);
            if let Some(doubt) = self.opened.loaded.ward.patient(id).and_then(about) {
                said.retain(|(_, whose, at, _)| (*whose, *at) != (id, entry.at));
                said.push((*line, id, entry.at, doubt.why));
            }
        }
        for (line, .., why) in said {
            pipes.message(&format!("line {line}: {why}"));
        }
    }

    /// Whether what the store refused is in the ward with the same content: another program handed it in meanwhile.
    fn is_there(&self, handed: Handed<'_>) -> bool {
        self.read(handed).is_ok_and(|(patient, entry)| {
            let known = self.opened.loaded.ward.patient(&patient).and_then(|patient| patient.entry(&entry.id));
            known.is_some_and(|known| known.same_content(&entry))
        })
    }
}

fn fact(patient: &PatientId, entry: &Entry) -> Fact {
    Fact::Entry { patient: patient.clone(), entry: entry.clone() }
}
