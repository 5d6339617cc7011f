//! One line: `okafor anc 1.32 wbc 4.1 today 0810`. First whom it is about, then what, then when.
//!
//! [`Line`] knows whom the line is about. [`read`] turns what is said into a form and what would be typed into its
//! fields, so that a line is checked, read back and saved as its form is, and by the same code. Pure: text, ward, rules
//! and moment in; a draft, or what is wrong and where, out.
//!
//! Doses: one number is the evening's; two are morning and evening; three are morning, midday and evening. A list's day
//! or number without a name is the one that the data marks: `bowels yesterday 4` is last opened yesterday, Bristol 4.
mod complete;
mod grammar;
mod lists;
mod said;
mod who;
mod words;

pub(super) use complete::{choices, complete};

use super::context::FormContext;
use super::rulebook;
use super::scroll::Scroll;
use super::sheet::{Draft, Scene};
use super::sheets;
use crate::tui::names::fold;
use crate::ward::{Patient, PatientId};
use words::{Word, Wrong, verb, words};

/// What may be typed, for an empty line.
pub(super) const EXAMPLES: [&str; 4] = [
    "okafor anc 1.32 wbc 4.1 today 0810     b3 pulse 96 temp 37.4 bp 118/76",
    "b3 dose 25 50 (morning, evening; one number is the evening's, three are morning, midday, evening)",
    "b3 bowels yesterday 4 no pain (last opened, Bristol type)     b3 infection none",
    "b3 taken fbc today 0810     b3 missed yesterday 2100 vomiting     b3 note any words",
];

/// Whom a line is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// Whose view was open: the line is about nobody else.
    pinned: Option<PatientId>,
    /// The words of the line that name somebody.
    who: Vec<String>,
    /// Who is meant by them.
    people: Vec<PatientId>,
    /// Which of several was chosen.
    chosen: Option<PatientId>,
    /// Where the line and what it would mean stand, if that is longer than its room.
    pub(super) scroll: Scroll,
}

impl Line {
    /// A line about anybody, or about one patient alone.
    pub(super) fn about(pinned: Option<PatientId>) -> Self {
        Self { pinned, ..Self::default() }
    }

    /// Takes the line as it is now. Who was chosen stays chosen as long as the words for them are the same.
    pub(super) fn typed(&mut self, text: &str, ctx: &FormContext) {
        let words = words(text);
        let who: Vec<String> = self.who(&words, ctx).iter().map(Word::lower).collect();
        if who != self.who {
            self.chosen = None;
            self.who = who;
        }
        self.people = who::find(&self.who, ctx.ward).into_iter().map(|patient| patient.id.clone()).collect();
        self.chosen = self.chosen.take().filter(|id| self.people.contains(id));
    }

    /// The words that name somebody: the first one, and those up to a word that says something.
    fn who<'a, 'w>(&self, words: &'a [Word<'w>], ctx: &FormContext) -> &'a [Word<'w>] {
        let least = usize::from(self.pinned.is_none());
        let says = |word: &Word| verb(word.text, ctx.rules).is_some();
        let end = words.iter().skip(least).position(says).map_or(words.len(), |at| at + least);
        words.get(..end).unwrap_or_default()
    }

    /// The patient, once it is certain who.
    pub(super) fn patient(&self) -> Option<&PatientId> {
        match (&self.pinned, self.people.as_slice()) {
            (Some(pinned), people) if self.who.is_empty() || people.contains(pinned) => Some(pinned),
            (Some(_), _) => None,
            (None, [one]) => Some(one),
            (None, _) => self.chosen.as_ref(),
        }
    }

    /// Those of whom one has to be chosen.
    pub(super) fn several(&self) -> &[PatientId] {
        if self.patient().is_none() && self.pinned.is_none() && self.people.len() > 1 { &self.people } else { &[] }
    }

    /// Chooses one of several.
    pub(super) fn choose(&mut self, at: usize) {
        self.chosen = self.people.get(at).cloned();
    }

    /// Why it is not known whom the line is about.
    pub(super) fn nobody(&self, ctx: &FormContext) -> String {
        if let Some(pinned) = self.pinned.as_ref().and_then(|id| ctx.ward.patient(id)) {
            return format!("this line is about {}: leave it to type about somebody else", rulebook::name(pinned));
        }
        match self.people.len() {
            _ if self.who.is_empty() => "first whom: a part of the name, the bed or the number".to_owned(),
            0 if self.away(ctx) => "nobody on the ward; somebody discharged has that name: / finds them".to_owned(),
            0 => "nobody on the ward has that name, bed or number".to_owned(),
            several => format!("{several} patients: Enter shows them, to choose from"),
        }
    }

    fn away(&self, ctx: &FormContext) -> bool {
        let begins = |patient: &Patient| {
            let names = who::Names::of(patient).words;
            self.who.iter().all(|word| names.iter().any(|name| name.starts_with(&fold(word))))
        };
        ctx.ward.patients.iter().any(|patient| !patient.fields.active && begins(patient))
    }
}

/// What a line would save for the patient of the scene.
///
/// # Errors
/// What is wrong, and where.
pub(super) fn read(text: &str, line: &Line, scene: &Scene) -> Result<Draft, Wrong> {
    let all = words(text);
    let from = line.who(&all, scene.ctx).len();
    if scene.patient.is_none() {
        let at = all.first().map(|first| first.at..all.get(from.saturating_sub(1)).map_or(0, |word| word.range().end));
        return Err(Wrong::new(at.unwrap_or_default(), line.nobody(scene.ctx)));
    }
    let said = grammar::read(text, all.get(from..).unwrap_or_default(), scene.ctx.rules)?;
    let scene = Scene { kind: &said.kind, ..*scene };
    let values = said.values(text.len(), &scene)?;
    sheets::draft(&scene, &values).map_err(|problem| Wrong::new(said.place(&problem.field), problem.why))
}
