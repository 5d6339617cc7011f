//! The round sheet: a ward on paper, in plain text of 80 columns. Used by `wardround print` and by the screen.
//!
//! ```text
//! Rowan Ward    as at Sat 21-Nov-2026 03:12 Europe/London    page 1 of 3
//! --------------------------------------------------------------------------------
//! Bed B3  OKAFOR, Adaeze  born 12-Apr-1988 (38)  Female  NHS 999 000 0018
//!   ANC 0.40 RED, sample 20-Nov-2026 19:40
//!   !! CRITICAL  ANC 0.40 RED: Stop clozapine (uk-smpc RED): call haematology.
//!                [ ] done: ________________________________________________________
//!   [ ] bowels   today
//! ```
//! Patients stand in bed order, and none is torn over two pages unless one is longer than a page; then its name stands
//! on both. Text is wrapped at its spaces: a number is whole and beside its unit. All text has passed [`Safe`].
mod file;
mod patient;

use crate::assess::{Assessment, Counts};
use crate::rules::Rules;
use crate::safe::{Charset, Safe};
use crate::tui::text::{width, wrap};
use crate::ward::{BedOrder, Moment, Patient, Ward};
use crate::words;

pub use file::{WriteError, name, write_new};

/// Columns of a line.
pub const COLUMNS: usize = 80;

/// Lines of a page, its head included: what A4 and Letter hold at six lines an inch, with margins.
pub const PAGE: usize = 60;

/// A ward to be put on paper.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The ward.
    pub ward: &'a Ward,
    /// The rules.
    pub rules: &'a Rules,
    /// The moment of looking.
    pub moment: &'a Moment,
    /// What the reader can show.
    pub charset: Charset,
}

impl Sheet<'_> {
    /// The whole sheet of these assessments of active patients. `between` stands between two pages: a form feed for a
    /// printer.
    pub fn text(&self, assessed: &[Assessment], between: &str) -> String {
        let pages = self.pages(assessed);
        let of = pages.len();
        let mut out = String::new();
        for (number, page) in (1..).zip(pages) {
            if number > 1 {
                out.push_str(between);
            }
            for line in self.head(number, of).iter().chain(&page) {
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
        out
    }

    /// The lines of each page without its head.
    fn pages(&self, assessed: &[Assessment]) -> Vec<Vec<String>> {
        // The number of pages may make the head a line longer, never shorter than this.
        let room = PAGE - self.head(999, 999).len();
        let mut pages: Vec<Vec<String>> = vec![self.introduction(assessed)];
        for (patient, one) in self.in_bed_order(assessed) {
            let block = patient::Block { sheet: self, patient, one };
            for part in pieces(&block.lines(), &block.name(), room) {
                match pages.last_mut() {
                    Some(page) if page.len() + part.len() <= room => page.extend(part),
                    _ => pages.push(part),
                }
            }
        }
        pages
    }

    /// The patients with what is said of them, bed after bed.
    fn in_bed_order<'s>(&'s self, assessed: &'s [Assessment]) -> Vec<(&'s Patient, &'s Assessment)> {
        let people: std::collections::HashMap<_, _> = self.ward.patients.iter().map(|one| (&one.id, one)).collect();
        let mut all: Vec<_> =
            assessed.iter().filter_map(|one| people.get(&one.patient).map(|patient| (*patient, one))).collect();
        all.sort_by_cached_key(|one| BedOrder::of(one.0));
        all
    }

    /// Whose page it is, of when, and which.
    fn head(&self, number: usize, of: usize) -> Vec<String> {
        let site = self.ward.site.as_deref().map(|site| format!(", {}", self.safe(site))).unwrap_or_default();
        let mut head = String::new();
        let at = format!("as at {} {}", words::moment(self.moment), self.moment.zone.name());
        for part in [format!("{}{site}", self.safe(&self.ward.name)), at, format!("page {number} of {of}")] {
            if !head.is_empty() {
                head.push_str("    ");
            }
            head.push_str(&part);
        }
        wrap_at(&head, COLUMNS).into_iter().chain(["-".repeat(COLUMNS)]).collect()
    }

    /// How many need something, and what holds for the whole sheet.
    fn introduction(&self, assessed: &[Assessment]) -> Vec<String> {
        let mut lines = wrap_at(&words::counts(&Counts::of(assessed)), COLUMNS);
        let ids = self.ward.patients.iter().filter(|one| one.fields.active);
        let ids = ids.filter_map(|one| one.fields.protocol.as_deref());
        let old = words::all_not_checked(self.rules, ids, self.moment.today(), self.charset);
        let left_out = self.rules.left_out().iter().map(|text| self.safe(text));
        lines.extend(old.into_iter().chain(left_out).flat_map(|text| wrap_at(&text, COLUMNS)));
        let note = "A copy of that moment: what was entered later is not on it. Ticks on paper change nothing in the \
                    ward file. It holds names: shred it.";
        lines.extend(wrap_at(note, COLUMNS));
        lines.push("-".repeat(COLUMNS));
        lines
    }

    fn safe(&self, text: &str) -> String {
        Safe::within(text, self.charset).to_string()
    }
}

/// A patient's lines, cut into pieces of at most a page; each after the first says again who it is.
fn pieces(lines: &[String], name: &str, room: usize) -> Vec<Vec<String>> {
    let Some((first, rest)) = lines.split_at_checked(room) else { return vec![lines.to_vec()] };
    let again = wrap_at(&format!("{name}, continued"), COLUMNS);
    let room = room.saturating_sub(again.len()).max(1);
    let rest = rest.chunks(room).map(|part| again.iter().chain(part).cloned().collect());
    std::iter::once(first.to_vec()).chain(rest).filter(|part: &Vec<String>| !part.is_empty()).collect()
}

/// Wraps a text at its spaces, keeping those between its parts.
fn wrap_at(text: &str, columns: usize) -> Vec<String> {
    if width(text) <= columns { vec![text.to_owned()] } else { wrap(text, columns) }
}

/// A text after a head, its further lines under its first.
fn hanging(head: &str, text: &str) -> Vec<String> {
    let at = width(head);
    let lines = wrap(text, COLUMNS.saturating_sub(at).max(COLUMNS / 3));
    let indent = " ".repeat(at);
    (0..).zip(lines).map(|(i, line)| format!("{}{line}", if i == 0 { head } else { &indent })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_longer_than_a_page_is_named_on_each() {
        let lines: Vec<String> = (0..25).map(|n| n.to_string()).collect();
        let pages = pieces(&lines, "Bed B3  OKAFOR, Adaeze", 10);
        assert!(pages.iter().all(|page| page.len() <= 10));
        assert!(pages[1..].iter().all(|page| page[0] == "Bed B3  OKAFOR, Adaeze, continued"));
        let said: Vec<String> = pages.concat().into_iter().filter(|line| !line.contains("continued")).collect();
        assert_eq!(said, lines);
        for room in [25, 40] {
            assert_eq!(pieces(&lines, "", room).concat(), lines);
        }
    }
}
