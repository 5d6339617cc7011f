//! What an assessment says: the shapes that the screen, `triage` and `explain` show.
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::why::Why;
pub use crate::rules::Severity;
use crate::ward::{EntryId, PatientId, Text, When};

/// Where a patient is in treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No course has begun.
    NotStarted,
    /// On clozapine.
    OnTreatment,
    /// Doses are being missed.
    OnBreak,
    /// The newest course has been stopped.
    Stopped,
}

impl State {
    /// The word of `triage --json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "not-started",
            Self::OnTreatment => "on-treatment",
            Self::OnBreak => "on-break",
            Self::Stopped => "stopped",
        }
    }
}

/// Everybody on the ward, and how many need something.
#[derive(Debug, Clone, PartialEq)]
pub struct WardAssessment {
    /// Active patients, most urgent first.
    pub patients: Vec<Assessment>,
    /// Counts of patients, not of items.
    pub counts: Counts,
}

/// How many patients are in each state of need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Active patients.
    pub patients: usize,
    /// With an open or acknowledged critical flag.
    pub critical: usize,
    /// Whose worst flag is a warning.
    pub warning: usize,
    /// With an overdue task.
    pub overdue: usize,
    /// With a task due today.
    pub due: usize,
    /// On treatment without a known date for a blood test: the people one forgets.
    pub no_next_test: usize,
    /// With something that cannot be assessed.
    pub cannot_assess: usize,
}

impl Counts {
    /// Counts assessments of active patients.
    pub fn of(patients: &[Assessment]) -> Self {
        let count = |holds: fn(&Assessment) -> bool| patients.iter().filter(|one| holds(one)).count();
        let has = |one: &Assessment, status| one.due.iter().any(|due| due.status == status);
        Self {
            patients: patients.len(),
            critical: count(|one| one.severity == Severity::Critical),
            warning: count(|one| one.severity == Severity::Warning),
            overdue: patients.iter().filter(|one| has(one, DueStatus::Overdue)).count(),
            due: patients.iter().filter(|one| has(one, DueStatus::Due)).count(),
            no_next_test: count(Assessment::has_no_next_test),
            cannot_assess: count(|one| !one.cannot_assess.is_empty()),
        }
    }
}

/// One patient at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Who.
    pub patient: PatientId,
    /// Where in treatment.
    pub state: State,
    /// Day of the first course: 1 on the date of its first dose. `None` before a start and after a stop.
    pub treatment_day: Option<i64>,
    /// Day of the newest course.
    pub titration_day: Option<i64>,
    /// The worst of the flags, acknowledged or not; at least a notice if something is due or cannot be assessed.
    pub severity: Severity,
    /// The band of the newest sample; `None` without a sample or without a protocol.
    pub anc_band: Option<AncBand>,
    /// The newest sample that the rules read, with its band. [`super::counts`] gives them all.
    pub newest: Option<BloodCount>,
    /// The dose in force.
    pub dose: Option<DoseNow>,
    /// In titration: the first 28 days of a course, or a dose change in the last 7.
    pub in_titration: bool,
    /// Hours since the last dose while a break is open.
    pub hours_since_dose: Option<i64>,
    /// The newest clozapine level, which few patients have.
    pub level: Option<Box<LevelNow>>,
    /// What is due, in the order of [`Task`].
    pub due: Vec<Due>,
    /// Flags shown, worst first, then newest.
    pub flags: Vec<Flag>,
    /// What could not be assessed, and why.
    pub cannot_assess: Vec<CannotAssess>,
}

impl Assessment {
    /// Week of the newest course: days 1 to 7 are week 1.
    pub fn titration_week(&self) -> Option<i64> {
        self.titration_day.map(|day| (day - 1) / 7 + 1)
    }

    /// On treatment without a known date for a blood test. A protocol that asks for no more is no such case.
    pub fn has_no_next_test(&self) -> bool {
        let anc = self.due(Task::Anc);
        matches!(self.state, State::OnTreatment | State::OnBreak)
            && anc.is_none_or(|anc| anc.due.is_none() && anc.status != DueStatus::None)
    }

    /// Anything overdue, due, without a date, or that cannot be assessed.
    pub fn needs_something(&self) -> bool {
        self.due.iter().any(|due| matches!(due.status, DueStatus::Due | DueStatus::Overdue | DueStatus::Undefined))
            || !self.cannot_assess.is_empty()
            || self.has_no_next_test()
    }

    /// The due item of a task.
    pub fn due(&self, task: Task) -> Option<&Due> {
        self.due.iter().find(|due| due.task == task)
    }
}

/// One blood count: an ANC, a WBC, or both from one sample, as the protocol in force judged it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BloodCount {
    /// The sample's time.
    pub at: When,
    /// The entry of the ANC that counts (the more dangerous, if there are several).
    pub anc: Option<EntryId>,
    /// The entry of the WBC that counts.
    pub wbc: Option<EntryId>,
    /// Its band; `None` without a protocol.
    pub band: Option<AncBand>,
}

