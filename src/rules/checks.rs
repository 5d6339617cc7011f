//! Everything that is not a monitoring protocol: breaks, doses, bowels, symptoms, infection, and what is asked how often.
//!
//! The figures are in `data/checks.json`; here are only their shapes.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::cited::{Cited, Clock};
use super::measures::{
    ApprovalCheck, Interaction, LevelChecks, Limit, NmsCheck, Plain, Postural, SeizureRisk, SlotTask,
};
use super::protocol::Source;
use super::{Evidence, Figure, RuleInfo, RulesError, Severity, parse};
use crate::ward::Text;

/// The name of this table in rule keys: `checks#bowels.critical_days`.
const NAME: &str = "checks";

/// All checks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    format: String,
    version: String,
    sources: BTreeMap<String, Source>,
    /// What holds of counts under every protocol.
    pub counts: CountChecks,
    /// Signs of infection.
    pub infection: InfectionCheck,
    /// Hours since the last dose.
    pub breaks: BreakChecks,
    /// When somebody is in titration.
    pub titration: TitrationChecks,
    /// The dose.
    pub dose: DoseChecks,
    /// Bowels.
    pub bowels: BowelChecks,
    /// Answers of a checklist that raise a flag by themselves.
    pub symptoms: Vec<SymptomCheck>,
    /// What is asked or measured how often.
    pub tasks: Vec<TaskRule>,
    /// Limits of measured quantities; of several that a value meets the worst holds.
    pub limits: Vec<Limit>,
    /// Pulse over its baseline by more than so much, /min.
    pub pulse_rise: Cited<Figure>,
    /// Fall of blood pressure on standing.
    pub postural: Postural,
    /// Weight over its baseline by so many per cent or more.
    pub weight_gain_percent: Cited<Figure>,
    /// Symptoms so many days around a raised liver test make it critical.
    pub liver_symptoms: Cited<i64>,
    /// Signs of neuroleptic malignant syndrome.
    pub nms: NmsCheck,
    /// A temperature with other signs within so many hours is critical.
    pub fever_with_signs: Cited<i64>,
    /// A fast pulse with symptoms of the heart or fever within so many hours is critical.
    pub pulse_with_signs: Cited<i64>,
    /// Clozapine levels.
    pub level: LevelChecks,
    /// What makes a seizure more likely.
    pub seizure_risk: SeizureRisk,
    /// Medicines that change clozapine levels; the first that fits holds.
    pub interactions: Vec<Interaction>,
    /// Approvals of a rechallenge.
    pub approval: ApprovalCheck,
    /// Supply of clozapine.
    pub supply: Plain,
    /// Tasks with fixed days.
    pub slot_tasks: Vec<SlotTask>,
    /// When a level is due.
    pub level_due: Plain,
    /// Days after which a protocol is to be held against its sources again.
    pub protocol_check_after_days: Cited<i64>,
}

/// What holds of counts under every protocol.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountChecks {
    /// Days to the next count while the newest is in a critical band.
    pub critical_every_days: Cited<i64>,
    /// Days between counts in a warning band that has no follow-up of its own.
    pub warning_every_days: Cited<i64>,
    /// Days to a full count after one that lacks the ANC or the WBC.
    pub incomplete_within_days: Cited<i64>,
    /// Hours after which a result is awaited too long.
    pub awaited_over_hours: Cited<i64>,
    /// What is flagged of somebody without a protocol.
    pub no_protocol: NoProtocol,
}

/// Low counts of somebody without a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoProtocol {
    /// Lowest first.
    pub bands: Vec<Under>,
    words: String,
    source: String,
    evidence: Evidence,
}

/// A count under some figure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// ANC, 10*9/L.
    pub under: Figure,
    /// How urgent.
    pub severity: Severity,
    /// What to do.
    pub action: String,
}

/// Signs of infection.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfectionCheck {
    /// For how many hours a sign counts.
    pub window_hours: i64,
    /// A temperature of so much or more, Cel.
    pub fever: Figure,
    /// For how many days after a stop it is watched for.
    pub after_stop_days: i64,
    /// Checklist items that are signs; `*` is any item of the list.
    pub signs: Vec<Sign>,
    /// What to do.
    pub action: String,
    words: String,
    source: String,
    evidence: Evidence,
}

/// An item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The list.
    pub list: String,
    /// The item, or `*`.
    pub item: String,
}

