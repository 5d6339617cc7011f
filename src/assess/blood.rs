//! When the next blood count is due, and what the counts so far say: the tightest of all clocks.
use chrono::NaiveDate;

use super::follow_up::{Asked, Follow};
use super::infection;
use super::judge::{Judged, judge};
use super::known::Known;
use super::outcome::{AncBand, BloodCount, Due, DueStatus, LastBlood, Severity, State, Task};
use super::samples::{self, BloodSample};
use super::schedule::{Clocks, Scheduled};
use super::stamp::{Stamp, days_between};
use super::status::History;
use super::treatment::Treatment;
use super::why::Why;
use crate::rules::{Checks, Protocol, Rules};
use crate::ward::{Outcome, When};

/// The samples of one patient, each as the protocol in force when it was taken judges it.
pub(super) struct Blood<'s, 'r> {
    pub samples: &'s [BloodSample<'s>],
    /// Beside each sample: `None` without a protocol, or where the protocol reads nothing of it.
    pub judged: Vec<Option<Judged<'s, 'r>>>,
}

impl<'s, 'r> Blood<'s, 'r> {
    /// Judges each sample by the protocol, BEN and Duffy status in force when it was taken.
    pub fn new(samples: &'s [BloodSample<'s>], history: History<'r, '_>) -> Self {
        let judge =
            |(i, sample): (usize, &BloodSample<'_>)| judge_at(history.protocol(&sample.at)?, history, samples, i);
        Self { samples, judged: samples.iter().enumerate().map(judge).collect() }
    }

    /// The newest sample with its band.
    pub fn newest(&self) -> Option<BloodCount> {
        self.samples.iter().zip(&self.judged).rev().find_map(count_of)
    }

    /// The band of the newest sample.
    pub fn newest_band(&self) -> Option<AncBand> {
        self.judged.iter().rev().flatten().next().map(band_of)
    }

    /// Every sample with its band.
    pub fn counts(&self) -> Vec<BloodCount> {
        self.samples.iter().zip(&self.judged).filter_map(count_of).collect()
    }
}

fn count_of((sample, judged): (&BloodSample<'_>, &Option<Judged<'_, '_>>)) -> Option<BloodCount> {
    Some(BloodCount {
        at: sample.when()?,
        anc: sample.anc.map(|fact| fact.entry.id.clone()),
        wbc: sample.wbc.map(|fact| fact.entry.id.clone()),
        band: judged.as_ref().map(band_of),
    })
}

fn band_of(judged: &Judged<'_, '_>) -> AncBand {
    let entry = judged.decided_by.entry;
    AncBand {
        band: judged.band().map_or_else(|| judged.word().into(), |band| band.id.clone()),
        at: judged.sample.when().or(entry.at).unwrap_or(When::Date(judged.sample.at.date)),
        entry: entry.id.clone(),
        severity: judged.severity(),
    }
}

fn judge_at<'s, 'r>(
    protocol: &'r Protocol,
    history: History<'_, '_>,
    samples: &'s [BloodSample<'s>],
    i: usize,
) -> Option<Judged<'s, 'r>> {
    let (earlier, rest) = samples.split_at(i);
    let sample = rest.first()?;
    let table = history.table(protocol, &sample.at);
    judge(protocol, table, sample, earlier)
}

/// Everything that decides when a count is due.
pub(super) struct Clock<'c, 'a> {
    pub known: &'c Known<'a>,
    pub treatment: &'c Treatment<'a>,
    pub history: History<'c, 'a>,
    pub rules: &'c Rules,
    pub blood: &'c Blood<'c, 'c>,
}

