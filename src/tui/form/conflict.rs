//! What somebody else saved while a form was open: said in the read-back if it is of the same kind, and asked about if
//! the form rests on what they changed. What was typed stays whatever is answered, until a person says otherwise.
use std::collections::HashSet;

use super::context::{FormContext, FormEvent, FormKind, Notice};
use super::field::Field;
use super::rulebook;
use super::say::safe;
use super::scroll::Scroll;
use super::sheet::Scene;
use super::sheets::person;
use super::{Form, Stage, compose, sheets};
use crate::tui::keymap::Action;
use crate::tui::saving::{Conflict, Fact, Refusal, Seen};
use crate::ward::{Entry, EntryId, Kind, Patient, PatientId};
use crate::words;

/// Kinds of entry that a later one of the same kind takes the place of: a new one rests on the latest.
const RESTS_ON_THE_LATEST: [&str; 2] = ["dose", "course"];

/// The entries of a patient that were there when a form was opened.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    patient: Option<PatientId>,
    entries: HashSet<EntryId>,
}

impl Known {
    pub(super) fn of(patient: Option<&Patient>) -> Self {
        let entries = patient.iter().flat_map(|one| &one.entries).map(|entry| entry.id.clone()).collect();
        Self { patient: patient.map(|one| one.id.clone()), entries }
    }

    /// Whom a typed line is about now.
    pub(super) fn about(&mut self, patient: Option<&Patient>) {
        if self.patient.as_ref() != patient.map(|one| &one.id) {
            *self = Self::of(patient);
        }
    }

    /// What others saved since that is of the same kind as one of the facts, in clauses.
    pub(super) fn meanwhile(&self, facts: &[Fact], scene: &Scene) -> Vec<String> {
        let Some(patient) = scene.patient.filter(|one| Some(&one.id) == self.patient.as_ref()) else {
            return Vec::new();
        };
        let ours: Vec<&Entry> = facts.iter().flat_map(compose::entries).collect();
        let is_news = |entry: &&Entry| {
            !self.entries.contains(&entry.id)
                && !ours.iter().any(|one| one.id == entry.id)
                && ours.iter().any(|one| same_kind(&one.kind, &entry.kind))
        };
        let news = patient.entries.iter().filter(is_news);
        news.map(|entry| {
            let words = rulebook::entry_in_words(entry, patient, scene);
            format!("while this form was open somebody saved: {}", words.replace("   ", ", "))
        })
        .collect()
    }
}

/// Whether two entries say something of the same thing.
fn same_kind(a: &Kind, b: &Kind) -> bool {
    match (a, b) {
        (Kind::Observation(a), Kind::Observation(b)) => a.test == b.test,
        (Kind::Checklist(a), Kind::Checklist(b)) => a.list == b.list,
        (Kind::Change(a), Kind::Change(b)) => a.field == b.field,
        (Kind::Void(a), Kind::Void(b)) => a.entry == b.entry,
        (Kind::Acknowledge(a), Kind::Acknowledge(b)) => a.flag == b.flag,
        (Kind::Note(_), Kind::Note(_)) => false,
        _ => a.name() == b.name(),
    }
}

/// What is asked when somebody else has changed what a form rests on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dispute {
    /// The patient's field that they changed, and what it holds now; `None`: they saved a newer entry.
    field: Option<(&'static str, Option<String>)>,
    /// What they did, in words.
    pub theirs: String,
    /// What was typed here, in words.
    pub ours: String,
    /// Where it stands, if it is longer than its room.
    pub scroll: Scroll,
}

impl Dispute {
    /// Whether it is about a field of the patient, and not about a newer entry.
    pub(super) fn is_of_a_field(&self) -> bool {
        self.field.is_some()
    }
}

/// The first refusal that is somebody else's change.
pub(super) fn first(refused: &[(usize, Refusal)]) -> Option<&Conflict> {
    refused.iter().find_map(|(_, refusal)| match refusal {
        Refusal::Changed(conflict) => Some(&**conflict),
        _ => None,
    })
}

impl Form {
    /// What was seen of what the facts rest on: a newer dose than that is asked about.
    pub fn seen(&self, ctx: &FormContext) -> Vec<Seen> {
        let Stage::Saving(read_back) = &self.stage else { return Vec::new() };
        let Some(patient) = self.patient().and_then(|id| ctx.ward.patient(id)) else { return Vec::new() };
        let entries = || read_back.facts.iter().flat_map(compose::entries);
        let rests = |kind: &&&str| entries().any(|entry| entry.kind.name() == **kind);
        RESTS_ON_THE_LATEST.iter().filter(rests).map(|kind| Seen::of(patient, kind)).collect()
    }

    /// A field that was typed into and that somebody else has changed since it was shown.
    pub(super) fn found_changed(&self, ctx: &FormContext) -> Option<Dispute> {
        let patient = self.patient().and_then(|id| ctx.ward.patient(id))?;
        let typed = |field: &str| self.fields.iter().any(|one| person::group(&one.id) == field && one.is_dirty());
        let changed = self.base.iter().find(|(field, raw)| typed(field) && !patient.holds(field, raw.as_deref()))?;
        let now = patient.raw_field(changed.0).map(str::to_owned);
        Some(self.about_field(changed.0, now, patient.last_change(changed.0), patient, ctx))
    }