/// Hours since the last dose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakChecks {
    /// Over so many hours: doses are missed.
    pub missed_over_hours: Cited<i64>,
    /// So many hours or more: retitrate.
    pub retitrate_from_hours: Cited<i64>,
}

/// When somebody is in titration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitrationChecks {
    /// For so many days of a course.
    pub first_days: Cited<i64>,
    /// For so many days after a change of dose.
    pub after_change_days: Cited<i64>,
}

/// The dose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoseChecks {
    /// mg in a day; more is flagged.
    pub max_mg: Cited<Figure>,
}

/// Bowels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BowelChecks {
    /// Days since the last movement: a warning.
    pub warning_days: Cited<i64>,
    /// Days since the last movement: critical.
    pub critical_days: Cited<i64>,
    /// Fewer movements in 7 days are a warning.
    pub min_in_7_days: Cited<i64>,
    /// Bristol types up to this are hard.
    pub hard_to: Cited<i64>,
    /// Bristol types from this are loose: overflow after days without a movement; they never clear a flag.
    pub loose_from: Cited<i64>,
    /// Days without anybody asking, for an inpatient.
    pub not_asked_days: Cited<i64>,
}

/// Answers of a checklist that raise a flag by themselves: any one of the items.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SymptomCheck {
    /// The list.
    pub list: String,
    /// Any of these.
    pub items: Vec<String>,
    /// Answered so.
    #[serde(default = "yes")]
    pub answered: bool,
    /// The kind of flag, by its word in `triage --json`.
    pub flag: String,
    /// How urgent.
    pub severity: Severity,
    /// In words.
    pub words: String,
    /// What to do.
    pub action: String,
    source: String,
    evidence: Evidence,
}

fn yes() -> bool {
    true
}

/// What is asked or measured how often.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskRule {
    /// The task, by its word in `triage --json`.
    pub task: String,
    /// In words.
    pub words: Text,
    /// The key of its rule.
    #[serde(skip)]
    pub key: Text,
    /// From which first dose its days count.
    pub clock: Clock,
    /// What answers it.
    pub answered_by: AnsweredBy,
    /// How often, by the age of the last answer.
    pub every: Vec<Every>,
    /// Also on the day after an increase to a dose above so many mg.
    pub after_increase_above_mg: Option<Figure>,
    source: String,
    evidence: Evidence,
}

/// What answers a task.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnsweredBy {
    /// A checklist with at least one item asked.
    Checklist(String),
    /// Any test of a group of `data/units.json`.
    Group(String),
}

/// An interval.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Every {
    /// Holds for an answer before this day (day 1 is the first dose); absent: without end.
    pub until_day: Option<i64>,
    /// Days between, for an inpatient.
    pub inpatient_days: i64,
    /// Days between, for an outpatient.
    pub outpatient_days: i64,
}

