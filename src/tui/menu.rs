//! The list of checks to choose from: vital signs and the checklists, what is due first.
use super::banner::{self, FileState};
use super::data::Data;
use super::form::FormKind;
use super::keymap::{Action, Mode};
use super::page::Page;
use super::text::{Line, blank, span, width};
use crate::assess::{DueStatus, Task};
use crate::ward::PatientId;

/// The list, for one patient.
#[derive(Debug, Clone)]
pub struct Menu {
    /// Whose checks.
    pub patient: PatientId,
    at: usize,
}

/// One thing to choose.
struct Choice {
    title: String,
    kind: FormKind,
    status: Option<DueStatus>,
}

impl Menu {
    /// The list of a patient, with the first one selected.
    pub fn new(patient: PatientId) -> Self {
        Self { patient, at: 0 }
    }

    /// The form of what is selected.
    pub fn chosen(&self, data: &Data) -> Option<FormKind> {
        self.choices(data).into_iter().nth(self.at).map(|choice| choice.kind)
    }

    /// Does what a key does to the selection; whether it was such a key.
    pub fn act(&mut self, action: Action, data: &Data) -> bool {
        let last = self.choices(data).len().saturating_sub(1);
        match action {
            Action::Up => self.at = self.at.saturating_sub(1),
            Action::Down => self.at = (self.at + 1).min(last),
            _ => return false,
        }
        true
    }

    /// What is overdue first, then what is due today, then the rest in the order of the data file.
    fn choices(&self, data: &Data) -> Vec<Choice> {
        let assessment = data.assessment(&self.patient);
        let status = |task: Option<Task>| {
            let due = assessment?.due(task?)?;
            matches!(due.status, DueStatus::Due | DueStatus::Overdue).then_some(due.status)
        };
        let lists = data.rules.checklists().iter().map(|list| Choice {
            title: list.title.clone(),
            kind: FormKind::Checklist(list.id.clone()),
            status: status(task_of(&list.id)),
        });
        let vitals =
            Choice { title: "Vital signs".to_owned(), kind: FormKind::VitalSigns, status: status(Some(Task::Vitals)) };
        let others = [
            ("Another result: any test", FormKind::Results),
            ("Another medicine, or smoking", FormKind::Medicine),
            ("Clozapine supplied", FormKind::Supply),
        ];
        let others = others.map(|(title, kind)| Choice { title: title.to_owned(), kind, status: None });
        let mut choices: Vec<Choice> = std::iter::once(vitals).chain(lists).chain(others).collect();
        choices.sort_by_key(|choice| match choice.status {
            Some(DueStatus::Overdue) => 0,
            Some(_) => 1,
            None => 2,
        });
        choices
    }

    /// The page.
    pub fn page(&self, data: &Data, file: &FileState, columns: usize) -> Page {
        const TITLE: usize = 30;
        let theme = data.theme;
        let mut head =
            data.patient(&self.patient).map(|patient| banner::of_patient(data, patient, columns)).unwrap_or_default();
        head.extend(banner::moment_line(data, file, columns, None));
        let line = |(i, choice): (usize, Choice)| -> Line {
            let marker = if i == self.at { span(">", theme.selection()) } else { blank(1) };
            let state = match choice.status {
                Some(DueStatus::Overdue) => span("+ overdue", theme.overdue()),
                Some(_) => span("* today", theme.notice()),
                None => span("", theme.text()),
            };
            let gap = TITLE.saturating_sub(width(&choice.title)).max(2);
            vec![marker, blank(1), span(choice.title, theme.text()), blank(gap), state]
        };
        let body = self.choices(data).into_iter().enumerate().map(line).collect();
        Page { head, title: "Which check?".to_owned(), body, top: self.at.saturating_sub(8), mode: Mode::Menu }
    }
}

/// The task that a checklist answers. Myocarditis is no such task: troponin and CRP are blood tests.
fn task_of(list: &str) -> Option<Task> {
    [Task::Constipation, Task::Seizures].into_iter().find(|task| task.as_str() == list)
}
