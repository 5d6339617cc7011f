//! What stands in which of the five panes: every open flag and every due task in exactly one row of one pane.
//!
//! What nobody has dealt with comes first: open critical flags, open warnings, what cannot be assessed, what is overdue,
//! what is due today; then what has been seen, and what is to come.
use std::cell::OnceCell;
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
    /// What goes before the rank: nothing, or the order that somebody chose.
    order: u32,
}

impl Row {
    /// Whether nobody has dealt with what it is about.
    pub fn is_open(&self) -> bool {
        !matches!(self.rank.class, Class::Seen(_) | Class::Later)
    }

    /// Whether it is critical and nobody has dealt with it.
    pub fn is_open_critical(&self) -> bool {
        self.rank.class == Class::OpenCritical
    }

    /// What comes first among a patient's rows of one rank: the first of their flags or tasks.
    fn place(&self) -> (Rank, usize) {
        let item = match self.what {
            What::Flag(i) | What::Blood(i) | What::Awaited(i, _) => i,
            What::Unknown | What::Titration | What::Checks(_) => 0,
        };
        (self.rank, item)
    }
}

/// Where a row stands: the class, then the days within it, then the patient's place on the ward. A list of thousands has
/// tens of thousands of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    class: Class,
    days: i32,
    patient: u32,
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

/// What a listing hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hidden {
    /// Rows.
    pub rows: usize,
    /// Those of them that are critical and that nobody has dealt with.
    pub critical: usize,
}

/// The rows of all five panes, each in its order.
#[derive(Debug, Clone, Default)]
pub struct Board {
    panes: [Vec<Row>; 5],
    /// What a filter has taken out.
    pub hidden: Hidden,
    /// All rows in one list, once anybody asked: the pane, and the place in it.
    together: OnceCell<Vec<(Pane, usize)>>,
}

impl Board {
    /// Sorts assessments into the panes. `place` says of each where its patient stands on the ward, which decides
    /// between rows that are equally urgent.
    pub fn new(assessments: &[Assessment], place: impl Fn(usize) -> u32) -> Self {
        let mut board = Self::default();
        for (i, assessment) in assessments.iter().enumerate() {
            board.add(i, assessment, place(i));
        }
        board.sort();
        board
    }

    /// Takes other assessments of some patients, by their places in ascending order: only their rows are put in again.
    /// Not for a board that was filtered or sorted otherwise.
    pub fn put_again(&mut self, assessments: &[Assessment], changed: &[usize], place: impl Fn(usize) -> u32) {
        for pane in &mut self.panes {
            pane.retain(|row| changed.binary_search(&row.patient).is_err());
        }
        for i in changed {
            if let Some(assessment) = assessments.get(*i) {
                self.add(*i, assessment, place(*i));
            }
        }
        self.sort();
    }

    fn sort(&mut self) {
        // What stands in order already is not sorted again: this costs what was added.
        for pane in &mut self.panes {
            pane.sort_by_key(Row::place);
        }
        self.together.take();
    }

    /// The rows of a pane.
    pub fn rows(&self, pane: Pane) -> &[Row] {
        self.panes.get(pane.index()).map_or(&[], Vec::as_slice)
    }

    /// All rows of all panes in one list: in the order that the panes have, the most urgent first unless they were sorted
    /// otherwise.
    pub fn together(&self) -> &[(Pane, usize)] {
        self.together.get_or_init(|| {
            let rows = |pane: Pane| self.rows(pane).iter().enumerate().map(move |(at, row)| (row, pane, at));
            let mut all: Vec<_> = Pane::ALL.into_iter().flat_map(rows).collect();
            all.sort_by_key(|(row, pane, _)| (row.order, row.place(), *pane));
            all.into_iter().map(|(_, pane, at)| (pane, at)).collect()
        })
    }

    /// Keeps rows of which this is true: it is given the patient, and whether nobody has dealt with the row.
    pub fn keep(&mut self, wanted: impl Fn(usize, bool) -> bool) {
        let hidden = &mut self.hidden;
        for pane in &mut self.panes {
            pane.retain(|row| {
                let kept = wanted(row.patient, row.is_open());
                hidden.rows += usize::from(!kept);
                hidden.critical += usize::from(!kept && row.rank.class == Class::OpenCritical);
                kept
            });
        }
        self.together.take();
    }

    /// Puts the rows in the order of a rank of their patients; those of one patient stay in order of urgency.
    pub fn sort_by(&mut self, rank: impl Fn(usize) -> u32) {
        for pane in &mut self.panes {
            for row in pane.iter_mut() {
                row.order = rank(row.patient);
            }
            pane.sort_by_key(|row| (row.order, row.place()));
        }
        self.together.take();
    }