impl Checks {
    /// Reads `data/checks.json`.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, RulesError> {
        let mut checks: Self = parse(file, text)?;
        checks.tasks.iter_mut().for_each(|task| task.key = Self::task_key(&task.task).into());
        checks.slot_tasks.iter_mut().for_each(|task| task.key = Self::task_key(&task.task).into());
        let error = |what: String| Err(RulesError { file: file.to_owned(), what });
        if checks.format != "wardround-checks/1" {
            return error("format: must be \"wardround-checks/1\"".to_owned());
        }
        match checks.rules().iter().find(|rule| !checks.sources.values().any(|s| s.cite() == rule.source)) {
            Some(rule) => error(format!("{}: source {} is not among the sources", rule.key, rule.source)),
            None => Ok(checks),
        }
    }

    /// The key of a rule of this table.
    pub fn key(rule: &str) -> String {
        format!("{NAME}#{rule}")
    }

    /// The key of a symptom rule: its flag and first item.
    pub fn symptom_key(symptom: &SymptomCheck) -> String {
        Self::key(&format!("{}.{}", symptom.list, symptom.items.first().map_or("", String::as_str)))
    }

    /// The key of a task's rule.
    pub fn task_key(task: &str) -> String {
        Self::key(&format!("task.{task}"))
    }

    /// Every rule of the table, as it is cited.
    pub fn rules(&self) -> Vec<RuleInfo> {
        let counts = &self.counts;
        let mut rules = vec![
            self.cited("counts.critical", &counts.critical_every_days),
            self.cited("counts.warning", &counts.warning_every_days),
            self.cited("counts.incomplete", &counts.incomplete_within_days),
            self.cited("counts.awaited", &counts.awaited_over_hours),
            self.info(
                Self::key("counts.no-protocol"),
                &counts.no_protocol.words,
                &counts.no_protocol.source,
                counts.no_protocol.evidence,
            ),
            self.info(Self::key("infection"), &self.infection.words, &self.infection.source, self.infection.evidence),
            self.cited("breaks.missed", &self.breaks.missed_over_hours),
            self.cited("breaks.retitrate", &self.breaks.retitrate_from_hours),
            self.cited("titration.first", &self.titration.first_days),
            self.cited("titration.change", &self.titration.after_change_days),
            self.cited("dose.max", &self.dose.max_mg),
            self.cited("bowels.warning", &self.bowels.warning_days),
            self.cited("bowels.critical", &self.bowels.critical_days),
            self.cited("bowels.few", &self.bowels.min_in_7_days),
            self.cited("bowels.hard", &self.bowels.hard_to),
            self.cited("bowels.overflow", &self.bowels.loose_from),
            self.cited("bowels.not-asked", &self.bowels.not_asked_days),
            self.cited("protocol.check", &self.protocol_check_after_days),
        ];
        rules.extend(self.symptoms.iter().map(|s| self.info(Self::symptom_key(s), &s.words, &s.source, s.evidence)));
        rules.extend(self.tasks.iter().map(|t| self.info(Self::task_key(&t.task), &t.words, &t.source, t.evidence)));
        rules.extend(self.measure_rules());
        rules
    }

    fn measure_rules(&self) -> Vec<RuleInfo> {
        let (level, risk, nms, approval) = (&self.level, &self.seizure_risk, &self.nms, &self.approval);
        let mut rules = vec![
            self.cited("pulse.rise", &self.pulse_rise),
            self.cited("postural.systolic", &self.postural.systolic),
            self.cited("postural.diastolic", &self.postural.diastolic),
            self.cited("postural.critical", &self.postural.critical_over),
            self.cited("weight.gain", &self.weight_gain_percent),
            self.cited("liver.symptoms", &self.liver_symptoms),
            self.cited("temperature.with-signs", &self.fever_with_signs),
            self.cited("pulse.with-signs", &self.pulse_with_signs),
            self.info(Self::key("nms"), &nms.words, &nms.source, nms.evidence),
            self.cited("level.trough", &level.trough_from_hours),
            self.cited("level.stable", &level.stable_days),
            self.cited("level.low", &level.low_under),
            self.cited("level.high", &level.high_over),
            self.cited("level.alert", &level.alert_over),
            self.cited("level.adequate", &level.pair_times),
            self.cited("level.occasions", &level.pair_min_days),
            self.cited("level.ratio-low", &level.ratio_low_under),
            self.cited("level.ratio-high", &level.ratio_high_over),
            self.cited("seizure.dose-notice", &risk.dose_notice_over),
            self.cited("seizure.dose-warning", &risk.dose_warning_over),
            self.cited("seizure.level-notice", &risk.level_notice_over),
            self.cited("seizure.level-warning", &risk.level_warning_over),
            self.cited("seizure.level-critical", &risk.level_critical_over),
            self.cited("seizure.medicines", &risk.medicines),
            self.info(Self::key("approval"), &approval.words, &approval.source, approval.evidence),
            self.info(Self::key("supply"), &self.supply.words, &self.supply.source, self.supply.evidence),
            self.info(Self::key("level.due"), &self.level_due.words, &self.level_due.source, self.level_due.evidence),
        ];
        let limits = self.limits.iter().map(|l| self.info(Self::key(&l.id), &l.words, &l.source, l.evidence));
        rules.extend(limits);
        let interactions = self.interactions.iter();
        rules.extend(
            interactions
                .map(|i| self.info(Self::key(&format!("interaction.{}", i.id)), &i.words, &i.source, i.evidence)),
        );
        let slots = self.slot_tasks.iter();
        rules.extend(slots.map(|t| self.info(Self::task_key(&t.task), &t.words, &t.source, t.evidence)));
        rules
    }

    fn cited<T>(&self, key: &str, cited: &Cited<T>) -> RuleInfo {
        self.info(Self::key(key), &cited.words, &cited.source, cited.evidence)
    }

    fn info(&self, key: String, text: &str, source: &str, evidence: Evidence) -> RuleInfo {
        RuleInfo {
            key,
            text: text.to_owned(),
            source: self.sources.get(source).map_or_else(|| source.to_owned(), Source::cite),
            evidence,
            version: self.version.clone(),
            confirmed: None,
        }
    }
}