/// The prescribed dose in force at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseNow {
    /// The entry that prescribes it.
    pub entry: EntryId,
    /// From which day.
    pub since: NaiveDate,
    /// mg in the whole day.
    pub total_mg: Decimal,
    /// The total before it, mg.
    pub before_mg: Option<Decimal>,
    /// The regimen's limit for today, mg a day, where the course has a regimen.
    pub at_most_mg: Option<Decimal>,
}

/// What is known of the newest clozapine level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelNow {
    /// The result.
    pub entry: EntryId,
    /// Taken long enough after a dose that has not changed for long enough; else not interpretable.
    pub is_trough: bool,
    /// Occasions at this dose on which a trough was not low.
    pub occasions: i64,
    /// How many of them make the level adequate.
    pub occasions_wanted: i64,
    /// Clozapine to norclozapine in the same sample.
    pub ratio: Option<Decimal>,
    /// Key of the rule that the ratio meets, if it is out of the usual.
    pub ratio_rule: Option<String>,
}

/// The band of a sample, in the protocol's own word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AncBand {
    /// `GREEN`, `MODERATE`, `INCOMPLETE`, ...
    pub band: Text,
    /// The sample's time.
    pub at: When,
    /// The entry that decided it.
    pub entry: EntryId,
    /// Severity of the band: ok for the best.
    pub severity: Severity,
}

/// Tasks, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// ANC, with WBC where the protocol reads it.
    Anc,
    /// Troponin and CRP.
    Myocarditis,
    /// Bowel checklist.
    Constipation,
    /// Seizures checklist.
    Seizures,
    /// Vital signs.
    Vitals,
    /// Weight.
    Weight,
    /// Glucose and lipids.
    GlucoseLipids,
    /// Clozapine level.
    Level,
    /// Clozapine supply.
    Supply,
}

impl Task {
    /// The word of `triage --json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anc => "anc",
            Self::Myocarditis => "myocarditis",
            Self::Constipation => "constipation",
            Self::Seizures => "seizures",
            Self::Vitals => "vitals",
            Self::Weight => "weight",
            Self::GlucoseLipids => "glucose-lipids",
            Self::Level => "level",
            Self::Supply => "supply",
        }
    }

    /// Every value.
    pub const ALL: &'static [Self] = &[
        Self::Anc,
        Self::Myocarditis,
        Self::Constipation,
        Self::Seizures,
        Self::Vitals,
        Self::Weight,
        Self::GlucoseLipids,
        Self::Level,
        Self::Supply,
    ];

    /// The value that this word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }
}

/// Whether something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueStatus {
    /// After today.
    Upcoming,
    /// Today, or within its window.
    Due,
    /// Its day, or its window, has passed.
    Overdue,
    /// The protocol asks for no more.
    None,
    /// The protocol does not say: ask.
    Undefined,
}

impl DueStatus {
    /// The word of `triage --json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::None => "none",
            Self::Undefined => "undefined",
        }
    }
}

/// One task and when it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub task: Task,
    /// When; `None` if the status is none or undefined.
    pub due: Option<NaiveDate>,
    /// Whether.
    pub status: DueStatus,
    /// Whole days past `due` when overdue, else 0.
    pub days_overdue: i64,
    /// What is known of the blood for it; see [`LastBlood::kept`].
    pub blood: Option<Box<LastBlood>>,
    /// Why, with the arithmetic: `to_string` says it.
    pub why: Why,
    /// Key of the rule, `protocol#rule`: `rules::Rules::rule` finds its source and evidence.
    pub rule: Text,
}

impl Due {
    /// Until when the last sample covers supply, where the protocol has such a window.
    pub fn valid_until(&self) -> Option<NaiveDate> {
        self.blood.as_ref()?.valid_until
    }

    /// Key of the rule behind [`Self::valid_until`], where it has one of its own.
    pub fn validity_rule(&self) -> String {
        format!("{}.validity", self.rule)
    }

    /// Blood for it has been taken and the result is awaited: since when.
    pub fn sampled_at(&self) -> Option<&When> {
        self.blood.as_ref()?.sampled_at.as_ref()
    }

    /// Why blood was not to be had at the last attempt, in words.
    pub fn not_taken(&self) -> Option<&'static str> {
        self.blood.as_ref()?.not_taken
    }
}

/// What is known of the last blood for a task. Most tasks need none: it stands elsewhere, so that a task stays small.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastBlood {
    /// Until when the last sample covers supply.
    pub valid_until: Option<NaiveDate>,
    /// Since when a result is awaited.
    pub sampled_at: Option<When>,
    /// Why there was none at the last attempt, in words.
    pub not_taken: Option<&'static str>,
}

