//! What is recorded of one invented person: a course, doses, counts, checks, and now and then something else.
use std::fmt::Write as _;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone};

use super::Chance;
use super::person::Person;
use crate::ward::{Moment, When};

/// How much is recorded of one patient.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// Days since the first dose.
    pub days: u64,
    /// Most blood counts.
    pub counts: usize,
    /// How often everything else is asked and measured.
    pub rounds: u64,
    /// How many other things happen.
    pub happenings: u64,
}

/// Days of weekly counts; later ones are every four weeks.
const WEEKLY: u64 = 182;

/// Hands that type.
const STAFF: [&str; 5] = ["aosei", "jmercer", "skhan", "lwood", "tbrand"];

/// An entry before it is written.
struct Draft {
    id: String,
    at: DateTime<FixedOffset>,
    /// Written with its day alone.
    dated: bool,
    /// Everything after the id, with the name of the field for its time.
    body: String,
}

/// The entries of one person.
pub(super) struct Story<'a> {
    person: &'a Person,
    plan: Plan,
    moment: &'a Moment,
    /// The moment as it is written: nothing is later.
    newest: DateTime<FixedOffset>,
    chance: Chance,
    start: NaiveDate,
    drafts: Vec<Draft>,
}

impl<'a> Story<'a> {
    /// Invents what happened.
    pub fn new(person: &'a Person, plan: Plan, moment: &'a Moment, mut chance: Chance) -> Self {
        let days = if person.number % 10 == 9 { 21 + chance.under(60) } else { plan.days - chance.under(14) };
        let today = moment.today();
        let start = today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let mut story = Self { person, plan, moment, newest: moment.offset(), chance, start, drafts: Vec::new() };
        story.begin();
        story.counts(days);
        story.rounds(days);
        story.now_and_then(days);
        story
    }

    /// Writes the entries in order of time, and closes the patient.
    pub fn write(mut self, out: &mut String) {
        self.drafts.sort_by_key(|draft| draft.at);
        let newest = self.newest;
        out.push_str(",\n      \"entries\": [");
        for (n, draft) in self.drafts.iter().enumerate() {
            let at = if draft.dated { When::Date(draft.at.date_naive()) } else { When::Instant(draft.at) };
            let recorded = (draft.at + TimeDelta::minutes(4)).min(newest);
            out.push_str(if n == 0 { "\n        " } else { ",\n        " });
            let _ = write!(out, "{{ \"id\": \"{}\", \"kind\": {}", draft.id, draft.body);
            let _ = write!(out, "\"{at}\", \"recorded\": {{ \"at\": \"{}\", ", When::Instant(recorded));
            let by = STAFF.get((self.person.number + n) % STAFF.len()).copied().unwrap_or_default();
            let _ = write!(out, "\"by\": \"{by}\" }} }}");
        }
        out.push_str("\n      ]\n    }");
    }

    /// An entry of a day after the start, at a time of day. What would be later than the moment has not happened.
    /// Gives the entry's id.
    fn add(&mut self, day: u64, minute: u64, body: impl Into<String>) -> String {
        let at = self.time(day, minute);
        let id = id(self.person.number, self.drafts.len(), at);
        if at <= self.newest {
            self.drafts.push(Draft { id: id.clone(), at, dated: minute == 0, body: body.into() });
        }
        id
    }

    fn time(&self, day: u64, minute: u64) -> DateTime<FixedOffset> {
        let date = self.start.checked_add_days(Days::new(day)).unwrap_or(self.start);
        let minute = u32::try_from(minute % 1440).unwrap_or_default();
        let local = date.and_time(NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap_or_default());
        let at = self.moment.zone.from_local_datetime(&local).earliest();
        at.map_or(self.newest, |at| at.fixed_offset())
    }

    fn begin(&mut self) {
        let course = "\"course\", \"event\": \"start\", \"reason\": \"initiation\", \"at\": ";
        self.add(0, 0, course);
        let few = self.plan.rounds <= 1;
        let steps: &[(u64, &str)] =
            if few { &[(14, "100")] } else { &[(0, "12.5"), (7, "50"), (14, "150"), (28, "275")] };
        for (day, mg) in steps {
            self.add(*day, 0, format!("\"dose\", \"evening_mg\": {mg}, \"at\": "));
        }
    }

    fn counts(&mut self, days: u64) {
        let late = if self.chance.once_in(12) { 40 } else { 0 };
        let weekly = (0..WEEKLY).step_by(7);
        let all: Vec<u64> = weekly.chain((WEEKLY..).step_by(28)).take_while(|day| day + late <= days).collect();
        let most = if self.person.reads_wbc { self.plan.counts / 2 } else { self.plan.counts }.min(all.len());
        let usual = 260 + self.chance.under(300);
        for day in all.into_iter().rev().take(most).rev() {
            let low = self.chance.once_in(250);
            let anc = if low { 60 + self.chance.under(120) } else { usual - 30 + self.chance.under(60) };
            let minute = 470 + self.chance.under(90);
            let id = self.result(day, minute, "anc", &hundredths(anc), "10*9/L");
            if self.person.reads_wbc {
                let wbc = anc + 200 + self.chance.under(80);
                self.result(day, minute, "wbc", &hundredths(wbc), "10*9/L");
            }
            if low && !(self.person.number + self.drafts.len()).is_multiple_of(3) {
                let seen = "\"action\": \"Haematology rung, count repeated\", \"close\": true";
                self.add(day + 7, 600, format!("\"acknowledge\", \"flag\": \"anc-band:{id}\", {seen}, \"at\": "));
            }
        }
    }

