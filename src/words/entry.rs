//! An entry in words, as a history shows it: what was recorded, with every answer and every digit.
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{date, dose, result, test, when};
use crate::rules::{AnswerKind, Rules};
use crate::safe::{Charset, Safe};
use crate::ward::{
    Acknowledgement, Answer, Change, Checklist, Course, CourseEvent, Entry, Kind, MedicineEvent, Observation,
    ObservationStatus, Outcome, Patient, Sample, Void,
};

/// What an entry is described with.
#[derive(Debug, Clone, Copy)]
pub struct Describe<'a> {
    /// The rules: names of tests, checklists and their items.
    pub rules: &'a Rules,
    /// The ward's zone.
    pub zone: Tz,
    /// What can be shown.
    pub charset: Charset,
}

impl Describe<'_> {
    /// What an entry says, without its time and without who recorded it. `patient` is asked for the entry that a void
    /// names.
    pub fn entry(&self, entry: &Entry, patient: &Patient) -> String {
        match &entry.kind {
            Kind::Course(course) => self.course(course),
            Kind::Dose(prescribed) => format!("Dose {}", dose(prescribed)),
            Kind::Break(pause) => match &pause.reason {
                Some(reason) => format!("Doses missed since: {}", self.safe(reason)),
                None => "Doses missed since".to_owned(),
            },
            Kind::Resume => "Doses resumed".to_owned(),
            Kind::Observation(observation) => self.observation(observation),
            Kind::Checklist(list) => self.checklist(list),
            Kind::Medicine(medicine) => {
                let event = if medicine.event == MedicineEvent::Start { "started" } else { "stopped" };
                format!("{} {event}", self.safe(&medicine.name))
            }
            Kind::Sample(sample) => self.sample(sample),
            Kind::Supply(supply) => format!("Clozapine supplied for {} days", supply.days),
            Kind::Acknowledge(seen) => self.acknowledgement(seen),
            Kind::Note(text) => format!("Note: {}", self.lines(text).join(super::NEW_LINE)),
            Kind::Change(change) => self.change(change),
            Kind::Void(void) => self.void(void, patient),
            Kind::Unreadable { kind, fault } => format!("{} that cannot be read: {}", self.safe(kind), fault.what),
            Kind::Unknown(kind) => format!("{}: a kind that this version does not know", self.safe(kind)),
        }
    }

    /// When and by whom it was recorded: `recorded 20-Nov-2026 20:02 aosei`.
    pub fn recorded(&self, entry: &Entry) -> String {
        self.recorded_beside(entry, None)
    }

    /// The same beside the entry's own day, which is not said again: `recorded 20:02 aosei`.
    pub fn recorded_that_day(&self, entry: &Entry) -> String {
        let day = entry.at.map(|at| at.date(self.zone));
        let own = entry.recorded.as_ref().map(|recorded| recorded.at.with_timezone(&self.zone).date_naive());
        self.recorded_beside(entry, day.or(own))
    }

    fn recorded_beside(&self, entry: &Entry, day: Option<NaiveDate>) -> String {
        let Some(recorded) = &entry.recorded else { return format!("recorded: {}", super::NOT_RECORDED) };
        let at = recorded.at.with_timezone(&self.zone).naive_local();
        let at = day.map_or_else(|| super::date_time(at), |day| super::clock(at, day));
        format!("recorded {at} {}", self.safe(&recorded.by))
    }

    /// What an entry says, a line for each line of a note; any other says it in one.
    pub fn entry_in_lines(&self, entry: &Entry, patient: &Patient) -> Vec<String> {
        let Kind::Note(text) = &entry.kind else { return vec![self.entry(entry, patient)] };
        let mut lines = self.lines(text);
        if let Some(first) = lines.first_mut() {
            first.insert_str(0, "Note: ");
        }
        lines
    }

    /// The lines of a text, safe to show; those that end as on other systems too.
    fn lines(&self, text: &str) -> Vec<String> {
        text.split('\n').map(|line| self.safe(line.strip_suffix('\r').unwrap_or(line))).collect()
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.charset).to_string()
    }

    fn course(&self, course: &Course) -> String {
        let mut text = match course.event {
            CourseEvent::Start => "Clozapine started".to_owned(),
            CourseEvent::Stop => "Clozapine stopped".to_owned(),
        };
        if let Some(reason) = &course.reason {
            text = format!("{text}: {}", self.safe(reason.as_str()));
        }
        if let Some(regimen) = &course.regimen {
            text = format!("{text}, regimen {}", self.safe(regimen));
        }
        if course.high_risk {
            text.push_str(", high risk");
        }
        text
    }

    fn observation(&self, observation: &Observation) -> String {
        let mut text = result(observation, self.rules.tests(), self.charset);
        if observation.status == Some(ObservationStatus::Amended) {
            text.push_str(", amended");
        }
        if let Some(assay) = observation.assay() {
            text = format!("{text}, {}", self.safe(assay));
        }
        if let Some(limit) = observation.upper_limit() {
            text = format!("{text}, upper limit {limit}");
        }
        if let Some(hours) = observation.hours_post_dose() {
            text = format!("{text}, {hours} h after a dose");
        }
        if let Some(source) = &observation.source {
            text = format!("{text}, {}", self.safe(source));
        }
        text
    }

    /// What was answered yes first, then dates and numbers, then what was answered no. What was not asked is not there.
    fn checklist(&self, list: &Checklist) -> String {
        let known = self.rules.checklist(&list.list);
        let title = known.map_or_else(|| self.safe(&list.list), |known| known.title.clone());
        let (mut yes, mut others, mut no) = (Vec::new(), Vec::new(), Vec::new());
        for (item, answer) in &list.answers {
            let known = known.and_then(|list| list.item(item));
            let label = known.map_or_else(|| self.safe(item), |item| item.label.clone());
            match answer {
                Answer::YesNo(true) => yes.push(label),
                Answer::YesNo(false) => no.push(label),
                Answer::Number(number) => others.push(format!("{label}: {number}")),
                Answer::Date(day) => others.push(format!("{label}: {}", date(*day))),
                Answer::Text(text) => {
                    let misplaced = known.is_some_and(|item| item.answer != AnswerKind::Text);
                    others.push(format!("{label}: {}{}", self.safe(text), if misplaced { " (not read)" } else { "" }));
                }
            }
        }
        let group =
            |word: &str, labels: &[String]| (!labels.is_empty()).then(|| format!("{word}{}", labels.join(", ")));
        let said: Vec<String> =
            [group("YES: ", &yes), group("", &others), group("no: ", &no)].into_iter().flatten().collect();
        if said.is_empty() { format!("{title}: nothing asked") } else { format!("{title}: {}", said.join("; ")) }
    }

    fn sample(&self, sample: &Sample) -> String {
        let tests: Vec<String> = sample.tests.iter().map(|id| test(id, self.rules.tests(), self.charset)).collect();
        let tests = if tests.is_empty() { String::new() } else { format!(" for {}", tests.join(", ")) };
        match sample.outcome {
            Outcome::Taken => format!("Blood taken{tests}"),
            Outcome::Declined => format!("Blood{tests} declined by the patient"),
            Outcome::Failed => format!("Blood{tests} could not be had"),
        }
    }

    fn acknowledgement(&self, seen: &Acknowledgement) -> String {
        let kind = seen.flag.split(':').next().unwrap_or_default();
        let closed = if seen.close { ", closed" } else { "" };
        format!("Flag {} seen{closed}. Done: {}", self.safe(kind), self.safe(&seen.action))
    }

    fn change(&self, change: &Change) -> String {
        let value = |json: &Option<crate::ward::Text>| {
            json.as_ref().map_or_else(|| "nothing".to_owned(), |json| self.safe(json.trim_matches('"')))
        };
        format!("{} changed from {} to {}", self.safe(&change.field), value(&change.from), value(&change.to))
    }

    fn void(&self, void: &Void, patient: &Patient) -> String {
        let about = match patient.entry(&void.entry) {
            None => "an entry that is not there".to_owned(),
            // One step only: a void of a void of a void would fill the screen.
            Some(Entry { kind: Kind::Void(_), .. }) => "a void, which restores what it voided".to_owned(),
            Some(entry) => {
                let at = entry.at.as_ref().map_or_else(String::new, |at| format!(" of {}", when(at, self.zone)));
                format!("{}{at}", self.entry(entry, patient))
            }
        };
        format!("Void of {about}. Reason: {}", self.safe(&void.reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ward::read;

    #[test]
    fn every_kind_of_entry_in_words() {
        let patient = read::patient(
            r#"{"id":"p","name":{"family":"Okafor","given":"Adaeze"},"entries":[
            {"id":"1","kind":"course","event":"start","at":"2026-11-10T21:00","reason":"initiation","regimen":"us-label"},
            {"id":"2","kind":"dose","at":"2026-11-10","morning_mg":100,"evening_mg":12.50},
            {"id":"3","kind":"break","last_dose":"2026-11-12T08:00","reason":"refused"},
            {"id":"4","kind":"resume","at":"2026-11-13T08:00"},
            {"id":"5","kind":"result","test":"anc","at":"2026-11-17T08:10","value":3.10,"unit":"10*9/L","status":"amended"},
            {"id":"6","kind":"checklist","list":"constipation","at":"2026-11-17","answers":{"pain":true,"bristol":1,"last_bm":"2026-11-15"}},
            {"id":"7","kind":"medicine","event":"start","name":"fluvoxamine","at":"2026-11-17"},
            {"id":"8","kind":"sample","tests":["anc","wbc"],"outcome":"declined","at":"2026-11-17"},
            {"id":"9","kind":"supply","days":7,"at":"2026-11-17"},
            {"id":"10","kind":"acknowledge","flag":"anc-band:5","action":"Rang","close":true,"at":"2026-11-17"},
            {"id":"11","kind":"note","text":"slept\u001bwell","at":"2026-11-17"},
            {"id":"12","kind":"change","field":"bed","from":"B3","to":"C1","at":"2026-11-17"},
            {"id":"13","kind":"void","entry":"5","reason":"wrong patient"}]}"#,
        )
        .expect("a patient");
        let rules = Rules::builtin().expect("the embedded rules");
        let describe = Describe { rules: &rules, zone: chrono_tz::UTC, charset: Charset::Unicode };
        let words: Vec<String> = patient.entries.iter().map(|entry| describe.entry(entry, &patient)).collect();
        assert_eq!(
            words,
            [
                "Clozapine started: initiation, regimen us-label",
                "Dose 100 + 12.5 mg = 112.5 mg/day",
                "Doses missed since: refused",
                "Doses resumed",
                "ANC 3.10 x10^9/L, amended",
                "Bowels: YES: Abdominal pain; Bristol stool type, 1 to 7: 1, Bowels last opened on: 15-Nov-2026",
                "fluvoxamine started",
                "Blood for ANC, WBC declined by the patient",
                "Clozapine supplied for 7 days",
                "Flag anc-band seen, closed. Done: Rang",
                "Note: slept‹U+001B›well",
                "bed changed from B3 to C1",
                "Void of ANC 3.10 x10^9/L, amended of 17-Nov-2026 08:10. Reason: wrong patient",
            ]
        );
        assert_eq!(describe.recorded(&patient.entries[0]), "recorded: Not recorded");
    }
}