impl LastBlood {
    /// As a task keeps it: nothing if nothing is known.
    pub fn kept(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

/// Kinds of flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlagKind {
    /// A count under the best band.
    AncBand,
    /// A count that fell.
    AncFall,
    /// Signs of infection without a later count.
    Infection,
    /// Blood taken, no result.
    ResultAwaited,
    /// Retitration is needed.
    Retitrate,
    /// Doses missed, not yet long enough for retitration.
    MissedDose,
    /// A step or dose over the regimen.
    TitrationLimit,
    /// A dose over the maximum.
    DoseLimit,
    /// Signs of myocarditis.
    Myocarditis,
    /// Bowels.
    Constipation,
    /// Seizures or their risk.
    Seizure,
    /// Clozapine level.
    Level,
    /// Another medicine or smoking.
    Interaction,
    /// Postural drop in blood pressure.
    PosturalDrop,
    /// Another vital sign.
    Vitals,
    /// Liver.
    Liver,
    /// Neuroleptic malignant syndrome.
    Nms,
    /// Weight gain.
    Weight,
    /// Supply running out.
    Supply,
    /// A rechallenge without its approvals.
    Approval,
}

impl FlagKind {
    /// The word of `triage --json`, and the first part of a flag's key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AncBand => "anc-band",
            Self::AncFall => "anc-fall",
            Self::Infection => "infection",
            Self::ResultAwaited => "result-awaited",
            Self::Retitrate => "retitrate",
            Self::MissedDose => "missed-dose",
            Self::TitrationLimit => "titration-limit",
            Self::DoseLimit => "dose-limit",
            Self::Myocarditis => "myocarditis",
            Self::Constipation => "constipation",
            Self::Seizure => "seizure",
            Self::Level => "level",
            Self::Interaction => "interaction",
            Self::PosturalDrop => "postural-drop",
            Self::Vitals => "vitals",
            Self::Liver => "liver",
            Self::Nms => "nms",
            Self::Weight => "weight",
            Self::Supply => "supply",
            Self::Approval => "approval",
        }
    }

    /// Every value.
    pub const ALL: &'static [Self] = &[
        Self::AncBand,
        Self::AncFall,
        Self::Infection,
        Self::ResultAwaited,
        Self::Retitrate,
        Self::MissedDose,
        Self::TitrationLimit,
        Self::DoseLimit,
        Self::Myocarditis,
        Self::Constipation,
        Self::Seizure,
        Self::Level,
        Self::Interaction,
        Self::PosturalDrop,
        Self::Vitals,
        Self::Liver,
        Self::Nms,
        Self::Weight,
        Self::Supply,
        Self::Approval,
    ];

    /// The value that this word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }
}

/// Something that somebody must know or act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Kind, colon, entry id: what an acknowledgement names.
    pub key: String,
    /// What kind.
    pub kind: FlagKind,
    /// How urgent.
    pub severity: Severity,
    /// In a few words, with the value: `ANC 1.80 AMBER`.
    pub title: String,
    /// What the rule says to do, with whose rule it is: never an order of the program's.
    pub action: String,
    /// Why, in words with the arithmetic.
    pub why: String,
    /// The entry that made it true (the newest, if several).
    pub entry: EntryId,
    /// When it became true: the sample's time, the hour at which a break grew too long.
    pub since: When,
    /// Key of the rule, `protocol#rule`.
    pub rule: Text,
    /// Who has seen it and what was done; `None`: open.
    pub acknowledged: Option<Acknowledged>,
}

impl Flag {
    /// Whether nobody has said what was done about it.
    pub fn is_open(&self) -> bool {
        self.acknowledged.is_none()
    }

    /// Whether it is critical, and open: what must not go out of sight.
    pub fn is_open_critical(&self) -> bool {
        self.is_open() && self.severity == Severity::Critical
    }
}

/// That a flag was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The acknowledgement.
    pub entry: EntryId,
    /// What was done.
    pub action: Box<str>,
}

/// Something that no rule could read, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotAssess {
    /// A short fixed code: `no-protocol`, `unknown-unit`, ...
    pub code: &'static str,
    /// In words; holds no value from the file.
    pub why: String,
    /// The entry it is about, if it is about one.
    pub entry: Option<EntryId>,
}

#[cfg(test)]
mod tests {
    use super::{Due, LastBlood};

    #[test]
    fn a_task_is_small_of_which_every_patient_has_several() {
        assert!(size_of::<Due>() <= 64, "{}", size_of::<Due>());
    }

    #[test]
    fn nothing_known_of_blood_is_kept_as_nothing() {
        assert_eq!(LastBlood::default().kept(), None);
        let declined = LastBlood { not_taken: Some("declined"), ..LastBlood::default() };
        assert_eq!(declined.clone().kept().as_deref(), Some(&declined));
    }
}