    /// The pane with what is most urgent; of equals, the upper one.
    pub fn most_urgent(&self) -> Pane {
        let class = |pane: &Pane| self.rows(*pane).iter().map(|row| row.rank.class).min().unwrap_or(Class::Later);
        Pane::ALL.into_iter().min_by_key(class).unwrap_or(Pane::Anc)
    }

    fn add(&mut self, patient: usize, assessment: &Assessment, place: u32) {
        let mut add = |pane: Pane, what: What, (class, days): (Class, i64)| {
            let days = i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX });
            if let Some(rows) = self.panes.get_mut(pane.index()) {
                rows.push(Row { patient, what, rank: Rank { class, days, patient: place }, order: 0 });
            }
        };
        let awaited = awaited(assessment);
        for (i, flag) in assessment.flags.iter().enumerate() {
            if awaited.is_none_or(|(_, merged)| merged != i) {
                add(pane_of_flag(flag.kind), What::Flag(i), flag_class(flag, assessment));
            }
        }
        for (i, due) in assessment.due.iter().enumerate().filter(|(_, due)| is_blood(due.task)) {
            match (due.status, awaited) {
                (DueStatus::Overdue, Some((task, flag))) if task == i => {
                    let class =
                        assessment.flags.get(flag).map_or((Class::OpenWarning, 0), |flag| flag_class(flag, assessment));
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
    let waits = |due: &Due| is_blood(due.task) && due.status == DueStatus::Overdue && due.sampled_at().is_some();
    Some((assessment.due.iter().position(waits)?, flag))
}

/// The class of a flag; within it, one that a later count has overtaken comes last.
fn flag_class(flag: &Flag, assessment: &Assessment) -> (Class, i64) {
    let class = match (&flag.acknowledged, flag.severity) {
        (Some(_), severity) => Class::Seen(Reverse(severity)),
        (None, Severity::Critical) => Class::OpenCritical,
        (None, Severity::Warning) => Class::OpenWarning,
        (None, Severity::Notice | Severity::Ok) => Class::OpenNotice,
    };
    let newest = assessment.newest.as_ref();
    let overtaken = flag.kind == FlagKind::AncBand
        && newest.is_some_and(|count| ![&count.anc, &count.wbc].into_iter().flatten().any(|id| *id == flag.entry));
    (class, i64::from(overtaken))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assess::{Acknowledged, CannotAssess, LastBlood, State};
    use crate::ward::{EntryId, When};

    fn flag(kind: FlagKind, severity: Severity, seen: bool, i: usize) -> Flag {
        Flag {
            key: format!("{}:{i}", kind.as_str()),
            kind,
            severity,
            title: String::new(),
            action: String::new(),
            why: String::new(),
            entry: EntryId::new(i.to_string()),
            since: when(),
            rule: crate::ward::Text::default(),
            acknowledged: seen.then(|| Acknowledged { entry: EntryId::new("a"), action: "rang".into() }),
        }
    }

    fn when() -> When {
        When::parse("2026-11-20").expect("a day")
    }

    fn due(task: Task, status: DueStatus, days: i64, taken: bool) -> Due {
        let day = "2026-11-20".parse().expect("a day");
        Due {
            task,
            due: (!matches!(status, DueStatus::None | DueStatus::Undefined)).then_some(day),
            status,
            days_overdue: if status == DueStatus::Overdue { days } else { 0 },
            blood: LastBlood { sampled_at: taken.then(when), ..LastBlood::default() }.kept(),
            why: crate::assess::Why::Words("".into()),
            rule: crate::ward::Text::default(),
        }
    }

    fn assessment(flags: Vec<Flag>, due: Vec<Due>, cannot: bool, in_titration: bool) -> Assessment {
        let unread = CannotAssess { code: "no-protocol", why: "no protocol".to_owned(), entry: None };
        Assessment {
            level: None,
            patient: PatientId::new("p"),
            state: State::OnTreatment,
            treatment_day: Some(3),
            titration_day: Some(3),
            severity: Severity::Ok,
            anc_band: None,
            newest: None,
            dose: None,
            in_titration,
            hours_since_dose: None,
            due,
            flags,
            cannot_assess: if cannot { vec![unread] } else { Vec::new() },
        }
    }

    /// Any flags and tasks, each task at most once.
    fn any_assessment() -> impl Strategy<Value = Assessment> {
        let severity = prop_oneof![Just(Severity::Notice), Just(Severity::Warning), Just(Severity::Critical)];
        let flags = proptest::collection::vec((0..FlagKind::ALL.len(), severity, any::<bool>()), 0..6);
        let status = prop_oneof![
            Just(DueStatus::Upcoming),
            Just(DueStatus::Due),
            Just(DueStatus::Overdue),
            Just(DueStatus::None),
            Just(DueStatus::Undefined)
        ];
        let due = proptest::collection::btree_map(0..Task::ALL.len(), (status, 1i64..9, any::<bool>()), 0..9);
        (flags, due, any::<bool>(), any::<bool>()).prop_map(|(flags, due, cannot, in_titration)| {
            let flags = flags
                .into_iter()
                .enumerate()
                .map(|(i, (kind, severity, seen))| flag(FlagKind::ALL[kind], severity, seen, i));
            let due = due.into_iter().map(|(task, (status, days, taken))| due_of(task, status, days, taken));
            assessment(flags.collect(), due.collect(), cannot, in_titration)
        })
    }

    fn due_of(task: usize, status: DueStatus, days: i64, taken: bool) -> Due {
        due(Task::ALL[task], status, days, taken)
    }

    proptest! {
        #[test]
        fn every_flag_and_every_due_task_is_in_exactly_one_row(one in any_assessment()) {
            let board = Board::new(std::slice::from_ref(&one), |_| 0);
            let rows = || Pane::ALL.into_iter().flat_map(|pane| board.rows(pane).iter().map(move |row| (pane, row)));
            for (i, flag) in one.flags.iter().enumerate() {
                let places: Vec<Pane> = rows().filter(|(_, row)| row.what.flags().any(|j| j == i)).map(|(pane, _)| pane).collect();
                prop_assert_eq!(&places, &[pane_of_flag(flag.kind)], "{:?}", flag.kind);
            }
            for (i, due) in one.due.iter().enumerate() {
                let places = rows().filter(|(_, row)| row.what.tasks(&one).contains(&i)).count();
                let shown = match due.status {
                    DueStatus::Due | DueStatus::Overdue | DueStatus::Undefined => 1,
                    DueStatus::Upcoming => usize::from(is_blood(due.task)),
                    DueStatus::None => 0,
                };
                prop_assert_eq!(places, shown, "{:?} {:?}", due.task, due.status);
            }
            let unknown = rows().filter(|(pane, row)| *pane == Pane::Upcoming && row.what == What::Unknown).count();
            prop_assert!(one.cannot_assess.is_empty() || unknown == 1);
            let titration = rows().filter(|(pane, _)| *pane == Pane::Titration).count();
            prop_assert!(!one.in_titration || titration > 0);
        }

        #[test]
        fn no_two_rows_of_a_pane_have_one_name(one in any_assessment()) {
            let board = Board::new(std::slice::from_ref(&one), |_| 0);
            for pane in Pane::ALL {
                let keys: Vec<RowKey> = board.rows(pane).iter().map(|row| row.what.key(&one)).collect();
                for (i, key) in keys.iter().enumerate() {
                    prop_assert!(!keys[..i].contains(key), "{key:?}");
                }
            }
        }
    }

    #[test]
    fn what_nobody_has_dealt_with_comes_first() {
        let ones = [
            assessment(vec![flag(FlagKind::AncBand, Severity::Critical, true, 0)], Vec::new(), false, false),
            assessment(vec![flag(FlagKind::AncBand, Severity::Warning, false, 1)], Vec::new(), false, false),
            assessment(vec![flag(FlagKind::AncFall, Severity::Critical, false, 2)], Vec::new(), false, false),
        ];
        let board = Board::new(&ones, |_| 0);
        let order: Vec<usize> = board.rows(Pane::Anc).iter().map(|row| row.patient).collect();
        assert_eq!(order, [2, 1, 0]);
        assert_eq!(board.most_urgent(), Pane::Anc);
        let due = [DueStatus::Upcoming, DueStatus::Due].map(|status| due(Task::Anc, status, 0, false));
        let later = due.map(|due| assessment(Vec::new(), vec![due], false, false));
        let unread = assessment(Vec::new(), Vec::new(), true, false);
        let board = Board::new(&[later[0].clone(), later[1].clone(), unread], |_| 0);
        let order: Vec<usize> = board.rows(Pane::Upcoming).iter().map(|row| row.patient).collect();
        assert_eq!(order, [2, 1, 0]);
    }

    #[test]
    fn an_awaited_result_and_its_overdue_test_are_one_row() {
        let flags = vec![flag(FlagKind::ResultAwaited, Severity::Warning, false, 0)];
        let one = assessment(flags.clone(), vec![due(Task::Anc, DueStatus::Overdue, 1, true)], false, false);
        let board = Board::new(std::slice::from_ref(&one), |_| 0);
        assert_eq!(board.rows(Pane::Overdue).iter().map(|row| row.what).collect::<Vec<_>>(), [What::Awaited(0, 0)]);
        let one = assessment(flags, vec![due(Task::Anc, DueStatus::Upcoming, 1, true)], false, false);
        let board = Board::new(std::slice::from_ref(&one), |_| 0);
        assert_eq!(board.rows(Pane::Overdue).iter().map(|row| row.what).collect::<Vec<_>>(), [What::Flag(0)]);
    }
}