    fn result(&mut self, day: u64, minute: u64, test: &str, value: &str, unit: &str) -> String {
        let what = format!("\"test\": \"{test}\", \"value\": {value}, \"unit\": \"{unit}\"");
        self.add(day, minute, format!("\"result\", {what}, \"at\": "))
    }

    /// Weight, pulse, blood pressure, temperature, bowels and seizures, evenly over the treatment.
    fn rounds(&mut self, days: u64) {
        for n in 0..self.plan.rounds {
            let day = days.saturating_sub(1 + n * days / self.plan.rounds.max(1));
            let minute = 420 + self.chance.under(60);
            let (pulse, weight, heat) =
                (64 + self.chance.under(34), 640 + self.chance.under(300), self.chance.under(12));
            self.result(day, minute, "pulse", &pulse.to_string(), "/min");
            self.result(day, minute, "temperature", &format!("{}.{}", 36 + heat / 10, heat % 10), "Cel");
            if n % 4 == 0 {
                self.result(day, minute, "weight", &format!("{}.{}", weight / 10, weight % 10), "kg");
            }
            self.checklist(day, minute + 5, n);
        }
    }

    fn checklist(&mut self, day: u64, minute: u64, n: u64) {
        let answers = match (n % 3, self.chance.once_in(80)) {
            (0, true) => "\"pain\": true, \"straining\": true".to_owned(),
            (0, false) => format!("\"bm_7d\": {}, \"bristol\": 4, \"pain\": false", 4 + self.chance.under(6)),
            (1, pain) => format!("\"chest_pain\": {pain}, \"dyspnoea\": false, \"fever\": false"),
            (_, drop) => format!("\"seizure\": false, \"myoclonus\": {drop}, \"staring\": false"),
        };
        let list = ["constipation", "myocarditis", "seizures"].get(usize::try_from(n % 3).unwrap_or_default());
        let list = list.copied().unwrap_or_default();
        self.add(day, minute, format!("\"checklist\", \"list\": \"{list}\", \"answers\": {{ {answers} }}, \"at\": "));
    }

    /// What happens to some: by their number, so that every kind occurs in the smallest ward.
    fn now_and_then(&mut self, days: u64) {
        let few = self.plan.rounds == 0;
        for kind in 0..self.plan.happenings {
            let which = (self.person.number as u64 + 3 * kind) % 10;
            self.happening(which, days.saturating_sub(20 + kind));
        }
        // Ten entries each, whatever became of the others.
        while few && self.drafts.len() < 10 {
            let n = self.drafts.len() as u64;
            self.add(days.saturating_sub(2 + n), 610 + n, "\"note\", \"text\": \"Seen on the round.\", \"at\": ");
        }
        self.drafts.truncate(if few { 10 } else { usize::MAX });
    }

    fn happening(&mut self, which: u64, day: u64) {
        let smoker = self.person.smoker;
        let body = match which {
            0 => "\"sample\", \"tests\": [\"anc\"], \"outcome\": \"taken\"",
            1 => "\"supply\", \"days\": 28",
            2 => "\"medicine\", \"event\": \"stop\", \"name\": \"smoking\"",
            3 => "\"note\", \"text\": \"Sleeping well. No complaints.\"",
            4 => return self.pause(day),
            5 if smoker => "\"change\", \"field\": \"smoker\", \"from\": false, \"to\": true",
            5 => "\"change\", \"field\": \"smoker\", \"from\": true, \"to\": false",
            6 => return self.correct(day),
            7 => "\"sample\", \"tests\": [\"anc\"], \"outcome\": \"declined\"",
            8 => return self.checklist(day, 620, 0),
            _ => "\"result\", \"test\": \"clozapine\", \"value\": 412, \"unit\": \"ug/L\", \"hours_post_dose\": 12",
        };
        self.add(day, 600 + which, format!("{body}, \"at\": "));
    }

    /// Two doses missed; of some nobody knows how it went on.
    fn pause(&mut self, day: u64) {
        self.add(day, 1260, "\"break\", \"reason\": \"refused\", \"last_dose\": ");
        if !self.chance.once_in(20) {
            self.add(day + 1, 1260, "\"resume\", \"at\": ");
        }
    }

    /// A pulse of somebody else.
    fn correct(&mut self, day: u64) {
        let wrong = self.result(day, 615, "pulse", "131", "/min");
        self.add(day, 616, format!("\"void\", \"entry\": \"{wrong}\", \"reason\": \"wrong patient\", \"at\": "));
    }
}

/// A whole number of hundredths, as a laboratory sends it.
fn hundredths(number: u64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

/// An id as the program makes them: in the order of time, and unique by the person and the entry.
fn id(person: usize, n: usize, at: DateTime<FixedOffset>) -> String {
    let milliseconds = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    format!(
        "{:08x}-{:04x}-7{:03x}-8{:03x}-{person:06x}{n:06x}",
        milliseconds >> 16,
        milliseconds & 0xffff,
        n % 4096,
        person % 4096
    )
}
