//! What a word that was begun could become: patients, then tests and words from the data, units, items, dates.
use super::super::sheet::Scene;
use super::lists::names;
use super::who::{self, Names};
use super::words::{Verb, Word, verb, verbs, words};
use super::{Line, rulebook};
use crate::tui::names::fold;
use crate::ward::Patient;

/// Most that is offered.
const MOST: usize = 8;

/// What could be typed next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Completion {
    /// The line with the word that was begun completed, as far as that is certain.
    pub line: String,
    /// What the word could become, at most a few.
    pub offers: Vec<String>,
}

/// What the last word could become; after a space, what could come next.
pub(in super::super) fn complete(text: &str, line: &Line, scene: &Scene) -> Completion {
    let all = words(text);
    let open = !text.is_empty() && !text.ends_with(char::is_whitespace);
    let begun = if open { all.last().map(Word::lower).unwrap_or_default() } else { String::new() };
    let (done, _) = all.split_at(all.len() - usize::from(open));
    let who = line.who(done, scene.ctx).len();
    let candidates = if who == done.len() {
        let mut people = people(done, line, scene, &begun);
        if !done.is_empty() || line.pinned.is_some() {
            people.extend(begins(verbs(scene.ctx.rules), &begun));
        }
        people
    } else {
        begins(next(done.get(who..).unwrap_or_default(), scene), &begun)
    };
    let kept = text.len() - all.last().filter(|_| open).map_or(0, |word| word.text.len());
    let common = common(&candidates).filter(|common| common.chars().count() >= begun.chars().count());
    let ended = if candidates.len() == 1 { " " } else { "" };
    let word = common.map(|common| format!("{common}{ended}"));
    let typed = text.get(kept..).unwrap_or_default();
    let line = format!("{}{}", text.get(..kept).unwrap_or_default(), word.as_deref().unwrap_or(typed));
    Completion { line, offers: candidates.into_iter().take(MOST).collect() }
}

fn begins(candidates: Vec<String>, begun: &str) -> Vec<String> {
    candidates.into_iter().filter(|one| one.to_lowercase().starts_with(begun)).collect()
}

/// Patients whose name or bed begins so and who fit the words before. Each is offered by a word that means them alone.
fn people(done: &[Word], line: &Line, scene: &Scene, begun: &str) -> Vec<String> {
    let before: Vec<String> = done.iter().map(Word::lower).collect();
    if begun.is_empty() || line.pinned.is_some() {
        return Vec::new();
    }
    let with: Vec<String> = before.iter().cloned().chain([begun.to_owned()]).collect();
    let mut found: Vec<String> = who::find(&with, scene.ctx.ward)
        .into_iter()
        .filter_map(|patient| handle(patient, &before, &fold(begun), scene))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The word of somebody's name, or the bed, that begins so.
fn handle(patient: &Patient, before: &[String], begun: &str, scene: &Scene) -> Option<String> {
    let names = Names::of(patient);
    let words = names.words.into_iter().filter(|name| name.starts_with(begun));
    let means_one = |word: &String| {
        let with: Vec<String> = before.iter().chain([word]).cloned().collect();
        who::find(&with, scene.ctx.ward).len() == 1
    };
    let mut all: Vec<String> = words.chain(Some(names.bed).filter(|bed| bed.starts_with(begun))).collect();
    all.retain(|word| !word.contains(char::is_whitespace));
    all.iter().find(|word| means_one(word)).or(all.first()).cloned()
}

/// What may come after these words.
fn next(said: &[Word], scene: &Scene) -> Vec<String> {
    let rules = scene.ctx.rules;
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let dates = || own(&["today", "yesterday", "now"]);
    let mut offers = match said.first().and_then(|first| verb(first.text, rules)) {
        Some(Verb::Test(_) | Verb::Pressure) => after_a_test(said, scene),
        Some(Verb::Dose) => own(&["morning", "midday", "evening", "tomorrow"]),
        Some(Verb::Sample) => own(&["fbc", "crp", "trop-t", "trop-i", "level", "taken", "declined", "failed"]),
        Some(Verb::List(list)) => {
            let items = list.items.iter().filter_map(|item| names(item).next());
            items.chain(own(&["no", "none", "asked"])).collect()
        }
        Some(Verb::Medicine | Verb::Smoking) => own(&["start", "stop"]),
        Some(Verb::Note | Verb::Bed) | None => return Vec::new(),
        Some(Verb::Break | Verb::Resume | Verb::Supply) => Vec::new(),
    };
    offers.extend(dates());
    offers
}

/// After a number its units; else tests.
fn after_a_test(said: &[Word], scene: &Scene) -> Vec<String> {
    let rules = scene.ctx.rules;
    let before = said.len().checked_sub(2).and_then(|at| said.get(at));
    let test = before.and_then(|word| match verb(word.text, rules) {
        Some(Verb::Test(test)) => Some(test),
        _ => None,
    });
    let measured = |word: &String| matches!(verb(word, rules), Some(Verb::Test(_) | Verb::Pressure));
    let tests = verbs(rules).into_iter().filter(measured);
    let units = test.into_iter().flat_map(|test| std::iter::once(&test.unit).chain(test.accepts.keys()).cloned());
    units.chain(tests).collect()
}

/// What all of them begin with.
fn common(all: &[String]) -> Option<String> {
    let (first, rest) = all.split_first()?;
    let same = |other: &String| first.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let letters = rest.iter().map(same).min().unwrap_or(usize::MAX);
    Some(first.chars().take(letters).collect())
}

/// Several patients in a line each, to choose from.
pub(in super::super) fn choices(line: &Line, scene: &Scene) -> Vec<String> {
    let moment = scene.moment();
    let people = line.several().iter().filter_map(|id| scene.ctx.ward.patient(id));
    people.map(|patient| format!("{}   {}", rulebook::bed(patient), rulebook::identity(patient, moment))).collect()
}
