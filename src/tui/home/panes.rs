//! What stands in which of the five panes: every open flag and every due task in exactly one row of one pane.
//!
//! What nobody has dealt with comes first: open critical flags, open warnings, what cannot be assessed, what is overdue,
//! what is due today; then what has been seen, and what is to come.
use std::cmp::Reverse;

use crate::assess::{Assessment, Due, DueStatus, Flag, FlagKind, Severity, Task};
use crate::ward::PatientId;

/// The five panes, from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    /// Counts under the best band, counts that fell, infections without a count.
    Anc,
    /// Blood tests not done, and results awaited.
    Overdue,
    /// Blood tests due today and later; who has no date comes first.
    Upcoming,
    /// Doses, breaks, and everybody in titration.
    Titration,
    /// All other checks and flags.
    Checks,
}

impl Pane {
    /// All of them, from the top.
    pub const ALL: [Self; 5] = [Self::Anc, Self::Overdue, Self::Upcoming, Self::Titration, Self::Checks];

    /// Its place from the top, from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Anc => "ANC flags",
            Self::Overdue => "Overdue bloods",
            Self::Upcoming => "Upcoming bloods",
            Self::Titration => "Titration",
            Self::Checks => "Checks due",
        }
    }
}

/// What a row is about; indices are those of the patient's assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A flag.
    Flag(usize),
    /// A blood test that is due.
    Blood(usize),
    /// A blood test that is overdue though blood was taken: the task, and the flag that its result is awaited.
    Awaited(usize, usize),
    /// No date is known, or something cannot be read.
    Unknown,
    /// In titration, with no flag in that pane.
    Titration,
    /// All checks of one patient with that status.
    Checks(DueStatus),
}

/// A row's name, which is the same after anything is assessed again: the selection holds on to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowKey {
    /// Whose row.
    pub patient: PatientId,
    /// Which of theirs.
    pub about: About,
}

/// Which of a patient's rows in a pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The flag with this key.
    Flag(String),
    /// A blood test.
    Blood(Task),
    /// What is not known.
    Unknown,
    /// The titration.
    Titration,
    /// Checks with this status.
    Checks(DueStatus),
}

/// One row of a pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which assessment.
    pub patient: usize,
    /// What it is about.
    pub what: What,
    rank: Rank,
}

/// Where a row stands: the class, then the days within it, then the patient's place on the ward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    class: Class,
    days: i64,
    patient: u32,
    item: usize,
}

/// Classes of urgency, the first one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    OpenCritical,
    OpenWarning,
    Unknown,
    Overdue,
    Today,
    OpenNotice,
    Seen(Reverse<Severity>),
    Later,
}

impl What {
    /// The flags that the row stands for.
    pub fn flags(self) -> impl Iterator<Item = usize> {
        match self {
            Self::Flag(flag) | Self::Awaited(_, flag) => Some(flag),
            _ => None,
        }
        .into_iter()
    }

    /// The due tasks that the row stands for.
    pub fn tasks(self, assessment: &Assessment) -> Vec<usize> {
        let those = |holds: &dyn Fn(&Due) -> bool| {
            assessment.due.iter().enumerate().filter(|(_, due)| holds(due)).map(|(i, _)| i).collect()
        };
        match self {
            Self::Blood(task) | Self::Awaited(task, _) => vec![task],
            Self::Checks(status) => those(&|due| !is_blood(due.task) && due.status == status),
            Self::Unknown => those(&|due| is_blood(due.task) && due.status == DueStatus::Undefined),
            Self::Flag(_) | Self::Titration => Vec::new(),
        }
    }

    /// The name of the row.
    pub fn key(self, assessment: &Assessment) -> RowKey {
        let flag_key = |i: usize| assessment.flags.get(i).map_or_else(String::new, |flag| flag.key.clone());
        let about = match self {
            Self::Flag(flag) => About::Flag(flag_key(flag)),
            Self::Blood(task) | Self::Awaited(task, _) => match assessment.due.get(task) {
                Some(due) => About::Blood(due.task),
                None => About::Unknown,
            },
            Self::Unknown => About::Unknown,
            Self::Titration => About::Titration,
            Self::Checks(status) => About::Checks(status),
        };
        RowKey { patient: assessment.patient.clone(), about }
    }
}

/// The rows of all five panes, each in its order.
#[derive(Debug, Clone, Default)]
pub struct Board {
    panes: [Vec<Row>; 5],
}

impl Board {
    /// Sorts assessments into the panes. `place` says where a patient stands on the ward, which decides between rows
    /// that are equally urgent.
    pub fn new(assessments: &[Assessment], place: impl Fn(&Assessment) -> u32) -> Self {
        let mut board = Self::default();
        for (i, assessment) in assessments.iter().enumerate() {
            board.add(i, assessment, place(assessment));
        }
        for pane in &mut board.panes {
            pane.sort_by_key(|row| row.rank);
        }
        board
    }

    /// The rows of a pane.
    pub fn rows(&self, pane: Pane) -> &[Row] {
        self.panes.get(pane.index()).map_or(&[], Vec::as_slice)
    }

    /// The pane with what is most urgent; of equals, the upper one.
    pub fn most_urgent(&self) -> Pane {
        let class = |pane: &Pane| self.rows(*pane).first().map_or(Class::Later, |row| row.rank.class);
        Pane::ALL.into_iter().min_by_key(class).unwrap_or(Pane::Anc)
    }