impl<'c> Clock<'c, '_> {
    /// The next blood count. `None` where there is nothing to say: not started and nothing planned, or no protocol and
    /// no sign of infection.
    pub fn due(&self) -> Option<Due> {
        let now = self.known.now();
        let protocol = self.history.protocol(&now);
        let infection = infection::asks(self.known, self.treatment, self.rules, self.blood.samples);
        let (mut due, valid_until) = match protocol {
            Some(protocol) => self.under(protocol)?,
            None => (Scheduled::At(Vec::new()), None),
        };
        due.add(infection);
        if protocol.is_some() {
            self.hold_earlier(&mut due, &now);
        }
        self.item(due, valid_until)
    }

    /// After a change of protocol the earlier of two due dates holds until the next sample.
    fn hold_earlier(&self, due: &mut Scheduled, now: &Stamp) {
        let newest = self.blood.samples.last().map(|s| s.at);
        let since = newest.or(self.treatment.first);
        let changes = since.map(|since| self.history.protocol_changes_after(&since)).unwrap_or_default();
        for change in changes {
            let before = self.history.protocol_before(&change).and_then(|id| self.rules.protocol(&id));
            let present = self.history.protocol_id(now);
            let Some(before) = before.filter(|p| Some(p.id.as_str()) != present.as_deref()) else { continue };
            let Some((Scheduled::At(earlier), _)) = self.under(before) else { continue };
            let earlier = earlier.into_iter().map(|asked| Asked {
                why: Why::words(format!("before the change of protocol, until the next sample: {}", asked.why)),
                ..asked
            });
            due.add(earlier);
        }
    }

    /// The clocks of one protocol, with every sample judged by it.
    fn under(&self, protocol: &'c Protocol) -> Option<(Scheduled, Option<NaiveDate>)> {
        let now = self.known.now();
        let again = self.judge_again(protocol);
        let mut judged: Vec<&Judged<'_, '_>> = Vec::with_capacity(self.blood.judged.len());
        judged.extend(again.as_ref().unwrap_or(&self.blood.judged).iter().flatten());
        let fields = &self.known.patient.fields;
        let baseline = fields.baseline_anc.as_ref().map(crate::ward::Number::exact);
        let follow = Follow::new(&judged, baseline, self.treatment.first.map(|first| first.date));
        let stop = self.treatment.stop.filter(|_| self.treatment.state == State::Stopped);
        let asked = follow.asks(self.rules.checks(), stop.is_some());
        let Some(clocks) = Clocks::new(protocol, self.treatment, self.history, &now, &judged, fields.service) else {
            return (!asked.is_empty()).then_some((Scheduled::At(asked), None));
        };
        let newest = judged.last();
        let routine = match stop {
            Some(stop) => clocks.after_stop(&stop.at, &judged, follow.neutropenia),
            None => clocks.routine(newest.map(|j| j.sample.at.date), follow.neutropenia),
        };
        let valid_until = newest
            .filter(|j| self.treatment.is_on_clozapine() && !j.incomplete && j.severity() != Severity::Critical)
            .and_then(|j| clocks.valid_until(j.sample.at.date));
        let all = match routine {
            Scheduled::At(routine) => Scheduled::At(asked.into_iter().chain(routine).collect()),
            nothing if asked.is_empty() => nothing,
            _ => Scheduled::At(asked),
        };
        Some((all, valid_until))
    }

    /// Every sample as a protocol judges it; `None` if it has been in force all along, and has judged them already.
    fn judge_again(&self, protocol: &'c Protocol) -> Option<Vec<Option<Judged<'_, '_>>>> {
        let samples = self.blood.samples;
        let judge = |i| judge_at(protocol, self.history, samples, i);
        (!self.history.is_always(protocol)).then(|| (0..samples.len()).map(judge).collect())
    }

    fn item(&self, due: Scheduled, valid_until: Option<NaiveDate>) -> Option<Due> {
        let today = self.known.today();
        let (asked, date, status) = match due {
            Scheduled::At(all) => {
                let earliest = all.into_iter().min_by_key(|asked| asked.due)?;
                let status = match earliest.due.cmp(&today) {
                    std::cmp::Ordering::Less => DueStatus::Overdue,
                    std::cmp::Ordering::Equal => DueStatus::Due,
                    std::cmp::Ordering::Greater => DueStatus::Upcoming,
                };
                (earliest.clone(), Some(earliest.due), status)
            }
            Scheduled::Nothing(asked) => (asked, None, DueStatus::None),
            Scheduled::Undefined(asked) => (asked, None, DueStatus::Undefined),
        };
        let attempt = self.last_attempt();
        Some(Due {
            task: Task::Anc,
            due: date,
            status,
            days_overdue: date.map_or(0, |date| days_between(date, today).max(0)),
            blood: LastBlood {
                valid_until,
                sampled_at: attempt.filter(|(outcome, _)| *outcome == Outcome::Taken).and_then(|(_, at)| at),
                not_taken: attempt.and_then(|(outcome, _)| match outcome {
                    Outcome::Taken => None,
                    Outcome::Declined => Some("declined"),
                    Outcome::Failed => Some("no blood could be had"),
                }),
            }
            .kept(),
            why: asked.why,
            rule: asked.rule,
        })
    }

    /// The last attempt to take blood for a count, if no count has come of it since.
    fn last_attempt(&self) -> Option<(Outcome, Option<When>)> {
        let attempt = self.known.samples.iter().rfind(|s| asks_for_count(&s.what.tests))?;
        let answered =
            self.blood.samples.iter().any(|sample| sample.anc.is_some() && !attempt.at.later_than(&sample.at));
        (!answered).then_some((attempt.what.outcome, attempt.entry.at))
    }
}

/// Whether a sample was taken for a blood count: its tests name one, or name nothing.
pub(super) fn asks_for_count(tests: &[crate::ward::Text]) -> bool {
    tests.is_empty() || tests.iter().any(|test| &**test == "anc" || &**test == "wbc")
}

/// Samples in which the ANC is above the WBC, as things that cannot be assessed.
pub(super) fn impossible(samples: &[BloodSample<'_>]) -> Vec<super::outcome::CannotAssess> {
    samples.iter().filter_map(samples::impossible).collect()
}

/// The key of the rule about low counts of somebody without a protocol.
pub(super) fn no_protocol_rule() -> String {
    Checks::key("counts.no-protocol")
}
