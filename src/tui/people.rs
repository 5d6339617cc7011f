//! A list of people of whom one is selected, by name and never by place: the one piece of finding somebody and of what
//! changed.
use std::ops::Range;

use super::keymap::Action;
use super::stack::Window;
use super::text::{Line, blank, span, spans_width};
use super::theme::Theme;
use crate::ward::PatientId;

/// A row of the list.
pub trait Row {
    /// Whose it is.
    fn patient(&self) -> &PatientId;
}

/// The list, who of it is selected, and what of it is in sight.
#[derive(Debug, Clone)]
pub struct People<T> {
    rows: Vec<T>,
    selected: Option<PatientId>,
    /// The rows in sight when it was last drawn.
    shown: Range<usize>,
}

impl<T> Default for People<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), selected: None, shown: 0..0 }
    }
}

impl<T: Row> People<T> {
    /// Puts other rows in the list. Who was selected stays so if `keep` says so and they are still in it, else the first
    /// one is; gives whether they stayed.
    pub fn replace(&mut self, rows: Vec<T>, keep: bool) -> bool {
        self.rows = rows;
        let kept = self.selected.take().filter(|id| keep && self.rows.iter().any(|row| row.patient() == id));
        let stays = kept.is_some();
        self.selected = kept.or_else(|| self.rows.first().map(|row| row.patient().clone()));
        stays
    }

    /// The rows.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// Who is selected.
    pub fn patient(&self) -> Option<&PatientId> {
        self.selected.as_ref()
    }

    fn at(&self) -> Option<usize> {
        let selected = self.selected.as_ref()?;
        self.rows.iter().position(|row| row.patient() == selected)
    }

    /// Does what a key does to the selection; whether it was such a key.
    pub fn act(&mut self, action: Action) -> bool {
        let page = isize::try_from(self.shown.len().max(1)).unwrap_or(1);
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            _ => return false,
        };
        let to = self.at().unwrap_or_default().saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
        self.selected = self.rows.get(to).map(|row| row.patient().clone());
        true
    }

    /// The rows that so many lines show, the selected one among them; `height` is that of a row.
    pub fn shown(&self, lines: usize, height: impl Fn(&T) -> usize) -> Range<usize> {
        let height = |row: usize| self.rows.get(row).map_or(1, &height);
        Window { rows: self.rows.len(), lines, height }.rows(self.shown.start, self.at())
    }

    /// Notes what is in sight: a list only moves when its selected row would leave it.
    pub fn settle(&mut self, shown: Range<usize>) {
        self.shown = shown;
    }

    /// The lines of these rows, whose first cell is free for the marker of the selected one.
    pub fn lines(&self, shown: Range<usize>, theme: Theme, row: impl Fn(&T) -> Vec<Line>) -> Vec<Line> {
        let mut all = Vec::new();
        let at = self.at();
        for (place, one) in self.rows.iter().enumerate().skip(shown.start).take(shown.len()) {
            for (i, mut line) in row(one).into_iter().enumerate() {
                if i == 0 && at == Some(place) {
                    line.splice(..1.min(line.len()), [span(">", theme.selection())]);
                }
                all.push(if spans_width(&line) == 0 { vec![blank(1)] } else { line });
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Row for PatientId {
        fn patient(&self) -> &PatientId {
            self
        }
    }

    fn people(names: &[&str]) -> Vec<PatientId> {
        names.iter().copied().map(PatientId::new).collect()
    }

    #[test]
    fn the_selection_stays_with_its_patient() {
        let mut list = People::default();
        assert!(!list.replace(people(&["a", "b", "c"]), true));
        assert_eq!(list.patient().map(PatientId::as_str), Some("a"));
        assert!(list.act(Action::Down));
        assert!(list.replace(people(&["c", "b"]), true), "in another place");
        assert_eq!(list.patient().map(PatientId::as_str), Some("b"));
        assert!(!list.replace(people(&["c", "b"]), false), "nobody chose: the first");
        assert_eq!(list.patient().map(PatientId::as_str), Some("c"));
        assert!(!list.replace(Vec::new(), true));
        assert!(list.act(Action::Down) && list.patient().is_none(), "an empty list");
        assert!(!list.act(Action::Open));
    }

    #[test]
    fn a_page_is_what_is_in_sight() {
        let mut list = People::default();
        list.replace(people(&["a", "b", "c", "d", "e", "f", "g"]), true);
        list.settle(list.shown(3, |_| 1));
        list.act(Action::PageDown);
        assert_eq!(list.patient().map(PatientId::as_str), Some("d"));
        list.settle(list.shown(3, |_| 1));
        assert_eq!(list.shown, 1..4, "by half a page, with the selected one in sight");
        list.act(Action::PageUp);
        assert_eq!(list.patient().map(PatientId::as_str), Some("a"));
    }
}