    fn add(&mut self, patient: usize, assessment: &Assessment, place: u32) {
        let mut add = |pane: Pane, what: What, (class, days): (Class, i64)| {
            let item = match what {
                What::Flag(i) | What::Blood(i) | What::Awaited(i, _) => i,
                _ => 0,
            };
            if let Some(rows) = self.panes.get_mut(pane.index()) {
                rows.push(Row { patient, what, rank: Rank { class, days, patient: place, item } });
            }
        };
        let awaited = awaited(assessment);
        for (i, flag) in assessment.flags.iter().enumerate() {
            if awaited.is_none_or(|(_, merged)| merged != i) {
                add(pane_of_flag(flag.kind), What::Flag(i), flag_class(flag));
            }
        }
        for (i, due) in assessment.due.iter().enumerate().filter(|(_, due)| is_blood(due.task)) {
            match (due.status, awaited) {
                (DueStatus::Overdue, Some((task, flag))) if task == i => {
                    let class = assessment.flags.get(flag).map_or((Class::OpenWarning, 0), flag_class);
                    add(Pane::Overdue, What::Awaited(i, flag), class);
                }
                (DueStatus::Overdue, _) => add(Pane::Overdue, What::Blood(i), due_class(due)),
                (DueStatus::Due | DueStatus::Upcoming, _) => add(Pane::Upcoming, What::Blood(i), due_class(due)),
                (DueStatus::Undefined | DueStatus::None, _) => {}
            }
        }
        if is_unknown(assessment) {
            add(Pane::Upcoming, What::Unknown, (Class::Unknown, 0));
        }
        if assessment.in_titration && !assessment.flags.iter().any(|flag| pane_of_flag(flag.kind) == Pane::Titration) {
            add(Pane::Titration, What::Titration, (Class::Later, assessment.titration_day.unwrap_or_default()));
        }
        for status in [DueStatus::Overdue, DueStatus::Due, DueStatus::Undefined] {
            let worst =
                assessment.due.iter().filter(|due| !is_blood(due.task) && due.status == status).map(due_class).min();
            if let Some(class) = worst {
                add(Pane::Checks, What::Checks(status), class);
            }
        }
    }
}

/// The pane of a kind of flag.
pub fn pane_of_flag(kind: FlagKind) -> Pane {
    match kind {
        FlagKind::AncBand | FlagKind::AncFall | FlagKind::Infection => Pane::Anc,
        FlagKind::ResultAwaited => Pane::Overdue,
        FlagKind::Retitrate
        | FlagKind::MissedDose
        | FlagKind::TitrationLimit
        | FlagKind::DoseLimit
        | FlagKind::Approval => Pane::Titration,
        FlagKind::Myocarditis
        | FlagKind::Constipation
        | FlagKind::Seizure
        | FlagKind::Level
        | FlagKind::Interaction
        | FlagKind::PosturalDrop
        | FlagKind::Vitals
        | FlagKind::Liver
        | FlagKind::Nms
        | FlagKind::Weight
        | FlagKind::Supply => Pane::Checks,
    }
}

/// Whether a task needs blood.
pub fn is_blood(task: Task) -> bool {
    match task {
        Task::Anc | Task::Myocarditis | Task::GlucoseLipids | Task::Level => true,
        Task::Constipation | Task::Seizures | Task::Vitals | Task::Weight | Task::Supply => false,
    }
}

/// Whether the patient is on treatment and nobody knows when blood is next due.
pub fn has_no_date(assessment: &Assessment) -> bool {
    let undefined = assessment.due.iter().any(|due| is_blood(due.task) && due.status == DueStatus::Undefined);
    assessment.has_no_next_test() || undefined
}

fn is_unknown(assessment: &Assessment) -> bool {
    has_no_date(assessment) || !assessment.cannot_assess.is_empty()
}

/// The overdue blood test whose result is awaited, and the flag that says so: one row says both.
fn awaited(assessment: &Assessment) -> Option<(usize, usize)> {
    let flag = assessment.flags.iter().position(|flag| flag.kind == FlagKind::ResultAwaited)?;
    let waits = |due: &Due| is_blood(due.task) && due.status == DueStatus::Overdue && due.sampled_at.is_some();
    Some((assessment.due.iter().position(waits)?, flag))
}

fn flag_class(flag: &Flag) -> (Class, i64) {
    let class = match (&flag.acknowledged, flag.severity) {
        (Some(_), severity) => Class::Seen(Reverse(severity)),
        (None, Severity::Critical) => Class::OpenCritical,
        (None, Severity::Warning) => Class::OpenWarning,
        (None, Severity::Notice | Severity::Ok) => Class::OpenNotice,
    };
    (class, 0)
}

fn due_class(due: &Due) -> (Class, i64) {
    match due.status {
        DueStatus::Overdue => (Class::Overdue, -due.days_overdue),
        DueStatus::Due => (Class::Today, 0),
        DueStatus::Undefined => (Class::Unknown, 0),
        DueStatus::Upcoming | DueStatus::None => {
            let days = due.due.map_or(i64::MAX, |day| i64::from(chrono::Datelike::num_days_from_ce(&day)));
            (Class::Later, days)
        }
    }
}
