//! In which order rows stand, and which of them: by urgency and all of them, unless somebody chose otherwise. What is
//! hidden is counted on the screen.
use super::board::Board;
use super::query::Only;
use crate::assess::Assessment;

/// The order of the rows of a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What nobody has dealt with first.
    #[default]
    Urgency,
    /// Bed after bed, as on the round.
    Bed,
    /// By family and given name.
    Name,
}

impl Sort {
    /// The order after this one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Urgency => Self::Bed,
            Self::Bed => Self::Name,
            Self::Name => Self::Urgency,
        }
    }

    /// The order in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Urgency => "by urgency",
            Self::Bed => "by bed",
            Self::Name => "by name",
        }
    }
}

/// What somebody chose to see.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The order.
    pub sort: Sort,
    /// Only what nobody has dealt with.
    pub open_only: bool,
    /// Only patients whom these words find.
    pub only: Option<Only>,
}

impl Listing {
    /// Whether it is everything, by urgency.
    pub fn is_plain(&self) -> bool {
        self.sort == Sort::Urgency && !self.filters()
    }

    /// Whether anything may be hidden.
    pub fn filters(&self) -> bool {
        self.open_only || self.only.is_some()
    }

    /// The next filter: none, only what is open, none. One by words is taken away first.
    pub fn next_filter(&mut self) {
        if self.only.take().is_none() {
            self.open_only = !self.open_only;
        }
    }

    /// Puts a board in this order and takes out of it what is not to be seen. `place` and `name` are the ranks of an
    /// assessment by bed and by name, `finds` whether the words of the filter find its patient.
    pub fn apply(
        &self,
        board: &mut Board,
        assessed: &[Assessment],
        place: impl Fn(usize) -> u32,
        name: impl Fn(&Assessment) -> u32,
        finds: impl Fn(&Assessment) -> bool,
    ) {
        let found: Vec<bool> = assessed.iter().map(|one| self.only.is_none() || finds(one)).collect();
        board.keep(|patient, is_open| found.get(patient).copied().unwrap_or_default() && (is_open || !self.open_only));
        let rank = |patient: usize, by: &dyn Fn(&Assessment) -> u32| assessed.get(patient).map_or(u32::MAX, by);
        match self.sort {
            Sort::Urgency => {}
            Sort::Bed => board.sort_by(place),
            Sort::Name => board.sort_by(|patient| rank(patient, &name)),
        }
    }
}