    /// The store found that somebody else was faster: asks what is to hold.
    pub(super) fn dispute(&mut self, conflict: &Conflict, ctx: &FormContext) -> FormEvent {
        let Some(patient) = self.patient().and_then(|id| ctx.ward.patient(id)) else {
            return self.keep("REFUSED: this patient is no longer in the file.".to_owned());
        };
        self.keep_what_was_saved(patient, ctx);
        let dispute = match conflict {
            Conflict::Field { field, now, changed, .. } => {
                self.about_field(person::group(field), now.clone(), changed.as_ref(), patient, ctx)
            }
            Conflict::Newer { entry, .. } => {
                let theirs = rulebook::entry_in_words(entry, patient, &self.scene(ctx));
                Dispute {
                    field: None,
                    theirs: format!("Somebody saved: {theirs}"),
                    ours: self.typed_here(),
                    scroll: Scroll::default(),
                }
            }
        };
        self.stage = Stage::Conflict(Box::new(dispute));
        FormEvent::Stay
    }

    /// Of several fields some may have been saved: they are no longer something that was typed.
    fn keep_what_was_saved(&mut self, patient: &Patient, ctx: &FormContext) {
        let tried = self.tried.iter().flat_map(compose::entries).filter(|entry| patient.entry(&entry.id).is_some());
        let groups = tried.filter_map(|entry| match &entry.kind {
            Kind::Change(change) => Some(person::group(&change.field)),
            _ => None,
        });
        for group in groups.collect::<Vec<_>>() {
            self.show_again(group, ctx);
        }
    }

    fn about_field(
        &self,
        field: &'static str,
        now: Option<String>,
        changed: Option<&Entry>,
        patient: &Patient,
        ctx: &FormContext,
    ) -> Dispute {
        let said =
            |raw: Option<&str>| person::said(field, &rulebook::with_field(patient, field, raw, &ctx.moment).fields);
        let before = self.base.iter().find(|(id, _)| *id == field).and_then(|(_, raw)| raw.as_deref());
        let who = changed.and_then(|entry| entry.recorded.as_ref()).map_or_else(
            || "Somebody changed".to_owned(),
            |recorded| {
                let at = recorded.at.with_timezone(&ctx.moment.zone).naive_local();
                format!("{}, {}, changed", safe(&recorded.by), words::date_time(at))
            },
        );
        let theirs = format!("{who} {}: {} -> {}", person::label(field), said(before), said(now.as_deref()));
        Dispute { field: Some((field, now)), theirs, ours: self.typed_here(), scroll: Scroll::default() }
    }

    /// What is typed in the form, in a line.
    fn typed_here(&self) -> String {
        let typed = self.fields.iter().filter(|field| field.is_dirty());
        let said = typed.map(|field| format!("{} {}", field.label, safe(&field.content().unwrap_or_default())));
        format!("Typed here: {}", said.collect::<Vec<_>>().join(", "))
    }

    /// What the answers to the question do.
    pub(super) fn conflict_key(&mut self, action: Option<Action>, ctx: &FormContext) -> FormEvent {
        let Stage::Conflict(dispute) = &mut self.stage else { return FormEvent::Stay };
        let field = dispute.field.clone();
        match (action, field) {
            (Some(Action::Back), _) => self.back_to_fields(),
            (Some(Action::KeepTheirs), None) => FormEvent::Close,
            (Some(Action::KeepTheirs), Some((field, _))) => {
                self.stage = Stage::Edit;
                self.show_again(field, ctx);
                if !self.is_dirty() {
                    return FormEvent::Close;
                }
                self.notice = Some(Notice { grave: false, words: format!("{} is theirs.", person::label(field)) });
                FormEvent::Stay
            }
            (Some(Action::Replace), changed) => {
                self.stage = Stage::Edit;
                if let Some((field, now)) = changed {
                    self.rests_on(field, now.as_deref());
                }
                self.read_back(ctx);
                FormEvent::Stay
            }
            (Some(action), _) => {
                dispute.scroll.turn(action);
                FormEvent::Stay
            }
            (None, _) => FormEvent::Stay,
        }
    }

    fn rests_on(&mut self, field: &str, now: Option<&str>) {
        for (_, raw) in self.base.iter_mut().filter(|(id, _)| *id == field) {
            *raw = now.map(str::to_owned);
        }
    }

    /// Shows what the patient's field holds now, instead of what was typed.
    fn show_again(&mut self, field: &'static str, ctx: &FormContext) {
        let Some(patient) = self.patient.as_ref().and_then(|id| ctx.ward.patient(id)) else { return };
        let scene = Scene { kind: &self.kind, patient: Some(patient), ctx, base: &[] };
        let (new, _) = sheets::fields(&scene);
        for mut fresh in new.into_iter().filter(|one| person::group(&one.id) == field) {
            if let Some(old) = self.fields.iter_mut().find(|old| old.id == fresh.id) {
                std::mem::swap(old, &mut fresh);
            }
        }
        self.rests_on(field, patient.raw_field(field));
    }

    /// Fields of the patient that nobody types into show what they hold now.
    pub(super) fn follow_fields(&mut self, ctx: &FormContext) {
        if self.kind != FormKind::Person || !matches!(self.stage, Stage::Edit | Stage::Leave) {
            return;
        }
        let typed = |field: &Field, group: &str| person::group(&field.id) == group && field.is_dirty();
        let still: Vec<&'static str> = self
            .base
            .iter()
            .map(|(group, _)| *group)
            .filter(|group| !self.fields.iter().any(|field| typed(field, group)))
            .collect();
        for group in still {
            self.show_again(group, ctx);
        }
    }
}
