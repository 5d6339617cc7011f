//! Rows that stand on other lines than before: which of them the terminal can move, so that they need not be sent again.
//!
//! Deleting and inserting lines is a pair: what is deleted in one place is inserted in another, so that everything under
//! both stays where it was, and no scroll region has to be set that an interrupted frame could leave behind.
use super::Pen;

/// What a cell certainly shows: a character one cell wide, and its style.
pub type Seen = (char, Pen);

/// An empty cell.
pub const EMPTY: Seen = (' ', Pen::PLAIN);

/// Rows of a band that are taken out and put in, as places in the band.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Rows of the old band that go, each with how many; from the bottom up.
    pub delete: Vec<(usize, usize)>,
    /// Rows of the new band that come, empty, each with how many; from the top down.
    pub insert: Vec<(usize, usize)>,
}

/// More rows than these are not compared: it is done at every key.
const MOST_ROWS: usize = 64;

/// About how many bytes it takes to begin a run of cells: a way to it, a style or both.
const RUN: u32 = 6;
/// About how many bytes it takes to delete or insert lines.
const MOVE: u32 = 12;
/// More than any row: it cannot become the other.
const NEVER: u32 = 1 << 20;

/// How a row of the new band came about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// From a row of the old band.
    Keep,
    /// A row of the old band has gone.
    Delete,
    /// Out of nothing.
    Insert,
}

const STEPS: [Step; 3] = [Step::Keep, Step::Delete, Step::Insert];

/// Bytes so far, and the step before.
type Cost = (u32, Step);

/// Which rows of an old band to move so that the least is left to be drawn; `None` if none. The bands are as tall.
pub fn moves(old: &[&[Seen]], new: &[&[Seen]]) -> Option<Moves> {
    if old.len() > MOST_ROWS || old.len() != new.len() {
        return None;
    }
    let costs = costs(old, new);
    let (mut i, mut j, mut step) = (old.len(), new.len(), Step::Keep);
    // The last step counts as kept: what stands under the band stays.
    step = cheapest(costs.get(i)?.get(j)?, step).1;
    let mut moves = Moves::default();
    while i > 0 || j > 0 {
        let before = costs.get(i)?.get(j)?.get(step as usize)?.1;
        match step {
            Step::Keep => (i, j) = (i.checked_sub(1)?, j.checked_sub(1)?),
            Step::Delete => {
                i = i.checked_sub(1)?;
                join(&mut moves.delete, i);
            }
            Step::Insert => {
                j = j.checked_sub(1)?;
                join(&mut moves.insert, j);
            }
        }
        step = before;
    }
    moves.insert.reverse();
    (!moves.delete.is_empty()).then_some(moves)
}

/// Adds a row to the run that begins just under it, or begins one.
fn join(runs: &mut Vec<(usize, usize)>, row: usize) {
    match runs.last_mut() {
        Some((first, count)) if *first == row + 1 => (*first, *count) = (row, *count + 1),
        _ => runs.push((row, 1)),
    }
}

/// For the first so many rows of both bands and a last step: the fewest bytes, and the step before that.
fn costs(old: &[&[Seen]], new: &[&[Seen]]) -> Vec<Vec<[Cost; 3]>> {
    let fresh: Vec<u32> = new.iter().map(|row| of_empty(row)).collect();
    let mut costs = vec![vec![[(NEVER, Step::Keep); 3]; new.len() + 1]; old.len() + 1];
    let at = |costs: &[Vec<[Cost; 3]>], i: usize, j: usize| {
        costs.get(i).and_then(|row| row.get(j)).copied().unwrap_or([(NEVER, Step::Keep); 3])
    };
    for i in 0..=old.len() {
        for j in 0..=new.len() {
            let mut now = [(NEVER, Step::Keep); 3];
            if i == 0 && j == 0 {
                now[0].0 = 0;
            }
            if let (Some(above), Some(left)) = (i.checked_sub(1), j.checked_sub(1))
                && let (Some(row), Some(wanted), Some(fresh)) = (old.get(above), new.get(left), fresh.get(left))
            {
                now[Step::Keep as usize] =
                    add(cheapest(&at(&costs, above, left), Step::Keep), change(row, wanted, *fresh));
            }
            if let Some(above) = i.checked_sub(1) {
                now[Step::Delete as usize] = cheapest(&at(&costs, above, j), Step::Delete);
            }
            if let Some(left) = j.checked_sub(1) {
                let fresh = fresh.get(left).copied().unwrap_or(NEVER);
                now[Step::Insert as usize] = add(cheapest(&at(&costs, i, left), Step::Insert), fresh);
            }
            if let Some(cost) = costs.get_mut(i).and_then(|row| row.get_mut(j)) {
                *cost = now;
            }
        }
    }
    costs
}

fn add((cost, step): Cost, more: u32) -> Cost {
    (cost.saturating_add(more).min(NEVER), step)
}

/// The cheapest way to take a step after any other: going on with deleting or inserting is free.
fn cheapest(before: &[Cost; 3], next: Step) -> Cost {
    let ways = STEPS.iter().zip(before).map(|(step, (cost, _))| {
        let begins = if next == Step::Keep || next == *step { 0 } else { MOVE };
        (cost.saturating_add(begins), *step)
    });
    ways.min_by_key(|(cost, _)| *cost).unwrap_or((NEVER, Step::Keep))
}

/// About how many bytes make a row of an empty line.
fn of_empty(row: &[Seen]) -> u32 {
    written(row.iter().map(|seen| (*seen, *seen != EMPTY)))
}

/// About how many bytes make a row of another.
fn change(old: &[Seen], new: &[Seen], fresh: u32) -> u32 {
    if old == new {
        return 0;
    }
    let changes = written(old.iter().zip(new).map(|(old, new)| (*new, old != new)));
    changes.min(fresh + RUN)
}

fn written(cells: impl Iterator<Item = (Seen, bool)>) -> u32 {
    let (mut bytes, mut last) = (0_u32, None);
    for ((_, pen), differs) in cells {
        if differs {
            bytes += 1 + if last == Some(pen) { 0 } else { RUN };
        }
        last = differs.then_some(pen);
    }
    bytes
}
